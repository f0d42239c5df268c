//! Statements with blocks.

use super::token::Kind;
use super::{Node, Parse, Parser, Refused, list, take};
use crate::ast::*;

impl<'a> Parser<'a, '_> {
    /// A statement, or several of one line.
    pub(super) fn statement(&mut self) -> Parse<()> {
        self.enter()?;
        let from = self.token.from;
        let outside = std::mem::replace(&mut self.foldable, false);
        let kind = match self.token.kind {
            Kind::If => Some(self.if_statement()?),
            Kind::For => Some(self.for_statement(false)?),
            Kind::While => Some(self.while_statement()?),
            Kind::Try => Some(self.try_statement()?),
            Kind::With => Some(self.with_statement(false)?),
            Kind::Def => Some(self.function(&mut [], false)?),
            Kind::Class => Some(self.class(&mut [])?),
            Kind::Async => Some(self.async_statement(&mut [])?),
            Kind::At => return self.decorated(outside),
            Kind::Name if self.is_word("match") => self.match_statement()?,
            _ => None,
        };
        match kind {
            Some(kind) => self.add(kind, from, outside),
            None => self.simple_statements(outside)?,
        }
        self.leave();
        Ok(())
    }

    /// A colon, and what it governs.
    pub(super) fn block(&mut self) -> Parse<&'a mut [Stmt<'a>]> {
        self.expect(Kind::Colon)?;
        let mark = self.statements.len();
        if self.accept(Kind::Newline) {
            self.expect(Kind::Indent)?;
            while !self.accept(Kind::Dedent) {
                self.statement()?;
            }
        } else {
            self.simple_statements(false)?;
        }
        Ok(self.take_statements(mark))
    }

    fn optional_block(&mut self, word: Kind) -> Parse<&'a mut [Stmt<'a>]> {
        if self.accept(word) { self.block() } else { Ok(&mut []) }
    }

    /// From `if` or `elif` on, which is an `if` in the `else` of the one before.
    fn if_statement(&mut self) -> Parse<StmtKind<'a>> {
        self.advance();
        let test = self.named_expression()?;
        let body = self.block()?;
        let from = self.token.from;
        let orelse = if self.token.kind == Kind::Elif {
            self.enter()?;
            let outside = std::mem::replace(&mut self.foldable, false);
            let kind = self.if_statement()?;
            self.leave();
            let stmt = self.stmt(kind, from, outside);
            std::slice::from_mut(self.arena.alloc(stmt))
        } else {
            self.optional_block(Kind::Else)?
        };
        Ok(StmtKind::If { test, body, orelse })
    }

    fn while_statement(&mut self) -> Parse<StmtKind<'a>> {
        self.advance();
        let test = self.named_expression()?;
        let body = self.block()?;
        let orelse = self.optional_block(Kind::Else)?;
        Ok(StmtKind::While { test, body, orelse })
    }

    fn for_statement(&mut self, is_async: bool) -> Parse<StmtKind<'a>> {
        self.advance();
        let target = self.star_targets()?;
        self.expect(Kind::In)?;
        let iter = self.star_expressions()?;
        let body = self.block()?;
        let orelse = self.optional_block(Kind::Else)?;
        self.note_iterable(iter);
        Ok(StmtKind::For { is_async, target, iter, body, orelse })
    }

    fn try_statement(&mut self) -> Parse<StmtKind<'a>> {
        self.advance();
        let body = self.block()?;
        let mut handlers = bumpalo::collections::Vec::new_in(self.arena);
        let mut is_star = false;
        while self.token.kind == Kind::Except {
            let from = self.token.from;
            self.advance();
            let has_star = self.accept(Kind::Star);
            if !handlers.is_empty() && has_star != is_star {
                return Err(Refused);
            }
            is_star = has_star;
            let (mut type_, mut name) = (None, None);
            if has_star || self.token.kind != Kind::Colon {
                type_ = Some(take(self.expression()?));
                if self.accept(Kind::As) {
                    name = Some(self.name()?);
                }
            }
            let body = self.block()?;
            handlers.push(ExceptHandler { type_, name, body, loc: self.loc(from) });
        }
        let orelse = if handlers.is_empty() { &mut [] } else { self.optional_block(Kind::Else)? };
        if handlers.is_empty() && self.token.kind != Kind::Finally {
            return Err(Refused);
        }
        let finalbody = self.optional_block(Kind::Finally)?;
        let handlers = handlers.into_bump_slice_mut();
        Ok(StmtKind::Try(self.arena.alloc(Try { body, handlers, orelse, finalbody, is_star })))
    }

    // ---- with ----

    fn with_statement(&mut self, is_async: bool) -> Parse<StmtKind<'a>> {
        self.advance();
        let items = match self.items_in_parentheses() {
            Some(items) => items,
            None if self.is_too_deep => return Err(Refused),
            None => {
                let mut items = bumpalo::collections::Vec::with_capacity_in(1, self.arena);
                items.push(self.with_item()?);
                while self.accept(Kind::Comma) {
                    items.push(self.with_item()?);
                }
                items.into_bump_slice_mut()
            }
        };
        let body = self.block()?;
        Ok(StmtKind::With { is_async, items, body })
    }

    /// Items in parentheses, if that is what the parentheses are for: they may belong to an expression, too.
    fn items_in_parentheses(&mut self) -> Option<&'a mut [WithItem<'a>]> {
        if self.token.kind != Kind::LeftParenthesis {
            return None;
        }
        let mark = self.mark();
        let items = self.try_items();
        if items.is_err() {
            self.go_back(&mark);
        }
        items.ok()
    }

    fn try_items(&mut self) -> Parse<&'a mut [WithItem<'a>]> {
        self.expect(Kind::LeftParenthesis)?;
        let mut items = bumpalo::collections::Vec::new_in(self.arena);
        items.push(self.with_item()?);
        while self.accept(Kind::Comma) && self.token.kind != Kind::RightParenthesis {
            items.push(self.with_item()?);
        }
        self.expect(Kind::RightParenthesis)?;
        if self.token.kind == Kind::Colon { Ok(items.into_bump_slice_mut()) } else { Err(Refused) }
    }

    fn with_item(&mut self) -> Parse<WithItem<'a>> {
        let context_expr = take(self.expression()?);
        let optional_vars = if self.accept(Kind::As) { Some(take(self.star_target()?)) } else { None };
        Ok(WithItem { context_expr, optional_vars })
    }

    // ---- definitions ----

    fn decorated(&mut self, outside: bool) -> Parse<()> {
        let mark = self.exprs.len();
        while self.accept(Kind::At) {
            let decorator = self.named_expression()?;
            self.keep(decorator);
            self.expect(Kind::Newline)?;
        }
        let decorators = self.take_exprs(mark);
        let from = self.token.from;
        let kind = match self.token.kind {
            Kind::Def => self.function(decorators, false)?,
            Kind::Class => self.class(decorators)?,
            Kind::Async => {
                self.advance();
                self.function(decorators, true)?
            }
            _ => return Err(Refused),
        };
        self.add(kind, from, outside);
        self.leave();
        Ok(())
    }

    fn async_statement(&mut self, decorators: &'a mut [Expr<'a>]) -> Parse<StmtKind<'a>> {
        self.advance();
        match self.token.kind {
            Kind::Def => self.function(decorators, true),
            Kind::For => self.for_statement(true),
            Kind::With => self.with_statement(true),
            _ => Err(Refused),
        }
    }

    fn function(&mut self, decorator_list: &'a mut [Expr<'a>], is_async: bool) -> Parse<StmtKind<'a>> {
        self.expect(Kind::Def)?;
        let name = self.name()?;
        let scope = self.scope();
        self.expect(Kind::LeftParenthesis)?;
        let args = self.parameters(Kind::RightParenthesis, true)?;
        self.expect(Kind::RightParenthesis)?;
        let returns = if self.accept(Kind::Arrow) { Some(self.expression()?) } else { None };
        let body = self.block()?;
        let function = FunctionDef { is_async, name, args, body, decorator_list, returns, scope };
        Ok(StmtKind::FunctionDef(self.arena.alloc(function)))
    }

    fn class(&mut self, decorator_list: &'a mut [Expr<'a>]) -> Parse<StmtKind<'a>> {
        self.advance();
        let name = self.name()?;
        let scope = self.scope();
        let (bases, keywords) = match self.token.kind {
            Kind::LeftParenthesis => self.arguments(false)?,
            _ => (&mut [][..], &mut [][..]),
        };
        let body = self.block()?;
        Ok(StmtKind::ClassDef(self.arena.alloc(ClassDef { name, bases, keywords, body, decorator_list, scope })))
    }

    // ---- match ----

    /// A `match` statement, if the word begins one: it may be a name, too. Behind a colon at the end of the line there is no doubt.
    fn match_statement(&mut self) -> Parse<Option<StmtKind<'a>>> {
        let mark = self.mark();
        self.advance();
        let subject = match self.match_subject() {
            Ok(subject) if self.token.kind == Kind::Colon => subject,
            _ if self.is_too_deep => return Err(Refused),
            _ => {
                self.go_back(&mark);
                return Ok(None);
            }
        };
        self.advance();
        if self.token.kind != Kind::Newline {
            self.go_back(&mark);
            return Ok(None);
        }
        self.advance();
        self.expect(Kind::Indent)?;
        let mut cases = Vec::new();
        while !self.accept(Kind::Dedent) {
            if !self.is_word("case") {
                return Err(Refused);
            }
            self.advance();
            let pattern = self.patterns()?;
            let guard = if self.accept(Kind::If) { Some(take(self.named_expression()?)) } else { None };
            let body = self.block()?;
            cases.push(MatchCase { pattern, guard, body });
        }
        Ok(Some(StmtKind::Match { subject, cases: list(self.arena, &mut cases, 0) }))
    }

    /// `subject_expr`
    fn match_subject(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        let first = self.star_named_expression()?;
        if self.token.kind != Kind::Comma {
            return if first.is_starred() { Err(Refused) } else { Ok(first) };
        }
        self.tuple_from(first, from, Self::star_named_expression)
    }
}
