//! The code as a list of instructions: opcodes, EXTENDED_ARGs, inline caches, and where instructions start.

use super::refusal::{Check, Fault, Rule};
use crate::{CodeUnit, Opcode, Role};

/// More prefixes would shift the first one's bits out of the operand.
const MOST_PREFIXES: u32 = 3;

/// The interpreter keeps opcode and operand in one word of 32 bits.
const OPERAND_LIMIT: u32 = 1 << 24;

/// An instruction with its prefixes folded into the operand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// The code unit where it starts: that of its first EXTENDED_ARG, if it has any.
    pub start: u32,
    /// The code unit of the instruction itself.
    pub unit: u32,
    /// The opcode.
    pub opcode: Opcode,
    /// The complete operand.
    pub oparg: u32,
}

impl Step {
    /// Whether EXTENDED_ARGs stand before it.
    pub const fn is_extended(&self) -> bool {
        self.start != self.unit
    }
}

/// The instructions of a code object.
pub(super) struct Layout {
    /// All instructions, in order.
    pub steps: Vec<Step>,
    /// For each code unit the number of the instruction that starts there.
    starts: Vec<u32>,
}

/// No instruction starts here.
const INSIDE: u32 = u32::MAX;

impl Layout {
    /// Splits code into instructions.
    pub fn of(code: &[CodeUnit]) -> Check<Layout> {
        if code.is_empty() {
            return Fault::whole(Rule::End, "there are no instructions");
        }
        let mut steps = Vec::with_capacity(code.len() / 2);
        let mut starts = vec![INSIDE; code.len()];
        let mut next = 0;
        while next < code.len() {
            starts[next] = steps.len() as u32;
            let step = step_at(code, next)?;
            next = step.unit as usize + 1;
            let caches = step.opcode.cache_units();
            match code.get(next..next + caches) {
                Some(cache) if cache.iter().all(|unit| *unit == CodeUnit::CACHE) => {}
                Some(_) => return Fault::at(step.unit, Rule::Cache, format!("{}'s cache is not empty", step.opcode)),
                None => return Fault::at(step.unit, Rule::Cache, format!("{}'s cache is cut off", step.opcode)),
            }
            next += caches;
            steps.push(step);
        }
        Ok(Layout { steps, starts })
    }

    /// The number of code units.
    pub fn units(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The number of the instruction that starts at a code unit.
    pub fn starting_at(&self, unit: i64) -> Option<usize> {
        let start = *self.starts.get(usize::try_from(unit).ok()?)?;
        (start != INSIDE).then_some(start as usize)
    }

    /// The number of the first instruction at or behind a code unit, where an instruction starts or the code ends.
    pub fn boundary(&self, unit: u32) -> Option<usize> {
        if unit == self.units() { Some(self.steps.len()) } else { self.starting_at(i64::from(unit)) }
    }

    /// The number of the instruction to which this one jumps; none if it is no jump.
    pub fn jump_target(&self, step: &Step) -> Check<Option<usize>> {
        let instruction = crate::Instruction { offset: 2 * step.unit, opcode: step.opcode, oparg: step.oparg };
        let Some(offset) = instruction.jump_target() else { return Ok(None) };
        match self.starting_at(offset / 2) {
            Some(target) => Ok(Some(target)),
            None if offset < 0 || offset >= 2 * i64::from(self.units()) => Fault::at(
                step.unit,
                Rule::JumpTarget,
                format!("{} jumps to {offset}, which is not in the code", step.opcode),
            ),
            None => Fault::at(
                step.unit,
                Rule::JumpTarget,
                format!("{} jumps to {offset}, where no instruction starts", step.opcode),
            ),
        }
    }
}

/// The instruction whose first code unit is at `start`.
fn step_at(code: &[CodeUnit], start: usize) -> Check<Step> {
    let mut operand = 0u32;
    let mut at = start;
    loop {
        let Some(unit) = code.get(at) else {
            return Fault::at(at as u32 - 1, Rule::ExtendedArg, "no instruction follows the EXTENDED_ARG");
        };
        let here = at as u32;
        let opcode = match unit.opcode() {
            Some(Opcode::CACHE) | None => {
                return Fault::at(
                    here,
                    Rule::Opcode,
                    format!("{} is the number of no instruction", unit.opcode_number()),
                );
            }
            Some(opcode) if opcode.role() != Role::Generic => {
                return Fault::at(here, Rule::Opcode, format!("{opcode} is a form of quickened code"));
            }
            Some(opcode) => opcode,
        };
        let oparg = operand << 8 | u32::from(unit.oparg());
        if opcode == Opcode::EXTENDED_ARG {
            if here - start as u32 == MOST_PREFIXES {
                return Fault::at(here, Rule::ExtendedArg, format!("more than {MOST_PREFIXES} EXTENDED_ARGs in a row"));
            }
            operand = oparg;
            at += 1;
            continue;
        }
        if oparg >= OPERAND_LIMIT {
            return Fault::at(here, Rule::ExtendedArg, format!("{opcode}'s operand {oparg} takes more than 24 bits"));
        }
        if at != start && !opcode.has_operand() {
            return Fault::at(here, Rule::ExtendedArg, format!("{opcode} has no operand to extend"));
        }
        return Ok(Step { start: start as u32, unit: here, opcode, oparg });
    }
}
