//! The parser, and what it leaves to us: CPython's words for its errors.

use ruff_python_ast::{Mod, PythonVersion};
use ruff_python_parser::{ParseOptions, Parsed};
use ruff_text_size::Ranged;

use crate::Mode;
use crate::error::{ErrorKind, Result, SyntaxError};
use crate::source::Source;
use crate::survey::Survey;
use crate::syntax;

/// Parses; whatever CPython 3.11 would not accept is an error.
pub(crate) fn parse(source: &Source<'_>, survey: Survey, mode: Mode) -> Result<Parsed<Mod>> {
    if memchr::memchr(0, source.text.as_bytes()).is_some() {
        return Err(SyntaxError::without_place(
            ErrorKind::SyntaxError,
            source.filename,
            "source code string cannot contain null bytes",
        ));
    }
    let parser_mode = match mode {
        Mode::Exec | Mode::Single => ruff_python_parser::Mode::Module,
        Mode::Eval => ruff_python_parser::Mode::Expression,
    };
    let options = ParseOptions::from(parser_mode).with_target_version(PythonVersion::PY311);
    let mut parsed = ruff_python_parser::parse_unchecked(source.text, options.clone());
    if is_refused(&parsed) {
        if let Some(error) = syntax::error(source, mode) {
            return Err(error);
        }
        match syntax::with_stand_ins(source) {
            Some(text) => parsed = ruff_python_parser::parse_unchecked(&text, options),
            None => return Err(disagreement(source, &parsed)),
        }
        if is_refused(&parsed) {
            return Err(disagreement(source, &parsed));
        }
    }
    // What the prompt takes as a statement, and how white space before an expression counts, CPython's grammar alone knows.
    let has_lines =
        mode == Mode::Eval && (source.text.starts_with([' ', '\t', '\x0c', '\\']) || source.text.contains('\n'));
    let odd = survey.odd_indentation && !syntax::can_be_tokenized(source);
    // A byte order mark belongs to bytes; in a text it is a character like others.
    let has_mark = source.text.starts_with('\u{feff}');
    if (has_lines || odd || has_mark || mode == Mode::Single)
        && let Some(error) = syntax::error(source, mode)
    {
        return Err(error);
    }
    Ok(parsed)
}

fn is_refused(parsed: &Parsed<Mod>) -> bool {
    let starred = matches!(parsed.syntax(), Mod::Expression(module) if module.body.is_starred_expr());
    starred || !parsed.errors().is_empty() || !parsed.unsupported_syntax_errors().is_empty()
}

/// The parser rejects what CPython's grammar accepts: there is no message of CPython's.
fn disagreement(source: &Source<'_>, parsed: &Parsed<Mod>) -> Box<SyntaxError> {
    let ranges = [
        parsed.errors().first().map(|error| error.location),
        parsed.unsupported_syntax_errors().first().map(Ranged::range),
    ];
    let range = ranges.into_iter().flatten().min_by_key(|range| range.start()).unwrap_or_default();
    SyntaxError::at(source, source.loc(range), "invalid syntax")
}

/// The error for a source that is refused, for what CPython's parser refuses first.
pub(crate) fn refused(source: &Source<'_>, mode: Mode, error: Box<SyntaxError>) -> Box<SyntaxError> {
    syntax::error(source, mode).unwrap_or(error)
}
