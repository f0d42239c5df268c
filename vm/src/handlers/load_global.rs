//! `LOAD_GLOBAL` and its specialized forms.

use quicken_bytecode::{Opcode, cache};

use crate::Vm;
use crate::error::PyResult;
use crate::state::{Control, Flow};
use crate::value::Value;

slow_handlers! { LOAD_GLOBAL => load_global }
adaptive!(LOAD_GLOBAL_ADAPTIVE, LOAD_GLOBAL, crate::specialize::load_global::attempt);

fn load_global(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let name = vm.running_code().name_at(oparg >> 1);
    let value = match Value::from(vm.running_globals()).is_exact(vm.types.dict) {
        true => vm.global(name)?,
        false => vm.global_of_derived(name)?,
    };
    if oparg & 1 != 0 {
        vm.state.push(Value::NULL);
    }
    vm.state.push(value);
    Ok(Flow::Continue)
}

handler!(LOAD_GLOBAL_MODULE(s, vm, oparg) {
    let keys = vm.running_globals().keys();
    if keys.version.get() != s.cache_u32(cache::load_global::MODULE_KEYS_VERSION) {
        return Control::Miss;
    }
    let index = usize::from(s.unit(cache::load_global::INDEX));
    let Some(value) = keys.entry_value(index).non_null() else { return Control::Miss };
    R::hit(&mut vm.counters, Opcode::LOAD_GLOBAL_MODULE);
    if oparg & 1 != 0 {
        s.push(Value::NULL);
    }
    s.push(value);
    s.skip(cache::load_global::UNITS);
    Control::Next
});

handler!(LOAD_GLOBAL_BUILTIN(s, vm, oparg) {
    if vm.running_globals().keys().version.get() != s.cache_u32(cache::load_global::MODULE_KEYS_VERSION) {
        return Control::Miss;
    }
    let keys = vm.running_function().builtins.get().keys();
    if keys.version.get() != u32::from(s.unit(cache::load_global::BUILTIN_KEYS_VERSION)) {
        return Control::Miss;
    }
    let index = usize::from(s.unit(cache::load_global::INDEX));
    let Some(value) = keys.entry_value(index).non_null() else { return Control::Miss };
    R::hit(&mut vm.counters, Opcode::LOAD_GLOBAL_BUILTIN);
    if oparg & 1 != 0 {
        s.push(Value::NULL);
    }
    s.push(value);
    s.skip(cache::load_global::UNITS);
    Control::Next
});
