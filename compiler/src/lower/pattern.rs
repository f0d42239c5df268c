//! Patterns.

use quicken_bytecode::Constant;
use ruff_python_ast as ruff;
use ruff_text_size::{Ranged, TextRange};

use super::Lower;
use crate::ast::*;
use crate::error::Result;

impl<'a> Lower<'a, '_> {
    fn patterns(&mut self, nodes: &[ruff::Pattern]) -> Result<&'a mut [Pattern<'a>]> {
        self.list(nodes, |this, node| this.pattern(node))
    }

    /// The parser does without commas between the patterns of a list.
    fn check_commas(&self, nodes: &[ruff::Pattern]) -> Result<()> {
        for pair in nodes.windows(2) {
            let between = self.source.slice(TextRange::new(pair[0].end(), pair[1].start()));
            if !between.lines().any(|line| line.split('#').next().is_some_and(|code| code.contains(','))) {
                return self.error(pair[1].range(), "invalid syntax");
            }
        }
        Ok(())
    }

    pub(super) fn pattern(&mut self, node: &ruff::Pattern) -> Result<Pattern<'a>> {
        self.enter()?;
        let loc = self.loc(node);
        let kind = match node {
            ruff::Pattern::MatchValue(node) if !is_value(&node.value) => {
                return self.error(node.range, "patterns may only match literals and attribute lookups");
            }
            ruff::Pattern::MatchValue(node) => PatternKind::MatchValue(self.expr_ref(&node.value)?),
            ruff::Pattern::MatchSingleton(node) => PatternKind::MatchSingleton(self.const_id(match node.value {
                ruff::Singleton::None => Constant::None,
                ruff::Singleton::True => Constant::True,
                ruff::Singleton::False => Constant::False,
            })),
            ruff::Pattern::MatchSequence(node) => {
                self.check_commas(&node.patterns)?;
                PatternKind::MatchSequence(self.patterns(&node.patterns)?)
            }
            ruff::Pattern::MatchMapping(node) => PatternKind::MatchMapping {
                keys: self.exprs(&node.keys)?,
                patterns: self.patterns(&node.patterns)?,
                rest: node.rest.as_ref().map(|rest| self.name(rest)),
            },
            ruff::Pattern::MatchClass(node) => {
                // The parser takes a group for a class, and for the name of a keyword.
                let class = TextRange::new(node.cls.end(), node.arguments.range.start());
                let keywords = node.arguments.keywords.iter();
                let mut names = keywords.map(|keyword| TextRange::new(keyword.attr.end(), keyword.pattern.start()));
                if names.any(|range| self.source.slice(range).contains(')')) || self.source.slice(class).contains(')') {
                    return self.error(node.range, "invalid syntax");
                }
                let keywords = &node.arguments.keywords;
                let kwd_attrs = self.list(keywords, |this, keyword| {
                    // The parser does not take `_`, and gets another name.
                    let is_wildcard = this.source.slice(keyword.attr.range) == "_";
                    Ok(this.names.intern(if is_wildcard { "_" } else { keyword.attr.as_str() }))
                })?;
                PatternKind::MatchClass {
                    cls: self.expr_ref(&node.cls)?,
                    patterns: self.patterns(&node.arguments.patterns)?,
                    kwd_attrs,
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

/// What the grammar takes as a value: a number, negative or complex too, a string, an attribute. The parser takes what begins like one.
fn is_value(expr: &ruff::Expr) -> bool {
    let is_number = |expr: &ruff::Expr| match expr {
        ruff::Expr::UnaryOp(node) => node.op == ruff::UnaryOp::USub && node.operand.is_number_literal_expr(),
        _ => expr.is_number_literal_expr(),
    };
    match expr {
        ruff::Expr::StringLiteral(_)
        | ruff::Expr::BytesLiteral(_)
        | ruff::Expr::FString(_)
        | ruff::Expr::Attribute(_) => true,
        ruff::Expr::BinOp(node) => {
            matches!(node.op, ruff::Operator::Add | ruff::Operator::Sub)
                && is_number(&node.left)
                && node.right.is_number_literal_expr()
        }
        _ => is_number(expr),
    }
}
