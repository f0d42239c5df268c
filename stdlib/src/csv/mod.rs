//! `_csv`: the registry of dialects, and what `csv` reads and writes with.

mod dialect;
mod reader;
mod writer;

use quicken_vm::args::Parameters;
use quicken_vm::object::Gc;
use quicken_vm::object::LayoutKind;
use quicken_vm::objects::dict::Dict;
use quicken_vm::objects::module::Module;
use quicken_vm::objects::string::Str;
use quicken_vm::spec::Convention::{FastKeywords, NoArgs, O, VarargsKeywords};
use quicken_vm::spec::{ModuleSpec, TypeSpec, method};
use quicken_vm::{Args, PyResult, Raise, Value, Vm};

use crate::data::{native_type, new_exception};
use crate::set_attribute;

/// `_csv`.
pub static CSV: ModuleSpec = ModuleSpec {
    name: "_csv",
    doc: Some("CSV parsing and writing."),
    functions: &[
        method("reader", reader::new_reader, VarargsKeywords),
        method("writer", writer::new_writer, VarargsKeywords),
        method("register_dialect", register_dialect, VarargsKeywords),
        method("list_dialects", list_dialects, NoArgs),
        method("unregister_dialect", unregister_dialect, O),
        method(
            "get_dialect",
            |vm, _, args| {
                let [name] = args.exactly(vm, "get_dialect")?;
                registered(vm, name)
            },
            O,
        ),
        method("field_size_limit", field_size_limit, FastKeywords),
    ],
    init: Some(init),
};

/// The type in whose dict the module keeps what programs do not see; it has no instances.
static STATE: TypeSpec = TypeSpec { module: "_csv", ..TypeSpec::new("_state", LayoutKind::Opaque) };

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    for spec in [&dialect::DIALECT, &reader::READER, &writer::WRITER] {
        let ty = native_type(vm, spec);
        let name = if spec.name == "Dialect" {
            "Dialect"
        } else if spec.name == "reader" {
            "Reader"
        } else {
            "Writer"
        };
        set_attribute(vm, module, name, ty.into());
    }
    let version = vm.new_str("1.0");
    set_attribute(vm, module, "__version__", version.into());
    let styles = ["QUOTE_MINIMAL", "QUOTE_ALL", "QUOTE_NONNUMERIC", "QUOTE_NONE"];
    for (number, name) in (0..).zip(styles) {
        set_attribute(vm, module, name, Value::small_int(number));
    }
    let dialects = vm.new_dict();
    set_attribute(vm, module, "_dialects", dialects.into());
    let exception = vm.exc.Exception;
    let error = new_exception(vm, "_csv", "Error", exception)?;
    set_attribute(vm, module, "Error", error);
    set_state(vm, "dialects", dialects.into());
    set_state(vm, "error", error);
    set_state(vm, "limit", Value::small_int(128 * 1024));
    Ok(())
}

fn set_state(vm: &mut Vm, name: &str, value: Value) {
    let (ty, name) = (native_type(vm, &STATE), vm.intern(name));
    ty.dict.get().set_str(vm, name, value);
}

fn state(vm: &mut Vm, name: &str) -> Value {
    let (ty, name) = (native_type(vm, &STATE), vm.intern(name));
    ty.dict.get().get_str(name).unwrap_or(Value::NONE)
}

/// `csv.Error`
fn error(vm: &mut Vm, message: &str) -> Raise {
    let (class, message) = (state(vm, "error"), vm.new_str(message));
    match vm.call_values(class, &[message.into()]) {
        Ok(exception) => vm.raise_exception(exception),
        Err(raise) => raise,
    }
}

/// How long a field may be that is read.
fn limit(vm: &mut Vm) -> i64 {
    state(vm, "limit").as_small_int().unwrap_or(i64::MAX)
}

fn dialects(vm: &mut Vm) -> PyResult<Gc<Dict>> {
    match state(vm, "dialects").cast::<Dict>() {
        Some(dialects) => Ok(dialects),
        None => Err(vm.system_error("the registry of dialects is gone")),
    }
}

/// The dialect of this name.
fn registered(vm: &mut Vm, name: Value) -> PyResult {
    match dialects(vm)?.get_item(vm, name)? {
        Some(dialect) => Ok(dialect),
        None => Err(error(vm, "unknown dialect")),
    }
}

/// One argument or two; others are for the dialect.
fn one_or_two<'a>(vm: &mut Vm, args: Args<'a>) -> PyResult<(Value, Option<Value>)> {
    let values = Args::positional(args.positionals()).between(vm, "", 1, 2)?;
    Ok((values[0], values.get(1).copied()))
}

fn register_dialect(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let (name, given) = one_or_two(vm, args)?;
    if name.cast::<Str>().is_none() {
        return Err(vm.type_error("dialect name must be a string"));
    }
    let dialect = dialect::described(vm, given, args)?;
    dialects(vm)?.set_item(vm, name, dialect)?;
    Ok(Value::NONE)
}

fn unregister_dialect(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name] = args.exactly(vm, "unregister_dialect")?;
    if dialects(vm)?.del_item(vm, name)? { Ok(Value::NONE) } else { Err(error(vm, "unknown dialect")) }
}

fn list_dialects(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let (dialects, list) = (dialects(vm)?, vm.types.list);
    vm.call_values(list.into(), &[dialects.into()])
}

fn field_size_limit(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["new_limit"], positional_only: 0, max_positional: 1, required: 0 };
    let [new] = args.bind(vm, "field_size_limit", &PARAMETERS)?;
    let old = limit(vm);
    if !new.is_null() {
        let class = vm.types.int;
        if !new.is_small_int() && !new.is_exact(class) {
            return Err(vm.type_error("limit must be an integer"));
        }
        let new = vm.index_c(new, "long")?;
        let new = vm.int(new);
        set_state(vm, "limit", new);
    }
    Ok(vm.int(old))
}
