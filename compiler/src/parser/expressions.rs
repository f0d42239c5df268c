//! Expressions: operators, conditions, lambdas, and lists of expressions without brackets.

use super::token::{Kind, binding, comparison, operator, precedence};
use super::{Node, Parse, Parser, Refused};
use crate::ast::*;

impl<'a> Parser<'a, '_> {
    /// `star_expressions`: one, or a tuple of several.
    pub(super) fn star_expressions(&mut self) -> Parse<Node<'a>> {
        self.tuple_of(Self::star_expression)
    }

    /// `expressions`: one, or a tuple of several, without stars.
    pub(super) fn expressions(&mut self) -> Parse<Node<'a>> {
        self.tuple_of(Self::expression)
    }

    fn tuple_of(&mut self, element: fn(&mut Self) -> Parse<Node<'a>>) -> Parse<Node<'a>> {
        let from = self.token.from;
        let first = element(self)?;
        if self.token.kind != Kind::Comma {
            return Ok(first);
        }
        self.tuple_from(first, from, element)
    }

    /// Whether an element of a list may begin here. Behind a comma anything else must be the end of the list.
    pub(super) fn begins_expression(&self) -> bool {
        matches!(
            self.token.kind,
            Kind::Name
                | Kind::Number
                | Kind::String
                | Kind::LeftParenthesis
                | Kind::LeftBracket
                | Kind::LeftBrace
                | Kind::Ellipsis
                | Kind::Tilde
                | Kind::Plus
                | Kind::Minus
                | Kind::Star
                | Kind::True
                | Kind::False
                | Kind::None
                | Kind::Not
                | Kind::Await
                | Kind::Lambda
        )
    }

    pub(super) fn star_expression(&mut self) -> Parse<Node<'a>> {
        if self.token.kind == Kind::Star { self.starred() } else { self.expression() }
    }

    /// `*` and an operand, in a list.
    fn starred(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        self.advance();
        self.enter()?;
        let value = self.operators(binding::BIT_OR)?;
        self.leave();
        Ok(self.node(ExprKind::Starred { value, ctx: ExprContext::Load }, from))
    }

    /// `star_named_expression`: an element in brackets.
    pub(super) fn star_named_expression(&mut self) -> Parse<Node<'a>> {
        if self.token.kind == Kind::Star { self.starred() } else { self.named_expression() }
    }

    /// `named_expression`: an expression, or `name := value`.
    pub(super) fn named_expression(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        let target = self.expression()?;
        if self.token.kind != Kind::ColonEqual {
            return Ok(target);
        }
        match &mut target.kind {
            // In parentheses it would start behind them.
            ExprKind::Name { ctx, .. } if (target.loc.lineno, target.loc.col_offset) == from => {
                *ctx = ExprContext::Store;
            }
            _ => return Err(Refused),
        }
        self.advance();
        self.enter()?;
        let value = self.expression()?;
        self.leave();
        Ok(self.node(ExprKind::NamedExpr { target, value }, from))
    }

    /// `yield` and what follows.
    pub(super) fn yield_expression(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        self.expect(Kind::Yield)?;
        self.enter()?;
        let kind = if self.accept(Kind::From) {
            ExprKind::YieldFrom(self.expression()?)
        } else if self.begins_expression() {
            ExprKind::Yield(Some(self.star_expressions()?))
        } else {
            ExprKind::Yield(None)
        };
        self.leave();
        Ok(self.node(kind, from))
    }

    /// What may stand at the right of an assignment.
    pub(super) fn right_hand_side(&mut self) -> Parse<Node<'a>> {
        if self.token.kind == Kind::Yield { self.yield_expression() } else { self.star_expressions() }
    }

    /// `expression`: a condition, a lambda, or what operators make.
    pub(super) fn expression(&mut self) -> Parse<Node<'a>> {
        if self.token.kind == Kind::Lambda {
            return self.lambda();
        }
        let from = self.token.from;
        let body = self.operators(binding::OR)?;
        if self.token.kind != Kind::If {
            return Ok(body);
        }
        self.advance();
        self.enter()?;
        let test = self.operators(binding::OR)?;
        self.expect(Kind::Else)?;
        let orelse = self.expression()?;
        self.leave();
        Ok(self.node(ExprKind::IfExp { test, body, orelse }, from))
    }

    fn lambda(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        self.advance();
        self.enter()?;
        let scope = self.scope();
        let args = self.parameters(Kind::Colon, false)?;
        let args = self.arena.alloc(args);
        self.expect(Kind::Colon)?;
        let body = self.expression()?;
        self.leave();
        Ok(self.node(ExprKind::Lambda { args, body, scope }, from))
    }

    /// Operands, and operators that bind at least this tightly.
    pub(super) fn operators(&mut self, least: u8) -> Parse<Node<'a>> {
        self.depth += 1;
        self.check_depth(self.depth)?;
        let outside = std::mem::replace(&mut self.deepest, self.depth);
        let from = self.token.from;
        let mut left = match self.token.kind {
            Kind::Not if least <= binding::NOT => self.unary(UnaryOp::Not, binding::NOT)?,
            Kind::Plus => self.unary(UnaryOp::UAdd, binding::FACTOR)?,
            Kind::Minus => self.unary(UnaryOp::USub, binding::FACTOR)?,
            Kind::Tilde => self.unary(UnaryOp::Invert, binding::FACTOR)?,
            Kind::Await => {
                self.advance();
                self.wrap()?;
                let value = self.primary()?;
                self.node(ExprKind::Await(value), from)
            }
            _ => self.primary()?,
        };
        loop {
            let binds = precedence(self.token.kind);
            if binds < least || binds == binding::NONE {
                break;
            }
            self.wrap()?;
            let kind = match binds {
                binding::OR => self.boolean(BoolOp::Or, left)?,
                binding::AND => self.boolean(BoolOp::And, left)?,
                binding::COMPARISON => self.comparison(left)?,
                _ => {
                    let op = operator(self.token.kind).ok_or(Refused)?;
                    self.advance();
                    // The power binds less tightly than a sign at its right, and groups to the right.
                    let right = self.operators(if binds == binding::POWER { binding::FACTOR } else { binds + 1 })?;
                    self.foldable |= left.constant().is_some();
                    ExprKind::BinOp { left, op, right }
                }
            };
            left = self.node(kind, from);
        }
        self.deepest = self.deepest.max(outside);
        self.depth -= 1;
        Ok(left)
    }

    fn unary(&mut self, op: UnaryOp, binding: u8) -> Parse<Node<'a>> {
        let from = self.token.from;
        self.advance();
        let operand = self.operators(binding)?;
        // A constant, or a comparison that is inverted.
        self.foldable |= op == UnaryOp::Not || operand.constant().is_some();
        Ok(self.node(ExprKind::UnaryOp { op, operand }, from))
    }

    /// From the first of some `and` or `or` on.
    fn boolean(&mut self, op: BoolOp, first: Node<'a>) -> Parse<ExprKind<'a>> {
        let (token, binding) = match op {
            BoolOp::And => (Kind::And, binding::AND),
            BoolOp::Or => (Kind::Or, binding::OR),
        };
        let mark = self.exprs.len();
        self.keep(first);
        while self.accept(token) {
            let value = self.operators(binding + 1)?;
            self.keep(value);
        }
        Ok(ExprKind::BoolOp { op, values: self.take_exprs(mark) })
    }

    /// From the first comparison on.
    fn comparison(&mut self, left: Node<'a>) -> Parse<ExprKind<'a>> {
        let op = self.comparison_operator()?;
        let first = self.operators(binding::BIT_OR)?;
        self.note_iterable(first);
        if precedence(self.token.kind) != binding::COMPARISON {
            let ops = std::slice::from_mut(self.arena.alloc(op));
            return Ok(ExprKind::Compare { left, ops, comparators: std::slice::from_mut(first) });
        }
        let mark = self.exprs.len();
        let mut ops = bumpalo::collections::Vec::new_in(self.arena);
        ops.push(op);
        self.keep(first);
        while precedence(self.token.kind) == binding::COMPARISON {
            ops.push(self.comparison_operator()?);
            let comparator = self.operators(binding::BIT_OR)?;
            self.note_iterable(comparator);
            self.keep(comparator);
        }
        Ok(ExprKind::Compare { left, ops: ops.into_bump_slice_mut(), comparators: self.take_exprs(mark) })
    }

    fn comparison_operator(&mut self) -> Parse<CmpOp> {
        let kind = self.token.kind;
        self.advance();
        match kind {
            Kind::Not => {
                self.expect(Kind::In)?;
                Ok(CmpOp::NotIn)
            }
            Kind::Is if self.accept(Kind::Not) => Ok(CmpOp::IsNot),
            _ => comparison(kind).ok_or(Refused),
        }
    }
}
