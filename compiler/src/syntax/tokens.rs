//! CPython's tokenizer, one token at a time, in the state that its errors show.
//!
//! The parser asks for a token when it needs one, so that an error of the tokenizer comes up where CPython's does; and messages show
//! where the tokenizer stands at that moment: its line, its column, and the lines in its buffer.

use crate::error::{ErrorKind, Stage, SyntaxError, Warning, WarningKind};

use super::grammar::{Grammar, TokenKind};

/// Brackets that may be open at a time (CPython's `MAXLEVEL`).
const MAX_BRACKETS: usize = 200;
/// Levels of indentation (CPython's `MAXINDENT`).
const MAX_INDENT: usize = 100;
/// What reading gives at the end of the source.
const EOF: i32 = -1;

/// Why there are no more tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// There are more.
    Ok,
    Eof,
    /// An error that has been reported.
    Error,
    Dedent,
    TabSpace,
    TooDeep,
    LineContinuation,
}

/// A token as it is read: a range of bytes, unless it has no text.
pub(super) struct RawToken {
    pub(super) kind: TokenKind,
    pub(super) range: Option<(usize, usize)>,
}

/// What the tokenizer cannot read: the error, if it reports it itself.
pub(super) type Failure = Option<Box<SyntaxError>>;

/// A bracket that is open.
pub(super) struct Bracket {
    pub(super) character: u8,
    pub(super) line: i32,
    /// In bytes, from 0.
    pub(super) column: i64,
}

pub(super) struct Tokenizer<'t> {
    pub(super) text: &'t str,
    filename: &'t str,
    grammar: &'static Grammar,
    /// Where the buffer starts: at the line that is being read, or at the one where the token started.
    pub(super) buffer: usize,
    /// What is read next.
    pub(super) at: usize,
    /// The end of the line that is being read.
    pub(super) input: usize,
    pub(super) line_start: usize,
    /// Where the line starts in which the last string started, and its number.
    pub(super) string_line_start: usize,
    pub(super) string_line: i32,
    token: Option<usize>,
    pub(super) line: i32,
    pub(super) brackets: Vec<Bracket>,
    /// Columns with tabs to multiples of 8, and with tabs as single characters: both have to agree.
    indents: Vec<(usize, usize)>,
    /// Indents (positive) or dedents (negative) that are to come.
    pending: i32,
    at_line_start: bool,
    pub(super) done: Done,
    /// Whether lines are read from a file: at its end the buffer is empty.
    pub(super) is_file: bool,
    /// What there was to warn about so far, to the tokenizer or to the parser.
    pub(super) warnings: Vec<Warning>,
}

impl<'t> Tokenizer<'t> {
    /// A tokenizer of a text whose first line is the one after `line`.
    pub(super) fn new(text: &'t str, filename: &'t str, line: i32) -> Self {
        Tokenizer {
            text,
            filename,
            grammar: Grammar::get(),
            buffer: 0,
            at: 0,
            input: 0,
            line_start: 0,
            string_line_start: 0,
            string_line: 0,
            token: None,
            line,
            brackets: Vec::new(),
            indents: vec![(0, 0)],
            pending: 0,
            at_line_start: true,
            done: Done::Ok,
            is_file: false,
            warnings: Vec::new(),
        }
    }

    /// At the end of a statement of the prompt: all that is indented ends.
    pub(super) fn end_blocks(&mut self) {
        self.pending = 1 - self.indents.len() as i32;
        self.indents.truncate(1);
    }

    /// Whether anything but white space and comments follows.
    pub(super) fn has_more(&self) -> bool {
        let rest = &self.text[self.at..];
        rest.split('\n').any(|line| {
            let line = line.trim_start_matches([' ', '\t', '\x0c']);
            !line.is_empty() && !line.starts_with('#')
        })
    }

    fn next_byte(&mut self) -> i32 {
        let bytes = self.text.as_bytes();
        if self.at == self.input {
            if self.done != Done::Ok {
                return EOF;
            }
            if self.input == bytes.len() {
                self.done = Done::Eof;
                if self.is_file && self.token.is_none() {
                    self.buffer = self.at;
                }
                return EOF;
            }
            if self.token.is_none() {
                self.buffer = self.at;
            }
            self.line_start = self.at;
            self.line += 1;
            self.input = self.text[self.at..].find('\n').map_or(bytes.len(), |length| self.at + length + 1);
        }
        self.at += 1;
        i32::from(bytes[self.at - 1])
    }

