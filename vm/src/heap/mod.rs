//! The heap: who keeps Python objects alive, and where they lie.
//!
//! Objects never move and are not counted. A collection marks what the roots reach and leaves the rest to be swept when
//! its memory is needed. This is the design of JavaScriptCore and CRuby; `docs/decisions/` has the measurements.
//!
//! # What keeps an object alive
//!
//! - The VM's own roots: its stack, frames, interned strings, types, modules ([`Heap::set_roots`]).
//! - A [`Value`] or [`Gc`] in a local variable of native code, or a slice or reference into the object: a collection that
//!   starts while native code runs looks through the native stack and the registers for anything that may be an address
//!   inside an object ([`Heap::collect_conservative`]).
//! - A [`TempVec`], a [`Root`], another live object.
//!
//! A `Value` in a `Vec`, a `Box` or a map of Rust's is **not** seen. Use a [`TempVec`] for lists of values that are being
//! worked on, a [`Root`] for what a structure outside the heap holds for long, an [`Array`](crate::objects::array::Array)
//! for what belongs to an object.
//!
//! # When collections happen
//!
//! When enough has been allocated, [`Heap::eval_breaker`] is set, and the interpreter collects at its next safepoint, with
//! no native frame in between: the roots are exact, and the same at every run ([`Heap::collect_precise`]). Native code that
//! allocates an eighth beyond the threshold without reaching a safepoint collects conservatively, in the allocation itself. Such
//! a collection starts no finalizer: what stale words on the native stack keep alive cannot be noticed by a program.
//!
//! # Where objects lie
//!
//! Cells of one size and [family](block::Family) share a 16 KiB block. A fresh cell is the next one of a run of free cells,
//! so that allocating is an addition and a comparison. Larger objects have runs of blocks, huge ones allocations of their
//! own ([`space`]).

#![expect(unsafe_code, reason = "the heap hands out memory and takes it back")]

mod block;
mod cyclic;
mod limit;
mod mark;
mod reach;
mod space;
mod stack;
mod sweep;
mod temp;
mod weak;

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use block::{
    Block, Cursor, FAMILIES, Family, MAX_SMALL, SIZE_CLASSES, block_of, class_of, const_size_class, size_class,
};
use space::Space;
use temp::{RootTable, TempPool};
use weak::WeakTable;

use crate::object::{Gc, Header, HeapObject, LayoutKind};
use crate::objects::typeobj::TypeFlags;
use crate::value::Value;

pub(crate) use cyclic::{Ask, Found};
pub use mark::Marker;
pub use temp::{Root, RootValue, TempVec};

/// How the heap behaves.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct HeapConfig {
    /// A collection is due after this many bytes were allocated …
    pub min_threshold: usize,
    /// … or this many times the bytes that the last one left alive, if that is more.
    pub growth: f64,
    /// Collects at every n-th allocation, to find references that the collector does not see.
    pub stress: Option<u32>,
    /// Fills freed cells with words that no machine can follow.
    pub poison: bool,
    /// The most bytes that the heap may use.
    pub limit: Option<usize>,
}

impl HeapConfig {
    /// What measured well (`docs/decisions/`).
    pub const STANDARD: HeapConfig =
        HeapConfig { min_threshold: 8 << 20, growth: 0.75, stress: None, poison: false, limit: None };

    /// Collects at every `n`-th allocation and poisons what is freed.
    pub const fn stressed(n: u32) -> HeapConfig {
        HeapConfig { stress: Some(if n == 0 { 1 } else { n }), poison: true, ..HeapConfig::STANDARD }
    }
}

/// What the heap has done so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct HeapStats {
    /// Cells handed out.
    pub cells_allocated: u64,
    /// Their bytes.
    pub bytes_allocated: u64,
    /// Collections, conservative ones included.
    pub collections: u64,
    /// Conservative collections.
    pub conservative: u64,
    /// The time that collections took.
    pub total_pause: Duration,
    /// The longest of them.
    pub longest_pause: Duration,
    /// What the last collection left alive, in bytes of cells.
    pub live_bytes: usize,
    /// The most bytes that the heap had in use, memory accounted outside it included.
    pub peak_bytes: usize,
}

