//! Runs a command with standard input and a time limit.

use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a command did.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; `None` after a signal or when the time ran out.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// Whether it was ended because the time ran out.
    pub timed_out: bool,
}

impl Ended {
    /// Standard output as text.
    #[must_use]
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard error as text.
    #[must_use]
    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

/// Runs a command to its end.
///
/// # Errors
/// It cannot be started.
pub fn run(command: &mut Command, stdin: &str, limit: Duration) -> io::Result<Ended> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    if let Some(mut pipe) = child.stdin.take() {
        let text = stdin.to_owned();
        // A program need not read all of it, or any.
        std::thread::spawn(move || drop(pipe.write_all(text.as_bytes())));
    }
    let stdout = child.stdout.take().map(read_in_background);
    let stderr = child.stderr.take().map(read_in_background);
    let start = Instant::now();
    let mut pause = Duration::from_micros(500);
    let (status, timed_out) = loop {
        if let Some(status) = child.try_wait()? {
            break (Some(status), false);
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            break (None, true);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    };
    let read = |thread: Option<std::thread::JoinHandle<Vec<u8>>>| {
        thread.and_then(|thread| thread.join().ok()).unwrap_or_default()
    };
    Ok(Ended { code: status.and_then(|status| status.code()), stdout: read(stdout), stderr: read(stderr), timed_out })
}

fn read_in_background(mut pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is all there is.
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

/// The first difference between two texts, for a person; `None` if there is none.
#[must_use]
pub fn difference(what: &str, expected: &str, actual: &str) -> Option<String> {
    if expected == actual {
        return None;
    }
    let (mut left, mut right) = (expected.lines(), actual.lines());
    let mut number = 1;
    let show = |line: Option<&str>| line.map_or_else(|| "(end)".to_owned(), |line| format!("{line:?}"));
    loop {
        let (l, r) = (left.next(), right.next());
        if l != r {
            return Some(format!("{what}, line {number}:\n  expected {}\n  got      {}", show(l), show(r)));
        }
        if l.is_none() {
            return Some(format!("{what}: only the line ends differ"));
        }
        number += 1;
    }
}
