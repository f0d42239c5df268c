//! `record` and `replay` by the command line.

use std::path::{Path, PathBuf};
use std::time::Duration;

use harness::process::{self, Ended};
use serde_json::Value;

const BUILT: &str = env!("CARGO_BIN_EXE_quicken-under-test");

const PROGRAM: &str = "\
class A:
    def __init__(self): self.x = 1
class B:
    def __init__(self): self.y = 0; self.x = 2
total = 0
for i in range(1000):
    thing = A() if i % 3 else B()
    total += thing.x
    total += len([j for j in range(2)])
print(total)
";

fn quicken(arguments: &[&str]) -> Ended {
    let mut command = harness::command(BUILT);
    command.args(arguments);
    let ended = process::run(&mut command, "", Duration::from_secs(60)).expect("the command starts");
    assert!(!ended.timed_out, "{arguments:?} does not end");
    ended
}

/// A folder of one test.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("replay").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("cargo's folder for tests can be written");
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().expect("cargo's folder for tests has a name in UTF-8")
}

fn replayed(recording: &Path, more: &[&str]) -> Value {
    let mut arguments = vec!["replay", text(recording), "--json"];
    arguments.extend(more);
    let ended = quicken(&arguments);
    assert_eq!((ended.code, &*ended.err()), (Some(0), ""));
    serde_json::from_str(&ended.out()).expect("it is JSON")
}

#[test]
fn a_run_is_recorded_and_replayed() {
    let file = folder("run").join("run.qrec");
    let ended = quicken(&["record", "--control-flow", "-o", text(&file), "-c", PROGRAM]);
    assert_eq!((ended.code, &*ended.out()), (Some(0), "3334\n"));
    assert!(ended.err().contains("that can be specialized") && ended.err().contains("run.qrec: "), "{}", ended.err());

    let report = replayed(&file, &["--strategy", "cpython311,never", "--best", "--sites", "20"]);
    assert_eq!(report["schema"], "quicken-replay");
    let strategies = report["strategies"].as_array().expect("a list");
    assert_eq!(strategies.iter().map(|s| s["name"].as_str()).collect::<Vec<_>>(), [Some("cpython311"), Some("never")]);
    // The site of `thing.x` sees two classes, and one form is for one class.
    let attribute =
        report["sites"].as_array().expect("a list").iter().find(|site| site["name"] == "x").expect("it misses");
    assert_eq!((attribute["events"].as_u64(), attribute["shapes_seen"].as_u64()), (Some(1000), Some(2)));
    assert!(attribute["best"].as_u64() >= Some(600), "{attribute}");
    let cost = |value: &Value| value["cost"].as_f64().expect("a number");
    assert!(cost(&report["best"]) <= cost(&strategies[0]) && cost(&strategies[0]) < cost(&strategies[1]), "{report}");

    // The same numbers as a live run.
    let live = quicken(&["stats", "--json", "-c", PROGRAM]);
    let live: Value = serde_json::from_str(&live.err()).expect("it is JSON");
    let hits = |family: &str| strategies[0]["families"][family]["hit"].as_u64().expect("a number");
    let families = live["families"].as_array().expect("a list");
    for name in ["LOAD_ATTR", "BINARY_OP", "STORE_ATTR", "CALL", "PRECALL"] {
        let family = families.iter().find(|family| family["head"] == name).expect("it was executed");
        assert_eq!(family["hit"].as_u64(), Some(hits(name)), "{name}");
    }

    let tables = quicken(&["replay", text(&file), "--best"]).out();
    for part in ["cpython311", "(the bound)", "LOAD_ATTR", "Where cpython311 misses"] {
        assert!(tables.contains(part), "{part} is not in\n{tables}");
    }
}

#[test]
fn the_exit_code_is_the_programs_and_the_recording_is_there() {
    let file = folder("exit").join("run.qrec");
    let ended = quicken(&["record", "-q", "-o", text(&file), "-c", "import sys\nsys.exit(5)"]);
    assert_eq!((ended.code, &*ended.err()), (Some(5), ""));
    assert_eq!(replayed(&file, &[])["instructions"].as_u64().map(|count| count > 3), Some(true));
    let ended = quicken(&["record", "-q", "-o", text(&file), "-c", "1 / 0"]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.err().ends_with("ZeroDivisionError: division by zero\n"));
    assert_eq!(replayed(&file, &[])["strategies"][0]["families"]["BINARY_OP"]["generic"], 1);
}

#[test]
fn what_cannot_be_recorded_leaves_the_old_file() {
    let folder = folder("old");
    let file = folder.join("run.qrec");
    assert_eq!(quicken(&["record", "-q", "-o", text(&file), "-c", "pass"]).code, Some(0));
    let before = std::fs::read(&file).expect("it was written");
    let ended = quicken(&["record", "-o", text(&file), "-c", "1 +"]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.err().contains("SyntaxError: invalid syntax"), "{}", ended.err());
    assert_eq!(std::fs::read(&file).expect("it is there still"), before);
    assert_eq!(std::fs::read_dir(&folder).expect("it can be read").count(), 1, "nothing else is left behind");
    // A place that is not there is told before the program runs.
    let nowhere = folder.join("nowhere").join("run.qrec");
    let ended = quicken(&["record", "-o", text(&nowhere), "-c", "print('ran')"]);
    assert_eq!((ended.code, &*ended.out()), (Some(1), ""));
    assert!(ended.err().starts_with("quicken: can't write '"), "{}", ended.err());
}

#[test]
fn what_cannot_be_replayed_is_said() {
    let folder = folder("errors");
    let file = folder.join("run.qrec");
    assert_eq!(quicken(&["record", "-q", "-o", text(&file), "-c", "pass"]).code, Some(0));
    let said = |arguments: &[&str], what: &str| {
        let ended = quicken(arguments);
        assert_eq!((ended.code, &*ended.out()), (Some(2), ""), "{arguments:?}");
        assert!(ended.err().contains(what), "{}", ended.err());
    };
    said(&["replay", text(&folder.join("none.qrec"))], "can't read the recording '");
    let other = folder.join("other.qrec");
    std::fs::write(&other, "print(1)").expect("it can be written");
    said(&["replay", text(&other)], "it is not compressed with gzip; make it again with `quicken record`");
    let bytes = std::fs::read(&file).expect("it was written");
    std::fs::write(&other, &bytes[..bytes.len() - 20]).expect("it can be written");
    said(&["replay", text(&other)], "it is cut off or damaged");
    said(&["replay", text(&file), "--strategy", "eagre"], "did you mean 'eager'?");
    let costs = folder.join("costs.json");
    std::fs::write(&costs, r#"{"hit": 1, "miss": 2, "generic": 3}"#).expect("it can be written");
    said(&["replay", text(&file), "--best", "--costs", text(&costs)], "missing field `attempt`");
    let family = r#"{"hit": 1, "miss": 2, "generic": 3, "attempt": 4, "families": {"LOAD_ATR": {"hit": 1, "miss": 2, "generic": 3}}}"#;
    std::fs::write(&costs, family).expect("it can be written");
    said(&["replay", text(&file), "--best", "--costs", text(&costs)], "there is no family 'LOAD_ATR'");
}
