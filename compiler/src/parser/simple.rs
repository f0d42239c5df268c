//! Statements of one line.

use super::token::{Kind, augmented};
use super::{Node, Parse, Parser, targets};
use crate::ast::*;

impl<'a> Parser<'a, '_> {
    /// Statements between semicolons, to the end of the line.
    ///
    /// `outside` says whether there was anything to fold before them, in the statement that they belong to.
    pub(super) fn simple_statements(&mut self, outside: bool) -> Parse<()> {
        let mut before = outside;
        loop {
            let from = self.token.from;
            let kind = self.simple_statement()?;
            self.add(kind, from, before);
            before = std::mem::replace(&mut self.foldable, false);
            if !self.accept(Kind::Semicolon) || self.token.kind == Kind::Newline {
                self.foldable = before;
                return self.expect(Kind::Newline);
            }
        }
    }

    fn simple_statement(&mut self) -> Parse<StmtKind<'a>> {
        match self.token.kind {
            Kind::Return => {
                self.advance();
                let value = if self.begins_expression() { Some(self.star_expressions()?) } else { None };
                Ok(StmtKind::Return(value))
            }
            Kind::Pass => self.word(StmtKind::Pass),
            Kind::Break => self.word(StmtKind::Break),
            Kind::Continue => self.word(StmtKind::Continue),
            Kind::Import => self.import(),
            Kind::From => self.import_from(),
            Kind::Raise => self.raise(),
            Kind::Del => self.del(),
            Kind::Assert => self.assert(),
            Kind::Global => Ok(StmtKind::Global(self.names()?)),
            Kind::Nonlocal => Ok(StmtKind::Nonlocal(self.names()?)),
            Kind::Yield => Ok(StmtKind::Expr(self.yield_expression()?)),
            _ => self.assignment(),
        }
    }

    fn word(&mut self, kind: StmtKind<'a>) -> Parse<StmtKind<'a>> {
        self.advance();
        Ok(kind)
    }

    /// An assignment of whatever sort, or an expression.
    fn assignment(&mut self) -> Parse<StmtKind<'a>> {
        let is_word = self.token.kind == Kind::Name;
        let target = self.star_expressions()?;
        match self.token.kind {
            Kind::Equal => self.assign(target),
            Kind::Colon => {
                targets::store_single(target)?;
                self.advance();
                let annotation = self.expression()?;
                let value = if self.accept(Kind::Equal) { Some(self.right_hand_side()?) } else { None };
                let simple = is_word && matches!(target.kind, ExprKind::Name { .. });
                Ok(StmtKind::AnnAssign { target, annotation, value, simple })
            }
            kind => match augmented(kind) {
                Some(op) => {
                    targets::store_single(target)?;
                    self.advance();
                    let value = self.right_hand_side()?;
                    Ok(StmtKind::AugAssign { target, op, value })
                }
                None => Ok(StmtKind::Expr(target)),
            },
        }
    }

    fn assign(&mut self, target: Node<'a>) -> Parse<StmtKind<'a>> {
        targets::store(target)?;
        self.advance();
        let mut value = self.right_hand_side()?;
        if self.token.kind != Kind::Equal {
            return Ok(StmtKind::Assign { targets: std::slice::from_mut(target), value });
        }
        let mark = self.exprs.len();
        self.keep(target);
        while self.accept(Kind::Equal) {
            targets::store(value)?;
            self.keep(value);
            value = self.right_hand_side()?;
        }
        Ok(StmtKind::Assign { targets: self.take_exprs(mark), value })
    }

    fn raise(&mut self) -> Parse<StmtKind<'a>> {
        self.advance();
        if !self.begins_expression() {
            return Ok(StmtKind::Raise { exc: None, cause: None });
        }
        let exc = Some(self.expression()?);
        let cause = if self.accept(Kind::From) { Some(self.expression()?) } else { None };
        Ok(StmtKind::Raise { exc, cause })
    }

    fn assert(&mut self) -> Parse<StmtKind<'a>> {
        self.advance();
        let test = self.expression()?;
        let msg = if self.accept(Kind::Comma) { Some(self.expression()?) } else { None };
        Ok(StmtKind::Assert { test, msg })
    }

    fn del(&mut self) -> Parse<StmtKind<'a>> {
        self.advance();
        let first = self.del_target()?;
        if self.token.kind != Kind::Comma {
            return Ok(StmtKind::Delete(std::slice::from_mut(first)));
        }
        let mark = self.exprs.len();
        self.keep(first);
        while self.accept(Kind::Comma) && self.begins_expression() {
            let target = self.del_target()?;
            self.keep(target);
        }
        Ok(StmtKind::Delete(self.take_exprs(mark)))
    }

    /// The names of `global` and `nonlocal`.
    fn names(&mut self) -> Parse<&'a [Name<'a>]> {
        let mut names = bumpalo::collections::Vec::new_in(self.arena);
        self.advance();
        names.push(self.name()?);
        while self.accept(Kind::Comma) {
            names.push(self.name()?);
        }
        Ok(names.into_bump_slice())
    }

    // ---- imports ----

    fn import(&mut self) -> Parse<StmtKind<'a>> {
        self.advance();
        let mut aliases = bumpalo::collections::Vec::new_in(self.arena);
        loop {
            let from = self.token.from;
            let name = self.dotted_name()?;
            let asname = self.as_name()?;
            aliases.push(Alias { name, asname, loc: self.loc(from) });
            if !self.accept(Kind::Comma) {
                return Ok(StmtKind::Import(aliases.into_bump_slice()));
            }
        }
    }

    fn import_from(&mut self) -> Parse<StmtKind<'a>> {
        self.advance();
        let mut level = 0;
        loop {
            match self.token.kind {
                Kind::Dot => level += 1,
                Kind::Ellipsis => level += 3,
                _ => break,
            }
            self.advance();
        }
        let module = if level == 0 || self.token.kind == Kind::Name { Some(self.dotted_name()?) } else { None };
        self.expect(Kind::Import)?;
        let mut aliases = bumpalo::collections::Vec::new_in(self.arena);
        let from = self.token.from;
        if self.accept(Kind::Star) {
            let name = self.names.intern("*");
            aliases.push(Alias { name, asname: None, loc: self.loc(from) });
            return Ok(StmtKind::ImportFrom { module, names: aliases.into_bump_slice(), level });
        }
        let in_parentheses = self.accept(Kind::LeftParenthesis);
        loop {
            let from = self.token.from;
            let name = self.name()?;
            let asname = self.as_name()?;
            aliases.push(Alias { name, asname, loc: self.loc(from) });
            if !self.accept(Kind::Comma) || in_parentheses && self.token.kind == Kind::RightParenthesis {
                break;
            }
        }
        if in_parentheses {
            self.expect(Kind::RightParenthesis)?;
        }
        Ok(StmtKind::ImportFrom { module, names: aliases.into_bump_slice(), level })
    }

    fn as_name(&mut self) -> Parse<Option<Name<'a>>> {
        if self.accept(Kind::As) { self.name().map(Some) } else { Ok(None) }
    }

    /// Names with dots between them, as one.
    fn dotted_name(&mut self) -> Parse<Name<'a>> {
        let first = self.name()?;
        if self.token.kind != Kind::Dot {
            return Ok(first);
        }
        let mut dotted = first.to_string();
        while self.accept(Kind::Dot) {
            dotted.push('.');
            dotted.push_str(self.name()?.text());
        }
        Ok(self.names.intern(&dotted))
    }
}
