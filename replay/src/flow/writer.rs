//! Takes a way down while a program runs: a step in the tree of paths for each segment.

use hashbrown::HashMap;

use super::guess::GuessWriter;
use super::paths::{LONGEST, NO_NODE};
use super::{Chunk, ENTRY, Flow, Paths, Segment, Then};

/// Takes a way down.
pub struct FlowWriter {
    segments: Vec<Segment>,
    numbers: HashMap<Segment, u32>,
    paths: Paths,
    /// By node: what is looked at for each segment.
    guides: Vec<Guide>,
    /// The nodes behind others, by segment.
    children: HashMap<(u32, u32), u32>,
    /// Steps that were taken lately.
    recent: Box<[(u32, Segment, u32)]>,
    /// Where paths begin, by the segment before and the one by which an evaluation was entered or left: those without such a one by one
    /// more than the segment, the others hashed.
    roots: Vec<u32>,
    other_roots: HashMap<(u32, u32), u32>,
    /// The node that the way has come to.
    at: u32,
    /// What the evaluations that go on were entered from.
    outer: Vec<u32>,
    /// The paths of the present chunk: the nodes at which some ended, and how many in all.
    ended: Vec<u32>,
    length: u64,
    /// How many of `outer` were there before the present chunk.
    kept: usize,
    order: GuessWriter,
    chunks: Vec<Chunk>,
    /// Paths of all chunks before.
    total: u64,
}

/// Where the way went from a node the last time.
#[derive(Clone, Copy)]
struct Guide {
    segment: Segment,
    next: u32,
    /// Whether paths end here.
    ends: bool,
    /// Whether an evaluation is left here that did not begin on the path.
    leaves: bool,
    /// How many ended here in the present chunk.
    count: u32,
    /// How many ended here in all, as far as that matters.
    visits: u8,
}

const NOWHERE: Segment = Segment { code: None, start: u32::MAX, end: 0, then: Then::Jump };

/// Places for recent steps, a power of two.
const RECENT: usize = 1 << 12;

/// The most nodes; beyond, paths end where they would need another one.
const MOST_NODES: usize = 1 << 16;

/// A path grows beyond its end when it has ended there so often: what happens once is not worth a node.
const GROWS_AT: u8 = 8;

/// From this length on, a path ends at the next segment that is as good an end as one in four. Which ones are is the same each time, so
/// that the way is cut at the same places when it is taken again.
const SHORT: u32 = 6;

/// The fewest and most paths of a chunk. The first ones are short, since most changes are at the beginning of a run.
const FEWEST: u64 = 64;
const MOST: u64 = 8192;

/// Whether guessing begins anew behind a chunk, given how many paths there were before it and behind it: so that what is in the midst of a
/// long way can be read without all before.
pub(super) const fn begins_group(before: u64, behind: u64) -> bool {
    before / GROUP != behind / GROUP
}

/// Paths of a group of chunks.
const GROUP: u64 = 1 << 18;

impl Default for FlowWriter {
    fn default() -> Self {
        let mut writer = Self {
            segments: Vec::new(),
            numbers: HashMap::new(),
            paths: Paths::default(),
            guides: Vec::new(),
            children: HashMap::new(),
            recent: vec![(NO_NODE, NOWHERE, NO_NODE); RECENT].into(),
            roots: Vec::new(),
            other_roots: HashMap::new(),
            at: 0,
            outer: Vec::new(),
            ended: Vec::new(),
            length: 0,
            kept: 0,
            order: GuessWriter::new(),
            chunks: Vec::new(),
            total: 0,
        };
        writer.at = writer.root(ENTRY, ENTRY);
        writer
    }
}

impl FlowWriter {
    /// The next segment.
    #[inline]
    pub fn push(&mut self, segment: Segment) {
        let guide = &self.guides[self.at as usize];
        let next = if guide.segment == segment { guide.next } else { self.step(segment) };
        self.at = next;
        let guide = &self.guides[next as usize];
        if guide.leaves {
            self.go_back();
        } else if guide.ends {
            self.end();
        }
    }

    /// The evaluation that the path has left goes on in another one, whose beginning is not on the path.
    fn go_back(&mut self) {
        let last = self.outer.pop().unwrap_or(self.paths.nodes[self.at as usize].last);
        self.kept = self.kept.min(self.outer.len());
        let segment = Segment { code: None, start: last, end: 0, then: Then::Back };
        let guide = &self.guides[self.at as usize];
        let next = if guide.segment == segment { Some(guide.next) } else { self.child(segment) };
        match next {
            Some(next) => {
                let guide = &mut self.guides[self.at as usize];
                (guide.segment, guide.next) = (segment, next);
                self.at = next;
                if self.guides[next as usize].ends {
                    self.end();
                }
            }
            None => self.end_behind(last),
        }
    }

