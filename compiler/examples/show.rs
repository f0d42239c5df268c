//! Prints the tokens or the syntax tree of the files named on standard input, each behind a line with its name, for
//! `tests/scripts/compare_text.py`.

use std::io::BufRead;

use quicken_compiler::{DumpOptions, Mode, dump_ast, tokens};

fn main() -> std::io::Result<()> {
    let what = std::env::args().nth(1).unwrap_or_default();
    for path in std::io::stdin().lock().lines() {
        let path = path?;
        let source = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
        let source = source.strip_prefix('\u{feff}').unwrap_or(&source);
        let shown = match what.as_str() {
            "tokens" => tokens(source.as_bytes(), Some(&path), true),
            "attributes" => dump_ast(source, &path, Mode::Exec, DumpOptions { indent: None, include_attributes: true })
                .map_err(|error| error.render()),
            _ => dump_ast(source, &path, Mode::Exec, DumpOptions { indent: Some(2), include_attributes: false })
                .map_err(|error| error.render()),
        };
        println!("\x01{path}");
        match shown {
            Ok(text) => println!("{}", text.trim_end_matches('\n')),
            Err(error) => println!("{}", error.trim_end_matches('\n')),
        }
    }
    Ok(())
}
