//! Iterators without end: `count`, `cycle`, `repeat`.

use quicken_vm::args::Parameters;
use quicken_vm::object::Gc;
use quicken_vm::objects::complex::Complex;
use quicken_vm::objects::int::View;
use quicken_vm::objects::list::List;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::{BinaryOp, Slots, UnaryOp};
use quicken_vm::spec::Convention::{NoArgs, O};
use quicken_vm::spec::{TypeSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::{make, with};

use super::{State, exactly, iterator, next_or_end, parts_of, reduced, state};

/// `source`: the next number; `function`: the step.
pub(super) static COUNT: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(new_count),
        iter: Some(|_, own| Ok(own)),
        iternext: Some(next_of_count),
        repr: Some(repr_of_count),
        ..Slots::NONE
    },
    ..iterator(
        "count",
        new_count,
        next_of_count,
        &[method("__reduce__", reduce_count, NoArgs)],
        "Return a count object whose .__next__() method returns consecutive values.",
    )
};

/// `source`: the iterator, `NULL` when it has ended; `value`: the list of what it gave; `number`: the position in that; `flag`: what it gives
/// is in the list already.
pub(super) static CYCLE: TypeSpec = iterator(
    "cycle",
    new_cycle,
    next_of_cycle,
    &[method("__reduce__", reduce_cycle, NoArgs), method("__setstate__", set_state_of_cycle, O)],
    "Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.",
);

/// `source`: the object; `number`: how often it is still given, −1 for ever.
pub(super) static REPEAT: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(new_repeat),
        iter: Some(|_, own| Ok(own)),
        iternext: Some(next_of_repeat),
        repr: Some(repr_of_repeat),
        ..Slots::NONE
    },
    ..iterator(
        "repeat",
        new_repeat,
        next_of_repeat,
        &[method("__length_hint__", length_of_repeat, NoArgs), method("__reduce__", reduce_repeat, NoArgs)],
        "repeat(object [,times]) -> create an iterator which returns the object for the specified number of times.",
    )
};

fn is_number(vm: &Vm, value: Value) -> bool {
    let unary = &vm.type_of(value).slots().unary;
    let converts = [UnaryOp::Index, UnaryOp::Int, UnaryOp::Float].iter().any(|op| unary[*op as usize].is_some());
    converts || value.cast::<Complex>().is_some()
}

fn new_count(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["start", "step"], positional_only: 0, max_positional: 2, required: 0 };
    let [start, step] = args.bind(vm, "count", &PARAMETERS)?;
    let mut start = start.non_null().unwrap_or(Value::small_int(0));
    let step = step.non_null().unwrap_or(Value::small_int(1));
    if !is_number(vm, start) || !is_number(vm, step) {
        return Err(vm.type_error("a number is required"));
    }
    // Plain integers are counted as such, whatever class the first is of.
    if let (Some(View::Small(first)), Some(View::Small(1))) = (View::of(start), View::of(step)) {
        start = vm.int(first);
    }
    make(vm, ty, State::new(start, step))
}

fn next_of_count(vm: &mut Vm, own: Value) -> PyResult {
    let State { source: number, function: step, .. } = state(vm, own)?;
    let following = match Value::both_small_int(number, step).then(|| Value::small_add(number, step)).flatten() {
        Some(following) => following,
        None => vm.binary_op(BinaryOp::Add, number, step)?,
    };
    with(vm, own, |state: &mut State| state.source = following)?;
    Ok(number)
}

fn is_one(step: Value) -> bool {
    matches!(View::of(step), Some(View::Small(1)))
}

fn repr_of_count(vm: &mut Vm, own: Value) -> PyResult {
    let State { source: number, function: step, .. } = state(vm, own)?;
    let name = vm.type_of(own).name.get().to_string_lossy().into_owned();
    let number = vm.repr_text(number)?;
    let text =
        if is_one(step) { format!("{name}({number})") } else { format!("{name}({number}, {})", vm.repr_text(step)?) };
    Ok(vm.new_str(&text).into())
}

