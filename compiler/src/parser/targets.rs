//! What can be assigned to, or deleted. It is read as an expression first.

use super::token::Kind;
use super::{Node, Parse, Parser, Refused};
use crate::ast::*;

impl<'a> Parser<'a, '_> {
    /// `star_targets`, of a loop: one, or a tuple of several.
    pub(super) fn star_targets(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        let first = self.star_target()?;
        if self.token.kind != Kind::Comma {
            return Ok(first);
        }
        let mark = self.exprs.len();
        self.keep(first);
        while self.accept(Kind::Comma) && self.token.kind != Kind::In {
            let target = self.star_target()?;
            self.keep(target);
        }
        let elts = self.take_exprs(mark);
        Ok(self.node(ExprKind::Tuple { elts, ctx: ExprContext::Store }, from))
    }

    /// `star_target`: no operators are read, so that `in` can follow.
    pub(super) fn star_target(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        let is_starred = self.accept(Kind::Star);
        let target = self.target()?;
        store(target)?;
        if !is_starred {
            return Ok(target);
        }
        Ok(self.node(ExprKind::Starred { value: target, ctx: ExprContext::Store }, from))
    }

    /// `del_target`
    pub(super) fn del_target(&mut self) -> Parse<Node<'a>> {
        let target = self.target()?;
        delete(target)?;
        Ok(target)
    }

    fn target(&mut self) -> Parse<Node<'a>> {
        self.enter()?;
        let outside = std::mem::replace(&mut self.deepest, self.depth);
        let target = self.primary()?;
        self.deepest = self.deepest.max(outside);
        self.leave();
        Ok(target)
    }
}

/// Makes a target of an expression, if it can be one.
pub(super) fn store(expr: &mut Expr<'_>) -> Parse<()> {
    match &mut expr.kind {
        ExprKind::Starred { value, ctx } => {
            *ctx = ExprContext::Store;
            store(value)
        }
        ExprKind::List { elts, ctx } | ExprKind::Tuple { elts, ctx } => {
            *ctx = ExprContext::Store;
            elts.iter_mut().try_for_each(store)
        }
        _ => store_single(expr),
    }
}

/// The same where there must be one target only.
pub(super) fn store_single(expr: &mut Expr<'_>) -> Parse<()> {
    match &mut expr.kind {
        ExprKind::Name { ctx, .. } | ExprKind::Attribute { ctx, .. } | ExprKind::Subscript { ctx, .. } => {
            *ctx = ExprContext::Store;
            Ok(())
        }
        _ => Err(Refused),
    }
}

fn delete(expr: &mut Expr<'_>) -> Parse<()> {
    match &mut expr.kind {
        ExprKind::Name { ctx, .. } | ExprKind::Attribute { ctx, .. } | ExprKind::Subscript { ctx, .. } => {
            *ctx = ExprContext::Del;
            Ok(())
        }
        ExprKind::List { elts, ctx } | ExprKind::Tuple { elts, ctx } => {
            *ctx = ExprContext::Del;
            elts.iter_mut().try_for_each(delete)
        }
        _ => Err(Refused),
    }
}
