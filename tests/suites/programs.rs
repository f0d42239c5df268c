//! The file tests and the benchmark programs: each under every strategy, with and without recording, must print what CPython
//! 3.11.7 prints.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use harness::directives::Directives;
use harness::process::{self, difference};
use harness::{KnownFailures, Variant, folder, full_size, stem};
use libtest_mimic::{Arguments, Failed, Trial};

const BUILT: &str = env!("CARGO_BIN_EXE_quicken-under-test");

fn main() {
    let arguments = Arguments::from_args();
    let python = folder().join("python");
    if harness::blessing() {
        bless(&python);
    }
    let known = Arc::new(KnownFailures::read());
    let mut trials = Vec::new();
    for path in harness::programs(&python) {
        trials.extend(trials_of("python", &path, Arc::new(File::read(&path)), &known));
    }
    for path in harness::programs(&python.join("stdlib")) {
        trials.extend(trials_of("stdlib", &path, Arc::new(File::read(&path)), &known));
    }
    if library_found() {
        for path in harness::programs(&python.join("library")) {
            trials.extend(trials_of("library", &path, Arc::new(File::read(&path)), &known));
        }
    } else {
        eprintln!("tests/python/library is left out: there is no Lib of a CPython 3.11 (QUICKEN_STDLIB names one)");
    }
    for path in harness::programs(&folder().join("../benches/programs")) {
        trials.extend(trials_of("benches", &path, Arc::new(File::benchmark(&path)), &known));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// Whether there is a library to import from.
fn library_found() -> bool {
    let mut command = harness::command(BUILT);
    command.args(["-c", "import keyword"]);
    process::run(&mut command, "", Duration::from_secs(60)).is_ok_and(|ended| ended.code == Some(0))
}

/// A program and what it must do.
struct File {
    path: PathBuf,
    arguments: Vec<String>,
    stdin: String,
    exit: i32,
    out: Option<String>,
    err: String,
}

impl File {
    fn read(path: &Path) -> File {
        let text = |extension: &str| fs::read_to_string(path.with_extension(extension)).ok();
        let Directives { exit, arguments, stdin } = Directives::of(&text("py").unwrap_or_default());
        File { path: path.to_owned(), arguments, stdin, exit, out: text("out"), err: text("err").unwrap_or_default() }
    }

    fn benchmark(path: &Path) -> File {
        File {
            path: path.to_owned(),
            arguments: if full_size() { Vec::new() } else { vec!["1".to_owned()] },
            stdin: String::new(),
            exit: 0,
            out: fs::read_to_string(path.with_extension(if full_size() { "out" } else { "small.out" })).ok(),
            err: String::new(),
        }
    }

    fn check(&self, variant: &Variant) -> Result<(), String> {
        let Some(expected) = &self.out else {
            return Err("there is no expected output beside it; QUICKEN_BLESS=1 makes it".to_owned());
        };
        let name = self.path.file_name().unwrap_or_default();
        let directory = self.path.parent().unwrap_or(Path::new("."));
        let mut command = variant.command(BUILT);
        command.current_dir(directory).arg(name).args(&self.arguments);
        let limit = Duration::from_secs(if std::env::var_os("QUICKEN_TEST_STRESS").is_some() { 1800 } else { 120 });
        let ended = process::run(&mut command, &self.stdin, limit).map_err(|error| error.to_string())?;
        if ended.timed_out {
            return Err(format!("still running after {limit:?}"));
        }
        // The path of the main program is absolute; the expected output has the bare name.
        let here = format!("{}{}", directory.display(), std::path::MAIN_SEPARATOR);
        let bare = |text: String| text.replace(&here, "");
        let (out, err) = (bare(ended.out()), bare(ended.err()));
        let mut problems: Vec<String> = Vec::new();
        problems.extend(difference("standard output", expected, &out));
        problems.extend(difference("standard error", &self.err, &err));
        if ended.code != Some(self.exit) {
            let code = ended.code.map_or_else(|| "a signal".to_owned(), |code| code.to_string());
            problems.push(format!("exit code: expected {}, got {code}", self.exit));
        }
        if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
    }
}

fn trials_of(suite: &'static str, path: &Path, file: Arc<File>, known: &Arc<KnownFailures>) -> Vec<Trial> {
    let trial = |variant: Variant| {
        let name = format!("{suite}/{}/{variant}", stem(path));
        let (file, known, key) = (file.clone(), known.clone(), name.clone());
        Trial::test(name, move || known.judge(&key, file.check(&variant)).map_err(Failed::from))
    };
    Variant::all().into_iter().map(trial).collect()
}

/// Writes what CPython 3.11.7 prints beside every file test.
fn bless(python: &Path) {
    let interpreter = std::env::var("PYTHON311").unwrap_or_else(|_| "python3.11".to_owned());
    let script = python.with_file_name("bless.py");
    let status = Command::new(&interpreter).arg(script).status();
    if !status.as_ref().is_ok_and(std::process::ExitStatus::success) {
        let why = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        eprintln!("blessing failed ({interpreter}: {why}); PYTHON311 names a CPython 3.11.7");
        std::process::exit(1);
    }
}
