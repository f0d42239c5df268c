//! `_io`: files, buffers and text over them.

mod base;
mod buffered;
mod bytesio;
mod file;
mod newlines;
mod open;
mod stringio;
mod text;

use quicken_vm::object::Gc;
use quicken_vm::objects::module::Module;
use quicken_vm::spec::Convention::{Fast, FastKeywords};
use quicken_vm::spec::{ModuleSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::set_attribute;

pub(crate) use base::{fill, writable_len};

/// `io.DEFAULT_BUFFER_SIZE`
const BUFFER_SIZE: usize = 8192;

/// `_io`.
pub static IO: ModuleSpec = ModuleSpec {
    name: "_io",
    doc: Some("The io module provides the Python interfaces to stream handling."),
    functions: &[
        method("open", open::open, FastKeywords),
        method("open_code", open_code, FastKeywords),
        method("text_encoding", text_encoding, Fast),
    ],
    init: Some(init),
};

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    set_attribute(vm, module, "DEFAULT_BUFFER_SIZE", Value::small_int(BUFFER_SIZE as i64));
    let error = vm.exc.BlockingIOError;
    set_attribute(vm, module, "BlockingIOError", error.into());
    let types = [
        base::io_base(vm),
        base::derived(vm, &base::RAW_IO_BASE),
        base::derived(vm, &base::BUFFERED_IO_BASE),
        base::derived(vm, &base::TEXT_IO_BASE),
        file::file_type(vm),
        bytesio::bytes_type(vm),
        stringio::string_type(vm),
        buffered::buffered_type(vm, &buffered::READER),
        buffered::buffered_type(vm, &buffered::WRITER),
        buffered::buffered_type(vm, &buffered::RANDOM),
        buffered::buffered_type(vm, &buffered::PAIR),
        text::text_type(vm),
        newlines::decoder_type(vm),
    ];
    for ty in types {
        let name = ty.name.get();
        module.dict().set_str(vm, name, ty.into());
    }
    // The standard streams are text files over buffers, too, with methods of their own.
    for (stream, base) in
        [(vm.types.text_io, text::text_type(vm)), (vm.types.binary_io, base::derived(vm, &base::BUFFERED_IO_BASE))]
    {
        vm.derive_native_type(stream, base);
    }
    // `class UnsupportedOperation(OSError, ValueError)`
    let (name, metatype) = (vm.new_str("UnsupportedOperation"), vm.types.type_);
    let bases = vm.new_pair(vm.exc.OSError.into(), vm.exc.ValueError.into());
    let namespace = vm.new_dict();
    let (module_name, io) = (vm.names.__module__, vm.new_str("io"));
    namespace.set_str(vm, module_name, io.into());
    let class = vm.call_values(metatype.into(), &[name.into(), bases.into(), namespace.into()])?;
    set_attribute(vm, module, "UnsupportedOperation", class);
    let name = vm.intern("open");
    if let Some(open) = module.dict().get_str(name) {
        let builtins = vm.builtins;
        builtins.set_str(vm, name, open);
    }
    Ok(())
}

/// The class `io.UnsupportedOperation`.
fn unsupported_operation(vm: &mut Vm) -> PyResult {
    let module = vm.import_absolute("_io")?;
    let name = vm.intern("UnsupportedOperation");
    vm.get_attr(module, name)
}

fn open_code(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [path] = args.bind(
        vm,
        "open_code",
        &quicken_vm::args::Parameters { names: ["path"], positional_only: 0, max_positional: 1, required: 1 },
    )?;
    let mode = vm.intern("rb");
    let ty = file::file_type(vm);
    vm.call_values(ty.into(), &[path, mode.into()])
}

/// The name that stands for no encoding: the locale's.
fn text_encoding(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "text_encoding", 1, 2)?;
    Ok(if values[0].is_none() { vm.intern("locale").into() } else { values[0] })
}
