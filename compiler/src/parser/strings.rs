//! String literals: those that stand side by side are one.

use quicken_bytecode::{Constant, PyString};

use super::token::{Kind, Token};
use super::{Node, Parse, Parser, Refused};
use crate::ast::*;
use crate::error::{Warning, WarningKind};
use crate::syntax::{character_of_name, doubtful_escape};

/// A string's token, and what its prefix says.
#[derive(Clone, Copy)]
pub(super) struct Literal {
    pub(super) token: Token,
    pub(super) is_raw: bool,
    pub(super) is_bytes: bool,
    pub(super) is_formatted: bool,
    /// Offsets between the quotes.
    pub(super) start: usize,
    pub(super) end: usize,
}

impl<'a, 's> Parser<'a, 's> {
    /// The next token, a string, taken apart.
    fn literal_of(&self, token: Token) -> Literal {
        let bytes = &self.tokens.bytes[token.start as usize..token.end as usize];
        let (prefix, rest) = bytes.split_at(usize::from(token.prefix));
        let width = if rest.len() >= 6 && rest[1] == rest[0] && rest[2] == rest[0] { 3 } else { 1 };
        let has = |letter: u8| prefix.iter().any(|byte| byte | 0x20 == letter);
        Literal {
            token,
            is_raw: has(b'r'),
            is_bytes: has(b'b'),
            is_formatted: has(b'f'),
            start: token.start as usize + prefix.len() + width,
            end: token.end as usize - width,
        }
    }

    /// Literals that stand side by side.
    pub(super) fn strings(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        let first = self.literal_of(self.token);
        // CPython marks what begins with `u`, and looks at the first literal only.
        let u_prefix = self.tokens.bytes[first.token.start as usize] == b'u';
        self.advance();
        if self.token.kind != Kind::String && !first.is_formatted {
            let content = &self.tokens.text[first.start..first.end];
            let value = match first.is_raw || !first.token.has_escape {
                true if first.is_bytes && !content.is_ascii() => return Err(Refused),
                true if first.is_bytes => Constant::Bytes(content.as_bytes().into()),
                true => {
                    let value = self.constants.add_str(content);
                    return Ok(self.node(ExprKind::Constant { value, u_prefix }, from));
                }
                false => {
                    self.text.clear();
                    self.plain(&first)?;
                    self.collected(first.is_bytes)?
                }
            };
            let value = self.constants.add(value);
            return Ok(self.node(ExprKind::Constant { value, u_prefix }, from));
        }
        let mut literals = vec![first];
        while self.token.kind == Kind::String {
            literals.push(self.literal_of(self.token));
            self.advance();
        }
        if literals.iter().any(|literal| literal.is_bytes != first.is_bytes) {
            return Err(Refused);
        }
        if literals.iter().any(|literal| literal.is_formatted) {
            return self.joined(&literals, u_prefix, from);
        }
        self.text.clear();
        for literal in &literals {
            self.plain(literal)?;
        }
        let value = self.collected(first.is_bytes)?;
        let value = self.constants.add(value);
        Ok(self.node(ExprKind::Constant { value, u_prefix }, from))
    }

    /// The constant of the text that was collected, which is used up.
    fn collected(&mut self, is_bytes: bool) -> Parse<Constant> {
        let value = match is_bytes {
            true => Some(Constant::Bytes(self.text.as_slice().into())),
            false => PyString::from_bytes(&self.text).map(Constant::Str),
        };
        self.text.clear();
        value.ok_or(Refused)
    }

    /// Adds what a literal without replacement fields stands for.
    pub(super) fn plain(&mut self, literal: &Literal) -> Parse<()> {
        let content = &self.tokens.text[literal.start..literal.end];
        if literal.is_bytes && !content.is_ascii() {
            return Err(Refused);
        }
        self.piece(content, literal)
    }

    /// Adds a piece of a literal, which is decoded for itself.
    pub(super) fn piece(&mut self, content: &'s str, literal: &Literal) -> Parse<()> {
        if literal.is_raw || !literal.token.has_escape {
            self.text.extend_from_slice(content.as_bytes());
            return Ok(());
        }
        if !decode(content, literal.is_bytes, &mut self.text)?
            && let Some(message) = doubtful_escape(content, literal.is_bytes)
        {
            self.warn(message, literal);
        }
        Ok(())
    }

    /// A warning about a literal is about the line where it starts.
    pub(super) fn warn(&mut self, message: String, literal: &Literal) {
        let kind = WarningKind::DeprecationWarning;
        self.tokens.warnings.push(Warning { kind, message, line: literal.token.from.0 });
    }
}

/// Decodes the escapes of a literal. Whether there is nothing that CPython might warn about.
fn decode(content: &str, is_bytes: bool, out: &mut Vec<u8>) -> Parse<bool> {
    let mut is_fine = true;
    let mut rest = content;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let Some(kind) = rest.as_bytes().get(at + 1).copied() else {
            // A brace of an f-string ends a piece anywhere.
            out.push(b'\\');
            return Ok(is_fine);
        };
        if !kind.is_ascii() {
            out.push(b'\\');
            rest = &rest[at + 1..];
            continue;
        }
        rest = &rest[at + 2..];
        match kind {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(kind),
            b'a' => out.push(7),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'v' => out.push(11),
            b'0'..=b'7' => {
                let more = rest.bytes().take(2).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
                let digits = rest.bytes().take(more);
                let value = digits.fold(u32::from(kind - b'0'), |value, digit| value << 3 | u32::from(digit - b'0'));
                is_fine &= value <= 0o377;
                rest = &rest[more..];
                if is_bytes { out.push(value as u8) } else { push(value, out)? }
            }
            b'x' => {
                let value = hexadecimal(&mut rest, 2)?;
                if is_bytes { out.push(value as u8) } else { push(value, out)? }
            }
            b'u' if !is_bytes => push(hexadecimal(&mut rest, 4)?, out)?,
            b'U' if !is_bytes => push(hexadecimal(&mut rest, 8)?, out)?,
            b'N' if !is_bytes => {
                let (name, behind) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).ok_or(Refused)?;
                push(u32::from(character_of_name(name).ok_or(Refused)?), out)?;
                rest = behind;
            }
            _ => {
                is_fine = false;
                out.extend_from_slice(&[b'\\', kind]);
            }
        }
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(is_fine)
}

fn hexadecimal(rest: &mut &str, digits: usize) -> Parse<u32> {
    let text = rest.get(..digits).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit())).ok_or(Refused)?;
    *rest = &rest[digits..];
    u32::from_str_radix(text, 16).map_err(|_| Refused)
}

/// Adds a code point, in UTF-8 extended to surrogates.
fn push(code_point: u32, out: &mut Vec<u8>) -> Parse<()> {
    match char::from_u32(code_point) {
        Some(character) => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        None => {
            let surrogate = PyString::from_code_points([code_point]).ok_or(Refused)?;
            out.extend_from_slice(surrogate.as_bytes());
        }
    }
    Ok(())
}