/// Reports roots to the marker.
pub type RootsFn = fn(*mut (), &mut Marker);

const CLASSES: usize = SIZE_CLASSES * FAMILIES;

/// The heap of a VM.
pub struct Heap {
    /// Set when the interpreter has something to do at its next safepoint ([`Heap::safepoint`]). Others who want its
    /// attention set it too.
    pub eval_breaker: Cell<bool>,
    /// The end of the native stack that is run on; 0 for the end of the system's own stack of this thread.
    native_stack_end: Cell<usize>,
    collection_wanted: Cell<bool>,
    over_limit: Cell<bool>,
    cursors: [Cursor; CLASSES],
    /// Blocks with free cells.
    available: Vec<Vec<*mut Block>>,
    /// Blocks with cells to be dropped.
    unswept: Vec<Vec<*mut Block>>,
    /// Blocks of types, swept after all others.
    type_blocks: Vec<*mut Block>,
    scratch_blocks: Vec<*mut Block>,
    space: Space,
    marker: Marker,
    roots: Option<(*mut (), RootsFn)>,
    temps: Rc<TempPool>,
    handles: Rc<RootTable>,
    /// Objects with a finalizer, in the order in which they were made.
    finalizable: Vec<Value>,
    /// Those of them that became unreachable.
    finalizable_ready: VecDeque<Value>,
    weak: WeakTable,
    cyclic_ask: Ask,
    /// What is asked where nobody asks for more.
    cyclic_rest: Ask,
    cyclic: Found,
    /// Bytes handed to cursors and large objects since the last collection.
    since: usize,
    external_since: usize,
    external: usize,
    threshold: usize,
    live: usize,
    stress_count: u32,
    config: HeapConfig,
    stats: HeapStats,
}

/// The size of the cell that begins at `address`, in whichever heap.
#[inline]
pub(crate) fn cell_bytes(address: usize) -> usize {
    // SAFETY: the caller has a live object there, and cells lie in blocks.
    unsafe { (*block_of(address)).cell_size }
}

impl Heap {
    /// An empty heap. It does not collect before [`Heap::set_roots`].
    pub fn new(config: HeapConfig) -> Heap {
        Heap {
            eval_breaker: Cell::new(false),
            native_stack_end: Cell::new(0),
            collection_wanted: Cell::new(false),
            over_limit: Cell::new(false),
            cursors: [Cursor::EMPTY; CLASSES],
            available: vec![Vec::new(); CLASSES],
            unswept: vec![Vec::new(); CLASSES],
            type_blocks: Vec::new(),
            scratch_blocks: Vec::new(),
            space: Space::new(),
            marker: Marker::default(),
            roots: None,
            temps: Rc::default(),
            handles: Rc::default(),
            finalizable: Vec::new(),
            finalizable_ready: VecDeque::new(),
            weak: WeakTable::default(),
            cyclic_ask: Ask::Nothing,
            cyclic_rest: Ask::Nothing,
            cyclic: Found::default(),
            since: 0,
            external_since: 0,
            external: 0,
            threshold: config.min_threshold,
            live: 0,
            stress_count: 0,
            config,
            stats: HeapStats::default(),
        }
    }

    /// Says who knows the roots. `context` must stay valid for as long as the heap allocates.
    pub fn set_roots(&mut self, context: *mut (), roots: RootsFn) {
        self.roots = Some((context, roots));
    }

    /// The parameters.
    pub fn config(&self) -> &HeapConfig {
        &self.config
    }

    // ---- allocation ----

