//! `quicken code`: the attributes of code objects.

use std::fmt::Write as _;

use quicken::bytecode::location::Position;
use quicken::bytecode::repr::repr_constant;
use quicken::bytecode::{CodeObject, Constant, PyString};
use serde_json::{Value, json};

use crate::arguments::CodeArguments;
use crate::failure::Failure;
use crate::output::Target;

/// Bytes of code in a line.
const HEX_WIDTH: usize = 32;

/// Shows the module's code object and all within.
pub fn run(arguments: &CodeArguments) -> Result<i32, Failure> {
    let code = arguments.source.code()?;
    let mut all = Vec::new();
    collect(&code, &mut all);
    let text = if arguments.json {
        format!("{:#}", all.iter().map(|code| to_json(code)).collect::<Value>())
    } else {
        all.iter().map(|code| to_text(code)).collect::<Vec<_>>().join("\n")
    };
    Target::Stdout.write(&text)?;
    Ok(0)
}

fn collect<'c>(code: &'c CodeObject, all: &mut Vec<&'c CodeObject>) {
    all.push(code);
    code.nested().for_each(|nested| collect(nested, all));
}

fn to_text(code: &CodeObject) -> String {
    let mut text = format!("{} (file {}, line {})\n", code.qualname, code.filename, code.firstlineno);
    let mut row = |name: &str, value: String| {
        let _ = writeln!(text, "  {name:<19}{value}");
    };
    row("co_name", code.name.to_string());
    row("co_argcount", code.argcount.to_string());
    row("co_posonlyargcount", code.posonlyargcount.to_string());
    row("co_kwonlyargcount", code.kwonlyargcount.to_string());
    row("co_nlocals", code.nlocals().to_string());
    row("co_stacksize", code.stacksize.to_string());
    row("co_flags", format!("{:#x} {}", code.flags.bits(), flags(code).join(" ")));
    row("co_names", names(&code.names).join(" "));
    row("co_varnames", names(code.varnames()).join(" "));
    row("co_cellvars", names(code.cellvars()).join(" "));
    row("co_freevars", names(code.freevars()).join(" "));
    row("co_consts", code.consts.len().to_string());
    for (index, constant) in code.consts.iter().enumerate() {
        let _ = writeln!(text, "    {index:>5}  {}", repr(constant));
    }
    let bytes = code.co_code();
    let _ = writeln!(text, "  co_code            {} bytes", bytes.len());
    for (index, chunk) in bytes.chunks(HEX_WIDTH).enumerate() {
        let _ = writeln!(text, "    {:>5}  {}", HEX_WIDTH * index, hex(chunk));
    }
    let _ = writeln!(text, "  co_linetable       {} bytes", code.linetable.len());
    for range in code.position_ranges() {
        let (start, end) = (2 * range.start_unit, 2 * (range.start_unit + range.units));
        let _ = writeln!(text, "    {start:>5} to {end:<5}  {}", place(range.position));
    }
    let _ = writeln!(text, "  co_exceptiontable  {} bytes", code.exceptiontable.len());
    for entry in code.exception_table() {
        let lasti = if entry.lasti { ", lasti" } else { "" };
        let _ = writeln!(
            text,
            "    {:>5} to {:<5}  handler {}, depth {}{lasti}",
            entry.start, entry.end, entry.target, entry.depth
        );
    }
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn to_json(code: &CodeObject) -> Value {
    let lines: Vec<_> = code.lines().map(|range| json!([range.start, range.end, range.line])).collect();
    let positions = code.position_ranges().map(|range| {
        let Position { line, end_line, column, end_column } = range.position;
        let (start, end) = (2 * range.start_unit, 2 * (range.start_unit + range.units));
        json!([start, end, line, end_line, column, end_column])
    });
    let handlers = code.exception_table().map(|entry| {
        json!({ "start": entry.start, "end": entry.end, "target": entry.target, "depth": entry.depth, "lasti": entry.lasti })
    });
    json!({
        "co_name": code.name.to_string(),
        "co_qualname": code.qualname.to_string(),
        "co_filename": code.filename.to_string(),
        "co_firstlineno": code.firstlineno,
        "co_argcount": code.argcount,
        "co_posonlyargcount": code.posonlyargcount,
        "co_kwonlyargcount": code.kwonlyargcount,
        "co_nlocals": code.nlocals(),
        "co_stacksize": code.stacksize,
        "co_flags": code.flags.bits(),
        "flags": flags(code),
        "co_names": names(&code.names),
        "co_varnames": names(code.varnames()),
        "co_cellvars": names(code.cellvars()),
        "co_freevars": names(code.freevars()),
        "co_consts": code.consts.iter().map(repr).collect::<Vec<_>>(),
        "co_code": hex(&code.co_code()),
        "co_linetable": hex(&code.linetable),
        "co_exceptiontable": hex(&code.exceptiontable),
        "co_lines": lines,
        "positions": positions.collect::<Vec<_>>(),
        "exception_handlers": handlers.collect::<Vec<_>>(),
    })
}

fn names<'c>(names: impl IntoIterator<Item = &'c PyString>) -> Vec<String> {
    names.into_iter().map(ToString::to_string).collect()
}

/// The names of the flags; those that have none as a number.
fn flags(code: &CodeObject) -> Vec<String> {
    let mut named = code.flags.iter_names();
    let mut names: Vec<String> = named.by_ref().map(|(name, _)| name.to_owned()).collect();
    let rest = named.remaining().bits();
    if rest != 0 {
        names.push(format!("{rest:#x}"));
    }
    names
}

/// As `repr` shows it; a code object by its name, since it follows in full.
fn repr(constant: &Constant) -> String {
    match constant {
        Constant::Code(code) => format!("<code object {}, line {}>", code.qualname, code.firstlineno),
        _ => repr_constant(constant, &|_| 0),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Line and column, and those of the end; without a line the instruction belongs to none.
fn place(position: Position) -> String {
    match (position.line, position.end_line, position.column, position.end_column) {
        (Some(line), Some(end_line), Some(column), Some(end_column)) => {
            format!("{line}:{column} to {end_line}:{end_column}")
        }
        (Some(line), ..) => format!("line {line}"),
        (None, ..) => "no line".to_owned(),
    }
}
