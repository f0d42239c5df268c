//! `resource`: what the process has used, and what it may use.

#![expect(unsafe_code, reason = "calls the system")]

use std::io::Error;

use quicken_vm::object::Gc;
use quicken_vm::objects::module::Module;
use quicken_vm::spec::Convention::{Fast, NoArgs, O};
use quicken_vm::spec::{ModuleSpec, method};
use quicken_vm::{Args, PyResult, Raise, Value, Vm, struct_sequence};

use crate::set_attribute;

/// `resource`.
pub static RESOURCE: ModuleSpec = ModuleSpec {
    name: "resource",
    doc: None,
    functions: &[
        method("getrusage", getrusage, O),
        method("getrlimit", getrlimit, O),
        method("setrlimit", setrlimit, Fast),
        method("prlimit", prlimit, Fast),
        method("getpagesize", |_, _, _| Ok(Value::small_int(rustix::param::page_size() as i64)), NoArgs),
    ],
    init: Some(init),
};

struct_sequence! {
    RUSAGE = "resource" "struct_rusage" [
        0 ru_utime, 1 ru_stime, 2 ru_maxrss, 3 ru_ixrss, 4 ru_idrss, 5 ru_isrss, 6 ru_minflt, 7 ru_majflt, 8 ru_nswap,
        9 ru_inblock, 10 ru_oublock, 11 ru_msgsnd, 12 ru_msgrcv, 13 ru_nsignals, 14 ru_nvcsw, 15 ru_nivcsw,
    ]
}

/// The number of resources that have limits.
const LIMITS: i64 = 16;

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let numbers = [
        ("RLIMIT_CPU", i64::from(libc::RLIMIT_CPU)),
        ("RLIMIT_FSIZE", i64::from(libc::RLIMIT_FSIZE)),
        ("RLIMIT_DATA", i64::from(libc::RLIMIT_DATA)),
        ("RLIMIT_STACK", i64::from(libc::RLIMIT_STACK)),
        ("RLIMIT_CORE", i64::from(libc::RLIMIT_CORE)),
        ("RLIMIT_NOFILE", i64::from(libc::RLIMIT_NOFILE)),
        ("RLIMIT_OFILE", i64::from(libc::RLIMIT_NOFILE)),
        ("RLIMIT_AS", i64::from(libc::RLIMIT_AS)),
        ("RLIMIT_RSS", i64::from(libc::RLIMIT_RSS)),
        ("RLIMIT_NPROC", i64::from(libc::RLIMIT_NPROC)),
        ("RLIMIT_MEMLOCK", i64::from(libc::RLIMIT_MEMLOCK)),
        ("RLIMIT_MSGQUEUE", i64::from(libc::RLIMIT_MSGQUEUE)),
        ("RLIMIT_NICE", i64::from(libc::RLIMIT_NICE)),
        ("RLIMIT_RTPRIO", i64::from(libc::RLIMIT_RTPRIO)),
        ("RLIMIT_RTTIME", i64::from(libc::RLIMIT_RTTIME)),
        ("RLIMIT_SIGPENDING", i64::from(libc::RLIMIT_SIGPENDING)),
        ("RUSAGE_SELF", i64::from(libc::RUSAGE_SELF)),
        ("RUSAGE_CHILDREN", i64::from(libc::RUSAGE_CHILDREN)),
        ("RUSAGE_THREAD", i64::from(libc::RUSAGE_THREAD)),
        ("RLIM_INFINITY", -1),
    ];
    for (name, number) in numbers {
        set_attribute(vm, module, name, Value::small_int(number));
    }
    // CPython does so when it starts: a file that may not grow is then an error of `write`. Before there are limits nobody can tell.
    // SAFETY: no handler of ours is installed, or replaced by one.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
    let (error, tuple) = (vm.exc.OSError, vm.types.tuple);
    set_attribute(vm, module, "error", error.into());
    let usage = vm.native_type(&RUSAGE, tuple);
    set_attribute(vm, module, "struct_rusage", usage.into());
    Ok(())
}

