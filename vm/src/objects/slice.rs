//! `slice`, and what its bounds mean for a sequence.

use dashu_int::{IBig, Sign};

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Gc, Header, HeapObject, LayoutKind};
use crate::objects::receiver;
use crate::objects::string::{Str, StrBuilder};
use crate::objects::typeobj::Type;
use crate::slots::{CompareOp, Slots};
use crate::spec::{Convention, MethodSpec, TypeSpec, member, method};
use crate::value::Value;

/// A slice object.
#[repr(C)]
pub struct Slice {
    header: Header,
    /// Where it starts.
    pub start: Value,
    /// Where it stops.
    pub stop: Value,
    /// The step.
    pub step: Value,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
#[expect(unsafe_code, reason = "implementing the heap's contract")]
unsafe impl HeapObject for Slice {
    const LAYOUT: LayoutKind = LayoutKind::Slice;

    fn trace(&self, marker: &mut Marker) {
        marker.value(self.start);
        marker.value(self.stop);
        marker.value(self.step);
    }
}

/// The type `slice`.
pub static SLICE_TYPE: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        compare: Some(compare),
        hash: Some(crate::protocol::hash_not_implemented),
        ..Slots::NONE
    },
    methods: METHODS,
    getset: &[
        member("start", |vm, own| Ok(receiver::<Slice>(vm, own)?.start)),
        member("stop", |vm, own| Ok(receiver::<Slice>(vm, own)?.stop)),
        member("step", |vm, own| Ok(receiver::<Slice>(vm, own)?.step)),
    ],
    ..TypeSpec::new("slice", LayoutKind::Slice)
};

const METHODS: &[MethodSpec] =
    &[method("indices", indices_method, Convention::O), method("__reduce__", reduce, Convention::NoArgs)];

impl Vm {
    /// A slice object.
    pub fn new_slice(&mut self, start: Value, stop: Value, step: Value) -> Gc<Slice> {
        let header = Header::new(self.types.slice);
        self.heap.allocate(Slice { header, start, stop, step })
    }
}

/// The bounds of a slice as numbers, before the length of the sequence is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// Where it starts; negative counts from the end.
    pub start: i64,
    /// Where it stops.
    pub stop: i64,
    /// The step, not zero.
    pub step: i64,
}

impl Bounds {
    /// The first index and the number of items for a sequence of this length; `stop` becomes an index too
    /// (`PySlice_AdjustIndices`).
    pub fn adjust(&mut self, length: usize) -> usize {
        let length = length as i64;
        let backwards = self.step < 0;
        let clamp = |bound: i64| {
            if bound < 0 {
                let bound = bound.saturating_add(length);
                if bound < 0 { if backwards { -1 } else { 0 } } else { bound }
            } else if bound >= length {
                if backwards { length - 1 } else { length }
            } else {
                bound
            }
        };
        self.start = clamp(self.start);
        self.stop = clamp(self.stop);
        if backwards {
            if self.stop < self.start { ((self.start - self.stop - 1) / -self.step + 1) as usize } else { 0 }
        } else if self.start < self.stop {
            ((self.stop - self.start - 1) / self.step + 1) as usize
        } else {
            0
        }
    }
}

impl Slice {
    /// The bounds as numbers (`PySlice_Unpack`). May run `__index__`: ask for the length afterwards.
    pub fn bounds(&self, vm: &mut Vm) -> PyResult<Bounds> {
        let step = if self.step.is_none() { 1 } else { slice_index(vm, self.step)? };
        if step == 0 {
            return Err(vm.value_error("slice step cannot be zero"));
        }
        let step = step.max(-i64::MAX);
        let start = match self.start.is_none() {
            true => {
                if step < 0 {
                    i64::MAX
                } else {
                    0
                }
            }
            false => slice_index(vm, self.start)?,
        };
        let stop = match self.stop.is_none() {
            true => {
                if step < 0 {
                    i64::MIN
                } else {
                    i64::MAX
                }
            }
            false => slice_index(vm, self.stop)?,
        };
        Ok(Bounds { start, stop, step })
    }

    /// Start, stop and step for a sequence of any length (`_PySlice_GetLongIndices`).
    ///
    /// # Errors
    /// `TypeError` for bounds that are no integers, `ValueError` for a step of zero.
    pub fn large_indices(&self, vm: &mut Vm, length: &IBig) -> PyResult<[IBig; 3]> {
        let number = |vm: &mut Vm, value: Value| -> PyResult<Option<IBig>> {
            if value.is_none() {
                return Ok(None);
            }
            if !is_index(vm, value) {
                return Err(vm.type_error("slice indices must be integers or None or have an __index__ method"));
            }
            Ok(Some(vm.index_view(value)?.to_big()))
        };
        let step = number(vm, self.step)?.unwrap_or(IBig::ONE);
        if step == IBig::ZERO {
            return Err(vm.value_error("slice step cannot be zero"));
        }
        let backwards = step.sign() == Sign::Negative;
        let (lower, upper) = if backwards { (IBig::NEG_ONE, length - IBig::ONE) } else { (IBig::ZERO, length.clone()) };
        let clamp = |bound: IBig| {
            let bound = if bound.sign() == Sign::Negative { bound + length } else { bound };
            bound.clamp(lower.clone(), upper.clone())
        };
        let start = number(vm, self.start)?.map(clamp);
        let stop = number(vm, self.stop)?.map(clamp);
        let (first, last) = if backwards { (upper, lower) } else { (lower, upper) };
        Ok([start.unwrap_or(first), stop.unwrap_or(last), step])
    }

