//! The disassembler, in the layout of CPython 3.11's `dis`.
//!
//! [`disassemble`] gives plain structs, [`dis`] the text that `python3.11 -m dis FILE` prints. Live (quickened) code is shown through
//! [`DisOptions::live_code`], as `dis.dis(code, adaptive=True)` shows it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::location::{ExceptionEntry, Position};
use crate::operators::{
    BINARY_OPERATORS, COMPARE_OPERATORS, FORMAT_VALUE_CONVERSION_MASK, FORMAT_VALUE_CONVERSION_NAMES, FormatValueFlags,
    MAKE_FUNCTION_FLAG_NAMES,
};
use crate::repr::{repr_code, repr_constant};
use crate::{CodeObject, CodeUnit, Opcode, Operand, Role};

/// Gives the live code of a code object (`_co_code_adaptive`), where there is any.
pub type LiveCode<'a> = &'a dyn Fn(&CodeObject) -> Option<Box<[CodeUnit]>>;

/// What to show, and how.
pub struct DisOptions<'a> {
    /// Where live code comes from; the generic code is shown where this gives none.
    pub live_code: Option<LiveCode<'a>>,
    /// Whether inline caches have lines of their own.
    pub show_caches: bool,
    /// What a code object prints as its address.
    pub address: &'a dyn Fn(&CodeObject) -> u64,
    /// How many levels of nested code follow; none means all.
    pub depth: Option<usize>,
    /// Offset of the instruction to mark with an arrow.
    pub lasti: Option<u32>,
}

impl DisOptions<'static> {
    /// Generic code with all nested code, no caches, and one made-up address for everything.
    pub const PLAIN: DisOptions<'static> =
        DisOptions { live_code: None, show_caches: false, address: &|_| PLACEHOLDER_ADDRESS, depth: None, lasti: None };
}

/// What code objects print as their address where the real one would only be noise.
pub const PLACEHOLDER_ADDRESS: u64 = 0x7f00_0000_0000;

/// A code object, taken apart.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Disassembly {
    /// Name of the function or class.
    pub name: String,
    /// Dotted name from the module on.
    pub qualname: String,
    /// The source file.
    pub filename: String,
    /// The first line.
    pub firstlineno: i32,
    /// `repr` of the code object.
    pub repr: String,
    /// Length of the code in bytes.
    pub size: u32,
    /// The instructions (and caches, if asked for) in order.
    pub instructions: Vec<DisInstruction>,
    /// The exception table.
    pub exception_table: Vec<DisHandler>,
    /// The code objects among the constants, in order.
    pub nested: Vec<Disassembly>,
}

/// A line of the disassembly.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct DisInstruction {
    /// Offset in bytes.
    pub offset: u32,
    /// CPython's name; numbers that no instruction has are `<number>`.
    pub opname: String,
    /// The number.
    pub opcode: u8,
    /// The operand, if the instruction has one; a C `int`, as in `dis`.
    pub arg: Option<i64>,
    /// What the operand stands for, in words; empty if there is nothing to say.
    pub argrepr: String,
    /// Where the instruction jumps to.
    pub jump_target: Option<i64>,
    /// The line that starts here.
    pub starts_line: Option<i32>,
    /// Whether other code jumps here.
    pub is_jump_target: bool,
    /// First line of the instruction's source.
    pub line: Option<i32>,
    /// Last line.
    pub end_line: Option<i32>,
    /// First column.
    pub column: Option<i32>,
    /// Column behind the last.
    pub end_column: Option<i32>,
}

/// A handler in the exception table. Offsets are in bytes; `end` is behind the protected code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[expect(missing_docs, reason = "the fields are those of `ExceptionEntry`")]
pub struct DisHandler {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    pub depth: u32,
    pub lasti: bool,
}

impl From<ExceptionEntry> for DisHandler {
    fn from(entry: ExceptionEntry) -> Self {
        let ExceptionEntry { start, end, target, depth, lasti } = entry;
        DisHandler { start, end, target, depth, lasti }
    }
}

/// The text that `dis.dis(code)` prints.
pub fn dis(code: &CodeObject, options: &DisOptions<'_>) -> String {
    let mut out = String::new();
    disassemble(code, options).write(&mut out, options.lasti);
    out
}

/// Takes a code object apart, and those nested in it.
pub fn disassemble(code: &CodeObject, options: &DisOptions<'_>) -> Disassembly {
    let live = options.live_code.and_then(|live_code| live_code(code));
    let units: &[CodeUnit] = live.as_deref().unwrap_or(&code.code);
    let nested = match options.depth {
        Some(0) => Vec::new(),
        depth => {
            let options = DisOptions { depth: depth.map(|depth| depth - 1), lasti: None, ..*options };
            code.nested().map(|nested| disassemble(nested, &options)).collect()
        }
    };
    Disassembly {
        name: code.name.to_string_lossy(),
        qualname: code.qualname.to_string_lossy(),
        filename: code.filename.to_string_lossy(),
        firstlineno: code.firstlineno,
        repr: repr_code(code, (options.address)(code)),
        size: 2 * units.len() as u32,
        instructions: instructions(code, units, options),
        exception_table: code.exception_table().map(DisHandler::from).collect(),
        nested,
    }
}

