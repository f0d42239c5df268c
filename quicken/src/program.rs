//! A compiled program, ready to run.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use quicken_bytecode::CodeObject;
use quicken_bytecode::pyc::{MAGIC, read_pyc};
use quicken_bytecode::verify::verify;
use quicken_compiler::encoding::{Origin, decode};

use crate::compile;
use crate::error::Error;

/// A compiled program.
///
/// It is made by compiling, or of a `.pyc` file whose code the verifier passed: the VM trusts its code objects, and others
/// could make it touch memory that is not its own.
#[derive(Clone, Debug)]
pub struct Program {
    code: Arc<CodeObject>,
    warnings: String,
    filename: String,
    argv0: String,
    module: Option<String>,
}

impl Program {
    /// Compiles text. `filename` is what tracebacks show, and `sys.argv[0]`.
    ///
    /// # Errors
    /// [`Error::Syntax`].
    pub fn from_source(source: &str, filename: &str) -> Result<Program, Error> {
        Program::source_at(source, filename, 0)
    }

    fn source_at(source: &str, filename: &str, optimize: u8) -> Result<Program, Error> {
        let (code, warnings) = compile::module(source, filename, optimize)?;
        Ok(Program { code, warnings, filename: filename.to_owned(), argv0: filename.to_owned(), module: None })
    }

    /// Compiles what follows `-c` on a command line.
    ///
    /// # Errors
    /// [`Error::Syntax`].
    pub fn from_command(source: &str) -> Result<Program, Error> {
        Program::from_command_at(source, 0)
    }

    /// The same at a level of optimization: from 1 on there are no assertions, at 2 no docstrings (`python -O`, `-OO`). What runs it
    /// is to know of the level ([`PythonOptions::optimize`](crate::PythonOptions)), since it compiles more.
    ///
    /// # Errors
    /// As for [`Program::from_command`].
    pub fn from_command_at(source: &str, optimize: u8) -> Result<Program, Error> {
        Ok(Program { argv0: "-c".to_owned(), ..Program::source_at(source, "<string>", optimize)? })
    }

    /// The program that is a module of this name: it is found as imports are, when it runs (`python -m`).
    ///
    /// # Errors
    /// None: what is wrong with the module shows when it runs.
    pub fn from_module(name: &str) -> Result<Program, Error> {
        let empty = Program::from_source("", "<string>")?;
        Ok(Program { argv0: "-m".to_owned(), module: Some(name.to_owned()), ..empty })
    }

    /// What stands for a program where statements are typed.
    pub(crate) fn interactive() -> Result<Program, Error> {
        Ok(Program { argv0: String::new(), ..Program::from_source("", "<stdin>")? })
    }

    /// Reads and compiles a program on standard input.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Syntax`].
    pub fn from_stdin() -> Result<Program, Error> {
        Program::from_stdin_at(0)
    }

    /// The same at a level of optimization, as [`Program::from_command_at`].
    ///
    /// # Errors
    /// As for [`Program::from_stdin`].
    pub fn from_stdin_at(optimize: u8) -> Result<Program, Error> {
        let text = Program::stdin_text()?;
        Ok(Program { argv0: "-".to_owned(), ..Program::source_at(&text, "<stdin>", optimize)? })
    }

    /// Reads a file, and compiles it unless it is a `.pyc` file already ([`Program::is_pyc`]).
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Syntax`]; those of [`Program::from_pyc`].
    pub fn from_file(path: &Path) -> Result<Program, Error> {
        Program::from_file_at(path, 0)
    }

    /// The same at a level of optimization, as [`Program::from_command_at`]; a `.pyc` file has its own.
    ///
    /// # Errors
    /// As for [`Program::from_file`].
    pub fn from_file_at(path: &Path, optimize: u8) -> Result<Program, Error> {
        let bytes = read(path)?;
        let filename = absolute(path).to_string_lossy().into_owned();
        let program = if Program::is_pyc(path, &bytes) {
            Program::from_pyc(&bytes, &filename)?
        } else {
            let text = decode(bytes, &filename, Origin::File).map_err(Error::Syntax)?;
            Program::source_at(&text, &filename, optimize)?
        };
        Ok(Program { argv0: path.to_string_lossy().into_owned(), ..program })
    }

    /// Takes the program out of the bytes of a `.pyc` file of CPython 3.11, made there or here. `filename` is what `__file__`
    /// says; tracebacks show the name of the source, which the code knows. Whether the source has changed is not looked at.
    ///
    /// # Errors
    /// [`Error::Pyc`] when it is none, [`Error::Refused`] when running it would not be safe.
    pub fn from_pyc(bytes: &[u8], filename: &str) -> Result<Program, Error> {
        let pyc = |source| Error::Pyc { path: filename.into(), source };
        let (_, code) = read_pyc(bytes).map_err(pyc)?;
        verify(&code).map_err(|source| Error::Refused { path: filename.into(), source })?;
        Ok(Program {
            code,
            warnings: String::new(),
            filename: filename.to_owned(),
            argv0: filename.to_owned(),
            module: None,
        })
    }

    /// Whether a file is taken for a compiled one: by its name or, as CPython does, by the magic number that it begins with.
    #[must_use]
    pub fn is_pyc(path: &Path, bytes: &[u8]) -> bool {
        path.extension().is_some_and(|extension| extension == "pyc") || bytes.starts_with(&MAGIC)
    }

    /// The text of a program in a file.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Syntax`] when it is no text in the encoding that it declares.
    pub fn file_text(path: &Path) -> Result<String, Error> {
        decode(read(path)?, &absolute(path).to_string_lossy(), Origin::File).map_err(Error::Syntax)
    }

    /// The text of a program on standard input.
    ///
    /// # Errors
    /// As for [`Program::file_text`].
    pub fn stdin_text() -> Result<String, Error> {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| Error::read(Path::new("<stdin>"), error))?;
        decode(bytes, "<stdin>", Origin::File).map_err(Error::Syntax)
    }

    /// The code of the module.
    #[must_use]
    pub fn code(&self) -> &Arc<CodeObject> {
        &self.code
    }

    /// What CPython prints when it compiles the program: its syntax warnings. A run begins with them.
    #[must_use]
    pub fn warnings(&self) -> &str {
        &self.warnings
    }

    /// The name that tracebacks show.
    #[must_use]
    pub fn filename(&self) -> &str {
        &self.filename
    }

    /// The module's name, if the program is a module that is yet to be found.
    #[must_use]
    pub fn module(&self) -> Option<&str> {
        self.module.as_deref()
    }

    /// `sys.argv[0]`
    #[must_use]
    pub fn argv0(&self) -> &str {
        &self.argv0
    }

    /// The program's short name: its file's, without directory and `.py`.
    #[must_use]
    pub fn name(&self) -> String {
        Path::new(&self.filename).file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let path = absolute(path);
    std::fs::read(&path).map_err(|error| Error::read(&path, error))
}

/// The path from the root, as CPython makes that of the main program: joined, not normalized.
fn absolute(path: &Path) -> PathBuf {
    match std::env::current_dir() {
        Ok(directory) => directory.join(path),
        Err(_) => path.to_owned(),
    }
}
