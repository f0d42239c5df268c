//! The command line: what it prints, where, and with which exit code.

use std::io::Read;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use harness::process::{self, Ended};

const BUILT: &str = env!("CARGO_BIN_EXE_quicken-under-test");

fn quicken_with_input(arguments: &[&str], stdin: &str) -> Ended {
    let mut command = harness::command(BUILT);
    command.args(arguments);
    let ended = process::run(&mut command, stdin, Duration::from_secs(60)).expect("the command starts");
    assert!(!ended.timed_out, "{arguments:?} does not end");
    ended
}

fn quicken(arguments: &[&str]) -> Ended {
    quicken_with_input(arguments, "")
}

#[track_caller]
fn check(ended: &Ended, code: i32, out: &str, err: &str) {
    assert_eq!((ended.code, &*ended.out(), &*ended.err()), (Some(code), out, err));
}

/// A file of this test in a folder of its own, with some text.
fn file(name: &str, text: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("command");
    std::fs::create_dir_all(&folder).expect("cargo's folder for tests can be written");
    let path = folder.join(name);
    std::fs::write(&path, text).expect("cargo's folder for tests can be written");
    path
}

#[test]
fn ways_to_give_a_program() {
    let show = "import sys; print(sys.argv)";
    check(&quicken(&["-c", show, "-a", "--strategy", "b"]), 0, "['-c', '-a', '--strategy', 'b']\n", "");
    check(&quicken(&["run", "-c", show, "x"]), 0, "['-c', 'x']\n", "");
    check(&quicken_with_input(&["-", "x"], show), 0, "['-', 'x']\n", "");
    check(&quicken_with_input(&[], "print(__name__)"), 0, "__main__\n", "");
    let path = file("arguments.py", show.as_bytes());
    let path = path.to_str().unwrap();
    check(&quicken(&[path, "--help"]), 0, &format!("['{path}', '--help']\n"), "");
    check(&quicken(&["--strategy", "never", path]), 0, &format!("['{path}']\n"), "");
}

#[test]
fn exit_codes_are_cpythons() {
    assert_eq!(quicken(&["-c", "pass"]).code, Some(0));
    assert_eq!(quicken(&["-c", "import sys; sys.exit(7)"]).code, Some(7));
    assert_eq!(quicken(&["-c", "import sys; sys.exit(256 + 3)"]).code, Some(3));
    check(&quicken(&["-c", "raise SystemExit('bye')"]), 1, "", "bye\n");
    let raised = quicken(&["-c", "1 / 0"]);
    let traceback = "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\nZeroDivisionError: division by zero\n";
    check(&raised, 1, "", traceback);
}

#[test]
fn optimized_programs() {
    let show = r#"
import sys
def f():
    "doc"
    assert False
f()
print(sys.flags.optimize, __debug__, f.__doc__)
print(eval('__debug__'), compile('assert 0', '', 'exec', optimize=0).co_code == compile('assert 0', '', 'exec').co_code)
"#;
    check(&quicken(&["-O", "-c", show]), 0, "1 False doc\nFalse False\n", "");
    check(&quicken(&["run", "-OOc", show]), 0, "2 False None\nFalse False\n", "");
    let path = file("optimized.py", show.as_bytes());
    check(&quicken(&["-OO", path.to_str().unwrap()]), 0, "2 False None\nFalse False\n", "");
    check(&quicken_with_input(&["-O", "-"], show), 0, "1 False doc\nFalse False\n", "");
    assert_eq!(quicken(&["-c", show]).code, Some(1));
    // A module beside the program, and how the compiled form of a library's module is called (where there is a library).
    file(
        "optimized_module.py",
        b"assert False\nimport bisect\nprint(getattr(bisect, '__cached__', 'opt-1.pyc')[-9:])\n",
    );
    let path = file("optimized_main.py", b"import optimized_module\n");
    check(&quicken(&["-O", path.to_str().unwrap()]), 0, "opt-1.pyc\n", "");
}

#[test]
fn what_is_missing() {
    let ended = quicken(&["nothing-here.py"]);
    assert_eq!(ended.code, Some(2));
    let err = ended.err();
    assert!(err.starts_with("quicken: can't open file '"), "{err}");
    assert!(err.ends_with("nothing-here.py': [Errno 2] No such file or directory\n"), "{err}");
}

