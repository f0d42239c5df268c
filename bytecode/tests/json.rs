//! The serialized forms that the command prints for machines.

use std::path::Path;

use quicken_bytecode::Opcode;
use quicken_bytecode::dis::{DisOptions, disassemble};
use quicken_bytecode::pyc::read_pyc;
use quicken_bytecode::reference::OpcodeInfo;
use serde_json::json;

#[test]
fn disassembly_serializes_with_all_it_knows() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/exceptions.pyc");
    let (_, code) = read_pyc(&std::fs::read(path).unwrap()).unwrap();
    let module = serde_json::to_value(disassemble(&code, &DisOptions::PLAIN)).unwrap();
    assert_eq!(module["name"], "<module>");
    assert_eq!(module["filename"], "exceptions.py");
    let nested = &module["nested"][0];
    assert_eq!(nested["qualname"], "nested");
    assert_eq!(
        nested["instructions"][0],
        json!({
            "offset": 0, "opname": "RESUME", "opcode": 151, "arg": 0, "argrepr": "", "jump_target": null, "starts_line": 4,
            "is_jump_target": false, "line": 4, "end_line": 4, "column": 0, "end_column": 0,
        })
    );
    assert!(nested["exception_table"].as_array().unwrap().len() > 5);
}

#[test]
fn the_reference_serializes() {
    assert_eq!(
        serde_json::to_value(OpcodeInfo::of(Opcode::BINARY_OP_ADD_INT)).unwrap(),
        json!({
            "name": "BINARY_OP_ADD_INT", "number": 5, "alias": "BINARY_ADD_INT", "role": "specialized", "base": "BINARY_OP",
            "family": "binary_op", "operand": "operator", "stack_effect": "-1",
            "cache": [{"name": "counter", "offset": 0, "units": 1}], "doc": "`+` of two exact ints of any size.",
        })
    );
}
