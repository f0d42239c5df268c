//! What the instruction-count benches share: a program compiled once, and an engine to run it.

use quicken::{Engine, Level, Output, Program};

/// An engine under `strategy` whose program's output nobody reads, and the program.
///
/// # Panics
/// When the source does not compile or the strategy does not exist: both are constants of the benches.
pub fn prepare(source: &str, strategy: &str, level: Level) -> (Engine, Program) {
    let engine = Engine::builder()
        .strategy(strategy)
        .statistics(level)
        .stdout(Output::Capture)
        .native_stack(1 << 20)
        .build()
        .expect("a built-in strategy");
    let program = Program::from_source(source, "bench.py").expect("a program that compiles");
    (engine, program)
}

/// Runs what [`prepare`] made, on this thread: callgrind counts what the thread of the benchmark executes; the answer keeps the run from being optimized away.
///
/// # Panics
/// When the program raises.
pub fn run((engine, program): (Engine, Program)) -> i32 {
    let outcome = engine.run_on_this_thread(&program).expect("a program that runs");
    assert_eq!(outcome.exit_code, 0, "{}", String::from_utf8_lossy(&outcome.stderr));
    outcome.exit_code
}
