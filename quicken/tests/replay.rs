//! The counters of a replay are those of a live run, for every built-in strategy; the handlers' guards are their pure statement.

use std::fs;
use std::path::{Path, PathBuf};

use quicken::specializer::Registry;
use quicken::{Engine, Level, Output, Program};
use quicken_replay::{Recording, replay};

/// The strategies that are compared: all built-in ones, and adversarial with more seeds than its own.
fn strategies() -> Vec<String> {
    let named = ["never", "eager", "cpython311", "cpython311-pystats", "adversarial"].map(str::to_owned);
    named.into_iter().chain((1..3).map(|seed| format!("adversarial:{seed}"))).collect()
}

fn programs() -> Vec<(PathBuf, Vec<String>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the workspace");
    let in_folder = |folder: &str, arguments: &[&str]| {
        let files = fs::read_dir(root.join(folder)).expect("the folder is there");
        let mut files: Vec<PathBuf> = files.map(|file| file.expect("it can be read").path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "py"));
        files.sort();
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        files.into_iter().map(move |file| (file, arguments.clone())).collect::<Vec<_>>()
    };
    let only = std::env::var("QUICKEN_REPLAY_ONLY").unwrap_or_default();
    let mut all = in_folder("benches/programs", &["1"]);
    all.extend(in_folder("tests/python", &[]));
    all.retain(|(file, _)| file.to_string_lossy().contains(&only) && !reads_input(file) && !traces(file));
    all
}

/// Such a program would wait for whoever runs the tests.
fn reads_input(file: &Path) -> bool {
    fs::read_to_string(file).is_ok_and(|text| text.contains("# stdin:"))
}

/// Such a program is not recorded: `sys.settrace` says so.
fn traces(file: &Path) -> bool {
    fs::read_to_string(file).is_ok_and(|text| text.contains("settrace(") || text.contains("setprofile("))
}

fn engine(level: Level, strategy: &str, arguments: &[String]) -> Engine {
    let builder = Engine::builder().statistics(level).strategy(strategy).arguments(arguments);
    builder.stdout(Output::Capture).stderr(Output::Capture).build().expect("the strategy is built in")
}

fn record(program: &Program, arguments: &[String]) -> Recording {
    let outcome = engine(Level::Shapes { flow: true }, "never", arguments).run(program).expect("it runs");
    outcome.recording.expect("it was asked for")
}

#[test]
fn replayed_counters_are_those_of_live_runs() {
    let mut differences = Vec::new();
    let mut compared = 0;
    for (file, arguments) in programs() {
        // Some are there for their syntax errors.
        let Ok(program) = Program::from_file(&file) else { continue };
        let recording = record(&program, &arguments);
        for strategy in strategies() {
            let live = engine(Level::Counts, &strategy, &arguments).run(&program).expect("it runs");
            let mut asked = Registry::builtin().create(&strategy).expect("it is built in");
            let replayed = replay(&recording, asked.as_mut()).expect("it can be replayed");
            assert!(replayed.pairs.is_some(), "the way was recorded");
            let found = replayed.differences(&live.counters.expect("they were asked for"));
            compared += 1;
            differences.extend(found.into_iter().take(5).map(|line| format!("{} {strategy}: {line}", file.display())));
        }
    }
    assert!(compared > 0, "no program was found");
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn guards_are_their_pure_statement() {
    let mut differences = Vec::new();
    let mut compared = 0;
    for (file, arguments) in programs() {
        // Some are there for their syntax errors.
        let Ok(program) = Program::from_file(&file) else { continue };
        for strategy in ["cpython311", "eager", "adversarial", "adversarial:1", "adversarial:2"] {
            let outcome = engine(Level::Guards, strategy, &arguments).run(&program).expect("it runs");
            compared += outcome.guards_compared;
            let found = outcome.guard_differences.into_iter().take(3);
            differences.extend(found.map(|line| format!("{} {strategy}: {line}", file.display())));
        }
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
    assert!(compared > 1_000_000, "only {compared} guards were compared");
}
