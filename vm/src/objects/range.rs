//! `range`, and the iterator over one.

use std::cell::Cell;

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::int::View;
use crate::objects::receiver;
use crate::objects::slice::{Slice, is_index};
use crate::objects::string::StrBuilder;
use crate::objects::typeobj::Type;
use crate::slots::{BinaryOp, CompareOp, Slots};
use crate::spec::{Convention, MethodSpec, PatternKind, TypeSpec, member, method};
use crate::value::Value;

/// A range. All fields are exact integers of any size.
#[repr(C)]
pub struct Range {
    header: Header,
    /// `start`.
    pub start: Value,
    /// `stop`.
    pub stop: Value,
    /// `step`, not zero.
    pub step: Value,
    /// The number of items.
    pub length: Value,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
#[expect(unsafe_code, reason = "implementing the heap's contract")]
unsafe impl HeapObject for Range {
    const LAYOUT: LayoutKind = LayoutKind::Range;

    fn trace(&self, marker: &mut Marker) {
        for value in [self.start, self.stop, self.step, self.length] {
            marker.value(value);
        }
    }
}

/// An iterator over a range. While all that is to come fits the word, the numbers are kept as such.
#[repr(C)]
pub struct RangeIter {
    header: Header,
    /// How many items are left; −1 when the numbers are large.
    left: Cell<i64>,
    next: Cell<i64>,
    step: i64,
    /// How many items there were at the beginning.
    length: Value,
    /// What is large: the first item, the step, and the index of the next item.
    large_start: Value,
    large_step: Value,
    large_index: Field,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
#[expect(unsafe_code, reason = "implementing the heap's contract")]
unsafe impl HeapObject for RangeIter {
    const LAYOUT: LayoutKind = LayoutKind::RangeIter;

    fn trace(&self, marker: &mut Marker) {
        for value in [self.length, self.large_start, self.large_step, self.large_index.get()] {
            marker.value(value);
        }
    }
}

impl RangeIter {
    /// The next item if the numbers are small: `NULL` at the end. `None` if they are large.
    #[inline(always)]
    pub fn next_small(&self) -> Option<Value> {
        let left = self.left.get();
        if left > 0 {
            let next = self.next.get();
            self.left.set(left - 1);
            self.next.set(next + self.step);
            Some(Value::small_int(next))
        } else if left == 0 {
            Some(Value::NULL)
        } else {
            None
        }
    }

