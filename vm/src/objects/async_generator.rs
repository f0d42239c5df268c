//! Asynchronous generators: `asend`, `athrow`, `aclose`, and the awaitables that these give (PEP 525).
//!
//! What such a generator yields to its consumer is wrapped (`ASYNC_GEN_WRAP`), so that the awaitable can tell it from what
//! the generator awaits: the first ends the `await` with a value, the second goes on to the event loop.

use std::any::Any;

use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::heap::Marker;
use crate::object::{Gc, Header, LayoutKind};
use crate::objects::generator::{Generator, GeneratorState};
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

struct Wrapped(Value);

impl OpaqueData for Wrapped {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.0);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// A value on its way to the consumer of an asynchronous generator.
pub(crate) fn wrap(vm: &mut Vm, value: Value) -> Value {
    let header = Header::new(vm.types.async_generator_wrapped_value);
    vm.heap.allocate(Opaque::new(header, Box::new(Wrapped(value)))).into()
}

fn unwrap(vm: &Vm, value: Value) -> Option<Value> {
    if !value.is_exact(vm.types.async_generator_wrapped_value) {
        return None;
    }
    value.cast::<Opaque>()?.with(|Wrapped(value): &mut Wrapped| *value)
}

/// `async_generator_wrapped_value`.
pub static WRAPPED_VALUE_TYPE: TypeSpec = TypeSpec::new("async_generator_wrapped_value", LayoutKind::Opaque);

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

#[derive(Clone, Copy)]
struct Awaitable {
    generator: Gc<Generator>,
    request: Request,
    state: AwaitState,
}

