//! The module `_imp`: what `importlib` asks of the interpreter.

use quicken_bytecode::pyc;

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::objects::bytes;
use crate::objects::string::Str;
use crate::spec::Convention::{Fast, FastKeywords, NoArgs, O};
use crate::spec::{MethodSpec, ModuleSpec, method};
use crate::value::Value;

const FUNCTIONS: &[MethodSpec] = &[
    // There is one thread: nobody else imports.
    method("lock_held", |_, _, _| Ok(Value::FALSE), NoArgs),
    method("acquire_lock", |_, _, _| Ok(Value::NONE), NoArgs),
    method("release_lock", |_, _, _| Ok(Value::NONE), NoArgs),
    method("is_builtin", is_builtin, O),
    method("create_builtin", create_builtin, O),
    method("exec_builtin", |_, _, _| Ok(Value::small_int(0)), O),
    // What CPython has frozen comes from the library's files here.
    method("is_frozen", |_, _, _| Ok(Value::FALSE), O),
    method("find_frozen", |_, _, _| Ok(Value::NONE), FastKeywords),
    method("is_frozen_package", no_frozen, O),
    method("get_frozen_object", no_frozen, Fast),
    method("init_frozen", |_, _, _| Ok(Value::NONE), O),
    method("_frozen_module_names", |vm, _, _| Ok(vm.new_list(&[]).into()), NoArgs),
    method("_override_frozen_modules_for_tests", |_, _, _| Ok(Value::NONE), O),
    // Compiled modules are kept under the path of their source: the name in the code is the right one.
    method("_fix_co_filename", |_, _, _| Ok(Value::NONE), Fast),
    method("extension_suffixes", |vm, _, _| Ok(vm.new_list(&[]).into()), NoArgs),
    method("source_hash", source_hash, FastKeywords),
];

/// `_imp`.
pub(super) static MODULE: ModuleSpec = ModuleSpec {
    name: "_imp",
    doc: Some("(Extremely) low-level import machinery bits as used by importlib and imp."),
    functions: FUNCTIONS,
    init: Some(|vm, module| {
        let (name, value) = (vm.intern("check_hash_based_pycs"), vm.new_str("default"));
        module.dict().set_str(vm, name, value.into());
        Ok(())
    }),
};

fn is_builtin(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name] = args.exactly(vm, "is_builtin")?;
    let Some(name) = name.cast::<Str>() else {
        let given = vm.type_name(name);
        return Err(vm.type_error(format!("is_builtin() argument must be str, not {given}")));
    };
    let text = name.to_string_lossy();
    // −1: there already, and not to be made a second time.
    let answer = match text.as_ref() {
        "sys" | "builtins" => -1,
        text => i64::from(vm.native_module(text).is_some()),
    };
    Ok(Value::small_int(answer))
}

fn create_builtin(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [spec] = args.exactly(vm, "create_builtin")?;
    let name = vm.names.name;
    let name = vm.get_attr(spec, name)?;
    match name.cast::<Str>() {
        Some(name) => vm.create_native(name),
        None => Err(vm.type_error("name must be a string")),
    }
}

fn no_frozen(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let name = args.get(0).unwrap_or(Value::NONE);
    let text = vm.repr_text(name)?;
    let raise = vm.import_error(&format!("No such frozen object named {}", text.trim_matches('\'')));
    if let Some(exception) = raise.0.cast::<crate::objects::exception::Exception>() {
        exception.set_member(vm, crate::objects::exception::NAME, name);
    }
    Err(raise)
}

fn source_hash(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: crate::args::Parameters<2> =
        crate::args::Parameters { names: ["key", "source"], positional_only: 0, max_positional: 2, required: 2 };
    let [_, source] = args.bind(vm, "source_hash", &PARAMETERS)?;
    let source = bytes::required(vm, source)?;
    let hash = pyc::source_hash(&source);
    Ok(vm.new_bytes(&hash).into())
}
