//! What all exceptions do: `BaseException`.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::exception::{Exception, Traceback};
use crate::objects::list::List;
use crate::objects::slotdefs::attribute_name;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::{Type, dict_getset};
use crate::slots::Slots;
use crate::spec::{Convention, GetSetSpec, MethodSpec, getset, method};
use crate::value::Value;

/// `BaseException.__new__`: keeps the positional arguments.
pub(super) fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let tuple = vm.new_tuple(args.positionals());
    let exception = Exception::new(ty, tuple);
    Ok(vm.allocate_object(ty, exception).into())
}

/// `BaseException.__init__`.
pub(super) fn init(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult<()> {
    if args.keyword_count() != 0 {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    keep_args(vm, value, args);
    Ok(())
}

/// Stores the positional arguments, unless they are those that `__new__` stored.
pub(super) fn keep_args(vm: &mut Vm, value: Value, args: Args<'_>) {
    let Some(exception) = value.cast::<Exception>() else { return };
    let given = args.positionals();
    if exception.args.get().cast::<Tuple>().is_some_and(|kept| kept.items() == given) {
        return;
    }
    let tuple = vm.new_tuple(given);
    exception.args.set(tuple.into());
}

/// `BaseException.__str__`.
pub(super) fn str(vm: &mut Vm, value: Value) -> PyResult {
    let Some(args) = value.cast::<Exception>().and_then(|e| e.args.get().cast::<Tuple>()) else {
        return Ok(vm.empty_str().into());
    };
    match args.items() {
        [] => Ok(vm.empty_str().into()),
        [one] => Ok(vm.str_of(*one)?.into()),
        _ => Ok(vm.str_of(args.into())?.into()),
    }
}

fn repr(vm: &mut Vm, value: Value) -> PyResult {
    let Some(exception) = value.cast::<Exception>() else { return Ok(Value::NONE) };
    let name = vm.type_of(value).name.get().to_string_lossy().into_owned();
    let args = exception.args.get();
    let text = match args.cast::<Tuple>().map(|t| t.items()) {
        Some([one]) => format!("({})", vm.repr_text(*one)?),
        _ => vm.repr_text(args)?,
    };
    Ok(vm.new_str(&format!("{name}{text}")).into())
}

fn reduce(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    let Some(exception) = value.cast::<Exception>() else { return Ok(Value::NONE) };
    let (ty, args) = (vm.type_of(value), exception.args.get());
    Ok(match exception.dict.get().non_null() {
        Some(dict) => vm.new_tuple(&[ty.into(), args, dict]).into(),
        None => vm.new_pair(ty.into(), args).into(),
    })
}

fn set_state(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    let state = args.values()[0];
    if state.is_none() {
        return Ok(Value::NONE);
    }
    let Some(state) = state.cast::<Dict>() else { return Err(vm.type_error("state is not a dictionary")) };
    let mut position = 0;
    while let Some(entry) = state.entry(position) {
        position += 1;
        if let Some((key, item)) = entry {
            let name = attribute_name(vm, key)?;
            vm.set_attr(value, name, item)?;
        }
    }
    Ok(Value::NONE)
}

fn with_traceback(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    set_traceback(vm, value, args.values()[0])?;
    Ok(value)
}

fn add_note(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    let note = args.values()[0];
    if note.cast::<Str>().is_none() {
        let given = vm.type_name(note);
        return Err(vm.type_error(format!("note must be a str, not '{given}'")));
    }
    let name = vm.names.__notes__;
    let notes = match vm.lookup_attr(value, name)? {
        Some(notes) => notes,
        None => {
            let fresh: Value = vm.new_list(&[]).into();
            vm.set_attr(value, name, fresh)?;
            fresh
        }
    };
    match notes.cast::<List>() {
        Some(notes) => notes.push(vm, note),
        None => return Err(vm.type_error("Cannot add note: __notes__ is not a list")),
    }
    Ok(Value::NONE)
}

fn get_args(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Exception>().map_or(Value::NONE, |e| e.args.get().or_none()))
}

fn set_args(vm: &mut Vm, value: Value, args: Value) -> PyResult<()> {
    if args.is_null() {
        return Err(vm.type_error("args may not be deleted"));
    }
    let mut items = vm.heap.temp_vec();
    vm.collect(args, &mut items)?;
    let tuple = vm.new_tuple(&items);
    if let Some(exception) = value.cast::<Exception>() {
        exception.args.set(tuple.into());
    }
    Ok(())
}

fn get_traceback(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Exception>().map_or(Value::NONE, |e| e.traceback.get().or_none()))
}

