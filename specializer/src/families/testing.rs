//! Descriptions of everyday values for the families' tests.

use crate::observation::{FunctionInfo, KeysKind, KeysLookup, Slot, TypeFlags, TypeInfo, TypeKind, ValueInfo};

/// A built-in type.
pub fn builtin(kind: TypeKind) -> TypeInfo {
    TypeInfo { kind, version: Some(11), flags: TypeFlags::IMMUTABLE }
}

/// A class of the program with a managed dict.
pub fn class() -> TypeInfo {
    TypeInfo {
        kind: TypeKind::Heap,
        version: Some(77),
        flags: TypeFlags::HEAP | TypeFlags::MANAGED_DICT | TypeFlags::AS_BUFFER,
    }
}

/// A value of a built-in type.
pub fn value(kind: TypeKind) -> ValueInfo {
    ValueInfo { ty: builtin(kind), int: None }
}

/// An exact int.
pub fn int(value: i64) -> ValueInfo {
    ValueInfo { ty: builtin(TypeKind::Int), int: Some(value) }
}

/// An instance of a class of the program.
pub fn instance() -> ValueInfo {
    ValueInfo { ty: class(), int: None }
}

/// A plain function of so many positional parameters.
pub fn function(argcount: u32) -> FunctionInfo {
    FunctionInfo {
        version: Some(5),
        argcount,
        kwonlyargcount: 0,
        defaults: 0,
        varargs: false,
        varkeywords: false,
        optimized: true,
    }
}

/// A lookup in keys of exact strings.
pub fn keys(index: Option<u32>) -> KeysLookup {
    KeysLookup { kind: KeysKind::Unicode, index, version: Some(9) }
}

/// A slot that can be read and written.
pub fn slot(offset: u32) -> Slot {
    Slot { offset, belongs_to_owner: true, read_only: false, audited: false }
}
