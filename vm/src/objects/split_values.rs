//! Values under shared keys: inline in an instance, or in the array of the `__dict__` that was made from one.
//!
//! The values stand in the order of the shared keys, but a dict lists its keys in the order in which *it* got them. A word
//! before the values keeps that order. As long as an instance gets its attributes in the order of the shared keys, which
//! nearly all do, the word is a small integer, one more than the highest index set so far, and costs one comparison per new
//! attribute. Otherwise it points to an array of the indices in order. (CPython spends a byte per value on it.)

#![expect(unsafe_code, reason = "the order word points to a cell without a type, which a checked cast cannot name")]

use std::cell::Cell;

use crate::Vm;
use crate::object::Gc;
use crate::objects::array::Array;
use crate::objects::dictkeys::SHARED_KEYS_MAX;
use crate::value::Value;

/// The order word of values of which none is set.
pub const NO_ORDER: Value = Value::small_int(0);

/// An order word and the values behind it.
#[derive(Clone, Copy)]
pub struct SplitValues<'a>(&'a [Cell<Value>]);

impl<'a> SplitValues<'a> {
    /// The values in these cells, of which the first is the order word.
    #[inline(always)]
    pub const fn new(cells: &'a [Cell<Value>]) -> SplitValues<'a> {
        SplitValues(cells)
    }

    /// The value at `index` (`NULL` when it is not set).
    #[inline(always)]
    pub fn get(self, index: usize) -> Value {
        self.0.get(index + 1).map_or(Value::NULL, Cell::get)
    }

    /// Sets a value and remembers when, if it was not set before. Answers whether it was set before.
    #[inline]
    pub fn set(self, vm: &mut Vm, index: usize, value: Value) -> bool {
        let was_set = !self.0[index + 1].replace(value).is_null();
        if !was_set {
            note_insertion(vm, self.0, index);
        }
        was_set
    }

    /// Unsets a value; answers it.
    pub fn take(self, index: usize) -> Value {
        let Some(cell) = self.0.get(index + 1) else { return Value::NULL };
        let old = cell.replace(Value::NULL);
        if !old.is_null() {
            note_deletion(self.0, index);
        }
        old
    }

    /// The number of values that are set.
    pub fn count(self) -> usize {
        self.0[1..].iter().filter(|v| !v.get().is_null()).count()
    }

    /// The index that was set as number `position` of those that are set now.
    pub fn index_at(self, position: usize) -> Option<usize> {
        match explicit_order(self.0) {
            None => self.0[1..].iter().enumerate().filter(|(_, v)| !v.get().is_null()).nth(position).map(|(i, _)| i),
            Some(order) => order.get(position).as_small_int().map(|i| i as usize),
        }
    }

    /// Moves order and values to `target`, which has room for them; nothing is set here afterwards.
    pub fn move_to(self, target: &[Cell<Value>]) {
        self.copy_to(target);
        for cell in self.0 {
            cell.set(Value::NULL);
        }
        self.0[0].set(NO_ORDER);
    }

    /// Copies order and values to `target`. An explicit order must not be shared: see [`SplitValues::own_order`].
    pub fn copy_to(self, target: &[Cell<Value>]) {
        for (from, to) in self.0.iter().zip(target) {
            to.set(from.get());
        }
    }

    /// Replaces an explicit order, after copying, by one of its own.
    pub fn own_order(self, vm: &mut Vm) {
        if let Some(order) = explicit_order(self.0) {
            let copy = vm.heap.new_array(SHARED_KEYS_MAX + 1);
            for i in 0..=SHARED_KEYS_MAX {
                copy.set(i, order.get(i));
            }
            self.0[0].set(Value::from_gc(copy));
        }
    }
}

/// Remembers that the value at `index` was set. The first cell is the order word; the value may stand there already.
#[inline(always)]
pub fn note_insertion(vm: &mut Vm, cells: &[Cell<Value>], index: usize) {
    match cells[0].get().as_small_int() {
        Some(bound) if index as i64 >= bound => cells[0].set(Value::small_int(index as i64 + 1)),
        _ => note_insertion_out_of_order(vm, cells, index),
    }
}

#[cold]
fn note_insertion_out_of_order(vm: &mut Vm, cells: &[Cell<Value>], index: usize) {
    if let Some(order) = explicit_order(cells) {
        let end = order_len(order);
        if end < SHARED_KEYS_MAX {
            order.set(end, Value::small_int(index as i64));
        }
        return;
    }
    let order = vm.heap.new_array(SHARED_KEYS_MAX + 1);
    let mut end = 0;
    for (i, value) in cells[1..].iter().enumerate() {
        if i != index && !value.get().is_null() && end < SHARED_KEYS_MAX {
            order.set(end, Value::small_int(i as i64));
            end += 1;
        }
    }
    order.set(end.min(SHARED_KEYS_MAX), Value::small_int(index as i64));
    cells[0].set(Value::from_gc(order));
}

fn note_deletion(cells: &[Cell<Value>], index: usize) {
    match explicit_order(cells) {
        Some(order) => {
            let end = order_len(order);
            let Some(at) = (0..end).find(|&i| order.get(i) == Value::small_int(index as i64)) else { return };
            for i in at..end {
                order.set(i, order.get(i + 1));
            }
        }
        // Deleting the last one lets the next one take its place in the natural order.
        None if cells[0].get() == Value::small_int(index as i64 + 1) => cells[0].set(Value::small_int(index as i64)),
        None => {}
    }
}

fn explicit_order(cells: &[Cell<Value>]) -> Option<Gc<Array>> {
    let address = cells[0].get().heap_address()?;
    // SAFETY: nothing but `note_insertion_out_of_order` and `own_order` store a pointer there, to an array.
    Some(unsafe { Gc::from_raw(address as *mut Array) })
}

fn order_len(order: Gc<Array>) -> usize {
    (0..SHARED_KEYS_MAX).find(|&i| order.get(i).is_null()).unwrap_or(SHARED_KEYS_MAX)
}
