//! What can go wrong.

use std::fmt;
use std::path::{Path, PathBuf};

/// A recording that cannot be read.
#[derive(Debug)]
pub struct ReadError {
    path: PathBuf,
    what: What,
}

#[derive(Debug)]
enum What {
    Io(std::io::Error),
    Format(String),
}

impl ReadError {
    pub(crate) fn io(path: &Path, error: std::io::Error) -> Self {
        Self { path: path.to_owned(), what: What::Io(error) }
    }

    pub(crate) fn format(path: &Path, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), what: What::Format(what.into()) }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.what {
            What::Io(error) => write!(f, "can't read the recording '{path}': {error}"),
            What::Format(what) => {
                write!(f, "'{path}' is no recording that can be replayed: {what}; make it again with `quicken record`")
            }
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.what {
            What::Io(error) => Some(error),
            What::Format(_) => None,
        }
    }
}

/// A strategy that cannot be replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayError {
    /// An answer does not fit the question.
    Refused {
        /// The strategy.
        strategy: String,
        /// The code object, with the offset where there is one.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// The strategy panicked.
    Panicked {
        /// The strategy.
        strategy: String,
    },
    /// Code is quickened later than the recording can tell.
    TooLate {
        /// The strategy.
        strategy: String,
        /// The code object.
        code: String,
        /// The execution of `RESUME` or `JUMP_BACKWARD` at which it would be quickened.
        at: u64,
        /// How many of them were recorded.
        recorded: u64,
    },
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { strategy, place, what } => {
                write!(f, "the strategy '{strategy}' was refused in {place}: {what}")
            }
            Self::Panicked { strategy } => write!(f, "the strategy '{strategy}' panicked"),
            Self::TooLate { strategy, code, at, recorded } => write!(
                f,
                "the strategy '{strategy}' quickens {code} after {at} executions of RESUME and JUMP_BACKWARD, but a \
                 recording follows the first {recorded} of each code object only"
            ),
        }
    }
}

impl std::error::Error for ReplayError {}
