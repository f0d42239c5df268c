//! The assembler: from the control-flow graph to a code object.

use quicken_bytecode::location::{ExceptionEntry, ExceptionTableWriter, LocationTableWriter};
use quicken_bytecode::{CodeFlags, CodeObject, CodeUnit, LocalKind, Opcode, PyString};

use crate::ast::{ConstId, Constants, Loc, Name};
use crate::cfg::{self, BlockId, Cfg, Instr, Op};
use crate::codegen::Unit;

/// What a code object is made of.
pub(crate) struct Parts<'u, 'a> {
    pub(crate) unit: &'u mut Unit<'a>,
    pub(crate) filename: PyString,
    pub(crate) flags: CodeFlags,
    /// Whether its frames start with the generator object on the stack.
    pub(crate) is_generator: bool,
}

/// The strings of names: one for all code objects of a module.
pub(crate) struct Strings(Vec<Option<PyString>>);

impl Strings {
    /// For a module with so many names.
    pub(crate) fn new(names: usize) -> Strings {
        Strings(Vec::with_capacity(2 * names))
    }

    pub(crate) fn get(&mut self, name: Name<'_>) -> PyString {
        let number = name.number() as usize;
        if number >= self.0.len() {
            self.0.resize(number + 1, None);
        }
        self.0[number].get_or_insert_with(|| PyString::from(name.text())).clone()
    }
}

/// Optimizes and assembles.
pub(crate) fn assemble(parts: Parts<'_, '_>, constants: &mut Constants, strings: &mut Strings) -> CodeObject {
    let Parts { unit, filename, flags, is_generator } = parts;
    let (cfg, consts, firstlineno) = (&mut unit.cfg, &mut unit.consts.items, unit.firstlineno);
    let slots = Slots::new(&unit.varnames.items, &unit.cellvars.items, &unit.freevars.items);
    cfg.finish(&prefix(flags, firstlineno, &slots, unit.freevars.len()));
    cfg::normalize_blocks(cfg);
    cfg::extend_blocks(cfg);
    fix_cell_operands(cfg, &slots);
    cfg::optimize(cfg, constants, consts);
    cfg::duplicate_exits_without_lineno(cfg);
    cfg::propagate_line_numbers(cfg);
    cfg::guarantee_lineno_for_exits(cfg, firstlineno);
    let stacksize = cfg::stack_depth(cfg, i32::from(is_generator));
    cfg::label_exception_targets(cfg);
    cfg::convert_pseudo_blocks(cfg);
    cfg::place_blocks(cfg);
    drop_unused_constants(cfg, consts);
    let units = resolve_jumps(cfg);
    let (code, linetable) = write(cfg, firstlineno, units);

    let name = strings.get(unit.name);
    let qualname = if unit.qualname == unit.name.text() { name.clone() } else { PyString::from(unit.qualname) };
    CodeObject {
        argcount: unit.argcount,
        posonlyargcount: unit.posonlyargcount,
        kwonlyargcount: unit.kwonlyargcount,
        stacksize,
        flags,
        code,
        consts: consts.iter().map(|id| constants[*id].clone()).collect(),
        names: unit.names.items.iter().map(|name| strings.get(*name)).collect(),
        localsplusnames: slots.names.into_iter().map(|name| strings.get(name)).collect(),
        localspluskinds: slots.kinds.into(),
        filename,
        name,
        qualname,
        firstlineno,
        linetable,
        exceptiontable: write_exceptions(cfg),
    }
}

/// The slots of a frame: locals, then cells (unless a parameter is the cell), then free variables.
struct Slots<'a> {
    names: Vec<Name<'a>>,
    kinds: Vec<LocalKind>,
    /// The slot of each cell and free variable.
    cells: Vec<u32>,
    /// How many of them are cells.
    ncells: usize,
}

impl<'a> Slots<'a> {
    fn new(varnames: &[Name<'a>], cellvars: &[Name<'a>], freevars: &[Name<'a>]) -> Self {
        let mut names = varnames.to_vec();
        let mut kinds = vec![LocalKind::LOCAL; varnames.len()];
        let mut cells = Vec::new();
        for &cell in cellvars {
            match varnames.iter().position(|name| *name == cell) {
                Some(slot) => {
                    kinds[slot] |= LocalKind::CELL;
                    cells.push(slot as u32);
                }
                None => {
                    cells.push(names.len() as u32);
                    names.push(cell);
                    kinds.push(LocalKind::CELL);
                }
            }
        }
        for &free in freevars {
            cells.push(names.len() as u32);
            names.push(free);
            kinds.push(LocalKind::FREE);
        }
        Slots { names, kinds, cells, ncells: cellvars.len() }
    }
}

/// So many instructions may stand before those that the code generator makes of a code object with so many cells.
pub(crate) fn prefix_room(cells: usize) -> usize {
    cells + 3
}

/// What every call starts with: taking over free variables, making cells, making the generator.
fn prefix(flags: CodeFlags, firstlineno: i32, slots: &Slots<'_>, nfree: usize) -> Vec<Instr> {
    let mut prefix = Vec::new();
    if nfree > 0 {
        prefix.push(Instr::new(Opcode::COPY_FREE_VARS, nfree as u32, Loc::NONE));
    }
    // Cells of parameters first. Operands are indices of cells until `fix_cell_operands`.
    let mut cells: Vec<usize> = (0..slots.ncells).collect();
    cells.sort_by_key(|cell| slots.cells[*cell]);
    prefix.extend(cells.into_iter().map(|cell| Instr::new(Opcode::MAKE_CELL, cell as u32, Loc::NONE)));
    if flags.intersects(CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR) {
        let loc = Loc { lineno: firstlineno, end_lineno: firstlineno, ..Loc::NONE };
        prefix.push(Instr::new(Opcode::RETURN_GENERATOR, 0, loc));
        prefix.push(Instr::new(Opcode::POP_TOP, 0, Loc::NONE));
    }
    prefix
}

fn fix_cell_operands(cfg: &mut Cfg, slots: &Slots<'_>) {
    if slots.cells.is_empty() {
        return;
    }
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        for instr in cfg.instrs_mut(id) {
            if let Op::Real(
                Opcode::MAKE_CELL
                | Opcode::LOAD_CLOSURE
                | Opcode::LOAD_DEREF
                | Opcode::STORE_DEREF
                | Opcode::DELETE_DEREF
                | Opcode::LOAD_CLASSDEREF,
            ) = instr.op
            {
                instr.oparg = slots.cells[instr.oparg as usize];
            }
        }
        // Operands may take more or fewer bytes now.
        if slots.names.len() > 0x100 {
            cfg.sum_up(id);
        }
    }
}

