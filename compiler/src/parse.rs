//! The parser, and what it leaves to us: CPython's words for its errors.

use ruff_python_ast::{Mod, PythonVersion, Stmt};
use ruff_python_parser::{ParseOptions, Parsed};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::Mode;
use crate::ast::Loc;
use crate::error::{ErrorKind, Result, SyntaxError};
use crate::lower::is_compound;
use crate::source::Source;
use crate::syntax;

/// Parses; whatever CPython 3.11 would not accept is an error.
pub(crate) fn parse(source: &Source<'_>, mode: Mode) -> Result<Parsed<Mod>> {
    if source.text.contains('\0') {
        return Err(SyntaxError::without_place(
            ErrorKind::SyntaxError,
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
    if let Mod::Expression(module) = parsed.syntax()
        && module.body.is_starred_expr()
    {
        let star = TextRange::at(module.body.start(), 1.into());
        return Err(SyntaxError::at(source, source.loc(star), "invalid syntax"));
    }
    if !parsed.errors().is_empty() || !parsed.unsupported_syntax_errors().is_empty() {
        return Err(syntax::error(source, &parsed));
    }
    if let (Mod::Module(module), Mode::Single) = (parsed.syntax(), mode) {
        single_statement(source, &module.body)?;
    }
    Ok(parsed)
}

/// The prompt takes one line of simple statements, or one compound statement.
fn single_statement(source: &Source<'_>, body: &[Stmt]) -> Result<()> {
    if body.is_empty() {
        let line = i32::from(!source.text.is_empty());
        let loc = Loc { lineno: line, col_offset: -1, end_lineno: line, end_col_offset: -1 };
        return Err(SyntaxError::at(source, loc, "invalid syntax"));
    }
    for pair in body.windows(2) {
        let between = TextRange::new(pair[0].end(), pair[1].start());
        if let Some(newline) = source.slice(between).find('\n') {
            if is_compound(&pair[0]) {
                let word = source.slice(pair[1].range()).find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(1);
                let token = TextRange::at(pair[1].start(), TextSize::new(word.max(1) as u32));
                return Err(SyntaxError::at(source, source.loc(token), "invalid syntax"));
            }
            let end = TextRange::empty(between.start() + TextSize::new(newline as u32));
            let message = "multiple statements found while compiling a single statement";
            return Err(SyntaxError::at(source, source.loc(end), message));
        }
    }
    Ok(())
}
