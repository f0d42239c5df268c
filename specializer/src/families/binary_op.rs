//! `BINARY_OP` (`_Py_Specialize_BinaryOp`).

use quicken_bytecode::Opcode;
use quicken_bytecode::operators::{
    NB_ADD, NB_AND, NB_FLOOR_DIVIDE, NB_INPLACE_ADD, NB_INPLACE_AND, NB_INPLACE_FLOOR_DIVIDE, NB_INPLACE_LSHIFT,
    NB_INPLACE_MATRIX_MULTIPLY, NB_INPLACE_MULTIPLY, NB_INPLACE_OR, NB_INPLACE_POWER, NB_INPLACE_REMAINDER,
    NB_INPLACE_RSHIFT, NB_INPLACE_SUBTRACT, NB_INPLACE_TRUE_DIVIDE, NB_INPLACE_XOR, NB_LSHIFT, NB_MATRIX_MULTIPLY,
    NB_MULTIPLY, NB_OR, NB_POWER, NB_REMAINDER, NB_RSHIFT, NB_SUBTRACT, NB_TRUE_DIVIDE, NB_XOR,
};

use super::{Build, Form, Refusal};
use crate::check::Fit;
use crate::decision::CacheContents;
use crate::failure::{self, FailureKind, binary_op as kinds};
use crate::observation::{BinaryOp, TypeKind};

/// The form, or CPython's reason. `oparg` is the operator.
///
/// # Errors
///
/// The failure that CPython counts; a release build gives up for good where the operator has no form at all.
pub fn decide(oparg: u32, operands: &BinaryOp, build: Build) -> Result<Form, Refusal> {
    let kind = if operands.same_type { operands.left.kind() } else { TypeKind::Builtin };
    let form = match (oparg, kind) {
        (NB_ADD | NB_INPLACE_ADD, TypeKind::Str) => {
            if stores_fast(operands.next) && operands.left_is_next_local {
                Form::plain(
                    Opcode::BINARY_OP_INPLACE_ADD_UNICODE,
                    "the left string is the local that the result is stored to",
                )
            } else {
                Form::plain(Opcode::BINARY_OP_ADD_UNICODE, "both operands are exact strings")
            }
        }
        (NB_ADD | NB_INPLACE_ADD, TypeKind::Int) => ints(Opcode::BINARY_OP_ADD_INT),
        (NB_ADD | NB_INPLACE_ADD, TypeKind::Float) => floats(Opcode::BINARY_OP_ADD_FLOAT),
        (NB_MULTIPLY | NB_INPLACE_MULTIPLY, TypeKind::Int) => ints(Opcode::BINARY_OP_MULTIPLY_INT),
        (NB_MULTIPLY | NB_INPLACE_MULTIPLY, TypeKind::Float) => floats(Opcode::BINARY_OP_MULTIPLY_FLOAT),
        (NB_SUBTRACT | NB_INPLACE_SUBTRACT, TypeKind::Int) => ints(Opcode::BINARY_OP_SUBTRACT_INT),
        (NB_SUBTRACT | NB_INPLACE_SUBTRACT, TypeKind::Float) => floats(Opcode::BINARY_OP_SUBTRACT_FLOAT),
        _ => {
            return Err(if build == Build::Release && !has_forms(oparg) {
                Refusal::Never("the operator has no specialized forms")
            } else {
                fail_kind(oparg, operands).into()
            });
        }
    };
    Ok(form)
}

fits! { BinaryOp(operands, oparg):
    BINARY_OP_ADD_INT, BINARY_OP_ADD_FLOAT, BINARY_OP_ADD_UNICODE => adds(oparg);
    BINARY_OP_MULTIPLY_INT, BINARY_OP_MULTIPLY_FLOAT => operator(matches!(oparg, NB_MULTIPLY | NB_INPLACE_MULTIPLY));
    BINARY_OP_SUBTRACT_INT, BINARY_OP_SUBTRACT_FLOAT => operator(matches!(oparg, NB_SUBTRACT | NB_INPLACE_SUBTRACT));
    BINARY_OP_INPLACE_ADD_UNICODE => if stores_fast(operands.next) {
        adds(oparg)
    } else {
        Err("no STORE_FAST follows that it could swallow")
    };
}

fn adds(oparg: u32) -> Fit {
    operator(matches!(oparg, NB_ADD | NB_INPLACE_ADD))
}

fn operator(same: bool) -> Fit {
    if same { Ok(CacheContents::None.into()) } else { Err("the operator is another one") }
}

fn stores_fast(next: Option<Opcode>) -> bool {
    matches!(next, Some(Opcode::STORE_FAST | Opcode::STORE_FAST__LOAD_FAST))
}

