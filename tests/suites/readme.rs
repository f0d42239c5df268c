//! The transcripts in README.md are what the commands print.
//!
//! A block of the language `console` holds commands behind `$ ` and what each prints: standard output, then standard error.
//! A line `…` stands for any number of lines. What `cargo test` prints is compared if `QUICKEN_TESTS_LOG` names a file that has
//! it: a suite cannot run all suites.

use std::time::Duration;

use harness::process;

const BUILT: &str = env!("CARGO_BIN_EXE_quicken-under-test");

#[test]
fn transcripts() {
    let root = xtask::root();
    let readme = std::fs::read_to_string(root.join("README.md")).expect("README.md");
    let mut problems = Vec::new();
    for (command_line, expected) in transcripts_of(&readme) {
        let Some(arguments) = command_line.strip_prefix("cargo run --release -- ") else { continue };
        let mut command = harness::command(BUILT);
        command.args(arguments.split_whitespace()).current_dir(&root);
        let ended = process::run(&mut command, "", Duration::from_secs(600)).expect("the command starts");
        let printed = ended.out() + &ended.err();
        let lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
        if !matches(&expected, &lines) {
            problems.push(format!("$ {command_line}\n{printed}"));
        }
    }
    assert!(problems.is_empty(), "README.md shows something else than\n\n{}", problems.join("\n"));
}

#[test]
fn transcript_of_the_tests() {
    let Some(log) = std::env::var_os("QUICKEN_TESTS_LOG") else { return };
    let readme = std::fs::read_to_string(xtask::root().join("README.md")).expect("README.md");
    let log = std::fs::read_to_string(log).expect("what the tests printed");
    let printed: Vec<String> = log.lines().map(same_every_time).collect();
    let lines: Vec<&str> = printed.iter().map(String::as_str).collect();
    let shown = transcripts_of(&readme).into_iter().find(|(command, _)| command == "cargo test --workspace");
    let (_, expected) = shown.expect("README.md shows `cargo test --workspace`");
    let expected: Vec<String> = expected.iter().map(|line| same_every_time(line)).collect();
    assert!(matches(&expected, &lines), "README.md shows another end of the tests than they had");
}

/// A line of cargo's or a suite's without what differs from run to run: times, hashes in file names, the width of columns.
fn same_every_time(line: &str) -> String {
    let line = line.split(" finished in ").next().unwrap_or_default();
    let line = match line.rsplit_once('-') {
        Some((start, hash)) if hash.len() == 17 && hash.ends_with(')') => start,
        _ => line,
    };
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The commands and what they are said to print.
fn transcripts_of(text: &str) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match (inside, line) {
            (false, "```console") => inside = true,
            (true, "```") => inside = false,
            (true, line) => match (line.strip_prefix("$ "), found.last_mut()) {
                (Some(command), _) => found.push((command.to_owned(), Vec::new())),
                (None, Some((_, printed))) => printed.push(line.trim_end().to_owned()),
                (None, None) => {}
            },
            (false, _) => {}
        }
    }
    found
}

fn matches(expected: &[String], lines: &[&str]) -> bool {
    match (expected.split_first(), lines.split_first()) {
        (None, rest) => rest.is_none(),
        (Some((first, rest)), _) if first == "…" => (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..])),
        (Some((first, rest)), Some((line, lines))) => first == line && matches(rest, lines),
        (Some(_), None) => false,
    }
}
