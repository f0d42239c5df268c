//! `quicken run`: runs a program, or what is typed where none is given.

use std::sync::Arc;

use crate::Registry;
use crate::arguments::RunArguments;
use crate::failure::Failure;

/// Runs the program; the exit code is its.
pub fn run(arguments: &RunArguments, registry: Arc<Registry>) -> Result<i32, Failure> {
    quicken::set_hash_seed(arguments.python.hash_seed()?);
    if arguments.program.is_typed() {
        return crate::commands::interactive::run(arguments, registry);
    }
    let engine = arguments.engine.builder(registry).python_options(arguments.python.options());
    // A wrong strategy is told before a wrong program.
    let _ = engine.clone().build()?;
    let (program, program_arguments) = arguments.program.load(arguments.python.options().optimize)?;
    let outcome = engine.arguments(program_arguments).build()?.run(&program)?;
    Ok(outcome.exit_code)
}
