//! The pairs of instructions that a live run would have dispatched one after the other.
//!
//! Each site has played its part already and left a *script*: what it dispatched, execution by execution. Here the scripts are put
//! in the order of the run, as far as it matters: the segments of the recorded way are cut into blocks, such that each block is always
//! executed as a whole, so that within a block the order is known. Between blocks it matters only where both change: the last
//! instruction of the one and the first of the other. A chunk of the way in which that does not happen is counted by how often which
//! block came after which. Any other is followed block by block.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use crate::blocks::{Block, Cutter, Way};
use crate::flow::{Chunk, ENTRY, Flow, Orders, Then};
use crate::order::Entered;
use crate::replay::PlayedCode;
use crate::script::{Reader, Script};
use crate::tally::Tally;

/// The pairs of the whole way, added to those that are known already: `pairs[this << 8 | last]`, as [`quicken_stats::Counters`] has them.
pub(crate) fn walk(
    flow: &Flow,
    played: &[PlayedCode<'_>],
    cutter: Cutter<'_>,
    scripts: &mut [Script],
    pairs: Box<[u64]>,
) -> Box<[u64]> {
    let readers = scripts.iter_mut().map(Reader::new).collect();
    let Cutter { blocks, of_segment: segments, .. } = cutter;
    let mut walker = Walker {
        flow,
        codes: played.iter().map(|played| Way { played, steps: 0, quick: false, blocks: Vec::new() }).collect(),
        readers,
        pairs,
        last: 0,
        swallowed: false,
        enters: false,
        outer: Vec::new(),
        entered: Vec::new(),
        last_segment: ENTRY,
        via: ENTRY,
        transitions: Transitions::new(flow),
        tally: Tally::default(),
        path: Vec::new(),
        entered_by: Vec::new(),
        firsts_of: Vec::new(),
        blocks,
        segments,
    };
    for (index, block) in walker.blocks.iter().enumerate() {
        walker.codes[block.code].blocks.push(index);
    }
    let mut orders = Orders::new(flow);
    for (number, chunk) in flow.chunks.iter().enumerate() {
        if !walker.count(chunk, &mut || orders.read(number)) {
            let order = orders.read(number);
            walker.split(&order);
        }
        walker.go_behind(chunk);
    }
    let Walker { mut blocks, mut pairs, .. } = walker;
    for block in &mut blocks {
        block.count_pairs(&mut pairs);
    }
    pairs
}

pub(crate) struct Walker<'a> {
    pub flow: &'a Flow,
    pub codes: Vec<Way<'a>>,
    pub blocks: Vec<Block>,
    /// The blocks of each segment.
    pub segments: Vec<Vec<usize>>,
    pub readers: Vec<Reader<'a>>,
    pub pairs: Box<[u64]>,
    pub last: u8,
    pub swallowed: bool,
    pub enters: bool,
    /// What was dispatched last in the evaluations that others were entered from; `None` if one was entered without C.
    pub outer: Vec<Option<u8>>,
    /// The segments that they were entered from, and the one executed last, as they were when the chunk began.
    pub entered: Vec<u32>,
    pub last_segment: u32,
    /// The one by which the evaluation was entered or left right then.
    pub via: u32,
    pub transitions: Transitions,
    pub tally: Tally,
    /// The segments of the path that is followed, the last first.
    path: Vec<u32>,
    /// By the node that a path ends at, what only the order of the paths tells: how they enter a block, and what comes behind one.
    pub entered_by: Vec<Entered>,
    pub firsts_of: Vec<(usize, usize)>,
}

/// What comes before a segment.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Transition {
    /// The segment before it in the same evaluation, or [`ENTRY`].
    pub before: u32,
    /// The one by which the evaluation was entered or left in between, or [`ENTRY`].
    pub via: u32,
    pub segment: u32,
}

/// What follows which segment.
pub(crate) struct Transitions {
    /// By node of a path.
    pub of_node: Vec<u32>,
    /// All of them.
    pub all: Vec<Transition>,
}

impl Transitions {
    fn new(flow: &Flow) -> Self {
        let mut known: HashMap<Transition, u32> = HashMap::new();
        let mut all = Vec::new();
        let of_node = flow.paths.nodes.iter().map(|node| {
            let transition = Transition { before: node.before, via: node.via, segment: node.segment };
            *known.entry(transition).or_insert_with(|| {
                all.push(transition);
                (all.len() - 1) as u32
            })
        });
        Self { of_node: of_node.collect(), all }
    }
}

