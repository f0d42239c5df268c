//! `COMPARE_OP` (`_Py_Specialize_CompareOp`): the forms are comparisons together with the jump after them.

use quicken_bytecode::Opcode;
use quicken_bytecode::operators::{PY_EQ, PY_GE, PY_GT, PY_LE, PY_LT, PY_NE};

use super::{Build, Form, Refusal};
use crate::check::Fit;
use crate::decision::CacheContents;
use crate::failure::{self, FailureKind, compare_op as kinds};
use crate::observation::{CompareOp, TypeFlags, TypeKind};

const LESS: u16 = 1;
const EQUAL: u16 = 2;
const GREATER: u16 = 4;

/// Where in the mask the outcomes that jump backward begin.
const BACKWARD_SHIFT: u32 = 3;

/// The form, or CPython's reason. `oparg` is the comparison.
///
/// # Errors
///
/// The failure that CPython counts; a release build gives up for good where no conditional jump follows.
pub fn decide(oparg: u32, operands: &CompareOp, build: Build) -> Result<Form, Refusal> {
    let Some(jump) = conditional_jump(operands.next) else {
        return Err(match (build, operands.next) {
            (Build::Release, _) => Refusal::Never("no conditional jump follows"),
            (Build::Stats, Some(Opcode::EXTENDED_ARG)) => kinds::EXTENDED_ARG.into(),
            (Build::Stats, _) => kinds::NOT_FOLLOWED_BY_COND_JUMP.into(),
        });
    };
    let mask = mask(oparg, jump).ok_or(failure::OTHER)?;
    let (opcode, reason) = by_type(oparg, operands)?;
    Ok(Form { opcode, cache: CacheContents::Compare { mask }, reason })
}

/// A conditional jump.
#[derive(Clone, Copy)]
struct Jump {
    if_true: bool,
    backward: bool,
}

fn conditional_jump(next: Option<Opcode>) -> Option<Jump> {
    let (if_true, backward) = match next? {
        Opcode::POP_JUMP_FORWARD_IF_FALSE => (false, false),
        Opcode::POP_JUMP_BACKWARD_IF_FALSE => (false, true),
        Opcode::POP_JUMP_FORWARD_IF_TRUE => (true, false),
        Opcode::POP_JUMP_BACKWARD_IF_TRUE => (true, true),
        _ => return None,
    };
    Some(Jump { if_true, backward })
}

/// The outcomes at which the jump is made, by its direction.
fn mask(oparg: u32, jump: Jump) -> Option<u16> {
    let outcomes = match oparg {
        PY_LT => LESS,
        PY_LE => LESS | EQUAL,
        PY_EQ => EQUAL,
        PY_NE => LESS | GREATER,
        PY_GT => GREATER,
        PY_GE => EQUAL | GREATER,
        _ => return None,
    };
    let jumps = if jump.if_true { outcomes } else { (LESS | EQUAL | GREATER) & !outcomes };
    Some(if jump.backward { jumps << BACKWARD_SHIFT } else { jumps })
}

fits! { CompareOp(operands, oparg):
    COMPARE_OP_FLOAT_JUMP, COMPARE_OP_INT_JUMP => fit(oparg, operands);
    // Strings that are not equal count as less: of order the form knows nothing.
    COMPARE_OP_STR_JUMP => if matches!(oparg, PY_EQ | PY_NE) {
        fit(oparg, operands)
    } else {
        Err("strings are compared for equality only")
    };
}

fn fit(oparg: u32, operands: &CompareOp) -> Fit {
    let jump = conditional_jump(operands.next).ok_or("no conditional jump follows")?;
    let mask = mask(oparg, jump).ok_or("there is no such comparison")?;
    Ok(CacheContents::Compare { mask }.into())
}

fn by_type(oparg: u32, operands: &CompareOp) -> Result<(Opcode, &'static str), FailureKind> {
    if !operands.same_type {
        return Err(fail_kind(operands));
    }
    match operands.left.kind() {
        TypeKind::Float => Ok((Opcode::COMPARE_OP_FLOAT_JUMP, "both operands are exact floats")),
        TypeKind::Int if operands.left.is_single_digit_int() && operands.right.is_single_digit_int() => {
            Ok((Opcode::COMPARE_OP_INT_JUMP, "both operands are exact ints of one digit"))
        }
        TypeKind::Int => Err(kinds::BIG_INT),
        TypeKind::Str if matches!(oparg, PY_EQ | PY_NE) => {
            Ok((Opcode::COMPARE_OP_STR_JUMP, "both operands are exact strings"))
        }
        TypeKind::Str => Err(kinds::STRING),
        _ => Err(fail_kind(operands)),
    }
}

/// `compare_op_fail_kind`
fn fail_kind(operands: &CompareOp) -> FailureKind {
    let left = operands.left.kind();
    if !operands.same_type {
        return match (left, operands.right.kind()) {
            (TypeKind::Float, TypeKind::Int) => kinds::FLOAT_LONG,
            (TypeKind::Int, TypeKind::Float) => kinds::LONG_FLOAT,
            _ => kinds::DIFFERENT_TYPES,
        };
    }
    match left {
        TypeKind::Bytes => kinds::BYTES,
        TypeKind::Tuple => kinds::TUPLE,
        TypeKind::List => kinds::LIST,
        TypeKind::Set | TypeKind::FrozenSet => kinds::SET,
        TypeKind::Bool => kinds::BOOL,
        _ if operands.left.ty.flags.contains(TypeFlags::OBJECT_RICHCOMPARE) => kinds::BASEOBJECT,
        _ => failure::OTHER,
    }
}

