//! What the passes know of a block without a look at its instructions: it is summed up as they are added.

use quicken_bytecode::{Opcode, StackEffect};

use super::{Instr, Op};

bitflags::bitflags! {
    /// What a block may hold: what it has not need not be looked for.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) struct Holds: u8 {
        /// Instructions that set up a handler.
        const SETUP = 1;
        /// Instructions that end a handler's protection.
        const POP_BLOCK = 1 << 1;
        const NOP = 1 << 2;
        /// Constant conditions, tuples and their like, which the optimizer makes less of.
        const FOLDABLE = 1 << 3;
        /// Instructions without a line.
        const LINELESS = 1 << 4;
    }
}

/// Sums over the instructions of a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sums {
    /// By how much the stack is higher at the end than at the start, if no instruction jumps.
    pub(super) net: i32,
    /// By how much it is higher than at the start where it is highest behind an instruction.
    pub(super) peak: i32,
    /// Code units, without what the distances of jumps add.
    pub(super) units: u32,
    pub(super) holds: Holds,
}

impl Sums {
    /// Those of no instructions. The peak lies below any other.
    pub(super) const NONE: Sums = Sums { net: 0, peak: i32::MIN / 2, units: 0, holds: Holds::empty() };

    /// Those of instructions in a row.
    pub(super) fn of(instrs: &[Instr]) -> Sums {
        let mut sums = Sums::NONE;
        for instr in instrs {
            sums.add(instr.op, instr.oparg, instr.loc.lineno);
        }
        sums
    }

    /// Adds an instruction to them.
    #[inline]
    pub(super) fn add(&mut self, op: Op, oparg: u32, lineno: i32) {
        let share = Share::of(op);
        if share.is_usual(oparg) { self.add_usual(share, oparg, lineno) } else { self.add_unusual(op, oparg, lineno) }
    }

    /// The same for an instruction of which is known that its share tells all.
    #[inline]
    pub(super) fn add_usual(&mut self, share: Share, oparg: u32, lineno: i32) {
        let oparg = oparg as i32;
        let effect = i32::from(share.effect) + i32::from(share.each) * oparg + (i32::from(share.low_bit) & oparg);
        let lineless = if lineno < 0 { Holds::LINELESS } else { Holds::empty() };
        self.net += effect;
        self.peak = self.peak.max(self.net);
        self.units += u32::from(share.units);
        self.holds |= share.holds | lineless;
    }

    #[inline(never)]
    fn add_unusual(&mut self, op: Op, oparg: u32, lineno: i32) {
        let pseudo = match op {
            Op::SetupFinally | Op::SetupCleanup | Op::SetupWith => Holds::SETUP,
            Op::PopBlock => Holds::POP_BLOCK,
            _ => Holds::empty(),
        };
        let lineless = if lineno < 0 { Holds::LINELESS } else { Holds::empty() };
        self.net += op.stack_effect(oparg, false);
        self.peak = self.peak.max(self.net);
        self.units += op.units(oparg);
        self.holds |= Share::of(op).holds | pseudo | lineless;
    }

    /// Those of these instructions and others behind them.
    pub(super) fn followed_by(self, other: Sums) -> Sums {
        Sums {
            net: self.net + other.net,
            peak: self.peak.max(self.net + other.peak),
            units: self.units + other.units,
            holds: self.holds | other.holds,
        }
    }
}

/// What an instruction adds to the sums.
#[derive(Clone, Copy)]
pub(super) struct Share {
    /// The stack effect: always,
    effect: i8,
    /// for each that the operand counts,
    each: i8,
    /// and 1 if it is one more for an odd operand.
    low_bit: i8,
    /// If the operand takes no more than a byte. 0 if the share tells nothing.
    units: u8,
    holds: Holds,
    /// Whether execution leaves the code object.
    pub(super) is_exit: bool,
}

/// That of what is no instruction, or has another kind of stack effect.
const UNUSUAL: Share = Share { effect: 0, each: 0, low_bit: 0, units: 0, holds: Holds::empty(), is_exit: false };

impl Share {
    #[inline]
    pub(super) fn of(op: Op) -> Share {
        match op {
            Op::Real(opcode) => SHARES[opcode as usize],
            _ => UNUSUAL,
        }
    }

    /// Whether it tells all, for this operand.
    #[inline]
    pub(super) fn is_usual(self, oparg: u32) -> bool {
        self.units != 0 && oparg <= 0xFF
    }
}

/// By opcode.
static SHARES: [Share; 256] = {
    let mut shares = [UNUSUAL; 256];
    let mut number = 0;
    while number < 256 {
        if let Some(opcode) = Opcode::from_u8(number as u8) {
            let share = &mut shares[number];
            let units = 1 + opcode.cache_units() as u8;
            let (effect, each, low_bit, units) = match opcode.effect() {
                StackEffect::Fixed(effect) => (effect, 0, 0, units),
                StackEffect::Linear(effect, each) => (effect, each, 0, units),
                StackEffect::LowBit(effect, 1) => (effect, 0, 1, units),
                _ => (0, 0, 0, 0),
            };
            assert!(effect as i8 as i32 == effect && each as i8 as i32 == each);
            (share.effect, share.each, share.low_bit, share.units) = (effect as i8, each as i8, low_bit, units);
            share.holds = match opcode {
                Opcode::NOP => Holds::NOP,
                Opcode::BUILD_TUPLE | Opcode::SWAP => Holds::FOLDABLE,
                _ => Holds::empty(),
            };
            share.is_exit = Op::Real(opcode).is_exit();
        }
        number += 1;
    }
    shares
};
