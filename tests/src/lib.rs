//! What the suites share: running the command, the programs' directives, and the list of known failures.
//!
//! Environment variables:
//! - `QUICKEN_TEST_BINARY`: the command to test instead of the one that was built with the tests.
//! - `QUICKEN_TEST_STRATEGIES`: strategies to test, separated by commas, instead of all.
//! - `QUICKEN_TEST_SEEDS`: how many seeds of the strategy `adversarial` belong to all strategies.
//! - `QUICKEN_TEST_SIZE=full`: the benchmark programs at the size that is measured, not at their small one.
//! - `QUICKEN_TEST_STRESS`: run everything with `--heap-stress` of this number.
//! - `QUICKEN_BLESS=1`: write the expected output anew: that of programs from CPython 3.11.7, that of differences from what is.

pub mod directives;
pub mod process;

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The strategies that must agree on every program's output, besides [`ADVERSARIAL`] with some seeds.
pub const STRATEGIES: [&str; 4] = ["never", "eager", "cpython311", "cpython311-pystats"];

/// The strategy that decides at random; its seed follows.
pub const ADVERSARIAL: &str = "adversarial:";

/// The seeds of [`ADVERSARIAL`] that are tried where nobody says how many.
const SEEDS: u64 = 3;

/// The folder of the tests.
#[must_use]
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The strategies to test.
#[must_use]
pub fn strategies() -> Vec<String> {
    match env::var("QUICKEN_TEST_STRATEGIES") {
        Ok(list) => list.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect(),
        Err(_) => {
            let seeds = env::var("QUICKEN_TEST_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS);
            let adversarial = (1..=seeds).map(|seed| format!("{ADVERSARIAL}{seed}"));
            STRATEGIES.map(str::to_owned).into_iter().chain(adversarial).collect()
        }
    }
}

/// The command, with an environment that does not disturb. `built` is the one that cargo built with the suite.
#[must_use]
pub fn command(built: &str) -> Command {
    let mut command = Command::new(env::var_os("QUICKEN_TEST_BINARY").unwrap_or_else(|| built.into()));
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("PYTHON") || text.starts_with("QUICKEN_") {
            command.env_remove(&name);
        }
    }
    command
}

/// One of the ways to run a program, all of which must print the same.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The strategy.
    pub strategy: String,
    /// Whether the loop is the one that records.
    pub recording: bool,
}

impl Variant {
    /// Every strategy to test, with and without recording; of the random one, each seed in one of the two ways.
    #[must_use]
    pub fn all() -> Vec<Variant> {
        let ways = |strategy: String| {
            let seed = strategy.strip_prefix(ADVERSARIAL).and_then(|seed| seed.parse::<u64>().ok());
            let ways = match seed {
                Some(seed) => vec![seed % 2 == 0],
                None => vec![false, true],
            };
            ways.into_iter().map(move |recording| Variant { strategy: strategy.clone(), recording })
        };
        strategies().into_iter().flat_map(ways).collect()
    }

    /// The command with the options that run a program in this way.
    #[must_use]
    pub fn command(&self, built: &str) -> Command {
        let mut command = command(built);
        if self.recording {
            command.args(["stats", "--output", if cfg!(windows) { "NUL" } else { "/dev/null" }]);
        } else {
            command.arg("run");
        }
        command.args(["--strategy", &self.strategy]);
        if let Ok(number) = env::var("QUICKEN_TEST_STRESS") {
            command.args(["--heap-stress", &number]);
        }
        command
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.strategy, if self.recording { "+counts" } else { "" })
    }
}

/// Whether the benchmark programs are to run at the size that is measured.
#[must_use]
pub fn full_size() -> bool {
    env::var("QUICKEN_TEST_SIZE").is_ok_and(|size| size == "full")
}

/// Whether expected output is to be written.
#[must_use]
pub fn blessing() -> bool {
    env::var_os("QUICKEN_BLESS").is_some_and(|value| value != "0")
}

/// The files of a folder that end in `.py`, sorted.
///
/// # Panics
/// The folder cannot be read.
#[must_use]
pub fn programs(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut programs: Vec<PathBuf> = files
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    programs.sort();
    programs
}

/// A file's name without folder and extension.
#[must_use]
pub fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Tests that are known to fail, with the reason. One that passes all the same fails the run until its line is removed.
pub struct KnownFailures(BTreeMap<String, String>);

impl KnownFailures {
    /// Reads `known-failures.txt`: lines of `SUITE/PROGRAM[/VARIANT]: reason`.
    ///
    /// # Panics
    /// A line has no reason.
    #[must_use]
    pub fn read() -> KnownFailures {
        let path = folder().join("known-failures.txt");
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let entries = lines.map(|line| match line.split_once(": ") {
            Some((name, reason)) => (name.to_owned(), reason.to_owned()),
            None => panic!("known-failures.txt: '{line}' has no reason"),
        });
        KnownFailures(entries.collect())
    }

    /// Turns a test's result around if it is known to fail.
    ///
    /// # Errors
    /// A failure that is not known, or the success of what is listed.
    pub fn judge(&self, name: &str, result: Result<(), String>) -> Result<(), String> {
        let whole_program = name.rsplit_once('/').map_or(name, |(program, _)| program);
        let Some(reason) = self.0.get(name).or_else(|| self.0.get(whole_program)) else { return result };
        match result {
            Err(_) => Ok(()),
            Ok(()) => {
                Err(format!("passes, although tests/known-failures.txt says that it fails ({reason}): remove its line"))
            }
        }
    }
}
