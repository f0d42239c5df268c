//! How deeply a source may nest, found before it is parsed: the parser and all that follows recurse on the native stack.
//!
//! Most sources are so flat that the caller's stack suffices: [`crate::survey`] has seen so. Of the others, a scan over the characters, which
//! knows strings, comments, brackets, indentation and some words, bounds the depth from above, and they get a thread with a stack to measure. What CPython's tokenizer refuses
//! by itself (more than 200 brackets, more than 100 levels of indentation) is refused here.

use ruff_text_size::{TextRange, TextSize};

use crate::Mode;
use crate::error::{ErrorKind, Result, SyntaxError};
use crate::lower::RECURSION_MESSAGE;
use crate::parse::refused;
use crate::source::Source;
use crate::survey::Survey;

/// Brackets that may be open at a time (CPython's `MAXLEVEL`).
const MAX_BRACKETS: usize = 200;
/// Levels of indentation (CPython's `MAXINDENT`).
const MAX_INDENT: usize = 100;
/// Up to this bound the stack that is there is used.
const SMALL: usize = 100;
/// Beyond this bound the source is refused: CPython stops at a few thousand.
const LARGE: usize = 50_000;
/// Stack for one level, in a build without optimization.
const BYTES_PER_LEVEL: usize = 8 << 10;
/// Stack for everything else.
const BASE_STACK: usize = 64 << 20;

/// Runs the compiler on a stack that suffices for the source.
pub(crate) fn with_enough_stack<T: Send>(
    source: &Source<'_>,
    survey: Survey,
    mode: Mode,
    run: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    if survey.depth <= SMALL {
        return run();
    }
    let bound = Scan::new(source).bound().map_err(|error| refused(source, mode, error))?;
    if bound <= SMALL {
        return run();
    }
    if bound > LARGE || cfg!(target_family = "wasm") {
        return Err(refused(source, mode, too_deep(source)));
    }
    with_stack_for(source, bound, run)
}

fn too_deep(source: &Source<'_>) -> Box<SyntaxError> {
    SyntaxError::without_place(ErrorKind::RecursionError, source.filename, RECURSION_MESSAGE)
}

/// Runs the compiler on a stack that suffices for so many levels.
pub(crate) fn with_stack_for<T: Send>(
    source: &Source<'_>,
    levels: usize,
    run: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    if levels <= SMALL {
        return run();
    }
    if levels > LARGE || cfg!(target_family = "wasm") {
        return Err(too_deep(source));
    }
    let stack = BASE_STACK + levels * BYTES_PER_LEVEL;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("compiler".to_owned()).stack_size(stack).spawn_scoped(scope, run);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => {
                let message = format!("no stack to compile with: {error}");
                Err(SyntaxError::without_place(ErrorKind::MemoryError, source.filename, message))
            }
        }
    })
}

struct Scan<'s> {
    source: &'s Source<'s>,
    bytes: &'s [u8],
    at: usize,
    /// For each open bracket, and the line around all: operators since the last comma. Only those can nest.
    operators: Vec<usize>,
    /// Their sum.
    total: usize,
    indents: Vec<usize>,
    elifs: usize,
    deepest: usize,
}

impl<'s> Scan<'s> {
    fn new(source: &'s Source<'s>) -> Self {
        let bytes = source.text.as_bytes();
        Scan { source, bytes, at: 0, operators: vec![0], total: 0, indents: vec![0], elifs: 0, deepest: 0 }
    }

