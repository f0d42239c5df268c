//! The disassembler and the tables against what CPython 3.11.7 said about the same code (made by `scripts/golden.py`).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use quicken_bytecode::dis::{DisOptions, dis};
use quicken_bytecode::hash::hash_constant;
use quicken_bytecode::location::{ExceptionEntry, ExceptionTableWriter, LocationTableWriter, Position};
use quicken_bytecode::marshal::read;
use quicken_bytecode::pyc::{PycHeader, read_pyc, write_pyc};
use quicken_bytecode::repr::repr_constant;
use quicken_bytecode::{CodeObject, CodeUnit, Constant, Opcode};
use serde_json::{Value, json};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(golden(name)).unwrap()
}

fn code(name: &str) -> (PycHeader, Arc<CodeObject>) {
    read_pyc(&std::fs::read(golden(&format!("{name}.pyc"))).unwrap()).unwrap()
}

fn walk(code: &Arc<CodeObject>) -> Vec<Arc<CodeObject>> {
    let nested = code.nested().flat_map(walk);
    std::iter::once(code.clone()).chain(nested).collect()
}

/// Compares line by line: a failure shows the first line that differs instead of two files.
fn assert_same_text(ours: &str, expected: &str, what: &str) {
    for (number, (ours, expected)) in ours.lines().zip(expected.lines()).enumerate() {
        assert_eq!(ours, expected, "{what}, line {}", number + 1);
    }
    assert_eq!(ours.lines().count(), expected.lines().count(), "{what}: number of lines");
    assert_eq!(ours, expected, "{what}");
}

const SAMPLES: [&str; 5] = ["constants", "exceptions", "live", "shapes", "wide"];

#[test]
fn disassembly_is_that_of_dis() {
    for name in SAMPLES {
        assert_same_text(&dis(&code(name).1, &DisOptions::PLAIN), &text(&format!("{name}.dis")), name);
    }
}

#[test]
fn caches_are_shown_as_by_dis() {
    for name in &SAMPLES[..4] {
        let options = DisOptions { show_caches: true, ..DisOptions::PLAIN };
        assert_same_text(&dis(&code(name).1, &options), &text(&format!("{name}.caches.dis")), name);
    }
}

#[test]
fn live_code_is_shown_as_by_dis() {
    let functions: Vec<Value> = serde_json::from_str(&text("live.json")).unwrap();
    let all = walk(&code("live").1);
    assert!(functions.len() >= 5);
    for function in functions {
        let name = function["name"].as_str().unwrap();
        let code = all.iter().find(|code| code.name == *name).unwrap();
        let live: Box<[CodeUnit]> =
            bytes(&function["live"]).chunks(2).map(|pair| CodeUnit::from_bytes([pair[0], pair[1]])).collect();
        let live_code = |shown: &CodeObject| std::ptr::eq(shown, &**code).then(|| live.clone());
        let options = DisOptions { live_code: Some(&live_code), ..DisOptions::PLAIN };
        assert_same_text(&dis(code, &options), function["dis"].as_str().unwrap(), name);
        let options = DisOptions { show_caches: true, ..options };
        assert_same_text(&dis(code, &options), function["caches"].as_str().unwrap(), name);
    }
}

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap().as_bytes();
    hex.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn entries(code: &CodeObject) -> Vec<ExceptionEntry> {
    code.exception_table().collect()
}

#[test]
fn tables_are_decoded_and_encoded_as_by_cpython() {
    for name in &SAMPLES[..4] {
        let expected: Vec<Value> = serde_json::from_str(&text(&format!("{name}.tables.json"))).unwrap();
        let all = walk(&code(name).1);
        assert_eq!(all.len(), expected.len());
        for (code, expected) in all.iter().zip(&expected) {
            let what = format!("{name}: {}", code.qualname);
            assert_eq!(json!(code.qualname.as_str()), expected["qualname"]);
            assert_eq!(code.co_code(), bytes(&expected["code"]), "{what}");
            assert_eq!(json!(code.nlocals()), expected["nlocals"], "{what}");
            assert_eq!(json!(code.varnames().map(|name| name.as_str()).collect::<Vec<_>>()), expected["varnames"]);
            assert_eq!(json!(code.cellvars().map(|name| name.as_str()).collect::<Vec<_>>()), expected["cellvars"]);
            assert_eq!(json!(code.freevars().map(|name| name.as_str()).collect::<Vec<_>>()), expected["freevars"]);
            let lines: Vec<_> = code.lines().map(|range| json!([range.start, range.end, range.line])).collect();
            assert_eq!(json!(lines), expected["lines"], "{what}");
            let position = |p: Position| json!([p.line, p.end_line, p.column, p.end_column]);
            assert_eq!(json!(code.positions().map(position).collect::<Vec<_>>()), expected["positions"], "{what}");
            let handlers: Vec<_> =
                entries(code).iter().map(|e| json!([e.start, e.end, e.target, e.depth, e.lasti])).collect();
            assert_eq!(json!(handlers), expected["handlers"], "{what}");

            let mut writer = ExceptionTableWriter::new();
            code.exception_table().for_each(|entry| writer.push(entry));
            assert_eq!(writer.finish(), code.exceptiontable, "{what}");
            // The assembler writes an entry per instruction, so the decoded ones give the same bytes back.
            let mut writer = LocationTableWriter::new(code.firstlineno);
            code.position_ranges().for_each(|range| writer.push(range.units as usize, range.position));
            assert_eq!(writer.finish(), code.linetable, "{what}");
            for (index, position) in code.positions().enumerate() {
                assert_eq!(code.position_at(2 * index as u32), position, "{what}");
            }
        }
    }
}

#[test]
fn pyc_files_survive_a_round_trip() {
    for name in SAMPLES {
        let (header, code) = code(name);
        let same = write_pyc(&code, header).unwrap() == std::fs::read(golden(&format!("{name}.pyc"))).unwrap();
        assert!(same, "{name}: other bytes than CPython's");
        assert_eq!(header, PycHeader::Hash { hash: [0; 8], check_source: false });
        let header = PycHeader::Timestamp { mtime: 1_700_000_000, size: 12 };
        let written = write_pyc(&code, header).unwrap();
        let (header_again, code_again) = read_pyc(&written).unwrap();
        assert_eq!(header_again, header);
        assert_eq!(code_again, code, "{name}");
    }
}

#[test]
fn stack_effects_are_cpythons() {
    let rows: Vec<(String, u32, i32, i32)> = serde_json::from_str(&text("stack_effects.json")).unwrap();
    for (name, operand, falls_through, jumps) in rows {
        let opcode = Opcode::from_name(&name).unwrap();
        assert_eq!(opcode.stack_effect(operand, false), falls_through, "{name} {operand}");
        assert_eq!(opcode.stack_effect(operand, true), jumps, "{name} {operand}, jumping");
    }
}

#[test]
fn reprs_and_hashes_are_cpythons() {
    let Constant::Tuple(values) = read(&std::fs::read(golden("values.marshal")).unwrap()).unwrap() else {
        panic!("a tuple was written");
    };
    let rows: Vec<(String, i64)> = serde_json::from_str(&text("values.json")).unwrap();
    assert_eq!(values.len(), rows.len());
    for (value, (repr, hash)) in values.iter().zip(rows) {
        assert_eq!(repr_constant(value, &|_| 0), repr);
        assert_eq!(hash_constant(value), hash, "{repr}");
    }
}
