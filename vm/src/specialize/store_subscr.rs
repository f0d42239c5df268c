//! `STORE_SUBSCR`.

use quicken_bytecode::Opcode;
use quicken_specializer::Operands;
use quicken_specializer::observation::{StoreSubscr, TypeKind};

use super::Subjects;
use crate::Vm;
use crate::error::PyResult;
use crate::objects::function::Function;
use crate::objects::list::List;
use crate::state::Flow;

/// Asks the strategy about the running `STORE_SUBSCR`.
pub(crate) fn attempt(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let (operands, subjects) = describe(vm, oparg);
    vm.specialize(Opcode::STORE_SUBSCR, oparg, operands, subjects)
}

/// What the running `STORE_SUBSCR` finds.
pub(crate) fn describe(vm: &mut Vm, _oparg: usize) -> (Operands, Subjects) {
    let (container, subscript) = (vm.state.peek(2), vm.state.peek(1));
    let ty = vm.type_of(container);
    let info = vm.type_info(ty);
    let setitem = if matches!(info.kind, TypeKind::List | TypeKind::Dict) {
        None
    } else {
        let name = vm.names.__setitem__;
        vm.lookup(ty, name).filter(|f| f.is_exact(vm.types.function)).and_then(|f| f.cast::<Function>())
    };
    let operands = StoreSubscr {
        container: vm.type_info(ty),
        subscript: vm.value_info(subscript),
        list_len: container.cast::<List>().filter(|_| container.is_exact(vm.types.list)).map(|l| l.len() as u64),
        setitem: setitem.map(|f| vm.function_info(f)),
    };
    (Operands::StoreSubscr(operands), Subjects::default())
}
