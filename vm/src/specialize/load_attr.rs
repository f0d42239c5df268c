//! `LOAD_ATTR`.

use quicken_bytecode::Opcode;
use quicken_specializer::Operands;

use crate::Vm;
use crate::error::PyResult;
use crate::state::Flow;

/// Asks the strategy about the running `LOAD_ATTR`.
pub(crate) fn attempt(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let name = vm.running_code().name_at(oparg);
    let (access, subjects) = vm.describe_access(vm.state.peek(1), name, false);
    vm.specialize(Opcode::LOAD_ATTR, oparg, Operands::LoadAttr(access), subjects)
}
