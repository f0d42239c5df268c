//! The module `_thread`: threads, locks, and what belongs to a thread.

mod local;
mod lock;

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::module::Module;
use crate::objects::tuple::Tuple;
use crate::spec::Convention::{Fast, NoArgs};
use crate::spec::{MethodSpec, ModuleSpec, method};
use crate::value::Value;

pub(crate) use local::forget_thread_locals;
pub(crate) use lock::release_sentinel;

/// `threading.TIMEOUT_MAX`: nanoseconds of 63 bits, in seconds.
const TIMEOUT_MAX: f64 = (i64::MAX / 1_000_000_000) as f64;

/// `_thread`.
pub(super) static MODULE: ModuleSpec = ModuleSpec {
    name: "_thread",
    doc: Some("This module provides primitive operations to write multi-threaded programs."),
    functions: FUNCTIONS,
    init: Some(init),
};

const FUNCTIONS: &[MethodSpec] = &[
    method("get_ident", |vm, _, _| Ok(Value::small_int(vm.thread_id())), NoArgs),
    method("get_native_id", |vm, _, _| Ok(Value::small_int(native_id(vm))), NoArgs),
    method("_count", |vm, _, _| Ok(Value::small_int(vm.other_threads() as i64)), NoArgs),
    method("stack_size", stack_size, Fast),
    method("start_new_thread", start, Fast),
    method("start_new", start, Fast),
    method("interrupt_main", interrupt_main, Fast),
    method("exit", exit, NoArgs),
    method("exit_thread", exit, NoArgs),
];

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let dict = module.dict();
    lock::init(vm, dict);
    let error = vm.exc.RuntimeError;
    let timeout = vm.float(TIMEOUT_MAX);
    let local = local::new_type(vm);
    for (name, value) in [("_local", local.into()), ("error", error.into()), ("TIMEOUT_MAX", timeout)] {
        let name = vm.intern(name);
        dict.set_str(vm, name, value);
    }
    Ok(())
}

/// The system knows one thread: the others have numbers behind its own.
fn native_id(vm: &Vm) -> i64 {
    i64::from(std::process::id()) + vm.thread_id() - crate::threads::MAIN
}

fn stack_size(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "stack_size", 0, 1)?;
    let old = vm.thread_stack_size as i64;
    if let Some(size) = values.first() {
        let size = vm.index_c(*size, "ssize_t")?;
        if size < 0 {
            return Err(vm.value_error("size must be 0 or a positive value"));
        }
        if size != 0 && size < 32 << 10 {
            return Err(vm.value_error(format!("size not valid: {size} bytes")));
        }
        vm.thread_stack_size = size as usize;
    }
    Ok(Value::small_int(old))
}

fn start(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "start_new_thread", 2, 3)?;
    if !vm.is_callable(values[0]) {
        return Err(vm.type_error("first arg must be callable"));
    }
    let Some(positional) = values[1].cast::<Tuple>() else {
        return Err(vm.type_error("2nd arg must be a tuple"));
    };
    let keywords = match values.get(2) {
        Some(keywords) => match keywords.cast::<Dict>() {
            Some(keywords) => Some(keywords),
            None => return Err(vm.type_error("optional 3rd arg must be a dictionary")),
        },
        None => None,
    };
    let id = vm.start_thread(values[0], positional, keywords, vm.thread_stack_size)?;
    Ok(Value::small_int(id))
}

fn interrupt_main(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "interrupt_main", 0, 1)?;
    let number = match values.first() {
        Some(number) => vm.index_c(*number, "int")?,
        None => i64::from(libc::SIGINT),
    };
    if !(1..=64).contains(&number) {
        return Err(vm.value_error("signal number out of range"));
    }
    if vm.has_signal_handler(number as usize) {
        crate::interrupt::note(number as u32);
        vm.heap.eval_breaker.set(true);
    }
    Ok(Value::NONE)
}

fn exit(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let ty = vm.exc.SystemExit;
    Err(vm.raise_with(ty, &[]))
}
