//! A chunk of the way, counted without following it.

use crate::blocks::{Block, Plan, Plans, Survey};
use crate::flow::{Chunk, ENTRY, Then};
use crate::order::Entries;
use crate::pairs::{Transition, Walker};

/// What a chunk has of what. It is kept from chunk to chunk, so that nothing is made anew.
#[derive(Default)]
pub(crate) struct Tally {
    /// By number of [`Transitions`](crate::pairs::Transitions).
    transitions: Counts,
    pub segments: Counts,
    blocks: Counts,
    /// Steps of the warm-up counter, by code object.
    codes: Counts,
    /// By block, twice its number, and one more if its first instruction is done already when it is entered.
    pub entered: Counts,
    /// What is known of blocks, numbered as in `entered`.
    pub known: Vec<Known>,
    /// By segment: the first and the last block, numbered as in `entered`.
    pub ends: Vec<(usize, usize)>,
    /// By segment: what is known of executions before the chunk.
    carried: Vec<Carried>,
    /// The segments of which something is.
    carriers: Vec<u32>,
    /// By block: one more than the number of its survey, if it has one.
    pub surveyed: Vec<usize>,
    /// What came after what, and how often.
    steps: Vec<(From, usize, u64)>,
    /// Of blocks whose last instruction varies, numbered as in `entered`: what was dispatched last before the chunk and is gone on behind in it.
    pub owed: Vec<(usize, u8)>,
    /// What such a block dispatched last in the chunk, where something comes behind it only after the chunk.
    owing: Option<(usize, u8)>,
}

/// What is known of a segment's executions before the chunk, where something comes behind them in the chunk.
#[derive(Clone, Copy, Default)]
struct Carried {
    /// What was dispatched last.
    last: Option<u8>,
    /// Whether it entered an evaluation without C.
    enters: Option<bool>,
}

/// What stands before a block.
#[derive(Clone, Copy)]
enum From {
    Instruction(u8),
    /// Numbered as in [`Tally::entered`].
    Block(usize),
}

/// Numbers, few of which are not zero.
#[derive(Default)]
pub(crate) struct Counts {
    of: Vec<u64>,
    pub touched: Vec<usize>,
}

impl Counts {
    #[inline]
    fn add(&mut self, index: usize, count: u64) {
        if self.of.len() <= index {
            self.of.resize(index + 1, 0);
        }
        if self.of[index] == 0 {
            self.touched.push(index);
        }
        self.of[index] += count;
    }

    pub(crate) fn get(&self, index: usize) -> u64 {
        self.of.get(index).copied().unwrap_or(0)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, u64)> {
        self.touched.iter().map(|&index| (index, self.of[index]))
    }

    fn clear(&mut self) {
        for index in self.touched.drain(..) {
            self.of[index] = 0;
        }
    }
}

/// The ends of a block.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    pub first: Op,
    last: Op,
    enters: bool,
    pub swallows: bool,
    /// What comes behind the block if its last instruction varies, and before it if its first does.
    behind: Option<u8>,
    before: Option<u8>,
    /// How often something came behind.
    followed: u64,
    /// Whether an evaluation was entered or left before what comes behind.
    apart: bool,
    /// Whether the last instruction varies and different things come behind, so that it matters which of them when.
    pub disputed: bool,
}

/// An instruction at the end of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    /// It is the same in all of the chunk.
    Same(u8),
    Varies,
}

impl Op {
    /// One of them.
    fn or(self, other: u8) -> Self {
        if self == Self::Same(other) { self } else { Self::Varies }
    }
}

impl Tally {
    fn clear(&mut self) {
        for counts in [&mut self.transitions, &mut self.segments, &mut self.blocks, &mut self.codes, &mut self.entered]
        {
            counts.clear();
        }
        for segment in self.carriers.drain(..) {
            self.carried[segment as usize] = Carried::default();
        }
        self.steps.clear();
        self.owed.clear();
        self.owing = None;
    }
}

