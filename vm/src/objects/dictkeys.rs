//! The keys of dicts: the entries, in the order of their insertion, and the way to find one.
//!
//! The model is CPython 3.11's `PyDictKeysObject`, because guards see it: the kind (all keys exact strings, anything, or
//! shared by the instances of a class), the version, how many entries fit before the table is replaced by a larger one.
//! How an entry is found is our own affair. Tables of eight slots (five entries) and shared keys are searched from the
//! front, comparing identities and stored hashes; larger ones have an index, a `hashbrown` table of entry numbers.
//!
//! The entries lie behind the structure in the same heap cell. A cell with an index has a destructor, so it is a layout of
//! its own ([`IndexedKeys`], which begins with a [`DictKeys`]) and the many small tables need none.

#![expect(unsafe_code, reason = "entries stand behind the structure, in the same heap cell")]

use std::cell::{Cell, UnsafeCell};

use hashbrown::HashTable;

use crate::Vm;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::string::Str;
use crate::value::Value;

/// The most keys that instances of a class can share (`SHARED_KEYS_MAX_SIZE`).
pub const SHARED_KEYS_MAX: usize = 30;
const SHARED_LOG2: u8 = 6;
/// The smallest table: 8 slots.
const MIN_LOG2: u8 = 3;

/// What keys a table may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum KeysKind {
    /// Any (`DICT_KEYS_GENERAL`).
    General = 0,
    /// Exact strings (`DICT_KEYS_UNICODE`).
    Unicode = 1,
    /// Exact strings, shared by the instances of a class, whose values are elsewhere (`DICT_KEYS_SPLIT`).
    Split = 2,
}

/// An entry. A deleted one has neither key nor value.
#[repr(C)]
pub struct Entry {
    /// The hash of the key.
    pub hash: Cell<i64>,
    /// The key.
    pub key: Field,
    /// The value; `NULL` in shared keys.
    pub value: Field,
}

/// The keys of a dict; in combined tables also the values.
#[repr(C)]
pub struct DictKeys {
    header: Header,
    /// The version that guards compare; 0 when none is assigned ([`Vm::keys_version`] assigns one).
    pub version: Cell<u32>,
    kind: KeysKind,
    log2_size: u8,
    indexed: bool,
    usable: Cell<u32>,
    used_entries: Cell<u32>,
    entries: *const Entry,
}

/// Keys with an index of hashes.
#[repr(C)]
pub struct IndexedKeys {
    keys: DictKeys,
    index: UnsafeCell<HashTable<u32>>,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for DictKeys {
    const LAYOUT: LayoutKind = LayoutKind::DictKeys;

    fn trace(&self, marker: &mut Marker) {
        for entry in self.entries() {
            marker.value(entry.key.get());
            marker.value(entry.value.get());
        }
    }
}

// SAFETY: `repr(C)` and begins with keys, which begin with the header; the index holds no references.
unsafe impl HeapObject for IndexedKeys {
    const LAYOUT: LayoutKind = LayoutKind::IndexedKeys;

    fn trace(&self, marker: &mut Marker) {
        self.keys.trace(marker);
    }

    fn external_bytes(&self) -> usize {
        self.keys.index().allocation_size()
    }
}

struct EmptyKeys(DictKeys);

// SAFETY: nothing ever writes to the empty keys: they have no room, and their version stays 1.
unsafe impl Sync for EmptyKeys {}

static EMPTY: EmptyKeys = EmptyKeys(DictKeys {
    header: Header::internal(LayoutKind::DictKeys),
    version: Cell::new(1),
    kind: KeysKind::Unicode,
    log2_size: 0,
    indexed: false,
    usable: Cell::new(0),
    used_entries: Cell::new(0),
    entries: std::ptr::dangling(),
});

/// How a search that does not call Python ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// At this entry.
    At(usize),
    /// There is no such key.
    Absent,
    /// A key has the same hash, and only its `__eq__` can tell.
    AskPython,
}

/// How many entries fit a table of `1 << log2` slots (`USABLE_FRACTION`).
pub const fn usable_fraction(log2: u8) -> usize {
    (1usize << log2) * 2 / 3
}

/// The logarithm of the table of `slots` slots at least, as CPython's `calculate_log2_keysize` has it: a request for exactly
/// a power of two above eight gets twice as many.
pub fn log2_for_slots(slots: usize) -> u8 {
    (usize::BITS - (((slots | 8) - 1) | 7).leading_zeros()) as u8
}

