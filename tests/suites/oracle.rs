//! The counters and live instructions of the recorded programs, against what a real CPython 3.11 counted.
//!
//! A recording `oracle/cpython311/NAME.json` belongs to the program NAME among `oracle/programs`, the file tests or the
//! benchmark programs; those last run at the size that is measured, and so with `QUICKEN_TEST_SIZE=full` only.
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
    let mut folders = vec![folder().join("oracle/programs"), folder().join("python")];
    if harness::full_size() {
        folders.push(folder().join("../benches/programs"));
    }
    let recording_of = |program: &Path| folder().join("oracle/cpython311").join(format!("{}.json", stem(program)));
    let trials = folders
        .iter()
        .flat_map(|folder| harness::programs(folder))
        .map(|program| (recording_of(&program), program))
        .filter(|(recording, _)| recording.exists())
        .map(|(recording, program)| {
            let name = format!("oracle/{}", stem(&program));
            Trial::test(name, move || check(&program, &recording).map_err(Failed::from))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}

fn check(path: &Path, recording: &Path) -> Result<(), String> {
    let name = stem(path);
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
