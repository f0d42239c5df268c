//! String literals: escapes, and the replacement fields of f-strings.
//!
//! CPython 3.11 looks for the fields of an f-string itself, when it has the string's token, and parses each expression as a source of
//! its own, in parentheses. So what is wrong in an f-string is reported as soon as the parser reads the string, at the token behind it, and
//! what is wrong in an expression is reported in the expression's own line.

use crate::error::{Warning, WarningKind};

use super::grammar::NodeKind;
use super::parser::{NodeId, Parser, Start, Step, Token};

/// Brackets that may be open in an expression (CPython's `MAXLEVEL`).
const MAX_BRACKETS: usize = 200;

/// A literal: its token, and what is between the quotes.
#[derive(Clone, Copy)]
struct Literal<'t> {
    token: Token,
    text: &'t str,
    raw: bool,
    /// Where the content starts and ends in the token's text.
    start: usize,
    end: usize,
}

impl<'t> Parser<'t> {
    /// Checks the literals from a token to the mark: strings that stand side by side are one.
    pub(super) fn strings(&mut self, first: usize) -> Step<NodeId> {
        let tokens = self.tokens[first..self.mark].to_vec();
        let mut bytes = None;
        let mut joined = false;
        for token in tokens {
            let text = self.text(&token);
            let quote = text.find(['\'', '"']).unwrap_or(0);
            let prefix = text[..quote].to_ascii_lowercase();
            let width = if text.len() >= quote + 6
                && (text[quote..].starts_with("\"\"\"") || text[quote..].starts_with("'''"))
            {
                3
            } else {
                1
            };
            let (start, end) = (quote + width, text.len() - width);
            let raw = prefix.contains('r');
            let literal = Literal { token, text, raw, start, end };
            let is_bytes = prefix.contains('b');
            let formatted = prefix.contains('f');
            if !formatted {
                self.check_literal(&literal, is_bytes)?;
            }
            if bytes.is_some_and(|bytes| bytes != is_bytes) {
                return self.raise("cannot mix bytes and nonbytes literals");
            }
            bytes = Some(is_bytes);
            if formatted {
                joined = true;
                self.fields(&literal, start, 0)?;
            }
        }
        Ok(self.node(if joined { NodeKind::JoinedStr } else { NodeKind::String }, first, &[]))
    }

    fn check_literal(&mut self, literal: &Literal<'t>, is_bytes: bool) -> Step<()> {
        let content = &literal.text[literal.start..literal.end];
        if is_bytes && !content.is_ascii() {
            return Err(self.error_at(literal.token.place, "bytes can only contain ASCII literal characters"));
        }
        if literal.raw { Ok(()) } else { self.check_escapes(content, is_bytes, literal.token.place.line) }
    }

    fn check_escapes(&mut self, content: &str, is_bytes: bool, line: i32) -> Step<()> {
        if let Some(message) = bad_escape(content, is_bytes) {
            return self.raise(message);
        }
        if let Some(message) = doubtful_escape(content, is_bytes) {
            self.warn(message, line);
        }
        Ok(())
    }

    /// A warning about an escape; the second pass is silent.
    fn warn(&mut self, message: String, line: i32) {
        if !self.second_pass {
            self.tokenizer.warnings.push(Warning { kind: WarningKind::DeprecationWarning, message, line });
        }
    }

    /// Text and fields in turn, from an offset on; `level` counts the format specifications around. Gives the end.
    fn fields(&mut self, literal: &Literal<'t>, mut at: usize, level: usize) -> Step<usize> {
        let bytes = literal.text.as_bytes();
        loop {
            let (end, goes_on) = self.text_between(literal, at, level)?;
            at = end;
            if goes_on {
                continue;
            }
            if at >= literal.end || bytes[at] == b'}' {
                break;
            }
            at = self.field(literal, at, level)?;
        }
        if level == 0 && at + 1 < literal.end {
            return self.raise("f-string: unexpected end of string");
        }
        if level != 0 && bytes[at] != b'}' {
            return self.raise("f-string: expecting '}'");
        }
        Ok(at)
    }

    /// Text up to a brace: where it ends, and whether more text follows (behind a doubled brace).
    fn text_between(&mut self, literal: &Literal<'t>, start: usize, level: usize) -> Step<(usize, bool)> {
        let bytes = literal.text.as_bytes();
        let mut at = start;
        let mut doubled = false;
        while at < literal.end {
            let mut byte = bytes[at];
            at += 1;
            if !literal.raw && byte == b'\\' && at < literal.end {
                byte = bytes[at];
                at += 1;
                if byte == b'N' {
                    // The braces of a named character; if there are none, that is found when the text is decoded.
                    if at < literal.end {
                        at += 1;
                        if bytes[at - 1] == b'{' {
                            while at < literal.end {
                                at += 1;
                                if bytes[at - 1] == b'}' {
                                    break;
                                }
                            }
                        }
                    }
                    continue;
                }
                if byte == b'{' {
                    self.warn(invalid_escape('{'), literal.token.place.line);
                }
            }
            if byte == b'{' || byte == b'}' {
                if level == 0 {
                    if at < literal.end && bytes[at] == byte {
                        doubled = true;
                        break;
                    }
                    if byte == b'}' {
                        return self.raise("f-string: single '}' is not allowed");
                    }
                }
                at -= 1;
                break;
            }
        }
        if !literal.raw {
            let content = literal.text.get(start..at).unwrap_or_default();
            self.check_escapes(content, false, literal.token.place.line)?;
        }
        Ok(if doubled { (at + 1, true) } else { (at, false) })
    }

