//! Answers of a strategy that do not fit are refused with an error, and never executed; what fits may be as foolish as it
//! likes.

use std::sync::Arc;

use quicken::bytecode::Opcode;
use quicken::specializer::families::Build;
use quicken::specializer::strategies::Cpython311;
use quicken::specializer::{
    Action, AdaptiveCounter, CacheContents, Decision, Demand, DictOffset, FailureKind, Miss, MissCounter, MissDecision,
    Observation, Quickening, Registry, Specialize, Strategy, Subject, Tuning, WarmDecision, Warmup, cache_for,
};
use quicken::{Engine, Level, Output};

/// The standard output, the standard error and the exit code of a program under a strategy.
fn run(strategy: impl Strategy + Clone + Sync + 'static, program: &str) -> (String, String, i32) {
    let mut registry = Registry::empty();
    registry.add("under test", "", move || Box::new(strategy.clone()));
    let engine = Engine::builder()
        .registry(Arc::new(registry))
        .strategy("under test")
        .statistics(Level::Counts)
        .stdout(Output::Capture)
        .stderr(Output::Capture);
    let outcome = engine.build().unwrap().run_source(program, "test.py").unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(outcome.stdout), text(outcome.stderr), outcome.exit_code)
}

/// Each question is answered by a function, if there is one, and otherwise as CPython does.
#[derive(Clone)]
struct Answers {
    warm: fn(WarmDecision) -> WarmDecision,
    specialize: fn(&Observation, Decision) -> Decision,
    missing: fn(MissDecision) -> MissDecision,
}

const SOUND: Answers = Answers { warm: |answer| answer, specialize: |_, answer| answer, missing: |answer| answer };

const CPYTHON: Cpython311 = Cpython311 { build: Build::Release };

impl Strategy for Answers {
    fn name(&self) -> &str {
        "odd"
    }

    fn tuning(&self) -> Tuning {
        Tuning { misses: MissCounter(1), ..Tuning::CPYTHON311 }
    }

    fn warm(&mut self, warmup: &Warmup) -> WarmDecision {
        (self.warm)(CPYTHON.clone().warm(warmup))
    }

    fn specialize(&mut self, observation: &Observation) -> Decision {
        (self.specialize)(observation, CPYTHON.clone().specialize(observation))
    }

    fn missing(&mut self, miss: &Miss) -> MissDecision {
        (self.missing)(CPYTHON.clone().missing(miss))
    }
}

/// Its `+` is specialized for ints and then misses.
const ADDING: &str = "
def add(a, b):
    return a + b
for n in range(40):
    add(n, 1)
for n in range(80):
    add('a', 'b')
print('done')
";

#[test]
fn the_error_says_who_where_and_what() {
    let specialize = |observation: &Observation, answer: Decision| match (observation.head, answer.action) {
        (Opcode::BINARY_OP, Action::Specialize(specialize)) => {
            let form = Opcode::LOAD_ATTR_SLOT;
            Decision::specialize(Specialize { form, ..specialize }, "for a try")
        }
        _ => answer,
    };
    let (out, err, code) = run(Answers { specialize, ..SOUND }, ADDING);
    assert_eq!((out.as_str(), code), ("", 1));
    let last = err.lines().last().unwrap_or_default();
    assert_eq!(
        last,
        "RuntimeError: the strategy 'odd' was refused in add at 6 (BINARY_OP): LOAD_ATTR_SLOT is no form of BINARY_OP; \
         its reason was 'for a try'"
    );
}

#[test]
fn answers_that_would_never_end_are_refused() {
    let refused = |answers: Answers, misfit: &str| {
        let (out, err, code) = run(answers, ADDING);
        assert_eq!((out.as_str(), code), ("", 1), "{misfit}: {err}");
        assert!(err.contains("the strategy 'odd' was refused in ") && err.contains(misfit), "{err}");
    };
    let waits = "a counter that does not wait asks again without end";
    refused(Answers { warm: |_| WarmDecision::wait(0, "at once"), ..SOUND }, waits);
    refused(Answers { specialize: |_, _| Decision::fail(None, AdaptiveCounter::ZERO, "at once"), ..SOUND }, waits);
    let specialize = |_: &Observation, _| Decision::fail(Some(FailureKind(30)), AdaptiveCounter::START, "unheard of");
    refused(Answers { specialize, ..SOUND }, "there is no failure kind 30");
    let missing = |_| MissDecision::keep(MissCounter(0), "for ever");
    refused(
        Answers { missing, specialize: soon_missed, ..SOUND },
        "a specialized form must be allowed one miss at least",
    );
    let missing = |_| MissDecision::deoptimize(AdaptiveCounter::new(1, 13), "too far");
    refused(Answers { missing, specialize: soon_missed, ..SOUND }, "a backoff of 13 is beyond 12");
}

