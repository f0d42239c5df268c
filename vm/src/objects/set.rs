//! `set` and `frozenset`.
//!
//! A set is iterated over in the order of its slots, so that programs see how slots are chosen. This is CPython's table:
//! the same hashes, the same probing (runs of ten slots, then a jump), the same moments of growth, deleted slots marked
//! and reused. With equal hashes the order is CPython's.

#![expect(unsafe_code, reason = "the slots stand behind the structure, in the same heap cell")]

use std::cell::Cell;

use crate::Vm;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::dict::{Dict, quick_equal};
use crate::objects::typeobj::Type;
use crate::value::Value;

mod methods;
mod operations;

pub use methods::{FROZENSET_TYPE, SET_ITERATOR_TYPE, SET_TYPE, SetIter};

const MIN_SLOTS: usize = 8;
/// How many slots behind the first one are looked at before jumping.
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;
/// The hash in a slot whose item was deleted. No item has this hash.
const DELETED: i64 = -1;

/// A slot: unused (no key, hash 0), deleted (no key, hash −1) or taken.
#[repr(C)]
struct Slot {
    key: Field,
    hash: Cell<i64>,
}

/// The slots of a set.
#[repr(C)]
pub struct SetTable {
    header: Header,
    slots: usize,
}

// SAFETY: `repr(C)` with the header first; every key is reported.
unsafe impl HeapObject for SetTable {
    const LAYOUT: LayoutKind = LayoutKind::SetTable;

    fn trace(&self, marker: &mut Marker) {
        for slot in self.slots() {
            marker.value(slot.key.get());
        }
    }
}

impl SetTable {
    fn allocate(vm: &mut Vm, slots: usize) -> Gc<SetTable> {
        let table = SetTable { header: Header::internal(LayoutKind::SetTable), slots };
        let table = vm.heap.allocate_sized(table, size_of::<SetTable>() + slots * size_of::<Slot>());
        for index in 0..slots {
            // SAFETY: within the cell; the keys are `NULL` already, the hashes are not.
            unsafe { (*table.pointer().add(1).cast::<Slot>().add(index)).hash.set(0) };
        }
        table
    }

    #[inline(always)]
    fn slots(&self) -> &[Slot] {
        // SAFETY: the cell was made with room for the slots; all bits are valid in them.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(self).add(1).cast::<Slot>(), self.slots) }
    }

    /// Puts in a key that is known to be absent, where there are no deleted slots.
    fn insert_clean(&self, key: Value, hash: i64) {
        let slots = self.slots();
        let mask = slots.len() - 1;
        let mut perturb = hash as usize;
        let mut at = hash as usize & mask;
        loop {
            let probes = if at + LINEAR_PROBES <= mask { LINEAR_PROBES } else { 0 };
            for slot in &slots[at..=at + probes] {
                if slot.key.get().is_null() {
                    slot.key.set(key);
                    slot.hash.set(hash);
                    return;
                }
            }
            perturb >>= PERTURB_SHIFT;
            at = (at.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb)) & mask;
        }
    }
}

/// A set or frozenset.
#[repr(C)]
pub struct Set {
    header: Header,
    /// The slots; `None` stands for eight unused ones.
    table: Cell<Option<Gc<SetTable>>>,
    used: Cell<usize>,
    /// The slots that are taken or deleted.
    fill: Cell<usize>,
    /// Where `pop` goes on searching.
    finger: Cell<usize>,
    /// A frozenset's hash; −1 until it is asked for.
    hash: Cell<i64>,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for Set {
    const LAYOUT: LayoutKind = LayoutKind::Set;

    fn trace(&self, marker: &mut Marker) {
        if let Some(table) = self.table.get() {
            marker.mark(table);
        }
    }
}

impl Vm {
    /// A new, empty set.
    #[inline]
    pub fn new_set(&mut self) -> Gc<Set> {
        let ty = self.types.set;
        self.heap.allocate(Set::new(ty))
    }
}

/// A set (of this type) of what an iterable gives (`make_new_set`).
pub fn set_from(vm: &mut Vm, ty: Gc<Type>, iterable: Value) -> PyResult<Gc<Set>> {
    let set = vm.allocate_object(ty, Set::new(ty));
    set.update(vm, iterable)?;
    Ok(set)
}

/// How a search ended.
enum Probe {
    /// At this slot.
    Found(usize),
    /// The key is absent; it would go into this slot, which was unused or (`true`) deleted.
    Absent(usize, bool),
}

impl Set {
    /// An empty set of this type.
    #[inline]
    pub fn new(ty: Gc<Type>) -> Set {
        Set {
            header: Header::new(ty),
            table: Cell::new(None),
            used: Cell::new(0),
            fill: Cell::new(0),
            finger: Cell::new(0),
            hash: Cell::new(-1),
        }
    }

    /// The number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get()
    }

