//! A strategy that a file describes.

use std::path::Path;

use super::Adversarial;
use super::cpython311::{MISSED, by_families};
use crate::configuration::{Configuration, Rules};
use crate::decision::{Action, Decision};
use crate::families::Build;
use crate::observation::Observation;
use crate::strategy::{Miss, MissDecision, Strategy, Tuning, WarmDecision, Warmup};

/// CPython's rules with the thresholds, families and forms of a [`Configuration`].
#[derive(Clone, Debug)]
pub struct Configured {
    name: String,
    build: Build,
    configuration: Configuration,
}

impl Configured {
    /// The strategy of a configuration.
    #[must_use]
    pub fn boxed(configuration: Configuration) -> Box<dyn Strategy> {
        Self::named(configuration.name.clone(), configuration)
    }

    /// The same, named after its file too, so that a result tells where it came from.
    #[must_use]
    pub fn from_file(configuration: Configuration, path: &Path) -> Box<dyn Strategy> {
        Self::named(format!("{} ({})", configuration.name, path.display()), configuration)
    }

    fn named(name: String, configuration: Configuration) -> Box<dyn Strategy> {
        match configuration.rules {
            Rules::Cpython311(build) => Box::new(Self { name, build, configuration }),
            Rules::Random { seed } => Box::new(Adversarial::new(seed).named(name)),
        }
    }
}

impl Strategy for Configured {
    fn name(&self) -> &str {
        &self.name
    }

    fn tuning(&self) -> Tuning {
        self.configuration.tuning
    }

    fn warm(&mut self, _: &Warmup) -> WarmDecision {
        if self.configuration.tuning.warmup.is_none() {
            return WarmDecision::never("the file says that no code gets warm");
        }
        WarmDecision::quicken(self.configuration.quickening, "it has used up its warm-up")
    }

    fn specialize(&mut self, observation: &Observation) -> Decision {
        let tuning = &self.configuration.tuning;
        let decision = by_families(observation, self.build, tuning);
        match decision.action {
            Action::Specialize(specialize) if !self.configuration.forms.contains(specialize.form) => {
                Decision::fail(None, tuning.backoff.after(observation.counter), "the file switches the form off")
            }
            _ => decision,
        }
    }

    fn missing(&mut self, _: &Miss) -> MissDecision {
        MissDecision::deoptimize(self.configuration.tuning.deoptimized, MISSED)
    }

    fn configuration(&self) -> Option<Configuration> {
        Some(self.configuration.clone())
    }
}
