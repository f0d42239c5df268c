//! Whether an answer fits what was asked: the VM executes no answer that does not.
//!
//! A handler's guards compare *versions* and *kinds* at every execution. What they take for granted is what the cache says
//! about everything with that version: that this slot is at that offset, that the shared keys have the name at that index, that
//! the jump goes there. [`check`] lets a decision pass only if what it puts into the cache follows from what was observed. So
//! a strategy may choose a form that the operands at hand will miss, as often as it likes, and can make a program slow but never
//! wrong.
//!
//! What each form takes for granted is said in its family's file, by a function of the form's name (`fits!`). A form of the
//! instruction table without one does not compile.

use std::fmt;

use quicken_bytecode::{Opcode, Role};

use crate::counter::{AdaptiveCounter, MAX_BACKOFF};
use crate::decision::{Action, CacheContents, Decision, Demand, DictOffset, Specialize, Subject};
use crate::failure::{FAILURE_KINDS, FailureKind};
use crate::families::fits;
use crate::observation::Observation;
use crate::strategy::{MissAction, MissDecision, Tuning, WarmAction, WarmDecision};

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// The form belongs to another family.
    OtherFamily {
        /// The form answered.
        form: Opcode,
        /// The instruction that was asked about.
        head: Opcode,
    },
    /// The instruction is no specialized form.
    NotSpecialized(Opcode),
    /// The form takes something for granted that was not observed.
    Unfounded {
        /// The form.
        form: Opcode,
        /// What is missing.
        why: &'static str,
    },
    /// The cache of the form has other contents.
    OtherContents {
        /// The form.
        form: Opcode,
        /// Its contents.
        wanted: &'static str,
        /// What was answered.
        given: &'static str,
    },
    /// A number in the cache is not the one that was observed.
    WrongNumber {
        /// The form.
        form: Opcode,
        /// The name of the field.
        field: &'static str,
        /// What was observed.
        wanted: u16,
        /// What was answered.
        given: u16,
    },
    /// The offset of the dict is not the one that was observed.
    WrongDictOffset {
        /// The form.
        form: Opcode,
        /// What was observed.
        wanted: DictOffset,
        /// What was answered.
        given: DictOffset,
    },
    /// A version is demanded of something else than the guard compares, or not demanded, or demanded of nothing.
    WrongSubject {
        /// The form.
        form: Opcode,
        /// What the guard compares.
        wanted: Option<Subject>,
        /// What was answered.
        given: Option<Subject>,
    },
    /// The demand says that another version was observed than was.
    WrongVersion {
        /// The form.
        form: Opcode,
        /// What has the version.
        of: Subject,
        /// What was observed.
        wanted: Option<u32>,
        /// What was answered.
        given: Option<u32>,
    },
    /// The demand allows versions that the cache has no room for.
    TooLarge {
        /// The form.
        form: Opcode,
        /// What has the version.
        of: Subject,
        /// The largest that fits.
        room: u32,
    },
    /// The site would be asked about again without end: its counter does not wait.
    NoWait,
    /// An exponent beyond [`MAX_BACKOFF`].
    Backoff(u8),
    /// A form that is allowed no miss at all.
    NoMisses,
    /// No family counts such a kind of failure.
    Kind(FailureKind),
}

/// What a form's cache must hold for the observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fitting {
    /// The contents.
    pub cache: CacheContents,
    /// Whether the index is only a hint, which the guard checks itself.
    pub any_index: bool,
}

impl From<CacheContents> for Fitting {
    fn from(cache: CacheContents) -> Self {
        Self { cache, any_index: false }
    }
}

/// What a form's function in its family's file answers: what its cache must hold, or what it would take for granted wrongly.
pub(crate) type Fit = Result<Fitting, &'static str>;

/// What stands in the cache of `form` where it takes the place of the instruction observed. A strategy that wants a form that
/// CPython would not choose need not put the cache together itself.
///
/// # Errors
///
/// The form cannot be used here.
pub fn cache_for(observation: &Observation, form: Opcode) -> Result<CacheContents, Misfit> {
    fitting(observation, form).map(|fitting| fitting.cache)
}

/// Whether the VM can execute the decision.
///
/// # Errors
///
/// What does not fit.
pub fn check(observation: &Observation, decision: &Decision) -> Result<(), Misfit> {
    match &decision.action {
        Action::Specialize(specialize) => check_specialize(observation, specialize),
        Action::Fail { kind, counter } => {
            check_kind(*kind)?;
            waits(*counter)
        }
        Action::Never => Ok(()),
    }
}