/// The plans that a block has in a chunk.
fn plans_of<'b>(block: &'b Block, survey: Option<&'b Survey<'_>>, entered: usize) -> impl Iterator<Item = &'b Plan> {
    let present = survey.is_none().then(|| block.present(entered));
    let surveyed = survey.into_iter().flat_map(|survey| &survey.plans);
    present.into_iter().flatten().chain(surveyed.map(move |&(number, _)| &block.plans(number)[entered]))
}

impl<'a> Walker<'a> {
    /// Counts a chunk if it can be counted without following it. If not, nothing is changed, and nobody asked for its order.
    pub(crate) fn count(&mut self, chunk: &Chunk, order: &mut dyn FnMut() -> Vec<u32>) -> bool {
        let mut tally = std::mem::take(&mut self.tally);
        let mut surveys = Vec::new();
        let counted = self.try_to_count(chunk, order, &mut tally, &mut surveys).is_some();
        for (block, _) in surveys {
            tally.surveyed[block] = 0;
        }
        tally.clear();
        self.tally = tally;
        counted
    }

    fn try_to_count(
        &mut self,
        chunk: &Chunk,
        order: &mut dyn FnMut() -> Vec<u32>,
        tally: &mut Tally,
        surveys: &mut Vec<(usize, Survey<'a>)>,
    ) -> Option<()> {
        let kept = usize::try_from(chunk.kept).ok()?;
        if self.enters || kept > self.outer.len() || self.outer.len() != self.entered.len() {
            return None;
        }
        self.count_executions(chunk, tally);
        for (code, steps) in tally.codes.iter() {
            let way = &self.codes[code];
            // The moment of quickening is followed.
            if !way.quick && way.steps + steps >= way.played.step {
                return None;
            }
        }
        self.survey(tally, surveys);
        self.look_at_blocks(tally, surveys)?;
        self.carry(kept, tally)?;
        self.look_at_transitions(tally)?;
        let outer = |&segment: &u32| match self.enters(segment, tally)? {
            true => Some(None),
            false => self.last_of(segment, tally).map(Some),
        };
        let entered: Vec<Option<u8>> = chunk.entered.iter().map(outer).collect::<Option<_>>()?;
        let last = self.last_of_all(chunk, tally, surveys)?;
        check_steps(tally)?;
        let mixed = self.mixed(tally, surveys);
        let disputed = tally.entered.touched.iter().any(|&here| tally.known[here].disputed);
        let read = match mixed.is_empty() && !disputed {
            true => Vec::new(),
            false => self.read_order(chunk, &order(), tally, surveys, &mixed),
        };
        self.add(tally, surveys, &mixed, &read);
        self.outer.truncate(kept);
        self.outer.extend(entered);
        self.last = last;
        Some(())
    }

    fn count_executions(&self, chunk: &Chunk, tally: &mut Tally) {
        for &(node, count) in &chunk.counts {
            for node in self.flow.paths.upward(node) {
                tally.transitions.add(self.transitions.of_node[node as usize] as usize, count);
            }
        }
        for (transition, count) in tally.transitions.iter() {
            tally.segments.add(self.transitions.all[transition].segment as usize, count);
        }
        for (segment, count) in tally.segments.iter() {
            for &block in &self.segments[segment] {
                tally.blocks.add(block, count);
            }
        }
        for (block, count) in tally.blocks.iter() {
            if self.blocks[block].steps {
                tally.codes.add(self.blocks[block].code, count);
            }
        }
    }

    /// Finds the plans of all blocks.
    fn survey(&mut self, tally: &mut Tally, surveys: &mut Vec<(usize, Survey<'a>)>) {
        tally.surveyed.resize(self.blocks.len(), 0);
        for (number, count) in tally.blocks.iter() {
            let block = &mut self.blocks[number];
            let way = &self.codes[block.code];
            if block.left == 0 {
                block.plan(&mut self.readers, way);
            }
            if block.left < count {
                surveys.push((number, block.survey(count, &mut self.readers, way)));
                tally.surveyed[number] = surveys.len();
            }
        }
    }

    /// What blocks begin and end with, and what comes after what in segments.
    fn look_at_blocks(&self, tally: &mut Tally, surveys: &[(usize, Survey<'a>)]) -> Option<()> {
        let unknown = Known {
            first: Op::Varies,
            last: Op::Varies,
            enters: false,
            swallows: false,
            behind: None,
            before: None,
            followed: 0,
            apart: false,
            disputed: false,
        };
        tally.known.resize(2 * self.blocks.len(), unknown);
        tally.ends.resize(self.segments.len(), (0, 0));
        for (segment, count) in tally.segments.iter() {
            let mut swallowed = false;
            let mut last = None;
            for &block in &self.segments[segment] {
                let here = 2 * block + usize::from(swallowed);
                let survey = tally.surveyed[block].checked_sub(1).map(|survey| &surveys[survey].1);
                let mut plans = plans_of(&self.blocks[block], survey, here % 2);
                let plan = plans.next()?;
                let (first, end) = plan.ends?;
                let enters = plan.enters;
                swallowed = plan.swallows;
                let ends = (Op::Same(first), Op::Same(end));
                let mut known = Known { first: ends.0, last: ends.1, enters, swallows: swallowed, ..unknown };
                for plan in plans {
                    let (first, end) = plan.ends.filter(|_| plan.enters == enters && plan.swallows == swallowed)?;
                    (known.first, known.last) = (known.first.or(first), known.last.or(end));
                }
                tally.known[here] = known;
                tally.entered.add(here, count);
                match last {
                    Some(last) => tally.steps.push((From::Block(last), here, count)),
                    None => tally.ends[segment].0 = here,
                }
                tally.ends[segment].1 = here;
                last = Some(here);
            }
        }
        Some(())
    }

    /// The blocks that are entered in both ways while they change, so that it matters which of their executions are entered how: by number of
    /// survey.
    fn mixed(&self, tally: &Tally, surveys: &[(usize, Survey<'a>)]) -> Vec<usize> {
        let mixed = |(number, (block, survey)): (usize, &(usize, Survey<'_>))| {
            let [here, other] = [2 * block, 2 * block + 1];
            if tally.entered.get(here) == 0 || tally.entered.get(other) == 0 {
                return None;
            }
            let mut heads = survey.plans.iter().map(|&(number, _)| heads(self.blocks[*block].plans(number)));
            let first = heads.next().flatten();
            let alike = first.is_some()
                && heads.all(|heads| heads == first)
                && [here, other].iter().all(|&here| tally.known[here].first != Op::Varies)
                && tally.known[here].behind == tally.known[other].behind;
            (!alike).then_some(number)
        };
        surveys.iter().enumerate().filter_map(mixed).collect()
    }

    /// What was executed before the chunk and is gone on behind in it.
    fn carry(&self, kept: usize, tally: &mut Tally) -> Option<()> {
        tally.carried.resize(self.segments.len(), Carried::default());
        let innermost = self.outer.len().saturating_sub(1);
        for place in kept.min(innermost)..self.outer.len() {
            let (segment, last) = (self.entered[place], self.outer[place]);
            match self.enters(segment, tally) {
                Some(enters) if enters == last.is_none() => {}
                None if tally.segments.get(segment as usize) == 0 => {
                    tally.carried.get_mut(segment as usize)?.enters = Some(last.is_none());
                    tally.carriers.push(segment);
                }
                _ => return None,
            }
            if let Some(last) = last.filter(|_| place >= kept) {
                self.carry_last(segment, last, tally)?;
            }
        }
        let source = match self.source(self.last_segment, self.via, tally) {
            Some(source) => source,
            // It was left before the chunk began: whichever of the two it was, nothing else comes behind it.
            None if tally.segments.get(self.last_segment as usize) == 0 => {
                tally.carried.get_mut(self.last_segment as usize)?.enters = Some(false);
                tally.carriers.push(self.last_segment);
                self.last_segment
            }
            None => return None,
        };
        self.carry_last(source, self.last, tally)
    }

    /// A segment dispatched this last, before the chunk.
    fn carry_last(&self, segment: u32, last: u8, tally: &mut Tally) -> Option<()> {
        match self.last_of(segment, tally) {
            Some(known) => (known == last).then_some(()),
            None if tally.segments.get(segment as usize) == 0 => {
                tally.carried.get_mut(segment as usize)?.last = Some(last);
                tally.carriers.push(segment);
                Some(())
            }
            None if self.segments[segment as usize].is_empty() => None,
            None => {
                tally.owed.push((tally.ends[segment as usize].1, last));
                Some(())
            }
        }
    }

    /// What is dispatched last in the chunk.
    fn last_of_all(&self, chunk: &Chunk, tally: &mut Tally, surveys: &[(usize, Survey<'a>)]) -> Option<u8> {
        let source = self.source(chunk.last, chunk.via, tally)?;
        if let Some(last) = self.last_of(source, tally) {
            return Some(last);
        }
        // A segment that nothing was entered or left behind was executed just now.
        if chunk.via != ENTRY || tally.segments.get(source as usize) == 0 {
            return None;
        }
        let here = tally.ends[source as usize].1;
        let survey = &surveys[tally.surveyed[here / 2].checked_sub(1)?].1;
        if tally.entered.get(here ^ 1) > 0 {
            return None;
        }
        let (_, last) = self.blocks[here / 2].plans(survey.last)[here % 2].ends?;
        tally.owing = Some((here, last));
        Some(last)
    }

    /// What a segment dispatches last, if that is the same in all of the chunk.
    fn last_of(&self, segment: u32, tally: &Tally) -> Option<u8> {
        if segment == ENTRY {
            return Some(0);
        }
        if tally.segments.get(segment as usize) == 0 {
            return tally.carried.get(segment as usize)?.last;
        }
        if self.segments[segment as usize].is_empty() {
            return None;
        }
        match tally.known[tally.ends[segment as usize].1].last {
            Op::Same(last) => Some(last),
            Op::Varies => None,
        }
    }

    /// Whether the evaluation that a segment enters is entered without C, and so goes on behind it.
    fn enters(&self, segment: u32, tally: &Tally) -> Option<bool> {
        if segment == ENTRY || self.segments[segment as usize].is_empty() {
            return Some(false);
        }
        if tally.segments.get(segment as usize) == 0 {
            return tally.carried.get(segment as usize)?.enters;
        }
        Some(tally.known[tally.ends[segment as usize].1].enters)
    }

    /// The segment behind which something is dispatched that comes behind `before` in its evaluation, and behind `via` if that was entered
    /// or left right before.
    fn source(&self, before: u32, via: u32, tally: &Tally) -> Option<u32> {
        if via == ENTRY {
            return Some(before);
        }
        let entered_by = if before == ENTRY { via } else { before };
        Some(if self.enters(entered_by, tally)? { via } else { before })
    }

    /// What comes after what between segments.
    fn look_at_transitions(&self, tally: &mut Tally) -> Option<()> {
        for (transition, count) in tally.transitions.iter() {
            let Transition { before, via, segment } = self.transitions.all[transition];
            if self.flow.segments[segment as usize].then == Then::Back {
                continue;
            }
            let source = self.source(before, via, tally)?;
            if self.segments[segment as usize].is_empty() {
                // What is entered now is not what `before` entered.
                if source != before || self.enters(before, tally)? {
                    return None;
                }
                continue;
            }
            let from = if source == ENTRY || tally.segments.get(source as usize) == 0 {
                From::Instruction(self.last_of(source, tally)?)
            } else if self.segments[source as usize].is_empty() {
                return None;
            } else {
                let from = tally.ends[source as usize].1;
                tally.known[from].apart |= via != ENTRY;
                From::Block(from)
            };
            tally.steps.push((from, tally.ends[segment as usize].0, count));
        }
        Some(())
    }

    /// Adds everything up.
    fn add(&mut self, tally: &Tally, surveys: &[(usize, Survey<'a>)], mixed: &[usize], read: &[Entries]) {
        for &(from, to, count) in &tally.steps {
            let last = match from {
                From::Instruction(last) => Op::Same(last),
                From::Block(from) => tally.known[from].last,
            };
            if let (Op::Same(last), Op::Same(first)) = (last, tally.known[to].first) {
                self.pairs[usize::from(first) << 8 | usize::from(last)] += count;
            }
        }
        for (here, count) in tally.entered.iter() {
            let block = &mut self.blocks[here / 2];
            if tally.surveyed[here / 2] == 0 {
                block.advance(count);
                block.current()[here % 2].count += count;
            }
        }
        for (number, (block, survey)) in surveys.iter().enumerate() {
            let entries = mixed.iter().position(|&mixed| mixed == number).map(|place| &read[place]);
            let mut done_before = tally.entered.get(2 * block + 1);
            for &(plan, count) in &survey.plans {
                // Where nothing was read, any of them may have been those: the difference is the same for each plan.
                let such = count.min(done_before);
                done_before -= such;
                let counts = match entries {
                    Some(entries) => entries[plan],
                    None => [count - such, such],
                };
                for (entered, count) in counts.into_iter().enumerate() {
                    let known = &tally.known[2 * block + entered];
                    let plan = &mut self.blocks[*block].plans_mut(plan)[entered];
                    plan.count += count;
                    let Some((first, last)) = plan.ends else { continue };
                    if let Some(before) = known.before.filter(|_| known.first == Op::Varies) {
                        self.pairs[usize::from(first) << 8 | usize::from(before)] += count;
                    }
                    if let Some(behind) = known.behind.filter(|_| known.last == Op::Varies && !known.disputed) {
                        self.pairs[usize::from(behind) << 8 | usize::from(last)] += count;
                    }
                }
            }
            self.blocks[*block].follow(survey, &mut self.readers);
        }
        let mut behind = |(here, last): (usize, u8), count: u64| {
            let known = &tally.known[here];
            if let Some(behind) = known.behind.filter(|_| !known.disputed) {
                let pair = &mut self.pairs[usize::from(behind) << 8 | usize::from(last)];
                *pair = pair.wrapping_add(count);
            }
        };
        for &owed in &tally.owed {
            behind(owed, 1);
        }
        if let Some(owing) = tally.owing {
            behind(owing, 1u64.wrapping_neg());
        }
        for (code, steps) in tally.codes.iter() {
            self.codes[code].steps += steps;
        }
    }
}

/// Where the plans of a block differ by whether its first instruction is done already: what each dispatches until they are the same.
fn heads(plans: &Plans) -> Option<[&[u8]; 2]> {
    let [all, rest] = [plans[0].ops(), plans[1].ops()];
    let same = all.iter().rev().zip(rest.iter().rev()).take_while(|(one, other)| one == other).count();
    let same = same.checked_sub(1)?;
    Some([&all[..all.len() - same], &rest[..rest.len() - same]])
}

/// Whether everything that varies stands beside what does not: then the order does not matter.
fn check_steps(tally: &mut Tally) -> Option<()> {
    for &(from, to, count) in &tally.steps {
        let last = match from {
            From::Instruction(last) => Op::Same(last),
            From::Block(from) => tally.known[from].last,
        };
        match (last, tally.known[to].first) {
            (Op::Same(_), Op::Same(_)) => {}
            (Op::Same(last), Op::Varies) => {
                let before = tally.known[to].before.get_or_insert(last);
                if *before != last {
                    return None;
                }
            }
            (Op::Varies, Op::Same(first)) => {
                let From::Block(from) = from else { return None };
                let known = &mut tally.known[from];
                known.disputed |= *known.behind.get_or_insert(first) != first;
                known.followed += count;
            }
            (Op::Varies, Op::Varies) => return None,
        }
    }
    // An execution that nothing comes behind is not told from others.
    let all_followed = |(here, count): (usize, u64)| {
        let known = &tally.known[here];
        let owed = tally.owed.iter().filter(|(owed, _)| *owed == here).count() as u64;
        let owing = u64::from(tally.owing.is_some_and(|(owing, _)| owing == here));
        let told_apart = !known.disputed || !known.apart && tally.entered.get(here ^ 1) == 0;
        known.last != Op::Varies || known.followed + owing == count + owed && told_apart
    };
    tally.entered.iter().all(all_followed).then_some(())
}
