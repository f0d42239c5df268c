//! Which objects the program can reach, without freeing the others.

use super::Heap;
use crate::object::{Gc, Header, HeapObject};

impl Heap {
    /// How many objects of a layout the exact roots reach for which `counts` holds. Nothing is freed and nothing else changes; it takes
    /// as long as the marking of a collection.
    pub(crate) fn count_reachable<T: HeapObject>(&mut self, counts: impl Fn(Gc<T>) -> bool) -> usize {
        let Some((context, roots)) = self.roots else { return 0 };
        // What the last collection found dead is told by its marks, which are made anew.
        self.retire_cursors();
        self.finish_sweep();
        self.clear_marks();
        let mut marker = std::mem::take(&mut self.marker);
        roots(context, &mut marker);
        self.temps.trace(&mut marker);
        self.handles.trace(&mut marker);
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
