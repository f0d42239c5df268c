//! Tuples: a length and the items behind it.

#![expect(unsafe_code, reason = "the items stand behind the structure, in the same heap cell")]

use crate::Vm;
use crate::heap::Marker;
use crate::object::{Gc, Header, HeapObject, LayoutKind};
use crate::objects::typeobj::{DICT_AT_END, Type};
use crate::value::Value;

mod methods;

pub use methods::TUPLE_TYPE;

/// A tuple.
#[repr(C)]
pub struct Tuple {
    header: Header,
    len: usize,
}

// SAFETY: `repr(C)` with the header first; every item is reported.
unsafe impl HeapObject for Tuple {
    const LAYOUT: LayoutKind = LayoutKind::Tuple;

    fn trace(&self, marker: &mut Marker) {
        marker.values(self.items());
    }
}

/// A tuple of a known length: the same memory, made without a loop. Short tuples are most of all tuples.
#[repr(C)]
struct Short<const N: usize> {
    tuple: Tuple,
    items: [Value; N],
}

// SAFETY: `repr(C)`, begins with a tuple, and is laid out as a tuple of `N` items is.
unsafe impl<const N: usize> HeapObject for Short<N> {
    const LAYOUT: LayoutKind = LayoutKind::Tuple;

    fn trace(&self, marker: &mut Marker) {
        self.tuple.trace(marker);
    }
}

impl Vm {
    /// A tuple of these items. There is one empty tuple.
    #[inline]
    pub fn new_tuple(&mut self, items: &[Value]) -> Gc<Tuple> {
        match *items {
            [a, b] => self.new_short_tuple([a, b]),
            [a] => self.new_short_tuple([a]),
            [a, b, c] => self.new_short_tuple([a, b, c]),
            [] => self.empty_tuple(),
            _ => self.new_long_tuple(items),
        }
    }

    #[inline(always)]
    fn new_short_tuple<const N: usize>(&mut self, items: [Value; N]) -> Gc<Tuple> {
        let tuple = Tuple { header: Header::new(self.types.tuple), len: N };
        let short = self.heap.allocate(Short { tuple, items });
        // SAFETY: the structure begins with the tuple.
        unsafe { Gc::from_raw(short.pointer().cast()) }
    }

    #[inline(never)]
    fn new_long_tuple(&mut self, items: &[Value]) -> Gc<Tuple> {
        let ty = self.types.tuple;
        let tuple = self.heap.allocate_sized(
            Tuple { header: Header::new(ty), len: items.len() },
            size_of::<Tuple>() + size_of_val(items),
        );
        // SAFETY: the fresh cell has room for the items behind the structure.
        unsafe { std::ptr::copy_nonoverlapping(items.as_ptr(), tuple.pointer().add(1).cast(), items.len()) };
        tuple
    }

    /// The empty tuple.
    #[inline(never)]
    fn empty_tuple(&mut self) -> Gc<Tuple> {
        if let Some(empty) = self.empty_tuple {
            return empty;
        }
        let tuple = self.new_long_tuple(&[]);
        self.empty_tuple = Some(tuple);
        tuple
    }

    /// A tuple of two items.
    #[inline(always)]
    pub fn new_pair(&mut self, first: Value, second: Value) -> Gc<Tuple> {
        self.new_short_tuple([first, second])
    }

    /// A tuple of these items that is an instance of `ty` (a subclass).
    pub fn new_tuple_of(&mut self, ty: Gc<Type>, items: &[Value]) -> Gc<Tuple> {
        if ty == self.types.tuple {
            return self.new_tuple(items);
        }
        let dict = if ty.dict_offset.get() == DICT_AT_END { size_of::<Value>() } else { 0 };
        let tuple = self.heap.allocate_sized(
            Tuple { header: Header::new(ty), len: items.len() },
            size_of::<Tuple>() + size_of_val(items) + dict,
        );
        // SAFETY: as in `new_tuple`.
        unsafe { std::ptr::copy_nonoverlapping(items.as_ptr(), tuple.pointer().add(1).cast(), items.len()) };
        tuple
    }
}

impl Gc<Tuple> {
    /// [`Tuple::items`], for as long as the tuple lives: tuples do not change, and a slice into one keeps it alive.
    #[inline(always)]
    pub fn items<'a>(self) -> &'a [Value] {
        // SAFETY: the slice points into the tuple's cell, which the collector keeps while it is in use.
        unsafe { (*self.pointer()).items() }
    }
}

impl Tuple {
    /// The number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no item.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The items.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        // SAFETY: `len` items were written behind the structure when the tuple was made, and tuples do not change.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(self).add(1).cast::<Value>(), self.len) }
    }

    /// The item at `index`.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items().get(index).copied()
    }
}
