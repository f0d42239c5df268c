//! `cargo xtask`: chores of the tree.

mod tests;

use std::path::PathBuf;
use std::process::ExitCode;

use xtask::{conformance, layering, reference};

const USAGE: &str = "\
usage: cargo xtask COMMAND

  check       that crates depend on each other as they may, and that the generated pages are up to date
  generate    write the generated pages: docs/instructions.md, docs/failure-kinds.md
  conformance compile [DIR] [--json]
              our code objects beside CPython 3.11's, for every .py file of its standard library or of a directory
  conformance tests [FILES…] [--binary PATH] [--timeout SECONDS] [--heap-stress N] [--json] [--tracebacks]
              [--bless | --reference]
              CPython's own test files (tests/cpython/files.txt) on Quicken, beside the list of expected failures;
              --heap-stress collects at every N-th allocation, --bless rewrites that list, --reference runs
              CPython itself and lists what it skips";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["check"] => [layering::check(), reference::check()].concat_errors(),
        ["generate"] => reference::generate().map_err(|error| vec![error.to_string()]),
        ["conformance", "compile", ref rest @ ..] => compare_code_objects(rest).map_err(|problem| vec![problem]),
        ["conformance", "tests", ref rest @ ..] => tests::run(rest).map_err(|problem| vec![problem]),
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

fn compare_code_objects(arguments: &[&str]) -> Result<(), String> {
    let (options, places): (Vec<&str>, Vec<&str>) = arguments.iter().partition(|argument| argument.starts_with('-'));
    if places.len() > 1 || options.iter().any(|option| *option != "--json") {
        return Err(USAGE.to_owned());
    }
    let python = conformance::Python::find().ok_or("there is no python3.11; name one in QUICKEN_CPYTHON")?;
    let place = places.first().map_or_else(|| python.library.clone(), PathBuf::from);
    let report = conformance::sources(&place)
        .and_then(|files| conformance::compare(&python, &files))
        .map_err(|error| format!("{}: {error}", place.display()))?;
    if options.is_empty() {
        print!("{}", report.to_text(&python));
    } else {
        println!("{:#}", report.to_json(&python));
    }
    if report.is_conformant() { Ok(()) } else { Err("not everything compiles as in CPython".to_owned()) }
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
