//! String literals: concatenation, f-strings, lone surrogates, and warnings about escapes.
//!
//! CPython 3.11 parses f-strings apart from the grammar, so the nodes in them have places of their own kind: a piece of text or a
//! replacement field spans the whole (concatenated) literal, a format specification its own token.

use bumpalo::collections::Vec as BumpVec;
use quicken_bytecode::{Constant, PyString};
use ruff_python_ast as ruff;
use ruff_python_ast::StringFlags;
use ruff_text_size::{TextRange, TextSize};

use super::Lower;
use crate::ast::*;
use crate::error::{Result, Warning, WarningKind};
use crate::syntax::doubtful_escape;

impl<'a> Lower<'a, '_> {
    pub(super) fn string(&mut self, node: &ruff::ExprStringLiteral) -> Result<ExprKind<'a>> {
        let mut parts = node.value.iter();
        if let (Some(part), None) = (parts.next(), parts.next())
            && (part.flags.prefix().is_raw() || !self.has_escape(content(part.range, &part.flags)))
        {
            let value = Constant::str(&part.value);
            return Ok(self.string_node(value, node.range));
        }
        let mut text = Vec::new();
        for part in &node.value {
            self.literal(part, &mut text);
        }
        Ok(self.string_constant(&text, node.range))
    }

    pub(super) fn bytes(&mut self, node: &ruff::ExprBytesLiteral) -> Result<ExprKind<'a>> {
        let mut bytes = Vec::new();
        for part in &node.value {
            if !part.flags.prefix().is_raw() {
                let text = self.source.slice(content(part.range, &part.flags));
                self.warn_about_escapes(text, part.range, true);
            }
            bytes.extend_from_slice(&part.value);
        }
        Ok(self.constant(Constant::Bytes(bytes.into())))
    }

    pub(super) fn joined_str(&mut self, node: &ruff::ExprFString) -> Result<ExprKind<'a>> {
        let whole = self.source.loc(node.range);
        let mut joined = Joined { values: BumpVec::new_in(self.arena), text: Vec::new(), whole, range: node.range };
        for part in &node.value {
            match part {
                ruff::FStringPart::Literal(literal) => self.literal(literal, &mut joined.text),
                ruff::FStringPart::FString(string) => {
                    let raw = string.flags.prefix().is_raw();
                    self.elements(&string.elements, raw, string.range, 0, &mut joined)?;
                }
            }
        }
        self.flush(&mut joined, whole);
        Ok(ExprKind::JoinedStr { values: joined.values.into_bump_slice_mut() })
    }

    fn elements(
        &mut self,
        elements: &ruff::InterpolatedStringElements,
        raw: bool,
        token: TextRange,
        level: u32,
        joined: &mut Joined<'a>,
    ) -> Result<()> {
        for element in elements {
            match element {
                ruff::InterpolatedStringElement::Literal(literal) => {
                    if !raw {
                        self.warn_about_pieces(literal.range, token, level);
                    }
                    self.text(&literal.value, literal.range, raw, true, &mut joined.text);
                }
                ruff::InterpolatedStringElement::Interpolation(field) => {
                    self.field(field, raw, token, level, joined)?;
                }
            }
        }
        Ok(())
    }

    fn field(
        &mut self,
        field: &ruff::InterpolatedElement,
        raw: bool,
        token: TextRange,
        level: u32,
        joined: &mut Joined<'a>,
    ) -> Result<()> {
        if level >= 2 {
            return self.error(field.range, "f-string: expressions nested too deeply");
        }
        if field.expression.is_starred_expr() {
            return self.error(field.range, "f-string: cannot use starred expression here");
        }
        self.enter()?;
        if let Some(debug) = &field.debug_text {
            joined.text.extend_from_slice(debug.as_str().as_bytes());
        }
        self.flush(joined, joined.whole);
        let value = self.expr_ref(&field.expression)?;
        // CPython parses the text of the field in parentheses: they are a tuple's if it has none of its own.
        if let ruff::Expr::Tuple(tuple) = &*field.expression
            && !tuple.parenthesized
        {
            let (end_lineno, end_col_offset) = self.source.position(self.end_of_value(field, tuple.range));
            let mut open = self.source.loc(field.range);
            // It forgets where in the line it is if the brace ends the line.
            let inside = self.source.slice(TextRange::new(field.range.start() + TextSize::new(1), field.range.end()));
            if inside.trim_start_matches([' ', '\t', '\x0c']).starts_with('\n') {
                let (lineno, col_offset) = self.source.position(token.start());
                open.col_offset = if lineno == open.lineno { col_offset } else { 0 };
            }
            value.loc = Loc { end_lineno, end_col_offset: end_col_offset + 1, ..open };
        }
        let format_spec = match &field.format_spec {
            Some(spec) => {
                let mut inner = Joined {
                    values: BumpVec::new_in(self.arena),
                    text: Vec::new(),
                    whole: joined.whole,
                    range: joined.range,
                };
                self.elements(&spec.elements, raw, token, level + 1, &mut inner)?;
                let loc = self.source.loc(token);
                self.flush(&mut inner, loc);
                let kind = ExprKind::JoinedStr { values: inner.values.into_bump_slice_mut() };
                Some(&mut *self.arena.alloc(Expr { kind, loc }))
            }
            None => None,
        };
        let conversion = match field.conversion {
            ruff::ConversionFlag::None if field.debug_text.is_some() && format_spec.is_none() => Conversion::Repr,
            ruff::ConversionFlag::None => Conversion::None,
            ruff::ConversionFlag::Str => Conversion::Str,
            ruff::ConversionFlag::Ascii => Conversion::Ascii,
            ruff::ConversionFlag::Repr => Conversion::Repr,
        };
        let kind = ExprKind::FormattedValue { value, conversion, format_spec };
        joined.values.push(Expr { kind, loc: joined.whole });
        self.leave();
        Ok(())
    }

    /// Where the text of a field's value ends: before `=`, `!`, `:` or `}`.
    fn end_of_value(&self, field: &ruff::InterpolatedElement, value: TextRange) -> TextSize {
        let rest = &self.source.text[value.end().to_usize()..field.range.end().to_usize()];
        let end = rest.find(['=', '!', ':', '}']).unwrap_or(rest.len());
        value.end() + TextSize::new(end as u32)
    }

    /// Makes a constant of the text collected so far.
    fn flush(&mut self, joined: &mut Joined<'a>, loc: Loc) {
        if !joined.text.is_empty() {
            let kind = self.string_constant(&joined.text, joined.range);
            joined.values.push(Expr { kind, loc });
            joined.text.clear();
        }
    }

    fn string_constant(&mut self, text: &[u8], range: TextRange) -> ExprKind<'a> {
        let value = PyString::from_bytes(text).unwrap_or_default();
        self.string_node(Constant::Str(value), range)
    }

    fn string_node(&mut self, value: Constant, range: TextRange) -> ExprKind<'a> {
        let u_prefix = self.source.slice(range).starts_with('u');
        ExprKind::Constant { value: self.const_id(value), u_prefix }
    }

    fn has_escape(&self, content: TextRange) -> bool {
        memchr::memchr(b'\\', self.source.slice(content).as_bytes()).is_some()
    }

    fn literal(&mut self, part: &ruff::StringLiteral, out: &mut Vec<u8>) {
        let raw = part.flags.prefix().is_raw();
        let content = content(part.range, &part.flags);
        if raw || !self.has_escape(content) {
            out.extend_from_slice(part.value.as_bytes());
            return;
        }
        self.warn_about_escapes(self.source.slice(content), part.range, false);
        self.text(&part.value, content, raw, false, out);
    }

    /// Adds a piece of text. The parser writes U+FFFD for a lone surrogate: such a piece is decoded again.
    fn text(&self, value: &str, range: TextRange, raw: bool, braces: bool, out: &mut Vec<u8>) {
        if raw || !value.contains('\u{fffd}') {
            out.extend_from_slice(value.as_bytes());
        } else {
            decode_escapes(self.source.slice(range), braces, out);
        }
    }

    /// CPython decodes the text of an f-string piece by piece: a doubled brace ends one, a field does. A backslash before a brace is
    /// warned about when the brace is found.
    fn warn_about_pieces(&mut self, range: TextRange, token: TextRange, level: u32) {
        let text = self.source.slice(range);
        if !text.contains('\\') {
            return;
        }
        let bytes = text.as_bytes();
        let (mut start, mut at) = (0, 0);
        while at < bytes.len() {
            let mut byte = bytes[at];
            at += 1;
            if byte == b'\\' {
                // Behind the piece stands the brace that ended it.
                let behind = self.source.text.as_bytes().get(range.end().to_usize());
                byte = bytes.get(at).or(behind).copied().unwrap_or(b'{');
                if byte == b'N' && bytes.get(at + 1) == Some(&b'{') {
                    at += text[at..].find('}').map_or(1, |length| length + 1);
                    continue;
                }
                at += 1;
                if byte == b'{' {
                    self.warn_about_escape('{', token);
                }
            }
            if matches!(byte, b'{' | b'}') && level == 0 && bytes.get(at) == Some(&byte) {
                self.warn_about_escapes(text.get(start..at).unwrap_or_default(), token, false);
                at += 1;
                start = at;
            }
        }
        self.warn_about_escapes(text.get(start..).unwrap_or_default(), token, false);
    }

    /// CPython warns once per literal, about the first escape that it does not know.
    fn warn_about_escapes(&mut self, content: &str, token: TextRange, bytes: bool) {
        if let Some(message) = doubtful_escape(content, bytes) {
            self.warn(WarningKind::DeprecationWarning, message, token);
        }
    }

    fn warn_about_escape(&mut self, character: char, token: TextRange) {
        self.warn(WarningKind::DeprecationWarning, format!("invalid escape sequence '\\{character}'"), token);
    }

    /// A warning about the line where a token starts.
    pub(super) fn warn(&mut self, kind: WarningKind, message: String, token: TextRange) {
        let (line, _) = self.source.position(token.start());
        self.warnings.push(Warning { kind, message, line });
    }
}

