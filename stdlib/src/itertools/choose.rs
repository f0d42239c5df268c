//! Iterators over one other, of which they give some items, or what a function makes of them.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::Gc;
use quicken_vm::objects::int::View;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::BinaryOp;
use quicken_vm::spec::Convention::{NoArgs, O};
use quicken_vm::spec::{TypeSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::{make, native_type, with};

use super::{State, exactly, iterator, next_or_end, no_keywords, reduced, state};

/// `value`: the total so far, `NULL` before the first; `flag`: the total is given before an item is taken.
pub(super) static ACCUMULATE: TypeSpec = iterator(
    "accumulate",
    new_accumulate,
    next_of_accumulate,
    &[method("__reduce__", reduce_accumulate, NoArgs), method("__setstate__", set_total, O)],
    "Return series of accumulated sums (or other binary function results).",
);

/// `function`: the iterator of selectors.
pub(super) static COMPRESS: TypeSpec = iterator(
    "compress",
    new_compress,
    next_of_compress,
    &[method(
        "__reduce__",
        |vm, own, _| {
            let State { source, function, .. } = state(vm, own)?;
            reduced(vm, own, &[source, function], None)
        },
        NoArgs,
    )],
    "Return data elements corresponding to true selector elements.",
);

/// `flag`: an item has been given.
pub(super) static DROPWHILE: TypeSpec = iterator(
    "dropwhile",
    |vm, ty, args| new_with_function(vm, ty, args, &DROPWHILE),
    next_of_dropwhile,
    &[method("__reduce__", reduce_with_flag, NoArgs), method("__setstate__", set_flag, O)],
    "Drop items from the iterable while predicate(item) is true.",
);

pub(super) static FILTERFALSE: TypeSpec = iterator(
    "filterfalse",
    |vm, ty, args| new_with_function(vm, ty, args, &FILTERFALSE),
    next_of_filterfalse,
    &[method("__reduce__", reduce_with_function, NoArgs)],
    "Return those items of iterable for which function(item) is false.",
);

pub(super) static ISLICE: TypeSpec = iterator(
    "islice",
    new_islice,
    next_of_islice,
    &[method("__reduce__", reduce_islice, NoArgs), method("__setstate__", set_position, O)],
    "islice(iterable, stop) --> islice object; islice(iterable, start, stop[, step]) --> islice object",
);

/// `value`: the item before.
pub(super) static PAIRWISE: TypeSpec = iterator(
    "pairwise",
    new_pairwise,
    next_of_pairwise,
    &[],
    "Return an iterator of overlapping pairs taken from the input iterator.",
);

pub(super) static STARMAP: TypeSpec = iterator(
    "starmap",
    |vm, ty, args| new_with_function(vm, ty, args, &STARMAP),
    next_of_starmap,
    &[method("__reduce__", reduce_with_function, NoArgs)],
    "Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.",
);

/// `flag`: the end has been reached.
pub(super) static TAKEWHILE: TypeSpec = iterator(
    "takewhile",
    |vm, ty, args| new_with_function(vm, ty, args, &TAKEWHILE),
    next_of_takewhile,
    &[method("__reduce__", reduce_with_flag, NoArgs), method("__setstate__", set_flag, O)],
    "Return successive entries from an iterable as long as the predicate evaluates to true for each entry.",
);

fn new_with_function(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>, spec: &'static TypeSpec) -> PyResult {
    let [function, iterable] = exactly(vm, ty, spec, args)?;
    let source = vm.iter(iterable)?;
    make(vm, ty, State::new(source, function))
}

fn reduce_with_function(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let State { source, function, .. } = state(vm, own)?;
    reduced(vm, own, &[function, source], None)
}

fn reduce_with_flag(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let State { source, function, flag, .. } = state(vm, own)?;
    reduced(vm, own, &[function, source], Some(Value::small_int(flag.into())))
}

fn set_flag(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [flag] = args.exactly(vm, "__setstate__")?;
    let flag = vm.is_true(flag)?;
    with(vm, own, |state: &mut State| state.flag = flag)?;
    Ok(Value::NONE)
}

fn reduce_accumulate(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let State { source, function, value: total, flag, .. } = state(vm, own)?;
    let with_total = |vm: &mut Vm| {
        let chain = native_type(vm, &super::several::CHAIN);
        let first = vm.new_tuple(&[total]);
        vm.call_values(chain.into(), &[first.into(), source])
    };
    if flag {
        let source = with_total(vm)?;
        return reduced(vm, own, &[source, function], Some(Value::NONE));
    }
    if total.is_none() {
        // As a state `None` would say that there is no total: it comes as a first item, of which nothing is seen.
        let source = with_total(vm)?;
        let ty = native_type(vm, &ACCUMULATE);
        let all = vm.call_values(ty.into(), &[source, function])?;
        let slice = native_type(vm, &ISLICE);
        let arguments = vm.new_tuple(&[all, Value::small_int(1), Value::NONE]);
        return Ok(vm.new_pair(slice.into(), arguments.into()).into());
    }
    reduced(vm, own, &[source, function], Some(total.or_none()))
}

fn set_total(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [total] = args.exactly(vm, "__setstate__")?;
    with(vm, own, |state: &mut State| state.value = total)?;
    Ok(Value::NONE)
}

fn new_accumulate(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["iterable", "func", "initial"], positional_only: 0, max_positional: 2, required: 1 };
    let [iterable, function, initial] = args.bind(vm, "accumulate", &PARAMETERS)?;
    let source = vm.iter(iterable)?;
    let value = if initial.or_none().is_none() { Value::NULL } else { initial };
    make(vm, ty, State { value, flag: !value.is_null(), ..State::new(source, function.or_none()) })
}