    /// Makes an object.
    #[inline(always)]
    pub fn allocate<T: HeapObject>(&mut self, value: T) -> Gc<T> {
        const {
            assert!(align_of::<T>() <= 8 && size_of::<T>() >= 8 && size_of::<T>() <= MAX_SMALL);
        }
        let family = if T::TRACED { const { family_of::<T>() } } else { family_for(&value) };
        let class = class_of(const { const_size_class(size_of::<T>()) }, family);
        let bytes = const { block::CELL_SIZES[const_size_class(size_of::<T>())] };
        let memory = self.cell(class, bytes);
        // SAFETY: the cell is ours alone and large enough.
        unsafe {
            memory.cast::<T>().write(value);
            if family.traced() {
                clear_words(memory, size_of::<T>(), bytes);
            }
            Gc::from_raw(memory.cast())
        }
    }

    /// Makes an object in a cell of at least `bytes` bytes. When the cell can hold references, every word behind the
    /// structure up to the cell's end ([`Heap::cell_bytes`]) is set to `NULL`; otherwise what lies there is undefined.
    #[inline]
    pub fn allocate_sized<T: HeapObject>(&mut self, value: T, bytes: usize) -> Gc<T> {
        const {
            assert!(align_of::<T>() <= 8 && size_of::<T>() >= 8);
        }
        let (memory, bytes, family) = self.memory_for(&value, bytes);
        // SAFETY: the cell is ours alone and large enough.
        unsafe {
            memory.cast::<T>().write(value);
            if family.traced() {
                clear_words(memory, size_of::<T>(), bytes);
            }
            Gc::from_raw(memory.cast())
        }
    }

    /// Makes an object in a cell of at least `bytes` bytes, without initializing what lies behind the structure.
    ///
    /// # Safety
    /// The caller must initialize all that the object's `trace` reports before anything else is allocated, and the
    /// object must not be an instance of a class (whose extra words nobody would initialize).
    #[inline]
    pub(crate) unsafe fn allocate_uninitialized<T: HeapObject>(&mut self, value: T, bytes: usize) -> Gc<T> {
        let (memory, _, _) = self.memory_for(&value, bytes);
        // SAFETY: the cell is ours alone and large enough.
        unsafe {
            memory.cast::<T>().write(value);
            Gc::from_raw(memory.cast())
        }
    }

    /// A cell for the object with at least `bytes` bytes, its size and family.
    #[inline(always)]
    fn memory_for<T: HeapObject>(&mut self, value: &T, bytes: usize) -> (*mut u8, usize, Family) {
        let bytes = bytes.max(size_of::<T>());
        let family = if T::TRACED { const { family_of::<T>() } } else { family_for(value) };
        if bytes <= MAX_SMALL {
            let size = size_class(bytes);
            let bytes = block::CELL_SIZES[size];
            (self.cell(class_of(size, family), bytes), bytes, family)
        } else {
            let (memory, bytes) = self.large(bytes, family);
            (memory, bytes, family)
        }
    }

    /// The size of the cell that begins at `address`.
    #[inline]
    pub fn cell_bytes(&self, address: usize) -> usize {
        cell_bytes(address)
    }

    /// Counts memory that an object owns outside the heap; its [`HeapObject::external_bytes`] takes it off again.
    pub fn account_external(&mut self, delta: isize) {
        self.external = self.external.saturating_add_signed(delta);
        if delta > 0 {
            self.external_since += delta.unsigned_abs();
            if self.since + self.external_since > self.threshold {
                self.want_collection();
            }
        }
    }

    /// The next cell of a class whose cells have `bytes` bytes.
    #[inline(always)]
    fn cell(&mut self, class: usize, bytes: usize) -> *mut u8 {
        let cursor = &mut self.cursors[class];
        let cell = cursor.next;
        let next = cell.wrapping_add(bytes);
        // An empty cursor has null for both, so that this fails.
        if next <= cursor.end {
            cursor.next = next;
            cell
        } else {
            self.refill(class)
        }
    }

    #[cold]
    #[inline(never)]
    fn refill(&mut self, class: usize) -> *mut u8 {
        if self.config.stress.is_some() {
            self.stress_point();
        }
        loop {
            if let Some(cell) = self.next_run(class) {
                return cell;
            }
            self.allocation_point(0);
            let block = self.block_with_room(class);
            self.cursors[class] = Cursor { block, ..Cursor::EMPTY };
        }
    }