    /// Whether there is no item.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.used.get() == 0
    }

    fn slots(&self) -> &[Slot] {
        match self.table.get() {
            None => &[],
            Some(table) => {
                let slots: *const [Slot] = table.slots();
                // SAFETY: the set refers to the table; once it is replaced the slice itself keeps it (an interior pointer).
                unsafe { &*slots }
            }
        }
    }

    fn slot_count(&self) -> usize {
        self.table.get().map_or(MIN_SLOTS, |table| table.slots)
    }

    fn table(&self, vm: &mut Vm) -> Gc<SetTable> {
        match self.table.get() {
            Some(table) => table,
            None => {
                let table = SetTable::allocate(vm, MIN_SLOTS);
                self.table.set(Some(table));
                table
            }
        }
    }

    /// The next item from the slot `position` on, with its hash; `position` moves behind it (`set_next`).
    #[inline]
    pub fn next_entry(&self, position: &mut usize) -> Option<(Value, i64)> {
        let slots = self.slots();
        while let Some(slot) = slots.get(*position) {
            *position += 1;
            let key = slot.key.get();
            if !key.is_null() {
                return Some((key, slot.hash.get()));
            }
        }
        None
    }

    fn growth(&self) -> usize {
        let used = self.used.get();
        if used > 50_000 { used * 2 } else { used * 4 }
    }

    fn delete_slot(&self, at: usize) {
        if let Some(slot) = self.slots().get(at) {
            slot.key.set(Value::NULL);
            slot.hash.set(DELETED);
            self.used.set(self.used.get() - 1);
        }
    }

    /// What is searched for when `key` is given, and its hash: a set, which has no hash, is replaced by a frozenset.
    fn searched_key(&self, vm: &mut Vm, key: Value) -> PyResult<(Value, i64)> {
        match vm.hash_key(key) {
            Ok(hash) => Ok((key, hash)),
            Err(raise) => {
                let is_set = key.cast::<Set>().is_some() && vm.type_of(key).is_subtype(vm.types.set);
                if !is_set || !vm.is_raised(raise, vm.exc.TypeError) {
                    return Err(raise);
                }
                let ty = vm.types.frozenset;
                let frozen = set_from(vm, ty, key)?;
                let hash = frozen.frozen_hash();
                Ok((frozen.into(), hash))
            }
        }
    }

    /// Removes and answers some item (`set_pop`).
    pub fn pop(&self) -> Option<Value> {
        if self.is_empty() {
            return None;
        }
        let slots = self.slots();
        let mut at = self.finger.get() & (slots.len() - 1);
        while slots[at].key.get().is_null() {
            at = if at + 1 == slots.len() { 0 } else { at + 1 };
        }
        let key = slots[at].key.get();
        self.delete_slot(at);
        self.finger.set(at + 1);
        Some(key)
    }

    /// Removes all items.
    pub fn clear(&self) {
        self.table.set(None);
        self.used.set(0);
        self.fill.set(0);
        self.hash.set(-1);
    }

    /// Gives the set a new table with more than `minimum` slots, without deleted ones (`set_table_resize`).
    fn resize(&self, vm: &mut Vm, minimum: usize) {
        let mut slots = MIN_SLOTS;
        while slots <= minimum {
            slots *= 2;
        }
        if slots == MIN_SLOTS && self.slot_count() == MIN_SLOTS && self.fill.get() == self.used.get() {
            return;
        }
        let new = SetTable::allocate(vm, slots);
        for slot in self.slots() {
            if !slot.key.get().is_null() {
                new.insert_clean(slot.key.get(), slot.hash.get());
            }
        }
        self.table.set(Some(new));
        self.fill.set(self.used.get());
    }

    /// Makes room for `more` items in one go, if that is called for.
    fn prepare(&self, vm: &mut Vm, more: usize) {
        if (self.fill.get() + more) * 5 >= (self.slot_count() - 1) * 3 {
            self.resize(vm, (self.used.get() + more) * 2);
        }
    }

    /// Exchanges the items with those of `other`.
    fn swap_contents(&self, other: &Set) {
        self.table.swap(&other.table);
        self.used.swap(&other.used);
        self.fill.swap(&other.fill);
        self.hash.set(-1);
        other.hash.set(-1);
    }

    /// The hash of a frozenset: independent of the order of the items.
    pub fn frozen_hash(&self) -> i64 {
        if self.hash.get() != -1 {
            return self.hash.get();
        }
        let shuffle = |hash: u64| ((hash ^ 89_869_747) ^ (hash << 16)).wrapping_mul(3_644_798_167);
        let mut hash = 0;
        let mut position = 0;
        while let Some((_, item)) = self.next_entry(&mut position) {
            hash ^= shuffle(item as u64);
        }
        hash ^= (self.len() as u64 + 1).wrapping_mul(1_927_868_237);
        hash ^= (hash >> 11) ^ (hash >> 25);
        hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
        if hash == u64::MAX {
            hash = 590_923_713;
        }
        self.hash.set(hash as i64);
        hash as i64
    }
}

