//! Quickening as a rewriting of code units, which the VM does to live code and a replay to a recorded copy.

use quicken_bytecode::Opcode;

use crate::counter::AdaptiveCounter;
use crate::strategy::Quickening;

/// Code units that are rewritten in place.
pub trait Units {
    /// How many there are.
    fn count(&self) -> usize;
    /// The unit at an index: the opcode in its low byte.
    fn get(&self, index: usize) -> u16;
    /// Replaces it.
    fn set(&mut self, index: usize, unit: u16);
}

impl Units for [u16] {
    fn count(&self) -> usize {
        self.len()
    }

    fn get(&self, index: usize) -> u16 {
        self[index]
    }

    fn set(&mut self, index: usize, unit: u16) {
        self[index] = unit;
    }
}

/// Rewrites a code object's instructions into adaptive forms, superinstructions and quick forms, as `_PyCode_Quicken`: linearly,
/// blind to jump targets, the earlier unit of a pair first. The adaptive forms start with the counter `initial`.
pub fn quicken<U: Units + ?Sized>(units: &mut U, quickening: &Quickening, initial: AdaptiveCounter) {
    let mut previous: Option<Opcode> = None;
    let mut index = 0;
    while index < units.count() {
        let Some(opcode) = opcode_of(units.get(index)) else {
            index += 1;
            continue;
        };
        let next = index + 1 + opcode.cache_units();
        if let Some(family) = opcode.family() {
            if quickening.families.contains(family) {
                set_opcode(units, index, family.adaptive());
                units.set(index + 1, initial.bits());
            }
            previous = None;
            index = next;
            continue;
        }
        match opcode {
            Opcode::JUMP_BACKWARD if quickening.quick_forms => set_opcode(units, index, Opcode::JUMP_BACKWARD_QUICK),
            Opcode::RESUME if quickening.quick_forms => set_opcode(units, index, Opcode::RESUME_QUICK),
            Opcode::EXTENDED_ARG if quickening.quick_forms => set_opcode(units, index, Opcode::EXTENDED_ARG_QUICK),
            _ => {
                if let Some(pair) = previous.and_then(|first| Opcode::fuse(first, opcode))
                    && quickening.superinstructions.contains(pair)
                {
                    set_opcode(units, index - 1, pair);
                }
            }
        }
        previous = Some(opcode);
        index = next;
    }
}

/// The generic instruction of a unit.
fn opcode_of(unit: u16) -> Option<Opcode> {
    Opcode::from_u8(unit.to_le_bytes()[0]).map(Opcode::base)
}

fn set_opcode<U: Units + ?Sized>(units: &mut U, index: usize, opcode: Opcode) {
    units.set(index, units.get(index) & 0xff00 | opcode as u16);
}
