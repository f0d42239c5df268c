//! Ctrl-C becomes a `KeyboardInterrupt`: a signal handler may only set flags; the eval breaker looks at them.

#![expect(unsafe_code, reason = "a signal handler reaches the running VM's eval breaker through a pointer")]

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
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
    INTERRUPTED.store(true, Ordering::Release);
    let breaker = BREAKER.load(Ordering::Acquire);
    if !breaker.is_null() {
        // SAFETY: `watch` stored it, and its `Watch` takes it away before the VM goes.
        unsafe { (*breaker).store(true, Ordering::Relaxed) };
    }
}

/// Whether there was an interrupt since the last call.
pub(crate) fn take() -> bool {
    INTERRUPTED.load(Ordering::Relaxed) && INTERRUPTED.swap(false, Ordering::AcqRel)
}

#[cfg(unix)]
fn install() {
    extern "C" fn handle(_signal: libc::c_int) {
        interrupt();
    }
    // SAFETY: the handler touches atomics alone. Calls that were interrupted are restarted (`signal` in glibc and BSD).
    unsafe {
        libc::signal(libc::SIGINT, handle as extern "C" fn(libc::c_int) as libc::sighandler_t);
    }
}

/// Elsewhere Ctrl-C ends the process, as the system has it.
#[cfg(not(unix))]
fn install() {}
