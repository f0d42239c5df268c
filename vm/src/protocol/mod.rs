//! What one can do with any object: CPython's abstract object protocol, on [`Vm`].
//!
//! `attributes` reads and writes attributes, `call` calls, `number` runs operators, `compare` compares and hashes, `items`
//! subscripts and measures, `iteration` iterates, `classes` answers `isinstance` and `issubclass`, `text` makes `repr`,
//! `str` and `format`, `errors` makes exceptions. This file finds types and what they define.

mod attributes;
mod call;
mod classes;
mod compare;
mod errors;
mod items;
mod iteration;
mod method_cache;
mod number;
mod text;

use crate::Vm;
use crate::object::Gc;
use crate::objects::native::{AttributeDescriptor, AttributeKind, MethodDescriptor, MethodKind};
use crate::objects::string::Str;
use crate::objects::typeobj::{Type, TypeFlags};
use crate::value::Value;

pub use attributes::{Method, generic_getattr, generic_lookup, generic_setattr};
pub use compare::{hash_identity, hash_not_implemented, hash_pointer};
pub use items::sequence_repeat;
pub use method_cache::MethodCache;

impl Vm {
    /// The type of a value.
    #[inline(always)]
    pub fn type_of(&self, value: Value) -> Gc<Type> {
        debug_assert!(!value.is_null(), "NULL has no type and must never be taken for a value");
        if value.is_heap() {
            value.header_unchecked().ty()
        } else if value.is_small_int() {
            self.types.int
        } else if value.is_inline_float() {
            self.types.float
        } else {
            self.types.immediates[value.immediate_index().unwrap_or(0)]
        }
    }

    /// The name of a value's type, as error messages show it.
    pub fn type_name(&self, value: Value) -> String {
        self.type_of(value).display_name()
    }

    /// Finds a name in the MRO of a type, without the cache and without giving the type a version tag.
    pub fn lookup_uncached(&self, ty: Gc<Type>, name: Gc<Str>) -> Option<Value> {
        let mro = ty.mro.get();
        for index in 0..mro.len() {
            let Some(class) = mro.get(index).and_then(|v| v.cast::<Type>()) else { continue };
            if let Some(value) = class.dict.get().get_str(name) {
                return Some(value);
            }
        }
        None
    }

    /// Gives the type a version tag, and its bases after it, unless it has one. `false` when the tags have run out.
    pub fn assign_type_version(&mut self, ty: Gc<Type>) -> bool {
        if ty.version.get() != 0 {
            return true;
        }
        if self.next_type_version == 0 {
            return false;
        }
        ty.version.set(self.next_type_version);
        self.next_type_version = self.next_type_version.wrapping_add(1);
        let bases = ty.bases.get();
        for index in 0..bases.len() {
            if let Some(base) = bases.get(index).and_then(|v| v.cast::<Type>())
                && !self.assign_type_version(base)
            {
                return false;
            }
        }
        true
    }

    /// Takes the version tags of a type and all its subclasses away (`PyType_Modified`).
    pub fn type_modified(&mut self, ty: Gc<Type>) {
        // A type without a tag has no subclass with one: tags are given to bases as well.
        if ty.version.get() == 0 {
            return;
        }
        crate::objects::typeobj::for_each_subclass(ty, |subclass| self.type_modified(subclass));
        ty.version.set(0);
    }

    /// What kind of attribute a value is that a lookup in a type found, as the specializer tells them apart.
    pub fn descriptor_kind(&self, found: Value) -> DescriptorKind {
        let ty = self.type_of(found);
        let slots = ty.slots();
        let Some(_) = slots.descr_get else {
            return if slots.descr_set.is_some() { DescriptorKind::Overriding } else { DescriptorKind::Plain };
        };
        if let Some(attribute) = found.cast::<AttributeDescriptor>() {
            return match attribute.kind {
                AttributeKind::Slot { offset } => DescriptorKind::ObjectSlot { offset },
                AttributeKind::GetSet(spec) if spec.member => DescriptorKind::Member,
                AttributeKind::GetSet(spec) if spec.name == "__class__" && attribute.owner == self.types.object => {
                    DescriptorKind::DunderClass
                }
                AttributeKind::GetSet(_) => DescriptorKind::GetSet,
            };
        }
        if ty == self.types.property {
            return DescriptorKind::Property;
        }
        if slots.descr_set.is_some() {
            return if ty.is(TypeFlags::IMMUTABLE) {
                DescriptorKind::Overriding
            } else {
                DescriptorKind::MutableOverriding
            };
        }
        if ty == self.types.classmethod {
            return DescriptorKind::ClassMethod;
        }
        if ty == self.types.staticmethod {
            return DescriptorKind::StaticMethod;
        }
        if let Some(method) = found.cast::<MethodDescriptor>()
            && let MethodKind::ClassMethod(_) = method.kind
        {
            return DescriptorKind::NativeClassMethod;
        }
        if ty.is(TypeFlags::METHOD_DESCRIPTOR) {
            return DescriptorKind::Method;
        }
        if ty.is(TypeFlags::IMMUTABLE) { DescriptorKind::NonOverriding } else { DescriptorKind::MutableNonOverriding }
    }
}

/// What a lookup in a type found, as the specializer tells it apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DescriptorKind {
    /// No descriptor at all.
    Plain,
    /// A function or method descriptor: binds like a method (`Py_TPFLAGS_METHOD_DESCRIPTOR`).
    Method,
    /// A `property`.
    Property,
    /// A slot of `__slots__` (`T_OBJECT_EX`).
    ObjectSlot {
        /// Byte offset in the instance.
        offset: u32,
    },
    /// Another `member_descriptor`.
    Member,
    /// `object.__class__`.
    DunderClass,
    /// A `getset_descriptor`.
    GetSet,
    /// `classmethod`.
    ClassMethod,
    /// `staticmethod`.
    StaticMethod,
    /// A class method of a native type (`METH_CLASS`).
    NativeClassMethod,
    /// Another data descriptor, of an immutable type.
    Overriding,
    /// A data descriptor of a type that can change.
    MutableOverriding,
    /// Another non-data descriptor, of an immutable type.
    NonOverriding,
    /// A non-data descriptor of a type that can change.
    MutableNonOverriding,
}
