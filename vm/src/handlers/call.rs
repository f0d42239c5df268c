//! `CALL` and its specialized forms, and the other instructions that call.

use quicken_bytecode::{Opcode, cache};

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::frame::FrameKind;
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::recursion::CALLING;
use crate::state::{Control, Flow, State};
use crate::value::Value;

slow_handlers! {
    CALL => call,
    CALL_FUNCTION_EX => call_function_ex,
}
adaptive!(CALL_ADAPTIVE, CALL, crate::specialize::call::attempt);

handler!(KW_NAMES(s, vm, oparg) {
    vm.keyword_names = s.constant(oparg);
    Control::Next
});

/// What a call finds on the stack: `[method or NULL, callable or self, arguments…]`.
#[derive(Clone, Copy)]
pub(crate) struct CallShape {
    /// The callable.
    pub callable: Value,
    /// The arguments, `self` included.
    pub total: usize,
    /// Whether a `self` stands below the arguments.
    pub is_method: bool,
}

/// Looks at the stack of a call with `oparg` arguments.
#[inline(always)]
pub(crate) fn shape(s: &State, oparg: usize) -> CallShape {
    let method = s.peek(oparg + 2);
    if method.is_null() {
        CallShape { callable: s.peek(oparg + 1), total: oparg, is_method: false }
    } else {
        CallShape { callable: method, total: oparg + 1, is_method: true }
    }
}

impl Vm {
    /// The keyword names for this call; they are gone afterwards.
    #[inline]
    pub(crate) fn take_keyword_names(&mut self) -> Option<Gc<Tuple>> {
        std::mem::replace(&mut self.keyword_names, Value::NULL).cast::<Tuple>()
    }
}

fn call(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let shape = shape(&vm.state, oparg);
    let names = vm.take_keyword_names();
    let base = vm.state.sp.wrapping_sub(oparg + 2);
    let fp = vm.state.sp.wrapping_sub(shape.total);
    if shape.callable.is_exact(vm.types.function)
        && let Some(function) = shape.callable.cast::<Function>()
    {
        return enter(vm, function, fp, shape.total, names, base, FrameKind::Inlined);
    }
    if !shape.is_method
        && let Some(class) = shape.callable.cast::<Type>()
        && let Some(init) = vm.python_init(class)
    {
        // The instance takes the place of the NULL, where the result belongs, and that of the callable, as `self`.
        let instance: Value = vm.new_instance(class).into();
        vm.state.poke(oparg + 2, instance);
        vm.state.poke(oparg + 1, instance);
        // The call of the class is a level of recursion of its own, which ends with the frame.
        vm.enter_recursion(CALLING)?;
        let entered = enter(vm, init, fp.wrapping_sub(1), oparg + 1, names, base, FrameKind::Init);
        if entered.is_err() {
            vm.leave_recursion();
        }
        return entered;
    }
    let args = Args::new(vm.state.top(shape.total), names);
    let result = vm.call_from_loop(shape.callable, args)?;
    vm.state.sp = base;
    vm.state.push(result);
    vm.breakpoint()
}

fn enter(
    vm: &mut Vm,
    function: Gc<Function>,
    fp: *mut Value,
    total: usize,
    names: Option<Gc<Tuple>>,
    base: *mut Value,
    kind: FrameKind,
) -> PyResult<Flow> {
    let end = fp.wrapping_add(function.code.get().frame_size as usize + total);
    if end > vm.stack_limit {
        return Err(vm.recursion_error(""));
    }
    let bound = vm.bind_arguments(function, fp, total, names)?;
    vm.push_frame(function, fp, bound, base, kind)?;
    Ok(Flow::Continue)
}

/// The guards that both forms share: an exact function with the cached version.
#[inline(always)]
fn guarded_function(s: &State, vm: &Vm, callable: Value) -> Option<Gc<Function>> {
    if !callable.is_exact(vm.types.function) {
        return None;
    }
    let function = callable.cast::<Function>()?;
    if function.version.get() != s.cache_u32(cache::call::FUNC_VERSION) {
        return None;
    }
    Some(function)
}

