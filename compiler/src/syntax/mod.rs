//! Syntax errors in CPython's words and places.
//!
//! The parser that compiles is fast, but it words and places errors its own way, and where it finds an error depends on how it parses.
//! So a source that it rejects is parsed again, by CPython's grammar and in CPython's manner: tokens are read one by one as they are
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

use grammar::TokenKind;
use parser::{Parser, Start};
pub(crate) use strings::doubtful_escape;
use tokens::{RawToken, Tokenizer};

/// Whether the tokenizer finds nothing wrong.
pub(crate) fn can_be_tokenized(source: &Source<'_>) -> bool {
    let mut tokenizer = Tokenizer::new(source.text, source.filename, 0);
    loop {
        match tokenizer.next() {
            Ok(token) if token.kind == TokenKind::EndMarker => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

/// Stands for the name `match` at the start of a statement behind a semicolon, where the parser takes it for a keyword.
pub(crate) const MATCH_STAND_IN: &str = "mat_h";
/// Stands for `raise` before a semicolon, where the parser insists on an exception.
pub(crate) const RAISE_STAND_IN: &str = "rai_e";

/// Stands for `_` as the name of a keyword in a class pattern.
const KEYWORD_STAND_IN: &str = "u";

/// The source with stand-ins where the parser needs them; none if it does not.
pub(crate) fn with_stand_ins(source: &Source<'_>) -> Option<String> {
    let mut text = source.text.to_owned();
    let mut tokenizer = Tokenizer::new(source.text, source.filename, 0);
    let mut before = 0..0;
    // Whether the token begins a line, and whether it is in a pattern.
    let (mut begins_line, mut in_case) = (true, false);
    while let Ok(token) = tokenizer.next() {
        let range = match token {
            RawToken { kind: TokenKind::EndMarker, .. } => break,
            RawToken { range: Some((start, end)), .. } => start..end,
            RawToken { range: None, .. } => continue,
        };
        match (&source.text[before.clone()], &source.text[range.clone()]) {
            (";", "match") => text.replace_range(range.clone(), MATCH_STAND_IN),
            ("raise", ";") => text.replace_range(before, RAISE_STAND_IN),
            ("_", "=") if in_case => text.replace_range(before, KEYWORD_STAND_IN),
            (_, "case") if begins_line => in_case = true,
            (_, ":" | "if") if tokenizer.brackets.is_empty() => in_case = false,
            _ => {}
        }
        begins_line = token.kind == TokenKind::Newline;
        before = range;
    }
    (text != source.text).then_some(text)
}

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
