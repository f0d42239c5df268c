//! `LOAD_ATTR` (`_Py_Specialize_LoadAttr`).

use quicken_bytecode::Opcode;

use super::{Form, attribute};
use crate::check::Fit;
use crate::decision::CacheContents;
use crate::failure::{self, FailureKind, attr};
use crate::observation::{AttributeAccess, Descriptor, ObjectAttribute};

/// The index that the form for `__class__` caches (in CPython `offsetof(PyObject, ob_type)`): the mark of the type's own
/// slot. It is zero, where every object has its header, because no slot of a class can stand there.
pub const DUNDER_CLASS_OFFSET: u16 = 0;

/// The form, or CPython's reason.
///
/// # Errors
///
/// The kind of failure that CPython counts.
pub fn decide(access: &AttributeAccess) -> Result<Form, FailureKind> {
    let attribute = match access {
        AttributeAccess::Module(module) => return attribute::module(module, Opcode::LOAD_ATTR_MODULE),
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
            if slot.audited {
                return Err(attr::AUDITED_SLOT);
            }
            attribute::slot(attribute, slot, Opcode::LOAD_ATTR_SLOT)
        }
        Descriptor::DunderClass => Ok(Form {
            opcode: Opcode::LOAD_ATTR_SLOT,
            cache: dunder_class(attribute),
            reason: "`__class__` is where every object has its type",
        }),
        Descriptor::OtherSlot => Err(attr::NON_OBJECT_SLOT),
        Descriptor::Mutable => Err(attr::MUTABLE_CLASS),
        Descriptor::GetSetOverridden => Err(failure::OVERRIDDEN),
        Descriptor::BuiltinClassmethod
        | Descriptor::PythonClassmethod
        | Descriptor::NonOverriding
        | Descriptor::NonDescriptor
        | Descriptor::Absent => {
            attribute::dict_access(attribute, Opcode::LOAD_ATTR_INSTANCE_VALUE, Opcode::LOAD_ATTR_WITH_HINT)
        }
    }
}

fn dunder_class(attribute: &ObjectAttribute) -> CacheContents {
    CacheContents::Attr { version: attribute::type_version(&attribute.owner), index: DUNDER_CLASS_OFFSET }
}

fits! { LoadAttr(access, oparg):
    LOAD_ATTR_INSTANCE_VALUE => attribute::fit_value(access);
    LOAD_ATTR_WITH_HINT => attribute::fit_hint(access);
    LOAD_ATTR_MODULE => match access {
        AttributeAccess::Module(module) => attribute::fit_module(module),
        AttributeAccess::Object(_) => Err("the owner is no module"),
    };
    LOAD_ATTR_SLOT => fit_slot(access);
}

fn fit_slot(access: &AttributeAccess) -> Fit {
    match access {
        AttributeAccess::Object(attribute @ ObjectAttribute { descriptor: Descriptor::DunderClass, .. }) => {
            Ok(dunder_class(attribute).into())
        }
        AttributeAccess::Object(attribute @ ObjectAttribute { descriptor: Descriptor::ObjectSlot(slot), .. })
            if slot.belongs_to_owner && !slot.audited =>
        {
            attribute::fit_slot(attribute, *slot)
        }
        _ => Err("the owner's type has no slot of that name"),
    }
}

