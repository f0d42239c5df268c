//! Programs in `.pyc` files: those that CPython 3.11.7 made (in `golden/`, by `py_compile` with unchecked hashes) and those made here run as
//! from source, to the last count; what is no such file, or breaks a rule, does not run.

use std::path::{Path, PathBuf};

use quicken::bytecode::pyc::{PycHeader, write_pyc};
use quicken::bytecode::verify::Rule;
use quicken::bytecode::{CodeObject, CodeUnit, LocalKind, Opcode};
use quicken::{Engine, Error, Level, Output, Program};

const HEADER: PycHeader = PycHeader::Timestamp { mtime: 1_700_000_000, size: 1 };

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Standard output, exit code, and how often each instruction was executed.
fn run(program: &Program) -> (String, i32, [u64; 256]) {
    let engine = Engine::builder().statistics(Level::Counts).stdout(Output::Capture).stderr(Output::Inherit);
    let outcome =
        engine.arguments(["1"]).build().expect("a built-in strategy").run(program).expect("a program that runs");
    let counters = outcome.counters.expect("statistics were asked for");
    let mut executions = [0; 256];
    for (number, count) in counters.all_executions().iter().enumerate() {
        executions[number] = *count;
    }
    (String::from_utf8_lossy(&outcome.stdout).into_owned(), outcome.exit_code, executions)
}

/// The source that a golden file was made of.
fn source_of(pyc: &Path) -> PathBuf {
    let name = pyc.with_extension("py");
    let name = name.file_name().expect("a file's name");
    let places = ["benches/programs", "tests/oracle/programs"].map(|folder| root().join(folder).join(name));
    places.into_iter().find(|place| place.exists()).expect("the program is still there")
}

#[test]
fn what_cpython_compiled_runs_as_from_source() {
    let mut ran = 0;
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for entry in std::fs::read_dir(golden).expect("golden files") {
        let path = entry.expect("an entry").path();
        let compiled = Program::from_file(&path).expect("a program");
        let source = Program::from_file(&source_of(&path)).expect("a program");
        assert!(run(&compiled) == run(&source), "{} runs otherwise than its source", path.display());
        assert_eq!(compiled.name(), source.name());
        ran += 1;
    }
    assert!(ran >= 18);
}

#[test]
fn what_is_compiled_here_runs_as_from_source() {
    for folder in ["benches/programs", "tests/oracle/programs"] {
        for entry in std::fs::read_dir(root().join(folder)).expect("programs") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|extension| extension != "py") {
                continue;
            }
            let source = Program::from_file(&path).expect("a program");
            let bytes = write_pyc(source.code(), HEADER).expect("code as the format can hold");
            let compiled = Program::from_pyc(&bytes, "program.pyc").expect("a program");
            assert!(run(&compiled) == run(&source), "{} runs otherwise than its source", path.display());
        }
    }
}

/// A program as a `.pyc` file, with something changed.
fn changed(source: &str, change: impl FnOnce(&mut CodeObject)) -> Vec<u8> {
    let program = Program::from_source(source, "program.py").expect("a program");
    let mut code = (**program.code()).clone();
    change(&mut code);
    write_pyc(&code, HEADER).expect("code as the format can hold")
}

#[test]
fn what_is_no_pyc_file_is_told() {
    let good = changed("print(1)\n", |_| {});
    let error = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        let error = Program::from_pyc(&bytes, "x.pyc").expect_err("no program");
        assert_eq!(error.exit_code(), 1);
        assert!(matches!(error, Error::Pyc { .. }));
        error.to_string()
    };
    let other_python =
        "bad magic number in 'x.pyc': made by another Python: magic number 3496, while CPython 3.11 writes 3495";
    assert_eq!(error(&|bytes| bytes[0] += 1), other_python);
    let text = error(&|bytes| bytes[2] = 0);
    assert!(text.starts_with("bad magic number in 'x.pyc': not a .pyc file"), "{text}");
    let text = error(&|bytes| bytes.truncate(40));
    assert!(text.starts_with("bad .pyc file 'x.pyc': "), "{text}");
    let text = error(&|bytes| bytes.splice(16.., *b"N").for_each(drop));
    assert_eq!(text, "bad .pyc file 'x.pyc': expected a code object, found NoneType (at byte 16)");
}

#[test]
fn what_breaks_a_rule_is_refused() {
    let refused = |change: &dyn Fn(&mut CodeObject)| match Program::from_pyc(&changed("print(1)\n", change), "x.pyc") {
        Err(Error::Refused { source, path }) => {
            let error = Error::Refused { path, source: source.clone() };
            assert!(error.to_string().starts_with("refused to run 'x.pyc': <module>"), "{error}");
            assert_eq!(error.exit_code(), 1);
            source.rule
        }
        other => panic!("refused was expected, not {other:?}"),
    };
    assert_eq!(refused(&|code| code.code[0] = CodeUnit::new(Opcode::RESUME_QUICK, 0)), Rule::Opcode);
    assert_eq!(refused(&|code| code.code[0] = CodeUnit::new(Opcode::POP_TOP, 0)), Rule::StackUnderflow);
    assert_eq!(refused(&|code| code.stacksize = 0), Rule::StackSize);
}

/// A module has no closure to take free variables from.
#[test]
fn a_module_with_free_variables_ends_in_an_error() {
    let bytes = changed("x\n", |code| {
        let mut units = code.code.to_vec();
        units[0] = CodeUnit::new(Opcode::COPY_FREE_VARS, 1);
        code.code = units.into();
        code.localsplusnames = Box::new(["y".into()]);
        code.localspluskinds = Box::new([LocalKind::FREE]);
    });
    let program = Program::from_pyc(&bytes, "x.pyc").expect("code that the verifier passes");
    let engine = Engine::builder().stderr(Output::Capture).build().expect("a built-in strategy");
    let outcome = engine.run(&program).expect("a run");
    let text = String::from_utf8_lossy(&outcome.stderr).into_owned();
    assert_eq!(outcome.exit_code, 1);
    assert!(text.ends_with("SystemError: '<module>' has free variables, but no closure\n"), "{text}");
}
