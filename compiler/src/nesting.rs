//! Stack for sources that nest deeply: the parser and all that follows recurse on the native stack.
//!
//! Most sources are so flat that the caller's stack suffices, as the parser finds out. For the others, a scan over the characters, which
//! knows strings, comments, brackets, indentation and some words, bounds the depth from above, and they get a thread with a stack to measure.
//! What CPython's tokenizer refuses by itself (more than 200 brackets, more than 100 levels of indentation) is refused here.

use crate::Mode;
use crate::error::{ErrorKind, Result, SyntaxError};
use crate::parse::{refused, refused_as_too_deep};
use crate::source::Source;

/// How deeply nodes may nest. CPython's optimizer and symbol table stop at three times the recursion limit.
pub(crate) const RECURSION_LIMIT: u32 = 3000;

/// The message of [`ErrorKind::RecursionError`].
pub(crate) const RECURSION_MESSAGE: &str = "maximum recursion depth exceeded during compilation";

/// Brackets that may be open at a time (CPython's `MAXLEVEL`).
const MAX_BRACKETS: usize = 200;
/// Levels of indentation (CPython's `MAXINDENT`).
const MAX_INDENT: usize = 100;
/// Where nodes do not nest more deeply than that the stack that is there is used.
pub(crate) const SMALL: u32 = 100;
/// Beyond this bound the source is refused: CPython stops at a few thousand.
const LARGE: usize = 50_000;
/// Stack for one level, in a build without optimization.
const BYTES_PER_LEVEL: usize = 8 << 10;
/// Stack for everything else.
const BASE_STACK: usize = 64 << 20;

/// Runs the compiler on a stack that suffices for the source.
pub(crate) fn with_enough_stack<T: Send>(
    source: &Source<'_>,
    mode: Mode,
    run: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    let Ok(bound) = Scan::new(source.text).bound() else { return Err(refused(source, mode)) };
    if bound > LARGE || cfg!(target_family = "wasm") {
        return Err(refused_as_too_deep(source, mode));
    }
    with_stack_for(source, bound, run)
}

/// The error for what nests too deeply.
pub(crate) fn too_deep(source: &Source<'_>) -> Box<SyntaxError> {
    SyntaxError::without_place(ErrorKind::RecursionError, source.filename, RECURSION_MESSAGE)
}

/// Runs the compiler on a stack that suffices for so many levels.
pub(crate) fn with_stack_for<T: Send>(
    source: &Source<'_>,
    levels: usize,
    run: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    if levels <= SMALL as usize {
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

/// More brackets or levels of indentation than CPython's tokenizer takes.
struct TooMany;

struct Scan<'s> {
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
    fn new(text: &'s str) -> Self {
        let bytes = text.as_bytes();
        Scan { bytes, at: 0, operators: vec![0], total: 0, indents: vec![0], elifs: 0, deepest: 0 }
    }

    fn bound(mut self) -> std::result::Result<usize, TooMany> {
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

    fn open(&mut self) -> std::result::Result<(), TooMany> {
        if self.operators.len() > MAX_BRACKETS {
            return Err(TooMany);
        }
        self.operators.push(0);
        self.deepest = self.deepest.max(self.total + self.operators.len() + self.indents.len());
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

    fn word(&mut self) -> std::result::Result<(), TooMany> {
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
    fn string(&mut self, quote: u8, formatted: bool) -> std::result::Result<(), TooMany> {
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
    fn indentation(&mut self) -> std::result::Result<(), TooMany> {
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
                return Err(TooMany);
            }
            self.indents.push(column);
        }
        self.deepest = self.deepest.max(self.indents.len());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;

    use super::*;
    use crate::names::Names;
    use crate::parser::{Refusal, parse};

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
    fn the_bound_is_never_less_than_what_the_parser_finds() {
        for first in PIECES {
            for second in PIECES {
                for count in [20, 60, 150] {
                    let text = format!("{first}{second}").repeat(count);
                    let Ok(bound) = Scan::new(&text).bound() else { continue };
                    let arena = Bump::new();
                    let mut names = Names::new(&arena, 0);
                    let limit = bound as u32 + 10;
                    let refusal = parse(&arena, &mut names, &text, Mode::Exec, limit).err();
                    assert_ne!(refusal, Some(Refusal::TooDeep), "{first:?} {second:?} {count} times: {bound}");
                }
            }
        }
    }
}