    /// Moves the cursor to the next run of free cells in its block, and takes the first.
    fn next_run(&mut self, class: usize) -> Option<*mut u8> {
        let cursor = &mut self.cursors[class];
        if cursor.block.is_null() {
            return None;
        }
        // SAFETY: the cursor's block is in use, and this cursor alone allocates from it.
        let block = unsafe { &mut *cursor.block };
        let cells = block.cells as usize;
        let from = block.live.next_clear(cursor.next_cell as usize);
        if from >= cells {
            *cursor = Cursor::EMPTY;
            return None;
        }
        let mut to = block.live.next_set(from).min(cells);
        if self.config.stress.is_some() {
            // Every allocation comes through here.
            to = from + 1;
        }
        block.live.set_range(from, to);
        let bytes = (to - from) * block.cell_size;
        self.since += bytes;
        self.stats.bytes_allocated += bytes as u64;
        self.stats.cells_allocated += (to - from) as u64;
        let cell = block.cell(from);
        *cursor = Cursor {
            next: cell.wrapping_add(block.cell_size),
            end: block.cell(to),
            block: cursor.block,
            next_cell: to as u32,
        };
        Some(cell)
    }

    fn block_with_room(&mut self, class: usize) -> *mut Block {
        loop {
            if let Some(block) = self.available[class].pop() {
                // SAFETY: a block in use.
                unsafe { (*block).listed = false };
                return block;
            }
            if let Some(block) = self.unswept[class].pop() {
                self.sweep_block(block);
                continue;
            }
            let block = self.space.take_block();
            let family =
                [Family::Traced, Family::TracedDrop, Family::Leaf, Family::LeafDrop, Family::Type][class % FAMILIES];
            // SAFETY: the block was free.
            unsafe { (*block).prepare(class / FAMILIES, family) };
            self.note_peak();
            return block;
        }
    }

    #[cold]
    #[inline(never)]
    fn large(&mut self, bytes: usize, family: Family) -> (*mut u8, usize) {
        if self.config.stress.is_some() {
            self.stress_point();
        }
        self.allocation_point(bytes);
        let block = self.space.take_large(bytes, family);
        self.since += bytes;
        self.stats.bytes_allocated += bytes as u64;
        self.stats.cells_allocated += 1;
        self.note_peak();
        // SAFETY: the block was just prepared.
        unsafe { ((*block).base, (*block).cell_size) }
    }

    /// Tries to make the cell at `address` at least `bytes` large without moving it.
    pub(crate) fn extend_cell(&mut self, address: usize, bytes: usize) -> bool {
        let block = block_of(address);
        // SAFETY: the caller has a live object there.
        unsafe {
            if bytes <= (*block).cell_size {
                return true;
            }
            if !(*block).is_large() {
                return false;
            }
            let before = (*block).cell_size;
            let done = self.space.extend(block, bytes);
            self.since += (*block).cell_size - before;
            done
        }
    }

    // ---- temporary and long-lived references of native code ----

    /// An empty vector that the collector sees.
    #[inline]
    pub fn temp_vec(&self) -> TempVec {
        TempPool::take(&self.temps)
    }

    /// Keeps an object alive for as long as the handle lives.
    pub fn root<T: HeapObject>(&self, object: Gc<T>) -> Root<T> {
        Root::new(object, RootTable::add(&self.handles, object.into()))
    }

    /// Keeps a value alive for as long as the handle lives.
    pub fn root_value(&self, value: Value) -> RootValue {
        RootValue::new(RootTable::add(&self.handles, value))
    }

    /// Notes an object whose finalizer is to run when it is unreachable.
    pub fn add_finalizable(&mut self, object: Value) {
        self.finalizable.push(object);
    }

    /// Whether there are finalizers or callbacks of weak references to run.
    pub fn has_finalizable(&self) -> bool {
        !self.finalizable_ready.is_empty() || self.has_weak_callbacks()
    }

    /// An object that became unreachable and whose finalizer has not run, the oldest first. It is forgotten by the heap:
    /// unless its finalizer makes it reachable again, the next collection frees it.
    pub fn take_finalizable(&mut self) -> Option<Value> {
        self.finalizable_ready.pop_front()
    }