    fn back(&mut self, byte: i32) {
        if byte != EOF {
            self.at -= 1;
        }
    }

    /// An error at what has been read of the line.
    fn error<T>(&mut self, message: impl Into<String>) -> Result<T, Failure> {
        self.error_between(None, message)
    }

    fn error_between<T>(&mut self, columns: Option<(i32, i32)>, message: impl Into<String>) -> Result<T, Failure> {
        let line = &self.text[self.line_start..];
        let line = line.split('\n').next().unwrap_or_default();
        let read = String::from_utf8_lossy(&self.text.as_bytes()[self.line_start..self.at]);
        let column = read.chars().count() as i32;
        let (column, end_column) = columns.unwrap_or((column, column));
        let text = if line.len() == self.at - self.line_start { read.into_owned() } else { line.to_owned() };
        self.done = Done::Error;
        Err(Some(Box::new(SyntaxError {
            kind: ErrorKind::SyntaxError,
            message: message.into(),
            filename: self.filename.to_owned(),
            line: self.line,
            column,
            end_line: self.line,
            end_column,
            text: Some(text),
            stage: Stage::Tokens,
            warnings: Vec::new(),
        })))
    }

    /// An error that the parser reports.
    fn stop<T>(&mut self, done: Done) -> Result<T, Failure> {
        self.done = done;
        if done != Done::LineContinuation {
            self.at = self.input;
        }
        Err(None)
    }

    fn token(&self, kind: TokenKind) -> RawToken {
        RawToken { kind, range: Some((self.token.unwrap_or(self.at), self.at)) }
    }

    /// The next token. At the end there are end markers without end.
    pub(super) fn next(&mut self) -> Result<RawToken, Failure> {
        loop {
            self.token = None;
            let mut blank = false;
            if self.at_line_start {
                self.at_line_start = false;
                blank = self.indentation()?;
            }
            self.token = Some(self.at);
            if self.pending != 0 {
                let kind = if self.pending < 0 { TokenKind::Dedent } else { TokenKind::Indent };
                self.pending -= self.pending.signum();
                return Ok(RawToken { kind, range: None });
            }
            let byte = self.next_byte();
            self.back(byte);
            if let Some(token) = self.token_in_line(blank)? {
                return Ok(token);
            }
        }
    }

    /// Whether there is nothing in the line but white space and comments.
    fn indentation(&mut self) -> Result<bool, Failure> {
        let (mut column, mut alternative, mut continued) = (0, 0, 0);
        let mut byte;
        loop {
            byte = self.next_byte();
            match u8::try_from(byte) {
                Ok(b' ') => (column, alternative) = (column + 1, alternative + 1),
                Ok(b'\t') => (column, alternative) = ((column / 8 + 1) * 8, alternative + 1),
                Ok(b'\x0c') => (column, alternative) = (0, 0),
                Ok(b'\\') => {
                    // What stands before the first backslash is the indentation of what follows.
                    if continued == 0 {
                        continued = column;
                    }
                    self.continuation()?;
                }
                _ => break,
            }
        }
        self.back(byte);
        if byte == i32::from(b'#') || byte == i32::from(b'\n') {
            return Ok(true);
        }
        if !self.brackets.is_empty() {
            return Ok(false);
        }
        if continued != 0 {
            (column, alternative) = (continued, continued);
        }
        let (current, current_alternative) = self.indents.last().copied().unwrap_or((0, 0));
        if column == current {
            if alternative != current_alternative {
                return self.stop(Done::TabSpace);
            }
        } else if column > current {
            if self.indents.len() >= MAX_INDENT {
                return self.stop(Done::TooDeep);
            }
            if alternative <= current_alternative {
                return self.stop(Done::TabSpace);
            }
            self.pending += 1;
            self.indents.push((column, alternative));
        } else {
            while self.indents.len() > 1 && self.indents.last().is_some_and(|indent| column < indent.0) {
                self.pending -= 1;
                self.indents.pop();
            }
            let (current, current_alternative) = self.indents.last().copied().unwrap_or((0, 0));
            if column != current {
                return self.stop(Done::Dedent);
            }
            if alternative != current_alternative {
                return self.stop(Done::TabSpace);
            }
        }
        Ok(false)
    }

