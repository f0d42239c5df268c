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

#[test]
fn single_and_eval() {
    let error = |source: &str, mode| {
        compile(source, "<stdin>", mode, &Options::new()).err().map(|error| (error.message, error.line, error.column))
    };
    let expect = |message: &str, line, column| Some((message.to_owned(), line, column));
    let several = "multiple statements found while compiling a single statement";
    assert_eq!(error("x=1\ny=2\n", Mode::Single), expect(several, 1, 4));
    assert_eq!(error("x=1; y=2\nz=3", Mode::Single), expect(several, 1, 9));
    assert_eq!(error("def f(): pass\ndef g(): pass\n", Mode::Single), expect("invalid syntax", 2, 1));
    assert_eq!(error("x=1; y=2\n", Mode::Single), None);
    assert_eq!(error("if x:\n  a\n  b\n", Mode::Single), None);
    assert_eq!(error("", Mode::Single), expect("invalid syntax", 0, 0));
    assert_eq!(error("*a", Mode::Eval), expect("invalid syntax", 1, 1));
    assert_eq!(error("x=1", Mode::Eval), expect("invalid syntax", 1, 2));
    assert_eq!(error("a,", Mode::Eval), None);
}
