//! The type `tuple`: slots and methods.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::{Gc, LayoutKind};
use crate::objects::list::{List, find_item};
use crate::objects::slice::{self, Slice, is_index, search_bound, search_range};
use crate::objects::string::{StrBuilder, memory_error};
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::objects::{genericalias, iter, receiver, refuse_keywords};
use crate::slots::{CompareOp, Slots};
use crate::spec::{Convention, MethodSpec, PatternKind, TypeSpec, class_method, method};
use crate::value::Value;

/// The type `tuple`.
pub static TUPLE_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    vectorcall: true,
    pattern: PatternKind::SequenceMatchSelf,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        compare: Some(compare),
        hash: Some(hash),
        iter: Some(iter::iter_sequence),
        length: Some(|vm, own| Ok(receiver::<Tuple>(vm, own)?.len())),
        contains: Some(contains),
        getitem: Some(getitem),
        concat: Some(concat),
        repeat: Some(repeat),
        ..Slots::NONE
    },
    methods: METHODS,
    ..TypeSpec::new("tuple", LayoutKind::Tuple)
};

const METHODS: &[MethodSpec] = &[
    method("__getnewargs__", getnewargs, Convention::NoArgs),
    method("index", index, Convention::Fast),
    method("count", count, Convention::O),
    class_method("__class_getitem__", class_getitem, Convention::O),
];

impl Vm {
    /// A tuple of what an iterable gives; a plain tuple is itself the answer (`PySequence_Tuple`).
    pub fn tuple_from(&mut self, iterable: Value) -> PyResult<Gc<Tuple>> {
        if iterable.is_exact(self.types.tuple)
            && let Some(tuple) = iterable.cast::<Tuple>()
        {
            return Ok(tuple);
        }
        if iterable.is_exact(self.types.list)
            && let Some(list) = iterable.cast::<List>()
        {
            return Ok(list.to_tuple(self));
        }
        let mut items = self.heap.temp_vec();
        let iterator = self.iter(iterable)?;
        let hint = self.length_hint(iterable, 10)?;
        if !self.heap.fits(hint.saturating_mul(size_of::<Value>())) {
            return Err(memory_error(self));
        }
        while let Some(item) = self.next(iterator)? {
            items.push(item);
        }
        Ok(self.new_tuple(&items))
    }
}

fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    refuse_keywords(vm, ty, vm.types.tuple, args, "tuple")?;
    let given = args.positionals();
    if given.len() > 1 {
        return Err(vm.type_error(format!("tuple expected at most 1 argument, got {}", given.len())));
    }
    let tuple = match given.first() {
        Some(&iterable) => vm.tuple_from(iterable)?,
        None => vm.new_tuple(&[]),
    };
    if ty == vm.types.tuple { Ok(tuple.into()) } else { Ok(vm.new_tuple_of(ty, tuple.items()).into()) }
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let tuple = receiver::<Tuple>(vm, own)?;
    if tuple.is_empty() {
        return Ok(vm.new_str("()").into());
    }
    if !vm.enter_repr(own) {
        return Ok(vm.new_str("(...)").into());
    }
    let text = repr_entered(vm, tuple);
    vm.leave_repr();
    Ok(text?.finish(vm).into())
}

fn repr_entered(vm: &mut Vm, tuple: Gc<Tuple>) -> PyResult<StrBuilder> {
    let mut text = StrBuilder::new();
    text.push_str("(");
    for (index, &item) in tuple.items().iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        text.push_string(vm.repr(item)?);
    }
    text.push_str(if tuple.len() == 1 { ",)" } else { ")" });
    Ok(text)
}

