//! Statistics of a run: what the interpreter reports ([`recorder`]), where it is counted ([`counters`]), and the ways in
//! which it is shown: a serialized form ([`schema`]), tables ([`report`]), CPython's own text ([`pystats`]), and records to
//! compare with those of real CPythons ([`oracle`]).

pub mod counters;
pub mod oracle;
pub mod pystats;
pub mod recorder;
pub mod report;
pub mod schema;

pub use counters::{Counters, Specialization};
pub use recorder::{Counts, LastOpcode, Off, Recorder, Shapes};
pub use schema::Statistics;
