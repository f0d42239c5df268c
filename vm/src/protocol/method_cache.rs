//! What lookups in types found, remembered by the type's version tag and the name (CPython's `MCACHE`), and beside it where
//! instances of the type keep an attribute of that name.
//!
//! With both an attribute of an ordinary instance is found without a search: the handlers of generic `LOAD_ATTR`,
//! `LOAD_METHOD` and `STORE_ATTR` try that first. Nothing that a program or a counter can see depends on what the cache
//! holds, except that a lookup which misses it gives the type a version tag, as in CPython.

#![expect(unsafe_code, reason = "a type vouches for the layout of its instances")]

use std::cell::Cell;

use crate::Vm;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header};
use crate::objects::dictkeys::DictKeys;
use crate::objects::instance::{has_inline_values, inline_value};
use crate::objects::string::Str;
use crate::objects::typeobj::{NO_DICT, Type, TypeFlags};
use crate::slots::{GetAttrFn, SetAttrFn};
use crate::value::Value;

use super::{generic_getattr, generic_setattr};

const ENTRIES: usize = 1 << 12;

#[derive(Clone)]
struct Entry {
    version: Cell<u32>,
    /// Where instances of the type keep an attribute of that name.
    own: Cell<SharedIndex>,
    name: Cell<usize>,
    /// What the lookup found; `NULL` when nothing.
    value: Cell<Value>,
}

/// What is known of a name in the shared keys of a type.
#[derive(Clone, Copy)]
enum SharedIndex {
    Unknown,
    At(u8),
    /// It was not among the first so many keys, which were all there were.
    NotAmong(u8),
}

/// What lookups in types found, by version tag and name (`MCACHE`).
pub struct MethodCache {
    entries: Box<[Entry; ENTRIES]>,
}

impl MethodCache {
    /// An empty cache.
    pub fn new() -> MethodCache {
        let empty = Entry {
            version: Cell::new(0),
            own: Cell::new(SharedIndex::Unknown),
            name: Cell::new(0),
            value: Cell::new(Value::NULL),
        };
        let entries = vec![empty; ENTRIES];
        // The length is part of the type, so that lookups need not check their index.
        let Ok(entries) = entries.try_into() else { unreachable!("the vector has that many entries") };
        MethodCache { entries }
    }

    /// Empties the cache: a collection may free a name, and another could take its address. Nothing that a program can see
    /// depends on what the cache holds.
    pub fn trace(&self, _marker: &mut Marker) {
        for entry in self.entries.iter() {
            entry.version.set(0);
            entry.name.set(0);
            entry.value.set(Value::NULL);
        }
    }

    #[inline(always)]
    fn entry(&self, version: u32, name: Gc<Str>) -> &Entry {
        let index = (version as usize ^ name.address() >> 3) & (ENTRIES - 1);
        &self.entries[index]
    }
}

impl Default for MethodCache {
    fn default() -> Self {
        MethodCache::new()
    }
}

impl Vm {
    /// Finds a name in the MRO of a type (`_PyType_Lookup`). A lookup that misses the cache gives the type a version tag.
    #[inline]
    pub fn lookup(&mut self, ty: Gc<Type>, name: Gc<Str>) -> Option<Value> {
        let version = ty.version.get();
        if version != 0 {
            let entry = self.method_cache.entry(version, name);
            if entry.version.get() == version && entry.name.get() == name.address() {
                return entry.value.get().non_null();
            }
        }
        self.lookup_slowly(ty, name)
    }

    #[inline(never)]
    fn lookup_slowly(&mut self, ty: Gc<Type>, name: Gc<Str>) -> Option<Value> {
        let found = self.lookup_uncached(ty, name);
        if name.len() <= 100 && self.assign_type_version(ty) {
            let version = ty.version.get();
            let entry = self.method_cache.entry(version, name);
            entry.version.set(version);
            entry.own.set(SharedIndex::Unknown);
            entry.name.set(name.address());
            entry.value.set(found.unwrap_or(Value::NULL));
        }
        found
    }

