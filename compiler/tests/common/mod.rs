//! Code objects as JSON: what `scripts/golden.py` writes of CPython's.

use std::fmt::Write as _;

use quicken_bytecode::{CodeObject, Constant};
use serde_json::{Value, json};

/// A code object with all its parts.
pub fn code_json(code: &CodeObject) -> Value {
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
            // In no order: CPython's depends on which strings the process happens to have interned.
            let mut values = items(values);
            values.sort_by_key(ToString::to_string);
            json!(["frozenset", values])
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
