//! `BINARY_SUBSCR` (`_Py_Specialize_BinarySubscr`).

use quicken_bytecode::Opcode;

use super::{Form, attribute, callable};
use crate::decision::{CacheContents, Demand, Subject};
use crate::failure::{self, FailureKind, subscr as kinds};
use crate::observation::{BinarySubscr, TypeFlags, TypeKind};

/// The form, or CPython's reason.
///
/// # Errors
///
/// The kind of failure that CPython counts.
pub fn decide(operands: &BinarySubscr) -> Result<Form, FailureKind> {
    let subscript = operands.subscript.kind();
    match (operands.container.kind, subscript) {
        (TypeKind::List, TypeKind::Int) => {
            return Ok(Form::plain(Opcode::BINARY_SUBSCR_LIST_INT, "an exact list and an exact int"));
        }
        (TypeKind::List, TypeKind::Slice) => return Err(kinds::LIST_SLICE),
        (TypeKind::Tuple, TypeKind::Int) => {
            return Ok(Form::plain(Opcode::BINARY_SUBSCR_TUPLE_INT, "an exact tuple and an exact int"));
        }
        (TypeKind::Tuple, TypeKind::Slice) => return Err(kinds::TUPLE_SLICE),
        (TypeKind::List | TypeKind::Tuple, _) => return Err(failure::OTHER),
        (TypeKind::Dict, _) => return Ok(Form::plain(Opcode::BINARY_SUBSCR_DICT, "an exact dict")),
        _ => {}
    }
    let cache = getitem(operands)?;
    Ok(Form { opcode: Opcode::BINARY_SUBSCR_GETITEM, cache, reason: "`__getitem__` is a plain Python function" })
}

/// The cache of the form that enters `__getitem__`.
fn getitem(operands: &BinarySubscr) -> Result<CacheContents, FailureKind> {
    let Some(getitem) = &operands.getitem else { return Err(fail_kind(operands)) };
    if !operands.container.flags.contains(TypeFlags::HEAP) {
        return Err(kinds::NOT_HEAP_TYPE);
    }
    callable::simple_function(getitem)?;
    if getitem.argcount != 2 {
        return Err(failure::WRONG_NUMBER_ARGUMENTS);
    }
    Ok(CacheContents::Getitem {
        type_version: attribute::type_version(&operands.container),
        func_version: Demand::short(Subject::Function, getitem.version, failure::OUT_OF_VERSIONS),
    })
}

fits! { BinarySubscr(operands, oparg):
    BINARY_SUBSCR_DICT, BINARY_SUBSCR_LIST_INT, BINARY_SUBSCR_TUPLE_INT => Ok(CacheContents::None.into());
    BINARY_SUBSCR_GETITEM => match getitem(operands) {
        Ok(cache) => Ok(cache.into()),
        Err(_) => Err("the container's class has no `__getitem__` that is a plain Python function of two parameters"),
    };
}

/// `binary_subscr_fail_kind`
fn fail_kind(operands: &BinarySubscr) -> FailureKind {
    let flags = operands.container.flags;
    let (int, slice) = match operands.container.kind {
        TypeKind::Str => (kinds::STRING_INT, kinds::STRING_SLICE),
        TypeKind::Array => (kinds::ARRAY_INT, kinds::ARRAY_SLICE),
        _ if flags.contains(TypeFlags::AS_BUFFER) => (kinds::BUFFER_INT, kinds::BUFFER_SLICE),
        _ if flags.contains(TypeFlags::SEQUENCE_ITEM) => (kinds::SEQUENCE_INT, failure::OTHER),
        _ => return failure::OTHER,
    };
    match operands.subscript.kind() {
        TypeKind::Int => int,
        TypeKind::Slice => slice,
        _ => failure::OTHER,
    }
}

