//! `quicken opcodes`: the instruction table.

use comfy_table::{CellAlignment, Table, presets};
use quicken::bytecode::reference::{OpcodeInfo, reference};
use quicken::bytecode::{Family, Opcode};

use crate::arguments::OpcodesArguments;
use crate::failure::Failure;
use crate::output::Target;

/// Lists instructions, or shows the named ones in full.
pub fn run(arguments: &OpcodesArguments) -> Result<i32, Failure> {
    let mut chosen = if arguments.names.is_empty() { reference() } else { named(&arguments.names)? };
    if let Some(name) = &arguments.family {
        let family = Family::from_name(&name.to_lowercase()).ok_or_else(|| {
            let known: Vec<&str> = Family::ALL.into_iter().map(|family| family.name()).collect();
            Failure::Usage(format!("unknown family '{name}'; known are {}", known.join(", ")))
        })?;
        chosen.retain(|info| info.family == Some(family.name()));
    }
    let text = if arguments.json {
        serde_json::to_string_pretty(&chosen).unwrap_or_default()
    } else if arguments.names.is_empty() {
        table(&chosen)
    } else {
        chosen.iter().map(full).collect::<Vec<_>>().join("\n")
    };
    Target::Stdout.write(&text)?;
    Ok(0)
}

fn named(names: &[String]) -> Result<Vec<OpcodeInfo>, Failure> {
    let find = |name: &String| {
        Opcode::from_name(&name.to_uppercase())
            .map(OpcodeInfo::of)
            .ok_or_else(|| Failure::Usage(format!("unknown instruction '{name}'; 'quicken opcodes' lists them all")))
    };
    names.iter().map(find).collect()
}

fn table(opcodes: &[OpcodeInfo]) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["number", "name", "short name", "role", "family", "operand", "stack", "cache"]);
    for info in opcodes {
        let units: usize = info.cache.iter().map(|field| field.units).sum();
        table.add_row([
            info.number.to_string(),
            info.name.to_owned(),
            info.alias.unwrap_or_default().to_owned(),
            info.role.to_owned(),
            info.family.unwrap_or_default().to_owned(),
            info.operand.to_owned(),
            info.stack_effect.clone(),
            if units == 0 { String::new() } else { units.to_string() },
        ]);
    }
    for index in [0, 7] {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn full(info: &OpcodeInfo) -> String {
    let mut text = format!("{} ({})\n  {}\n", info.name, info.number, info.doc);
    let mut line = |what: &str, value: &str| {
        if !value.is_empty() {
            text += &format!("  {what:<13}{value}\n");
        }
    };
    line("short name", info.alias.unwrap_or_default());
    line("role", info.role);
    line("generic", if info.base == info.name { "" } else { info.base });
    line("family", info.family.unwrap_or_default());
    line("operand", info.operand);
    line("stack effect", &info.stack_effect);
    for field in &info.cache {
        let plural = if field.units == 1 { "" } else { "s" };
        line("cache", &format!("{} at unit {}, {} unit{plural}", field.name, field.offset, field.units));
    }
    text
}
