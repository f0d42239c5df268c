//! Where a program's output goes.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal, LineWriter, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Where the standard output or the standard error of a program goes.
#[derive(Clone)]
pub enum Output {
    /// To that of this process, buffered as CPython buffers it.
    Inherit,
    /// Into the [`Outcome`](crate::Outcome).
    Capture,
    /// Nowhere.
    Discard,
    /// To a writer, unbuffered.
    Writer(Arc<Mutex<dyn Write + Send>>),
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Output::Inherit => "Inherit",
            Output::Capture => "Capture",
            Output::Discard => "Discard",
            Output::Writer(_) => "Writer(…)",
        })
    }
}

/// CPython's `io.DEFAULT_BUFFER_SIZE`.
const BUFFER: usize = 8192;

impl Output {
    /// A writer for standard output. What is captured goes to `captured`.
    pub(crate) fn stdout(&self, captured: &Captured) -> Box<dyn Write> {
        match self {
            Output::Inherit if io::stdout().is_terminal() => Box::new(io::stdout()),
            Output::Inherit => Box::new(BufWriter::with_capacity(BUFFER, io::stdout())),
            _ => self.other(captured),
        }
    }

    /// A writer for standard error.
    pub(crate) fn stderr(&self, captured: &Captured) -> Box<dyn Write> {
        match self {
            Output::Inherit => Box::new(LineWriter::with_capacity(BUFFER, io::stderr())),
            _ => self.other(captured),
        }
    }

    fn other(&self, captured: &Captured) -> Box<dyn Write> {
        match self {
            Output::Inherit | Output::Capture => Box::new(captured.clone()),
            Output::Discard => Box::new(io::sink()),
            Output::Writer(writer) => Box::new(Shared(writer.clone())),
        }
    }
}

/// Bytes that a run writes and its caller reads afterwards.
#[derive(Clone, Default)]
pub struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    /// What was written so far.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Shared(Arc<Mutex<dyn Write + Send>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}
