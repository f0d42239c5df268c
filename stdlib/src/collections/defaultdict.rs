//! `defaultdict`: a dict that makes what is missing.

use quicken_vm::object::{Field, Gc, LayoutKind};
use quicken_vm::objects::dict::Dict;
use quicken_vm::objects::genericalias::class_getitem;
use quicken_vm::objects::instance::extra_word;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::{BinaryOp, Slots};
use quicken_vm::spec::Convention::{NoArgs, O};
use quicken_vm::spec::{GetSetSpec, TypeSpec, class_method, method};
use quicken_vm::{Args, PyResult, Value, Vm};

/// The one word is the factory.
pub(super) static DEFAULTDICT: TypeSpec = TypeSpec {
    module: "collections",
    subclassable: true,
    words: 1,
    slots: Slots { init: Some(init), repr: Some(repr), ..Slots::NONE }.with_binary(BinaryOp::Or, or),
    methods: &[
        method("__missing__", missing, O),
        method("copy", copy, NoArgs),
        method("__copy__", copy, NoArgs),
        method("__reduce__", reduce, NoArgs),
        class_method("__class_getitem__", class_getitem, O),
    ],
    getset: &[GetSetSpec { name: "default_factory", get: factory, set: Some(set_factory), member: true }],
    doc: Some("defaultdict(default_factory=None, /, [...]) --> dict with default factory"),
    ..TypeSpec::new("defaultdict", LayoutKind::Dict)
};

pub(super) fn defaultdict_type(vm: &mut Vm) -> Gc<Type> {
    let dict = vm.types.dict;
    vm.native_type(&DEFAULTDICT, dict)
}

fn word<'a>(vm: &mut Vm, own: Value) -> PyResult<&'a Field> {
    let ty = defaultdict_type(vm);
    match extra_word(own, ty, &DEFAULTDICT, 0) {
        Some(word) => Ok(word),
        None => Err(vm.type_error("a collections.defaultdict was expected")),
    }
}

fn factory(vm: &mut Vm, own: Value) -> PyResult {
    Ok(word(vm, own)?.get().or_none())
}

fn set_factory(vm: &mut Vm, own: Value, value: Value) -> PyResult<()> {
    word(vm, own)?.set(value);
    Ok(())
}

fn init(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<()> {
    let (factory, rest) = match args.positionals().first() {
        Some(first) => (*first, args.skip_first()),
        None => (Value::NONE, args),
    };
    if !factory.is_none() && !vm.is_callable(factory) {
        return Err(vm.type_error("first argument must be callable or None"));
    }
    word(vm, own)?.set(factory);
    let Some(dict_init) = vm.types.dict.slots().init else { return Ok(()) };
    dict_init(vm, own, rest)
}

fn missing(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [key] = args.exactly(vm, "__missing__")?;
    let factory = factory(vm, own)?;
    if factory.is_none() {
        return Err(vm.key_error(key));
    }
    let value = vm.call_values(factory, &[])?;
    vm.set_item(own, key, value)?;
    Ok(value)
}

fn copy(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let factory = factory(vm, own)?;
    let class = vm.type_of(own);
    vm.call_values(class.into(), &[factory, own])
}

fn reduce(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let factory = factory(vm, own)?;
    let args = if factory.is_none() { vm.new_tuple(&[]) } else { vm.new_tuple(&[factory]) };
    let items = vm.call_method(own, "items", &[])?;
    let items = vm.iter(items)?;
    let class = vm.type_of(own);
    Ok(vm.new_tuple(&[class.into(), args.into(), Value::NONE, Value::NONE, items]).into())
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let class = vm.type_of(own).name.get().to_string_lossy().into_owned();
    let Some(dict_repr) = vm.types.dict.slots().repr else { return Ok(Value::NONE) };
    let base = dict_repr(vm, own)?;
    let base = vm.str_of(base)?.to_string_lossy().into_owned();
    let factory = factory(vm, own)?;
    let factory = if factory.is_none() {
        "None".to_owned()
    } else if vm.enter_repr(factory) {
        let text = vm.repr_text(factory);
        vm.leave_repr();
        text?
    } else {
        "...".to_owned()
    };
    Ok(vm.new_str(&format!("{class}({factory}, {base})")).into())
}

/// The class and the factory of the left operand if that is one of these, else of the right.
fn or(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    let ty = defaultdict_type(vm);
    let own = if vm.is_instance_plainly(left, ty.into())? { left } else { right };
    if left.cast::<Dict>().is_none() || right.cast::<Dict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let factory = factory(vm, own)?;
    let class = vm.type_of(own);
    let new = vm.call_values(class.into(), &[factory, left])?;
    if let Some(dict) = new.cast::<Dict>() {
        dict.update(vm, right)?;
    }
    Ok(new)
}