#[test]
fn an_unknown_strategy_gets_the_nearest_name() {
    let ended = quicken(&["--strategy", "cpython31", "-c", "pass"]);
    check(&ended, 2, "", "quicken: unknown strategy 'cpython31'; did you mean 'cpython311'?\n");
    let mut command = harness::command(BUILT);
    command.env("QUICKEN_STRATEGY", "nevr").args(["-c", "pass"]);
    let ended = process::run(&mut command, "", Duration::from_secs(60)).unwrap();
    check(&ended, 2, "", "quicken: unknown strategy 'nevr'; did you mean 'never'?\n");
}

#[test]
fn a_strategy_may_be_a_file() {
    let wrong = file("wrong.toml", b"name = 'x'\n[warmup]\nexecutions = 300\n[form]\noff = ['LOAD_ATTR']\n");
    let wrong = wrong.to_str().unwrap();
    let problems = format!(
        "{wrong}:3:14: 'executions' must be a number from 1 to 255\n{wrong}:4:2: unknown key 'form'; did you mean 'forms'?\n"
    );
    check(&quicken(&["strategies", "check", wrong]), 1, &problems, "");
    check(&quicken(&["--strategy", wrong, "-c", "pass"]), 2, "", &format!("quicken: {problems}"));

    let shown = quicken(&["strategies", "show", "eager"]);
    let eager = file("shown.toml", &shown.stdout);
    let eager = eager.to_str().unwrap();
    check(&quicken(&["strategies", "check", eager]), 0, &format!("{eager}: 'eager' is all right\n"), "");
    check(&quicken(&["strategies", "show", eager]), 0, &shown.out(), "");
    let mut command = harness::command(BUILT);
    command.env("QUICKEN_STRATEGY", eager).args(["stats", "--json", "-c", "pass"]);
    let ended = process::run(&mut command, "", Duration::from_secs(60)).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&ended.stderr).unwrap();
    assert_eq!(json["run"]["strategy"], format!("eager ({eager})"));
}

#[test]
fn events_show_the_strategys_reasons() {
    let mut command = harness::command(BUILT);
    let code = "def add(a, b):\n    return a + b\nfor n in range(9): add(n, 1)\nfor n in range(99): add('a', 'b')";
    command.env("QUICKEN_LOG", "specialize=debug").args(["--strategy", "eager", "-c", code]);
    let err = process::run(&mut command, "", Duration::from_secs(60)).unwrap().err();
    for event in [
        "event=\"quicken\" code=add units=6 reason=\"it is entered\"",
        "event=\"specialize\" code=add offset=6 form=\"BINARY_OP_ADD_INT\" reason=\"both operands are exact ints\"",
        "event=\"deopt\" code=add offset=6 form=\"BINARY_OP_ADD_INT\" reason=\"it has used up its misses\"",
    ] {
        assert!(err.contains(event), "{event}\n{err}");
    }
}

#[test]
fn a_syntax_error_has_file_line_and_caret() {
    let path = file("syntax.py", b"x = 1\ny = (1 +\n");
    let ended = quicken(&[path.to_str().unwrap()]);
    let err =
        format!("  File \"{}\", line 2\n    y = (1 +\n        ^\nSyntaxError: '(' was never closed\n", path.display());
    check(&ended, 1, "", &err);
}

#[test]
fn endless_recursion_is_an_exception() {
    let ended = quicken(&["-c", "def f(n): return f(n + 1)\nf(0)"]);
    assert_eq!(ended.code, Some(1));
    let err = ended.err();
    assert!(err.contains("[Previous line repeated 996 more times]"), "{err}");
    assert!(err.ends_with("RecursionError: maximum recursion depth exceeded\n"), "{err}");
    // Through native code, and with a limit that the native stack must hold.
    let repr =
        "class A:\n    def __repr__(self): return repr(self)\nimport sys\nsys.setrecursionlimit(10**9)\nrepr(A())";
    let ended = quicken(&["-c", repr]);
    assert_eq!(ended.code, Some(1), "{}", ended.err().lines().last().unwrap_or_default());
    assert!(ended.err().contains("RecursionError: maximum recursion depth exceeded"));
}

