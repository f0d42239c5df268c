//! When and into what CPython 3.11's instructions are specialized, as data.
//!
//! The VM describes a site in an [`Observation`], a [`Strategy`] answers with a [`Decision`], the VM applies it. Nothing
//! here sees a live object, reads a clock, or touches a file. [`families`] holds CPython 3.11's own rules as pure
//! functions; a strategy usually asks them and bends the answer.

pub mod counter;
pub mod decision;
pub mod failure;
pub mod observation;
pub mod strategy;

pub use counter::{AdaptiveCounter, MissCounter};
pub use decision::{Action, CacheContents, Decision, Demand, DictOffset, Specialize, Subject};
pub use failure::FailureKind;
pub use observation::{CodeId, Observation, Operands, Site};
pub use strategy::{Miss, MissDecision, Quickening, Strategy, Tuning, WarmDecision, Warmup};
