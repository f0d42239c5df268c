//! Lists: a length, and an array with room to grow.

use std::cell::Cell;

use crate::Vm;
use crate::heap::Marker;
use crate::object::{Gc, Header, HeapObject, LayoutKind};
use crate::objects::array::Array;
use crate::objects::typeobj::Type;
use crate::value::Value;

mod compare;
mod methods;

pub(crate) use compare::{find_item, sequence_compare};
pub use methods::LIST_TYPE;
pub(crate) use methods::list_from;

/// A list. The array's places behind the last item hold `NULL`.
#[repr(C)]
pub struct List {
    header: Header,
    len: Cell<usize>,
    items: Cell<Option<Gc<Array>>>,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
#[expect(unsafe_code, reason = "implementing the heap's contract")]
unsafe impl HeapObject for List {
    const LAYOUT: LayoutKind = LayoutKind::List;

    fn trace(&self, marker: &mut Marker) {
        if let Some(items) = self.items.get() {
            marker.mark(items);
        }
    }
}

impl Vm {
    /// A list of these items.
    #[inline]
    pub fn new_list(&mut self, items: &[Value]) -> Gc<List> {
        let ty = self.types.list;
        let list = self.heap.allocate(List::new(ty));
        if !items.is_empty() {
            list.extend_from_slice(self, items);
        }
        list
    }

    /// An empty list with room for `capacity` items.
    pub fn new_list_sized(&mut self, capacity: usize) -> Gc<List> {
        let list = self.new_list(&[]);
        if capacity > 0 {
            list.reserve_exact(self, capacity);
        }
        list
    }
}

impl List {
    /// An empty list of this type.
    #[inline]
    pub fn new(ty: Gc<Type>) -> List {
        List { header: Header::new(ty), len: Cell::new(0), items: Cell::new(None) }
    }

    /// The number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    /// Whether there is no item.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len.get() == 0
    }