/// Whether the VM can execute the answer about warm code.
///
/// # Errors
///
/// What does not fit.
pub fn check_warm(decision: &WarmDecision) -> Result<(), Misfit> {
    match decision.action {
        WarmAction::Wait(0) => Err(Misfit::NoWait),
        WarmAction::Wait(_) | WarmAction::Quicken(_) | WarmAction::Never => Ok(()),
    }
}

/// Whether the VM can execute the answer about a form that misses.
///
/// # Errors
///
/// What does not fit.
pub fn check_miss(decision: &MissDecision) -> Result<(), Misfit> {
    match decision.action {
        // A counter that is due at once is allowed: the next execution asks, and its answer waits.
        MissAction::Deoptimize(counter) => in_range(counter),
        MissAction::Keep(misses) if misses.is_used_up() => Err(Misfit::NoMisses),
        MissAction::Keep(_) => Ok(()),
    }
}

/// Whether the VM can count with these thresholds.
///
/// # Errors
///
/// What does not fit.
pub fn check_tuning(tuning: &Tuning) -> Result<(), Misfit> {
    if tuning.warmup == Some(0) {
        return Err(Misfit::NoWait);
    }
    if tuning.misses.is_used_up() {
        return Err(Misfit::NoMisses);
    }
    in_range(tuning.initial)?;
    in_range(tuning.deoptimized)?;
    in_range(tuning.backoff.after(tuning.initial))
}

macro_rules! fitting_of {
    ($( { $name:ident = $number:literal, $operand:ident, [$($effect:tt)*], $base:ident, $role:ident, $doc:literal, $alias:tt } )*) => {
        /// The function of the form's name.
        fn fitting(observation: &Observation, form: Opcode) -> Result<Fitting, Misfit> {
            if form.base() != observation.head {
                return Err(Misfit::OtherFamily { form, head: observation.head });
            }
            let fit: Fit = match form {
                $( Opcode::$name => fitting_of!(@ $role $name observation form), )*
            };
            fit.map_err(|why| Misfit::Unfounded { form, why })
        }
    };
    (@ Specialized $name:ident $observation:ident $form:ident) => { fits::$name($observation) };
    (@ $role:ident $name:ident $observation:ident $form:ident) => {{
        debug_assert!($form.role() != Role::Specialized);
        return Err(Misfit::NotSpecialized($form));
    }};
}
quicken_bytecode::for_each_instruction! { fitting_of }

fn check_specialize(observation: &Observation, specialize: &Specialize) -> Result<(), Misfit> {
    let Specialize { form, cache: given, counter, otherwise } = *specialize;
    let fitting = fitting(observation, form)?;
    if counter.is_used_up() {
        return Err(Misfit::NoMisses);
    }
    waits(otherwise)?;
    let number = |field, wanted: u16, given: u16| {
        if wanted == given { Ok(()) } else { Err(Misfit::WrongNumber { form, field, wanted, given }) }
    };
    let demand = |wanted, given| check_demand(form, Some(wanted), Some(given));
    match (fitting.cache, given) {
        (CacheContents::None, CacheContents::None) => Ok(()),
        (CacheContents::Attr { version: wanted, index: observed }, CacheContents::Attr { version: given, index }) => {
            demand(wanted, given)?;
            if fitting.any_index { Ok(()) } else { number("index", observed, index) }
        }
        (
            CacheContents::Method { keys_version, type_version, dict_offset: wanted },
            CacheContents::Method { keys_version: given_keys, type_version: given_type, dict_offset: given },
        ) => {
            check_demand(form, keys_version, given_keys)?;
            demand(type_version, given_type)?;
            if wanted == given { Ok(()) } else { Err(Misfit::WrongDictOffset { form, wanted, given }) }
        }
        (
            CacheContents::Global { module_keys_version, builtin_keys_version, index: observed },
            CacheContents::Global { module_keys_version: given_module, builtin_keys_version: given_builtin, index },
        ) => {
            demand(module_keys_version, given_module)?;
            check_demand(form, builtin_keys_version, given_builtin)?;
            number("index", observed, index)
        }
        (
            CacheContents::Getitem { type_version, func_version },
            CacheContents::Getitem { type_version: given_type, func_version: given_func },
        ) => {
            demand(type_version, given_type)?;
            demand(func_version, given_func)
        }
        (CacheContents::Compare { mask: wanted }, CacheContents::Compare { mask }) => number("mask", wanted, mask),
        (
            CacheContents::Call { func_version, min_args: wanted },
            CacheContents::Call { func_version: given, min_args },
        ) => {
            demand(func_version, given)?;
            number("min_args", wanted, min_args)
        }
        (wanted, given) => Err(Misfit::OtherContents { form, wanted: wanted.sort(), given: given.sort() }),
    }
}