    /// A replacement field, from its brace on. Gives the offset behind it.
    fn field(&mut self, literal: &Literal<'t>, brace: usize, level: usize) -> Step<usize> {
        const EXPECTING: &str = "f-string: expecting '}'";
        let bytes = literal.text.as_bytes();
        if level >= 2 {
            return self.raise("f-string: expressions nested too deeply");
        }
        let mut at = self.end_of_expression(literal, brace + 1)?;
        if at >= literal.end {
            return self.raise(EXPECTING);
        }
        self.expression(literal, brace, at)?;
        if bytes[at] == b'=' {
            at += 1;
            while bytes[at].is_ascii_whitespace() || bytes[at] == b'\x0b' {
                at += 1;
            }
            if at >= literal.end {
                return self.raise(EXPECTING);
            }
        }
        if bytes[at] == b'!' {
            at += 1;
            if at >= literal.end {
                return self.raise(EXPECTING);
            }
            at += 1;
            if !matches!(bytes[at - 1], b's' | b'r' | b'a') {
                return self.raise("f-string: invalid conversion character: expected 's', 'r', or 'a'");
            }
        }
        if at >= literal.end {
            return self.raise(EXPECTING);
        }
        if bytes[at] == b':' {
            at += 1;
            if at >= literal.end {
                return self.raise(EXPECTING);
            }
            at = self.fields(literal, at, level + 1)?;
        }
        if at >= literal.end || bytes[at] != b'}' {
            return self.raise(EXPECTING);
        }
        Ok(at + 1)
    }

    /// Where the text of an expression ends: only brackets and quotes are looked at.
    fn end_of_expression(&mut self, literal: &Literal<'t>, start: usize) -> Step<usize> {
        let bytes = &literal.text.as_bytes()[..literal.end];
        let mut at = start;
        // The quote of the string that is open, and how many end it.
        let mut quote: Option<(u8, usize)> = None;
        let mut open: Vec<u8> = Vec::new();
        while let Some(&byte) = bytes.get(at) {
            let tripled = bytes.get(at + 1) == Some(&byte) && bytes.get(at + 2) == Some(&byte);
            if byte == b'\\' {
                return self.raise("f-string expression part cannot include a backslash");
            }
            if let Some((character, width)) = quote {
                if byte == character && (width == 1 || tripled) {
                    at += width - 1;
                    quote = None;
                }
                at += 1;
                continue;
            }
            match byte {
                b'\'' | b'"' => {
                    let width = if tripled { 3 } else { 1 };
                    at += width - 1;
                    quote = Some((byte, width));
                }
                b'[' | b'{' | b'(' => {
                    if open.len() >= MAX_BRACKETS {
                        return self.raise("f-string: too many nested parenthesis");
                    }
                    open.push(byte);
                }
                b'#' => return self.raise("f-string expression part cannot include '#'"),
                b'!' | b':' | b'}' | b'=' | b'>' | b'<' if open.is_empty() => {
                    if matches!(byte, b'!' | b'=' | b'<' | b'>') && bytes.get(at + 1) == Some(&b'=') {
                        at += 1;
                    } else if !matches!(byte, b'<' | b'>') {
                        break;
                    }
                }
                b']' | b'}' | b')' => self.close(byte, open.pop())?,
                _ => {}
            }
            at += 1;
        }
        if quote.is_some() {
            return self.raise("f-string: unterminated string");
        }
        if let Some(bracket) = open.last() {
            return self.raise(format!("f-string: unmatched '{}'", char::from(*bracket)));
        }
        Ok(at)
    }

    fn close(&mut self, closing: u8, opening: Option<u8>) -> Step<()> {
        let closing = char::from(closing);
        match opening.map(char::from) {
            None => self.raise(format!("f-string: unmatched '{closing}'")),
            Some(opening) if matches!((opening, closing), ('(', ')') | ('[', ']') | ('{', '}')) => Ok(()),
            Some(opening) => self.raise(format!(
                "f-string: closing parenthesis '{closing}' does not match opening parenthesis '{opening}'"
            )),
        }
    }