fn set_traceback(vm: &mut Vm, value: Value, traceback: Value) -> PyResult<()> {
    if traceback.is_null() {
        return Err(vm.type_error("__traceback__ may not be deleted"));
    }
    if !traceback.is_none() && traceback.cast::<Traceback>().is_none() {
        return Err(vm.type_error("__traceback__ must be a traceback or None"));
    }
    if let Some(exception) = value.cast::<Exception>() {
        exception.traceback.set(if traceback.is_none() { Value::NULL } else { traceback });
    }
    Ok(())
}

fn get_context(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Exception>().map_or(Value::NONE, |e| e.context.get().or_none()))
}

/// Checks a new cause or context; `None` is stored as `NULL`.
fn linked(vm: &mut Vm, value: Value, which: &str) -> PyResult {
    if value.is_null() {
        return Err(vm.type_error(format!("__{which}__ may not be deleted")));
    }
    if value.is_none() {
        return Ok(Value::NULL);
    }
    if value.cast::<Exception>().is_none() {
        return Err(vm.type_error(format!("exception {which} must be None or derive from BaseException")));
    }
    Ok(value)
}

fn set_context(vm: &mut Vm, value: Value, context: Value) -> PyResult<()> {
    let context = linked(vm, context, "context")?;
    if let Some(exception) = value.cast::<Exception>() {
        exception.context.set(context);
    }
    Ok(())
}

fn get_cause(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Exception>().map_or(Value::NONE, |e| e.cause.get().or_none()))
}

fn set_cause(vm: &mut Vm, value: Value, cause: Value) -> PyResult<()> {
    let cause = linked(vm, cause, "cause")?;
    if let Some(exception) = value.cast::<Exception>() {
        exception.cause.set(cause);
        exception.suppress_context.set(true);
    }
    Ok(())
}

fn get_suppress(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(Value::bool(value.cast::<Exception>().is_some_and(|e| e.suppress_context.get())))
}

fn set_suppress(vm: &mut Vm, value: Value, suppress: Value) -> PyResult<()> {
    if suppress.is_null() {
        return Err(vm.type_error("can't delete numeric/char attribute"));
    }
    let Some(suppress) = suppress.as_bool() else {
        return Err(vm.type_error("attribute value type must be bool"));
    };
    if let Some(exception) = value.cast::<Exception>() {
        exception.suppress_context.set(suppress);
    }
    Ok(())
}

/// The slots of `BaseException`.
pub(super) const SLOTS: Slots =
    Slots { new: Some(new), init: Some(init), str: Some(str), repr: Some(repr), ..Slots::NONE };

/// The methods of `BaseException`.
pub(super) const METHODS: &[MethodSpec] = &[
    method("__reduce__", reduce, Convention::NoArgs),
    method("__setstate__", set_state, Convention::O),
    method("with_traceback", with_traceback, Convention::O),
    method("add_note", add_note, Convention::O),
];

/// The attributes of `BaseException`.
pub(super) const ATTRIBUTES: &[GetSetSpec] = &[
    GetSetSpec { member: true, ..getset("__suppress_context__", get_suppress, set_suppress) },
    dict_getset(),
    getset("args", get_args, set_args),
    getset("__traceback__", get_traceback, set_traceback),
    getset("__context__", get_context, set_context),
    getset("__cause__", get_cause, set_cause),
];
