//! A strategy read from the file that `quicken strategies show` prints counts what the strategy itself counts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use quicken::bytecode::Opcode;
use quicken::specializer::strategies::Configured;
use quicken::specializer::{Configuration, Registry};
use quicken::stats::Statistics;
use quicken::{Engine, Level, Output};

fn statistics(registry: Registry, strategy: &str, program: &Path) -> Statistics {
    let engine = Engine::builder()
        .registry(Arc::new(registry))
        .strategy(strategy)
        .statistics(Level::Counts)
        .stdout(Output::Capture)
        .stderr(Output::Capture);
    engine.build().unwrap().run_file(program).unwrap().statistics()
}

/// What is counted under a configuration.
fn configured(configuration: &Configuration, program: &Path) -> Statistics {
    let mut registry = Registry::empty();
    let configuration = configuration.clone();
    let name = configuration.name.clone();
    registry.add(&name, "", move || Configured::boxed(configuration.clone()));
    statistics(registry, &name, program)
}

fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/oracle/programs");
    let mut programs: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    programs.sort();
    programs
}

#[test]
fn a_built_in_strategy_counts_the_same_from_its_file() {
    let programs = programs();
    assert!(!programs.is_empty());
    for name in Registry::builtin().names() {
        let text = Registry::builtin().create(name).unwrap().configuration().unwrap().to_toml();
        let configuration = Configuration::parse(&text, "shown.toml").unwrap();
        assert_eq!(configuration.to_toml(), text);
        for program in &programs {
            let own = statistics(Registry::builtin(), name, program);
            assert_eq!(configured(&configuration, program), own, "{name}: {}", program.display());
        }
    }
}

#[test]
fn what_a_file_switches_off_does_not_happen() {
    let text = "
        name = 'without'
        [families]
        off = ['LOAD_GLOBAL']
        [forms]
        off = ['LOAD_ATTR_INSTANCE_VALUE', 'BINARY_ADD_INT']
        [superinstructions]
        on = ['LOAD_FAST__LOAD_FAST']
    ";
    let without = Configuration::parse(text, "without.toml").unwrap();
    let executed = |statistics: &Statistics, opcode: Opcode| {
        let row = statistics.opcodes.iter().find(|row| row.name == opcode.name());
        row.is_some_and(|row| row.executions > 0)
    };
    let off = [
        Opcode::LOAD_GLOBAL_ADAPTIVE,
        Opcode::LOAD_GLOBAL_MODULE,
        Opcode::LOAD_ATTR_INSTANCE_VALUE,
        Opcode::BINARY_OP_ADD_INT,
        Opcode::STORE_FAST__LOAD_FAST,
    ];
    let (mut before, mut after) = ([false; 5], [false; 5]);
    for program in programs() {
        let cpython = statistics(Registry::builtin(), "cpython311", &program);
        let without = configured(&without, &program);
        for (index, opcode) in off.into_iter().enumerate() {
            before[index] |= executed(&cpython, opcode);
            after[index] |= executed(&without, opcode);
        }
    }
    assert_eq!((before, after), ([true; 5], [false; 5]));
}