fn compare(vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    let (Some(a), Some(b)) = (left.cast::<Tuple>(), right.cast::<Tuple>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    // Unlike lists, tuples of different lengths are compared item by item for `==` as well.
    let mut index = 0;
    while let (Some(x), Some(y)) = (a.get(index), b.get(index)) {
        if !vm.equals(x, y)? {
            return match op {
                CompareOp::Eq => Ok(Value::FALSE),
                CompareOp::Ne => Ok(Value::TRUE),
                _ => vm.compare(x, y, op),
            };
        }
        index += 1;
    }
    Ok(Value::bool(op.test(a.len().cmp(&b.len()))))
}

/// CPython's variant of xxHash over the items' hashes.
fn hash(vm: &mut Vm, own: Value) -> PyResult<i64> {
    const PRIME_1: u64 = 11_400_714_785_074_694_791;
    const PRIME_2: u64 = 14_029_467_366_897_019_727;
    const PRIME_5: u64 = 2_870_177_450_012_600_261;
    let tuple = receiver::<Tuple>(vm, own)?;
    let mut acc = PRIME_5;
    for &item in tuple.items() {
        let lane = vm.hash_key(item)? as u64;
        acc = acc.wrapping_add(lane.wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1);
    }
    acc = acc.wrapping_add(tuple.len() as u64 ^ (PRIME_5 ^ 3_527_539));
    Ok(if acc == u64::MAX { 1_546_275_796 } else { acc as i64 })
}

fn contains(vm: &mut Vm, own: Value, value: Value) -> PyResult<bool> {
    let tuple = receiver::<Tuple>(vm, own)?;
    Ok(find_item(vm, value, 0, tuple.len(), |i| tuple.get(i))?.is_some())
}

fn getitem(vm: &mut Vm, own: Value, key: Value) -> PyResult {
    let tuple = receiver::<Tuple>(vm, own)?;
    if is_index(vm, key) {
        let index = vm.index_position(key)?;
        return match slice::place(index, tuple.len()).and_then(|i| tuple.get(i)) {
            Some(item) => Ok(item),
            None => Err(vm.index_error("tuple index out of range")),
        };
    }
    let Some(slice) = key.cast::<Slice>() else {
        let ty = vm.type_name(key);
        return Err(vm.type_error(format!("tuple indices must be integers or slices, not {ty}")));
    };
    let (start, step, len) = slice.indices(vm, tuple.len())?;
    if start == 0 && step == 1 && len == tuple.len() && own.is_exact(vm.types.tuple) {
        return Ok(own);
    }
    if step == 1 && len > 0 {
        let start = start as usize;
        return Ok(vm.new_tuple(&tuple.items()[start..start + len]).into());
    }
    let items: Vec<Value> = (0..len as i64).filter_map(|i| tuple.get((start + i * step) as usize)).collect();
    // The items are the tuple's own: nothing is lost while they are in the vector.
    Ok(vm.new_tuple(&items).into())
}

fn concat(vm: &mut Vm, own: Value, other: Value) -> PyResult {
    let tuple = receiver::<Tuple>(vm, own)?;
    let Some(second) = other.cast::<Tuple>() else {
        let ty = vm.type_name(other);
        return Err(vm.type_error(format!("can only concatenate tuple (not \"{ty}\") to tuple")));
    };
    if tuple.is_empty() && other.is_exact(vm.types.tuple) {
        return Ok(other);
    }
    if second.is_empty() && own.is_exact(vm.types.tuple) {
        return Ok(own);
    }
    let items = [tuple.items(), second.items()].concat();
    Ok(vm.new_tuple(&items).into())
}

fn repeat(vm: &mut Vm, own: Value, count: Value) -> PyResult {
    let tuple = receiver::<Tuple>(vm, own)?;
    let count = vm.index_i64(count)?.max(0) as usize;
    if (count == 1 || tuple.is_empty()) && own.is_exact(vm.types.tuple) {
        return Ok(own);
    }
    let total = tuple.len().saturating_mul(count);
    if !vm.heap.fits(total.saturating_mul(size_of::<Value>())) {
        let ty = vm.exc.MemoryError;
        return Err(vm.raise_with(ty, &[]));
    }
    let items = tuple.items().repeat(count);
    Ok(vm.new_tuple(&items).into())
}

fn getnewargs(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let tuple = receiver::<Tuple>(vm, own)?;
    let plain: Value = vm.new_tuple(tuple.items()).into();
    Ok(vm.new_tuple(&[plain]).into())
}

fn index(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "index", 1, 3)?;
    let start = if let Some(&bound) = values.get(1) { search_bound(vm, bound)? } else { 0 };
    let stop = if let Some(&bound) = values.get(2) { search_bound(vm, bound)? } else { i64::MAX };
    let tuple = receiver::<Tuple>(vm, own)?;
    let (start, stop) = search_range(start, stop, tuple.len());
    match find_item(vm, values[0], start, stop, |i| tuple.get(i))? {
        Some(index) => Ok(Value::small_int(index as i64)),
        None => Err(vm.value_error("tuple.index(x): x not in tuple")),
    }
}

fn count(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly::<1>(vm, "count")?;
    let tuple = receiver::<Tuple>(vm, own)?;
    let (mut from, mut count) = (0, 0);
    while let Some(index) = find_item(vm, value, from, tuple.len(), |i| tuple.get(i))? {
        count += 1;
        from = index + 1;
    }
    Ok(Value::small_int(count))
}

fn class_getitem(vm: &mut Vm, class: Value, args: Args<'_>) -> PyResult {
    let [item] = args.exactly::<1>(vm, "__class_getitem__")?;
    genericalias::new_alias(vm, class, item)
}
