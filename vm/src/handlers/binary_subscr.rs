//! `BINARY_SUBSCR` and its specialized forms; slices of subscripts belong to `build`.

use quicken_bytecode::{Opcode, cache};

use super::quick;
use crate::Vm;
use crate::error::PyResult;
use crate::frame::FrameKind;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::list::List;
use crate::objects::tuple::Tuple;
use crate::state::{Control, Flow};
use crate::value::Value;

slow_handlers! {
    DELETE_SUBSCR => delete_subscr,
}
handler!(BINARY_SUBSCR(s, vm, _oparg) {
    let Some(item) = quick::item(vm, s.peek(2), s.peek(1)) else { return Control::Slow(binary_subscr) };
    s.shrink(1);
    s.poke(1, item);
    s.skip(cache::binary_subscr::UNITS);
    Control::Next
});
adaptive!(BINARY_SUBSCR_ADAPTIVE, BINARY_SUBSCR, crate::specialize::binary_subscr::attempt);

fn binary_subscr(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let result = vm.get_item(vm.state.peek(2), vm.state.peek(1))?;
    vm.state.shrink(1);
    vm.state.poke(1, result);
    Ok(Flow::Continue)
}

fn delete_subscr(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    vm.del_item(vm.state.peek(2), vm.state.peek(1))?;
    vm.state.shrink(2);
    Ok(Flow::Continue)
}

/// The subscript as CPython's guards take it: an exact int of at most one digit that is not negative.
#[inline(always)]
fn small_index(value: Value) -> Option<usize> {
    let index = value.as_small_int()?;
    if (0..1 << 30).contains(&index) { Some(index as usize) } else { None }
}

handler!(BINARY_SUBSCR_LIST_INT(s, vm, _oparg) {
    let (container, subscript) = (s.peek(2), s.peek(1));
    let Some(index) = small_index(subscript) else { return Control::Miss };
    if !container.is_exact(vm.types.list) {
        return Control::Miss;
    }
    let Some(item) = container.cast::<List>().and_then(|list| list.get(index)) else { return Control::Miss };
    R::hit(&mut vm.counters, Opcode::BINARY_SUBSCR_LIST_INT);
    s.shrink(1);
    s.poke(1, item);
    s.skip(cache::binary_subscr::UNITS);
    Control::Next
});

handler!(BINARY_SUBSCR_TUPLE_INT(s, vm, _oparg) {
    let (container, subscript) = (s.peek(2), s.peek(1));
    let Some(index) = small_index(subscript) else { return Control::Miss };
    if !container.is_exact(vm.types.tuple) {
        return Control::Miss;
    }
    let Some(item) = container.cast::<Tuple>().and_then(|tuple| tuple.get(index)) else { return Control::Miss };
    R::hit(&mut vm.counters, Opcode::BINARY_SUBSCR_TUPLE_INT);
    s.shrink(1);
    s.poke(1, item);
    s.skip(cache::binary_subscr::UNITS);
    Control::Next
});

handler!(BINARY_SUBSCR_DICT(s, vm, _oparg) {
    if s.peek(2).is_exact(vm.types.dict) { Control::Slow(subscr_dict) } else { Control::Miss }
});

fn subscr_dict(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    vm.count_hit(Opcode::BINARY_SUBSCR_DICT);
    let (container, key) = (vm.state.peek(2), vm.state.peek(1));
    let Some(dict) = container.cast::<Dict>() else { return Ok(Flow::Continue) };
    match dict.get_item(vm, key)? {
        Some(value) => {
            vm.state.shrink(1);
            vm.state.poke(1, value);
            Ok(Flow::Continue)
        }
        None => Err(vm.key_error(key)),
    }
}

handler!(BINARY_SUBSCR_GETITEM(s, vm, _oparg) {
    let container = s.peek(2);
    let Some(ty) = container.heap_type() else { return Control::Miss };
    if ty.version.get() != s.cache_u32(cache::binary_subscr::TYPE_VERSION) {
        return Control::Miss;
    }
    let Some(function) = ty.getitem_function() else { return Control::Miss };
    if function.version.get() != u32::from(s.unit(cache::binary_subscr::FUNC_VERSION)) {
        return Control::Miss;
    }
    let _ = vm;
    Control::Slow(subscr_getitem)
});

/// Enters `__getitem__`'s frame directly; CPython counts no hit here.
fn subscr_getitem(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let function = vm.state.peek(2).heap_type().and_then(|ty| ty.getitem_function());
    let Some(function) = function else { return binary_subscr(vm, 0) };
    enter_with_two(vm, function)
}

fn enter_with_two(vm: &mut Vm, function: crate::Gc<Function>) -> PyResult<Flow> {
    // The container and the subscript become the first two locals where they stand.
    let fp = vm.state.sp.wrapping_sub(2);
    let bound = vm.bind_arguments(function, fp, 2, None)?;
    vm.push_frame(function, fp, bound, fp, FrameKind::Inlined)?;
    Ok(Flow::Continue)
}
