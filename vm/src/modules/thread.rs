//! The module `_thread`: locks and the identity of the one thread that there is.

use std::any::Any;
use std::time::Duration;

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Gc, LayoutKind};
use crate::objects::module::Module;
use crate::objects::opaque::{Opaque, OpaqueData};
use crate::objects::typeobj::{Type, dict_getset, new_native_type};
use crate::slots::{InitFn, Slots};
use crate::spec::Convention::{Fast, NoArgs, O, Varargs, VarargsKeywords};
use crate::spec::{MethodSpec, ModuleSpec, TypeSpec, method};
use crate::value::Value;

/// The identity of the main thread.
const MAIN: i64 = 1;

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
    method("get_ident", |_, _, _| Ok(Value::small_int(MAIN)), NoArgs),
    method("get_native_id", |_, _, _| Ok(Value::small_int(i64::from(std::process::id()))), NoArgs),
    method("_count", |_, _, _| Ok(Value::small_int(0)), NoArgs),
    method("stack_size", |_, _, _| Ok(Value::small_int(0)), Fast),
    method("start_new_thread", start, Fast),
    method("start_new", start, Fast),
    method("interrupt_main", interrupt_main, Varargs),
    method("exit", exit, NoArgs),
    method("exit_thread", exit, NoArgs),
];

/// A lock: how often it is held. Only one that may be taken again is ever held more than once.
struct Lock {
    held: usize,
    reentrant: bool,
}

impl OpaqueData for Lock {
    fn trace(&self, _: &mut Marker) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

static LOCK_TYPE: TypeSpec = TypeSpec {
    module: "_thread",
    weak: true,
    slots: Slots { repr: Some(repr), ..Slots::NONE },
    methods: LOCK_METHODS,
    ..TypeSpec::new("lock", LayoutKind::Opaque)
};

static RLOCK_TYPE: TypeSpec = TypeSpec {
    module: "_thread",
    subclassable: true,
    weak: true,
    slots: Slots { new: Some(|vm, ty, _| Ok(new_lock(vm, ty, true))), repr: Some(repr), ..Slots::NONE },
    methods: RLOCK_METHODS,
    ..TypeSpec::new("RLock", LayoutKind::Opaque)
};

static LOCAL_TYPE: TypeSpec = TypeSpec {
    module: "_thread",
    subclassable: true,
    has_dict: true,
    weak: true,
    slots: Slots { new: Some(new_local), ..Slots::NONE },
    getset: &[dict_getset()],
    ..TypeSpec::new("_local", LayoutKind::Instance)
};

const LOCK_METHODS: &[MethodSpec] = &[
    method("acquire", acquire, VarargsKeywords),
    method("acquire_lock", acquire, VarargsKeywords),
    method("release", release, NoArgs),
    method("release_lock", release, NoArgs),
    method("locked", locked, NoArgs),
    method("locked_lock", locked, NoArgs),
    method("__enter__", acquire, VarargsKeywords),
    method("__exit__", release_any, Varargs),
    method("_at_fork_reinit", reset, NoArgs),
];

const RLOCK_METHODS: &[MethodSpec] = &[
    method("acquire", acquire, VarargsKeywords),
    method("release", release, NoArgs),
    method("__enter__", acquire, VarargsKeywords),
    method("__exit__", release_any, Varargs),
    method("_is_owned", locked, NoArgs),
    method("_acquire_restore", restore, O),
    method("_release_save", save, NoArgs),
    method("_at_fork_reinit", reset, NoArgs),
];

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let object = vm.types.object;
    let dict = module.dict();
    let lock = new_native_type(vm, &LOCK_TYPE, object);
    let rlock = new_native_type(vm, &RLOCK_TYPE, object);
    let local = new_native_type(vm, &LOCAL_TYPE, object);
    let error = vm.exc.RuntimeError;
    let timeout = vm.float(TIMEOUT_MAX);
    let attributes = [
        ("LockType", lock.into()),
        ("RLock", rlock.into()),
        ("_local", local.into()),
        ("error", error.into()),
        ("TIMEOUT_MAX", timeout),
    ];
    for (name, value) in attributes {
        let name = vm.intern(name);
        dict.set_str(vm, name, value);
    }
    // The functions that make a lock know its type.
    let name = vm.intern("_thread");
    for spec in ALLOCATORS {
        let function = vm.new_native_function(spec, lock.into(), name.into());
        let name = vm.intern(spec.name);
        dict.set_str(vm, name, function);
    }
    Ok(())
}

static ALLOCATORS: &[MethodSpec] = &[
    method("allocate_lock", allocate, NoArgs),
    method("allocate", allocate, NoArgs),
    method("_set_sentinel", allocate, NoArgs),
];

