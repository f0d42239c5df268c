//! Messages and places of syntax errors against CPython 3.11.7's: `data/syntax_errors.txt` holds sources, the JSON file beside it what
//! `scripts/golden.py` wrote.

use quicken_compiler::{Mode, Options, compile};
use serde_json::Value;

const CASES: &str = include_str!("data/syntax_errors.txt");
const GOLDEN: &str = include_str!("data/syntax_errors.json");

#[test]
fn errors_equal_cpython() {
    let golden: Vec<Value> = serde_json::from_str(GOLDEN).unwrap();
    let cases: Vec<&str> = CASES.split("---\n").collect();
    assert_eq!(cases.len(), golden.len());
    for (source, expected) in cases.iter().zip(&golden) {
        match compile(source, "case.py", Mode::Exec, &Options::new()) {
            Ok(_) => assert!(expected.is_null(), "{source:?} is accepted, CPython says {expected}"),
            Err(error) => {
                assert!(!expected.is_null(), "{source:?} is refused: {}", error.render());
                let ours = serde_json::json!([error.kind.name(), error.message, error.line, error.column]);
                let theirs = Value::from(expected.as_array().unwrap()[..4].to_vec());
                assert_eq!(ours, theirs, "{source:?}");
                // Where CPython knows no end, it says 0, −1 or None.
                if let (Some(line), Some(column @ 1..)) = (expected[4].as_i64(), expected[5].as_i64()) {
                    assert_eq!(
                        (i64::from(error.end_line), i64::from(error.end_column)),
                        (line, column),
                        "end of {source:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn rendering() {
    let show = |source: &str| compile(source, "case.py", Mode::Exec, &Options::new()).unwrap_err().render();
    assert_eq!(
        show("x = 1\n  f() = 2\n"),
        "  File \"case.py\", line 2\n    f() = 2\nIndentationError: unexpected indent\n"
    );
    assert_eq!(
        show("if 1:\n    f(a, b) = 2\n"),
        "  File \"case.py\", line 2\n    f(a, b) = 2\n    ^^^^^^^\nSyntaxError: cannot assign to function call here. \
         Maybe you meant '==' instead of '='?\n"
    );
    assert_eq!(
        show("def f():\n    return\nreturn 1\n"),
        "  File \"case.py\", line 3\n    return 1\n    ^^^^^^^^\nSyntaxError: 'return' outside function\n"
    );
    assert_eq!(show("(1,\n2"), "  File \"case.py\", line 1\n    (1,\n    ^\nSyntaxError: '(' was never closed\n");
}
