//! `quicken replay`: what strategies would have made of a recorded run.

use std::path::Path;

use quicken::replay::{Costs, Recording, Replayed, best, replay};
use quicken_lab::replay::report;

use crate::Registry;
use crate::arguments::{ReplayArguments, strategy};
use crate::failure::Failure;
use crate::output::Target;

/// Replays the recording under each strategy.
pub fn run(arguments: &ReplayArguments, registry: &Registry) -> Result<i32, Failure> {
    let names = if arguments.strategy.is_empty() { vec![strategy(None)] } else { arguments.strategy.clone() };
    let mut strategies = Vec::new();
    for name in &names {
        strategies.push(registry.create(name).map_err(quicken::Error::from)?);
    }
    let costs = arguments.costs.as_deref().map_or_else(|| Ok(Costs::default()), read_costs)?;
    let recording = Recording::read(&arguments.recording).map_err(|error| Failure::Usage(error.to_string()))?;
    let mut replayed: Vec<Replayed> = Vec::new();
    for strategy in &mut strategies {
        let result = replay(&recording, strategy.as_mut()).map_err(|error| Failure::Usage(error.to_string()))?;
        replayed.push(result);
    }
    let bounds = arguments.best.then(|| best(&recording, &costs));
    let report = report(&recording, &replayed, bounds.as_deref().map(|best| (best, &costs)), &costs, arguments.sites);
    let text = if arguments.json { report.to_json() } else { report.to_tables() };
    Target::file_or(arguments.output.as_deref(), Target::Stdout).write(&text)?;
    Ok(0)
}

/// A table of costs, as JSON.
fn read_costs(path: &Path) -> Result<Costs, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Usage(format!("can't read the costs '{}': {error}", path.display())))?;
    Costs::from_json(&text)
        .map_err(|error| Failure::Usage(format!("'{}' is no table of costs: {error}", path.display())))
}