    /// Behind a backslash.
    fn continuation(&mut self) -> Result<(), Failure> {
        if self.next_byte() != i32::from(b'\n') {
            return self.stop(Done::LineContinuation);
        }
        let byte = self.next_byte();
        if byte == EOF {
            return self.stop(Done::Eof);
        }
        self.back(byte);
        Ok(())
    }

    /// A token, or none if the line ends before there is one.
    fn token_in_line(&mut self, blank: bool) -> Result<Option<RawToken>, Failure> {
        loop {
            self.token = None;
            let mut byte = self.next_byte();
            while matches!(u8::try_from(byte), Ok(b' ' | b'\t' | b'\x0c')) {
                byte = self.next_byte();
            }
            // At the end of the source there is nothing that could be taken back.
            self.token = Some(self.at.saturating_sub(1));
            if byte == i32::from(b'#') {
                while byte != EOF && byte != i32::from(b'\n') {
                    byte = self.next_byte();
                }
            }
            let Ok(byte) = u8::try_from(byte) else {
                if !self.brackets.is_empty() || self.done != Done::Eof {
                    return Err(None);
                }
                return Ok(Some(RawToken { kind: TokenKind::EndMarker, range: None }));
            };
            match byte {
                b'_' | b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => return self.word(byte).map(Some),
                b'\n' => {
                    self.at_line_start = true;
                    if blank || !self.brackets.is_empty() {
                        return Ok(None);
                    }
                    let start = self.token.unwrap_or(self.at);
                    return Ok(Some(RawToken { kind: TokenKind::Newline, range: Some((start, self.at - 1)) }));
                }
                b'.' => return self.dot().map(Some),
                b'0'..=b'9' => return self.number(byte).map(Some),
                b'\'' | b'"' => return self.string(byte).map(Some),
                b'\\' => self.continuation()?,
                _ => return self.operator(byte).map(Some),
            }
        }
    }

    fn dot(&mut self) -> Result<RawToken, Failure> {
        let byte = self.next_byte();
        if is_digit(byte) {
            self.fraction(byte)?;
            return Ok(self.token(TokenKind::Number));
        }
        if byte == i32::from(b'.') {
            let third = self.next_byte();
            if third == byte {
                return Ok(self.literal());
            }
            self.back(third);
        }
        self.back(byte);
        Ok(self.literal())
    }

    /// The operator or keyword that has been read.
    fn literal(&self) -> RawToken {
        let text = &self.text[self.token.unwrap_or(self.at)..self.at];
        self.token(self.grammar.literal(text).unwrap_or(TokenKind::Error))
    }

    fn word(&mut self, first: u8) -> Result<RawToken, Failure> {
        let (mut bytes, mut raw, mut unicode, mut format) = (false, false, false, false);
        let mut byte = i32::from(first);
        loop {
            match u8::try_from(byte) {
                Ok(b'b' | b'B') if !(bytes || unicode || format) => bytes = true,
                Ok(b'u' | b'U') if !(bytes || unicode || raw || format) => unicode = true,
                Ok(b'r' | b'R') if !(raw || unicode) => raw = true,
                Ok(b'f' | b'F') if !(format || bytes || unicode) => format = true,
                _ => break,
            }
            byte = self.next_byte();
            if let Ok(quote @ (b'\'' | b'"')) = u8::try_from(byte) {
                return self.string(quote);
            }
        }
        while is_word(byte) {
            byte = self.next_byte();
        }
        self.back(byte);
        let start = self.token.unwrap_or(self.at);
        let word = &self.text[start..self.at];
        if !word.is_ascii()
            && let Some((offset, character)) =
                word.char_indices().find(|(offset, character)| !is_identifier(*character, *offset == 0))
        {
            self.at = start + offset + character.len_utf8();
            let code_point = u32::from(character);
            return if quicken_bytecode::is_printable(code_point) {
                self.error(format!("invalid character '{character}' (U+{code_point:04X})"))
            } else {
                self.error(format!("invalid non-printable character U+{code_point:04X}"))
            };
        }
        let kind = match word {
            "async" => TokenKind::Async,
            "await" => TokenKind::Await,
            _ => self.grammar.literal(word).unwrap_or(TokenKind::Name),
        };
        Ok(self.token(kind))
    }

    fn number(&mut self, first: u8) -> Result<RawToken, Failure> {
        if first == b'0' {
            self.number_from_zero()?;
        } else {
            let byte = self.decimal_tail()?;
            self.number_tail(byte)?;
        }
        Ok(self.token(TokenKind::Number))
    }

