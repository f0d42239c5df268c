//! The way a run took: the straight stretches of code that it executed, one after the other.
//!
//! A *segment* is a stretch that was executed from its first to its last instruction without a jump between, and what came then: the
//! jump to the next segment, or the beginning or end of an evaluation that CPython enters through C. A run visits few
//! different segments very often, and mostly in an order in which it visited them before. So the way is cut into *paths* of a dozen
//! segments or two, and these into *chunks*. A chunk says how often each path occurred in it, which is enough for a replay as long as
//! nothing changes that the order would matter to (`crate::pairs`); and it has the order, which is read only where something does.

mod guess;
mod paths;
mod writer;

use quicken_specializer::CodeId;
use serde::{Deserialize, Serialize};

pub use paths::{ENTRY, Node, Paths};
pub use writer::{FlowWriter, NOTHING};

use crate::bytes::{put, take};
use guess::GuessReader;
use writer::begins_group;

/// What comes after a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Then {
    /// The next segment.
    Jump,
    /// An evaluation begins, which CPython enters through C: pairs start anew.
    Enter,
    /// Such an evaluation is left.
    Leave,
    /// Nothing was executed: this only says behind which segment, whose number `start` is, an evaluation goes on, where that is not told by
    /// the path.
    Back,
}

/// A stretch of code and what came then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Segment {
    /// The code object; `None` if nothing was executed between what came before and what came then.
    pub code: Option<CodeId>,
    /// The unit of the first instruction.
    pub start: u32,
    /// The unit of the last.
    pub end: u32,
    /// What came then.
    pub then: Then,
}

/// The way of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// The different segments.
    pub segments: Vec<Segment>,
    /// The different paths.
    pub paths: Paths,
    /// The parts of the way, in their order.
    pub chunks: Vec<Chunk>,
}

/// A part of the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// The nodes at which its paths end, ascending, each with how often.
    pub counts: Vec<(u32, u64)>,
    /// How many of the evaluations that were entered from others when it began were never left in it.
    pub kept: u64,
    /// What those that began in it and go on beyond its end were entered from: segments or [`ENTRY`], the outermost first.
    pub entered: Vec<u32>,
    /// The segment that was executed last in the evaluation that its end is in, or [`ENTRY`].
    pub last: u32,
    /// The segment by which that was entered or left at the very end, or [`ENTRY`].
    pub via: u32,
    /// The nodes in their order.
    pub order: Vec<u8>,
}

impl Chunk {
    /// How many paths it has.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.counts.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }
}

impl Flow {
    /// The paths and chunks as numbers, without the order.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put(&mut out, self.paths.nodes.len() as u64);
        for (number, node) in self.paths.nodes.iter().enumerate() {
            put(&mut out, number as u64 - u64::from(node.parent));
            put(&mut out, segment_to_number(node.segment));
            if node.depth == 0 {
                put(&mut out, segment_to_number(node.via));
            }
        }
        put(&mut out, self.chunks.len() as u64);
        for chunk in &self.chunks {
            put(&mut out, chunk.counts.len() as u64);
            let mut last = 0;
            for &(node, count) in &chunk.counts {
                put(&mut out, u64::from(node - last));
                put(&mut out, count);
                last = node;
            }
            put(&mut out, chunk.kept);
            put(&mut out, chunk.entered.len() as u64);
            for &segment in &chunk.entered {
                put(&mut out, segment_to_number(segment));
            }
            put(&mut out, segment_to_number(chunk.last));
            put(&mut out, segment_to_number(chunk.via));
            put(&mut out, chunk.order.len() as u64);
        }
        out
    }

    /// What [`Flow::to_bytes`] wrote, with how long the order of each chunk is. `None` if it makes no sense.
    pub(crate) fn from_bytes(segments: Vec<Segment>, mut bytes: &[u8]) -> Option<(Self, Vec<usize>)> {
        let bytes = &mut bytes;
        let mut flow = Self { segments, ..Self::default() };
        let segment = |number: u64| {
            let segment = number_to_segment(number)?;
            (segment == ENTRY || (segment as usize) < flow.segments.len()).then_some(segment)
        };
        let known = |segment: &Segment| {
            segment.then != Then::Back || segment.start == ENTRY || (segment.start as usize) < flow.segments.len()
        };
        if !flow.segments.iter().all(known) {
            return None;
        }
        for number in 0..u32::try_from(take(bytes)?).ok()? {
            let parent = number.checked_sub(u32::try_from(take(bytes)?).ok()?)?;
            let here = segment(take(bytes)?)?;
            if parent == number {
                let via = segment(take(bytes)?)?;
                flow.paths.add_root(here, via);
            } else {
                flow.paths.add(parent, here, flow.segments.get(here as usize)?)?;
            }
        }
        let mut orders = Vec::new();
        for _ in 0..take(bytes)? {
            let mut chunk = Chunk::default();
            let mut node = 0u32;
            for _ in 0..take(bytes)? {
                node = node.checked_add(u32::try_from(take(bytes)?).ok()?)?;
                let known = flow.paths.nodes.get(node as usize)?;
                let after = chunk.counts.last().is_none_or(|&(last, _)| last < node);
                let count = take(bytes)?;
                if known.depth == 0 || !after || count == 0 {
                    return None;
                }
                chunk.counts.push((node, count));
            }
            if chunk.length() > writer::LONGEST_CHUNK {
                return None;
            }
            chunk.kept = take(bytes)?;
            for _ in 0..take(bytes)? {
                chunk.entered.push(segment(take(bytes)?)?);
            }
            chunk.last = segment(take(bytes)?)?;
            chunk.via = segment(take(bytes)?)?;
            orders.push(usize::try_from(take(bytes)?).ok()?);
            flow.chunks.push(chunk);
        }
        bytes.is_empty().then_some((flow, orders))
    }

    /// How often each segment was executed; `None` if that is more than can be counted.
    #[must_use]
    pub fn executions(&self) -> Option<Vec<u64>> {
        let mut ended = vec![0u64; self.paths.nodes.len()];
        for &(node, count) in self.chunks.iter().flat_map(|chunk| &chunk.counts) {
            ended[node as usize] = ended[node as usize].checked_add(count)?;
        }
        let mut executed = vec![0u64; self.segments.len()];
        // Parents come before what follows them.
        for (number, node) in self.paths.nodes.iter().enumerate().rev().filter(|(_, node)| node.depth > 0) {
            let count = ended[number];
            let of_segment = &mut executed[node.segment as usize];
            *of_segment = of_segment.checked_add(count)?;
            let above = &mut ended[node.parent as usize];
            *above = above.checked_add(count)?;
        }
        Some(executed)
    }
}

