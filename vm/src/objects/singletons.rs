//! The types of `None`, `...` and `NotImplemented`.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::{Gc, LayoutKind};
use crate::objects::typeobj::Type;
use crate::slots::Slots;
use crate::spec::{Convention, TypeSpec, method};
use crate::value::Value;

/// The only instance of one of these types, for `type(None)()`.
fn instance(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>, value: Value) -> PyResult {
    if !args.values().is_empty() {
        let name = ty.display_name();
        return Err(vm.type_error(format!("{name} takes no arguments")));
    }
    Ok(value)
}

fn none_new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    instance(vm, ty, args, Value::NONE)
}

fn none_repr(vm: &mut Vm, _value: Value) -> PyResult {
    Ok(vm.intern("None").into())
}

fn none_bool(_vm: &mut Vm, _value: Value) -> PyResult<bool> {
    Ok(false)
}

/// `NoneType`.
pub static NONE_TYPE: TypeSpec = TypeSpec {
    slots: Slots { new: Some(none_new), repr: Some(none_repr), bool: Some(none_bool), ..Slots::NONE },
    ..TypeSpec::new("NoneType", LayoutKind::Instance)
};

fn ellipsis_new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let _ = ty;
    if !args.values().is_empty() {
        return Err(vm.type_error("EllipsisType takes no arguments"));
    }
    Ok(Value::ELLIPSIS)
}

fn ellipsis_repr(vm: &mut Vm, _value: Value) -> PyResult {
    Ok(vm.intern("Ellipsis").into())
}

fn ellipsis_reduce(vm: &mut Vm, _value: Value, _args: Args<'_>) -> PyResult {
    Ok(vm.intern("Ellipsis").into())
}

/// `ellipsis`.
pub static ELLIPSIS_TYPE: TypeSpec = TypeSpec {
    slots: Slots { new: Some(ellipsis_new), repr: Some(ellipsis_repr), ..Slots::NONE },
    methods: &[method("__reduce__", ellipsis_reduce, Convention::NoArgs)],
    ..TypeSpec::new("ellipsis", LayoutKind::Instance)
};

fn not_implemented_new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    instance(vm, ty, args, Value::NOT_IMPLEMENTED)
}

fn not_implemented_repr(vm: &mut Vm, _value: Value) -> PyResult {
    Ok(vm.intern("NotImplemented").into())
}

fn not_implemented_reduce(vm: &mut Vm, _value: Value, _args: Args<'_>) -> PyResult {
    Ok(vm.intern("NotImplemented").into())
}

/// `NotImplementedType`.
pub static NOT_IMPLEMENTED_TYPE: TypeSpec = TypeSpec {
    slots: Slots { new: Some(not_implemented_new), repr: Some(not_implemented_repr), ..Slots::NONE },
    methods: &[method("__reduce__", not_implemented_reduce, Convention::NoArgs)],
    ..TypeSpec::new("NotImplementedType", LayoutKind::Instance)
};
