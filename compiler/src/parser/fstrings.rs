//! f-strings.
//!
//! CPython 3.11 looks for replacement fields in the finished token of a string, and parses the text of each as a source of its own, in
//! parentheses. So the nodes have places of their own kind: a piece of text or a field spans the whole (concatenated) literal, a
//! format specification its own token, and a tuple in a field the parentheses that are not there.

use bumpalo::collections::Vec as BumpVec;
use quicken_bytecode::{Constant, PyString};

use super::strings::Literal;
use super::token::Kind;
use super::tokenizer::Place;
use super::{Node, Parse, Parser, Refused};
use crate::ast::*;

/// Brackets that may be open in an expression (CPython's `MAXLEVEL`).
const MAX_BRACKETS: usize = 200;

/// An f-string as far as it has been read.
struct Joined<'a> {
    values: BumpVec<'a, Expr<'a>>,
    u_prefix: bool,
}

/// A place in a literal, with its line.
#[derive(Clone, Copy)]
struct Cursor {
    at: usize,
    line: i32,
    line_start: usize,
}

impl<'a, 's> Parser<'a, 's> {
    /// Literals of which one has a prefix `f` at least. All of them have been read.
    pub(super) fn joined(&mut self, literals: &[Literal], u_prefix: bool, from: (i32, i32)) -> Parse<Node<'a>> {
        let whole = self.loc(from);
        let mut joined = Joined { values: BumpVec::new_in(self.arena), u_prefix };
        // An f-string in a field collects text, too.
        let outside = std::mem::take(&mut self.text);
        for literal in literals {
            if literal.is_formatted {
                let (line, column) = literal.token.from;
                let at = literal.token.start as usize;
                let mut cursor = Cursor { at, line, line_start: at - column as usize };
                let end = self.fields(literal, literal.start, 0, whole, &mut cursor, &mut joined)?;
                if end < literal.end {
                    return Err(Refused);
                }
            } else {
                self.plain(literal)?;
            }
        }
        self.flush(&mut joined, whole)?;
        self.text = outside;
        Ok(self.node(ExprKind::JoinedStr { values: joined.values.into_bump_slice_mut() }, from))
    }

    /// Makes a constant of the text collected so far.
    fn flush(&mut self, joined: &mut Joined<'a>, loc: Loc) -> Parse<()> {
        if !self.text.is_empty() {
            let text = PyString::from_bytes(&self.text).ok_or(Refused)?;
            let value = self.constants.add(Constant::Str(text));
            let kind = ExprKind::Constant { value, u_prefix: joined.u_prefix };
            joined.values.push(Expr { kind, loc });
            self.text.clear();
        }
        Ok(())
    }

    /// Text and fields in turn, from an offset on; `level` counts the format specifications around. Gives the end.
    fn fields(
        &mut self,
        literal: &Literal,
        mut at: usize,
        level: usize,
        whole: Loc,
        cursor: &mut Cursor,
        joined: &mut Joined<'a>,
    ) -> Parse<usize> {
        loop {
            let (end, goes_on) = self.text_between(literal, at, level)?;
            at = end;
            if goes_on {
                continue;
            }
            if at >= literal.end || self.tokens.bytes[at] == b'}' {
                return Ok(at);
            }
            at = self.field(literal, at, level, whole, cursor, joined)?;
        }
    }

    /// Text up to a brace: where it ends, and whether more text follows (behind a doubled brace).
    fn text_between(&mut self, literal: &Literal, start: usize, level: usize) -> Parse<(usize, bool)> {
        let text: &'s str = self.tokens.text;
        let bytes = &text.as_bytes()[..literal.end];
        let mut at = start;
        let mut doubled = false;
        let mut escaped = false;
        while let Some(found) = memchr::memchr3(b'{', b'}', b'\\', &bytes[at..]) {
            at += found + 1;
            let mut byte = bytes[at - 1];
            if byte == b'\\' {
                if literal.is_raw || at == bytes.len() {
                    continue;
                }
                byte = bytes[at];
                at += 1;
                if byte == b'N' {
                    // The braces of a named character; if there are none, that is found when the text is decoded.
                    if bytes.get(at) == Some(&b'{') {
                        at = memchr::memchr(b'}', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1);
                    } else if at < bytes.len() {
                        at += 1;
                    }
                    continue;
                }
                escaped = byte == b'{';
            }
            if byte != b'{' && byte != b'}' {
                continue;
            }
            if level == 0 && bytes.get(at) == Some(&byte) {
                doubled = true;
                break;
            }
            if level == 0 && byte == b'}' {
                return Err(Refused);
            }
            at -= 1;
            break;
        }
        let is_at_brace = doubled || bytes.get(at).is_some_and(|byte| matches!(byte, b'{' | b'}'));
        let end = if is_at_brace { at } else { bytes.len() };
        if escaped {
            self.warn("invalid escape sequence '\\{'".to_owned(), literal);
        }
        // A backslash may have been followed by a part of a character.
        self.piece(text.get(start..end).ok_or(Refused)?, literal)?;
        Ok(if doubled { (end + 1, true) } else { (end, false) })
    }

    /// A replacement field, from its brace on. Gives the offset behind it.
    fn field(
        &mut self,
        literal: &Literal,
        brace: usize,
        level: usize,
        whole: Loc,
        cursor: &mut Cursor,
        joined: &mut Joined<'a>,
    ) -> Parse<usize> {
        if level >= 2 {
            return Err(Refused);
        }
        self.enter()?;
        let text: &'s str = self.tokens.text;
        let bytes = &text.as_bytes()[..literal.end];
        let byte = |at: usize| bytes.get(at).copied().ok_or(Refused);
        let end = end_of_expression(bytes, brace + 1)?;
        let mut at = end;
        let is_debug = byte(at)? == b'=';
        if is_debug {
            at += 1;
            while byte(at)?.is_ascii_whitespace() || byte(at)? == b'\x0b' {
                at += 1;
            }
            self.text.extend_from_slice(&bytes[brace + 1..at]);
        }
        self.flush(joined, whole)?;
        let mut conversion = Conversion::None;
        if byte(at)? == b'!' {
            conversion = match byte(at + 1)? {
                b's' => Conversion::Str,
                b'r' => Conversion::Repr,
                b'a' => Conversion::Ascii,
                _ => return Err(Refused),
            };
            at += 2;
        }
        let has_format = byte(at)? == b':';
        if is_debug && !has_format && conversion == Conversion::None {
            conversion = Conversion::Repr;
        }
        if !has_format && byte(at)? != b'}' {
            return Err(Refused);
        }
        let behind = at + 1;
        let value = self.expression_of_field(literal, brace, end, cursor)?;
        let mut format_spec = None;
        let mut close = at;
        if has_format {
            let (start, end) = (literal.token.from, literal.token.to);
            let loc = Loc { lineno: start.0, col_offset: start.1, end_lineno: end.0, end_col_offset: end.1 };
            let mut inner = Joined { values: BumpVec::new_in(self.arena), u_prefix: joined.u_prefix };
            close = self.fields(literal, behind, level + 1, whole, cursor, &mut inner)?;
            // To the text behind the last field the literal itself is the first one, and that has no `u`.
            inner.u_prefix = false;
            self.flush(&mut inner, loc)?;
            let kind = ExprKind::JoinedStr { values: inner.values.into_bump_slice_mut() };
            format_spec = Some(self.arena.alloc(Expr { kind, loc }));
        }
        if close >= literal.end || self.tokens.bytes[close] != b'}' {
            return Err(Refused);
        }
        let kind = ExprKind::FormattedValue { value, conversion, format_spec };
        joined.values.push(Expr { kind, loc: whole });
        self.leave();
        Ok(close + 1)
    }

    /// Parses the text between a brace and the end of the expression.
    fn expression_of_field(
        &mut self,
        literal: &Literal,
        brace: usize,
        end: usize,
        cursor: &mut Cursor,
    ) -> Parse<Node<'a>> {
        let text: &'s str = self.tokens.text;
        let inside = &text[brace + 1..end];
        for newline in memchr::memchr_iter(b'\n', &text.as_bytes()[cursor.at..brace]) {
            cursor.line += 1;
            cursor.line_start = cursor.at + newline + 1;
        }
        cursor.at = brace;
        // What stands around is put aside.
        let (token, previous) = (self.token, self.end);
        let (place, bytes) = (self.tokens.place, self.tokens.bytes);
        self.tokens.bytes = &self.tokens.bytes[..end];
        self.tokens.place = Place::inside(brace + 1, cursor.line, cursor.line_start, 1);
        self.tokens.next(&mut self.token);
        let (value, includes_parentheses) = self.in_parentheses()?;
        if self.token.kind != Kind::End {
            return Err(Refused);
        }
        if includes_parentheses {
            let mut start = (cursor.line, (brace - cursor.line_start) as i32);
            // CPython forgets where in the line it is if the brace ends the line.
            if inside.trim_start_matches([' ', '\t', '\x0c']).starts_with('\n') {
                start.1 = if literal.token.from.0 == start.0 { literal.token.from.1 } else { 0 };
            }
            let last = self.tokens.place;
            let end_col_offset = (end - last.line_start) as i32 + 1;
            value.loc = Loc { lineno: start.0, col_offset: start.1, end_lineno: last.line, end_col_offset };
        }
        (self.token, self.end) = (token, previous);
        (self.tokens.place, self.tokens.bytes) = (place, bytes);
        Ok(value)
    }
}

