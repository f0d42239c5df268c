//! The module `_signal`. Handlers written in Python run at the eval breaker.

use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::interrupt;
use crate::object::Gc;
use crate::objects::module::Module;
use crate::objects::set::set_from;
use crate::spec::Convention::{Fast, FastKeywords, NoArgs, O};
use crate::spec::{MethodSpec, ModuleSpec, method};
use crate::value::Value;

/// One more than the highest signal.
pub(crate) const COUNT: usize = 65;

/// The signals of Linux by name.
const SIGNALS: &[(&str, i64)] = &[
    ("SIGHUP", 1),
    ("SIGINT", 2),
    ("SIGQUIT", 3),
    ("SIGILL", 4),
    ("SIGTRAP", 5),
    ("SIGABRT", 6),
    ("SIGIOT", 6),
    ("SIGBUS", 7),
    ("SIGFPE", 8),
    ("SIGKILL", 9),
    ("SIGUSR1", 10),
    ("SIGSEGV", 11),
    ("SIGUSR2", 12),
    ("SIGPIPE", 13),
    ("SIGALRM", 14),
    ("SIGTERM", 15),
    ("SIGSTKFLT", 16),
    ("SIGCHLD", 17),
    ("SIGCLD", 17),
    ("SIGCONT", 18),
    ("SIGSTOP", 19),
    ("SIGTSTP", 20),
    ("SIGTTIN", 21),
    ("SIGTTOU", 22),
    ("SIGURG", 23),
    ("SIGXCPU", 24),
    ("SIGXFSZ", 25),
    ("SIGVTALRM", 26),
    ("SIGPROF", 27),
    ("SIGWINCH", 28),
    ("SIGIO", 29),
    ("SIGPOLL", 29),
    ("SIGPWR", 30),
    ("SIGSYS", 31),
    ("SIGRTMIN", 34),
    ("SIGRTMAX", 64),
];

/// `SIG_DFL` and `SIG_IGN`.
const DEFAULT: i64 = 0;
const IGNORE: i64 = 1;

/// `_signal`.
pub(super) static MODULE: ModuleSpec = ModuleSpec {
    name: "_signal",
    doc: Some("This module provides mechanisms to use signal handlers in Python."),
    functions: FUNCTIONS,
    init: Some(init),
};

/// What the timers' functions raise.
const ITIMER_ERROR: &str = "ItimerError";

const DEFAULT_INT_HANDLER: MethodSpec = method("default_int_handler", default_int_handler, Fast);

const FUNCTIONS: &[MethodSpec] = &[
    DEFAULT_INT_HANDLER,
    method("signal", signal, Fast),
    method("getsignal", getsignal, O),
    method("raise_signal", raise_signal, O),
    method("strsignal", strsignal, O),
    method("valid_signals", valid_signals, NoArgs),
    #[cfg(unix)]
    method("alarm", timers::alarm, O),
    #[cfg(unix)]
    method("getitimer", timers::getitimer, O),
    #[cfg(unix)]
    method("setitimer", timers::setitimer, Fast),
    method("siginterrupt", |_, _, _| Ok(Value::NONE), Fast),
    method("set_wakeup_fd", |_, _, _| Ok(Value::small_int(-1)), FastKeywords),
];

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let dict = module.dict();
    let numbers = [
        ("SIG_DFL", DEFAULT),
        ("SIG_IGN", IGNORE),
        ("NSIG", COUNT as i64),
        ("SIG_BLOCK", 0),
        ("SIG_UNBLOCK", 1),
        ("SIG_SETMASK", 2),
        ("ITIMER_REAL", 0),
        ("ITIMER_VIRTUAL", 1),
        ("ITIMER_PROF", 2),
    ];
    for (name, number) in numbers.iter().chain(SIGNALS) {
        let name = vm.intern(name);
        dict.set_str(vm, name, Value::small_int(*number));
    }
    // As `class itimer_error(OSError)` in `signal`.
    let (base, namespace, key, module_name) =
        (vm.exc.OSError, vm.new_dict(), vm.names.__module__, vm.new_str("signal"));
    namespace.set_str(vm, key, module_name.into());
    let (metaclass, class_name) = (vm.types.type_.into(), vm.new_str("itimer_error").into());
    let bases = vm.new_tuple(&[base.into()]).into();
    let error = vm.call_values(metaclass, &[class_name, bases, namespace.into()])?;
    let name = vm.intern(ITIMER_ERROR);
    dict.set_str(vm, name, error);
    let name = vm.intern(DEFAULT_INT_HANDLER.name);
    let handler = dict.get_str(name).unwrap_or(Value::NONE);
    let handlers = vm.new_list(&[Value::small_int(DEFAULT); COUNT]);
    handlers.set(libc::SIGINT as usize, handler);
    vm.signal_handlers = Some(vm.heap.root(handlers));
    Ok(())
}

fn number(vm: &mut Vm, value: Value) -> PyResult<usize> {
    let number = vm.index_c(value, "int")?;
    match usize::try_from(number).ok().filter(|number| (1..COUNT).contains(number)) {
        Some(number) => Ok(number),
        None => Err(vm.value_error("signal number out of range")),
    }
}

