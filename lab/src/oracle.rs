//! Records of what a program does, in the shape of those made from real CPython 3.11s
//! (see [`quicken::stats::oracle`]).

use std::path::Path;
use std::sync::Arc;

use quicken::bytecode::Instructions;
use quicken::specializer::Registry;
use quicken::stats::oracle::{AdaptiveCode, LiveInstruction, Record};
use quicken::{Engine, Error, Level, LiveCode, Output, Program};

/// What the script that made the recordings uses of the recursion limit itself: its own module, and `exec`.
const RECORDER_RECURSION: usize = 2;

/// Records a program as the recordings of CPython were made: what it prints and counts under `cpython311-pystats`, less
/// what an empty program counts, and the live instructions after a second run, under `cpython311`.
///
/// # Errors
/// Those of [`Program::from_file`] and of running.
pub fn record(program: &Program, registry: &Arc<Registry>) -> Result<Record, Error> {
    let engine = |strategy: &str| {
        Engine::builder()
            .registry(registry.clone())
            .strategy(strategy)
            .recursion_in_use(RECORDER_RECURSION)
            .stdout(Output::Capture)
            .stderr(Output::Inherit)
    };
    let counting = engine("cpython311-pystats").statistics(Level::Counts).build()?;
    let counted = counting.run(program)?;
    let empty = counting.run(&Program::from_source("", "empty.py")?)?;
    let live = engine("cpython311").live_code(true).build()?.run(program)?;

    let net = counted.counters.unwrap_or_default().minus(&empty.counters.unwrap_or_default());
    let stdout = String::from_utf8_lossy(&counted.stdout).into_owned();
    let adaptive = live.live_code.iter().map(adaptive_code).collect();
    Ok(Record::new(program.name(), stdout, &net, adaptive))
}

/// The rows of a code object: every instruction with its generic and its live opcode.
fn adaptive_code(live: &LiveCode) -> AdaptiveCode {
    let rows = Instructions::new(&live.units)
        .zip(live.object.instructions())
        .map(|(now, generic)| LiveInstruction::new(now.offset, generic.opcode, now.opcode, now.oparg))
        .collect();
    AdaptiveCode::new(live.object.qualname.to_string(), live.object.firstlineno, rows)
}

/// A recording on disk.
///
/// # Errors
/// It cannot be read, or is no recording; with what to tell the user.
pub fn read(path: &Path) -> Result<Record, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("can't read '{}': {error}", path.display()))?;
    Record::from_json(&text).map_err(|error| format!("'{}' is no recording: {error}", path.display()))
}
