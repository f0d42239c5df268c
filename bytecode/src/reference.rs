//! The instruction reference as plain data: what `quicken opcodes` lists and the reference page is made from.

use crate::{Opcode, Operand, StackEffect};

/// Everything the table says about one instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct OpcodeInfo {
    /// CPython's name.
    pub name: &'static str,
    /// The number.
    pub number: u8,
    /// The shorter name of the literature.
    pub alias: Option<&'static str>,
    /// Generic, adaptive, specialized, superinstruction or quick.
    pub role: &'static str,
    /// The generic instruction behind it.
    pub base: &'static str,
    /// The family, for specializable instructions.
    pub family: Option<&'static str>,
    /// What the operand means.
    pub operand: &'static str,
    /// How the height of the value stack changes; `oparg` is the operand.
    pub stack_effect: String,
    /// The fields of the inline cache.
    pub cache: Vec<CacheFieldInfo>,
    /// One sentence on what it does.
    pub doc: &'static str,
}

/// A field of an inline cache.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct CacheFieldInfo {
    /// CPython's name.
    pub name: &'static str,
    /// First unit, counted from the unit after the instruction.
    pub offset: usize,
    /// Size in units of 16 bits.
    pub units: usize,
}

/// All instructions, by number.
pub fn reference() -> Vec<OpcodeInfo> {
    Opcode::all().map(OpcodeInfo::of).collect()
}

impl OpcodeInfo {
    /// What the table says about an instruction.
    pub fn of(opcode: Opcode) -> OpcodeInfo {
        let fields = opcode.family().map_or(&[][..], |family| family.cache_fields());
        OpcodeInfo {
            name: opcode.name(),
            number: opcode as u8,
            alias: opcode.alias(),
            role: opcode.role().name(),
            base: opcode.base().name(),
            family: opcode.family().map(|family| family.name()),
            operand: opcode.operand().describe(),
            stack_effect: opcode.effect().describe(),
            cache: fields
                .iter()
                .map(|field| CacheFieldInfo { name: field.name, offset: field.offset, units: field.units })
                .collect(),
            doc: opcode.doc(),
        }
    }
}

impl Operand {
    /// The operand's meaning in a few words; empty if there is none.
    pub const fn describe(self) -> &'static str {
        match self {
            Operand::None => "",
            Operand::Const => "constant",
            Operand::Name => "name",
            Operand::GlobalName => "name << 1 | push NULL",
            Operand::Local => "local variable",
            Operand::Free => "cell or free variable",
            Operand::JumpForward => "units to jump forward",
            Operand::JumpBackward => "units to jump backward",
            Operand::Compare => "comparison",
            Operand::BinaryOp => "operator",
            Operand::Count => "count",
            Operand::Depth => "stack position",
            Operand::UnpackCounts => "before | after << 8",
            Operand::Invert => "1 inverts",
            Operand::MakeFunction | Operand::FormatValue | Operand::CallEx => "flags",
            Operand::Resume => "where",
            Operand::Extended => "higher bits",
            Operand::Raw => "number",
        }
    }
}

impl StackEffect {
    /// The rule as a short formula.
    pub fn describe(self) -> String {
        match self {
            StackEffect::Fixed(effect) => format!("{effect:+}").replace("+0", "0"),
            StackEffect::Linear(base, each) => {
                let factor = match each.abs() {
                    1 => String::new(),
                    n => format!("{n}·"),
                };
                match (base, each < 0) {
                    (0, true) => format!("-{factor}oparg"),
                    (0, false) => format!("{factor}oparg"),
                    (_, true) => format!("{base} - {factor}oparg"),
                    // A negative constant reads better behind.
                    (_, false) if base < 0 => format!("{factor}oparg - {}", -base),
                    (_, false) => format!("{base} + {factor}oparg"),
                }
            }
            StackEffect::Branch(falls_through, jumps) => {
                format!("{falls_through:+}, or {jumps:+} if it jumps").replace("+0", "0")
            }
            StackEffect::LowBit(base, extra) => format!("{base:+}, or {:+} if oparg & 1", base + extra),
            StackEffect::FlagCount(mask) => format!("-1 for each bit of oparg & {mask:#x}"),
            StackEffect::UnpackEx => "(oparg & 0xff) + (oparg >> 8)".to_string(),
            StackEffect::Slice => "-1, or -2 if oparg is 3".to_string(),
            StackEffect::FormatSpec => "0, or -1 if oparg & 4".to_string(),
        }
    }
}
