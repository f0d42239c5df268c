//! The module `faulthandler`. The VM has no faults to handle; what the module tells of the running thread, and its alarm clock, are here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::spec::Convention::{FastKeywords, NoArgs};
use crate::spec::{MethodSpec, ModuleSpec, method};
use crate::value::Value;

/// What a program set.
#[derive(Default)]
pub(crate) struct Faults {
    enabled: bool,
    /// Cleared to stop the alarm clock.
    alarm: Option<Arc<AtomicBool>>,
}

const FUNCTIONS: &[MethodSpec] = &[
    method("enable", |vm, _, _| set_enabled(vm, true), FastKeywords),
    method("disable", disable, NoArgs),
    method("is_enabled", |vm, _, _| Ok(Value::bool(vm.faults.enabled)), NoArgs),
    method("dump_traceback", dump_traceback, FastKeywords),
    method("dump_traceback_later", dump_traceback_later, FastKeywords),
    method("cancel_dump_traceback_later", cancel, NoArgs),
];

/// `faulthandler`.
pub(super) static MODULE: ModuleSpec =
    ModuleSpec { name: "faulthandler", doc: Some("faulthandler module."), functions: FUNCTIONS, init: None };

fn set_enabled(vm: &mut Vm, enabled: bool) -> PyResult {
    vm.faults.enabled = enabled;
    Ok(Value::NONE)
}

fn disable(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    Ok(Value::bool(std::mem::take(&mut vm.faults.enabled)))
}

/// Writes the frames of the running thread.
fn dump_traceback(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["file", "all_threads"], positional_only: 0, max_positional: 2, required: 0 };
    let [file, _] = args.bind(vm, "dump_traceback", &PARAMETERS)?;
    let mut text = "Stack (most recent call first):\n".to_owned();
    for n in 0..vm.depth().min(100) {
        let Some(frame) = vm.frame_below(n) else { break };
        let unit = frame.unit_before(if n == 0 { vm.state.pc } else { frame.pc });
        let position = frame.code.object.position_at(2 * unit as u32);
        let line = position.line.map_or_else(|| "???".to_owned(), |line| line.to_string());
        let (file, name) = (frame.code.object.filename.to_string_lossy(), frame.code.object.name.to_string_lossy());
        text += &format!("  File \"{file}\", line {line} in {name}\n");
    }
    if file.is_null() || file.is_none() {
        vm.write_stderr(&text)?;
    } else {
        let text = vm.new_str(&text);
        vm.call_method(file, "write", &[text.into()])?;
    }
    Ok(Value::NONE)
}

/// Says so on standard error when a time has passed, and ends the process if asked to. What the program does then cannot be seen from
/// outside its thread.
fn dump_traceback_later(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<4> =
        Parameters { names: ["timeout", "repeat", "file", "exit"], positional_only: 0, max_positional: 4, required: 1 };
    let [timeout, repeat, _, exit] = args.bind(vm, "dump_traceback_later", &PARAMETERS)?;
    let seconds = vm.to_f64(timeout)?;
    let Some(time) = Duration::try_from_secs_f64(seconds).ok().filter(|time| !time.is_zero()) else {
        return Err(vm.value_error("timeout must be greater than 0"));
    };
    let repeat = !repeat.is_null() && vm.is_true(repeat)?;
    let exit = !exit.is_null() && vm.is_true(exit)?;
    stop(vm);
    let active = Arc::new(AtomicBool::new(true));
    vm.faults.alarm = Some(active.clone());
    let watch = move || {
        loop {
            std::thread::park_timeout(time);
            if !active.load(Ordering::Relaxed) {
                return;
            }
            let (minutes, seconds) = (time.as_secs() / 60, time.as_secs() % 60);
            eprintln!("Timeout ({}:{:02}:{seconds:02})!", minutes / 60, minutes % 60);
            if exit {
                std::process::exit(1);
            }
            if !repeat {
                return;
            }
        }
    };
    let started = std::thread::Builder::new().name("faulthandler".to_owned()).spawn(watch);
    started.map_err(|error| vm.io_error(&error, None))?;
    Ok(Value::NONE)
}

fn cancel(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    stop(vm);
    Ok(Value::NONE)
}

fn stop(vm: &mut Vm) {
    if let Some(alarm) = vm.faults.alarm.take() {
        alarm.store(false, Ordering::Relaxed);
    }
}