impl OpaqueData for Awaitable {
    fn trace(&self, marker: &mut Marker) {
        marker.mark(self.generator);
        match &self.request {
            Request::Send(value) => marker.value(*value),
            Request::Throw(thrown) => thrown.trace(marker),
            Request::Close => {}
        }
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// The hooks of `sys.set_asyncgen_hooks` by number.
pub(crate) const FIRST_ITERATION: usize = 0;
/// The one that is called with a generator that was abandoned.
pub(crate) const FINALIZER: usize = 1;

fn new_awaitable(vm: &mut Vm, own: Value, request: Request) -> PyResult {
    let generator = receiver::<Generator>(vm, own)?;
    if !generator.hooked.replace(true)
        && let Some(hook) = vm.asyncgen_hooks[FIRST_ITERATION].as_ref().map(|hook| hook.get())
    {
        vm.call_values(hook, &[own])?;
    }
    let ty = match request {
        Request::Send(_) => vm.types.async_generator_asend,
        Request::Throw(_) | Request::Close => vm.types.async_generator_athrow,
    };
    let awaitable = Awaitable { generator, request, state: AwaitState::Init };
    Ok(vm.heap.allocate(Opaque::new(Header::new(ty), Box::new(awaitable))).into())
}

fn awaitable(vm: &mut Vm, own: Value) -> PyResult<(Gc<Opaque>, Awaitable)> {
    let object = receiver::<Opaque>(vm, own)?;
    match object.with(|awaitable: &mut Awaitable| *awaitable) {
        Some(found) => Ok((object, found)),
        None => Err(vm.type_error("bad receiver")),
    }
}

fn set_state(object: Gc<Opaque>, state: AwaitState) {
    object.with(|awaitable: &mut Awaitable| awaitable.state = state);
}

fn reused(vm: &mut Vm, request: Request) -> Raise {
    vm.runtime_error(format!("cannot reuse already awaited {}", request.name()))
}

/// Looks at what the generator did (`async_gen_unwrap_value`): a wrapped value ends the `await`.
fn answer(vm: &mut Vm, generator: Gc<Generator>, result: PyResult) -> PyResult {
    match result {
        Ok(value) => match unwrap(vm, value) {
            Some(value) => {
                generator.running_async.set(false);
                Err(vm.stop_iteration(value))
            }
            None => Ok(value),
        },
        Err(raise) => {
            if ended(vm, raise) {
                generator.closed.set(true);
            }
            generator.running_async.set(false);
            Err(raise)
        }
    }
}

fn ended(vm: &Vm, raise: Raise) -> bool {
    vm.is_raised(raise, vm.exc.StopAsyncIteration) || vm.is_raised(raise, vm.exc.GeneratorExit)
}

/// What `aclose` makes of what the generator did.
fn closing_answer(vm: &mut Vm, object: Gc<Opaque>, generator: Gc<Generator>, result: PyResult) -> PyResult {
    match result {
        Ok(value) if unwrap(vm, value).is_none() => Ok(value),
        Ok(_) => {
            generator.running_async.set(false);
            set_state(object, AwaitState::Closed);
            Err(vm.runtime_error(IGNORED_EXIT))
        }
        Err(raise) => {
            generator.running_async.set(false);
            set_state(object, AwaitState::Closed);
            Err(if ended(vm, raise) { vm.stop_iteration(Value::NONE) } else { raise })
        }
    }
}

fn resume(vm: &mut Vm, own: Value, sent: Value) -> PyResult {
    let (object, awaitable) = awaitable(vm, own)?;
    let Awaitable { generator, request, state } = awaitable;
    if state == AwaitState::Closed {
        return Err(reused(vm, request));
    }
    let mut sent = sent;
    if state == AwaitState::Init {
        begin(vm, object, generator, request, sent)?;
        match request {
            Request::Send(value) if sent.is_none() => sent = value,
            Request::Send(_) => {}
            Request::Throw(thrown) => {
                let result = throw_exception(vm, generator, thrown, false);
                return finish(vm, object, generator, result);
            }
            Request::Close => {
                generator.closed.set(true);
                let exit = Thrown::of(&[vm.exc.GeneratorExit.into()]);
                let result = throw_exception(vm, generator, exit, false);
                return closing_answer(vm, object, generator, result);
            }
        }
    } else if !matches!(request, Request::Send(_)) && generator.state.get() == GeneratorState::Finished {
        set_state(object, AwaitState::Closed);
        return Err(vm.stop_iteration(Value::NONE));
    }
    let result = send(vm, generator, sent);
    match request {
        Request::Close => closing_answer(vm, object, generator, result),
        _ => finish(vm, object, generator, result),
    }
}

/// The checks before the generator runs for the first time on behalf of an awaitable.
fn begin(vm: &mut Vm, object: Gc<Opaque>, generator: Gc<Generator>, request: Request, sent: Value) -> PyResult<()> {
    let is_send = matches!(request, Request::Send(_));
    if !is_send && generator.state.get() == GeneratorState::Finished {
        set_state(object, AwaitState::Closed);
        return Err(vm.stop_iteration(Value::NONE));
    }
    if generator.running_async.get() {
        if !is_send {
            set_state(object, AwaitState::Closed);
        }
        return Err(vm.runtime_error(format!("{}(): asynchronous generator is already running", request.method())));
    }
    if !is_send {
        if generator.closed.get() {
            set_state(object, AwaitState::Closed);
            let ty = vm.exc.StopAsyncIteration;
            return Err(vm.raise_with(ty, &[]));
        }
        if !sent.is_none() {
            return Err(vm.runtime_error("can't send non-None value to a just-started coroutine"));
        }
    }
    set_state(object, AwaitState::Running);
    generator.running_async.set(true);
    Ok(())
}

fn finish(vm: &mut Vm, object: Gc<Opaque>, generator: Gc<Generator>, result: PyResult) -> PyResult {
    let result = answer(vm, generator, result);
    if result.is_err() {
        set_state(object, AwaitState::Closed);
    }
    result
}

fn throw(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let (object, Awaitable { generator, request, state }) = awaitable(vm, own)?;
    if state == AwaitState::Closed {
        return Err(reused(vm, request));
    }
    let values = args.between(vm, "throw", 1, 3)?;
    let result = throw_exception(vm, generator, Thrown::of(values), true);
    match request {
        Request::Close => closing_answer(vm, object, generator, result),
        _ => finish(vm, object, generator, result),
    }
}

fn close(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (object, _) = awaitable(vm, own)?;
    set_state(object, AwaitState::Closed);
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
    ..TypeSpec::new("", LayoutKind::Opaque)
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
