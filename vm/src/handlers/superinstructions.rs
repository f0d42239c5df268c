//! Two instructions in one dispatch. Each is its halves, one after the other; the second half's operand stands in the
//! code unit behind, which is skipped. When a half cannot finish, nothing has been changed and the first half's generic
//! form runs instead, followed by the second instruction on its own.

use crate::Vm;
use crate::error::PyResult;
use crate::state::{Control, Flow};

handler!(LOAD_FAST__LOAD_FAST(s, _vm, oparg) {
    let second = usize::from(s.unit(0) >> 8);
    let (a, b) = (s.local(oparg), s.local(second));
    if a.is_null() || b.is_null() {
        return Control::Slow(load_fast_load_fast);
    }
    s.push(a);
    s.push(b);
    s.skip(1);
    Control::Next
});

handler!(LOAD_FAST__LOAD_CONST(s, _vm, oparg) {
    let value = s.local(oparg);
    if value.is_null() {
        return Control::Slow(super::stack::unbound_local);
    }
    let constant = s.constant(usize::from(s.unit(0) >> 8));
    s.push(value);
    s.push(constant);
    s.skip(1);
    Control::Next
});

handler!(LOAD_CONST__LOAD_FAST(s, _vm, oparg) {
    let value = s.local(usize::from(s.unit(0) >> 8));
    if value.is_null() {
        return Control::Slow(load_const_load_fast);
    }
    let constant = s.constant(oparg);
    s.push(constant);
    s.push(value);
    s.skip(1);
    Control::Next
});

handler!(STORE_FAST__LOAD_FAST(s, _vm, oparg) {
    let second = usize::from(s.unit(0) >> 8);
    let stored = s.peek(1);
    s.set_local(oparg, stored);
    let value = s.local(second);
    if value.is_null() {
        // Storing the same value once more does no harm.
        return Control::Slow(store_fast_load_fast);
    }
    s.poke(1, value);
    s.skip(1);
    Control::Next
});

handler!(STORE_FAST__STORE_FAST(s, _vm, oparg) {
    let second = usize::from(s.unit(0) >> 8);
    let (a, b) = (s.peek(1), s.peek(2));
    s.set_local(oparg, a);
    s.set_local(second, b);
    s.shrink(2);
    s.skip(1);
    Control::Next
});

fn load_fast_load_fast(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let first = vm.state.local(oparg);
    if first.is_null() {
        return Err(vm.unbound_local_error(oparg));
    }
    vm.state.push(first);
    second_unbound(vm)
}

fn load_const_load_fast(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let constant = vm.state.constant(oparg);
    vm.state.push(constant);
    second_unbound(vm)
}

fn store_fast_load_fast(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    vm.state.shrink(1);
    second_unbound(vm)
}

/// The second half names an unbound local: the error stands at the second instruction, with the operands as the first half
/// left them, which a handler may keep.
fn second_unbound(vm: &mut Vm) -> PyResult<Flow> {
    let second = usize::from(vm.state.unit(0) >> 8);
    vm.instruction = vm.state.pc;
    Err(vm.unbound_local_error(second))
}
