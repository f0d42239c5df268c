//! The type `object`.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::LayoutKind;
use crate::objects::dict::Dict;
use crate::objects::instance;
use crate::objects::string::Str;
use crate::objects::typeobj::instances::{object_init, object_new};
use crate::objects::typeobj::layout::check_compatible;
use crate::objects::typeobj::reduce::{getstate, reduce, reduce_ex};
use crate::objects::typeobj::type_type::{keys_list, merge_class_dict};
use crate::objects::typeobj::{Type, TypeFlags};
use crate::protocol::{generic_getattr, generic_setattr, hash_identity};
use crate::slots::{CompareOp, Slots};
use crate::spec::{Convention, TypeSpec, class_method, getset, method};
use crate::value::Value;

fn repr(vm: &mut Vm, value: Value) -> PyResult {
    Ok(vm.default_repr(value).into())
}

fn str(vm: &mut Vm, value: Value) -> PyResult {
    // What `repr` answers is checked by whoever asked for `str`.
    match vm.type_of(value).slots().repr {
        Some(repr) => repr(vm, value),
        None => Ok(vm.default_repr(value).into()),
    }
}

#[inline(never)]
fn compare(vm: &mut Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    match op {
        // Not `False`: the other operand may know better.
        CompareOp::Eq => Ok(if a.is(b) { Value::TRUE } else { Value::NOT_IMPLEMENTED }),
        CompareOp::Ne => {
            let Some(compare) = vm.type_of(a).slots().compare else { return Ok(Value::NOT_IMPLEMENTED) };
            let equal = compare(vm, a, b, CompareOp::Eq)?;
            if equal.is(Value::NOT_IMPLEMENTED) {
                return Ok(equal);
            }
            Ok(Value::bool(!vm.is_true(equal)?))
        }
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn get_class(vm: &mut Vm, value: Value) -> PyResult {
    Ok(vm.type_of(value).into())
}

fn set_class(vm: &mut Vm, value: Value, class: Value) -> PyResult<()> {
    if class.is_null() {
        return Err(vm.type_error("can't delete __class__ attribute"));
    }
    let Some(new) = class.cast::<Type>() else {
        let given = vm.type_name(class);
        return Err(vm.type_error(format!("__class__ must be set to a class, not '{given}' object")));
    };
    let old = vm.type_of(value);
    let modules = new.is_subtype(vm.types.module) && old.is_subtype(vm.types.module);
    if !modules && (new.is(TypeFlags::IMMUTABLE) || old.is(TypeFlags::IMMUTABLE)) {
        return Err(vm.type_error("__class__ assignment only supported for mutable types or ModuleType subclasses"));
    }
    check_compatible(vm, old, new, "__class__")?;
    let Some(header) = value.header() else { return Ok(()) };
    // The other class has other shared keys.
    if old.is(TypeFlags::MANAGED_DICT) {
        instance::make_dict(vm, header);
    }
    header.set_type(new);
    Ok(())
}

fn format(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    let spec = args.values()[0];
    let Some(spec) = spec.cast::<Str>() else {
        let given = vm.type_name(spec);
        return Err(vm.type_error(format!("__format__() argument must be str, not {given}")));
    };
    if !spec.is_empty() {
        let given = vm.type_name(value);
        return Err(vm.type_error(format!("unsupported format string passed to {given}.__format__")));
    }
    Ok(vm.str_of(value)?.into())
}

fn sizeof(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    let size = vm.type_of(value).fixed_size.get();
    Ok(Value::small_int(size as i64))
}

/// A copy of an instance's `__dict__` shares its keys with the class, so that merging the names of the class into it fills the
/// shared keys up, as in CPython: instances that get new attributes afterwards need a dict of their own.
fn dir(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    let name = vm.names.__dict__;
    let merged = match vm.lookup_attr(value, name)?.and_then(|own| own.cast::<Dict>()) {
        Some(own) => own.copy(vm)?,
        None => vm.new_dict(),
    };
    let name = vm.names.__class__;
    if let Some(class) = vm.lookup_attr(value, name)? {
        merge_class_dict(vm, merged, class)?;
    }
    Ok(keys_list(vm, merged).into())
}

fn init_subclass(_vm: &mut Vm, _value: Value, _args: Args<'_>) -> PyResult {
    Ok(Value::NONE)
}

fn subclass_hook(_vm: &mut Vm, _value: Value, _args: Args<'_>) -> PyResult {
    Ok(Value::NOT_IMPLEMENTED)
}

/// `object`.
pub static OBJECT_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    slots: Slots {
        repr: Some(repr),
        str: Some(str),
        hash: Some(hash_identity),
        compare: Some(compare),
        getattro: Some(generic_getattr),
        setattro: Some(generic_setattr),
        init: Some(object_init),
        new: Some(object_new),
        ..Slots::NONE
    },
    methods: &[
        method("__reduce_ex__", reduce_ex, Convention::O),
        method("__reduce__", reduce, Convention::NoArgs),
        method("__getstate__", getstate, Convention::NoArgs),
        class_method("__subclasshook__", subclass_hook, Convention::Varargs),
        class_method("__init_subclass__", init_subclass, Convention::NoArgs),
        method("__format__", format, Convention::O),
        method("__sizeof__", sizeof, Convention::NoArgs),
        method("__dir__", dir, Convention::NoArgs),
    ],
    getset: &[getset("__class__", get_class, set_class)],
    ..TypeSpec::new("object", LayoutKind::Instance)
};
