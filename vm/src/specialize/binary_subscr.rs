//! `BINARY_SUBSCR`.

use quicken_bytecode::Opcode;
use quicken_specializer::Operands;
use quicken_specializer::observation::{BinarySubscr, TypeKind};

use super::Subjects;
use crate::Vm;
use crate::error::PyResult;
use crate::objects::function::Function;
use crate::state::Flow;

/// Asks the strategy about the running `BINARY_SUBSCR`.
pub(crate) fn attempt(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let (operands, subjects) = describe(vm, oparg);
    vm.specialize(Opcode::BINARY_SUBSCR, oparg, operands, subjects)
}

/// What the running `BINARY_SUBSCR` finds.
pub(crate) fn describe(vm: &mut Vm, _oparg: usize) -> (Operands, Subjects) {
    let (container, subscript) = (vm.state.peek(2), vm.state.peek(1));
    let ty = vm.type_of(container);
    let info = vm.type_info(ty);
    // CPython looks `__getitem__` up only when the container is none of the built-in ones it has forms for.
    let getitem = if matches!(info.kind, TypeKind::List | TypeKind::Tuple | TypeKind::Dict) {
        None
    } else {
        let name = vm.names.__getitem__;
        vm.lookup(ty, name).filter(|f| f.is_exact(vm.types.function)).and_then(|f| f.cast::<Function>())
    };
    let operands = BinarySubscr {
        container: vm.type_info(ty),
        subscript: vm.value_info(subscript),
        getitem: getitem.map(|f| vm.function_info(f)),
    };
    let subjects = Subjects { owner_type: Some(ty), function: getitem, ..Subjects::default() };
    (Operands::BinarySubscr(operands), subjects)
}
