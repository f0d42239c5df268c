//! `quicken strategies`: the policies that `--strategy` knows, and those in files.

use std::fmt::Write as _;
use std::path::PathBuf;

use comfy_table::{Table, presets};
use quicken::specializer::Configuration;
use quicken::specializer::strategies::Entry;
use serde_json::json;

use crate::Registry;
use crate::arguments::{StrategiesArguments, StrategiesCommand};
use crate::failure::Failure;
use crate::output::Target;

/// Does what is asked for.
pub fn run(arguments: &StrategiesArguments, registry: &Registry) -> Result<i32, Failure> {
    match &arguments.command {
        None => list(registry, arguments.json),
        Some(StrategiesCommand::Show { name }) => show(registry, name),
        Some(StrategiesCommand::Check { files }) => check(files),
    }
}

fn list(registry: &Registry, json: bool) -> Result<i32, Failure> {
    let entries = registry.entries();
    let text = if json {
        let list: Vec<_> = entries
            .iter()
            .map(|entry| {
                json!({ "name": entry.name(), "argument": entry.argument(), "description": entry.description() })
            })
            .collect();
        serde_json::to_string_pretty(&list).unwrap_or_default()
    } else {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        for entry in entries {
            table.add_row([called(entry), entry.description().to_owned()]);
        }
        table.lines().map(|line| format!("{}\n", line.trim())).collect()
    };
    Target::Stdout.write(&text)?;
    Ok(0)
}

/// The name as it may be asked for.
fn called(entry: &Entry) -> String {
    match entry.argument() {
        Some(argument) => format!("{}[:{argument}]", entry.name()),
        None => entry.name().to_owned(),
    }
}

fn show(registry: &Registry, name: &str) -> Result<i32, Failure> {
    let strategy = registry.create(name).map_err(quicken::Error::from)?;
    let Some(configuration) = strategy.configuration() else {
        return Err(Failure::Usage(format!("no file can say what the strategy '{name}' does; its source can")));
    };
    Target::Stdout.write(&configuration.to_toml())?;
    Ok(0)
}

/// Reads every file, so that the problems of all of them are told at once.
fn check(files: &[PathBuf]) -> Result<i32, Failure> {
    let mut text = String::new();
    let mut code = 0;
    for file in files {
        let place = file.display().to_string();
        let verdict = match std::fs::read_to_string(file) {
            Err(error) => Err(format!("{place}: {error}")),
            Ok(source) => Configuration::parse(&source, &place).map_err(|problems| problems.to_string()),
        };
        let line = match verdict {
            Ok(configuration) => format!("{place}: '{}' is all right", configuration.name),
            Err(problems) => {
                code = 1;
                problems
            }
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{line}");
    }
    Target::Stdout.write(&text)?;
    Ok(code)
}
