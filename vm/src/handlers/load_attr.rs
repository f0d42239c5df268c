//! `LOAD_ATTR` and its specialized forms.

#![expect(unsafe_code, reason = "guards vouch for the layout that the cached offsets refer to")]

use quicken_bytecode::{Opcode, cache};
use quicken_specializer::families::load_attr::DUNDER_CLASS_OFFSET;

use crate::Vm;
use crate::error::PyResult;
use crate::objects::dict::Dict;
use crate::objects::module::Module;
use crate::state::{Control, Flow};
use crate::value::Value;

/// From the dict word to the first inline value: the dict word itself and the order word (`objects::instance`).
pub(crate) const INLINE_VALUES: usize = 16;

slow_handlers! { DELETE_ATTR => delete_attr }

handler!(LOAD_ATTR(s, vm, oparg) {
    let owner = s.peek(1);
    if owner.is_heap()
        && let Some(value) = vm.remembered_value(owner.header_unchecked(), vm.running_code().name_at(oparg))
    {
        s.poke(1, value);
        s.skip(cache::load_attr::UNITS);
        return Control::Next;
    }
    Control::Slow(load_attr)
});
adaptive!(LOAD_ATTR_ADAPTIVE, LOAD_ATTR, crate::specialize::load_attr::attempt);

fn load_attr(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let name = vm.running_code().name_at(oparg);
    let value = vm.get_attr(vm.state.peek(1), name)?;
    vm.state.poke(1, value);
    Ok(Flow::Continue)
}

fn delete_attr(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let name = vm.running_code().name_at(oparg);
    vm.del_attr(vm.state.peek(1), name)?;
    vm.state.shrink(1);
    Ok(Flow::Continue)
}

handler!(LOAD_ATTR_INSTANCE_VALUE(s, vm, _oparg) {
    let owner = s.peek(1);
    if !owner.is_heap() {
        return Control::Miss;
    }
    let header = owner.header_unchecked();
    let ty = header.ty();
    if ty.version.get() != s.cache_u32(cache::load_attr::VERSION) {
        return Control::Miss;
    }
    let offset = ty.dict_offset.get() as usize;
    // SAFETY: the version stands for a type with a managed dict, whose inline values follow the dict word; the cached
    // index is one of its shared keys, for which every instance has room.
    let value = unsafe {
        if !header.value_at(offset).is_null() {
            return Control::Miss;
        }
        header.value_at(offset + INLINE_VALUES + 8 * usize::from(s.unit(cache::load_attr::INDEX)))
    };
    if value.is_null() {
        return Control::Miss;
    }
    R::hit(&mut vm.counters, Opcode::LOAD_ATTR_INSTANCE_VALUE);
    s.poke(1, value);
    s.skip(cache::load_attr::UNITS);
    Control::Next
});

handler!(LOAD_ATTR_SLOT(s, vm, _oparg) {
    let owner = s.peek(1);
    let ty = vm.type_of(owner);
    if ty.version.get() != s.cache_u32(cache::load_attr::VERSION) {
        return Control::Miss;
    }
    let offset = usize::from(s.unit(cache::load_attr::INDEX));
    let value = if offset == usize::from(DUNDER_CLASS_OFFSET) {
        // The header is no value, and integers have none.
        Value::from_gc(ty)
    } else if owner.is_heap() {
        // SAFETY: the version stands for a type with this slot.
        unsafe { owner.header_unchecked().value_at(offset) }
    } else {
        return Control::Miss;
    };
    if value.is_null() {
        return Control::Miss;
    }
    R::hit(&mut vm.counters, Opcode::LOAD_ATTR_SLOT);
    s.poke(1, value);
    s.skip(cache::load_attr::UNITS);
    Control::Next
});

/// The materialized dict of an object whose type has a managed dict, if it is exactly a dict.
#[inline(always)]
pub(crate) fn managed_dict(vm: &Vm, owner: Value, version: u32) -> Option<crate::Gc<Dict>> {
    if !owner.is_heap() {
        return None;
    }
    let header = owner.header_unchecked();
    let ty = header.ty();
    if ty.version.get() != version {
        return None;
    }
    // SAFETY: the version stands for a type with a managed dict.
    let dict = unsafe { header.value_at(ty.dict_offset.get() as usize) };
    if dict.is_exact(vm.types.dict) { dict.cast::<Dict>() } else { None }
}

handler!(LOAD_ATTR_WITH_HINT(s, vm, oparg) {
    let Some(dict) = managed_dict(vm, s.peek(1), s.cache_u32(cache::load_attr::VERSION)) else { return Control::Miss };
    let name = vm.running_code().name_at(oparg);
    let hint = usize::from(s.unit(cache::load_attr::INDEX));
    let Some(value) = dict.hinted(hint, name) else { return Control::Miss };
    R::hit(&mut vm.counters, Opcode::LOAD_ATTR_WITH_HINT);
    s.poke(1, value);
    s.skip(cache::load_attr::UNITS);
    Control::Next
});

handler!(LOAD_ATTR_MODULE(s, vm, _oparg) {
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
    R::hit(&mut vm.counters, Opcode::LOAD_ATTR_MODULE);
    s.poke(1, value);
    s.skip(cache::load_attr::UNITS);
    Control::Next
});
