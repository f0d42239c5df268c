//! The memory behind the blocks: chunks of 1 MiB, runs of blocks for large objects, and allocations of their own for the
//! huge ones.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};

use hashbrown::HashMap;

use super::block::{BLOCK, Block, BlockState, CHUNK, CHUNK_BLOCKS, Family, MAX_RUN, META_BLOCKS, block_of};

/// Chunks are asked for in regions of this many bytes; the system backs only what is touched.
const REGION: usize = 16 << 20;

/// A chunk of blocks.
pub(super) struct Chunk {
    /// Its address.
    pub(super) base: usize,
    /// A bit for each block that is free.
    free: u64,
}

/// A large object with an allocation of its own.
struct Huge {
    base: usize,
    layout: Layout,
}

/// All memory that the heap has from the system.
pub(super) struct Space {
    pub(super) chunks: Vec<Chunk>,
    regions: Vec<(*mut u8, Layout)>,
    region: std::ops::Range<usize>,
    huge: Vec<Huge>,
    /// For each MiB that is ours, the chunk whose metadata describes it.
    owners: HashMap<usize, usize>,
    low: usize,
    high: usize,
    /// No chunk before this one has a free block.
    first_free: usize,
    /// The bytes of all blocks in use and all huge objects.
    pub(super) used_bytes: usize,
}

const BLOCK_BITS: u64 = !0 << META_BLOCKS;

impl Space {
    pub(super) fn new() -> Space {
        Space {
            chunks: Vec::new(),
            regions: Vec::new(),
            region: 0..0,
            huge: Vec::new(),
            owners: HashMap::new(),
            low: usize::MAX,
            high: 0,
            first_free: 0,
            used_bytes: 0,
        }
    }

    /// A free block. The caller prepares it.
    pub(super) fn take_block(&mut self) -> *mut Block {
        while self.first_free < self.chunks.len() && self.chunks[self.first_free].free == 0 {
            self.first_free += 1;
        }
        if self.first_free == self.chunks.len() {
            self.add_chunk();
        }
        let chunk = &mut self.chunks[self.first_free];
        let index = chunk.free.trailing_zeros() as usize;
        chunk.free &= chunk.free - 1;
        self.used_bytes += BLOCK;
        (chunk.base as *mut Block).wrapping_add(index)
    }

    /// Memory for one large object of at least `bytes`; its block is prepared.
    pub(super) fn take_large(&mut self, bytes: usize, family: Family) -> *mut Block {
        let blocks = bytes.div_ceil(BLOCK);
        if blocks > MAX_RUN {
            return self.take_huge(bytes, family);
        }
        let found = self.chunks[self.first_free.min(self.chunks.len())..]
            .iter()
            .position(|chunk| run_in(chunk.free, blocks).is_some())
            .map(|i| i + self.first_free);
        let number = found.unwrap_or_else(|| {
            self.add_chunk();
            self.chunks.len() - 1
        });
        let chunk = &mut self.chunks[number];
        let first = run_in(chunk.free, blocks).unwrap_or(META_BLOCKS);
        chunk.free &= !(run_mask(blocks) << first);
        self.used_bytes += blocks * BLOCK;
        let block = (chunk.base as *mut Block).wrapping_add(first);
        // SAFETY: the run lies within the chunk, whose metadata was initialized by `add_chunk`.
        unsafe {
            (*block).prepare_large(blocks * BLOCK, family);
            continue_run(block, 1, blocks);
        }
        block
    }

    fn take_huge(&mut self, bytes: usize, family: Family) -> *mut Block {
        let offset = META_BLOCKS * BLOCK;
        // The whole last MiB belongs to the object: an array that grows finds room there.
        let total = (bytes + offset).next_multiple_of(CHUNK);
        let Ok(layout) = Layout::from_size_align(total, CHUNK) else { handle_alloc_error(Layout::new::<u8>()) };
        // SAFETY: the size is not zero.
        let base = unsafe { alloc(layout) } as usize;
        if base == 0 {
            handle_alloc_error(layout);
        }
        self.note_range(base, total, base);
        self.huge.push(Huge { base, layout });
        let block = block_of(base + offset);
        // SAFETY: fresh memory with room for the metadata; all fields are written.
        unsafe {
            std::ptr::write_bytes(block.cast::<u8>(), 0, size_of::<Block>());
            (*block).base = (base + offset) as *mut u8;
            (*block).chunk = u32::MAX;
            (*block).prepare_large(total - offset, family);
        }
        self.used_bytes += total;
        block
    }

