//! Our code objects beside those of CPython 3.11.7, for a part of its standard library; `cargo xtask conformance compile` does it for all.
//! Without that release on the machine there is nothing to compare with: `compiler/tests` has what it said of sources of our own.

use xtask::conformance::{Python, compare, sources};

#[test]
fn files_of_the_standard_library_compile_as_by_cpython() {
    let Some(python) = Python::find().filter(Python::is_reference) else {
        eprintln!("no CPython 3.11.7 found: nothing compared");
        return;
    };
    let files: Vec<_> = sources(&python.library).unwrap().into_iter().step_by(40).collect();
    let report = compare(&python, &files).unwrap();
    assert!(report.is_conformant(), "{}", report.to_text(&python));
    assert_eq!(report.compilations, 3 * files.len());
    assert_eq!(report.equal + report.rejected_by_both, report.compilations);
    assert!(report.equal > 100 && report.same_bytes == report.equal, "{}", report.to_text(&python));
}