impl Disassembly {
    /// Appends the text of this code and of all nested code.
    pub fn write(&self, out: &mut String, lasti: Option<u32>) {
        self.write_own(out, lasti);
        for nested in &self.nested {
            _ = write!(out, "\nDisassembly of {}:\n", nested.repr);
            nested.write(out, None);
        }
    }

    fn write_own(&self, out: &mut String, lasti: Option<u32>) {
        let last_line = self.instructions.iter().filter_map(|instruction| instruction.starts_line).max();
        // Without any line there is no column of lines.
        let line_width = match last_line {
            None => 0,
            Some(line) if line >= 1000 => line.to_string().len(),
            Some(_) => 3,
        };
        let last_offset = i64::from(self.size) - 2;
        let offset_width = if last_offset >= 10_000 { last_offset.to_string().len() } else { 4 };
        for instruction in &self.instructions {
            if instruction.starts_line.is_some() && instruction.offset > 0 {
                out.push('\n');
            }
            let start = out.len();
            if line_width > 0 {
                let line = instruction.starts_line.map_or(String::new(), |line| line.to_string());
                _ = write!(out, "{line:>line_width$} ");
            }
            out.push_str(if Some(instruction.offset) == lasti { "--> " } else { "    " });
            out.push_str(if instruction.is_jump_target { ">> " } else { "   " });
            _ = write!(out, "{:>offset_width$} {:<20}", instruction.offset, instruction.opname);
            if let Some(arg) = instruction.arg {
                _ = write!(out, " {arg:>5}");
                if !instruction.argrepr.is_empty() {
                    _ = write!(out, " ({})", instruction.argrepr);
                }
            }
            out.truncate(start + out[start..].trim_end().len());
            out.push('\n');
        }
        if !self.exception_table.is_empty() {
            out.push_str("ExceptionTable:\n");
            for DisHandler { start, end, target, depth, lasti } in &self.exception_table {
                let lasti = if *lasti { " lasti" } else { "" };
                _ = writeln!(out, "  {start} to {} -> {target} [{depth}]{lasti}", i64::from(*end) - 2);
            }
        }
    }
}

/// A unit of code with its operand, as `dis` reads it. The number need not be that of an instruction.
struct RawInstruction {
    index: usize,
    number: u8,
    opcode: Option<Opcode>,
    arg: Option<i64>,
}

impl RawInstruction {
    fn base(&self) -> Option<Opcode> {
        self.opcode.map(Opcode::base)
    }

    fn offset(&self) -> u32 {
        2 * self.index as u32
    }

    fn jump_target(&self) -> Option<i64> {
        let next = i64::from(self.offset()) + 2;
        match self.base()?.operand() {
            Operand::JumpForward => Some(next + 2 * self.arg?),
            Operand::JumpBackward => Some(next - 2 * self.arg?),
            _ => None,
        }
    }
}

fn raw_instructions(units: &[CodeUnit]) -> Vec<RawInstruction> {
    let mut raw = Vec::with_capacity(units.len());
    let mut extended = 0i64;
    let mut index = 0;
    while let Some(unit) = units.get(index) {
        let number = unit.opcode_number();
        let opcode = unit.opcode();
        let base = opcode.map(Opcode::base);
        let mut arg = None;
        let last_extended = std::mem::take(&mut extended);
        if base.map_or(number, |base| base as u8) >= Opcode::HAVE_ARGUMENT {
            let value = i64::from(unit.oparg()) | last_extended;
            if base == Some(Opcode::EXTENDED_ARG) {
                // The operand is a C int, which wraps.
                extended = i64::from((value << 8) as i32);
            }
            arg = Some(value);
        }
        raw.push(RawInstruction { index, number, opcode, arg });
        index += 1 + opcode.map_or(0, Opcode::cache_units);
    }
    raw
}

