//! `COMPARE_OP` and its specialized forms, each of which does the conditional jump behind it as well.

use quicken_bytecode::{Opcode, cache};

use super::quick;
use crate::Vm;
use crate::error::PyResult;
use crate::objects::string::Str;
use crate::slots::CompareOp;
use crate::state::{Control, Flow, State};
use crate::value::Value;

handler!(COMPARE_OP(s, _vm, oparg) {
    let answer = CompareOp::from_index(oparg).and_then(|op| quick::compare(op, s.peek(2), s.peek(1)));
    let Some(answer) = answer else { return Control::Slow(compare_op) };
    s.shrink(1);
    s.poke(1, Value::bool(answer));
    s.skip(cache::compare_op::UNITS);
    Control::Next
});
adaptive!(COMPARE_OP_ADAPTIVE, COMPARE_OP, crate::specialize::compare_op::attempt);

fn compare_op(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let Some(op) = CompareOp::from_index(oparg) else {
        return Err(vm.system_error("COMPARE_OP with an unknown comparison"));
    };
    let result = vm.compare(vm.state.peek(2), vm.state.peek(1), op)?;
    vm.state.shrink(1);
    vm.state.poke(1, result);
    Ok(Flow::Continue)
}

/// The cache's own two units, then the jump.
const JUMP_UNIT: usize = 2;

/// Does the jump behind the comparison, whose outcome is less (0), equal (1) or greater (2).
#[inline(always)]
fn finish(s: &mut State, outcome: u32) {
    let mask = u32::from(s.unit(cache::compare_op::MASK));
    let distance = usize::from(s.unit(JUMP_UNIT) >> 8);
    s.shrink(2);
    s.skip(JUMP_UNIT + 1);
    let bits = mask >> outcome;
    if bits & 1 != 0 {
        s.skip(distance);
    } else if bits & 8 != 0 {
        s.jump_back(distance);
    }
}

/// CPython's forms take integers of one 30-bit digit.
#[inline(always)]
fn single_digit(value: Value) -> bool {
    value.small_int_unchecked().unsigned_abs() < 1 << 30
}

handler!(COMPARE_OP_INT_JUMP(s, vm, _oparg) {
    let (left, right) = (s.peek(2), s.peek(1));
    if !Value::both_small_int(left, right) || !single_digit(left) || !single_digit(right) {
        return Control::Miss;
    }
    let (a, b) = (left.small_int_unchecked(), right.small_int_unchecked());
    R::hit(&mut vm.counters, Opcode::COMPARE_OP_INT_JUMP);
    finish(s, if a < b { 0 } else if a == b { 1 } else { 2 });
    Control::Next
});

handler!(COMPARE_OP_FLOAT_JUMP(s, vm, _oparg) {
    let (left, right) = (s.peek(2), s.peek(1));
    let (a, b) = if left.is_inline_float() && right.is_inline_float() {
        (left.inline_float_unchecked(), right.inline_float_unchecked())
    } else {
        match (boxed_or_inline(vm, left), boxed_or_inline(vm, right)) {
            (Some(a), Some(b)) if !a.is_nan() && !b.is_nan() => (a, b),
            _ => return Control::Miss,
        }
    };
    R::hit(&mut vm.counters, Opcode::COMPARE_OP_FLOAT_JUMP);
    finish(s, if a < b { 0 } else if a == b { 1 } else { 2 });
    Control::Next
});

#[inline(always)]
fn boxed_or_inline(vm: &Vm, value: Value) -> Option<f64> {
    if value.is_inline_float() || value.is_exact(vm.types.float) { value.as_float() } else { None }
}

handler!(COMPARE_OP_STR_JUMP(s, vm, oparg) {
    let (left, right) = (s.peek(2), s.peek(1));
    if !left.is_exact(vm.types.str) || !right.is_exact(vm.types.str) {
        return Control::Miss;
    }
    let equal = left.is(right) || match (left.cast::<Str>(), right.cast::<Str>()) {
        (Some(a), Some(b)) => a.equals(b),
        _ => false,
    };
    let _ = oparg;
    R::hit(&mut vm.counters, Opcode::COMPARE_OP_STR_JUMP);
    finish(s, if equal { 1 } else { 0 });
    Control::Next
});
