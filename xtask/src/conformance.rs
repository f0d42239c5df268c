//! `cargo xtask conformance compile`: our code objects beside those of a real CPython 3.11, for every file of a directory.

use std::fmt::Write as _;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use quicken_bytecode::{CodeObject, Constant, marshal, repr::repr_constant};
use quicken_compiler::encoding::{Origin, decode};
use quicken_compiler::{Mode, Options, compile};
use serde_json::{Value, json};

/// The levels of optimization that are compared.
const LEVELS: u8 = 3;

/// The release that ours is to equal: a few files of the standard library compile differently under others.
const REFERENCE: &str = "3.11.7";

/// A CPython 3.11.
#[derive(Clone, Debug)]
pub struct Python {
    path: PathBuf,
    /// Such as `3.11.7`.
    pub version: String,
    /// Its standard library.
    pub library: PathBuf,
}

impl Python {
    /// The interpreter that `QUICKEN_CPYTHON` names; else the reference release, if pyenv has it; else `python3.11`.
    #[must_use]
    pub fn find() -> Option<Python> {
        Python::candidates().next()
    }

    /// Those that are there of the interpreters in question, best first.
    pub fn candidates() -> impl Iterator<Item = Python> {
        let named = std::env::var_os("QUICKEN_CPYTHON").map(PathBuf::from);
        let pyenv = std::env::var_os("HOME")
            .map(|home| PathBuf::from(home).join(".pyenv/versions").join(REFERENCE).join("bin/python3.11"));
        // A python3.11 of the system may stand behind another one on the path.
        let others = ["python3.11", "/usr/bin/python3.11"].map(PathBuf::from);
        named.into_iter().chain(pyenv).chain(others).filter_map(|path| Python::at(&path))
    }

    fn at(path: &Path) -> Option<Python> {
        let ask =
            "import platform, sysconfig; print(platform.python_version(), sysconfig.get_path('stdlib'), sep='\\n')";
        let output = Command::new(path).args(["-c", ask]).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let (version, library) = text.trim_end().split_once('\n')?;
        version.starts_with("3.11.").then(|| Python {
            path: path.to_owned(),
            version: version.to_owned(),
            library: library.into(),
        })
    }

    /// A command that runs it.
    #[must_use]
    pub fn command(&self) -> Command {
        Command::new(&self.path)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is the release that code objects are to equal.
    #[must_use]
    pub fn is_reference(&self) -> bool {
        self.version == REFERENCE
    }
}

/// What the comparison found, at all levels together.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Files.
    pub files: usize,
    /// Pairs of a file and a level of optimization.
    pub compilations: usize,
    /// Compilations that gave the same code objects.
    pub equal: usize,
    /// Those of them of which the marshalled bytes are the same, too.
    pub same_bytes: usize,
    /// Code objects that CPython made of files that both compiled.
    pub code_objects: usize,
    /// Those that are equal, nested ones apart.
    pub equal_code_objects: usize,
    /// Compilations that both refuse.
    pub rejected_by_both: usize,
    /// Those of them with the same exception, message and place.
    pub same_error: usize,
    /// What is not as it should be.
    pub problems: Vec<Problem>,
}

/// A file that does not compile to the same.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// The level of optimization.
    pub optimize: u8,
    /// What is different first, innermost code objects before those around them.
    pub difference: String,
    /// Whether both refuse it, in other words or at another place.
    pub is_wording: bool,
}

impl Report {
    /// Whether all that CPython compiles gives the same here, and nothing else compiles.
    #[must_use]
    pub fn is_conformant(&self) -> bool {
        self.problems.iter().all(|problem| problem.is_wording)
    }

    /// The numbers, and every problem.
    #[must_use]
    pub fn to_text(&self, python: &Python) -> String {
        let Report { files, compilations, equal, same_bytes, code_objects, equal_code_objects, .. } = self;
        let mut text = format!(
            "CPython {}: {files} files at optimization 0, 1 and 2\n\
             compilations   {compilations}\n\
             equal          {equal}\n\
             same bytes     {same_bytes}\n\
             code objects   {code_objects}\n\
             equal          {equal_code_objects}\n\
             both reject    {}\n\
             same error     {}\n\
             other          {}\n",
            python.version,
            self.rejected_by_both,
            self.same_error,
            self.problems.iter().filter(|problem| !problem.is_wording).count(),
        );
        for Problem { file, optimize, difference, .. } in &self.problems {
            let _ = writeln!(text, "\n{} (optimization {optimize})\n{difference}", file.display());
        }
        text
    }

