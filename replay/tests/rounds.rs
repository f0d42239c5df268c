//! Work that is done in rounds: what comes again is recorded once, and played as if it were there each time.

use std::io::{Read, Write};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use quicken_bytecode::Opcode;
use quicken_replay::flow::{FlowWriter, NOTHING, Then};
use quicken_replay::passages::Passage;
use quicken_replay::recording::put_step;
use quicken_replay::{CodeRecord, Recording, Replayed, Run, RunBytes, Runs, RunsWriter, SiteRecord, replay};
use quicken_specializer::observation::{BinaryOp, TypeFlags, TypeInfo, TypeKind, UnpackSequence, ValueInfo};
use quicken_specializer::{CodeId, Facts, Operands, Registry, Shape};

fn ty(kind: TypeKind) -> TypeInfo {
    TypeInfo { kind, version: None, flags: TypeFlags::NONE }
}

/// Four kinds of sequences, and four of sums.
fn shapes() -> Vec<Shape> {
    let sequence = |kind, len| {
        Operands::UnpackSequence(UnpackSequence { sequence: ty(kind), len, is_sequence: true, is_iterator: false })
    };
    let sum = |kind| {
        let value = ValueInfo { ty: ty(kind), int: None };
        Operands::BinaryOp(BinaryOp {
            left: value,
            right: value,
            same_type: true,
            next: None,
            left_is_next_local: false,
        })
    };
    let sequences =
        [(TypeKind::Tuple, Some(2)), (TypeKind::List, Some(2)), (TypeKind::Str, None), (TypeKind::Tuple, Some(3))];
    let sums = [TypeKind::Int, TypeKind::Float, TypeKind::Str, TypeKind::List];
    let operands = sequences.map(|(kind, len)| sequence(kind, len)).into_iter().chain(sums.map(sum));
    operands.map(|operands| Shape { operands, facts: Facts::default() }).collect()
}

/// A loop that unpacks and adds, and what it sees: of which of four shapes each execution is.
fn recording(unpacked: &[Run], added: &[Run]) -> Recording {
    let rounds: u64 = unpacked.iter().map(|run| run.count).sum();
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
    let mut counts = vec![0; units.len()];
    let (mut before, mut step_bytes) = (counts.clone(), Vec::new());
    counts[0] = 1;
    put_step(&mut step_bytes, &before, counts.iter().copied());
    for round in 0..rounds {
        before.clone_from(&counts);
        for unit in [1, 2, 4, 6, 7] {
            counts[unit] += 1;
        }
        if round < 1023 {
            put_step(&mut step_bytes, &before, counts.iter().copied());
        }
    }
    counts[8] = 1;
    counts[9] = 1;
    let site = |offset, oparg, shapes, runs: &[Run]| {
        let mut writer = RunsWriter::default();
        for &run in runs {
            writer.push(run);
        }
        let runs = writer.into_bytes();
        SiteRecord { offset, oparg, line: 2, name: None, shapes, runs, named: Vec::new() }
    };
    let code = CodeRecord {
        id: CodeId(0),
        qualname: "f".to_owned(),
        filename: "f.py".to_owned(),
        first_line: 1,
        flags: 3,
        units,
        counts,
        steps: rounds + 1,
        step_bytes,
        raised: Vec::new(),
        sites: vec![site(2, 2, (0..4).collect(), unpacked), site(4, 0, (4..8).collect(), added)],
    };
    let mut way = FlowWriter::default();
    way.add_code(0, CodeId(0));
    way.push(NOTHING, 0, Then::Enter);
    way.push(0, 7, Then::Jump);
    for _ in 1..rounds {
        way.push(1, 7, Then::Jump);
    }
    way.push(8, 9, Then::Leave);
    let flow = Some(way.finish());
    Recording { program: "f.py".to_owned(), engine: "a test".to_owned(), codes: vec![code], shapes: shapes(), flow }
}

/// The same with nothing taken out of its runs.
fn written_out(recording: &Recording) -> Recording {
    let mut plain = recording.clone();
    for site in plain.codes.iter_mut().flat_map(|code| &mut code.sites) {
        let mut bytes = Vec::new();
        for passage in site.runs.passages() {
            for _ in 0..passage.times {
                bytes.extend_from_slice(&site.runs.bytes()[passage.start..passage.start + passage.length]);
            }
        }
        site.runs = RunBytes::whole(bytes);
    }
    plain
}

