//! Our code objects against CPython 3.11.7's, construct by construct.
//!
//! `data/*.py` are sources of our own, `data/*.json` what `scripts/golden.py` wrote of CPython's code objects for them. A first line
//! `# compile: MODE [optimize=N]` says how.

use std::path::Path;

use quicken_compiler::{Mode, Options, compile};
use serde_json::Value;

mod common;

#[test]
fn code_objects_equal_cpython() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut sources: Vec<_> = std::fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    sources.sort();
    assert!(sources.len() >= 15, "the sources are there");
    for path in sources {
        let source = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let golden: Value =
            serde_json::from_str(&std::fs::read_to_string(path.with_extension("json")).unwrap()).unwrap();
        let mut mode = Mode::Exec;
        let mut options = Options::new();
        for word in source.lines().next().unwrap_or("").strip_prefix("# compile:").unwrap_or("").split_whitespace() {
            match word {
                "exec" => mode = Mode::Exec,
                "eval" => mode = Mode::Eval,
                "single" => mode = Mode::Single,
                "optimize=1" => options.optimize = 1,
                "optimize=2" => options.optimize = 2,
                "top_level_await" => options.allow_top_level_await = true,
                _ => panic!("{name}: unknown directive {word}"),
            }
        }
        let compiled =
            compile(&source, name, mode, &options).unwrap_or_else(|error| panic!("{name}: {}", error.render()));
        compare(&common::code_json(&compiled.code), &golden["code"], name);
        let warnings: Vec<Value> =
            compiled.warnings.iter().map(|warning| serde_json::json!([warning.line, warning.message])).collect();
        assert_eq!(Value::from(warnings), golden["warnings"], "{name}: warnings");
    }
}

/// Innermost code objects first: a difference there explains those around.
fn compare(ours: &Value, theirs: &Value, path: &str) {
    let (Some(mine), Some(its)) = (ours["consts"].as_array(), theirs["consts"].as_array()) else {
        panic!("{path}: no constants")
    };
    for (mine, its) in mine.iter().zip(its) {
        if mine[0] == "code" && its[0] == "code" {
            let inner = format!("{path}/{}", its[1]["name"].as_str().unwrap_or(""));
            compare(&mine[1], &its[1], &inner);
        }
    }
    for (key, expected) in theirs.as_object().unwrap() {
        assert_eq!(&ours[key], expected, "{path}: {key}");
    }
}
