//! The types `generator` and `coroutine`: `send`, `throw`, `close`, and what programs see of them.

use quicken_bytecode::{CodeFlags, Opcode};

use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::handlers::BASE;
use crate::heap::Marker;
use crate::object::{Gc, Header, LayoutKind};
use crate::objects::exception::{Exception, Traceback};
use crate::objects::frame_object::FrameObject;
use crate::objects::generator::{Generator, GeneratorState};
use crate::objects::opaque::{Opaque, OpaqueData};
use crate::objects::receiver;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::slots::Slots;
use crate::spec::Convention::{Fast, NoArgs, O};
use crate::spec::{GetSetSpec, MethodSpec, TypeSpec, class_method, getset, getter, member, method};
use crate::value::Value;

/// What messages call it.
pub fn kind_name(generator: Gc<Generator>) -> &'static str {
    if generator.code.is(CodeFlags::COROUTINE) {
        "coroutine"
    } else if generator.code.is(CodeFlags::ASYNC_GENERATOR) {
        "async generator"
    } else {
        "generator"
    }
}

/// The iterator that a suspended generator delegates to by `yield from` or `await` (`_PyGen_yf`): it waits in front of a
/// `RESUME` whose operand says so, with that iterator on top of its operands.
pub fn delegate(generator: Gc<Generator>) -> Option<Value> {
    if generator.state.get() != GeneratorState::Suspended {
        return None;
    }
    let unit = generator.code.unit(generator.code.unit_index(generator.pc.get()));
    if BASE[usize::from(unit as u8)] != Opcode::RESUME as u8 || unit >> 8 < 2 {
        return None;
    }
    generator.stored_top(1)
}

/// Runs `f` while the generator counts as running, because what it delegates to does: its frame stands among the callers.
fn while_running<T>(vm: &mut Vm, generator: Gc<Generator>, f: impl FnOnce(&mut Vm) -> T) -> T {
    let entered = vm.enter_idle(generator);
    let state = generator.state.replace(GeneratorState::Running);
    let result = f(vm);
    generator.state.set(state);
    if let Some(saved) = entered {
        vm.leave_idle(generator, saved);
    }
    result
}

/// Resumes a generator with a value, as `send` does (`gen_send_ex`).
///
/// # Errors
/// What the generator raises; `StopIteration` with its value when it returns or has returned.
pub fn send(vm: &mut Vm, generator: Gc<Generator>, value: Value) -> PyResult {
    match generator.state.get() {
        GeneratorState::Created if !value.is_none() => {
            let what = kind_name(generator);
            Err(vm.type_error(format!("can't send non-None value to a just-started {what}")))
        }
        GeneratorState::Finished if generator.code.is(CodeFlags::COROUTINE) => Err(reused(vm)),
        GeneratorState::Finished => Err(returned(vm, generator, None)),
        _ => vm.run_generator(generator, value).map_err(|raise| returned(vm, generator, Some(raise))),
    }
}

/// What is raised when a generator has returned: `StopIteration`, as `raise` has it already, or `StopAsyncIteration`. No
/// `StopIteration` comes out of a generator in another way (PEP 479).
fn returned(vm: &mut Vm, generator: Gc<Generator>, raise: Option<Raise>) -> Raise {
    let ended = raise.is_none_or(|raise| vm.is_raised(raise, vm.exc.StopIteration));
    match raise {
        Some(raise) if !ended || !generator.code.is(CodeFlags::ASYNC_GENERATOR) => raise,
        _ if generator.code.is(CodeFlags::ASYNC_GENERATOR) => {
            let ty = vm.exc.StopAsyncIteration;
            vm.raise_with(ty, &[])
        }
        _ => vm.stop_iteration(Value::NONE),
    }
}

fn reused(vm: &mut Vm) -> Raise {
    vm.runtime_error("cannot reuse already awaited coroutine")
}

