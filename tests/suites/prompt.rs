//! The prompt, driven through a pseudo-terminal by the `python3` of the machine; left out, with a word, where there is none.

use std::process::{Command, Stdio};
use std::time::Duration;

use harness::process;

const BUILT: &str = env!("CARGO_BIN_EXE_quicken-under-test");

/// Starts its arguments on a terminal, types a line whenever a prompt has been shown, and prints all that came.
const DRIVER: &str = r#"
import os, pty, re, select, sys, termios, time
lines = sys.stdin.read().split("\n")
child, terminal = pty.fork()
if child == 0:
    os.environ["TERM"] = "xterm"
    os.execv(sys.argv[1], sys.argv[1:])
seen, answered, latest = b"", 0, time.monotonic()

def shown():
    return re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]|\r", b"", seen)

def is_read():
    # The line is drawn again and again, but keys are read one by one only while the prompt waits.
    return not termios.tcgetattr(terminal)[3] & termios.ICANON

while True:
    if select.select([terminal], [], [], 0.05)[0]:
        try:
            data = os.read(terminal, 4096)
        except OSError:
            break
        if not data:
            break
        seen += data
        latest = time.monotonic()
        continue
    text = shown()
    # A prompt comes in pieces, of which some cannot be seen: it is complete when nothing follows.
    if text.endswith((b">>> ", b"... ", b"? ")) and len(text) > answered and lines and is_read():
        line, answered, latest = lines.pop(0), len(text), time.monotonic()
        os.write(terminal, b"\x04" if line == "^D" else b"\x03" if line == "^C" else line.encode() + b"\r")
    elif time.monotonic() - latest > 30:
        seen += b"\n(nothing more came)\n"
        os.kill(child, 9)
        break
_, status = os.waitpid(child, 0)
print(shown().decode(), os.waitstatus_to_exitcode(status), sep="\n")
"#;

/// What a terminal shows when lines are typed, without the greeting, and the exit code behind it.
fn typed(lines: &[&str]) -> Option<String> {
    let mut driver = Command::new("python3");
    driver.args(["-c", DRIVER]).arg(harness::command(BUILT).get_program());
    driver.env("QUICKEN_HISTORY", concat!(env!("CARGO_TARGET_TMPDIR"), "/history")).stdin(Stdio::piped());
    let Ok(ended) = process::run(&mut driver, &lines.join("\n"), Duration::from_secs(120)) else {
        eprintln!("skipped: there is no python3 to drive a terminal with");
        return None;
    };
    assert!(!ended.timed_out, "the prompt does not end");
    assert_eq!(ended.err(), "");
    let out = ended.out();
    let start = out.find(">>> ").expect("there is a prompt");
    Some(out[start..].to_owned())
}

#[track_caller]
fn check(lines: &[&str], parts: &[&str]) {
    let Some(shown) = typed(lines) else { return };
    let mut rest = &*shown;
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => panic!("{part:?} is not shown, or not in its place:\n{shown}"),
        }
    }
}

#[test]
fn statements_are_run_one_by_one() {
    check(
        &[
            "x = 20",
            "x + 1",
            "_ * 2",
            "None",
            "def double(a):",
            "    return 2 * a",
            "",
            "double(x)",
            "(1 +",
            "2)",
            "^D",
        ],
        &["x + 1\n21\n", "_ * 2\n42\n", ">>> None\n>>> ", "... ", "return 2 * a", "\n40\n", "... 2)\n3\n", "\n0\n"],
    );
}

#[test]
fn errors_end_nothing() {
    check(
        &[
            "1 / 0",
            "x = = 1",
            "\"\"\"a",
            "b\"\"\"",
            "if True: print('in'); y = 5",
            "",
            "y",
            "import sys; sys.last_value",
            "sys.exit(3)",
        ],
        &[
            "Traceback (most recent call last):\n  File \"<stdin>\", line 1, in <module>\nZeroDivisionError: division by zero\n",
            "    x = = 1\n        ^\nSyntaxError: invalid syntax\n",
            "'a\\nb'\n",
            "in\n",
            "\n5\n",
            "SyntaxError('invalid syntax', ('<stdin>', 1, 5,",
            "\n3\n",
        ],
    );
}

#[test]
fn interrupts_drop_what_was_typed() {
    check(
        &["def f():", "^C", "import sys; sys.ps1 = 'what? '", "print('still here')", "^D"],
        &["KeyboardInterrupt\n>>> ", "what? ", "still here\n", "\n0\n"],
    );
}
