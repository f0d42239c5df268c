//! Raising and handling exceptions, and `with`.

use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::object::Gc;
use crate::objects::exception::Exception;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::state::Flow;
use crate::value::Value;

slow_handlers! {
    PUSH_EXC_INFO => push_exc_info,
    POP_EXCEPT => pop_except,
    CHECK_EXC_MATCH => check_exc_match,
    CHECK_EG_MATCH => check_eg_match,
    PREP_RERAISE_STAR => prep_reraise_star,
    RERAISE => reraise,
    RAISE_VARARGS => raise_varargs,
    LOAD_ASSERTION_ERROR => load_assertion_error,
    BEFORE_WITH => before_with,
    BEFORE_ASYNC_WITH => before_async_with,
    WITH_EXCEPT_START => with_except_start,
}

fn push_exc_info(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let exception = vm.state.peek(1);
    let previous = std::mem::replace(&mut vm.handled, exception);
    vm.state.poke(1, previous.or_none());
    vm.state.push(exception);
    Ok(Flow::Continue)
}

fn pop_except(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    vm.handled = vm.state.pop();
    Ok(Flow::Continue)
}

/// Whether `ty` may stand in an `except` clause; CPython's words if not.
fn check_handler_type(vm: &mut Vm, ty: Value) -> PyResult<()> {
    let valid = |vm: &Vm, v: Value| v.cast::<Type>().is_some_and(|t| t.is_subtype(vm.exc.BaseException));
    let all_valid = match ty.cast::<Tuple>() {
        Some(tuple) => tuple.items().iter().all(|&t| valid(vm, t)),
        None => valid(vm, ty),
    };
    if all_valid {
        Ok(())
    } else {
        Err(vm.type_error("catching classes that do not inherit from BaseException is not allowed"))
    }
}

/// Stack: exception, type. The type is replaced by the answer.
fn check_exc_match(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let (exception, ty) = (vm.state.peek(2), vm.state.peek(1));
    check_handler_type(vm, ty)?;
    let class = vm.type_of(exception);
    let matches = match ty.cast::<Tuple>() {
        Some(tuple) => tuple.items().iter().any(|t| t.cast::<Type>().is_some_and(|t| class.is_subtype(t))),
        None => ty.cast::<Type>().is_some_and(|t| class.is_subtype(t)),
    };
    vm.state.poke(1, Value::bool(matches));
    Ok(Flow::Continue)
}

fn check_eg_match(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let (exception, ty) = (vm.state.peek(2), vm.state.peek(1));
    check_handler_type(vm, ty)?;
    let is_group = |vm: &Vm, v: Value| v.cast::<Type>().is_some_and(|t| t.is_subtype(vm.exc.BaseExceptionGroup));
    let any_group = match ty.cast::<Tuple>() {
        Some(tuple) => tuple.items().iter().any(|&t| is_group(vm, t)),
        None => is_group(vm, ty),
    };
    if any_group {
        return Err(vm.type_error("catching ExceptionGroup with except* is not allowed. Use except instead."));
    }
    let (matched, rest) = vm.exception_group_match(exception, ty)?;
    if matched.is_none() {
        vm.state.poke(1, matched);
    } else {
        vm.state.poke(2, rest);
        vm.state.poke(1, matched);
        vm.handled = matched;
    }
    Ok(Flow::Continue)
}

/// Stack: original exception, list of what the handlers left.
fn prep_reraise_star(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let (original, list) = (vm.state.peek(2), vm.state.peek(1));
    let result = vm.prepare_reraise_star(original, list)?;
    vm.state.shrink(1);
    vm.state.poke(1, result);
    Ok(Flow::Continue)
}

/// Stack: with a non-zero operand the saved instruction that many below the exception.
fn reraise(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    // The saved instruction below it is for frame objects; the traceback keeps the place where it was raised first.
    let _ = oparg;
    let exception = vm.state.peek(1);
    // What was handled before may have been nothing: the verifier cannot tell.
    if exception.cast::<Exception>().is_none() {
        return Err(vm.system_error("RERAISE without an exception"));
    }
    Err(Raise(exception))
}

