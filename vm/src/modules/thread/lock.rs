//! Locks. A thread that waits for one is woken in turn; one that was woken and found the lock taken again is given it by the next release.

use std::any::Any;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::TIMEOUT_MAX;
use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Gc, LayoutKind};
use crate::objects::dict::Dict;
use crate::objects::opaque::{Opaque, OpaqueData};
use crate::objects::typeobj::{Type, new_native_type};
use crate::slots::Slots;
use crate::spec::Convention::{NoArgs, O, Varargs, VarargsKeywords};
use crate::spec::{MethodSpec, TypeSpec, method};
use crate::threads::{ThreadId, Wake};
use crate::value::Value;

/// A lock.
struct Lock {
    /// Who holds it; 0 for nobody. Of a plain lock it may be released by others.
    owner: ThreadId,
    /// How often it is held. Only one that may be taken again is ever held more than once.
    count: usize,
    /// Whether the owner was given it by another's release, and does not know yet.
    granted: bool,
    reentrant: bool,
    waiters: VecDeque<Waiter>,
}

struct Waiter {
    thread: ThreadId,
    /// Whether it was woken before, to find the lock taken.
    cheated: bool,
}

impl Lock {
    fn take(&mut self, thread: ThreadId) -> bool {
        let free = self.owner == 0 || self.reentrant && self.owner == thread;
        if free {
            self.owner = thread;
            self.count += 1;
        }
        free
    }

    /// Gives the lock up, and answers who is to be woken.
    fn give_up(&mut self) -> Option<ThreadId> {
        (self.owner, self.count) = (0, 0);
        let next = self.waiters.pop_front()?;
        if next.cheated {
            (self.owner, self.count, self.granted) = (next.thread, 1, true);
        }
        Some(next.thread)
    }
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
    method("_is_owned", is_owned, NoArgs),
    method("_recursion_count", recursion_count, NoArgs),
    method("_acquire_restore", restore, O),
    method("_release_save", save, NoArgs),
    method("_at_fork_reinit", reset, NoArgs),
];

/// The types, and the functions that make a lock and know its type.
pub(super) fn init(vm: &mut Vm, dict: Gc<Dict>) {
    let object = vm.types.object;
    let lock = new_native_type(vm, &LOCK_TYPE, object);
    let rlock = new_native_type(vm, &RLOCK_TYPE, object);
    for (name, class) in [("LockType", lock), ("RLock", rlock)] {
        let name = vm.intern(name);
        dict.set_str(vm, name, class.into());
    }
    let module = vm.intern("_thread");
    for spec in ALLOCATORS {
        let function = vm.new_native_function(spec, lock.into(), module.into());
        let name = vm.intern(spec.name);
        dict.set_str(vm, name, function);
    }
}

static ALLOCATORS: &[MethodSpec] = &[
    method("allocate_lock", allocate, NoArgs),
    method("allocate", allocate, NoArgs),
    method("_set_sentinel", set_sentinel, NoArgs),
];

fn allocate(vm: &mut Vm, lock_type: Value, _args: Args<'_>) -> PyResult {
    let ty = lock_type.cast::<Type>().unwrap_or(vm.types.object);
    Ok(new_lock(vm, ty, false))
}

/// A lock that is released when the running thread ends.
fn set_sentinel(vm: &mut Vm, lock_type: Value, args: Args<'_>) -> PyResult {
    let lock = allocate(vm, lock_type, args)?;
    vm.set_sentinel(lock);
    Ok(lock)
}

fn new_lock(vm: &mut Vm, ty: Gc<Type>, reentrant: bool) -> Value {
    vm.new_opaque(ty, Lock { owner: 0, count: 0, granted: false, reentrant, waiters: VecDeque::new() })
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
    let thread = vm.thread_id();
    if with(vm, own, |lock| lock.take(thread))? {
        return Ok(Value::TRUE);
    }
    if !blocking || timeout == 0.0 {
        return Ok(Value::FALSE);
    }
    let timeout = if timeout < 0.0 { None } else { Duration::try_from_secs_f64(timeout).ok() };
    wait(vm, own, timeout).map(Value::bool)
}

