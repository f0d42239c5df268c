//! Writing results: to standard output, standard error or a file, without panicking when the reader has gone.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Where a result goes.
#[derive(Clone, Debug)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// A file, which is replaced.
    File(PathBuf),
}

impl Target {
    /// The file if there is one, else `otherwise`.
    pub fn file_or(file: Option<&Path>, otherwise: Target) -> Target {
        file.map_or(otherwise, |path| Target::File(path.to_owned()))
    }

    /// Whether a person reads it, on a terminal that shows colours.
    pub fn has_colours(&self) -> bool {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        wanted
            && match self {
                Target::Stdout => io::stdout().is_terminal(),
                Target::Stderr => io::stderr().is_terminal(),
                Target::File(_) => false,
            }
    }

    /// Writes the whole text, and a line end if it has none.
    pub fn write(&self, text: &str) -> Result<(), Failure> {
        let end = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
        let text = format!("{text}{end}");
        let (place, result) = match self {
            Target::Stdout => ("standard output".to_owned(), write_all(io::stdout().lock(), &text)),
            Target::Stderr => ("standard error".to_owned(), write_all(io::stderr().lock(), &text)),
            Target::File(path) => (format!("'{}'", path.display()), std::fs::write(path, &text)),
        };
        result.map_err(|error| Failure::Output(place, error))
    }
}

fn write_all(mut writer: impl Write, text: &str) -> io::Result<()> {
    writer.write_all(text.as_bytes())?;
    writer.flush()
}