#[test]
fn endless_allocation_ends_at_the_limit() {
    let grow = "x = []\nwhile True:\n    x.append([0] * 1000)";
    let ended = quicken(&["run", "--max-memory", "50M", "-c", grow]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.err().ends_with("MemoryError\n"), "{}", ended.err());
    let double = "x = 'x'\nwhile True:\n    x += x";
    let ended = quicken(&["run", "--max-memory", "50M", "-c", double]);
    assert!(ended.err().ends_with("MemoryError\n"), "{}", ended.err());
    let caught = "try:\n    x = [0] * 10**9\nexcept MemoryError:\n    print('caught')";
    check(&quicken(&["run", "--max-memory", "50M", "-c", caught]), 0, "caught\n", "");
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    for arguments in [&["opcodes", "--json"][..], &["-c", "for i in range(100000): print(i)"]] {
        let mut command = harness::command(BUILT);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut start = [0; 2];
        child.stdout.take().unwrap().read_exact(&mut start).unwrap();
        let ended = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.code().is_some() && !err.contains("panic"), "{:?} {err}", ended.status);
    }
}

#[test]
fn statistics_go_where_they_are_asked_to() {
    let code = "def f(a, b):\n    return a + b\nfor i in range(100):\n    f(i, 1)\nprint('done')";
    let ended = quicken(&["stats", "-c", code]);
    assert_eq!((ended.code, ended.out().as_str()), (Some(0), "done\n"));
    assert!(ended.err().contains("BINARY_OP_ADD_INT"), "{}", ended.err());

    let ended = quicken(&["stats", "--json", "-c", code]);
    let json: serde_json::Value = serde_json::from_str(&ended.err()).unwrap();
    assert_eq!((&json["schema"], &json["run"]["strategy"]), (&"quicken-statistics".into(), &"cpython311".into()));

    let path = file("statistics.txt", b"");
    let ended = quicken(&["stats", "--format", "pystats", "-o", path.to_str().unwrap(), "-c", code]);
    check(&ended, 0, "done\n", "");
    assert!(std::fs::read_to_string(path).unwrap().contains("opcode["));
}

#[test]
fn statistics_of_a_program_that_raises() {
    let path = file("raised.json", b"");
    let ended = quicken(&["stats", "--json", "-o", path.to_str().unwrap(), "-c", "raise ValueError(1)"]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.err().ends_with("ValueError: 1\n"));
    let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(json["overview"]["executions"].as_i64().unwrap() > 0);
}

#[test]
fn counts_are_the_same_at_every_run() {
    let path = harness::folder().join("oracle/programs/load_attr.py");
    let once = || quicken(&["stats", "--json", path.to_str().unwrap()]).err();
    assert_eq!(once(), once());
}

#[test]
fn instructions_before_and_after_a_run() {
    let code = "def f(a, b):\n    return a + b\nfor i in range(100):\n    f(i, 1)";
    let generic = quicken(&["dis", "-c", code]).out();
    assert!(generic.contains("BINARY_OP ") && !generic.contains("BINARY_OP_ADD_INT"), "{generic}");
    let live = quicken(&["dis", "--adaptive", "-c", code]).out();
    assert!(live.contains("BINARY_OP_ADD_INT") && live.contains("JUMP_BACKWARD_QUICK"), "{live}");
    let caches = quicken(&["dis", "--adaptive", "--show-caches", "-c", code]).out();
    assert!(caches.contains("(counter: 53)"), "{caches}");
}

#[test]
fn lists() {
    let strategies = quicken(&["strategies"]).out();
    for name in harness::STRATEGIES {
        assert!(strategies.lines().any(|line| line.split(' ').next() == Some(name)), "{strategies}");
    }
    assert_eq!(quicken(&["opcodes"]).out().lines().count(), 182);
    let one = quicken(&["opcodes", "BINARY_ADD_INT"]).out();
    assert!(one.starts_with("BINARY_OP_ADD_INT (5)\n"), "{one}");
    check(
        &quicken(&["opcodes", "NOTHING"]),
        2,
        "",
        "quicken: unknown instruction 'NOTHING'; 'quicken opcodes' lists them all\n",
    );
}

#[test]
fn a_record_is_equal_to_itself() {
    let path = harness::folder().join("oracle/programs/unpack.py");
    let path = path.to_str().unwrap();
    let record = quicken(&["oracle", path]);
    assert_eq!(record.code, Some(0), "{}", record.err());
    let saved = file("record.json", &record.stdout);
    check(&quicken(&["oracle", path, "--against", saved.to_str().unwrap()]), 0, "", "");
}

#[test]
fn events_are_logged_when_asked_for() {
    let mut command = harness::command(BUILT);
    command.env("QUICKEN_LOG", "specialize=debug").args(["-c", "for i in range(100): i + i"]);
    let ended = process::run(&mut command, "", Duration::from_secs(60)).unwrap();
    assert!(ended.err().contains("quicken") && ended.err().contains("specialize"), "{}", ended.err());
}