fn instructions(code: &CodeObject, units: &[CodeUnit], options: &DisOptions<'_>) -> Vec<DisInstruction> {
    let raw = raw_instructions(units);
    let mut labels: BTreeSet<i64> = BTreeSet::new();
    // Only generic jumps mark their targets, in live code too: `dis` looks no deeper.
    let generic = |raw: &&RawInstruction| raw.opcode.is_some_and(|opcode| opcode.role() == Role::Generic);
    labels.extend(raw.iter().filter(generic).filter_map(RawInstruction::jump_target));
    labels.extend(code.exception_table().filter(|entry| entry.start < entry.end).map(|entry| i64::from(entry.target)));
    let line_starts = line_starts(code);
    let positions: Vec<Position> = code.positions().collect();
    let position = |index: usize| positions.get(index).copied().unwrap_or_default();

    let mut out = Vec::with_capacity(raw.len());
    for instruction in &raw {
        let Position { line, end_line, column, end_column } = position(instruction.index);
        let offset = instruction.offset();
        out.push(DisInstruction {
            offset,
            opname: instruction
                .opcode
                .map_or_else(|| format!("<{}>", instruction.number), |opcode| opcode.name().to_string()),
            opcode: instruction.number,
            arg: instruction.arg,
            argrepr: argrepr(code, instruction, options),
            jump_target: instruction.jump_target(),
            starts_line: line_starts.get(&offset).copied(),
            is_jump_target: labels.contains(&i64::from(offset)),
            line,
            end_line,
            column,
            end_column,
        });
        let Some(opcode) = instruction.opcode.filter(|_| options.show_caches) else { continue };
        let fields = opcode.family().map_or(&[][..], |family| family.cache_fields());
        for field in fields {
            for unit in 0..field.units {
                let index = instruction.index + 1 + field.offset + unit;
                // A cache means something once its instruction is quickened; its value stands at the field's first unit.
                let argrepr = if unit == 0 && opcode.role() != Role::Generic {
                    format!("{}: {}", field.name, cache_value(units, index, field.units))
                } else {
                    String::new()
                };
                let Position { line, end_line, column, end_column } = position(index);
                out.push(DisInstruction {
                    offset: 2 * index as u32,
                    opname: Opcode::CACHE.name().to_string(),
                    opcode: Opcode::CACHE as u8,
                    arg: Some(0),
                    argrepr,
                    jump_target: None,
                    starts_line: None,
                    is_jump_target: false,
                    line,
                    end_line,
                    column,
                    end_column,
                });
            }
        }
    }
    out
}

/// The number in so many units, the lowest first.
fn cache_value(units: &[CodeUnit], index: usize, count: usize) -> u64 {
    let field = units.get(index..).unwrap_or(&[]);
    field.iter().take(count).rev().fold(0, |value, unit| value << 16 | u64::from(unit.0))
}

/// `dis.findlinestarts`: where a line other than the one before starts.
fn line_starts(code: &CodeObject) -> BTreeMap<u32, i32> {
    let mut starts = BTreeMap::new();
    let mut last = None;
    for range in code.lines() {
        if range.line.is_some() && range.line != last {
            last = range.line;
            starts.extend(range.line.map(|line| (range.start, line)));
        }
    }
    starts
}

/// What the operand stands for. Where it points to nothing, `dis` raises; here the column says so.
fn argrepr(code: &CodeObject, instruction: &RawInstruction, options: &DisOptions<'_>) -> String {
    const OUT_OF_RANGE: &str = "out of range";
    let (Some(opcode), Some(arg)) = (instruction.base(), instruction.arg) else { return String::new() };
    let index = usize::try_from(arg).unwrap_or(usize::MAX);
    let name = |names: &[crate::PyString], index: usize| {
        names.get(index).map_or(OUT_OF_RANGE.to_string(), |name| name.to_string())
    };
    match opcode.operand() {
        // `dis` shows the value of LOAD_CONST only, not that of KW_NAMES.
        Operand::Const if opcode == Opcode::LOAD_CONST => match code.consts.get(index) {
            Some(constant) => repr_constant(constant, options.address),
            None => OUT_OF_RANGE.to_string(),
        },
        Operand::GlobalName => {
            let null = if arg & 1 != 0 { "NULL + " } else { "" };
            format!("{null}{}", name(&code.names, index >> 1))
        }
        Operand::Name => name(&code.names, index),
        Operand::Local | Operand::Free => name(&code.localsplusnames, index),
        Operand::JumpForward | Operand::JumpBackward => {
            instruction.jump_target().map_or(String::new(), |target| format!("to {target}"))
        }
        Operand::Compare => COMPARE_OPERATORS.get(index).copied().unwrap_or(OUT_OF_RANGE).to_string(),
        Operand::BinaryOp => BINARY_OPERATORS.get(index).map_or(OUT_OF_RANGE, |(_, symbol)| symbol).to_string(),
        Operand::FormatValue => {
            let flags = arg as u32;
            let conversion = FORMAT_VALUE_CONVERSION_NAMES[(flags & FORMAT_VALUE_CONVERSION_MASK) as usize];
            let with_format = flags & FormatValueFlags::HAVE_SPEC.bits() != 0;
            let parts = [conversion, if with_format { "with format" } else { "" }];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
        }
        Operand::MakeFunction => {
            let names = MAKE_FUNCTION_FLAG_NAMES.iter().enumerate();
            names.filter(|(bit, _)| arg >> bit & 1 != 0).map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    }
}
