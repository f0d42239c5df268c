//! CPython 3.11's tokenizer.
//!
//! The parser has a tokenizer of its own, and so have syntax errors. This one gives the tokens that `python -m tokenize` shows.

use crate::error::ErrorKind;

/// The kinds of tokens. `Comment` and `Nl` exist only for the listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    EndMarker,
    Name,
    Number,
    String,
    Newline,
    Indent,
    Dedent,
    Op,
    Comment,
    Nl,
}

/// A token: a range of bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// What stops the tokenizer.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) message: String,
    /// Where: a byte offset.
    pub(crate) offset: usize,
}

/// All tokens up to the end or the first failure, and which brackets are open there.
pub(crate) struct Tokens {
    pub(crate) tokens: Vec<Token>,
    pub(crate) failure: Option<Failure>,
    /// Brackets that are still open: byte offset of each.
    pub(crate) open: Vec<usize>,
}

/// Splits source into tokens; `listing` keeps comments and blank lines.
pub(crate) fn tokenize(source: &str, listing: bool) -> Tokens {
    let mut tokenizer = Tokenizer {
        bytes: source.as_bytes(),
        text: source,
        at: 0,
        tokens: Vec::new(),
        open: Vec::new(),
        indents: vec![(0, 0)],
        listing,
    };
    let failure = tokenizer.run().err();
    Tokens { tokens: tokenizer.tokens, failure: failure.map(|failure| *failure), open: tokenizer.open }
}

type Step<T> = Result<T, Box<Failure>>;

struct Tokenizer<'s> {
    bytes: &'s [u8],
    text: &'s str,
    at: usize,
    tokens: Vec<Token>,
    open: Vec<usize>,
    /// Columns with tabs to multiples of 8, and with tabs as single characters: both have to agree.
    indents: Vec<(usize, usize)>,
    listing: bool,
}

