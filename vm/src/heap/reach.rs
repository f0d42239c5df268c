//! Which objects the program can reach, without freeing the others.

use super::Heap;
use crate::object::{Gc, Header, HeapObject};

impl Heap {
    /// How many objects of a layout the exact roots reach for which `counts` holds. Nothing is freed and nothing else changes; it takes
    /// as long as the marking of a collection.
    pub(crate) fn count_reachable<T: HeapObject>(&mut self, counts: impl Fn(Gc<T>) -> bool) -> usize {
        if !self.mark_roots() {
            return 0;
        }
        let mut marker = std::mem::take(&mut self.marker);
        marker.values(&self.finalizable);
        marker.drain();
        self.marker = marker;
        let mut count = 0;
        self.space.for_each_used(|block| {
            // SAFETY: a block in use; marked cells hold initialized objects.
            unsafe {
                if !(*block).family.traced() {
                    return;
                }
                for index in (0..(*block).cells as usize).filter(|index| (*block).mark.get(*index)) {
                    let cell = (*block).cell(index);
                    if (*cell.cast::<Header>()).layout() == T::LAYOUT {
                        count += usize::from(counts(Gc::from_raw(cell.cast())));
                    }
                }
            }
        });
        count
    }
}
