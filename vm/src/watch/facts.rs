//! What guards look at beyond what decisions see.

#![expect(unsafe_code, reason = "slots and inline values are read where the type says that they are")]

use quicken_bytecode::Family;
use quicken_specializer::observation::{
    AttributeAccess, Callable, Descriptor, InstanceDict, KeysKind, MethodAccess, MethodDict,
};
use quicken_specializer::{Facts, Operands};

use crate::Vm;
use crate::handlers::{CallShape, call_shape};
use crate::object::{Gc, Header};
use crate::objects::instance;
use crate::objects::list::List;
use crate::objects::native::{MethodDescriptor, MethodKind, NativeFunction};
use crate::objects::tuple::Tuple;
use crate::spec::Binding;
use crate::value::Value;

/// The subscript that guards take: an int of one digit, not negative.
pub(super) fn small_index(value: Value) -> Option<usize> {
    value.as_small_int().filter(|index| (0..1 << 30).contains(index)).map(|index| index as usize)
}

/// Whether a value is an int of one digit (`Py_ABS(Py_SIZE(v)) <= 1`).
pub(super) fn is_single_digit(value: Value) -> bool {
    value.as_small_int().is_some_and(|int| int.unsigned_abs() < 1 << 30)
}

impl Vm {
    /// The facts about the running instruction, for which `operands` were described a moment ago.
    pub(super) fn facts(&self, family: Family, oparg: usize, operands: &Operands) -> Facts {
        let none = Facts::default();
        match (family, operands) {
            (Family::LoadAttr, Operands::LoadAttr(access)) => {
                Facts { has_value: self.has_value(self.state.peek(1), access), ..none }
            }
            (Family::StoreAttr, Operands::StoreAttr(access)) => {
                Facts { has_value: self.has_value(self.state.peek(1), access), ..none }
            }
            (Family::BinarySubscr | Family::StoreSubscr, _) => {
                Facts { within: self.is_within(self.state.peek(2), self.state.peek(1)), ..none }
            }
            (Family::CompareOp, _) => Facts { nan: self.is_nan(2) || self.is_nan(1), ..none },
            (Family::Precall, Operands::Precall(call)) => {
                self.call_facts(call_shape(&self.state, oparg), &call.callable)
            }
            (Family::LoadMethod, Operands::LoadMethod(access)) => {
                Facts { dict_keys: self.dict_keys(self.state.peek(1), access), ..none }
            }
            _ => none,
        }
    }

    /// Whether there is a value where the access finds its attribute.
    fn has_value(&self, owner: Value, access: &AttributeAccess) -> bool {
        let AttributeAccess::Object(object) = access else { return true };
        let Some(header) = owner.header() else { return false };
        match (object.descriptor, object.dict) {
            (Descriptor::ObjectSlot(slot), _) => slot.belongs_to_owner && slot_is_set(header, slot.offset),
            (_, InstanceDict::Values { index: Some(index) }) => inline_is_set(header, index),
            (_, InstanceDict::Dict { kind, index: Some(index) }) => {
                kind != KeysKind::Split && {
                    instance::existing_dict(header)
                        .is_some_and(|dict| !dict.keys().entry_value(index as usize).is_null())
                }
            }
            _ => false,
        }
    }

    /// Whether the subscript is an index of the list or tuple.
    pub(super) fn is_within(&self, container: Value, subscript: Value) -> bool {
        let Some(index) = small_index(subscript) else { return false };
        let len = if container.is_exact(self.types.list) {
            container.cast::<List>().map(|list| list.len())
        } else if container.is_exact(self.types.tuple) {
            container.cast::<Tuple>().map(|tuple| tuple.len())
        } else {
            None
        };
        len.is_some_and(|len| index < len)
    }

    fn is_nan(&self, depth: usize) -> bool {
        self.is_nan_value(self.state.peek(depth))
    }

    /// Whether a value is exactly a float that is no number; those in the word itself are.
    pub(super) fn is_nan_value(&self, value: Value) -> bool {
        value.is_exact(self.types.float) && value.as_float().is_some_and(f64::is_nan)
    }

    fn call_facts(&self, shape: CallShape, callable: &Callable) -> Facts {
        let none = Facts::default();
        match callable {
            Callable::BuiltinFunction(_) => Facts { plain: binds_plainly(shape.callable), ..none },
            Callable::MethodDescriptor(_) => {
                let receiver = (shape.total > 0).then(|| self.state.peek(shape.total));
                let (receiver_fits, receiver_is_list) = self.receiver(shape.callable, receiver);
                Facts { plain: binds_plainly(shape.callable), receiver_fits, receiver_is_list, ..none }
            }
            _ => none,
        }
    }

    /// Whether the first argument is exactly of the method's type, and whether it is a list.
    pub(super) fn receiver(&self, method: Value, receiver: Option<Value>) -> (bool, bool) {
        let Some(receiver) = receiver else { return (false, false) };
        let owner = method.cast::<MethodDescriptor>().map(|descriptor| descriptor.owner);
        (owner == Some(self.type_of(receiver)), receiver.cast::<List>().is_some())
    }

    /// The version of the keys that a guard for an object with a dict would compare.
    fn dict_keys(&self, owner: Value, access: &MethodAccess) -> Option<u32> {
        let MethodAccess::Object(method) = access else { return None };
        let dict = instance::existing_dict(owner.header()?);
        let keys = match method.dict {
            MethodDict::Offset { .. } => dict?.keys(),
            // The cache can hold the version of the shared keys only.
            MethodDict::Managed(_) => dict?.keys(),
            _ => return None,
        };
        let shared = matches!(method.dict, MethodDict::Managed(_));
        let compared = !shared || self.type_of(owner).cached_keys.get() == Some(keys);
        Some(keys.version.get()).filter(|&version| compared && version != 0)
    }
}

/// Whether a native function has none of the flags that guards do not expect (`METH_CLASS` and the like).
pub(super) fn binds_plainly(callable: Value) -> bool {
    if let Some(function) = callable.cast::<NativeFunction>() {
        return function.spec.binding == Binding::Instance;
    }
    match callable.cast::<MethodDescriptor>().map(|descriptor| descriptor.kind) {
        Some(MethodKind::Method(spec)) => spec.binding == Binding::Instance,
        _ => false,
    }
}

/// Whether a slot holds a value.
pub(super) fn slot_is_set(object: Gc<Header>, offset: u32) -> bool {
    // SAFETY: the caller saw that the object's type has a slot there.
    unsafe { !object.value_at(offset as usize).is_null() }
}

/// Whether the inline value at an index of the shared keys is set.
pub(super) fn inline_is_set(object: Gc<Header>, index: u32) -> bool {
    // SAFETY: the type has a managed dict, whose dict word is NULL, and the index is one of its shared keys.
    unsafe { !instance::inline_value(object, object.ty().dict_offset.get(), index as usize).get().is_null() }
}
