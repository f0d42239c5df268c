//! Dicts: CPython 3.11's `PyDictObject`. Their keys (and the values of combined tables) are [`DictKeys`]; a split dict
//! shares the keys with the instances of a class and has its values in an array of its own.
//!
//! A search that meets keys whose equality only Python code can tell survives whatever that code does to the dict: it
//! starts again when the table changed.

use std::cell::Cell;

use crate::Vm;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Gc, Header, HeapObject, LayoutKind};
use crate::objects::array::Array;
use crate::objects::dictkeys::{DictKeys, Found, log2_for_entries, log2_for_slots, usable_fraction};
use crate::objects::split_values::SplitValues;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::value::Value;

mod merge;
mod methods;
#[cfg(test)]
mod tests;
mod views;

pub use merge::Duplicates;
pub use methods::DICT_TYPE;
pub use views::{
    DICT_ITEMITERATOR_TYPE, DICT_ITEMS_TYPE, DICT_KEYITERATOR_TYPE, DICT_KEYS_TYPE, DICT_REVERSEITEMITERATOR_TYPE,
    DICT_REVERSEKEYITERATOR_TYPE, DICT_REVERSEVALUEITERATOR_TYPE, DICT_VALUEITERATOR_TYPE, DICT_VALUES_TYPE, DictIter,
    DictPart, DictView,
};

/// A dict.
#[repr(C)]
pub struct Dict {
    header: Header,
    keys: Cell<Gc<DictKeys>>,
    /// The values of a split dict: an order word and the values (see [`SplitValues`]).
    values: Cell<Option<Gc<Array>>>,
    used: Cell<usize>,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
#[expect(unsafe_code, reason = "implementing the heap's contract")]
unsafe impl HeapObject for Dict {
    const LAYOUT: LayoutKind = LayoutKind::Dict;

    fn trace(&self, marker: &mut Marker) {
        self.keys.get().mark(marker);
        if let Some(values) = self.values.get() {
            marker.mark(values);
        }
    }
}

impl Vm {
    /// A new, empty dict.
    #[inline]
    pub fn new_dict(&mut self) -> Gc<Dict> {
        let ty = self.types.dict;
        self.heap.allocate(Dict::new(ty))
    }

    /// A new dict with room for `entries` entries (`_PyDict_NewPresized`).
    pub fn new_dict_sized(&mut self, entries: usize, unicode: bool) -> Gc<Dict> {
        let dict = self.new_dict();
        if entries > usable_fraction(3) {
            let keys = DictKeys::new(self, log2_for_entries(entries), unicode);
            dict.keys.set(keys);
        }
        dict
    }

    /// A dict under shared keys, with these values (an order word and the values themselves).
    pub(crate) fn new_split_dict(&mut self, keys: Gc<DictKeys>, values: Gc<Array>) -> Gc<Dict> {
        let ty = self.types.dict;
        let used = SplitValues::new(values.as_cells()).count();
        self.heap.allocate(Dict {
            header: Header::new(ty),
            keys: Cell::new(keys),
            values: Cell::new(Some(values)),
            used: Cell::new(used),
        })
    }

