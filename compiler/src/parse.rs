//! The parser, and what it leaves to us: CPython's words for its errors.

use ruff_python_ast::{Mod, PythonVersion};
use ruff_python_parser::{ParseOptions, Parsed};
use ruff_text_size::Ranged;

use crate::Mode;
use crate::error::{ErrorKind, Result, SyntaxError};
use crate::source::Source;

/// Parses; whatever CPython 3.11 would not accept is an error.
pub(crate) fn parse(source: &Source<'_>, mode: Mode) -> Result<Parsed<Mod>> {
    if source.text.contains('\0') {
        return Err(SyntaxError::without_place(ErrorKind::ValueError, source, "source code string cannot contain null bytes"));
    }
    let parser_mode = match mode {
        Mode::Exec | Mode::Single => ruff_python_parser::Mode::Module,
        Mode::Eval => ruff_python_parser::Mode::Expression,
    };
    let options = ParseOptions::from(parser_mode).with_target_version(PythonVersion::PY311);
    let parsed = ruff_python_parser::parse_unchecked(source.text, options);
    if let Some(error) = parsed.errors().first() {
        return Err(SyntaxError::at(source, source.loc(error.location), error.error.to_string()));
    }
    if let Some(error) = parsed.unsupported_syntax_errors().first() {
        return Err(SyntaxError::at(source, source.loc(error.range()), "invalid syntax"));
    }
    Ok(parsed)
}