fn reduce_count(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let State { source: number, function: step, .. } = state(vm, own)?;
    let args = if is_one(step) { vm.new_tuple(&[number]) } else { vm.new_pair(number, step) };
    let class = vm.type_of(own);
    Ok(vm.new_pair(class.into(), args.into()).into())
}

fn new_cycle(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let [iterable] = exactly(vm, ty, &CYCLE, args)?;
    let source = vm.iter(iterable)?;
    let saved = vm.new_list(&[]).into();
    make(vm, ty, State { value: saved, ..State::new(source, Value::NULL) })
}

fn next_of_cycle(vm: &mut Vm, own: Value) -> PyResult {
    let State { source, value, flag, .. } = state(vm, own)?;
    let Some(saved) = value.cast::<List>() else { return Ok(Value::NULL) };
    if !source.is_null() {
        let item = match next_or_end(vm, own, source) {
            Err(raise) if vm.is_raised(raise, vm.exc.StopIteration) => None,
            item => item?,
        };
        if let Some(item) = item {
            if !flag {
                saved.push(vm, item);
            }
            return Ok(item);
        }
    }
    let count = saved.len();
    if count == 0 {
        return Ok(Value::NULL);
    }
    let position = with(vm, own, |state: &mut State| {
        let position = state.number as usize;
        state.number = if position + 1 >= count { 0 } else { position as i64 + 1 };
        position
    })?;
    Ok(saved.get(position).unwrap_or(Value::NULL))
}

fn reduce_cycle(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let State { source, value: saved, number, flag, .. } = state(vm, own)?;
    if !source.is_null() {
        let state = vm.new_pair(saved, Value::bool(flag)).into();
        return reduced(vm, own, &[source], Some(state));
    }
    let source = vm.iter(saved)?;
    if number > 0 {
        vm.call_method(source, "__setstate__", &[Value::small_int(number)])?;
    }
    let state = vm.new_pair(saved, Value::TRUE).into();
    reduced(vm, own, &[source], Some(state))
}

fn set_state_of_cycle(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let state = parts_of(vm, args, 2, 2)?;
    let [saved, flag] = *state.items() else { return Ok(Value::NONE) };
    if saved.cast::<List>().is_none() {
        let given = vm.type_name(saved);
        return Err(vm.type_error(format!("argument 1 must be list, not {given}")));
    }
    let flag = vm.index_c(flag, "int")? != 0;
    with(vm, own, |state: &mut State| {
        state.value = saved;
        state.flag = flag;
        state.number = 0;
    })?;
    Ok(Value::NONE)
}

fn new_repeat(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["object", "times"], positional_only: 0, max_positional: 2, required: 1 };
    let [object, times] = args.bind(vm, "repeat", &PARAMETERS)?;
    let number = if times.is_null() { -1 } else { vm.index_i64(times)?.max(0) };
    make(vm, ty, State { number, ..State::new(object, Value::NULL) })
}

fn next_of_repeat(vm: &mut Vm, own: Value) -> PyResult {
    with(vm, own, |state: &mut State| {
        if state.number == 0 {
            return Value::NULL;
        }
        if state.number > 0 {
            state.number -= 1;
        }
        state.source
    })
}

fn repr_of_repeat(vm: &mut Vm, own: Value) -> PyResult {
    let State { source: object, number, .. } = state(vm, own)?;
    let name = vm.type_of(own).name.get().to_string_lossy().into_owned();
    let object = vm.repr_text(object)?;
    let text = if number < 0 { format!("{name}({object})") } else { format!("{name}({object}, {number})") };
    Ok(vm.new_str(&text).into())
}

fn length_of_repeat(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    match state(vm, own)?.number {
        ..0 => Err(vm.type_error("len() of unsized object")),
        number => Ok(vm.int(number)),
    }
}

fn reduce_repeat(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let State { source: object, number, .. } = state(vm, own)?;
    let args = if number < 0 {
        vm.new_tuple(&[object])
    } else {
        let number = vm.int(number);
        vm.new_pair(object, number)
    };
    let class = vm.type_of(own);
    Ok(vm.new_pair(class.into(), args.into()).into())
}
