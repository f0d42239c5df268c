//! Runs a command to its end and tells what it used: processor time of the whole process and peak memory.

#![cfg_attr(unix, expect(unsafe_code, reason = "wait4 is the one call that gives the usage of a single child"))]

use std::io;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a process used, and what it printed.
#[derive(Clone, Debug)]
pub struct Usage {
    /// Processor time in user and system mode; the elapsed time where the system does not tell.
    pub cpu: Duration,
    /// Elapsed time.
    pub wall: Duration,
    /// The most memory resident at once, in bytes, where the system tells.
    pub peak_memory: Option<u64>,
    /// The exit code; `None` after a signal.
    pub exit_code: Option<i32>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

/// Runs a command without standard input.
///
/// # Errors
/// It cannot be started, or its output not be read.
pub fn run(command: &mut Command) -> io::Result<Usage> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let start = Instant::now();
    let mut child = command.spawn()?;
    let stderr = child.stderr.take().map(|pipe| std::thread::spawn(move || read_all(pipe)));
    let stdout = child.stdout.take().map(read_all).transpose()?.unwrap_or_default();
    let stderr = match stderr {
        Some(thread) => thread.join().unwrap_or_else(|_| Ok(Vec::new()))?,
        None => Vec::new(),
    };
    let Waited { exit_code, cpu, peak_memory } = wait(child)?;
    let wall = start.elapsed();
    Ok(Usage { cpu: cpu.unwrap_or(wall), wall, peak_memory, exit_code, stdout, stderr })
}

fn read_all(mut pipe: impl io::Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    pipe.read_to_end(&mut bytes)?;
    Ok(bytes)
}

struct Waited {
    exit_code: Option<i32>,
    cpu: Option<Duration>,
    peak_memory: Option<u64>,
}

#[cfg(unix)]
fn wait(child: std::process::Child) -> io::Result<Waited> {
    let pid = child.id().cast_signed();
    let mut status = 0;
    // SAFETY: an all-zero `rusage` is a valid value: it consists of numbers.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both pointers are to locals that live through the call; `child` is not waited for anywhere else.
        if unsafe { libc::wait4(pid, &raw mut status, 0, &raw mut usage) } == pid {
            break;
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    let exit_code = libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status));
    // Linux counts in kibibytes, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    let peak = u64::try_from(usage.ru_maxrss).unwrap_or(0) * unit;
    Ok(Waited { exit_code, cpu: Some(duration(usage.ru_utime) + duration(usage.ru_stime)), peak_memory: Some(peak) })
}

#[cfg(unix)]
fn duration(time: libc::timeval) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    // The type of `tv_usec` differs between systems; it is always below a million.
    #[allow(clippy::unnecessary_cast, clippy::allow_attributes, reason = "an i32 on macOS")]
    let microseconds = u64::try_from(time.tv_usec as i64).unwrap_or(0);
    Duration::from_micros(seconds * 1_000_000 + microseconds)
}

#[cfg(not(unix))]
fn wait(mut child: std::process::Child) -> io::Result<Waited> {
    Ok(Waited { exit_code: child.wait()?.code(), cpu: None, peak_memory: None })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn usage_of_one_child() {
        let script = "echo out; echo err >&2; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; exit 3";
        let usage = run(Command::new("sh").args(["-c", script])).unwrap();
        assert_eq!((usage.exit_code, usage.stdout, usage.stderr), (Some(3), b"out\n".to_vec(), b"err\n".to_vec()));
        assert!(usage.cpu > Duration::ZERO && usage.peak_memory > Some(100_000));
    }

    #[test]
    fn what_cannot_be_started() {
        assert!(run(&mut Command::new("/nowhere/at-all")).is_err());
    }
}