    fn bound(mut self) -> Result<usize> {
        self.indentation()?;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\n' if self.operators.len() == 1 => {
                    self.separator();
                    self.indentation()?;
                }
                b'#' => self.skip_line(),
                b'\\' => self.at += 1,
                b'(' | b'[' | b'{' => self.open()?,
                b')' | b']' | b'}' => self.close(),
                b',' | b';' => self.separator(),
                b'\'' | b'"' => self.string(byte, false)?,
                b'_' | b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => self.word()?,
                b'+' | b'-' | b'~' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^' | b'@' | b'<' | b'>' | b'=' | b'.'
                | b':' => {
                    self.operator();
                }
                _ => {}
            }
        }
        Ok(self.deepest + self.elifs)
    }

    fn operator(&mut self) {
        if let Some(last) = self.operators.last_mut() {
            *last += 1;
        }
        self.total += 1;
        self.deepest = self.deepest.max(self.total + self.operators.len() + self.indents.len());
    }

    fn separator(&mut self) {
        if let Some(last) = self.operators.last_mut() {
            self.total -= std::mem::take(last);
        }
    }

    fn open(&mut self) -> Result<()> {
        if self.operators.len() > MAX_BRACKETS {
            return self.error(ErrorKind::SyntaxError, "too many nested parentheses");
        }
        self.operators.push(0);
        Ok(())
    }

    fn close(&mut self) {
        if self.operators.len() > 1 {
            self.separator();
            self.operators.pop();
        }
        // `f()()()` nests to the left.
        self.operator();
    }

    fn skip_line(&mut self) {
        while self.bytes.get(self.at).is_some_and(|byte| *byte != b'\n') {
            self.at += 1;
        }
    }

    fn word(&mut self) -> Result<()> {
        let start = self.at - 1;
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        while self.bytes.get(self.at).is_some_and(is_word) {
            self.at += 1;
        }
        let word = &self.bytes[start..self.at];
        match word {
            b"not" | b"lambda" | b"if" | b"else" | b"await" | b"and" | b"or" | b"in" | b"is" | b"yield" | b"for"
            | b"as" => {
                self.operator();
            }
            b"elif" => self.elifs += 1,
            _ if word.len() <= 2 && word.iter().all(|byte| b"rRbBuUfF".contains(byte)) => {
                if let Some(&quote @ (b'\'' | b'"')) = self.bytes.get(self.at) {
                    self.at += 1;
                    self.string(quote, word.iter().any(|byte| matches!(byte, b'f' | b'F')))?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Skips a string. The replacement fields of an f-string are code, and scanned as such.
    fn string(&mut self, quote: u8, formatted: bool) -> Result<()> {
        let triple = self.bytes[self.at..].starts_with(&[quote, quote]);
        if triple {
            self.at += 2;
        }
        let outside = self.operators.len();
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'\n' if !triple => break,
                _ if byte == quote => {
                    if !triple {
                        break;
                    }
                    if self.bytes[self.at..].starts_with(&[quote, quote]) {
                        self.at += 2;
                        break;
                    }
                }
                _ if !formatted => {}
                b'(' | b'[' | b'{' => self.open()?,
                b')' | b']' | b'}' if self.operators.len() > outside => self.close(),
                b'+' | b'-' | b'~' | b'*' | b'.' | b'=' | b':' | b' ' if self.operators.len() > outside => {
                    self.operator()
                }
                _ => {}
            }
        }
        while self.operators.len() > outside {
            self.separator();
            self.operators.pop();
        }
        Ok(())
    }

    /// At the start of a line outside brackets.
    fn indentation(&mut self) -> Result<()> {
        let mut column = 0;
        loop {
            match self.bytes.get(self.at) {
                Some(b' ') => column += 1,
                Some(b'\t') => column = (column / 8 + 1) * 8,
                Some(b'\x0c') => column = 0,
                Some(b'#' | b'\n') | None => return Ok(()),
                _ => break,
            }
            self.at += 1;
        }
        while self.indents.last().is_some_and(|indent| *indent > column) {
            self.indents.pop();
        }
        if self.indents.last().is_none_or(|indent| *indent < column) {
            if self.indents.len() >= MAX_INDENT {
                self.at -= column.min(self.at);
                return self.error(ErrorKind::IndentationError, "too many levels of indentation");
            }
            self.indents.push(column);
        }
        self.deepest = self.deepest.max(self.indents.len());
        Ok(())
    }

    fn error<T>(&self, kind: ErrorKind, message: &str) -> Result<T> {
        let at = TextSize::new(self.at.saturating_sub(1) as u32);
        let mut error = SyntaxError::at(self.source, self.source.loc(TextRange::empty(at)), message);
        error.kind = kind;
        Err(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::survey;

    /// What nests when it is repeated, with as few blanks as Python allows.
    const PIECES: &[&str] = &[
        "(",
        "[",
        "{1:",
        "f(",
        "f()",
        "x[0]",
        "not ",
        "not(",
        "not\t",
        "lambda:",
        "lambda x:",
        "-",
        "~",
        "+",
        "*",
        "**",
        "x.y.",
        "a if b else ",
        "1if 1else ",
        "(a)if(b)else",
        "'a'if'b'else",
        "await ",
        "x and ",
        "x or(",
        "0or ",
        "x in ",
        "x is not ",
        "x<",
        "x\\\nif y else ",
        "yield ",
        "(yield ",
        "[x for x in ",
        "{**",
        "f'{",
        "f\"{x:{",
        "rf'{a+",
        "x:=",
        "(x:=",
        "#",
        ",(",
        "\n ",
        "\nelif x:y\n",
        "if x:y\nelif",
        "\n(\n",
        "'",
        "\"\"\"",
        "b'",
        "\\",
        "}",
        ")",
        "1)(",
        "_if",
        "é if è else ",
    ];

    #[test]
    fn the_survey_never_finds_less_than_matters() {
        for first in PIECES {
            for second in PIECES {
                for count in [20, 60, 150] {
                    let text = format!("{first}{second}").repeat(count);
                    let source = Source::new(&text, "x.py");
                    let is_small = Scan::new(&source).bound().is_ok_and(|bound| bound <= SMALL);
                    let depth = survey(&text).depth;
                    assert!(is_small || depth > SMALL, "{first:?} {second:?} {count} times: {depth}");
                }
            }
        }
        let deep: String = (0..150).map(|level| format!("{}if x:\n", " ".repeat(level))).collect();
        assert!(survey(&deep).depth > SMALL);
    }
}