    /// First index, step and number of items for a sequence of a length that `__index__` methods cannot change.
    pub fn indices(&self, vm: &mut Vm, length: usize) -> PyResult<(i64, i64, usize)> {
        let mut bounds = self.bounds(vm)?;
        let count = bounds.adjust(length);
        Ok((bounds.start, bounds.step, count))
    }
}

/// A bound that must be an integer, cut off at the ends of the range (`_PyEval_SliceIndexNotNone`).
///
/// # Errors
/// `TypeError` for what is no integer, `None` included.
pub fn search_bound(vm: &mut Vm, value: Value) -> PyResult<i64> {
    if !is_index(vm, value) {
        return Err(vm.type_error("slice indices must be integers or have an __index__ method"));
    }
    vm.index_clamped(value)
}

/// A bound of a slice as a number, cut off at the ends of the range (`_PyEval_SliceIndexNotNone`).
pub fn slice_index(vm: &mut Vm, value: Value) -> PyResult<i64> {
    if let Some(i) = value.as_small_int() {
        return Ok(i);
    }
    if vm.type_of(value).slots().unary[crate::slots::UnaryOp::Index as usize].is_none() {
        return Err(vm.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    vm.index_clamped(value)
}

/// Whether a value has `__index__`.
#[inline]
pub fn is_index(vm: &Vm, value: Value) -> bool {
    value.is_small_int() || vm.type_of(value).slots().unary[crate::slots::UnaryOp::Index as usize].is_some()
}

/// The place that an index means in a sequence of this length; negative ones count from the end.
#[inline]
pub fn place(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 { index.checked_add(length as i64)? } else { index };
    usize::try_from(index).ok().filter(|i| *i < length)
}

/// `index(value, start, stop)`'s and the like's range: clamped to the sequence.
pub fn search_range(start: i64, stop: i64, length: usize) -> (usize, usize) {
    let length = length as i64;
    let clamp = |bound: i64| if bound < 0 { (bound.saturating_add(length)).max(0) } else { bound };
    (clamp(start) as usize, clamp(stop) as usize)
}

fn new(vm: &mut Vm, _ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "slice", 1, 3)?;
    let slice = match *values {
        [stop] => vm.new_slice(Value::NONE, stop, Value::NONE),
        [start, stop] => vm.new_slice(start, stop, Value::NONE),
        _ => vm.new_slice(values[0], values[1], values[2]),
    };
    Ok(slice.into())
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let slice = receiver::<Slice>(vm, own)?;
    let mut text = StrBuilder::new();
    for (separator, part) in [("slice(", slice.start), (", ", slice.stop), (", ", slice.step)] {
        let part: Gc<Str> = vm.repr(part)?;
        text.push_str(separator);
        text.push_string(part);
    }
    text.push_str(")");
    Ok(text.finish(vm).into())
}

fn compare(vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    let (Some(a), Some(b)) = (left.cast::<Slice>(), right.cast::<Slice>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    if left.is(right) {
        return Ok(Value::bool(matches!(op, CompareOp::Eq | CompareOp::Le | CompareOp::Ge)));
    }
    let a: Value = vm.new_tuple(&[a.start, a.stop, a.step]).into();
    let b: Value = vm.new_tuple(&[b.start, b.stop, b.step]).into();
    vm.compare(a, b, op)
}

/// `slice.indices(length)`. The bounds may be larger than a machine word; the result is within it, as lengths are.
fn indices_method(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let slice = receiver::<Slice>(vm, own)?;
    let [length] = args.exactly::<1>(vm, "indices")?;
    let length = vm.index_view(length)?.to_big();
    if length.sign() == Sign::Negative {
        return Err(vm.value_error("length should not be negative"));
    }
    let numbers = slice.large_indices(vm, &length)?;
    let mut items = vm.heap.temp_vec();
    for number in numbers {
        let number = vm.int_from_big(number);
        items.push(number);
    }
    Ok(vm.new_tuple(&items).into())
}

/// `slice.__reduce__()`.
fn reduce(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let slice = receiver::<Slice>(vm, own)?;
    let parts = vm.new_tuple(&[slice.start, slice.stop, slice.step]);
    let class = vm.types.slice;
    Ok(vm.new_pair(class.into(), parts.into()).into())
}

#[cfg(test)]
mod tests {
    use super::Bounds;

    fn adjusted(start: i64, stop: i64, step: i64, length: usize) -> (i64, i64, usize) {
        let mut bounds = Bounds { start, stop, step };
        let count = bounds.adjust(length);
        (bounds.start, bounds.stop, count)
    }

    #[test]
    fn bounds_are_adjusted_as_cpython_does() {
        assert_eq!(adjusted(0, i64::MAX, 1, 5), (0, 5, 5));
        assert_eq!(adjusted(i64::MAX, i64::MIN, -1, 5), (4, -1, 5));
        assert_eq!(adjusted(-3, -1, 1, 5), (2, 4, 2));
        assert_eq!(adjusted(1, 10, 3, 8), (1, 8, 3));
        assert_eq!(adjusted(5, 1, 1, 8), (5, 1, 0));
        assert_eq!(adjusted(6, 0, -4, 8), (6, 0, 2));
        assert_eq!(adjusted(i64::MAX, i64::MIN, -i64::MAX, 3), (2, -1, 1));
    }
}
