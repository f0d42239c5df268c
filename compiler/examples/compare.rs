//! Compiles the files named on standard input and prints each code object as a line of JSON, for `tests/scripts/compare.py`, which
//! compares with what CPython makes of the same files.

use std::fmt::Write as _;
use std::io::{BufRead, Write as _};

use quicken_bytecode::hash::{hash_constant, set_order};
use quicken_bytecode::{CodeObject, Constant};
use quicken_compiler::{Mode, Options, compile};
use serde_json::{Value, json};

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in std::io::stdin().lock().lines() {
        let path = path?;
        let source = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
        let result = match compile(&source, &path, Mode::Exec, &Options::new()) {
            Ok(compiled) => {
                let warnings = compiled.warnings.iter().map(|warning| json!([warning.line, warning.message]));
                json!({ "file": path, "code": code_json(&compiled.code), "warnings": warnings.collect::<Vec<_>>() })
            }
            Err(error) => json!({
                "file": path,
                "error": [error.kind.name(), error.message, error.line, error.column, error.end_line, error.end_column, error.text],
            }),
        };
        writeln!(out, "{result}")?;
    }
    Ok(())
}

fn code_json(code: &CodeObject) -> Value {
    let names = |names: &[quicken_bytecode::PyString]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
    json!({
        "name": code.name.to_string(),
        "qualname": code.qualname.to_string(),
        "argcount": code.argcount,
        "posonlyargcount": code.posonlyargcount,
        "kwonlyargcount": code.kwonlyargcount,
        "stacksize": code.stacksize,
        "flags": code.flags.bits(),
        "code": hex(&code.co_code()),
        "names": names(&code.names),
        "localsplusnames": names(&code.localsplusnames),
        "localspluskinds": hex(&code.localspluskinds.iter().map(|kind| kind.bits()).collect::<Vec<_>>()),
        "firstlineno": code.firstlineno,
        "linetable": hex(&code.linetable),
        "exceptiontable": hex(&code.exceptiontable),
        "consts": code.consts.iter().map(constant_json).collect::<Vec<_>>(),
    })
}

fn constant_json(constant: &Constant) -> Value {
    let items = |items: &[Constant]| items.iter().map(constant_json).collect::<Vec<_>>();
    match constant {
        Constant::None => json!(["None"]),
        Constant::True => json!(["True"]),
        Constant::False => json!(["False"]),
        Constant::Ellipsis => json!(["Ellipsis"]),
        Constant::Int(value) => json!(["int", value.to_string()]),
        Constant::BigInt(value) => json!(["int", value.to_string()]),
        Constant::Float(value) => json!(["float", format!("{:016x}", value.to_bits())]),
        Constant::Complex { re, im } => json!(["complex", format!("{:016x}{:016x}", re.to_bits(), im.to_bits())]),
        Constant::Str(text) => json!(["str", hex(text.as_bytes())]),
        Constant::Bytes(bytes) => json!(["bytes", hex(bytes)]),
        Constant::Tuple(values) => json!(["tuple", items(values)]),
        Constant::FrozenSet(values) => {
            let order = set_order(&values.iter().map(hash_constant).collect::<Vec<_>>());
            json!(["frozenset", order.into_iter().map(|index| constant_json(&values[index])).collect::<Vec<_>>()])
        }
        Constant::Code(code) => json!(["code", code_json(code)]),
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
