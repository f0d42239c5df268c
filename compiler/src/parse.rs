//! From a source to what is done with its tree: the parser, enough stack, and CPython's words for its errors.

use bumpalo::Bump;

use crate::Mode;
use crate::ast::Loc;
use crate::error::{ErrorKind, Result, SyntaxError};
use crate::names::Names;
use crate::nesting::{self, RECURSION_LIMIT, SMALL};
use crate::parser::{self, Refusal, Tree};
use crate::source::Source;
use crate::syntax;

/// How much source there is, on average, to a name that is not in it before. It decides on no more than how much memory is taken at first.
const BYTES_PER_NAME: usize = 80;

/// Parses a source, and does something with the tree; whatever CPython 3.11 would not accept is an error.
///
/// Most sources are so flat that the caller's stack suffices. Where the parser finds that one is not, it is parsed once more on a stack of
/// its own.
pub(crate) fn with_tree<T: Send>(
    source: &Source<'_>,
    mode: Mode,
    run: impl for<'a> FnOnce(&'a Bump, Names<'a>, Tree<'a>) -> Result<T> + Send,
) -> Result<T> {
    if memchr::memchr(0, source.text.as_bytes()).is_some() {
        return Err(SyntaxError::without_place(
            ErrorKind::SyntaxError,
            source.filename,
            "source code string cannot contain null bytes",
        ));
    }
    // What the prompt takes as a statement, and how white space before an expression counts, CPython's grammar alone knows.
    let has_lines =
        mode == Mode::Eval && (source.text.starts_with([' ', '\t', '\x0c', '\\']) || source.text.contains('\n'));
    if (has_lines || mode == Mode::Single)
        && let Some(error) = syntax::error(source, mode)
    {
        return Err(error);
    }
    let arena = Bump::new();
    let mut names = Names::new(&arena, source.text.len() / BYTES_PER_NAME);
    match parser::parse(&arena, &mut names, source.text, mode, SMALL) {
        Ok(parsed) => run(&arena, names, parsed),
        Err(Refusal::Syntax) => Err(refused(source, mode)),
        Err(Refusal::TooDeep) => {
            drop(names);
            drop(arena);
            nesting::with_enough_stack(source, mode, || with_deep_tree(source, mode, run))
        }
    }
}

fn with_deep_tree<T>(
    source: &Source<'_>,
    mode: Mode,
    run: impl for<'a> FnOnce(&'a Bump, Names<'a>, Tree<'a>) -> Result<T>,
) -> Result<T> {
    let arena = Bump::new();
    let mut names = Names::new(&arena, source.text.len() / BYTES_PER_NAME);
    match parser::parse(&arena, &mut names, source.text, mode, RECURSION_LIMIT) {
        // CPython's parser has a stack that can be too small for what is nested less deeply than that.
        Ok(parsed) => match syntax::error(source, mode) {
            Some(error) => Err(error),
            None => run(&arena, names, parsed),
        },
        Err(Refusal::Syntax) => Err(refused(source, mode)),
        Err(Refusal::TooDeep) => Err(refused_as_too_deep(source, mode)),
    }
}

/// The error for a source that is refused.
pub(crate) fn refused(source: &Source<'_>, mode: Mode) -> Box<SyntaxError> {
    // A test sees to it that the two agree. Where they should not, there is no message of CPython's.
    syntax::error(source, mode).unwrap_or_else(|| {
        let start = Loc { lineno: 1, col_offset: 0, end_lineno: 1, end_col_offset: 0 };
        SyntaxError::at(source, start, "invalid syntax")
    })
}

/// The error for a source that nests too deeply, if CPython's parser does not find another one before.
pub(crate) fn refused_as_too_deep(source: &Source<'_>, mode: Mode) -> Box<SyntaxError> {
    syntax::error(source, mode).unwrap_or_else(|| nesting::too_deep(source))
}
