//! `PRECALL` and its specialized forms. All of those but `PRECALL_PYFUNC` and `PRECALL_BOUND_METHOD` do the whole call and
//! skip the `CALL` behind them.

use quicken_bytecode::{Opcode, Role, cache};
use quicken_stats::Recorder;

use super::call::{CallShape, shape};
use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::objects::function::BoundMethod;
use crate::objects::list::List;
use crate::objects::native::{MethodDescriptor, MethodKind, NativeFunction};
use crate::objects::typeobj::{Type, TypeFlags};
use crate::recursion::CALLING;
use crate::spec::{Binding, Convention};
use crate::state::{Control, Flow, State};
use crate::value::Value;

adaptive!(PRECALL_ADAPTIVE, PRECALL, crate::specialize::precall::attempt);

/// The `CALL` behind a `PRECALL`, with its cache.
const CALL_UNITS: usize = 1 + cache::call::UNITS;

/// How many units of what stands behind a form's own are executed by it as well, by opcode.
pub(crate) static CALLED_UNITS: [u8; 256] = {
    let mut units = [0; 256];
    let mut number = 0;
    while number < units.len() {
        if let Some(opcode) = Opcode::from_u8(number as u8)
            && matches!(opcode.base(), Opcode::PRECALL)
            && matches!(opcode.role(), Role::Specialized)
            && !matches!(opcode, Opcode::PRECALL_PYFUNC | Opcode::PRECALL_BOUND_METHOD)
        {
            // The POP_TOP behind the call of `append`, too.
            units[number] = CALL_UNITS as u8 + matches!(opcode, Opcode::PRECALL_NO_KW_LIST_APPEND) as u8;
        }
        number += 1;
    }
    units
};

/// Whether a call that passes the guards of a form is to miss all the same. In a recording a form may stand only for calls of one shape, but
/// the guards of these four pass for functions that have forms of their own, and for different numbers of arguments.
#[inline(always)]
fn is_of_another_shape<R: Recorder>(vm: &Vm, shape: CallShape) -> bool {
    if !R::SHAPES || vm.compares_guards {
        return false;
    }
    let callable = shape.callable;
    let is_builtin = callable.is_exact(vm.types.builtin_function);
    is_builtin == shape.is_method
        || callable.is(vm.len_function)
        || callable.is(vm.isinstance_function)
        || callable.is(vm.list_append_descriptor)
}

handler!(PRECALL(s, vm, oparg) {
    if s.peek(oparg + 2).is_null() {
        unpack_bound_method(s, vm, oparg);
    }
    s.skip(cache::precall::UNITS);
    Control::Next
});

/// Puts a bound method's function and `self` where a method call has them.
#[inline(always)]
fn unpack_bound_method(s: &mut State, vm: &Vm, oparg: usize) -> bool {
    let callable = s.peek(oparg + 1);
    if !callable.is_exact(vm.types.method) {
        return false;
    }
    let Some(method) = callable.cast::<BoundMethod>() else { return false };
    s.poke(oparg + 1, method.receiver.get());
    s.poke(oparg + 2, method.function.get());
    true
}

handler!(PRECALL_BOUND_METHOD(s, vm, oparg) {
    if !s.peek(oparg + 2).is_null() || !unpack_bound_method(s, vm, oparg) {
        return Control::Miss;
    }
    R::hit(&mut vm.counters, Opcode::PRECALL_BOUND_METHOD);
    s.skip(cache::precall::UNITS);
    Control::Next
});

handler!(PRECALL_PYFUNC(s, vm, oparg) {
    if !shape(s, oparg).callable.is_exact(vm.types.function) {
        return Control::Miss;
    }
    R::hit(&mut vm.counters, Opcode::PRECALL_PYFUNC);
    s.skip(cache::precall::UNITS);
    Control::Next
});

/// Replaces the call's operands by its result and skips the `CALL`.
#[inline]
fn finish(vm: &mut Vm, oparg: usize, result: Value) -> PyResult<Flow> {
    vm.state.shrink(oparg + 2);
    vm.state.push(result);
    vm.state.skip(CALL_UNITS);
    // As after every call of native code: it may have asked for a collection.
    vm.breakpoint()
}

// ---- built-in functions ----

/// The native function, if it has exactly this convention (and binds to nothing unusual: guards compare all flags).
#[inline(always)]
fn builtin(vm: &Vm, shape: CallShape, convention: Convention) -> bool {
    shape.callable.is_exact(vm.types.builtin_function)
        && shape
            .callable
            .cast::<NativeFunction>()
            .is_some_and(|f| f.spec.convention == convention && f.spec.binding == Binding::Instance)
}