fn signal(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [signal, handler] = args.exactly(vm, "signal")?;
    let number = number(vm, signal)?;
    let kind = match vm.is_callable(handler) {
        true => interrupt::Action::Note,
        false if vm.equals(handler, Value::small_int(IGNORE))? => interrupt::Action::Ignore,
        false if vm.equals(handler, Value::small_int(DEFAULT))? => interrupt::Action::Default,
        false => {
            return Err(vm.type_error("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"));
        }
    };
    if let Err(error) = interrupt::set_action(number as i32, kind) {
        return Err(vm.io_error(&error, None));
    }
    let Some(handlers) = vm.signal_handlers.as_ref().map(|handlers| handlers.get()) else { return Ok(Value::NONE) };
    let old = handlers.get(number).unwrap_or(Value::NONE);
    handlers.set(number, handler);
    Ok(old)
}

fn getsignal(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [signal] = args.exactly(vm, "getsignal")?;
    let number = number(vm, signal)?;
    Ok(vm.signal_handlers.as_ref().and_then(|handlers| handlers.get().get(number)).unwrap_or(Value::NONE))
}

fn raise_signal(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [signal] = args.exactly(vm, "raise_signal")?;
    let number = vm.index_c(signal, "int")?;
    if let Err(error) = interrupt::raise(number as i32) {
        return Err(vm.io_error(&error, None));
    }
    vm.handle_signals()?;
    Ok(Value::NONE)
}

/// Timers of the process. A signal that one sends is noted, and its handler runs at the next eval breaker.
#[cfg(unix)]
mod timers {
    use super::*;

    const REAL: i32 = 0;

    pub(super) fn alarm(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
        let [seconds] = args.exactly(vm, "alarm")?;
        let seconds = vm.index_c(seconds, "int")?.max(0);
        // The alarm and the real timer are one, and `alarm` answers whole seconds.
        let before = interrupt::set_timer(REAL, (seconds as f64, 0.0));
        let left = before.map_err(|error| vm.io_error(&error, None))?.0;
        Ok(vm.int(left.ceil() as i64))
    }

    pub(super) fn getitimer(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
        let [which] = args.exactly(vm, "getitimer")?;
        let which = vm.index_c(which, "int")? as i32;
        let timer = interrupt::timer(which);
        answer(vm, timer)
    }

    pub(super) fn setitimer(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
        let values = args.between(vm, "setitimer", 2, 3)?;
        let which = vm.index_c(values[0], "int")? as i32;
        let first = vm.to_f64(values[1])?;
        let interval = match values.get(2) {
            Some(&interval) => vm.to_f64(interval)?,
            None => 0.0,
        };
        let before = interrupt::set_timer(which, (first, interval));
        answer(vm, before)
    }

    fn answer(vm: &mut Vm, timer: std::io::Result<interrupt::Timer>) -> PyResult {
        match timer {
            Ok((left, interval)) => {
                let (left, interval) = (vm.float(left), vm.float(interval));
                Ok(vm.new_tuple(&[left, interval]).into())
            }
            Err(error) => {
                let text = error.to_string();
                let text = text.split(" (os error").next().unwrap_or_default();
                let (errno, text) = (vm.int(error.raw_os_error().unwrap_or(0).into()), vm.new_str(text).into());
                let (module, name) = (vm.import_absolute(MODULE.name)?, vm.intern(ITIMER_ERROR));
                let class = vm.get_attr(module, name)?;
                Err(vm.raise_with(class.cast().unwrap_or(vm.exc.OSError), &[errno, text]))
            }
        }
    }
}

fn strsignal(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [signal] = args.exactly(vm, "strsignal")?;
    let number = number(vm, signal)?;
    match interrupt::description(number as i32) {
        Some(text) => Ok(vm.new_str(&text).into()),
        None => Ok(Value::NONE),
    }
}

fn valid_signals(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let mut all = vm.heap.temp_vec();
    // 32 and 33 are the C library's.
    all.extend((1..COUNT as i64).filter(|number| !matches!(number, 32 | 33)).map(Value::small_int));
    let (list, set) = (vm.new_list(&all), vm.types.set);
    set_from(vm, set, list.into()).map(Value::from)
}

fn default_int_handler(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    Err(keyboard_interrupt(vm))
}

fn keyboard_interrupt(vm: &mut Vm) -> Raise {
    let ty = vm.exc.KeyboardInterrupt;
    vm.raise_with(ty, &[])
}

impl Vm {
    /// Whether the program, or the default for Ctrl-C, does something when a signal comes.
    pub(crate) fn has_signal_handler(&mut self, number: usize) -> bool {
        match self.signal_handlers.as_ref().map(|handlers| handlers.get()) {
            Some(handlers) => handlers.get(number).is_some_and(|handler| self.is_callable(handler)),
            None => number == libc::SIGINT as usize,
        }
    }

    /// Runs the handlers of the signals that have come since the last call.
    ///
    /// # Errors
    /// What a handler raises; `KeyboardInterrupt` for Ctrl-C where there is none.
    pub(crate) fn handle_signals(&mut self) -> PyResult<()> {
        // The other threads leave them to the main one.
        if self.thread_id() != crate::threads::MAIN {
            return Ok(());
        }
        let mut pending = interrupt::take_all();
        while pending != 0 {
            let number = pending.trailing_zeros();
            pending &= pending - 1;
            let handlers = self.signal_handlers.as_ref().map(|handlers| handlers.get());
            let Some(handler) = handlers.and_then(|handlers| handlers.get(number as usize)) else {
                return Err(keyboard_interrupt(self));
            };
            if self.is_callable(handler) {
                let frame = self.frame_object(0).map_or(Value::NONE, Value::from);
                self.call_values(handler, &[Value::small_int(i64::from(number)), frame])?;
            }
        }
        Ok(())
    }
}
