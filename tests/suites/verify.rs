//! Compiled programs through the whole command: run, counted, shown, verified, and refused.

use std::path::{Path, PathBuf};
use std::time::Duration;

use harness::process::{self, Ended};
use serde_json::Value;

const BUILT: &str = env!("CARGO_BIN_EXE_quicken-under-test");

fn quicken(arguments: &[&str]) -> Ended {
    let mut command = harness::command(BUILT);
    command.args(arguments);
    let ended = process::run(&mut command, "", Duration::from_secs(60)).expect("the command starts");
    assert!(!ended.timed_out, "{arguments:?} does not end");
    ended
}

/// A folder of its own for a test.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("verify").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("cargo's folder for tests can be written");
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path that is text")
}

/// A program, compiled by the command itself.
fn compiled(folder: &Path, name: &str, source: &str) -> (PathBuf, PathBuf) {
    let (program, output) = (folder.join(name).with_extension("py"), folder.join(name).with_extension("pyc"));
    std::fs::write(&program, source).expect("the folder can be written");
    let ended = quicken(&["compile", text(&program), "--output", text(&output)]);
    assert_eq!(ended.code, Some(0), "{}", ended.err());
    (program, output)
}

#[test]
fn compiled_programs_run() {
    let folder = folder("run");
    let source = "import sys\nprint(__name__, sys.argv[1:], __file__)\ndef f(): raise ValueError(1)\nf()\n";
    let (program, file) = compiled(&folder, "program", source);
    let ended = quicken(&[text(&file), "one", "two"]);
    assert_eq!((ended.code, ended.out()), (Some(1), format!("__main__ ['one', 'two'] {}\n", text(&file))));
    let traceback = ended.err();
    assert!(traceback.contains(&format!("File \"{}\", line 4, in <module>", text(&program))), "{traceback}");
    assert!(traceback.ends_with("ValueError: 1\n"), "{traceback}");
    // By its contents, as CPython: whatever the name.
    let renamed = folder.join("renamed");
    std::fs::copy(&file, &renamed).expect("the folder can be written");
    assert_eq!(quicken(&["run", text(&renamed)]).out(), format!("__main__ [] {}\n", text(&renamed)));
}

#[test]
fn compiled_programs_are_counted_and_shown() {
    let folder = folder("stats");
    let (program, file) = compiled(&folder, "program", "total = 0\nfor i in range(100):\n    total += i\n");
    let stats = |path: &Path| {
        let ended = quicken(&["stats", "--json", text(path)]);
        let json: Value = serde_json::from_str(&ended.err()).expect("statistics as JSON");
        json["opcodes"].clone()
    };
    assert!(stats(&file).to_string().contains("BINARY_OP_ADD_INT"));
    assert_eq!(stats(&file), stats(&program));
    for options in [&[][..], &["--adaptive"], &["--adaptive", "--show-caches"]] {
        let dis = |path: &Path| quicken(&[&["dis"], options, &[text(path)]].concat()).out();
        assert!(dis(&file).contains("RANGE") || dis(&file).contains("FOR_ITER"));
        assert_eq!(dis(&file), dis(&program));
    }
}

#[test]
fn what_is_wrong_is_told() {
    let folder = folder("wrong");
    let (_, file) = compiled(&folder, "program", "def f(x):\n    return x + 1\nprint(f(1))\n");
    let good = std::fs::read(&file).expect("the compiled program");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("the folder can be written");
        path
    };
    let mut magic = good.clone();
    magic[0] += 1;
    let magic = write("magic.pyc", &magic);
    // LOAD_FAST (124) and its operand in f: a variable that does not exist.
    let at = good.windows(4).position(|bytes| bytes == [124, 0, 100, 1]).expect("the instructions of f");
    let mut local = good.clone();
    local[at + 1] = 7;
    let local = write("local.pyc", &local);

    for command in ["run", "stats"] {
        let ended = quicken(&[command, text(&magic)]);
        assert_eq!(ended.code, Some(1));
        let expected = "made by another Python: magic number 3496, while CPython 3.11 writes 3495\n";
        assert_eq!(ended.err(), format!("quicken: bad magic number in '{}': {expected}", text(&magic)));
        let ended = quicken(&[command, text(&local)]);
        assert_eq!((ended.code, ended.out()), (Some(1), String::new()));
        let expected = "<module>.f, offset 2: LOAD_FAST refers to local variable 7 of 1 [operand]\n";
        assert_eq!(ended.err(), format!("quicken: refused to run '{}': {expected}", text(&local)));
    }
    // It is shown all the same: that is how one finds out.
    assert!(quicken(&["dis", text(&local)]).out().contains("LOAD_FAST                7"));
}

#[test]
fn trees_are_verified() {
    let folder = folder("tree");
    std::fs::create_dir(folder.join("below")).expect("the folder can be written");
    let (_, file) = compiled(&folder, "good", "class C:\n    def f(self): return [i for i in self]\n");
    std::fs::write(folder.join("below/other.py"), "x = lambda: 1\n").expect("the folder can be written");
    std::fs::write(folder.join("below/notes.txt"), "no program").expect("the folder can be written");
    let all = quicken(&["verify", text(&folder)]);
    let counts = "verified 3 (10 code objects), refused 0, failed 0\n";
    assert_eq!((all.code, &*all.out(), &*all.err()), (Some(0), counts, ""));

    let mut bytes = std::fs::read(&file).expect("the compiled program");
    let at = bytes.windows(2).position(|bytes| bytes == [151, 0]).expect("RESUME");
    bytes[at] = 1;
    std::fs::write(&file, bytes).expect("the folder can be written");
    std::fs::write(folder.join("below/wrong.py"), "x = = 1\n").expect("the folder can be written");
    let all = quicken(&["verify", "--json", text(&folder)]);
    assert_eq!(all.code, Some(1));
    let report: Value = serde_json::from_str(&all.out()).expect("JSON");
    assert_eq!((&report["verified"], &report["code_objects"]), (&2.into(), &6.into()));
    let refusal = &report["refused"][0];
    assert_eq!((&refusal["file"], &refusal["rule"]), (&text(&file).into(), &"stack-underflow".into()));
    assert_eq!((&refusal["code"], &refusal["offset"]), (&"<module>".into(), &0.into()));
    assert!(report["failed"][0]["error"].as_str().is_some_and(|error| error.contains("invalid syntax")));
    let err = all.err();
    let line = "<module>, offset 0: POP_TOP: 1 operands are needed, 0 are on the stack [stack-underflow]";
    assert!(err.contains(line) && err.contains("wrong.py"), "{err}");

    let missing = quicken(&["verify", text(&folder.join("nothing.pyc"))]);
    assert_eq!((missing.code, &*missing.out()), (Some(1), "verified 0 (0 code objects), refused 0, failed 1\n"));
}
