//! `UNPACK_SEQUENCE` (`_Py_Specialize_UnpackSequence`).

use quicken_bytecode::Opcode;

use super::Form;
use crate::decision::CacheContents;
use crate::failure::{self, FailureKind, unpack_sequence as kinds};
use crate::observation::{TypeKind, UnpackSequence};

/// The form, or CPython's reason. `oparg` is the number of targets.
///
/// # Errors
///
/// The kind of failure that CPython counts.
pub fn decide(oparg: u32, operands: &UnpackSequence) -> Result<Form, FailureKind> {
    let fits = operands.len == Some(u64::from(oparg));
    match operands.sequence.kind {
        TypeKind::Tuple | TypeKind::List if !fits => Err(failure::EXPECTED_ERROR),
        TypeKind::Tuple if oparg == 2 => Ok(Form::plain(Opcode::UNPACK_SEQUENCE_TWO_TUPLE, "an exact tuple of two")),
        TypeKind::Tuple => Ok(Form::plain(Opcode::UNPACK_SEQUENCE_TUPLE, "an exact tuple of the right length")),
        TypeKind::List => Ok(Form::plain(Opcode::UNPACK_SEQUENCE_LIST, "an exact list of the right length")),
        _ if operands.is_sequence => Err(kinds::SEQUENCE),
        _ if operands.is_iterator => Err(kinds::ITERATOR),
        _ => Err(failure::OTHER),
    }
}

fits! { UnpackSequence(operands, oparg):
    UNPACK_SEQUENCE_LIST, UNPACK_SEQUENCE_TUPLE => Ok(CacheContents::None.into());
    UNPACK_SEQUENCE_TWO_TUPLE => if oparg == 2 {
        Ok(CacheContents::None.into())
    } else {
        Err("there are not two targets")
    };
}

guards! { UnpackSequence(operands, facts, oparg, entry):
    UNPACK_SEQUENCE_LIST => is(operands, TypeKind::List, oparg);
    UNPACK_SEQUENCE_TUPLE => is(operands, TypeKind::Tuple, oparg);
    UNPACK_SEQUENCE_TWO_TUPLE => is(operands, TypeKind::Tuple, 2);
}

fn is(operands: &UnpackSequence, kind: TypeKind, len: u32) -> bool {
    operands.sequence.kind == kind && operands.len == Some(u64::from(len))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::testing::builtin;

    fn run(oparg: u32, kind: TypeKind, len: Option<u64>) -> Result<Form, FailureKind> {
        let sequence = builtin(kind);
        decide(oparg, &UnpackSequence { sequence, len, is_sequence: false, is_iterator: false })
    }

    #[test]
    fn forms() {
        let opcode = |result: Result<Form, FailureKind>| result.unwrap().opcode;
        assert_eq!(opcode(run(2, TypeKind::Tuple, Some(2))), Opcode::UNPACK_SEQUENCE_TWO_TUPLE);
        assert_eq!(opcode(run(3, TypeKind::Tuple, Some(3))), Opcode::UNPACK_SEQUENCE_TUPLE);
        assert_eq!(opcode(run(2, TypeKind::List, Some(2))), Opcode::UNPACK_SEQUENCE_LIST);
    }

    #[test]
    fn failures() {
        let kind = |result: Result<Form, FailureKind>| result.unwrap_err().number();
        assert_eq!(kind(run(2, TypeKind::Tuple, Some(3))), 5);
        assert_eq!(kind(run(2, TypeKind::List, Some(1))), 5);
        assert_eq!(kind(run(2, TypeKind::Dict, None)), 0);
        let of = |is_sequence, is_iterator| {
            let sequence = builtin(TypeKind::Builtin);
            kind(decide(2, &UnpackSequence { sequence, len: None, is_sequence, is_iterator }))
        };
        assert_eq!(of(true, true), 9);
        assert_eq!(of(false, true), 8);
    }
}