/// The logarithm of the smallest table with room for `entries` entries (`estimate_log2_keysize`).
pub fn log2_for_entries(entries: usize) -> u8 {
    log2_for_slots((entries * 3).div_ceil(2))
}

/// What `hashbrown` gets: the low bits choose the bucket, as they are (neighbouring integers stay neighbours); the top
/// seven are compared first, and those of small integers would all be zero.
#[inline(always)]
fn index_hash(hash: i64) -> u64 {
    let hash = hash as u64;
    (hash & (u64::MAX >> 7)) | (hash.wrapping_mul(0x9E37_79B9_7F4A_7C15) & !(u64::MAX >> 7))
}

impl DictKeys {
    /// The keys of every dict that was never written to, or was cleared.
    #[inline(always)]
    pub fn empty() -> Gc<DictKeys> {
        // SAFETY: the static is initialized and lives for ever; it is never written to.
        unsafe { Gc::from_raw((&raw const EMPTY.0).cast_mut()) }
    }

    /// Whether these are the shared empty keys.
    #[inline(always)]
    pub fn is_empty_keys(&self) -> bool {
        std::ptr::eq(self, &raw const EMPTY.0)
    }

    /// New keys without entries.
    pub fn new(vm: &mut Vm, log2_size: u8, unicode: bool) -> Gc<DictKeys> {
        let kind = if unicode { KeysKind::Unicode } else { KeysKind::General };
        Self::allocate(vm, log2_size.max(MIN_LOG2), kind, usable_fraction(log2_size.max(MIN_LOG2)))
    }

    /// The shared keys of a new class (`_PyDict_NewKeysForClass`). The room is one more than fits, as it shrinks before
    /// each new instance.
    pub fn new_shared(vm: &mut Vm) -> Gc<DictKeys> {
        Self::allocate(vm, SHARED_LOG2, KeysKind::Split, SHARED_KEYS_MAX)
    }

    fn allocate(vm: &mut Vm, log2_size: u8, kind: KeysKind, usable: usize) -> Gc<DictKeys> {
        let indexed = log2_size > MIN_LOG2 && kind != KeysKind::Split;
        let layout = if indexed { LayoutKind::IndexedKeys } else { LayoutKind::DictKeys };
        let keys = DictKeys {
            header: Header::internal(layout),
            version: Cell::new(0),
            kind,
            log2_size,
            indexed,
            usable: Cell::new(usable as u32),
            used_entries: Cell::new(0),
            entries: std::ptr::dangling(),
        };
        if indexed {
            let index = HashTable::with_capacity(usable);
            vm.heap.account_external(index.allocation_size() as isize);
            let total = size_of::<IndexedKeys>() + usable * size_of::<Entry>();
            let cell = vm.heap.allocate_sized(IndexedKeys { keys, index: UnsafeCell::new(index) }, total);
            // SAFETY: the cell is fresh, and begins with the keys; the entries begin behind the structure.
            unsafe {
                (*cell.pointer()).keys.entries = cell.pointer().add(1).cast();
                Gc::from_raw(cell.pointer().cast())
            }
        } else {
            let total = size_of::<DictKeys>() + usable * size_of::<Entry>();
            let cell = vm.heap.allocate_sized(keys, total);
            // SAFETY: the cell is fresh; the entries begin behind the structure.
            unsafe { (*cell.pointer()).entries = cell.pointer().add(1).cast() };
            cell
        }
    }

    /// Which keys may be held.
    #[inline(always)]
    pub fn kind(&self) -> KeysKind {
        self.kind
    }

    /// Whether all keys are exact strings.
    #[inline(always)]
    pub fn is_unicode(&self) -> bool {
        self.kind != KeysKind::General
    }

    /// Whether instances share these keys.
    #[inline(always)]
    pub fn is_split(&self) -> bool {
        self.kind == KeysKind::Split
    }

    /// The logarithm of the number of slots.
    #[inline(always)]
    pub fn log2_size(&self) -> u8 {
        self.log2_size
    }

