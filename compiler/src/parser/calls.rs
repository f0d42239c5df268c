//! What stands in the parentheses of a call, and in the brackets of a subscript.

use super::token::Kind;
use super::{Node, Parse, Parser, Refused, list, take};
use crate::ast::*;

/// Positional and keyword arguments.
pub(super) type CallArguments<'a> = (&'a mut [Expr<'a>], &'a mut [Keyword<'a>]);

impl<'a> Parser<'a, '_> {
    /// Arguments in parentheses. A generator expression that is the only one shares these, if it may.
    pub(super) fn arguments(&mut self, generator: bool) -> Parse<CallArguments<'a>> {
        let open = self.token.from;
        self.expect(Kind::LeftParenthesis)?;
        let (mark, keyword_mark) = (self.exprs.len(), self.keywords.len());
        let mut unpacks = false;
        while self.token.kind != Kind::RightParenthesis {
            let from = self.token.from;
            match self.token.kind {
                Kind::DoubleStar => {
                    self.advance();
                    let value = self.expression()?;
                    unpacks = true;
                    self.keyword(None, value, from);
                }
                Kind::Star if unpacks => return Err(Refused),
                Kind::Star => {
                    let value = self.starred_argument()?;
                    self.keep(value);
                }
                _ => {
                    let value = self.named_expression()?;
                    match self.token.kind {
                        Kind::Equal => {
                            let name = bare_name(value, from)?;
                            self.advance();
                            let value = self.expression()?;
                            self.keyword(Some(name), value, from);
                        }
                        Kind::For | Kind::Async => {
                            let is_first = self.exprs.len() == mark && self.keywords.len() == keyword_mark;
                            if !generator || !is_first {
                                return Err(Refused);
                            }
                            let value = self.comprehension(CompKind::GeneratorExp, value, None, from)?;
                            self.expect(Kind::RightParenthesis)?;
                            value.loc = self.loc(open);
                            return Ok((std::slice::from_mut(value), &mut []));
                        }
                        _ if self.keywords.len() > keyword_mark => return Err(Refused),
                        Kind::RightParenthesis if self.exprs.len() == mark => {
                            self.advance();
                            return Ok((std::slice::from_mut(value), &mut []));
                        }
                        _ => self.keep(value),
                    }
                }
            }
            if !self.accept(Kind::Comma) {
                break;
            }
            // An empty argument list has no comma.
        }
        self.expect(Kind::RightParenthesis)?;
        let keywords = list(self.arena, &mut self.keywords, keyword_mark);
        Ok((self.take_exprs(mark), keywords))
    }

    fn keyword(&mut self, arg: Option<Name<'a>>, value: Node<'a>, from: (i32, i32)) {
        let loc = self.loc(from);
        self.keywords.push(Keyword { arg, value: take(value), loc });
    }

    /// `starred_expression`: `*` and an expression, in a call or subscript.
    fn starred_argument(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        self.expect(Kind::Star)?;
        let value = self.expression()?;
        Ok(self.node(ExprKind::Starred { value, ctx: ExprContext::Load }, from))
    }

    /// `slices`: one, or a tuple of several.
    pub(super) fn slices(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        let first = self.slice()?;
        if self.token.kind != Kind::Comma && !first.is_starred() {
            return Ok(first);
        }
        let mark = self.exprs.len();
        self.keep(first);
        while self.accept(Kind::Comma) && self.token.kind != Kind::RightBracket {
            let slice = self.slice()?;
            self.keep(slice);
        }
        Ok(self.tuple(mark, from))
    }

    fn slice(&mut self) -> Parse<Node<'a>> {
        let from = self.token.from;
        let lower = match self.token.kind {
            Kind::Star => return self.starred_argument(),
            Kind::Colon => None,
            _ => {
                let value = self.named_expression()?;
                if self.token.kind != Kind::Colon {
                    return Ok(value);
                }
                if self.is_bare_assignment(value) {
                    return Err(Refused);
                }
                Some(value)
            }
        };
        self.expect(Kind::Colon)?;
        let upper = self.bound()?;
        let step = if self.accept(Kind::Colon) { self.bound()? } else { None };
        Ok(self.node(ExprKind::Slice { lower, upper, step }, from))
    }

    /// An expression in a slice, if there is one.
    fn bound(&mut self) -> Parse<Option<Node<'a>>> {
        match self.token.kind {
            Kind::Colon | Kind::Comma | Kind::RightBracket => Ok(None),
            _ => self.expression().map(Some),
        }
    }
}

/// The name that an expression is which starts at a place: not in parentheses.
fn bare_name<'a>(expr: &Expr<'a>, from: (i32, i32)) -> Parse<Name<'a>> {
    match expr.kind {
        ExprKind::Name { id, .. } if (expr.loc.lineno, expr.loc.col_offset) == from => Ok(id),
        _ => Err(Refused),
    }
}
