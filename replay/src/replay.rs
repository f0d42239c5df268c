//! A recording under a strategy: when each code object is quickened, then site by site, then everything between.

use std::panic::{AssertUnwindSafe, catch_unwind};

use quicken_bytecode::{Opcode, cache};
use quicken_specializer::check::{check_tuning, check_warm};
use quicken_specializer::quickening::quicken;
use quicken_specializer::{Strategy, WarmAction, Warmup};

use crate::blocks::Cutter;
use crate::error::ReplayError;
use crate::inner::Inner;
use crate::pairs::walk;
use crate::recording::{CodeRecord, FOLLOWED_STEPS, Recording, opcode_of};
use crate::result::Replayed;
use crate::script::Script;
use crate::site::{Place, Played, Shared, Stretch, play};

/// The counters that a live run of the recorded program under the strategy would give.
///
/// The strategy is asked about one code object after the other and about one site after the other, not in the order of the run: its
/// answers for one site must not depend on what happened at others. That is so for all built-in ones.
///
/// # Errors
/// An answer that does not fit, as in a live run; code that is quickened later than the recording follows it.
pub fn replay(recording: &Recording, strategy: &mut dyn Strategy) -> Result<Replayed, ReplayError> {
    let name = strategy.name().to_owned();
    catch_unwind(AssertUnwindSafe(|| replay_all(recording, strategy)))
        .unwrap_or(Err(ReplayError::Panicked { strategy: name }))
}

fn replay_all(recording: &Recording, strategy: &mut dyn Strategy) -> Result<Replayed, ReplayError> {
    let mut shared = Shared::new(strategy);
    if let Err(misfit) = check_tuning(&shared.tuning) {
        let strategy = shared.strategy.name().to_owned();
        return Err(ReplayError::Refused { strategy, place: "its tuning".to_owned(), what: misfit.to_string() });
    }
    let mut played = Vec::new();
    let mut scripts = Vec::new();
    let mut pairs: Box<[u64]> = vec![0; 256 * 256].into();
    let mut cutter = recording.flow.as_ref().map(Cutter::new);
    for code in &recording.codes {
        let code = PlayedCode::warm_up(&mut shared, code)?;
        let inner = cutter.as_mut().map(|cutter| cutter.cut(played.len(), &code, scripts.len()));
        code.play(&mut shared, recording, inner.as_deref(), &mut scripts)?;
        if let Some(inner) = inner {
            let first = scripts.len() - code.record.sites.len();
            code.add_pairs(&inner, &scripts[first..], &mut pairs);
        }
        played.push(code);
    }
    if let (Some(flow), Some(cutter)) = (&recording.flow, cutter) {
        shared.result.pairs = Some(walk(flow, &played, cutter, &mut scripts, pairs));
    }
    Ok(shared.result)
}

/// A code object with the moment at which it was quickened, if it was.
pub(crate) struct PlayedCode<'a> {
    pub record: &'a CodeRecord,
    /// The units as they stood right after.
    live: Vec<u16>,
    /// What had been executed before: everything, if it never was.
    before: Vec<u64>,
    /// The step of the warm-up counter.
    pub step: u64,
}

impl<'a> PlayedCode<'a> {
    /// Asks the strategy until the code is quickened, or never will be.
    fn warm_up(shared: &mut Shared<'_>, record: &'a CodeRecord) -> Result<Self, ReplayError> {
        let mut code = Self { record, live: record.units.clone(), before: record.counts.clone(), step: u64::MAX };
        let Some(warmup) = shared.tuning.warmup else { return Ok(code) };
        let mut step = u64::from(warmup);
        let mut asked = 0;
        while step <= record.steps {
            let question = Warmup { code: record.id, asked, units: record.units.len() as u32, flags: record.flags };
            let decision = shared.strategy.warm(&question);
            asked += 1;
            if let Err(misfit) = check_warm(&decision) {
                return Err(ReplayError::Refused {
                    strategy: shared.strategy.name().to_owned(),
                    place: record.qualname.clone(),
                    what: format!("{misfit}; its reason was '{}'", decision.reason),
                });
            }
            match decision.action {
                WarmAction::Wait(steps) => step += u64::from(steps),
                WarmAction::Never => break,
                WarmAction::Quicken(quickening) => {
                    code.before = record.counts_at_step(step).ok_or_else(|| ReplayError::TooLate {
                        strategy: shared.strategy.name().to_owned(),
                        code: record.qualname.clone(),
                        at: step,
                        recorded: FOLLOWED_STEPS,
                    })?;
                    code.step = step;
                    quicken(&mut code.live[..], &quickening, shared.tuning.initial);
                    break;
                }
            }
        }
        Ok(code)
    }