    /// The same as JSON.
    #[must_use]
    pub fn to_json(&self, python: &Python) -> Value {
        let problems = self.problems.iter().map(|problem| {
            json!({
                "file": problem.file.to_string_lossy(),
                "optimize": problem.optimize,
                "difference": problem.difference,
                "rejected_by_both": problem.is_wording,
            })
        });
        json!({
            "python": python.version,
            "files": self.files,
            "compilations": self.compilations,
            "equal": self.equal,
            "same_bytes": self.same_bytes,
            "code_objects": self.code_objects,
            "equal_code_objects": self.equal_code_objects,
            "rejected_by_both": self.rejected_by_both,
            "same_error": self.same_error,
            "problems": problems.collect::<Vec<_>>(),
        })
    }
}

/// The `.py` files below a directory, in order, without those of installed packages.
///
/// # Errors
/// A directory cannot be listed.
pub fn sources(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut entries = std::fs::read_dir(directory)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            if entry.file_name() != "site-packages" && entry.file_name() != "__pycache__" {
                files.extend(sources(&path)?);
            }
        } else if path.extension().is_some_and(|extension| extension == "py") {
            files.push(path);
        }
    }
    Ok(files)
}

/// Compares what both make of the files.
///
/// # Errors
/// A file cannot be read, or CPython not be run.
pub fn compare(python: &Python, files: &[PathBuf]) -> io::Result<Report> {
    let script = crate::root().join("xtask/scripts/code_objects.py");
    let mut child = python.command().arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut names = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let mut records = BufReader::new(child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?);
    let mut report = Report { files: files.len(), ..Report::default() };
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for file in files {
                // Should CPython end early, reading its records fails below.
                if names.write_all(file.as_os_str().as_encoded_bytes()).and_then(|()| names.write_all(b"\n")).is_err() {
                    break;
                }
            }
        });
        let result = files.iter().try_for_each(|file| report.read(file, &mut records));
        if result.is_err() {
            // It may be waiting for somebody to read on; whether it still runs does not matter.
            let _ = child.kill();
        }
        result
    })?;
    child.wait()?;
    Ok(report)
}

/// An exception's type, message and place: line, column, and both of its end.
#[derive(Debug, PartialEq)]
struct Exception(String, String, [Option<i32>; 4]);

impl Exception {
    /// As the script writes it.
    fn read(constant: &Constant) -> Option<Exception> {
        let Constant::Tuple(items) = constant else { return None };
        let [Constant::Str(kind), Constant::Str(message), place @ ..] = &items[..] else { return None };
        let number = |constant: &Constant| match constant {
            Constant::Int(number) => i32::try_from(*number).ok(),
            _ => None,
        };
        let place: Vec<_> = place.iter().map(number).collect();
        Some(Exception::new(&kind.to_string(), &message.to_string(), place.try_into().ok()?))
    }

    /// A place has several ways to be unknown: none, 0 and -1.
    fn new(kind: &str, message: &str, place: [Option<i32>; 4]) -> Exception {
        Exception(kind.to_owned(), message.to_owned(), place.map(|number| number.filter(|number| *number > 0)))
    }
}

impl Report {
    /// Compiles a file and compares with the records that CPython made of it.
    fn read(&mut self, file: &Path, records: &mut impl Read) -> io::Result<()> {
        let source = std::fs::read(file)?;
        for optimize in 0..LEVELS {
            let mut size = [0; 4];
            records.read_exact(&mut size)?;
            let mut record = vec![0; u32::from_le_bytes(size) as usize];
            records.read_exact(&mut record)?;
            self.compilations += 1;
            if let Err((difference, is_wording)) = self.compilation(&source, file, optimize, &record) {
                self.problems.push(Problem { file: file.to_owned(), optimize, difference, is_wording });
            }
        }
        Ok(())
    }