/// Resumes a generator by raising an exception where it stopped.
fn raise_inside(vm: &mut Vm, generator: Gc<Generator>, raise: Raise, closing: bool) -> PyResult {
    match generator.state.get() {
        GeneratorState::Running => {
            let what = kind_name(generator);
            Err(vm.value_error(format!("{what} already executing")))
        }
        GeneratorState::Finished if generator.code.is(CodeFlags::COROUTINE) && !closing => Err(reused(vm)),
        GeneratorState::Finished => Err(raise),
        _ => {
            // What the generator is handling becomes the context of what is thrown into it.
            let inner = generator.handled.get();
            if !inner.is_none()
                && !inner.is_null()
                && let Some(exception) = raise.0.cast::<Exception>()
            {
                let outer = std::mem::replace(&mut vm.handled, inner);
                vm.set_context(exception);
                vm.handled = outer;
            }
            vm.throw_into_generator(generator, raise).map_err(|raise| returned(vm, generator, Some(raise)))
        }
    }
}

/// Closes what a generator delegates to (`gen_close_iter`).
fn close_delegate(vm: &mut Vm, iterator: Value) -> PyResult<()> {
    if (iterator.is_exact(vm.types.generator) || iterator.is_exact(vm.types.coroutine))
        && let Some(generator) = iterator.cast::<Generator>()
    {
        return close(vm, generator);
    }
    let name = vm.names.close;
    match vm.lookup_attr(iterator, name) {
        Ok(Some(method)) => vm.call_values(method, &[]).map(drop),
        Ok(None) => Ok(()),
        Err(raise) => {
            vm.write_unraisable(raise, iterator);
            Ok(())
        }
    }
}

/// `generator.close()`.
///
/// # Errors
/// What the generator raises instead of ending; a `RuntimeError` when it yields.
pub fn close(vm: &mut Vm, generator: Gc<Generator>) -> PyResult<()> {
    vm.check_native_stack(" while calling a Python object")?;
    let mut error = None;
    if let Some(iterator) = delegate(generator) {
        error = while_running(vm, generator, |vm| close_delegate(vm, iterator)).err();
    }
    let raise = match error {
        Some(raise) => raise,
        None => {
            let ty = vm.exc.GeneratorExit;
            vm.raise_with(ty, &[])
        }
    };
    match raise_inside(vm, generator, raise, true) {
        Ok(_) => {
            let what = kind_name(generator);
            Err(vm.runtime_error(format!("{what} ignored GeneratorExit")))
        }
        Err(raise) if vm.is_raised(raise, vm.exc.StopIteration) || vm.is_raised(raise, vm.exc.GeneratorExit) => Ok(()),
        Err(raise) => Err(raise),
    }
}

/// The arguments of `throw`; what was not given is `NULL`.
#[derive(Clone, Copy)]
pub(super) struct Thrown {
    class: Value,
    value: Value,
    traceback: Value,
}

impl Thrown {
    /// What these one to three arguments of `throw` name.
    pub(super) fn of(values: &[Value]) -> Thrown {
        let at = |index: usize| values.get(index).copied().unwrap_or(Value::NULL);
        Thrown { class: at(0), value: at(1), traceback: at(2) }
    }

    pub(super) fn trace(&self, marker: &mut Marker) {
        marker.values(&[self.class, self.value, self.traceback]);
    }

    /// The arguments as they were given, for a `throw` that is not ours.
    fn given(&self) -> ([Value; 3], usize) {
        let all = [self.class, self.value, self.traceback];
        let count = all.iter().position(|value| value.is_null()).unwrap_or(3);
        (all, count)
    }

    fn is_generator_exit(&self, vm: &Vm) -> bool {
        let class = self.class.cast::<Type>().unwrap_or_else(|| vm.type_of(self.class));
        class.is_subtype(vm.exc.GeneratorExit)
    }

    /// The exception that the arguments name. What the caller handles is not its context.
    fn exception(&self, vm: &mut Vm) -> PyResult<Raise> {
        let traceback = if self.traceback.is_none() { Value::NULL } else { self.traceback };
        if !traceback.is_null() && traceback.cast::<Traceback>().is_none() {
            return Err(vm.type_error("throw() third argument must be a traceback object"));
        }
        if let Some(class) = self.class.cast::<Type>().filter(|class| class.is_subtype(vm.exc.BaseException)) {
            // What goes wrong with making the exception is thrown in its place.
            let instance = match self.instance(vm, class) {
                Ok(instance) => instance,
                Err(raise) => return Ok(raise),
            };
            if let Some(exception) = instance.cast::<Exception>() {
                exception.traceback.set(traceback);
            }
            return Ok(Raise(instance));
        }
        if let Some(exception) = self.class.cast::<Exception>() {
            if !self.value.is_null() && !self.value.is_none() {
                return Err(vm.type_error("instance exception may not have a separate value"));
            }
            if !traceback.is_null() {
                exception.traceback.set(traceback);
            }
            return Ok(Raise(self.class));
        }
        let name = vm.type_name(self.class);
        Err(vm.type_error(format!("exceptions must be classes or instances deriving from BaseException, not {name}")))
    }

