//! The counters and live instructions of the recorded programs, against what a real CPython 3.11 counted.
//!
//! What is known to differ is listed in `oracle/differences/NAME.txt`, line by line as `quicken oracle --against` prints it;
//! a program without such a file must not differ at all. Any change, to the better too, fails until the list is blessed.

use std::fs;
use std::path::Path;
use std::time::Duration;

use harness::process::{self, difference};
use harness::{folder, stem};
use libtest_mimic::{Arguments, Failed, Trial};

const BUILT: &str = env!("CARGO_BIN_EXE_quicken-under-test");

fn main() {
    let arguments = Arguments::from_args();
    let programs = harness::programs(&folder().join("oracle/programs"));
    let trials = programs
        .into_iter()
        .map(|path| Trial::test(format!("oracle/{}", stem(&path)), move || check(&path).map_err(Failed::from)))
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}

fn check(path: &Path) -> Result<(), String> {
    let name = stem(path);
    let recording = folder().join("oracle/cpython311").join(format!("{name}.json"));
    let mut command = harness::command(BUILT);
    command.arg("oracle").arg(path).arg("--against").arg(recording);
    let ended = process::run(&mut command, "", Duration::from_secs(300)).map_err(|error| error.to_string())?;
    if !matches!(ended.code, Some(0 | 1)) || !ended.stderr.is_empty() {
        return Err(format!("exit code {:?}\n{}", ended.code, ended.err()));
    }
    let list = folder().join("oracle/differences").join(format!("{name}.txt"));
    if harness::blessing() {
        return bless(&list, &ended.out()).map_err(|error| format!("{}: {error}", list.display()));
    }
    let known = fs::read_to_string(&list).unwrap_or_default();
    match difference("differences from the recording", &known, &ended.out()) {
        None => Ok(()),
        Some(difference) => Err(format!(
            "{difference}\n{} lines were listed, there are {}",
            known.lines().count(),
            ended.out().lines().count()
        )),
    }
}

fn bless(list: &Path, differences: &str) -> std::io::Result<()> {
    if differences.is_empty() {
        return if list.exists() { fs::remove_file(list) } else { Ok(()) };
    }
    fs::create_dir_all(list.parent().unwrap_or(Path::new(".")))?;
    fs::write(list, differences)
}
