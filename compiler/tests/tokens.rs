//! Lists of tokens against those of CPython 3.11.7's `tokenize` module (`scripts/tokens.py` wrote `data/tokens.json`).

use std::path::Path;

use quicken_compiler::tokens;
use serde_json::Value;

#[test]
fn tokens_are_those_of_the_module() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tokens.json");
    let rows: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(rows.len() >= 40);
    for row in rows {
        let text = row["source"].as_str().unwrap();
        // A character stands for a byte.
        let source: Vec<u8> = text.chars().map(|byte| u8::try_from(u32::from(byte)).unwrap()).collect();
        for (exact, field) in [(false, "tokens"), (true, "exact")] {
            match tokens(&source, Some("f"), exact) {
                Ok(list) => assert_eq!(Some(list.as_str()), row[field].as_str(), "{text:?}"),
                Err(error) => assert_eq!(Some(error.as_str()), row["error"].as_str(), "{text:?}"),
            }
        }
    }
}