    /// An instance of the class, made of the value (`PyErr_NormalizeException`).
    fn instance(&self, vm: &mut Vm, class: Gc<Type>) -> PyResult {
        let value = self.value.or_none();
        if value.cast::<Exception>().is_some() && vm.type_of(value).is_subtype(class) {
            return Ok(value);
        }
        let instance = match value.cast::<Tuple>() {
            _ if value.is_none() => vm.call_values(self.class, &[])?,
            Some(arguments) => vm.call_values(self.class, arguments.items())?,
            None => vm.call_values(self.class, &[value])?,
        };
        if instance.cast::<Exception>().is_none() {
            let (class, got) = (vm.repr_text(self.class)?, vm.type_name(instance));
            return Err(
                vm.type_error(format!("calling {class} should have returned an instance of BaseException, not {got}"))
            );
        }
        Ok(instance)
    }
}

/// `_gen_throw`: what the generator delegates to gets the exception first. With `close_on_exit` a `GeneratorExit` closes it
/// instead; asynchronous generators give what they await time to end.
pub(super) fn throw_exception(vm: &mut Vm, generator: Gc<Generator>, thrown: Thrown, close_on_exit: bool) -> PyResult {
    vm.check_native_stack(" while calling a Python object")?;
    if let Some(iterator) = delegate(generator) {
        if close_on_exit && thrown.is_generator_exit(vm) {
            if let Err(raise) = while_running(vm, generator, |vm| close_delegate(vm, iterator)) {
                return raise_inside(vm, generator, raise, false);
            }
        } else if let Some(result) = throw_into_delegate(vm, generator, iterator, thrown, close_on_exit)? {
            return match result {
                Ok(yielded) => Ok(yielded),
                Err(raise) => {
                    // The iterator is done: the generator goes on behind its loop of SENDs.
                    generator.leave_delegation();
                    if vm.is_raised(raise, vm.exc.StopIteration) {
                        let value = vm.stop_iteration_value(raise);
                        send(vm, generator, value)
                    } else {
                        raise_inside(vm, generator, raise, false)
                    }
                }
            };
        }
    }
    let raise = thrown.exception(vm)?;
    raise_inside(vm, generator, raise, false)
}

/// Throws into what a generator delegates to; `None` when that has no `throw`.
fn throw_into_delegate(
    vm: &mut Vm,
    generator: Gc<Generator>,
    iterator: Value,
    thrown: Thrown,
    close_on_exit: bool,
) -> PyResult<Option<PyResult>> {
    if (iterator.is_exact(vm.types.generator) || iterator.is_exact(vm.types.coroutine))
        && let Some(inner) = iterator.cast::<Generator>()
    {
        return Ok(Some(while_running(vm, generator, |vm| throw_exception(vm, inner, thrown, close_on_exit))));
    }
    let name = vm.names.throw;
    let Some(method) = vm.lookup_attr(iterator, name)? else { return Ok(None) };
    let (values, count) = thrown.given();
    Ok(Some(while_running(vm, generator, |vm| vm.call_values(method, &values[..count]))))
}

// ---- awaitables ----

/// Whether this is a generator that `types.coroutine` made awaitable.
pub(crate) fn is_iterable_coroutine(value: Value) -> bool {
    value.cast::<Generator>().is_some_and(|generator| generator.code.is(CodeFlags::ITERABLE_COROUTINE))
}

