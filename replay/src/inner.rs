//! Sites to which the order of the run does not matter: what is dispatched right before them and right behind them is always the same.
//!
//! It is enough to know how often such a site dispatched what. Most are of this kind: what stands between two sites is mostly a `LOAD_FAST` or
//! something like it, which no site changes.

use quicken_bytecode::Opcode;

use crate::recording::opcode_of;
use crate::replay::PlayedCode;
use crate::script::Script;

/// What is dispatched right before a site and right behind it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inner {
    /// Until its code is quickened.
    generic: [u8; 2],
    /// From then on.
    quick: [u8; 2],
}

impl Inner {
    /// Adds the pairs of all executions, of which so many were before the code was quickened.
    pub(crate) fn add_pairs(&self, script: &Script, head: Opcode, before: u64, pairs: &mut [u64]) {
        let mut add = |first: u8, second: u8, count: u64| pairs[usize::from(second) << 8 | usize::from(first)] += count;
        add(self.generic[0], head as u8, before);
        add(head as u8, self.generic[1], before);
        let mut before = before;
        for (line, count) in script.totals() {
            // Before, it dispatched itself and nothing else.
            let generic = if line.ops() == [head as u8] { std::mem::take(&mut before).min(count) } else { 0 };
            let (Some(&first), Some(&last)) = (line.ops().first(), line.ops().last()) else { continue };
            add(self.quick[0], first, count - generic);
            for pair in line.ops().windows(2) {
                add(pair[0], pair[1], count - generic);
            }
            add(last, self.quick[1], count - generic);
        }
    }
}

/// Instructions that are always executed together, and what is certain about them whatever their sites do.
pub(crate) struct Certain<'a> {
    pub played: &'a PlayedCode<'a>,
    pub units: &'a [u32],
    /// Whether the first instruction may be done already when they are entered.
    pub may_be_done: bool,
}

impl Certain<'_> {
    fn opcode(&self, place: usize) -> Option<Opcode> {
        opcode_of(*self.played.record.units.get(*self.units.get(place)? as usize)?)
    }

    pub(crate) fn is_site(&self, place: usize) -> bool {
        self.opcode(place).and_then(Opcode::family).is_some()
    }

    /// What an instruction that is no site dispatches.
    fn dispatched(&self, place: usize, quick: bool) -> Option<Opcode> {
        if quick { self.played.live_opcode(*self.units.get(place)? as usize) } else { self.opcode(place) }
    }

    /// What is beside a site, if that is certain.
    pub(crate) fn beside(&self, place: usize) -> Option<Inner> {
        if self.is_site(place + 1) || may_swallow(self.opcode(place)?, self.opcode(place + 1)?) {
            return None;
        }
        let beside = |quick| Some([self.last_before(place, quick)?, self.dispatched(place + 1, quick)? as u8]);
        Some(Inner { generic: beside(false)?, quick: beside(true)? })
    }

    /// What is dispatched right before an instruction that is not done by it, if that is certain.
    fn last_before(&self, place: usize, quick: bool) -> Option<u8> {
        let site = (0..place).rev().find(|&before| self.is_site(before));
        let may_be_done = match site {
            Some(site) => may_swallow(self.opcode(site)?, self.opcode(site + 1)?),
            None => self.may_be_done,
        };
        let mut certain = None;
        for first_is_done in [false, true].into_iter().take(1 + usize::from(may_be_done)) {
            let mut done = first_is_done;
            let mut last = None;
            for place in site.map_or(0, |site| site + 1)..place {
                if std::mem::take(&mut done) {
                    continue;
                }
                let opcode = self.dispatched(place, quick)?;
                last = Some(opcode as u8);
                done = opcode.superinstruction().is_some();
            }
            if done || last.is_none() || certain.is_some_and(|certain| Some(certain) != last) {
                return None;
            }
            certain = last;
        }
        certain
    }

    /// A place between two sites that the instructions can be cut at, since it is certain what is dispatched right before it.
    pub(crate) fn cut_between(&self, one: usize, other: usize) -> Option<usize> {
        let certain = |&place: &usize| {
            let between = !self.is_site(place - 1) && (place == other || !self.is_site(place));
            between && [false, true].iter().all(|&quick| self.last_before(place, quick).is_some())
        };
        (one + 2..=other).find(certain)
    }
}

/// Whether an instruction may do the work of the one behind it.
pub(crate) fn may_swallow(opcode: Opcode, next: Opcode) -> bool {
    match opcode {
        Opcode::COMPARE_OP | Opcode::PRECALL => true,
        Opcode::BINARY_OP => next == Opcode::STORE_FAST,
        // Behind `list.append`.
        Opcode::CALL => next == Opcode::POP_TOP,
        _ => false,
    }
}
