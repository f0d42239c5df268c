//! What becomes of dead cells.
//!
//! Cells without a destructor are never touched: the mark bits become the live bits. Cells with one are dropped when
//! their size class needs room, or before the next collection. Dropping an object reads its type, so that dead types stay
//! until all that died with them has been dropped.

use super::block::{Block, BlockState, FAMILIES, Family, SIZE_CLASSES, WORDS, block_of, class_of};
use super::{Heap, Marker, TempVec};
use crate::object::{Gc, Header, LayoutKind, drop_layout, external_bytes};
use crate::objects::generator::Generator;
use crate::objects::instance::Instance;
use crate::value::Value;

/// What freed cells are filled with when they are poisoned: a word of it is a pointer that no machine can follow.
const POISON: u8 = 0xDB;

impl Heap {
    /// Takes the cells that the allocation cursors have not handed out back into the blocks.
    pub(super) fn retire_cursors(&mut self) {
        for cursor in &mut self.cursors {
            if !cursor.block.is_null() {
                // SAFETY: the cursor's run lies in its block.
                unsafe {
                    let block = &mut *cursor.block;
                    let from = (cursor.next as usize - block.base as usize) / block.cell_size;
                    let to = (cursor.end as usize - block.base as usize) / block.cell_size;
                    block.live.clear_range(from, to);
                    self.stats.cells_allocated -= (to - from) as u64;
                    self.stats.bytes_allocated -= ((to - from) * block.cell_size) as u64;
                }
                *cursor = super::block::Cursor::EMPTY;
            }
        }
    }

    /// Drops everything that is dead, so that the next collection can start.
    pub(super) fn finish_sweep(&mut self) {
        for class in 0..SIZE_CLASSES * FAMILIES {
            while let Some(block) = self.unswept[class].pop() {
                self.sweep_block(block);
            }
        }
        // Nothing refers to the dead types any more.
        let types: Vec<*mut Block> = std::mem::take(&mut self.type_blocks);
        for block in types {
            self.settle(block);
        }
    }

    /// Drops the dead cells of a block and puts it where it belongs.
    pub(super) fn sweep_block(&mut self, block: *mut Block) {
        // SAFETY: a block of the list of unswept blocks; its dead cells hold objects that nothing refers to.
        unsafe {
            for word in 0..WORDS {
                let mut dead = (*block).dead_word(word);
                while dead != 0 {
                    let cell = (*block).cell(word * 64 + dead.trailing_zeros() as usize);
                    dead &= dead - 1;
                    self.drop_cell(cell.cast());
                }
            }
        }
        self.settle(block);
    }

    /// # Safety
    /// `header` must be that of an initialized object that nothing refers to; its type must be readable.
    unsafe fn drop_cell(&mut self, header: *mut Header) {
        // SAFETY: as the caller promises.
        unsafe {
            let kind = (*header).layout();
            self.external = self.external.saturating_sub(external_bytes(kind, header));
            drop_layout(kind, header);
        }
    }

    /// Frees the unmarked cells of a block that has nothing (more) to drop: lists the block or gives it back.
    fn settle(&mut self, block: *mut Block) {
        // SAFETY: a block in use.
        unsafe {
            if self.config.poison {
                poison_dead(&*block);
            }
            (*block).live = (*block).mark;
            (*block).state = BlockState::Used;
            let alive = (*block).live.count();
            if alive == 0 {
                self.space.release(block);
            } else if alive < (*block).cells as usize && !(*block).listed {
                (*block).listed = true;
                let class = class_of((*block).size_class as usize, (*block).family);
                self.available[class].push(block);
            }
        }
    }

    pub(super) fn clear_marks(&mut self) {
        self.space.for_each_used(|block| {
            // SAFETY: a block in use.
            unsafe { (*block).mark = super::block::Bits::EMPTY };
        });
    }

