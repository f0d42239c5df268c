//! What a strategy answers.
//!
//! A [`Decision`] is plain data too: the form and the contents of its cache, with versions that the VM has still to
//! assign written as [`Demand`]s. The VM applies it.

use quicken_bytecode::Opcode;

use crate::counter::{AdaptiveCounter, MissCounter};
use crate::failure::{self, FailureKind};

/// An answer to one of the three questions, and why. The reason is for people: events and reports show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an answer does nothing until the VM applies it"]
pub struct Answer<A> {
    /// What the VM does.
    pub action: A,
    /// Why, in words for a person.
    pub reason: &'static str,
}

/// The answer to [`Strategy::specialize`](crate::Strategy::specialize).
pub type Decision = Answer<Action>;

impl Decision {
    /// Rewrite the instruction.
    pub const fn specialize(specialize: Specialize, reason: &'static str) -> Self {
        Self { action: Action::Specialize(specialize), reason }
    }

    /// Count a failure and try again when `counter` runs out.
    pub const fn fail(kind: Option<FailureKind>, counter: AdaptiveCounter, reason: &'static str) -> Self {
        Self { action: Action::Fail { kind, counter }, reason }
    }

    /// Leave the instruction generic for good.
    pub const fn never(reason: &'static str) -> Self {
        Self { action: Action::Never, reason }
    }
}

/// What the VM does with the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Rewrite the instruction. Counts a success, unless a demand cannot be met.
    Specialize(Specialize),
    /// Leave the adaptive form and try again when `counter` runs out, which must not be at once. Counts a failure, of the
    /// kind if there is one.
    Fail {
        /// CPython's number for the reason; a few of its failures have none.
        kind: Option<FailureKind>,
        /// What the site's counter becomes.
        counter: AdaptiveCounter,
    },
    /// Put the generic instruction back for good. Counts nothing.
    Never,
}

/// A form with its cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Specialize {
    /// The specialized instruction.
    pub form: Opcode,
    /// What goes into the cache units after the counter.
    pub cache: CacheContents,
    /// What the counter becomes: the misses that are allowed.
    pub counter: MissCounter,
    /// What the counter becomes if a demand cannot be met and the attempt counts as a failure after all.
    pub otherwise: AdaptiveCounter,
}

/// The contents of an inline cache, without its counter.
///
/// The VM meets the demands in the order of the fields here, which is the order in which CPython assigns versions, and
/// stops at the first that cannot be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheContents {
    /// The form needs nothing.
    None,
    /// `LOAD_ATTR_*`, `STORE_ATTR_*`, `LOAD_METHOD_MODULE`: `version` and `index`.
    Attr {
        /// The owner type's version, or a module's keys version.
        version: Demand,
        /// Index of the value, offset of the slot, or hint.
        index: u16,
    },
    /// `LOAD_METHOD_*` other than for modules. The VM adds `descr`, the attribute that it found on the type.
    Method {
        /// The version of the keys that must not have the name.
        keys_version: Option<Demand>,
        /// The version of the owner's type, or of the owner itself where it is a class.
        type_version: Demand,
        /// `dict_offset`
        dict_offset: DictOffset,
    },
    /// `LOAD_GLOBAL_MODULE` and `LOAD_GLOBAL_BUILTIN`.
    Global {
        /// The version of the globals' keys.
        module_keys_version: Demand,
        /// The version of the builtins' keys.
        builtin_keys_version: Option<Demand>,
        /// Index of the entry in the one or the other.
        index: u16,
    },
    /// `BINARY_SUBSCR_GETITEM`. The VM notes `__getitem__` on the type as CPython's `_spec_cache.getitem`.
    Getitem {
        /// The container type's version.
        type_version: Demand,
        /// The function's version.
        func_version: Demand,
    },
    /// `COMPARE_OP_*_JUMP`.
    Compare {
        /// Bits 0 to 2: jump forward if less, equal, greater; bits 3 to 5: jump backward.
        mask: u16,
    },
    /// `CALL_PY_*`.
    Call {
        /// The function's version.
        func_version: Demand,
        /// Arguments that have no default.
        min_args: u16,
    },
}

/// Which offset of the dict a `LOAD_METHOD_WITH_DICT` caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DictOffset {
    /// The form does not look.
    Unused,
    /// The managed dict (`MANAGED_DICT_OFFSET`).
    Managed,
    /// `tp_dictoffset`
    At(u16),
}

/// A version that the form's guard compares. If none is assigned yet, the VM assigns one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// What must have a version.
    pub of: Subject,
    /// The version it had when it was observed.
    pub observed: Option<u32>,
    /// The largest version that fits into the cache.
    pub at_most: u32,
    /// What is counted when no version can be assigned.
    pub exhausted: Option<FailureKind>,
    /// What is counted when the version is larger than `at_most`.
    pub too_large: Option<FailureKind>,
}

/// What a version belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The type of the owner, or of the container.
    OwnerType,
    /// The owner, which is a class.
    OwnerClass,
    /// The keys of the owner's dict: of the module, the shared keys of the class, or the dict at an offset.
    OwnerKeys,
    /// The keys of the globals.
    GlobalsKeys,
    /// The keys of the builtins.
    BuiltinsKeys,
    /// The function: the callable, or the container type's `__getitem__`.
    Function,
}

impl Demand {
    /// A version of 32 bits; having none left counts CPython's usual kind.
    #[must_use]
    pub const fn new(of: Subject, observed: Option<u32>) -> Self {
        let kind = Some(failure::OUT_OF_VERSIONS);
        Self { of, observed, at_most: u32::MAX, exhausted: kind, too_large: kind }
    }

    /// A version of which the cache has 16 bits only; a larger one counts `too_large`.
    #[must_use]
    pub const fn short(of: Subject, observed: Option<u32>, too_large: FailureKind) -> Self {
        Self { at_most: u16::MAX as u32, too_large: Some(too_large), ..Self::new(of, observed) }
    }

    /// The same, but a version that cannot be had counts a failure without a kind.
    #[must_use]
    pub const fn unnumbered(self) -> Self {
        Self { exhausted: None, too_large: None, ..self }
    }
}

impl CacheContents {
    /// The versions that are needed, in CPython's order.
    pub fn demands(&self) -> impl Iterator<Item = Demand> {
        let (first, second) = match *self {
            Self::None | Self::Compare { .. } => (None, None),
            Self::Attr { version, .. } => (Some(version), None),
            Self::Method { keys_version, type_version, .. } => (keys_version, Some(type_version)),
            Self::Global { module_keys_version, builtin_keys_version, .. } => {
                (Some(module_keys_version), builtin_keys_version)
            }
            Self::Getitem { type_version, func_version } => (Some(type_version), Some(func_version)),
            Self::Call { func_version, .. } => (Some(func_version), None),
        };
        first.into_iter().chain(second)
    }
}