impl Tokenizer<'_> {
    fn peek(&self) -> u8 {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.tokens.push(Token { kind, start, end: self.at });
    }

    fn fail<T>(&self, offset: usize, message: impl Into<String>) -> Step<T> {
        self.fail_as(ErrorKind::SyntaxError, offset, message)
    }

    fn fail_as<T>(&self, kind: ErrorKind, offset: usize, message: impl Into<String>) -> Step<T> {
        Err(Box::new(Failure { kind, message: message.into(), offset }))
    }

    fn run(&mut self) -> Step<()> {
        let mut line_start = true;
        loop {
            if line_start {
                line_start = false;
                self.indentation()?;
            }
            while matches!(self.peek(), b' ' | b'\t' | b'\x0c') && self.at < self.bytes.len() {
                self.at += 1;
            }
            let start = self.at;
            if self.at >= self.bytes.len() {
                break;
            }
            match self.peek() {
                b'#' => {
                    while self.at < self.bytes.len() && self.peek() != b'\n' {
                        self.at += 1;
                    }
                    if self.listing {
                        self.push(Kind::Comment, start);
                    }
                }
                b'\n' => {
                    self.at += 1;
                    let blank = !self.open.is_empty()
                        || self.tokens.iter().rev().find(|token| token.kind != Kind::Comment).is_none_or(|token| {
                            matches!(token.kind, Kind::Newline | Kind::Nl | Kind::Indent | Kind::Dedent)
                        });
                    if !blank {
                        self.push(Kind::Newline, start);
                    } else if self.listing {
                        self.push(Kind::Nl, start);
                    }
                    line_start = self.open.is_empty();
                }
                b'\\' => self.continuation(start)?,
                b'0'..=b'9' => self.number(start)?,
                b'.' if self.peek_at(1).is_ascii_digit() => self.number(start)?,
                b'\'' | b'"' => self.string(start)?,
                b'_' | b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => self.word(start)?,
                _ => self.operator(start)?,
            }
        }
        if let Some(last) = self.tokens.last()
            && !matches!(last.kind, Kind::Newline | Kind::Nl | Kind::Dedent)
            && self.open.is_empty()
        {
            let end = self.at;
            self.push(Kind::Newline, end);
        }
        if self.open.is_empty() {
            for _ in 1..self.indents.len() {
                self.push(Kind::Dedent, self.at);
            }
            self.push(Kind::EndMarker, self.at);
        }
        Ok(())
    }

    fn indentation(&mut self) -> Step<()> {
        let start = self.at;
        let (mut column, mut alternative) = (0, 0);
        loop {
            match self.peek() {
                b' ' => {
                    column += 1;
                    alternative += 1;
                }
                b'\t' => {
                    column = (column / 8 + 1) * 8;
                    alternative += 1;
                }
                b'\x0c' => (column, alternative) = (0, 0),
                b'\\' if self.peek_at(1) == b'\n' => {
                    // The line goes on: indentation is what stands before the backslash.
                    break;
                }
                _ => break,
            }
            self.at += 1;
        }
        if self.at >= self.bytes.len() || matches!(self.peek(), b'#' | b'\n') {
            return Ok(());
        }
        let (current, current_alternative) = self.indents.last().copied().unwrap_or((0, 0));
        let tab_error = |this: &Self| {
            let message = "inconsistent use of tabs and spaces in indentation";
            this.fail_as(ErrorKind::TabError, start, message)
        };
        if column == current {
            if alternative != current_alternative {
                return tab_error(self);
            }
        } else if column > current {
            if alternative <= current_alternative {
                return tab_error(self);
            }
            self.indents.push((column, alternative));
            self.push(Kind::Indent, start);
        } else {
            while self.indents.len() > 1 && self.indents.last().is_some_and(|indent| column < indent.0) {
                self.indents.pop();
                self.tokens.push(Token { kind: Kind::Dedent, start: self.at, end: self.at });
            }
            let (current, current_alternative) = self.indents.last().copied().unwrap_or((0, 0));
            if column != current {
                let message = "unindent does not match any outer indentation level";
                return self.fail_as(ErrorKind::IndentationError, start, message);
            }
            if alternative != current_alternative {
                return tab_error(self);
            }
        }
        Ok(())
    }

    fn continuation(&mut self, start: usize) -> Step<()> {
        self.at += 1;
        if self.at >= self.bytes.len() || (self.peek() == b'\n' && self.at + 1 >= self.bytes.len()) {
            let message = "unexpected EOF while parsing";
            return self.fail(start, message);
        }
        if self.peek() != b'\n' {
            let message = "unexpected character after line continuation character";
            return self.fail(start + 1, message);
        }
        self.at += 1;
        Ok(())
    }

    fn digits(&mut self, is_digit: impl Fn(u8) -> bool) -> Step<()> {
        loop {
            while is_digit(self.peek()) {
                self.at += 1;
            }
            if self.peek() != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !is_digit(self.peek()) {
                return self.fail(self.at, "invalid decimal literal");
            }
        }
    }

    fn number(&mut self, start: usize) -> Step<()> {
        if self.peek() == b'0' {
            let radix = match self.peek_at(1) {
                b'x' | b'X' => Some((16, "hexadecimal")),
                b'o' | b'O' => Some((8, "octal")),
                b'b' | b'B' => Some((2, "binary")),
                _ => None,
            };
            if let Some((radix, name)) = radix {
                self.at += 2;
                return self.radix_number(start, radix, name);
            }
        }
        let mut is_float = false;
        if self.peek() != b'.' {
            self.digits(|byte| byte.is_ascii_digit())?;
        }
        let integer_end = self.at;
        if self.peek() == b'.' {
            is_float = true;
            self.at += 1;
            if self.peek().is_ascii_digit() {
                self.digits(|byte| byte.is_ascii_digit())?;
            }
        }
        if matches!(self.peek(), b'e' | b'E') {
            let sign = usize::from(matches!(self.peek_at(1), b'+' | b'-'));
            if self.peek_at(1 + sign).is_ascii_digit() {
                is_float = true;
                self.at += 1 + sign;
                self.digits(|byte| byte.is_ascii_digit())?;
            } else if sign > 0 {
                return self.fail(self.at + 2, "invalid decimal literal");
            }
        }
        let mut kind = "decimal";
        if matches!(self.peek(), b'j' | b'J') {
            is_float = true;
            self.at += 1;
            kind = "imaginary";
        }
        let digits = &self.bytes[start..integer_end];
        if !is_float && digits[0] == b'0' && digits.iter().any(|digit| matches!(digit, b'1'..=b'9')) {
            let message =
                "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
            return self.fail(start, message);
        }
        self.end_of_number(start, kind)
    }

    fn radix_number(&mut self, start: usize, radix: u32, name: &str) -> Step<()> {
        let is_digit = |byte: u8| char::from(byte).is_digit(radix);
        loop {
            if self.peek() == b'_' {
                self.at += 1;
            }
            if !is_digit(self.peek()) {
                return self.bad_digit(name);
            }
            while is_digit(self.peek()) {
                self.at += 1;
            }
            if self.peek() != b'_' {
                break;
            }
        }
        if self.peek().is_ascii_digit() {
            return self.bad_digit(name);
        }
        self.end_of_number(start, name)
    }

    fn bad_digit(&self, name: &str) -> Step<()> {
        if self.peek().is_ascii_digit() {
            let digit = char::from(self.peek());
            return self.fail(self.at + 1, format!("invalid digit '{digit}' in {name} literal"));
        }
        self.fail(self.at, format!("invalid {name} literal"))
    }

    /// A number must not run into a name, keywords excepted.
    fn end_of_number(&mut self, start: usize, name: &str) -> Step<()> {
        let rest = &self.bytes[self.at..];
        let keywords: [&[u8]; 8] = [b"and", b"else", b"for", b"if", b"in", b"is", b"not", b"or"];
        let keyword = keywords.iter().any(|keyword| rest.starts_with(keyword));
        if !keyword && is_word(self.peek()) && self.at < self.bytes.len() {
            return self.fail(self.at, format!("invalid {name} literal"));
        }
        self.push(Kind::Number, start);
        Ok(())
    }

    fn word(&mut self, start: usize) -> Step<()> {
        while self.at < self.bytes.len() && is_word(self.peek()) {
            self.at += 1;
        }
        let word = &self.text[start..self.at];
        let is_prefix = word.len() <= 2
            && matches!(word.to_ascii_lowercase().as_str(), "r" | "b" | "u" | "f" | "br" | "rb" | "fr" | "rf");
        if is_prefix && matches!(self.peek(), b'\'' | b'"') {
            return self.string(start);
        }
        if let Some((offset, character)) =
            word.char_indices().find(|(_, c)| !c.is_ascii() && !c.is_alphanumeric() && !is_mark(*c))
        {
            let code_point = u32::from(character);
            let message = if quicken_bytecode::is_printable(code_point) {
                format!("invalid character '{character}' (U+{code_point:04X})")
            } else {
                format!("invalid non-printable character U+{code_point:04X}")
            };
            return self.fail(start + offset, message);
        }
        self.push(Kind::Name, start);
        Ok(())
    }

    fn string(&mut self, start: usize) -> Step<()> {
        let quote = self.peek();
        self.at += 1;
        let triple = self.peek() == quote && self.peek_at(1) == quote;
        if triple {
            self.at += 2;
        }
        loop {
            if self.at >= self.bytes.len() || (!triple && self.peek() == b'\n') {
                let kind = if triple { "triple-quoted string" } else { "string" };
                // The last line counts only if there is something in it.
                let end = if self.at >= self.bytes.len() { self.text.trim_end_matches('\n').len() } else { self.at };
                let line = 1 + self.bytes[..end].iter().filter(|byte| **byte == b'\n').count();
                let message = format!("unterminated {kind} literal (detected at line {line})");
                return self.fail(start, message);
            }
            let byte = self.peek();
            self.at += 1;
            if byte == b'\\' {
                self.at += 1;
            } else if byte == quote {
                if !triple {
                    break;
                }
                if self.peek() == quote && self.peek_at(1) == quote {
                    self.at += 2;
                    break;
                }
            }
        }
        self.push(Kind::String, start);
        Ok(())
    }

    fn operator(&mut self, start: usize) -> Step<()> {
        const THREE: [&[u8]; 5] = [b"**=", b"//=", b">>=", b"<<=", b"..."];
        const TWO: [&[u8]; 20] = [
            b"**", b"//", b">>", b"<<", b"!=", b"<>", b"<=", b">=", b"==", b"->", b"+=", b"-=", b"*=", b"/=", b"%=",
            b"&=", b"|=", b"^=", b"@=", b":=",
        ];
        let rest = &self.bytes[self.at..];
        let length = if THREE.iter().any(|operator| rest.starts_with(operator)) {
            3
        } else if TWO.iter().any(|operator| rest.starts_with(operator)) {
            2
        } else {
            1
        };
        let byte = self.peek();
        self.at += length;
        match byte {
            b'(' | b'[' | b'{' => self.open.push(start),
            b')' | b']' | b'}' => self.close(start, byte)?,
            0..=31 | 127 => {
                return self.fail(start, format!("invalid non-printable character U+{byte:04X}"));
            }
            _ => {}
        }
        self.push(Kind::Op, start);
        Ok(())
    }

    fn close(&mut self, start: usize, byte: u8) -> Step<()> {
        let close = char::from(byte);
        let Some(opening) = self.open.pop() else {
            return self.fail(self.at, format!("unmatched '{close}'"));
        };
        let open = self.bytes[opening];
        if matches!((open, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
            return Ok(());
        }
        let mut message =
            format!("closing parenthesis '{close}' does not match opening parenthesis '{}'", char::from(open));
        let line = |at: usize| 1 + self.bytes[..at].iter().filter(|byte| **byte == b'\n').count();
        if line(opening) != line(start) {
            message += &format!(" on line {}", line(opening));
        }
        self.fail(self.at, message)
    }
}

fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Characters that may continue a name without being letters or digits.
fn is_mark(character: char) -> bool {
    // Combining marks and connectors: anything that NFKC-normalized names may hold. The parser has the last word.
    matches!(u32::from(character), 0xB7 | 0x300..=0x36F | 0x387 | 0x483..=0x487 | 0x591..=0x5BD | 0x610..=0x61A | 0x64B..=0x669
        | 0x900..=0xDFF | 0xE31..=0xE4E | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x200C..=0x200D | 0x203F..=0x2040 | 0x20D0..=0x20F0
        | 0x2118 | 0x212E | 0x309B..=0x309C | 0xFE00..=0xFE0F | 0xFE20..=0xFE2F | 0xFE33..=0xFE34 | 0xFE4D..=0xFE4F | 0xFF3F)
}
