//! The fast paths of two families against their generic forms: `LOAD_ATTR` on instance values and slots, `BINARY_OP` on
//! integers, floats and strings.

#![allow(missing_docs, reason = "what the benchmark macros make has none")]

use iai_callgrind::{library_benchmark, library_benchmark_group, main};
use quicken::{Engine, Level, Program};
use quicken_benches::{prepare, run};

fn attribute(class_body: &str, strategy: &str) -> (Engine, Program) {
    let source = format!(
        "class C:\n    {class_body}\nc = C()\nc.x = 1\ndef f(o, n):\n    for i in range(n):\n        o.x\nf(c, 100000)\n"
    );
    prepare(&source, strategy, Level::Off)
}

fn operator(expression: &str, strategy: &str) -> (Engine, Program) {
    let source = format!("def f(a, n):\n    for i in range(n):\n        {expression}\nf(3, 100000)\n");
    prepare(&source, strategy, Level::Off)
}

#[library_benchmark]
#[bench::instance_value(args = ("pass", "cpython311"), setup = attribute)]
#[bench::slot(args = ("__slots__ = ('x',)", "cpython311"), setup = attribute)]
#[bench::generic(args = ("pass", "never"), setup = attribute)]
fn load_attr(prepared: (Engine, Program)) -> i32 {
    run(prepared)
}

#[library_benchmark]
#[bench::add_int(args = ("a + i", "cpython311"), setup = operator)]
#[bench::multiply_int(args = ("a * i", "cpython311"), setup = operator)]
#[bench::generic(args = ("a + i", "never"), setup = operator)]
fn binary_op(prepared: (Engine, Program)) -> i32 {
    run(prepared)
}

library_benchmark_group!(name = families; benchmarks = load_attr, binary_op);
main!(library_benchmark_groups = families);
