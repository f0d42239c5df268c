//! `LOAD_GLOBAL`.

use quicken_bytecode::Opcode;
use quicken_specializer::Operands;
use quicken_specializer::observation::LoadGlobal;

use super::Subjects;
use super::describe::keys_lookup;
use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::string::Str;
use crate::state::Flow;

/// Asks the strategy about the running `LOAD_GLOBAL`.
pub(crate) fn attempt(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let (operands, subjects) = describe(vm, oparg);
    vm.specialize(Opcode::LOAD_GLOBAL, oparg, operands, subjects)
}

/// What the running `LOAD_GLOBAL` finds.
pub(crate) fn describe(vm: &mut Vm, oparg: usize) -> (Operands, Subjects) {
    let name = vm.running_code().name_at(oparg >> 1);
    let exact = |dict: Gc<Dict>, name: Gc<Str>| {
        let value = crate::value::Value::from(dict);
        value.is_exact(vm.types.dict).then(|| keys_lookup(dict.keys(), name))
    };
    let operands = LoadGlobal {
        globals: exact(vm.running_globals(), name),
        builtins: exact(vm.running_function().builtins.get(), name),
    };
    (Operands::LoadGlobal(operands), Subjects::default())
}
