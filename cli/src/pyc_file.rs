//! Sources and the `.pyc` files made of them.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::path::Path;

use quicken::bytecode::pyc::{HEADER_SIZE, PycHeader, write_pyc};
use quicken::compiler::encoding::{Decoded, Refusal, decode_bytes};
use quicken::compiler::{self, ErrorKind, Mode, Options, SyntaxError};

use crate::arguments::{InvalidationMode, PycArguments};

/// The variable with which builders that must give the same result twice set the time of their files.
const SOURCE_DATE_EPOCH: &str = "SOURCE_DATE_EPOCH";

impl PycArguments {
    /// The mode that was asked for, else `py_compile`'s default.
    pub fn invalidation(&self) -> InvalidationMode {
        let reproducible = || std::env::var_os(SOURCE_DATE_EPOCH).is_some_and(|value| !value.is_empty());
        match self.invalidation_mode {
            Some(mode) => mode,
            None if reproducible() => InvalidationMode::CheckedHash,
            None => InvalidationMode::Timestamp,
        }
    }

    /// The levels of optimization, each once, in order.
    pub fn levels(&self) -> Vec<u8> {
        let mut levels = self.optimize.clone();
        levels.sort_unstable();
        levels.dedup();
        levels
    }
}

/// A file to compile.
#[derive(Debug)]
pub struct SourceFile<'p> {
    path: &'p Path,
    metadata: Metadata,
    decoded: Result<Decoded, Refusal>,
    header: PycHeader,
}

/// What a source was compiled to.
#[derive(Debug)]
pub struct Compiled {
    /// The bytes of the `.pyc` file.
    pub bytes: Vec<u8>,
    /// The compiler's warnings as CPython prints them.
    pub warnings: String,
}

/// Whether a `.pyc` file starts with the header.
fn is_current(target: &Path, header: PycHeader) -> bool {
    let mut found = [0; HEADER_SIZE];
    File::open(target).and_then(|mut file| file.read_exact(&mut found)).is_ok() && found == header.to_bytes()
}

impl<'p> SourceFile<'p> {
    /// Reads a source, unless the `.pyc` files have the header of one that is unchanged.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn open(
        path: &'p Path,
        mode: InvalidationMode,
        unless_current: Option<&[impl AsRef<Path>]>,
    ) -> io::Result<Option<SourceFile<'p>>> {
        let is_current = |header| {
            unless_current.is_some_and(|targets| targets.iter().all(|target| is_current(target.as_ref(), header)))
        };
        let mut file = File::open(path)?;
        // The time is taken before the text is read: if somebody writes in between, the result is stale, not wrong.
        let metadata = file.metadata()?;
        let timestamp = match mode {
            InvalidationMode::Timestamp => Some(PycHeader::timestamp(metadata.modified()?, metadata.len())),
            InvalidationMode::CheckedHash | InvalidationMode::UncheckedHash => None,
        };
        if timestamp.is_some_and(is_current) {
            return Ok(None);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
        // Not as a file, whose size would be asked for again.
        Read::by_ref(&mut file).take(u64::MAX).read_to_end(&mut bytes)?;
        let header = timestamp.unwrap_or_else(|| PycHeader::hash(&bytes, mode == InvalidationMode::CheckedHash));
        if is_current(header) {
            return Ok(None);
        }
        Ok(Some(SourceFile { path, metadata, decoded: decode_bytes(bytes), header }))
    }

    /// Compiles the source.
    ///
    /// # Errors
    /// What `compileall` prints of the error.
    pub fn compile(&self, optimize: u8) -> Result<Compiled, String> {
        let filename = self.path.to_string_lossy();
        let Decoded { text, byte_columns } = self.decoded.as_ref().map_err(|Refusal { line, message }| {
            format!("  File \"{filename}\", line {line}\nSyntaxError: {message}")
        })?;
        let options = Options { optimize, byte_columns: *byte_columns, ..Options::new() };
        let compiled = compiler::compile(text, &filename, Mode::Exec, &options).map_err(|error| listed(&error))?;
        let bytes = write_pyc(&compiled.code, self.header).map_err(|error| format!("ValueError: {error}"))?;
        Ok(Compiled { bytes, warnings: quicken::warnings_text(&compiled.warnings, text, &filename) })
    }

    /// Writes a `.pyc` file in the place of the one that is there, with the source's permissions. Whoever reads meanwhile sees the old or the
    /// new one, and if this fails the old one stays.
    ///
    /// # Errors
    /// The file cannot be written; or what is there is no plain file, which renaming would replace.
    pub fn write(&self, target: &Path, bytes: &[u8]) -> io::Result<()> {
        let directory = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        match fs::symlink_metadata(target) {
            Ok(there) if there.is_symlink() => return Err(not_plain(target, "a symlink", "a regular file")),
            Ok(there) if !there.is_file() => return Err(not_plain(target, "a non-regular file", "a regular one")),
            Ok(_) => {}
            Err(_) => fs::create_dir_all(directory)?,
        }
        let mut prefix = target.file_name().unwrap_or_default().to_owned();
        prefix.push(".");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // Readable like the source, and writable for the owner, as importlib has it.
            let mode = self.metadata.permissions().mode() & 0o666 | 0o200;
            builder.permissions(fs::Permissions::from_mode(mode));
        }
        let mut file = builder.tempfile_in(directory)?;
        file.as_file_mut().write_all(bytes)?;
        file.persist(target)?;
        Ok(())
    }
}

fn not_plain(target: &Path, what: &str, becomes: &str) -> io::Error {
    let message = format!(
        "{} is {what} and will be changed into {becomes} if import writes a byte-compiled file to it",
        target.display()
    );
    io::Error::new(io::ErrorKind::AlreadyExists, message)
}

/// `PyCompileError.msg`: only a plain `SyntaxError` is shown with its line.
fn listed(error: &SyntaxError) -> String {
    if error.kind == ErrorKind::SyntaxError {
        return error.render();
    }
    let name = Path::new(&error.filename).file_name().unwrap_or_default().to_string_lossy();
    let place = if error.line > 0 { format!(" ({name}, line {})", error.line) } else { String::new() };
    format!("Sorry: {}: {}{place}", error.kind.name(), error.message)
}

/// An error of the operating system as `compileall` prints it.
pub fn os_error(error: &io::Error, path: &Path) -> String {
    let name = match error.kind() {
        io::ErrorKind::NotFound => "FileNotFoundError",
        io::ErrorKind::PermissionDenied => "PermissionError",
        io::ErrorKind::AlreadyExists => "FileExistsError",
        io::ErrorKind::IsADirectory => "IsADirectoryError",
        io::ErrorKind::NotADirectory => "NotADirectoryError",
        _ => "OSError",
    };
    let text = error.to_string();
    match error.raw_os_error() {
        Some(number) => {
            let text = text.strip_suffix(&format!(" (os error {number})")).unwrap_or(&text);
            format!("{name}: [Errno {number}] {text}: '{}'", path.display())
        }
        None => format!("{name}: {text}"),
    }
}
