//! `LOAD_METHOD` (`_Py_Specialize_LoadMethod`).

use quicken_bytecode::Opcode;

use super::{Form, attribute};
use crate::check::Fit;
use crate::decision::{CacheContents, Demand, DictOffset, Subject};
use crate::failure::{self, FailureKind, load_method as kinds};
use crate::observation::{ClassAttribute, Descriptor, KeysKind, KeysLookup, MethodAccess, MethodDict, ObjectMethod};
use crate::shape::Entry;

/// The form, or CPython's reason.
///
/// # Errors
///
/// The kind of failure that CPython counts.
pub fn decide(access: &MethodAccess) -> Result<Form, FailureKind> {
    match access {
        MethodAccess::Module(module) => attribute::module(module, Opcode::LOAD_METHOD_MODULE),
        MethodAccess::Class(class) => on_class(class),
        MethodAccess::Object(method) => on_object(method),
    }
}

fn on_class(class: &ClassAttribute) -> Result<Form, FailureKind> {
    if !class.metaclass_is_type || class.on_metaclass {
        return Err(kinds::METACLASS_ATTRIBUTE);
    }
    match class.descriptor {
        Descriptor::Method | Descriptor::NonDescriptor => Ok(Form {
            opcode: Opcode::LOAD_METHOD_CLASS,
            cache: CacheContents::Method {
                keys_version: None,
                type_version: Demand::new(Subject::OwnerClass, class.version),
                dict_offset: DictOffset::Unused,
            },
            reason: "a class has the attribute and its metaclass does not",
        }),
        Descriptor::Absent => Err(failure::EXPECTED_ERROR),
        other => Err(fail_kind(other)),
    }
}

fn on_object(method: &ObjectMethod) -> Result<Form, FailureKind> {
    if method.descriptor != Descriptor::Method {
        return Err(fail_kind(method.descriptor));
    }
    let (opcode, keys, dict_offset, reason) = match method.dict {
        MethodDict::OffsetOutOfRange => return Err(failure::OUT_OF_RANGE),
        MethodDict::OffsetUnset => return Err(failure::NO_DICT),
        MethodDict::None => {
            (Opcode::LOAD_METHOD_NO_DICT, None, DictOffset::Unused, "a method, and instances have no dict")
        }
        MethodDict::Values(keys) => (
            Opcode::LOAD_METHOD_WITH_VALUES,
            Some(keys),
            DictOffset::Unused,
            "a method that the shared keys do not shadow",
        ),
        MethodDict::Managed(keys) => (
            Opcode::LOAD_METHOD_WITH_DICT,
            Some(keys),
            DictOffset::Managed,
            "a method that the instance's dict does not shadow",
        ),
        MethodDict::Offset { offset, keys } => (
            Opcode::LOAD_METHOD_WITH_DICT,
            Some(keys),
            DictOffset::At(offset),
            "a method that the instance's dict does not shadow",
        ),
    };
    let keys_version = keys.map(unshadowed).transpose()?;
    let type_version = attribute::type_version(&method.owner);
    Ok(Form { opcode, cache: CacheContents::Method { keys_version, type_version, dict_offset }, reason })
}

/// The version of keys that do not have the name. Keys that are not all strings cannot be searched, which counts as if
/// they had it.
fn unshadowed(keys: KeysLookup) -> Result<Demand, FailureKind> {
    if keys.index.is_some() || keys.kind == KeysKind::General {
        return Err(kinds::IS_ATTR);
    }
    Ok(Demand::new(Subject::OwnerKeys, keys.version))
}

