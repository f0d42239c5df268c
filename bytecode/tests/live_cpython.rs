//! The disassembler and .pyc files against a running CPython 3.11.7, over its standard library. Without one on the machine there is nothing to
//! compare with (the golden files serve there). `QUICKEN_CPYTHON` names another interpreter than the first fitting one;
//! `QUICKEN_STDLIB_FILES` sets how many modules are compared (0: all of them).

mod reference;

use std::path::Path;
use std::process::Command;

use quicken_bytecode::dis::{DisOptions, dis};
use quicken_bytecode::pyc::{read_pyc, write_pyc};
use reference::reference_python;

#[test]
fn the_standard_library_is_shown_and_written_as_by_cpython() {
    let Some(python) = reference_python() else {
        eprintln!("no CPython 3.11.7 found: nothing compared");
        return;
    };
    let count = std::env::var("QUICKEN_STDLIB_FILES").unwrap_or("30".to_string());
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stdlib");
    _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts/stdlib.py");
    let run = |arguments: &[&str]| {
        let output = Command::new(&python).arg(&script).args(arguments).env("PYTHONHASHSEED", "0").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let place = directory.to_str().unwrap();
    run(&["dump", place, &count]);

    let mut compared = 0;
    // The list is made first: the loop adds files of its own.
    let entries: Vec<_> = std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    for path in entries.iter().filter(|path| path.extension().is_some_and(|extension| extension == "pyc")) {
        let bytes = std::fs::read(path).unwrap();
        let (header, code) = read_pyc(&bytes).unwrap();
        let expected = std::fs::read_to_string(path.with_extension("dis")).unwrap();
        let ours = dis(&code, &DisOptions::PLAIN);
        // `None` hashes by its address, so its place in a set changes from run to run.
        let by_address = |line: &str| line.contains("frozenset({") && line.contains("None");
        let mut pairs = ours.lines().zip(expected.lines());
        let difference = pairs.find(|(ours, expected)| ours != expected && !(by_address(ours) && by_address(expected)));
        assert_eq!(difference, None, "{}", code.filename);
        assert_eq!(ours.len(), expected.len(), "{}", code.filename);
        let written = write_pyc(&code, header).unwrap();
        assert_eq!(read_pyc(&written).unwrap().1, code, "{}", code.filename);
        assert!(written == bytes, "{}: other bytes than CPython's", code.filename);
        std::fs::write(path.with_extension("out.pyc"), written).unwrap();
        compared += 1;
    }
    assert!(compared > 0);
    let different = run(&["check", place]);
    assert!(different.is_empty(), "CPython reads other code from {}", String::from_utf8_lossy(&different));
}
