//! Recordings of runs, and what any strategy would have made of them.
//!
//! A [`Recording`] holds what a program did that no strategy can change: for every instruction that could be specialized the
//! [shapes](quicken_specializer::Shape) of its operands, execution by execution; how often every instruction was executed; and how far the
//! program had come each time that a code object's warm-up counter was counted. [`replay()`] asks a strategy the questions that the VM would have
//! asked it and computes the counters that a live run would have given, without running anything; [`best()`] computes
//! the bound that no strategy of the same forms can pass.
//!
//! ```no_run
//! use quicken_replay::{Recording, replay};
//! use quicken_specializer::Registry;
//!
//! let recording = Recording::read("run.qrec")?;
//! let mut strategy = Registry::builtin().create("eager")?;
//! let result = replay(&recording, strategy.as_mut())?;
//! println!("{} hits", result.specializations().map(|(_, s)| s.hit).sum::<u64>());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod best;
mod blocks;
mod bytes;
mod courses;
pub mod error;
pub mod file;
pub mod flow;
mod inner;
mod order;
mod pairs;
pub mod passages;
pub mod recording;
mod replay;
pub mod result;
pub mod runs;
mod script;
mod site;
mod tally;

pub use best::{Best, Costs, best};
pub use error::{ReadError, ReplayError};
pub use passages::{RunBytes, Runs};
pub use recording::{CodeRecord, Recording, SiteRecord};
pub use replay::replay;
pub use result::{Replayed, SiteOutcome};
pub use runs::{Run, RunsWriter};
