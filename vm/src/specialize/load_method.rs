//! `LOAD_METHOD`.

#![expect(unsafe_code, reason = "the dict word is read where the type says that it is")]

use quicken_bytecode::Opcode;
use quicken_specializer::Operands;
use quicken_specializer::observation::{ClassAttribute, KeysKind, KeysLookup, MethodAccess, MethodDict, ObjectMethod};

use super::Subjects;
use super::describe::keys_lookup;
use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::dictkeys::DictKeys;
use crate::objects::module::Module;
use crate::objects::string::Str;
use crate::objects::typeobj::{DICT_AT_END, NO_DICT, Type, TypeFlags};
use crate::state::Flow;
use crate::value::Value;

/// Asks the strategy about the running `LOAD_METHOD`.
pub(crate) fn attempt(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let (operands, subjects) = describe(vm, oparg);
    vm.specialize(Opcode::LOAD_METHOD, oparg, operands, subjects)
}

/// What the running `LOAD_METHOD` finds.
pub(crate) fn describe(vm: &mut Vm, oparg: usize) -> (Operands, Subjects) {
    let name = vm.running_code().name_at(oparg);
    let owner = vm.state.peek(1);
    let (access, subjects) = describe_owner(vm, owner, name);
    (Operands::LoadMethod(access), subjects)
}

fn describe_owner(vm: &mut Vm, owner: Value, name: Gc<Str>) -> (MethodAccess, Subjects) {
    if owner.is_exact(vm.types.module)
        && let Some(module) = owner.cast::<Module>()
    {
        let subjects = Subjects { owner_keys: Some(module.dict().keys()), ..Subjects::default() };
        return (MethodAccess::Module(vm.describe_module(module, name)), subjects);
    }
    let ty = vm.type_of(owner);
    if let Some(class) = owner.cast::<Type>() {
        // The metaclass is asked first, then the class itself (`specialize_class_load_method`).
        let metaclass_is_type = ty == vm.types.type_;
        let on_metaclass = vm.lookup(ty, name).is_some();
        let found = vm.lookup(class, name);
        let (descriptor, _) = describe_on_class(vm, class, name);
        let version = (class.version.get() != 0).then(|| class.version.get());
        let access = ClassAttribute { metaclass_is_type, on_metaclass, version, descriptor };
        let subjects = Subjects { owner_class: Some(class), found, ..Subjects::default() };
        return (MethodAccess::Class(access), subjects);
    }
    let (descriptor, found) = vm.describe_descriptor(ty, name, false);
    let (dict, keys) = method_dict(owner, ty, name);
    let access = ObjectMethod { owner: vm.type_info(ty), descriptor, dict };
    let subjects = Subjects { owner_type: Some(ty), owner_keys: keys, found, ..Subjects::default() };
    (MethodAccess::Object(access), subjects)
}

/// What the class has under the name, whatever its metaclass does to attribute access.
fn describe_on_class(
    vm: &mut Vm,
    class: Gc<Type>,
    name: Gc<Str>,
) -> (quicken_specializer::observation::Descriptor, Option<Value>) {
    vm.describe_descriptor(class, name, false)
}

fn method_dict(owner: Value, ty: Gc<Type>, name: Gc<Str>) -> (MethodDict, Option<Gc<DictKeys>>) {
    let offset = ty.dict_offset.get();
    if ty.is(TypeFlags::MANAGED_DICT) {
        let keys = ty.cached_keys.get();
        let lookup =
            keys.map_or(KeysLookup { kind: KeysKind::Split, index: None, version: None }, |k| keys_lookup(k, name));
        // SAFETY: a type with a managed dict says where its instances have the dict word.
        let word = unsafe { owner.header_unchecked().value_at(offset as usize) };
        return if word.is_null() { (MethodDict::Values(lookup), keys) } else { (MethodDict::Managed(lookup), keys) };
    }
    match offset {
        NO_DICT => (MethodDict::None, None),
        DICT_AT_END => (MethodDict::OffsetOutOfRange, None),
        _ => match owner.header().and_then(crate::objects::instance::existing_dict) {
            Some(dict) => {
                let keys = dict.keys();
                (MethodDict::Offset { offset: offset as u16, keys: keys_lookup(keys, name) }, Some(keys))
            }
            None => (MethodDict::OffsetUnset, None),
        },
    }
}
