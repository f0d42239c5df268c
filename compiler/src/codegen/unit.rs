//! The state of one code object under construction.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use quicken_bytecode::Constant;

use crate::assemble::prefix_room;
use crate::ast::{Loc, ScopeId, Stmt};
use crate::cfg::{BlockId, Cfg};
use crate::symtable::{Block, BlockKind, Flags, Scope};

/// What a code object is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnitKind {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
}

/// What is around the statement being compiled, and has to be undone when it leaves.
#[derive(Clone, Copy, Debug)]
pub(super) enum FrameBlockKind<'a> {
    WhileLoop,
    ForLoop,
    TryExcept,
    /// With the statements of `finally`.
    FinallyTry(&'a [Stmt<'a>]),
    FinallyEnd,
    /// With the place of the statement.
    With(Loc),
    AsyncWith(Loc),
    /// With the name that the handler binds.
    HandlerCleanup(Option<&'a str>),
    /// A value on the stack.
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
    AsyncComprehensionGenerator,
}

/// An entry of the stack of such things.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameBlock<'a> {
    pub(super) kind: FrameBlockKind<'a>,
    /// Where a loop continues.
    pub(super) block: Option<BlockId>,
    /// Where a loop is left to.
    pub(super) exit: Option<BlockId>,
}

/// Names with their indices, in order.
#[derive(Debug, Default)]
pub(super) struct NameTable<'a> {
    pub(super) names: Vec<&'a str>,
    index: HashMap<&'a str, u32>,
}

impl<'a> NameTable<'a> {
    fn of(names: Vec<&'a str>) -> Self {
        let index = names.iter().zip(0..).map(|(name, index)| (*name, index)).collect();
        NameTable { names, index }
    }

    /// The index of a name, which is added if it is new.
    pub(super) fn add(&mut self, name: &'a str) -> u32 {
        *self.index.entry(name).or_insert_with(|| {
            self.names.push(name);
            self.names.len() as u32 - 1
        })
    }

    pub(super) fn get(&self, name: &str) -> Option<u32> {
        self.index.get(name).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }
}

/// Constants, equal ones once.
#[derive(Debug, Default)]
pub(super) struct ConstTable {
    pub(super) values: Vec<Constant>,
    index: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl ConstTable {
    pub(super) fn add(&mut self, value: &Constant) -> u32 {
        let hash = self.hasher.hash_one(value);
        let values = &self.values;
        // A NaN is equal to nothing.
        if !value.holds_nan()
            && let Some(index) = self.index.find(hash, |index| values[*index as usize] == *value)
        {
            return *index;
        }
        let index = values.len() as u32;
        self.values.push(value.clone());
        let (values, hasher) = (&self.values, &self.hasher);
        self.index.insert_unique(hash, index, |index| hasher.hash_one(&values[*index as usize]));
        index
    }
}

/// A code object under construction.
#[derive(Debug)]
pub(super) struct Unit<'a> {
    pub(super) scope: ScopeId,
    pub(super) kind: UnitKind,
    pub(super) name: &'a str,
    pub(super) qualname: &'a str,
    /// The class whose private names are mangled.
    pub(super) private: Option<&'a str>,
    pub(super) consts: ConstTable,
    pub(super) names: NameTable<'a>,
    pub(super) varnames: NameTable<'a>,
    pub(super) cellvars: NameTable<'a>,
    /// Their indices count from the number of cells.
    pub(super) freevars: NameTable<'a>,
    pub(super) argcount: u32,
    pub(super) posonlyargcount: u32,
    pub(super) kwonlyargcount: u32,
    pub(super) firstlineno: i32,
    pub(super) cfg: Cfg,
    pub(super) frame_blocks: Vec<FrameBlock<'a>>,
    /// The place of what is being compiled.
    pub(super) loc: Loc,
}

impl<'a> Unit<'a> {
    pub(super) fn new(
        mut cfg: Cfg,
        block: &Block<'a>,
        scope: ScopeId,
        kind: UnitKind,
        name: &'a str,
        private: Option<&'a str>,
        lineno: i32,
    ) -> Self {
        let sorted = |wanted: &dyn Fn(Option<Scope>, Flags) -> bool| {
            let symbols = block.symbols.iter().filter(|symbol| wanted(symbol.scope, symbol.flags));
            let mut names: Vec<&'a str> = symbols.map(|symbol| symbol.name).collect();
            names.sort_unstable();
            names
        };
        let mut cellvars = sorted(&|scope, _| scope == Some(Scope::Cell));
        if block.kind == BlockKind::Class && block.needs_class_closure {
            cellvars.push("__class__");
        }
        let freevars = sorted(&|scope, flags| scope == Some(Scope::Free) || flags.intersects(Flags::FREE_CLASS));
        cfg.restart(prefix_room(cellvars.len()));
        Unit {
            scope,
            kind,
            name,
            qualname: name,
            private,
            consts: ConstTable::default(),
            names: NameTable::default(),
            varnames: NameTable::of(block.varnames.clone()),
            cellvars: NameTable::of(cellvars),
            freevars: NameTable::of(freevars),
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            firstlineno: lineno,
            cfg,
            frame_blocks: Vec::new(),
            loc: Loc { lineno, col_offset: 0, end_lineno: lineno, end_col_offset: 0 },
        }
    }
}
