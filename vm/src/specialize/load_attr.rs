//! `LOAD_ATTR`.

use quicken_bytecode::Opcode;
use quicken_specializer::Operands;

use super::Subjects;
use crate::Vm;
use crate::error::PyResult;
use crate::state::Flow;

/// Asks the strategy about the running `LOAD_ATTR`.
pub(crate) fn attempt(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let (operands, subjects) = describe(vm, oparg);
    vm.specialize(Opcode::LOAD_ATTR, oparg, operands, subjects)
}

/// What the running `LOAD_ATTR` finds.
pub(crate) fn describe(vm: &mut Vm, oparg: usize) -> (Operands, Subjects) {
    let name = vm.running_code().name_at(oparg);
    let (access, subjects) = vm.describe_access(vm.state.peek(1), name, false);
    (Operands::LoadAttr(access), subjects)
}
