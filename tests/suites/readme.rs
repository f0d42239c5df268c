//! The transcripts in README.md are what the commands print.
//!
//! A block of the language `console` holds commands behind `$ ` and what each prints: standard output, then standard error.
//! A line `…` stands for any number of lines.

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
