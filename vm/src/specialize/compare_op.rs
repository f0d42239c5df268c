//! `COMPARE_OP`.

use quicken_bytecode::{Opcode, cache};
use quicken_specializer::Operands;
use quicken_specializer::observation::CompareOp;

use super::Subjects;
use crate::Vm;
use crate::error::PyResult;
use crate::state::Flow;

/// Asks the strategy about the running `COMPARE_OP`.
pub(crate) fn attempt(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let (operands, subjects) = describe(vm, oparg);
    vm.specialize(Opcode::COMPARE_OP, oparg, operands, subjects)
}

/// What the running `COMPARE_OP` finds.
pub(crate) fn describe(vm: &mut Vm, _oparg: usize) -> (Operands, Subjects) {
    let (left, right) = (vm.state.peek(2), vm.state.peek(1));
    let operands = CompareOp {
        left: vm.value_info(left),
        right: vm.value_info(right),
        same_type: vm.type_of(left) == vm.type_of(right),
        next: vm.opcode_after(1 + cache::compare_op::UNITS),
    };
    (Operands::CompareOp(operands), Subjects::default())
}
