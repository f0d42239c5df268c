//! Why a program could not be run at all. What a running program raises is no error of the engine: it is printed, and
//! gives the exit code, as in CPython.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use quicken_bytecode::marshal::MarshalError;
use quicken_bytecode::pyc::MAGIC;
use quicken_bytecode::verify::Refusal;
use quicken_specializer::StrategyError;

/// Why a program could not be run.
#[derive(Debug)]
pub enum Error {
    /// There is no such strategy, or its file is wrong.
    Strategy(StrategyError),
    /// The program's file cannot be read.
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The source is not Python 3.11. The text is what CPython prints, without a final line end.
    Syntax(String),
    /// A file is no `.pyc` file of CPython 3.11.
    Pyc {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: MarshalError,
    },
    /// The code in a `.pyc` file is not safe to run.
    Refused {
        /// The file.
        path: PathBuf,
        /// What is wrong with the code.
        source: Refusal,
    },
    /// There is no memory for the run's stack.
    Stack(io::Error),
    /// The engine itself failed; with the message of its panic. A report is welcome.
    Panicked(String),
}

impl Error {
    /// CPython's exit code in this case: 2 for what is wrong on the command line, 1 for the rest.
    #[must_use]
    pub fn exit_code(&self) -> i32 {
        match self {
            Error::Strategy(_) => 2,
            Error::Read { source, .. } if source.kind() != io::ErrorKind::IsADirectory => 2,
            Error::Read { .. } | Error::Syntax(_) | Error::Pyc { .. } | Error::Refused { .. } | Error::Stack(_) => 1,
            Error::Panicked(_) => 70,
        }
    }

    pub(crate) fn read(path: &Path, source: io::Error) -> Error {
        Error::Read { path: path.to_owned(), source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Strategy(error) => error.fmt(f),
            Error::Read { path, source } if source.kind() == io::ErrorKind::IsADirectory => {
                write!(f, "can't find '__main__' module in '{}'", path.display())
            }
            Error::Read { path, source } => write!(f, "can't open file '{}': {}", path.display(), errno(source)),
            Error::Syntax(text) => f.write_str(text),
            // As CPython's import and `-m` word it.
            Error::Pyc { path, source } if source.offset < MAGIC.len() => {
                write!(f, "bad magic number in '{}': {}", path.display(), source.reason)
            }
            Error::Pyc { path, source } => write!(f, "bad .pyc file '{}': {source}", path.display()),
            Error::Refused { path, source } => write!(f, "refused to run '{}': {source}", path.display()),
            Error::Stack(source) => write!(f, "no memory for the stack: {}", errno(source)),
            Error::Panicked(message) => write!(f, "internal error: {message}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Strategy(error) => Some(error),
            Error::Read { source, .. } | Error::Stack(source) => Some(source),
            Error::Pyc { source, .. } => Some(source),
            Error::Refused { source, .. } => Some(source),
            Error::Syntax(_) | Error::Panicked(_) => None,
        }
    }
}

impl From<StrategyError> for Error {
    fn from(error: StrategyError) -> Error {
        Error::Strategy(error)
    }
}

/// An error of the operating system as Python writes it: `[Errno 2] No such file or directory`.
fn errno(error: &io::Error) -> String {
    let text = error.to_string();
    match error.raw_os_error() {
        Some(number) => {
            let suffix = format!(" (os error {number})");
            format!("[Errno {number}] {}", text.strip_suffix(&suffix).unwrap_or(&text))
        }
        None => text,
    }
}