    /// The index of a name in `keys`, the shared keys of `ty`.
    ///
    /// It is remembered beside what the type itself has under the name, which those who ask have just looked up. A class
    /// keeps the shared keys that it was made with, and they neither lose nor move a key: what was found stays right for as
    /// long as the version tag.
    #[inline]
    pub(crate) fn shared_index(&self, ty: Gc<Type>, keys: Gc<DictKeys>, name: Gc<Str>) -> Option<usize> {
        let version = ty.version.get();
        let entry = self.method_cache.entry(version, name);
        if version == 0 || entry.version.get() != version || entry.name.get() != name.address() {
            return keys.find_index(name);
        }
        match entry.own.get() {
            SharedIndex::At(index) => return Some(usize::from(index)),
            SharedIndex::NotAmong(count) if usize::from(count) == keys.len() => return None,
            SharedIndex::NotAmong(_) | SharedIndex::Unknown => {}
        }
        let index = keys.find_index(name);
        // There are at most `SHARED_KEYS_MAX` of them.
        entry.own.set(match index {
            Some(index) => SharedIndex::At(index as u8),
            None => SharedIndex::NotAmong(keys.len() as u8),
        });
        index
    }

    /// What is known of a name in a type, if anything is.
    #[inline(always)]
    fn remembered(&self, ty: Gc<Type>, name: Gc<Str>) -> Option<&Entry> {
        let version = ty.version.get();
        let entry = self.method_cache.entry(version, name);
        (version != 0 && entry.version.get() == version && entry.name.get() == name.address()).then_some(entry)
    }

    /// The place of an inline value, if the object has one under this name, set or not, that no data descriptor of the type
    /// comes before.
    #[inline(always)]
    fn remembered_place<'a>(&self, object: Gc<Header>, ty: Gc<Type>, entry: &Entry) -> Option<&'a Field> {
        let SharedIndex::At(index) = entry.own.get() else { return None };
        let on_type = entry.value.get();
        if !on_type.is_null() && self.type_of(on_type).slots().descr_set.is_some() {
            return None;
        }
        let offset = ty.dict_offset.get();
        // SAFETY: an index is remembered for types with inline values alone, of which it is one.
        unsafe { has_inline_values(object, offset).then(|| inline_value(object, offset, usize::from(index))) }
    }

    /// `object.name` where that is an inline value of an ordinary instance, and this is known. `None` says nothing.
    #[inline(always)]
    pub(crate) fn remembered_value(&self, object: Gc<Header>, name: Gc<Str>) -> Option<Value> {
        let ty = object.ty();
        let entry = self.remembered(ty, name)?;
        if !is_generic_getattr(ty) {
            return None;
        }
        self.remembered_place(object, ty, entry)?.get().non_null()
    }

    /// The place that `object.name = …` writes to, where that is an inline value that is set already, and this is known.
    #[inline(always)]
    pub(crate) fn remembered_target<'a>(&self, object: Gc<Header>, name: Gc<Str>) -> Option<&'a Field> {
        let ty = object.ty();
        let entry = self.remembered(ty, name)?;
        if !ty.slots().setattro.is_none_or(|set| std::ptr::fn_addr_eq(set, generic_setattr as SetAttrFn)) {
            return None;
        }
        self.remembered_place(object, ty, entry).filter(|place| !place.get().is_null())
    }

    /// The method `name` that the type gives an object which does not hide it, where this is known.
    #[inline(always)]
    pub(crate) fn remembered_method(&self, object: Gc<Header>, name: Gc<Str>) -> Option<Value> {
        let ty = object.ty();
        let entry = self.remembered(ty, name)?;
        let method = entry.value.get().non_null()?;
        if !self.type_of(method).is(TypeFlags::METHOD_DESCRIPTOR) || !is_generic_getattr(ty) {
            return None;
        }
        let offset = ty.dict_offset.get();
        if offset == NO_DICT {
            return Some(method);
        }
        let SharedIndex::NotAmong(count) = entry.own.get() else { return None };
        let keys = ty.cached_keys.get()?;
        // SAFETY: an absence is remembered for types with inline values alone.
        let free = usize::from(count) == keys.len() && unsafe { has_inline_values(object, offset) };
        free.then_some(method)
    }
}

#[inline(always)]
fn is_generic_getattr(ty: Gc<Type>) -> bool {
    ty.slots().getattro.is_none_or(|get| std::ptr::fn_addr_eq(get, generic_getattr as GetAttrFn))
}
