//! `BINARY_OP`.

use quicken_bytecode::{Opcode, cache};
use quicken_specializer::Operands;
use quicken_specializer::observation::BinaryOp;

use super::Subjects;
use crate::Vm;
use crate::error::PyResult;
use crate::state::Flow;

/// Asks the strategy about the running `BINARY_OP`.
pub(crate) fn attempt(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let (operands, subjects) = describe(vm, oparg);
    vm.specialize(Opcode::BINARY_OP, oparg, operands, subjects)
}

/// What the running `BINARY_OP` finds.
pub(crate) fn describe(vm: &mut Vm, _oparg: usize) -> (Operands, Subjects) {
    let (left, right) = (vm.state.peek(2), vm.state.peek(1));
    let after = 1 + cache::binary_op::UNITS;
    let next = vm.opcode_after(after);
    let left_is_next_local = matches!(next, Some(Opcode::STORE_FAST | Opcode::STORE_FAST__LOAD_FAST)) && {
        let code = vm.running_code();
        let unit = code.unit(code.unit_index(vm.instruction) + after);
        vm.state.local(usize::from(unit >> 8)).is(left)
    };
    let operands = BinaryOp {
        left: vm.value_info(left),
        right: vm.value_info(right),
        same_type: vm.type_of(left) == vm.type_of(right),
        next,
        left_is_next_local,
    };
    (Operands::BinaryOp(operands), Subjects::default())
}
