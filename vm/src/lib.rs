//! The virtual machine: values, the heap, objects, frames, and the loops that run CPython 3.11's bytecode.
//!
//! The way through the crate: [`value`] (what a Python value is), [`object`] (what a heap object is), [`heap`] (who keeps
//! it alive), [`objects`] (every built-in type, one file each), `protocol` (what one can do with any object), `frame` and
//! `dispatch` (how bytecode runs), `handlers` (one file per instruction family), `specialize` (how a site is observed and a
//! decision applied). The policy itself is in `quicken-specializer`, which knows nothing of this crate.

pub mod args;
pub mod builtins;
mod dispatch;
pub mod error;
mod finalizers;
pub mod format;
pub mod frame;
mod handlers;
pub mod heap;
pub mod import;
pub mod interactive;
mod interpreter;
pub mod interrupt;
mod locals;
pub mod modules;
pub mod object;
pub mod objects;
mod program;
pub mod protocol;
mod quickening;
mod recursion;
pub mod slots;
pub mod spec;
mod specialize;
mod state;
mod threads;
pub mod traceback;
mod tracing;
pub mod types;
pub mod value;
mod vm;
mod watch;

pub use args::Args;
pub use dispatch::DISPATCH;
pub use error::{PyResult, Raise};
pub use import::LibrarySettings;
pub use object::Gc;
pub use value::Value;
pub use vm::{
    CompileError, CompileErrorPlace, CompileWarnings, CompiledSource, DecodedSource, Limits, ParsedSource,
    PythonOptions, SourceCompiler, SourceOptions, Vm, VmConfig,
};
pub use watch::Watch;
