//! Recordings on disk: they come back as they were, and damaged ones are refused or replayed, but never break anything.

use std::io::{Read, Write};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use quicken_bytecode::Opcode;
use quicken_replay::flow::{FlowWriter, NOTHING, Then};
use quicken_replay::recording::put_step;
use quicken_replay::{CodeRecord, Costs, Recording, ReplayError, Run, RunsWriter, SiteRecord, best, replay};
use quicken_specializer::observation::{BinaryOp, TypeFlags, TypeInfo, TypeKind, UnpackSequence, ValueInfo};
use quicken_specializer::strategies::Cpython311;
use quicken_specializer::{
    Build, CodeId, Decision, Facts, Miss, MissDecision, Observation, Operands, Registry, Shape, Strategy, Tuning,
    WarmDecision, Warmup,
};

fn ty(kind: TypeKind) -> TypeInfo {
    TypeInfo { kind, version: None, flags: TypeFlags::NONE }
}

fn value(kind: TypeKind) -> ValueInfo {
    ValueInfo { ty: ty(kind), int: None }
}

fn shape(operands: Operands) -> Shape {
    Shape { operands, facts: Facts::default() }
}

/// A loop of twenty rounds: unpacks a tuple, which is a list every fourth time, and adds.
fn recording() -> Recording {
    let pair = |kind| UnpackSequence { sequence: ty(kind), len: Some(2), is_sequence: true, is_iterator: false };
    let add = |kind| BinaryOp {
        left: value(kind),
        right: value(kind),
        same_type: true,
        next: None,
        left_is_next_local: false,
    };
    let shapes = vec![
        shape(Operands::UnpackSequence(pair(TypeKind::Tuple))),
        shape(Operands::UnpackSequence(pair(TypeKind::List))),
        shape(Operands::BinaryOp(add(TypeKind::Int))),
    ];
    let unit = |opcode: Opcode, oparg: u16| opcode as u16 | oparg << 8;
    let units = vec![
        unit(Opcode::RESUME, 0),
        unit(Opcode::LOAD_FAST, 0),
        unit(Opcode::UNPACK_SEQUENCE, 2),
        0,
        unit(Opcode::BINARY_OP, 0),
        0,
        unit(Opcode::STORE_FAST, 1),
        unit(Opcode::JUMP_BACKWARD, 7),
        unit(Opcode::LOAD_FAST, 1),
        unit(Opcode::RETURN_VALUE, 0),
    ];
    let mut unpacked = RunsWriter::default();
    for _ in 0..5 {
        unpacked.push(Run { shape: 0, count: 3 });
        unpacked.push(Run { shape: 1, count: 1 });
    }
    let mut added = RunsWriter::default();
    added.push(Run { shape: 0, count: 20 });
    let mut counts = vec![0; units.len()];
    let (mut before, mut step_bytes) = (counts.clone(), Vec::new());
    counts[0] = 1;
    put_step(&mut step_bytes, &before, counts.iter().copied());
    for _ in 0..20 {
        before.clone_from(&counts);
        for unit in [1, 2, 4, 6, 7] {
            counts[unit] += 1;
        }
        put_step(&mut step_bytes, &before, counts.iter().copied());
    }
    counts[8] = 1;
    counts[9] = 1;
    let site = |offset, oparg, shapes, runs: RunsWriter| SiteRecord {
        offset,
        oparg,
        line: 2,
        name: None,
        shapes,
        runs: runs.into_bytes(),
        named: Vec::new(),
    };
    let code = CodeRecord {
        id: CodeId(3),
        qualname: "f".to_owned(),
        filename: "f.py".to_owned(),
        first_line: 1,
        flags: 3,
        units,
        counts,
        steps: 21,
        step_bytes,
        raised: Vec::new(),
        sites: vec![site(2, 2, vec![0, 1], unpacked), site(4, 0, vec![2], added)],
    };
    let mut way = FlowWriter::default();
    way.add_code(0, CodeId(3));
    way.push(NOTHING, 0, Then::Enter);
    way.push(0, 7, Then::Jump);
    for _ in 0..19 {
        way.push(1, 7, Then::Jump);
    }
    way.push(8, 9, Then::Leave);
    let flow = Some(way.finish());
    Recording { program: "f.py".to_owned(), engine: "a test".to_owned(), codes: vec![code], shapes, flow }
}

