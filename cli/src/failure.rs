//! What makes the command itself fail. What a program raises is not among it.

use std::fmt;
use std::io::{self, Write};

/// Why the command failed.
#[derive(Debug)]
pub enum Failure {
    /// The program could not be run.
    Engine(quicken::Error),
    /// What was asked for makes no sense or does not exist; with what to do about it.
    Usage(String),
    /// Output could not be written.
    Output(String, io::Error),
}

impl Failure {
    /// The exit code: 2 for usage, as CPython and clap have it.
    pub fn exit_code(&self) -> i32 {
        match self {
            Failure::Engine(error) => error.exit_code(),
            Failure::Usage(_) => 2,
            // The reader has gone, having read what it wanted.
            Failure::Output(_, error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Failure::Output(..) => 1,
        }
    }

    /// Tells the user, on standard error.
    pub fn report(&self) {
        let text = match self {
            // CPython's text needs no introduction.
            Failure::Engine(quicken::Error::Syntax(text)) => text.clone(),
            Failure::Output(_, error) if error.kind() == io::ErrorKind::BrokenPipe => return,
            other => format!("quicken: {other}"),
        };
        // Nobody is left to be told if this fails.
        let _ = writeln!(io::stderr(), "{text}");
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Engine(error) => error.fmt(f),
            Failure::Usage(text) => f.write_str(text),
            Failure::Output(place, error) => write!(f, "can't write {place}: {error}"),
        }
    }
}

impl From<quicken::Error> for Failure {
    fn from(error: quicken::Error) -> Failure {
        Failure::Engine(error)
    }
}