    fn next_large(&self, vm: &mut Vm) -> PyResult {
        let index = self.large_index.get();
        if !vm.compare_bool(index, self.length, CompareOp::Lt)? {
            return Ok(Value::NULL);
        }
        let following = vm.binary_op(BinaryOp::Add, index, Value::small_int(1))?;
        self.large_index.set(following);
        let way = vm.binary_op(BinaryOp::Multiply, index, self.large_step)?;
        vm.binary_op(BinaryOp::Add, self.large_start, way)
    }
}

/// The type `range`.
pub static RANGE_TYPE: TypeSpec = TypeSpec {
    vectorcall: true,
    pattern: PatternKind::Sequence,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        compare: Some(compare),
        hash: Some(hash),
        iter: Some(iter),
        length: Some(length),
        bool: Some(|vm, own| Ok(!receiver::<Range>(vm, own)?.length.is(Value::small_int(0)))),
        contains: Some(contains),
        getitem: Some(getitem),
        ..Slots::NONE
    },
    methods: &[
        method("__reversed__", reversed, Convention::NoArgs),
        method("__reduce__", reduce, Convention::NoArgs),
        method("count", count, Convention::O),
        method("index", index, Convention::O),
    ],
    getset: &[
        member("start", |vm, own| Ok(receiver::<Range>(vm, own)?.start)),
        member("stop", |vm, own| Ok(receiver::<Range>(vm, own)?.stop)),
        member("step", |vm, own| Ok(receiver::<Range>(vm, own)?.step)),
    ],
    ..TypeSpec::new("range", LayoutKind::Range)
};

/// The type `range_iterator`.
pub static RANGE_ITERATOR_TYPE: TypeSpec = iterator_type("range_iterator");
/// The type `longrange_iterator`: over what does not fit C's `long`.
pub static LONGRANGE_ITERATOR_TYPE: TypeSpec = iterator_type("longrange_iterator");

const ITERATOR_METHODS: &[MethodSpec] = &[
    method("__length_hint__", length_hint, Convention::NoArgs),
    method("__reduce__", reduce_iterator, Convention::NoArgs),
    method("__setstate__", set_iterator_state, Convention::O),
];

const fn iterator_type(name: &'static str) -> TypeSpec {
    TypeSpec {
        slots: Slots { iter: Some(|_, own| Ok(own)), iternext: Some(iternext), ..Slots::NONE },
        methods: ITERATOR_METHODS,
        ..TypeSpec::new(name, LayoutKind::RangeIter)
    }
}

/// An iterator over the whole range, with the index of the next item as its state.
fn reduce_iterator(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let iter = crate::objects::iter::maker(vm, "iter")?;
    let iterator = receiver::<RangeIter>(vm, own)?;
    let (start, step, index) = match (iterator.left.get(), iterator.length.as_small_int()) {
        (left @ 0.., Some(length)) => {
            let index = length - left;
            let start = iterator.next.get() - index * iterator.step;
            (vm.int(start), vm.int(iterator.step), vm.int(index))
        }
        _ => (iterator.large_start, iterator.large_step, iterator.large_index.get()),
    };
    let way = vm.binary_op(BinaryOp::Multiply, step, iterator.length)?;
    let stop = vm.binary_op(BinaryOp::Add, start, way)?;
    let range = vm.new_range(start, stop, step)?;
    crate::objects::iter::reduced(vm, iter, &[range.into()], Some(index))
}

fn set_iterator_state(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [state] = args.exactly(vm, "__setstate__")?;
    let iterator = receiver::<RangeIter>(vm, own)?;
    if let (left @ 0.., Some(length)) = (iterator.left.get(), iterator.length.as_small_int()) {
        let index = vm.index_clamped(state)?.clamp(0, length);
        iterator.next.set(iterator.next.get() + (index - (length - left)) * iterator.step);
        iterator.left.set(length - index);
        return Ok(Value::NONE);
    }
    let state = exact_index(vm, state)?;
    let zero = Value::small_int(0);
    let index = if vm.compare_bool(state, zero, CompareOp::Lt)? {
        zero
    } else if vm.compare_bool(state, iterator.length, CompareOp::Gt)? {
        iterator.length
    } else {
        state
    };
    iterator.large_index.set(index);
    Ok(Value::NONE)
}

impl Vm {
    /// A range over exact integers, `step` not zero.
    pub fn new_range(&mut self, start: Value, stop: Value, step: Value) -> PyResult<Gc<Range>> {
        let length = range_length(self, start, stop, step)?;
        let header = Header::new(self.types.range);
        Ok(self.heap.allocate(Range { header, start, stop, step, length }))
    }
}

/// The small integers in three values.
fn small(a: Value, b: Value, c: Value) -> Option<(i64, i64, i64)> {
    Some((a.as_small_int()?, b.as_small_int()?, c.as_small_int()?))
}

/// How many items there are from `start` up to `stop`.
fn range_length(vm: &mut Vm, start: Value, stop: Value, step: Value) -> PyResult {
    if let Some((start, stop, step)) = small(start, stop, step) {
        let (low, high) = if step > 0 { (start, stop) } else { (stop, start) };
        let length = if low < high { (high - low - 1) / step.abs() + 1 } else { 0 };
        return Ok(vm.int(length));
    }
    let zero = Value::small_int(0);
    let forwards = vm.compare_bool(step, zero, CompareOp::Gt)?;
    let (low, high) = if forwards { (start, stop) } else { (stop, start) };
    if !vm.compare_bool(low, high, CompareOp::Lt)? {
        return Ok(zero);
    }
    let step = if forwards { step } else { vm.binary_op(BinaryOp::Subtract, zero, step)? };
    let span = vm.binary_op(BinaryOp::Subtract, high, low)?;
    let span = vm.binary_op(BinaryOp::Subtract, span, Value::small_int(1))?;
    let steps = vm.binary_op(BinaryOp::FloorDivide, span, step)?;
    vm.binary_op(BinaryOp::Add, steps, Value::small_int(1))
}

/// An argument as an exact integer.
fn exact_index(vm: &mut Vm, value: Value) -> PyResult {
    if value.is_small_int() {
        return Ok(value);
    }
    let index = vm.index(value)?;
    if index.is_exact(vm.types.int) || index.is_small_int() {
        return Ok(index);
    }
    vm.binary_op(BinaryOp::Add, index, Value::small_int(0))
}

fn new(vm: &mut Vm, _ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let values = match args.values() {
        [_, ..] if args.keyword_count() == 0 && args.len() <= 3 => args.values(),
        _ => args.between(vm, "range", 1, 3)?,
    };
    let (start, stop) = match *values {
        [stop] => (Value::small_int(0), exact_index(vm, stop)?),
        _ => (exact_index(vm, values[0])?, exact_index(vm, values[1])?),
    };
    let step = match values.get(2) {
        Some(&step) => exact_index(vm, step)?,
        None => Value::small_int(1),
    };
    if step.is(Value::small_int(0)) {
        return Err(vm.value_error("range() arg 3 must not be zero"));
    }
    Ok(vm.new_range(start, stop, step)?.into())
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let range = receiver::<Range>(vm, own)?;
    let mut text = StrBuilder::new();
    text.push_str("range(");
    text.push_string(vm.repr(range.start)?);
    text.push_str(", ");
    text.push_string(vm.repr(range.stop)?);
    if !range.step.is(Value::small_int(1)) {
        text.push_str(", ");
        text.push_string(vm.repr(range.step)?);
    }
    text.push_str(")");
    Ok(text.finish(vm).into())
}

/// Ranges are equal when they have the same items.
fn compare(vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    let (Some(a), Some(b)) = (left.cast::<Range>(), right.cast::<Range>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    match op {
        CompareOp::Eq => Ok(Value::bool(equal(vm, a, b)?)),
        CompareOp::Ne => Ok(Value::bool(!equal(vm, a, b)?)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn equal(vm: &mut Vm, a: Gc<Range>, b: Gc<Range>) -> PyResult<bool> {
    if a == b {
        return Ok(true);
    }
    if !vm.equals(a.length, b.length)? {
        return Ok(false);
    }
    if a.length.is(Value::small_int(0)) {
        return Ok(true);
    }
    if !vm.equals(a.start, b.start)? {
        return Ok(false);
    }
    Ok(a.length.is(Value::small_int(1)) || vm.equals(a.step, b.step)?)
}

fn hash(vm: &mut Vm, own: Value) -> PyResult<i64> {
    let range = receiver::<Range>(vm, own)?;
    let empty = range.length.is(Value::small_int(0));
    let single = range.length.is(Value::small_int(1));
    let items = [
        range.length,
        if empty { Value::NONE } else { range.start },
        if empty || single { Value::NONE } else { range.step },
    ];
    let tuple = vm.new_tuple(&items);
    vm.hash(tuple.into())
}

fn length(vm: &mut Vm, own: Value) -> PyResult<usize> {
    match View::of(receiver::<Range>(vm, own)?.length) {
        Some(View::Small(length)) => Ok(length as usize),
        _ => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

/// `start + index * step`.
fn item(vm: &mut Vm, range: Gc<Range>, index: Value) -> PyResult {
    if let Some((start, step, index)) = small(range.start, range.step, index)
        && let Some(value) = step.checked_mul(index).and_then(|offset| start.checked_add(offset))
    {
        return Ok(vm.int(value));
    }
    let offset = vm.binary_op(BinaryOp::Multiply, index, range.step)?;
    vm.binary_op(BinaryOp::Add, range.start, offset)
}

/// An iterator from `start` on.
fn iterator(vm: &mut Vm, start: Value, step: Value, length: Value) -> PyResult {
    // CPython's type for what fits C's `long`, the item that would follow the last one included.
    let fits = match (View::of(start), View::of(step), View::of(length)) {
        (Some(View::Small(start)), Some(View::Small(step)), Some(View::Small(length))) => {
            step.checked_mul(length).and_then(|way| way.checked_add(start)).is_some()
        }
        _ => false,
    };
    let header = Header::new(if fits { vm.types.range_iterator } else { vm.types.longrange_iterator });
    let iterator = match small(start, step, length) {
        // The last item has to fit as well; what would follow it then fits 64 bits.
        Some((first, by, left))
            if left == 0
                || (left - 1)
                    .checked_mul(by)
                    .and_then(|way| way.checked_add(first))
                    .is_some_and(|last| Value::try_small_int(last).is_some()) =>
        {
            RangeIter {
                header,
                left: Cell::new(left),
                next: Cell::new(first),
                step: by,
                length,
                large_start: Value::NULL,
                large_step: Value::NULL,
                large_index: Field::new(Value::NULL),
            }
        }
        _ => RangeIter {
            header,
            left: Cell::new(-1),
            next: Cell::new(0),
            step: 0,
            length,
            large_start: start,
            large_step: step,
            large_index: Field::new(Value::small_int(0)),
        },
    };
    Ok(vm.heap.allocate(iterator).into())
}

fn iter(vm: &mut Vm, own: Value) -> PyResult {
    let range = receiver::<Range>(vm, own)?;
    iterator(vm, range.start, range.step, range.length)
}

fn reversed(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let range = receiver::<Range>(vm, own)?;
    let zero = Value::small_int(0);
    if range.length.is(zero) {
        return iterator(vm, range.start, range.step, zero);
    }
    let last = vm.binary_op(BinaryOp::Subtract, range.length, Value::small_int(1))?;
    let last = item(vm, range, last)?;
    let step = vm.binary_op(BinaryOp::Subtract, zero, range.step)?;
    iterator(vm, last, step, range.length)
}

fn iternext(vm: &mut Vm, own: Value) -> PyResult {
    let iterator = receiver::<RangeIter>(vm, own)?;
    match iterator.next_small() {
        Some(value) => Ok(value),
        None => iterator.next_large(vm),
    }
}

fn length_hint(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let iterator = receiver::<RangeIter>(vm, own)?;
    match iterator.left.get() {
        -1 => vm.binary_op(BinaryOp::Subtract, iterator.length, iterator.large_index.get()),
        left => Ok(vm.int(left)),
    }
}

fn getitem(vm: &mut Vm, own: Value, key: Value) -> PyResult {
    let range = receiver::<Range>(vm, own)?;
    if is_index(vm, key) {
        let mut index = exact_index(vm, key)?;
        let zero = Value::small_int(0);
        if vm.compare_bool(index, zero, CompareOp::Lt)? {
            index = vm.binary_op(BinaryOp::Add, index, range.length)?;
        }
        if vm.compare_bool(index, zero, CompareOp::Lt)? || vm.compare_bool(index, range.length, CompareOp::Ge)? {
            return Err(vm.index_error("range object index out of range"));
        }
        return item(vm, range, index);
    }
    let Some(slice) = key.cast::<Slice>() else {
        let ty = vm.type_name(key);
        return Err(vm.type_error(format!("range indices must be integers or slices, not {ty}")));
    };
    let length = View::of(range.length).map(View::to_big).unwrap_or_default();
    let [start, stop, step] = slice.large_indices(vm, &length)?;
    let (start, stop, step) = (vm.int_from_big(start), vm.int_from_big(stop), vm.int_from_big(step));
    let step = vm.binary_op(BinaryOp::Multiply, range.step, step)?;
    let start = item(vm, range, start)?;
    let stop = item(vm, range, stop)?;
    Ok(vm.new_range(start, stop, step)?.into())
}

/// Whether an exact integer or truth value is an item.
fn contains_int(vm: &mut Vm, range: Gc<Range>, value: Value) -> PyResult<bool> {
    let zero = Value::small_int(0);
    let forwards = vm.compare_bool(range.step, zero, CompareOp::Gt)?;
    let (low, high) = if forwards { (CompareOp::Ge, CompareOp::Lt) } else { (CompareOp::Le, CompareOp::Gt) };
    if !vm.compare_bool(value, range.start, low)? || !vm.compare_bool(value, range.stop, high)? {
        return Ok(false);
    }
    let offset = vm.binary_op(BinaryOp::Subtract, value, range.start)?;
    let rest = vm.binary_op(BinaryOp::Remainder, offset, range.step)?;
    Ok(rest.is(zero))
}

fn is_plain_int(vm: &Vm, value: Value) -> bool {
    value.is_small_int() || value.is_bool() || value.is_exact(vm.types.int)
}

fn contains(vm: &mut Vm, own: Value, value: Value) -> PyResult<bool> {
    let range = receiver::<Range>(vm, own)?;
    if is_plain_int(vm, value) {
        return contains_int(vm, range, value);
    }
    vm.contains_by_iteration(own, value)
}

fn count(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly::<1>(vm, "count")?;
    let range = receiver::<Range>(vm, own)?;
    if is_plain_int(vm, value) {
        return Ok(Value::small_int(i64::from(contains_int(vm, range, value)?)));
    }
    let mut found = 0;
    vm.for_each(own, |vm, item| {
        found += i64::from(vm.equals(item, value)?);
        Ok(())
    })?;
    Ok(Value::small_int(found))
}

fn index(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly::<1>(vm, "index")?;
    let range = receiver::<Range>(vm, own)?;
    if !is_plain_int(vm, value) {
        let iterator = iter(vm, own)?;
        let mut index = 0;
        while let Some(item) = vm.next(iterator)? {
            if vm.equals(item, value)? {
                return Ok(Value::small_int(index));
            }
            index += 1;
        }
        return Err(vm.value_error("sequence.index(x): x not in sequence"));
    }
    if contains_int(vm, range, value)? {
        let offset = vm.binary_op(BinaryOp::Subtract, value, range.start)?;
        return vm.binary_op(BinaryOp::FloorDivide, offset, range.step);
    }
    let value = vm.repr_text(value)?;
    Err(vm.value_error(format!("{value} is not in range")))
}

fn reduce(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let range = receiver::<Range>(vm, own)?;
    let arguments = vm.new_tuple(&[range.start, range.stop, range.step]);
    let class = vm.types.range;
    Ok(vm.new_pair(class.into(), arguments.into()).into())
}
