//! The type `dict`: slots and methods.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::{Gc, LayoutKind};
use crate::objects::dict::{Dict, DictIter, DictPart, DictView};
use crate::objects::dictkeys::log2_for_entries;
use crate::objects::set::Set;
use crate::objects::string::StrBuilder;
use crate::objects::typeobj::Type;
use crate::objects::{genericalias, receiver};
use crate::protocol::hash_not_implemented;
use crate::slots::{BinaryOp, CompareOp, Slots};
use crate::spec::{Binding, Convention, MethodSpec, PatternKind, TypeSpec, class_method, method};
use crate::value::Value;

/// The type `dict`.
pub static DICT_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    vectorcall: true,
    pattern: PatternKind::MappingMatchSelf,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        repr: Some(repr),
        compare: Some(compare),
        hash: Some(hash_not_implemented),
        iter: Some(|vm, own| {
            let dict = receiver::<Dict>(vm, own)?;
            Ok(DictIter::make(vm, dict, DictPart::Keys, false))
        }),
        length: Some(|vm, own| Ok(receiver::<Dict>(vm, own)?.len())),
        contains: Some(|vm, own, key| receiver::<Dict>(vm, own)?.contains(vm, key)),
        getitem: Some(getitem),
        setitem: Some(setitem),
        ..Slots::NONE
    }
    .with_binary(BinaryOp::Or, or)
    .with_inplace(BinaryOp::Or, inplace_or),
    methods: METHODS,
    ..TypeSpec::new("dict", LayoutKind::Dict)
};

const METHODS: &[MethodSpec] = &[
    MethodSpec { binding: Binding::Coexist, ..method("__contains__", contains_method, Convention::O) },
    MethodSpec { binding: Binding::Coexist, ..method("__getitem__", getitem_method, Convention::O) },
    method("__sizeof__", sizeof, Convention::NoArgs),
    method("get", get, Convention::Fast),
    method("setdefault", setdefault, Convention::Fast),
    method("pop", pop, Convention::Fast),
    method("popitem", popitem, Convention::NoArgs),
    method("keys", |vm, own, args| view(vm, own, args, "keys", DictPart::Keys), Convention::NoArgs),
    method("items", |vm, own, args| view(vm, own, args, "items", DictPart::Items), Convention::NoArgs),
    method("values", |vm, own, args| view(vm, own, args, "values", DictPart::Values), Convention::NoArgs),
    method("update", update, Convention::VarargsKeywords),
    class_method("fromkeys", fromkeys, Convention::Fast),
    method("clear", clear, Convention::NoArgs),
    method("copy", copy, Convention::NoArgs),
    method("__reversed__", reversed, Convention::NoArgs),
    class_method("__class_getitem__", class_getitem, Convention::O),
];

fn new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    if ty == vm.types.dict {
        return Ok(vm.new_dict().into());
    }
    Ok(vm.allocate_object(ty, Dict::new(ty)).into())
}

