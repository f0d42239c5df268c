//! `cpython311` and `cpython311-pystats`: CPython 3.11's own policy, of a release build and of a stats build.

use crate::configuration::Configuration;
use crate::decision::{Decision, Specialize};
use crate::families::{self, Build, Refusal};
use crate::observation::Observation;
use crate::strategy::{Miss, MissDecision, Quickening, Strategy, Tuning, WarmDecision, Warmup};

/// CPython 3.11's policy.
#[derive(Clone, Copy, Debug)]
pub struct Cpython311 {
    /// Which build is followed.
    pub build: Build,
}

impl Strategy for Cpython311 {
    fn name(&self) -> &str {
        match self.build {
            Build::Release => "cpython311",
            Build::Stats => "cpython311-pystats",
        }
    }

    fn tuning(&self) -> Tuning {
        Tuning::CPYTHON311
    }

    fn warm(&mut self, _: &Warmup) -> WarmDecision {
        WarmDecision::quicken(Quickening::ALL, "it has used up its warm-up")
    }

    fn specialize(&mut self, observation: &Observation) -> Decision {
        by_families(observation, self.build, &Tuning::CPYTHON311)
    }

    fn missing(&mut self, _: &Miss) -> MissDecision {
        MissDecision::deoptimize(Tuning::CPYTHON311.deoptimized, MISSED)
    }

    fn configuration(&self) -> Option<Configuration> {
        let description = match self.build {
            Build::Release => "CPython 3.11, release build: the default",
            Build::Stats => {
                "CPython 3.11 built with --enable-pystats: goes on attempting where a release build gives up"
            }
        };
        Some(Configuration::cpython311(self.name(), description, self.build))
    }
}

/// Why CPython brings the adaptive form back.
pub(crate) const MISSED: &str = "it has used up its misses";

/// What the families say, as a decision with the counters that the tuning has for it.
pub(crate) fn by_families(observation: &Observation, build: Build, tuning: &Tuning) -> Decision {
    let failed = tuning.backoff.after(observation.counter);
    match families::decide(observation, build) {
        Ok(form) => {
            let specialize =
                Specialize { form: form.opcode, cache: form.cache, counter: tuning.misses, otherwise: failed };
            Decision::specialize(specialize, form.reason)
        }
        Err(Refusal::Fail(kind)) => {
            Decision::fail(kind, failed, kind.and_then(|kind| kind.name(observation.head)).unwrap_or("no form fits"))
        }
        Err(Refusal::Never(reason)) => Decision::never(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counter::{AdaptiveCounter, MissCounter};
    use crate::decision::Action;
    use crate::observation::{CodeId, Operands, Site, UnpackSequence};
    use crate::observation::{TypeFlags, TypeInfo, TypeKind};
    use quicken_bytecode::Opcode;

    fn unpack(kind: TypeKind, counter: AdaptiveCounter) -> Observation {
        Observation {
            site: Site { code: CodeId(0), offset: 4 },
            head: Opcode::UNPACK_SEQUENCE,
            oparg: 2,
            counter,
            operands: Operands::UnpackSequence(UnpackSequence {
                sequence: TypeInfo { kind, version: None, flags: TypeFlags::NONE },
                len: Some(2),
                is_sequence: false,
                is_iterator: true,
            }),
        }
    }

    #[test]
    fn success_allows_fifty_three_misses() {
        let mut strategy = Cpython311 { build: Build::Release };
        let decision = strategy.specialize(&unpack(TypeKind::Tuple, AdaptiveCounter::ZERO));
        match decision.action {
            Action::Specialize(specialize) => {
                assert_eq!(specialize.form, Opcode::UNPACK_SEQUENCE_TWO_TUPLE);
                assert_eq!(specialize.counter, MissCounter(53));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn failure_backs_off_from_the_sites_own_counter() {
        let mut strategy = Cpython311 { build: Build::Release };
        let decision = strategy.specialize(&unpack(TypeKind::Generator, AdaptiveCounter::new(0, 5)));
        let counter = AdaptiveCounter::new(63, 6);
        let kind = Some(crate::failure::unpack_sequence::ITERATOR);
        assert_eq!(decision, Decision { action: Action::Fail { kind, counter }, reason: "iterator" });
    }
}
