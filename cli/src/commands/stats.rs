//! `quicken stats`: runs a program and shows what happened.

use std::sync::Arc;

use quicken::stats::{pystats, report};
use quicken::{Level, Outcome};

use crate::Registry;
use crate::arguments::{Format, StatsArguments};
use crate::failure::Failure;
use crate::output::Target;

/// Runs the program and writes the statistics; the exit code is the program's.
pub fn run(arguments: &StatsArguments, registry: Arc<Registry>) -> Result<i32, Failure> {
    let engine = arguments.engine.builder(registry).statistics(Level::Counts);
    let _ = engine.clone().build()?;
    let (program, program_arguments) = arguments.program.load(0)?;
    let outcome = engine.arguments(program_arguments).build()?.run(&program)?;
    let target = Target::file_or(arguments.output.as_deref(), Target::Stderr);
    target.write(&text(arguments, &outcome, &target))?;
    Ok(outcome.exit_code)
}

fn text(arguments: &StatsArguments, outcome: &Outcome, target: &Target) -> String {
    match if arguments.json { Format::Json } else { arguments.format } {
        Format::Json => outcome.statistics().to_json(),
        Format::Pystats => outcome.counters.as_ref().map(pystats::to_text).unwrap_or_default(),
        Format::Text => {
            let limit = Some(arguments.limit).filter(|limit| *limit != 0);
            report::render(&outcome.statistics(), report::Options { colours: target.has_colours(), limit })
        }
    }
}