    /// The hash of a key; strings and small integers do not go through their type.
    #[inline]
    pub fn hash_key(&mut self, key: Value) -> PyResult<i64> {
        if let Some(hash) = hash_small_int(key) {
            return Ok(hash);
        }
        if key.is_exact(self.types.str)
            && let Some(string) = key.cast::<Str>()
        {
            return Ok(string.hash_value());
        }
        self.hash(key)
    }
}

/// The hash of an integer in the word (below the modulus 2^61 − 1), if `key` is one.
#[inline(always)]
fn hash_small_int(key: Value) -> Option<i64> {
    const MODULUS: i64 = (1 << 61) - 1;
    let i = key.as_small_int()?;
    if i > -MODULUS && i < MODULUS { Some(if i == -1 { -2 } else { i }) } else { None }
}

/// Whether two different words are equal as keys or items, if that can be told without running Python code.
pub fn quick_equal(vm: &Vm, a: Value, b: Value) -> Option<bool> {
    if a.is(b) {
        return Some(true);
    }
    if !a.is_heap() && !b.is_heap() {
        return Some(match (word_int(a), word_int(b)) {
            (Some(i), Some(j)) => i == j,
            (Some(i), None) => b.as_inline_float().is_some_and(|f| int_equals_float(i, f)),
            (None, Some(j)) => a.as_inline_float().is_some_and(|f| int_equals_float(j, f)),
            // Floats, or one is None, `...` or NotImplemented, which equal themselves only.
            (None, None) => match (a.as_inline_float(), b.as_inline_float()) {
                (Some(x), Some(y)) => x == y,
                _ => false,
            },
        });
    }
    let (Some(s), Some(t)) = (a.heap_type(), b.heap_type()) else {
        // A word and an object: strings and tuples equal no number.
        let object = a.heap_type().or(b.heap_type())?;
        return if object == vm.types.str || object == vm.types.tuple { Some(false) } else { None };
    };
    if s == vm.types.str && t == vm.types.str {
        return Some(a.cast::<Str>()?.equals(b.cast::<Str>()?));
    }
    if s == vm.types.tuple && t == vm.types.tuple {
        let (x, y) = (a.cast::<Tuple>()?, b.cast::<Tuple>()?);
        if x.len() != y.len() {
            return Some(false);
        }
        for (&p, &q) in x.items().iter().zip(y.items()) {
            if !quick_equal(vm, p, q)? {
                return Some(false);
            }
        }
        return Some(true);
    }
    if (s == vm.types.str && t == vm.types.tuple) || (s == vm.types.tuple && t == vm.types.str) {
        return Some(false);
    }
    None
}

/// An integer or truth value in the word.
fn word_int(value: Value) -> Option<i64> {
    value.as_small_int().or_else(|| value.as_bool().map(i64::from))
}

fn int_equals_float(i: i64, f: f64) -> bool {
    // The way back tells integers apart that round to the same float; small integers are far from the casts' limits.
    i as f64 == f && f as i64 == i
}

impl Dict {
    /// An empty dict of this type.
    #[inline]
    pub fn new(ty: Gc<Type>) -> Dict {
        Dict {
            header: Header::new(ty),
            keys: Cell::new(DictKeys::empty()),
            values: Cell::new(None),
            used: Cell::new(0),
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

    /// The keys.
    #[inline(always)]
    pub fn keys(&self) -> Gc<DictKeys> {
        self.keys.get()
    }

    /// The values of a split dict.
    #[inline(always)]
    pub fn split_values(&self) -> Option<Gc<Array>> {
        self.values.get()
    }

    /// Whether the keys are shared with the instances of a class.
    #[inline(always)]
    pub fn is_split(&self) -> bool {
        self.values.get().is_some()
    }

    /// The value at an index of the keys (`NULL` where there is none).
    #[inline(always)]
    pub fn value_at(&self, index: usize) -> Value {
        match self.values.get() {
            None => self.keys.get().entry_value(index),
            Some(values) => SplitValues::new(values.as_cells()).get(index),
        }
    }

    /// Replaces the value at an index of the keys where there is one.
    #[inline(always)]
    pub fn replace_value_at(&self, index: usize, value: Value) {
        match self.values.get() {
            None => {
                if let Some(entry) = self.keys.get().entries().get(index) {
                    entry.value.set(value);
                }
            }
            Some(values) => values.set(index + 1, value),
        }
    }

    /// The item at a position: `None` past the end, `Some(None)` where there is a hole.
    #[inline]
    pub fn entry(&self, position: usize) -> Option<Option<(Value, Value)>> {
        match self.values.get() {
            None => {
                let keys = self.keys.get();
                let entry = keys.entries().get(position)?;
                Some(entry.key.get().non_null().map(|key| (key, entry.value.get())))
            }
            Some(values) => {
                let values = SplitValues::new(values.as_cells());
                let index = values.index_at(position)?;
                Some(self.keys.get().entry_key(index).map(|key| (key, values.get(index))))
            }
        }
    }

    /// The next item from `position` on, which moves behind it (`PyDict_Next`).
    #[inline]
    pub fn next_item(&self, position: &mut usize) -> Option<(Value, Value)> {
        loop {
            let entry = self.entry(*position)?;
            *position += 1;
            if entry.is_some() {
                return entry;
            }
        }
    }

    /// As [`Dict::next_item`], with the key's stored hash.
    pub fn next_item_hashed(&self, position: &mut usize) -> Option<(Value, Value, i64)> {
        let (key, value) = self.next_item(position)?;
        let keys = self.keys.get();
        let index = match self.values.get() {
            None => *position - 1,
            Some(values) => SplitValues::new(values.as_cells()).index_at(*position - 1)?,
        };
        Some((key, value, keys.entries().get(index)?.hash.get()))
    }

    /// The items in a vector. The dict keeps them alive as long as nothing removes them from it.
    pub fn items(&self, _vm: &Vm) -> Vec<(Value, Value)> {
        self.iter().collect()
    }

    /// The value at an index of a combined table, if the key there is this very string (`WITH_HINT`).
    #[inline(always)]
    pub fn hinted(&self, index: usize, name: Gc<Str>) -> Option<Value> {
        let keys = self.keys.get();
        let entry = keys.entries().get(index)?;
        if entry.key.get().is(name.into()) { entry.value.get().non_null() } else { None }
    }

    /// Replaces the value that [`Dict::hinted`] finds; answers whether it finds one.
    #[inline(always)]
    pub fn set_hinted(&self, index: usize, name: Gc<Str>, value: Value) -> bool {
        let keys = self.keys.get();
        match keys.entries().get(index) {
            Some(entry) if entry.key.get().is(name.into()) && !entry.value.get().is_null() => {
                entry.value.set(value);
                true
            }
            _ => false,
        }
    }

    /// Takes over a table of `used` items.
    pub(crate) fn take_table(&self, keys: Gc<DictKeys>, used: usize) {
        self.keys.set(keys);
        self.values.set(None);
        self.used.set(used);
    }

    /// The positions behind the last entry.
    pub fn positions(&self) -> usize {
        if self.is_split() { self.used.get() } else { self.keys.get().len() }
    }

    /// The items, in order. Nothing may change the dict meanwhile.
    pub fn iter(&self) -> impl Iterator<Item = (Value, Value)> + '_ {
        let mut position = 0;
        std::iter::from_fn(move || self.next_item(&mut position))
    }

    // ---- reading ----

    /// The value of a string key. Runs no Python code: keys that are not strings are passed over.
    #[inline]
    pub fn get_str(&self, key: Gc<Str>) -> Option<Value> {
        self.get_str_hashed(key, key.hash_value())
    }

    /// As [`Dict::get_str`], with the hash known.
    #[inline]
    pub fn get_str_hashed(&self, key: Gc<Str>, hash: i64) -> Option<Value> {
        let index = self.keys.get().find_str(key, hash)?;
        self.value_at(index).non_null()
    }

    /// The value of a key, if it is an integer in the word and the search runs no Python code.
    #[inline]
    pub fn get_small_int(&self, vm: &Vm, key: Value) -> Option<Value> {
        let hash = hash_small_int(key)?;
        match search(vm, self.keys.get(), key, hash) {
            Found::At(index) => self.value_at(index).non_null(),
            Found::Absent | Found::AskPython => None,
        }
    }

    /// Stores a value at an index of the keys; in a split dict it may have been unset.
    #[inline]
    pub(crate) fn store_at(&self, vm: &mut Vm, index: usize, value: Value) {
        match self.values.get() {
            None => self.replace_value_at(index, value),
            Some(values) => {
                if !SplitValues::new(values.as_cells()).set(vm, index, value) {
                    self.used.set(self.used.get() + 1);
                }
            }
        }
    }

    /// `del self[key]` for a string; answers whether there was one.
    pub fn del_str(&self, key: Gc<Str>) -> bool {
        self.keys.get().find_str(key, key.hash_value()).and_then(|index| self.remove_at(index)).is_some()
    }

    /// Removes what stands at an index of the keys (`delitem_common`); answers the value.
    pub(crate) fn remove_at(&self, index: usize) -> Option<Value> {
        let old = match self.values.get() {
            None => {
                let keys = self.keys.get();
                let old = keys.entry_value(index).non_null()?;
                keys.invalidate();
                keys.remove(index);
                old
            }
            Some(values) => SplitValues::new(values.as_cells()).take(index).non_null()?,
        };
        self.used.set(self.used.get() - 1);
        Some(old)
    }

    /// Removes everything: the dict gets the shared empty keys.
    pub fn clear(&self) {
        self.keys.set(DictKeys::empty());
        self.values.set(None);
        self.used.set(0);
    }

    /// Gives the dict a new table of its own, without holes (`dictresize`). Split dicts become combined ones.
    pub(crate) fn resize(&self, vm: &mut Vm, log2_size: u8, unicode: bool) {
        let old = self.keys.get();
        let new = DictKeys::new(vm, log2_size, unicode && old.is_unicode());
        match self.values.get() {
            None => {
                for entry in old.entries() {
                    if !entry.key.get().is_null() {
                        new.append(entry.hash.get(), entry.key.get(), entry.value.get());
                    }
                }
            }
            Some(values) => {
                let values = SplitValues::new(values.as_cells());
                let mut position = 0;
                while let Some(index) = values.index_at(position) {
                    if let Some(entry) = old.entries().get(index) {
                        new.append(entry.hash.get(), entry.key.get(), values.get(index));
                    }
                    position += 1;
                }
            }
        }
        self.keys.set(new);
        self.values.set(None);
    }
}

impl Gc<Dict> {
    /// The value of a key.
    ///
    /// # Errors
    /// What the key's `__hash__` or `__eq__` raise.
    #[inline]
    pub fn get_item(self, vm: &mut Vm, key: Value) -> PyResult<Option<Value>> {
        let hash = vm.hash_key(key)?;
        self.get_item_hashed(vm, key, hash)
    }

