//! `cargo xtask conformance tests`: CPython's own test files on Quicken.
//!
//! They stay where the CPython of the machine has them; `tests/cpython/files.txt` names those that count, and
//! `tests/cpython/run_file.py` runs one and records what became of each test.

mod expected;
mod records;
mod report;

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

pub use expected::{Expected, MISSING_REASON};
pub use records::{FileResult, Outcome, TestResult};
pub use report::{Report, Standing};

use crate::conformance::Python;

/// Memory that a file may take, in kibibytes of address space.
const MEMORY: u64 = 6 << 20;

/// Files that run at the same time.
const AT_ONCE: usize = 2;

/// A test file of CPython's and the parts of it that count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestFile {
    /// Such as `test_grammar`.
    pub name: String,
    /// What `unittest` is to load: the file as a whole, or modules or classes of it.
    pub parts: Vec<String>,
}

impl TestFile {
    /// Reads a list: files at the start of a line, their parts indented below.
    ///
    /// # Errors
    /// A part stands before any file.
    pub fn read_list(text: &str) -> Result<Vec<TestFile>, String> {
        let mut files: Vec<TestFile> = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            if !line.starts_with(' ') {
                files.push(TestFile { name: line.trim().to_owned(), parts: Vec::new() });
            } else if let Some(file) = files.last_mut() {
                file.parts.push(line.trim().to_owned());
            } else {
                return Err(format!("{}: which file's part is it?", line.trim()));
            }
        }
        for file in &mut files {
            if file.parts.is_empty() {
                file.parts.push(format!("test.{}", file.name));
            }
        }
        Ok(files)
    }

    /// Whether a test of that name is one of the file's.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        let rest = id.strip_prefix("test.").and_then(|rest| rest.strip_prefix(&*self.name));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// What runs the files: Quicken, or a CPython for comparison.
#[derive(Clone, Debug)]
pub struct Runner {
    /// The command.
    pub binary: PathBuf,
    /// The `Lib` directory that holds the tests; the command is told by a variable of its environment.
    pub library: PathBuf,
    /// How long a file may take.
    pub limit: Duration,
    /// Collect at every n-th allocation (Quicken's own option).
    pub heap_stress: Option<u32>,
}

impl Runner {
    /// Runs all files, two at a time; tells of each when it is done.
    ///
    /// # Errors
    /// The command cannot be started, or there is no place for the records.
    pub fn run(&self, files: &[TestFile], done: &(dyn Fn(&FileResult) + Sync)) -> io::Result<Vec<FileResult>> {
        let queue = Mutex::new(files.iter().enumerate());
        let results = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    loop {
                        let next = queue.lock().ok().and_then(|mut queue| queue.next());
                        let Some((index, file)) = next else { break };
                        let result = self.run_file(file);
                        if let Ok(result) = &result {
                            done(result);
                        }
                        if let Ok(mut results) = results.lock() {
                            results.push((index, result));
                        }
                    }
                });
            }
        });
        let mut results = results.into_inner().unwrap_or_default();
        results.sort_by_key(|(index, _)| *index);
        results.into_iter().map(|(_, result)| result).collect()
    }

    fn run_file(&self, file: &TestFile) -> io::Result<FileResult> {
        let directory = tempfile::tempdir()?;
        let records = directory.path().join("records");
        let output = directory.path().join("output");
        let printed = std::fs::File::create(&output)?;
        let start = Instant::now();
        let mut child = self
            .command()
            .arg(&records)
            .args(&file.parts)
            .env("TMPDIR", directory.path())
            .stdin(Stdio::null())
            .stdout(printed.try_clone()?)
            .stderr(printed)
            .spawn()?;
        let mut status = None;
        while status.is_none() && start.elapsed() < self.limit {
            std::thread::sleep(Duration::from_millis(20));
            status = child.try_wait()?;
        }
        // Whatever the tests started ends with them.
        end_group(&child);
        child.wait()?;
        let end = match status {
            None => format!("no end within {} s", self.limit.as_secs()),
            Some(status) => match panic_message(&std::fs::read(&output)?) {
                Some(panic) => format!("{status}: {panic}"),
                None => status.to_string(),
            },
        };
        let text = std::fs::read_to_string(&records).unwrap_or_default();
        let mut result = FileResult::read(&file.name, &text, &end);
        result.seconds = start.elapsed().as_secs_f64();
        Ok(result)
    }

    fn command(&self) -> Command {
        let script = crate::root().join("tests/cpython/run_file.py");
        let mut command = if cfg!(unix) {
            let mut shell = Command::new("sh");
            shell.args(["-c", "ulimit -v \"$1\"; shift; exec \"$@\"", "sh"]).arg(MEMORY.to_string()).arg(&self.binary);
            shell
        } else {
            Command::new(&self.binary)
        };
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PYTHON") || name.to_string_lossy().starts_with("QUICKEN") {
                command.env_remove(name);
            }
        }
        if let Some(n) = self.heap_stress {
            command.args(["run", "--heap-stress", &n.to_string()]);
        }
        command.arg(script).env("QUICKEN_STDLIB", &self.library).env("PYTHONHASHSEED", "0");
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command
    }
}

#[cfg(unix)]
fn end_group(child: &std::process::Child) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // Nobody left to end is as good.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn end_group(_: &std::process::Child) {}

/// The line below `thread … panicked at`, or an abort's own word.
fn panic_message(output: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(output);
    let mut lines =
        text.lines().skip_while(|line| !line.contains("panicked at") && !line.contains("overflowed its stack"));
    let place = lines.next()?.trim();
    let message = lines.next().unwrap_or_default();
    Some(format!("{place} {message}").trim_end().to_owned())
}

/// A CPython 3.11 whose library has the test files.
#[must_use]
pub fn find_library() -> Option<Python> {
    Python::candidates().find(|python| has_tests(&python.library))
}

fn has_tests(library: &Path) -> bool {
    library.join("test/test_grammar.py").is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_files() {
        let files = TestFile::read_list("# head\ntest_a\n\ntest_b\n    test.test_b.C\n    test.test_b.D\n").unwrap();
        assert_eq!(files.len(), 2);
        assert_eq!(files[0].parts, ["test.test_a"]);
        assert_eq!(files[1].parts, ["test.test_b.C", "test.test_b.D"]);
        assert!(files[0].has("test.test_a.C.test_x") && files[0].has("test.test_a") && !files[0].has("test.test_ab.C"));
        assert!(TestFile::read_list("    test.test_b.C\n").is_err());
    }

    #[test]
    fn what_a_panic_said() {
        let output = b"..\nthread 'main' (7) panicked at vm/src/x.rs:1:2:\nassertion failed\nnote: run\n";
        assert_eq!(panic_message(output).unwrap(), "thread 'main' (7) panicked at vm/src/x.rs:1:2: assertion failed");
        assert_eq!(panic_message(b"ok\n"), None);
    }
}