    /// A compilation. The error says what is wrong, and whether it is no more than the wording of a refusal.
    fn compilation(&mut self, source: &[u8], file: &Path, optimize: u8, record: &[u8]) -> Result<(), (String, bool)> {
        let serious = |text: String| (text, false);
        let ours = compiled(source, file, optimize);
        let theirs = match marshal::read(record) {
            Ok(Constant::Code(code)) => Ok(code),
            Ok(other) => match Exception::read(&other) {
                Some(exception) => Err(exception),
                None => return Err(serious(format!("  CPython gave {}", other.type_name()))),
            },
            Err(error) => return Err(serious(format!("  what CPython gave cannot be read: {error}"))),
        };
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => {
                let (all, equal) = count_equal(&ours, &theirs);
                self.code_objects += all;
                self.equal_code_objects += equal;
                if let Some(difference) = first_difference(&ours, &theirs, "") {
                    return Err(serious(difference));
                }
                self.equal += 1;
                if marshal::write(&Constant::Code(ours)).is_ok_and(|written| written == record) {
                    self.same_bytes += 1;
                }
                Ok(())
            }
            (Err(ours), Err(theirs)) => {
                self.rejected_by_both += 1;
                if ours == theirs {
                    self.same_error += 1;
                    return Ok(());
                }
                Err((format!("  here     {ours:?}\n  CPython  {theirs:?}"), true))
            }
            (Ok(_), Err(error)) => Err(serious(format!("  compiles here; CPython says {error:?}"))),
            (Err(error), Ok(_)) => Err(serious(format!("  is refused here: {error:?}"))),
        }
    }
}

fn compiled(source: &[u8], file: &Path, optimize: u8) -> Result<Arc<CodeObject>, Exception> {
    let name = file.to_string_lossy();
    let text = decode(source.to_vec(), &name, Origin::Bytes).map_err(|text| {
        let message = text.rsplit("SyntaxError: ").next().unwrap_or_default();
        Exception::new("SyntaxError", message, [None; 4])
    })?;
    let options = Options { optimize, ..Options::new() };
    compile(&text, &name, Mode::Exec, &options).map(|compiled| compiled.code).map_err(|error| {
        let place = [error.line, error.column, error.end_line, error.end_column];
        Exception::new(error.kind.name(), &error.message, place.map(Some))
    })
}

/// Code objects in the second, and how many of them have an equal one at the same place in the first; nested ones count for themselves.
fn count_equal(ours: &CodeObject, theirs: &CodeObject) -> (usize, usize) {
    let (mut all, mut equal) = (1, usize::from(own_difference(ours, theirs).is_none()));
    let mut mine = ours.nested();
    for nested in theirs.nested() {
        match mine.next() {
            Some(mine) => {
                let (more, more_equal) = count_equal(mine, nested);
                all += more;
                equal += more_equal;
            }
            None => all += 1,
        }
    }
    (all, equal)
}

/// The innermost difference first, since it explains those around it.
fn first_difference(ours: &CodeObject, theirs: &CodeObject, path: &str) -> Option<String> {
    let path = format!("{path}/{}", theirs.name);
    let inner = ours.nested().zip(theirs.nested()).find_map(|(ours, theirs)| first_difference(ours, theirs, &path));
    inner.or_else(|| {
        let difference = own_difference(ours, theirs)?;
        Some(format!("  {path} (line {}): {difference}", theirs.firstlineno))
    })
}

