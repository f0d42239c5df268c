//! Asynchronous generators: `asend`, `athrow`, `aclose`, and the awaitables that these give (PEP 525).
//!
//! What such a generator yields to its consumer is wrapped (`ASYNC_GEN_WRAP`), so that the awaitable can tell it from what
//! the generator awaits: the first ends the `await` with a value, the second goes on to the event loop.

#![expect(unsafe_code, reason = "implementing the heap's contract")]

use std::any::Any;
use std::cell::Cell;

use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::heap::Marker;
use crate::object::{Gc, Header, HeapObject, LayoutKind};
use crate::objects::generator::Generator;
use crate::objects::generator_methods::{
    NAME, QUALNAME, Thrown, awaitable_iterator, class_getitem, coroutine_await, get_code, get_delegate, get_frame,
    get_suspended, repr, send, throw_exception,
};
use crate::objects::opaque::{Opaque, OpaqueData};
use crate::objects::receiver;
use crate::slots::Slots;
use crate::spec::Convention::{Fast, NoArgs, O, Varargs};
use crate::spec::{TypeSpec, class_method, getter, member, method};
use crate::value::Value;

const IGNORED_EXIT: &str = "async generator ignored GeneratorExit";

// ---- wrapped values ----

/// A value on its way to the consumer of an asynchronous generator.
#[repr(C)]
pub struct Wrapped {
    header: Header,
    value: Value,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for Wrapped {
    const LAYOUT: LayoutKind = LayoutKind::AsyncWrapped;

    fn trace(&self, marker: &mut Marker) {
        marker.value(self.value);
    }
}

/// Wraps what an asynchronous generator yields to its consumer.
pub(crate) fn wrap(vm: &mut Vm, value: Value) -> Value {
    let header = Header::new(vm.types.async_generator_wrapped_value);
    vm.heap.allocate(Wrapped { header, value }).into()
}

fn unwrap(value: Value) -> Option<Value> {
    value.cast::<Wrapped>().map(|wrapped| wrapped.value)
}

/// `async_generator_wrapped_value`.
pub static WRAPPED_VALUE_TYPE: TypeSpec = TypeSpec::new("async_generator_wrapped_value", LayoutKind::AsyncWrapped);

// ---- awaitables ----

#[derive(Clone, Copy, PartialEq, Eq)]
enum AwaitState {
    Init,
    Running,
    Closed,
}

/// What an awaitable does with its generator.
#[derive(Clone, Copy)]
enum Request {
    /// `__anext__` and `asend`.
    Send(Value),
    /// `athrow`.
    Throw(Thrown),
    /// `aclose`.
    Close,
}

impl Request {
    fn name(self) -> &'static str {
        match self {
            Request::Send(_) => "__anext__()/asend()",
            Request::Throw(_) | Request::Close => "aclose()/athrow()",
        }
    }

    fn method(self) -> &'static str {
        match self {
            Request::Send(_) => "anext",
            Request::Throw(_) => "athrow",
            Request::Close => "aclose",
        }
    }
}