fn ints(opcode: Opcode) -> Form {
    Form::plain(opcode, "both operands are exact ints")
}

fn floats(opcode: Opcode) -> Form {
    Form::plain(opcode, "both operands are exact floats")
}

fn has_forms(oparg: u32) -> bool {
    matches!(oparg, NB_ADD | NB_INPLACE_ADD | NB_MULTIPLY | NB_INPLACE_MULTIPLY | NB_SUBTRACT | NB_INPLACE_SUBTRACT)
}

/// `binary_op_fail_kind`
fn fail_kind(oparg: u32, operands: &BinaryOp) -> FailureKind {
    let left = operands.left.kind();
    let same = operands.same_type;
    match oparg {
        NB_ADD | NB_INPLACE_ADD if !same => kinds::ADD_DIFFERENT_TYPES,
        NB_ADD | NB_INPLACE_ADD => kinds::ADD_OTHER,
        NB_AND | NB_INPLACE_AND if !same => kinds::AND_DIFFERENT_TYPES,
        NB_AND | NB_INPLACE_AND if left == TypeKind::Int => kinds::AND_INT,
        NB_AND | NB_INPLACE_AND => kinds::AND_OTHER,
        NB_FLOOR_DIVIDE | NB_INPLACE_FLOOR_DIVIDE => kinds::FLOOR_DIVIDE,
        NB_LSHIFT | NB_INPLACE_LSHIFT => kinds::LSHIFT,
        NB_MATRIX_MULTIPLY | NB_INPLACE_MATRIX_MULTIPLY => kinds::MATRIX_MULTIPLY,
        NB_MULTIPLY | NB_INPLACE_MULTIPLY if !same => kinds::MULTIPLY_DIFFERENT_TYPES,
        NB_MULTIPLY | NB_INPLACE_MULTIPLY => kinds::MULTIPLY_OTHER,
        NB_OR | NB_INPLACE_OR => kinds::OR,
        NB_POWER | NB_INPLACE_POWER => kinds::POWER,
        NB_REMAINDER | NB_INPLACE_REMAINDER => kinds::REMAINDER,
        NB_RSHIFT | NB_INPLACE_RSHIFT => kinds::RSHIFT,
        NB_SUBTRACT | NB_INPLACE_SUBTRACT if !same => kinds::SUBTRACT_DIFFERENT_TYPES,
        NB_SUBTRACT | NB_INPLACE_SUBTRACT => kinds::SUBTRACT_OTHER,
        NB_TRUE_DIVIDE | NB_INPLACE_TRUE_DIVIDE if !same => kinds::TRUE_DIVIDE_DIFFERENT_TYPES,
        NB_TRUE_DIVIDE | NB_INPLACE_TRUE_DIVIDE if left == TypeKind::Float => kinds::TRUE_DIVIDE_FLOAT,
        NB_TRUE_DIVIDE | NB_INPLACE_TRUE_DIVIDE => kinds::TRUE_DIVIDE_OTHER,
        NB_XOR | NB_INPLACE_XOR => kinds::XOR,
        _ => failure::OTHER,
    }
}

guards! { BinaryOp(operands, facts, oparg, entry):
    BINARY_OP_ADD_INT, BINARY_OP_SUBTRACT_INT, BINARY_OP_MULTIPLY_INT => both(operands, TypeKind::Int);
    BINARY_OP_ADD_FLOAT, BINARY_OP_SUBTRACT_FLOAT, BINARY_OP_MULTIPLY_FLOAT => both(operands, TypeKind::Float);
    BINARY_OP_ADD_UNICODE => both(operands, TypeKind::Str);
    BINARY_OP_INPLACE_ADD_UNICODE => both(operands, TypeKind::Str) && operands.left_is_next_local;
}

