//! `types.SimpleNamespace`: an object with attributes and nothing else.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::{Gc, LayoutKind};
use crate::objects::instance;
use crate::objects::typeobj::{Type, dict_getset};
use crate::slots::{CompareOp, Slots};
use crate::spec::{Convention, TypeSpec, method};
use crate::value::Value;

/// A namespace with these attributes.
pub fn new_namespace(vm: &mut Vm, attributes: &[(&str, Value)]) -> PyResult {
    let ty = vm.types.simple_namespace;
    let namespace: Value = vm.new_instance(ty).into();
    for &(name, value) in attributes {
        let name = vm.intern(name);
        instance::set_own(vm, namespace, name, value)?;
    }
    Ok(namespace)
}

fn new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    Ok(vm.new_instance(ty).into())
}

fn init(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult<()> {
    if !args.is_empty() {
        return Err(vm.type_error("no positional arguments expected"));
    }
    for (name, attribute) in args.keywords() {
        instance::set_own(vm, value, name, attribute)?;
    }
    Ok(())
}

fn repr(vm: &mut Vm, value: Value) -> PyResult {
    let ty = vm.type_of(value);
    let name = if ty == vm.types.simple_namespace {
        "namespace".to_owned()
    } else {
        ty.name.get().to_string_lossy().into_owned()
    };
    if !vm.enter_repr(value) {
        return Ok(vm.new_str(&format!("{name}(...)")).into());
    }
    let dict = instance::materialize_dict(vm, value);
    let mut parts = Vec::new();
    let mut position = 0;
    let mut result = Ok(());
    while let Some(entry) = dict.entry(position) {
        position += 1;
        let Some((key, attribute)) = entry else { continue };
        let (Ok(key), text) = (vm.str_of(key), vm.repr_text(attribute)) else { continue };
        match text {
            Ok(text) => parts.push(format!("{}={text}", key.to_string_lossy())),
            Err(raise) => {
                result = Err(raise);
                break;
            }
        }
    }
    vm.leave_repr();
    result?;
    Ok(vm.new_str(&format!("{name}({})", parts.join(", "))).into())
}

fn compare(vm: &mut Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let ty = vm.types.simple_namespace;
    if !vm.type_of(a).is_subtype(ty) || !vm.type_of(b).is_subtype(ty) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (a, b) = (instance::materialize_dict(vm, a), instance::materialize_dict(vm, b));
    vm.compare(a.into(), b.into(), op)
}

fn reduce(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (class, empty) = (vm.type_of(own), vm.new_tuple(&[]));
    let dict = instance::materialize_dict(vm, own);
    Ok(vm.new_tuple(&[class.into(), empty.into(), dict.into()]).into())
}

/// `types.SimpleNamespace`.
pub static SIMPLE_NAMESPACE_TYPE: TypeSpec = TypeSpec {
    module: "types",
    subclassable: true,
    has_dict: true,
    slots: Slots { new: Some(new), init: Some(init), repr: Some(repr), compare: Some(compare), ..Slots::NONE },
    methods: &[method("__reduce__", reduce, Convention::NoArgs)],
    getset: &[crate::spec::GetSetSpec { set: None, member: true, ..dict_getset() }],
    ..TypeSpec::new("SimpleNamespace", LayoutKind::Instance)
};