/// `load_method_fail_kind`
fn fail_kind(descriptor: Descriptor) -> FailureKind {
    match descriptor {
        Descriptor::Overriding => kinds::OVERRIDING_DESCRIPTOR,
        Descriptor::Method => kinds::METHOD,
        Descriptor::Property => kinds::PROPERTY,
        Descriptor::ObjectSlot(_) => kinds::OBJECT_SLOT,
        Descriptor::OtherSlot => kinds::NON_OBJECT_SLOT,
        Descriptor::DunderClass => failure::OTHER,
        Descriptor::Mutable => kinds::MUTABLE_CLASS,
        Descriptor::GetSetOverridden => failure::OVERRIDDEN,
        Descriptor::BuiltinClassmethod => kinds::BUILTIN_CLASS_METHOD,
        Descriptor::PythonClassmethod => kinds::CLASS_METHOD_OBJ,
        Descriptor::NonOverriding => kinds::NON_OVERRIDING_DESCRIPTOR,
        Descriptor::NonDescriptor => kinds::NOT_DESCRIPTOR,
        Descriptor::Absent => kinds::INSTANCE_ATTRIBUTE,
    }
}

fits! { LoadMethod(access, oparg):
    LOAD_METHOD_MODULE => match access {
        MethodAccess::Module(module) => attribute::fit_module(module),
        _ => Err("the owner is no module"),
    };
    LOAD_METHOD_CLASS => match access {
        MethodAccess::Class(class) => match on_class(class) {
            Ok(form) => Ok(form.cache.into()),
            Err(_) => Err("the class has no such plain attribute, or its metaclass has a say in it"),
        },
        _ => Err("the owner is no class"),
    };
    LOAD_METHOD_NO_DICT => match method(access)?.dict {
        MethodDict::None => fit_method(access, None, DictOffset::Unused),
        _ => Err("the owner's type has a dict, in which the method may be shadowed"),
    };
    // The shared keys are compared, of instances whose values are inline.
    LOAD_METHOD_WITH_VALUES => match method(access)?.dict {
        MethodDict::Values(keys) | MethodDict::Managed(keys) => fit_method(access, Some(keys), DictOffset::Unused),
        _ => Err("the owner's type has no shared keys"),
    };
    // The keys of the instance's dict are compared.
    LOAD_METHOD_WITH_DICT => match method(access)?.dict {
        MethodDict::Values(keys) | MethodDict::Managed(keys) => fit_method(access, Some(keys), DictOffset::Managed),
        MethodDict::Offset { offset, keys } => fit_method(access, Some(keys), DictOffset::At(offset)),
        _ => Err("the owner has no dict"),
    };
}

/// A method found on the type of the owner, which the forms for objects take for granted.
fn method(access: &MethodAccess) -> Result<&ObjectMethod, &'static str> {
    match access {
        MethodAccess::Object(method) if method.descriptor == Descriptor::Method => Ok(method),
        _ => Err("the owner's type has no method of that name"),
    }
}

fn fit_method(access: &MethodAccess, keys: Option<KeysLookup>, dict_offset: DictOffset) -> Fit {
    let keys_version = keys.map(unshadowed).transpose().map_err(|_| "the keys have the name, or may have it")?;
    let type_version = attribute::type_version(&method(access)?.owner);
    Ok(CacheContents::Method { keys_version, type_version, dict_offset }.into())
}

guards! { LoadMethod(access, facts, oparg, entry):
    LOAD_METHOD_MODULE => match access {
        MethodAccess::Module(module) => attribute::guard_module(module, entry),
        _ => false,
    };
    LOAD_METHOD_CLASS => match access {
        MethodAccess::Class(class) => class.version == Some(entry.version),
        _ => false,
    };
    LOAD_METHOD_NO_DICT => guarded(access, entry).is_some();
    LOAD_METHOD_WITH_VALUES => match guarded(access, entry) {
        Some(ObjectMethod { dict: MethodDict::Values(keys), .. }) => keys.version == Some(entry.second_version),
        _ => false,
    };
    LOAD_METHOD_WITH_DICT => guarded(access, entry).is_some() && facts.dict_keys == Some(entry.second_version);
}

