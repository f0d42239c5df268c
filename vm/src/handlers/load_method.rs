//! `LOAD_METHOD` and its specialized forms.

#![expect(unsafe_code, reason = "guards vouch for the layout and for the cached method")]

use quicken_bytecode::{Opcode, cache};

use crate::Vm;
use crate::error::PyResult;
use crate::objects::instance;
use crate::objects::module::Module;
use crate::objects::typeobj::Type;
use crate::protocol::Method;
use crate::state::{Control, Flow, State};
use crate::value::Value;

handler!(LOAD_METHOD(s, vm, oparg) {
    let owner = s.peek(1);
    if owner.is_heap()
        && let Some(method) = vm.remembered_method(owner.header_unchecked(), vm.running_code().name_at(oparg))
    {
        s.poke(1, method);
        s.push(owner);
        s.skip(cache::load_method::UNITS);
        return Control::Next;
    }
    Control::Slow(load_method)
});
adaptive!(LOAD_METHOD_ADAPTIVE, LOAD_METHOD, crate::specialize::load_method::attempt);

/// Leaves (method, self) when the attribute is a method to call with `self` in front, otherwise (NULL, attribute).
fn load_method(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let name = vm.running_code().name_at(oparg);
    let owner = vm.state.peek(1);
    match vm.get_method(owner, name)? {
        Method::Unbound(function) => {
            vm.state.poke(1, function);
            vm.state.push(owner);
        }
        Method::Bound(callable) => {
            vm.state.poke(1, Value::NULL);
            vm.state.push(callable);
        }
    }
    Ok(Flow::Continue)
}

/// The method in the cache.
#[inline(always)]
fn cached(s: &State) -> Value {
    // SAFETY: the specializer stored a value there, and the type version that was just compared vouches that the class
    // still holds it.
    unsafe { Value::from_bits(s.cache_u64(cache::load_method::DESCR)) }
}

#[inline(always)]
fn push_method(s: &mut State, owner: Value) {
    let method = cached(s);
    s.poke(1, method);
    s.push(owner);
    s.skip(cache::load_method::UNITS);
}

handler!(LOAD_METHOD_WITH_VALUES(s, vm, _oparg) {
    let owner = s.peek(1);
    if !owner.is_heap() {
        return Control::Miss;
    }
    let header = owner.header_unchecked();
    let ty = header.ty();
    if ty.version.get() != s.cache_u32(cache::load_method::TYPE_VERSION) {
        return Control::Miss;
    }
    // SAFETY: the version stands for a type with a managed dict.
    if !unsafe { header.value_at(ty.dict_offset.get() as usize) }.is_null() {
        return Control::Miss;
    }
    match ty.cached_keys.get() {
        Some(keys) if keys.version.get() == s.cache_u32(cache::load_method::KEYS_VERSION) => {}
        _ => return Control::Miss,
    }
    R::hit(&mut vm.counters, Opcode::LOAD_METHOD_WITH_VALUES);
    push_method(s, owner);
    Control::Next
});

handler!(LOAD_METHOD_WITH_DICT(s, vm, _oparg) {
    let owner = s.peek(1);
    if !owner.is_heap() {
        return Control::Miss;
    }
    let ty = owner.header_unchecked().ty();
    if ty.version.get() != s.cache_u32(cache::load_method::TYPE_VERSION) {
        return Control::Miss;
    }
    // The dict is where the object keeps it; a missing one cannot shadow a method, but CPython's form wants it there.
    let Some(dict) = instance::existing_dict(owner.header_unchecked()) else { return Control::Miss };
    if dict.keys().version.get() != s.cache_u32(cache::load_method::KEYS_VERSION) {
        return Control::Miss;
    }
    R::hit(&mut vm.counters, Opcode::LOAD_METHOD_WITH_DICT);
    push_method(s, owner);
    Control::Next
});

handler!(LOAD_METHOD_NO_DICT(s, vm, _oparg) {
    let owner = s.peek(1);
    if vm.type_of(owner).version.get() != s.cache_u32(cache::load_method::TYPE_VERSION) {
        return Control::Miss;
    }
    R::hit(&mut vm.counters, Opcode::LOAD_METHOD_NO_DICT);
    push_method(s, owner);
    Control::Next
});

handler!(LOAD_METHOD_MODULE(s, vm, _oparg) {
    let owner = s.peek(1);
    if !owner.is_exact(vm.types.module) {
        return Control::Miss;
    }
    let Some(module) = owner.cast::<Module>() else { return Control::Miss };
    let keys = module.dict().keys();
    if keys.version.get() != s.cache_u32(cache::load_attr::VERSION) {
        return Control::Miss;
    }
    let index = usize::from(s.unit(cache::load_attr::INDEX));
    let Some(value) = keys.entry_value(index).non_null() else { return Control::Miss };
    R::hit(&mut vm.counters, Opcode::LOAD_METHOD_MODULE);
    s.poke(1, Value::NULL);
    s.push(value);
    s.skip(cache::load_method::UNITS);
    Control::Next
});

handler!(LOAD_METHOD_CLASS(s, vm, _oparg) {
    let Some(class) = s.peek(1).cast::<Type>() else { return Control::Miss };
    if class.version.get() != s.cache_u32(cache::load_method::TYPE_VERSION) {
        return Control::Miss;
    }
    R::hit(&mut vm.counters, Opcode::LOAD_METHOD_CLASS);
    let method = cached(s);
    s.poke(1, Value::NULL);
    s.push(method);
    s.skip(cache::load_method::UNITS);
    Control::Next
});