guards! { BinarySubscr(operands, facts, oparg, entry):
    BINARY_SUBSCR_LIST_INT => operands.container.kind == TypeKind::List && facts.within;
    BINARY_SUBSCR_TUPLE_INT => operands.container.kind == TypeKind::Tuple && facts.within;
    BINARY_SUBSCR_DICT => operands.container.kind == TypeKind::Dict;
    BINARY_SUBSCR_GETITEM => {
        let getitem = operands.getitem.and_then(|function| function.version);
        operands.container.version == Some(entry.version) && getitem == Some(entry.second_version)
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::testing::{builtin, class, function, int, value};
    use crate::observation::{FunctionInfo, TypeInfo, ValueInfo};

    fn run(container: TypeInfo, subscript: ValueInfo) -> Result<Form, FailureKind> {
        decide(&BinarySubscr { container, subscript, getitem: None })
    }

    fn getitem(container: TypeInfo, getitem: FunctionInfo) -> Result<Form, FailureKind> {
        decide(&BinarySubscr { container, subscript: int(1), getitem: Some(getitem) })
    }

    #[test]
    fn forms() {
        let opcode = |result: Result<Form, FailureKind>| result.unwrap().opcode;
        assert_eq!(opcode(run(builtin(TypeKind::List), int(-1))), Opcode::BINARY_SUBSCR_LIST_INT);
        assert_eq!(opcode(run(builtin(TypeKind::Tuple), int(1 << 40))), Opcode::BINARY_SUBSCR_TUPLE_INT);
        assert_eq!(opcode(run(builtin(TypeKind::Dict), value(TypeKind::Str))), Opcode::BINARY_SUBSCR_DICT);
        let form = getitem(class(), function(2)).unwrap();
        assert_eq!(form.opcode, Opcode::BINARY_SUBSCR_GETITEM);
        let demands: Vec<Demand> = form.cache.demands().collect();
        assert_eq!((demands[0].of, demands[0].observed), (Subject::OwnerType, Some(77)));
        assert_eq!((demands[1].of, demands[1].at_most), (Subject::Function, 0xffff));
        assert_eq!(demands[1].too_large, Some(failure::OUT_OF_VERSIONS));
    }

    #[test]
    fn failures() {
        let kind = |result: Result<Form, FailureKind>| result.unwrap_err().number();
        let slice = || value(TypeKind::Slice);
        assert_eq!(kind(run(builtin(TypeKind::List), slice())), 10);
        assert_eq!(kind(run(builtin(TypeKind::List), value(TypeKind::Bool))), 0);
        assert_eq!(kind(run(builtin(TypeKind::Tuple), slice())), 11);
        assert_eq!(kind(run(builtin(TypeKind::Tuple), value(TypeKind::Heap))), 0);
        assert_eq!(kind(run(builtin(TypeKind::Str), int(0))), 12);
        assert_eq!(kind(run(builtin(TypeKind::Str), slice())), 13);
        assert_eq!(kind(run(builtin(TypeKind::Array), int(0))), 8);
        assert_eq!(kind(run(builtin(TypeKind::Array), slice())), 9);
        let bytes = TypeInfo { flags: TypeFlags::AS_BUFFER | TypeFlags::BUFFER, ..builtin(TypeKind::Bytes) };
        assert_eq!(kind(run(bytes, int(0))), 15);
        assert_eq!(kind(run(bytes, slice())), 16);
        assert_eq!(kind(run(bytes, value(TypeKind::Str))), 0);
        // Every heap type has tp_as_buffer, whether or not its instances are buffers.
        assert_eq!(kind(run(class(), int(0))), 15);
        let range = TypeInfo { flags: TypeFlags::SEQUENCE_ITEM, ..builtin(TypeKind::Range) };
        assert_eq!(kind(run(range, int(0))), 17);
        assert_eq!(kind(run(range, slice())), 0);
        assert_eq!(kind(run(builtin(TypeKind::Builtin), int(0))), 0);
        assert_eq!(kind(getitem(builtin(TypeKind::Builtin), function(2))), 23);
        assert_eq!(kind(getitem(class(), FunctionInfo { varargs: true, ..function(2) })), 9);
        assert_eq!(kind(getitem(class(), FunctionInfo { optimized: false, ..function(2) })), 10);
        assert_eq!(kind(getitem(class(), function(3))), 6);
    }
}