    /// The number of entries, holes included (`dk_nentries`).
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used_entries.get() as usize
    }

    /// Whether there is no entry.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.used_entries.get() == 0
    }

    /// How many more entries fit (`dk_usable`).
    #[inline(always)]
    pub fn usable(&self) -> usize {
        self.usable.get() as usize
    }

    /// The entries, holes included.
    #[inline(always)]
    pub fn entries(&self) -> &[Entry] {
        // SAFETY: the first `used_entries` entries behind the structure have been written.
        unsafe { std::slice::from_raw_parts(self.entries, self.len()) }
    }

    /// The key of entry `index` (`NULL` for a hole).
    #[inline(always)]
    pub fn entry_key(&self, index: usize) -> Option<Value> {
        self.entries().get(index).map(|entry| entry.key.get())
    }

    /// The value of entry `index`: `NULL` for a hole, in shared keys, and behind the end.
    #[inline(always)]
    pub fn entry_value(&self, index: usize) -> Value {
        match self.entries().get(index) {
            Some(entry) => entry.value.get(),
            None => Value::NULL,
        }
    }

    /// The entry of a string. Nothing is changed, no Python code runs, no version is assigned. In tables with other keys
    /// than exact strings those are passed over.
    #[inline]
    pub fn find_index(&self, key: Gc<Str>) -> Option<usize> {
        self.find_str(key, key.hash_value())
    }

    /// As [`DictKeys::find_index`], with the hash known.
    #[inline]
    pub fn find_str(&self, key: Gc<Str>, hash: i64) -> Option<usize> {
        let word = Value::from_gc(key);
        self.find_by(hash, |candidate| candidate.is(word) || candidate.cast::<Str>().is_some_and(|s| s.equals(key)))
    }

    /// The entry whose hash is `hash` and whose key is such that `equal` holds. `equal` must not run Python code.
    #[inline(always)]
    pub fn find_by(&self, hash: i64, mut equal: impl FnMut(Value) -> bool) -> Option<usize> {
        let entries = self.entries();
        if !self.indexed {
            return entries.iter().position(|e| e.hash.get() == hash && !e.key.get().is_null() && equal(e.key.get()));
        }
        self.index()
            .find(index_hash(hash), |&i| {
                // SAFETY: the index holds numbers of written entries only.
                let entry = unsafe { entries.get_unchecked(i as usize) };
                entry.hash.get() == hash && equal(entry.key.get())
            })
            .map(|&i| i as usize)
    }

    /// Collects the entries with this hash.
    pub fn candidates(&self, hash: i64, out: &mut Vec<u32>) {
        out.clear();
        let entries = self.entries();
        if self.indexed {
            out.extend(
                self.index().iter_hash(index_hash(hash)).copied().filter(|&i| entries[i as usize].hash.get() == hash),
            );
        } else {
            out.extend(
                (0u32..).zip(entries).filter(|(_, e)| e.hash.get() == hash && !e.key.get().is_null()).map(|(i, _)| i),
            );
        }
    }

    #[inline(always)]
    fn index(&self) -> &HashTable<u32> {
        debug_assert!(self.indexed);
        // SAFETY: `indexed` keys are the first field of `IndexedKeys`; a reference to the index never outlives the
        // methods of this file, which call nothing that could reach the table again.
        unsafe { &*(*std::ptr::from_ref(self).cast::<IndexedKeys>()).index.get() }
    }

    #[expect(clippy::mut_from_ref, reason = "interior mutability; the borrow ends within one method of this file")]
    fn index_mut(&self) -> &mut HashTable<u32> {
        debug_assert!(self.indexed);
        // SAFETY: as for `index`, and no other reference exists at the time.
        unsafe { &mut *(*std::ptr::from_ref(self).cast::<IndexedKeys>()).index.get() }
    }

    /// Appends an entry and answers its number. There must be room ([`DictKeys::usable`]) and no such key.
    #[inline]
    pub fn append(&self, hash: i64, key: Value, value: Value) -> usize {
        let number = self.len();
        assert!(self.usable.get() > 0, "no room for another key");
        // SAFETY: the cell was made with room for `used_entries + usable` entries at least.
        unsafe {
            let entry = self.entries.add(number).cast_mut();
            (*entry).hash.set(hash);
            (*entry).key.set(key);
            (*entry).value.set(value);
        }
        self.usable.set(self.usable.get() - 1);
        self.used_entries.set(number as u32 + 1);
        if self.indexed {
            let entries = self.entries();
            self.index_mut()
                .insert_unique(index_hash(hash), number as u32, |&i| index_hash(entries[i as usize].hash.get()));
        }
        number
    }

    /// Appends a hole.
    fn skip_entry(&self) {
        assert!(self.usable.get() > 0, "no room for another key");
        let number = self.len();
        // SAFETY: as in `append`.
        unsafe { self.wipe(self.entries.add(number)) };
        self.usable.set(self.usable.get() - 1);
        self.used_entries.set(number as u32 + 1);
    }

    /// Makes a hole of an entry. Room does not come back.
    pub fn remove(&self, number: usize) {
        let Some(entry) = self.entries().get(number) else { return };
        let hash = entry.hash.get();
        if self.indexed
            && let Ok(found) = self.index_mut().find_entry(index_hash(hash), |&i| i as usize == number)
        {
            found.remove();
        }
        // SAFETY: a live entry.
        unsafe { self.wipe(entry) };
    }

    /// # Safety
    /// The entry must lie in this cell.
    unsafe fn wipe(&self, entry: *const Entry) {
        // SAFETY: as the caller promises.
        unsafe {
            (*entry).hash.set(0);
            (*entry).key.set(Value::NULL);
            (*entry).value.set(Value::NULL);
        }
    }

    /// Forgets the entries from `count` on, which must be holes (`popitem` does so; the room does not come back).
    pub fn truncate(&self, count: usize) {
        debug_assert!(self.entries().iter().skip(count).all(|e| e.key.get().is_null()));
        self.used_entries.set(self.used_entries.get().min(count as u32));
    }

    /// Takes away the version: guards that compared it fail from now on.
    #[inline(always)]
    pub fn invalidate(&self) {
        // The empty keys are shared by all dicts and never change.
        if !self.is_empty_keys() {
            self.version.set(0);
        }
    }

    /// Lowers the room of shared keys before a new instance is made; answers how many values the instance needs.
    #[inline(always)]
    pub fn room_for_instance(&self) -> usize {
        let usable = self.usable.get();
        if usable > 1 {
            self.usable.set(usable - 1);
        }
        self.shared_size()
    }

    /// How many values there can be under shared keys (`shared_keys_usable_size`).
    #[inline(always)]
    pub fn shared_size(&self) -> usize {
        self.len() + self.usable()
    }

    /// The index of a key in shared keys, which get it if they have room (`insert_into_dictkeys`).
    pub fn find_or_share(&self, key: Gc<Str>) -> Option<usize> {
        let hash = key.hash_value();
        if let Some(index) = self.find_str(key, hash) {
            return Some(index);
        }
        if self.usable() == 0 {
            return None;
        }
        self.version.set(0);
        Some(self.append(hash, key.into(), Value::NULL))
    }
}

