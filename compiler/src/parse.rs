//! The parser, and what it leaves to us: CPython's words for its errors.

use ruff_python_ast::{Mod, PythonVersion};
use ruff_python_parser::{ParseOptions, Parsed};

use crate::Mode;
use crate::error::{ErrorKind, Result, SyntaxError};
use crate::source::Source;
use crate::syntax;

/// Parses; whatever CPython 3.11 would not accept is an error.
pub(crate) fn parse(source: &Source<'_>, mode: Mode) -> Result<Parsed<Mod>> {
    if source.text.contains('\0') {
        return Err(SyntaxError::without_place(
            ErrorKind::ValueError,
            source,
            "source code string cannot contain null bytes",
        ));
    }
    let parser_mode = match mode {
        Mode::Exec | Mode::Single => ruff_python_parser::Mode::Module,
        Mode::Eval => ruff_python_parser::Mode::Expression,
    };
    let options = ParseOptions::from(parser_mode).with_target_version(PythonVersion::PY311);
    let parsed = ruff_python_parser::parse_unchecked(source.text, options);
    if !parsed.errors().is_empty() || !parsed.unsupported_syntax_errors().is_empty() {
        return Err(syntax::error(source, &parsed));
    }
    Ok(parsed)
}
