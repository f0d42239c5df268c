//! What `LOAD_ATTR`, `STORE_ATTR` and `LOAD_METHOD` have in common.

use quicken_bytecode::Opcode;

use super::Form;
use crate::decision::{CacheContents, Demand, Subject};
use crate::failure::{self, FailureKind, attr};
use crate::observation::{InstanceDict, KeysKind, ModuleAttribute, ObjectAttribute, Slot, TypeInfo};

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
