//! Types: `type` objects and what they know of their instances.
//!
//! `native` makes types from their specs, `class` from a class statement (`mro` and `layout` help it), `attributes` has
//! what programs see of a type, `instances` what calling one does.

#![expect(unsafe_code, reason = "slots are read without copying five hundred bytes")]

mod attributes;
pub mod class;
pub mod instances;
mod layout;
mod mro;
mod native;
mod object_type;

mod proxy;
mod reduce;
mod type_type;

pub(crate) use attributes::module_of;
pub use attributes::{full_name, lookup_type_attribute, type_getattr, type_setattr};
pub use layout::{dict_getset, solid_base, weakref_getset};
pub use mro::for_each_subclass;
pub use native::new_native_type;
pub(crate) use native::{allocate_type, fill_type};
pub use object_type::OBJECT_TYPE;
pub use proxy::MAPPING_PROXY_TYPE;
pub use type_type::TYPE_TYPE;

use std::cell::{Cell, UnsafeCell};

use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::dict::Dict;
use crate::objects::dictkeys::DictKeys;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::slots::Slots;
use crate::spec::PatternKind;
use crate::value::Value;

bitflags::bitflags! {
    /// What is true of a type (`tp_flags`).
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct TypeFlags: u32 {
        /// Made by a `class` statement or `type()` (`Py_TPFLAGS_HEAPTYPE`).
        const HEAP = 1 << 0;
        /// Attributes cannot be set (`Py_TPFLAGS_IMMUTABLETYPE`).
        const IMMUTABLE = 1 << 1;
        /// May be a base (`Py_TPFLAGS_BASETYPE`).
        const BASE = 1 << 2;
        /// Instances have inline values under shared keys (`Py_TPFLAGS_MANAGED_DICT`).
        const MANAGED_DICT = 1 << 3;
        /// Its functions bind like methods (`Py_TPFLAGS_METHOD_DESCRIPTOR`).
        const METHOD_DESCRIPTOR = 1 << 4;
        /// CPython's type of this name has `tp_vectorcall`.
        const VECTORCALL = 1 << 5;
        /// Has abstract methods (`Py_TPFLAGS_IS_ABSTRACT`).
        const ABSTRACT = 1 << 6;
        /// Instances carry words of ours behind the layout (slots, `__dict__`, inline values): the collector looks there.
        const EXTRA_WORDS = 1 << 7;
        /// A subclass of `BaseException`.
        const EXCEPTION = 1 << 8;
        /// A subclass of `type`.
        const TYPE_SUBCLASS = 1 << 9;
        /// Defines `__del__`.
        const FINALIZER = 1 << 10;
        /// Instances can be referred to weakly.
        const WEAKREF = 1 << 11;
    }
}

/// Where an instance keeps its `__dict__`.
pub const NO_DICT: u32 = 0;
/// The dict word is the last word of the cell: instances of variable size (subclasses of `int`, `str`, `tuple`, `bytes`).
pub const DICT_AT_END: u32 = u32::MAX;

/// A type. What guards look at comes first.
#[repr(C)]
pub struct Type {
    header: Header,
    /// The version tag; 0 when none is assigned (a lookup assigns one, a change takes it away).
    pub version: Cell<u32>,
    /// Byte offset of the instance's dict word (the inline values follow it), [`NO_DICT`] or [`DICT_AT_END`].
    pub dict_offset: Cell<u32>,
    /// The shared keys of instances with inline values (`ht_cached_keys`), or `None`.
    pub cached_keys: Cell<Option<Gc<DictKeys>>>,
    /// What is true of the type.
    pub flags: Cell<TypeFlags>,
    layout: LayoutKind,
    /// How `match` takes its instances.
    pub pattern: Cell<PatternKind>,
    /// Bytes of an instance up to the end of its `__slots__` (the dict word, if any, stands there).
    pub fixed_size: Cell<u32>,
    /// What the type can do.
    slots: UnsafeCell<Slots>,
    /// `__name__`.
    pub name: Cell<Gc<Str>>,
    /// `__qualname__`.
    pub qualname: Cell<Gc<Str>>,
    /// `__dict__`: the type's own attributes.
    pub dict: Cell<Gc<Dict>>,
    /// `__base__` (`None` for `object`).
    pub base: Cell<Option<Gc<Type>>>,
    /// `__bases__`.
    pub bases: Cell<Gc<Tuple>>,
    /// `__mro__`; empty until it is known.
    pub mro: Cell<Gc<Tuple>>,
    /// The direct subclasses: a list of types, or `NULL`. Strong: see the decision note on weak references.
    pub subclasses: Cell<Value>,
    /// The function that a class's `__init__` is, when it is a plain Python function (kept by the slot updater).
    pub init_function: Field,
    /// The `__getitem__` that `BINARY_SUBSCR_GETITEM` enters (`_spec_cache.getitem`); valid while the version tag is.
    pub getitem: Field,
    /// The module of a native type of another module than `builtins` (its name is part of `tp_name`), else `NULL`.
    pub native_module: Field,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for Type {
    const LAYOUT: LayoutKind = LayoutKind::Type;

    fn trace(&self, marker: &mut Marker) {
        if let Some(keys) = self.cached_keys.get() {
            marker.mark(keys);
        }
        marker.mark(self.name.get());
        marker.mark(self.qualname.get());
        marker.mark(self.dict.get());
        if let Some(base) = self.base.get() {
            marker.mark(base);
        }
        marker.mark(self.bases.get());
        marker.mark(self.mro.get());
        marker.value(self.subclasses.get());
        marker.value(self.init_function.get());
        marker.value(self.getitem.get());
        marker.value(self.native_module.get());
    }
}

/// What every type has from the start.
pub(crate) struct TypeParts {
    pub layout: LayoutKind,
    pub flags: TypeFlags,
    pub pattern: PatternKind,
    pub fixed_size: u32,
    pub dict_offset: u32,
    pub name: Gc<Str>,
    pub qualname: Gc<Str>,
    pub dict: Gc<Dict>,
    pub base: Option<Gc<Type>>,
    pub bases: Gc<Tuple>,
    pub mro: Gc<Tuple>,
}

impl Gc<Type> {
    /// [`Type::slots`], for as long as the type lives: types of live objects are not freed.
    #[inline(always)]
    #[expect(unsafe_code, reason = "the borrow is longer than that of the local pointer")]
    pub fn slots<'a>(self) -> &'a Slots {
        // SAFETY: whoever uses the slots holds an object of the type, or the type itself, and so keeps it alive.
        unsafe { (*self.pointer()).slots() }
    }

