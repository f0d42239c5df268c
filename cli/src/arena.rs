//! An allocator for work that makes many small objects and drops them all: the compiler's.
//!
//! A thread that works [in an arena](in_arena) gets memory from chunks, one piece behind the other; to free a piece is to count it. When all
//! pieces of a chunk are freed, the chunk is used again. So what outlives the work keeps its chunk, and nothing else goes wrong. All other
//! threads, and everything large, get memory from the system.

#![expect(unsafe_code, reason = "an allocator hands out raw memory")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The allocator of the `quicken` command. In a command of your own, make it the global one if `compileall` has to be fast:
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: quicken_cli::Allocator = quicken_cli::Allocator;
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Allocator;

/// Does work whose objects are mostly dropped when it is done. Without [`Allocator`] as the global one this changes nothing.
pub(crate) fn in_arena<T>(work: impl FnOnce() -> T) -> T {
    struct Leave(bool);

    impl Drop for Leave {
        fn drop(&mut self) {
            ARENA.with(|arena| arena.set_active(self.0));
        }
    }

    let _leave = Leave(ARENA.with(|arena| arena.set_active(true)));
    work()
}

/// Size of a chunk, and what its address is a multiple of.
const CHUNK: usize = 1 << 20;
/// What is larger is left to the system.
const MAX_SIZE: usize = CHUNK / 8;
/// Addresses for chunks. That costs nothing until they are used.
const REGION: usize = 1 << 34;

/// Where the region starts. Before it is reserved, an address that is far above every other.
static REGION_START: AtomicUsize = AtomicUsize::new(1 << (usize::BITS - 1));
/// How much of the region is given to threads.
static REGION_USED: AtomicUsize = AtomicUsize::new(0);

fn is_in_region(address: usize) -> bool {
    address.wrapping_sub(REGION_START.load(Ordering::Relaxed)) < REGION
}

/// The start of a chunk.
#[repr(C, align(64))]
struct Chunk {
    /// The arena whose chunk it is.
    owner: *const Arena,
    /// The owner's next chunk.
    next: *const Chunk,
    /// Pieces that were handed out, less those that the owner's thread has freed. Only that thread touches this.
    live: Cell<usize>,
    /// Pieces that other threads have freed.
    freed_elsewhere: AtomicUsize,
}

/// The memory of a thread.
struct Arena {
    is_active: Cell<bool>,
    /// The free part of the current chunk. Both are 0 while there is none, or the arena is not active.
    cursor: Cell<usize>,
    end: Cell<usize>,
    /// The current chunk comes first.
    chunks: Cell<*const Chunk>,
}

thread_local! {
    static ARENA: Arena = const {
        Arena { is_active: Cell::new(false), cursor: Cell::new(0), end: Cell::new(0), chunks: Cell::new(std::ptr::null()) }
    };
}

impl Arena {
    /// Switches; gives what was before. What is left of the current chunk is left unused.
    fn set_active(&self, active: bool) -> bool {
        self.cursor.set(0);
        self.end.set(0);
        self.is_active.replace(active)
    }

    #[inline]
    fn allocate(&self, layout: Layout) -> *mut u8 {
        let start = (self.cursor.get() + layout.align() - 1) & !(layout.align() - 1);
        let end = start + layout.size();
        if end > self.end.get() {
            return self.allocate_elsewhere(layout);
        }
        self.cursor.set(end);
        // SAFETY: `end` is positive, so there is a current chunk; chunks are never unmapped.
        let chunk = unsafe { &*self.chunks.get() };
        chunk.live.set(chunk.live.get() + 1);
        std::ptr::with_exposed_provenance_mut(start)
    }

    /// From another chunk, or from the system.
    #[cold]
    #[inline(never)]
    fn allocate_elsewhere(&self, layout: Layout) -> *mut u8 {
        if self.is_active.get() && layout.size() <= MAX_SIZE && layout.align() <= align_of::<Chunk>() {
            let chunk = self.empty_chunk();
            if !chunk.is_null() {
                self.cursor.set(chunk.expose_provenance() + size_of::<Chunk>());
                self.end.set(chunk.addr() + CHUNK);
                return self.allocate(layout);
            }
        }
        // SAFETY: the caller's layout.
        unsafe { System.alloc(layout) }
    }

