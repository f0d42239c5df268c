//! What `LOAD_ATTR`, `STORE_ATTR` and `LOAD_METHOD` have in common.

use quicken_bytecode::Opcode;

use super::Form;
use crate::check::{Fit, Fitting};
use crate::decision::{CacheContents, Demand, Subject};
use crate::failure::{self, FailureKind, attr};
use crate::observation::{
    AttributeAccess, Descriptor, InstanceDict, KeysKind, ModuleAttribute, ObjectAttribute, Slot, TypeInfo,
};
use crate::shape::{Entry, Facts};

/// `specialize_module_load_attr`
pub(super) fn module(attribute: &ModuleAttribute, opcode: Opcode) -> Result<Form, FailureKind> {
    let Some(keys) = attribute.dict else { return Err(failure::NO_DICT) };
    if keys.kind != KeysKind::Unicode {
        return Err(attr::NON_STRING_OR_SPLIT);
    }
    if attribute.has_getattr {
        return Err(attr::MODULE_ATTR_NOT_FOUND);
    }
    let index = short_index(keys.index)?;
    let version = Demand::new(Subject::OwnerKeys, keys.version);
    Ok(Form { opcode, cache: CacheContents::Attr { version, index }, reason: "a module's dict has the name" })
}

/// `specialize_dict_access`: the type has nothing that comes before the instance's own attribute.
pub(super) fn dict_access(
    attribute: &ObjectAttribute,
    values_form: Opcode,
    hint_form: Opcode,
) -> Result<Form, FailureKind> {
    let version = type_version(&attribute.owner);
    match attribute.dict {
        InstanceDict::NotManaged => Err(attr::NOT_MANAGED_DICT),
        InstanceDict::Values { index } => Ok(Form {
            opcode: values_form,
            cache: CacheContents::Attr { version, index: short_index(index)? },
            reason: "the class's shared keys have the name",
        }),
        InstanceDict::Dict { index, .. } => Ok(Form {
            opcode: hint_form,
            cache: CacheContents::Attr { version, index: short_index(index)? },
            reason: "the instance's dict has the name",
        }),
        InstanceDict::NotExactDict => Err(failure::NO_DICT),
    }
}

/// A slot that may be accessed.
pub(super) fn slot(attribute: &ObjectAttribute, slot: Slot, opcode: Opcode) -> Result<Form, FailureKind> {
    let index = u16::try_from(slot.offset).map_err(|_| failure::OUT_OF_RANGE)?;
    let cache = CacheContents::Attr { version: type_version(&attribute.owner), index };
    Ok(Form { opcode, cache, reason: "the type has a slot of that name" })
}

/// The version of the owner's type. The lookup of the attribute has assigned one if any was left; CPython does not check.
pub(super) fn type_version(owner: &TypeInfo) -> Demand {
    Demand::new(Subject::OwnerType, owner.version)
}

/// An index that fits the cache; that a name is absent is counted as out of range too.
fn short_index(index: Option<u32>) -> Result<u16, FailureKind> {
    index.and_then(|index| u16::try_from(index).ok()).ok_or(failure::OUT_OF_RANGE)
}

/// The forms for modules compare the version of the module's keys.
pub(super) fn fit_module(attribute: &ModuleAttribute) -> Fit {
    let keys = attribute.dict.ok_or("the module has no dict")?;
    if keys.kind != KeysKind::Unicode {
        return Err("the module's dict has other keys than strings");
    }
    let index = short_index(keys.index).map_err(|_| "the module does not have the name")?;
    Ok(CacheContents::Attr { version: Demand::new(Subject::OwnerKeys, keys.version), index }.into())
}

/// The forms for inline values compare the type, and that the instance has none but these values.
pub(super) fn fit_value(access: &AttributeAccess) -> Fit {
    let attribute = own_attribute(access)?;
    let InstanceDict::Values { index } = attribute.dict else {
        return Err("this instance's values are not inline, so that their place is not known");
    };
    let index = short_index(index).map_err(|_| "the shared keys do not have the name")?;
    Ok(CacheContents::Attr { version: type_version(&attribute.owner), index }.into())
}

/// The forms with a hint compare the type and the key at the hint.
pub(super) fn fit_hint(access: &AttributeAccess) -> Fit {
    let attribute = own_attribute(access)?;
    let observed = match attribute.dict {
        InstanceDict::Dict { index, .. } => index.and_then(|index| u16::try_from(index).ok()),
        InstanceDict::Values { .. } | InstanceDict::NotExactDict | InstanceDict::NotManaged => None,
    };
    let version = type_version(&attribute.owner);
    let cache = CacheContents::Attr { version, index: observed.unwrap_or_default() };
    Ok(Fitting { cache, any_index: observed.is_none() })
}

/// The forms for slots compare the type.
pub(super) fn fit_slot(attribute: &ObjectAttribute, slot: Slot) -> Fit {
    let index = u16::try_from(slot.offset).map_err(|_| "the slot's offset has no room in the cache")?;
    Ok(CacheContents::Attr { version: type_version(&attribute.owner), index }.into())
}

/// An access for which the instance's own attribute comes first, whatever else its type has, in instances with a managed
/// dict.
fn own_attribute(access: &AttributeAccess) -> Result<&ObjectAttribute, &'static str> {
    let AttributeAccess::Object(attribute) = access else { return Err("the owner is a module") };
    if attribute.dict == InstanceDict::NotManaged {
        return Err("the owner's type has no managed dict");
    }
    match attribute.descriptor {
        Descriptor::Method
        | Descriptor::BuiltinClassmethod
        | Descriptor::PythonClassmethod
        | Descriptor::NonOverriding
        | Descriptor::NonDescriptor
        | Descriptor::Absent => Ok(attribute),
        Descriptor::Overriding
        | Descriptor::Property
        | Descriptor::ObjectSlot(_)
        | Descriptor::OtherSlot
        | Descriptor::Mutable
        | Descriptor::DunderClass
        | Descriptor::GetSetOverridden => Err("what the owner's type has may come before the instance's own attribute"),
    }
}

/// The guards of the forms for modules: the keys, which are those that have the name.
pub(super) fn guard_module(attribute: &ModuleAttribute, entry: &Entry) -> bool {
    attribute.dict.and_then(|keys| keys.version) == Some(entry.version)
}

/// The object, if its type has the version that the cache holds.
pub(super) fn guarded<'a>(access: &'a AttributeAccess, entry: &Entry) -> Option<&'a ObjectAttribute> {
    match access {
        AttributeAccess::Object(attribute) if attribute.owner.version == Some(entry.version) => Some(attribute),
        AttributeAccess::Object(_) | AttributeAccess::Module(_) => None,
    }
}

/// The guards of the forms for inline values, but for whether one is set.
pub(super) fn guard_values(access: &AttributeAccess, entry: &Entry) -> bool {
    guarded(access, entry).is_some_and(|attribute| matches!(attribute.dict, InstanceDict::Values { .. }))
}

/// The guards of the forms with a hint: the name stands at the hint, with a value in the same table.
pub(super) fn guard_hint(access: &AttributeAccess, facts: &Facts, entry: &Entry) -> bool {
    let Some(attribute) = guarded(access, entry) else { return false };
    match attribute.dict {
        InstanceDict::Dict { kind, index: Some(index) } => {
            kind != KeysKind::Split && index == u32::from(entry.number) && facts.has_value
        }
        _ => false,
    }
}