/// The iterator of an awaitable: a coroutine is its own (`_PyCoro_GetAwaitableIter`).
///
/// # Errors
/// `TypeError` for what is no awaitable.
pub(crate) fn awaitable_iterator(vm: &mut Vm, awaitable: Value) -> PyResult {
    if awaitable.is_exact(vm.types.coroutine) || is_iterable_coroutine(awaitable) {
        return Ok(awaitable);
    }
    let Some(await_) = vm.type_of(awaitable).slots().await_ else {
        let name = vm.type_name(awaitable);
        return Err(vm.type_error(format!("object {name} can't be used in 'await' expression")));
    };
    let iterator = await_(vm, awaitable)?;
    if iterator.is_exact(vm.types.coroutine) || is_iterable_coroutine(iterator) {
        return Err(vm.type_error("__await__() returned a coroutine"));
    }
    if !vm.is_iterator(iterator) {
        let name = vm.type_name(iterator);
        return Err(vm.type_error(format!("__await__() returned non-iterator of type '{name}'")));
    }
    Ok(iterator)
}

// ---- methods ----

fn send_method(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let generator = receiver::<Generator>(vm, own)?;
    let [value] = args.exactly(vm, "send")?;
    send(vm, generator, value)
}

fn throw_method(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let generator = receiver::<Generator>(vm, own)?;
    let values = args.between(vm, "throw", 1, 3)?;
    throw_exception(vm, generator, Thrown::of(values), true)
}

fn close_method(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let generator = receiver::<Generator>(vm, own)?;
    close(vm, generator)?;
    Ok(Value::NONE)
}

fn iternext(vm: &mut Vm, own: Value) -> PyResult {
    let generator = receiver::<Generator>(vm, own)?;
    match generator.state.get() {
        GeneratorState::Finished => Ok(Value::NULL),
        _ => vm.run_generator(generator, Value::NONE),
    }
}

pub(super) fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let generator = receiver::<Generator>(vm, own)?;
    let qualname = vm.str_of(generator.qualname.get())?;
    let kind = match kind_name(generator) {
        "async generator" => "async_generator",
        kind => kind,
    };
    let text = format!("<{kind} object {} at {:#x}>", qualname.to_string_lossy(), generator.address());
    Ok(vm.new_str(&text).into())
}

// ---- attributes ----

fn get_running(vm: &mut Vm, own: Value) -> PyResult {
    Ok(Value::bool(receiver::<Generator>(vm, own)?.state.get() == GeneratorState::Running))
}

pub(super) fn get_suspended(vm: &mut Vm, own: Value) -> PyResult {
    Ok(Value::bool(receiver::<Generator>(vm, own)?.state.get() == GeneratorState::Suspended))
}

pub(super) fn get_code(vm: &mut Vm, own: Value) -> PyResult {
    Ok(receiver::<Generator>(vm, own)?.code.into())
}

pub(super) fn get_frame(vm: &mut Vm, own: Value) -> PyResult {
    let generator = receiver::<Generator>(vm, own)?;
    if generator.state.get() == GeneratorState::Finished {
        return Ok(Value::NONE);
    }
    Ok(vm.object_of_generator(generator).into())
}

pub(super) fn get_delegate(vm: &mut Vm, own: Value) -> PyResult {
    let generator = receiver::<Generator>(vm, own)?;
    Ok(delegate(generator).unwrap_or(Value::NONE))
}

fn get_name(vm: &mut Vm, own: Value) -> PyResult {
    Ok(receiver::<Generator>(vm, own)?.name.get())
}

fn set_name(vm: &mut Vm, own: Value, name: Value) -> PyResult<()> {
    let generator = receiver::<Generator>(vm, own)?;
    if name.is_null() || name.cast::<Str>().is_none() {
        return Err(vm.type_error("__name__ must be set to a string object"));
    }
    generator.name.set(name);
    Ok(())
}

fn get_qualname(vm: &mut Vm, own: Value) -> PyResult {
    Ok(receiver::<Generator>(vm, own)?.qualname.get())
}

fn set_qualname(vm: &mut Vm, own: Value, name: Value) -> PyResult<()> {
    let generator = receiver::<Generator>(vm, own)?;
    if name.is_null() || name.cast::<Str>().is_none() {
        return Err(vm.type_error("__qualname__ must be set to a string object"));
    }
    generator.qualname.set(name);
    Ok(())
}

