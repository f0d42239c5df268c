//! What is wrong with sources: reads them from standard input, each as a line with a JSON array of mode, file name and text, and writes
//! a line with a JSON array for each: type, message, line, column, end line, end column, text; `null` for a source that is accepted;
//! then its warnings.
//!
//! `tests/scripts/damage.py` and `tests/scripts/suite.py` compare that with CPython's.

use std::io::{BufRead as _, Write as _};

use quicken_compiler::{Mode, Options, compile};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let source: [String; 3] = serde_json::from_str(&line?)?;
        let mode = match source[0].as_str() {
            "eval" => Mode::Eval,
            "single" => Mode::Single,
            _ => Mode::Exec,
        };
        let (error, warnings) = match compile(&source[2], &source[1], mode, &Options::new()) {
            Ok(compiled) => (Value::Null, compiled.warnings),
            Err(error) => {
                let place = [error.line, error.column, error.end_line, error.end_column];
                let stage = format!("{:?}", error.stage);
                (json!([error.kind.name(), error.message, place, error.text, stage]), error.warnings)
            }
        };
        let warnings = warnings.iter().map(|warning| json!([warning.line, warning.message]));
        writeln!(out, "{}", json!([error, warnings.collect::<Vec<Value>>()]))?;
    }
    Ok(())
}
