//! The types `set`, `frozenset` and `set_iterator`.

use std::cell::Cell;

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Gc, Header, HeapObject, LayoutKind};
use crate::objects::list::list_from;
use crate::objects::set::{Set, set_from};
use crate::objects::string::StrBuilder;
use crate::objects::typeobj::Type;
use crate::objects::{genericalias, receiver, refuse_keywords};
use crate::protocol::hash_not_implemented;
use crate::slots::{BinaryOp, CompareOp, Slots};
use crate::spec::{Binding, Convention, MethodSpec, PatternKind, TypeSpec, class_method, method};
use crate::value::Value;

const COMMON_SLOTS: Slots = Slots {
    repr: Some(repr),
    compare: Some(compare),
    iter: Some(iter),
    length: Some(|vm, own| Ok(receiver::<Set>(vm, own)?.len())),
    contains: Some(|vm, own, key| receiver::<Set>(vm, own)?.contains(vm, key)),
    ..Slots::NONE
}
.with_binary(BinaryOp::Subtract, subtract)
.with_binary(BinaryOp::And, and)
.with_binary(BinaryOp::Or, or)
.with_binary(BinaryOp::Xor, xor);

/// The type `set`.
pub static SET_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    vectorcall: true,
    pattern: PatternKind::MatchSelf,
    slots: Slots { new: Some(new), init: Some(init), hash: Some(hash_not_implemented), ..COMMON_SLOTS }
        .with_inplace(BinaryOp::Subtract, inplace_subtract)
        .with_inplace(BinaryOp::And, inplace_and)
        .with_inplace(BinaryOp::Or, inplace_or)
        .with_inplace(BinaryOp::Xor, inplace_xor),
    methods: &[
        method("add", add, Convention::O),
        method("clear", clear, Convention::NoArgs),
        CONTAINS,
        method("copy", copy, Convention::NoArgs),
        method("discard", discard, Convention::O),
        method("difference", difference, Convention::Varargs),
        method("difference_update", difference_update, Convention::Varargs),
        method("intersection", intersection, Convention::Varargs),
        method("intersection_update", intersection_update, Convention::Varargs),
        method("isdisjoint", is_disjoint, Convention::O),
        method("issubset", is_subset, Convention::O),
        method("issuperset", is_superset, Convention::O),
        method("pop", pop, Convention::NoArgs),
        method("remove", remove, Convention::O),
        method("__reduce__", reduce, Convention::NoArgs),
        method("__sizeof__", sizeof, Convention::NoArgs),
        method("symmetric_difference", symmetric_difference, Convention::O),
        method("symmetric_difference_update", symmetric_difference_update, Convention::O),
        method("union", union, Convention::Varargs),
        method("update", update, Convention::Varargs),
        class_method("__class_getitem__", class_getitem, Convention::O),
    ],
    ..TypeSpec::new("set", LayoutKind::Set)
};

/// The type `frozenset`.
pub static FROZENSET_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    vectorcall: true,
    pattern: PatternKind::MatchSelf,
    slots: Slots {
        new: Some(new_frozen),
        hash: Some(|vm, own| Ok(receiver::<Set>(vm, own)?.frozen_hash())),
        ..COMMON_SLOTS
    },
    methods: &[
        CONTAINS,
        method("copy", copy, Convention::NoArgs),
        method("difference", difference, Convention::Varargs),
        method("intersection", intersection, Convention::Varargs),
        method("isdisjoint", is_disjoint, Convention::O),
        method("issubset", is_subset, Convention::O),
        method("issuperset", is_superset, Convention::O),
        method("__reduce__", reduce, Convention::NoArgs),
        method("__sizeof__", sizeof, Convention::NoArgs),
        method("symmetric_difference", symmetric_difference, Convention::O),
        method("union", union, Convention::Varargs),
        class_method("__class_getitem__", class_getitem, Convention::O),
    ],
    ..TypeSpec::new("frozenset", LayoutKind::Set)
};

const CONTAINS: MethodSpec =
    MethodSpec { binding: Binding::Coexist, ..method("__contains__", contains_method, Convention::O) };