/// Reads the orders of a way's chunks. Those that nobody asks for are read only as far as what follows was guessed from them.
pub(crate) struct Orders<'a> {
    chunks: &'a [Chunk],
    guesses: GuessReader,
    /// The first chunk of the group of each.
    groups: Vec<usize>,
    /// The first chunk that was not read.
    next: usize,
}

impl<'a> Orders<'a> {
    pub(crate) fn new(flow: &'a Flow) -> Self {
        let (mut before, mut group) = (0u64, 0);
        let mut groups = Vec::new();
        for (number, chunk) in flow.chunks.iter().enumerate() {
            groups.push(group);
            let behind = before.saturating_add(chunk.length());
            if begins_group(before, behind) {
                group = number + 1;
            }
            before = behind;
        }
        Self { chunks: &flow.chunks, guesses: GuessReader::new(), groups, next: 0 }
    }

    /// The nodes of a chunk, which was not read yet. It ends early where the order is damaged.
    pub(crate) fn read(&mut self, number: usize) -> Vec<u32> {
        let first = self.groups[number];
        if first >= self.next {
            self.guesses.forget();
        }
        for chunk in &self.chunks[first.max(self.next)..number] {
            self.guesses.read(&chunk.order, chunk.length(), |_| {});
        }
        self.next = number + 1;
        let chunk = &self.chunks[number];
        let mut nodes = Vec::new();
        self.guesses.read(&chunk.order, chunk.length(), |node| nodes.push(node));
        nodes
    }
}

/// Segments with [`ENTRY`] as the number 0.
fn segment_to_number(segment: u32) -> u64 {
    u64::from(segment.wrapping_add(1))
}

fn number_to_segment(number: u64) -> Option<u32> {
    u32::try_from(number).ok().map(|number| number.wrapping_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn segment((start, then): (u32, u32)) -> Segment {
        let then = [Then::Jump, Then::Enter, Then::Leave][then as usize];
        // Where nothing was executed, something begins or ends.
        let code = (start > 0 || then == Then::Jump).then_some(CodeId(0));
        Segment { code, start, end: start, then }
    }

    fn writer() -> FlowWriter {
        let mut writer = FlowWriter::default();
        writer.add_code(0, CodeId(0));
        writer
    }

    fn push(writer: &mut FlowWriter, segment: Segment) {
        let start = if segment.code.is_some() { segment.start } else { NOTHING };
        writer.push(start, segment.end, segment.then);
    }

    fn executed(flow: &Flow) -> Vec<Segment> {
        let mut orders = Orders::new(flow);
        let mut executed = Vec::new();
        for chunk in 0..flow.chunks.len() {
            for node in orders.read(chunk) {
                let mut path: Vec<u32> = flow.paths.upward(node).collect();
                path.reverse();
                let segments = path.iter().map(|&node| flow.segments[flow.paths.nodes[node as usize].segment as usize]);
                executed.extend(segments.filter(|segment| segment.then != Then::Back));
            }
        }
        executed
    }

    proptest! {
        #[test]
        fn ways_survive(way in proptest::collection::vec((0u32..3, 0u32..3), 0..2000)) {
            let way: Vec<Segment> = way.into_iter().map(segment).collect();
            let mut writer = writer();
            for &segment in &way {
                push(&mut writer, segment);
            }
            let flow = writer.finish();
            prop_assert_eq!(executed(&flow), way);
            let (mut read, orders) = Flow::from_bytes(flow.segments.clone(), &flow.to_bytes()).expect("it was written");
            for ((chunk, written), length) in read.chunks.iter_mut().zip(&flow.chunks).zip(orders) {
                prop_assert_eq!(written.order.len(), length);
                chunk.order.clone_from(&written.order);
            }
            prop_assert_eq!(read, flow);
        }

        #[test]
        fn garbage_is_no_way_or_one(bytes: Vec<u8>) {
            if let Some((flow, _)) = Flow::from_bytes(vec![segment((1, 0)), segment((2, 1))], &bytes) {
                prop_assert!(executed(&flow).is_empty());
            }
        }
    }

    #[test]
    fn a_loop_takes_few_bytes() {
        let mut writer = writer();
        for round in 0..1_000_000 {
            push(&mut writer, segment((round % 7 + 1, 0)));
        }
        let flow = writer.finish();
        let orders: usize = flow.chunks.iter().map(|chunk| chunk.order.len()).sum();
        assert!(flow.to_bytes().len() + orders < 8000, "{} and {orders}", flow.to_bytes().len());
        assert_eq!(executed(&flow).len(), 1_000_000);
    }
}