fn check_demand(form: Opcode, wanted: Option<Demand>, given: Option<Demand>) -> Result<(), Misfit> {
    let of = |demand: Option<Demand>| demand.map(|demand| demand.of);
    if of(wanted) != of(given) {
        return Err(Misfit::WrongSubject { form, wanted: of(wanted), given: of(given) });
    }
    let (Some(wanted), Some(given)) = (wanted, given) else { return Ok(()) };
    if wanted.observed != given.observed {
        return Err(Misfit::WrongVersion { form, of: given.of, wanted: wanted.observed, given: given.observed });
    }
    if given.at_most > wanted.at_most {
        return Err(Misfit::TooLarge { form, of: given.of, room: wanted.at_most });
    }
    check_kind(given.exhausted)?;
    check_kind(given.too_large)
}

fn check_kind(kind: Option<FailureKind>) -> Result<(), Misfit> {
    match kind {
        Some(kind) if kind.number() >= FAILURE_KINDS => Err(Misfit::Kind(kind)),
        _ => Ok(()),
    }
}

fn waits(counter: AdaptiveCounter) -> Result<(), Misfit> {
    if counter.is_due() { Err(Misfit::NoWait) } else { in_range(counter) }
}

fn in_range(counter: AdaptiveCounter) -> Result<(), Misfit> {
    if counter.backoff() > MAX_BACKOFF { Err(Misfit::Backoff(counter.backoff())) } else { Ok(()) }
}

impl CacheContents {
    /// The variant's name.
    const fn sort(&self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Attr { .. } => "Attr",
            Self::Method { .. } => "Method",
            Self::Global { .. } => "Global",
            Self::Getitem { .. } => "Getitem",
            Self::Compare { .. } => "Compare",
            Self::Call { .. } => "Call",
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherFamily { form, head } => write!(f, "{form} is no form of {head}"),
            Self::NotSpecialized(opcode) => write!(f, "{opcode} is no specialized form"),
            Self::Unfounded { form, why } => write!(f, "{form} does not fit: {why}"),
            Self::OtherContents { form, wanted, given } => {
                write!(f, "the cache of {form} holds CacheContents::{wanted}, not CacheContents::{given}")
            }
            Self::WrongNumber { form, field, wanted, given } => {
                write!(f, "{form} with {field} {given} where {wanted} was observed")
            }
            Self::WrongDictOffset { form, wanted, given } => {
                write!(f, "{form} with dict_offset {given:?} where {wanted:?} was observed")
            }
            Self::WrongSubject { form, wanted: Some(wanted), given: Some(given) } => {
                write!(f, "{form} compares the version of {wanted:?}, not of {given:?}")
            }
            Self::WrongSubject { form, wanted: Some(wanted), .. } => {
                write!(f, "{form} compares the version of {wanted:?}, which is not demanded")
            }
            Self::WrongSubject { form, given, .. } => {
                write!(f, "{form} with a version of {given:?}, which it does not compare")
            }
            Self::WrongVersion { form, of, wanted, given } => {
                write!(f, "{form} with version {given:?} of {of:?} where {wanted:?} was observed")
            }
            Self::TooLarge { form, of, room } => {
                write!(f, "the cache of {form} has room for versions of {of:?} up to {room} only")
            }
            Self::NoWait => f.write_str("a counter that does not wait asks again without end"),
            Self::Backoff(exponent) => write!(f, "a backoff of {exponent} is beyond {MAX_BACKOFF}"),
            Self::NoMisses => f.write_str("a specialized form must be allowed one miss at least"),
            Self::Kind(kind) => write!(f, "there is no failure kind {}", kind.number()),
        }
    }
}

impl std::error::Error for Misfit {}