    /// As `get_item`, with the hash known.
    #[inline]
    pub fn get_item_hashed(self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<Option<Value>> {
        Ok(match self.lookup(vm, key, hash)? {
            Some(index) => self.value_at(index).non_null(),
            None => None,
        })
    }

    /// Whether there is such a key.
    pub fn contains(self, vm: &mut Vm, key: Value) -> PyResult<bool> {
        Ok(self.get_item(vm, key)?.is_some())
    }

    /// The index of a key among the keys; in a split dict its value may be unset (`_Py_dict_lookup`).
    #[inline]
    pub fn lookup(self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<Option<usize>> {
        match search(vm, self.keys.get(), key, hash) {
            Found::At(index) => Ok(Some(index)),
            Found::Absent => Ok(None),
            Found::AskPython => self.lookup_by_python(vm, key, hash),
        }
    }

    #[cold]
    fn lookup_by_python(self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<Option<usize>> {
        let mut candidates = Vec::new();
        'restart: loop {
            let keys = self.keys.get();
            let len = keys.len();
            keys.candidates(hash, &mut candidates);
            for &index in &candidates {
                let index = index as usize;
                let Some(candidate) = keys.entry_key(index).and_then(Value::non_null) else { continue };
                let equal = match quick_equal(vm, candidate, key) {
                    Some(equal) => equal,
                    None => {
                        let equal = vm.equals(candidate, key)?;
                        if self.keys.get() != keys || keys.len() != len || keys.entry_key(index) != Some(candidate) {
                            continue 'restart;
                        }
                        equal
                    }
                };
                if equal {
                    return Ok(Some(index));
                }
            }
            return Ok(None);
        }
    }

    // ---- writing ----

    /// `self[key] = value`.
    ///
    /// # Errors
    /// What the key's `__hash__` or `__eq__` raise.
    #[inline]
    pub fn set_item(self, vm: &mut Vm, key: Value, value: Value) -> PyResult<()> {
        let hash = vm.hash_key(key)?;
        self.set_item_hashed(vm, key, hash, value)
    }

    /// `self[key] = value` for a string. Runs no Python code: keys that are not strings are passed over.
    pub fn set_str(self, vm: &mut Vm, key: Gc<Str>, value: Value) {
        let hash = key.hash_value();
        match self.keys.get().find_str(key, hash) {
            Some(index) => self.store_at(vm, index, value),
            None => self.insert_new(vm, key.into(), hash, value),
        }
    }

    /// As `set_item`, with the hash known.
    #[inline]
    pub fn set_item_hashed(self, vm: &mut Vm, key: Value, hash: i64, value: Value) -> PyResult<()> {
        // CPython converts the table before it looks whether the key is there.
        if self.keys.get().is_unicode() && !key.is_exact(vm.types.str) && !self.keys.get().is_empty_keys() {
            self.resize(vm, log2_for_slots(self.used.get() * 3), false);
        }
        match self.lookup(vm, key, hash)? {
            Some(index) => self.store_at(vm, index, value),
            None => self.insert_new(vm, key, hash, value),
        }
        Ok(())
    }

    /// Adds an item whose key is known to be absent.
    pub(crate) fn insert_new(self, vm: &mut Vm, key: Value, hash: i64, value: Value) {
        let unicode = key.is_exact(vm.types.str);
        if self.keys.get().is_empty_keys() {
            let keys = DictKeys::new(vm, 3, unicode);
            self.keys.set(keys);
        } else {
            self.keys.get().invalidate();
            if self.keys.get().usable() == 0 || (self.keys.get().is_unicode() && !unicode) {
                self.resize(vm, log2_for_slots(self.used.get() * 3), unicode);
            }
        }
        let keys = self.keys.get();
        match self.values.get() {
            None => {
                keys.append(hash, key, value);
            }
            Some(values) => {
                let index = keys.append(hash, key, Value::NULL);
                SplitValues::new(values.as_cells()).set(vm, index, value);
            }
        }
        self.used.set(self.used.get() + 1);
    }

    /// `del self[key]`; answers whether there was one.
    ///
    /// # Errors
    /// What the key's `__hash__` or `__eq__` raise.
    pub fn del_item(self, vm: &mut Vm, key: Value) -> PyResult<bool> {
        let hash = vm.hash_key(key)?;
        Ok(self.pop_hashed(vm, key, hash)?.is_some())
    }

    /// Removes a key with a known hash; answers its value.
    pub fn pop_hashed(self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<Option<Value>> {
        Ok(self.lookup(vm, key, hash)?.and_then(|index| self.remove_at(index)))
    }

    /// Removes and answers the last item (`popitem`).
    pub fn pop_last(self, vm: &mut Vm) -> Option<(Value, Value)> {
        if self.is_empty() {
            return None;
        }
        if self.is_split() {
            self.resize(vm, self.keys.get().log2_size(), true);
        }
        let keys = self.keys.get();
        keys.invalidate();
        let last = keys.entries().iter().rposition(|entry| !entry.key.get().is_null())?;
        let item = (keys.entry_key(last)?, keys.entry_value(last));
        keys.remove(last);
        keys.truncate(last);
        self.used.set(self.used.get() - 1);
        Some(item)
    }

    /// The value of a key, which is stored first if it is absent (`setdefault`).
    pub fn set_default(self, vm: &mut Vm, key: Value, default: Value) -> PyResult<Value> {
        let hash = vm.hash_key(key)?;
        let keys = self.keys.get();
        if keys.is_unicode() && !key.is_exact(vm.types.str) && !keys.is_empty_keys() {
            self.resize(vm, log2_for_slots(self.used.get() * 3), false);
        }
        match self.lookup(vm, key, hash)? {
            Some(index) => match self.value_at(index).non_null() {
                Some(value) => Ok(value),
                None => {
                    self.store_at(vm, index, default);
                    Ok(default)
                }
            },
            None => {
                self.insert_new(vm, key, hash, default);
                Ok(default)
            }
        }
    }
}

/// Looks for a key without running Python code.
#[inline]
fn search(vm: &Vm, keys: Gc<DictKeys>, key: Value, hash: i64) -> Found {
    if keys.is_unicode()
        && key.is_exact(vm.types.str)
        && let Some(string) = key.cast::<Str>()
    {
        return keys.find_str(string, hash).map_or(Found::Absent, Found::At);
    }
    let mut ask = false;
    let found = keys.find_by(hash, |candidate| {
        candidate.is(key)
            || quick_equal(vm, candidate, key).unwrap_or_else(|| {
                ask = true;
                false
            })
    });
    match found {
        Some(index) => Found::At(index),
        None if ask => Found::AskPython,
        None => Found::Absent,
    }
}