/// Constants at the end that nothing uses any more go; the first may be a docstring.
fn drop_unused_constants(cfg: &Cfg, constants: &mut Vec<ConstId>) {
    if !cfg.has_lost_constants() && !cfg!(debug_assertions) {
        return;
    }
    let mut last = 0;
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        for instr in cfg.instrs(id) {
            if matches!(instr.op, Op::Real(Opcode::LOAD_CONST | Opcode::KW_NAMES)) {
                last = last.max(instr.oparg as usize);
            }
        }
        if last + 1 >= constants.len() {
            return;
        }
    }
    debug_assert!(cfg.has_lost_constants() || constants.len() <= last + 1, "the code generator adds what it uses");
    constants.truncate(last + 1);
}

/// Computes the distances of jumps, as often as their EXTENDED_ARGs change the distances; gives the number of code units.
fn resolve_jumps(cfg: &mut Cfg) -> u32 {
    loop {
        let mut end = 0;
        let mut order = cfg.in_order();
        while let Some(id) = order.next(cfg) {
            cfg[id].offset = end;
            end += cfg[id].units;
        }
        let mut changed = false;
        let mut order = cfg.in_order();
        while let Some(id) = order.next(cfg) {
            let Some(target) = cfg.jump_target(id) else { continue };
            let distance = cfg[target].offset.abs_diff(cfg[id].offset + cfg[id].units);
            let Some(jump) = cfg.last_mut(id) else { continue };
            let before = jump.units();
            jump.oparg = distance;
            let after = jump.units();
            if before != after {
                cfg[id].units = cfg[id].units - before + after;
                changed = true;
            }
        }
        if !changed {
            return end;
        }
    }
}

/// The code and its location table.
fn write(cfg: &Cfg, firstlineno: i32, units: u32) -> (Box<[CodeUnit]>, Box<[u8]>) {
    let mut code = vec![CodeUnit::CACHE; units as usize];
    // On average, a unit of code takes 1.3 bytes.
    let mut locations = LocationTableWriter::with_capacity(firstlineno, units as usize * 3 / 2 + 16);
    let mut at = 0;
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        for instr in cfg.instrs(id) {
            let Op::Real(opcode) = instr.op else { unreachable!("only real instructions are left") };
            let oparg = if opcode.has_operand() { instr.oparg } else { 0 };
            let start = at;
            if oparg > 0xFF {
                for shift in [24, 16, 8] {
                    if oparg >> shift != 0 {
                        code[at] = CodeUnit::new(Opcode::EXTENDED_ARG, (oparg >> shift) as u8);
                        at += 1;
                    }
                }
            }
            code[at] = CodeUnit::new(opcode, oparg as u8);
            at += 1 + opcode.cache_units();
            let Loc { lineno, end_lineno, col_offset, end_col_offset } = instr.loc;
            locations.push_numbers(at - start, [lineno, end_lineno, col_offset, end_col_offset]);
        }
    }
    (code.into(), locations.finish())
}

fn write_exceptions(cfg: &Cfg) -> Box<[u8]> {
    if !cfg.has_handlers() {
        return Box::default();
    }
    let mut writer = ExceptionTableWriter::new();
    let mut push = |start: u32, end: u32, handler: BlockId| {
        let (depth, lasti) = cfg[handler].handler_depth();
        writer.push(ExceptionEntry { start: 2 * start, end: 2 * end, target: 2 * cfg[handler].offset, depth, lasti });
    };
    let mut current: Option<(u32, BlockId)> = None;
    let mut end = 0;
    let mut order = cfg.in_order();
    let mut change = |current: &mut Option<(u32, BlockId)>, offset: u32, except: Option<BlockId>| {
        if except != current.map(|(_, handler)| handler) {
            if let Some((start, handler)) = *current {
                push(start, offset, handler);
            }
            *current = except.map(|handler| (offset, handler));
        }
    };
    while let Some(id) = order.next(cfg) {
        match cfg.handler_of_all(id) {
            Some(_) if cfg.instrs(id).is_empty() => {}
            Some(except) => change(&mut current, cfg[id].offset, except),
            None => {
                let mut offset = cfg[id].offset;
                for instr in cfg.instrs(id) {
                    change(&mut current, offset, instr.except);
                    offset += instr.units();
                }
            }
        }
        end = cfg[id].offset + cfg[id].units;
    }
    if let Some((start, handler)) = current {
        push(start, end, handler);
    }
    writer.finish()
}
