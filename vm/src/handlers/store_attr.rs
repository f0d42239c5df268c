//! `STORE_ATTR` and its specialized forms.

#![expect(unsafe_code, reason = "guards vouch for the layout that the cached offsets refer to")]

use quicken_bytecode::{Opcode, cache};

use super::load_attr::{INLINE_VALUES, managed_dict};
use crate::Vm;
use crate::error::PyResult;
use crate::objects::instance;
use crate::state::{Control, Flow};
use crate::value::Value;

handler!(STORE_ATTR(s, vm, oparg) {
    let (value, owner) = (s.peek(2), s.peek(1));
    if owner.is_heap()
        && let Some(place) = vm.remembered_target(owner.header_unchecked(), vm.running_code().name_at(oparg))
    {
        place.set(value);
        s.shrink(2);
        s.skip(cache::store_attr::UNITS);
        return Control::Next;
    }
    Control::Slow(store_attr)
});
adaptive!(STORE_ATTR_ADAPTIVE, STORE_ATTR, crate::specialize::store_attr::attempt);

/// Stack: value, owner.
fn store_attr(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let name = vm.running_code().name_at(oparg);
    vm.set_attr(vm.state.peek(1), name, vm.state.peek(2))?;
    vm.state.shrink(2);
    Ok(Flow::Continue)
}

handler!(STORE_ATTR_INSTANCE_VALUE(s, vm, _oparg) {
    let (value, owner) = (s.peek(2), s.peek(1));
    if !owner.is_heap() {
        return Control::Miss;
    }
    let header = owner.header_unchecked();
    let ty = header.ty();
    if ty.version.get() != s.cache_u32(cache::store_attr::VERSION) {
        return Control::Miss;
    }
    let offset = ty.dict_offset.get() as usize;
    let index = usize::from(s.unit(cache::store_attr::INDEX));
    let place = offset + INLINE_VALUES + 8 * index;
    // SAFETY: as for LOAD_ATTR_INSTANCE_VALUE.
    unsafe {
        if !header.value_at(offset).is_null() {
            return Control::Miss;
        }
        if header.value_at(place).is_null() {
            // A new attribute: the next one in the order of the shared keys, or else the order has to be written down.
            let order = offset + 8;
            if !header.value_at(order).is(Value::small_int(index as i64)) {
                return Control::Slow(store_out_of_order);
            }
            header.set_value_at(order, Value::small_int(index as i64 + 1));
        }
        header.set_value_at(place, value);
    }
    R::hit(&mut vm.counters, Opcode::STORE_ATTR_INSTANCE_VALUE);
    s.shrink(2);
    s.skip(cache::store_attr::UNITS);
    Control::Next
});

fn store_out_of_order(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    vm.count_hit(Opcode::STORE_ATTR_INSTANCE_VALUE);
    let (value, owner) = (vm.state.peek(2), vm.state.peek(1));
    if let Some(header) = owner.header() {
        let code = vm.running_code();
        let unit = code.unit(code.unit_index(vm.instruction) + 1 + cache::store_attr::INDEX);
        // SAFETY: the guards passed a moment ago.
        unsafe { instance::store_inline(vm, header, header.ty().dict_offset.get(), usize::from(unit), value) };
    }
    vm.state.shrink(2);
    Ok(Flow::Continue)
}

handler!(STORE_ATTR_SLOT(s, vm, _oparg) {
    let (value, owner) = (s.peek(2), s.peek(1));
    if !owner.is_heap() {
        return Control::Miss;
    }
    let header = owner.header_unchecked();
    if header.ty().version.get() != s.cache_u32(cache::store_attr::VERSION) {
        return Control::Miss;
    }
    // SAFETY: the version stands for a type with this slot.
    unsafe { header.set_value_at(usize::from(s.unit(cache::store_attr::INDEX)), value) };
    R::hit(&mut vm.counters, Opcode::STORE_ATTR_SLOT);
    s.shrink(2);
    s.skip(cache::store_attr::UNITS);
    Control::Next
});

handler!(STORE_ATTR_WITH_HINT(s, vm, oparg) {
    let (value, owner) = (s.peek(2), s.peek(1));
    let Some(dict) = managed_dict(vm, owner, s.cache_u32(cache::store_attr::VERSION)) else { return Control::Miss };
    let name = vm.running_code().name_at(oparg);
    let hint = usize::from(s.unit(cache::store_attr::INDEX));
    if !dict.set_hinted(hint, name, value) {
        return Control::Miss;
    }
    R::hit(&mut vm.counters, Opcode::STORE_ATTR_WITH_HINT);
    s.shrink(2);
    s.skip(cache::store_attr::UNITS);
    Control::Next
});