fn written(recording: &Recording) -> Vec<u8> {
    let mut bytes = Vec::new();
    recording.write(&mut bytes).expect("memory can be written");
    bytes
}

/// Reads a recording of these bytes, by way of a file.
fn read(bytes: &[u8]) -> Result<Recording, String> {
    let mut file = tempfile::NamedTempFile::new().expect("there is a place for temporary files");
    file.write_all(bytes).expect("it can be written");
    Recording::read(file.path()).map_err(|error| error.to_string())
}

#[test]
fn what_is_written_is_read() {
    let recording = recording();
    assert_eq!(read(&written(&recording)), Ok(recording));
}

#[test]
fn a_loop_under_cpythons_rules() {
    let recording = recording();
    assert_eq!((recording.events(), recording.instructions()), (40, 103));
    let mut strategy = Cpython311 { build: Build::Release };
    let result = replay(&recording, &mut strategy).expect("it can be replayed");
    // RESUME and seven rounds make the code warm; the eighth round attempts, and hits.
    assert_eq!(result.executions_of(Opcode::JUMP_BACKWARD), 7);
    assert_eq!(result.executions_of(Opcode::JUMP_BACKWARD_QUICK), 13);
    assert_eq!(result.executions_of(Opcode::BINARY_OP), 7);
    assert_eq!(result.executions_of(Opcode::BINARY_OP_ADAPTIVE), 1);
    assert_eq!(result.executions_of(Opcode::BINARY_OP_ADD_INT), 13);
    assert_eq!(result.specialization(Opcode::BINARY_OP).hit, 13);
    // Rounds 8, 12, 16 and 20 have a list: the first of them is attempted, and all tuples miss the form for lists.
    let unpack = result.specialization(Opcode::UNPACK_SEQUENCE);
    assert_eq!((unpack.hit, unpack.miss, unpack.success), (4, 9, 1));
    assert_eq!(result.executions_of(Opcode::UNPACK_SEQUENCE), 7 + 9);
    // The way has the pairs; their sums are the executions.
    let pairs = result.pairs.as_ref().expect("the way is there");
    for opcode in Opcode::all() {
        let row = usize::from(opcode as u8) << 8;
        assert_eq!(pairs[row..row + 256].iter().sum::<u64>(), result.executions_of(opcode), "{opcode}");
    }
    let pair = |this: Opcode, last: Opcode| pairs[usize::from(this as u8) << 8 | usize::from(last as u8)];
    assert_eq!(pair(Opcode::RESUME, Opcode::CACHE), 1);
    assert_eq!(pair(Opcode::LOAD_FAST, Opcode::JUMP_BACKWARD), 7);
    assert_eq!(pair(Opcode::BINARY_OP_ADD_INT, Opcode::BINARY_OP_ADAPTIVE), 1);
}

#[test]
fn nothing_is_better_than_the_best() {
    let recording = recording();
    let costs = Costs::default();
    let bounds = best(&recording, &costs);
    for name in ["never", "eager", "cpython311", "adversarial"] {
        let mut strategy = Registry::builtin().create(name).expect("it is built in");
        let result = replay(&recording, strategy.as_mut()).expect("it can be replayed");
        for ((site, outcome), bound) in recording.codes[0].sites.iter().zip(&result.sites).zip(&bounds) {
            let family = recording.codes[0].opcode(site.offset as usize).and_then(Opcode::family).expect("a site");
            let cost = costs.of_outcome(family, outcome);
            assert!(bound.cost <= cost, "{name} at {}: {} is below {}", site.offset, cost, bound.cost);
        }
    }
    // Twenty additions: an attempt pays, so all hit; the lists among the tuples are not worth turning.
    assert_eq!((bounds[1].hits, bounds[1].cost), (20, costs.attempt + 20.0 * costs.hit));
}

