//! Experiments: engines timed side by side ([`mod@compare`]), and records to hold against those of real CPythons
//! ([`oracle`]); strategies over one recording ([`replay`]). Every result carries what it was made with.

pub mod compare;
pub mod engines;
pub mod oracle;
mod process;
pub mod replay;
mod report;

pub use compare::{Comparison, Measurement, compare};
pub use engines::{EngineSpec, Job};