/// Takes a lock that is held, once it is free. False if the time is up before.
fn wait(vm: &mut Vm, own: Value, timeout: Option<Duration>) -> PyResult<bool> {
    let thread = vm.thread_id();
    let until = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let mut rest = timeout;
    let mut cheated = false;
    loop {
        with(vm, own, |lock| {
            let waiter = Waiter { thread, cheated };
            // One that was woken keeps its turn.
            if cheated { lock.waiters.push_front(waiter) } else { lock.waiters.push_back(waiter) }
        })?;
        let wake = vm.park(rest, None);
        let taken = with(vm, own, |lock| {
            lock.waiters.retain(|waiter| waiter.thread != thread);
            if lock.granted && lock.owner == thread {
                lock.granted = false;
                return true;
            }
            lock.take(thread)
        })?;
        if taken {
            return Ok(true);
        }
        match wake {
            Wake::Notified => cheated = true,
            Wake::Timeout => return Ok(false),
            Wake::Signal => vm.handle_signals()?,
            Wake::Deadlock if vm.other_threads() == 0 => {
                let message = "a lock that is held is acquired again, and there is no other thread to release it";
                return Err(vm.runtime_error(message));
            }
            Wake::Deadlock => {
                return Err(vm.runtime_error("deadlock: every thread waits for another one"));
            }
        }
        rest = until.map(|until| until.saturating_duration_since(Instant::now()));
    }
}

fn release(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let thread = vm.thread_id();
    let result = with(vm, own, |lock| {
        if lock.reentrant && lock.owner != thread {
            return Err("cannot release un-acquired lock");
        }
        if lock.owner == 0 {
            return Err("release unlocked lock");
        }
        lock.count -= 1;
        Ok(if lock.count == 0 { lock.give_up() } else { None })
    })?;
    match result {
        Ok(next) => {
            if let Some(next) = next {
                vm.unpark(next);
            }
            Ok(Value::NONE)
        }
        Err(message) => Err(vm.runtime_error(message)),
    }
}

/// Releases the lock that tells of a thread's end.
pub(crate) fn release_sentinel(vm: &mut Vm, lock: Value) {
    // It may be released already.
    if let Ok(Some(next)) = with(vm, lock, Lock::give_up) {
        vm.unpark(next);
    }
}

fn release_any(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    release(vm, own, Args::EMPTY)
}

fn locked(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    Ok(Value::bool(with(vm, own, |lock| lock.owner != 0)?))
}

fn is_owned(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let thread = vm.thread_id();
    Ok(Value::bool(with(vm, own, |lock| lock.owner == thread)?))
}

fn recursion_count(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let thread = vm.thread_id();
    Ok(Value::small_int(with(vm, own, |lock| if lock.owner == thread { lock.count as i64 } else { 0 })?))
}

fn reset(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    with(vm, own, |lock| (lock.owner, lock.count) = (0, 0))?;
    Ok(Value::NONE)
}

fn save(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (owner, count) = with(vm, own, |lock| (lock.owner, lock.count))?;
    if owner == 0 {
        return Err(vm.runtime_error("cannot release un-acquired lock"));
    }
    if let Some(next) = with(vm, own, Lock::give_up)? {
        vm.unpark(next);
    }
    Ok(vm.new_pair(Value::small_int(count as i64), Value::small_int(owner)).into())
}

fn restore(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [state] = args.exactly(vm, "_acquire_restore")?;
    let count = vm.get_item(state, Value::small_int(0))?;
    let count = usize::try_from(vm.index_c(count, "int")?).unwrap_or(0);
    let thread = vm.thread_id();
    if !with(vm, own, |lock| lock.take(thread))? {
        wait(vm, own, None)?;
    }
    with(vm, own, |lock| lock.count = count)?;
    Ok(Value::NONE)
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let (owner, count, reentrant) = with(vm, own, |lock| (lock.owner, lock.count, lock.reentrant))?;
    let state = if owner != 0 { "locked" } else { "unlocked" };
    let name = crate::objects::typeobj::full_name(vm, vm.type_of(own));
    let address = own.heap_address().unwrap_or(0);
    let text = if reentrant {
        format!("<{state} {name} object owner={owner} count={count} at {address:#x}>")
    } else {
        format!("<{state} {name} object at {address:#x}>")
    };
    Ok(vm.new_str(&text).into())
}
