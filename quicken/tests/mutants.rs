//! What the verifier passes is run: real programs, their code objects changed or their files damaged at random, under heap stress and with the assertions of a
//! debug build, each in a child process that may not die of it. Ending with any exit code, in an exception or by being stopped is fine.
//!
//! `QUICKEN_MUTANTS` sets how many mutants are run (default 2000), `QUICKEN_MUTANTS_SEED` the first seed.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use quicken::bytecode::CodeObject;
use quicken::bytecode::pyc::{PycHeader, read_pyc, write_pyc};
use quicken::bytecode::verify::verify;
use quicken::{Engine, Output, Program};

#[path = "../../bytecode/tests/verify/mutate.rs"]
mod mutate;

use mutate::{Random, damage, mutate};

const WORKER: &str = "QUICKEN_MUTANTS_WORKER";

/// How long a mutant may take before it is interrupted, and how long the worker may be silent before it is ended.
const PATIENCE: Duration = Duration::from_millis(150);
const SILENCE: Duration = Duration::from_secs(5);

/// The programs that are changed: those of the file tests, which together use every instruction.
fn programs() -> Vec<Arc<CodeObject>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests");
    let mut paths = Vec::new();
    for directory in ["python", "oracle/programs"] {
        let entries = std::fs::read_dir(tests.join(directory)).expect("the tests' programs");
        paths.extend(entries.map(|entry| entry.expect("an entry").path()));
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    paths.sort();
    paths.iter().filter_map(|path| Program::from_file(path).ok()).map(|program| program.code().clone()).collect()
}

/// The mutant with a seed, as a `.pyc` file, if the verifier passes it: every third one is damaged in its bytes.
fn mutant(programs: &[Arc<CodeObject>], seed: u64) -> Option<Vec<u8>> {
    let mut random = Random::new(seed);
    let program = &programs[random.below(programs.len())];
    let written = |code: &CodeObject| write_pyc(code, PycHeader::Timestamp { mtime: 0, size: 0 });
    if seed.is_multiple_of(3) {
        let mut bytes = written(program).expect("a compiled program");
        damage(&mut bytes, &mut random);
        verify(&read_pyc(&bytes).ok()?.1).ok()?;
        return Some(bytes);
    }
    let code = mutate(program, &mut random);
    verify(&code).ok()?;
    Some(written(&code).expect("code as the format can hold"))
}

fn run(bytes: &[u8], seed: u64) {
    let Ok(program) = Program::from_pyc(bytes, "mutant.pyc") else { return };
    let strategy = ["eager", "cpython311", "never"][(seed / 3 % 3) as usize];
    let engine = Engine::builder()
        .strategy(strategy)
        .stdout(Output::Discard)
        .stderr(Output::Discard)
        .max_memory(Some(256 << 20))
        .heap_stress((seed.is_multiple_of(4)).then_some(64))
        .interrupts(true)
        .build()
        .expect("a built-in strategy");
    if let Err(error) = engine.run(&program) {
        panic!("seed {seed}: {error}");
    }
}

/// The child: runs mutants from a seed on and says before each which it is.
fn worker(first: u64) {
    let programs = programs();
    let running = Arc::new(AtomicU64::new(0));
    let watched = running.clone();
    // Endless loops are ended as by Ctrl-C, again and again, since the mutant may catch it.
    std::thread::spawn(move || {
        let mut last = 0;
        loop {
            std::thread::sleep(PATIENCE);
            let now = watched.load(Ordering::Relaxed);
            if now == last {
                quicken_vm::interrupt::interrupt();
            }
            last = now;
        }
    });
    for seed in first.. {
        if let Some(bytes) = mutant(&programs, seed) {
            println!("mutant {seed}");
            run(&bytes, seed);
            running.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// How a worker ended.
enum End {
    /// It is no longer needed.
    Enough,
    /// It said nothing for long.
    Silent,
    /// It died by itself.
    Died(String),
}

#[test]
fn what_verifies_runs_without_memory_errors() {
    let number = |name: &str, default: u64| match std::env::var(name) {
        Ok(text) => text.parse().expect("a number"),
        Err(_) => default,
    };
    if let Ok(first) = std::env::var(WORKER) {
        return worker(first.parse().expect("a seed"));
    }
    let wanted = number("QUICKEN_MUTANTS", 2000);
    let (mut next, mut ran, mut silent) = (number("QUICKEN_MUTANTS_SEED", 1), 0, 0);
    let mut died = Vec::new();
    while ran < wanted {
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "what_verifies_runs_without_memory_errors", "--nocapture"])
            .env(WORKER, next.to_string())
            .current_dir(env!("CARGO_TARGET_TMPDIR"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a child process");
        let output = child.stdout.take().expect("a pipe");
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some(seed) = line.strip_prefix("mutant ").and_then(|seed| seed.parse::<u64>().ok())
                    && sender.send(seed).is_err()
                {
                    break;
                }
            }
        });
        let mut seed = next;
        // The first one takes longer: the programs are compiled.
        let mut patience = 12 * SILENCE;
        let end = loop {
            match receiver.recv_timeout(patience) {
                Ok(now) => {
                    (seed, patience) = (now, SILENCE);
                    ran += 1;
                    if ran >= wanted {
                        break End::Enough;
                    }
                }
                Err(mpsc::RecvTimeoutError::Timeout) => break End::Silent,
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    break End::Died(child.wait().map_or_else(|error| error.to_string(), |status| status.to_string()));
                }
            }
        };
        let _ = child.kill();
        let _ = child.wait();
        match end {
            End::Enough => {}
            End::Silent => silent += 1,
            End::Died(how) => died.push(format!("seed {seed}: {how}")),
        }
        next = seed + 1;
        assert!(died.len() < 20, "{}", died.join("\n"));
    }
    println!("{ran} mutants ran; {silent} had to be ended");
    assert!(died.is_empty(), "{}", died.join("\n"));
}