    /// A chunk of which nothing is in use, as the current one: of those that the thread has, or a new one. Null if there is no more.
    fn empty_chunk(&self) -> *const Chunk {
        let mut before: Option<&Chunk> = None;
        let mut next = self.chunks.get();
        // SAFETY: the list holds chunks of this thread, which are never unmapped.
        while let Some(chunk) = unsafe { next.as_ref() } {
            if chunk.live.get() == chunk.freed_elsewhere.load(Ordering::Acquire) {
                let found = std::ptr::from_ref(chunk).cast_mut();
                if let Some(before) = before {
                    let before = std::ptr::from_ref(before).cast_mut();
                    // SAFETY: only this thread reads or writes `next`, and no reference to either chunk is used after this.
                    unsafe {
                        (*before).next = (*found).next;
                        (*found).next = self.chunks.get();
                    }
                    self.chunks.set(found);
                }
                // SAFETY: nothing in the chunk is in use, so nobody counts.
                unsafe {
                    (*found).live = Cell::new(0);
                    (*found).freed_elsewhere = AtomicUsize::new(0);
                }
                return found;
            }
            before = Some(chunk);
            next = chunk.next;
        }
        let used = REGION_USED.fetch_add(CHUNK, Ordering::Relaxed);
        let start = region::start();
        if start == 0 || used > REGION - CHUNK {
            REGION_USED.fetch_sub(CHUNK, Ordering::Relaxed);
            return std::ptr::null();
        }
        let chunk: *mut Chunk = std::ptr::with_exposed_provenance_mut(start + used);
        let (owner, next) = (std::ptr::from_ref(self), self.chunks.get());
        // SAFETY: this part of the region belongs to this thread alone, and a chunk's start is aligned.
        unsafe { chunk.write(Chunk { owner, next, live: Cell::new(0), freed_elsewhere: AtomicUsize::new(0) }) };
        self.chunks.set(chunk);
        chunk
    }

    /// Whether a piece is the last of the current chunk.
    fn is_last(&self, address: usize, size: usize) -> bool {
        address + size == self.cursor.get()
    }

    #[inline]
    fn free(&self, address: usize, size: usize) {
        let chunk: *const Chunk = std::ptr::with_exposed_provenance(address & !(CHUNK - 1));
        // SAFETY: the address is in the region, all of which that was handed out is in chunks. `owner` is not changed while pieces are in use.
        let owner = unsafe { (*chunk).owner };
        if !std::ptr::eq(owner, self) {
            // SAFETY: as above; what several threads touch is atomic. Release: the owner may use the memory again from here on.
            unsafe { (*chunk).freed_elsewhere.fetch_add(1, Ordering::Release) };
            return;
        }
        // SAFETY: as above, and this is the owner's thread.
        let live = unsafe { &(*chunk).live };
        live.set(live.get() - 1);
        if live.get() == 0 && address & !(CHUNK - 1) == self.end.get().wrapping_sub(CHUNK) {
            self.cursor.set(chunk.addr() + size_of::<Chunk>());
        } else if self.is_last(address, size) {
            self.cursor.set(address);
        }
    }
}

// SAFETY: pieces of a chunk are aligned, disjoint, and not used again before all of them, or the last one, are freed; the system's allocator
// does the rest. Which of the two a piece came from, its address tells.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ARENA.with(|arena| arena.allocate(layout))
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        ARENA.with(|arena| {
            if !arena.is_active.get() {
                // SAFETY: the caller's layout.
                return unsafe { System.alloc_zeroed(layout) };
            }
            let piece = arena.allocate(layout);
            if !piece.is_null() {
                // SAFETY: the piece has this size.
                unsafe { piece.write_bytes(0, layout.size()) };
            }
            piece
        })
    }

    #[inline]
    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        if is_in_region(piece.addr()) {
            ARENA.with(|arena| arena.free(piece.addr(), layout.size()));
        } else {
            // SAFETY: the system's allocator gave the piece.
            unsafe { System.dealloc(piece, layout) };
        }
    }

    #[inline]
    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if !is_in_region(piece.addr()) {
            // SAFETY: the system's allocator gave the piece.
            return unsafe { System.realloc(piece, layout, new_size) };
        }
        let in_place = ARENA.with(|arena| {
            let end = piece.addr() + new_size;
            if arena.is_last(piece.addr(), layout.size()) && end <= arena.end.get() {
                arena.cursor.set(end);
                return true;
            }
            new_size <= layout.size()
        });
        if in_place {
            return piece;
        }
        // SAFETY: the caller sees to it that the new size is valid for the alignment.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        // SAFETY: the new piece is larger than the old one, which is freed after it was copied.
        unsafe {
            let moved = self.alloc(new_layout);
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(piece, layout.size());
                self.dealloc(piece, layout);
            }
            moved
        }
    }
}

#[cfg(all(unix, target_pointer_width = "64"))]
mod region {
    use std::sync::OnceLock;
    use std::sync::atomic::Ordering;

    use super::{CHUNK, REGION, REGION_START};

