//! Strategies made of strategies.
//!
//! Each combinator answers some questions itself, bends some answers, and passes the rest on. They are made by methods of
//! [`Strategy`], and nest:
//!
//! ```
//! use quicken_specializer::bytecode::{Family, Opcode};
//! use quicken_specializer::families::Build;
//! use quicken_specializer::strategies::{Cpython311, Eager};
//! use quicken_specializer::{FamilySet, FormSet, Strategy};
//!
//! let attributes = FamilySet::NONE.with(Family::LoadAttr).with(Family::LoadMethod);
//! let strategy = Cpython311 { build: Build::Release }
//!     .without(FormSet::NONE.with(Opcode::LOAD_ATTR_WITH_HINT))
//!     .cap_attempts(3)
//!     .per_family()
//!     .with(attributes, Eager);
//! assert_eq!(
//!     strategy.name(),
//!     "cpython311 without LOAD_ATTR_WITH_HINT, at most 3 attempts, eager for LOAD_ATTR LOAD_METHOD"
//! );
//! ```

use std::collections::HashSet;

use quicken_bytecode::{Family, Opcode, Role};

use crate::decision::{Action, Decision, Specialize};
use crate::history::SiteHistories;
use crate::observation::{Observation, Site};
use crate::sets::{FamilySet, FormSet};
use crate::strategy::{Miss, MissAction, MissDecision, Quickening, Strategy, Tuning, WarmAction, WarmDecision, Warmup};

/// Answers that come from another strategy unchanged.
macro_rules! pass_on {
    ($inner:ident: $($question:ident),*) => { $( pass_on!(@ $inner $question); )* };
    (@ $inner:ident name) => { fn name(&self) -> &str { &self.name } };
    (@ $inner:ident tuning) => { fn tuning(&self) -> Tuning { self.$inner.tuning() } };
    (@ $inner:ident warm) => {
        fn warm(&mut self, warmup: &Warmup) -> WarmDecision { self.$inner.warm(warmup) }
    };
    (@ $inner:ident specialize) => {
        fn specialize(&mut self, observation: &Observation) -> Decision { self.$inner.specialize(observation) }
    };
    (@ $inner:ident missing) => {
        fn missing(&mut self, miss: &Miss) -> MissDecision { self.$inner.missing(miss) }
    };
}

/// Some families only: the others' instructions stay generic from the start. Made by [`Strategy::only_families`].
#[derive(Clone, Debug)]
pub struct OnlyFamilies<S> {
    name: String,
    inner: S,
    families: FamilySet,
}

impl<S: Strategy> OnlyFamilies<S> {
    pub(crate) fn new(inner: S, families: FamilySet) -> Self {
        Self { name: format!("{} only for {}", inner.name(), names(families)), inner, families }
    }
}

impl<S: Strategy> Strategy for OnlyFamilies<S> {
    pass_on!(inner: name, tuning, specialize, missing);

    fn warm(&mut self, warmup: &Warmup) -> WarmDecision {
        let mut decision = self.inner.warm(warmup);
        if let WarmAction::Quicken(Quickening { families, .. }) = &mut decision.action {
            *families = families.and(self.families);
        }
        decision
    }
}

/// Every form but some: where one of these is decided, the attempt fails without a kind. Made by [`Strategy::without`].
#[derive(Clone, Debug)]
pub struct Without<S> {
    name: String,
    inner: S,
    forms: FormSet,
}

impl<S: Strategy> Without<S> {
    pub(crate) fn new(inner: S, forms: FormSet) -> Self {
        let named = Opcode::all().filter(|form| form.role() == Role::Specialized && forms.contains(*form));
        let name = format!("{} without {}", inner.name(), join(named.map(Opcode::name)));
        Self { name, inner, forms }
    }
}

impl<S: Strategy> Strategy for Without<S> {
    pass_on!(inner: name, tuning, warm, missing);

    fn specialize(&mut self, observation: &Observation) -> Decision {
        let decision = self.inner.specialize(observation);
        match decision.action {
            Action::Specialize(Specialize { form, otherwise, .. }) if self.forms.contains(form) => {
                Decision::fail(None, otherwise, "the form is switched off")
            }
            _ => decision,
        }
    }
}

/// So many attempts at each site and no more: then the instruction stays generic for good. Made by
/// [`Strategy::cap_attempts`].
#[derive(Clone, Debug)]
pub struct CapAttempts<S> {
    name: String,
    inner: S,
    most: u32,
    histories: SiteHistories,
}

impl<S: Strategy> CapAttempts<S> {
    pub(crate) fn new(inner: S, most: u32) -> Self {
        let name = format!("{}, at most {most} attempts", inner.name());
        Self { name, inner, most, histories: SiteHistories::new() }
    }
}

impl<S: Strategy> Strategy for CapAttempts<S> {
    pass_on!(inner: name, tuning, warm, missing);

    fn specialize(&mut self, observation: &Observation) -> Decision {
        if self.histories.of(observation.site).attempts >= self.most {
            return Decision::never("the site has used up its attempts");
        }
        let decision = self.inner.specialize(observation);
        self.histories.note(observation, decision)
    }
}

/// The first strategy, and where it does not specialize, the second. Thresholds and the answer about warm code are the first's;
/// about a form that misses, that one's is asked which chose it. Made by [`Strategy::or`].
#[derive(Clone, Debug)]
pub struct Fallback<A, B> {
    name: String,
    first: A,
    second: B,
    by_second: HashSet<Site>,
}

impl<A: Strategy, B: Strategy> Fallback<A, B> {
    pub(crate) fn new(first: A, second: B) -> Self {
        Self { name: format!("{}, or {}", first.name(), second.name()), first, second, by_second: HashSet::new() }
    }
}