/// The forms CPython chooses, with a single miss.
fn soon_missed(_: &Observation, mut answer: Decision) -> Decision {
    if let Action::Specialize(specialize) = &mut answer.action {
        specialize.counter = MissCounter(1);
    }
    answer
}

#[test]
fn a_strategy_that_panics_costs_its_run_alone() {
    let panics = |answers: Answers| {
        let (_, err, code) = run(answers, ADDING);
        assert_eq!(code, 1);
        assert!(err.ends_with("RuntimeError: the strategy 'odd' panicked\n"), "{err}");
    };
    panics(Answers { warm: |_| panic!("a test"), ..SOUND });
    panics(Answers { specialize: |_, _| panic!("a test"), ..SOUND });
    panics(Answers { specialize: soon_missed, missing: |_| panic!("a test"), ..SOUND });
}

/// Decisions at random, sensible ones changed in one place, and others that make no sense at all.
#[derive(Clone)]
struct Nonsense {
    random: u64,
}

impl Nonsense {
    /// A number below `limit`.
    fn below(&mut self, limit: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % limit
    }

    fn demand(&mut self) -> Demand {
        let subjects = [
            Subject::OwnerType,
            Subject::OwnerClass,
            Subject::OwnerKeys,
            Subject::GlobalsKeys,
            Subject::BuiltinsKeys,
            Subject::Function,
        ];
        let observed = (self.below(2) == 0).then(|| self.below(300) as u32);
        Demand::new(subjects[self.below(6) as usize], observed)
    }

    fn contents(&mut self) -> CacheContents {
        let (index, first, second) = (self.below(70) as u16, self.demand(), self.demand());
        let maybe = (self.below(2) == 0).then_some(second);
        match self.below(7) {
            0 => CacheContents::None,
            1 => CacheContents::Attr { version: first, index },
            2 => CacheContents::Method { keys_version: maybe, type_version: first, dict_offset: DictOffset::At(index) },
            3 => CacheContents::Global { module_keys_version: first, builtin_keys_version: maybe, index },
            4 => CacheContents::Getitem { type_version: first, func_version: second },
            5 => CacheContents::Compare { mask: index },
            _ => CacheContents::Call { func_version: first, min_args: index },
        }
    }

    /// A cache that would fit, with one thing in it changed.
    fn spoilt(&mut self, mut cache: CacheContents) -> CacheContents {
        let odd = self.below(u64::from(u16::MAX)) as u16;
        let other = self.demand();
        let demand = self.below(2) == 0;
        match &mut cache {
            CacheContents::None => return self.contents(),
            CacheContents::Attr { version, .. } if demand => *version = other,
            CacheContents::Attr { index, .. } | CacheContents::Global { index, .. } => *index = odd,
            CacheContents::Method { keys_version, .. } if demand => {
                *keys_version = if keys_version.is_some() { None } else { Some(other) };
            }
            CacheContents::Method { type_version, .. } => *type_version = other,
            CacheContents::Getitem { func_version, .. } if demand => func_version.at_most = u32::MAX,
            CacheContents::Getitem { type_version, .. } => *type_version = other,
            CacheContents::Compare { mask } => *mask = odd % 64,
            CacheContents::Call { func_version, .. } if demand => *func_version = other,
            CacheContents::Call { min_args, .. } => *min_args = odd % 4,
        }
        cache
    }
}

impl Strategy for Nonsense {
    fn name(&self) -> &str {
        "nonsense"
    }

    fn tuning(&self) -> Tuning {
        // Late enough for the program to set its cases up.
        Tuning { warmup: Some(6), ..Tuning::CPYTHON311 }
    }

    fn warm(&mut self, _: &Warmup) -> WarmDecision {
        WarmDecision::quicken(Quickening::ALL, "now")
    }

    fn specialize(&mut self, observation: &Observation) -> Decision {
        let opcodes: Vec<Opcode> = Opcode::all().collect();
        let forms = observation.family().forms();
        let form = match self.below(8) {
            0 => opcodes[self.below(opcodes.len() as u64) as usize],
            _ => forms[self.below(forms.len() as u64) as usize],
        };
        let cache = match cache_for(observation, form) {
            Ok(cache) if self.below(3) == 0 => cache,
            Ok(cache) => self.spoilt(cache),
            Err(_) => self.contents(),
        };
        let counter = MissCounter(self.below(4) as u16);
        let otherwise = AdaptiveCounter::new(self.below(8) as u16, self.below(14) as u8);
        Decision::specialize(Specialize { form, cache, counter, otherwise }, "nonsense")
    }

