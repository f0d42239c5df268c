//! From bytes to tokens, with their places, in one pass.
//!
//! It knows what CPython's tokenizer takes, and nothing of what that says about the rest: there it gives a token that no rule takes.

use super::token::{self, Kind, Token};
use crate::eight::{eight_bytes, first_of, spaces, word_length};
use crate::error::{Warning, WarningKind};

/// Brackets that may be open at a time (CPython's `MAXLEVEL`).
const MAX_BRACKETS: u32 = 200;
/// Levels of indentation (CPython's `MAXINDENT`).
const MAX_INDENT: usize = 100;

pub(super) struct Tokenizer<'s> {
    pub(super) text: &'s str,
    /// As much of the text as is to be read.
    pub(super) bytes: &'s [u8],
    pub(super) place: Place,
    /// Columns with tabs to multiples of 8, and with tabs as single characters: both have to agree.
    indents: Vec<(u32, u32)>,
    pub(super) warnings: Vec<Warning>,
}

/// Where a tokenizer is. It can be put back there as long as it has read no indentation since.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) at: usize,
    /// The line, from 1.
    pub(super) line: i32,
    pub(super) line_start: usize,
    /// How many brackets are open.
    pub(super) brackets: u32,
    /// Indents (positive) or dedents (negative) that are to come.
    pending: i32,
    at_line_start: bool,
    /// Whether either of the two says something.
    has_layout: bool,
    /// Whether the last line has ended.
    ended: bool,
}

impl Place {
    /// A place in the middle of a line.
    pub(super) fn inside(at: usize, line: i32, line_start: usize, brackets: u32) -> Place {
        Place { at, line, line_start, brackets, pending: 0, at_line_start: false, has_layout: false, ended: false }
    }
}

/// What a byte may begin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Nothing that CPython knows, or what begins no token.
    Other,
    Operator,
    Space,
    Newline,
    Word,
    Wide,
    Digit,
    Quote,
}

static CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\t' | b'\x0c' => Class::Space,
            b'\n' => Class::Newline,
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => Class::Word,
            0x80.. => Class::Wide,
            b'0'..=b'9' => Class::Digit,
            b'\'' | b'"' => Class::Quote,
            b'#' | b'\\' => Class::Other,
            b'!'..=b'~' => Class::Operator,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

/// Not a byte of the sources that get here: it stands for the end.
const END: u8 = 0;

