//! From the parser's tree to CPython's: nodes, places, and literals as CPython 3.11's parser would give them.

mod expr;
mod pattern;
mod stmt;
mod strings;

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;
use quicken_bytecode::Constant;
use ruff_python_ast as ruff;
use ruff_text_size::{Ranged, TextRange};

use crate::ast::{ConstId, Constants, ExprKind, Loc, Mod, Name, ScopeId};
use crate::error::{ErrorKind, Result, SyntaxError, Warning};
use crate::names::Names;
use crate::source::Source;

/// How deeply nodes may nest. CPython's optimizer and symbol table stop at three times the recursion limit.
pub(crate) const RECURSION_LIMIT: u32 = 3000;

/// The message of [`ErrorKind::RecursionError`].
pub(crate) const RECURSION_MESSAGE: &str = "maximum recursion depth exceeded during compilation";

/// What the parser's tree is turned into.
pub(crate) struct Lowered<'a> {
    pub(crate) module: Mod<'a>,
    pub(crate) constants: Constants,
    /// Number of scopes, the module included.
    pub(crate) scopes: u32,
    pub(crate) warnings: Vec<Warning>,
}

/// Turns a parsed module into CPython's tree.
pub(crate) fn lower<'a>(
    arena: &'a Bump,
    names: &mut Names<'a>,
    source: &Source<'_>,
    module: &ruff::Mod,
    interactive: bool,
) -> Result<Lowered<'a>> {
    let mut lower =
        Lower { arena, names, source, constants: Constants::default(), next_scope: 1, depth: 0, warnings: Vec::new() };
    let module = match module {
        ruff::Mod::Module(module) => {
            let body = lower.body(&module.body)?;
            if interactive { Mod::Interactive(body) } else { Mod::Module(body) }
        }
        ruff::Mod::Expression(expression) => {
            let body = lower.expr(&expression.body)?;
            Mod::Expression(arena.alloc(body))
        }
    };
    Ok(Lowered { module, constants: lower.constants, scopes: lower.next_scope, warnings: lower.warnings })
}

struct Lower<'a, 's> {
    arena: &'a Bump,
    names: &'s mut Names<'a>,
    source: &'s Source<'s>,
    constants: Constants,
    next_scope: u32,
    depth: u32,
    warnings: Vec<Warning>,
}

impl<'a> Lower<'a, '_> {
    fn loc(&self, node: &impl Ranged) -> Loc {
        self.source.loc(node.range())
    }

    fn name(&mut self, name: &ruff::Identifier) -> Name<'a> {
        self.names.intern(name.as_str())
    }

    fn scope(&mut self) -> ScopeId {
        let scope = ScopeId(self.next_scope);
        self.next_scope += 1;
        scope
    }

    fn constant(&mut self, value: Constant) -> ExprKind<'a> {
        ExprKind::Constant { value: self.const_id(value), u_prefix: false }
    }

    fn const_id(&mut self, value: Constant) -> ConstId {
        self.constants.add(value)
    }

    fn error<T>(&self, range: TextRange, message: impl Into<String>) -> Result<T> {
        Err(SyntaxError::at(self.source, self.source.loc(range), message))
    }

    /// A slice of lowered nodes.
    fn list<T, U>(&mut self, nodes: &[T], mut each: impl FnMut(&mut Self, &T) -> Result<U>) -> Result<&'a mut [U]> {
        let mut list = BumpVec::with_capacity_in(nodes.len(), self.arena);
        for node in nodes {
            list.push(each(self, node)?);
        }
        Ok(list.into_bump_slice_mut())
    }

    /// Goes one level down, and fails where that is too deep.
    fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > RECURSION_LIMIT {
            return Err(SyntaxError::without_place(ErrorKind::RecursionError, self.source.filename, RECURSION_MESSAGE));
        }
        Ok(())
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }
}
