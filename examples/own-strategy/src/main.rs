//! The `quicken` command with one more strategy. `resigned` does as CPython 3.11, but learns where that is in vain.
//!
//! CPython gives every site another chance, for ever: a form that misses 53 times is given up, 31 executions later the next one
//! is tried. At a site that sees instances of several classes in turn, each form misses soon. `resigned` remembers: after two
//! forms were given up at a site of the attribute families, the third is allowed four times the misses, and after that the site
//! stays generic. On `richards.py` of size 1 `LOAD_ATTR` misses 4,135 times where it misses 255,297 times under `cpython311`, and hits
//! 380,211 times where it hits 557,359 times. Whether that is worth it, `bench` tells.
//!
//! ```text
//! cargo run --release -- stats --strategy resigned ../../benches/programs/richards.py
//! cargo run --release -- bench --strategy resigned --against quicken:cpython311 ../../benches/programs/richards.py
//! ```

use std::process::ExitCode;

use quicken::bytecode::Family;
use quicken::specializer::families::Build;
use quicken::specializer::strategies::Cpython311;
use quicken::specializer::{
    Action, Decision, FamilySet, Miss, MissCounter, MissDecision, Observation, Registry, SiteHistories, Strategy,
    Tuning, WarmDecision, Warmup,
};

/// Forms given up at a site until the next one gets more misses.
const SECOND_CHANCES: u32 = 2;

/// Remembers the sites where CPython's forms were given up.
struct Resigned {
    cpython: Cpython311,
    sites: SiteHistories,
}

impl Strategy for Resigned {
    fn name(&self) -> &str {
        "resigned"
    }

    fn tuning(&self) -> Tuning {
        self.cpython.tuning()
    }

    fn warm(&mut self, warmup: &Warmup) -> WarmDecision {
        self.cpython.warm(warmup)
    }

    fn specialize(&mut self, observation: &Observation) -> Decision {
        let given_up = self.sites.of(observation.site).deoptimized;
        if given_up > SECOND_CHANCES {
            return Decision::never("every form was given up here");
        }
        let mut decision = self.cpython.specialize(observation);
        if given_up == SECOND_CHANCES
            && let Action::Specialize(form) = &mut decision.action
        {
            form.counter = MissCounter(4 * form.counter.0);
            decision.reason = "the last form, with more misses";
        }
        self.sites.note(observation, decision)
    }

    fn missing(&mut self, miss: &Miss) -> MissDecision {
        let decision = self.cpython.missing(miss);
        self.sites.note_miss(miss, decision)
    }
}

/// CPython 3.11, with this strategy for attributes and methods.
fn resigned() -> impl Strategy {
    let attributes = FamilySet::NONE.with(Family::LoadAttr).with(Family::StoreAttr).with(Family::LoadMethod);
    let cpython = Cpython311 { build: Build::Release };
    cpython.per_family().with(attributes, Resigned { cpython, sites: SiteHistories::new() }).named("resigned")
}

fn main() -> ExitCode {
    let mut registry = Registry::builtin();
    registry
        .add("resigned", "CPython 3.11, but gives up attributes that no form fits for long", || Box::new(resigned()));
    quicken_cli::main_with(registry)
}

#[cfg(test)]
mod tests {
    use quicken::bytecode::Opcode;
    use quicken::specializer::observation::{
        AttributeAccess, CodeId, Descriptor, InstanceDict, ObjectAttribute, Operands, Site, TypeFlags, TypeInfo,
        TypeKind,
    };
    use quicken::specializer::{AdaptiveCounter, check};

    use super::*;

    #[test]
    fn a_site_gets_three_forms() {
        let class =
            TypeInfo { kind: TypeKind::Heap, version: Some(7), flags: TypeFlags::HEAP | TypeFlags::MANAGED_DICT };
        let dict = InstanceDict::Values { index: Some(0) };
        let attribute = ObjectAttribute { owner: class, descriptor: Descriptor::Absent, dict };
        let observation = Observation {
            site: Site { code: CodeId(0), offset: 2 },
            head: Opcode::LOAD_ATTR,
            oparg: 0,
            counter: AdaptiveCounter::ZERO,
            operands: Operands::LoadAttr(AttributeAccess::Object(attribute)),
        };
        let mut strategy = resigned();
        let mut misses = Vec::new();
        for _ in 0..3 {
            let decision = strategy.specialize(&observation);
            assert_eq!(check(&observation, &decision), Ok(()));
            let Action::Specialize(form) = decision.action else { panic!("{decision:?}") };
            misses.push(form.counter.0);
            let _ = strategy.missing(&Miss { site: observation.site, form: form.form });
        }
        assert_eq!(misses, [53, 53, 212]);
        assert_eq!(strategy.specialize(&observation), Decision::never("every form was given up here"));
    }
}