fn init(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<()> {
    let dict = receiver::<Dict>(vm, own)?;
    update_from_arguments(vm, dict, args, "dict")
}

/// What `dict(…)` and `update(…)` have in common.
fn update_from_arguments(vm: &mut Vm, dict: Gc<Dict>, args: Args<'_>, name: &str) -> PyResult<()> {
    let given = args.positionals();
    if given.len() > 1 {
        return Err(vm.type_error(format!("{name} expected at most 1 argument, got {}", given.len())));
    }
    if let Some(&argument) = given.first() {
        dict.update_from_argument(vm, argument)?;
    }
    for (key, value) in args.keywords() {
        dict.set_str(vm, key, value);
    }
    Ok(())
}

fn getitem(vm: &mut Vm, own: Value, key: Value) -> PyResult {
    let dict = receiver::<Dict>(vm, own)?;
    if let Some(value) = dict.get_item(vm, key)? {
        return Ok(value);
    }
    if !own.is_exact(vm.types.dict) {
        let name = vm.names.__missing__;
        if let Some(method) = vm.lookup_special(own, name)? {
            return vm.call_values(method, &[key]);
        }
    }
    Err(vm.key_error(key))
}

fn setitem(vm: &mut Vm, own: Value, key: Value, value: Value) -> PyResult<()> {
    let dict = receiver::<Dict>(vm, own)?;
    if !value.is_null() {
        return dict.set_item(vm, key, value);
    }
    if dict.del_item(vm, key)? { Ok(()) } else { Err(vm.key_error(key)) }
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let dict = receiver::<Dict>(vm, own)?;
    if !vm.enter_repr(own) {
        return Ok(vm.new_str("{...}").into());
    }
    let text = repr_entered(vm, dict);
    vm.leave_repr();
    Ok(text?.finish(vm).into())
}

fn repr_entered(vm: &mut Vm, dict: Gc<Dict>) -> PyResult<StrBuilder> {
    let mut text = StrBuilder::new();
    text.push_str("{");
    let mut position = 0;
    let mut first = true;
    while let Some((key, value)) = dict.next_item(&mut position) {
        if !first {
            text.push_str(", ");
        }
        first = false;
        text.push_string(vm.repr(key)?);
        text.push_str(": ");
        text.push_string(vm.repr(value)?);
    }
    text.push_str("}");
    Ok(text)
}

fn compare(vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    let (Some(a), Some(b)) = (left.cast::<Dict>(), right.cast::<Dict>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    match op {
        CompareOp::Eq => Ok(Value::bool(equal(vm, a, b)?)),
        CompareOp::Ne => Ok(Value::bool(!equal(vm, a, b)?)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn equal(vm: &mut Vm, a: Gc<Dict>, b: Gc<Dict>) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut position = 0;
    while let Some((key, value, hash)) = a.next_item_hashed(&mut position) {
        match b.get_item_hashed(vm, key, hash)? {
            Some(other) => {
                if !vm.equals(value, other)? {
                    return Ok(false);
                }
            }
            None => return Ok(false),
        }
    }
    Ok(true)
}

fn or(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    let (Some(a), Some(_)) = (left.cast::<Dict>(), right.cast::<Dict>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    let result = a.copy(vm)?;
    result.update_from_argument(vm, right)?;
    Ok(result.into())
}

fn inplace_or(vm: &mut Vm, own: Value, other: Value) -> PyResult {
    let dict = receiver::<Dict>(vm, own)?;
    dict.update_from_argument(vm, other)?;
    Ok(own)
}

// ---- methods ----

fn contains_method(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [key] = args.exactly::<1>(vm, "__contains__")?;
    Ok(Value::bool(receiver::<Dict>(vm, own)?.contains(vm, key)?))
}

fn getitem_method(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [key] = args.exactly::<1>(vm, "__getitem__")?;
    getitem(vm, own, key)
}

/// The bytes that CPython would need.
fn sizeof(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.exactly::<0>(vm, "__sizeof__")?;
    let dict = receiver::<Dict>(vm, own)?;
    let keys = dict.keys();
    let mut bytes = 48;
    if dict.split_values().is_some() {
        bytes += keys.shared_size().div_ceil(8) * 8 + keys.shared_size() * 8;
    } else if !keys.is_empty_keys() {
        let log2 = u32::from(keys.log2_size());
        let index_bytes = (1usize << log2)
            * if log2 < 8 {
                1
            } else if log2 < 16 {
                2
            } else {
                4
            };
        let entry_bytes = if keys.is_unicode() { 16 } else { 24 };
        bytes += 32 + index_bytes + crate::objects::dictkeys::usable_fraction(keys.log2_size()) * entry_bytes;
    }
    Ok(Value::small_int(bytes as i64))
}

fn get(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "get", 1, 2)?;
    let found = receiver::<Dict>(vm, own)?.get_item(vm, values[0])?;
    Ok(found.unwrap_or_else(|| values.get(1).copied().unwrap_or(Value::NONE)))
}

fn setdefault(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "setdefault", 1, 2)?;
    let default = values.get(1).copied().unwrap_or(Value::NONE);
    receiver::<Dict>(vm, own)?.set_default(vm, values[0], default)
}

fn pop(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "pop", 1, 2)?;
    let dict = receiver::<Dict>(vm, own)?;
    if !dict.is_empty() {
        let hash = vm.hash_key(values[0])?;
        if let Some(value) = dict.pop_hashed(vm, values[0], hash)? {
            return Ok(value);
        }
    }
    match values.get(1) {
        Some(default) => Ok(*default),
        None => Err(vm.key_error(values[0])),
    }
}

fn popitem(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.exactly::<0>(vm, "popitem")?;
    let dict = receiver::<Dict>(vm, own)?;
    match dict.pop_last(vm) {
        Some((key, value)) => Ok(vm.new_pair(key, value).into()),
        None => {
            let message = vm.new_str("popitem(): dictionary is empty");
            Err(vm.key_error(message.into()))
        }
    }
}

fn view(vm: &mut Vm, own: Value, args: Args<'_>, name: &str, part: DictPart) -> PyResult {
    args.exactly::<0>(vm, name)?;
    let dict = receiver::<Dict>(vm, own)?;
    Ok(DictView::make(vm, dict, part))
}

fn update(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let dict = receiver::<Dict>(vm, own)?;
    update_from_arguments(vm, dict, args, "update")?;
    Ok(Value::NONE)
}

fn fromkeys(vm: &mut Vm, class: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "fromkeys", 1, 2)?;
    let iterable = values[0];
    let value = values.get(1).copied().unwrap_or(Value::NONE);
    let made = vm.call_values(class, &[])?;
    if made.is_exact(vm.types.dict)
        && let Some(dict) = made.cast::<Dict>()
    {
        if dict.is_empty() {
            if iterable.is_exact(vm.types.dict)
                && let Some(other) = iterable.cast::<Dict>()
            {
                dict.resize(vm, log2_for_entries(other.len()), other.keys().is_unicode());
                let mut position = 0;
                while let Some((key, _, hash)) = other.next_item_hashed(&mut position) {
                    dict.set_item_hashed(vm, key, hash, value)?;
                }
                return Ok(made);
            }
            if (iterable.is_exact(vm.types.set) || iterable.is_exact(vm.types.frozenset))
                && let Some(set) = iterable.cast::<Set>()
            {
                dict.resize(vm, log2_for_entries(set.len()), false);
                let mut position = 0;
                while let Some((key, hash)) = set.next_entry(&mut position) {
                    dict.set_item_hashed(vm, key, hash, value)?;
                }
                return Ok(made);
            }
        }
        vm.for_each(iterable, |vm, key| dict.set_item(vm, key, value))?;
    } else {
        vm.for_each(iterable, |vm, key| vm.set_item(made, key, value))?;
    }
    Ok(made)
}

fn clear(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.exactly::<0>(vm, "clear")?;
    receiver::<Dict>(vm, own)?.clear();
    Ok(Value::NONE)
}

fn copy(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.exactly::<0>(vm, "copy")?;
    Ok(receiver::<Dict>(vm, own)?.copy(vm)?.into())
}

fn reversed(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.exactly::<0>(vm, "__reversed__")?;
    let dict = receiver::<Dict>(vm, own)?;
    Ok(DictIter::make(vm, dict, DictPart::Keys, true))
}

fn class_getitem(vm: &mut Vm, class: Value, args: Args<'_>) -> PyResult {
    let [item] = args.exactly::<1>(vm, "__class_getitem__")?;
    genericalias::new_alias(vm, class, item)
}
