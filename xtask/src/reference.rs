//! Pages made from tables: the instructions, and the failure kinds of the statistics.

use std::path::PathBuf;
use std::{fs, io};

use quicken_bytecode::reference::{OpcodeInfo, reference};
use quicken_bytecode::{Family, Opcode};
use quicken_specializer::failure::failure_name;

/// Writes the pages.
///
/// # Errors
/// A file cannot be written.
pub fn generate() -> io::Result<()> {
    for (path, text) in pages() {
        fs::write(path, text)?;
    }
    Ok(())
}

/// Whether the pages in the tree are those that the tables give.
///
/// # Errors
/// One line for each page that is not.
pub fn check() -> Result<(), Vec<String>> {
    let problems: Vec<String> = pages()
        .into_iter()
        // A checkout may have turned the line ends.
        .filter(|(path, text)| {
            fs::read_to_string(path).map(|old| old.replace("\r\n", "\n")).ok().as_ref() != Some(text)
        })
        .map(|(path, _)| format!("{} is out of date: run cargo xtask generate", path.display()))
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn pages() -> [(PathBuf, String); 2] {
    let docs = crate::root().join("docs");
    [(docs.join("instructions.md"), instructions()), (docs.join("failure-kinds.md"), failure_kinds())]
}

const GENERATED: &str = "<!-- Written by `cargo xtask generate`. -->\n";

fn instructions() -> String {
    let all = reference();
    let mut text = format!(
        "{GENERATED}# Instructions\n\nThe {} instructions of CPython 3.11, from the table in `bytecode/src/instructions.rs`. Every place that \
         takes an\ninstruction's name takes the short one too.\n",
        all.len()
    );
    text += "\n## Generic instructions\n\n| number | name | operand | stack effect | cache | |\n|---|---|---|---|---|---|\n";
    for info in all.iter().filter(|info| info.role == "generic") {
        let cache = info.cache.iter().map(|field| format!("{} {}", field.name, field.units));
        text += &format!(
            "| {} | `{}` | {} | {} | {} | {} |\n",
            info.number,
            info.name,
            cell(info.operand),
            cell(&info.stack_effect),
            cache.collect::<Vec<_>>().join(", "),
            cell(info.doc)
        );
    }
    for family in Family::ALL {
        text += &format!("\n## Family `{}`\n\n", family.name());
        text += FORMS;
        for info in all.iter().filter(|info| info.family == Some(family.name()) && info.role != "generic") {
            text += &form(info);
        }
    }
    text += "\n## Superinstructions and quick forms\n\n";
    text += FORMS;
    for info in all.iter().filter(|info| info.family.is_none() && info.role != "generic") {
        text += &form(info);
    }
    text
}

const FORMS: &str = "| number | name | short name | role | |\n|---|---|---|---|---|\n";

fn form(info: &OpcodeInfo) -> String {
    let alias = info.alias.map_or_else(String::new, |alias| format!("`{alias}`"));
    format!("| {} | `{}` | {alias} | {} | {} |\n", info.number, info.name, info.role, cell(info.doc))
}

fn failure_kinds() -> String {
    let mut text = format!(
        "{GENERATED}# Failure kinds\n\nWhy an attempt at specialization failed, by family, with the numbers and names of CPython 3.11's \
         statistics.\n`FOR_ITER` is no family in 3.11; its kinds say what was iterated over.\n"
    );
    let heads = Family::ALL.into_iter().map(Family::generic).chain([Opcode::FOR_ITER]);
    for head in heads {
        text += &format!("\n## `{}`\n\n| number | name |\n|---|---|\n", head.name());
        for (kind, name) in (0..=u8::MAX).filter_map(|kind| Some((kind, failure_name(head, kind)?))) {
            text += &format!("| {kind} | {} |\n", cell(name));
        }
    }
    text
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
