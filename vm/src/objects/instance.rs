//! Instances of classes written in Python, and the attributes that objects of every layout keep behind it.
//!
//! Behind the layout's own structure an instance has the words of its `__slots__`, then, if it has a `__dict__`, the dict
//! word. Classes whose instances have inline values (`MANAGED_DICT`) go on with an order word (see
//! [`crate::objects::split_values`]) and the values under the class's shared keys:
//!
//! ```text
//! header | layout … | slots … | dict word | order word | value 0 | value 1 | …
//!                              ^ ty.dict_offset
//! ```
//!
//! While the dict word is `NULL` the inline values are valid. Asking for `__dict__`, or a new attribute for which the shared
//! keys have no room, makes ("materializes") a dict; the word refers to it from then on and the inline values are unused.

#![expect(unsafe_code, reason = "slots, dict word and inline values stand behind the structure, in the same heap cell")]

use std::cell::Cell;

use crate::Vm;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind, layout_size};
use crate::objects::dict::Dict;
use crate::objects::dictkeys::DictKeys;
use crate::objects::split_values::{NO_ORDER, SplitValues, note_insertion};
use crate::objects::string::Str;
use crate::objects::typeobj::{DICT_AT_END, NO_DICT, Type, TypeFlags};
use crate::spec::TypeSpec;
use crate::value::Value;

const WORD: usize = size_of::<Value>();

/// An instance of a class whose bases have no layout of their own.
#[repr(C)]
pub struct Instance {
    header: Header,
}

// SAFETY: `repr(C)` with the header first; the words behind it are traced by the collector itself (`EXTRA_WORDS`).
unsafe impl HeapObject for Instance {
    const LAYOUT: LayoutKind = LayoutKind::Instance;

    fn trace(&self, _marker: &mut Marker) {}
}

impl Vm {
    /// A new instance of a class whose layout is [`Instance`], without attributes.
    #[inline]
    pub fn new_instance(&mut self, ty: Gc<Type>) -> Gc<Instance> {
        debug_assert!(ty.layout() == LayoutKind::Instance);
        self.allocate_object(ty, Instance { header: Header::new(ty) })
    }

    /// Puts an object of any fixed-size layout on the heap, with room for what its type adds behind the layout: slots,
    /// `__dict__`, inline values.
    #[inline]
    pub fn allocate_object<T: HeapObject>(&mut self, ty: Gc<Type>, object: T) -> Gc<T> {
        if !ty.is(TypeFlags::EXTRA_WORDS) {
            return self.heap.allocate(object);
        }
        let dict_offset = ty.dict_offset.get();
        if dict_offset == NO_DICT || dict_offset == DICT_AT_END {
            let total = (ty.fixed_size.get() as usize).max(size_of::<T>());
            return self.heap.allocate_sized(object, total + if dict_offset == NO_DICT { 0 } else { WORD });
        }
        let Some(keys) = ty.cached_keys.get().filter(|_| ty.is(TypeFlags::MANAGED_DICT)) else {
            let end = (ty.fixed_size.get() as usize).max(dict_offset as usize + WORD).max(size_of::<T>());
            return self.heap.allocate_sized(object, end);
        };
        let order_offset = dict_offset as usize + WORD;
        let room = keys.room_for_instance();
        let cell = self.heap.allocate_sized(object, order_offset + WORD + room * WORD);
        // SAFETY: within the cell just allocated.
        unsafe { *cell.pointer().cast::<u8>().add(order_offset).cast::<Value>() = NO_ORDER };
        cell
    }
}

/// The word at a byte offset of an object.
///
/// # Safety
/// The object's cell must reach that far, and hold a value there.
#[inline(always)]
pub unsafe fn word_at<'a>(object: Gc<Header>, offset: usize) -> &'a Field {
    // SAFETY: as the caller promises; the borrow is as good as the `Gc`.
    unsafe { &*object.pointer().cast::<u8>().add(offset).cast::<Field>() }
}

/// A value that instances of a native type keep behind their layout ([`crate::spec::TypeSpec::words`]); none if the object is no instance of
/// it, or of a class that derives from it.
pub fn extra_word<'a>(object: Value, ty: Gc<Type>, spec: &'static TypeSpec, index: u32) -> Option<&'a Field> {
    let header = object.header().filter(|_| index < spec.words)?;
    let is_instance = header.ty().mro.get().items().iter().any(|class| class.is(ty.into()));
    // SAFETY: the type's instances are that much larger than its layout, and derived classes add their words behind.
    is_instance.then(|| unsafe { word_at(header, layout_size(spec.layout) + index as usize * WORD) })
}

