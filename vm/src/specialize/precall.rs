//! `PRECALL`.

use quicken_bytecode::{Opcode, cache};
use quicken_specializer::Operands;
use quicken_specializer::observation::Precall;

use super::Subjects;
use super::call::describe_callable;
use crate::Vm;
use crate::error::PyResult;
use crate::handlers::call_shape;
use crate::state::Flow;

/// Asks the strategy about the running `PRECALL`.
pub(crate) fn attempt(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let (operands, subjects) = describe(vm, oparg);
    vm.specialize(Opcode::PRECALL, oparg, operands, subjects)
}

/// What the running `PRECALL` finds.
pub(crate) fn describe(vm: &mut Vm, oparg: usize) -> (Operands, Subjects) {
    let shape = call_shape(&vm.state, oparg);
    let (callable, subjects) = describe_callable(vm, shape.callable);
    let operands = Precall {
        callable,
        total_args: shape.total as u32,
        has_kwnames: !vm.keyword_names.is_null(),
        after_call: vm.opcode_after(1 + cache::precall::UNITS + 1 + cache::call::UNITS),
    };
    (Operands::Precall(operands), subjects)
}
