//! When and into what CPython 3.11's instructions are specialized, as data.
//!
//! The VM describes a site in an [`Observation`], a [`Strategy`] answers with a [`Decision`], [`check()`] compares the two, the
//! VM applies it. Nothing here sees a live object or reads a clock; the only files that are read are those that
//! [`Registry::create`] is asked for. [`families`] holds CPython 3.11's own rules as pure functions; a strategy usually asks
//! them and bends the answer, or is put together of others by [`compose`].
//!
//! ```
//! use quicken_specializer::strategies::Registry;
//!
//! let strategy = Registry::builtin().create("cpython311")?;
//! assert_eq!(strategy.tuning().warmup, Some(8));
//! # Ok::<(), quicken_specializer::StrategyError>(())
//! ```

pub mod check;
pub mod compose;
pub mod configuration;
pub mod counter;
pub mod decision;
pub mod failure;
pub mod families;
pub mod history;
pub mod observation;
pub mod quickening;
pub mod sets;
pub mod shape;
pub mod strategies;
pub mod strategy;

/// The instruction table: opcodes, families.
pub use quicken_bytecode as bytecode;

pub use check::{Misfit, cache_for, check};
pub use configuration::{Configuration, FileProblems};
pub use counter::{AdaptiveCounter, Backoff, MissCounter};
pub use decision::{Action, Answer, CacheContents, Decision, Demand, DictOffset, Specialize, Subject};
pub use failure::FailureKind;
pub use families::{Build, Form, Refusal};
pub use history::{SiteHistories, SiteHistory};
pub use observation::{CodeId, Observation, Operands, Site};
pub use sets::{FamilySet, FormSet, SuperinstructionSet};
pub use shape::{Entry, Facts, Shape, matches};
pub use strategies::{Registry, StrategyError, UnknownStrategy};
pub use strategy::{Miss, MissAction, MissDecision, Quickening, Strategy, Tuning, WarmAction, WarmDecision, Warmup};