fn next_of_accumulate(vm: &mut Vm, own: Value) -> PyResult {
    let State { source, function, value: total, flag, .. } = state(vm, own)?;
    if flag {
        with(vm, own, |state: &mut State| state.flag = false)?;
        return Ok(total);
    }
    let Some(item) = vm.next_or_stop(source)?.non_null() else { return Ok(Value::NULL) };
    let total = if total.is_null() {
        item
    } else if function.is_none() {
        vm.binary_op(BinaryOp::Add, total, item)?
    } else {
        vm.call_values(function, &[total, item])?
    };
    with(vm, own, |state: &mut State| state.value = total)?;
    Ok(total)
}

fn new_compress(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["data", "selectors"], positional_only: 0, max_positional: 2, required: 2 };
    let [data, selectors] = args.bind(vm, "compress", &PARAMETERS)?;
    let data = vm.iter(data)?;
    let selectors = vm.iter(selectors)?;
    make(vm, ty, State::new(data, selectors))
}

fn next_of_compress(vm: &mut Vm, own: Value) -> PyResult {
    let State { source: data, function: selectors, .. } = state(vm, own)?;
    loop {
        let Some(item) = vm.next_or_stop(data)?.non_null() else { return Ok(Value::NULL) };
        let Some(selector) = vm.next_or_stop(selectors)?.non_null() else { return Ok(Value::NULL) };
        if vm.is_true(selector)? {
            return Ok(item);
        }
    }
}

fn next_of_dropwhile(vm: &mut Vm, own: Value) -> PyResult {
    let State { source, function, flag, .. } = state(vm, own)?;
    loop {
        let Some(item) = vm.next_or_stop(source)?.non_null() else { return Ok(Value::NULL) };
        if flag {
            return Ok(item);
        }
        let verdict = vm.call_values(function, &[item])?;
        if !vm.is_true(verdict)? {
            with(vm, own, |state: &mut State| state.flag = true)?;
            return Ok(item);
        }
    }
}

fn next_of_takewhile(vm: &mut Vm, own: Value) -> PyResult {
    let State { source, function, flag, .. } = state(vm, own)?;
    if flag {
        return Ok(Value::NULL);
    }
    let Some(item) = vm.next_or_stop(source)?.non_null() else { return Ok(Value::NULL) };
    let verdict = vm.call_values(function, &[item])?;
    if vm.is_true(verdict)? {
        return Ok(item);
    }
    with(vm, own, |state: &mut State| state.flag = true)?;
    Ok(Value::NULL)
}

fn next_of_filterfalse(vm: &mut Vm, own: Value) -> PyResult {
    let State { source, function, .. } = state(vm, own)?;
    let is_plain = function.is_none() || function.heap_address() == Some(vm.types.bool.address());
    while let Some(item) = vm.next_or_stop(source)?.non_null() {
        let verdict = if is_plain { item } else { vm.call_values(function, &[item])? };
        if !vm.is_true(verdict)? {
            return Ok(item);
        }
    }
    Ok(Value::NULL)
}

fn next_of_starmap(vm: &mut Vm, own: Value) -> PyResult {
    let State { source, function, .. } = state(vm, own)?;
    let Some(item) = vm.next_or_stop(source)?.non_null() else { return Ok(Value::NULL) };
    let arguments = vm.tuple_from(item)?;
    vm.call_values(function, arguments.items())
}