/// Executions that are as good as random, many of them like the one before.
fn scattered(seed: u64, count: u64) -> Vec<Run> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut left = count;
    let mut runs: Vec<Run> = Vec::new();
    while left > 0 {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        let count = (1 + (state >> 40) % 3).min(left);
        let shape = (state >> 50) as u32 % 4;
        left -= count;
        match runs.last_mut() {
            Some(last) if last.shape == shape => last.count += count,
            _ => runs.push(Run { shape, count }),
        }
    }
    runs
}

fn all_numbers(result: &Replayed) -> impl PartialEq + std::fmt::Debug + use<> {
    let specializations: Vec<_> =
        result.specializations().map(|(opcode, counts)| (opcode, format!("{counts:?}"))).collect();
    (result.executions.clone(), result.pairs.clone(), result.sites.clone(), specializations)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_comes_again_is_played_again(
        first in 0u64..3000,
        round in 6000u64..16_000,
        rounds in 2usize..6,
        last in 0u64..3000,
        seed: u32,
        long: bool,
    ) {
        let seed = u64::from(seed);
        let site = |seed: u64| {
            let mut runs = scattered(seed, first);
            for _ in 0..rounds {
                runs.extend(scattered(seed + 1, round));
                if long {
                    runs.push(Run { shape: 1, count: 100 });
                }
            }
            runs.extend(scattered(seed + 2, last));
            runs
        };
        let recording = recording(&site(seed), &site(seed + 7));
        let plain = written_out(&recording);
        for (site, plain) in recording.codes[0].sites.iter().zip(&plain.codes[0].sites) {
            prop_assert!(site.runs.bytes().len() < plain.runs.bytes().len());
            prop_assert!(Runs::new(&site.runs).eq(Runs::new(&plain.runs)));
        }
        for name in ["never", "eager", "cpython311", "cpython311-pystats", "adversarial", "adversarial:1"] {
            let played = |recording| {
                let mut strategy = Registry::builtin().create(name).expect("it is built in");
                all_numbers(&replay(recording, strategy.as_mut()).expect("it can be replayed"))
            };
            prop_assert!(played(&recording) == played(&plain), "{name}");
        }
    }
}

/// Reads a recording with something in its header replaced, by way of a file.
fn read_with(recording: &Recording, from: &str, to: &str) -> Result<Recording, String> {
    let (mut packed, mut text) = (Vec::new(), Vec::new());
    recording.write(&mut packed).expect("memory can be written");
    MultiGzDecoder::new(&packed[..]).read_to_end(&mut text).expect("it is compressed");
    let line = text.iter().position(|byte| *byte == b'\n').expect("a header");
    let header = String::from_utf8(text[..line].to_vec()).expect("JSON is UTF-8");
    assert!(header.contains(from), "{from} is not in {header}");
    let mut changed = header.replacen(from, to, 1).into_bytes();
    changed.extend(&text[line..]);
    let mut file = tempfile::NamedTempFile::new().expect("there is a place for temporary files");
    let mut out = GzEncoder::new(&mut file, flate2::Compression::fast());
    out.write_all(&changed).and_then(|()| out.finish()).expect("it can be written");
    Recording::read(file.path()).map_err(|error| error.to_string())
}

#[test]
fn passages_are_written_and_checked() {
    let rounds = |seed| scattered(seed, 9000).repeat(4);
    let recording = recording(&rounds(1), &rounds(2));
    assert_eq!(read_with(&recording, "\"passages\"", "\"passages\""), Ok(recording.clone()));
    let runs = &recording.codes[0].sites[0].runs;
    let [.., last] = runs.passages() else { panic!("something comes again") };
    let passage = |start: usize, length: usize, times: u64| format!("[{start},{length},{times}]");
    let shown = passage(last.start, last.length, last.times);
    let refused = |start, length, times, why: &str| {
        let error = read_with(&recording, &shown, &passage(start, length, times)).expect_err(why);
        assert!(error.contains(why), "{error}");
    };
    let Passage { start, length, times } = *last;
    refused(start, length, times + 1, "are not all there");
    refused(start, length - 1, times, "are not all there");
    refused(start, length, u64::MAX, "an impossible run");
    refused(start, length, 0, "outside of its runs");
    refused(start, 0, times, "outside of its runs");
    refused(start + runs.bytes().len(), length, times, "outside of its runs");
    refused(usize::MAX, length, times, "outside of its runs");
}