    fn number_from_zero(&mut self) -> Result<(), Failure> {
        let mut byte = self.next_byte();
        match u8::try_from(byte) {
            Ok(b'x' | b'X') => return self.radix(16, "hexadecimal"),
            Ok(b'o' | b'O') => return self.radix(8, "octal"),
            Ok(b'b' | b'B') => return self.radix(2, "binary"),
            _ => {}
        }
        loop {
            if byte == i32::from(b'_') {
                byte = self.next_byte();
                if !is_digit(byte) {
                    self.back(byte);
                    return self.error("invalid decimal literal");
                }
            }
            if byte != i32::from(b'0') {
                break;
            }
            byte = self.next_byte();
        }
        let zeros_end = self.at;
        let nonzero = is_digit(byte);
        if nonzero {
            byte = self.decimal_tail()?;
        }
        let goes_on = matches!(u8::try_from(byte), Ok(b'.' | b'e' | b'E' | b'j' | b'J'));
        if nonzero && !goes_on {
            self.back(byte);
            let start = self.token.unwrap_or(self.at);
            let columns = ((start + 1 - self.line_start) as i32, (zeros_end - self.line_start) as i32);
            let message =
                "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
            return self.error_between(Some(columns), message);
        }
        self.number_tail(byte)
    }

    /// Behind the digits of a whole number.
    fn number_tail(&mut self, byte: i32) -> Result<(), Failure> {
        if byte == i32::from(b'.') {
            let byte = self.next_byte();
            return self.fraction(byte);
        }
        self.exponent(byte)
    }

    fn fraction(&mut self, mut byte: i32) -> Result<(), Failure> {
        if is_digit(byte) {
            byte = self.decimal_tail()?;
        }
        self.exponent(byte)
    }

    fn exponent(&mut self, mut byte: i32) -> Result<(), Failure> {
        if matches!(u8::try_from(byte), Ok(b'e' | b'E')) {
            let letter = byte;
            byte = self.next_byte();
            if matches!(u8::try_from(byte), Ok(b'+' | b'-')) {
                byte = self.next_byte();
                if !is_digit(byte) {
                    self.back(byte);
                    return self.error("invalid decimal literal");
                }
            } else if !is_digit(byte) {
                self.back(byte);
                self.end_of_number(letter, "decimal")?;
                return Ok(());
            }
            byte = self.decimal_tail()?;
        }
        if matches!(u8::try_from(byte), Ok(b'j' | b'J')) {
            byte = self.next_byte();
            return self.end_of_number(byte, "imaginary");
        }
        self.end_of_number(byte, "decimal")
    }

    /// Digits with single underscores between them; what follows has been read, too.
    fn decimal_tail(&mut self) -> Result<i32, Failure> {
        loop {
            let mut byte = self.next_byte();
            while is_digit(byte) {
                byte = self.next_byte();
            }
            if byte != i32::from(b'_') {
                return Ok(byte);
            }
            byte = self.next_byte();
            if !is_digit(byte) {
                self.back(byte);
                return self.error("invalid decimal literal");
            }
        }
    }

    fn radix(&mut self, radix: u32, name: &str) -> Result<(), Failure> {
        let is_valid = |byte: i32| u8::try_from(byte).is_ok_and(|byte| char::from(byte).is_digit(radix));
        let mut byte = self.next_byte();
        loop {
            if byte == i32::from(b'_') {
                byte = self.next_byte();
            }
            if !is_valid(byte) {
                if is_digit(byte) {
                    return self.bad_digit(byte, name);
                }
                self.back(byte);
                return self.error(format!("invalid {name} literal"));
            }
            while is_valid(byte) {
                byte = self.next_byte();
            }
            if byte != i32::from(b'_') {
                break;
            }
        }
        if is_digit(byte) {
            return self.bad_digit(byte, name);
        }
        self.end_of_number(byte, name)
    }

    fn bad_digit(&mut self, byte: i32, name: &str) -> Result<(), Failure> {
        let digit = u8::try_from(byte).map_or('0', char::from);
        self.error(format!("invalid digit '{digit}' in {name} literal"))
    }

