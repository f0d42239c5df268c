//! The symbol table: which scope each name of each block belongs to.
//!
//! Two passes, as in CPython. [`visit`] collects facts: this name is a parameter here, that one is assigned there. [`analyze`] then
//! decides for every name whether it is local, a cell, free, or global.

mod analyze;
mod visit;

use bumpalo::Bump;
use hashbrown::HashMap;

use crate::ast::{CompKind, Loc, Mod, ScopeId};
use crate::error::Result;
use crate::source::Source;

/// What is known about a name in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flags(u32);

impl Flags {
    pub(crate) const NONE: Flags = Flags(0);
    /// `global name`
    pub(crate) const GLOBAL: Flags = Flags(1);
    /// Assigned in the block.
    pub(crate) const LOCAL: Flags = Flags(1 << 1);
    /// A parameter.
    pub(crate) const PARAM: Flags = Flags(1 << 2);
    /// `nonlocal name`
    pub(crate) const NONLOCAL: Flags = Flags(1 << 3);
    /// Read in the block.
    pub(crate) const USE: Flags = Flags(1 << 4);
    /// Free in a method, while the class has a name like it.
    pub(crate) const FREE_CLASS: Flags = Flags(1 << 6);
    /// Assigned by an import.
    pub(crate) const IMPORT: Flags = Flags(1 << 7);
    /// Annotated.
    pub(crate) const ANNOT: Flags = Flags(1 << 8);
    /// The target of a comprehension's `for`.
    pub(crate) const COMP_ITER: Flags = Flags(1 << 9);
    /// Bound in the block, one way or the other.
    pub(crate) const BOUND: Flags = Flags(Self::LOCAL.0 | Self::PARAM.0 | Self::IMPORT.0);

    pub(crate) const fn intersects(self, other: Flags) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn with(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

/// Where a name lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Local,
    GlobalExplicit,
    GlobalImplicit,
    Free,
    Cell,
}

/// A name in a block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Symbol<'a> {
    pub(crate) name: &'a str,
    pub(crate) flags: Flags,
    /// Decided by the second pass.
    pub(crate) scope: Option<Scope>,
}

/// The names of a block, in the order in which they were met.
#[derive(Debug, Default)]
pub(crate) struct Symbols<'a> {
    list: Vec<Symbol<'a>>,
    index: HashMap<&'a str, usize>,
}

impl<'a> Symbols<'a> {
    pub(crate) fn get(&self, name: &str) -> Option<&Symbol<'a>> {
        self.index.get(name).map(|index| &self.list[*index])
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Symbol<'a>> {
        self.list.iter()
    }

    fn flags(&self, name: &str) -> Flags {
        self.get(name).map_or(Flags::NONE, |symbol| symbol.flags)
    }

    /// The symbol of a name, new if there is none.
    fn entry(&mut self, name: &'a str) -> &mut Symbol<'a> {
        let index = *self.index.entry(name).or_insert_with(|| {
            self.list.push(Symbol { name, flags: Flags::NONE, scope: None });
            self.list.len() - 1
        });
        &mut self.list[index]
    }
}

/// The kinds of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    Function,
    Class,
    Module,
    /// An annotation that is not evaluated (`from __future__ import annotations`).
    Annotation,
}

/// A block: module, class, function, lambda, or comprehension.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    pub(crate) kind: BlockKind,
    pub(crate) symbols: Symbols<'a>,
    /// Parameters, in the order of their slots.
    pub(crate) varnames: Vec<&'a str>,
    pub(crate) nested: bool,
    pub(crate) generator: bool,
    pub(crate) coroutine: bool,
    pub(crate) varargs: bool,
    pub(crate) varkeywords: bool,
    pub(crate) needs_class_closure: bool,
    comprehension: Option<CompKind>,
    children: Vec<BlockId>,
    /// `global` and `nonlocal` declarations, for messages.
    directives: Vec<(&'a str, Loc)>,
    /// While the target of a comprehension's `for` is visited.
    comp_iter_target: bool,
    /// How many iterables of comprehensions are being visited.
    comp_iter_expr: u32,
    loc: Loc,
}

impl Block<'_> {
    pub(crate) fn scope(&self, name: &str) -> Option<Scope> {
        self.symbols.get(name)?.scope
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct BlockId(usize);

/// The finished table.
#[derive(Debug)]
pub(crate) struct SymbolTable<'a> {
    blocks: Vec<Block<'a>>,
    by_scope: Vec<Option<BlockId>>,
}

impl<'a> SymbolTable<'a> {
    /// Collects and analyzes the names of a module.
    pub(crate) fn build(
        arena: &'a Bump,
        source: &Source<'_>,
        module: &Mod<'a>,
        scopes: u32,
        future_annotations: bool,
    ) -> Result<SymbolTable<'a>> {
        let mut table = visit::visit(arena, source, module, scopes, future_annotations)?;
        analyze::analyze(&mut table, source)?;
        Ok(table)
    }

    /// The block of a scope.
    pub(crate) fn block(&self, scope: ScopeId) -> &Block<'a> {
        let id = self.by_scope[scope.0 as usize].unwrap_or(BlockId(0));
        &self.blocks[id.0]
    }

    /// Marks the module as a coroutine: top-level `await` was met.
    pub(crate) fn set_module_coroutine(&mut self) {
        self.blocks[0].coroutine = true;
    }
}
