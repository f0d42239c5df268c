//! `cargo xtask`: chores of the tree.

use std::process::ExitCode;

use xtask::{layering, reference};

const USAGE: &str = "\
usage: cargo xtask COMMAND

  check       that crates depend on each other as they may, and that the generated pages are up to date
  generate    write the generated pages: docs/instructions.md, docs/failure-kinds.md";

fn main() -> ExitCode {
    let command = std::env::args().nth(1);
    let result = match command.as_deref() {
        Some("check") => [layering::check(), reference::check()].concat_errors(),
        Some("generate") => reference::generate().map_err(|error| vec![error.to_string()]),
        _ => Err(vec![USAGE.to_owned()]),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            eprintln!("{}", problems.join("\n"));
            ExitCode::FAILURE
        }
    }
}

trait ConcatErrors {
    fn concat_errors(self) -> Result<(), Vec<String>>;
}

impl<const N: usize> ConcatErrors for [Result<(), Vec<String>>; N] {
    fn concat_errors(self) -> Result<(), Vec<String>> {
        let problems: Vec<String> = self.into_iter().filter_map(Result::err).flatten().collect();
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}