impl<'s> Tokenizer<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        let place = Place {
            at: 0,
            line: 1,
            line_start: 0,
            brackets: 0,
            pending: 0,
            at_line_start: true,
            has_layout: true,
            ended: false,
        };
        Tokenizer { text, bytes: text.as_bytes(), place, indents: vec![(0, 0)], warnings: Vec::new() }
    }

    #[inline]
    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.place.at + ahead).copied().unwrap_or(END)
    }

    fn column(&self, at: usize) -> i32 {
        (at - self.place.line_start) as i32
    }

    /// Notes a token from here to somewhere in this line.
    #[inline]
    fn note(&mut self, token: &mut Token, kind: Kind, end: usize) {
        let start = self.place.at;
        let line = self.place.line;
        self.place.at = end;
        token.kind = kind;
        token.is_wide = false;
        (token.start, token.end) = (start as u32, end as u32);
        token.from = (line, self.column(start));
        token.to = (line, self.column(end));
    }

    /// Notes one without text.
    fn note_empty(&mut self, token: &mut Token, kind: Kind) {
        self.note(token, kind, self.place.at);
    }

    /// Behind a newline.
    fn next_line(&mut self) {
        self.place.line += 1;
        self.place.line_start = self.place.at;
    }

    /// Reads the next token; at the end there are end tokens without end.
    ///
    /// It is written in its place field by field. A processor waits if several fields are read at once of which it has not yet written one
    /// by one, as happens with a token that is given back.
    pub(super) fn next(&mut self, token: &mut Token) {
        if self.place.has_layout {
            return self.layout(token);
        }
        let bytes = self.bytes;
        let mut at = self.place.at;
        while bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        self.place.at = at;
        let byte = bytes.get(at).copied().unwrap_or(END);
        match CLASSES[usize::from(byte)] {
            Class::Word => self.word(token),
            Class::Operator => self.operator(token, byte),
            _ => self.rare(token),
        }
    }

    /// What most tokens have not: they are behind the start of a line, and no brackets or indentation come before.
    #[inline(never)]
    fn layout(&mut self, token: &mut Token) {
        if self.place.at_line_start {
            self.place.at_line_start = false;
            if !self.indentation() {
                return refuse(token);
            }
        }
        if self.place.pending != 0 {
            let kind = if self.place.pending < 0 { Kind::Dedent } else { Kind::Indent };
            self.place.pending -= self.place.pending.signum();
            return self.note_empty(token, kind);
        }
        self.place.has_layout = false;
        self.next(token);
    }

    /// A token that is neither a word nor an operator, or what is before one.
    #[inline(never)]
    fn rare(&mut self, token: &mut Token) {
        loop {
            let byte = self.byte(0);
            match CLASSES[usize::from(byte)] {
                Class::Space => self.place.at += 1,
                Class::Word => return self.word(token),
                Class::Wide => return self.wide_word(token, self.place.at),
                Class::Digit => return self.number(token),
                Class::Quote => return self.string(token, 0),
                Class::Newline if self.place.brackets > 0 => {
                    self.place.at += 1;
                    self.next_line();
                }
                Class::Newline => {
                    self.note_empty(token, Kind::Newline);
                    self.place.at += 1;
                    self.next_line();
                    self.place.at_line_start = true;
                    self.place.has_layout = true;
                    return;
                }
                Class::Operator => return self.operator(token, byte),
                Class::Other => match byte {
                    b'#' => self.skip_comment(),
                    b'\\' => {
                        if !self.continuation() {
                            return refuse(token);
                        }
                    }
                    END => return self.end(token),
                    _ => return refuse(token),
                },
            }
        }
    }

    fn skip_comment(&mut self) {
        let rest = &self.bytes[self.place.at..];
        self.place.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// At the end of the text, which ends the line.
    fn end(&mut self, token: &mut Token) {
        if self.place.at < self.bytes.len() {
            return refuse(token);
        }
        if self.place.ended || self.place.brackets > 0 {
            return self.note_empty(token, Kind::End);
        }
        self.finish();
        self.note_empty(token, Kind::Newline);
    }

    /// All that is indented ends.
    fn finish(&mut self) {
        self.place.ended = true;
        self.place.has_layout = true;
        self.place.pending = 1 - self.indents.len() as i32;
        self.indents.truncate(1);
    }

    /// Reads the white space at the start of a line, and lines that have nothing else. False if CPython has something against it.
    fn indentation(&mut self) -> bool {
        loop {
            let start = self.place.at;
            loop {
                let more = spaces(eight_bytes(self.bytes, self.place.at));
                self.place.at += more;
                if more < 8 {
                    break;
                }
            }
            let spaces = (self.place.at - start) as u32;
            let (mut column, mut alternative, mut continued) = (spaces, spaces, 0);
            loop {
                match self.byte(0) {
                    b' ' => (column, alternative) = (column + 1, alternative + 1),
                    b'\t' => (column, alternative) = ((column / 8 + 1) * 8, alternative + 1),
                    b'\x0c' => (column, alternative) = (0, 0),
                    b'\\' => {
                        // What stands before the first backslash is the indentation of what follows.
                        if continued == 0 {
                            continued = column;
                        }
                        if !self.continuation() {
                            return false;
                        }
                        continue;
                    }
                    _ => break,
                }
                self.place.at += 1;
            }
            match self.byte(0) {
                b'#' => {
                    self.skip_comment();
                    if self.byte(0) == b'\n' {
                        self.place.at += 1;
                        self.next_line();
                    }
                    continue;
                }
                b'\n' => {
                    self.place.at += 1;
                    self.next_line();
                    continue;
                }
                END if self.place.at == self.bytes.len() => {
                    self.finish();
                    return true;
                }
                _ => {}
            }
            if continued != 0 {
                (column, alternative) = (continued, continued);
            }
            return self.indent(column, alternative);
        }
    }

    /// At the first token of a line.
    fn indent(&mut self, column: u32, alternative: u32) -> bool {
        let innermost = |indents: &[(u32, u32)]| indents.last().copied().unwrap_or((0, 0));
        let current = innermost(&self.indents);
        if column == current.0 {
            return alternative == current.1;
        }
        if column > current.0 {
            if self.indents.len() >= MAX_INDENT || alternative <= current.1 {
                return false;
            }
            self.place.pending += 1;
            self.indents.push((column, alternative));
            return true;
        }
        while self.indents.len() > 1 && column < innermost(&self.indents).0 {
            self.place.pending -= 1;
            self.indents.pop();
        }
        innermost(&self.indents) == (column, alternative)
    }

    /// At a backslash: the line goes on in the next, which there has to be.
    fn continuation(&mut self) -> bool {
        if self.byte(1) != b'\n' {
            return false;
        }
        self.place.at += 2;
        self.next_line();
        self.place.at < self.bytes.len()
    }

    #[inline]
    fn word(&mut self, token: &mut Token) {
        let start = self.place.at;
        let head = eight_bytes(self.bytes, start);
        let mut length = word_length(head);
        if length == 8 {
            loop {
                let more = word_length(eight_bytes(self.bytes, start + length));
                length += more;
                if more < 8 {
                    break;
                }
            }
        }
        match self.byte(length) {
            b'\'' | b'"' if is_prefix(&self.bytes[start..start + length]) => return self.string(token, length),
            0x80.. => return self.wide_word(token, start + length),
            _ => {}
        }
        let kind = if length <= 8 { token::word(first_of(head, length)) } else { Kind::Name };
        self.note(token, kind, start + length);
    }

    /// A word that is not of ASCII, which was read up to somewhere.
    #[cold]
    #[inline(never)]
    fn wide_word(&mut self, token: &mut Token, read: usize) {
        let start = self.place.at;
        let rest = &self.bytes[read..];
        let is_part = |byte: &&u8| matches!(CLASSES[usize::from(**byte)], Class::Word | Class::Digit | Class::Wide);
        let end = read + rest.iter().take_while(is_part).count();
        let mut characters = self.text[start..end].chars();
        let begins = characters.next().is_some_and(|first| first == '_' || unicode_ident::is_xid_start(first));
        if !begins || !characters.all(unicode_ident::is_xid_continue) {
            return refuse(token);
        }
        self.note(token, Kind::Name, end);
        token.is_wide = true;
    }

    #[inline(never)]
    fn string(&mut self, token: &mut Token, prefix: usize) {
        let (start, from) = (self.place.at, self.column(self.place.at));
        let line = self.place.line;
        let quote = self.bytes[start + prefix];
        let mut at = start + prefix + 1;
        let triple = self.bytes[at..].starts_with(&[quote, quote]);
        if triple {
            at += 2;
        }
        let mut has_escape = false;
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let Some(found) = memchr::memchr3(quote, b'\\', b'\n', rest) else { return refuse(token) };
            at += found + 1;
            match rest[found] {
                b'\\' => {
                    has_escape = true;
                    if self.bytes.get(at) == Some(&b'\n') {
                        self.place.line += 1;
                        self.place.line_start = at + 1;
                    }
                    at += 1;
                }
                b'\n' if triple => {
                    self.place.line += 1;
                    self.place.line_start = at;
                }
                b'\n' => return refuse(token),
                _ if !triple => break,
                _ if self.bytes[at..].starts_with(&[quote, quote]) => {
                    at += 2;
                    break;
                }
                _ => {}
            }
        }
        self.place.at = at;
        *token = Token {
            kind: Kind::String,
            is_wide: false,
            prefix: prefix as u8,
            has_escape,
            start: start as u32,
            end: at as u32,
            from: (line, from),
            to: (self.place.line, self.column(at)),
        };
    }

    #[inline]
    fn operator(&mut self, token: &mut Token, byte: u8) {
        use Kind::*;
        let (second, third) = (self.byte(1), self.byte(2));
        // An operator, and the same with `=` behind it.
        let assigning = |plain, with_equal| if second == b'=' { (with_equal, 2) } else { (plain, 1) };
        let doubled = |plain, with_equal, twice, twice_with_equal| match second {
            _ if second == byte && third == b'=' => (twice_with_equal, 3),
            _ if second == byte => (twice, 2),
            b'=' => (with_equal, 2),
            _ => (plain, 1),
        };
        let (kind, length) = match byte {
            b'(' => (LeftParenthesis, 1),
            b')' => (RightParenthesis, 1),
            b'[' => (LeftBracket, 1),
            b']' => (RightBracket, 1),
            b'{' => (LeftBrace, 1),
            b'}' => (RightBrace, 1),
            b',' => (Comma, 1),
            b';' => (Semicolon, 1),
            b'~' => (Tilde, 1),
            b':' => assigning(Colon, ColonEqual),
            b'.' if second.is_ascii_digit() => return self.number(token),
            b'.' if second == b'.' && third == b'.' => (Ellipsis, 3),
            b'.' => (Dot, 1),
            b'=' => assigning(Equal, EqualEqual),
            b'!' => assigning(Error, NotEqual),
            b'-' if second == b'>' => (Arrow, 2),
            b'+' => assigning(Plus, PlusEqual),
            b'-' => assigning(Minus, MinusEqual),
            b'%' => assigning(Percent, PercentEqual),
            b'@' => assigning(At, AtEqual),
            b'&' => assigning(Ampersand, AmpersandEqual),
            b'|' => assigning(Bar, BarEqual),
            b'^' => assigning(Circumflex, CircumflexEqual),
            b'*' => doubled(Star, StarEqual, DoubleStar, DoubleStarEqual),
            b'/' => doubled(Slash, SlashEqual, DoubleSlash, DoubleSlashEqual),
            // CPython takes `<>` for one operator, which only a joke of the library's allows.
            b'<' if second == b'>' => (Error, 2),
            b'<' => doubled(Less, LessEqual, LeftShift, LeftShiftEqual),
            b'>' => doubled(Greater, GreaterEqual, RightShift, RightShiftEqual),
            _ => (Error, 1),
        };
        match kind {
            LeftParenthesis | LeftBracket | LeftBrace => {
                if self.place.brackets >= MAX_BRACKETS {
                    return refuse(token);
                }
                self.place.brackets += 1;
            }
            RightParenthesis | RightBracket | RightBrace => {
                if self.place.brackets == 0 {
                    return refuse(token);
                }
                self.place.brackets -= 1;
            }
            _ => {}
        }
        self.note(token, kind, self.place.at + length);
    }

    // ---- numbers ----

    #[inline(never)]
    fn number(&mut self, token: &mut Token) {
        let start = self.place.at;
        let rest = &self.bytes[start..];
        // Most are short and of decimal digits only.
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let behind = rest.get(digits).copied().unwrap_or(END);
        let is_plain = CLASSES[usize::from(behind)] != Class::Word && behind != b'.';
        if is_plain && (rest[0] != b'0' || digits == 1) {
            return self.note(token, Kind::Number, start + digits);
        }
        match self.number_length(rest) {
            Some((length, name)) if self.number_ends(&rest[length..], name) => {
                self.note(token, Kind::Number, start + length);
            }
            _ => refuse(token),
        }
    }

    /// How long a number is, and what CPython calls it.
    fn number_length(&self, bytes: &[u8]) -> Option<(usize, &'static str)> {
        let (radix, name) = match bytes {
            [b'0', b'x' | b'X', ..] => (16, "hexadecimal"),
            [b'0', b'o' | b'O', ..] => (8, "octal"),
            [b'0', b'b' | b'B', ..] => (2, "binary"),
            _ => return decimal_length(bytes),
        };
        let mut at = 2;
        loop {
            at += usize::from(bytes.get(at) == Some(&b'_'));
            let digits = bytes[at..].iter().take_while(|byte| char::from(**byte).is_digit(radix)).count();
            at += digits;
            match bytes.get(at) {
                _ if digits == 0 => return None,
                Some(b'_') => {}
                Some(b'0'..=b'9') => return None,
                _ => return Some((at, name)),
            }
        }
    }

    /// Whether a number may end before this: it must not run into a name, certain keywords excepted.
    fn number_ends(&mut self, rest: &[u8], name: &str) -> bool {
        let is_part = |byte: &u8| matches!(CLASSES[usize::from(*byte)], Class::Word | Class::Digit | Class::Wide);
        let follows = |word: &&[u8]| rest.starts_with(word) && !rest.get(word.len()).is_some_and(is_part);
        let words: [&[u8]; 5] = [b"and", b"else", b"for", b"or", b"not"];
        let prefixes: [&[u8]; 3] = [b"if", b"in", b"is"];
        if words.iter().any(follows) || prefixes.iter().any(|word| rest.starts_with(word)) {
            let (message, line) = (format!("invalid {name} literal"), self.place.line);
            self.warnings.push(Warning { kind: WarningKind::SyntaxWarning, message, line });
            return true;
        }
        // A character that is not ASCII is another token, and then a syntax error.
        !rest.first().is_some_and(|byte| matches!(CLASSES[usize::from(*byte)], Class::Word | Class::Digit))
    }
}

