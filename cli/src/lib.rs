//! The `quicken` command, as a library, so that another crate can make the same command with strategies of its own:
//!
//! ```no_run
//! use std::process::ExitCode;
//! use quicken::specializer::strategies::Eager;
//! use quicken_cli::Registry;
//!
//! fn main() -> ExitCode {
//!     let mut registry = Registry::builtin();
//!     registry.add("mine", "what I want to try", || Box::new(Eager));
//!     quicken_cli::main_with(registry)
//! }
//! ```

mod allocator;
mod arena;
mod arguments;
mod commands;
mod failure;
mod log;
mod output;
mod pyc_file;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;

pub use arena::Allocator;
pub use quicken::specializer::Registry;

use crate::arguments::{Cli, Command, normalize};
use crate::failure::Failure;

/// Runs the command with this process's arguments; `registry` is what `--strategy` chooses from.
#[must_use]
pub fn main_with(registry: Registry) -> ExitCode {
    allocator::keep_freed_memory();
    match run(std::env::args_os().collect(), Arc::new(registry)) {
        // As the operating system cuts it.
        Ok(code) => ExitCode::from(code.to_le_bytes()[0]),
        Err(failure) => {
            failure.report();
            ExitCode::from(failure.exit_code().to_le_bytes()[0])
        }
    }
}

fn run(arguments: Vec<OsString>, registry: Arc<Registry>) -> Result<i32, Failure> {
    let cli = match Cli::try_parse_from(normalize(arguments)) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are among these "errors"; a closed pipe is no reason to complain.
            let _ = error.print();
            return Ok(error.exit_code());
        }
    };
    log::start()?;
    match cli.command {
        Command::Run(arguments) => commands::run::run(&arguments, registry),
        Command::Stats(arguments) => commands::stats::run(&arguments, registry),
        Command::Dis(arguments) => commands::dis::run(&arguments, registry),
        Command::Code(arguments) => commands::code::run(&arguments),
        Command::Compile(arguments) => commands::compile::run(&arguments),
        Command::Compileall(arguments) => commands::compileall::run(&arguments),
        Command::Verify(arguments) => commands::verify::run(&arguments),
        Command::Tokens(arguments) => commands::source::tokens(&arguments),
        Command::Ast(arguments) => commands::source::ast(&arguments),
        Command::Strategies(arguments) => commands::strategies::run(&arguments, &registry),
        Command::Opcodes(arguments) => commands::opcodes::run(&arguments),
        Command::Oracle(arguments) => commands::oracle::run(&arguments, &registry),
        Command::Record(arguments) => commands::record::run(&arguments, registry),
        Command::Replay(arguments) => commands::replay::run(&arguments, &registry),
        Command::Bench(arguments) => commands::bench::run(&arguments, &registry),
    }
}
