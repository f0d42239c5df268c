//! When and into what CPython 3.11's instructions are specialized, as data.
//!
//! The VM describes a site in an [`Observation`], a [`Strategy`] answers with a [`Decision`], the VM applies it. Nothing
//! here sees a live object, reads a clock, or touches a file. [`families`] holds CPython 3.11's own rules as pure
//! functions; a strategy usually asks them and bends the answer.
//!
//! ```
//! use quicken_specializer::strategies::Registry;
//!
//! let strategy = Registry::builtin().create("cpython311")?;
//! assert_eq!(strategy.tuning().warmup, Some(8));
//! # Ok::<(), quicken_specializer::strategies::UnknownStrategy>(())
//! ```

pub mod counter;
pub mod decision;
pub mod failure;
pub mod families;
pub mod observation;
pub mod strategies;
pub mod strategy;

pub use counter::{AdaptiveCounter, MissCounter};
pub use decision::{Action, CacheContents, Decision, Demand, DictOffset, Specialize, Subject};
pub use failure::FailureKind;
pub use families::{Build, Form, Refusal};
pub use observation::{CodeId, Observation, Operands, Site};
pub use strategies::{Registry, UnknownStrategy};
pub use strategy::{
    FamilySet, Miss, MissDecision, Quickening, Strategy, SuperinstructionSet, Tuning, WarmDecision, Warmup,
};