fn both(operands: &BinaryOp, kind: TypeKind) -> bool {
    operands.left.kind() == kind && operands.right.kind() == kind
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::testing::{instance, int, value};
    use crate::observation::ValueInfo;

    fn pair(left: ValueInfo, right: ValueInfo) -> BinaryOp {
        let same_type = left.kind() == right.kind();
        BinaryOp { left, right, same_type, next: Some(Opcode::POP_TOP), left_is_next_local: false }
    }

    fn opcode(oparg: u32, operands: BinaryOp) -> Opcode {
        decide(oparg, &operands, Build::Release).unwrap().opcode
    }

    fn kind(oparg: u32, operands: BinaryOp) -> u8 {
        match decide(oparg, &operands, Build::Stats) {
            Err(Refusal::Fail(Some(kind))) => kind.number(),
            other => panic!("{other:?}"),
        }
    }

    fn ints() -> BinaryOp {
        pair(int(1), int(1 << 40))
    }

    fn floats() -> BinaryOp {
        pair(value(TypeKind::Float), value(TypeKind::Float))
    }

    fn mixed() -> BinaryOp {
        pair(int(1), value(TypeKind::Float))
    }

    fn strings() -> BinaryOp {
        pair(value(TypeKind::Str), value(TypeKind::Str))
    }

    #[test]
    fn forms() {
        for (plain, inplace, int_form, float_form) in [
            (NB_ADD, NB_INPLACE_ADD, Opcode::BINARY_OP_ADD_INT, Opcode::BINARY_OP_ADD_FLOAT),
            (NB_MULTIPLY, NB_INPLACE_MULTIPLY, Opcode::BINARY_OP_MULTIPLY_INT, Opcode::BINARY_OP_MULTIPLY_FLOAT),
            (NB_SUBTRACT, NB_INPLACE_SUBTRACT, Opcode::BINARY_OP_SUBTRACT_INT, Opcode::BINARY_OP_SUBTRACT_FLOAT),
        ] {
            for oparg in [plain, inplace] {
                assert_eq!(opcode(oparg, ints()), int_form);
                assert_eq!(opcode(oparg, floats()), float_form);
            }
        }
        assert_eq!(opcode(NB_ADD, strings()), Opcode::BINARY_OP_ADD_UNICODE);
    }

    #[test]
    fn appending_to_a_local_needs_the_store_and_the_identity() {
        for next in [Opcode::STORE_FAST, Opcode::STORE_FAST__LOAD_FAST] {
            let stored = BinaryOp { next: Some(next), left_is_next_local: true, ..strings() };
            assert_eq!(opcode(NB_INPLACE_ADD, stored), Opcode::BINARY_OP_INPLACE_ADD_UNICODE);
            let other = BinaryOp { left_is_next_local: false, ..stored };
            assert_eq!(opcode(NB_INPLACE_ADD, other), Opcode::BINARY_OP_ADD_UNICODE);
        }
        let not_stored = BinaryOp { left_is_next_local: true, ..strings() };
        assert_eq!(opcode(NB_ADD, not_stored), Opcode::BINARY_OP_ADD_UNICODE);
    }

    #[test]
    fn failures() {
        let others = || pair(instance(), instance());
        assert_eq!(kind(NB_ADD, mixed()), 8);
        assert_eq!(kind(NB_INPLACE_ADD, others()), 9);
        assert_eq!(kind(NB_ADD, pair(value(TypeKind::Bool), value(TypeKind::Bool))), 9);
        assert_eq!(kind(NB_ADD, BinaryOp { same_type: false, ..others() }), 8);
        assert_eq!(kind(NB_AND, mixed()), 10);
        assert_eq!(kind(NB_AND, ints()), 11);
        assert_eq!(kind(NB_INPLACE_AND, others()), 12);
        assert_eq!(kind(NB_FLOOR_DIVIDE, ints()), 13);
        assert_eq!(kind(NB_LSHIFT, ints()), 14);
        assert_eq!(kind(NB_MATRIX_MULTIPLY, others()), 15);
        assert_eq!(kind(NB_MULTIPLY, mixed()), 16);
        assert_eq!(kind(NB_MULTIPLY, others()), 17);
        assert_eq!(kind(NB_OR, ints()), 18);
        assert_eq!(kind(NB_POWER, ints()), 19);
        assert_eq!(kind(NB_REMAINDER, ints()), 20);
        assert_eq!(kind(NB_RSHIFT, ints()), 21);
        assert_eq!(kind(NB_SUBTRACT, mixed()), 22);
        assert_eq!(kind(NB_SUBTRACT, others()), 23);
        assert_eq!(kind(NB_TRUE_DIVIDE, mixed()), 24);
        assert_eq!(kind(NB_TRUE_DIVIDE, floats()), 25);
        assert_eq!(kind(NB_INPLACE_TRUE_DIVIDE, ints()), 26);
        assert_eq!(kind(NB_XOR, ints()), 27);
        assert_eq!(kind(99, ints()), 0);
    }

    #[test]
    fn a_release_build_gives_up_on_operators_without_forms() {
        for oparg in [NB_AND, NB_FLOOR_DIVIDE, NB_REMAINDER, NB_POWER, NB_TRUE_DIVIDE, NB_INPLACE_XOR] {
            assert!(matches!(decide(oparg, &ints(), Build::Release), Err(Refusal::Never(_))));
        }
        assert!(matches!(decide(NB_ADD, &mixed(), Build::Release), Err(Refusal::Fail(_))));
    }
}