impl Gc<Set> {
    /// Looks for a key (`set_lookkey`, `set_add_entry`). Comparisons may run Python code; when that changes the table, the
    /// search starts again.
    fn probe(self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<Probe> {
        'restart: loop {
            let Some(table) = self.table.get() else {
                return Ok(Probe::Absent(hash as usize & (MIN_SLOTS - 1), false));
            };
            let slots = table.slots();
            let mask = slots.len() - 1;
            let mut perturb = hash as usize;
            let mut at = hash as usize & mask;
            let mut free = None;
            loop {
                let probes = if at + LINEAR_PROBES <= mask { LINEAR_PROBES } else { 0 };
                for (offset, slot) in slots[at..=at + probes].iter().enumerate() {
                    let found = slot.key.get();
                    if found.is_null() {
                        if slot.hash.get() == 0 {
                            return Ok(match free {
                                None => Probe::Absent(at + offset, false),
                                Some(free) => Probe::Absent(free, true),
                            });
                        }
                        free = Some(at + offset);
                    } else if slot.hash.get() == hash {
                        if found.is(key) {
                            return Ok(Probe::Found(at + offset));
                        }
                        let equal = match quick_equal(vm, found, key) {
                            Some(equal) => equal,
                            None => {
                                let equal = vm.equals(found, key)?;
                                if self.table.get() != Some(table) || !slot.key.get().is(found) {
                                    continue 'restart;
                                }
                                equal
                            }
                        };
                        if equal {
                            return Ok(Probe::Found(at + offset));
                        }
                    }
                }
                perturb >>= PERTURB_SHIFT;
                at = (at.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb)) & mask;
            }
        }
    }

    /// Adds a key.
    ///
    /// # Errors
    /// What the key's `__hash__` or `__eq__` raise.
    #[inline]
    pub fn add(self, vm: &mut Vm, key: Value) -> PyResult<()> {
        let hash = vm.hash_key(key)?;
        self.add_hashed(vm, key, hash)
    }

    /// Adds a key whose hash is known.
    pub fn add_hashed(self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<()> {
        let Probe::Absent(at, deleted) = self.probe(vm, key, hash)? else { return Ok(()) };
        let table = self.table(vm);
        let slot = &table.slots()[at];
        slot.key.set(key);
        slot.hash.set(hash);
        self.used.set(self.used.get() + 1);
        if !deleted {
            self.fill.set(self.fill.get() + 1);
            if self.fill.get() * 5 >= (table.slots - 1) * 3 {
                self.resize(vm, self.growth());
            }
        }
        Ok(())
    }

    /// Whether a key is there; a key that is an unhashable set is looked for as a frozenset.
    pub fn contains(self, vm: &mut Vm, key: Value) -> PyResult<bool> {
        let (key, hash) = self.searched_key(vm, key)?;
        self.contains_hashed(vm, key, hash)
    }

    /// Whether a key with this hash is there.
    pub fn contains_hashed(self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<bool> {
        Ok(matches!(self.probe(vm, key, hash)?, Probe::Found(_)))
    }

    /// Removes a key; answers whether it was there. As for `contains`, it may be a set.
    pub fn discard(self, vm: &mut Vm, key: Value) -> PyResult<bool> {
        let (key, hash) = self.searched_key(vm, key)?;
        self.discard_hashed(vm, key, hash)
    }

    /// Removes a key with this hash; answers whether it was there.
    pub fn discard_hashed(self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<bool> {
        let Probe::Found(at) = self.probe(vm, key, hash)? else { return Ok(false) };
        self.delete_slot(at);
        Ok(true)
    }

    /// Adds what an iterable gives (`set_update_internal`).
    pub fn update(self, vm: &mut Vm, iterable: Value) -> PyResult<()> {
        if let Some(other) = iterable.cast::<Set>() {
            return self.merge(vm, other);
        }
        if iterable.is_exact(vm.types.dict)
            && let Some(dict) = iterable.cast::<Dict>()
        {
            self.prepare(vm, dict.len());
            let mut position = 0;
            while let Some((key, _, hash)) = dict.next_item_hashed(&mut position) {
                self.add_hashed(vm, key, hash)?;
            }
            return Ok(());
        }
        vm.for_each(iterable, |vm, key| self.add(vm, key))
    }

    fn merge(self, vm: &mut Vm, other: Gc<Set>) -> PyResult<()> {
        if other == self || other.is_empty() {
            return Ok(());
        }
        self.prepare(vm, other.len());
        if self.fill.get() == 0 {
            let table = self.table(vm);
            if table.slots == other.slot_count() && other.fill.get() == other.used.get() {
                for (to, from) in table.slots().iter().zip(other.slots()) {
                    to.key.set(from.key.get());
                    to.hash.set(from.hash.get());
                }
            } else {
                let mut position = 0;
                while let Some((key, hash)) = other.next_entry(&mut position) {
                    table.insert_clean(key, hash);
                }
            }
            self.fill.set(other.used.get());
            self.used.set(other.used.get());
            return Ok(());
        }
        let mut position = 0;
        while let Some((key, hash)) = other.next_entry(&mut position) {
            self.add_hashed(vm, key, hash)?;
        }
        Ok(())
    }
}
