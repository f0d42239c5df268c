//! The module `sys`.

mod data;
mod functions;
mod sizes;

use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::module::Module;
use crate::objects::namespace::new_namespace;
use crate::objects::set::set_from;
use crate::objects::textio::{Stream, new_stream};
use crate::spec::ModuleSpec;
use crate::value::Value;

pub(crate) use functions::EXCEPTHOOK;

/// `sys`.
pub(super) static MODULE: ModuleSpec = ModuleSpec {
    name: "sys",
    doc: Some("Objects that the interpreter uses or keeps, and functions that look into it."),
    functions: functions::FUNCTIONS,
    init: Some(init),
};

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let dict = module.dict();
    let add = |vm: &mut Vm, name: &str, value: Value| {
        let name = vm.intern(name);
        dict.set_str(vm, name, value);
    };
    for (names, stream) in [
        (["stdin", "__stdin__"], Stream::Input),
        (["stdout", "__stdout__"], Stream::Output),
        (["stderr", "__stderr__"], Stream::Error),
    ] {
        let stream = new_stream(vm, stream);
        for name in names {
            add(vm, name, stream);
        }
    }
    for (name, original) in
        [("excepthook", "__excepthook__"), ("displayhook", "__displayhook__"), ("breakpointhook", "__breakpointhook__")]
    {
        let key = vm.intern(name);
        if let Some(hook) = dict.get_str(key) {
            add(vm, original, hook);
        }
    }
    let modules = vm.modules;
    add(vm, "modules", modules.into());

    let argv = vm.argv.clone();
    for name in ["argv", "orig_argv"] {
        let list = strings(vm, argv.iter().map(String::as_str));
        add(vm, name, list);
    }
    let first = search_directory(argv.first().map_or("", String::as_str));
    let options = vm.python_options.clone();
    let own_place = if options.isolated || options.safe_path { None } else { Some(first.as_str()) };
    let path = strings(vm, own_place.into_iter());
    add(vm, "path", path);
    for name in ["meta_path", "path_hooks"] {
        let list = vm.new_list(&[]);
        add(vm, name, list.into());
    }
    let development = options.implementation_option("dev").map(|_| "default");
    let warnings = strings(vm, development.into_iter().chain(options.warnings.iter().map(String::as_str)));
    add(vm, "warnoptions", warnings);
    let cache = vm.new_dict();
    add(vm, "path_importer_cache", cache.into());
    let given = vm.new_dict();
    add(vm, "_xoptions", given.into());
    for option in &options.implementation {
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, vm.new_str(value).into()),
            None => (option.as_str(), Value::TRUE),
        };
        let name = vm.intern(name);
        given.set_str(vm, name, value);
    }

    let version_info = data::version_info(vm);
    for (name, value) in [
        ("version_info", version_info),
        ("flags", data::flags(vm)),
        ("float_info", data::float_info(vm)),
        ("int_info", data::int_info(vm)),
        ("hash_info", data::hash_info(vm)),
        ("thread_info", data::thread_info(vm)),
    ] {
        add(vm, name, value);
    }
    let hexversion = Value::small_int(data::HEXVERSION);
    let (own_name, tag) = (vm.intern("quicken"), vm.intern("quicken-311"));
    // The library has the build's data under this name.
    let multiarch = vm.new_str(&format!("{}-{}-gnu", std::env::consts::ARCH, std::env::consts::OS));
    let implementation = new_namespace(
        vm,
        &[
            ("name", own_name.into()),
            ("cache_tag", tag.into()),
            ("version", version_info),
            ("hexversion", hexversion),
            ("_multiarch", multiarch.into()),
        ],
    )?;
    add(vm, "implementation", implementation);

    let executable = std::env::current_exe().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
    let version = format!("3.11.7 (Quicken {}) [Rust]", env!("CARGO_PKG_VERSION"));
    for (name, text) in [
        ("version", version.as_str()),
        ("copyright", "Copyright (c) the Quicken contributors."),
        ("platform", data::PLATFORM),
        ("byteorder", if cfg!(target_endian = "big") { "big" } else { "little" }),
        ("executable", executable.as_str()),
        ("_base_executable", executable.as_str()),
        ("float_repr_style", "short"),
        ("platlibdir", "lib"),
        ("prefix", "/usr"),
        ("exec_prefix", "/usr"),
        ("base_prefix", "/usr"),
        ("base_exec_prefix", "/usr"),
        ("abiflags", ""),
    ] {
        let text = vm.new_str(text);
        add(vm, name, text.into());
    }
    for (name, number) in
        [("maxsize", i64::MAX), ("maxunicode", 0x10_FFFF), ("hexversion", data::HEXVERSION), ("api_version", 1013)]
    {
        let number = vm.int(number);
        add(vm, name, number);
    }
    add(vm, "dont_write_bytecode", Value::TRUE);
    add(vm, "pycache_prefix", Value::NONE);

    let mut native: Vec<&str> = super::MODULES.iter().chain(&vm.native_modules).map(|spec| spec.name).collect();
    native.push("builtins");
    native.sort_unstable();
    let names = string_values(vm, native.into_iter());
    let names = vm.new_tuple(&names);
    add(vm, "builtin_module_names", names.into());
    let names = string_values(vm, super::standard::NAMES.iter().copied());
    let (names, frozenset) = (vm.new_tuple(&names), vm.types.frozenset);
    let names = set_from(vm, frozenset, names.into())?;
    add(vm, "stdlib_module_names", names.into());
    Ok(())
}

fn string_values<'a>(vm: &mut Vm, texts: impl Iterator<Item = &'a str>) -> crate::heap::TempVec {
    let mut values = vm.heap.temp_vec();
    for text in texts {
        let text = vm.new_str(text);
        values.push(text.into());
    }
    values
}

fn strings<'a>(vm: &mut Vm, texts: impl Iterator<Item = &'a str>) -> Value {
    let values = string_values(vm, texts);
    vm.new_list(&values).into()
}

/// `sys.path[0]`: the directory of the program's file, or the working directory (an empty string) when it is in none.
fn search_directory(program: &str) -> String {
    if program.is_empty() || program == "-" || program == "-c" {
        return String::new();
    }
    if program == "-m" {
        return std::env::current_dir().map(|directory| directory.to_string_lossy().into_owned()).unwrap_or_default();
    }
    let path = std::path::Path::new(program);
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    real.parent().map(|directory| directory.to_string_lossy().into_owned()).unwrap_or_default()
}
