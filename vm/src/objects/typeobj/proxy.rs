//! `mappingproxy`: a mapping that can only be read.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::{Gc, Header, LayoutKind};
use crate::objects::list::List;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::{MappingProxy, Type};
use crate::slots::{BinaryOp, CompareOp, Slots};
use crate::spec::{Convention, PatternKind, TypeSpec, method};
use crate::value::Value;

fn inner(value: Value) -> Value {
    value.cast::<MappingProxy>().map_or(value, |p| p.mapping.get())
}

fn proxy_new(vm: &mut Vm, _ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: crate::args::Parameters<1> =
        crate::args::Parameters { names: ["mapping"], positional_only: 0, max_positional: 1, required: 1 };
    let [mapping] = args.bind(vm, "mappingproxy", &PARAMETERS)?;
    let slots = vm.type_of(mapping).slots();
    if slots.getitem.is_none() || mapping.cast::<List>().is_some() || mapping.cast::<Tuple>().is_some() {
        let given = vm.type_name(mapping);
        return Err(vm.type_error(format!("mappingproxy() argument must be a mapping, not {given}")));
    }
    let header = Header::new(vm.types.mappingproxy);
    Ok(vm.heap.allocate(MappingProxy::new(header, mapping)).into())
}

fn length(vm: &mut Vm, value: Value) -> PyResult<usize> {
    vm.length(inner(value))
}

fn getitem(vm: &mut Vm, value: Value, key: Value) -> PyResult {
    vm.get_item(inner(value), key)
}

fn contains(vm: &mut Vm, value: Value, key: Value) -> PyResult<bool> {
    vm.contains(inner(value), key)
}

fn iter(vm: &mut Vm, value: Value) -> PyResult {
    vm.iter(inner(value))
}

fn str(vm: &mut Vm, value: Value) -> PyResult {
    Ok(vm.str_of(inner(value))?.into())
}

fn repr(vm: &mut Vm, value: Value) -> PyResult {
    let text = vm.repr_text(inner(value))?;
    Ok(vm.new_str(&format!("mappingproxy({text})")).into())
}

fn compare(vm: &mut Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    vm.compare(inner(a), b, op)
}

fn or(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    vm.binary_op(BinaryOp::Or, inner(a), inner(b))
}

fn inplace_or(vm: &mut Vm, a: Value, _b: Value) -> PyResult {
    let name = vm.type_name(a);
    Err(vm.type_error(format!("'|=' is not supported by {name}; use '|' instead")))
}

fn get(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "get", 1, 2)?;
    let default = values.get(1).copied().unwrap_or(Value::NONE);
    vm.call_method(inner(value), "get", &[values[0], default])
}

fn keys(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    vm.call_method(inner(value), "keys", &[])
}

fn values(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    vm.call_method(inner(value), "values", &[])
}

fn items(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    vm.call_method(inner(value), "items", &[])
}

fn copy(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    vm.call_method(inner(value), "copy", &[])
}

fn reversed(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    vm.call_method(inner(value), "__reversed__", &[])
}

/// `mappingproxy`.
pub static MAPPING_PROXY_TYPE: TypeSpec = TypeSpec {
    pattern: PatternKind::Mapping,
    slots: Slots {
        new: Some(proxy_new),
        length: Some(length),
        getitem: Some(getitem),
        contains: Some(contains),
        iter: Some(iter),
        str: Some(str),
        repr: Some(repr),
        compare: Some(compare),
        ..Slots::NONE
    }
    .with_binary(BinaryOp::Or, or)
    .with_inplace(BinaryOp::Or, inplace_or),
    methods: &[
        method("get", get, Convention::Fast),
        method("keys", keys, Convention::NoArgs),
        method("values", values, Convention::NoArgs),
        method("items", items, Convention::NoArgs),
        method("copy", copy, Convention::NoArgs),
        crate::spec::class_method("__class_getitem__", crate::objects::genericalias::class_getitem, Convention::O),
        method("__reversed__", reversed, Convention::NoArgs),
    ],
    ..TypeSpec::new("mappingproxy", LayoutKind::MappingProxy)
};
