//! `adversarial`: foolish answers at random. No program may notice.
//!
//! Every form that [`check()`](crate::check()) admits is as likely as another, whether or not the operands have anything to do
//! with it; code is quickened in parts, or late, or not at all; forms are kept although they miss. The seed decides, with the place and
//! how often it was asked about, and nothing else: a run can be had again, and a replay, which asks in another order, gets the same answers.

use quicken_bytecode::SUPERINSTRUCTIONS;

use super::cpython311::by_families;
use crate::check::cache_for;
use crate::configuration::{Configuration, Rules};
use crate::counter::{AdaptiveCounter, MAX_BACKOFF, MissCounter};
use crate::decision::{Decision, Specialize};
use crate::failure::{FAILURE_KINDS, FailureKind};
use crate::families::Build;
use crate::history::SiteHistories;
use crate::observation::{CodeId, Observation, Site};
use crate::sets::{FamilySet, SuperinstructionSet};
use crate::strategy::{Miss, MissDecision, Quickening, Strategy, Tuning, WarmDecision, Warmup};

/// Decides at random.
#[derive(Clone, Debug)]
pub struct Adversarial {
    name: String,
    seed: u64,
    histories: SiteHistories,
}

/// What is asked, so that no two questions about a place get the same random numbers.
#[derive(Clone, Copy)]
enum Question {
    Warm,
    Specialize,
    Missing,
}

/// The seed of `adversarial` without one.
pub const DEFAULT_SEED: u64 = 0;

impl Adversarial {
    /// The strategy with a seed of its own.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let name = if seed == DEFAULT_SEED { "adversarial".to_owned() } else { format!("adversarial:{seed}") };
        Self { name, seed, histories: SiteHistories::new() }
    }

    /// The same under another name.
    pub(super) fn named(self, name: String) -> Self {
        Self { name, ..self }
    }

    /// The random numbers for a question that is asked about a place for the `asked`-th time.
    fn random(&self, question: Question, code: CodeId, offset: u32, asked: u32) -> Random {
        let mut random = Random(self.seed);
        for part in [question as u32, code.0, offset, asked] {
            random = Random(random.next() ^ u64::from(part));
        }
        random
    }
}

/// A wait. The more often a site was asked about the longer it may get, so that folly costs a bounded part of the time.
fn wait(random: &mut Random, asked: u32) -> AdaptiveCounter {
    let exponent = asked.clamp(1, u32::from(MAX_BACKOFF)) as u8;
    let least = 1u16 << (exponent - 1);
    let value = least + random.below(u32::from(least)) as u16;
    AdaptiveCounter::new(value, random.below(u32::from(MAX_BACKOFF) + 1) as u8)
}

fn misses(random: &mut Random) -> MissCounter {
    MissCounter(match random.below(4) {
        0 => 1,
        1 => 2 + random.below(6) as u16,
        _ => 1 + random.below(100) as u16,
    })
}

impl Strategy for Adversarial {
    fn name(&self) -> &str {
        &self.name
    }

    fn tuning(&self) -> Tuning {
        let mut random = Random(self.seed);
        Tuning {
            warmup: Some(1 + random.below(12) as u8),
            initial: AdaptiveCounter::new(random.below(4) as u16, random.below(6) as u8),
            ..Tuning::CPYTHON311
        }
    }

    fn warm(&mut self, warmup: &Warmup) -> WarmDecision {
        let mut random = self.random(Question::Warm, warmup.code, 0, warmup.asked);
        match random.below(16) {
            0 => WarmDecision::never("by chance never"),
            1..=3 if warmup.asked < 8 => WarmDecision::wait(1 + random.below(40) as u8, "by chance not yet"),
            4..=8 => {
                let families = quicken_bytecode::Family::ALL.into_iter().filter(|_| random.below(4) != 0);
                let families = families.collect::<FamilySet>();
                let pairs = SUPERINSTRUCTIONS.iter().map(|row| row.fused).filter(|_| random.below(2) == 0);
                let superinstructions = pairs.fold(SuperinstructionSet::NONE, SuperinstructionSet::with);
                let quick_forms = random.below(2) == 0;
                WarmDecision::quicken(Quickening { families, superinstructions, quick_forms }, "by chance in part")
            }
            _ => WarmDecision::quicken(Quickening::ALL, "by chance now"),
        }
    }

    fn specialize(&mut self, observation: &Observation) -> Decision {
        let asked = self.histories.of(observation.site).attempts;
        let Site { code, offset } = observation.site;
        let mut random = self.random(Question::Specialize, code, offset, asked);
        let otherwise = wait(&mut random, asked + 1);
        let decision = match random.below(16) {
            0 => Decision::never("by chance never"),
            1..=3 => {
                let kind = random.below(u32::from(FAILURE_KINDS) + 1) as u8;
                let kind = (kind < FAILURE_KINDS).then_some(FailureKind(kind));
                Decision::fail(kind, otherwise, "by chance not now")
            }
            4..=6 => by_families(observation, Build::Release, &Tuning::CPYTHON311),
            _ => {
                let admitted = || {
                    let forms = observation.family().forms().iter();
                    forms.filter_map(|&form| Some((form, cache_for(observation, form).ok()?)))
                };
                let chosen = random.below(admitted().count() as u32) as usize;
                match admitted().nth(chosen) {
                    Some((form, cache)) => {
                        let specialize = Specialize { form, cache, counter: misses(&mut random), otherwise };
                        Decision::specialize(specialize, "by chance this form")
                    }
                    None => Decision::fail(None, otherwise, "no form is admitted"),
                }
            }
        };
        self.histories.note(observation, decision)
    }

    fn missing(&mut self, miss: &Miss) -> MissDecision {
        let history = self.histories.of(miss.site);
        let Site { code, offset } = miss.site;
        let asked = history.kept + history.deoptimized;
        let mut random = self.random(Question::Missing, code, offset, asked);
        let decision = if history.kept < 8 && random.below(4) == 0 {
            MissDecision::keep(misses(&mut random), "by chance it stays")
        } else if history.deoptimized < 4 && random.below(2) == 0 {
            MissDecision::deoptimize(AdaptiveCounter::ZERO, "by chance asked again at once")
        } else {
            MissDecision::deoptimize(wait(&mut random, history.attempts), "by chance it goes")
        };
        self.histories.note_miss(miss, decision)
    }

    fn configuration(&self) -> Option<Configuration> {
        let description = "Random answers: what no program may notice";
        let rules = Rules::Random { seed: self.seed };
        Some(Configuration { rules, ..Configuration::cpython311(self.name(), description, Build::Release) })
    }
}

/// A generator whose every state is a good seed: splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", 2014).
#[derive(Clone, Debug)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    fn below(&mut self, limit: u32) -> u32 {
        (((self.next() >> 32) * u64::from(limit)) >> 32) as u32
    }
}
