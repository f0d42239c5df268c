//! Code objects: compiled code with its constants, names and tables.

use std::fmt;

use bitflags::bitflags;

use crate::location::{ExceptionEntries, LineRange, Position, PositionRange, PositionRanges, line_ranges};
use crate::{Constant, Opcode, PyString};

/// One 16-bit unit of code: an instruction (opcode in the low byte, operand in the high byte) or a part of an inline cache.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(transparent)]
pub struct CodeUnit(pub u16);

const _: () = assert!(size_of::<CodeUnit>() == 2);

impl CodeUnit {
    /// An empty cache unit.
    pub const CACHE: CodeUnit = CodeUnit(0);

    /// An instruction with its operand byte.
    #[inline]
    pub const fn new(opcode: Opcode, oparg: u8) -> CodeUnit {
        CodeUnit::from_bytes([opcode as u8, oparg])
    }

    /// The unit with these two bytes of `co_code`.
    #[inline]
    pub const fn from_bytes(bytes: [u8; 2]) -> CodeUnit {
        CodeUnit(u16::from_le_bytes(bytes))
    }

    /// The two bytes of `co_code`.
    #[inline]
    pub const fn to_bytes(self) -> [u8; 2] {
        self.0.to_le_bytes()
    }

    /// The number of the opcode.
    #[inline]
    pub const fn opcode_number(self) -> u8 {
        self.0 as u8
    }

    /// The opcode, if the number is one.
    #[inline]
    pub const fn opcode(self) -> Option<Opcode> {
        Opcode::from_u8(self.0 as u8)
    }

    /// The operand byte.
    #[inline]
    pub const fn oparg(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// The same operand under another opcode.
    #[inline]
    pub const fn with_opcode(self, opcode: Opcode) -> CodeUnit {
        CodeUnit(self.0 & 0xFF00 | opcode as u16)
    }
}

impl fmt::Debug for CodeUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.opcode() {
            Some(opcode) => write!(f, "{opcode}({})", self.oparg()),
            None => write!(f, "CodeUnit({:#06x})", self.0),
        }
    }
}

bitflags! {
    /// `co_flags`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
    pub struct CodeFlags: u32 {
        /// Locals are in slots.
        const OPTIMIZED = 0x0001;
        /// A call makes a new local namespace.
        const NEWLOCALS = 0x0002;
        /// Has a `*args` parameter.
        const VARARGS = 0x0004;
        /// Has a `**kwargs` parameter.
        const VARKEYWORDS = 0x0008;
        /// Defined inside a function.
        const NESTED = 0x0010;
        /// Is a generator.
        const GENERATOR = 0x0020;
        /// Is a coroutine (`async def`).
        const COROUTINE = 0x0080;
        /// Is a generator that `types.coroutine` made awaitable.
        const ITERABLE_COROUTINE = 0x0100;
        /// Is an asynchronous generator.
        const ASYNC_GENERATOR = 0x0200;
        /// `from __future__ import division`
        const FUTURE_DIVISION = 0x2_0000;
        /// `from __future__ import absolute_import`
        const FUTURE_ABSOLUTE_IMPORT = 0x4_0000;
        /// `from __future__ import with_statement`
        const FUTURE_WITH_STATEMENT = 0x8_0000;
        /// `from __future__ import print_function`
        const FUTURE_PRINT_FUNCTION = 0x10_0000;
        /// `from __future__ import unicode_literals`
        const FUTURE_UNICODE_LITERALS = 0x20_0000;
        /// `from __future__ import barry_as_FLUFL`
        const FUTURE_BARRY_AS_BDFL = 0x40_0000;
        /// `from __future__ import generator_stop`
        const FUTURE_GENERATOR_STOP = 0x80_0000;
        /// `from __future__ import annotations`
        const FUTURE_ANNOTATIONS = 0x100_0000;

        // Bits that have no name survive reading and writing.
        const _ = !0;
    }
}

bitflags! {
    /// What a slot of "localsplus" is. A parameter that a nested function captures is both a local and a cell.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
    pub struct LocalKind: u8 {
        /// A local variable (`CO_FAST_LOCAL`).
        const LOCAL = 0x20;
        /// A variable that nested functions capture (`CO_FAST_CELL`).
        const CELL = 0x40;
        /// A variable of an enclosing function (`CO_FAST_FREE`).
        const FREE = 0x80;

        // Bits that have no name survive reading and writing.
        const _ = !0;
    }
}

/// A code object of CPython 3.11 in its generic form: nothing quickened, caches zero.
///
/// Equality compares everything, file name and qualified name included (CPython's `code.__eq__` leaves those two out).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeObject {
    /// Number of positional parameters (positional-only ones included, `*args` not).
    pub argcount: u32,
    /// Number of positional-only parameters.
    pub posonlyargcount: u32,
    /// Number of keyword-only parameters.
    pub kwonlyargcount: u32,
    /// Height of the value stack that execution needs.
    pub stacksize: u32,
    /// What kind of code it is.
    pub flags: CodeFlags,
    /// Instructions and their (zero) inline caches.
    pub code: Box<[CodeUnit]>,
    /// Constants.
    pub consts: Box<[Constant]>,
    /// Names of globals, attributes and imports.
    pub names: Box<[PyString]>,
    /// Names of locals, cells and free variables, in the order of their slots.
    pub localsplusnames: Box<[PyString]>,
    /// What each of them is.
    pub localspluskinds: Box<[LocalKind]>,
    /// The source file.
    pub filename: PyString,
    /// The name of the function or class.
    pub name: PyString,
    /// The dotted name from the module on.
    pub qualname: PyString,
    /// The first line.
    pub firstlineno: i32,
    /// Source positions (PEP 626 and 657), see [`crate::location`].
    pub linetable: Box<[u8]>,
    /// Exception handlers, see [`crate::location`].
    pub exceptiontable: Box<[u8]>,
}