fn get_origin(vm: &mut Vm, own: Value) -> PyResult {
    let object = receiver::<Generator>(vm, own)?.frame.get().cast::<FrameObject>();
    Ok(object.map_or(Value::NONE, |object| object.origin.get().or_none()))
}

pub(super) const NAME: GetSetSpec = getset("__name__", get_name, set_name);
pub(super) const QUALNAME: GetSetSpec = getset("__qualname__", get_qualname, set_qualname);
const SEND: MethodSpec = method("send", send_method, O);
const THROW: MethodSpec = method("throw", throw_method, Fast);
const CLOSE: MethodSpec = method("close", close_method, NoArgs);

pub(super) fn class_getitem(vm: &mut Vm, class: Value, args: Args<'_>) -> PyResult {
    let [item] = args.exactly(vm, "__class_getitem__")?;
    crate::objects::genericalias::new_alias(vm, class, item)
}

/// `generator`.
pub static GENERATOR_TYPE: TypeSpec = TypeSpec {
    slots: Slots { iter: Some(|_, own| Ok(own)), iternext: Some(iternext), repr: Some(repr), ..Slots::NONE },
    methods: &[SEND, THROW, CLOSE],
    getset: &[
        NAME,
        QUALNAME,
        getter("gi_yieldfrom", get_delegate),
        getter("gi_running", get_running),
        getter("gi_frame", get_frame),
        getter("gi_suspended", get_suspended),
        member("gi_code", get_code),
    ],
    ..TypeSpec::new("generator", LayoutKind::Generator)
};

/// `coroutine`.
pub static COROUTINE_TYPE: TypeSpec = TypeSpec {
    slots: Slots { await_: Some(coroutine_await), repr: Some(repr), ..Slots::NONE },
    methods: &[SEND, THROW, CLOSE, class_method("__class_getitem__", class_getitem, O)],
    getset: &[
        NAME,
        QUALNAME,
        getter("cr_await", get_delegate),
        getter("cr_running", get_running),
        getter("cr_frame", get_frame),
        getter("cr_suspended", get_suspended),
        member("cr_origin", get_origin),
        member("cr_code", get_code),
    ],
    ..TypeSpec::new("coroutine", LayoutKind::Generator)
};

// ---- `coroutine.__await__()` ----

/// What `__await__` of a coroutine gives: an iterator that resumes it.
struct Awaited(Gc<Generator>);

impl OpaqueData for Awaited {
    fn trace(&self, marker: &mut Marker) {
        marker.mark(self.0);
    }

    fn as_any_mut(&mut self) -> &mut dyn std::any::Any {
        self
    }
}

pub(super) fn coroutine_await(vm: &mut Vm, own: Value) -> PyResult {
    let coroutine = receiver::<Generator>(vm, own)?;
    let header = Header::new(vm.types.coroutine_wrapper);
    Ok(vm.heap.allocate(Opaque::new(header, Box::new(Awaited(coroutine)))).into())
}

fn awaited(vm: &mut Vm, own: Value) -> PyResult {
    let object = receiver::<Opaque>(vm, own)?;
    Ok(object.with(|Awaited(coroutine): &mut Awaited| *coroutine).map_or(Value::NONE, Value::from))
}

/// `coroutine_wrapper`.
pub static COROUTINE_WRAPPER_TYPE: TypeSpec = TypeSpec {
    slots: Slots {
        iter: Some(|_, own| Ok(own)),
        iternext: Some(|vm, own| {
            let coroutine = awaited(vm, own)?;
            let coroutine = receiver::<Generator>(vm, coroutine)?;
            send(vm, coroutine, Value::NONE)
        }),
        ..Slots::NONE
    },
    methods: &[
        method("send", |vm, own, args| awaited(vm, own).and_then(|own| send_method(vm, own, args)), O),
        method("throw", |vm, own, args| awaited(vm, own).and_then(|own| throw_method(vm, own, args)), Fast),
        method("close", |vm, own, args| awaited(vm, own).and_then(|own| close_method(vm, own, args)), NoArgs),
    ],
    ..TypeSpec::new("coroutine_wrapper", LayoutKind::Opaque)
};