fn allocate(vm: &mut Vm, lock_type: Value, _args: Args<'_>) -> PyResult {
    let ty = lock_type.cast::<Type>().unwrap_or(vm.types.object);
    Ok(new_lock(vm, ty, false))
}

fn new_lock(vm: &mut Vm, ty: Gc<Type>, reentrant: bool) -> Value {
    vm.new_opaque(ty, Lock { held: 0, reentrant })
}

fn new_local(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let plain = ty
        .slots()
        .init
        .is_none_or(|init| std::ptr::fn_addr_eq(init, crate::objects::typeobj::instances::object_init as InitFn));
    if plain && !args.values().is_empty() {
        return Err(vm.type_error("Initialization arguments are not supported"));
    }
    Ok(vm.new_instance(ty).into())
}

fn with<R>(vm: &mut Vm, own: Value, f: impl FnOnce(&mut Lock) -> R) -> PyResult<R> {
    match own.cast::<Opaque>().and_then(|object| object.with(f)) {
        Some(result) => Ok(result),
        None => {
            let given = vm.type_name(own);
            Err(vm.type_error(format!("descriptor requires a '_thread.lock' object but received a '{given}'")))
        }
    }
}

fn acquire(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["blocking", "timeout"], positional_only: 0, max_positional: 2, required: 0 };
    let [blocking, timeout] = args.bind(vm, "acquire", &PARAMETERS)?;
    let blocking = blocking.is_null() || vm.is_true(blocking)?;
    let timeout = if timeout.is_null() { -1.0 } else { vm.to_f64(timeout)? };
    if !blocking && timeout != -1.0 {
        return Err(vm.value_error("can't specify a timeout for a non-blocking call"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(vm.value_error("timeout value must be a non-negative number"));
    }
    if timeout > TIMEOUT_MAX {
        return Err(vm.overflow_error("timeout value is too large"));
    }
    let taken = with(vm, own, |lock| {
        let free = lock.held == 0 || lock.reentrant;
        lock.held += usize::from(free);
        free
    })?;
    if taken || !blocking {
        return Ok(Value::bool(taken));
    }
    if timeout >= 0.0 {
        // Nobody else could release it meanwhile.
        std::thread::sleep(Duration::from_secs_f64(timeout));
        return Ok(Value::FALSE);
    }
    Err(vm.runtime_error("a lock that is held is acquired again, and there is no other thread to release it"))
}

fn release(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (held, reentrant) = with(vm, own, |lock| {
        let held = lock.held;
        lock.held = held.saturating_sub(1);
        (held, lock.reentrant)
    })?;
    match held {
        0 if reentrant => Err(vm.runtime_error("cannot release un-acquired lock")),
        0 => Err(vm.runtime_error("release unlocked lock")),
        _ => Ok(Value::NONE),
    }
}

fn release_any(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    release(vm, own, Args::EMPTY)
}

fn locked(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    Ok(Value::bool(with(vm, own, |lock| lock.held > 0)?))
}

fn reset(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    with(vm, own, |lock| lock.held = 0)?;
    Ok(Value::NONE)
}

fn save(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let held = with(vm, own, |lock| std::mem::take(&mut lock.held))?;
    if held == 0 {
        return Err(vm.runtime_error("cannot release un-acquired lock"));
    }
    Ok(vm.new_pair(Value::small_int(held as i64), Value::small_int(MAIN)).into())
}

fn restore(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [state] = args.exactly(vm, "_acquire_restore")?;
    let held = vm.get_item(state, Value::small_int(0))?;
    let held = vm.index_c(held, "int")?;
    with(vm, own, |lock| lock.held = usize::try_from(held).unwrap_or(0))?;
    Ok(Value::NONE)
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let (held, reentrant) = with(vm, own, |lock| (lock.held, lock.reentrant))?;
    let state = if held > 0 { "locked" } else { "unlocked" };
    let name = crate::objects::typeobj::full_name(vm, vm.type_of(own));
    let address = own.heap_address().unwrap_or(0);
    let text = if reentrant {
        let owner = if held > 0 { MAIN } else { 0 };
        format!("<{state} {name} object owner={owner} count={held} at {address:#x}>")
    } else {
        format!("<{state} {name} object at {address:#x}>")
    };
    Ok(vm.new_str(&text).into())
}

fn start(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    Err(vm.runtime_error("can't start new thread"))
}

fn interrupt_main(_vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    crate::interrupt::interrupt();
    Ok(Value::NONE)
}

fn exit(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let ty = vm.exc.SystemExit;
    Err(vm.raise_with(ty, &[]))
}