    /// Whether this is `other` or derives from it.
    #[inline]
    pub fn is_subtype(self, other: Gc<Type>) -> bool {
        self == other || self.mro_contains(other)
    }

    fn mro_contains(self, other: Gc<Type>) -> bool {
        let mro = self.mro.get();
        if mro.is_empty() {
            // A class that is being made has only its base yet.
            return self.base.get().is_some_and(|base| base.is_subtype(other));
        }
        mro.items().iter().any(|v| v.is(Value::from_gc(other)))
    }

    /// The name as error messages show it (`tp_name`): a native type of another module than `builtins` with the module.
    pub fn display_name(self) -> String {
        let name = self.name.get().to_string_lossy().into_owned();
        match native_module(self) {
            Some(module) => format!("{module}.{name}"),
            None => name,
        }
    }
}

/// The module of a native type that does not live in `builtins`.
fn native_module(ty: Gc<Type>) -> Option<String> {
    let module = ty.native_module.get().cast::<Str>()?;
    Some(module.to_string_lossy().into_owned())
}

impl Type {
    /// A type without slots.
    pub(crate) fn new(header: Header, parts: TypeParts) -> Type {
        Type {
            header,
            version: Cell::new(0),
            dict_offset: Cell::new(parts.dict_offset),
            cached_keys: Cell::new(None),
            flags: Cell::new(parts.flags),
            layout: parts.layout,
            pattern: Cell::new(parts.pattern),
            fixed_size: Cell::new(parts.fixed_size),
            slots: UnsafeCell::new(Slots::NONE),
            name: Cell::new(parts.name),
            qualname: Cell::new(parts.qualname),
            dict: Cell::new(parts.dict),
            base: Cell::new(parts.base),
            bases: Cell::new(parts.bases),
            mro: Cell::new(parts.mro),
            subclasses: Cell::new(Value::NULL),
            init_function: Field::new(Value::NULL),
            getitem: Field::new(Value::NULL),
            native_module: Field::new(Value::NULL),
        }
    }

    /// The function that [`Type::getitem`] holds.
    #[inline(always)]
    pub fn getitem_function(&self) -> Option<Gc<crate::objects::function::Function>> {
        self.getitem.get().cast()
    }

    /// What the type can do. Copy the function out; do not hold the reference while Python code runs.
    #[inline(always)]
    pub fn slots(&self) -> &Slots {
        // SAFETY: slots are written by `update_slots` alone, between two uses of such a reference: callers copy a function
        // pointer out of it and let go.
        unsafe { &*self.slots.get() }
    }

    /// Changes the slots. The closure must not touch the VM.
    pub(crate) fn update_slots(&self, change: impl FnOnce(&mut Slots)) {
        // SAFETY: no reference from `slots` is alive: see there.
        change(unsafe { &mut *self.slots.get() });
    }

    /// The types in the MRO, the type itself first.
    #[inline]
    pub fn mro_types(&self) -> impl Iterator<Item = Gc<Type>> + use<> {
        let mro = self.mro.get();
        (0..mro.len()).filter_map(move |i| mro.get(i)?.cast::<Type>())
    }

    /// Whether this type is made by a class statement or `type()`.
    #[inline]
    pub fn is_heap_type(&self) -> bool {
        self.is(TypeFlags::HEAP)
    }

    /// The layout of instances.
    #[inline(always)]
    pub fn layout(&self) -> LayoutKind {
        self.layout
    }

    /// Whether a flag is set.
    #[inline(always)]
    pub fn is(&self, flag: TypeFlags) -> bool {
        self.flags.get().contains(flag)
    }

    /// Sets or clears a flag.
    pub fn set_flag(&self, flag: TypeFlags, on: bool) {
        let mut flags = self.flags.get();
        flags.set(flag, on);
        self.flags.set(flags);
    }
}

/// A read-only view of a mapping (`type.__dict__`).
#[repr(C)]
pub struct MappingProxy {
    header: Header,
    /// The mapping behind it.
    pub mapping: Field,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for MappingProxy {
    const LAYOUT: LayoutKind = LayoutKind::MappingProxy;

    fn trace(&self, marker: &mut Marker) {
        marker.value(self.mapping.get());
    }
}

impl MappingProxy {
    /// A view of `mapping`.
    pub fn new(header: Header, mapping: Value) -> MappingProxy {
        MappingProxy { header, mapping: Field::new(mapping) }
    }
}