/// The dict word of an object, if its type gives it one: `NULL`, or the `__dict__`.
#[inline]
pub fn dict_word<'a>(object: Gc<Header>) -> Option<&'a Field> {
    let offset = match object.ty().dict_offset.get() {
        NO_DICT => return None,
        DICT_AT_END => crate::heap::cell_bytes(object.address()) - WORD,
        offset => offset as usize,
    };
    // SAFETY: the type says that its instances have a dict word there.
    Some(unsafe { word_at(object, offset) })
}

/// The inline value at an index of the shared keys, in an object whose type has this `dict_offset` and inline values. Guards
/// have checked the type and that [`has_inline_values`].
///
/// # Safety
/// The object's type has `MANAGED_DICT`, `dict_offset` is the type's, and `index` is within its shared keys.
#[inline(always)]
pub unsafe fn inline_value<'a>(object: Gc<Header>, dict_offset: u32, index: usize) -> &'a Field {
    // SAFETY: room for every index that shared keys ever have was made with the instance (their size never grows).
    unsafe { word_at(object, dict_offset as usize + (2 + index) * WORD) }
}

/// Whether the inline values are valid: no dict was materialized.
///
/// # Safety
/// The object's type has a dict word at `dict_offset`.
#[inline(always)]
pub unsafe fn has_inline_values(object: Gc<Header>, dict_offset: u32) -> bool {
    // SAFETY: as the caller promises.
    unsafe { word_at(object, dict_offset as usize) }.get().is_null()
}

/// Stores an inline value and keeps the order of the attributes.
///
/// # Safety
/// As for [`inline_value`].
#[inline(always)]
pub unsafe fn store_inline(vm: &mut Vm, object: Gc<Header>, dict_offset: u32, index: usize, value: Value) {
    // SAFETY: as the caller promises.
    let field = unsafe { inline_value(object, dict_offset, index) };
    let old = field.get();
    field.set(value);
    if old.is_null() {
        // SAFETY: the order word and the values up to `index` lie behind the dict word.
        let cells = unsafe { cells_at(object, dict_offset, index + 1) };
        if cells[0].get() == Value::small_int(index as i64) {
            cells[0].set(Value::small_int(index as i64 + 1));
        } else {
            store_order(vm, object, index);
        }
    }
}

#[cold]
fn store_order(vm: &mut Vm, object: Gc<Header>, index: usize) {
    let ty = object.ty();
    if let Some(keys) = ty.cached_keys.get() {
        // SAFETY: `store_inline`'s conditions hold.
        note_insertion(vm, unsafe { cells_at(object, ty.dict_offset.get(), keys.shared_size()) }, index);
    }
}

/// The order word and `count` values.
///
/// # Safety
/// The object has inline values at `dict_offset`, at least `count` of them.
unsafe fn cells_at<'a>(object: Gc<Header>, dict_offset: u32, count: usize) -> &'a [Cell<Value>] {
    // SAFETY: as the caller promises.
    unsafe {
        let first = object.pointer().cast::<u8>().add(dict_offset as usize + WORD);
        std::slice::from_raw_parts(first.cast::<Cell<Value>>(), count + 1)
    }
}

/// The shared keys and inline values of an object, if it has valid ones.
#[inline]
pub fn inline_values<'a>(object: Gc<Header>) -> Option<(Gc<DictKeys>, SplitValues<'a>)> {
    let ty = object.ty();
    if !ty.is(TypeFlags::MANAGED_DICT) {
        return None;
    }
    let (keys, offset) = (ty.cached_keys.get()?, ty.dict_offset.get());
    // SAFETY: a type with MANAGED_DICT has a dict word there and inline values behind it.
    unsafe {
        if !has_inline_values(object, offset) {
            return None;
        }
        Some((keys, SplitValues::new(cells_at(object, offset, keys.shared_size()))))
    }
}

/// The object's `__dict__`, if it exists already. Inline values are not turned into one.
#[inline]
pub fn existing_dict(object: Gc<Header>) -> Option<Gc<Dict>> {
    dict_word(object)?.get().cast::<Dict>()
}

/// The object's own attribute of this name, from its inline values or its `__dict__`.
#[inline]
pub fn get_own(vm: &Vm, object: Value, name: Gc<Str>) -> Option<Value> {
    let object = object.header()?;
    if let Some((keys, values)) = inline_values(object) {
        return values.get(vm.shared_index(object.ty(), keys, name)?).non_null();
    }
    existing_dict(object)?.get_str(name)
}

/// Whether a name is exactly a string. Instances of subclasses may have a hash and equality of their own.
#[inline(always)]
pub fn is_plain_name(vm: &Vm, name: Gc<Str>) -> bool {
    Value::from_gc(name).is_exact(vm.types.str)
}

/// As [`get_own`], for a name that is an instance of a subclass of `str`: a key like any other, so that a dict is needed.
///
/// # Errors
/// What its `__hash__` or `__eq__` raise.
pub fn get_own_by_key(vm: &mut Vm, object: Value, name: Value) -> PyResult<Option<Value>> {
    match object.header().and_then(|header| make_dict(vm, header)) {
        Some(dict) => dict.get_item(vm, name),
        None => Ok(None),
    }
}

