//! What `LOAD_ATTR`, `STORE_ATTR` and `LOAD_METHOD` see of an object.

#![expect(unsafe_code, reason = "the dict word is read where the type says that it is")]

use quicken_specializer::observation::{
    AttributeAccess, AttributeSort, Descriptor, FoundAttribute, InstanceDict, ModuleAttribute, ObjectAttribute, Slot,
};

use super::Subjects;
use super::describe::{keys_kind, keys_lookup};
use crate::Vm;
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::module::Module;
use crate::objects::string::Str;
use crate::objects::typeobj::{Type, TypeFlags};
use crate::protocol::DescriptorKind;
use crate::value::Value;

impl Vm {
    /// An attribute access through `owner`'s type.
    pub(crate) fn describe_access(&mut self, owner: Value, name: Gc<Str>, store: bool) -> (AttributeAccess, Subjects) {
        if owner.is_exact(self.types.module)
            && let Some(module) = owner.cast::<Module>()
        {
            let keys = module.dict().keys();
            let subjects = Subjects { owner_keys: Some(keys), ..Subjects::default() };
            return (AttributeAccess::Module(self.describe_module(module, name)), subjects);
        }
        let ty = self.type_of(owner);
        let (descriptor, _) = self.describe_descriptor(ty, name, store);
        let access =
            ObjectAttribute { owner: self.type_info(ty), descriptor, dict: self.describe_dict(owner, ty, name) };
        (AttributeAccess::Object(access), Subjects { owner_type: Some(ty), ..Subjects::default() })
    }

    pub(crate) fn describe_module(&mut self, module: Gc<Module>, name: Gc<Str>) -> ModuleAttribute {
        let keys = module.dict().keys();
        let getattr = self.names.__getattr__;
        ModuleAttribute { dict: Some(keys_lookup(keys, name)), has_getattr: keys.find_index(getattr).is_some() }
    }

    /// `analyze_descriptor`: what the type has under the name, and the attribute itself. The lookup may assign the type a
    /// version tag, as CPython's does at the same place.
    pub(crate) fn describe_descriptor(
        &mut self,
        ty: Gc<Type>,
        name: Gc<Str>,
        store: bool,
    ) -> (Descriptor, Option<Value>) {
        let generic = if store {
            ty.slots().setattro.map(|f| f as usize) == self.types.object.slots().setattro.map(|f| f as usize)
        } else {
            ty.slots().getattro.map(|f| f as usize) == self.types.object.slots().getattro.map(|f| f as usize)
        };
        if !generic {
            return (Descriptor::GetSetOverridden, None);
        }
        let found = self.lookup(ty, name);
        let attribute = found.map(|value| self.found_attribute(ty, value));
        (Descriptor::analyze(true, attribute.as_ref()), found)
    }

    fn found_attribute(&self, owner: Gc<Type>, value: Value) -> FoundAttribute {
        let ty = self.type_of(value);
        let slots = ty.slots();
        let sort = match self.descriptor_kind(value) {
            DescriptorKind::ObjectSlot { offset } => AttributeSort::ObjectMember(Slot {
                offset,
                belongs_to_owner: self.slot_owner(value).is_some_and(|declaring| owner.is_subtype(declaring)),
                read_only: false,
                audited: false,
            }),
            DescriptorKind::Member => AttributeSort::OtherMember,
            DescriptorKind::Property => AttributeSort::Property,
            DescriptorKind::DunderClass => AttributeSort::DunderClass,
            DescriptorKind::Method => AttributeSort::Method,
            DescriptorKind::NativeClassMethod => AttributeSort::BuiltinClassmethod,
            DescriptorKind::ClassMethod => AttributeSort::PythonClassmethod,
            _ => AttributeSort::Other,
        };
        FoundAttribute {
            sort,
            type_is_immutable: ty.is(TypeFlags::IMMUTABLE),
            gets: slots.descr_get.is_some(),
            sets: slots.descr_set.is_some(),
        }
    }

    /// The class that declared a slot.
    pub(crate) fn slot_owner(&self, descriptor: Value) -> Option<Gc<Type>> {
        descriptor.cast::<crate::objects::native::AttributeDescriptor>().map(|d| d.owner)
    }

    fn describe_dict(&self, owner: Value, ty: Gc<Type>, name: Gc<Str>) -> InstanceDict {
        if !ty.is(TypeFlags::MANAGED_DICT) || !owner.is_heap() {
            return InstanceDict::NotManaged;
        }
        // SAFETY: a type with a managed dict says where its instances have the dict word.
        let word = unsafe { owner.header_unchecked().value_at(ty.dict_offset.get() as usize) };
        if word.is_null() {
            return InstanceDict::Values {
                index: ty.cached_keys.get().and_then(|keys| keys.find_index(name)).map(|i| i as u32),
            };
        }
        match word.cast::<Dict>().filter(|_| word.is_exact(self.types.dict)) {
            Some(dict) => {
                let keys = dict.keys();
                InstanceDict::Dict {
                    kind: keys_kind(keys),
                    // In a split dict the key may be there without a value (`_PyDict_GetItemHint` does not mind).
                    index: keys.find_index(name).map(|i| i as u32),
                }
            }
            None => InstanceDict::NotExactDict,
        }
    }
}