    /// A number must not run into a name, certain keywords excepted. The byte has been read, and is taken back.
    fn end_of_number(&mut self, byte: i32, name: &str) -> Result<(), Failure> {
        self.back(byte);
        let rest = &self.text.as_bytes()[self.at..];
        let follows =
            |word: &[u8]| rest.starts_with(word) && !rest.get(word.len()).is_some_and(|b| is_word((*b).into()));
        let words: [&[u8]; 5] = [b"and", b"else", b"for", b"or", b"not"];
        let prefixes: [&[u8]; 3] = [b"if", b"in", b"is"];
        let keyword = words.iter().any(|word| follows(word)) || prefixes.iter().any(|word| rest.starts_with(word));
        if keyword {
            let message = format!("invalid {name} literal");
            self.warnings.push(Warning { kind: WarningKind::SyntaxWarning, message, line: self.line });
            return Ok(());
        }
        // A character that is not ASCII is another token, and then a syntax error.
        if is_word(byte) && byte < 0x80 {
            return self.error(format!("invalid {name} literal"));
        }
        Ok(())
    }

    fn string(&mut self, quote: u8) -> Result<RawToken, Failure> {
        let quote = i32::from(quote);
        self.string_line = self.line;
        self.string_line_start = self.line_start;
        let (mut size, mut closing) = (1, 0);
        let mut byte = self.next_byte();
        if byte == quote {
            byte = self.next_byte();
            if byte == quote {
                size = 3;
            } else {
                closing = 1;
            }
        }
        if byte != quote {
            self.back(byte);
        }
        while closing != size {
            byte = self.next_byte();
            if byte == EOF || (size == 1 && byte == i32::from(b'\n')) {
                // The error is at the start of the string.
                let detected = self.line;
                self.at = self.token.unwrap_or(self.at) + 1;
                self.line_start = self.string_line_start;
                self.line = self.string_line;
                let kind = if size == 3 { "triple-quoted string" } else { "string" };
                return self.error(format!("unterminated {kind} literal (detected at line {detected})"));
            }
            if byte == quote {
                closing += 1;
            } else {
                closing = 0;
                if byte == i32::from(b'\\') {
                    self.next_byte();
                }
            }
        }
        Ok(self.token(TokenKind::String))
    }

    fn operator(&mut self, byte: u8) -> Result<RawToken, Failure> {
        const TWO: [&str; 20] = [
            "!=", "%=", "&=", "**", "*=", "+=", "-=", "->", "//", "/=", ":=", "<<", "<=", "<>", "==", ">=", ">>", "@=",
            "^=", "|=",
        ];
        const THREE: [&str; 4] = ["**=", "//=", "<<=", ">>="];
        let rest = &self.text[self.at - 1..];
        let length = if THREE.iter().any(|operator| rest.starts_with(operator)) {
            3
        } else if TWO.iter().any(|operator| rest.starts_with(operator)) {
            2
        } else {
            1
        };
        if length > 1 {
            self.at += length - 1;
            return Ok(self.literal());
        }
        // Two bytes have to be there to be looked at, and the second may be in the next line.
        let next = self.next_byte();
        self.back(next);
        let column = (self.at - 1).saturating_sub(self.line_start) as i64;
        match byte {
            b'(' | b'[' | b'{' => {
                if self.brackets.len() >= MAX_BRACKETS {
                    return self.error("too many nested parentheses");
                }
                self.brackets.push(Bracket { character: byte, line: self.line, column });
            }
            b')' | b']' | b'}' => self.close(byte)?,
            _ => {}
        }
        if !quicken_bytecode::is_printable(u32::from(byte)) {
            return self.error(format!("invalid non-printable character U+{byte:04X}"));
        }
        Ok(self.literal())
    }

    fn close(&mut self, byte: u8) -> Result<(), Failure> {
        let closing = char::from(byte);
        let Some(open) = self.brackets.pop() else {
            return self.error(format!("unmatched '{closing}'"));
        };
        let opening = char::from(open.character);
        if matches!((opening, closing), ('(', ')') | ('[', ']') | ('{', '}')) {
            return Ok(());
        }
        let mut message = format!("closing parenthesis '{closing}' does not match opening parenthesis '{opening}'");
        if open.line != self.line {
            message += &format!(" on line {}", open.line);
        }
        self.error(message)
    }
}

fn is_digit(byte: i32) -> bool {
    u8::try_from(byte).is_ok_and(|byte| byte.is_ascii_digit())
}

fn is_word(byte: i32) -> bool {
    u8::try_from(byte).is_ok_and(|byte| byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80)
}

fn is_identifier(character: char, first: bool) -> bool {
    if first {
        character == '_' || unicode_ident::is_xid_start(character)
    } else {
        unicode_ident::is_xid_continue(character)
    }
}