fn call_builtin(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    if let Some(opcode) = Opcode::from_u8(vm.opcode()) {
        vm.count_hit(opcode);
    }
    let shape = shape(&vm.state, oparg);
    let names = vm.take_keyword_names();
    let args = Args::new(vm.state.top(shape.total), names);
    let result = match shape.callable.cast::<NativeFunction>() {
        Some(f) if f.spec.convention.counts_as_recursion() => {
            vm.recursive(CALLING, |vm| (f.spec.function)(vm, f.passed_receiver(), args))?
        }
        Some(f) => (f.spec.function)(vm, f.passed_receiver(), args)?,
        None => vm.call(shape.callable, args)?,
    };
    finish(vm, oparg, result)
}

handler!(PRECALL_NO_KW_BUILTIN_O(s, vm, oparg) {
    let shape = shape(s, oparg);
    if shape.total != 1 || !builtin(vm, shape, Convention::O) || is_of_another_shape::<R>(vm, shape) {
        return Control::Miss;
    }
    Control::Slow(call_builtin)
});

handler!(PRECALL_NO_KW_BUILTIN_FAST(s, vm, oparg) {
    let shape = shape(s, oparg);
    if !builtin(vm, shape, Convention::Fast) || is_of_another_shape::<R>(vm, shape) {
        return Control::Miss;
    }
    Control::Slow(call_builtin)
});

handler!(PRECALL_BUILTIN_FAST_WITH_KEYWORDS(s, vm, oparg) {
    if builtin(vm, shape(s, oparg), Convention::FastKeywords) { Control::Slow(call_builtin) } else { Control::Miss }
});

handler!(PRECALL_NO_KW_LEN(s, vm, oparg) {
    let shape = shape(s, oparg);
    if shape.total != 1 || !shape.callable.is(vm.len_function) {
        return Control::Miss;
    }
    let argument = s.peek(1);
    if argument.is_exact(vm.types.list)
        && let Some(list) = argument.cast::<List>()
    {
        R::hit(&mut vm.counters, Opcode::PRECALL_NO_KW_LEN);
        s.shrink(oparg + 2);
        s.push(Value::small_int(list.len() as i64));
        s.skip(cache::precall::UNITS + CALL_UNITS);
        return Control::Next;
    }
    Control::Slow(call_len)
});

fn call_len(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    vm.count_hit(Opcode::PRECALL_NO_KW_LEN);
    let length = vm.length(vm.state.peek(1))?;
    let length = vm.int(length as i64);
    finish(vm, oparg, length)
}

handler!(PRECALL_NO_KW_ISINSTANCE(s, vm, oparg) {
    let shape = shape(s, oparg);
    if shape.total != 2 || !shape.callable.is(vm.isinstance_function) { Control::Miss } else { Control::Slow(call_isinstance) }
});

fn call_isinstance(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    vm.count_hit(Opcode::PRECALL_NO_KW_ISINSTANCE);
    let answer = vm.is_instance(vm.state.peek(2), vm.state.peek(1))?;
    finish(vm, oparg, Value::bool(answer))
}

// ---- classes ----

handler!(PRECALL_NO_KW_TYPE_1(s, vm, oparg) {
    let shape = shape(s, oparg);
    if shape.is_method || !shape.callable.is(vm.types.type_.into()) {
        return Control::Miss;
    }
    R::hit(&mut vm.counters, Opcode::PRECALL_NO_KW_TYPE_1);
    let ty = vm.type_of(s.peek(1));
    s.shrink(3);
    s.push(ty.into());
    s.skip(cache::precall::UNITS + CALL_UNITS);
    Control::Next
});

handler!(PRECALL_NO_KW_STR_1(s, vm, oparg) {
    let shape = shape(s, oparg);
    if shape.is_method || !shape.callable.is(vm.types.str.into()) { Control::Miss } else { Control::Slow(call_str) }
});

fn call_str(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    vm.count_hit(Opcode::PRECALL_NO_KW_STR_1);
    let text = vm.str_of(vm.state.peek(1))?;
    finish(vm, oparg, text.into())
}

handler!(PRECALL_NO_KW_TUPLE_1(s, vm, oparg) {
    let shape = shape(s, oparg);
    if shape.is_method || !shape.callable.is(vm.types.tuple.into()) { Control::Miss } else { Control::Slow(call_tuple) }
});

fn call_tuple(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    vm.count_hit(Opcode::PRECALL_NO_KW_TUPLE_1);
    let tuple = vm.tuple_from(vm.state.peek(1))?;
    finish(vm, oparg, tuple.into())
}

