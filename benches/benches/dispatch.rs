//! The dispatch loop: instructions executed per bytecode, by difference. Each program is run with one and with a hundred
//! thousand rounds, so that start-up and compilation can be subtracted.

#![allow(missing_docs, reason = "what the benchmark macros make has none")]

use iai_callgrind::{library_benchmark, library_benchmark_group, main};
use quicken::{Engine, Level, Program};
use quicken_benches::{prepare, run};

/// A loop of integer additions: LOAD_FAST, LOAD_CONST, BINARY_OP, STORE_FAST, JUMP_BACKWARD and FOR_ITER.
fn counting(rounds: u32, strategy: &str, level: Level) -> (Engine, Program) {
    let source =
        format!("def f(n):\n    t = 0\n    for i in range(n):\n        t = t + i\n    return t\nf({rounds})\n");
    prepare(&source, strategy, level)
}

/// Calls of a Python function, which do not leave the loop.
fn calling(rounds: u32, strategy: &str, level: Level) -> (Engine, Program) {
    let source = format!("def g(x):\n    return x\ndef f(n):\n    for i in range(n):\n        g(i)\nf({rounds})\n");
    prepare(&source, strategy, level)
}

#[library_benchmark]
#[bench::start_up(args = (1, "cpython311", Level::Off), setup = counting)]
#[bench::specialized(args = (100_000, "cpython311", Level::Off), setup = counting)]
#[bench::generic(args = (100_000, "never", Level::Off), setup = counting)]
#[bench::counted(args = (100_000, "cpython311", Level::Counts), setup = counting)]
fn integer_loop(prepared: (Engine, Program)) -> i32 {
    run(prepared)
}

#[library_benchmark]
#[bench::specialized(args = (100_000, "cpython311", Level::Off), setup = calling)]
#[bench::generic(args = (100_000, "never", Level::Off), setup = calling)]
fn function_calls(prepared: (Engine, Program)) -> i32 {
    run(prepared)
}

library_benchmark_group!(name = dispatch; benchmarks = integer_loop, function_calls);
main!(library_benchmark_groups = dispatch);
