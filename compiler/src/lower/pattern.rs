//! Patterns.

use quicken_bytecode::Constant;
use ruff_python_ast as ruff;

use super::Lower;
use crate::ast::*;
use crate::error::Result;

impl<'a> Lower<'a, '_> {
    fn patterns(&mut self, nodes: &[ruff::Pattern]) -> Result<&'a mut [Pattern<'a>]> {
        self.list(nodes, |this, node| this.pattern(node))
    }

    pub(super) fn pattern(&mut self, node: &ruff::Pattern) -> Result<Pattern<'a>> {
        self.enter()?;
        let loc = self.loc(node);
        let kind = match node {
            ruff::Pattern::MatchValue(node) => PatternKind::MatchValue(self.expr_ref(&node.value)?),
            ruff::Pattern::MatchSingleton(node) => PatternKind::MatchSingleton(self.const_id(match node.value {
                ruff::Singleton::None => Constant::None,
                ruff::Singleton::True => Constant::True,
                ruff::Singleton::False => Constant::False,
            })),
            ruff::Pattern::MatchSequence(node) => PatternKind::MatchSequence(self.patterns(&node.patterns)?),
            ruff::Pattern::MatchMapping(node) => PatternKind::MatchMapping {
                keys: self.exprs(&node.keys)?,
                patterns: self.patterns(&node.patterns)?,
                rest: node.rest.as_ref().map(|rest| self.name(rest)),
            },
            ruff::Pattern::MatchClass(node) => {
                let keywords = &node.arguments.keywords;
                PatternKind::MatchClass {
                    cls: self.expr_ref(&node.cls)?,
                    patterns: self.patterns(&node.arguments.patterns)?,
                    kwd_attrs: self
                        .arena
                        .alloc_slice_fill_iter(keywords.iter().map(|keyword| self.name(&keyword.attr))),
                    kwd_patterns: self.list(keywords, |this, keyword| this.pattern(&keyword.pattern))?,
                }
            }
            ruff::Pattern::MatchStar(node) => PatternKind::MatchStar(node.name.as_ref().map(|name| self.name(name))),
            ruff::Pattern::MatchAs(node) => {
                let pattern = match &node.pattern {
                    Some(pattern) => {
                        let pattern = self.pattern(pattern)?;
                        Some(&mut *self.arena.alloc(pattern))
                    }
                    None => None,
                };
                PatternKind::MatchAs { pattern, name: node.name.as_ref().map(|name| self.name(name)) }
            }
            ruff::Pattern::MatchOr(node) => PatternKind::MatchOr(self.patterns(&node.patterns)?),
        };
        self.leave();
        Ok(Pattern { kind, loc })
    }
}
