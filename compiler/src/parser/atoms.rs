//! Primaries and atoms: names, literals, displays, comprehensions, attributes.

use dashu_int::IBig;
use quicken_bytecode::Constant;

use super::token::{Kind, Token, binding};
use super::{Node, Parse, Parser, Refused, take};
use crate::ast::*;

/// CPython's default for `sys.set_int_max_str_digits`.
const MAX_STR_DIGITS: usize = 4300;

impl<'a> Parser<'a, '_> {
    /// An atom, and attributes, items and calls of it.
    pub(super) fn primary(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        let mut value = self.atom()?;
        loop {
            match self.token.kind {
                Kind::Dot => {
                    self.wrap()?;
                    self.advance();
                    let attr = self.name()?;
                    value = self.node(ExprKind::Attribute { value, attr, ctx: ExprContext::Load }, from);
                }
                Kind::LeftParenthesis => {
                    self.wrap()?;
                    let (args, keywords) = self.arguments(true)?;
                    value = self.node(ExprKind::Call { func: value, args, keywords }, from);
                }
                Kind::LeftBracket => {
                    self.wrap()?;
                    self.advance();
                    let slice = self.slices()?;
                    self.expect(Kind::RightBracket)?;
                    self.foldable |= value.constant().is_some();
                    value = self.node(ExprKind::Subscript { value, slice, ctx: ExprContext::Load }, from);
                }
                _ => return Ok(value),
            }
        }
    }

    fn atom(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        let constant = match self.token.kind {
            Kind::Name => {
                let id = self.intern();
                self.advance();
                return Ok(self.node(ExprKind::Name { id, ctx: ExprContext::Load }, from));
            }
            Kind::Number => self.number(&self.token)?,
            Kind::String => return self.strings(),
            Kind::LeftParenthesis => return self.parenthesized(),
            Kind::LeftBracket => return self.list_display(),
            Kind::LeftBrace => return self.braces(),
            Kind::None => Constant::None,
            Kind::True => Constant::True,
            Kind::False => Constant::False,
            Kind::Ellipsis => Constant::Ellipsis,
            _ => return Err(Refused),
        };
        self.advance();
        Ok(self.constant(constant, from))
    }

    /// The value of a number.
    pub(super) fn number(&self, token: &Token) -> Parse<Constant> {
        let text = self.token_text(token);
        let bytes = text.as_bytes();
        if bytes.len() <= 18 && bytes.iter().all(u8::is_ascii_digit) {
            return Ok(Constant::Int(bytes.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'))));
        }
        let digits = text.replace('_', "");
        let (radix, digits) = match digits.as_bytes() {
            [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
            [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
            [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
            [.., b'j' | b'J'] => {
                let im = digits[..digits.len() - 1].parse().map_err(|_| Refused)?;
                return Ok(Constant::Complex { re: 0.0, im });
            }
            bytes if !bytes.iter().all(u8::is_ascii_digit) => {
                return digits.parse().map(Constant::Float).map_err(|_| Refused);
            }
            _ => (10, &*digits),
        };
        if let Ok(small) = i64::from_str_radix(digits, radix) {
            return Ok(Constant::Int(small));
        }
        if radix == 10 && digits.len() > MAX_STR_DIGITS {
            return Err(Refused);
        }
        IBig::from_str_radix(digits, radix).map(Constant::int).map_err(|_| Refused)
    }

    // ---- parentheses ----

    fn parenthesized(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        self.advance();
        if self.accept(Kind::RightParenthesis) {
            return Ok(self.tuple(self.exprs.len(), from));
        }
        let (value, includes_parentheses) = self.in_parentheses()?;
        self.expect(Kind::RightParenthesis)?;
        if includes_parentheses {
            value.loc = self.loc(from);
        }
        Ok(value)
    }

    /// What may stand in parentheses, and whether these belong to it: to a tuple or a generator expression they do.
    pub(super) fn in_parentheses(&mut self) -> Parse<(Node<'a>, bool)> {
        let from = self.token.from;
        if self.token.kind == Kind::Yield {
            return Ok((self.yield_expression()?, false));
        }
        let first = self.star_named_expression()?;
        match self.token.kind {
            Kind::Comma => Ok((self.tuple_from(first, from, Self::star_named_expression)?, true)),
            Kind::For | Kind::Async => Ok((self.comprehension(CompKind::GeneratorExp, first, None, from)?, true)),
            _ if first.is_starred() => Err(Refused),
            _ => Ok((first, false)),
        }
    }

    // ---- displays ----

    fn list_display(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        self.advance();
        if self.accept(Kind::RightBracket) {
            return Ok(self.node(ExprKind::List { elts: &mut [], ctx: ExprContext::Load }, from));
        }
        let first = self.star_named_expression()?;
        let list = match self.token.kind {
            Kind::For | Kind::Async => self.comprehension(CompKind::ListComp, first, None, from)?,
            _ => {
                let elts = self.elements(first)?;
                self.node(ExprKind::List { elts, ctx: ExprContext::Load }, from)
            }
        };
        self.expect(Kind::RightBracket)?;
        list.loc = self.loc(from);
        Ok(list)
    }

    /// The elements of a list or set, from the first on.
    fn elements(&mut self, first: Node<'a>) -> Parse<&'a mut [Expr<'a>]> {
        if self.token.kind != Kind::Comma {
            return Ok(std::slice::from_mut(first));
        }
        let mark = self.exprs.len();
        self.keep(first);
        while self.accept(Kind::Comma) && self.begins_expression() {
            let element = self.star_named_expression()?;
            self.keep(element);
        }
        Ok(self.take_exprs(mark))
    }

    fn braces(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        self.advance();
        let node = match self.token.kind {
            Kind::RightBrace => self.node(ExprKind::Dict { keys: &mut [], values: &mut [] }, from),
            Kind::DoubleStar => self.dict(None, from)?,
            Kind::Star => self.set(from)?,
            _ => {
                let first = self.named_expression()?;
                match self.token.kind {
                    Kind::Colon => self.dict(Some(first), from)?,
                    Kind::For | Kind::Async => self.comprehension(CompKind::SetComp, first, None, from)?,
                    _ => {
                        let elts = self.elements(first)?;
                        self.node(ExprKind::Set { elts }, from)
                    }
                }
            }
        };
        self.expect(Kind::RightBrace)?;
        node.loc = self.loc(from);
        Ok(node)
    }

    fn set(&mut self, from: (i32, i32)) -> Parse<Node<'a>> {
        let first = self.star_named_expression()?;
        let elts = self.elements(first)?;
        Ok(self.node(ExprKind::Set { elts }, from))
    }

    /// A dict, or a comprehension of one: its first key has been read, unless it begins with `**`.
    fn dict(&mut self, key: Option<Node<'a>>, from: (i32, i32)) -> Parse<Node<'a>> {
        let (mark, key_mark) = (self.exprs.len(), self.optional.len());
        if let Some(key) = key {
            if self.is_bare_assignment(key) {
                return Err(Refused);
            }
            self.expect(Kind::Colon)?;
            let value = self.expression()?;
            if matches!(self.token.kind, Kind::For | Kind::Async) {
                return self.comprehension(CompKind::DictComp, key, Some(value), from);
            }
            self.optional.push(Some(key));
            self.keep(value);
        } else {
            self.unpacked()?;
        }
        while self.accept(Kind::Comma) && self.token.kind != Kind::RightBrace {
            if self.token.kind == Kind::DoubleStar {
                self.unpacked()?;
                continue;
            }
            let key = self.expression()?;
            self.expect(Kind::Colon)?;
            let value = self.expression()?;
            self.optional.push(Some(key));
            self.keep(value);
        }
        let keys = self.take_optional(key_mark);
        let values = self.take_exprs(mark);
        Ok(self.node(ExprKind::Dict { keys, values }, from))
    }

    /// Whether an expression that was just read is an assignment without parentheses: these would be the last token.
    pub(super) fn is_bare_assignment(&self, node: &Expr<'a>) -> bool {
        let end = (node.loc.end_lineno, node.loc.end_col_offset);
        matches!(node.kind, ExprKind::NamedExpr { .. }) && end == self.end
    }

    /// `**` and what is unpacked into a dict.
    fn unpacked(&mut self) -> Parse<()> {
        self.expect(Kind::DoubleStar)?;
        let value = self.operators(binding::BIT_OR)?;
        self.optional.push(None);
        self.keep(value);
        Ok(())
    }

    // ---- comprehensions ----

    /// A comprehension of which the element has been read.
    pub(super) fn comprehension(
        &mut self,
        kind: CompKind,
        elt: Node<'a>,
        value: Option<Node<'a>>,
        from: (i32, i32),
    ) -> Parse<Node<'a>> {
        if elt.is_starred() {
            return Err(Refused);
        }
        let scope = self.scope();
        self.enter()?;
        let mut generators = bumpalo::collections::Vec::with_capacity_in(1, self.arena);
        while matches!(self.token.kind, Kind::For | Kind::Async) {
            let is_async = self.accept(Kind::Async);
            self.expect(Kind::For)?;
            let target = self.star_targets()?;
            self.expect(Kind::In)?;
            let iter = self.operators(binding::OR)?;
            let mark = self.exprs.len();
            while self.accept(Kind::If) {
                let condition = self.operators(binding::OR)?;
                self.keep(condition);
            }
            let ifs = self.take_exprs(mark);
            self.note_iterable(iter);
            generators.push(Comprehension { target: take(target), iter: take(iter), ifs, is_async });
        }
        self.leave();
        let generators = generators.into_bump_slice_mut();
        let comp = Comp { kind, elt: take(elt), value: value.map(take), generators, scope };
        let comp = self.arena.alloc(comp);
        Ok(self.node(ExprKind::Comp(comp), from))
    }
}
