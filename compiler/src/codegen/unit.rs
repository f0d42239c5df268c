//! The state of one code object under construction.

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
    kind: TableKind,
    /// Tells the tables of a module apart in [`Indices`].
    number: u32,
    pub(crate) items: Vec<T>,
    /// What the items of this table stand in front of in [`Indices`].
    covered: Vec<(u32, Slot)>,
}

/// The tables of a code object.
#[derive(Clone, Copy, Debug)]
pub(super) enum TableKind {
    Consts,
    Names,
    Varnames,
    Cellvars,
    Freevars,
}

impl<T: Numbered> Table<T> {
    fn new(kind: TableKind) -> Self {
        Table { kind, number: 0, items: Vec::with_capacity(32), covered: Vec::with_capacity(32) }
    }

    /// Empties the table, for another code object.
    fn restart(&mut self, indices: &mut Indices) {
        self.items.clear();
        indices.tables += 1;
        self.number = indices.tables;
    }

    /// The index of an item, which is added if it is new.
    pub(super) fn add(&mut self, indices: &mut Indices, item: T) -> u32 {
        let number = item.number();
        let slot = slot(&mut indices.slots[self.kind as usize], number);
        if slot.table == self.number {
            return slot.index;
        }
        let index = self.items.len() as u32;
        self.covered.push((number, std::mem::replace(slot, Slot { table: self.number, index })));
        self.items.push(item);
        index
    }

    pub(super) fn get(&self, indices: &Indices, item: T) -> Option<u32> {
        let slot = indices.slots[self.kind as usize].get(item.number() as usize)?;
        (slot.table == self.number).then_some(slot.index)
    }

    /// The code object is finished: the tables of the one around it are in force again.
    fn finish(&mut self, indices: &mut Indices) {
        for (number, covered) in self.covered.drain(..) {
            indices.slots[self.kind as usize][number as usize] = covered;
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
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

/// The index that an item has in a table.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    table: u32,
    index: u32,
}

/// By the numbers of items, their indices in the tables of the code object that is being made. What the tables of those around it have for
/// an item is covered meanwhile.
#[derive(Debug)]
pub(crate) struct Indices {
    slots: [Vec<Slot>; 5],
    /// By the numbers of names, what they are in the block of the code object. The index is that of [`SCOPES`].
    scopes: Vec<Slot>,
    tables: u32,
}

/// What [`Indices::scopes`] refers to.
const SCOPES: [Scope; 5] = [Scope::Local, Scope::GlobalExplicit, Scope::GlobalImplicit, Scope::Free, Scope::Cell];

impl Indices {
    /// For a module with so many names.
    pub(super) fn new(names: usize) -> Indices {
        let slots = || Vec::with_capacity(2 * names);
        Indices { slots: [slots(), slots(), slots(), Vec::new(), Vec::new()], scopes: slots(), tables: 0 }
    }
}

/// The place for an item.
#[inline]
fn slot(slots: &mut Vec<Slot>, number: u32) -> &mut Slot {
    let at = number as usize;
    if at >= slots.len() {
        slots.resize(at + 1, Slot::default());
    }
    &mut slots[at]
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
    /// What the names of the block stand in front of in [`Indices`].
    covered: Vec<(u32, Slot)>,
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
            consts: Table::new(TableKind::Consts),
            names: Table::new(TableKind::Names),
            varnames: Table::new(TableKind::Varnames),
            cellvars: Table::new(TableKind::Cellvars),
            freevars: Table::new(TableKind::Freevars),
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            firstlineno: 0,
            cfg: Cfg::new(),
            frame_blocks: Vec::new(),
            loc: Loc::NONE,
            covered: Vec::new(),
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
            if let Some(scope) = symbol.scope {
                let number = symbol.name.number();
                let index = scope as u32;
                let slot = slot(&mut indices.scopes, number);
                self.covered.push((number, std::mem::replace(slot, Slot { table: self.consts.number, index })));
            }
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

    /// Where a name of the code object's block lives.
    pub(super) fn scope_of(&self, indices: &Indices, name: Name<'a>) -> Option<Scope> {
        let slot = indices.scopes.get(name.number() as usize)?;
        (slot.table == self.consts.number).then(|| SCOPES[slot.index as usize])
    }

    /// Lets the code object around be compiled on.
    pub(super) fn finish(&mut self, indices: &mut Indices) {
        self.consts.finish(indices);
        for table in [&mut self.names, &mut self.varnames, &mut self.cellvars, &mut self.freevars] {
            table.finish(indices);
        }
        for (number, covered) in self.covered.drain(..) {
            indices.scopes[number as usize] = covered;
        }
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
