//! The built-in types against CPython 3.11.7: expressions made at random from fixed seeds must give the same value, or raise the same
//! exception with the same message.
//!
//! Where `python3.11` is 3.11.7, it evaluates the same expressions at the same time. Elsewhere those of `property/expressions.txt` are
//! evaluated, with the results beside them that it gave once. `QUICKEN_TEST_EXPRESSIONS` says how many per seed (3,000 where it does not),
//! `QUICKEN_TEST_SEED` names one seed; `QUICKEN_BLESS=1` writes the committed results anew.

#[path = "../src/expressions.rs"]
mod expressions;

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use expressions::Expressions;
use harness::folder;
use harness::process;

const BUILT: &str = env!("CARGO_BIN_EXE_quicken-under-test");

/// The version whose results count.
const VERSION: &str = "3.11.7";

/// The seed of the committed expressions, and how many they are.
const COMMITTED: (u64, usize) = (3111, 3000);

/// Seeds that are tried against a live CPython.
const SEEDS: [u64; 4] = [1, 2, 3, 4];

/// How many differences are shown.
const SHOWN: usize = 20;

#[test]
fn the_committed_expressions_give_what_cpython_gave() {
    let path = folder().join("property/expressions.txt");
    if harness::blessing() {
        let made = expressions(COMMITTED.0, COMMITTED.1);
        let results = evaluated(cpython().expect("the results are blessed from CPython 3.11.7"), &made);
        let lines = made.iter().zip(&results).fold(String::new(), |mut lines, (expression, result)| {
            let _ = writeln!(lines, "{expression}\t{result}");
            lines
        });
        fs::write(&path, lines).expect("the results can be written");
    }
    let text = fs::read_to_string(&path).expect("the committed expressions are there");
    let (made, expected): (Vec<String>, Vec<String>) =
        text.lines().filter_map(|line| line.split_once('\t')).map(|(a, b)| (a.to_owned(), b.to_owned())).unzip();
    assert!(made.len() > 1000, "{} holds only {} expressions", path.display(), made.len());
    compare("the committed expressions", &made, &expected);
}

#[test]
fn random_expressions_give_what_cpython_gives() {
    if cpython().is_none() {
        eprintln!("python3.11 is not {VERSION}: only the committed expressions are compared");
        return;
    }
    let count = number("QUICKEN_TEST_EXPRESSIONS").map_or(3000, |count| count as usize);
    let seeds = number("QUICKEN_TEST_SEED").map_or(SEEDS.to_vec(), |seed| vec![seed]);
    for seed in seeds {
        let made = expressions(seed, count);
        let Some(python) = cpython() else { return };
        let expected = evaluated(python, &made);
        compare(&format!("seed {seed}, {count} expressions"), &made, &expected);
    }
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok()?.parse().ok()
}

fn expressions(seed: u64, count: usize) -> Vec<String> {
    let mut source = Expressions::new(seed);
    (0..count).map(|_| source.next_expression()).collect()
}

/// The CPython whose results count, if it is on the path.
fn cpython() -> Option<Command> {
    let version = Command::new("python3.11").arg("--version").output().ok()?;
    if !String::from_utf8_lossy(&version.stdout).contains(VERSION) {
        return None;
    }
    let mut command = Command::new("python3.11");
    // The order of sets follows from the seed, which is fixed here.
    command.env("PYTHONHASHSEED", "0");
    Some(command)
}

fn quicken() -> Command {
    harness::command(BUILT)
}

/// What an interpreter makes of the expressions, a line for each.
fn evaluated(mut command: Command, made: &[String]) -> Vec<String> {
    let script: PathBuf = folder().join("property/evaluate.py");
    command.arg(script);
    let input: String = made.iter().flat_map(|expression| [expression.as_str(), "\n"]).collect();
    let ended = process::run(&mut command, &input, Duration::from_secs(120)).expect("the interpreter runs");
    ended.out().lines().map(str::to_owned).collect()
}

fn compare(what: &str, made: &[String], expected: &[String]) {
    let found = evaluated(quicken(), made);
    println!("{what}: {} results", found.len());
    if let Some(last) = made.get(found.len()) {
        panic!("{what}: the run ended at `{last}`");
    }
    let mut differences = String::new();
    let mut count = 0;
    for ((expression, expected), found) in made.iter().zip(expected).zip(&found) {
        if expected != found {
            count += 1;
            if count <= SHOWN {
                let _ = writeln!(differences, "{expression}\n  CPython: {expected}\n  Quicken: {found}");
            }
        }
    }
    assert!(count == 0, "{what}: {count} differ\n{differences}");
}
