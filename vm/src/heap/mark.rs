//! Marking: from the roots through everything that they reach.

use std::cell::Cell;

use super::block::block_of;
use crate::object::{Gc, Header, LayoutKind, layout_size, trace_layout};
use crate::objects::typeobj::{DICT_AT_END, NO_DICT, TypeFlags};
use crate::value::Value;

/// Arrays longer than this are marked piece by piece, so that the stack of objects to look into stays short.
const SLICE: usize = 512;

/// How many objects are asked for from memory before they are looked into.
const QUEUE: usize = 8;

/// What objects report their references to.
#[derive(Default)]
pub struct Marker {
    /// Marked objects that have not been looked into.
    stack: Vec<*const Header>,
    /// The rest of long arrays.
    slices: Vec<(*const Value, usize)>,
    /// Native stacks of threads that do not run.
    words: Vec<(usize, usize)>,
}

impl Marker {
    /// Reports an object.
    #[inline(always)]
    pub fn mark<T>(&mut self, object: Gc<T>) {
        self.address(object.address());
    }

    /// Reports a value.
    #[inline(always)]
    pub fn value(&mut self, value: Value) {
        if let Some(address) = value.heap_address() {
            self.address(address);
        }
    }

    /// Reports a run of values.
    #[inline]
    pub fn values(&mut self, values: &[Value]) {
        if values.len() > SLICE {
            self.slices.push((values.as_ptr(), values.len()));
        } else {
            for value in values {
                self.value(*value);
            }
        }
    }

    /// Reports a run of mutable places.
    #[inline]
    pub fn cells(&mut self, cells: &[Cell<Value>]) {
        // SAFETY: a `Cell<Value>` is laid out as a `Value`, and nothing stores into it during the call.
        self.values(unsafe { std::slice::from_raw_parts(cells.as_ptr().cast::<Value>(), cells.len()) });
    }

    /// Reports the words of a native stack, of which any may point into an object.
    pub(crate) fn native_words(&mut self, from: usize, to: usize) {
        self.words.push((from, to));
    }

    /// Takes what [`Marker::native_words`] reported.
    pub(super) fn take_native_words(&mut self) -> Vec<(usize, usize)> {
        std::mem::take(&mut self.words)
    }

    /// Marks the cell that begins at `address`.
    #[inline(always)]
    pub(super) fn address(&mut self, address: usize) {
        let block = block_of(address);
        // SAFETY: values and `Gc`s point to the beginnings of cells, whose blocks have metadata.
        unsafe {
            let index = (*block).index_of(address);
            if (*block).mark.insert(index) && (*block).family.traced() {
                prefetch(address);
                self.stack.push(address as *const Header);
            }
        }
    }

    /// Whether the cell that begins at `address` is marked.
    pub(super) fn is_marked(address: usize) -> bool {
        let block = block_of(address);
        // SAFETY: as in `address`.
        unsafe { (*block).mark.get((*block).index_of(address)) }
    }

    /// Looks into what was marked until nothing new turns up.
    pub(super) fn drain(&mut self) {
        // An object is looked into `QUEUE` objects after it was taken from the stack: by then its memory has arrived.
        let mut queue = [std::ptr::null::<Header>(); QUEUE];
        let mut next = 0;
        loop {
            while let Some(object) = self.stack.pop() {
                prefetch(object as usize);
                let due = std::mem::replace(&mut queue[next], object);
                next = (next + 1) % QUEUE;
                if !due.is_null() {
                    self.look_into(due);
                }
            }
            let mut found = false;
            for place in &mut queue {
                let due = std::mem::replace(place, std::ptr::null());
                if !due.is_null() {
                    self.look_into(due);
                    found = true;
                }
            }
            if found {
                continue;
            }
            let Some((start, length)) = self.slices.pop() else { return };
            let now = length.min(SLICE);
            // SAFETY: the slice belongs to a marked object or a root, and nothing moves during a collection.
            unsafe {
                if length > now {
                    self.slices.push((start.add(now), length - now));
                }
                for value in std::slice::from_raw_parts(start, now) {
                    self.value(*value);
                }
            }
        }
    }

    /// Looks at the rest of long arrays, without looking into what is in them.
    pub(super) fn take_slices(&mut self) {
        while let Some((start, length)) = self.slices.pop() {
            // SAFETY: as in `drain`.
            for value in unsafe { std::slice::from_raw_parts(start, length) } {
                self.value(*value);
            }
        }
    }

    /// What was marked and not looked into.
    pub(super) fn take_stack(&mut self) -> std::vec::Drain<'_, *const Header> {
        self.stack.drain(..)
    }

    pub(super) fn look_into(&mut self, header: *const Header) {
        // SAFETY: only addresses of live, initialized cells are put on the stack, and a type outlives its instances.
        unsafe {
            match (*header).visible_type() {
                None => trace_layout((*header).layout(), header, self),
                Some(ty) => {
                    self.mark(ty);
                    let kind = ty.layout();
                    trace_layout(kind, header, self);
                    if ty.is(TypeFlags::EXTRA_WORDS) {
                        self.extra_words(header as usize, kind, ty.dict_offset.get());
                    }
                }
            }
        }
    }

    /// Reports the words behind an instance's layout: slots, the dict, inline values.
    ///
    /// # Safety
    /// `address` must be the beginning of a live cell of that layout.
    unsafe fn extra_words(&mut self, address: usize, kind: LayoutKind, dict_offset: u32) {
        let block = block_of(address);
        // SAFETY: as the caller promises; `allocate_sized` initialized all words up to the cell's end.
        unsafe {
            let end = address + (*block).cell_size;
            if dict_offset == DICT_AT_END {
                self.value(*(end as *const Value).sub(1));
            } else if !(variable_size(kind) && dict_offset == NO_DICT) {
                let start = address + layout_size(kind).next_multiple_of(8);
                self.values(std::slice::from_raw_parts(start as *const Value, (end - start) / 8));
            }
        }
    }
}

/// Layouts whose subclasses' instances have a payload behind the structure. They have no slots, and a dict at the end at most.
const fn variable_size(kind: LayoutKind) -> bool {
    matches!(kind, LayoutKind::Tuple | LayoutKind::Generator)
}

#[inline(always)]
fn prefetch(address: usize) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint, valid for any address.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(address as *const i8);
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: a hint, valid for any address.
    unsafe {
        std::arch::asm!("prfm pldl1keep, [{}]", in(reg) address, options(nostack, preserves_flags, readonly));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let _ = address;
}