#[test]
fn source_in_other_encodings() {
    let latin = file("latin.py", b"# coding: latin-1\nprint('\xe9' == chr(233))");
    check(&quicken(&[latin.to_str().unwrap()]), 0, "True\n", "");
    let wrong = file("wrong.py", b"print('\xe9')");
    let ended = quicken(&[wrong.to_str().unwrap()]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.err().starts_with("SyntaxError: Non-UTF-8 code starting with '\\xe9' in file "), "{}", ended.err());
}

#[test]
fn tokens_and_trees() {
    let tree = "Module(body=[Expr(value=Name(id='a', ctx=Load()))], type_ignores=[])\n";
    check(&quicken(&["ast", "-c", "a"]), 0, tree, "");
    let tree = "Expression(\n  body=Constant(value=1))\n";
    check(&quicken(&["ast", "--mode", "eval", "--indent", "2", "-c", "1"]), 0, tree, "");
    let tokens = quicken_with_input(&["tokens"], "a += 1\n");
    assert_eq!(tokens.code, Some(0));
    assert!(tokens.out().contains("1,2-1,4:            OP             '+='"), "{}", tokens.out());
    assert_eq!(quicken(&["ast", "-c", "a b"]).code, Some(1));
}

/// What would need a hundred megabytes of native stack, if anything recursed there.
#[test]
fn depth_ends_no_process() {
    let code = r#"
import sys
sys.setrecursionlimit(110_000)
def down(n):
    return 0 if n == 0 else 1 + down(n - 1)
print(down(100_000))
def through(values):
    yield from values
generator = iter(range(3))
for _ in range(100_000):
    generator = through(generator)
print(next(generator), next(generator))
try:
    generator.throw(KeyError)
except KeyError:
    print("thrown")
del generator
numbers = [n * 7919 % 1_000_003 for n in range(1_000_000)]
numbers.sort(key=lambda n: -n)
print(numbers[:3])
last = None
for number in range(10_000):
    try:
        try:
            raise last or ValueError
        except Exception:
            raise KeyError(number)
    except KeyError as error:
        last = error
depth = 0
while last is not None:
    depth += 1
    last = last.__context__
print(depth)
tower = None
for _ in range(1_000_000):
    tower = [tower]
del tower
sys.setrecursionlimit(1_000_000)
class Endless:
    def __repr__(self): return repr(self)
    def __eq__(self, other): return other == self
    def __getattr__(self, name): return getattr(self, name + "x")
for use in repr, lambda e: e == Endless(), lambda e: e.a, lambda e: sorted([e], key=repr):
    try:
        use(Endless())
    except RecursionError:
        print("RecursionError")
"#;
    let expected = "100000\n0 1\nthrown\n[1000002, 1000001, 1000000]\n10001\n";
    check(&quicken(&["-c", code]), 0, &format!("{expected}{}", "RecursionError\n".repeat(4)), "");
}

/// More than any machine has: an exception at once, from whatever would hold it.
#[test]
fn sizes_beyond_memory_are_refused() {
    let code = r#"
N = 10 ** 15
class Hint:
    def __length_hint__(self): return N
    def __iter__(self): return iter(())
for make in (
    lambda: "a" * N, lambda: b"a" * N, lambda: bytearray(b"a") * N, lambda: [0] * N, lambda: (0,) * N, lambda: [0].__imul__(N),
    lambda: bytes(N), lambda: bytearray(N), lambda: list(range(N)), lambda: tuple(range(N)), lambda: list(Hint()),
    lambda: "a".ljust(N), lambda: "a".center(N), lambda: "a".zfill(N), lambda: b"a".ljust(N), lambda: b"a".zfill(N),
    lambda: format(1, f"{N}d"), lambda: format("a", f">{N}"), lambda: "%*d" % (N, 1), lambda: (1).to_bytes(N, "big"),
    lambda: [].__setitem__(slice(0, 0), range(N)), lambda: [].extend(range(N)), lambda: ("a" * 10**6).replace("a", "b" * 10**9),
    lambda: sorted(range(N)), lambda: print(*range(N)), lambda: [*range(N)], lambda: 1 << N,
):
    try:
        make()
        print("made")
    except (MemoryError, OverflowError) as error:
        print(type(error).__name__, end=" ")
"#;
    let ended = quicken(&["--max-memory", "3G", "-c", code]);
    check(&ended, 0, &"MemoryError ".repeat(27), "");
}
