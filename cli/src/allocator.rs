//! Settings of the system's allocator.

/// Keeps freed memory in the process for the next allocation.
///
/// A collection frees the digits of thousands of big integers at once. By default glibc gives such a run back to the
/// operating system, which hands the same pages out again, cleared, one fault each: a quarter of the time of a program
/// like `pidigits`.
///
/// For the same reason blocks of up to 32 MiB are not mapped each by itself, which is the most that glibc allows. Where nothing is set, it
/// goes up to that by itself, as blocks are freed; where anything is set, no more.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "mallopt is a C function")]
pub fn keep_freed_memory() {
    const TRIM_THRESHOLD: libc::c_int = 256 << 20;
    const MMAP_THRESHOLD: libc::c_int = 32 << 20;
    // SAFETY: no other thread runs yet.
    unsafe {
        libc::mallopt(libc::M_TRIM_THRESHOLD, TRIM_THRESHOLD);
        libc::mallopt(libc::M_MMAP_THRESHOLD, MMAP_THRESHOLD);
    }
}

/// Nothing to do: only glibc's allocator is known to need it.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn keep_freed_memory() {}