fn getrusage(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [who] = args.exactly(vm, "getrusage")?;
    let who = vm.index_c(who, "int")?;
    // SAFETY: a structure of numbers.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the structure is this function's.
    if unsafe { libc::getrusage(who as i32, &mut usage) } != 0 {
        let error = Error::last_os_error();
        return Err(match error.raw_os_error() {
            Some(libc::EINVAL) => vm.value_error("invalid who parameter"),
            _ => vm.io_error(&error, None),
        });
    }
    let mut items = vm.heap.temp_vec();
    for time in [usage.ru_utime, usage.ru_stime] {
        let seconds = vm.float(time.tv_sec as f64 + time.tv_usec as f64 * 0.000_001);
        items.push(seconds);
    }
    let numbers = [
        usage.ru_maxrss,
        usage.ru_ixrss,
        usage.ru_idrss,
        usage.ru_isrss,
        usage.ru_minflt,
        usage.ru_majflt,
        usage.ru_nswap,
        usage.ru_inblock,
        usage.ru_oublock,
        usage.ru_msgsnd,
        usage.ru_msgrcv,
        usage.ru_nsignals,
        usage.ru_nvcsw,
        usage.ru_nivcsw,
    ];
    for number in numbers {
        let number = vm.int(number);
        items.push(number);
    }
    let tuple = vm.types.tuple;
    let ty = vm.native_type(&RUSAGE, tuple);
    Ok(vm.new_tuple_of(ty, &items).into())
}

/// The number of a resource.
fn resource(vm: &mut Vm, value: Value) -> PyResult<libc::__rlimit_resource_t> {
    let number = vm.index_c(value, "int")?;
    if (0..LIMITS).contains(&number) {
        return Ok(number as libc::__rlimit_resource_t);
    }
    Err(vm.value_error("invalid resource specified"))
}

/// Limits as a program gives them: two numbers, −1 for none.
fn limits(vm: &mut Vm, value: Value) -> PyResult<libc::rlimit> {
    let mut values = vm.heap.temp_vec();
    vm.collect(value, &mut values)?;
    let &[current, most] = &values[..] else { return Err(vm.value_error("expected a tuple of 2 integers")) };
    let (current, most) = (vm.index_c(current, "long")?, vm.index_c(most, "long")?);
    Ok(libc::rlimit { rlim_cur: current as libc::rlim_t, rlim_max: most as libc::rlim_t })
}

fn pair(vm: &mut Vm, limits: &libc::rlimit) -> PyResult {
    let (current, most) = (vm.int(limits.rlim_cur as i64), vm.int(limits.rlim_max as i64));
    Ok(vm.new_pair(current, most).into())
}

fn failure(vm: &mut Vm, error: &Error) -> Raise {
    match error.raw_os_error() {
        Some(libc::EINVAL) => vm.value_error("current limit exceeds maximum limit"),
        _ => vm.io_error(error, None),
    }
}

fn getrlimit(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [which] = args.exactly(vm, "getrlimit")?;
    let which = resource(vm, which)?;
    let mut limits = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the structure is this function's.
    if unsafe { libc::getrlimit(which, &mut limits) } != 0 {
        return Err(vm.io_error(&Error::last_os_error(), None));
    }
    pair(vm, &limits)
}

fn setrlimit(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [which, new] = args.exactly(vm, "setrlimit")?;
    let which = resource(vm, which)?;
    let new = limits(vm, new)?;
    // SAFETY: the structure is this function's.
    if unsafe { libc::setrlimit(which, &new) } != 0 {
        let error = Error::last_os_error();
        return Err(match error.raw_os_error() {
            Some(libc::EPERM) => vm.value_error("not allowed to raise maximum limit"),
            _ => failure(vm, &error),
        });
    }
    Ok(Value::NONE)
}

fn prlimit(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    args.no_keywords(vm, "resource.prlimit")?;
    let values = args.positionals();
    if !(2..=3).contains(&values.len()) {
        return Err(vm.type_error("resource.prlimit requires 2 to 3 arguments"));
    }
    let pid = vm.index_c(values[0], "int")?;
    let which = resource(vm, values[1])?;
    let new = match values.get(2) {
        Some(value) if !value.is_none() => Some(limits(vm, *value)?),
        _ => None,
    };
    let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    let new = new.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the new limits are this function's, or null; so are the old ones.
    if unsafe { libc::prlimit(pid as libc::pid_t, which, new, &mut old) } != 0 {
        return Err(failure(vm, &Error::last_os_error()));
    }
    pair(vm, &old)
}
