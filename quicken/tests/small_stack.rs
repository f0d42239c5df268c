//! The dispatch loop needs no native stack: ten million instructions, Python calls fifty deep, generators and exceptions
//! among them, on 64 KiB. With the loop of tail calls this shows that each of them is a jump.

use quicken::{Engine, Level, Output};

const PROGRAM: &str = "
class Counter:
    def __init__(self):
        self.n = 0
    def step(self, by):
        self.n += by

def down(n):
    return 0 if n == 0 else 1 + down(n - 1)

def numbers(n):
    for i in range(n):
        yield i

def work(rounds):
    counter = Counter()
    total = 0.0
    for i in range(rounds):
        counter.step(i & 3)
        total += i * 0.5
        try:
            if i % 7 == 0:
                raise ValueError(i)
        except ValueError as error:
            total -= 1.0
        if i % 100 == 0:
            total += down(50)
            for j in numbers(10):
                total += j
    return counter.n, total

print(*work(ROUNDS))
";

#[test]
fn ten_million_instructions_on_64_kib() {
    let engine = Engine::builder()
        .statistics(Level::Counts)
        .native_stack(64 << 10)
        .stdout(Output::Capture)
        .stderr(Output::Capture)
        .build()
        .expect("a built-in strategy");
    let source = PROGRAM.replace("ROUNDS", "240000");
    let outcome = engine.run_source(&source, "work.py").expect("a program that compiles");
    assert_eq!(outcome.exit_code, 0, "{}", String::from_utf8_lossy(&outcome.stderr));
    let executed: u64 = outcome.counters.expect("statistics were asked for").all_executions().iter().sum();
    assert!(executed >= 10_000_000, "only {executed} instructions");
    // The sums that CPython 3.11 prints.
    assert_eq!(String::from_utf8_lossy(&outcome.stdout), "360000 14400133714.0\n");
}
