//! `never`: no code is quickened. What every other strategy is compared with.

use crate::decision::{Action, Decision};
use crate::observation::Observation;
use crate::strategy::{Miss, MissDecision, Strategy, Tuning, WarmDecision, Warmup};

/// Leaves all code generic.
#[derive(Clone, Copy, Debug)]
pub struct Never;

impl Strategy for Never {
    fn name(&self) -> &str {
        "never"
    }

    fn tuning(&self) -> Tuning {
        Tuning { warmup: None, ..Tuning::CPYTHON311 }
    }

    fn warm(&mut self, _: &Warmup) -> WarmDecision {
        WarmDecision::Never
    }

    fn specialize(&mut self, _: &Observation) -> Decision {
        Decision { action: Action::Never, reason: "this strategy never specializes" }
    }

    fn missing(&mut self, miss: &Miss) -> MissDecision {
        let _ = miss;
        MissDecision::Deoptimize(self.tuning().deoptimized)
    }
}
