//! Experiments: engines timed side by side ([`mod@compare`]), and records to hold against those of real CPythons
//! ([`oracle`]). Every result carries what it was made with.

pub mod compare;
pub mod engines;
pub mod oracle;
mod process;
mod report;

pub use compare::{Comparison, Measurement, compare};
pub use engines::{EngineSpec, Job};
