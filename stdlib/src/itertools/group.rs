//! One iterator as several: `groupby`, `tee`.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{NoArgs, O};
use quicken_vm::spec::{TypeSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::{make, native_type, with};

use super::{State, exactly, iterator, parts_of, reduced, state};

pub(super) static GROUPBY: TypeSpec = iterator(
    "groupby",
    new_groupby,
    next_of_groupby,
    &[method("__reduce__", reduce_groupby, NoArgs), method("__setstate__", set_state_of_groupby, O)],
    "make an iterator that returns consecutive keys and groups from the iterable",
);

/// `source`: the `groupby`; `value`: the group's key.
pub(super) static GROUPER: TypeSpec = TypeSpec {
    subclassable: false,
    ..iterator(
        "_grouper",
        new_grouper,
        next_of_grouper,
        &[method("__reduce__", reduce_grouper, NoArgs)],
        "A group of groupby.",
    )
};

/// What `groupby` is made of.
#[derive(Clone, Copy)]
struct Groups {
    source: Value,
    /// What makes the keys; `None`: the items are their own.
    function: Value,
    /// The key of the group that was given last.
    target: Value,
    /// The next item and its key, if they are known.
    key: Value,
    value: Value,
    /// The group that was given last: others have ended.
    group: Value,
}

impl OpaqueData for Groups {
    fn trace(&self, marker: &mut Marker) {
        for value in [self.source, self.function, self.target, self.key, self.value, self.group] {
            marker.value(value);
        }
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn groups(vm: &mut Vm, own: Value) -> PyResult<Groups> {
    with(vm, own, |groups: &mut Groups| *groups)
}

fn new_groupby(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["iterable", "key"], positional_only: 0, max_positional: 2, required: 1 };
    let [iterable, key] = args.bind(vm, "groupby", &PARAMETERS)?;
    let source = vm.iter(iterable)?;
    let none = Value::NULL;
    make(vm, ty, Groups { source, function: key.or_none(), target: none, key: none, value: none, group: none })
}

/// Takes the next item and its key; whether there is one.
fn advance(vm: &mut Vm, own: Value) -> PyResult<bool> {
    let Groups { source, function, .. } = groups(vm, own)?;
    let Some(item) = vm.next(source)? else { return Ok(false) };
    let key = if function.is_none() { item } else { vm.call_values(function, &[item])? };
    with(vm, own, |groups: &mut Groups| (groups.key, groups.value) = (key, item))?;
    Ok(true)
}

fn next_of_groupby(vm: &mut Vm, own: Value) -> PyResult {
    with(vm, own, |groups: &mut Groups| groups.group = Value::NULL)?;
    loop {
        let Groups { key, target, .. } = groups(vm, own)?;
        if !key.is_null() && (target.is_null() || !vm.equals(target, key)?) {
            break;
        }
        if !advance(vm, own)? {
            return Ok(Value::NULL);
        }
    }
    let key = with(vm, own, |groups: &mut Groups| {
        groups.target = groups.key;
        groups.key
    })?;
    let ty = native_type(vm, &GROUPER);
    let group = grouper(vm, ty, own, key)?;
    Ok(vm.new_pair(key, group).into())
}

fn grouper(vm: &mut Vm, ty: Gc<Type>, parent: Value, key: Value) -> PyResult {
    let group = make(vm, ty, State { value: key, ..State::new(parent, Value::NULL) })?;
    with(vm, parent, |groups: &mut Groups| groups.group = group)?;
    Ok(group)
}

fn new_grouper(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let [parent, key] = exactly(vm, ty, &GROUPER, args)?;
    let groupby = native_type(vm, &GROUPBY);
    if !vm.is_instance_plainly(parent, groupby.into())? {
        let given = vm.type_name(parent);
        return Err(vm.type_error(format!("_grouper() argument 1 must be itertools.groupby, not {given}")));
    }
    grouper(vm, ty, parent, key)
}

fn next_of_grouper(vm: &mut Vm, own: Value) -> PyResult {
    let State { source: parent, value: key, .. } = state(vm, own)?;
    let now = groups(vm, parent)?;
    if !now.group.is(own) || (now.value.is_null() && !advance(vm, parent)?) {
        return Ok(Value::NULL);
    }
    let Groups { key: current, value, .. } = groups(vm, parent)?;
    if !vm.equals(key, current)? {
        return Ok(Value::NULL);
    }
    with(vm, parent, |groups: &mut Groups| (groups.key, groups.value) = (Value::NULL, Value::NULL))?;
    Ok(value)
}

fn reduce_groupby(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let Groups { source, function, target, key, value, .. } = groups(vm, own)?;
    let state = if [target, key, value].iter().any(|part| part.is_null()) {
        None
    } else {
        Some(vm.new_tuple(&[key, value, target]).into())
    };
    reduced(vm, own, &[source, function], state)
}

fn set_state_of_groupby(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let state = parts_of(vm, args, 3, 3)?;
    let [key, value, target] = *state.items() else { return Ok(Value::NONE) };
    with(vm, own, |groups: &mut Groups| *groups = Groups { key, value, target, group: Value::NULL, ..*groups })?;
    Ok(Value::NONE)
}

fn reduce_grouper(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let State { source: parent, value: key, .. } = state(vm, own)?;
    if groups(vm, parent)?.group.is(own) {
        return reduced(vm, own, &[parent, key], None);
    }
    // It has ended.
    let name = vm.intern("iter");
    let iter = vm.builtins.get_str(name).unwrap_or(Value::NONE);
    let empty = vm.new_tuple(&[]);
    let arguments = vm.new_tuple(&[empty.into()]);
    Ok(vm.new_pair(iter, arguments.into()).into())
}

/// How many items a part of the common list holds.
const PART: usize = 57;

/// `source`: the part of the common list; `number`: the position in it.
pub(super) static TEE: TypeSpec = TypeSpec {
    subclassable: false,
    weak: true,
    ..iterator(
        "_tee",
        new_tee,
        next_of_tee,
        &[
            method("__copy__", copy_tee, NoArgs),
            method("__reduce__", reduce_tee, NoArgs),
            method("__setstate__", set_state_of_tee, O),
        ],
        "Iterator wrapped to make it copyable.",
    )
};

/// A part of the list of what an iterator gave.
pub(super) static TEE_DATA: TypeSpec = TypeSpec {
    module: "itertools",
    slots: Slots { new: Some(new_tee_data), ..Slots::NONE },
    methods: &[method("__reduce__", reduce_tee_data, NoArgs)],
    doc: Some("Data container common to multiple tee objects."),
    ..TypeSpec::new("_tee_dataobject", LayoutKind::Opaque)
};

struct TeeData {
    source: Value,
    items: Vec<Value>,
    /// The part behind this one.
    next: Value,
    is_running: bool,
}

impl OpaqueData for TeeData {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.source);
        marker.values(&self.items);
        marker.value(self.next);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn part(vm: &mut Vm, source: Value) -> PyResult {
    let ty = native_type(vm, &TEE_DATA);
    make(vm, ty, TeeData { source, items: Vec::new(), next: Value::NULL, is_running: false })
}

fn new_tee_data(vm: &mut Vm, _ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let [source, items, next] = args.exactly(vm, "_tee_dataobject")?;
    let items = vm.list_from(items)?;
    let ty = native_type(vm, &TEE_DATA);
    let next = if next.is_none() { Value::NULL } else { next };
    let data = make(vm, ty, TeeData { source, items: Vec::new(), next, is_running: false })?;
    for index in 0..items.len() {
        let item = items.get(index).unwrap_or(Value::NONE);
        with(vm, data, |data: &mut TeeData| data.items.push(item))?;
    }
    Ok(data)
}

fn new_tee(vm: &mut Vm, _ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let [iterable] = args.exactly(vm, "_tee")?;
    tee_of(vm, iterable)
}

/// An iterator with a list behind it; one that has one already shares it.
fn tee_of(vm: &mut Vm, iterable: Value) -> PyResult {
    let iterator = vm.iter(iterable)?;
    let ty = native_type(vm, &TEE);
    if vm.type_of(iterator) == ty {
        return copy_tee(vm, iterator, Args::EMPTY);
    }
    let data = part(vm, iterator)?;
    make(vm, ty, State::new(data, Value::NULL))
}

fn copy_tee(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let state = state(vm, own)?;
    let ty = native_type(vm, &TEE);
    make(vm, ty, state)
}

fn reduce_tee(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let State { source: data, number, .. } = state(vm, own)?;
    let empty = vm.new_tuple(&[]).into();
    let place = vm.new_pair(data, Value::small_int(number)).into();
    reduced(vm, own, &[empty], Some(place))
}

fn set_state_of_tee(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let parts = parts_of(vm, args, 2, 2)?;
    let [data, number] = *parts.items() else { return Ok(Value::NONE) };
    let ty = native_type(vm, &TEE_DATA);
    if vm.type_of(data) != ty {
        let given = vm.type_name(data);
        return Err(vm.type_error(format!("argument 1 must be itertools._tee_dataobject, not {given}")));
    }
    let number = vm.index_i64(number)?;
    if !(0..=PART as i64).contains(&number) {
        return Err(vm.value_error("Index out of range"));
    }
    with(vm, own, |state: &mut State| (state.source, state.number) = (data, number))?;
    Ok(Value::NONE)
}

fn reduce_tee_data(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (source, count, next) = with(vm, own, |data: &mut TeeData| (data.source, data.items.len(), data.next))?;
    let items = vm.new_list(&[]);
    for index in 0..count {
        let item = with(vm, own, |data: &mut TeeData| data.items.get(index).copied())?;
        items.push(vm, item.unwrap_or(Value::NONE));
    }
    reduced(vm, own, &[source, items.into(), next.or_none()], None)
}

fn next_of_tee(vm: &mut Vm, own: Value) -> PyResult {
    let State { source: mut data, number: mut position, .. } = state(vm, own)?;
    if position as usize >= PART {
        let (next, source) = with(vm, data, |data: &mut TeeData| (data.next, data.source))?;
        let next = if next.is_null() { part(vm, source)? } else { next };
        with(vm, data, |data: &mut TeeData| data.next = next)?;
        (data, position) = (next, 0);
        with(vm, own, |state: &mut State| (state.source, state.number) = (next, 0))?;
    }
    let index = position as usize;
    let (known, source, is_running) =
        with(vm, data, |data: &mut TeeData| (data.items.get(index).copied(), data.source, data.is_running))?;
    let item = match known {
        Some(item) => item,
        None if is_running => {
            return Err(vm.runtime_error("cannot re-enter the tee iterator"));
        }
        None => {
            with(vm, data, |data: &mut TeeData| data.is_running = true)?;
            let item = vm.next(source);
            with(vm, data, |data: &mut TeeData| {
                data.is_running = false;
                if let Ok(Some(item)) = item {
                    data.items.push(item);
                }
            })?;
            match item? {
                Some(item) => item,
                None => return Ok(Value::NULL),
            }
        }
    };
    with(vm, own, |state: &mut State| state.number = position + 1)?;
    Ok(item)
}

/// `tee`.
pub(super) fn tee(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "tee", 1, 2)?;
    let count = match values.get(1) {
        Some(count) => vm.index_i64(*count)?,
        None => 2,
    };
    let Ok(count) = usize::try_from(count) else { return Err(vm.value_error("n must be >= 0")) };
    if count == 0 {
        return Ok(vm.new_tuple(&[]).into());
    }
    let iterator = vm.iter(values[0])?;
    let copy_name = vm.intern("__copy__");
    let first = match vm.lookup_attr(iterator, copy_name)? {
        Some(_) => iterator,
        None => tee_of(vm, iterator)?,
    };
    let mut copies = vm.heap.temp_vec();
    copies.push(first);
    for _ in 1..count {
        let copy = vm.call_method(first, "__copy__", &[])?;
        copies.push(copy);
    }
    Ok(vm.new_tuple(&copies).into())
}
