//! What a strategy remembers of a site, if it wants to.
//!
//! The VM keeps nothing for a site but the counter in its cache, as CPython: a history that nobody asks for would cost every
//! run. A strategy that wants one owns [`SiteHistories`] and notes its own answers there.

use std::collections::HashMap;

use quicken_bytecode::Opcode;

use crate::decision::{Action, Decision};
use crate::observation::{Observation, Site};
use crate::strategy::{Miss, MissAction, MissDecision};

/// What has been decided at one site so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiteHistory {
    /// Attempts: how often the adaptive instruction was asked about.
    pub attempts: u32,
    /// Attempts that were answered with a form.
    pub specialized: u32,
    /// Attempts that failed.
    pub failed: u32,
    /// How often a form missed so often that the adaptive one came back.
    pub deoptimized: u32,
    /// How often a form was kept although it missed.
    pub kept: u32,
    /// The last form that was answered.
    pub form: Option<Opcode>,
}

/// The histories of all sites that were asked about.
#[derive(Clone, Debug, Default)]
pub struct SiteHistories(HashMap<Site, SiteHistory>);

impl SiteHistories {
    /// No history.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What was noted of a site; of one that was never asked about, nothing.
    #[must_use]
    pub fn of(&self, site: Site) -> SiteHistory {
        self.0.get(&site).copied().unwrap_or_default()
    }

    /// How many sites have a history.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no site has one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes the answer to an attempt, and passes it on.
    pub fn note(&mut self, observation: &Observation, decision: Decision) -> Decision {
        let history = self.0.entry(observation.site).or_default();
        history.attempts += 1;
        match decision.action {
            Action::Specialize(specialize) => {
                history.specialized += 1;
                history.form = Some(specialize.form);
            }
            Action::Fail { .. } => history.failed += 1,
            Action::Never => {}
        }
        decision
    }

    /// Notes what becomes of a form that misses, and passes it on.
    pub fn note_miss(&mut self, miss: &Miss, decision: MissDecision) -> MissDecision {
        let history = self.0.entry(miss.site).or_default();
        match decision.action {
            MissAction::Deoptimize(_) => history.deoptimized += 1,
            MissAction::Keep(_) => history.kept += 1,
        }
        decision
    }
}