    /// Parses the expression between a brace and its end.
    fn expression(&mut self, literal: &Literal<'t>, brace: usize, end: usize) -> Step<()> {
        let expression = &literal.text[brace + 1..end];
        if expression.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\x0c')) {
            let message = match literal.text.as_bytes()[end] {
                byte @ (b'!' | b':' | b'=') => {
                    format!("f-string: expression required before '{}'", char::from(byte))
                }
                _ => "f-string: empty expression not allowed".to_owned(),
            };
            return self.raise(message);
        }
        let before = &literal.text[..brace];
        let lines = before.matches('\n').count() as i32;
        // A newline behind the brace makes CPython forget the column.
        let newline_follows =
            literal.text[brace + 1..].trim_start_matches([' ', '\t', '\x0c']).starts_with(['\n', '}']);
        let columns = match before.rfind('\n') {
            _ if newline_follows => 0,
            Some(newline) => brace - newline - 1,
            None => brace,
        } as i64;
        let column = if lines != 0 { columns } else { literal.token.place.column + columns };
        let text = format!("({expression})\n");
        let mut parser = Parser::new(&text, self.filename, Start::FString, (literal.token.place.line + lines, column));
        let result = parser.run();
        self.tokenizer.warnings.append(&mut parser.tokenizer.warnings);
        result.map(drop)
    }
}

/// CPython's warning about a literal's content: about the first escape in it that stands for nothing.
pub(crate) fn doubtful_escape(content: &str, is_bytes: bool) -> Option<String> {
    let mut rest = content;
    while let Some(at) = rest.find('\\') {
        rest = &rest[at + 1..];
        let character = rest.chars().next()?;
        if let '4'..='7' = character {
            let digits = rest.bytes().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
            if digits == 3 {
                return Some(format!("invalid octal escape sequence '\\{}'", &rest[..3]));
            }
        }
        rest = &rest[character.len_utf8()..];
        let known = match character {
            '\n' | '\\' | '\'' | '"' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | 'x' | '0'..='7' => true,
            'u' | 'U' | 'N' => !is_bytes,
            // CPython escapes a character that is not ASCII first, and the backslash before it as well.
            _ => !character.is_ascii(),
        };
        if !known {
            return Some(invalid_escape(character));
        }
    }
    None
}

fn invalid_escape(character: char) -> String {
    format!("invalid escape sequence '\\{character}'")
}

/// CPython's message about the first escape that it cannot decode.
fn bad_escape(content: &str, is_bytes: bool) -> Option<String> {
    let mut position = 0;
    let mut rest = content;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        let start = position;
        // CPython writes characters that are not ASCII as escapes of ten characters first.
        position += if character.is_ascii() || is_bytes { 1 } else { 10 };
        if character != '\\' {
            continue;
        }
        let Some(kind) = rest.chars().next() else { break };
        if !kind.is_ascii() {
            // The backslash is written as an escape as well.
            position += 5;
            continue;
        }
        rest = &rest[1..];
        position += 1;
        let digits = match kind {
            'x' => 2,
            'u' if !is_bytes => 4,
            'U' if !is_bytes => 8,
            'N' if !is_bytes => 0,
            _ => continue,
        };
        if kind == 'N' {
            match named_character(rest) {
                Ok(length) => {
                    position += length;
                    rest = &rest[length..];
                }
                Err((length, problem)) => {
                    let end = position + length - 1;
                    return Some(unicode_error(start, end, problem));
                }
            }
            continue;
        }
        let found = rest.bytes().take(digits).take_while(u8::is_ascii_hexdigit).count();
        if found < digits {
            if is_bytes {
                return Some(format!("(value error) invalid \\x escape at position {start}"));
            }
            let shape = match kind {
                'x' => "truncated \\xXX escape",
                'u' => "truncated \\uXXXX escape",
                _ => "truncated \\UXXXXXXXX escape",
            };
            return Some(unicode_error(start, position + found - 1, shape));
        }
        if kind == 'U' && u32::from_str_radix(&rest[..8], 16).is_ok_and(|value| value > 0x10_FFFF) {
            return Some(unicode_error(start, position + 7, "illegal Unicode character"));
        }
        rest = &rest[digits..];
        position += digits;
    }
    None
}

fn unicode_error(start: usize, end: usize, problem: &str) -> String {
    format!("(unicode error) 'unicodeescape' codec can't decode bytes in position {start}-{end}: {problem}")
}

/// The length of the braces and the name behind `\N`; or how much of it is wrong, and why.
fn named_character(rest: &str) -> Result<usize, (usize, &'static str)> {
    const MALFORMED: &str = "malformed \\N character escape";
    let Some(name) = rest.strip_prefix('{') else { return Err((0, MALFORMED)) };
    let Some(end) = name.find('}').filter(|end| *end > 0) else {
        let end = if name.starts_with('}') { 1 } else { characters_as_escapes(name) + 1 };
        return Err((end, MALFORMED));
    };
    let name = &name[..end];
    match character_of_name(name) {
        Some(_) => Ok(end + 2),
        None => Err((characters_as_escapes(name) + 2, "unknown Unicode character name")),
    }
}

/// The character that a name stands for in `\N{name}`.
pub(crate) fn character_of_name(name: &str) -> Option<char> {
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ' || byte == b'-');
    if is_name { unicode_names2::character(name) } else { None }
}

/// How long a text is when characters that are not ASCII are written as escapes.
fn characters_as_escapes(text: &str) -> usize {
    text.chars().map(|character| if character.is_ascii() { 1 } else { 10 }).sum()
}
