//! `STORE_SUBSCR` and its specialized forms.

use quicken_bytecode::{Opcode, cache};

use super::quick;
use crate::Vm;
use crate::error::PyResult;
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::state::{Control, Flow};

handler!(STORE_SUBSCR(s, vm, _oparg) {
    let (value, container, subscript) = (s.peek(3), s.peek(2), s.peek(1));
    if !container.is_exact(vm.types.list) {
        return Control::Slow(store_subscr);
    }
    let Some(list) = container.cast::<List>() else { return Control::Slow(store_subscr) };
    let Some(index) = quick::index(subscript, list.len()) else { return Control::Slow(store_subscr) };
    list.set(index, value);
    s.shrink(3);
    s.skip(cache::store_subscr::UNITS);
    Control::Next
});
adaptive!(STORE_SUBSCR_ADAPTIVE, STORE_SUBSCR, crate::specialize::store_subscr::attempt);

/// Stack: value, container, subscript.
fn store_subscr(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    vm.set_item(vm.state.peek(2), vm.state.peek(1), vm.state.peek(3))?;
    vm.state.shrink(3);
    Ok(Flow::Continue)
}

handler!(STORE_SUBSCR_LIST_INT(s, vm, _oparg) {
    let (value, container, subscript) = (s.peek(3), s.peek(2), s.peek(1));
    let Some(index) = subscript.as_small_int().filter(|i| (0..1 << 30).contains(i)) else { return Control::Miss };
    if !container.is_exact(vm.types.list) {
        return Control::Miss;
    }
    let Some(list) = container.cast::<List>() else { return Control::Miss };
    if index as usize >= list.len() {
        return Control::Miss;
    }
    R::hit(&mut vm.counters, Opcode::STORE_SUBSCR_LIST_INT);
    list.set(index as usize, value);
    s.shrink(3);
    s.skip(cache::store_subscr::UNITS);
    Control::Next
});

handler!(STORE_SUBSCR_DICT(s, vm, _oparg) {
    if s.peek(2).is_exact(vm.types.dict) { Control::Slow(store_dict) } else { Control::Miss }
});

fn store_dict(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    vm.count_hit(Opcode::STORE_SUBSCR_DICT);
    let (value, container, key) = (vm.state.peek(3), vm.state.peek(2), vm.state.peek(1));
    if let Some(dict) = container.cast::<Dict>() {
        dict.set_item(vm, key, value)?;
    }
    vm.state.shrink(3);
    Ok(Flow::Continue)
}