/// What `__anext__`, `asend`, `athrow` and `aclose` give.
#[repr(C)]
pub struct Awaitable {
    header: Header,
    generator: Gc<Generator>,
    request: Request,
    state: Cell<AwaitState>,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for Awaitable {
    const LAYOUT: LayoutKind = LayoutKind::AsyncAwaitable;

    fn trace(&self, marker: &mut Marker) {
        marker.mark(self.generator);
        match &self.request {
            Request::Send(value) => marker.value(*value),
            Request::Throw(thrown) => thrown.trace(marker),
            Request::Close => {}
        }
    }
}

/// What became of an `await`.
pub(crate) enum Step {
    /// Something is awaited by it: this goes on to the event loop.
    Yielded(Value),
    /// It is over, with this result.
    Returned(Value),
}

impl Step {
    /// As iterators say it.
    fn into_result(self, vm: &mut Vm) -> PyResult {
        match self {
            Step::Yielded(value) => Ok(value),
            Step::Returned(value) => Err(vm.stop_iteration(value)),
        }
    }
}

/// The hooks of `sys.set_asyncgen_hooks` by number.
pub(crate) const FIRST_ITERATION: usize = 0;
/// The one that is called with a generator that was abandoned.
pub(crate) const FINALIZER: usize = 1;

fn new_awaitable(vm: &mut Vm, own: Value, request: Request) -> PyResult {
    let generator = receiver::<Generator>(vm, own)?;
    if !generator.hooked.replace(true) {
        if vm.asyncgen_hooks[FINALIZER].is_some() && generator.code.handlers.is_empty() {
            // There is nothing in it to be ended, so that nobody has noted it; the hook is to be told all the same.
            vm.heap.add_finalizable(own);
        }
        if let Some(hook) = vm.asyncgen_hooks[FIRST_ITERATION].as_ref().map(|hook| hook.get()) {
            vm.call_values(hook, &[own])?;
        }
    }
    let ty = match request {
        Request::Send(_) => vm.types.async_generator_asend,
        Request::Throw(_) | Request::Close => vm.types.async_generator_athrow,
    };
    let state = Cell::new(AwaitState::Init);
    Ok(vm.heap.allocate(Awaitable { header: Header::new(ty), generator, request, state }).into())
}

fn reused(vm: &mut Vm, request: Request) -> Raise {
    vm.runtime_error(format!("cannot reuse already awaited {}", request.name()))
}

/// Looks at what the generator did (`async_gen_unwrap_value`): a wrapped value ends the `await`.
fn answer(vm: &mut Vm, awaitable: Gc<Awaitable>, result: PyResult) -> PyResult<Step> {
    let generator = awaitable.generator;
    match result {
        Ok(value) => match unwrap(value) {
            Some(value) => {
                generator.running_async.set(false);
                awaitable.state.set(AwaitState::Closed);
                Ok(Step::Returned(value))
            }
            None => Ok(Step::Yielded(value)),
        },
        Err(raise) => {
            if ended(vm, raise) {
                generator.closed.set(true);
            }
            generator.running_async.set(false);
            awaitable.state.set(AwaitState::Closed);
            Err(raise)
        }
    }
}

fn ended(vm: &Vm, raise: Raise) -> bool {
    vm.is_raised(raise, vm.exc.StopAsyncIteration) || vm.is_raised(raise, vm.exc.GeneratorExit)
}

/// What `aclose` makes of what the generator did.
fn closing_answer(vm: &mut Vm, awaitable: Gc<Awaitable>, result: PyResult) -> PyResult<Step> {
    if let Ok(value) = result
        && unwrap(value).is_none()
    {
        return Ok(Step::Yielded(value));
    }
    awaitable.generator.running_async.set(false);
    awaitable.state.set(AwaitState::Closed);
    match result {
        Ok(_) => Err(vm.runtime_error(IGNORED_EXIT)),
        Err(raise) if ended(vm, raise) => Ok(Step::Returned(Value::NONE)),
        Err(raise) => Err(raise),
    }
}

/// Lets the generator go on on behalf of an awaitable.
pub(crate) fn step(vm: &mut Vm, awaitable: Gc<Awaitable>, sent: Value) -> PyResult<Step> {
    let (generator, request, state) = (awaitable.generator, awaitable.request, awaitable.state.get());
    if state == AwaitState::Closed {
        return Err(reused(vm, request));
    }
    let is_send = matches!(request, Request::Send(_));
    if !is_send && generator.is_finished() {
        awaitable.state.set(AwaitState::Closed);
        return Ok(Step::Returned(Value::NONE));
    }
    let mut sent = sent;
    if state == AwaitState::Init {
        begin(vm, awaitable, sent)?;
        match request {
            Request::Send(value) if sent.is_none() => sent = value,
            Request::Send(_) => {}
            Request::Throw(thrown) => {
                let result = throw_exception(vm, generator, thrown, false);
                return answer(vm, awaitable, result);
            }
            Request::Close => {
                generator.closed.set(true);
                let exit = Thrown::of(&[vm.exc.GeneratorExit.into()]);
                let result = throw_exception(vm, generator, exit, false);
                return closing_answer(vm, awaitable, result);
            }
        }
    }
    let result = send(vm, generator, sent);
    match request {
        Request::Close => closing_answer(vm, awaitable, result),
        _ => answer(vm, awaitable, result),
    }
}

fn resume(vm: &mut Vm, own: Value, sent: Value) -> PyResult {
    let awaitable = receiver::<Awaitable>(vm, own)?;
    step(vm, awaitable, sent)?.into_result(vm)
}

/// The checks before the generator runs for the first time on behalf of an awaitable.
fn begin(vm: &mut Vm, awaitable: Gc<Awaitable>, sent: Value) -> PyResult<()> {
    let (generator, request) = (awaitable.generator, awaitable.request);
    let is_send = matches!(request, Request::Send(_));
    if generator.running_async.get() {
        if !is_send {
            awaitable.state.set(AwaitState::Closed);
        }
        return Err(vm.runtime_error(format!("{}(): asynchronous generator is already running", request.method())));
    }
    if !is_send {
        if generator.closed.get() {
            awaitable.state.set(AwaitState::Closed);
            let ty = vm.exc.StopAsyncIteration;
            return Err(vm.raise_with(ty, &[]));
        }
        if !sent.is_none() {
            return Err(vm.runtime_error("can't send non-None value to a just-started coroutine"));
        }
    }
    awaitable.state.set(AwaitState::Running);
    generator.running_async.set(true);
    Ok(())
}

fn throw(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let awaitable = receiver::<Awaitable>(vm, own)?;
    if awaitable.state.get() == AwaitState::Closed {
        return Err(reused(vm, awaitable.request));
    }
    let values = args.between(vm, "throw", 1, 3)?;
    let result = throw_exception(vm, awaitable.generator, Thrown::of(values), true);
    let step = match awaitable.request {
        Request::Close => closing_answer(vm, awaitable, result),
        _ => answer(vm, awaitable, result),
    };
    step?.into_result(vm)
}

fn close(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    receiver::<Awaitable>(vm, own)?.state.set(AwaitState::Closed);
    Ok(Value::NONE)
}

const AWAITABLE: TypeSpec = TypeSpec {
    slots: Slots {
        await_: Some(|_, own| Ok(own)),
        iter: Some(|_, own| Ok(own)),
        iternext: Some(|vm, own| resume(vm, own, Value::NONE)),
        ..Slots::NONE
    },
    methods: &[
        method("send", |vm, own, args| resume(vm, own, args.get(0).unwrap_or(Value::NONE)), O),
        method("throw", throw, Fast),
        method("close", close, NoArgs),
    ],
    ..TypeSpec::new("", LayoutKind::AsyncAwaitable)
};

/// `async_generator_asend`.
pub static ASEND_TYPE: TypeSpec = TypeSpec { name: "async_generator_asend", ..AWAITABLE };

/// `async_generator_athrow`.
pub static ATHROW_TYPE: TypeSpec = TypeSpec { name: "async_generator_athrow", ..AWAITABLE };

// ---- `anext` with a default ----

/// What `anext(iterator, default)` gives.
struct AnextDefault {
    awaitable: Value,
    default: Value,
}

impl OpaqueData for AnextDefault {
    fn trace(&self, marker: &mut Marker) {
        marker.values(&[self.awaitable, self.default]);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// An awaitable that gives `default` where `awaitable` ends with `StopAsyncIteration`.
pub(crate) fn anext_with_default(vm: &mut Vm, awaitable: Value, default: Value) -> Value {
    let header = Header::new(vm.types.anext_awaitable);
    vm.heap.allocate(Opaque::new(header, Box::new(AnextDefault { awaitable, default }))).into()
}

/// Lets `f` do something with the iterator of the awaitable.
fn with_awaited(vm: &mut Vm, own: Value, f: impl FnOnce(&mut Vm, Value) -> PyResult) -> PyResult {
    let object = receiver::<Opaque>(vm, own)?;
    let parts = object.with(|parts: &mut AnextDefault| (parts.awaitable, parts.default));
    let Some((awaitable, default)) = parts else { return Err(vm.type_error("bad receiver")) };
    let mut iterator = awaitable_iterator(vm, awaitable)?;
    if iterator.is_exact(vm.types.coroutine) {
        iterator = coroutine_await(vm, iterator)?;
    }
    match f(vm, iterator) {
        Err(raise) if vm.is_raised(raise, vm.exc.StopAsyncIteration) => Err(vm.stop_iteration(default)),
        other => other,
    }
}

/// `anext_awaitable`.
pub static ANEXT_AWAITABLE_TYPE: TypeSpec = TypeSpec {
    slots: Slots {
        await_: Some(|_, own| Ok(own)),
        iter: Some(|_, own| Ok(own)),
        iternext: Some(|vm, own| with_awaited(vm, own, Vm::next_or_stop)),
        ..Slots::NONE
    },
    methods: &[
        method(
            "send",
            |vm, own, args| with_awaited(vm, own, |vm, iterator| vm.call_method(iterator, "send", args.positionals())),
            O,
        ),
        method(
            "throw",
            |vm, own, args| with_awaited(vm, own, |vm, iterator| vm.call_method(iterator, "throw", args.positionals())),
            Varargs,
        ),
        method(
            "close",
            |vm, own, _| with_awaited(vm, own, |vm, iterator| vm.call_method(iterator, "close", &[])),
            NoArgs,
        ),
    ],
    ..TypeSpec::new("anext_awaitable", LayoutKind::Opaque)
};

// ---- the generator itself ----

fn athrow(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "athrow", 1, 3)?;
    new_awaitable(vm, own, Request::Throw(Thrown::of(values)))
}

/// `async_generator`.
pub static ASYNC_GENERATOR_TYPE: TypeSpec = TypeSpec {
    slots: Slots {
        aiter: Some(|_, own| Ok(own)),
        anext: Some(|vm, own| new_awaitable(vm, own, Request::Send(Value::NONE))),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: &[
        method("asend", |vm, own, args| new_awaitable(vm, own, Request::Send(args.get(0).unwrap_or(Value::NONE))), O),
        method("athrow", athrow, Varargs),
        method("aclose", |vm, own, _| new_awaitable(vm, own, Request::Close), NoArgs),
        class_method("__class_getitem__", class_getitem, O),
    ],
    getset: &[
        NAME,
        QUALNAME,
        getter("ag_await", get_delegate),
        getter("ag_frame", get_frame),
        getter("ag_suspended", get_suspended),
        member("ag_running", |vm, own| Ok(Value::bool(receiver::<Generator>(vm, own)?.running_async.get()))),
        member("ag_code", get_code),
    ],
    ..TypeSpec::new("async_generator", LayoutKind::Generator)
};
