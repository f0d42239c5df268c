//! Compiles the files named on standard input and prints each code object as a line of JSON, for `tests/scripts/compare.py`, which
//! compares with what CPython makes of the same files.

use std::io::{BufRead, Write as _};

use quicken_compiler::{Mode, Options, compile};
use serde_json::json;

#[path = "../tests/common/mod.rs"]
mod common;

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in std::io::stdin().lock().lines() {
        let path = path?;
        let source = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
        let source = source.strip_prefix('\u{feff}').unwrap_or(&source);
        let result = match compile(source, &path, Mode::Exec, &Options::new()) {
            Ok(compiled) => {
                let warnings = compiled.warnings.iter().map(|warning| json!([warning.line, warning.message]));
                json!({ "file": path, "code": common::code_json(&compiled.code), "warnings": warnings.collect::<Vec<_>>() })
            }
            Err(error) => json!({
                "file": path,
                "error": [error.kind.name(), error.message, error.line, error.column, error.end_line, error.end_column, error.text],
            }),
        };
        writeln!(out, "{result}")?;
    }
    Ok(())
}
