//! `STORE_SUBSCR` (`_Py_Specialize_StoreSubscr`).

use quicken_bytecode::Opcode;

use super::{Form, callable};
use crate::decision::CacheContents;
use crate::failure::{self, FailureKind, subscr as kinds};
use crate::observation::{StoreSubscr, TypeFlags, TypeKind};

/// The form, or CPython's reason.
///
/// # Errors
///
/// The kind of failure that CPython counts.
pub fn decide(operands: &StoreSubscr) -> Result<Form, FailureKind> {
    let flags = operands.container.flags;
    match operands.container.kind {
        TypeKind::List => return in_list(operands),
        TypeKind::Dict => return Ok(Form::plain(Opcode::STORE_SUBSCR_DICT, "an exact dict")),
        _ if flags.contains(TypeFlags::DICT_ASS_SUBSCRIPT) => return Err(kinds::DICT_SUBCLASS_NO_OVERRIDE),
        _ if flags.contains(TypeFlags::BUFFER) => return Err(buffer_fail_kind(operands)),
        _ => {}
    }
    Err(match &operands.setitem {
        Some(setitem) if callable::simple_function(setitem).is_ok() => kinds::PY_SIMPLE,
        Some(_) => kinds::PY_OTHER,
        None => failure::OTHER,
    })
}

fn in_list(operands: &StoreSubscr) -> Result<Form, FailureKind> {
    match operands.subscript.kind() {
        TypeKind::Int => {
            let index = operands.subscript.int.filter(|_| operands.subscript.is_single_digit_int());
            let index = index.and_then(|index| u64::try_from(index).ok()).ok_or(failure::OUT_OF_RANGE)?;
            if index < operands.list_len.unwrap_or(0) {
                Ok(Form::plain(Opcode::STORE_SUBSCR_LIST_INT, "an exact list and an index within it"))
            } else {
                Err(failure::OUT_OF_RANGE)
            }
        }
        TypeKind::Slice => Err(kinds::LIST_SLICE),
        _ => Err(failure::OTHER),
    }
}

/// The failures of containers that are buffers. A negative subscript counts as out of range: CPython compares the
/// number of digits, which is negative then, as if it were unsigned.
fn buffer_fail_kind(operands: &StoreSubscr) -> FailureKind {
    let (int, slice) = match operands.container.kind {
        TypeKind::Array => (kinds::ARRAY_INT, kinds::ARRAY_SLICE),
        TypeKind::ByteArray => (kinds::BYTEARRAY_INT, kinds::BYTEARRAY_SLICE),
        _ => (kinds::BUFFER_INT, kinds::BUFFER_SLICE),
    };
    match operands.subscript.kind() {
        TypeKind::Int => {
            let within = operands.subscript.is_single_digit_int() && operands.subscript.int >= Some(0);
            if within { int } else { failure::OUT_OF_RANGE }
        }
        TypeKind::Slice => slice,
        _ => failure::OTHER,
    }
}

fits! { StoreSubscr(operands, oparg):
    STORE_SUBSCR_DICT, STORE_SUBSCR_LIST_INT => Ok(CacheContents::None.into());
}

guards! { StoreSubscr(operands, facts, oparg, entry):
    STORE_SUBSCR_LIST_INT => operands.container.kind == TypeKind::List && facts.within;
    STORE_SUBSCR_DICT => operands.container.kind == TypeKind::Dict;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::testing::{builtin, class, function, int, value};
    use crate::observation::{FunctionInfo, TypeInfo, ValueInfo};

    fn run(container: TypeInfo, subscript: ValueInfo) -> Result<Form, FailureKind> {
        decide(&StoreSubscr { container, subscript, list_len: Some(3), setitem: None })
    }

    #[test]
    fn forms() {
        let opcode = |result: Result<Form, FailureKind>| result.unwrap().opcode;
        assert_eq!(opcode(run(builtin(TypeKind::List), int(2))), Opcode::STORE_SUBSCR_LIST_INT);
        assert_eq!(opcode(run(builtin(TypeKind::List), int(0))), Opcode::STORE_SUBSCR_LIST_INT);
        assert_eq!(opcode(run(builtin(TypeKind::Dict), value(TypeKind::Slice))), Opcode::STORE_SUBSCR_DICT);
    }

    #[test]
    fn failures() {
        let kind = |result: Result<Form, FailureKind>| result.unwrap_err().number();
        let slice = || value(TypeKind::Slice);
        let list = builtin(TypeKind::List);
        assert_eq!(kind(run(list, int(3))), 4);
        assert_eq!(kind(run(list, int(-1))), 4);
        assert_eq!(kind(run(list, int(1 << 30))), 4);
        assert_eq!(kind(run(list, value(TypeKind::Int))), 4);
        assert_eq!(kind(run(list, slice())), 10);
        assert_eq!(kind(run(list, value(TypeKind::Bool))), 0);
        let dict_subclass = TypeInfo { flags: class().flags | TypeFlags::DICT_ASS_SUBSCRIPT, ..class() };
        assert_eq!(kind(run(dict_subclass, int(0))), 22);
        for (container, of_int, of_slice) in
            [(TypeKind::Array, 8, 9), (TypeKind::ByteArray, 18, 19), (TypeKind::MemoryView, 15, 16)]
        {
            let container = TypeInfo { flags: TypeFlags::BUFFER, ..builtin(container) };
            assert_eq!(kind(run(container, int(0))), of_int);
            assert_eq!(kind(run(container, slice())), of_slice);
            assert_eq!(kind(run(container, value(TypeKind::Str))), 0);
            assert_eq!(kind(run(container, int(-1))), 4);
            assert_eq!(kind(run(container, int(1 << 30))), 4);
        }
        let setitem = |setitem| decide(&StoreSubscr { container: class(), subscript: int(0), list_len: None, setitem });
        assert_eq!(kind(setitem(Some(function(3)))), 20);
        assert_eq!(kind(setitem(Some(FunctionInfo { varargs: true, ..function(1) }))), 21);
        assert_eq!(kind(setitem(None)), 0);
    }
}