    /// Plays all sites, and adds their scripts if the recording has the way of the run; `inner` tells of which sites the order does not
    /// matter.
    fn play(
        &self,
        shared: &mut Shared<'_>,
        recording: &Recording,
        inner: Option<&[Option<Inner>]>,
        scripts: &mut Vec<Script>,
    ) -> Result<(), ReplayError> {
        let record = self.record;
        // What specialized forms did instead of the instruction of a unit.
        let mut swallowed = vec![0u64; record.units.len()];
        let mut calls: Vec<Stretch> = Vec::new();
        for (number, site) in record.sites.iter().enumerate() {
            let offset = site.offset as usize;
            let Some((head, family)) = record.opcode(offset).and_then(|head| Some((head, head.family()?))) else {
                scripts.push(Script::new(true));
                continue;
            };
            let adaptive = (self.live_opcode(offset) == Some(family.adaptive())).then_some(shared.tuning.initial);
            let taken = std::mem::take(&mut calls);
            let place = Place {
                code: record,
                site,
                head,
                family,
                live: &self.live,
                before: self.before[offset],
                adaptive,
                swallowed: if head == Opcode::CALL { &taken } else { &[] },
            };
            let script = inner.map(|inner| Script::new(inner[number].is_none()));
            let Played { outcome, swallowing, script } = play(shared, &recording.shapes, &place, script)?;
            let behind = offset + 1 + head.cache_units();
            if head == Opcode::PRECALL {
                if let Some(count) = swallowed.get_mut(behind + 1 + cache::call::UNITS) {
                    *count += swallowing.iter().filter(|stretch| stretch.appends).map(Stretch::len).sum::<u64>();
                }
                calls = swallowing;
            } else if let Some(count) = swallowed.get_mut(behind) {
                *count += swallowing.iter().map(Stretch::len).sum::<u64>();
            }
            shared.result.sites.push(outcome);
            scripts.extend(script);
        }
        self.count_others(shared, &swallowed);
        Ok(())
    }

    /// The pairs with sites to which the order does not matter.
    fn add_pairs(&self, inner: &[Option<Inner>], scripts: &[Script], pairs: &mut [u64]) {
        for ((site, inner), script) in self.record.sites.iter().zip(inner).zip(scripts) {
            let offset = site.offset as usize;
            if let (Some(inner), Some(head)) = (inner, self.record.opcode(offset)) {
                inner.add_pairs(script, head, self.before[offset], pairs);
            }
        }
    }

    /// The executions of everything that no strategy specializes: generic until the code is quickened, then as quick forms and
    /// superinstructions, of which the second half is dispatched only where control jumps to it.
    fn count_others(&self, shared: &mut Shared<'_>, swallowed: &[u64]) {
        let record = self.record;
        let mut unit = 0;
        // The dispatches of the unit before, if it is a superinstruction.
        let mut fused = 0u64;
        while unit < record.units.len() {
            let Some(opcode) = opcode_of(record.units[unit]) else {
                (fused, unit) = (0, unit + 1);
                continue;
            };
            if opcode.family().is_some() {
                (fused, unit) = (0, unit + 1 + opcode.cache_units());
                continue;
            }
            let before = self.before[unit];
            let dispatched = (record.counts[unit] - before).saturating_sub(swallowed[unit]).saturating_sub(fused);
            let live = self.live_opcode(unit).unwrap_or(opcode);
            shared.result.execute(opcode, before);
            shared.result.execute(live, dispatched);
            fused = 0;
            if live.superinstruction().is_some() {
                fused = dispatched.saturating_sub(self.raised_at(unit));
            }
            unit += 1 + opcode.cache_units();
        }
    }

    /// How often the instruction of a unit raised after the code was quickened.
    fn raised_at(&self, unit: usize) -> u64 {
        self.record.raised.iter().filter(|&&(at, step)| at as usize == unit && step >= self.step).count() as u64
    }

    /// The instruction that is executed at a unit: behind an `EXTENDED_ARG` that is not quick it is the generic one.
    pub(crate) fn live_opcode(&self, unit: usize) -> Option<Opcode> {
        let live = Opcode::from_u8(self.live[unit].to_le_bytes()[0])?;
        let plain_prefix = unit > 0
            && self.live[unit - 1].to_le_bytes()[0] == Opcode::EXTENDED_ARG as u8
            && self.begins_instruction(unit - 1);
        Some(if plain_prefix { live.base() } else { live })
    }

    /// Whether a unit is an instruction and not the cache of one. An `EXTENDED_ARG` that was never executed matters to nobody.
    fn begins_instruction(&self, unit: usize) -> bool {
        self.record.counts[unit] > 0
    }
}
