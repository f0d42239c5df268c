//! What lists and tuples have in common: comparing item by item, and searching.

use crate::Vm;
use crate::error::PyResult;
use crate::objects::dict::quick_equal;
use crate::slots::CompareOp;
use crate::value::Value;

/// Compares two sequences whose lengths and items are asked for again after every comparison (`list_richcompare`).
pub(crate) fn sequence_compare(
    vm: &mut Vm,
    op: CompareOp,
    length: impl Fn(usize) -> usize,
    item: impl Fn(usize, usize) -> Option<Value>,
) -> PyResult {
    if length(0) != length(1) && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    let mut index = 0;
    while let (Some(a), Some(b)) = (item(0, index), item(1, index)) {
        if !a.is(b) && !equal_items(vm, a, b)? {
            // The comparison may have made one of them shorter: then the lengths decide.
            if index >= length(0) || index >= length(1) {
                break;
            }
            return match op {
                CompareOp::Eq => Ok(Value::FALSE),
                CompareOp::Ne => Ok(Value::TRUE),
                _ => vm.compare(a, b, op),
            };
        }
        index += 1;
    }
    Ok(Value::bool(op.test(length(0).cmp(&length(1)))))
}

/// Whether two items are identical or equal; asks no Python code where that is not needed.
#[inline]
fn equal_items(vm: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
    match quick_equal(vm, a, b) {
        Some(equal) => Ok(equal),
        None => vm.equals(a, b),
    }
}

/// The first index from `start` up to `end` at which a sequence holds something equal to `value`. The items are asked for
/// one by one, as comparisons may change the sequence.
pub(crate) fn find_item(
    vm: &mut Vm,
    value: Value,
    start: usize,
    end: usize,
    item: impl Fn(usize) -> Option<Value>,
) -> PyResult<Option<usize>> {
    let mut index = start;
    while index < end {
        let Some(candidate) = item(index) else { break };
        if equal_items(vm, candidate, value)? {
            return Ok(Some(index));
        }
        index += 1;
    }
    Ok(None)
}