    /// Tries to make the large object of `block` at least `bytes` large where it is.
    ///
    /// # Safety
    /// `block` must be a large object's.
    pub(super) unsafe fn extend(&mut self, block: *mut Block, bytes: usize) -> bool {
        // SAFETY: as the caller promises; the run's blocks lie in one chunk.
        unsafe {
            if (*block).cell_size >= bytes {
                return true;
            }
            if (*block).chunk == u32::MAX {
                return false;
            }
            let chunk = &mut self.chunks[(*block).chunk as usize];
            let first = block.offset_from(chunk.base as *const Block) as usize;
            let (have, want) = ((*block).cell_size / BLOCK, bytes.div_ceil(BLOCK));
            if first + want > CHUNK_BLOCKS {
                return false;
            }
            let mask = run_mask(want - have) << (first + have);
            if chunk.free & mask != mask {
                return false;
            }
            chunk.free &= !mask;
            (*block).cell_size = want * BLOCK;
            continue_run(block, have, want);
            self.used_bytes += (want - have) * BLOCK;
        }
        true
    }

    /// Gives a block, or the run of a large object, back.
    ///
    /// # Safety
    /// Nothing may refer to its cells any more, and no list may hold the block.
    pub(super) unsafe fn release(&mut self, block: *mut Block) {
        // SAFETY: as the caller promises.
        unsafe {
            if (*block).chunk == u32::MAX {
                let base = block as usize & !(CHUNK - 1);
                if let Some(index) = self.huge.iter().position(|h| h.base == base) {
                    let huge = self.huge.swap_remove(index);
                    for mib in 0..huge.layout.size() / CHUNK {
                        self.owners.remove(&(base + mib * CHUNK));
                    }
                    self.used_bytes -= huge.layout.size();
                    dealloc(base as *mut u8, huge.layout);
                }
                return;
            }
            let blocks = if (*block).is_large() { (*block).cell_size / BLOCK } else { 1 };
            let number = (*block).chunk as usize;
            let chunk = &mut self.chunks[number];
            let first = block.offset_from(chunk.base as *const Block) as usize;
            for i in 0..blocks {
                let freed = block.add(i);
                (*freed).state = BlockState::Free;
                (*freed).base = (chunk.base + (first + i) * BLOCK) as *mut u8;
            }
            chunk.free |= run_mask(blocks) << first;
            self.first_free = self.first_free.min(number);
            self.used_bytes -= blocks * BLOCK;
        }
    }

    /// Every block in use (of large objects the first), in the order of the chunks.
    pub(super) fn for_each_used(&self, mut f: impl FnMut(*mut Block)) {
        for chunk in &self.chunks {
            let mut used = !chunk.free & BLOCK_BITS;
            while used != 0 {
                let block = (chunk.base as *mut Block).wrapping_add(used.trailing_zeros() as usize);
                used &= used - 1;
                // SAFETY: the metadata of a chunk's blocks is initialized.
                if unsafe { (*block).state } != BlockState::Continuation {
                    f(block);
                }
            }
        }
        for huge in &self.huge {
            f(block_of(huge.base + META_BLOCKS * BLOCK));
        }
    }

    /// The block and the start of the live cell that contains `address`, if any.
    #[inline]
    pub(super) fn find(&self, address: usize) -> Option<usize> {
        if address.wrapping_sub(self.low) >= self.high.wrapping_sub(self.low) {
            None
        } else {
            self.find_in_range(address)
        }
    }

    fn find_in_range(&self, address: usize) -> Option<usize> {
        let chunk = address & !(CHUNK - 1);
        let owner = *self.owners.get(&chunk)?;
        // SAFETY: the map holds only our own chunks, whose metadata is initialized.
        unsafe {
            let mut block = block_of(address);
            let first = block_of(owner + META_BLOCKS * BLOCK);
            if (*first).chunk == u32::MAX {
                let inside = address >= (*first).base as usize;
                return inside.then_some((*first).base as usize);
            }
            if block < first {
                return None;
            }
            match (*block).state {
                BlockState::Free => return None,
                BlockState::Continuation => block = block_of((*block).base as usize),
                BlockState::Used | BlockState::Unswept => {}
            }
            let index = (*block).index_of(address);
            (index < (*block).cells as usize && (*block).live.get(index)).then(|| (*block).cell(index) as usize)
        }
    }

