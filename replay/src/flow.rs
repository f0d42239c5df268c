//! The way a run took: the straight stretches of code that it executed, one after the other.
//!
//! A *segment* is a stretch that was executed from its first to its last instruction without a jump between, and what came then: the
//! jump to the next segment, or the beginning or end of an evaluation that CPython enters through C. A run visits few
//! different segments very often, and mostly in the order in which it visited them before: the one that came after the last dozen (or
//! three) when these were seen together before is nearly always right. So the way is written as numbers by turns: how many such
//! guesses were right, and the segment that came where the next one was wrong.

use quicken_specializer::CodeId;
use serde::{Deserialize, Serialize};

use crate::bytes::{put, take};

/// What comes after a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Then {
    /// The next segment.
    Jump,
    /// An evaluation begins, which CPython enters through C: pairs start anew.
    Enter,
    /// Such an evaluation is left.
    Leave,
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
    /// How many were executed.
    pub length: u64,
    /// Their order; see [`Way`].
    pub bytes: Vec<u8>,
}

/// Guesses the next segment: the one that came when the last dozen were seen together before, or else the last three.
#[derive(Clone)]
struct Guess {
    /// By the last dozen: what they were (a hash), and the segment.
    long: Box<[(u32, u32)]>,
    /// By the last three.
    short: Box<[u32]>,
    /// Hashes of the last dozen and of the last three: what is older has been shifted out.
    last_dozen: u64,
    last_three: u64,
}

/// Entries of each table, a power of two.
const GUESSES: usize = 1 << 14;

/// How far a hash is shifted for each segment, so that a dozen, or three, remain.
const DOZEN_SHIFT: u32 = 5;
const THREE_SHIFT: u32 = 21;

/// Odd, with its ones spread: the golden ratio's fraction (Knuth's multiplicative hashing).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// No segment was ever seen here.
const NONE: u32 = u32::MAX;

impl Guess {
    fn new() -> Self {
        Self { long: vec![(0, NONE); GUESSES].into(), short: vec![NONE; GUESSES].into(), last_dozen: 0, last_three: 0 }
    }

    /// The place of a hash in a table, from the best mixed bits.
    #[inline]
    fn place(mixed: u64) -> usize {
        (mixed >> (u64::BITS - GUESSES.trailing_zeros())) as usize
    }

    /// The guess, with the places that it was found at.
    #[inline]
    fn guess(&self) -> (u32, usize, u32, usize) {
        let long = self.last_dozen.wrapping_mul(SPREAD);
        let (place, tag) = (Self::place(long), (long >> 16) as u32);
        let short = Self::place(self.last_three.wrapping_mul(SPREAD));
        let (known, segment) = self.long[place];
        let guess = if known == tag && segment != NONE { segment } else { self.short[short] };
        (guess, place, tag, short)
    }

    /// Learns which segment came; answers whether that was the guess.
    #[inline]
    fn learn(&mut self, segment: u32) -> bool {
        let (guess, long, tag, short) = self.guess();
        self.long[long] = (tag, segment);
        self.short[short] = segment;
        let spread = u64::from(segment).wrapping_add(1).wrapping_mul(SPREAD) >> 40;
        self.last_dozen = self.last_dozen << DOZEN_SHIFT ^ spread;
        self.last_three = self.last_three << THREE_SHIFT ^ spread;
        guess == segment
    }
}

/// Takes a way down.
#[derive(Clone)]
pub struct FlowWriter {
    guess: Guess,
    right: u64,
    length: u64,
    bytes: Vec<u8>,
}

impl Default for FlowWriter {
    fn default() -> Self {
        Self { guess: Guess::new(), right: 0, length: 0, bytes: Vec::new() }
    }
}

impl FlowWriter {
    /// The next segment, by its number.
    #[inline]
    pub fn push(&mut self, segment: u32) {
        self.length += 1;
        if self.guess.learn(segment) {
            self.right += 1;
        } else {
            put(&mut self.bytes, self.right);
            put(&mut self.bytes, u64::from(segment));
            self.right = 0;
        }
    }

    /// The way, given the segments that the numbers stand for.
    #[must_use]
    pub fn finish(mut self, segments: Vec<Segment>) -> Flow {
        put(&mut self.bytes, self.right);
        Flow { segments, length: self.length, bytes: self.bytes }
    }
}

/// The segments of a way, by their numbers.
pub struct Way<'a> {
    guess: Guess,
    bytes: &'a [u8],
    right: u64,
    left: u64,
    segments: usize,
}

impl Flow {
    /// The segments in their order. It ends early where the bytes are damaged.
    #[must_use]
    pub fn way(&self) -> Way<'_> {
        let mut bytes = &self.bytes[..];
        let right = take(&mut bytes).unwrap_or(0);
        Way { guess: Guess::new(), bytes, right, left: self.length, segments: self.segments.len() }
    }
}

impl Iterator for Way<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        if self.right > 0 {
            self.right -= 1;
            let (segment, ..) = self.guess.guess();
            self.guess.learn(segment);
            // Where nothing was ever seen, a guess is never right.
            return (segment != NONE).then_some(segment);
        }
        let segment =
            u32::try_from(take(&mut self.bytes)?).ok().filter(|&segment| (segment as usize) < self.segments)?;
        self.right = take(&mut self.bytes)?;
        self.guess.learn(segment);
        Some(segment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn segments(count: u32) -> Vec<Segment> {
        (0..count).map(|start| Segment { code: None, start, end: start, then: Then::Jump }).collect()
    }

    proptest! {
        #[test]
        fn ways_survive(way in proptest::collection::vec(0u32..9, 0..300)) {
            let mut writer = FlowWriter::default();
            for &segment in &way {
                writer.push(segment);
            }
            let flow = writer.finish(segments(9));
            prop_assert_eq!(flow.way().collect::<Vec<_>>(), way);
        }

        #[test]
        fn garbage_ends(bytes: Vec<u8>, length: u16) {
            let flow = Flow { segments: segments(3), length: u64::from(length), bytes };
            prop_assert!(flow.way().all(|segment| segment < 3));
        }
    }

    #[test]
    fn a_loop_takes_few_bytes() {
        let mut writer = FlowWriter::default();
        for round in 0..100_000 {
            writer.push(round % 7);
        }
        let flow = writer.finish(segments(7));
        assert!(flow.bytes.len() < 40, "{}", flow.bytes.len());
        assert_eq!(flow.way().count(), 100_000);
    }
}
