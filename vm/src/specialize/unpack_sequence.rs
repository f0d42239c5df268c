//! `UNPACK_SEQUENCE`.

use quicken_bytecode::Opcode;
use quicken_specializer::Operands;
use quicken_specializer::observation::{TypeFlags, TypeKind, UnpackSequence};

use super::Subjects;
use crate::Vm;
use crate::error::PyResult;
use crate::objects::list::List;
use crate::objects::tuple::Tuple;
use crate::state::Flow;

/// Asks the strategy about the running `UNPACK_SEQUENCE`.
pub(crate) fn attempt(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let (operands, subjects) = describe(vm, oparg);
    vm.specialize(Opcode::UNPACK_SEQUENCE, oparg, operands, subjects)
}

/// What the running `UNPACK_SEQUENCE` finds.
pub(crate) fn describe(vm: &mut Vm, _oparg: usize) -> (Operands, Subjects) {
    let value = vm.state.peek(1);
    let sequence = vm.type_info(vm.type_of(value));
    let len = match sequence.kind {
        TypeKind::Tuple => value.cast::<Tuple>().map(|t| t.len() as u64),
        TypeKind::List => value.cast::<List>().map(|l| l.len() as u64),
        _ => None,
    };
    let is_sequence = sequence.flags.contains(TypeFlags::SEQUENCE_ITEM) && !vm.type_of(value).is_subtype(vm.types.dict);
    let operands = UnpackSequence { sequence, len, is_sequence, is_iterator: vm.is_iterator(value) };
    (Operands::UnpackSequence(operands), Subjects::default())
}