handler!(PRECALL_BUILTIN_CLASS(s, vm, oparg) {
    let shape = shape(s, oparg);
    match shape.callable.cast::<Type>() {
        Some(class) if class.is(TypeFlags::VECTORCALL) => Control::Slow(call_class),
        _ => {
            let _ = vm;
            Control::Miss
        }
    }
});

fn call_class(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    vm.count_hit(Opcode::PRECALL_BUILTIN_CLASS);
    let shape = shape(&vm.state, oparg);
    let names = vm.take_keyword_names();
    let result = vm.call(shape.callable, Args::new(vm.state.top(shape.total), names))?;
    finish(vm, oparg, result)
}

// ---- methods of built-in types ----

/// Whether the callable is a method descriptor of exactly this convention and `self` is exactly of its type.
#[inline(always)]
fn method(s: &State, vm: &Vm, shape: CallShape, convention: Convention) -> bool {
    shape.total > 0
        && shape.callable.is_exact(vm.types.method_descriptor)
        && shape.callable.cast::<MethodDescriptor>().is_some_and(|d| match d.kind {
            MethodKind::Method(spec) => {
                spec.convention == convention
                    && spec.binding == Binding::Instance
                    && vm.type_of(s.peek(shape.total)) == d.owner
            }
            _ => false,
        })
}

fn call_method(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    if let Some(opcode) = Opcode::from_u8(vm.opcode()) {
        vm.count_hit(opcode);
    }
    let shape = shape(&vm.state, oparg);
    let names = vm.take_keyword_names();
    let values = vm.state.top(shape.total);
    let result = match shape.callable.cast::<MethodDescriptor>().map(|d| d.kind) {
        Some(MethodKind::Method(spec)) if spec.convention.counts_as_recursion() => {
            vm.recursive(CALLING, |vm| (spec.function)(vm, values[0], Args::new(&values[1..], names)))?
        }
        Some(MethodKind::Method(spec)) => (spec.function)(vm, values[0], Args::new(&values[1..], names))?,
        _ => vm.call(shape.callable, Args::new(values, names))?,
    };
    finish(vm, oparg, result)
}

handler!(PRECALL_NO_KW_METHOD_DESCRIPTOR_O(s, vm, oparg) {
    let shape = shape(s, oparg);
    if shape.total != 2 || !method(s, vm, shape, Convention::O) || is_of_another_shape::<R>(vm, shape) {
        return Control::Miss;
    }
    Control::Slow(call_method)
});

handler!(PRECALL_NO_KW_METHOD_DESCRIPTOR_NOARGS(s, vm, oparg) {
    let shape = shape(s, oparg);
    if shape.total == 1 && method(s, vm, shape, Convention::NoArgs) { Control::Slow(call_method) } else { Control::Miss }
});

handler!(PRECALL_NO_KW_METHOD_DESCRIPTOR_FAST(s, vm, oparg) {
    let shape = shape(s, oparg);
    if !method(s, vm, shape, Convention::Fast) || is_of_another_shape::<R>(vm, shape) {
        return Control::Miss;
    }
    Control::Slow(call_method)
});

handler!(PRECALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS(s, vm, oparg) {
    if method(s, vm, shape(s, oparg), Convention::FastKeywords) { Control::Slow(call_method) } else { Control::Miss }
});

handler!(PRECALL_NO_KW_LIST_APPEND(s, vm, _oparg) {
    if !s.peek(3).is(vm.list_append_descriptor) {
        return Control::Miss;
    }
    let Some(list) = s.peek(2).cast::<List>() else { return Control::Miss };
    // A list of a subclass passes, but in a recording a form may stand for one shape only.
    if R::SHAPES && !vm.compares_guards && !s.peek(2).is_exact(vm.types.list) {
        return Control::Miss;
    }
    if list.len() == list.capacity() {
        return Control::Slow(list_append);
    }
    list.push(vm, s.peek(1));
    R::hit(&mut vm.counters, Opcode::PRECALL_NO_KW_LIST_APPEND);
    s.shrink(3);
    // The CALL and the POP_TOP behind it.
    s.skip(cache::precall::UNITS + CALL_UNITS + 1);
    Control::Next
});

fn list_append(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    vm.count_hit(Opcode::PRECALL_NO_KW_LIST_APPEND);
    let item = vm.state.peek(1);
    if let Some(list) = vm.state.peek(2).cast::<List>() {
        list.push(vm, item);
    }
    vm.state.shrink(3);
    vm.state.skip(CALL_UNITS + 1);
    Ok(Flow::Continue)
}
