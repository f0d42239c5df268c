//! Statistics of a run: what the interpreter reports ([`recorder`]), where it is counted ([`counters`]), and how it is
//! shown.

pub mod counters;
pub mod recorder;

pub use counters::Counters;
pub use recorder::{Counts, Off, Recorder};
