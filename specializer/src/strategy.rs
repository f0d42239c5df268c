//! The policy that is under study: when code is quickened, into what its instructions are rewritten, when that is undone.
//!
//! The VM counts by itself, with the thresholds of [`Tuning`], and asks a strategy only when one of its counters runs
//! out. A strategy sees plain data and answers plain data. It may keep a history of its own by [`Site`].

use std::fmt;

use quicken_bytecode::{Family, Opcode, SUPERINSTRUCTIONS};

use crate::counter::{AdaptiveCounter, MissCounter};
use crate::decision::Decision;
use crate::observation::{CodeId, Observation, Site};

/// A policy.
pub trait Strategy: Send {
    /// The name that reports carry.
    fn name(&self) -> &str;

    /// The thresholds the VM counts with; asked once, before anything runs.
    fn tuning(&self) -> Tuning;

    /// A code object has used up its warm-up counter: is it quickened?
    fn warm(&mut self, warmup: &Warmup) -> WarmDecision;

    /// The counter of an adaptive instruction has run out: into what is it rewritten?
    fn specialize(&mut self, observation: &Observation) -> Decision;

    /// A specialized instruction has used up its misses: does the adaptive form return?
    fn missing(&mut self, miss: &Miss) -> MissDecision;
}

impl fmt::Debug for dyn Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Strategy({})", self.name())
    }
}

/// The thresholds, all of them, so that a result can be printed with what it was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tuning {
    /// Executions of `RESUME` and `JUMP_BACKWARD` after which a code object is warm (`QUICKENING_WARMUP_DELAY`, 8 in
    /// CPython): the one that makes it warm is counted. `None`: the question is never asked.
    pub warmup: Option<u8>,
    /// The counter of an instruction that quickening makes adaptive.
    pub initial: AdaptiveCounter,
    /// The misses a specialized form is allowed at first.
    pub misses: MissCounter,
    /// The counter of a site whose adaptive form returns.
    pub deoptimized: AdaptiveCounter,
    /// The largest backoff exponent after failures.
    pub max_backoff: u8,
}

impl Tuning {
    /// CPython 3.11's.
    pub const CPYTHON311: Self = Self {
        warmup: Some(8),
        initial: AdaptiveCounter::ZERO,
        misses: MissCounter::START,
        deoptimized: AdaptiveCounter::START,
        max_backoff: crate::counter::MAX_BACKOFF,
    };
}

/// A code object that has become warm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warmup {
    /// The code object.
    pub code: CodeId,
    /// How often the question was asked of it before.
    pub asked: u32,
    /// Its length in code units.
    pub units: u32,
    /// `co_flags`
    pub flags: u32,
}

/// Whether a code object is quickened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarmDecision {
    /// Now, into these forms.
    Quicken(Quickening),
    /// Ask again after so many more executions (at least one).
    Wait(u8),
    /// Not, ever.
    Never,
}

/// Which instructions quickening rewrites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quickening {
    /// The families whose heads become adaptive.
    pub families: FamilySet,
    /// The superinstructions that adjacent instructions become.
    pub superinstructions: SuperinstructionSet,
    /// Whether `RESUME`, `JUMP_BACKWARD` and `EXTENDED_ARG` become their `_QUICK` forms. Without them a quickened code
    /// object goes on asking whether it is warm.
    pub quick_forms: bool,
}

impl Quickening {
    /// As CPython 3.11.
    pub const ALL: Self =
        Self { families: FamilySet::ALL, superinstructions: SuperinstructionSet::ALL, quick_forms: true };
}

/// A set of families.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FamilySet(u16);

impl FamilySet {
    /// None.
    pub const NONE: Self = Self(0);
    /// All.
    pub const ALL: Self = Self(u16::MAX);

    /// This set and `family`.
    #[must_use]
    pub const fn with(self, family: Family) -> Self {
        Self(self.0 | 1 << family as u16)
    }

    /// This set without `family`.
    #[must_use]
    pub const fn without(self, family: Family) -> Self {
        Self(self.0 & !(1 << family as u16))
    }

    /// Whether `family` is in it.
    #[must_use]
    pub const fn contains(self, family: Family) -> bool {
        self.0 >> family as u16 & 1 != 0
    }
}

/// A set of superinstructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuperinstructionSet(u8);

impl SuperinstructionSet {
    /// None.
    pub const NONE: Self = Self(0);
    /// All.
    pub const ALL: Self = Self(u8::MAX);

    /// This set without one.
    #[must_use]
    pub fn without(self, superinstruction: Opcode) -> Self {
        Self(self.0 & !Self::bit(superinstruction))
    }

    /// Whether it is in the set.
    #[must_use]
    pub fn contains(self, superinstruction: Opcode) -> bool {
        self.0 & Self::bit(superinstruction) != 0
    }

    fn bit(superinstruction: Opcode) -> u8 {
        SUPERINSTRUCTIONS.iter().position(|row| row.fused == superinstruction).map_or(0, |position| 1 << position)
    }
}

/// Sizes that the sets above rely on.
const _: () = assert!(SUPERINSTRUCTIONS.len() <= 8 && Family::ALL.len() <= 16);

/// A specialized instruction that has used up its misses. The last miss is counted already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Miss {
    /// Where.
    pub site: Site,
    /// The specialized form.
    pub form: Opcode,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissDecision {
    /// The adaptive form returns with this counter; a deoptimization is counted.
    Deoptimize(AdaptiveCounter),
    /// The specialized form stays, with so many more misses (at least one).
    Keep(MissCounter),
}