    fn missing(&mut self, _: &Miss) -> MissDecision {
        MissDecision::deoptimize(AdaptiveCounter::ZERO, "again")
    }
}

/// Every family, with operands of several sorts at each site; a refusal costs one turn.
const EVERYTHING: &str = "
import math
class Point:
    kind = 'point'
    def __init__(self, x, y=2):
        self.x = x
        self.y = y
    def sum(self, more=0):
        return self.x + self.y + more
    def __getitem__(self, key):
        return self.x + key
class Slotted:
    __slots__ = ('x', 'y')
    def __init__(self, x):
        self.x = x
        self.y = x
    def sum(self, more=0):
        return self.x + self.y + more
class Number(int):
    def sum(self):
        return int(self) + 1
def attributes(o):
    o.y = o.x + 1
    o.__class__
    return o.x + o.y + o.sum() + o.sum(1)
def materialized():
    p = Point(1)
    p.__dict__['z'] = 3
    p.x = p.z
    return p.x + p.sum()
def methods():
    return Number(3).sum() + Point.sum(Point(4)) + math.gcd(4, 6) + len('ab'.upper())
def add(a, b):
    c = a
    c = c + b
    c += b
    return c
def times(a, b):
    return a * b - b
def compare(a, b):
    n = 0
    if a < b:
        n = 1
    if a == b:
        n = 2
    while n < 3:
        n += 1
    return n
def index(o, k):
    return o[k]
def store(o, k):
    o[k] = 5
    return o[k]
def unpack(o):
    a, b = o
    return (b, a)
def calls(f, *rest):
    items = []
    items.append(f(*rest))
    items.append(str(1))
    items.append(tuple((1, 2)))
    items.append(isinstance(1, int))
    items.append(sorted([2, 1], reverse=True))
    items.append(type(1))
    return len(items)
def default(a, b=2, *, c=3):
    return a + b + c
def simple(a, b=2):
    return a + b
def both(n):
    return simple(n) + simple(n, 1) + default(n) + default(n, c=1) + simple(b=n, a=1)
CASES = (
    (attributes, (Point(1),), 10), (attributes, (Slotted(1),), 10), (materialized, (), 8),
    (methods, (), 14), (add, (1, 2), 5), (add, (1.5, 2.0), 5.5), (add, ('a', 'b'), 'abb'), (add, ((1,), (2,)), (1, 2, 2)),
    (times, (3, 4), 8), (times, (1.5, 2.0), 1.0), (times, (10 ** 20, 1), 10 ** 20 - 1),
    (compare, (1, 2), 3), (compare, (2.0, 2.0), 3), (compare, ('a', 'b'), 3), (compare, (1, 2.5), 3),
    (index, ([1, 2], 1), 2), (index, ((1, 2), 1), 2), (index, ({1: 3}, 1), 3), (index, (Point(1), 1), 2), (index, ('ab', 1), 'b'),
    (store, ([1, 2], 1), 5), (store, ({}, 1), 5), (unpack, ((1, 2),), (2, 1)), (unpack, ([1, 2],), (2, 1)), (unpack, ('ab',), ('b', 'a')),
    (calls, (len, 'ab'), 6), (calls, (abs, -1), 6), (both, (1,), 17),
)
refused = 0
for turn in (0,) * 40:
    for case in CASES:
        right = True
        try:
            right = case[0](*case[1]) == case[2]
        except RuntimeError:
            refused = 1
        if not right:
            print('wrong', case)
while True:
    try:
        print('done', refused)
        break
    except RuntimeError:
        pass
";

#[test]
fn nonsense_is_refused_or_changes_nothing() {
    for seed in 1..=40 {
        let (out, err, code) = run(Nonsense { random: seed * 0x9e37_79b9 }, EVERYTHING);
        assert_eq!((out.as_str(), code), ("done 1\n", 0), "seed {seed}: {err}");
    }
}

#[test]
fn what_the_families_decide_is_never_refused() {
    let (out, err, code) = run(SOUND, EVERYTHING);
    assert_eq!((out.as_str(), code), ("done 0\n", 0), "{err}");
}
