//! `BINARY_OP` and its specialized forms.

use quicken_bytecode::{Opcode, cache};

use super::quick;
use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::int;
use crate::objects::string::{self, Str};
use crate::slots::BinaryOp;
use crate::state::{Control, Flow};
use crate::value::Value;

/// In-place operators are numbered 13 above the plain ones.
const INPLACE: usize = 13;

handler!(BINARY_OP(s, _vm, oparg) {
    let number = if oparg < INPLACE { oparg } else { oparg - INPLACE };
    let result = BinaryOp::ALL.get(number).and_then(|&op| quick::binary(op, s.peek(2), s.peek(1)));
    let Some(result) = result else { return Control::Slow(binary_op) };
    s.shrink(1);
    s.poke(1, result);
    s.skip(cache::binary_op::UNITS);
    Control::Next
});
adaptive!(BINARY_OP_ADAPTIVE, BINARY_OP, crate::specialize::binary_op::attempt);

fn binary_op(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let (left, right) = (vm.state.peek(2), vm.state.peek(1));
    let result = if oparg < INPLACE {
        vm.binary_op(BinaryOp::ALL[oparg], left, right)?
    } else {
        vm.inplace_op(BinaryOp::ALL[oparg - INPLACE], left, right)?
    };
    vm.state.shrink(1);
    vm.state.poke(1, result);
    Ok(Flow::Continue)
}

#[inline(always)]
fn is_exact_int(vm: &Vm, value: Value) -> bool {
    value.is_small_int() || value.is_exact(vm.types.int)
}

#[inline(always)]
fn is_exact_float(vm: &Vm, value: Value) -> bool {
    value.is_inline_float() || value.is_exact(vm.types.float)
}

macro_rules! int_forms {
    ($($name:ident, $small:ident, $big:path, $slow:ident;)*) => {
        $(
            handler!($name(s, vm, _oparg) {
                let (left, right) = (s.peek(2), s.peek(1));
                if Value::both_small_int(left, right) {
                    let Some(result) = Value::$small(left, right) else { return Control::Slow($slow) };
                    R::hit(&mut vm.counters, Opcode::$name);
                    s.shrink(1);
                    s.poke(1, result);
                    s.skip(1);
                    return Control::Next;
                }
                if is_exact_int(vm, left) && is_exact_int(vm, right) { Control::Slow($slow) } else { Control::Miss }
            });
            /// Operands or result beyond the word: still a hit.
            fn $slow(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
                vm.count_hit(Opcode::$name);
                let result = $big(vm, vm.state.peek(2), vm.state.peek(1))?;
                vm.state.shrink(1);
                vm.state.poke(1, result);
                Ok(Flow::Continue)
            }
        )*
    };
}
int_forms! {
    BINARY_OP_ADD_INT, small_add, int::add, add_int;
    BINARY_OP_SUBTRACT_INT, small_sub, int::sub, subtract_int;
    BINARY_OP_MULTIPLY_INT, small_mul, int::mul, multiply_int;
}

macro_rules! float_forms {
    ($($name:ident, $op:tt, $slow:ident;)*) => {
        $(
            handler!($name(s, vm, _oparg) {
                let (left, right) = (s.peek(2), s.peek(1));
                if left.is_inline_float() && right.is_inline_float() {
                    let result = left.inline_float_unchecked() $op right.inline_float_unchecked();
                    let Some(result) = Value::try_float(result) else { return Control::Slow($slow) };
                    R::hit(&mut vm.counters, Opcode::$name);
                    s.shrink(1);
                    s.poke(1, result);
                    s.skip(1);
                    return Control::Next;
                }
                if is_exact_float(vm, left) && is_exact_float(vm, right) { Control::Slow($slow) } else { Control::Miss }
            });
            /// Operands or result with an unusual exponent: still a hit.
            fn $slow(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
                vm.count_hit(Opcode::$name);
                if let (Some(left), Some(right)) = (vm.state.peek(2).as_float(), vm.state.peek(1).as_float()) {
                    let result = vm.float(left $op right);
                    vm.state.shrink(1);
                    vm.state.poke(1, result);
                }
                Ok(Flow::Continue)
            }
        )*
    };
}
float_forms! {
    BINARY_OP_ADD_FLOAT, +, add_float;
    BINARY_OP_SUBTRACT_FLOAT, -, subtract_float;
    BINARY_OP_MULTIPLY_FLOAT, *, multiply_float;
}

#[inline(always)]
fn exact_strs(vm: &Vm, left: Value, right: Value) -> bool {
    left.is_exact(vm.types.str) && right.is_exact(vm.types.str)
}

handler!(BINARY_OP_ADD_UNICODE(s, vm, _oparg) {
    if exact_strs(vm, s.peek(2), s.peek(1)) { Control::Slow(add_unicode) } else { Control::Miss }
});

fn concat_top(vm: &mut Vm) -> PyResult<Value> {
    match (vm.state.peek(2).cast::<Str>(), vm.state.peek(1).cast::<Str>()) {
        (Some(left), Some(right)) => string::concat(vm, left, right).map(Gc::into),
        _ => Ok(Value::NULL),
    }
}

fn add_unicode(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    vm.count_hit(Opcode::BINARY_OP_ADD_UNICODE);
    let result = concat_top(vm)?;
    vm.state.shrink(1);
    vm.state.poke(1, result);
    Ok(Flow::Continue)
}

handler!(BINARY_OP_INPLACE_ADD_UNICODE(s, vm, _oparg) {
    let (left, right) = (s.peek(2), s.peek(1));
    // The next instruction is the STORE_FAST that this one swallows: CPython checks that it names the left operand.
    let local = usize::from(s.unit(1) >> 8);
    if exact_strs(vm, left, right) && s.local(local).is(left) {
        Control::Slow(inplace_add_unicode)
    } else {
        Control::Miss
    }
});

fn inplace_add_unicode(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    vm.count_hit(Opcode::BINARY_OP_INPLACE_ADD_UNICODE);
    let result = concat_top(vm)?;
    let local = usize::from(vm.state.unit(0) >> 8);
    vm.state.set_local(local, result);
    vm.state.shrink(2);
    vm.state.skip(1);
    Ok(Flow::Continue)
}