/// An iterator over a set.
#[repr(C)]
pub struct SetIter {
    header: Header,
    /// The set; `None` at the end.
    set: Cell<Option<Gc<Set>>>,
    /// The number of items it had; `usize::MAX` once it has changed.
    expected: Cell<usize>,
    position: Cell<usize>,
    left: Cell<usize>,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
#[expect(unsafe_code, reason = "implementing the heap's contract")]
unsafe impl HeapObject for SetIter {
    const LAYOUT: LayoutKind = LayoutKind::SetIter;

    fn trace(&self, marker: &mut Marker) {
        if let Some(set) = self.set.get() {
            marker.mark(set);
        }
    }
}

/// The type `set_iterator`.
pub static SET_ITERATOR_TYPE: TypeSpec = TypeSpec {
    slots: Slots { iter: Some(|_, own| Ok(own)), iternext: Some(iternext), ..Slots::NONE },
    methods: &[
        method("__length_hint__", length_hint, Convention::NoArgs),
        method("__reduce__", reduce_iterator, Convention::NoArgs),
    ],
    ..TypeSpec::new("set_iterator", LayoutKind::SetIter)
};

/// How a set is made again: its class, the list of its items, and its state.
fn reduce(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let items = list_from(vm, own)?;
    let arguments = vm.new_tuple(&[items.into()]);
    let name = vm.intern("__getstate__");
    let state = vm.call_method_named(own, name, &[])?;
    let class = vm.type_of(own);
    Ok(vm.new_tuple(&[class.into(), arguments.into(), state]).into())
}

/// An iterator over a list of what is left, which this one does not lose.
fn reduce_iterator(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let iter = crate::objects::iter::maker(vm, "iter")?;
    let iterator = receiver::<SetIter>(vm, own)?;
    let copy = SetIter {
        header: Header::new(vm.types.set_iterator),
        set: iterator.set.clone(),
        expected: iterator.expected.clone(),
        position: iterator.position.clone(),
        left: iterator.left.clone(),
    };
    let copy: Value = vm.heap.allocate(copy).into();
    let rest = vm.list_from(copy)?;
    crate::objects::iter::reduced(vm, iter, &[rest.into()], None)
}

fn iter(vm: &mut Vm, own: Value) -> PyResult {
    let set = receiver::<Set>(vm, own)?;
    let header = Header::new(vm.types.set_iterator);
    let iterator = SetIter {
        header,
        set: Cell::new(Some(set)),
        expected: Cell::new(set.len()),
        position: Cell::new(0),
        left: Cell::new(set.len()),
    };
    Ok(vm.heap.allocate(iterator).into())
}

fn iternext(vm: &mut Vm, own: Value) -> PyResult {
    let iterator = receiver::<SetIter>(vm, own)?;
    let Some(set) = iterator.set.get() else { return Ok(Value::NULL) };
    if iterator.expected.get() != set.len() {
        // The state sticks: asking again raises again.
        iterator.expected.set(usize::MAX);
        return Err(vm.runtime_error("Set changed size during iteration"));
    }
    let mut position = iterator.position.get();
    let item = set.next_entry(&mut position);
    iterator.position.set(position);
    match item {
        Some((key, _)) => {
            iterator.left.set(iterator.left.get().saturating_sub(1));
            Ok(key)
        }
        None => {
            iterator.set.set(None);
            Ok(Value::NULL)
        }
    }
}

fn length_hint(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let iterator = receiver::<SetIter>(vm, own)?;
    let left = match iterator.set.get() {
        Some(set) if set.len() == iterator.expected.get() => iterator.left.get(),
        _ => 0,
    };
    Ok(Value::small_int(left as i64))
}

fn new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    Ok(vm.allocate_object(ty, Set::new(ty)).into())
}

/// The only argument of `set()` and `frozenset()`.
fn iterable_argument(vm: &mut Vm, args: Args<'_>, name: &str) -> PyResult<Option<Value>> {
    let given = args.positionals();
    if given.len() > 1 {
        return Err(vm.type_error(format!("{name} expected at most 1 argument, got {}", given.len())));
    }
    Ok(given.first().copied())
}