impl Walker<'_> {
    /// The next chunk is the one behind this one.
    fn go_behind(&mut self, chunk: &Chunk) {
        self.entered.truncate(usize::try_from(chunk.kept).unwrap_or(usize::MAX));
        self.entered.extend(&chunk.entered);
        (self.last_segment, self.via) = (chunk.last, chunk.via);
    }

    /// Goes along paths of which some quicken code: only these are followed, and what is between them is counted.
    fn split(&mut self, mut order: &[u32]) {
        while !order.is_empty() {
            let quickens = self.next_quickening(order);
            let (before, behind) = order.split_at(quickens.unwrap_or(order.len()));
            let chunk = self.chunk_of(before);
            if !before.is_empty() && !self.count(&chunk, &mut || before.to_vec()) {
                before.iter().for_each(|&node| self.follow(node));
            }
            self.go_behind(&chunk);
            order = behind;
            if let Some((&node, behind)) = order.split_first() {
                let chunk = self.chunk_of(&[node]);
                self.follow(node);
                self.go_behind(&chunk);
                order = behind;
            }
        }
    }

    /// The first of these paths on which some code is quickened.
    fn next_quickening(&self, order: &[u32]) -> Option<usize> {
        // How often a path steps the counter of which code, as far as it is not quickened yet.
        let mut known: HashMap<u32, Vec<(usize, u64)>> = HashMap::new();
        let mut steps: HashMap<usize, u64> = HashMap::new();
        order.iter().position(|&node| {
            let of_path = known.entry(node).or_insert_with(|| self.steps_of(node));
            of_path.iter().any(|&(code, count)| {
                let steps = steps.entry(code).or_insert(self.codes[code].steps);
                *steps += count;
                *steps >= self.codes[code].played.step
            })
        })
    }

    /// How often a path steps the counter of which code that may be quickened.
    fn steps_of(&self, node: u32) -> Vec<(usize, u64)> {
        let mut steps: Vec<(usize, u64)> = Vec::new();
        for node in self.flow.paths.upward(node) {
            for &block in &self.segments[self.flow.paths.nodes[node as usize].segment as usize] {
                let Block { code, steps: true, .. } = self.blocks[block] else { continue };
                if self.codes[code].quick || self.codes[code].played.step == u64::MAX {
                    continue;
                }
                match steps.iter_mut().find(|(known, _)| *known == code) {
                    Some((_, count)) => *count += 1,
                    None => steps.push((code, 1)),
                }
            }
        }
        steps
    }

    /// These paths as a chunk of their own, which begins where the way has come to.
    fn chunk_of(&self, order: &[u32]) -> Chunk {
        let paths = &self.flow.paths;
        let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
        let mut ends: HashMap<u32, (usize, Vec<u32>)> = HashMap::new();
        let (mut kept, mut entered) = (self.entered.len(), Vec::new());
        let (mut last, mut via) = (self.last_segment, self.via);
        for &number in order {
            *counts.entry(number).or_default() += 1;
            let (left, enters) = ends.entry(number).or_insert_with(|| {
                let left = paths.upward(number).filter(|&node| paths.nodes[node as usize].leaves).count();
                let mut enters: Vec<u32> = paths.entered(number).collect();
                enters.reverse();
                (left, enters)
            });
            let node = &paths.nodes[number as usize];
            (last, via) = (node.last, node.next_via);
            for _ in 0..*left {
                let outer = entered.pop().or_else(|| {
                    kept = kept.checked_sub(1)?;
                    self.entered.get(kept).copied()
                });
                if node.leaves {
                    last = outer.unwrap_or(last);
                }
            }
            entered.extend_from_slice(enters);
        }
        Chunk { counts: counts.into_iter().collect(), kept: kept as u64, entered, last, via, order: Vec::new() }
    }

    /// Executes the segments of a path.
    fn follow(&mut self, node: u32) {
        let flow = self.flow;
        let mut path = std::mem::take(&mut self.path);
        path.extend(flow.paths.upward(node).map(|node| flow.paths.nodes[node as usize].segment));
        for segment in path.drain(..).rev() {
            for index in 0..self.segments[segment as usize].len() {
                let block = self.segments[segment as usize][index];
                self.execute(block);
            }
            // What a form swallows stands right behind it, in the same segment.
            self.swallowed = false;
            match flow.segments[segment as usize].then {
                Then::Jump | Then::Back => {}
                Then::Enter => self.enter(),
                Then::Leave => self.leave(),
            }
        }
        self.path = path;
    }

    #[inline]
    fn execute(&mut self, number: usize) {
        let block = &mut self.blocks[number];
        if block.left == 0 {
            block.plan(&mut self.readers, &self.codes[block.code]);
        }
        block.advance(1);
        let steps = block.steps;
        let plan = &mut block.current()[usize::from(self.swallowed)];
        plan.count += 1;
        self.swallowed = plan.swallows;
        self.enters = plan.enters;
        if let Some((first, last)) = plan.ends {
            self.pairs[usize::from(first) << 8 | usize::from(self.last)] += 1;
            self.last = last;
        }
        if steps {
            self.step(number);
        }
    }

    /// The warm-up counter of a block's code is counted.
    fn step(&mut self, number: usize) {
        let code = self.blocks[number].code;
        let way = &mut self.codes[code];
        way.steps += 1;
        if way.steps == way.played.step {
            way.quick = true;
            for &block in &way.blocks {
                self.blocks[block].settle(&mut self.readers);
                self.blocks[block].count_pairs(&mut self.pairs);
            }
        }
    }

    fn enter(&mut self) {
        if std::mem::take(&mut self.enters) {
            self.outer.push(None);
        } else {
            self.outer.push(Some(std::mem::replace(&mut self.last, 0)));
        }
    }

    fn leave(&mut self) {
        if let Some(Some(last)) = self.outer.pop() {
            self.last = last;
        }
        self.enters = false;
    }
}
