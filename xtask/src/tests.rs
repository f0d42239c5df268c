//! The command line of `cargo xtask conformance tests`.

use std::io::{IsTerminal, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use xtask::conformance::Python;
use xtask::cpython_tests::{Expected, FileResult, Outcome, Report, Runner, Standing, TestFile, find_library};

use super::USAGE;

/// How long a file may take. On a release build the slowest takes a small part of it.
const LIMIT: Duration = Duration::from_secs(180);

struct Options<'a> {
    files: Vec<&'a str>,
    binary: Option<PathBuf>,
    limit: Duration,
    heap_stress: Option<u32>,
    json: bool,
    tracebacks: bool,
    bless: bool,
    reference: bool,
}

fn read_options<'a>(arguments: &[&'a str]) -> Option<Options<'a>> {
    let mut options = Options {
        files: Vec::new(),
        binary: None,
        limit: LIMIT,
        heap_stress: None,
        json: false,
        tracebacks: false,
        bless: false,
        reference: false,
    };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match *argument {
            "--binary" => options.binary = Some(arguments.next()?.into()),
            "--timeout" => options.limit = Duration::from_secs(arguments.next()?.parse().ok()?),
            "--heap-stress" => options.heap_stress = Some(arguments.next()?.parse().ok()?),
            "--json" => options.json = true,
            "--tracebacks" => options.tracebacks = true,
            "--bless" => options.bless = true,
            "--reference" => options.reference = true,
            option if option.starts_with('-') => return None,
            file => options.files.push(file),
        }
    }
    (!(options.bless && options.reference)).then_some(options)
}

/// Runs what the arguments say.
pub fn run(arguments: &[&str]) -> Result<(), String> {
    let options = read_options(arguments).ok_or(USAGE)?;
    let Some(python) = find_library() else {
        eprintln!(
            "not run: no python3.11 on this machine has the test package in its library \
             (name one in QUICKEN_CPYTHON, or install pyenv's 3.11.7 or Debian's libpython3.11-testsuite)"
        );
        return Ok(());
    };
    let mut files = TestFile::read_list(&read(&list("files.txt"))?)?;
    if let Some(unknown) = options.files.iter().find(|name| !files.iter().any(|file| file.name == **name)) {
        return Err(format!("{unknown} is not listed in {}", list("files.txt").display()));
    }
    files.retain(|file| options.files.is_empty() || options.files.contains(&&*file.name));

    let binary =
        if options.reference { python.path().to_owned() } else { options.binary.clone().unwrap_or_else(release) };
    let binary = std::path::absolute(&binary).map_err(|error| error.to_string())?;
    let (library, heap_stress) = (python.library.clone(), options.heap_stress.filter(|_| !options.reference));
    let runner = Runner { binary, library, limit: options.limit, heap_stress };
    let results = runner.run(&files, &tell).map_err(|error| format!("{}: {error}", runner.binary.display()))?;
    if options.reference { list_skipped(&results) } else { compare(&options, &python, &results) }
}

/// A file is done.
fn tell(result: &FileResult) {
    let mut stderr = std::io::stderr().lock();
    if stderr.is_terminal() {
        let passed = result.tests.values().filter(|test| test.outcome == Outcome::Passed).count();
        // Nobody reads it: no reason to stop.
        let _ = writeln!(stderr, "{} {passed}/{} in {:.1} s", result.name, result.tests.len(), result.seconds);
    }
}

fn compare(options: &Options<'_>, python: &Python, results: &[FileResult]) -> Result<(), String> {
    let read_expected = |name| {
        let path = list(name);
        Expected::read(&read(&path)?).map_err(|problem| format!("{}: {problem}", path.display()))
    };
    let expected = read_expected("expected-failures.txt")?;
    let skipped = read_expected("skipped-by-cpython.txt")?;
    let report = Report {
        version: &python.version,
        is_reference: python.is_reference(),
        is_stressed: options.heap_stress.is_some(),
        files: results,
        expected: &expected,
        skipped: &skipped,
    };
    if options.json {
        println!("{:#}", report.to_json());
    } else {
        println!("{}", report.to_text());
    }
    if options.tracebacks {
        for (id, test) in results.iter().flat_map(|file| &file.tests) {
            if report.standing(id, test) == Standing::Failed {
                eprintln!("\n{id}: {}: {}\n{}", test.outcome.name(), test.reason, test.traceback);
            }
        }
    }
    if options.bless {
        return write(&list("expected-failures.txt"), &report.blessed().to_text());
    }
    let mut problems = report.differences();
    if expected.without_reason() > 0 {
        problems.push(format!("{} tests are listed without a reason", expected.without_reason()));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

/// The reference run: what does not pass there cannot be asked of anybody.
fn list_skipped(results: &[FileResult]) -> Result<(), String> {
    let path = list("skipped-by-cpython.txt");
    let mut skipped = Expected::read(&read(&path)?).map_err(|problem| format!("{}: {problem}", path.display()))?;
    let mut problems = Vec::new();
    for result in results {
        let file = TestFile { name: result.name.clone(), parts: Vec::new() };
        skipped.reasons.retain(|id, _| !file.has(id));
        for (id, test) in &result.tests {
            match test.outcome {
                Outcome::Passed => {}
                Outcome::Skipped => {
                    skipped.reasons.insert(id.clone(), test.reason.clone());
                }
                _ => problems.push(format!("{id}: {}: {}", test.outcome.name(), test.reason)),
            }
        }
    }
    write(&path, &skipped.to_text())?;
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

fn list(name: &str) -> PathBuf {
    xtask::root().join("tests/cpython").join(name)
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The release build of the command.
fn release() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| xtask::root().join("target"), PathBuf::from);
    target.join("release").join(format!("quicken{}", std::env::consts::EXE_SUFFIX))
}
