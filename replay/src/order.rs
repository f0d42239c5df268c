//! What only the order of a chunk's paths tells.
//!
//! A chunk that is counted as a whole may have blocks that are entered in two ways while they change, or that change while different things come
//! behind. For each of these the paths are gone along one by one, and nothing else is looked at.

use crate::blocks::{Block, Survey, consume, look_ahead};
use crate::flow::{Chunk, ENTRY};
use crate::pairs::Walker;
use crate::script::Reader;
use crate::tally::{Op, Tally};

/// By plan of a block, how often it was entered how.
pub(crate) type Entries = Vec<[u64; 2]>;

/// How a path enters a block: a bit each time, the first one the lowest, and how often in which way.
#[derive(Clone, Copy, Default)]
pub(crate) struct Entered {
    bits: u64,
    counts: [u32; 2],
}

/// How a segment enters a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Enters {
    Never,
    As(bool),
}

/// The plans of the executions that were surveyed, one after the other.
struct Ordered<'s, 'a> {
    block: &'s Block,
    ahead: Vec<Reader<'a>>,
    numbers: Vec<usize>,
    plan: usize,
    /// How many of the next executions have this plan.
    left: u64,
}

impl<'s, 'a> Ordered<'s, 'a> {
    fn new(block: &'s Block, survey: &Survey<'a>) -> Self {
        let ahead = survey.first.clone();
        Self { block, numbers: vec![0; ahead.len()], ahead, plan: 0, left: 0 }
    }

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.left == 0 {
            let count = look_ahead(&mut self.ahead, &mut self.numbers);
            consume(&mut self.ahead, count);
            self.plan = self.block.known(&self.numbers)?;
            // Where a script has ended, its last plan goes on.
            self.left = if count == 0 { u64::MAX } else { count };
        }
        self.left -= 1;
        Some(self.plan)
    }
}

impl<'a> Walker<'a> {
    /// For some surveys, how often each plan was entered how; counts what came behind disputed blocks.
    pub(crate) fn read_order(
        &mut self,
        chunk: &Chunk,
        order: &[u32],
        tally: &Tally,
        surveys: &[(usize, Survey<'a>)],
        mixed: &[usize],
    ) -> Vec<Entries> {
        for &here in tally.entered.touched.iter().filter(|&&here| tally.known[here].disputed) {
            let survey = tally.surveyed[here / 2].checked_sub(1);
            if let Some((_, survey)) = survey.and_then(|survey| surveys.get(survey)) {
                self.count_behind(here, chunk, order, tally, survey);
            }
        }
        mixed.iter().map(|&survey| self.entries(chunk, order, tally, &surveys[survey])).collect()
    }

    /// How often a block was entered how by plan.
    fn entries(
        &mut self,
        chunk: &Chunk,
        order: &[u32],
        tally: &Tally,
        (block, survey): &(usize, Survey<'a>),
    ) -> Entries {
        let mut of_segments = vec![Enters::Never; self.segments.len()];
        for (segment, _) in tally.segments.iter() {
            of_segments[segment] = self.enters_block(segment, *block, tally);
        }
        self.entered_by.resize(self.flow.paths.nodes.len(), Entered::default());
        for &(end, _) in &chunk.counts {
            let mut entered = Entered::default();
            for node in self.flow.paths.upward(end) {
                if let Enters::As(way) = of_segments[self.flow.paths.nodes[node as usize].segment as usize] {
                    entered.bits = entered.bits << 1 | u64::from(way);
                    entered.counts[usize::from(way)] += 1;
                }
            }
            self.entered_by[end as usize] = entered;
        }
        let most = survey.plans.iter().map(|&(plan, _)| plan + 1).max().unwrap_or(0);
        let mut entries: Entries = vec![[0; 2]; most];
        let mut plans = Ordered::new(&self.blocks[*block], survey);
        for &node in order {
            let Some(&Entered { mut bits, counts: [all, rest] }) = self.entered_by.get(node as usize) else { continue };
            let count = all + rest;
            // Mostly there are none, or they have one plan, and which of both it is cannot be foreseen.
            if u64::from(count) <= plans.left {
                plans.left -= u64::from(count);
                if let Some(entries) = entries.get_mut(plans.plan) {
                    entries[0] += u64::from(all);
                    entries[1] += u64::from(rest);
                }
                continue;
            }
            for _ in 0..count {
                if let Some(entries) = plans.next().and_then(|plan| entries.get_mut(plan)) {
                    entries[(bits & 1) as usize] += 1;
                }
                bits >>= 1;
            }
        }
        entries
    }

    /// How a segment enters a block, which is in it once at most.
    fn enters_block(&self, segment: usize, wanted: usize, tally: &Tally) -> Enters {
        let mut swallowed = false;
        for &block in &self.segments[segment] {
            if block == wanted {
                return Enters::As(swallowed);
            }
            swallowed = tally.known[2 * block + usize::from(swallowed)].swallows;
        }
        Enters::Never
    }

    /// Counts the pairs of what a disputed block dispatches last and what comes behind it.
    fn count_behind(&mut self, here: usize, chunk: &Chunk, order: &[u32], tally: &Tally, survey: &Survey<'a>) {
        let mut firsts = Vec::new();
        self.firsts_of.resize(self.flow.paths.nodes.len(), (0, 0));
        for &(node, _) in &chunk.counts {
            let first = firsts.len();
            self.add_firsts(node, here, tally, &mut firsts);
            self.firsts_of[node as usize] = (first, firsts.len());
        }
        let mut owed = tally.owed.iter().find(|(owed, _)| *owed == here).map(|(_, last)| *last);
        let block: &Block = &self.blocks[here / 2];
        let mut plans = Ordered::new(block, survey);
        for node in order {
            let Some(&(start, end)) = self.firsts_of.get(*node as usize) else { continue };
            for &first in firsts.get(start..end).unwrap_or_default() {
                let last = owed.take().or_else(|| Some(block.plans(plans.next()?)[here % 2].ends?.1));
                if let Some(last) = last {
                    self.pairs[usize::from(first) << 8 | usize::from(last)] += 1;
                }
            }
        }
    }

    /// The instructions that come behind a block on a path.
    fn add_firsts(&self, node: u32, wanted: usize, tally: &Tally, firsts: &mut Vec<u8>) {
        let mut path: Vec<u32> = self.flow.paths.upward(node).collect();
        path.reverse();
        for node in path {
            let node = &self.flow.paths.nodes[node as usize];
            let right_behind = node.via == ENTRY && tally.segments.get(node.before as usize) > 0;
            let mut last = right_behind.then(|| tally.ends[node.before as usize].1);
            let mut swallowed = false;
            for &block in &self.segments[node.segment as usize] {
                let here = 2 * block + usize::from(swallowed);
                if last == Some(wanted)
                    && let Op::Same(first) = tally.known[here].first
                {
                    firsts.push(first);
                }
                swallowed = tally.known[here].swallows;
                last = Some(here);
            }
        }
    }
}