    fn add_chunk(&mut self) {
        if self.region.is_empty() {
            // SAFETY: a power of two.
            let layout = unsafe { Layout::from_size_align_unchecked(REGION, CHUNK) };
            // SAFETY: the size is not zero.
            let memory = unsafe { alloc(layout) };
            if memory.is_null() {
                handle_alloc_error(layout);
            }
            self.regions.push((memory, layout));
            self.region = memory as usize..memory as usize + REGION;
        }
        let base = self.region.start;
        self.region.start += CHUNK;
        self.note_range(base, CHUNK, base);
        let number = self.chunks.len() as u32;
        // SAFETY: fresh memory. Zeros are valid metadata (`Free`, `Traced`), but for the pointers written below.
        unsafe {
            let blocks = base as *mut Block;
            std::ptr::write_bytes(blocks.cast::<u8>(), 0, CHUNK_BLOCKS * size_of::<Block>());
            for i in 0..CHUNK_BLOCKS {
                (*blocks.add(i)).base = (base + i * BLOCK) as *mut u8;
                (*blocks.add(i)).chunk = number;
            }
        }
        self.chunks.push(Chunk { base, free: BLOCK_BITS });
    }

    fn note_range(&mut self, base: usize, bytes: usize, owner: usize) {
        for mib in 0..bytes / CHUNK {
            self.owners.insert(base + mib * CHUNK, owner);
        }
        self.low = self.low.min(base);
        self.high = self.high.max(base + bytes);
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        for huge in &self.huge {
            // SAFETY: allocated with this layout.
            unsafe { dealloc(huge.base as *mut u8, huge.layout) };
        }
        for (memory, layout) in &self.regions {
            // SAFETY: allocated with this layout.
            unsafe { dealloc(*memory, *layout) };
        }
    }
}

fn run_mask(blocks: usize) -> u64 {
    if blocks >= 64 { !0 } else { (1 << blocks) - 1 }
}

/// The first of `blocks` neighbouring free blocks.
fn run_in(free: u64, blocks: usize) -> Option<usize> {
    // After the loop a bit is set where `blocks` bits follow each other: each step doubles the length that is known.
    let (mut bits, mut length) = (free, 1);
    while length < blocks && bits != 0 {
        let step = length.min(blocks - length);
        bits &= bits >> step;
        length += step;
    }
    (bits != 0).then(|| bits.trailing_zeros() as usize)
}

/// Marks the blocks `from..to` of a run as belonging to the object at its start.
///
/// # Safety
/// The blocks must lie in the chunk of `block`.
unsafe fn continue_run(block: *mut Block, from: usize, to: usize) {
    // SAFETY: as the caller promises.
    unsafe {
        for i in from..to {
            (*block.add(i)).state = BlockState::Continuation;
            (*block.add(i)).base = (*block).base;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found() {
        assert_eq!(run_in(0b1110_0110, 3), Some(5));
        assert_eq!(run_in(0b1110_0110, 4), None);
        assert_eq!(run_in(BLOCK_BITS, MAX_RUN), Some(META_BLOCKS));
        assert_eq!(run_in(0b10, 1), Some(1));
    }

    #[test]
    fn large_objects_are_found_by_interior_addresses() {
        let mut space = Space::new();
        let block = space.take_large(5 * BLOCK, Family::Leaf);
        // SAFETY: the block was just prepared.
        unsafe {
            let base = (*block).base as usize;
            assert_eq!(space.find(base + 4 * BLOCK + 17), Some(base));
            assert_eq!(space.find(base + 5 * BLOCK), None);
            assert!(space.extend(block, 7 * BLOCK));
            assert_eq!(space.find(base + 6 * BLOCK), Some(base));
            space.release(block);
            assert_eq!(space.find(base), None);
        }
        let huge = space.take_large(3 * CHUNK, Family::Leaf);
        // SAFETY: as above.
        unsafe {
            let base = (*huge).base as usize;
            assert_eq!(space.find(base + 2 * CHUNK + 5), Some(base));
            space.release(huge);
            assert_eq!(space.find(base), None);
        }
        assert_eq!(space.used_bytes, 0);
    }
}
