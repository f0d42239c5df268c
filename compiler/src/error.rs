//! What compiling can end in: errors as CPython words and places them, and warnings.

use std::fmt::{self, Write as _};

use crate::ast::Loc;
use crate::source::Source;

/// Which exception CPython raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `SyntaxError`
    SyntaxError,
    /// `IndentationError`
    IndentationError,
    /// `TabError`
    TabError,
    /// `RecursionError`: nested too deeply. Has no place.
    RecursionError,
    /// `MemoryError`: the parser's stack ran out. Has no place.
    MemoryError,
    /// `ValueError`: a tree that stands for no program. Has no place.
    ValueError,
    /// `TypeError`: as above.
    TypeError,
}

impl ErrorKind {
    /// The name of the exception.
    pub const fn name(self) -> &'static str {
        match self {
            ErrorKind::SyntaxError => "SyntaxError",
            ErrorKind::IndentationError => "IndentationError",
            ErrorKind::TabError => "TabError",
            ErrorKind::RecursionError => "RecursionError",
            ErrorKind::MemoryError => "MemoryError",
            ErrorKind::ValueError => "ValueError",
            ErrorKind::TypeError => "TypeError",
        }
    }
}

/// Which step refuses a source: that decides which line CPython shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// None: the source as a whole is refused, and the error has no place.
    Source,
    /// The tokenizer: a line of the source.
    Tokens,
    /// The parser: a line of the file of that name, if there is one and a file is compiled, otherwise of the source.
    Parser,
    /// The symbol table or the code generator: a line of the file of that name, otherwise none.
    Compiler,
}

/// A source that cannot be compiled. Lines and columns count from 1; 0 and −1 stand for "none", as in CPython.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Which exception.
    pub kind: ErrorKind,
    /// `msg`
    pub message: String,
    /// `filename`
    pub filename: String,
    /// `lineno`
    pub line: i32,
    /// `offset`
    pub column: i32,
    /// `end_lineno`
    pub end_line: i32,
    /// `end_offset`
    pub end_column: i32,
    /// `text`: the line, as CPython shows it where there is no file of the name; an error of the [`Stage::Compiler`] has the line of the
    /// source here, for whoever knows that it came from a file.
    pub text: Option<String>,
    /// The step that refuses.
    pub stage: Stage,
    /// What there was to warn about before.
    pub warnings: Vec<Warning>,
}

impl SyntaxError {
    /// An error at a node; columns in bytes, as CPython's compiler gives them.
    pub(crate) fn at(source: &Source<'_>, loc: Loc, message: impl Into<String>) -> Box<SyntaxError> {
        Box::new(SyntaxError {
            kind: ErrorKind::SyntaxError,
            message: message.into(),
            filename: source.filename.to_owned(),
            line: loc.lineno,
            column: loc.col_offset + 1,
            end_line: loc.end_lineno,
            end_column: loc.end_col_offset + 1,
            text: source.line_text(loc.lineno),
            stage: Stage::Compiler,
            warnings: Vec::new(),
        })
    }

    /// An error without a place.
    pub(crate) fn without_place(kind: ErrorKind, filename: &str, message: impl Into<String>) -> Box<SyntaxError> {
        Box::new(SyntaxError {
            kind,
            message: message.into(),
            filename: filename.to_owned(),
            line: 0,
            column: 0,
            end_line: 0,
            end_column: 0,
            text: None,
            stage: Stage::Source,
            warnings: Vec::new(),
        })
    }

    /// The error as CPython prints it at the end of a traceback: file, line, caret, message.
    pub fn render(&self) -> String {
        let mut out = String::new();
        if self.line > 0 {
            let _ = writeln!(out, "  File \"{}\", line {}", self.filename, self.line);
        }
        if let Some(text) = &self.text {
            self.render_text(&mut out, text);
        }
        let _ = writeln!(out, "{}: {}", self.kind.name(), self.message);
        out
    }

    /// The line without its indentation, and carets below it. Offsets count bytes here, as CPython's printing does. Only a plain
    /// `SyntaxError` shows where it ends.
    fn render_text(&self, out: &mut String, text: &str) {
        let exact = self.kind == ErrorKind::SyntaxError;
        let size = text.len() as i64;
        let end = match exact {
            true if self.end_line > self.line => size,
            true => i64::from(self.end_column).min(size + 1),
            false => -1,
        };
        let column = i64::from(self.column);
        let carets = if end > 0 && end > column { end - column } else { 1 };
        let mut text = text.trim_start_matches([' ', '\t', '\x0c']);
        let mut offset = column - 1 - (size - text.len() as i64);
        offset = offset.min(text.strip_suffix('\n').unwrap_or(text).len() as i64);
        // Of several lines, the one with the error.
        while let Some(newline) = text.find('\n').filter(|newline| (*newline as i64) < offset) {
            text = &text[newline + 1..];
            offset -= newline as i64 + 1;
        }
        let _ = write!(out, "    {text}");
        if !text.ends_with('\n') {
            out.push('\n');
        }
        if offset >= 0 {
            let _ = writeln!(out, "    {}{}", " ".repeat(offset as usize), "^".repeat(carets as usize));
        }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.line > 0 {
            write!(f, " ({}, line {})", self.filename, self.line)?;
        }
        Ok(())
    }
}

impl std::error::Error for SyntaxError {}

/// Which warning CPython gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningKind {
    /// `SyntaxWarning`
    SyntaxWarning,
    /// `DeprecationWarning`
    DeprecationWarning,
}

/// A warning that compiling gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Which.
    pub kind: WarningKind,
    /// The message.
    pub message: String,
    /// The line.
    pub line: i32,
}

/// The result of a step of the compiler. The error is boxed, since it is large and rare.
pub(crate) type Result<T> = std::result::Result<T, Box<SyntaxError>>;
