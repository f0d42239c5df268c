//! `STORE_ATTR` (`_Py_Specialize_StoreAttr`).

use quicken_bytecode::Opcode;

use super::{Form, attribute};
use crate::check::Fit;
use crate::failure::{self, FailureKind, attr};
use crate::observation::{AttributeAccess, Descriptor, ObjectAttribute};

/// The form, or CPython's reason.
///
/// # Errors
///
/// The kind of failure that CPython counts.
pub fn decide(access: &AttributeAccess) -> Result<Form, FailureKind> {
    let attribute = match access {
        AttributeAccess::Module(_) => return Err(failure::OVERRIDDEN),
        AttributeAccess::Object(attribute) => attribute,
    };
    match attribute.descriptor {
        Descriptor::Overriding => Err(attr::OVERRIDING_DESCRIPTOR),
        Descriptor::Method => Err(attr::METHOD),
        Descriptor::Property => Err(attr::PROPERTY),
        Descriptor::ObjectSlot(slot) => {
            if !slot.belongs_to_owner {
                return Err(failure::EXPECTED_ERROR);
            }
            if slot.read_only {
                return Err(attr::READ_ONLY);
            }
            attribute::slot(attribute, slot, Opcode::STORE_ATTR_SLOT)
        }
        Descriptor::DunderClass | Descriptor::OtherSlot => Err(attr::NON_OBJECT_SLOT),
        Descriptor::Mutable => Err(attr::MUTABLE_CLASS),
        Descriptor::GetSetOverridden => Err(failure::OVERRIDDEN),
        Descriptor::BuiltinClassmethod
        | Descriptor::PythonClassmethod
        | Descriptor::NonOverriding
        | Descriptor::NonDescriptor
        | Descriptor::Absent => {
            attribute::dict_access(attribute, Opcode::STORE_ATTR_INSTANCE_VALUE, Opcode::STORE_ATTR_WITH_HINT)
        }
    }
}

fits! { StoreAttr(access, oparg):
    STORE_ATTR_INSTANCE_VALUE => attribute::fit_value(access);
    STORE_ATTR_WITH_HINT => attribute::fit_hint(access);
    STORE_ATTR_SLOT => fit_slot(access);
}

fn fit_slot(access: &AttributeAccess) -> Fit {
    match access {
        AttributeAccess::Object(attribute @ ObjectAttribute { descriptor: Descriptor::ObjectSlot(slot), .. })
            if slot.belongs_to_owner && !slot.read_only =>
        {
            attribute::fit_slot(attribute, *slot)
        }
        _ => Err("the owner's type has no slot of that name that can be written"),
    }
}

guards! { StoreAttr(access, facts, oparg, entry):
    STORE_ATTR_INSTANCE_VALUE => attribute::guard_values(access, entry);
    STORE_ATTR_WITH_HINT => attribute::guard_hint(access, facts, entry);
    STORE_ATTR_SLOT => attribute::guarded(access, entry).is_some();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::testing::{class, keys, slot};
    use crate::observation::{InstanceDict, KeysKind, ModuleAttribute, ObjectAttribute, Slot};

    fn object(descriptor: Descriptor, dict: InstanceDict) -> Result<Form, FailureKind> {
        decide(&AttributeAccess::Object(ObjectAttribute { owner: class(), descriptor, dict }))
    }

    const VALUES: InstanceDict = InstanceDict::Values { index: Some(3) };

    #[test]
    fn forms() {
        let opcode = |result: Result<Form, FailureKind>| result.unwrap().opcode;
        assert_eq!(opcode(object(Descriptor::Absent, VALUES)), Opcode::STORE_ATTR_INSTANCE_VALUE);
        let dict = InstanceDict::Dict { kind: KeysKind::Unicode, index: Some(0) };
        assert_eq!(opcode(object(Descriptor::NonOverriding, dict)), Opcode::STORE_ATTR_WITH_HINT);
        assert_eq!(opcode(object(Descriptor::ObjectSlot(slot(16)), VALUES)), Opcode::STORE_ATTR_SLOT);
        let audited = Slot { audited: true, ..slot(16) };
        assert_eq!(opcode(object(Descriptor::ObjectSlot(audited), VALUES)), Opcode::STORE_ATTR_SLOT);
    }

    #[test]
    fn failures() {
        let kind = |result: Result<Form, FailureKind>| result.unwrap_err().number();
        assert_eq!(kind(object(Descriptor::Overriding, VALUES)), 8);
        assert_eq!(kind(object(Descriptor::Method, VALUES)), 11);
        assert_eq!(kind(object(Descriptor::Property, VALUES)), 13);
        assert_eq!(kind(object(Descriptor::OtherSlot, VALUES)), 14);
        assert_eq!(kind(object(Descriptor::DunderClass, VALUES)), 14);
        assert_eq!(kind(object(Descriptor::Mutable, VALUES)), 12);
        assert_eq!(kind(object(Descriptor::GetSetOverridden, VALUES)), 2);
        assert_eq!(kind(object(Descriptor::Absent, InstanceDict::NotManaged)), 17);
        assert_eq!(kind(object(Descriptor::Absent, InstanceDict::NotExactDict)), 1);
        assert_eq!(kind(object(Descriptor::Absent, InstanceDict::Values { index: None })), 4);
        let foreign = Slot { belongs_to_owner: false, ..slot(16) };
        assert_eq!(kind(object(Descriptor::ObjectSlot(foreign), VALUES)), 5);
        let read_only = Slot { read_only: true, ..slot(16) };
        assert_eq!(kind(object(Descriptor::ObjectSlot(read_only), VALUES)), 15);
        assert_eq!(kind(object(Descriptor::ObjectSlot(slot(1 << 16)), VALUES)), 4);
        let module = ModuleAttribute { dict: Some(keys(Some(1))), has_getattr: false };
        assert_eq!(decide(&AttributeAccess::Module(module)).unwrap_err(), failure::OVERRIDDEN);
    }
}