/// The first field that differs, without what is inside of nested code objects.
fn own_difference(ours: &CodeObject, theirs: &CodeObject) -> Option<String> {
    let fields: [(&str, String, String); 9] = [
        ("co_name", ours.name.to_string(), theirs.name.to_string()),
        ("co_qualname", ours.qualname.to_string(), theirs.qualname.to_string()),
        ("co_filename", ours.filename.to_string(), theirs.filename.to_string()),
        ("co_argcount", ours.argcount.to_string(), theirs.argcount.to_string()),
        ("co_posonlyargcount", ours.posonlyargcount.to_string(), theirs.posonlyargcount.to_string()),
        ("co_kwonlyargcount", ours.kwonlyargcount.to_string(), theirs.kwonlyargcount.to_string()),
        ("co_flags", format!("{:#x}", ours.flags.bits()), format!("{:#x}", theirs.flags.bits())),
        ("co_firstlineno", ours.firstlineno.to_string(), theirs.firstlineno.to_string()),
        ("co_stacksize", ours.stacksize.to_string(), theirs.stacksize.to_string()),
    ];
    if let Some((field, ours, theirs)) = fields.into_iter().find(|(_, ours, theirs)| ours != theirs) {
        return Some(format!("{field}: here {ours}, CPython {theirs}"));
    }
    if ours.names != theirs.names {
        return Some(format!("co_names: here {:?}, CPython {:?}", ours.names, theirs.names));
    }
    if ours.localsplusnames != theirs.localsplusnames {
        return Some(format!("locals: here {:?}, CPython {:?}", ours.localsplusnames, theirs.localsplusnames));
    }
    if ours.localspluskinds != theirs.localspluskinds {
        return Some(format!("kinds of locals: here {:?}, CPython {:?}", ours.localspluskinds, theirs.localspluskinds));
    }
    if let Some(index) = first_unequal(&ours.code, &theirs.code) {
        let unit = |code: &CodeObject| code.code.get(index).map_or("the end".to_owned(), |unit| format!("{unit:?}"));
        return Some(format!("co_code, offset {}: here {}, CPython {}", 2 * index, unit(ours), unit(theirs)));
    }
    let same = |(ours, theirs): (&Constant, &Constant)| match (ours, theirs) {
        (Constant::Code(_), Constant::Code(_)) => true,
        _ => ours == theirs,
    };
    if ours.consts.len() != theirs.consts.len() {
        return Some(format!("co_consts: here {}, CPython {}", ours.consts.len(), theirs.consts.len()));
    }
    if let Some(index) = ours.consts.iter().zip(&theirs.consts).position(|pair| !same(pair)) {
        let repr = |code: &CodeObject| repr_constant(&code.consts[index], &|_| 0);
        return Some(format!("co_consts[{index}]: here {}, CPython {}", repr(ours), repr(theirs)));
    }
    if ours.exceptiontable != theirs.exceptiontable {
        let table = |code: &CodeObject| format!("{:?}", code.exception_table().collect::<Vec<_>>());
        return Some(format!("co_exceptiontable: here {}, CPython {}", table(ours), table(theirs)));
    }
    if ours.linetable != theirs.linetable {
        let pairs = ours.positions().zip(theirs.positions());
        return Some(match pairs.enumerate().find(|(_, (ours, theirs))| ours != theirs) {
            Some((index, (ours, theirs))) => {
                format!("co_linetable, offset {}: here {ours:?}, CPython {theirs:?}", 2 * index)
            }
            None => format!("co_linetable: here {:?}, CPython {:?}", ours.linetable, theirs.linetable),
        });
    }
    None
}

fn first_unequal<T: PartialEq>(ours: &[T], theirs: &[T]) -> Option<usize> {
    let common = ours.iter().zip(theirs).position(|(ours, theirs)| ours != theirs);
    common.or_else(|| (ours.len() != theirs.len()).then(|| ours.len().min(theirs.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(source: &str) -> Arc<CodeObject> {
        compiled(source.as_bytes(), Path::new("x.py"), 0).unwrap()
    }

    fn difference(ours: &str, theirs: &str) -> String {
        first_difference(&code(ours), &code(theirs), "").unwrap_or_default()
    }

    #[test]
    fn the_innermost_difference_is_told() {
        assert_eq!(difference("def f(): return 1", "def f(): return 1"), "");
        assert_eq!(
            difference("def f(): return 1", "def f(): return 2"),
            "  /<module>/f (line 1): co_consts[1]: here 1, CPython 2"
        );
        assert_eq!(
            difference("a + b", "a - b"),
            "  /<module> (line 1): co_code, offset 6: here BINARY_OP(0), CPython BINARY_OP(10)"
        );
        let moved = difference("x = 1", "x =  1");
        assert!(moved.starts_with("  /<module> (line 1): co_linetable, offset 2: here Position"), "{moved}");
        assert!(difference("x = 0.0", "x = -0.0").ends_with("co_consts[0]: here 0.0, CPython -0.0"));
    }

    #[test]
    fn nested_code_objects_count_for_themselves() {
        let count = |ours: &str, theirs: &str| count_equal(&code(ours), &code(theirs));
        assert_eq!(count("f = lambda: 1", "f = lambda: 1"), (2, 2));
        assert_eq!(count("f = lambda: 1", "f = lambda: 2"), (2, 1));
        assert_eq!(count("f = 1", "f = lambda: 2"), (2, 0));
    }
}
