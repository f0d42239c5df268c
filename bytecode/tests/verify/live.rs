//! The standard library as a running CPython 3.11.7 compiles it: every file is accepted, and written again as it was. Without one on
//! the machine there is nothing to verify. `QUICKEN_CPYTHON` names another interpreter than the first fitting one;
//! `QUICKEN_STDLIB_FILES` sets how many modules are taken (0: all of them).

use std::path::Path;
use std::process::Command;

use quicken_bytecode::pyc::{read_pyc, write_pyc};
use quicken_bytecode::verify::verify;

use crate::reference::reference_python;

/// Compiles every so many files of the library into the directory.
const COMPILE: &str = r#"
import pathlib, py_compile, sys, warnings
warnings.simplefilter("ignore")
directory, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
library = pathlib.Path(warnings.__file__).parent
paths = [path for path in sorted(library.rglob("*.py")) if "site-packages" not in path.parts]
mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
for number, path in enumerate(paths[:: max(1, len(paths) // count)] if count else paths):
    try:
        py_compile.compile(str(path), str(directory / f"{number}.pyc"), doraise=True, invalidation_mode=mode)
    except (py_compile.PyCompileError, ValueError):
        pass
"#;

#[test]
fn the_standard_library_is_accepted_and_written_as_it_was() {
    let Some(python) = reference_python() else {
        eprintln!("no CPython 3.11.7 found: nothing verified");
        return;
    };
    let count = std::env::var("QUICKEN_STDLIB_FILES").unwrap_or("60".to_string());
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("verify");
    _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).unwrap();
    let status = Command::new(&python).args(["-c", COMPILE]).arg(&directory).arg(&count).status().unwrap();
    assert!(status.success());

    let (mut files, mut changed) = (0, Vec::new());
    for entry in std::fs::read_dir(&directory).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let (header, code) = read_pyc(&bytes).unwrap();
        assert_eq!(verify(&code), Ok(()), "{}", code.filename);
        let written = write_pyc(&code, header).unwrap();
        if written != bytes {
            assert_eq!(read_pyc(&written).unwrap().1, code, "{}", code.filename);
            changed.push(code.filename.to_string_lossy());
        }
        files += 1;
    }
    assert!(files > 50);
    // Which strings the compiling process had interned before shows in these; the code is the same.
    let known = ["test/test_string_literals.py", "test/test_unicode_identifiers.py"];
    changed.retain(|file| !known.iter().any(|known| file.ends_with(known)));
    assert!(changed.is_empty(), "not written as they were: {changed:?}");
}
