//! `quicken compile`, `compileall` and `code`: what they write, when, and what is left when they fail.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use harness::process::{self, Ended};
use serde_json::Value;
use xtask::conformance::Python;

const BUILT: &str = env!("CARGO_BIN_EXE_quicken-under-test");

fn run(mut command: Command) -> Ended {
    let ended = process::run(&mut command, "", Duration::from_secs(60)).expect("the command starts");
    assert!(!ended.timed_out, "{command:?} does not end");
    ended
}

/// Runs the command in a folder.
fn quicken(folder: &Path, arguments: &[&str]) -> Ended {
    let mut command = harness::command(BUILT);
    command.current_dir(folder).args(arguments).env_remove("SOURCE_DATE_EPOCH");
    run(command)
}

/// An empty folder of this test with some files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("compile").join(name);
    let _ = fs::remove_dir_all(&folder);
    for (file, text) in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).expect("cargo's folder for tests can be written");
        fs::write(path, text).expect("cargo's folder for tests can be written");
    }
    folder
}

fn set_time(path: &Path, seconds: u64) {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

#[track_caller]
fn check(ended: &Ended, code: i32, out: &str, err: &str) {
    assert_eq!((ended.code, &*ended.out(), &*ended.err()), (Some(code), out, err));
}

#[test]
fn a_file_is_compiled_where_import_looks_for_it() {
    let folder = folder("one", &[("a.py", "'doc'\nassert __debug__\nprint('ran')\n")]);
    check(&quicken(&folder, &["compile", "a.py"]), 0, "__pycache__/a.cpython-311.pyc\n", "");
    check(&quicken(&folder, &["run", "__pycache__/a.cpython-311.pyc"]), 0, "ran\n", "");
    let outputs = "__pycache__/a.cpython-311.opt-1.pyc\n__pycache__/a.cpython-311.opt-2.pyc\n";
    check(&quicken(&folder, &["compile", "--optimize", "1,2", "a.py"]), 0, outputs, "");
    let consts = |file: &str| -> Value {
        let code = quicken(&folder, &["code", "--json", file]);
        serde_json::from_slice::<Value>(&code.stdout).unwrap()[0]["co_consts"].clone()
    };
    assert_eq!(consts("__pycache__/a.cpython-311.opt-1.pyc")[0], "'doc'");
    assert_eq!(consts("__pycache__/a.cpython-311.opt-2.pyc")[0], "'ran'");
    check(&quicken(&folder, &["compile", "a.py", "-o", "deep/b.pyc"]), 0, "deep/b.pyc\n", "");
    assert_eq!(quicken(&folder, &["run", "deep/b.pyc"]).out(), "ran\n");
    assert_eq!(quicken(&folder, &["compile", "--optimize", "0,1", "-o", "c.pyc", "a.py"]).code, Some(2));
    assert_eq!(quicken(&folder, &["compile", "none.py"]).code, Some(2));
}

#[test]
fn headers_say_how_to_validate() {
    let folder = folder("headers", &[("a.py", "x = 1\n")]);
    set_time(&folder.join("a.py"), 1_700_000_000);
    let header = |mode: &str| {
        assert_eq!(quicken(&folder, &["compile", "--invalidation-mode", mode, "a.py", "-o", "a.pyc"]).code, Some(0));
        fs::read(folder.join("a.pyc")).unwrap()[..16].to_vec()
    };
    let magic = b"\xa7\r\r\n";
    let by_time = [&magic[..], &[0; 4], &1_700_000_000_u32.to_le_bytes(), &6_u32.to_le_bytes()].concat();
    assert_eq!(header("timestamp"), by_time);
    // `importlib.util.source_hash(b"x = 1\n")`
    let hash = b"\x4c\x03\x72\xaa\x93\xf7\x52\x52";
    assert_eq!(header("checked-hash"), [&magic[..], &[3, 0, 0, 0], hash].concat());
    assert_eq!(header("unchecked-hash"), [&magic[..], &[1, 0, 0, 0], hash].concat());
    let mut command = harness::command(BUILT);
    command.current_dir(&folder).args(["compile", "a.py", "-o", "a.pyc"]).env("SOURCE_DATE_EPOCH", "1");
    assert_eq!(run(command).code, Some(0));
    assert_eq!(fs::read(folder.join("a.pyc")).unwrap()[4], 3);
}

#[test]
fn only_what_is_stale_is_compiled() {
    let files = [("a.py", "x = 1\n"), ("sub/b.py", "y = 2\n"), ("sub/deep/c.py", "z = 3\n"), ("notes.txt", "no")];
    let folder = folder("stale", &files);
    let all = |rest: &[&str]| quicken(&folder, &[&["compileall", "."], rest].concat()).out();
    assert_eq!(all(&["-r", "0"]), "compiled 1, up to date 0, failed 0\n");
    assert_eq!(all(&["-r", "1"]), "compiled 1, up to date 1, failed 0\n");
    assert_eq!(all(&[]), "compiled 1, up to date 2, failed 0\n");
    assert_eq!(all(&["-j", "2"]), "compiled 0, up to date 3, failed 0\n");
    assert_eq!(all(&["-f"]), "compiled 3, up to date 0, failed 0\n");
    // Another time, or another size at the same time.
    let time = fs::metadata(folder.join("sub/b.py")).unwrap().modified().unwrap();
    set_time(&folder.join("a.py"), 1_500_000_000);
    fs::write(folder.join("sub/b.py"), "y = 22\n").unwrap();
    fs::File::options().write(true).open(folder.join("sub/b.py")).unwrap().set_modified(time).unwrap();
    assert_eq!(all(&[]), "compiled 2, up to date 1, failed 0\n");
    // By hash, only the text counts.
    assert_eq!(all(&["--invalidation-mode", "checked-hash"]), "compiled 3, up to date 0, failed 0\n");
    set_time(&folder.join("a.py"), 1_400_000_000);
    assert_eq!(all(&["--invalidation-mode", "checked-hash"]), "compiled 0, up to date 3, failed 0\n");
    fs::write(folder.join("a.py"), "x = 3\n").unwrap();
    assert_eq!(all(&["--invalidation-mode", "checked-hash"]), "compiled 1, up to date 2, failed 0\n");
    // A level of optimization of its own is stale for itself.
    assert_eq!(
        all(&["--optimize", "0,2", "--invalidation-mode", "checked-hash"]),
        "compiled 3, up to date 0, failed 0\n"
    );
    // A file that ends within the header is none.
    fs::write(folder.join("__pycache__/a.cpython-311.pyc"), b"\xa7\r\r\n").unwrap();
    assert_eq!(all(&["--invalidation-mode", "checked-hash"]), "compiled 1, up to date 2, failed 0\n");
}

#[test]
fn errors_are_listed_and_the_rest_goes_on() {
    let files =
        [("a.py", "x = = 1\n"), ("b.py", "if x:\ny\n"), ("c.py", "assert (1, 2)\n"), ("d.py", "# coding: no\n")];
    let folder = folder("errors", &files);
    let listed = "*** Error compiling './a.py'...\n  File \"./a.py\", line 1\n    x = = 1\n        ^\nSyntaxError: invalid syntax\n\n\
                  *** Error compiling './b.py'...\nSorry: IndentationError: expected an indented block after 'if' statement on line 1 (b.py, line 2)\n\
                  *** Error compiling './d.py'...\n  File \"./d.py\", line 0\nSyntaxError: unknown encoding: no\n";
    let warning = "./c.py:1: SyntaxWarning: assertion is always true, perhaps remove parentheses?\n  assert (1, 2)\n";
    let summary = "compiled 1, up to date 0, failed 3\n";
    check(&quicken(&folder, &["compileall", "-j", "3", "."]), 1, &format!("{listed}{summary}"), warning);
    check(&quicken(&folder, &["compileall", "-q", "."]), 1, listed, "");
    check(&quicken(&folder, &["compileall", "-qq", "-f", "."]), 1, "", "");
    check(&quicken(&folder, &["compileall", "-q", "none"]), 1, "Can't list 'none'\n", "");
    let json = quicken(&folder, &["compileall", "--json", "a.py", "c.py"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&json["compiled"], &json["up_to_date"], &json["failed"]), (&0.into(), &1.into(), &1.into()));
    assert_eq!(json["files"][1]["status"], "up to date");
    assert_eq!(json["files"][1]["outputs"][0], "__pycache__/c.cpython-311.pyc");
    assert!(json["files"][0]["error"].as_str().unwrap().ends_with("SyntaxError: invalid syntax"), "{json}");
}

#[cfg(unix)]
#[test]
fn a_write_that_fails_leaves_the_old_file() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let long = "x = '".to_owned() + &"long ".repeat(20_000) + "'\n";
    let folder = folder("full", &[("a.py", "x = 1\n"), ("b.py", "y = 1\n"), ("c.py", "z = 1\n")]);
    let cache = folder.join("__pycache__");
    fs::set_permissions(folder.join("a.py"), fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(quicken(&folder, &["compileall", "-q", "."]).code, Some(0));
    let target = cache.join("a.cpython-311.pyc");
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
    let old = fs::read(&target).unwrap();

    // A file may grow to 16 blocks of 512 bytes: as on a disk that is full.
    fs::write(folder.join("a.py"), long).unwrap();
    let mut command = Command::new("sh");
    let script = "trap '' XFSZ; ulimit -f 16; exec \"$0\" compileall -q .";
    command.current_dir(&folder).args(["-c", script]).arg(harness::command(BUILT).get_program());
    let ended = run(command);
    let reported =
        "*** Error compiling './a.py'...\nOSError: [Errno 27] File too large: './__pycache__/a.cpython-311.pyc'\n";
    assert_eq!((ended.code, &*ended.out()), (Some(1), reported), "{}", ended.err());
    assert_eq!(fs::read(&target).unwrap(), old);
    assert_eq!(fs::read_dir(&cache).unwrap().count(), 3, "no temporary file is left");

    // Renaming would replace what is no plain file.
    let link = cache.join("b.cpython-311.pyc");
    fs::remove_file(&link).unwrap();
    symlink("elsewhere", &link).unwrap();
    let ended = quicken(&folder, &["compileall", "-q", "-f", "b.py"]);
    let reported = "*** Error compiling 'b.py'...\nFileExistsError: __pycache__/b.cpython-311.pyc is a symlink and will be \
                    changed into a regular file if import writes a byte-compiled file to it\n";
    check(&ended, 1, reported, "");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
}

/// Compiles each file of the folder in a process of its own: which strings are interned when CPython writes a file, and so are shared in
/// it, depends on what the process compiled before.
const EACH_ALONE: &str = "\
import compileall, os, sys
for name in sorted(os.listdir()):
    if name.endswith('.py'):
        child = os.fork()
        if child == 0:
            compileall.compile_file('./' + name, quiet=2, optimize=int(sys.argv[1]))
            os._exit(0)
        os.waitpid(child, 0)
";

#[test]
fn the_files_are_those_of_cpython() {
    let Some(python) = Python::find().filter(Python::is_reference) else {
        eprintln!("no CPython 3.11.7 found: nothing compared");
        return;
    };
    let sources: Vec<PathBuf> =
        xtask::conformance::sources(&xtask::root().join("tests/python")).unwrap().into_iter().collect();
    assert!(sources.len() > 50);
    let texts: Vec<(String, String)> = sources
        .iter()
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap()))
        .collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let (ours, theirs) = (folder("ours", &texts), folder("theirs", &texts));
    for (name, _) in &texts {
        set_time(&ours.join(name), 1_600_000_000);
        set_time(&theirs.join(name), 1_600_000_000);
    }
    for level in ["0", "1", "2"] {
        quicken(&ours, &["compileall", "-q", "--optimize", level, "."]);
        let mut command = python.command();
        command.current_dir(&theirs).args(["-c", EACH_ALONE, level]);
        process::run(&mut command, "", Duration::from_secs(120)).unwrap();
    }
    let list = |folder: &Path| {
        let mut names: Vec<_> =
            fs::read_dir(folder.join("__pycache__")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(list(&ours), list(&theirs));
    for name in list(&ours) {
        let read = |folder: &Path| fs::read(folder.join("__pycache__").join(&name)).unwrap();
        assert!(read(&ours) == read(&theirs), "{}", name.display());
    }
    // And CPython takes ours for its own: it compiles only what is no Python, once more in vain.
    let mut command = python.command();
    command.current_dir(&ours).args(["-m", "compileall", "."]);
    let out = process::run(&mut command, "", Duration::from_secs(60)).unwrap().out();
    assert_eq!(out.matches("Compiling").count(), texts.len() - list(&ours).len() / 3, "{out}");
}

#[test]
fn attributes_of_code_objects() {
    let folder = folder("code", &[]);
    fs::create_dir_all(&folder).unwrap();
    let text = quicken(&folder, &["code", "-c", "def f(a, /, *, b): return a"]).out();
    let lines = [
        "f (file <string>, line 1)",
        "  co_posonlyargcount 1",
        "  co_flags           0x3 OPTIMIZED NEWLOCALS",
        "  co_varnames        a b",
        "        0  97007c005300",
        "        2 to 4      1:26 to 1:27",
    ];
    for line in lines {
        assert!(text.lines().any(|shown| shown == line), "{line} in\n{text}");
    }
    let json = quicken(&folder, &["code", "--json", "-c", "try: x\nexcept: y"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json[0]["co_names"], serde_json::json!(["x", "y"]));
    assert_eq!(json[0]["exception_handlers"][0]["target"], 10);
    assert_eq!(json[0]["co_lines"][0], serde_json::json!([0, 2, 0]));
}
