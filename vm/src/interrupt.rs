//! Signals: Ctrl-C becomes a `KeyboardInterrupt`, others call what the program installed. A signal handler may only set flags; the
//! eval breaker looks at them.

#![expect(unsafe_code, reason = "a signal handler reaches the running VM's eval breaker through a pointer")]

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};

/// The signals that have come and were not handled, a bit each.
static PENDING: AtomicU64 = AtomicU64::new(0);
/// The eval breaker of the VM that handles Ctrl-C, or null.
static BREAKER: AtomicPtr<AtomicBool> = AtomicPtr::new(std::ptr::null_mut());

/// Lets Ctrl-C interrupt the VM with this eval breaker, until the answer is dropped. One VM of a process at a time gets
/// interrupts: the one that asked last.
#[must_use]
pub fn watch(breaker: &Cell<bool>) -> Watch {
    // A `Cell<bool>` and an `AtomicBool` have the same layout; the interpreter reads it again at every jump backward.
    let pointer = breaker.as_ptr().cast::<AtomicBool>();
    BREAKER.store(pointer, Ordering::Release);
    install();
    Watch { pointer }
}

/// While it lives, Ctrl-C raises `KeyboardInterrupt` in the VM.
pub struct Watch {
    pointer: *mut AtomicBool,
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = BREAKER.compare_exchange(self.pointer, std::ptr::null_mut(), Ordering::AcqRel, Ordering::Relaxed);
    }
}

/// Notes an interrupt. Safe to call from a signal handler.
pub fn interrupt() {
    note(INTERRUPT);
}

/// `SIGINT`
const INTERRUPT: u32 = 2;

/// Notes a signal. Safe to call from a signal handler.
pub(crate) fn note(number: u32) {
    PENDING.fetch_or(1u64.checked_shl(number).unwrap_or(0), Ordering::AcqRel);
    let breaker = BREAKER.load(Ordering::Acquire);
    if !breaker.is_null() {
        // SAFETY: `watch` stored it, and its `Watch` takes it away before the VM goes.
        unsafe { (*breaker).store(true, Ordering::Relaxed) };
    }
}

/// Whether there are signals to be handled.
pub(crate) fn is_pending() -> bool {
    PENDING.load(Ordering::Relaxed) != 0
}

/// The signals that have come since the last call, a bit each.
pub(crate) fn take_all() -> u64 {
    PENDING.swap(0, Ordering::AcqRel)
}

/// What a signal does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    /// What the system has it do.
    Default,
    /// Nothing.
    Ignore,
    /// The VM is told.
    Note,
}

#[cfg(unix)]
extern "C" fn handle(signal: libc::c_int) {
    note(signal as u32);
}

#[cfg(unix)]
fn install() {
    let _ = set_action(INTERRUPT as i32, Action::Note);
}

/// Elsewhere Ctrl-C ends the process, as the system has it.
#[cfg(not(unix))]
fn install() {}

/// Says what a signal does.
#[cfg(unix)]
pub(crate) fn set_action(number: i32, action: Action) -> std::io::Result<()> {
    let handler = match action {
        Action::Default => libc::SIG_DFL,
        Action::Ignore => libc::SIG_IGN,
        Action::Note => handle as extern "C" fn(libc::c_int) as libc::sighandler_t,
    };
    // SAFETY: the handler touches atomics alone. Calls that were interrupted are restarted (`signal` in glibc and BSD).
    let before = unsafe { libc::signal(number, handler) };
    if before == libc::SIG_ERR { Err(std::io::Error::last_os_error()) } else { Ok(()) }
}

/// Sends the calling thread a signal: it has been noted when this returns.
///
/// # Errors
/// There is no such signal.
#[cfg(unix)]
pub fn raise(number: i32) -> std::io::Result<()> {
    // SAFETY: any number may be given; what the signal does was said by `set_action`.
    if unsafe { libc::raise(number) } == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

/// A timer of the process: what is left of it and how long it is then set to, in seconds.
pub(crate) type Timer = (f64, f64);

#[cfg(unix)]
fn seconds(time: libc::itimerval) -> Timer {
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    (seconds(time.it_value), seconds(time.it_interval))
}

/// `getitimer(2)`.
///
/// # Errors
/// There is no such timer.
#[cfg(unix)]
pub(crate) fn timer(which: i32) -> std::io::Result<Timer> {
    let none = libc::timeval { tv_sec: 0, tv_usec: 0 };
    let mut now = libc::itimerval { it_interval: none, it_value: none };
    // SAFETY: `now` is a timer's value that the call fills.
    match unsafe { libc::getitimer(which as _, &raw mut now) } {
        0 => Ok(seconds(now)),
        _ => Err(std::io::Error::last_os_error()),
    }
}

/// `setitimer(2)`; answers what the timer was.
///
/// # Errors
/// There is no such timer, or the time is negative.
#[cfg(unix)]
pub(crate) fn set_timer(which: i32, (first, interval): Timer) -> std::io::Result<Timer> {
    let none = libc::timeval { tv_sec: 0, tv_usec: 0 };
    let time = |seconds: f64| libc::timeval {
        tv_sec: seconds.floor() as _,
        tv_usec: (seconds.fract() * 1e6).round().min(999_999.0) as _,
    };
    let new = libc::itimerval { it_interval: time(interval), it_value: time(first) };
    let mut before = libc::itimerval { it_interval: none, it_value: none };
    // SAFETY: both are timers' values, and the second one is filled.
    match unsafe { libc::setitimer(which as _, &raw const new, &raw mut before) } {
        0 => Ok(seconds(before)),
        _ => Err(std::io::Error::last_os_error()),
    }
}

/// What the system calls a signal.
#[cfg(unix)]
pub(crate) fn description(number: i32) -> Option<String> {
    // SAFETY: the answer is a string of the C library's that nobody changes while it is copied: there is one VM per thread, and
    // other threads do not ask.
    let text = unsafe { libc::strsignal(number) };
    if text.is_null() {
        return None;
    }
    // SAFETY: as above.
    Some(unsafe { std::ffi::CStr::from_ptr(text) }.to_string_lossy().into_owned())
}

/// There are no signals.
#[cfg(not(unix))]
pub(crate) fn set_action(_number: i32, _action: Action) -> std::io::Result<()> {
    Ok(())
}

/// A signal that is raised only comes back to the program.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn raise(number: i32) -> std::io::Result<()> {
    note(number as u32);
    Ok(())
}

/// Nobody names them.
#[cfg(not(unix))]
pub(crate) fn description(_number: i32) -> Option<String> {
    None
}
