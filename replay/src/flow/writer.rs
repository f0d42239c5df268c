//! Takes a way down while a program runs: by pieces that a hash finds, and those that are new by a step in the tree of paths for each segment.

use hashbrown::HashMap;
use quicken_specializer::CodeId;

use super::guess::GuessWriter;
use super::paths::{LONGEST, NO_NODE};
use super::{Chunk, ENTRY, Flow, Paths, Segment, Then};

/// Takes a way down.
///
/// A place is the number of a code unit, counted through all code objects one after the other.
///
/// Segments are gathered until they are a good piece of the way, which depends on nothing but themselves. Most pieces are paths that were taken
/// before: these are found by a hash at once. Only the others are looked for in the tree, step by step.
pub struct FlowWriter {
    /// The segments since the last path ended, as [`word`] has them.
    piece: Box<[u64; LONGEST as usize]>,
    gathered: usize,
    /// A hash of them, and of where they begin.
    hash: u64,
    /// How many evaluations were entered in them and not left, and how many left that were entered before.
    depth: u32,
    left: usize,
    /// Pieces that are paths.
    known: Box<[Known; KNOWN]>,
    /// Their segments, and behind them what the evaluations were entered from that go on.
    words: Vec<u64>,
    /// The first place of each code object, ascending.
    codes: Vec<(u32, CodeId)>,
    segments: Vec<Segment>,
    numbers: HashMap<u64, u32>,
    paths: Paths,
    /// By node.
    guides: Vec<Guide>,
    /// The nodes behind others, by segment.
    children: HashMap<(u32, u32), u32>,
    /// Where paths begin, by the segment before and the one by which an evaluation was entered or left: those without such a one by one
    /// more than the segment, the others hashed.
    roots: Vec<u32>,
    other_roots: HashMap<(u32, u32), u32>,
    /// The node that the way has come to.
    at: u32,
    /// What the evaluations that went on at the beginning of the piece were entered from.
    outer: Vec<u32>,
    /// The paths of the present chunk: the nodes at which some ended, and how many in all.
    ended: Vec<u32>,
    length: u64,
    /// How many it may have before somebody looks whether it ends.
    enough: u64,
    /// How many of `outer` were there before the present chunk.
    kept: usize,
    order: GuessWriter,
    chunks: Vec<Chunk>,
    /// Paths of all chunks before.
    total: u64,
}

/// A piece that is a path.
#[derive(Clone, Copy)]
struct Known {
    hash: u64,
    /// The nodes where it begins, where it ends and where the next path begins.
    root: u32,
    node: u32,
    next: u32,
    /// Where its segments are, and how many evaluations that were entered on it go on.
    words: u32,
    entered: u32,
}

/// What is kept of a node.
#[derive(Clone, Copy)]
struct Guide {
    /// How many paths ended here in all, as far as that matters.
    visits: u8,
    /// How many ended here in the present chunk.
    count: u32,
    /// Where the segments of the path that ends here are, if it was found by them once.
    words: u32,
}

/// The place of a segment of which nothing was executed.
pub const NOTHING: u32 = u32::MAX;

/// They are nowhere.
const NO_WORDS: u32 = u32::MAX;

/// Places for known pieces, a power of two.
const KNOWN: usize = 1 << 14;

/// The most nodes; beyond, paths end where they would need another one.
const MOST_NODES: usize = 1 << 16;

/// A path grows beyond its end when it has ended there so often: what happens once is not worth a node.
const GROWS_AT: u8 = 3;

/// From this length on, a piece ends with the next segment that is as good an end as one in two. Which ones are is the same each time, so
/// that the way is cut at the same places when it is taken again.
const SHORT: usize = 10;

/// The fewest and most paths of a chunk. The first ones are short, since most changes are at the beginning of a run.
const FEWEST: u64 = 64;
const MOST: u64 = 8192;
/// The most where there are many different ones. What is read and claims to have more is damaged, and is not believed.
pub(super) const LONGEST_CHUNK: u64 = 32 * MOST;

/// Odd, with its ones spread: the golden ratio's fraction (Knuth's multiplicative hashing).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// A segment as a word: its first place, how far the last one is from there, and what came then. No code object has 2³⁰ units.
#[inline(always)]
fn word(start: u32, end: u32, then: Then) -> u64 {
    u64::from(start) << u32::BITS | u64::from(end.wrapping_sub(start) << 2 | then as u32)
}

/// The first and the last place of a segment.
fn places(word: u64) -> (u32, u32) {
    let start = (word >> u32::BITS) as u32;
    // What is to be subtracted for `NOTHING` has no room in the word, and none is needed.
    (start, start.wrapping_add(word as u32 >> 2))
}

const fn then(word: u64) -> Then {
    match word & 3 {
        0 => Then::Jump,
        1 => Then::Enter,
        2 => Then::Leave,
        _ => Then::Back,
    }
}

