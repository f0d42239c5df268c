//! The policy that is under study: when code is quickened, into what its instructions are rewritten, when that is undone.
//!
//! The VM counts by itself, with the thresholds of [`Tuning`], and asks a strategy only when one of its counters runs
//! out. A strategy sees plain data and answers plain data. It may keep a history of its own by [`Site`].

use std::fmt;

use quicken_bytecode::{Family, Opcode};

use crate::compose::{AtSites, CapAttempts, Fallback, Named, OnlyFamilies, PerFamily, WithTuning, Without};
use crate::configuration::Configuration;
use crate::counter::{AdaptiveCounter, Backoff, MissCounter};
use crate::decision::{Answer, Decision};
use crate::observation::{CodeId, Observation, Site};
use crate::sets::{FamilySet, FormSet, SuperinstructionSet};

/// A policy: three questions, each with an answer of plain data and a reason.
///
/// An answer that does not fit the question is refused, with an error that names the strategy, the site and what is wrong: see
/// [`check()`](crate::check()). Everything else is the strategy's own business; it may remember what it likes, but should decide
/// by what it is shown and what it remembers alone, so that a run can be had again.
///
/// # Example
///
/// CPython 3.11 brings the adaptive form back whenever a form has missed 53 times, and tries again, for as long as the program
/// runs. This strategy notices sites that are specialized in vain: those where forms were given up twice stay generic, and where
/// the form that CPython would choose is the one that was given up last, the site waits longer first.
///
/// ```
/// use quicken_specializer::families::Build;
/// use quicken_specializer::strategies::Cpython311;
/// use quicken_specializer::*;
///
/// struct Resigning {
///     cpython: Cpython311,
///     sites: SiteHistories,
/// }
///
/// impl Strategy for Resigning {
///     fn name(&self) -> &str {
///         "resigning"
///     }
///     fn tuning(&self) -> Tuning {
///         Tuning { warmup: Some(16), ..self.cpython.tuning() }
///     }
///     fn warm(&mut self, warmup: &Warmup) -> WarmDecision {
///         self.cpython.warm(warmup)
///     }
///     fn specialize(&mut self, observation: &Observation) -> Decision {
///         let history = self.sites.of(observation.site);
///         if history.deoptimized >= 2 {
///             return Decision::never("two forms were given up here");
///         }
///         let mut decision = self.cpython.specialize(observation);
///         if let Action::Specialize(Specialize { form, .. }) = decision.action
///             && history.deoptimized > 0
///             && history.form == Some(form)
///             && observation.backoff() < 8
///         {
///             decision = Decision::fail(None, AdaptiveCounter::new(255, 8), "this form was given up");
///         }
///         self.sites.note(observation, decision)
///     }
///     fn missing(&mut self, miss: &Miss) -> MissDecision {
///         let decision = self.cpython.missing(miss);
///         self.sites.note_miss(miss, decision)
///     }
/// }
///
/// // Testing it takes no program: an observation is a literal.
/// use quicken_specializer::bytecode::Opcode;
/// use quicken_specializer::observation::*;
///
/// let tuple = TypeInfo { kind: TypeKind::Tuple, version: None, flags: TypeFlags::NONE };
/// let operands = UnpackSequence { sequence: tuple, len: Some(2), is_sequence: true, is_iterator: false };
/// let observation = Observation {
///     site: Site { code: CodeId(0), offset: 4 },
///     head: Opcode::UNPACK_SEQUENCE,
///     oparg: 2,
///     counter: AdaptiveCounter::ZERO,
///     operands: Operands::UnpackSequence(operands),
/// };
/// let mut strategy = Resigning { cpython: Cpython311 { build: Build::Release }, sites: SiteHistories::new() };
/// let first = strategy.specialize(&observation);
/// assert_eq!(first.reason, "an exact tuple of two");
/// assert_eq!(check(&observation, &first), Ok(()));
///
/// let _ = strategy.missing(&Miss { site: observation.site, form: Opcode::UNPACK_SEQUENCE_TWO_TUPLE });
/// assert_eq!(strategy.specialize(&observation).reason, "this form was given up");
/// ```
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

    /// The file that says the same, if one can.
    fn configuration(&self) -> Option<Configuration> {
        None
    }

    /// This strategy for some families, with all others generic.
    fn only_families(self, families: FamilySet) -> OnlyFamilies<Self>
    where
        Self: Sized,
    {
        OnlyFamilies::new(self, families)
    }

    /// This strategy without some forms.
    fn without(self, forms: FormSet) -> Without<Self>
    where
        Self: Sized,
    {
        Without::new(self, forms)
    }

    /// This strategy, which gives up a site for good after so many attempts.
    fn cap_attempts(self, most: u32) -> CapAttempts<Self>
    where
        Self: Sized,
    {
        CapAttempts::new(self, most)
    }

    /// This strategy, and where it does not specialize, another one.
    fn or<B: Strategy>(self, second: B) -> Fallback<Self, B>
    where
        Self: Sized,
    {
        Fallback::new(self, second)
    }

    /// This strategy with other thresholds.
    fn with_tuning(self, tuning: Tuning) -> WithTuning<Self>
    where
        Self: Sized,
    {
        WithTuning::new(self, tuning)
    }

    /// This strategy, to which others for some families are added by [`PerFamily::with`].
    fn per_family(self) -> PerFamily<Self>
    where
        Self: Sized,
    {
        PerFamily::new(self)
    }

    /// This strategy, and another one at the sites of which `there` holds.
    fn at_sites<T: Strategy, P: Fn(Site) -> bool + Send>(self, there: P, other: T) -> AtSites<Self, T, P>
    where
        Self: Sized,
    {
        AtSites::new(self, other, there)
    }

    /// This strategy under another name.
    fn named(self, name: impl Into<String>) -> Named<Self>
    where
        Self: Sized,
    {
        Named::new(self, name.into())
    }
}