    /// The node behind the present one, if that is not the one of the last time.
    #[inline(never)]
    fn step(&mut self, segment: Segment) -> u32 {
        let code = segment.code.map_or(0, |code| code.0);
        let mixed =
            segment.start.wrapping_mul(31) ^ segment.end ^ code.wrapping_mul(131) ^ self.at.wrapping_mul(0x9e37_79b1);
        let place = (mixed ^ mixed >> 15) as usize % RECENT;
        let (from, known, next) = self.recent[place];
        let next = if from == self.at && known == segment {
            if next == NO_NODE {
                self.end();
                return self.step(segment);
            }
            next
        } else {
            let from = self.at;
            let next = self.find(segment);
            if self.at == from {
                self.recent[place] = (from, segment, next);
            } else if self.paths.nodes.len() >= MOST_NODES {
                // It will not be there the next time either.
                self.recent[place] = (from, segment, NO_NODE);
            }
            next
        };
        let guide = &mut self.guides[self.at as usize];
        (guide.segment, guide.next) = (segment, next);
        next
    }

    /// The node behind the present one, or behind where paths begin if there is none.
    fn find(&mut self, segment: Segment) -> u32 {
        match self.child(segment) {
            Some(next) => next,
            None => {
                self.end();
                self.find(segment)
            }
        }
    }

    /// The node behind the present one, which is made if paths should grow here.
    fn child(&mut self, segment: Segment) -> Option<u32> {
        let segments = &mut self.segments;
        let number = *self.numbers.entry(segment).or_insert_with(|| {
            segments.push(segment);
            (segments.len() - 1) as u32
        });
        if let Some(&known) = self.children.get(&(self.at, number)) {
            return Some(known);
        }
        let grown = self.paths.nodes.len() < MOST_NODES && self.guides[self.at as usize].visits >= GROWS_AT;
        if !grown && !self.paths.is_root(self.at) {
            return None;
        }
        let next = self.paths.add(self.at, number, &segment)?;
        // The first time, the path ends here: it grows by one segment each time that it occurs.
        self.add_guide(true);
        self.guides[next as usize].leaves = self.paths.nodes[next as usize].leaves;
        self.children.insert((self.at, number), next);
        Some(next)
    }

    fn add_guide(&mut self, ends: bool) {
        self.guides.push(Guide { segment: NOWHERE, next: NO_NODE, ends, leaves: false, count: 0, visits: 0 });
    }

    /// Where paths begin behind a segment.
    fn root(&mut self, before: u32, via: u32) -> u32 {
        if via != ENTRY {
            if let Some(&known) = self.other_roots.get(&(before, via)) {
                return known;
            }
            let added = self.paths.add_root(before, via);
            self.other_roots.insert((before, via), added);
            self.add_guide(false);
            return added;
        }
        let place = before.wrapping_add(1) as usize;
        if self.roots.len() <= place {
            self.roots.resize(place + 1, NO_NODE);
        }
        if self.roots[place] == NO_NODE {
            self.roots[place] = self.paths.add_root(before, via);
            self.add_guide(false);
        }
        self.roots[place]
    }

    /// A path ends at the present node.
    fn end(&mut self) {
        self.end_behind(self.paths.nodes[self.at as usize].last);
    }

    /// The same, with the segment that the next path begins behind.
    fn end_behind(&mut self, last: u32) {
        let number = self.at;
        let node = self.paths.nodes[number as usize];
        let good = node.depth >= SHORT && node.open == NO_NODE && node.segment.wrapping_mul(0x9e37_79b1) >> 30 == 0;
        let guide = &mut self.guides[number as usize];
        guide.ends = good || node.depth >= LONGEST;
        guide.visits = guide.visits.saturating_add(1);
        guide.count += 1;
        if guide.count == 1 {
            self.ended.push(number);
        }
        self.order.push(number);
        self.length += 1;
        if node.open != NO_NODE {
            let first = self.outer.len();
            self.outer.extend(self.paths.entered(number));
            self.outer[first..].reverse();
        }
        self.at = self.root(last, node.next_via);
        // What has many different paths has longer chunks in the end.
        let enough = (self.total / 16).clamp(FEWEST, MOST);
        let various = enough == MOST && self.length < 16 * self.ended.len() as u64;
        if self.length >= enough && !(various && self.length < 32 * MOST) {
            self.end_chunk();
        }
    }

    #[inline(never)]
    fn end_chunk(&mut self) {
        let root = self.paths.nodes[self.at as usize];
        self.ended.sort_unstable();
        let count = |&node: &u32| (node, u64::from(std::mem::take(&mut self.guides[node as usize].count)));
        let counts = self.ended.iter().map(count).collect();
        self.ended.clear();
        self.chunks.push(Chunk {
            counts,
            kept: self.kept as u64,
            entered: self.outer[self.kept..].to_vec(),
            last: root.last,
            via: root.via,
            order: self.order.take(begins_group(self.total, self.total + self.length)),
        });
        self.kept = self.outer.len();
        self.total += self.length;
        self.length = 0;
    }

    /// The way.
    #[must_use]
    pub fn finish(mut self) -> Flow {
        if !self.paths.is_root(self.at) {
            self.end();
        }
        if self.length > 0 {
            self.end_chunk();
        }
        Flow { segments: self.segments, paths: self.paths, chunks: self.chunks }
    }
}