fn raise_varargs(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    match oparg {
        0 => {
            let handled = vm.topmost_handled();
            if handled.is_none() {
                return Err(vm.runtime_error("No active exception to reraise"));
            }
            // As RERAISE: the place of this statement is no entry of the traceback.
            vm.word = vm.word & !255 | quicken_bytecode::Opcode::RERAISE as u32;
            Err(Raise(handled))
        }
        1 => Err(make_exception(vm, vm.state.peek(1))?),
        _ => {
            let raise = make_exception(vm, vm.state.peek(2))?;
            let cause = vm.state.peek(1);
            let cause = if cause.is_none() {
                Value::NONE
            } else if cause.cast::<Type>().is_some_and(|t| t.is_subtype(vm.exc.BaseException)) {
                vm.call(cause, Args::EMPTY)?
            } else if cause.cast::<Exception>().is_some() {
                cause
            } else {
                return Err(vm.type_error("exception causes must derive from BaseException"));
            };
            if let Some(exception) = raise.0.cast::<Exception>() {
                exception.cause.set(if cause.is_none() { Value::NULL } else { cause });
                exception.suppress_context.set(true);
            }
            Err(raise)
        }
    }
}

/// The exception that `raise value` raises.
fn make_exception(vm: &mut Vm, value: Value) -> PyResult<Raise> {
    if let Some(class) = value.cast::<Type>().filter(|t| t.is_subtype(vm.exc.BaseException)) {
        let instance = vm.call(value, Args::EMPTY)?;
        if instance.cast::<Exception>().is_none() {
            let (class, got) = (vm.repr(class.into())?, vm.repr(vm.type_of(instance).into())?);
            let (class, got) = (class.to_string_lossy(), got.to_string_lossy());
            return Err(
                vm.type_error(format!("calling {class} should have returned an instance of BaseException, not {got}"))
            );
        }
        return Ok(vm.raise_exception(instance));
    }
    if value.cast::<Exception>().is_some() {
        return Ok(vm.raise_exception(value));
    }
    Err(vm.type_error("exceptions must derive from BaseException"))
}

fn load_assertion_error(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let ty = vm.exc.AssertionError;
    vm.state.push(ty.into());
    Ok(Flow::Continue)
}

/// Replaces the manager by its bound `__exit__` and pushes what `__enter__` returned.
fn before_with(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let (enter, exit) = (vm.names.__enter__, vm.names.__exit__);
    enter_context(vm, enter, exit, "context manager")
}

fn before_async_with(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let (enter, exit) = (vm.names.__aenter__, vm.names.__aexit__);
    enter_context(vm, enter, exit, "asynchronous context manager")
}

fn enter_context(vm: &mut Vm, enter: Gc<Str>, exit: Gc<Str>, protocol: &str) -> PyResult<Flow> {
    let manager = vm.state.peek(1);
    let Some(enter_method) = vm.lookup_special(manager, enter)? else {
        let name = vm.type_name(manager);
        return Err(vm.type_error(format!("'{name}' object does not support the {protocol} protocol")));
    };
    // Both are held on the stack while Python code runs.
    vm.state.push(enter_method);
    let Some(exit_method) = vm.lookup_special(manager, exit)? else {
        let (name, exit) = (vm.type_name(manager), exit.to_string_lossy());
        return Err(
            vm.type_error(format!("'{name}' object does not support the {protocol} protocol (missed {exit} method)"))
        );
    };
    vm.state.poke(2, exit_method);
    let entered = vm.call(enter_method, Args::EMPTY)?;
    vm.state.poke(1, entered);
    Ok(Flow::Continue)
}

/// Stack: `__exit__`, saved instruction, previous exception info, exception.
fn with_except_start(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let (exit, exception) = (vm.state.peek(4), vm.state.peek(1));
    let class: Value = vm.type_of(exception).into();
    let traceback = exception.cast::<Exception>().map_or(Value::NONE, |e| e.traceback.get().or_none());
    let args = [class, exception, traceback];
    let result = vm.call(exit, Args::positional(&args))?;
    vm.state.push(result);
    Ok(Flow::Continue)
}
