//! Syntax errors in CPython's words and places.
//!
//! [`crate::parser`] is fast, and knows of an error no more than that there is one. Which one CPython reports depends on how it parses.
//! So a source that is refused is parsed again, by CPython's grammar and in CPython's manner: tokens are read one by one as they are
//! needed; a first pass decides; a second tries the rules for frequent mistakes, too; what the tokenizer finds wrong behind the error, or a
//! bracket that was open before it, may count more than the error itself.

mod actions;
mod first;
mod grammar;
mod parser;
mod strings;
mod tokens;

use crate::Mode;
use crate::ast::Loc;
use crate::error::SyntaxError;
use crate::source::Source;

use parser::{Parser, Start};
pub(crate) use strings::{character_of_name, doubtful_escape};

/// Native stack for the parser: as much as its deepest nesting needs, in a build without optimization.
const STACK: usize = 128 << 20;

/// The error that CPython 3.11 reports for a source; none if it accepts it.
pub(crate) fn error(source: &Source<'_>, mode: Mode) -> Option<Box<SyntaxError>> {
    let (start, mut text) = match mode {
        Mode::Exec => (Start::File, source.text.to_owned()),
        Mode::Eval => (Start::Eval, source.text.to_owned()),
        Mode::Single => (Start::Interactive, source.text.to_owned()),
    };
    if mode == Mode::Exec && !text.ends_with('\n') {
        text.push('\n');
    }
    let run = || {
        let mut parser = Parser::new(&text, source.filename, start, (0, 0));
        parser.byte_columns = source.byte_columns;
        parser.tokenizer.is_file = source.is_file;
        let result = parser.run();
        let warnings = std::mem::take(&mut parser.tokenizer.warnings);
        let (place, message) = match result {
            Ok(_) => parser.bad_pattern?,
            Err(mut error) => {
                error.warnings = warnings;
                return Some(error);
            }
        };
        let (col_offset, end_col_offset) = (place.column as i32, place.end_column as i32);
        let loc = Loc { lineno: place.line, col_offset, end_lineno: place.end_line, end_col_offset };
        let mut error = SyntaxError::at(source, loc, message);
        error.warnings = warnings;
        Some(error)
    };
    if cfg!(target_family = "wasm") {
        return run();
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("syntax".to_owned()).stack_size(STACK).spawn_scoped(scope, run);
        thread.ok().and_then(|thread| thread.join().ok()).flatten()
    })
}