    /// After marking: counts what lives, and lists the blocks by what is to be done with them.
    pub(super) fn sort_blocks(&mut self) {
        for list in &mut self.available {
            list.clear();
        }
        let mut blocks = std::mem::take(&mut self.scratch_blocks);
        // Lists are used from their ends: the blocks with the lowest addresses come last.
        self.space.for_each_used(|block| blocks.push(block));
        self.live = 0;
        for block in blocks.drain(..).rev() {
            // SAFETY: a block in use.
            unsafe {
                (*block).listed = false;
                self.live += (*block).mark.count() * (*block).cell_size;
                let dead = (0..WORDS).any(|word| (*block).dead_word(word) != 0);
                if (*block).family == Family::Type {
                    self.type_blocks.push(block);
                } else if (*block).family.drops() && dead {
                    if (*block).is_large() {
                        self.sweep_block(block);
                    } else {
                        (*block).state = BlockState::Unswept;
                        self.unswept[class_of((*block).size_class as usize, (*block).family)].push(block);
                    }
                } else {
                    self.settle(block);
                }
            }
        }
        self.scratch_blocks = blocks;
    }

    /// Marks the objects whose finalizer has to run once they are unreachable; after a precise collection those that
    /// became unreachable are ready. What has come to have nothing to finalize is forgotten.
    pub(super) fn mark_finalizable(&mut self, marker: &mut Marker, precise: bool) {
        // Most coroutines have ended long before they are unreachable: their memory is free at once.
        self.finalizable.retain(|value| !has_ended(*value));
        // Objects are finalized in the order in which they were made.
        let dead = |value: &Value| value.heap_address().is_some_and(|address| !Marker::is_marked(address));
        if precise {
            let ready = self.finalizable.extract_if(.., |value| dead(value));
            self.finalizable_ready.extend(ready);
            if !self.finalizable_ready.is_empty() {
                self.eval_breaker.set(true);
            }
        }
        // Marked only now: an object that another dying one refers to dies with it.
        marker.values(&self.finalizable);
        let (front, back) = self.finalizable_ready.as_slices();
        marker.values(front);
        marker.values(back);
        marker.drain();
    }

    /// Adds the objects that programs can see to a vector: those that anything reaches, the native stack included, in the order of
    /// their addresses.
    pub fn live_objects(&mut self, into: &mut TempVec) {
        self.collect_conservative();
        self.space.for_each_used(|block| {
            // SAFETY: a block in use, whose marks tell what lives: nothing was allocated since.
            unsafe {
                for index in (0..(*block).cells as usize).filter(|index| (*block).mark.get(*index)) {
                    let header = (*block).cell(index).cast::<Header>();
                    if (*header).visible_type().is_some() {
                        // A value knows the address alone, whatever the layout.
                        into.push(Gc::<Instance>::from_raw(header.cast()).into());
                    }
                }
            }
        });
    }

    /// Drops every object that has something to drop: the heap ends.
    pub(super) fn drop_all(&mut self) {
        self.retire_cursors();
        let mut cells = Vec::new();
        self.space.for_each_used(|block| {
            // SAFETY: a block in use. Dead cells that were not swept are still live by their bits.
            unsafe {
                if (*block).family.drops() {
                    let count = (*block).cells as usize;
                    cells.extend((0..count).filter(|i| (*block).live.get(*i)).map(|i| (*block).cell(i)));
                }
            }
        });
        for cell in cells {
            // SAFETY: live bits stand for initialized objects; no memory, that of the types included, is given back
            // before all are dropped.
            unsafe { self.drop_cell(cell.cast()) };
        }
    }
}

/// Whether an object that was noted for its finalizer is a generator or coroutine in which nothing runs any more.
fn has_ended(object: Value) -> bool {
    let Some(address) = object.heap_address() else { return false };
    let header = address as *const Header;
    // SAFETY: what is noted was marked by the last collection, so its memory is still its own.
    unsafe { (*header).layout() == LayoutKind::Generator && (*header.cast::<Generator>()).is_finished() }
}

/// # Safety
/// The block must be in use, with its dead cells dropped.
unsafe fn poison_dead(block: &Block) {
    for index in 0..block.cells as usize {
        if block.live.get(index) && !block.mark.get(index) {
            // The first page is enough for large objects: it holds the header.
            let bytes = block.cell_size.min(1 << 16);
            // SAFETY: the cell belongs to the block, and nothing refers to it.
            unsafe { std::ptr::write_bytes(block.cell(index), POISON, bytes) };
        }
    }
    debug_assert!(std::ptr::eq(block_of(block.base as usize), block));
}
