//! Parameters of functions and lambdas.

use super::token::Kind;
use super::{Parse, Parser, Refused, list, take};
use crate::ast::*;

impl<'a> Parser<'a, '_> {
    /// Parameters up to a token, which is left. Those of lambdas have no annotations.
    pub(super) fn parameters(&mut self, close: Kind, annotated: bool) -> Parse<Arguments<'a>> {
        let (mark, default_mark, kw_mark) = (self.args.len(), self.exprs.len(), self.optional.len());
        // Where the positional-only parameters end, if a `/` has said so.
        let mut slash = None;
        // Where the keyword-only parameters begin, if a `*` has said so.
        let mut star = None;
        let (mut vararg, mut kwarg) = (None, None);
        while self.token.kind != close {
            match self.token.kind {
                Kind::Slash if slash.is_none() && star.is_none() && self.args.len() > mark => {
                    self.advance();
                    slash = Some(self.args.len());
                }
                Kind::Star if star.is_none() => {
                    self.advance();
                    star = Some(self.args.len());
                    if self.token.kind == Kind::Name {
                        vararg = Some(self.parameter(annotated, true)?);
                    } else {
                        // A parameter has to follow, with a name.
                        self.expect(Kind::Comma)?;
                        if self.token.kind != Kind::Name {
                            return Err(Refused);
                        }
                        continue;
                    }
                }
                Kind::DoubleStar => {
                    self.advance();
                    kwarg = Some(self.parameter(annotated, false)?);
                    self.accept(Kind::Comma);
                    break;
                }
                _ => {
                    let arg = self.parameter(annotated, false)?;
                    self.args.push(arg);
                    let default = if self.accept(Kind::Equal) { Some(self.expression()?) } else { None };
                    match default {
                        _ if star.is_some() => self.optional.push(default),
                        Some(default) => self.exprs.push(default),
                        None if self.exprs.len() > default_mark => return Err(Refused),
                        None => {}
                    }
                }
            }
            if !self.accept(Kind::Comma) {
                break;
            }
        }
        if self.token.kind != close {
            return Err(Refused);
        }
        let kwonlyargs = match star {
            Some(star) => list(self.arena, &mut self.args, star),
            None => &mut [],
        };
        let args = list(self.arena, &mut self.args, slash.unwrap_or(mark));
        let posonlyargs = list(self.arena, &mut self.args, mark);
        let kw_defaults = self.take_optional(kw_mark);
        let defaults = self.take_exprs(default_mark);
        Ok(Arguments { posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults })
    }

    /// A name, and its annotation. That of `*args` may have a star.
    fn parameter(&mut self, annotated: bool, starred: bool) -> Parse<Arg<'a>> {
        let from = self.token.from;
        let arg = self.name()?;
        let annotation = if annotated && self.accept(Kind::Colon) {
            let annotation = if starred { self.star_expression()? } else { self.expression()? };
            Some(take(annotation))
        } else {
            None
        };
        Ok(Arg { arg, annotation, loc: self.loc(from) })
    }
}