/// Quickens later than any recording can tell.
struct Late;

impl Strategy for Late {
    fn name(&self) -> &str {
        "late"
    }
    fn tuning(&self) -> Tuning {
        Tuning::CPYTHON311
    }
    fn warm(&mut self, warmup: &Warmup) -> WarmDecision {
        if warmup.asked < 6 {
            WarmDecision::wait(255, "later")
        } else {
            Cpython311 { build: Build::Release }.warm(warmup)
        }
    }
    fn specialize(&mut self, _: &Observation) -> Decision {
        panic!("this strategy has an error");
    }
    fn missing(&mut self, miss: &Miss) -> MissDecision {
        Cpython311 { build: Build::Release }.missing(miss)
    }
}

#[test]
fn what_cannot_be_replayed() {
    let mut recording = recording();
    recording.codes[0].steps = 5000;
    assert!(matches!(replay(&recording, &mut Late), Err(ReplayError::TooLate { at: 1538, .. })));
    struct Eagerly(Late);
    impl Strategy for Eagerly {
        fn name(&self) -> &str {
            "eagerly"
        }
        fn tuning(&self) -> Tuning {
            Tuning::CPYTHON311
        }
        fn warm(&mut self, warmup: &Warmup) -> WarmDecision {
            Cpython311 { build: Build::Release }.warm(warmup)
        }
        fn specialize(&mut self, observation: &Observation) -> Decision {
            self.0.specialize(observation)
        }
        fn missing(&mut self, miss: &Miss) -> MissDecision {
            self.0.missing(miss)
        }
    }
    let result = replay(&recording, &mut Eagerly(Late));
    assert_eq!(result.unwrap_err(), ReplayError::Panicked { strategy: "eagerly".to_owned() });
}

#[test]
fn what_is_no_recording_is_refused_with_a_reason() {
    let bytes = written(&recording());
    let refused = |bytes: &[u8], why: &str| {
        let error = read(bytes).expect_err(why);
        assert!(error.contains(why), "{error}");
    };
    refused(b"print(1)", "it is not compressed with gzip");
    refused(b"", "it is cut off or damaged");
    refused(&bytes[..bytes.len() / 2], "it is cut off or damaged");
    let text = plain(&bytes);
    let line = text.iter().position(|byte| *byte == b'\n').expect("a header");
    let header = String::from_utf8(text[..line].to_vec()).expect("JSON is UTF-8");
    let changed = |from: &str, to: &str| {
        assert!(header.contains(from), "{from}");
        let mut bytes = header.replace(from, to).into_bytes();
        bytes.extend(&text[line..]);
        packed(&bytes)
    };
    refused(&changed("\"version\":4,", "\"version\":2,"), "it has version 2 of the format");
    refused(&changed("quicken recording", "shopping list"), "it is a 'shopping list'");
    refused(&changed("\"offset\":4", "\"offset\":5"), "f has no instruction that can be specialized at 5");
    refused(&changed("\"shapes\":[0,1]", "\"shapes\":[0,2]"), "a shape of another family");
    refused(&changed("\"end\":9", "\"end\":10"), "its way leads outside");
}

fn plain(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    MultiGzDecoder::new(bytes).read_to_end(&mut text).expect("it is compressed");
    text
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(text).and_then(|()| out.finish()).expect("memory can be written")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn damage_breaks_nothing(at: prop::sample::Index, byte: u8, second: prop::sample::Index, other: u8) {
        let mut text = plain(&written(&recording()));
        let (first, second) = (at.index(text.len()), second.index(text.len()));
        text[first] = byte;
        text[second] = other;
        if let Ok(recording) = read(&packed(&text)) {
            for name in ["cpython311", "adversarial"] {
                let mut strategy = Registry::builtin().create(name).expect("it is built in");
                let _ = replay(&recording, strategy.as_mut());
            }
            let _ = best(&recording, &Costs::default());
        }
    }
}
