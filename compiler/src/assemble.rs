//! The assembler: from the control-flow graph to a code object.

use hashbrown::HashMap;
use quicken_bytecode::location::{ExceptionEntry, ExceptionTableWriter, LocationTableWriter, Position};
use quicken_bytecode::{CodeFlags, CodeObject, CodeUnit, Constant, LocalKind, Opcode, PyString};

use crate::ast::Loc;
use crate::cfg::{self, BlockId, Cfg, Instr, Op};

/// What a code object is made of.
pub(crate) struct Parts<'a> {
    pub(crate) name: &'a str,
    pub(crate) qualname: &'a str,
    pub(crate) filename: PyString,
    pub(crate) constants: Vec<Constant>,
    pub(crate) names: Vec<&'a str>,
    pub(crate) varnames: Vec<&'a str>,
    pub(crate) cellvars: Vec<&'a str>,
    pub(crate) freevars: Vec<&'a str>,
    pub(crate) argcount: u32,
    pub(crate) posonlyargcount: u32,
    pub(crate) kwonlyargcount: u32,
    pub(crate) firstlineno: i32,
    pub(crate) flags: CodeFlags,
    /// Whether its frames start with the generator object on the stack.
    pub(crate) is_generator: bool,
}

/// Names as strings: one for all code objects of a module.
#[derive(Default)]
pub(crate) struct Strings<'a>(HashMap<&'a str, PyString>);

impl<'a> Strings<'a> {
    fn get(&mut self, text: &'a str) -> PyString {
        self.0.entry(text).or_insert_with(|| PyString::from(text)).clone()
    }
}

/// Optimizes and assembles.
pub(crate) fn assemble<'a>(cfg: &mut Cfg, mut parts: Parts<'a>, strings: &mut Strings<'a>) -> CodeObject {
    let slots = Slots::new(&parts.varnames, &parts.cellvars, &parts.freevars);
    cfg.finish(&prefix(parts.flags, parts.firstlineno, &slots, parts.freevars.len()));
    cfg::normalize_blocks(cfg);
    cfg::extend_blocks(cfg);
    fix_cell_operands(cfg, &slots);
    cfg::optimize(cfg, &mut parts.constants);
    cfg::duplicate_exits_without_lineno(cfg);
    trim_unused_constants(cfg, &mut parts.constants);
    cfg::propagate_line_numbers(cfg);
    cfg::guarantee_lineno_for_exits(cfg, parts.firstlineno);
    let stacksize = cfg::stack_depth(cfg, i32::from(parts.is_generator));
    cfg::label_exception_targets(cfg);
    cfg::convert_pseudo_blocks(cfg);
    cfg::clean_blocks(cfg);
    cfg::normalize_jumps(cfg);
    let units = resolve_jumps(cfg);

    let mut text = |text: &'a str| strings.get(text);
    CodeObject {
        argcount: parts.argcount,
        posonlyargcount: parts.posonlyargcount,
        kwonlyargcount: parts.kwonlyargcount,
        stacksize,
        flags: parts.flags,
        code: write_code(cfg, units),
        consts: parts.constants.into(),
        names: parts.names.into_iter().map(&mut text).collect(),
        localsplusnames: slots.names.into_iter().map(&mut text).collect(),
        localspluskinds: slots.kinds.into(),
        filename: parts.filename,
        name: text(parts.name),
        qualname: text(parts.qualname),
        firstlineno: parts.firstlineno,
        linetable: write_locations(cfg, parts.firstlineno),
        exceptiontable: write_exceptions(cfg),
    }
}

/// The slots of a frame: locals, then cells (unless a parameter is the cell), then free variables.
struct Slots<'a> {
    names: Vec<&'a str>,
    kinds: Vec<LocalKind>,
    /// The slot of each cell and free variable.
    cells: Vec<u32>,
    /// How many of them are cells.
    ncells: usize,
}

impl<'a> Slots<'a> {
    fn new(varnames: &[&'a str], cellvars: &[&'a str], freevars: &[&'a str]) -> Self {
        let mut names = varnames.to_vec();
        let mut kinds = vec![LocalKind::LOCAL; varnames.len()];
        let mut cells = Vec::new();
        for cell in cellvars {
            match varnames.iter().position(|name| name == cell) {
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
        for free in freevars {
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
    }
}

/// Constants at the end that nothing uses any more go; the first may be a docstring.
fn trim_unused_constants(cfg: &Cfg, constants: &mut Vec<Constant>) {
    let mut last = 0;
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        for instr in cfg.instrs(id) {
            if matches!(instr.op, Op::Real(Opcode::LOAD_CONST | Opcode::KW_NAMES)) {
                last = last.max(instr.oparg as usize);
            }
        }
    }
    constants.truncate(last + 1);
}

/// Computes the distances of jumps, as often as their EXTENDED_ARGs change the distances; gives the number of code units.
fn resolve_jumps(cfg: &mut Cfg) -> u32 {
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        cfg[id].units = cfg.instrs(id).iter().map(Instr::units).sum();
    }
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

fn write_code(cfg: &Cfg, units: u32) -> Box<[CodeUnit]> {
    let mut code = Vec::with_capacity(units as usize);
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        for instr in cfg.instrs(id) {
            let Op::Real(opcode) = instr.op else { unreachable!("only real instructions are left") };
            let oparg = if opcode.has_operand() { instr.oparg } else { 0 };
            if oparg > 0xFF {
                for shift in [24, 16, 8] {
                    if oparg >> shift != 0 {
                        code.push(CodeUnit::new(Opcode::EXTENDED_ARG, (oparg >> shift) as u8));
                    }
                }
            }
            code.push(CodeUnit::new(opcode, oparg as u8));
            for _ in 0..opcode.cache_units() {
                code.push(CodeUnit::CACHE);
            }
        }
    }
    code.into()
}

fn write_locations(cfg: &Cfg, firstlineno: i32) -> Box<[u8]> {
    let some = |value: i32| (value >= 0).then_some(value);
    let mut writer = LocationTableWriter::new(firstlineno);
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        for instr in cfg.instrs(id) {
            let position = Position {
                line: some(instr.loc.lineno),
                end_line: some(instr.loc.end_lineno),
                column: some(instr.loc.col_offset),
                end_column: some(instr.loc.end_col_offset),
            };
            writer.push(instr.units() as usize, position);
        }
    }
    writer.finish()
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
    let mut offset = 0;
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        for instr in cfg.instrs(id) {
            if instr.except != current.map(|(_, handler)| handler) {
                if let Some((start, handler)) = current {
                    push(start, offset, handler);
                }
                current = instr.except.map(|handler| (offset, handler));
            }
            offset += instr.units();
        }
    }
    if let Some((start, handler)) = current {
        push(start, offset, handler);
    }
    writer.finish()
}
