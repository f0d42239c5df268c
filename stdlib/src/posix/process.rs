//! The process: who it is, its environment, other processes.

use std::os::unix::ffi::OsStrExt;

use quicken_vm::spec::Convention::{Fast, FastKeywords, NoArgs, O};
use quicken_vm::spec::{MethodSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};
use rustix::process::{Pid, Signal, WaitOptions};

use super::{bind, failed, status};
use crate::paths::path;

pub(super) const FUNCTIONS: &[MethodSpec] = &[
    method("getpid", |_, _, _| Ok(Value::small_int(i64::from(std::process::id()))), NoArgs),
    method(
        "getppid",
        |_, _, _| {
            Ok(Value::small_int(rustix::process::getppid().map_or(0, |pid| i64::from(pid.as_raw_nonzero().get()))))
        },
        NoArgs,
    ),
    method("getuid", |_, _, _| Ok(Value::small_int(i64::from(rustix::process::getuid().as_raw()))), NoArgs),
    method("geteuid", |_, _, _| Ok(Value::small_int(i64::from(rustix::process::geteuid().as_raw()))), NoArgs),
    method("getgid", |_, _, _| Ok(Value::small_int(i64::from(rustix::process::getgid().as_raw()))), NoArgs),
    method("getegid", |_, _, _| Ok(Value::small_int(i64::from(rustix::process::getegid().as_raw()))), NoArgs),
    method("strerror", strerror, O),
    method("urandom", urandom, O),
    method("cpu_count", cpu_count, NoArgs),
    method("uname", uname, NoArgs),
    method("times", times, NoArgs),
    method("putenv", putenv, Fast),
    method("unsetenv", unsetenv, O),
    method("kill", kill, Fast),
    method("waitpid", waitpid, Fast),
    method("_exit", exit, FastKeywords),
    method("abort", |_, _, _| std::process::abort(), NoArgs),
    method("system", system, FastKeywords),
    method("sysconf", sysconf, O),
    method("getloadavg", getloadavg, NoArgs),
    method(
        "sched_yield",
        |_, _, _| {
            std::thread::yield_now();
            Ok(Value::NONE)
        },
        NoArgs,
    ),
    // There is no `fork`: nothing to do before or after it.
    method("register_at_fork", |_, _, _| Ok(Value::NONE), FastKeywords),
    method("waitstatus_to_exitcode", exit_code, FastKeywords),
    method("WIFEXITED", |vm, _, args| wait_status(vm, args, |status| i64::from(status & 0x7f == 0)), O),
    method("WEXITSTATUS", |vm, _, args| wait_status(vm, args, |status| status >> 8 & 0xff), O),
    method(
        "WIFSIGNALED",
        |vm, _, args| wait_status(vm, args, |status| i64::from(!matches!(status & 0x7f, 0 | 0x7f))),
        O,
    ),
    method("WTERMSIG", |vm, _, args| wait_status(vm, args, |status| status & 0x7f), O),
    method("WIFSTOPPED", |vm, _, args| wait_status(vm, args, |status| i64::from(status & 0xff == 0x7f)), O),
    method("WSTOPSIG", |vm, _, args| wait_status(vm, args, |status| status >> 8 & 0xff), O),
];

/// `os.sysconf_names`, as far as [`sysconf`] answers them.
pub(super) const SYSCONF_NAMES: &[(&str, i64)] = &[
    ("SC_PAGE_SIZE", 30),
    ("SC_PAGESIZE", 30),
    ("SC_CLK_TCK", 2),
    ("SC_NPROCESSORS_CONF", 83),
    ("SC_NPROCESSORS_ONLN", 84),
    ("SC_OPEN_MAX", 4),
];

fn strerror(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [number] = args.exactly(vm, "strerror")?;
    let number = vm.index_c(number, "int")?;
    let text = std::io::Error::from_raw_os_error(number as i32).to_string();
    let text = text.split(" (os error").next().unwrap_or_default().to_owned();
    Ok(vm.new_str(&text).into())
}

fn urandom(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [size] = args.exactly(vm, "urandom")?;
    let size = vm.index_position(size)?;
    let Ok(size) = usize::try_from(size) else { return Err(vm.value_error("negative argument not allowed")) };
    let mut bytes = vec![0; size];
    for part in bytes.chunks_mut(256) {
        rustix::rand::getrandom(part, rustix::rand::GetRandomFlags::empty()).map_err(|error| failed(vm, error))?;
    }
    Ok(vm.new_bytes(&bytes).into())
}

fn cpu_count(_vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    Ok(std::thread::available_parallelism().map_or(Value::NONE, |count| Value::small_int(count.get() as i64)))
}

fn uname(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let uname = rustix::system::uname();
    let items = [uname.sysname(), uname.nodename(), uname.release(), uname.version(), uname.machine()]
        .map(|text| Value::from(vm.new_str(&text.to_string_lossy())));
    Ok(status::uname_result(vm, &items))
}

fn times(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let processor = crate::clock::process_nanoseconds() as f64 * 1e-9;
    let elapsed = std::fs::read_to_string("/proc/uptime").ok();
    let elapsed = elapsed.and_then(|text| text.split(' ').next()?.parse().ok()).unwrap_or(0.0);
    let items = [processor, 0.0, 0.0, 0.0, elapsed].map(|seconds| vm.float(seconds));
    Ok(status::times_result(vm, &items))
}