    /// How many items fit without another array.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.items.get().map_or(0, |items| items.len())
    }

    /// The items. Whoever keeps the slice across anything that may change the list sees the old array.
    #[inline(always)]
    pub fn as_cells(&self) -> &[Cell<Value>] {
        match self.items.get() {
            None => &[],
            Some(items) => {
                let cells: *const [Cell<Value>] = items.as_cells();
                #[expect(
                    unsafe_code,
                    reason = "the array's borrow is as long as the local `Gc`, the list keeps it alive"
                )]
                // SAFETY: the array is referred to by the list; once it is replaced, the borrowed slice itself (an
                // interior pointer on the native stack) keeps it.
                let cells = unsafe { &*cells };
                cells.get(..self.len.get()).unwrap_or(&[])
            }
        }
    }

    /// The items, as values. The slice must not be used after anything that may change the list's items.
    ///
    /// # Safety
    /// Nothing may store into the list while the slice exists.
    #[inline(always)]
    #[expect(unsafe_code, reason = "a view without cells, for callers that change nothing meanwhile")]
    pub unsafe fn as_values(&self) -> &[Value] {
        let cells = self.as_cells();
        // SAFETY: `Cell<Value>` has the layout of `Value`; nothing is stored meanwhile, as the caller promises.
        unsafe { std::slice::from_raw_parts(cells.as_ptr().cast::<Value>(), cells.len()) }
    }

    /// The item at `index`.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Value> {
        // There is always room for `len` items; asking again instead of relying on it keeps a panic out of the handlers.
        if index < self.len.get() { self.items.get().and_then(|items| items.at(index)) } else { None }
    }

    /// Replaces the item at `index`; nothing happens behind the end.
    #[inline(always)]
    pub fn set(&self, index: usize, value: Value) {
        if index < self.len.get()
            && let Some(items) = self.items.get()
        {
            items.put(index, value);
        }
    }

    /// Appends an item.
    #[inline(always)]
    pub fn push(&self, vm: &mut Vm, value: Value) {
        let len = self.len.get();
        if let Some(items) = self.items.get()
            && len < items.len()
        {
            items.set(len, value);
            self.len.set(len + 1);
        } else {
            self.push_growing(vm, value);
        }
    }

    #[cold]
    fn push_growing(&self, vm: &mut Vm, value: Value) {
        let len = self.len.get();
        self.reserve(vm, 1);
        if let Some(items) = self.items.get() {
            items.set(len, value);
            self.len.set(len + 1);
        }
    }

    /// Removes and answers the last item.
    #[inline]
    pub fn pop(&self) -> Option<Value> {
        let last = self.len.get().checked_sub(1)?;
        let items = self.items.get()?;
        let value = items.get(last);
        items.set(last, Value::NULL);
        self.len.set(last);
        Some(value)
    }

    /// Makes room for `more` further items, and for some more, so that appending takes constant time on average.
    pub fn reserve(&self, vm: &mut Vm, more: usize) {
        let needed = self.len.get() + more;
        let capacity = self.capacity();
        if needed > capacity {
            // CPython grows by an eighth; we mostly have to copy, so we grow by half.
            self.reserve_exact(vm, needed.max(capacity + capacity / 2).max(4));
        }
    }

    /// Gives the list an array for `capacity` items.
    pub fn reserve_exact(&self, vm: &mut Vm, capacity: usize) {
        let items = match self.items.get() {
            Some(items) => vm.heap.grow_array(items, capacity),
            None => vm.heap.new_array(capacity),
        };
        self.items.set(Some(items));
    }

    /// Appends items, which must not be the list's own.
    pub fn extend_from_slice(&self, vm: &mut Vm, values: &[Value]) {
        if self.items.get().is_none() {
            self.reserve_exact(vm, values.len());
        } else {
            self.reserve(vm, values.len());
        }
        let len = self.len.get();
        if let Some(items) = self.items.get() {
            for (cell, value) in items.as_cells()[len..].iter().zip(values) {
                cell.set(*value);
            }
            self.len.set(len + values.len());
        }
    }

    /// Appends items read from cells (another list's, or this one's own).
    pub fn extend_from_cells(&self, vm: &mut Vm, cells: &[Cell<Value>]) {
        self.reserve(vm, cells.len());
        let len = self.len.get();
        if let Some(items) = self.items.get() {
            #[expect(unsafe_code, reason = "a view without cells for the copy")]
            // SAFETY: `Cell<Value>` has the layout of `Value`; the places written lie behind all items, so that nothing is
            // stored into what is read.
            items.copy_from(len, unsafe { std::slice::from_raw_parts(cells.as_ptr().cast::<Value>(), cells.len()) });
            self.len.set(len + cells.len());
        }
    }

    /// Inserts an item before `index` (at most the length).
    pub fn insert(&self, vm: &mut Vm, index: usize, value: Value) {
        self.push(vm, value);
        let last = self.len.get() - 1;
        if let Some(items) = self.items.get().filter(|_| index < last) {
            items.move_within(index..last, index + 1);
            items.set(index, value);
        }
    }

    /// Removes and answers the item at `index`.
    pub fn remove(&self, index: usize) -> Option<Value> {
        let value = self.get(index)?;
        if let Some(items) = self.items.get() {
            items.move_within(index + 1..self.len.get(), index);
        }
        self.pop();
        Some(value)
    }

    /// Shortens the list to `len` items.
    pub fn truncate(&self, len: usize) {
        let cells = self.as_cells();
        if len < cells.len() {
            for cell in &cells[len..] {
                cell.set(Value::NULL);
            }
            self.len.set(len);
        }
    }

    /// Removes all items, and the array.
    pub fn clear(&self) {
        self.len.set(0);
        self.items.set(None);
    }

    /// Exchanges the contents with those of `other`.
    pub fn swap_contents(&self, other: &List) {
        self.len.swap(&other.len);
        self.items.swap(&other.items);
    }
}
