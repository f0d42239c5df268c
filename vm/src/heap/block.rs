//! Blocks: 16 KiB of cells of one size and one family, and the size classes.
//!
//! A block's metadata lies at the start of its chunk, so that the metadata of any cell is found by masking the cell's
//! address, and so that looking at the metadata of many blocks never touches the cells. A run of several blocks that holds
//! one large object is a block with a single cell.

use std::ptr::null_mut;

/// The size of a block.
pub(super) const BLOCK: usize = 16 << 10;
/// The size and the alignment of a chunk.
pub(super) const CHUNK: usize = 1 << 20;
/// Blocks in a chunk, those of the metadata included.
pub(super) const CHUNK_BLOCKS: usize = CHUNK / BLOCK;
/// Words of a bitmap with a bit for each cell.
pub(super) const WORDS: usize = BLOCK / CELL_SIZES[0] / 64;
/// The blocks at a chunk's start that the metadata takes.
pub(super) const META_BLOCKS: usize = (CHUNK_BLOCKS * size_of::<Block>()).div_ceil(BLOCK);
/// The most blocks that a run inside a chunk can have.
pub(super) const MAX_RUN: usize = CHUNK_BLOCKS - META_BLOCKS;

/// The sizes of cells: steps of 8 bytes to 64, of 16 to 128, of 32 to 256, then coarser. The last ones divide a block
/// into 12, 10, 8, 6, 5, 4, 3 and 2 cells.
pub(super) const CELL_SIZES: [usize; 30] = [
    16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 1024, 1360, 1632,
    2048, 2720, 3272, 4096, 5456, 8192,
];
/// The number of size classes.
pub(super) const SIZE_CLASSES: usize = CELL_SIZES.len();
/// The largest cell that shares a block with others.
pub(super) const MAX_SMALL: usize = CELL_SIZES[SIZE_CLASSES - 1];

/// The size class of a number of 8-byte words.
static SIZE_CLASS: [u8; MAX_SMALL / 8 + 1] = {
    let mut table = [0; MAX_SMALL / 8 + 1];
    let (mut words, mut class) = (0, 0);
    while words < table.len() {
        if words * 8 > CELL_SIZES[class] {
            class += 1;
        }
        table[words] = class as u8;
        words += 1;
    }
    table
};

/// What the cells of a block have in common besides their size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum Family {
    /// Objects that may hold references and have nothing to drop.
    Traced = 0,
    /// Objects that may hold references and own memory outside the heap.
    TracedDrop = 1,
    /// Objects without references or anything to drop.
    Leaf = 2,
    /// Objects without references that own memory outside the heap.
    LeafDrop = 3,
    /// Types. Dropping an object reads its type, so that types go last.
    Type = 4,
}

/// The number of families.
pub(super) const FAMILIES: usize = 5;

impl Family {
    /// Whether its cells are looked into.
    #[inline(always)]
    pub(super) const fn traced(self) -> bool {
        !matches!(self, Family::Leaf | Family::LeafDrop)
    }

    /// Whether its cells have something to drop.
    #[inline(always)]
    pub(super) const fn drops(self) -> bool {
        matches!(self, Family::TracedDrop | Family::LeafDrop)
    }
}

/// The number of a size class and family together: which allocation cursor serves them.
#[inline(always)]
pub(super) const fn class_of(size_class: usize, family: Family) -> usize {
    size_class * FAMILIES + family as usize
}

/// The size class for a size known at compile time.
pub(super) const fn const_size_class(bytes: usize) -> usize {
    let mut class = 0;
    while CELL_SIZES[class] < bytes {
        class += 1;
    }
    class
}

/// The size class for a size of at most [`MAX_SMALL`].
#[inline(always)]
pub(super) fn size_class(bytes: usize) -> usize {
    SIZE_CLASS[bytes.div_ceil(8)] as usize
}

/// What a block is used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum BlockState {
    /// Nothing.
    Free,
    /// Cells (or one large object).
    Used,
    /// Cells of which some are dead and still have to be dropped: those that are live but not marked.
    Unswept,
    /// The second or a later block of a large object; [`Block::base`] is where the object begins.
    Continuation,
}

/// The metadata of a block. What marking reads comes first.
#[repr(C, align(64))]
pub(super) struct Block {
    /// 2³² divided by the cell size, rounded up; 0 when there is one cell.
    reciprocal: u32,
    pub(super) family: Family,
    pub(super) state: BlockState,
    /// Whether the block stands in a list of blocks with free cells.
    pub(super) listed: bool,
    /// The size class; meaningless for large objects.
    pub(super) size_class: u8,
    /// The address of the first cell.
    pub(super) base: *mut u8,
    /// The size of a cell in bytes.
    pub(super) cell_size: usize,
    /// The number of cells.
    pub(super) cells: u32,
    /// The number of the chunk.
    pub(super) chunk: u32,
    /// Cells that the last collection found alive.
    pub(super) mark: Bits,
    /// Cells that hold an object, or that were handed to an allocation cursor.
    pub(super) live: Bits,
}

const _: () = assert!(size_of::<Block>() == 320);

impl Block {
    /// Makes it an empty block of cells.
    pub(super) fn prepare(&mut self, size_class: usize, family: Family) {
        let size = CELL_SIZES[size_class];
        self.reciprocal = (1u64 << 32).div_ceil(size as u64) as u32;
        self.family = family;
        self.state = BlockState::Used;
        self.listed = false;
        self.size_class = size_class as u8;
        self.cell_size = size;
        self.cells = (BLOCK / size) as u32;
        self.mark = Bits::EMPTY;
        self.live = Bits::EMPTY;
    }

