//! Iteration, and delegation to generators and awaitables.

use crate::Vm;
use crate::error::PyResult;
use crate::frame::FrameKind;
use crate::objects::async_generator::{self, Awaitable, Step};
use crate::objects::exception::Exception;
use crate::objects::generator::{Generator, GeneratorState};
use crate::objects::generator_methods::{awaitable_iterator, delegate, is_iterable_coroutine};
use crate::objects::iter::SequenceIter;
use crate::objects::range::RangeIter;
use crate::state::{Control, Flow};
use crate::value::Value;

slow_handlers! {
    GET_ITER => get_iter,
    GET_YIELD_FROM_ITER => get_yield_from_iter,
    GET_LEN => get_len,
    GET_AWAITABLE => get_awaitable,
    GET_AITER => get_aiter,
    GET_ANEXT => get_anext,
    END_ASYNC_FOR => end_async_for,
    ASYNC_GEN_WRAP => async_gen_wrap,
}

handler!(FOR_ITER(s, vm, oparg) {
    let iterator = s.peek(1);
    // Ranges of small integers and the built-in sequences need no call and no allocation.
    if iterator.is_exact(vm.types.range_iterator) {
        let Some(range) = iterator.cast::<RangeIter>() else { return Control::Slow(for_iter) };
        match range.next_small() {
            Some(value) if !value.is_null() => {
                s.push(value);
                return Control::Next;
            }
            Some(_) => {
                s.shrink(1);
                s.skip(oparg);
                return Control::Next;
            }
            None => return Control::Slow(for_iter),
        }
    }
    if iterator.is_exact(vm.types.list_iterator) || iterator.is_exact(vm.types.tuple_iterator) {
        let Some(sequence) = iterator.cast::<SequenceIter>() else { return Control::Slow(for_iter) };
        if let Some(value) = sequence.next_item() {
            s.push(value);
        } else {
            s.shrink(1);
            s.skip(oparg);
        }
        return Control::Next;
    }
    if iterator.is_exact(vm.types.generator) { Control::Resume } else { Control::Slow(for_iter) }
});

pub(super) fn for_iter(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let iterator = vm.state.peek(1);
    if iterator.is_exact(vm.types.generator)
        && let Some(generator) = iterator.cast::<Generator>()
    {
        if generator.state.get() == GeneratorState::Finished {
            vm.state.shrink(1);
            vm.state.skip(oparg);
            return Ok(Flow::Continue);
        }
        vm.resume_generator(generator, Value::NONE, FrameKind::ForIter)?;
        return Ok(Flow::Continue);
    }
    match if vm.tracing.wanted { next_traced(vm, iterator)? } else { vm.next(iterator)? } {
        Some(value) => vm.state.push(value),
        None => {
            vm.state.shrink(1);
            vm.state.skip(oparg);
        }
    }
    Ok(Flow::Continue)
}

/// The next value, while the program traces itself: it is told of a `StopIteration`.
#[cold]
fn next_traced(vm: &mut Vm, iterator: Value) -> PyResult<Option<Value>> {
    match vm.next_or_stop(iterator) {
        Ok(value) => Ok(value.non_null()),
        Err(raise) if vm.is_raised(raise, vm.exc.StopIteration) => {
            vm.trace_exception(raise);
            Ok(None)
        }
        Err(raise) => Err(raise),
    }
}

fn get_iter(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let iterator = vm.iter(vm.state.peek(1))?;
    vm.state.poke(1, iterator);
    Ok(Flow::Continue)
}

fn get_yield_from_iter(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let iterable = vm.state.peek(1);
    if iterable.is_exact(vm.types.coroutine) {
        if !vm
            .running_code()
            .flags
            .intersects(quicken_bytecode::CodeFlags::COROUTINE | quicken_bytecode::CodeFlags::ITERABLE_COROUTINE)
        {
            return Err(vm.type_error("cannot 'yield from' a coroutine object in a non-coroutine generator"));
        }
        return Ok(Flow::Continue);
    }
    if iterable.is_exact(vm.types.generator) {
        return Ok(Flow::Continue);
    }
    get_iter(vm, 0)
}

fn get_len(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let length = vm.length(vm.state.peek(1))?;
    let length = vm.int(length as i64);
    vm.state.push(length);
    Ok(Flow::Continue)
}

handler!(SEND(s, vm, _oparg) {
    let receiver = s.peek(2);
    let resumes = receiver.is_exact(vm.types.generator) || receiver.is_exact(vm.types.coroutine);
    if resumes { Control::Resume } else { Control::Slow(send) }
});

