//! `cpython311` and `cpython311-pystats`: CPython 3.11's own policy, of a release build and of a stats build.

use crate::counter::{AdaptiveCounter, MissCounter};
use crate::decision::{Action, Decision, Specialize};
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
        WarmDecision::Quicken(Quickening::ALL)
    }

    fn specialize(&mut self, observation: &Observation) -> Decision {
        by_families(observation, self.build, MissCounter::START, observation.counter.failed())
    }

    fn missing(&mut self, _: &Miss) -> MissDecision {
        MissDecision::Deoptimize(AdaptiveCounter::START)
    }
}

/// What the families say, as a decision: `misses` is the counter of a form, `failed` the one after a failure.
pub(super) fn by_families(
    observation: &Observation,
    build: Build,
    misses: MissCounter,
    failed: AdaptiveCounter,
) -> Decision {
    match families::decide(observation, build) {
        Ok(form) => Decision {
            action: Action::Specialize(Specialize {
                form: form.opcode,
                cache: form.cache,
                counter: misses,
                otherwise: failed,
            }),
            reason: form.reason,
        },
        Err(Refusal::Fail(kind)) => Decision {
            action: Action::Fail { kind, counter: failed },
            reason: kind.and_then(|kind| kind.name(observation.head)).unwrap_or("no form fits"),
        },
        Err(Refusal::Never(reason)) => Decision { action: Action::Never, reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
