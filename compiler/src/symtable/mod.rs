//! The symbol table: which scope each name of each block belongs to.
//!
//! Two passes, as in CPython. [`visit`] collects facts: this name is a parameter here, that one is assigned there. [`analyze`] then
//! decides for every name whether it is local, a cell, free, or global.

mod analyze;
mod visit;

use hashbrown::HashMap;

use crate::ast::{CompKind, Loc, Mod, Name, ScopeId};
use crate::error::Result;
use crate::names::Names;
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
    pub(crate) name: Name<'a>,
    pub(crate) flags: Flags,
    /// Decided by the second pass.
    pub(crate) scope: Option<Scope>,
    /// The name that was met next in the block.
    next: Option<SymbolId>,
}

/// Index of a name in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SymbolId(u32);

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
    pub(crate) id: BlockId,
    pub(crate) kind: BlockKind,
    pub(crate) nested: bool,
    pub(crate) generator: bool,
    pub(crate) coroutine: bool,
    pub(crate) varargs: bool,
    pub(crate) varkeywords: bool,
    pub(crate) needs_class_closure: bool,
    comprehension: Option<CompKind>,
    /// The names, in the order in which they were met.
    symbols: Option<List<SymbolId>>,
    parent: Option<BlockId>,
    children: Option<List<BlockId>>,
    /// The next child of the same parent.
    next: Option<BlockId>,
    /// `global` and `nonlocal` declarations, for messages.
    directives: Vec<(Name<'a>, Loc)>,
    /// While the target of a comprehension's `for` is visited.
    comp_iter_target: bool,
    /// How many iterables of comprehensions are being visited.
    comp_iter_expr: u32,
    loc: Loc,
}

/// The ends of a linked list.
#[derive(Clone, Copy, Debug)]
struct List<T> {
    first: T,
    last: T,
}

/// Index of a block, in the order of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockId(u32);

impl BlockId {
    /// The module's block.
    pub(crate) const MODULE: BlockId = BlockId(0);
    /// No block.
    const NONE: BlockId = BlockId(u32::MAX);
}

/// The finished table. The names of all blocks are in one list, and found in one hash table.
#[derive(Debug)]
pub(crate) struct SymbolTable<'a> {
    blocks: Vec<Block<'a>>,
    symbols: Vec<Symbol<'a>>,
    /// By [`key`].
    index: HashMap<u64, SymbolId>,
    by_scope: Vec<Option<BlockId>>,
    /// By the numbers of names, the symbols that were asked for last.
    recent: Vec<(BlockId, SymbolId)>,
}

fn key(block: BlockId, name: Name<'_>) -> u64 {
    u64::from(block.0) << 32 | u64::from(name.number())
}

impl<'a> SymbolTable<'a> {
    /// Collects and analyzes the names of a module.
    pub(crate) fn build(
        names: &mut Names<'a>,
        source: &Source<'_>,
        module: &Mod<'a>,
        scopes: u32,
        future_annotations: bool,
    ) -> Result<SymbolTable<'a>> {
        let class_name = names.intern("__class__");
        let mut table = visit::visit(names, source, module, scopes, future_annotations)?;
        analyze::analyze(&mut table, source, class_name)?;
        Ok(table)
    }

    /// The block of a scope.
    pub(crate) fn block(&self, scope: ScopeId) -> &Block<'a> {
        let id = self.by_scope[scope.0 as usize].unwrap_or(BlockId::MODULE);
        &self[id]
    }

    /// A name in a block.
    pub(crate) fn get(&self, block: BlockId, name: Name<'_>) -> Option<&Symbol<'a>> {
        self.index.get(&key(block, name)).map(|id| &self[*id])
    }

    /// Where a name in a block lives.
    pub(crate) fn scope(&self, block: BlockId, name: Name<'_>) -> Option<Scope> {
        self.get(block, name)?.scope
    }

    /// The names of a block, in the order in which they were met: parameters first, in the order of their slots.
    pub(crate) fn symbols(&self, block: &Block<'a>) -> impl Iterator<Item = &Symbol<'a>> {
        let first = block.symbols.map(|list| &self[list.first]);
        std::iter::successors(first, |symbol| symbol.next.map(|next| &self[next]))
    }

    /// Marks the module as a coroutine: top-level `await` was met.
    pub(crate) fn set_module_coroutine(&mut self) {
        self[BlockId::MODULE].coroutine = true;
    }

    fn flags(&self, block: BlockId, name: Name<'_>) -> Flags {
        self.get(block, name).map_or(Flags::NONE, |symbol| symbol.flags)
    }

    /// The symbol of a name, new if there is none.
    fn entry(&mut self, block: BlockId, name: Name<'a>) -> &mut Symbol<'a> {
        let number = name.number() as usize;
        if let Some((found, id)) = self.recent.get(number)
            && *found == block
        {
            return &mut self.symbols[id.0 as usize];
        }
        let new = SymbolId(self.symbols.len() as u32);
        let id = *self.index.entry(key(block, name)).or_insert(new);
        if id == new {
            self.symbols.push(Symbol { name, flags: Flags::NONE, scope: None, next: None });
            let block = &mut self.blocks[block.0 as usize];
            match &mut block.symbols {
                Some(list) => self.symbols[std::mem::replace(&mut list.last, new).0 as usize].next = Some(new),
                None => block.symbols = Some(List { first: new, last: new }),
            }
        }
        if number >= self.recent.len() {
            self.recent.resize(number + 1, (BlockId::NONE, id));
        }
        self.recent[number] = (block, id);
        &mut self.symbols[id.0 as usize]
    }
}

impl<'a> std::ops::Index<BlockId> for SymbolTable<'a> {
    type Output = Block<'a>;

    fn index(&self, id: BlockId) -> &Block<'a> {
        &self.blocks[id.0 as usize]
    }
}

impl std::ops::IndexMut<BlockId> for SymbolTable<'_> {
    fn index_mut(&mut self, id: BlockId) -> &mut Self::Output {
        &mut self.blocks[id.0 as usize]
    }
}

impl<'a> std::ops::Index<SymbolId> for SymbolTable<'a> {
    type Output = Symbol<'a>;

    fn index(&self, id: SymbolId) -> &Symbol<'a> {
        &self.symbols[id.0 as usize]
    }
}

impl std::ops::IndexMut<SymbolId> for SymbolTable<'_> {
    fn index_mut(&mut self, id: SymbolId) -> &mut Self::Output {
        &mut self.symbols[id.0 as usize]
    }
}
