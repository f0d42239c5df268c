//! `never`: no code is quickened. What every other strategy is compared with.

use crate::configuration::Configuration;
use crate::decision::Decision;
use crate::families::Build;
use crate::observation::Observation;
use crate::strategy::{Miss, MissDecision, Strategy, Tuning, WarmDecision, Warmup};

/// Leaves all code generic.
#[derive(Clone, Copy, Debug)]
pub struct Never;

const NEVER: &str = "this strategy never specializes";

const TUNING: Tuning = Tuning { warmup: None, ..Tuning::CPYTHON311 };

impl Strategy for Never {
    fn name(&self) -> &str {
        "never"
    }

    fn tuning(&self) -> Tuning {
        TUNING
    }

    fn warm(&mut self, _: &Warmup) -> WarmDecision {
        WarmDecision::never(NEVER)
    }

    fn specialize(&mut self, _: &Observation) -> Decision {
        Decision::never(NEVER)
    }

    fn missing(&mut self, _: &Miss) -> MissDecision {
        MissDecision::deoptimize(TUNING.deoptimized, NEVER)
    }

    fn configuration(&self) -> Option<Configuration> {
        let cpython =
            Configuration::cpython311(self.name(), "No specialization: generic instructions only", Build::Release);
        Some(Configuration { tuning: TUNING, ..cpython })
    }
}