handler!(CALL_PY_EXACT_ARGS(s, vm, oparg) {
    let shape = shape(s, oparg);
    let Some(function) = guarded_function(s, vm, shape.callable) else { return Control::Miss };
    let code = function.code.get();
    if code.argcount as usize != shape.total {
        return Control::Miss;
    }
    let base = s.sp.wrapping_sub(oparg + 2);
    let fp = s.sp.wrapping_sub(shape.total);
    s.skip(cache::call::UNITS);
    if !vm.enter_exact::<R>(s, function, code, fp, shape.total, base) {
        s.jump_back(cache::call::UNITS);
        return Control::Slow(call_exact_overflow);
    }
    R::hit(&mut vm.counters, Opcode::CALL_PY_EXACT_ARGS);
    Control::Next
});

fn call_exact_overflow(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    vm.count_hit(Opcode::CALL_PY_EXACT_ARGS);
    Err(vm.recursion_error(""))
}

handler!(CALL_PY_WITH_DEFAULTS(s, vm, oparg) {
    let shape = shape(s, oparg);
    let Some(function) = guarded_function(s, vm, shape.callable) else { return Control::Miss };
    let code = function.code.get();
    if shape.total > code.argcount as usize || shape.total < usize::from(s.unit(cache::call::MIN_ARGS)) {
        return Control::Miss;
    }
    Control::Slow(call_with_defaults)
});

fn call_with_defaults(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    vm.count_hit(Opcode::CALL_PY_WITH_DEFAULTS);
    call(vm, oparg)
}

/// Stack: NULL, callable, positional arguments as a tuple (or iterable), and with bit 0 a mapping of keyword arguments.
fn call_function_ex(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let has_keywords = oparg & 1 != 0;
    let depth = 1 + usize::from(has_keywords);
    let callable = vm.state.peek(depth + 1);
    if has_keywords && !vm.state.peek(1).is_exact(vm.types.dict) {
        let dict = vm.new_dict();
        let mapping = vm.state.peek(1);
        if let Err(raise) = dict.merge_unique(vm, mapping) {
            if vm.is_raised(raise, vm.exc.AttributeError) {
                let function = vm.function_text(callable)?;
                let ty = vm.type_name(mapping);
                return Err(vm.type_error(format!("{function} argument after ** must be a mapping, not {ty}")));
            }
            return Err(raise);
        }
        vm.state.poke(1, dict.into());
    }
    let positional = vm.state.peek(depth);
    if positional.cast::<Tuple>().is_none() {
        if !vm.is_iterable(positional) {
            let function = vm.function_text(callable)?;
            let ty = vm.type_name(positional);
            return Err(vm.type_error(format!("{function} argument after * must be an iterable, not {ty}")));
        }
        let tuple = vm.tuple_from(positional)?;
        vm.state.poke(depth, tuple.into());
    }
    // CPython goes through C here: even a Python function gets a new evaluation.
    let mut values = vm.heap.temp_vec();
    if let Some(tuple) = vm.state.peek(depth).cast::<Tuple>() {
        values.extend_from_slice(tuple.items());
    }
    let mut names = None;
    if has_keywords
        && let Some(dict) = vm.state.peek(1).cast::<Dict>()
        && !dict.is_empty()
    {
        let mut keys = vm.heap.temp_vec();
        for (key, value) in dict.items(vm).iter() {
            if key.cast::<crate::objects::string::Str>().is_none() {
                return Err(vm.type_error("keywords must be strings"));
            }
            keys.push(*key);
            values.push(*value);
        }
        names = Some(vm.new_tuple(&keys));
    }
    let base = vm.state.sp.wrapping_sub(depth + 2);
    let result = vm.call_from_loop(callable, Args::new(&values, names))?;
    vm.state.sp = base;
    vm.state.push(result);
    vm.breakpoint()
}