    /// Makes it the (first) block of one large object, which is live.
    pub(super) fn prepare_large(&mut self, bytes: usize, family: Family) {
        self.reciprocal = 0;
        self.family = family;
        self.state = BlockState::Used;
        self.listed = false;
        self.size_class = u8::MAX;
        self.cell_size = bytes;
        self.cells = 1;
        self.mark = Bits::EMPTY;
        self.live = Bits::EMPTY;
        self.live.set(0);
    }

    /// Whether it holds one large object.
    pub(super) fn is_large(&self) -> bool {
        self.cells == 1
    }

    /// The address of a cell.
    #[inline(always)]
    pub(super) fn cell(&self, index: usize) -> *mut u8 {
        self.base.wrapping_add(index * self.cell_size)
    }

    /// The number of the cell that an address within the block belongs to. Cells of large objects have the number 0
    /// whatever the address, since their reciprocal is 0.
    #[inline(always)]
    pub(super) fn index_of(&self, address: usize) -> usize {
        // Exact for offsets below 2^16: the reciprocal is off by less than one part in 2^28 / size.
        (((address & (BLOCK - 1)) as u64 * self.reciprocal as u64) >> 32) as usize
    }

    /// The cells that died in the last collection, word by word; only meaningful before they are swept.
    pub(super) fn dead_word(&self, word: usize) -> u64 {
        self.live.0[word] & !self.mark.0[word]
    }
}

/// The metadata of the block that holds the cell beginning at `address`.
#[inline(always)]
pub(super) fn block_of(address: usize) -> *mut Block {
    ((address & !(CHUNK - 1)) as *mut Block).wrapping_add((address & (CHUNK - 1)) / BLOCK)
}

/// A bit for each cell of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub(super) struct Bits(pub(super) [u64; WORDS]);

impl Bits {
    /// No bit.
    pub(super) const EMPTY: Bits = Bits([0; WORDS]);

    #[inline(always)]
    pub(super) fn get(&self, index: usize) -> bool {
        self.0[index / 64 % WORDS] >> (index % 64) & 1 != 0
    }

    #[inline(always)]
    pub(super) fn set(&mut self, index: usize) {
        self.0[index / 64 % WORDS] |= 1 << (index % 64);
    }

    /// Sets the bit; whether it was clear before.
    #[inline(always)]
    pub(super) fn insert(&mut self, index: usize) -> bool {
        let word = &mut self.0[index / 64 % WORDS];
        let bit = 1 << (index % 64);
        let fresh = *word & bit == 0;
        *word |= bit;
        fresh
    }

    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// The first clear bit at or after `from`; at least `WORDS * 64` when there is none.
    pub(super) fn next_clear(&self, from: usize) -> usize {
        self.next(from, !0)
    }

    /// The first set bit at or after `from`; at least `WORDS * 64` when there is none.
    pub(super) fn next_set(&self, from: usize) -> usize {
        self.next(from, 0)
    }

    fn next(&self, from: usize, flip: u64) -> usize {
        let mut word = from / 64;
        if word >= WORDS {
            return WORDS * 64;
        }
        let mut bits = (self.0[word] ^ flip) & (!0 << (from % 64));
        while bits == 0 {
            word += 1;
            if word == WORDS {
                return WORDS * 64;
            }
            bits = self.0[word] ^ flip;
        }
        word * 64 + bits.trailing_zeros() as usize
    }

    pub(super) fn set_range(&mut self, from: usize, to: usize) {
        self.for_range(from, to, |word, mask| *word |= mask);
    }

    pub(super) fn clear_range(&mut self, from: usize, to: usize) {
        self.for_range(from, to, |word, mask| *word &= !mask);
    }

    fn for_range(&mut self, from: usize, to: usize, change: impl Fn(&mut u64, u64)) {
        let mut index = from;
        while index < to {
            let low = index % 64;
            let n = (64 - low).min(to - index);
            let mask = if n == 64 { !0 } else { ((1 << n) - 1) << low };
            change(&mut self.0[index / 64], mask);
            index += n;
        }
    }
}

/// Where the next cells of a class come from: a run of free cells of one block.
#[derive(Clone, Copy)]
pub(super) struct Cursor {
    /// The next cell.
    pub(super) next: *mut u8,
    /// The end of the run.
    pub(super) end: *mut u8,
    /// The block, if any.
    pub(super) block: *mut Block,
    /// The first cell behind the run.
    pub(super) next_cell: u32,
}

impl Cursor {
    /// A cursor without cells.
    pub(super) const EMPTY: Cursor = Cursor { next: null_mut(), end: null_mut(), block: null_mut(), next_cell: 0 };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_classes_fit() {
        for bytes in 1..=MAX_SMALL {
            let class = size_class(bytes);
            assert!(CELL_SIZES[class] >= bytes);
            assert!(class == 0 || CELL_SIZES[class - 1] < bytes);
            assert_eq!(class, const_size_class(bytes));
        }
        assert!(CELL_SIZES.iter().all(|s| s % 8 == 0));
    }

    #[test]
    fn cells_are_found_by_any_address_inside() {
        for size in CELL_SIZES {
            let reciprocal = (1u64 << 32).div_ceil(size as u64);
            for offset in 0..BLOCK as u64 {
                assert_eq!((offset * reciprocal) >> 32, offset / size as u64);
            }
        }
    }

    #[test]
    fn bit_ranges() {
        let mut bits = Bits::EMPTY;
        bits.set_range(3, 200);
        assert_eq!(bits.count(), 197);
        assert_eq!((bits.next_clear(3), bits.next_set(0), bits.next_set(200)), (200, 3, WORDS * 64));
        bits.clear_range(64, 128);
        assert_eq!((bits.next_clear(3), bits.next_set(64)), (64, 128));
        assert!(bits.insert(64) && !bits.insert(64) && bits.get(64));
    }
}
