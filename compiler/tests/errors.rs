//! Syntax errors and warnings against CPython 3.11.7's: `errors/NAME.txt` holds programs, the JSON file beside it what
//! `scripts/errors.py` wrote. What is known to differ is in `errors/differences.txt`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use quicken_compiler::{ErrorKind, Mode, Options, Stage, SyntaxError, WarningKind, compile};
use serde_json::{Value, json};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors")
}

/// The programs of a file with what CPython says of each.
fn programs(name: &str) -> Vec<(String, Value)> {
    let read = |extension: &str| std::fs::read_to_string(directory().join(name).with_extension(extension)).unwrap();
    let text = read("txt");
    let golden: Vec<Value> = serde_json::from_str(&read("json")).unwrap();
    let programs: Vec<&str> = match name {
        "eval" | "single" => text.strip_suffix('\n').unwrap().split("\n---\n").collect(),
        _ => text.split("---\n").collect(),
    };
    assert_eq!(programs.len(), golden.len(), "{name}: programs and answers");
    programs.into_iter().map(str::to_owned).zip(golden).collect()
}

fn mode(name: &str) -> Mode {
    match name {
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => Mode::Exec,
    }
}

/// Our error as the script writes CPython's.
fn error_json(error: &SyntaxError) -> Value {
    let kind = error.kind.name();
    if matches!(error.kind, ErrorKind::RecursionError | ErrorKind::MemoryError) {
        return json!([kind, error.message]);
    }
    // There is no file `case.py`; and what the compiler does not know is `None`.
    let from_compiler = error.stage == Stage::Compiler;
    let text = if from_compiler { None } else { error.text.as_ref() };
    let end_column = Some(error.end_column).filter(|column| !from_compiler || *column >= 0);
    json!([kind, error.message, error.line, error.column, error.end_line, end_column, text])
}

/// The programs that are known to differ, by file and program, with the reason.
fn known_differences() -> BTreeMap<(String, String), String> {
    let text = std::fs::read_to_string(directory().join("differences.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let entries = lines.map(|line| {
        let [name, program, reason]: [String; 3] = serde_json::from_str(line).expect("name, program, reason");
        ((name, program), reason)
    });
    entries.collect()
}

#[test]
fn errors_equal_cpython() {
    let mut names: Vec<String> = std::fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| !name.starts_with("warnings"))
        .collect();
    names.sort();
    let mut known = known_differences();
    let (mut count, mut faults) = (0, Vec::new());
    for name in &names {
        for (program, expected) in programs(name) {
            count += 1;
            assert!(!expected.is_null(), "{name}: CPython accepts {program:?}");
            let ours = match compile(&program, "case.py", mode(name), &Options::new()) {
                Ok(_) => Value::Null,
                Err(error) => error_json(&error),
            };
            let reason = known.remove(&(name.clone(), program.clone()));
            match (ours == expected, reason) {
                (true, None) => {}
                (true, Some(_)) => faults.push(format!("{name}: {program:?} is no longer different")),
                (false, Some(_)) if !ours.is_null() => {}
                (false, _) => faults.push(format!("{name}: {program:?}\n  ours    {ours}\n  CPython {expected}")),
            }
        }
    }
    faults.extend(known.keys().map(|(name, program)| format!("{name}: there is no {program:?}")));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count >= 1000, "the programs are there");
}

#[test]
fn warnings_equal_cpython() {
    let without_error = programs("warnings").into_iter().map(|case| (case, false));
    let before_an_error = programs("warnings_and_errors").into_iter().map(|case| (case, true));
    for ((program, expected), is_refused) in without_error.chain(before_an_error) {
        let warnings = match compile(&program, "case.py", Mode::Exec, &Options::new()) {
            Ok(compiled) if !is_refused => compiled.warnings,
            Err(error) if is_refused => error.warnings,
            Ok(_) => panic!("{program:?} is compiled"),
            Err(error) => panic!("{program:?}: {}", error.render()),
        };
        let ours = warnings.iter().map(|warning| {
            let category = match warning.kind {
                WarningKind::SyntaxWarning => "SyntaxWarning",
                WarningKind::DeprecationWarning => "DeprecationWarning",
            };
            json!([warning.line, category, warning.message])
        });
        assert_eq!(Value::from(ours.collect::<Vec<_>>()), expected, "{program:?}");
    }
}

/// Where the reference is on the machine, it still says what has been written down.
#[test]
fn cpython_says_so() {
    let version = Command::new("python3.11").args(["-c", "import sys; print(sys.version_info[:3])"]).output();
    if !version.is_ok_and(|output| output.stdout.starts_with(b"(3, 11, 7)")) {
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts/errors.py");
    let output = Command::new("python3.11").arg(script).arg("--check").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
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
    assert_eq!(
        show("if 1:\nprint(1)\n"),
        "  File \"case.py\", line 2\n    print(1)\n    ^\nIndentationError: expected an indented block after 'if' statement on \
         line 1\n"
    );
    assert_eq!(
        show("def f():\n    x\n  y\n"),
        "  File \"case.py\", line 3\n    y\n     ^\nIndentationError: unindent does not match any outer indentation level\n"
    );
    assert_eq!(
        show("x = 'é' + f'{1 é}'\n"),
        "  File \"case.py\", line 1\n    (1 é)\n     ^^^^\nSyntaxError: f-string: invalid syntax. Perhaps you forgot a comma?\n"
    );
}

/// What CPython prints for a program's file rather than for text.
#[test]
fn files() {
    let options = Options { is_file: true, byte_columns: true, ..Options::new() };
    let show = |source: &str| compile(source, "case.py", Mode::Exec, &options).unwrap_err().render();
    assert_eq!(
        show("if 1:\n"),
        "  File \"case.py\", line 1\n    if 1:\nIndentationError: expected an indented block after 'if' statement on line 1\n"
    );
    assert_eq!(show("é = = 1\n"), "  File \"case.py\", line 1\n    é = = 1\n         ^\nSyntaxError: invalid syntax\n");
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
    assert_eq!(error("x=1; y=2\n", Mode::Single), None);
    assert_eq!(error("if x:\n  a\n  b\n", Mode::Single), None);
    assert_eq!(error("a,", Mode::Eval), None);
    assert_eq!(error("a\n\n", Mode::Eval), None);
}