guards! { LoadAttr(access, facts, oparg, entry):
    LOAD_ATTR_INSTANCE_VALUE => attribute::guard_values(access, entry) && facts.has_value;
    LOAD_ATTR_WITH_HINT => attribute::guard_hint(access, facts, entry);
    LOAD_ATTR_MODULE => match access {
        AttributeAccess::Module(module) => attribute::guard_module(module, entry),
        AttributeAccess::Object(_) => false,
    };
    LOAD_ATTR_SLOT => attribute::guarded(access, entry).is_some()
        && (entry.number == DUNDER_CLASS_OFFSET || facts.has_value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::{Demand, Subject};
    use crate::families::testing::{class, keys, slot};
    use crate::observation::{InstanceDict, KeysKind, KeysLookup, ModuleAttribute, ObjectAttribute, Slot};

    fn object(descriptor: Descriptor, dict: InstanceDict) -> Result<Form, FailureKind> {
        decide(&AttributeAccess::Object(ObjectAttribute { owner: class(), descriptor, dict }))
    }

    fn module(dict: Option<KeysLookup>, has_getattr: bool) -> Result<Form, FailureKind> {
        decide(&AttributeAccess::Module(ModuleAttribute { dict, has_getattr }))
    }

    const VALUES: InstanceDict = InstanceDict::Values { index: Some(3) };

    #[test]
    fn forms() {
        let of_type = Demand::new(Subject::OwnerType, Some(77));
        let form = object(Descriptor::Absent, VALUES).unwrap();
        assert_eq!(form.opcode, Opcode::LOAD_ATTR_INSTANCE_VALUE);
        assert_eq!(form.cache, CacheContents::Attr { version: of_type, index: 3 });
        for kind in [KeysKind::Split, KeysKind::Unicode, KeysKind::General] {
            let form = object(Descriptor::NonDescriptor, InstanceDict::Dict { kind, index: Some(2) }).unwrap();
            assert_eq!(form.opcode, Opcode::LOAD_ATTR_WITH_HINT);
        }
        let form = object(Descriptor::ObjectSlot(slot(24)), InstanceDict::NotManaged).unwrap();
        assert_eq!(form.opcode, Opcode::LOAD_ATTR_SLOT);
        assert_eq!(form.cache, CacheContents::Attr { version: of_type, index: 24 });
        let form = object(Descriptor::DunderClass, VALUES).unwrap();
        assert_eq!(form.opcode, Opcode::LOAD_ATTR_SLOT);
        let form = module(Some(keys(Some(4))), false).unwrap();
        assert_eq!(form.opcode, Opcode::LOAD_ATTR_MODULE);
        assert_eq!(form.cache, CacheContents::Attr { version: Demand::new(Subject::OwnerKeys, Some(9)), index: 4 });
    }

    #[test]
    fn what_does_not_come_before_the_instance() {
        for descriptor in [
            Descriptor::BuiltinClassmethod,
            Descriptor::PythonClassmethod,
            Descriptor::NonOverriding,
            Descriptor::NonDescriptor,
            Descriptor::Absent,
        ] {
            assert!(object(descriptor, VALUES).is_ok());
        }
    }

    #[test]
    fn failures() {
        let kind = |result: Result<Form, FailureKind>| result.unwrap_err().number();
        assert_eq!(kind(object(Descriptor::Overriding, VALUES)), 8);
        assert_eq!(kind(object(Descriptor::Method, VALUES)), 11);
        assert_eq!(kind(object(Descriptor::Property, VALUES)), 13);
        assert_eq!(kind(object(Descriptor::OtherSlot, VALUES)), 14);
        assert_eq!(kind(object(Descriptor::Mutable, VALUES)), 12);
        assert_eq!(kind(object(Descriptor::GetSetOverridden, VALUES)), 2);
        assert_eq!(kind(object(Descriptor::Absent, InstanceDict::NotManaged)), 17);
        assert_eq!(kind(object(Descriptor::Absent, InstanceDict::NotExactDict)), 1);
        assert_eq!(kind(object(Descriptor::Absent, InstanceDict::Values { index: None })), 4);
        let dict = InstanceDict::Dict { kind: KeysKind::Unicode, index: None };
        assert_eq!(kind(object(Descriptor::Absent, dict)), 4);
        let dict = InstanceDict::Dict { kind: KeysKind::Unicode, index: Some(70_000) };
        assert_eq!(kind(object(Descriptor::Absent, dict)), 4);
        let foreign = Slot { belongs_to_owner: false, ..slot(16) };
        assert_eq!(kind(object(Descriptor::ObjectSlot(foreign), VALUES)), 5);
        let audited = Slot { audited: true, ..slot(16) };
        assert_eq!(kind(object(Descriptor::ObjectSlot(audited), VALUES)), 16);
        assert_eq!(kind(object(Descriptor::ObjectSlot(slot(1 << 16)), VALUES)), 4);
        assert_eq!(kind(module(None, false)), 1);
        assert_eq!(kind(module(Some(KeysLookup { kind: KeysKind::Split, ..keys(Some(1)) }), false)), 18);
        assert_eq!(kind(module(Some(KeysLookup { kind: KeysKind::General, ..keys(Some(1)) }), false)), 18);
        assert_eq!(kind(module(Some(keys(Some(1))), true)), 19);
        assert_eq!(kind(module(Some(keys(None)), false)), 4);
    }
}
