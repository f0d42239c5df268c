//! `UNPACK_SEQUENCE`, its specialized forms, and `UNPACK_EX`.

use quicken_bytecode::{Opcode, cache};

use crate::Vm;
use crate::error::{PyResult, Raise};
use crate::objects::list::List;
use crate::objects::tuple::Tuple;
use crate::state::{Control, Flow};
use crate::value::Value;

slow_handlers! {
    UNPACK_SEQUENCE => unpack_sequence,
    UNPACK_EX => unpack_ex,
}
adaptive!(UNPACK_SEQUENCE_ADAPTIVE, UNPACK_SEQUENCE, crate::specialize::unpack_sequence::attempt);

fn unpack_sequence(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let sequence = vm.state.peek(1);
    if sequence.is_exact(vm.types.tuple)
        && let Some(tuple) = sequence.cast::<Tuple>().filter(|t| t.len() == oparg)
    {
        vm.state.shrink(1);
        for &item in tuple.items().iter().rev() {
            vm.state.push(item);
        }
        return Ok(Flow::Continue);
    }
    if sequence.is_exact(vm.types.list)
        && let Some(list) = sequence.cast::<List>().filter(|l| l.len() == oparg)
    {
        vm.state.shrink(1);
        for index in (0..oparg).rev() {
            vm.state.push(list.get(index).unwrap_or(Value::NULL));
        }
        return Ok(Flow::Continue);
    }
    let mut items = vm.heap.temp_vec();
    let iterator = unpack_iter(vm, sequence)?;
    while items.len() < oparg {
        match vm.next(iterator)? {
            Some(item) => items.push(item),
            None => {
                let got = items.len();
                return Err(vm.value_error(format!("not enough values to unpack (expected {oparg}, got {got})")));
            }
        }
    }
    if vm.next(iterator)?.is_some() {
        return Err(too_many(vm, oparg));
    }
    vm.state.shrink(1);
    for &item in items.iter().rev() {
        vm.state.push(item);
    }
    Ok(Flow::Continue)
}

fn too_many(vm: &mut Vm, expected: usize) -> Raise {
    vm.value_error(format!("too many values to unpack (expected {expected})"))
}

fn unpack_iter(vm: &mut Vm, sequence: Value) -> PyResult {
    if !vm.is_iterable(sequence) {
        let name = vm.type_name(sequence);
        return Err(vm.type_error(format!("cannot unpack non-iterable {name} object")));
    }
    vm.iter(sequence)
}

/// The operand's low byte counts the targets before the starred one, the rest those after it.
fn unpack_ex(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let (before, after) = (oparg & 0xff, oparg >> 8);
    let sequence = vm.state.peek(1);
    let iterator = unpack_iter(vm, sequence)?;
    let mut items = vm.heap.temp_vec();
    while let Some(item) = vm.next(iterator)? {
        items.push(item);
    }
    if items.len() < before + after {
        let (least, got) = (before + after, items.len());
        return Err(vm.value_error(format!("not enough values to unpack (expected at least {least}, got {got})")));
    }
    let star_end = items.len() - after;
    let starred = vm.new_list(&items[before..star_end]);
    vm.state.shrink(1);
    for &item in items[star_end..].iter().rev() {
        vm.state.push(item);
    }
    vm.state.push(starred.into());
    for &item in items[..before].iter().rev() {
        vm.state.push(item);
    }
    Ok(Flow::Continue)
}

handler!(UNPACK_SEQUENCE_TWO_TUPLE(s, vm, _oparg) {
    let sequence = s.peek(1);
    if !sequence.is_exact(vm.types.tuple) {
        return Control::Miss;
    }
    let Some(&[first, second]) = sequence.cast::<Tuple>().as_ref().map(|t| t.items()) else { return Control::Miss };
    R::hit(&mut vm.counters, Opcode::UNPACK_SEQUENCE_TWO_TUPLE);
    s.poke(1, second);
    s.push(first);
    s.skip(cache::unpack_sequence::UNITS);
    Control::Next
});

handler!(UNPACK_SEQUENCE_TUPLE(s, vm, oparg) {
    let sequence = s.peek(1);
    if !sequence.is_exact(vm.types.tuple) {
        return Control::Miss;
    }
    let Some(tuple) = sequence.cast::<Tuple>().filter(|t| t.len() == oparg) else { return Control::Miss };
    R::hit(&mut vm.counters, Opcode::UNPACK_SEQUENCE_TUPLE);
    s.shrink(1);
    for &item in tuple.items().iter().rev() {
        s.push(item);
    }
    s.skip(cache::unpack_sequence::UNITS);
    Control::Next
});

handler!(UNPACK_SEQUENCE_LIST(s, vm, oparg) {
    let sequence = s.peek(1);
    if !sequence.is_exact(vm.types.list) {
        return Control::Miss;
    }
    let Some(list) = sequence.cast::<List>().filter(|l| l.len() == oparg) else { return Control::Miss };
    R::hit(&mut vm.counters, Opcode::UNPACK_SEQUENCE_LIST);
    s.shrink(1);
    for index in (0..oparg).rev() {
        s.push(list.get(index).unwrap_or(Value::NULL));
    }
    s.skip(cache::unpack_sequence::UNITS);
    Control::Next
});