    /// The start of the region, which is reserved now if it was not; 0 if there is none.
    pub(super) fn start() -> usize {
        static START: OnceLock<usize> = OnceLock::new();
        *START.get_or_init(|| {
            let access = libc::PROT_READ | libc::PROT_WRITE;
            let kind = libc::MAP_PRIVATE | libc::MAP_ANON | libc::MAP_NORESERVE;
            // SAFETY: new addresses, of the system's choice.
            let found = unsafe { libc::mmap(std::ptr::null_mut(), REGION + CHUNK, access, kind, -1, 0) };
            if found == libc::MAP_FAILED {
                return 0;
            }
            let start = found.expose_provenance().next_multiple_of(CHUNK);
            REGION_START.store(start, Ordering::Relaxed);
            start
        })
    }
}

#[cfg(not(all(unix, target_pointer_width = "64")))]
mod region {
    /// There is no region.
    pub(super) fn start() -> usize {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A piece of memory filled with a byte.
    struct Piece {
        start: *mut u8,
        layout: Layout,
        byte: u8,
    }

    // SAFETY: a piece may be freed by any thread.
    unsafe impl Send for Piece {}

    impl Piece {
        fn new(size: usize, align: usize, byte: u8) -> Piece {
            let layout = Layout::from_size_align(size, align).unwrap();
            // SAFETY: the size is positive.
            let start = unsafe { Allocator.alloc(layout) };
            assert!(!start.is_null() && start.addr() % align == 0);
            let piece = Piece { start, layout, byte };
            // SAFETY: the piece has this size.
            unsafe { start.write_bytes(byte, size) };
            piece
        }

        fn check(&self, size: usize) {
            // SAFETY: the piece has at least this size, and was filled.
            let bytes = unsafe { std::slice::from_raw_parts(self.start, size) };
            assert!(bytes.iter().all(|byte| *byte == self.byte));
        }

        fn resize(&mut self, size: usize) {
            // SAFETY: the piece was given with this layout.
            self.start = unsafe { Allocator.realloc(self.start, self.layout, size) };
            assert!(!self.start.is_null());
            self.check(size.min(self.layout.size()));
            self.layout = Layout::from_size_align(size, self.layout.align()).unwrap();
            // SAFETY: the piece has this size.
            unsafe { self.start.write_bytes(self.byte, size) };
        }
    }

    impl Drop for Piece {
        fn drop(&mut self) {
            self.check(self.layout.size());
            // SAFETY: the piece was given with this layout.
            unsafe { Allocator.dealloc(self.start, self.layout) };
        }
    }

    /// Numbers that look random.
    fn numbers(seed: u64) -> impl FnMut(usize) -> usize {
        let mut state = seed;
        move |below| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        }
    }

    fn work(seed: u64, steps: usize) -> Vec<Piece> {
        let mut number = numbers(seed);
        let mut pieces: Vec<Piece> = Vec::new();
        for step in 0..steps {
            match number(8) {
                0..4 => {
                    let size = if number(50) == 0 { 1 + number(2 * CHUNK) } else { 1 + number(400) };
                    pieces.push(Piece::new(size, 1 << number(7), step as u8));
                }
                4 if !pieces.is_empty() => {
                    let index = number(pieces.len());
                    pieces[index].resize(1 + number(5000));
                }
                5 => drop(pieces.pop()),
                _ if pieces.len() > 200 => drop(pieces.swap_remove(number(200))),
                _ => {}
            }
        }
        pieces
    }

    #[test]
    fn pieces_do_not_overlap_and_may_be_freed_anywhere() {
        let threads: Vec<_> = (0..4)
            .map(|seed| {
                std::thread::spawn(move || in_arena(|| (0..5).map(|round| work(seed * 5 + round, 4000)).collect()))
            })
            .collect();
        let left: Vec<Vec<Vec<Piece>>> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        // Here, outside of any arena.
        drop(left);
    }

    #[test]
    fn chunks_are_used_again() {
        let work = || {
            in_arena(|| {
                let before = ARENA.with(|arena| arena.chunks.get());
                for _ in 0..50 {
                    let pieces: Vec<Piece> = (0..3000).map(|index| Piece::new(1000, 8, index as u8)).collect();
                    drop(pieces);
                }
                let mut chunks = 0;
                let mut next = ARENA.with(|arena| arena.chunks.get());
                while !std::ptr::eq(next, before) {
                    chunks += 1;
                    // SAFETY: chunks are never unmapped.
                    next = unsafe { (*next).next };
                }
                chunks
            })
        };
        let chunks = std::thread::spawn(work).join().unwrap();
        assert_eq!(chunks, if region::start() == 0 { 0 } else { 3 });
    }

    #[test]
    fn outside_of_an_arena_the_system_gives_memory() {
        let piece = Piece::new(100, 8, 1);
        assert!(!is_in_region(piece.start.addr()));
        let inside = in_arena(|| Piece::new(100, 8, 2));
        assert_eq!(is_in_region(inside.start.addr()), region::start() != 0);
        assert!(!is_in_region(Piece::new(100, 8, 3).start.addr()));
    }
}