/// Notes what no rule takes: nobody asks where it is.
fn refuse(token: &mut Token) {
    token.kind = Kind::Error;
}

/// Whether a word before a quote belongs to the string.
fn is_prefix(word: &[u8]) -> bool {
    match word {
        [single] => matches!(single | 0x20, b'b' | b'f' | b'r' | b'u'),
        [first, second] => matches!((first | 0x20, second | 0x20), (b'b' | b'f', b'r') | (b'r', b'b' | b'f')),
        _ => false,
    }
}

/// How many bytes are digits with single underscores between them. None if an underscore has no digit behind it.
fn digits(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        match bytes[at..] {
            [b'_', next, ..] if at > 0 && next.is_ascii_digit() => at += 1,
            [b'_', ..] if at > 0 => return None,
            _ => return Some(at),
        }
    }
}

fn decimal_length(bytes: &[u8]) -> Option<(usize, &'static str)> {
    let whole = digits(bytes)?;
    let mut at = whole;
    let mut is_whole = true;
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        at += if bytes.get(at).is_some_and(u8::is_ascii_digit) { digits(&bytes[at..])? } else { 0 };
        is_whole = false;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        if bytes.get(at + 1 + sign).is_some_and(u8::is_ascii_digit) {
            at += 1 + sign;
            at += digits(&bytes[at..])?;
            is_whole = false;
        } else if sign == 1 {
            return None;
        }
    }
    if let Some(b'j' | b'J') = bytes.get(at) {
        return Some((at + 1, "imaginary"));
    }
    let leads_with_zero = bytes[0] == b'0' && bytes[..whole].iter().any(|byte| matches!(byte, b'1'..=b'9'));
    (!is_whole || !leads_with_zero).then_some((at, "decimal"))
}