/// Stack: receiver, value. Yields leave (receiver, yielded); a return replaces both by the result and jumps.
pub(super) fn send(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let (receiver, value) = (vm.state.peek(2), vm.state.peek(1));
    if (receiver.is_exact(vm.types.generator) || receiver.is_exact(vm.types.coroutine))
        && let Some(generator) = receiver.cast::<Generator>()
    {
        match generator.state.get() {
            GeneratorState::Finished if generator.code.is(quicken_bytecode::CodeFlags::COROUTINE) => {
                return Err(vm.runtime_error("cannot reuse already awaited coroutine"));
            }
            GeneratorState::Finished => {
                vm.state.shrink(1);
                vm.state.poke(1, Value::NONE);
                vm.state.skip(oparg);
            }
            GeneratorState::Created if !value.is_none() => {
                let what = crate::objects::generator_methods::kind_name(generator);
                return Err(vm.type_error(format!("can't send non-None value to a just-started {what}")));
            }
            _ => {
                vm.state.shrink(1);
                vm.resume_generator(generator, value, FrameKind::Send)?;
            }
        }
        return Ok(Flow::Continue);
    }
    // A function that traces is told of the `StopIteration` that ends it.
    if let Some(awaitable) = receiver.cast::<Awaitable>().filter(|_| !vm.tracing.wanted) {
        match async_generator::step(vm, awaitable, value)? {
            Step::Yielded(yielded) => vm.state.poke(1, yielded),
            Step::Returned(result) => {
                vm.state.shrink(1);
                vm.state.poke(1, result);
                vm.state.skip(oparg);
            }
        }
        return Ok(Flow::Continue);
    }
    let result = if value.is_none() { vm.next_or_stop(receiver) } else { vm.call_method(receiver, "send", &[value]) };
    match result {
        // An iterator that ends without a StopIteration has no value.
        Ok(end) if end.is_null() => {
            vm.state.shrink(1);
            vm.state.poke(1, Value::NONE);
            vm.state.skip(oparg);
        }
        Ok(yielded) => vm.state.poke(1, yielded),
        Err(raise) if vm.is_raised(raise, vm.exc.StopIteration) => {
            if vm.tracing.wanted {
                vm.trace_exception(raise);
            }
            let result = vm.stop_iteration_value(raise);
            vm.state.shrink(1);
            vm.state.poke(1, result);
            vm.state.skip(oparg);
        }
        Err(raise) => return Err(raise),
    }
    Ok(Flow::Continue)
}

/// Replaces an awaitable by its iterator.
fn get_awaitable(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let awaitable = vm.state.peek(1);
    let ty = vm.type_of(awaitable);
    if ty.slots().await_.is_none() && matches!(oparg, 1 | 2) && !is_iterable_coroutine(awaitable) {
        let (name, method) = (vm.type_name(awaitable), if oparg == 1 { "__aenter__" } else { "__aexit__" });
        return Err(vm.type_error(format!(
            "'async with' received an object from {method} that does not implement __await__: {name}"
        )));
    }
    let iterator = awaitable_iterator(vm, awaitable)?;
    if iterator.is_exact(vm.types.coroutine) && iterator.cast::<Generator>().and_then(delegate).is_some() {
        return Err(vm.runtime_error("coroutine is being awaited already"));
    }
    vm.state.poke(1, iterator);
    Ok(Flow::Continue)
}

fn get_aiter(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let value = vm.state.peek(1);
    let Some(aiter) = vm.type_of(value).slots().aiter else {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("'async for' requires an object with __aiter__ method, got {name}")));
    };
    let iterator = aiter(vm, value)?;
    if vm.type_of(iterator).slots().anext.is_none() {
        let name = vm.type_name(iterator);
        return Err(vm.type_error(format!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {name}"
        )));
    }
    vm.state.poke(1, iterator);
    Ok(Flow::Continue)
}

fn get_anext(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let value = vm.state.peek(1);
    let Some(anext) = vm.type_of(value).slots().anext else {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("'async for' requires an iterator with __anext__ method, got {name}")));
    };
    let awaitable = anext(vm, value)?;
    // On the stack it is in the collector's sight.
    vm.state.push(awaitable);
    match awaitable_iterator(vm, awaitable) {
        Ok(iterator) => {
            vm.state.poke(1, iterator);
            Ok(Flow::Continue)
        }
        Err(cause) => {
            let name = vm.type_name(awaitable);
            let error = vm.type_error(format!("'async for' received an invalid object from __anext__: {name}"));
            if let Some(exception) = error.0.cast::<Exception>() {
                exception.cause.set(cause.0);
                exception.context.set(cause.0);
                exception.suppress_context.set(true);
            }
            Err(error)
        }
    }
}

/// Stack: iterator, exception.
fn end_async_for(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let exception = crate::error::Raise(vm.state.peek(1));
    if vm.is_raised(exception, vm.exc.StopAsyncIteration) {
        vm.state.shrink(2);
        return Ok(Flow::Continue);
    }
    Err(exception)
}

fn async_gen_wrap(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let wrapped = async_generator::wrap(vm, vm.state.peek(1));
    vm.state.poke(1, wrapped);
    Ok(Flow::Continue)
}

impl Vm {
    /// Whether `iter(value)` can work: the type has `__iter__` or is a sequence. For error messages only.
    pub(crate) fn is_iterable(&self, value: Value) -> bool {
        let ty = self.type_of(value);
        let slots = ty.slots();
        slots.iter.is_some() || (slots.getitem.is_some() && !ty.is_subtype(self.types.dict))
    }
}
