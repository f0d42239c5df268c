//! Jumps, and the places where code becomes warm: `RESUME` and `JUMP_BACKWARD`.

use crate::Vm;
use crate::error::PyResult;
use crate::state::{Control, Flow};
use crate::value::Value;

handler!(JUMP_FORWARD(s, _vm, oparg) { s.skip(oparg); Control::Next });

handler!(JUMP_BACKWARD(_s, _vm, _oparg) { Control::Slow(jump_backward) });

handler!(JUMP_BACKWARD_QUICK(s, vm, oparg) {
    if vm.heap.eval_breaker.get() {
        return Control::Slow(jump_backward_quick);
    }
    s.jump_back(oparg);
    Control::Next
});

handler!(JUMP_BACKWARD_NO_INTERRUPT(s, _vm, oparg) { s.jump_back(oparg); Control::Next });

/// The truth of a value without any call, if it is one of those that need none.
#[inline(always)]
fn quick_truth(value: Value) -> Option<bool> {
    match value.as_bool() {
        Some(b) => Some(b),
        None if value.is_none() => Some(false),
        None => value.as_small_int().map(|i| i != 0),
    }
}

macro_rules! pop_jumps {
    ($($name:ident, $backward:literal, $wanted:literal, $slow:ident;)*) => {
        $(
            handler!($name(s, vm, oparg) {
                let Some(truth) = quick_truth(s.peek(1)) else { return Control::Slow($slow) };
                if $backward && vm.heap.eval_breaker.get() {
                    return Control::Slow($slow);
                }
                s.shrink(1);
                if truth == $wanted {
                    if $backward { s.jump_back(oparg) } else { s.skip(oparg) }
                }
                Control::Next
            });
            fn $slow(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
                let truth = vm.is_true(vm.state.peek(1))?;
                vm.state.shrink(1);
                if truth == $wanted {
                    if $backward {
                        vm.state.jump_back(oparg);
                        return vm.breakpoint();
                    }
                    vm.state.skip(oparg);
                }
                Ok(Flow::Continue)
            }
        )*
    };
}
pop_jumps! {
    POP_JUMP_FORWARD_IF_FALSE, false, false, pop_jump_forward_if_false;
    POP_JUMP_FORWARD_IF_TRUE, false, true, pop_jump_forward_if_true;
    POP_JUMP_BACKWARD_IF_FALSE, true, false, pop_jump_backward_if_false;
    POP_JUMP_BACKWARD_IF_TRUE, true, true, pop_jump_backward_if_true;
}

macro_rules! none_jumps {
    ($($name:ident, $backward:literal, $none:literal, $slow:ident;)*) => {
        $(
            handler!($name(s, vm, oparg) {
                if $backward && vm.heap.eval_breaker.get() {
                    return Control::Slow($slow);
                }
                if s.pop().is_none() == $none {
                    if $backward { s.jump_back(oparg) } else { s.skip(oparg) }
                }
                Control::Next
            });
            fn $slow(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
                if vm.state.pop().is_none() == $none {
                    if $backward { vm.state.jump_back(oparg) } else { vm.state.skip(oparg) }
                }
                vm.breakpoint()
            }
        )*
    };
}
none_jumps! {
    POP_JUMP_FORWARD_IF_NONE, false, true, pop_jump_forward_if_none;
    POP_JUMP_FORWARD_IF_NOT_NONE, false, false, pop_jump_forward_if_not_none;
    POP_JUMP_BACKWARD_IF_NONE, true, true, pop_jump_backward_if_none;
    POP_JUMP_BACKWARD_IF_NOT_NONE, true, false, pop_jump_backward_if_not_none;
}

macro_rules! or_pop_jumps {
    ($($name:ident, $wanted:literal, $slow:ident;)*) => {
        $(
            handler!($name(s, _vm, oparg) {
                let Some(truth) = quick_truth(s.peek(1)) else { return Control::Slow($slow) };
                if truth == $wanted { s.skip(oparg) } else { s.shrink(1) }
                Control::Next
            });
            fn $slow(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
                if vm.is_true(vm.state.peek(1))? == $wanted { vm.state.skip(oparg) } else { vm.state.shrink(1) }
                Ok(Flow::Continue)
            }
        )*
    };
}
or_pop_jumps! {
    JUMP_IF_FALSE_OR_POP, false, jump_if_false_or_pop;
    JUMP_IF_TRUE_OR_POP, true, jump_if_true_or_pop;
}

handler!(RESUME(_s, _vm, _oparg) { Control::Slow(resume) });

handler!(RESUME_QUICK(_s, vm, _oparg) {
    if vm.heap.eval_breaker.get() {
        return Control::Slow(resume_quick);
    }
    Control::Next
});

/// `RESUME` counts towards quickening; when it is quickened under way, it goes on as the quick form without counting again.
fn resume(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    vm.warm_up();
    vm.breakpoint()
}

fn resume_quick(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    vm.breakpoint()
}

fn jump_backward(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    vm.warm_up();
    vm.state.jump_back(oparg);
    vm.breakpoint()
}

fn jump_backward_quick(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    vm.state.jump_back(oparg);
    vm.breakpoint()
}