impl CodeObject {
    /// Number of local variables (parameters included).
    pub fn nlocals(&self) -> usize {
        self.count(LocalKind::LOCAL)
    }

    /// Number of cell variables.
    pub fn ncellvars(&self) -> usize {
        self.count(LocalKind::CELL)
    }

    /// Number of free variables.
    pub fn nfreevars(&self) -> usize {
        self.count(LocalKind::FREE)
    }

    /// Number of slots for locals, cells and free variables together.
    pub fn nlocalsplus(&self) -> usize {
        self.localsplusnames.len()
    }

    /// `co_varnames`: the names of local variables.
    pub fn varnames(&self) -> impl Iterator<Item = &PyString> {
        self.of_kind(LocalKind::LOCAL)
    }

    /// `co_cellvars`: the names of cell variables.
    pub fn cellvars(&self) -> impl Iterator<Item = &PyString> {
        self.of_kind(LocalKind::CELL)
    }

    /// `co_freevars`: the names of free variables.
    pub fn freevars(&self) -> impl Iterator<Item = &PyString> {
        self.of_kind(LocalKind::FREE)
    }

    fn count(&self, kind: LocalKind) -> usize {
        self.localspluskinds.iter().filter(|k| k.intersects(kind)).count()
    }

    fn of_kind(&self, kind: LocalKind) -> impl Iterator<Item = &PyString> {
        let pairs = self.localsplusnames.iter().zip(&self.localspluskinds);
        pairs.filter(move |(_, k)| k.intersects(kind)).map(|(name, _)| name)
    }

    /// `co_code`: the bytes of the code.
    pub fn co_code(&self) -> Vec<u8> {
        self.code.iter().flat_map(|unit| unit.to_bytes()).collect()
    }

    /// The instructions of the code, caches skipped.
    pub fn instructions(&self) -> Instructions<'_> {
        Instructions::new(&self.code)
    }

    /// `co_positions()`: the source position of every code unit (caches have their instruction's).
    pub fn positions(&self) -> impl Iterator<Item = Position> + '_ {
        self.position_ranges().flat_map(|range| std::iter::repeat_n(range.position, range.units as usize))
    }

    /// The entries of the location table.
    pub fn position_ranges(&self) -> PositionRanges<'_> {
        PositionRanges::new(&self.linetable, self.firstlineno)
    }

    /// The source position of the instruction at an offset in bytes.
    pub fn position_at(&self, offset: u32) -> Position {
        let unit = offset / 2;
        let covers = |range: &PositionRange| range.start_unit <= unit && unit < range.start_unit + range.units;
        self.position_ranges().find(covers).map_or(Position::NONE, |range| range.position)
    }

    /// `co_lines()`: the ranges of bytes that belong to a line (or to none), in order.
    pub fn lines(&self) -> impl Iterator<Item = LineRange> + '_ {
        line_ranges(self.position_ranges())
    }

    /// The entries of the exception table, in order.
    pub fn exception_table(&self) -> ExceptionEntries<'_> {
        ExceptionEntries::new(&self.exceptiontable)
    }

    /// The code objects among the constants.
    pub fn nested(&self) -> impl Iterator<Item = &std::sync::Arc<CodeObject>> {
        self.consts.iter().filter_map(|constant| match constant {
            Constant::Code(code) => Some(code),
            _ => None,
        })
    }
}

/// An instruction as it stands in code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Offset in bytes from the start of the code.
    pub offset: u32,
    /// The opcode.
    pub opcode: Opcode,
    /// The operand, with what the EXTENDED_ARGs before it supply.
    pub oparg: u32,
}

impl Instruction {
    /// Offset in bytes of the next instruction.
    pub const fn end(&self) -> u32 {
        self.offset + 2 + 2 * self.opcode.cache_units() as u32
    }

    /// Where the instruction jumps to by its operand, in bytes; `None` if it is no jump. The target is not checked.
    pub const fn jump_target(&self) -> Option<i64> {
        // Distances count from the end of the instruction's own unit: no jump of 3.11 has a cache.
        let next = self.offset as i64 + 2;
        match self.opcode.operand() {
            crate::Operand::JumpForward => Some(next + 2 * self.oparg as i64),
            crate::Operand::JumpBackward => Some(next - 2 * self.oparg as i64),
            _ => None,
        }
    }
}

/// Iterates over the instructions of generic or live code: caches are skipped, operands extended.
///
/// EXTENDED_ARG instructions are yielded too, with what they contribute so far. A unit with an unknown opcode ends the iteration; the
/// verifier is what reports it.
#[derive(Clone, Debug)]
pub struct Instructions<'a> {
    code: &'a [CodeUnit],
    next: usize,
    extended: u32,
}

impl<'a> Instructions<'a> {
    /// The instructions of these units.
    pub const fn new(code: &'a [CodeUnit]) -> Self {
        Instructions { code, next: 0, extended: 0 }
    }
}

impl Iterator for Instructions<'_> {
    type Item = Instruction;

    fn next(&mut self) -> Option<Instruction> {
        let unit = *self.code.get(self.next)?;
        let opcode = unit.opcode()?;
        let offset = 2 * self.next as u32;
        let oparg = self.extended << 8 | u32::from(unit.oparg());
        self.extended = if opcode.base() == Opcode::EXTENDED_ARG { oparg } else { 0 };
        self.next += 1 + opcode.cache_units();
        Some(Instruction { offset, opcode, oparg })
    }
}