/// The environment of this process is left alone, since other threads may read it; `os.environ` holds what the program sees.
fn putenv(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name, value] = args.exactly(vm, "putenv")?;
    let name = path(vm, name, "putenv", "name")?;
    path(vm, value, "putenv", "value")?;
    if name.bytes().contains(&b'=') {
        return Err(vm.value_error("illegal environment variable name"));
    }
    Ok(Value::NONE)
}

fn unsetenv(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name] = args.exactly(vm, "unsetenv")?;
    path(vm, name, "unsetenv", "name")?;
    Ok(Value::NONE)
}

fn kill(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [process, signal] = args.exactly(vm, "kill")?;
    let (process, signal) = (vm.index_c(process, "int")?, vm.index_c(signal, "int")?);
    if process == i64::from(std::process::id()) && signal != 0 {
        // Other threads of the process are not the program's: its handler is to run when this call has returned.
        quicken_vm::interrupt::raise(signal as i32).map_err(|error| failed(vm, error))?;
        return Ok(Value::NONE);
    }
    let done = match (Pid::from_raw(process as i32), Signal::from_named_raw(signal as i32)) {
        (Some(process), Some(signal)) if process.as_raw_nonzero().get() > 0 => {
            rustix::process::kill_process(process, signal)
        }
        (Some(process), None) if signal == 0 => rustix::process::test_kill_process(process),
        _ => Err(rustix::io::Errno::INVAL),
    };
    done.map_err(|error| failed(vm, error))?;
    Ok(Value::NONE)
}

fn waitpid(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [process, options] = args.exactly(vm, "waitpid")?;
    let (process, options) = (vm.index_c(process, "int")?, vm.index_c(options, "int")?);
    let options = WaitOptions::from_bits_retain(options as u32);
    let found =
        rustix::process::waitpid(Pid::from_raw(process.max(0) as i32), options).map_err(|error| failed(vm, error))?;
    let (process, status) = match found {
        Some((process, status)) => (i64::from(process.as_raw_nonzero().get()), i64::from(status.as_raw())),
        None => (0, 0),
    };
    Ok(vm.new_pair(Value::small_int(process), Value::small_int(status)).into())
}

fn exit(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [status] = bind(vm, args, "_exit", ["status"], 1, 1)?;
    let status = vm.index_c(status, "int")?;
    // What is buffered is written all the same: CPython's standard output would lose it, and nobody would want that here.
    let _ = vm.flush();
    std::process::exit(status as i32)
}

fn system(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [command] = bind(vm, args, "system", ["command"], 1, 1)?;
    let command = path(vm, command, "system", "command")?;
    vm.flush()?;
    let status = std::process::Command::new("/bin/sh")
        .arg("-c")
        .arg(std::ffi::OsStr::from_bytes(command.bytes()))
        .status()
        .map_err(|error| failed(vm, error))?;
    let raw = std::os::unix::process::ExitStatusExt::into_raw(status);
    Ok(Value::small_int(i64::from(raw)))
}

fn sysconf(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name] = args.exactly(vm, "sysconf")?;
    let number = match name.cast::<quicken_vm::objects::string::Str>() {
        Some(text) => {
            let text = text.to_string_lossy();
            match SYSCONF_NAMES.iter().find(|(known, _)| *known == text) {
                Some((_, number)) => *number,
                None => return Err(vm.value_error("unrecognized configuration name")),
            }
        }
        None => vm.index_c(name, "int")?,
    };
    let answer = match number {
        30 => rustix::param::page_size() as i64,
        2 => rustix::param::clock_ticks_per_second() as i64,
        83 | 84 => std::thread::available_parallelism().map_or(1, |count| count.get() as i64),
        4 => rustix::process::getrlimit(rustix::process::Resource::Nofile).current.map_or(-1, |limit| limit as i64),
        _ => return Err(failed(vm, rustix::io::Errno::INVAL)),
    };
    Ok(Value::small_int(answer))
}

fn getloadavg(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let text = std::fs::read_to_string("/proc/loadavg").map_err(|error| failed(vm, error))?;
    let mut items = vm.heap.temp_vec();
    for number in text.split(' ').take(3).filter_map(|number| number.parse().ok()) {
        let number = vm.float(number);
        items.push(number);
    }
    Ok(vm.new_tuple(&items).into())
}

fn wait_status(vm: &mut Vm, args: Args<'_>, read: fn(i64) -> i64) -> PyResult {
    let status = args.get(0).unwrap_or(Value::NONE);
    let status = vm.index_c(status, "int")?;
    Ok(Value::small_int(read(status)))
}

fn exit_code(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [status] = bind(vm, args, "waitstatus_to_exitcode", ["status"], 1, 1)?;
    let status = vm.index_c(status, "int")?;
    match status & 0x7f {
        0 => Ok(Value::small_int(status >> 8 & 0xff)),
        0x7f => Err(vm.value_error(format!("invalid wait status: {status}"))),
        signal => Ok(Value::small_int(-signal)),
    }
}