/// Sets the object's own attribute.
///
/// # Errors
/// `AttributeError` if objects of its type have no `__dict__`; for names that are no plain strings also what their
/// `__hash__` or `__eq__` raise.
pub fn set_own(vm: &mut Vm, object: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
    let Some(header) = object.header() else { return Err(vm.no_attribute(object, name)) };
    let plain = is_plain_name(vm, name);
    if let Some((keys, _)) = inline_values(header) {
        let shared = || vm.shared_index(header.ty(), keys, name).or_else(|| keys.find_or_share(name));
        if let Some(index) = if plain { shared() } else { None } {
            // SAFETY: the type has inline values, and `index` is within the shared keys.
            unsafe { store_inline(vm, header, header.ty().dict_offset.get(), index, value) };
            return Ok(());
        }
        materialize(vm, header);
    }
    let Some(dict) = make_dict(vm, header) else { return Err(vm.no_attribute(object, name)) };
    if !plain {
        return dict.set_item(vm, name.into(), value);
    }
    dict.set_str(vm, name, value);
    Ok(())
}

/// Deletes the object's own attribute; answers whether it had one. Inline values stay inline, unless the shared keys have
/// no room for the name (CPython looks the name up as if to store it).
///
/// # Errors
/// For names that are no plain strings what their `__hash__` or `__eq__` raise.
pub fn delete_own(vm: &mut Vm, object: Value, name: Gc<Str>) -> PyResult<bool> {
    let Some(object) = object.header() else { return Ok(false) };
    if !is_plain_name(vm, name) {
        return match make_dict(vm, object) {
            Some(dict) => dict.del_item(vm, name.into()),
            None => Ok(false),
        };
    }
    if let Some((keys, values)) = inline_values(object) {
        if let Some(index) = keys.find_or_share(name) {
            return Ok(!values.take(index).is_null());
        }
        materialize(vm, object);
    }
    Ok(existing_dict(object).is_some_and(|dict| dict.del_str(name)))
}

/// Whether the object has no attributes of its own (`_PyObject_IsInstanceDictEmpty`).
pub fn is_dict_empty(object: Gc<Header>) -> bool {
    match inline_values(object) {
        Some((_, values)) => values.count() == 0,
        None => existing_dict(object).is_none_or(|dict| dict.is_empty()),
    }
}

/// Turns inline values into a split dict.
fn materialize(vm: &mut Vm, object: Gc<Header>) -> Option<Gc<Dict>> {
    let (keys, values) = inline_values(object)?;
    let array = vm.heap.new_array(keys.shared_size() + 1);
    values.move_to(array.as_cells());
    let dict = vm.new_split_dict(keys, array);
    dict_word(object)?.set(dict.into());
    Some(dict)
}

/// The object's `__dict__`, made if need be (`PyObject_GenericGetDict`). `None` if objects of its type have none.
pub fn make_dict(vm: &mut Vm, object: Gc<Header>) -> Option<Gc<Dict>> {
    if let Some(dict) = existing_dict(object) {
        return Some(dict);
    }
    if let Some(dict) = materialize(vm, object) {
        return Some(dict);
    }
    dict_word(object)?;
    let ty = object.ty();
    let dict = match ty.cached_keys.get().filter(|_| ty.is(TypeFlags::HEAP)) {
        Some(keys) => {
            let values = vm.heap.new_array(keys.shared_size() + 1);
            values.set(0, NO_ORDER);
            vm.new_split_dict(keys, values)
        }
        None => vm.new_dict(),
    };
    dict_word(object)?.set(dict.into());
    Some(dict)
}

/// The `__dict__` of an object whose type has one. (An object without gets a dict that nobody else sees.)
pub fn materialize_dict(vm: &mut Vm, object: Value) -> Gc<Dict> {
    match object.header().and_then(|header| make_dict(vm, header)) {
        Some(dict) => dict,
        None => vm.new_dict(),
    }
}

/// Gives the object another `__dict__` (`obj.__dict__ = dict`; CPython: `_PyObject_SetDict`). Inline values are lost.
/// Answers `false` if objects of its type have none.
pub fn replace_dict(vm: &mut Vm, object: Gc<Header>, dict: Option<Gc<Dict>>) -> bool {
    if inline_values(object).is_some() {
        materialize(vm, object);
    }
    let Some(word) = dict_word(object) else { return false };
    match dict {
        Some(dict) => word.set(dict.into()),
        None => {
            // `del obj.__dict__`: a fresh dict takes its place at the next use. The word must not become NULL where that
            // would make the inline values valid again.
            let fresh = vm.new_dict();
            word.set(fresh.into());
        }
    }
    true
}
