//! Descriptions of types, values and keys that several families share. None of them changes anything.

use quicken_bytecode::{CodeFlags, Opcode};
use quicken_specializer::observation::{FunctionInfo, KeysKind, KeysLookup, TypeFlags, TypeInfo, TypeKind, ValueInfo};

use crate::Vm;
use crate::object::Gc;
use crate::objects::dictkeys::{DictKeys, KeysKind as OurKeysKind};
use crate::objects::function::Function;
use crate::objects::string::Str;
use crate::objects::typeobj::{Type, TypeFlags as OurTypeFlags};
use crate::value::Value;

const fn assigned(version: u32) -> Option<u32> {
    if version == 0 { None } else { Some(version) }
}

impl Vm {
    pub(crate) fn type_kind(&self, ty: Gc<Type>) -> TypeKind {
        if ty.is(OurTypeFlags::HEAP) {
            return TypeKind::Heap;
        }
        let t = &self.types;
        let kinds = [
            (t.int, TypeKind::Int),
            (t.float, TypeKind::Float),
            (t.str, TypeKind::Str),
            (t.bool, TypeKind::Bool),
            (t.list, TypeKind::List),
            (t.tuple, TypeKind::Tuple),
            (t.dict, TypeKind::Dict),
            (t.type_, TypeKind::Type),
            (t.function, TypeKind::Function),
            (t.module, TypeKind::Module),
            (t.complex, TypeKind::Complex),
            (t.bytes, TypeKind::Bytes),
            (t.bytearray, TypeKind::ByteArray),
            (t.set, TypeKind::Set),
            (t.frozenset, TypeKind::FrozenSet),
            (t.slice, TypeKind::Slice),
            (t.range, TypeKind::Range),
            (t.none, TypeKind::None),
            (t.builtin_function, TypeKind::BuiltinFunction),
            (t.method, TypeKind::Method),
            (t.generator, TypeKind::Generator),
        ];
        kinds.iter().find(|(known, _)| *known == ty).map_or(TypeKind::Builtin, |(_, kind)| *kind)
    }

    pub(crate) fn type_info(&self, ty: Gc<Type>) -> TypeInfo {
        let slots = ty.slots();
        let kind = self.type_kind(ty);
        let heap = ty.is(OurTypeFlags::HEAP);
        let buffer = ty.is_subtype(self.types.bytes) || ty.is_subtype(self.types.bytearray);
        // `sq_item`: sequences have it; a class has it as soon as it has `__getitem__`; mappings and sets have not.
        let sequence = slots.getitem.is_some()
            && match kind {
                TypeKind::Dict | TypeKind::Slice => false,
                TypeKind::Heap => true,
                _ => ty != self.types.mappingproxy,
            };
        let dict_store = ty.is_subtype(self.types.dict)
            && slots.setitem.map(|f| f as usize) == self.types.dict.slots().setitem.map(|f| f as usize);
        let object_compare = slots.compare.map(|f| f as usize) == self.types.object.slots().compare.map(|f| f as usize);
        let flags = TypeFlags::NONE
            .with(TypeFlags::HEAP, heap)
            .with(TypeFlags::IMMUTABLE, ty.is(OurTypeFlags::IMMUTABLE))
            .with(TypeFlags::MANAGED_DICT, ty.is(OurTypeFlags::MANAGED_DICT))
            .with(TypeFlags::AS_BUFFER, heap || buffer)
            .with(TypeFlags::BUFFER, buffer)
            .with(TypeFlags::SEQUENCE_ITEM, sequence)
            .with(TypeFlags::DICT_ASS_SUBSCRIPT, dict_store)
            .with(TypeFlags::OBJECT_RICHCOMPARE, object_compare);
        TypeInfo { kind, version: assigned(ty.version.get()), flags }
    }

    pub(crate) fn value_info(&self, value: Value) -> ValueInfo {
        ValueInfo { ty: self.type_info(self.type_of(value)), int: value.as_small_int() }
    }

    pub(crate) fn function_info(&self, function: Gc<Function>) -> FunctionInfo {
        let code = function.code.get();
        FunctionInfo {
            version: assigned(function.version.get()),
            argcount: code.argcount,
            kwonlyargcount: code.object.kwonlyargcount,
            defaults: function.default_count() as u32,
            varargs: code.is(CodeFlags::VARARGS),
            varkeywords: code.is(CodeFlags::VARKEYWORDS),
            optimized: code.is(CodeFlags::OPTIMIZED),
        }
    }

    /// The live opcode of the code unit `units` after the running instruction's own.
    pub(crate) fn opcode_after(&self, units: usize) -> Option<Opcode> {
        let code = self.running_code();
        let index = code.unit_index(self.instruction) + units;
        if index < code.len() { Opcode::from_u8(code.unit(index) as u8) } else { None }
    }
}

/// A name looked up in keys.
pub(crate) fn keys_lookup(keys: Gc<DictKeys>, name: Gc<Str>) -> KeysLookup {
    KeysLookup {
        kind: keys_kind(keys),
        index: keys.find_index(name).map(|i| i as u32),
        version: assigned(keys.version.get()),
    }
}

pub(crate) fn keys_kind(keys: Gc<DictKeys>) -> KeysKind {
    match keys.kind() {
        OurKeysKind::General => KeysKind::General,
        OurKeysKind::Unicode => KeysKind::Unicode,
        OurKeysKind::Split => KeysKind::Split,
    }
}