/// Where the text of an expression ends: only brackets and quotes are looked at.
fn end_of_expression(bytes: &[u8], start: usize) -> Parse<usize> {
    let mut at = start;
    // The quote of the string that is open, and how many end it.
    let mut quote: Option<(u8, usize)> = None;
    let mut open: Vec<u8> = Vec::new();
    while let Some(&byte) = bytes.get(at) {
        let tripled = || bytes.get(at + 1) == Some(&byte) && bytes.get(at + 2) == Some(&byte);
        if let Some((character, width)) = quote {
            if byte == b'\\' {
                return Err(Refused);
            }
            if byte == character && (width == 1 || tripled()) {
                at += width - 1;
                quote = None;
            }
            at += 1;
            continue;
        }
        match byte {
            b'\\' | b'#' => return Err(Refused),
            b'\'' | b'"' => {
                let width = if tripled() { 3 } else { 1 };
                at += width - 1;
                quote = Some((byte, width));
            }
            b'[' | b'{' | b'(' if open.len() >= MAX_BRACKETS => return Err(Refused),
            b'[' => open.push(b']'),
            b'{' => open.push(b'}'),
            b'(' => open.push(b')'),
            b'!' | b':' | b'}' | b'=' | b'>' | b'<' if open.is_empty() => {
                if matches!(byte, b'!' | b'=' | b'<' | b'>') && bytes.get(at + 1) == Some(&b'=') {
                    at += 1;
                } else if !matches!(byte, b'<' | b'>') {
                    break;
                }
            }
            b']' | b'}' | b')' if open.pop() != Some(byte) => return Err(Refused),
            _ => {}
        }
        at += 1;
    }
    if quote.is_some() || !open.is_empty() { Err(Refused) } else { Ok(at) }
}
