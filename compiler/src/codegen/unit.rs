//! The state of one code object under construction.

use hashbrown::HashMap;

use crate::assemble::prefix_room;
use crate::ast::{ConstId, Loc, Name, ScopeId, Stmt};
use crate::cfg::{self, Cfg};
use crate::symtable::{BlockId, BlockKind, Flags, Scope, SymbolTable};

/// What a code object is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnitKind {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
}

/// What is around the statement being compiled, and has to be undone when it leaves.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FrameBlockKind<'a> {
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
    HandlerCleanup(Option<Name<'a>>),
    /// A value on the stack.
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
    AsyncComprehensionGenerator,
}

/// An entry of the stack of such things.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FrameBlock<'a> {
    pub(super) kind: FrameBlockKind<'a>,
    /// Where a loop continues.
    pub(super) block: Option<cfg::BlockId>,
    /// Where a loop is left to.
    pub(super) exit: Option<cfg::BlockId>,
}

/// What has indices in a code object, names or constants, in order.
#[derive(Debug)]
pub(crate) struct Table<T> {
    /// Tells the tables of a module apart in [`Indices`].
    number: u32,
    pub(crate) items: Vec<T>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table { number: 0, items: Vec::new() }
    }
}

impl<T: Numbered> Table<T> {
    /// Empties the table, for another code object.
    fn restart(&mut self, indices: &mut Indices) {
        self.items.clear();
        self.number = indices.tables;
        indices.tables += 1;
    }

    /// The index of an item, which is added if it is new.
    pub(super) fn add(&mut self, indices: &mut Indices, item: T) -> u32 {
        let new = self.items.len() as u32;
        let index = *indices.by_key.entry(self.key(item)).or_insert(new);
        if index == new {
            self.items.push(item);
        }
        index
    }

    pub(super) fn get(&self, indices: &Indices, item: T) -> Option<u32> {
        indices.by_key.get(&self.key(item)).copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    fn key(&self, item: T) -> u64 {
        u64::from(self.number) << 32 | u64::from(item.number())
    }
}

/// What is told apart by its number.
pub(crate) trait Numbered: Copy {
    fn number(self) -> u32;
}

impl Numbered for Name<'_> {
    fn number(self) -> u32 {
        Name::number(self)
    }
}

impl Numbered for ConstId {
    fn number(self) -> u32 {
        self.0
    }
}

/// The indices in the tables of all code objects of a module: one hash table for all.
#[derive(Debug)]
pub(crate) struct Indices {
    by_key: HashMap<u64, u32>,
    tables: u32,
}

impl Indices {
    /// For a module with so many names: each stands in some tables, and there are about as many constants.
    pub(super) fn new(names: usize) -> Indices {
        Indices { by_key: HashMap::with_capacity(5 * names), tables: 0 }
    }
}

/// A code object under construction.
#[derive(Debug)]
pub(crate) struct Unit<'a> {
    pub(crate) scope: ScopeId,
    pub(crate) block: BlockId,
    pub(crate) kind: UnitKind,
    pub(crate) name: Name<'a>,
    pub(crate) qualname: &'a str,
    /// The class whose private names are mangled.
    pub(crate) private: Option<Name<'a>>,
    pub(crate) consts: Table<ConstId>,
    pub(crate) names: Table<Name<'a>>,
    pub(crate) varnames: Table<Name<'a>>,
    pub(crate) cellvars: Table<Name<'a>>,
    /// Their indices count from the number of cells.
    pub(crate) freevars: Table<Name<'a>>,
    pub(crate) argcount: u32,
    pub(crate) posonlyargcount: u32,
    pub(crate) kwonlyargcount: u32,
    pub(crate) firstlineno: i32,
    pub(crate) cfg: Cfg,
    pub(crate) frame_blocks: Vec<FrameBlock<'a>>,
    /// The place of what is being compiled.
    pub(crate) loc: Loc,
}

impl<'a> Unit<'a> {
    /// A unit that has not been started.
    pub(super) fn new(name: Name<'a>) -> Self {
        Unit {
            scope: ScopeId::MODULE,
            block: BlockId::MODULE,
            kind: UnitKind::Module,
            name,
            qualname: name.text(),
            private: None,
            consts: Table::default(),
            names: Table::default(),
            varnames: Table::default(),
            cellvars: Table::default(),
            freevars: Table::default(),
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            firstlineno: 0,
            cfg: Cfg::new(),
            frame_blocks: Vec::new(),
            loc: Loc::NONE,
        }
    }

    /// Starts on a code object, with what an earlier one has left of memory.
    pub(super) fn restart(&mut self, start: Start<'a>, symbols: &SymbolTable<'a>, indices: &mut Indices) {
        let Start { scope, kind, name, qualname, private, lineno, class_name } = start;
        let block = symbols.block(scope);
        (self.scope, self.block, self.kind) = (scope, block.id, kind);
        (self.name, self.qualname, self.private) = (name, qualname, private);
        (self.argcount, self.posonlyargcount, self.kwonlyargcount) = (0, 0, 0);
        self.firstlineno = lineno;
        self.loc = Loc { lineno, col_offset: 0, end_lineno: lineno, end_col_offset: 0 };
        self.consts.restart(indices);
        for table in [&mut self.names, &mut self.varnames, &mut self.cellvars, &mut self.freevars] {
            table.restart(indices);
        }
        self.frame_blocks.clear();
        for symbol in symbols.symbols(block) {
            if symbol.flags.intersects(Flags::PARAM) {
                self.varnames.add(indices, symbol.name);
            }
            if symbol.scope == Some(Scope::Cell) {
                self.cellvars.items.push(symbol.name);
            }
            if symbol.scope == Some(Scope::Free) || symbol.flags.intersects(Flags::FREE_CLASS) {
                self.freevars.items.push(symbol.name);
            }
        }
        for table in [&mut self.cellvars, &mut self.freevars] {
            let mut names = std::mem::take(&mut table.items);
            names.sort_unstable_by_key(|name| name.text());
            for name in names.drain(..) {
                table.add(indices, name);
            }
        }
        if block.kind == BlockKind::Class && block.needs_class_closure {
            self.cellvars.add(indices, class_name);
        }
        self.cfg.restart(prefix_room(self.cellvars.len()));
    }
}

/// What a unit is started with.
pub(super) struct Start<'a> {
    pub(super) scope: ScopeId,
    pub(super) kind: UnitKind,
    pub(super) name: Name<'a>,
    pub(super) qualname: &'a str,
    pub(super) private: Option<Name<'a>>,
    pub(super) lineno: i32,
    /// `__class__`
    pub(super) class_name: Name<'a>,
}