    /// Whether an object with a finalizer is still to be finalized.
    pub(crate) fn awaits_finalizer(&self, object: Value) -> bool {
        self.finalizable.iter().chain(&self.finalizable_ready).any(|other| other.is(object))
    }

    /// All objects with a finalizer become ready, as at the end of the program.
    pub fn finalize_all(&mut self) {
        self.finalizable_ready.extend(self.finalizable.drain(..));
    }

    // ---- collections ----

    /// What the interpreter does when it sees [`Heap::eval_breaker`], at a point where no native frame holds values:
    /// clears it and collects if that is due. Whether the memory limit is exceeded even so; the program then gets a
    /// `MemoryError`.
    #[cold]
    pub fn safepoint(&mut self) -> bool {
        self.eval_breaker.set(false);
        if self.collection_wanted.get() || self.over_limit.get() {
            self.collect_precise();
        }
        self.over_limit.get()
    }

    /// Whether a collection is due at the next safepoint.
    #[inline]
    pub fn collection_wanted(&self) -> bool {
        self.collection_wanted.get()
    }

    /// Asks for a collection at the next safepoint (`gc.collect()`).
    pub fn want_collection(&self) {
        if self.roots.is_some() {
            self.collection_wanted.set(true);
            self.eval_breaker.set(true);
        }
    }

    /// Frees what the exact roots do not reach. No native frame may hold references except in a [`TempVec`] or [`Root`].
    #[cold]
    #[inline(never)]
    pub fn collect_precise(&mut self) {
        self.collect(true);
    }

    /// Frees what neither the roots nor anything on the native stack reaches. Where the native stack cannot be scanned
    /// (WebAssembly) a collection is asked for instead.
    #[cold]
    #[inline(never)]
    pub fn collect_conservative(&mut self) {
        if stack::SCANNABLE {
            self.collect(false);
        } else {
            self.want_collection();
        }
    }

    /// Begins a marking anew with what everybody refers to that is known exactly, and with the native stacks of threads that wait. Answers
    /// whether there is a VM yet. What the roots refer to is marked when the marker is drained.
    fn mark_roots(&mut self) -> bool {
        let Some((context, roots)) = self.roots else { return false };
        self.retire_cursors();
        self.finish_sweep();
        self.clear_marks();
        let mut marker = std::mem::take(&mut self.marker);
        roots(context, &mut marker);
        self.temps.trace(&mut marker);
        self.handles.trace(&mut marker);
        let words = marker.take_native_words();
        self.marker = marker;
        for (from, to) in words {
            self.mark_words(from, to);
        }
        true
    }

    fn collect(&mut self, precise: bool) {
        let clock = Clock::start();
        if !self.mark_roots() {
            return;
        }
        if !precise {
            self.mark_native_stack();
        }
        let mut marker = std::mem::take(&mut self.marker);
        marker.drain();
        if precise {
            self.clear_dead_weak(&mut marker);
        }
        self.mark_finalizable(&mut marker, precise);
        if !precise {
            self.mark_referents(&mut marker);
        }
        if precise || self.cyclic_rest != Ask::Nothing {
            self.find_cyclic(&mut marker);
        }
        self.forget_dead_weak();
        self.marker = marker;

        self.sort_blocks();
        if self.config.stress.is_some() {
            self.finish_sweep();
        }
        self.since = 0;
        self.external_since = 0;
        let grown = ((self.live + self.external) as f64 * self.config.growth) as usize;
        self.threshold = self.config.min_threshold.max(grown);
        if precise {
            self.collection_wanted.set(false);
        }
        self.over_limit.set(self.config.limit.is_some_and(|limit| self.used() > limit));

        let pause = clock.elapsed();
        self.stats.collections += 1;
        self.stats.conservative += u64::from(!precise);
        self.stats.total_pause += pause;
        self.stats.longest_pause = self.stats.longest_pause.max(pause);
    }