fn new_pairwise(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let [iterable] = exactly(vm, ty, &PAIRWISE, args)?;
    let source = vm.iter(iterable)?;
    make(vm, ty, State::new(source, Value::NULL))
}

fn next_of_pairwise(vm: &mut Vm, own: Value) -> PyResult {
    let State { source, value: mut before, .. } = state(vm, own)?;
    if source.is_null() {
        return Ok(Value::NULL);
    }
    if before.is_null() {
        let Some(first) = next_or_end(vm, own, source)? else { return Ok(Value::NULL) };
        before = first;
        with(vm, own, |state: &mut State| state.value = first)?;
        // Taking the first may have ended this iterator.
        if state(vm, own)?.source.is_null() {
            return Ok(Value::NULL);
        }
    }
    let Some(item) = next_or_end(vm, own, source)? else {
        with(vm, own, |state: &mut State| state.value = Value::NULL)?;
        return Ok(Value::NULL);
    };
    with(vm, own, |state: &mut State| state.value = item)?;
    Ok(vm.new_pair(before, item).into())
}

/// What `islice` is made of.
struct Window {
    /// `NULL` at the end.
    source: Value,
    position: i64,
    /// The position of the next item to give.
    next: i64,
    stop: Option<i64>,
    step: i64,
}

impl OpaqueData for Window {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.source);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// An argument of `islice`: −1 stands for all that is no index, as CPython has it.
fn bound(vm: &mut Vm, value: Value) -> i64 {
    vm.index_i64(value).unwrap_or(-1)
}

fn new_islice(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    const STEP: &str = "Step for islice() must be a positive integer or None.";
    no_keywords(vm, ty, &ISLICE, args)?;
    let values = Args::positional(args.positionals()).between(vm, "islice", 2, 4)?;
    let (start, stop, step) = match *values {
        [_, start, stop, ref step @ ..] => (start, stop, step.first().copied().unwrap_or(Value::NONE)),
        _ => (Value::NONE, values[1], Value::NONE),
    };
    let start = if start.is_none() { 0 } else { bound(vm, start) };
    let stop = if stop.is_none() { None } else { Some(bound(vm, stop)) };
    if stop == Some(-1) {
        return Err(vm.value_error(STOP));
    }
    if start < 0 || stop.is_some_and(|stop| stop < 0) {
        return Err(vm.value_error(INDICES));
    }
    let step = if step.is_none() { 1 } else { bound(vm, step) };
    if step < 1 {
        return Err(vm.value_error(STEP));
    }
    let source = vm.iter(values[0])?;
    make(vm, ty, Window { source, position: 0, next: start, stop, step })
}

fn reduce_islice(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (source, position, next, stop, step) =
        with(vm, own, |window: &mut Window| (window.source, window.position, window.next, window.stop, window.step))?;
    if source.is_null() {
        let empty = vm.new_list(&[]);
        let source = vm.iter(empty.into())?;
        return reduced(vm, own, &[source, Value::small_int(0)], Some(Value::small_int(0)));
    }
    let stop = stop.map_or(Value::NONE, |stop| vm.int(stop));
    let (next, step, position) = (vm.int(next), vm.int(step), vm.int(position));
    reduced(vm, own, &[source, next, stop, step], Some(position))
}

fn set_position(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [position] = args.exactly(vm, "__setstate__")?;
    if View::of(position).is_none() {
        return Err(vm.type_error("an integer is required"));
    }
    let position = vm.index_i64(position)?;
    with(vm, own, |window: &mut Window| window.position = position)?;
    Ok(Value::NONE)
}

fn next_of_islice(vm: &mut Vm, own: Value) -> PyResult {
    let (source, mut position, next, stop, step) =
        with(vm, own, |window: &mut Window| (window.source, window.position, window.next, window.stop, window.step))?;
    if source.is_null() {
        return Ok(Value::NULL);
    }
    let item = loop {
        if position >= next && stop.is_some_and(|stop| position >= stop) {
            break Ok(None);
        }
        match vm.next_or_stop(source).map(Value::non_null) {
            Ok(Some(_)) if position < next => position += 1,
            result => break result,
        }
        with(vm, own, |window: &mut Window| window.position = position)?;
    };
    with(vm, own, |window: &mut Window| match item {
        Ok(Some(_)) => {
            window.position = position + 1;
            window.next = next.saturating_add(step).min(stop.unwrap_or(i64::MAX));
        }
        _ => window.source = Value::NULL,
    })?;
    Ok(item?.unwrap_or(Value::NULL))
}