impl Gc<DictKeys> {
    /// A copy with entries, holes and version (`clone_combined_dict_keys`).
    pub fn duplicate(self, vm: &mut Vm) -> Gc<DictKeys> {
        let copy = DictKeys::allocate(vm, self.log2_size, self.kind, self.len() + self.usable());
        for entry in self.entries() {
            if entry.key.get().is_null() {
                copy.skip_entry();
            } else {
                copy.append(entry.hash.get(), entry.key.get(), entry.value.get());
            }
        }
        copy.version.set(self.version.get());
        copy
    }

    /// Marks these keys, unless they are the static empty ones.
    #[inline]
    pub fn mark(self, marker: &mut Marker) {
        if !self.is_empty_keys() {
            marker.mark(self);
        }
    }
}

impl Vm {
    /// The version of keys, assigned if they have none (`_PyDictKeys_GetVersionForCurrentState`). 0 when versions have
    /// run out.
    pub fn keys_version(&mut self, keys: Gc<DictKeys>) -> u32 {
        let version = keys.version.get();
        if version != 0 || self.next_dict_version == 0 {
            return version;
        }
        let version = self.next_dict_version;
        self.next_dict_version = version.wrapping_add(1);
        keys.version.set(version);
        version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_sizes_are_cpythons() {
        assert_eq!([3, 4, 5, 6].map(usable_fraction), [5, 10, 21, 42]);
        assert_eq!([0, 8, 9, 15, 16, 18, 30, 32, 63].map(log2_for_slots), [3, 3, 4, 4, 5, 5, 5, 6, 6]);
        assert_eq!([5, 6, 10, 11].map(log2_for_entries), [3, 4, 4, 5]);
    }

    #[test]
    fn index_hashes_keep_low_bits() {
        for hash in [0, 1, -1, i64::MAX, 0x1234_5678_9ABC] {
            assert_eq!(index_hash(hash) & 0xFFFF_FFFF, hash as u64 & 0xFFFF_FFFF);
        }
        assert_ne!(index_hash(1) >> 57, index_hash(2) >> 57);
    }

    #[test]
    fn empty_keys_stay_as_they_are() {
        let keys = DictKeys::empty();
        keys.invalidate();
        assert_eq!((keys.version.get(), keys.usable(), keys.len(), keys.is_unicode()), (1, 0, 0, true));
    }
}
