//! Patterns of `case`.

use quicken_bytecode::Constant;

use super::token::{Kind, Token};
use super::{Node, Parse, Parser, Refused, list};
use crate::ast::*;

impl<'a> Parser<'a, '_> {
    /// `patterns`: one, or a sequence of several.
    pub(super) fn patterns(&mut self) -> Parse<Pattern<'a>> {
        let from = self.token.from;
        let first = self.maybe_star_pattern()?;
        match self.token.kind {
            Kind::Comma => {
                let patterns = self.sequence(first, Kind::Colon)?;
                Ok(self.pattern_node(PatternKind::MatchSequence(patterns), from))
            }
            _ if matches!(first.kind, PatternKind::MatchStar(_)) => Err(Refused),
            _ => Ok(first),
        }
    }

    fn pattern_node(&self, kind: PatternKind<'a>, from: (i32, i32)) -> Pattern<'a> {
        Pattern { kind, loc: self.loc(from) }
    }

    /// The patterns of a sequence, from the first on, up to what may follow a comma.
    fn sequence(&mut self, first: Pattern<'a>, close: Kind) -> Parse<&'a mut [Pattern<'a>]> {
        let mut patterns = vec![first];
        while self.accept(Kind::Comma) && self.token.kind != close && self.token.kind != Kind::If {
            patterns.push(self.maybe_star_pattern()?);
        }
        Ok(list(self.arena, &mut patterns, 0))
    }

    fn maybe_star_pattern(&mut self) -> Parse<Pattern<'a>> {
        let from = self.token.from;
        if !self.accept(Kind::Star) {
            return self.pattern();
        }
        let name = if self.is_word("_") { None } else { Some(self.capture()?) };
        if name.is_none() {
            self.advance();
        }
        Ok(self.pattern_node(PatternKind::MatchStar(name), from))
    }

    /// A name that is bound.
    fn capture(&mut self) -> Parse<Name<'a>> {
        if self.is_word("_") {
            return Err(Refused);
        }
        let name = self.name()?;
        match self.token.kind {
            Kind::Dot | Kind::LeftParenthesis | Kind::Equal => Err(Refused),
            _ => Ok(name),
        }
    }

    fn pattern(&mut self) -> Parse<Pattern<'a>> {
        self.enter()?;
        let from = self.token.from;
        let mut pattern = self.or_pattern()?;
        if self.accept(Kind::As) {
            let name = Some(self.capture()?);
            let inner = Some(self.arena.alloc(pattern));
            pattern = self.pattern_node(PatternKind::MatchAs { pattern: inner, name }, from);
        }
        self.leave();
        Ok(pattern)
    }

    fn or_pattern(&mut self) -> Parse<Pattern<'a>> {
        let from = self.token.from;
        let first = self.closed_pattern()?;
        if self.token.kind != Kind::Bar {
            return Ok(first);
        }
        let mut patterns = vec![first];
        while self.accept(Kind::Bar) {
            patterns.push(self.closed_pattern()?);
        }
        let patterns = list(self.arena, &mut patterns, 0);
        Ok(self.pattern_node(PatternKind::MatchOr(patterns), from))
    }

    fn closed_pattern(&mut self) -> Parse<Pattern<'a>> {
        let from = self.token.from;
        let kind = match self.token.kind {
            Kind::Name if self.is_word("_") => {
                self.advance();
                PatternKind::MatchAs { pattern: None, name: None }
            }
            Kind::Name => return self.name_pattern(),
            Kind::Number | Kind::Minus | Kind::String => PatternKind::MatchValue(self.literal()?),
            Kind::None => self.singleton(Constant::None),
            Kind::True => self.singleton(Constant::True),
            Kind::False => self.singleton(Constant::False),
            Kind::LeftParenthesis => return self.group_pattern(),
            Kind::LeftBracket => {
                self.advance();
                let patterns = match self.token.kind {
                    Kind::RightBracket => &mut [],
                    _ => {
                        let first = self.maybe_star_pattern()?;
                        self.sequence(first, Kind::RightBracket)?
                    }
                };
                self.expect(Kind::RightBracket)?;
                PatternKind::MatchSequence(patterns)
            }
            Kind::LeftBrace => self.mapping_pattern()?,
            _ => return Err(Refused),
        };
        Ok(self.pattern_node(kind, from))
    }

    fn singleton(&mut self, value: Constant) -> PatternKind<'a> {
        self.advance();
        PatternKind::MatchSingleton(self.constants.add(value))
    }

    /// Parentheses around a pattern, which are no part of it, or around a sequence.
    fn group_pattern(&mut self) -> Parse<Pattern<'a>> {
        let from = self.token.from;
        self.advance();
        if self.accept(Kind::RightParenthesis) {
            return Ok(self.pattern_node(PatternKind::MatchSequence(&mut []), from));
        }
        let first = self.maybe_star_pattern()?;
        if self.token.kind == Kind::Comma {
            let patterns = self.sequence(first, Kind::RightParenthesis)?;
            self.expect(Kind::RightParenthesis)?;
            return Ok(self.pattern_node(PatternKind::MatchSequence(patterns), from));
        }
        self.expect(Kind::RightParenthesis)?;
        if matches!(first.kind, PatternKind::MatchStar(_)) { Err(Refused) } else { Ok(first) }
    }

    // ---- values ----

    /// A number, signed or complex, or a string.
    fn literal(&mut self) -> Parse<Node<'a>> {
        if self.token.kind == Kind::String {
            let text = self.strings()?;
            // CPython's parser takes an f-string, its code generator does not.
            return if matches!(text.kind, ExprKind::JoinedStr { .. }) { Err(Refused) } else { Ok(text) };
        }
        let from = self.token.from;
        let is_negative = self.accept(Kind::Minus);
        let token = self.token;
        let mut left = self.pattern_number()?;
        if is_negative {
            self.foldable = true;
            left = self.node(ExprKind::UnaryOp { op: UnaryOp::USub, operand: left }, from);
        }
        let op = match self.token.kind {
            Kind::Plus => Operator::Add,
            Kind::Minus => Operator::Sub,
            _ => return Ok(left),
        };
        self.advance();
        let imaginary = self.token;
        if self.is_imaginary(&token) || !self.is_imaginary(&imaginary) {
            return Err(Refused);
        }
        let right = self.pattern_number()?;
        self.foldable = true;
        Ok(self.node(ExprKind::BinOp { left, op, right }, from))
    }

    fn pattern_number(&mut self) -> Parse<Node<'a>> {
        let token = self.token;
        self.expect(Kind::Number)?;
        let value = self.number(&token)?;
        Ok(self.constant(value, token.from))
    }

    fn is_imaginary(&self, token: &Token) -> bool {
        self.token_text(token).ends_with(['j', 'J'])
    }

    /// A capture, a value with dots, or a class.
    fn name_pattern(&mut self) -> Parse<Pattern<'a>> {
        let from = self.token.from;
        let id = self.name()?;
        let value = match self.token.kind {
            Kind::Equal => return Err(Refused),
            Kind::Dot | Kind::LeftParenthesis => self.attributes(id, from)?,
            _ => return Ok(self.pattern_node(PatternKind::MatchAs { pattern: None, name: Some(id) }, from)),
        };
        match self.token.kind {
            Kind::LeftParenthesis => {
                let kind = self.class_pattern(value)?;
                Ok(self.pattern_node(kind, from))
            }
            Kind::Equal => Err(Refused),
            _ => Ok(self.pattern_node(PatternKind::MatchValue(value), from)),
        }
    }

    /// A name that was read, and attributes of it.
    fn attributes(&mut self, id: Name<'a>, from: (i32, i32)) -> Parse<Node<'a>> {
        let mut value = self.node(ExprKind::Name { id, ctx: ExprContext::Load }, from);
        let mut depth = self.depth;
        while self.accept(Kind::Dot) {
            depth += 1;
            self.check_depth(depth)?;
            let attr = self.name()?;
            value = self.node(ExprKind::Attribute { value, attr, ctx: ExprContext::Load }, from);
        }
        Ok(value)
    }

    fn class_pattern(&mut self, cls: Node<'a>) -> Parse<PatternKind<'a>> {
        self.expect(Kind::LeftParenthesis)?;
        let (mut patterns, mut kwd_patterns) = (Vec::new(), Vec::new());
        let mut kwd_attrs = bumpalo::collections::Vec::new_in(self.arena);
        while self.token.kind != Kind::RightParenthesis {
            match self.keyword_of_class()? {
                // CPython has taken `_` for another positional pattern before it comes to the `=`.
                Some(name) if name == "_" && kwd_attrs.is_empty() && !patterns.is_empty() => return Err(Refused),
                Some(name) => {
                    kwd_attrs.push(name);
                    kwd_patterns.push(self.pattern()?);
                }
                None if kwd_attrs.is_empty() => patterns.push(self.pattern()?),
                None => return Err(Refused),
            }
            if !self.accept(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::RightParenthesis)?;
        Ok(PatternKind::MatchClass {
            cls,
            patterns: list(self.arena, &mut patterns, 0),
            kwd_attrs: kwd_attrs.into_bump_slice(),
            kwd_patterns: list(self.arena, &mut kwd_patterns, 0),
        })
    }

    /// The name before a `=`, which is read too.
    fn keyword_of_class(&mut self) -> Parse<Option<Name<'a>>> {
        if self.token.kind != Kind::Name {
            return Ok(None);
        }
        let mark = self.mark();
        let name = self.name()?;
        if self.accept(Kind::Equal) {
            return Ok(Some(name));
        }
        self.go_back(&mark);
        Ok(None)
    }

    fn mapping_pattern(&mut self) -> Parse<PatternKind<'a>> {
        self.advance();
        let mark = self.exprs.len();
        let mut patterns = Vec::new();
        let mut rest = None;
        while self.token.kind != Kind::RightBrace {
            if self.accept(Kind::DoubleStar) {
                rest = Some(self.capture()?);
                self.accept(Kind::Comma);
                break;
            }
            let key = self.mapping_key()?;
            self.keep(key);
            self.expect(Kind::Colon)?;
            patterns.push(self.pattern()?);
            if !self.accept(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::RightBrace)?;
        let patterns = list(self.arena, &mut patterns, 0);
        Ok(PatternKind::MatchMapping { keys: self.take_exprs(mark), patterns, rest })
    }

    fn mapping_key(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        let constant = match self.token.kind {
            Kind::None => Constant::None,
            Kind::True => Constant::True,
            Kind::False => Constant::False,
            Kind::Name => {
                let id = self.name()?;
                let value = self.attributes(id, from)?;
                return if matches!(value.kind, ExprKind::Name { .. }) { Err(Refused) } else { Ok(value) };
            }
            _ => return self.literal(),
        };
        self.advance();
        Ok(self.constant(constant, from))
    }
}