/// The method, if the owner's type has the version that the cache holds.
fn guarded<'a>(access: &'a MethodAccess, entry: &Entry) -> Option<&'a ObjectMethod> {
    match access {
        MethodAccess::Object(method) if method.owner.version == Some(entry.version) => Some(method),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::testing::{class, keys, slot};
    use crate::observation::ModuleAttribute;

    fn object(descriptor: Descriptor, dict: MethodDict) -> Result<Form, FailureKind> {
        decide(&MethodAccess::Object(ObjectMethod { owner: class(), descriptor, dict }))
    }

    fn of_class(descriptor: Descriptor, metaclass_is_type: bool, on_metaclass: bool) -> Result<Form, FailureKind> {
        let version = Some(3);
        decide(&MethodAccess::Class(ClassAttribute { metaclass_is_type, on_metaclass, version, descriptor }))
    }

    #[test]
    fn forms() {
        let absent = keys(None);
        let shared = Some(Demand::new(Subject::OwnerKeys, Some(9)));
        let type_version = Demand::new(Subject::OwnerType, Some(77));
        for (dict, opcode, keys_version, dict_offset) in [
            (MethodDict::None, Opcode::LOAD_METHOD_NO_DICT, None, DictOffset::Unused),
            (MethodDict::Values(absent), Opcode::LOAD_METHOD_WITH_VALUES, shared, DictOffset::Unused),
            (MethodDict::Managed(absent), Opcode::LOAD_METHOD_WITH_DICT, shared, DictOffset::Managed),
            (
                MethodDict::Offset { offset: 16, keys: absent },
                Opcode::LOAD_METHOD_WITH_DICT,
                shared,
                DictOffset::At(16),
            ),
        ] {
            let form = object(Descriptor::Method, dict).unwrap();
            assert_eq!(form.opcode, opcode);
            assert_eq!(form.cache, CacheContents::Method { keys_version, type_version, dict_offset });
            // The keys' version is assigned before the type's.
            assert_eq!(form.cache.demands().last(), Some(type_version));
        }
        for descriptor in [Descriptor::Method, Descriptor::NonDescriptor] {
            assert_eq!(of_class(descriptor, true, false).unwrap().opcode, Opcode::LOAD_METHOD_CLASS);
        }
        let module = ModuleAttribute { dict: Some(keys(Some(4))), has_getattr: false };
        assert_eq!(decide(&MethodAccess::Module(module)).unwrap().opcode, Opcode::LOAD_METHOD_MODULE);
    }

    #[test]
    fn failures() {
        let kind = |result: Result<Form, FailureKind>| result.unwrap_err().number();
        for (descriptor, number) in [
            (Descriptor::Overriding, 8),
            (Descriptor::Property, 13),
            (Descriptor::ObjectSlot(slot(16)), 19),
            (Descriptor::OtherSlot, 14),
            (Descriptor::DunderClass, 0),
            (Descriptor::Mutable, 12),
            (Descriptor::GetSetOverridden, 2),
            (Descriptor::BuiltinClassmethod, 17),
            (Descriptor::PythonClassmethod, 18),
            (Descriptor::NonOverriding, 9),
        ] {
            assert_eq!(kind(object(descriptor, MethodDict::None)), number);
            assert_eq!(kind(of_class(descriptor, true, false)), number);
        }
        assert_eq!(kind(object(Descriptor::NonDescriptor, MethodDict::None)), 10);
        assert_eq!(kind(object(Descriptor::Absent, MethodDict::None)), 22);
        assert_eq!(kind(of_class(Descriptor::Absent, true, false)), 5);
        assert_eq!(kind(of_class(Descriptor::Method, false, false)), 23);
        assert_eq!(kind(of_class(Descriptor::Method, true, true)), 23);
        assert_eq!(kind(object(Descriptor::Method, MethodDict::OffsetOutOfRange)), 4);
        assert_eq!(kind(object(Descriptor::Method, MethodDict::OffsetUnset)), 1);
        assert_eq!(kind(object(Descriptor::Method, MethodDict::Values(keys(Some(0))))), 15);
        assert_eq!(kind(object(Descriptor::Method, MethodDict::Managed(keys(Some(0))))), 15);
        let general = KeysLookup { kind: KeysKind::General, ..keys(None) };
        assert_eq!(kind(object(Descriptor::Method, MethodDict::Offset { offset: 16, keys: general })), 15);
        let module = ModuleAttribute { dict: None, has_getattr: false };
        assert_eq!(kind(decide(&MethodAccess::Module(module))), 1);
    }
}
