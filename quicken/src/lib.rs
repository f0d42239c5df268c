//! The engine that other programs embed: compiles Python source to CPython 3.11 bytecode, runs it under a specialization
//! strategy, and gives back what happened.
//!
//! An [`Engine`] is a configuration that can run any number of programs. Each run has a VM, a strategy and a stack of its
//! own, so that no run depends on the runs before it; with the same program and the same configuration it counts the same.
//!
//! ```
//! use quicken::{Engine, Level, Output, bytecode::Opcode};
//!
//! let engine = Engine::builder()
//!     .strategy("cpython311")
//!     .statistics(Level::Counts)
//!     .stdout(Output::Capture)
//!     .build()?;
//! let outcome = engine.run_source("total = 0\nfor i in range(1000):\n    total += i\nprint(total)\n", "sum.py")?;
//!
//! assert_eq!(outcome.exit_code, 0);
//! assert_eq!(outcome.stdout, b"499500\n");
//! // After eight rounds the loop is warm, and the addition is specialized for integers.
//! let counters = outcome.counters.as_ref().expect("statistics were asked for");
//! assert!(counters.executions(Opcode::BINARY_OP_ADD_INT) > 900);
//! # Ok::<(), quicken::Error>(())
//! ```
//!
//! A strategy of one's own is added to a [`Registry`](specializer::Registry) and handed to [`Builder::registry`]; the
//! command line does the same, see `quicken_cli::main_with`.

mod compile;
mod engine;
mod error;
mod library;
mod live;
mod output;
mod program;

pub use compile::warnings_text;
pub use engine::{Builder, Engine, Level, Outcome};
pub use error::Error;
pub use live::{LiveCode, LiveCodes};
pub use output::Output;
pub use program::Program;
pub use quicken_vm::objects::hashing::set_hash_seed;

pub use quicken_bytecode as bytecode;
pub use quicken_compiler as compiler;
pub use quicken_replay as replay;
pub use quicken_specializer as specializer;
pub use quicken_stats as stats;
pub use quicken_vm::interactive::{Line, Prompt};
pub use quicken_vm::{Limits, PythonOptions};

/// The version of the engine, as results carry it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
