//! The `quicken` command with one more strategy: `no-attributes` does as CPython 3.11 but for attributes, which stay
//! generic. How much do they matter?
//!
//! ```text
//! cargo run --release -- bench --strategy no-attributes --against quicken:cpython311 ../../benches/programs/richards.py
//! ```

use std::process::ExitCode;

use quicken::bytecode::Family;
use quicken::specializer::families::Build;
use quicken::specializer::strategies::Cpython311;
use quicken::specializer::{
    Decision, FamilySet, Miss, MissDecision, Observation, Quickening, Registry, Strategy, Tuning, WarmDecision, Warmup,
};

/// CPython 3.11, except for attributes.
struct NoAttributes {
    cpython: Cpython311,
}

const ATTRIBUTES: [Family; 3] = [Family::LoadAttr, Family::StoreAttr, Family::LoadMethod];

impl Strategy for NoAttributes {
    fn name(&self) -> &str {
        "no-attributes"
    }

    fn tuning(&self) -> Tuning {
        self.cpython.tuning()
    }

    fn warm(&mut self, _: &Warmup) -> WarmDecision {
        let families = ATTRIBUTES.into_iter().fold(FamilySet::ALL, FamilySet::without);
        WarmDecision::Quicken(Quickening { families, ..Quickening::ALL })
    }

    fn specialize(&mut self, observation: &Observation) -> Decision {
        self.cpython.specialize(observation)
    }

    fn missing(&mut self, miss: &Miss) -> MissDecision {
        self.cpython.missing(miss)
    }
}

fn main() -> ExitCode {
    let mut registry = Registry::builtin();
    registry.add("no-attributes", "CPython 3.11, but attributes stay generic", || {
        Box::new(NoAttributes { cpython: Cpython311 { build: Build::Release } })
    });
    quicken_cli::main_with(registry)
}
