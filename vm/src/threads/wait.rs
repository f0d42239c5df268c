//! Waiting with the whole process: for time, for files, for signals.

#![cfg_attr(unix, expect(unsafe_code, reason = "asks the system"))]

use std::time::{Duration, Instant};

use super::{FileWait, MAIN, ThreadId, Wake};
use crate::Vm;
use crate::interrupt;

/// The longest single wait: a signal that comes just before it is noticed after it.
const LONGEST: Duration = Duration::from_millis(20);

impl Vm {
    /// Waits where there is one thread.
    pub(super) fn wait_alone(&mut self, until: Option<Instant>) -> Wake {
        match until {
            Some(until) => self.wait_until(until),
            None => Wake::Deadlock,
        }
    }

    /// Sleeps until a time on the system's clock, or a signal for the main thread.
    pub(super) fn wait_until(&mut self, until: Instant) -> Wake {
        loop {
            let rest = until.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return Wake::Timeout;
            }
            if self.thread_id() == MAIN && interrupt::is_pending() {
                return Wake::Signal;
            }
            poll(&[], rest.min(LONGEST));
        }
    }

    /// Where all threads wait: sleeps until one need not. False if none ever will.
    pub(super) fn wait_for_any(&mut self) -> bool {
        loop {
            let Some(threads) = &mut self.threads else { return false };
            let next = threads.sleeping.first_key_value().map(|(key, id)| (key.0, *id));
            let until = next.and_then(|(_, id)| threads.status(id)).and_then(|status| status.until);
            let files = threads.statuses.iter().any(|status| status.file.is_some());
            if next.is_none() && !files {
                return false;
            }
            if let (Some((time, _)), Some(until)) = (next, until)
                && Instant::now() >= until
            {
                threads.clock = threads.clock.max(time);
                return true;
            }
            let rest = until.map_or(LONGEST, |until| until.saturating_duration_since(Instant::now()));
            if self.wake_for_files(Some(rest.min(LONGEST))) || interrupt::is_pending() {
                return true;
            }
        }
    }

    /// Wakes the threads whose files are ready, after a wait for no longer than a time. Whether there was one.
    pub(super) fn wake_for_files(&mut self, wait: Option<Duration>) -> bool {
        let Some(threads) = &mut self.threads else { return false };
        let waiting: Vec<(ThreadId, FileWait)> =
            threads.statuses.iter().filter_map(|status| Some((status.id, status.file?))).collect();
        let wait = wait.unwrap_or_default();
        if waiting.is_empty() && wait.is_zero() {
            return false;
        }
        let files: Vec<FileWait> = waiting.iter().map(|(_, file)| *file).collect();
        let ready = poll(&files, wait);
        let mut any = false;
        for ((id, _), is_ready) in waiting.iter().zip(ready) {
            any |= is_ready && threads.wake(*id, Wake::Notified);
        }
        any
    }
}

/// Whether reading and writing a file waits where it must: it was not opened otherwise.
#[cfg(unix)]
pub(super) fn may_block(descriptor: i32) -> bool {
    // SAFETY: a question about a number; what is no open file is told apart by the answer.
    let flags = unsafe { libc::fcntl(descriptor, libc::F_GETFL) };
    flags != -1 && flags & libc::O_NONBLOCK == 0
}

/// Elsewhere nothing is known of files.
#[cfg(not(unix))]
pub(super) fn may_block(_descriptor: i32) -> bool {
    false
}

/// Whether a file is ready now.
pub(super) fn is_ready(file: FileWait) -> bool {
    poll(&[file], Duration::ZERO).first().copied().unwrap_or(true)
}

/// Which of some files are ready, after a wait for one of them, a signal, or the end of a time.
#[cfg(unix)]
fn poll(files: &[FileWait], wait: Duration) -> Vec<bool> {
    let mut asked: Vec<libc::pollfd> = files
        .iter()
        .map(|file| libc::pollfd {
            fd: file.descriptor,
            events: if file.write { libc::POLLOUT } else { libc::POLLIN },
            revents: 0,
        })
        .collect();
    if asked.is_empty() {
        let time = libc::timespec { tv_sec: wait.as_secs() as _, tv_nsec: wait.subsec_nanos() as _ };
        // SAFETY: the time is initialized; what is left of it is not asked for.
        unsafe { libc::nanosleep(&time, std::ptr::null_mut()) };
        return Vec::new();
    }
    let milliseconds = wait.as_micros().div_ceil(1000).min(1000) as libc::c_int;
    // SAFETY: the array is as long as is said.
    let found = unsafe { libc::poll(asked.as_mut_ptr(), asked.len() as libc::nfds_t, milliseconds) };
    // What cannot be asked after is ready: whoever uses it will be told.
    asked.iter().map(|file| found > 0 && file.revents != 0).collect()
}

/// Elsewhere files are taken to be ready.
#[cfg(not(unix))]
fn poll(files: &[FileWait], wait: Duration) -> Vec<bool> {
    if files.is_empty() {
        std::thread::sleep(wait);
    }
    vec![true; files.len()]
}