/// Whether guessing begins anew behind a chunk, given how many paths there were before it and behind it: so that what is in the midst of a
/// long way can be read without all before.
pub(super) const fn begins_group(before: u64, behind: u64) -> bool {
    before / GROUP != behind / GROUP
}

/// Paths of a group of chunks.
const GROUP: u64 = 1 << 18;

/// An array of equal items, which is not on the native stack even for a moment: that may be a small one.
fn on_heap<T: Copy, const N: usize>(item: T) -> Box<[T; N]> {
    match vec![item; N].into_boxed_slice().try_into() {
        Ok(array) => array,
        Err(_) => unreachable!("it is as long as was asked"),
    }
}

impl Default for FlowWriter {
    fn default() -> Self {
        let nothing = Known { hash: 0, root: NO_NODE, node: 0, next: 0, words: 0, entered: 0 };
        let mut writer = Self {
            piece: Box::new([0; LONGEST as usize]),
            gathered: 0,
            hash: 0,
            depth: 0,
            left: 0,
            known: on_heap(nothing),
            words: Vec::new(),
            codes: Vec::new(),
            segments: Vec::new(),
            numbers: HashMap::new(),
            paths: Paths::default(),
            guides: Vec::new(),
            children: HashMap::new(),
            roots: Vec::new(),
            other_roots: HashMap::new(),
            at: 0,
            outer: Vec::new(),
            ended: Vec::new(),
            length: 0,
            enough: FEWEST,
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
    /// The units of a code object have the places from here on.
    pub fn add_code(&mut self, first: u32, code: CodeId) {
        self.codes.push((first, code));
    }

    /// The next segment, from its first to its last place; the first is [`NOTHING`] if nothing was executed.
    #[inline(always)]
    pub fn push(&mut self, start: u32, end: u32, then: Then) {
        let word = word(start, end, then);
        self.gather(word);
        match then {
            Then::Jump | Then::Back => {}
            Then::Enter => self.depth += 1,
            Then::Leave if self.depth > 0 => self.depth -= 1,
            Then::Leave => self.go_back(),
        }
        let good = self.gathered >= SHORT && word.wrapping_mul(SPREAD) >> 63 == 0;
        // A segment may bring another one with it.
        if good || self.gathered > LONGEST as usize - 2 {
            self.end_piece();
        }
    }

    #[inline(always)]
    fn gather(&mut self, word: u64) {
        if let Some(place) = self.piece.get_mut(self.gathered) {
            *place = word;
            self.gathered += 1;
            self.hash = (self.hash.rotate_left(23) ^ word).wrapping_mul(SPREAD);
        }
    }

    /// The evaluation that the piece has left goes on in another one, whose beginning is not in the piece.
    fn go_back(&mut self) {
        self.left += 1;
        let last = self.outer.len().checked_sub(self.left).map_or(ENTRY, |place| self.outer[place]);
        self.gather(word(NOTHING, last, Then::Back));
    }

    /// The segments that were gathered are a path, or several.
    #[inline(never)]
    fn end_piece(&mut self) {
        let hash = (self.hash ^ u64::from(self.at)).wrapping_mul(SPREAD);
        let place = (hash >> (u64::BITS - KNOWN.trailing_zeros())) as usize;
        let known = self.known[place];
        let first = known.words as usize;
        let same = known.hash == hash
            && known.root == self.at
            && self.words.get(first..first + self.gathered) == Some(&self.piece[..self.gathered]);
        if same {
            self.take(known);
        } else {
            self.search(hash, place);
        }
        (self.gathered, self.hash, self.depth, self.left) = (0, 0, 0, 0);
    }

    /// Takes a path that is known.
    #[inline(always)]
    fn take(&mut self, known: Known) {
        if self.left > 0 {
            self.outer.truncate(self.outer.len().saturating_sub(self.left));
            self.kept = self.kept.min(self.outer.len());
        }
        let guide = &mut self.guides[known.node as usize];
        guide.count += 1;
        if guide.count == 1 {
            self.ended.push(known.node);
        }
        self.order.push(known.node);
        let first = known.words as usize + self.gathered;
        for &entered in &self.words[first..first + known.entered as usize] {
            self.outer.push(entered as u32);
        }
        self.at = known.next;
        self.add_length();
    }

    /// Looks for the piece in the tree.
    #[inline(never)]
    fn search(&mut self, hash: u64, place: usize) {
        let root = self.at;
        let mut whole = true;
        for index in 0..self.gathered {
            let segment = self.piece[index];
            // The tree tells itself where an evaluation goes on in one whose beginning is not on the path.
            if then(segment) == Then::Back {
                continue;
            }
            self.at = match self.child(segment) {
                Some(next) => next,
                None => {
                    self.end();
                    whole = false;
                    let Some(next) = self.child(segment) else { continue };
                    next
                }
            };
            if self.paths.nodes[self.at as usize].leaves {
                let last = self.outer.pop().unwrap_or(ENTRY);
                self.kept = self.kept.min(self.outer.len());
                let back = word(NOTHING, last, Then::Back);
                match self.child(back) {
                    Some(next) => self.at = next,
                    None => {
                        self.end_behind(last);
                        whole = false;
                    }
                }
            }
        }
        if self.paths.is_root(self.at) {
            return;
        }
        let (node, outer) = (self.at, self.outer.len());
        self.end();
        if whole {
            let guide = &mut self.guides[node as usize];
            if guide.words == NO_WORDS {
                guide.words = self.words.len() as u32;
                self.words.extend_from_slice(&self.piece[..self.gathered]);
                self.words.extend(self.outer[outer..].iter().map(|&entered| u64::from(entered)));
            }
            let entered = (self.outer.len() - outer) as u32;
            self.known[place] = Known { hash, root, node, next: self.at, words: guide.words, entered };
        }
    }

    /// The node behind the present one, which is made if paths should grow here.
    fn child(&mut self, word: u64) -> Option<u32> {
        let number = match self.numbers.get(&word) {
            Some(&known) => known,
            None => self.add_segment(word),
        };
        if let Some(&known) = self.children.get(&(self.at, number)) {
            return Some(known);
        }
        let grown = self.paths.nodes.len() < MOST_NODES && self.guides[self.at as usize].visits >= GROWS_AT;
        if !grown && !self.paths.is_root(self.at) {
            return None;
        }
        let next = self.paths.add(self.at, number, &self.segments[number as usize])?;
        self.add_guide();
        self.children.insert((self.at, number), next);
        Some(next)
    }

    fn add_segment(&mut self, word: u64) -> u32 {
        let ((start, end), then) = (places(word), then(word));
        let behind = self.codes.partition_point(|&(first, _)| first <= start);
        let segment = match behind.checked_sub(1).and_then(|index| self.codes.get(index)) {
            Some(&(first, code)) if start != NOTHING => {
                Segment { code: Some(code), start: start - first, end: end.saturating_sub(first), then }
            }
            // `Back` has the segment behind which an evaluation goes on in place of a last place.
            _ if then == Then::Back => Segment { code: None, start: end, end: 0, then },
            _ => Segment { code: None, start: 0, end: 0, then },
        };
        let number = self.segments.len() as u32;
        self.segments.push(segment);
        self.numbers.insert(word, number);
        number
    }

    fn add_guide(&mut self) {
        self.guides.push(Guide { visits: 0, count: 0, words: NO_WORDS });
    }

    /// Where paths begin behind a segment.
    fn root(&mut self, before: u32, via: u32) -> u32 {
        if via != ENTRY {
            if let Some(&known) = self.other_roots.get(&(before, via)) {
                return known;
            }
            let added = self.paths.add_root(before, via);
            self.other_roots.insert((before, via), added);
            self.add_guide();
            return added;
        }
        let place = before.wrapping_add(1) as usize;
        if self.roots.len() <= place {
            self.roots.resize(place + 1, NO_NODE);
        }
        if self.roots[place] == NO_NODE {
            self.roots[place] = self.paths.add_root(before, via);
            self.add_guide();
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
        let guide = &mut self.guides[number as usize];
        guide.visits = guide.visits.saturating_add(1);
        guide.count += 1;
        if guide.count == 1 {
            self.ended.push(number);
        }
        self.order.push(number);
        if node.open != NO_NODE {
            self.enter(number);
        }
        self.at = self.root(last, node.next_via);
        self.add_length();
    }

    /// The evaluations that began on a path and have not ended go on.
    fn enter(&mut self, node: u32) {
        let first = self.outer.len();
        self.outer.extend(self.paths.entered(node));
        self.outer[first..].reverse();
    }

    /// The present chunk is longer by a path.
    #[inline]
    fn add_length(&mut self) {
        self.length += 1;
        if self.length >= self.enough {
            self.end_chunk();
        }
    }

    #[inline(never)]
    fn end_chunk(&mut self) {
        // What has many different paths has longer chunks in the end.
        if self.enough >= MOST && self.length < 16 * self.ended.len() as u64 && self.length < LONGEST_CHUNK {
            self.enough = (16 * self.ended.len() as u64).clamp(self.length + 1, LONGEST_CHUNK);
            return;
        }
        self.finish_chunk();
        self.enough = (self.total / 16).clamp(FEWEST, MOST);
    }

    fn finish_chunk(&mut self) {
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
        if self.gathered > 0 {
            self.end_piece();
        }
        if self.length > 0 {
            self.finish_chunk();
        }
        Flow { segments: self.segments, paths: self.paths, chunks: self.chunks }
    }
}
