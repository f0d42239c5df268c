//! Processor time, which Rust's standard library does not tell.

#![cfg_attr(any(unix, windows), expect(unsafe_code, reason = "asks the operating system"))]

/// Nanoseconds of processor time that the process has used.
pub fn process_nanoseconds() -> i64 {
    system::process()
}

/// Nanoseconds of processor time that the thread has used.
pub fn thread_nanoseconds() -> i64 {
    system::thread()
}

#[cfg(unix)]
mod system {
    pub(super) fn process() -> i64 {
        read(libc::CLOCK_PROCESS_CPUTIME_ID)
    }

    pub(super) fn thread() -> i64 {
        read(libc::CLOCK_THREAD_CPUTIME_ID)
    }

    fn read(clock: libc::clockid_t) -> i64 {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: the pointer is valid for the call.
        unsafe { libc::clock_gettime(clock, &mut time) };
        // Their types differ from system to system.
        #[allow(clippy::unnecessary_cast, reason = "i32 on some systems")]
        let nanoseconds = time.tv_sec as i64 * 1_000_000_000 + time.tv_nsec as i64;
        nanoseconds
    }
}

#[cfg(windows)]
mod system {
    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetCurrentProcess() -> isize;
        fn GetCurrentThread() -> isize;
        fn GetProcessTimes(
            process: isize,
            created: &mut u64,
            exited: &mut u64,
            kernel: &mut u64,
            user: &mut u64,
        ) -> i32;
        fn GetThreadTimes(thread: isize, created: &mut u64, exited: &mut u64, kernel: &mut u64, user: &mut u64) -> i32;
    }

    pub(super) fn process() -> i64 {
        let (mut created, mut exited, mut kernel, mut user) = (0, 0, 0, 0);
        // SAFETY: a FILETIME is 64 bits; the references are valid for the call.
        unsafe { GetProcessTimes(GetCurrentProcess(), &mut created, &mut exited, &mut kernel, &mut user) };
        ((kernel + user) * 100) as i64
    }

    pub(super) fn thread() -> i64 {
        let (mut created, mut exited, mut kernel, mut user) = (0, 0, 0, 0);
        // SAFETY: as above.
        unsafe { GetThreadTimes(GetCurrentThread(), &mut created, &mut exited, &mut kernel, &mut user) };
        ((kernel + user) * 100) as i64
    }
}

#[cfg(not(any(unix, windows)))]
mod system {
    pub(super) fn process() -> i64 {
        0
    }

    pub(super) fn thread() -> i64 {
        0
    }
}
