//! `posix`: what `os` is made of. Without `dir_fd` arguments: `os` then knows that the functions cannot take them.

mod constants;
mod entries;
mod files;
mod process;
mod status;
mod tree;

use std::os::unix::ffi::OsStrExt;

use quicken_vm::args::Parameters;
use quicken_vm::object::Gc;
use quicken_vm::objects::module::Module;
use quicken_vm::spec::ModuleSpec;
use quicken_vm::{Args, PyResult, Raise, Value, Vm};

use crate::set_attribute;

/// `posix`.
pub static POSIX: ModuleSpec = ModuleSpec {
    name: "posix",
    doc: Some(
        "This module provides access to operating system functionality that is\nstandardized by the C Standard and the POSIX standard.",
    ),
    functions: files::FUNCTIONS,
    init: Some(init),
};

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let name = vm.intern("posix");
    for functions in [tree::FUNCTIONS, process::FUNCTIONS] {
        vm.add_functions(module.dict(), name, functions);
    }
    let error = vm.exc.OSError;
    set_attribute(vm, module, "error", error.into());
    let environ = vm.new_dict();
    for (key, value) in std::env::vars_os() {
        let (key, value) = (vm.new_bytes(key.as_bytes()), vm.new_bytes(value.as_bytes()));
        environ.set_item(vm, key.into(), value.into())?;
    }
    set_attribute(vm, module, "environ", environ.into());
    for (name, number) in constants::CONSTANTS {
        set_attribute(vm, module, name, Value::small_int(*number));
    }
    // What `os` looks at to say which functions take descriptors and links.
    let have: Vec<Value> = constants::HAVE.iter().map(|name| vm.intern(name).into()).collect();
    let have = vm.new_list(&have);
    set_attribute(vm, module, "_have_functions", have.into());
    let names = vm.new_dict();
    set_attribute(vm, module, "pathconf_names", names.into());
    let names = vm.new_dict();
    set_attribute(vm, module, "confstr_names", names.into());
    let names = vm.new_dict();
    for (name, number) in process::SYSCONF_NAMES {
        let name = vm.new_str(name);
        names.set_item(vm, name.into(), Value::small_int(*number))?;
    }
    set_attribute(vm, module, "sysconf_names", names.into());
    status::add_types(vm, module);
    let entry = entries::entry_type(vm);
    set_attribute(vm, module, "DirEntry", entry.into());
    Ok(())
}

/// The error of a system call that has no path.
fn failed(vm: &mut Vm, error: impl Into<std::io::Error>) -> Raise {
    vm.io_error(&error.into(), None)
}

/// Binds the parameters of a function all of which may be given by name.
fn bind<const N: usize>(
    vm: &mut Vm,
    args: Args<'_>,
    function: &str,
    names: [&'static str; N],
    max_positional: usize,
    required: usize,
) -> PyResult<[Value; N]> {
    args.bind(vm, function, &Parameters { names, positional_only: 0, max_positional, required })
}

/// A descriptor argument.
pub(crate) fn descriptor(vm: &mut Vm, value: Value) -> PyResult<i32> {
    if !quicken_vm::objects::slice::is_index(vm, value) {
        // Files know theirs.
        let name = vm.intern("fileno");
        if let Some(method) = vm.lookup_attr(value, name)? {
            let number = vm.call_values(method, &[])?;
            return vm.index_c(number, "int").map(|number| number as i32);
        }
        let given = vm.type_name(value);
        return Err(vm.type_error(format!("argument must be an int, or have a fileno() method, not {given}")));
    }
    vm.index_c(value, "int").map(|number| i32::try_from(number).unwrap_or(-1))
}

/// Refuses a `dir_fd` argument that is not `None`.
fn no_directory(vm: &mut Vm, value: Value) -> PyResult<()> {
    if value.or_none().is_none() {
        return Ok(());
    }
    Err(vm.not_implemented_error("dir_fd unavailable on this platform"))
}

/// A flag that is on unless it was given as false.
fn unless_false(vm: &mut Vm, value: Value) -> PyResult<bool> {
    if value.is_null() { Ok(true) } else { vm.is_true(value) }
}
