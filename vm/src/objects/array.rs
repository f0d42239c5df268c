//! Arrays and buffers: the variable-size parts of objects. No program sees them.

#![expect(unsafe_code, reason = "the items lie behind the structure, in the same cell")]

use std::cell::Cell;

use crate::heap::{Heap, Marker};
use crate::object::{Gc, Header, HeapObject, LayoutKind};
use crate::value::Value;

/// A run of values.
#[repr(C)]
pub struct Array {
    header: Header,
    len: Cell<usize>,
}

// SAFETY: `repr(C)` with the header first; every item is reported.
unsafe impl HeapObject for Array {
    const LAYOUT: LayoutKind = LayoutKind::Array;

    fn trace(&self, marker: &mut Marker) {
        marker.cells(self.as_cells());
    }
}

impl Array {
    /// The number of places.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    /// Whether there is no place.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len.get() == 0
    }

    /// The places.
    #[inline(always)]
    pub fn as_cells(&self) -> &[Cell<Value>] {
        // SAFETY: the cell was made with room for `len` values, all of them initialized.
        unsafe { std::slice::from_raw_parts(self.as_ptr().cast(), self.len.get()) }
    }

    /// The address of the first place.
    #[inline(always)]
    pub fn as_ptr(&self) -> *mut Value {
        // SAFETY: right behind the structure, in the same cell (or at its end when there is no place).
        unsafe { std::ptr::from_ref(self).add(1).cast_mut().cast() }
    }

    /// The value at `index`.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Value {
        self.as_cells()[index].get()
    }

    /// The value at `index`, if there is one.
    #[inline(always)]
    pub fn at(&self, index: usize) -> Option<Value> {
        self.as_cells().get(index).map(Cell::get)
    }

    /// Stores a value at `index`.
    #[inline(always)]
    pub fn set(&self, index: usize, value: Value) {
        self.as_cells()[index].set(value);
    }

    /// Stores a value at `index`; nothing happens behind the end.
    #[inline(always)]
    pub fn put(&self, index: usize, value: Value) {
        if let Some(place) = self.as_cells().get(index) {
            place.set(value);
        }
    }

    /// Copies values into the places from `start` on.
    #[inline]
    pub fn copy_from(&self, start: usize, values: &[Value]) {
        let places = &self.as_cells()[start..start + values.len()];
        for (place, value) in places.iter().zip(values) {
            place.set(*value);
        }
    }

    /// Moves values within the array, as `slice::copy_within`.
    #[inline]
    pub fn move_within(&self, from: std::ops::Range<usize>, to: usize) {
        assert!(from.start <= from.end && from.end <= self.len() && to + from.len() <= self.len());
        // SAFETY: both ranges were checked.
        unsafe { std::ptr::copy(self.as_ptr().add(from.start), self.as_ptr().add(to), from.len()) };
    }
}

/// A run of bytes.
#[repr(C)]
pub struct Buffer {
    header: Header,
    len: usize,
    /// How many of the bytes are in use, for whoever shares a growing buffer.
    pub used: Cell<usize>,
}

// SAFETY: `repr(C)` with the header first; there are no references.
unsafe impl HeapObject for Buffer {
    const LAYOUT: LayoutKind = LayoutKind::Buffer;
    const TRACED: bool = false;

    fn trace(&self, _: &mut Marker) {}
}

impl Buffer {
    /// The number of bytes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no byte.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The address of the first byte; it is a multiple of eight.
    #[inline(always)]
    pub fn as_ptr(&self) -> *mut u8 {
        // SAFETY: right behind the structure, in the same cell.
        unsafe { std::ptr::from_ref(self).add(1).cast_mut().cast() }
    }
}

const ARRAY_ITEMS: usize = size_of::<Array>();
const BUFFER_BYTES: usize = size_of::<Buffer>();

impl Heap {
    /// An array of `len` places, all `NULL`. For lengths that a program chooses ask [`Heap::fits`] first.
    #[inline]
    pub fn new_array(&mut self, len: usize) -> Gc<Array> {
        let array = Array { header: Header::internal(LayoutKind::Array), len: Cell::new(len) };
        // SAFETY: the places are initialized at once. What lies behind them is not touched, so that the system need not
        // back the free room of a huge array.
        unsafe {
            let array = self.allocate_uninitialized(array, ARRAY_ITEMS + len * size_of::<Value>());
            clear(array, 0);
            array
        }
    }

    /// An array of these values.
    pub fn new_array_from(&mut self, values: &[Value]) -> Gc<Array> {
        let array = self.new_array(values.len());
        array.copy_from(0, values);
        array
    }

    /// An array of at least `len` places that begins with what `array` holds and goes on with `NULL`: the same one, made
    /// longer, if there is room behind it, otherwise a new one. All free places of the cell are used.
    pub fn grow_array(&mut self, array: Gc<Array>, len: usize) -> Gc<Array> {
        let old = array.len();
        if len <= old {
            return array;
        }
        let bytes = ARRAY_ITEMS + len * size_of::<Value>();
        if self.extend_cell(array.address(), bytes) {
            array.len.set(len);
            // SAFETY: the cell has room for `len` places.
            unsafe { clear(array, old) };
            return array;
        }
        let fresh = self.new_array(len);
        // SAFETY: both have room for `old` values and do not overlap.
        unsafe { std::ptr::copy_nonoverlapping(array.as_ptr(), fresh.as_ptr(), old) };
        fresh
    }

    /// The number of places that an array in `array`'s cell could have.
    pub fn array_room(&self, array: Gc<Array>) -> usize {
        (self.cell_bytes(array.address()) - ARRAY_ITEMS) / size_of::<Value>()
    }

    /// A buffer of `len` bytes of undefined content. For lengths that a program chooses ask [`Heap::fits`] first.
    #[inline]
    pub fn new_buffer(&mut self, len: usize) -> Gc<Buffer> {
        let buffer = Buffer { header: Header::internal(LayoutKind::Buffer), len, used: Cell::new(0) };
        self.allocate_sized(buffer, BUFFER_BYTES + len)
    }
}

/// Sets the places from `from` on to `NULL`.
///
/// # Safety
/// The array's cell must have room for its length.
unsafe fn clear(array: Gc<Array>, from: usize) {
    for index in from..array.len() {
        // SAFETY: as the caller promises.
        unsafe { array.as_ptr().add(index).write(Value::NULL) };
    }
}
