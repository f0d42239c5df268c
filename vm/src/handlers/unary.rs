//! Unary operators and the two tests that are no methods.

use super::quick;
use crate::Vm;
use crate::error::PyResult;
use crate::slots::UnaryOp;
use crate::state::{Control, Flow};
use crate::value::Value;

slow_handlers! {
    UNARY_POSITIVE => unary_positive,
    UNARY_INVERT => unary_invert,
    CONTAINS_OP => contains_op,
}

handler!(UNARY_NEGATIVE(s, _vm, _oparg) {
    let Some(negative) = quick::negative(s.peek(1)) else { return Control::Slow(unary_negative) };
    s.poke(1, negative);
    Control::Next
});

handler!(UNARY_NOT(s, _vm, _oparg) {
    match s.peek(1).as_bool() {
        Some(truth) => {
            s.poke(1, Value::bool(!truth));
            Control::Next
        }
        None => Control::Slow(unary_not),
    }
});

handler!(IS_OP(s, vm, oparg) {
    let (left, right) = (s.peek(2), s.peek(1));
    let _ = vm;
    s.shrink(1);
    s.poke(1, Value::bool(left.is(right) != (oparg != 0)));
    Control::Next
});

fn unary(vm: &mut Vm, op: UnaryOp) -> PyResult<Flow> {
    let result = vm.unary_op(op, vm.state.peek(1))?;
    vm.state.poke(1, result);
    Ok(Flow::Continue)
}

fn unary_positive(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    unary(vm, UnaryOp::Positive)
}

fn unary_negative(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    unary(vm, UnaryOp::Negative)
}

fn unary_invert(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    unary(vm, UnaryOp::Invert)
}

fn unary_not(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let truth = vm.is_true(vm.state.peek(1))?;
    vm.state.poke(1, Value::bool(!truth));
    Ok(Flow::Continue)
}

fn contains_op(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let found = vm.contains(vm.state.peek(1), vm.state.peek(2))?;
    vm.state.shrink(1);
    vm.state.poke(1, Value::bool(found != (oparg != 0)));
    Ok(Flow::Continue)
}
