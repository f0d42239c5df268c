//! Statements.

use ruff_python_ast as ruff;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Lower;
use super::expr::operator;
use crate::ast::*;
use crate::error::Result;

impl<'a> Lower<'a, '_> {
    pub(super) fn body(&mut self, nodes: &[ruff::Stmt]) -> Result<&'a mut [Stmt<'a>]> {
        self.list(nodes, |this, node| this.stmt(node))
    }

    fn stmt(&mut self, node: &ruff::Stmt) -> Result<Stmt<'a>> {
        self.enter()?;
        let decorators = match node {
            ruff::Stmt::FunctionDef(node) => &*node.decorator_list,
            ruff::Stmt::ClassDef(node) => &*node.decorator_list,
            _ => &[],
        };
        let mut range = node.range();
        if is_compound(node) {
            range = TextRange::new(range.start(), self.end_of_body(range.end()));
        }
        let loc = self.decorated(decorators, range);
        let kind = self.stmt_kind(node)?;
        self.leave();
        Ok(Stmt { kind, loc })
    }

    /// CPython's definitions start at `def`, `class` or `async`, not at the decorators.
    fn decorated(&self, decorators: &[ruff::Decorator], range: TextRange) -> Loc {
        match decorators.last() {
            Some(decorator) => self.source.loc(TextRange::new(self.source.skip_trivia(decorator.end()), range.end())),
            None => self.source.loc(range),
        }
    }

    /// CPython's compound statements reach to the last token of their body, a semicolon included.
    fn end_of_body(&self, end: TextSize) -> TextSize {
        let rest = &self.source.text[end.to_usize()..];
        let spaces = rest.len() - rest.trim_start_matches([' ', '\t', '\x0c']).len();
        if rest[spaces..].starts_with(';') { end + TextSize::new(spaces as u32 + 1) } else { end }
    }

    fn stmt_kind(&mut self, node: &ruff::Stmt) -> Result<StmtKind<'a>> {
        Ok(match node {
            ruff::Stmt::FunctionDef(node) => {
                let scope = self.scope();
                let decorator_list = self.decorators(&node.decorator_list)?;
                let args = self.arguments(&node.parameters)?;
                let returns = self.expr_opt(node.returns.as_deref())?;
                let body = self.body(&node.body)?;
                StmtKind::FunctionDef(self.arena.alloc(FunctionDef {
                    is_async: node.is_async,
                    name: self.name(&node.name),
                    args,
                    body,
                    decorator_list,
                    returns,
                    scope,
                }))
            }
            ruff::Stmt::ClassDef(node) => {
                let scope = self.scope();
                let decorator_list = self.decorators(&node.decorator_list)?;
                let (bases, keywords) = match &node.arguments {
                    Some(arguments) => self.call_arguments(arguments)?,
                    None => (&mut [][..], &mut [][..]),
                };
                let body = self.body(&node.body)?;
                let name = self.name(&node.name);
                StmtKind::ClassDef(self.arena.alloc(ClassDef { name, bases, keywords, body, decorator_list, scope }))
            }
            ruff::Stmt::Return(node) => StmtKind::Return(self.expr_opt(node.value.as_deref())?),
            ruff::Stmt::Delete(node) => StmtKind::Delete(self.exprs(&node.targets)?),
            ruff::Stmt::TypeAlias(node) => return self.error(node.range, "invalid syntax"),
            ruff::Stmt::Assign(node) => {
                StmtKind::Assign { targets: self.exprs(&node.targets)?, value: self.expr_ref(&node.value)? }
            }
            ruff::Stmt::AugAssign(node) => StmtKind::AugAssign {
                target: self.expr_ref(&node.target)?,
                op: operator(node.op),
                value: self.expr_ref(&node.value)?,
            },
            ruff::Stmt::AnnAssign(node) => StmtKind::AnnAssign {
                target: self.expr_ref(&node.target)?,
                annotation: self.expr_ref(&node.annotation)?,
                value: self.expr_opt(node.value.as_deref())?,
                simple: node.simple,
            },
            ruff::Stmt::For(node) => StmtKind::For {
                is_async: node.is_async,
                target: self.expr_ref(&node.target)?,
                iter: self.expr_ref(&node.iter)?,
                body: self.body(&node.body)?,
                orelse: self.body(&node.orelse)?,
            },
            ruff::Stmt::While(node) => StmtKind::While {
                test: self.expr_ref(&node.test)?,
                body: self.body(&node.body)?,
                orelse: self.body(&node.orelse)?,
            },
            ruff::Stmt::If(node) => StmtKind::If {
                test: self.expr_ref(&node.test)?,
                body: self.body(&node.body)?,
                orelse: self.elif_else(&node.elif_else_clauses, self.end_of_body(node.end()))?,
            },
            ruff::Stmt::With(node) => StmtKind::With {
                is_async: node.is_async,
                items: self.list(&node.items, |this, item| {
                    Ok(WithItem {
                        context_expr: this.expr(&item.context_expr)?,
                        optional_vars: item.optional_vars.as_deref().map(|vars| this.expr(vars)).transpose()?,
                    })
                })?,
                body: self.body(&node.body)?,
            },
            ruff::Stmt::Match(node) => StmtKind::Match {
                subject: self.expr_ref(&node.subject)?,
                cases: self.list(&node.cases, |this, case| {
                    Ok(MatchCase {
                        pattern: this.pattern(&case.pattern)?,
                        guard: case.guard.as_deref().map(|guard| this.expr(guard)).transpose()?,
                        body: this.body(&case.body)?,
                    })
                })?,
            },
            ruff::Stmt::Raise(node) => StmtKind::Raise {
                exc: self.expr_opt(node.exc.as_deref())?,
                cause: self.expr_opt(node.cause.as_deref())?,
            },
            ruff::Stmt::Try(node) => {
                let body = self.body(&node.body)?;
                let handlers = self.list(&node.handlers, |this, handler| {
                    let ruff::ExceptHandler::ExceptHandler(node) = handler;
                    Ok(ExceptHandler {
                        type_: node.type_.as_deref().map(|type_| this.expr(type_)).transpose()?,
                        name: node.name.as_ref().map(|name| this.name(name)),
                        body: this.body(&node.body)?,
                        loc: this.source.loc(TextRange::new(node.start(), this.end_of_body(node.end()))),
                    })
                })?;
                let orelse = self.body(&node.orelse)?;
                let finalbody = self.body(&node.finalbody)?;
                StmtKind::Try(self.arena.alloc(Try { body, handlers, orelse, finalbody, is_star: node.is_star }))
            }
            ruff::Stmt::Assert(node) => {
                StmtKind::Assert { test: self.expr_ref(&node.test)?, msg: self.expr_opt(node.msg.as_deref())? }
            }
            ruff::Stmt::Import(node) => StmtKind::Import(self.aliases(&node.names)?),
            ruff::Stmt::ImportFrom(node) => StmtKind::ImportFrom {
                module: node.module.as_ref().map(|module| self.name(module)),
                names: self.aliases(&node.names)?,
                level: node.level,
            },
            ruff::Stmt::Global(node) => StmtKind::Global(self.names(&node.names)),
            ruff::Stmt::Nonlocal(node) => StmtKind::Nonlocal(self.names(&node.names)),
            ruff::Stmt::Expr(node) if self.source.slice(node.range) == "raise" => {
                StmtKind::Raise { exc: None, cause: None }
            }
            ruff::Stmt::Expr(node) => StmtKind::Expr(self.expr_ref(&node.value)?),
            ruff::Stmt::Pass(_) => StmtKind::Pass,
            ruff::Stmt::Break(_) => StmtKind::Break,
            ruff::Stmt::Continue(_) => StmtKind::Continue,
            ruff::Stmt::IpyEscapeCommand(node) => return self.error(node.range, "invalid syntax"),
        })
    }

    /// `elif` is an `if` in the `else` of the one before; each reaches to the end of the chain.
    fn elif_else(&mut self, clauses: &[ruff::ElifElseClause], end: TextSize) -> Result<&'a mut [Stmt<'a>]> {
        let Some((first, rest)) = clauses.split_first() else { return Ok(&mut []) };
        let body = self.body(&first.body)?;
        let Some(test) = &first.test else { return Ok(body) };
        self.enter()?;
        let test = self.expr_ref(test)?;
        let orelse = self.elif_else(rest, end)?;
        self.leave();
        let loc = self.source.loc(TextRange::new(first.start(), end));
        Ok(std::slice::from_mut(self.arena.alloc(Stmt { kind: StmtKind::If { test, body, orelse }, loc })))
    }

    fn decorators(&mut self, decorators: &[ruff::Decorator]) -> Result<&'a mut [Expr<'a>]> {
        self.list(decorators, |this, decorator| this.expr(&decorator.expression))
    }

    fn aliases(&mut self, names: &[ruff::Alias]) -> Result<&'a [Alias<'a>]> {
        let aliases = self.list(names, |this, alias| {
            Ok(Alias {
                name: this.name(&alias.name),
                asname: alias.asname.as_ref().map(|asname| this.name(asname)),
                loc: this.loc(alias),
            })
        })?;
        Ok(aliases)
    }

    fn names(&mut self, names: &[ruff::Identifier]) -> &'a [Name<'a>] {
        let arena = self.arena;
        arena.alloc_slice_fill_iter(names.iter().map(|name| self.name(name)))
    }
}

/// Whether a statement has a body of statements.
fn is_compound(node: &ruff::Stmt) -> bool {
    matches!(
        node,
        ruff::Stmt::FunctionDef(_)
            | ruff::Stmt::ClassDef(_)
            | ruff::Stmt::For(_)
            | ruff::Stmt::While(_)
            | ruff::Stmt::If(_)
            | ruff::Stmt::With(_)
            | ruff::Stmt::Match(_)
            | ruff::Stmt::Try(_)
    )
}