/// A strategy of which only the VM's three questions are known, as a registry makes it.
impl<S: Strategy + ?Sized> Strategy for Box<S> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn tuning(&self) -> Tuning {
        (**self).tuning()
    }

    fn warm(&mut self, warmup: &Warmup) -> WarmDecision {
        (**self).warm(warmup)
    }

    fn specialize(&mut self, observation: &Observation) -> Decision {
        (**self).specialize(observation)
    }

    fn missing(&mut self, miss: &Miss) -> MissDecision {
        (**self).missing(miss)
    }

    fn configuration(&self) -> Option<Configuration> {
        (**self).configuration()
    }
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
    /// How long a site waits after a failed attempt.
    pub backoff: Backoff,
}

impl Tuning {
    /// CPython 3.11's.
    pub const CPYTHON311: Self = Self {
        warmup: Some(8),
        initial: AdaptiveCounter::ZERO,
        misses: MissCounter::START,
        deoptimized: AdaptiveCounter::START,
        backoff: Backoff::CPYTHON311,
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

/// The answer to [`Strategy::warm`].
pub type WarmDecision = Answer<WarmAction>;

/// Whether a code object is quickened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarmAction {
    /// Now, into these forms.
    Quicken(Quickening),
    /// Ask again after so many more executions (at least one).
    Wait(u8),
    /// Not, ever.
    Never,
}

impl WarmDecision {
    /// Quicken now.
    pub const fn quicken(quickening: Quickening, reason: &'static str) -> Self {
        Self { action: WarmAction::Quicken(quickening), reason }
    }

    /// Ask again after so many more executions, at least one.
    pub const fn wait(executions: u8, reason: &'static str) -> Self {
        Self { action: WarmAction::Wait(executions), reason }
    }

    /// Leave the code generic for good.
    pub const fn never(reason: &'static str) -> Self {
        Self { action: WarmAction::Never, reason }
    }
}

/// Which instructions quickening rewrites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quickening {
    /// The families whose heads become adaptive.
    pub families: FamilySet,
    /// The superinstructions that adjacent instructions become.
    pub superinstructions: SuperinstructionSet,
    /// Whether `RESUME`, `JUMP_BACKWARD` and `EXTENDED_ARG` become their `_QUICK` forms. Without `EXTENDED_ARG_QUICK` the
    /// instruction behind a prefix runs in its generic form.
    pub quick_forms: bool,
}

impl Quickening {
    /// As CPython 3.11.
    pub const ALL: Self =
        Self { families: FamilySet::ALL, superinstructions: SuperinstructionSet::ALL, quick_forms: true };
}

/// A specialized instruction that has used up its misses. The last miss is counted already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Miss {
    /// Where.
    pub site: Site,
    /// The specialized form.
    pub form: Opcode,
}

impl Miss {
    /// The form's family.
    #[must_use]
    pub fn family(&self) -> Option<Family> {
        self.form.family()
    }
}

/// The answer to [`Strategy::missing`].
pub type MissDecision = Answer<MissAction>;

/// What becomes of a form that keeps missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissAction {
    /// The adaptive form returns with this counter; a deoptimization is counted.
    Deoptimize(AdaptiveCounter),
    /// The specialized form stays, with so many more misses (at least one).
    Keep(MissCounter),
}

impl MissDecision {
    /// Bring the adaptive form back.
    pub const fn deoptimize(counter: AdaptiveCounter, reason: &'static str) -> Self {
        Self { action: MissAction::Deoptimize(counter), reason }
    }

    /// Keep the form for so many more misses, at least one.
    pub const fn keep(misses: MissCounter, reason: &'static str) -> Self {
        Self { action: MissAction::Keep(misses), reason }
    }
}