    /// Where an allocation may collect.
    fn allocation_point(&mut self, bytes: usize) {
        let pending = self.since.saturating_add(self.external_since).saturating_add(bytes);
        if pending > self.threshold {
            // An eighth above: far enough that a safepoint comes first where there is one at all, near enough that programs
            // that spend their time below native code (sorts, `tuple(generator)`) need little more memory than others.
            if pending > self.threshold + self.threshold / 8 && self.since > 0 {
                self.collect_conservative();
            }
            self.want_collection();
        }
        self.check_limit(bytes);
    }

    fn stress_point(&mut self) {
        self.stress_count += 1;
        if self.config.stress.is_some_and(|n| self.stress_count >= n) {
            self.stress_count = 0;
            self.collect_conservative();
            self.want_collection();
        }
    }

    // ---- what it has done ----

    /// The bytes in use: blocks, large objects, and what was accounted outside the heap.
    pub fn used(&self) -> usize {
        self.space.used_bytes + self.external
    }

    fn note_peak(&mut self) {
        self.stats.peak_bytes = self.stats.peak_bytes.max(self.used());
    }

    /// What the heap has done so far.
    pub fn stats(&self) -> HeapStats {
        let mut stats = self.stats;
        for cursor in &self.cursors {
            if !cursor.block.is_null() {
                let left = cursor.end as usize - cursor.next as usize;
                // SAFETY: the cursor's block is in use.
                let size = unsafe { (*cursor.block).cell_size };
                stats.bytes_allocated -= left as u64;
                stats.cells_allocated -= (left / size) as u64;
            }
        }
        stats.live_bytes = self.live;
        stats
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        self.drop_all();
    }
}

/// The family of the objects of a layout, instances of classes written in Python aside.
const fn family_of<T: HeapObject>() -> Family {
    let drops = std::mem::needs_drop::<T>();
    if matches!(T::LAYOUT, LayoutKind::Type) {
        assert!(!drops, "types are swept without being dropped");
        return Family::Type;
    }
    match (T::TRACED, drops) {
        (true, false) => Family::Traced,
        (true, true) => Family::TracedDrop,
        (false, false) => Family::Leaf,
        (false, true) => Family::LeafDrop,
    }
}

/// The family of an object whose layout holds no references. Native types are never freed, so that instances need not be
/// looked into for the sake of their type; but a class may be freed, and gives its instances a dict and slots.
#[inline(always)]
fn family_for<T: HeapObject>(value: &T) -> Family {
    // SAFETY: a heap object begins with its header.
    let header = unsafe { &*std::ptr::from_ref(value).cast::<Header>() };
    let of_class = header
        .visible_type()
        .is_some_and(|ty| ty.flags.get().intersects(TypeFlags::HEAP.union(TypeFlags::EXTRA_WORDS)));
    match (of_class, const { std::mem::needs_drop::<T>() }) {
        (false, false) => Family::Leaf,
        (false, true) => Family::LeafDrop,
        (true, false) => Family::Traced,
        (true, true) => Family::TracedDrop,
    }
}

/// Sets the words of a cell from byte `from` (rounded up) to byte `to` to `NULL`.
///
/// # Safety
/// The cell must have `to` bytes and belong to the caller.
#[inline(always)]
unsafe fn clear_words(cell: *mut u8, from: usize, to: usize) {
    let mut offset = from.next_multiple_of(8);
    while offset + 8 <= to {
        // SAFETY: as the caller promises.
        unsafe { cell.add(offset).cast::<Value>().write(Value::NULL) };
        offset += 8;
    }
}

/// Measures a pause, where there is a clock.
struct Clock(#[cfg(not(target_family = "wasm"))] std::time::Instant);

impl Clock {
    fn start() -> Clock {
        Clock(
            #[cfg(not(target_family = "wasm"))]
            std::time::Instant::now(),
        )
    }

    fn elapsed(&self) -> Duration {
        #[cfg(not(target_family = "wasm"))]
        return self.0.elapsed();
        #[cfg(target_family = "wasm")]
        return Duration::ZERO;
    }
}

#[cfg(test)]
mod tests;