/// An f-string as far as it has been read.
struct Joined<'a> {
    values: BumpVec<'a, Expr<'a>>,
    /// Text since the last replacement field: UTF-8 extended to surrogates.
    text: Vec<u8>,
    whole: Loc,
    range: TextRange,
}

fn content(range: TextRange, flags: &impl StringFlags) -> TextRange {
    range.add_start(flags.opener_len()).sub_end(flags.closer_len())
}

/// Decodes the escapes of a literal; `braces` says that doubled braces stand for single ones. The parser has checked the literal.
fn decode_escapes(text: &str, braces: bool, out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        if character != '\\' {
            push(u32::from(character), out);
            if braces && (character == '{' || character == '}') && rest.starts_with(character) {
                rest = &rest[1..];
            }
            continue;
        }
        let Some(escape) = rest.chars().next() else {
            out.push(b'\\');
            return;
        };
        rest = &rest[escape.len_utf8()..];
        let mut number = |digits: usize, radix: u32| {
            let length = rest.bytes().take(digits).take_while(|byte| char::from(*byte).is_digit(radix)).count();
            let value = u32::from_str_radix(&rest[..length], radix).unwrap_or(0);
            rest = &rest[length..];
            value
        };
        match escape {
            '\n' => {}
            '\\' | '\'' | '"' => out.push(escape as u8),
            'a' => out.push(7),
            'b' => out.push(8),
            'f' => out.push(12),
            'n' => out.push(b'\n'),
            'r' => out.push(b'\r'),
            't' => out.push(b'\t'),
            'v' => out.push(11),
            'x' => push(number(2, 16), out),
            'u' => push(number(4, 16), out),
            'U' => push(number(8, 16), out),
            'N' => {
                let end = rest.find('}').map_or(rest.len(), |end| end + 1);
                push(named(&rest[..end]), out);
                rest = &rest[end..];
            }
            '0'..='7' => {
                let length = rest.bytes().take(2).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
                let digits = &rest[..length];
                let high = escape as u32 - '0' as u32;
                push((high << (3 * length)) | u32::from_str_radix(digits, 8).unwrap_or(0), out);
                rest = &rest[length..];
            }
            other => {
                out.push(b'\\');
                push(u32::from(other), out);
            }
        }
    }
}

/// The character of a name in braces, asked of the parser.
fn named(name: &str) -> u32 {
    let parsed = ruff_python_parser::parse_expression(&format!("'\\N{name}'"));
    let character = parsed.ok().and_then(|parsed| match &*parsed.syntax().body {
        ruff::Expr::StringLiteral(literal) => literal.value.chars().next(),
        _ => None,
    });
    character.map_or(0xFFFD, u32::from)
}

fn push(code_point: u32, out: &mut Vec<u8>) {
    if let Some(text) = PyString::from_code_points([code_point]) {
        out.extend_from_slice(text.as_bytes());
    }
}