guards! { CompareOp(operands, facts, oparg, entry):
    COMPARE_OP_FLOAT_JUMP => both(operands, TypeKind::Float) && !facts.nan;
    COMPARE_OP_INT_JUMP => operands.left.is_single_digit_int() && operands.right.is_single_digit_int();
    COMPARE_OP_STR_JUMP => both(operands, TypeKind::Str);
}

fn both(operands: &CompareOp, kind: TypeKind) -> bool {
    operands.left.kind() == kind && operands.right.kind() == kind
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::testing::{class, int, value};
    use crate::observation::{TypeInfo, ValueInfo};

    fn pair(left: ValueInfo, right: ValueInfo) -> CompareOp {
        let same_type = left.kind() == right.kind();
        CompareOp { left, right, same_type, next: Some(Opcode::POP_JUMP_FORWARD_IF_FALSE) }
    }

    fn both(kind: TypeKind) -> CompareOp {
        pair(value(kind), value(kind))
    }

    fn kind(oparg: u32, operands: CompareOp) -> u8 {
        match decide(oparg, &operands, Build::Stats) {
            Err(Refusal::Fail(Some(kind))) => kind.number(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn forms() {
        let opcode = |oparg, operands| decide(oparg, &operands, Build::Release).unwrap().opcode;
        assert_eq!(opcode(PY_LT, both(TypeKind::Float)), Opcode::COMPARE_OP_FLOAT_JUMP);
        assert_eq!(opcode(PY_LT, pair(int(1), int(-((1 << 30) - 1)))), Opcode::COMPARE_OP_INT_JUMP);
        assert_eq!(opcode(PY_EQ, both(TypeKind::Str)), Opcode::COMPARE_OP_STR_JUMP);
        assert_eq!(opcode(PY_NE, both(TypeKind::Str)), Opcode::COMPARE_OP_STR_JUMP);
    }

    #[test]
    fn masks() {
        let mask = |oparg, next| {
            let operands = CompareOp { next: Some(next), ..pair(int(1), int(2)) };
            match decide(oparg, &operands, Build::Release).unwrap().cache {
                CacheContents::Compare { mask } => mask,
                other => panic!("{other:?}"),
            }
        };
        let if_true = |oparg| mask(oparg, Opcode::POP_JUMP_FORWARD_IF_TRUE);
        assert_eq!([PY_LT, PY_LE, PY_EQ, PY_NE, PY_GT, PY_GE].map(if_true), [1, 3, 2, 5, 4, 6]);
        assert_eq!(mask(PY_LT, Opcode::POP_JUMP_FORWARD_IF_FALSE), 6);
        assert_eq!(mask(PY_LT, Opcode::POP_JUMP_BACKWARD_IF_TRUE), 1 << 3);
        assert_eq!(mask(PY_LT, Opcode::POP_JUMP_BACKWARD_IF_FALSE), 6 << 3);
    }

    #[test]
    fn failures() {
        assert_eq!(kind(PY_LT, both(TypeKind::Str)), 13);
        assert_eq!(kind(PY_LT, pair(int(1 << 30), int(1))), 15);
        assert_eq!(kind(PY_LT, pair(int(1), int(-(1 << 30)))), 15);
        assert_eq!(kind(PY_LT, pair(value(TypeKind::Int), int(1))), 15);
        assert_eq!(kind(PY_LT, both(TypeKind::Bytes)), 16);
        assert_eq!(kind(PY_LT, both(TypeKind::Tuple)), 17);
        assert_eq!(kind(PY_LT, both(TypeKind::List)), 18);
        assert_eq!(kind(PY_LT, both(TypeKind::Set)), 19);
        assert_eq!(kind(PY_LT, both(TypeKind::FrozenSet)), 19);
        assert_eq!(kind(PY_LT, both(TypeKind::Bool)), 20);
        let plain = ValueInfo { ty: TypeInfo { flags: TypeFlags::OBJECT_RICHCOMPARE, ..class() }, int: None };
        assert_eq!(kind(PY_EQ, pair(plain, plain)), 21);
        assert_eq!(kind(PY_EQ, both(TypeKind::Heap)), 0);
        assert_eq!(kind(PY_LT, pair(value(TypeKind::Float), int(1))), 22);
        assert_eq!(kind(PY_LT, pair(int(1), value(TypeKind::Float))), 23);
        assert_eq!(kind(PY_LT, pair(int(1), value(TypeKind::Str))), 12);
        assert_eq!(kind(99, pair(int(1), int(1))), 0);
    }

    #[test]
    fn without_a_jump() {
        let without = |next| CompareOp { next, ..pair(int(1), value(TypeKind::Str)) };
        assert_eq!(kind(PY_LT, without(Some(Opcode::RETURN_VALUE))), 14);
        assert_eq!(kind(PY_LT, without(Some(Opcode::EXTENDED_ARG_QUICK))), 14);
        assert_eq!(kind(PY_LT, without(Some(Opcode::EXTENDED_ARG))), 24);
        assert_eq!(kind(PY_LT, without(None)), 14);
        let release = decide(PY_LT, &without(Some(Opcode::RETURN_VALUE)), Build::Release);
        assert!(matches!(release, Err(Refusal::Never(_))));
    }
}