impl<A: Strategy, B: Strategy> Strategy for Fallback<A, B> {
    pass_on!(first: name, tuning, warm);

    fn specialize(&mut self, observation: &Observation) -> Decision {
        let decision = self.first.specialize(observation);
        if let Action::Specialize(_) = decision.action {
            self.by_second.remove(&observation.site);
            return decision;
        }
        let second = self.second.specialize(observation);
        match second.action {
            Action::Specialize(_) => {
                self.by_second.insert(observation.site);
                second
            }
            // As if there were no second strategy.
            Action::Fail { .. } | Action::Never => decision,
        }
    }

    fn missing(&mut self, miss: &Miss) -> MissDecision {
        if self.by_second.contains(&miss.site) { self.second.missing(miss) } else { self.first.missing(miss) }
    }
}

/// Other thresholds: what the strategy decides keeps its sense and gets these counters. Made by [`Strategy::with_tuning`].
#[derive(Clone, Debug)]
pub struct WithTuning<S> {
    name: String,
    inner: S,
    tuning: Tuning,
}

impl<S: Strategy> WithTuning<S> {
    pub(crate) fn new(inner: S, tuning: Tuning) -> Self {
        Self { name: format!("{} with other thresholds", inner.name()), inner, tuning }
    }
}

impl<S: Strategy> Strategy for WithTuning<S> {
    pass_on!(inner: name, warm);

    fn tuning(&self) -> Tuning {
        self.tuning
    }

    fn specialize(&mut self, observation: &Observation) -> Decision {
        let mut decision = self.inner.specialize(observation);
        let failed = self.tuning.backoff.after(observation.counter);
        match &mut decision.action {
            Action::Specialize(specialize) => {
                *specialize = Specialize { counter: self.tuning.misses, otherwise: failed, ..*specialize };
            }
            Action::Fail { counter, .. } => *counter = failed,
            Action::Never => {}
        }
        decision
    }

    fn missing(&mut self, miss: &Miss) -> MissDecision {
        let mut decision = self.inner.missing(miss);
        match &mut decision.action {
            MissAction::Deoptimize(counter) => *counter = self.tuning.deoptimized,
            MissAction::Keep(misses) => *misses = self.tuning.misses,
        }
        decision
    }
}

/// A strategy, and others for some families. Thresholds and the answer about warm code are the first's. Made by
/// [`Strategy::per_family`].
#[derive(Debug)]
pub struct PerFamily<S> {
    name: String,
    inner: S,
    others: Vec<(FamilySet, Box<dyn Strategy>)>,
}

impl<S: Strategy> PerFamily<S> {
    pub(crate) fn new(inner: S) -> Self {
        Self { name: inner.name().to_owned(), inner, others: Vec::new() }
    }

    /// Another strategy for some families. Of several for a family, the last counts.
    #[must_use]
    pub fn with(mut self, families: FamilySet, other: impl Strategy + 'static) -> Self {
        self.name = format!("{}, {} for {}", self.name, other.name(), names(families));
        self.others.insert(0, (families, Box::new(other)));
        self
    }

    fn of(&mut self, family: Option<Family>) -> &mut dyn Strategy {
        let other = self.others.iter_mut().find(|(set, _)| family.is_some_and(|family| set.contains(family)));
        match other {
            Some((_, other)) => other.as_mut(),
            None => &mut self.inner,
        }
    }
}

impl<S: Strategy> Strategy for PerFamily<S> {
    pass_on!(inner: name, tuning, warm);

    fn specialize(&mut self, observation: &Observation) -> Decision {
        self.of(Some(observation.family())).specialize(observation)
    }

    fn missing(&mut self, miss: &Miss) -> MissDecision {
        self.of(miss.family()).missing(miss)
    }
}

/// A strategy, and another one at some sites: of one code object, say, or of those that an earlier run found to be polymorphic.
/// Thresholds and the answer about warm code are the first's. Made by [`Strategy::at_sites`].
#[derive(Clone, Debug)]
pub struct AtSites<S, T, P> {
    name: String,
    inner: S,
    other: T,
    there: P,
}

impl<S: Strategy, T: Strategy, P: Fn(Site) -> bool + Send> AtSites<S, T, P> {
    pub(crate) fn new(inner: S, other: T, there: P) -> Self {
        Self { name: format!("{}, at some sites {}", inner.name(), other.name()), inner, other, there }
    }
}

impl<S: Strategy, T: Strategy, P: Fn(Site) -> bool + Send> Strategy for AtSites<S, T, P> {
    pass_on!(inner: name, tuning, warm);

    fn specialize(&mut self, observation: &Observation) -> Decision {
        if (self.there)(observation.site) {
            self.other.specialize(observation)
        } else {
            self.inner.specialize(observation)
        }
    }

    fn missing(&mut self, miss: &Miss) -> MissDecision {
        if (self.there)(miss.site) { self.other.missing(miss) } else { self.inner.missing(miss) }
    }
}

/// A strategy that reports call something else. Made by [`Strategy::named`].
#[derive(Clone, Debug)]
pub struct Named<S> {
    name: String,
    inner: S,
}

impl<S: Strategy> Named<S> {
    pub(crate) fn new(inner: S, name: String) -> Self {
        Self { name, inner }
    }
}

impl<S: Strategy> Strategy for Named<S> {
    pass_on!(inner: name, tuning, warm, specialize, missing);
}

fn names(families: FamilySet) -> String {
    join(families.iter().map(|family| family.generic().name()))
}

fn join<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(" ")
}
