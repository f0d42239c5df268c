//! `quicken strategies`: the policies that `--strategy` knows.

use comfy_table::{Table, presets};
use serde_json::json;

use crate::Registry;
use crate::arguments::ListArguments;
use crate::failure::Failure;
use crate::output::Target;

/// Lists them.
pub fn run(arguments: &ListArguments, registry: &Registry) -> Result<i32, Failure> {
    let entries = registry.entries();
    let text = if arguments.json {
        let list: Vec<_> =
            entries.iter().map(|entry| json!({ "name": entry.name(), "description": entry.description() })).collect();
        serde_json::to_string_pretty(&list).unwrap_or_default()
    } else {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        for entry in entries {
            table.add_row([entry.name(), entry.description()]);
        }
        table.lines().map(|line| format!("{}\n", line.trim())).collect()
    };
    Target::Stdout.write(&text)?;
    Ok(0)
}