fn init(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<()> {
    let set = receiver::<Set>(vm, own)?;
    args.no_keywords(vm, "set")?;
    let iterable = iterable_argument(vm, args, "set")?;
    set.clear();
    match iterable {
        Some(iterable) => set.update(vm, iterable),
        None => Ok(()),
    }
}

fn new_frozen(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    refuse_keywords(vm, ty, vm.types.frozenset, args, "frozenset")?;
    match iterable_argument(vm, args, "frozenset")? {
        Some(iterable) if ty == vm.types.frozenset && iterable.is_exact(ty) => Ok(iterable),
        Some(iterable) => Ok(set_from(vm, ty, iterable)?.into()),
        None => Ok(vm.allocate_object(ty, Set::new(ty)).into()),
    }
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let set = receiver::<Set>(vm, own)?;
    let name = vm.type_name(own);
    if !vm.enter_repr(own) {
        return Ok(vm.new_str(&format!("{name}(...)")).into());
    }
    let text = repr_entered(vm, set, &name);
    vm.leave_repr();
    text
}

fn repr_entered(vm: &mut Vm, set: Gc<Set>, name: &str) -> PyResult {
    if set.is_empty() {
        return Ok(vm.new_str(&format!("{name}()")).into());
    }
    let plain = Value::from_gc(set).is_exact(vm.types.set);
    // A list of the items, so that they stay the same while their `__repr__` run.
    let items = list_from(vm, set.into())?;
    let items = vm.repr(items.into())?;
    let mut text = StrBuilder::new();
    if !plain {
        text.push_str(name);
        text.push_str("(");
    }
    text.push_str("{");
    text.push_part(items, 1, items.len() - 1);
    text.push_str(if plain { "}" } else { "})" });
    Ok(text.finish(vm).into())
}

fn compare(vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    let (Some(a), Some(b)) = (left.cast::<Set>(), right.cast::<Set>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    let answer = match op {
        CompareOp::Eq => equal(vm, a, b)?,
        CompareOp::Ne => !equal(vm, a, b)?,
        CompareOp::Le => a.is_subset(vm, right)?,
        CompareOp::Ge => b.is_subset(vm, left)?,
        CompareOp::Lt => a.len() < b.len() && a.is_subset(vm, right)?,
        CompareOp::Gt => a.len() > b.len() && b.is_subset(vm, left)?,
    };
    Ok(Value::bool(answer))
}

fn equal(vm: &mut Vm, a: Gc<Set>, b: Gc<Set>) -> PyResult<bool> {
    if a.len() != b.len() || (a.hash.get() != -1 && b.hash.get() != -1 && a.hash.get() != b.hash.get()) {
        return Ok(false);
    }
    a.is_subset(vm, b.into())
}

/// Both operands, if both are sets.
fn pair(left: Value, right: Value) -> Option<(Gc<Set>, Gc<Set>)> {
    Some((left.cast::<Set>()?, right.cast::<Set>()?))
}

fn subtract(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    let Some((a, _)) = pair(left, right) else { return Ok(Value::NOT_IMPLEMENTED) };
    Ok(a.difference(vm, right)?.into())
}

fn and(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    let Some((a, _)) = pair(left, right) else { return Ok(Value::NOT_IMPLEMENTED) };
    Ok(a.intersection(vm, right)?.into())
}

fn or(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    let Some((a, b)) = pair(left, right) else { return Ok(Value::NOT_IMPLEMENTED) };
    let result = a.copy(vm)?;
    if a != b {
        result.update(vm, right)?;
    }
    Ok(result.into())
}

fn xor(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    let Some((a, _)) = pair(left, right) else { return Ok(Value::NOT_IMPLEMENTED) };
    Ok(a.symmetric_difference(vm, right)?.into())
}

fn inplace_subtract(vm: &mut Vm, own: Value, other: Value) -> PyResult {
    let Some((set, _)) = pair(own, other) else { return Ok(Value::NOT_IMPLEMENTED) };
    set.difference_update(vm, other)?;
    Ok(own)
}

fn inplace_and(vm: &mut Vm, own: Value, other: Value) -> PyResult {
    let Some((set, _)) = pair(own, other) else { return Ok(Value::NOT_IMPLEMENTED) };
    set.intersection_update(vm, &[other])?;
    Ok(own)
}

fn inplace_or(vm: &mut Vm, own: Value, other: Value) -> PyResult {
    let Some((set, _)) = pair(own, other) else { return Ok(Value::NOT_IMPLEMENTED) };
    set.update(vm, other)?;
    Ok(own)
}

fn inplace_xor(vm: &mut Vm, own: Value, other: Value) -> PyResult {
    let Some((set, _)) = pair(own, other) else { return Ok(Value::NOT_IMPLEMENTED) };
    set.symmetric_difference_update(vm, other)?;
    Ok(own)
}

// ---- methods ----

fn contains_method(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [key] = args.exactly::<1>(vm, "__contains__")?;
    Ok(Value::bool(receiver::<Set>(vm, own)?.contains(vm, key)?))
}

fn add(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [key] = args.exactly::<1>(vm, "add")?;
    receiver::<Set>(vm, own)?.add(vm, key)?;
    Ok(Value::NONE)
}

fn clear(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    receiver::<Set>(vm, own)?.clear();
    Ok(Value::NONE)
}

fn copy(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    if own.is_exact(vm.types.frozenset) {
        return Ok(own);
    }
    Ok(receiver::<Set>(vm, own)?.copy(vm)?.into())
}

fn discard(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [key] = args.exactly::<1>(vm, "discard")?;
    receiver::<Set>(vm, own)?.discard(vm, key)?;
    Ok(Value::NONE)
}

fn remove(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [key] = args.exactly::<1>(vm, "remove")?;
    if receiver::<Set>(vm, own)?.discard(vm, key)? { Ok(Value::NONE) } else { Err(vm.key_error(key)) }
}

fn pop(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    match receiver::<Set>(vm, own)?.pop() {
        Some(key) => Ok(key),
        None => {
            let message = vm.new_str("pop from an empty set");
            Err(vm.key_error(message.into()))
        }
    }
}

fn difference(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.no_keywords(vm, "difference")?;
    let set = receiver::<Set>(vm, own)?;
    let Some((&first, others)) = args.values().split_first() else { return Ok(set.copy(vm)?.into()) };
    let result = set.difference(vm, first)?;
    for &other in others {
        result.difference_update(vm, other)?;
    }
    Ok(result.into())
}

fn difference_update(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.no_keywords(vm, "difference_update")?;
    let set = receiver::<Set>(vm, own)?;
    for &other in args.values() {
        set.difference_update(vm, other)?;
    }
    Ok(Value::NONE)
}

fn intersection(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.no_keywords(vm, "intersection")?;
    Ok(receiver::<Set>(vm, own)?.intersection_of_all(vm, args.values())?.into())
}

fn intersection_update(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.no_keywords(vm, "intersection_update")?;
    receiver::<Set>(vm, own)?.intersection_update(vm, args.values())?;
    Ok(Value::NONE)
}

fn is_disjoint(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [other] = args.exactly::<1>(vm, "isdisjoint")?;
    Ok(Value::bool(receiver::<Set>(vm, own)?.is_disjoint(vm, other)?))
}

fn is_subset(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [other] = args.exactly::<1>(vm, "issubset")?;
    Ok(Value::bool(receiver::<Set>(vm, own)?.is_subset(vm, other)?))
}

fn is_superset(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [other] = args.exactly::<1>(vm, "issuperset")?;
    Ok(Value::bool(receiver::<Set>(vm, own)?.is_superset(vm, other)?))
}

/// The bytes that CPython would need.
fn sizeof(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let slots = receiver::<Set>(vm, own)?.slot_count();
    Ok(Value::small_int(200 + if slots > super::MIN_SLOTS { 16 * slots as i64 } else { 0 }))
}

fn symmetric_difference(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [other] = args.exactly::<1>(vm, "symmetric_difference")?;
    Ok(receiver::<Set>(vm, own)?.symmetric_difference(vm, other)?.into())
}

fn symmetric_difference_update(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [other] = args.exactly::<1>(vm, "symmetric_difference_update")?;
    receiver::<Set>(vm, own)?.symmetric_difference_update(vm, other)?;
    Ok(Value::NONE)
}

fn union(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.no_keywords(vm, "union")?;
    let set = receiver::<Set>(vm, own)?;
    let result = set.copy(vm)?;
    for &other in args.values() {
        if !own.is(other) {
            result.update(vm, other)?;
        }
    }
    Ok(result.into())
}

fn update(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.no_keywords(vm, "update")?;
    let set = receiver::<Set>(vm, own)?;
    for &other in args.values() {
        set.update(vm, other)?;
    }
    Ok(Value::NONE)
}

fn class_getitem(vm: &mut Vm, class: Value, args: Args<'_>) -> PyResult {
    let [item] = args.exactly::<1>(vm, "__class_getitem__")?;
    genericalias::new_alias(vm, class, item)
}
