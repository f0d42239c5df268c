//! `eager`: code is quickened when it is first entered and specialized at once. What warming up costs, and what
//! it saves, is the difference to `cpython311`.

use super::cpython311::{MISSED, by_families};
use crate::configuration::Configuration;
use crate::counter::AdaptiveCounter;
use crate::decision::Decision;
use crate::families::Build;
use crate::observation::Observation;
use crate::strategy::{Miss, MissDecision, Quickening, Strategy, Tuning, WarmDecision, Warmup};

/// CPython's forms without CPython's patience: no warm-up, and a form that misses too often is replaced at the next
/// execution. Failures back off as CPython's do, because a site that no form fits would otherwise be attempted at every
/// execution.
#[derive(Clone, Copy, Debug)]
pub struct Eager;

const TUNING: Tuning = Tuning { warmup: Some(1), deoptimized: AdaptiveCounter::ZERO, ..Tuning::CPYTHON311 };

impl Strategy for Eager {
    fn name(&self) -> &str {
        "eager"
    }

    fn tuning(&self) -> Tuning {
        TUNING
    }

    fn warm(&mut self, _: &Warmup) -> WarmDecision {
        WarmDecision::quicken(Quickening::ALL, "it is entered")
    }

    fn specialize(&mut self, observation: &Observation) -> Decision {
        by_families(observation, Build::Release, &TUNING)
    }

    fn missing(&mut self, _: &Miss) -> MissDecision {
        MissDecision::deoptimize(TUNING.deoptimized, MISSED)
    }

    fn configuration(&self) -> Option<Configuration> {
        let cpython = Configuration::cpython311(
            self.name(),
            "CPython's forms at the first execution, without warming up",
            Build::Release,
        );
        Some(Configuration { tuning: TUNING, ..cpython })
    }
}
