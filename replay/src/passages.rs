//! The runs of a site, in which long sequences that come again are there once.
//!
//! A program that does the same work in several rounds shows its sites the same shapes in each. The compression of the file would not find
//! what stands a hundred thousand runs before, and a replay can pass over what it played already (`crate::courses`).

use hashbrown::HashMap;

use crate::runs::{PlainRuns, Run};

/// Runs as bytes, which a [`RunsWriter`](crate::RunsWriter) makes: *passages* of a sequence of bytes, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunBytes {
    bytes: Vec<u8>,
    passages: Vec<Passage>,
}

/// A part of the bytes, which begins and ends between runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Where it begins.
    pub start: usize,
    /// How many bytes it has.
    pub length: usize,
    /// How often it comes in a row.
    pub times: u64,
}

impl RunBytes {
    /// Takes out of runs what comes again.
    pub(crate) fn new(runs: Vec<u8>) -> Self {
        if runs.len() < 2 * SHORTEST {
            return Self::whole(runs);
        }
        let search = Search { runs: &runs, taken: 0, bytes: Vec::new(), passages: Vec::new(), seen: HashMap::new() };
        search.search()
    }

    /// Bytes of runs, out of which nothing is taken.
    #[must_use]
    pub fn whole(bytes: Vec<u8>) -> Self {
        let passages = match bytes.len() {
            0 => Vec::new(),
            length => vec![Passage { start: 0, length, times: 1 }],
        };
        Self { bytes, passages }
    }

    /// These passages of these bytes; `None` if some are none.
    pub(crate) fn from_parts(bytes: Vec<u8>, passages: Vec<Passage>) -> Option<Self> {
        let within = |&Passage { start, length, times }: &Passage| {
            length > 0 && times > 0 && start.checked_add(length).is_some_and(|end| end <= bytes.len())
        };
        passages.iter().all(within).then_some(Self { bytes, passages })
    }

    /// All bytes, each once.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The passages in their order.
    #[must_use]
    pub fn passages(&self) -> &[Passage] {
        &self.passages
    }

    /// Whether there are parts of the bytes that may come again.
    pub(crate) fn repeats(&self) -> bool {
        self.passages.len() > 1 || self.passages.iter().any(|passage| passage.times > 1)
    }

    /// The bytes as far as a passage's end, and before that nothing but whole runs.
    pub(crate) fn until_end(&self, passage: &Passage) -> &[u8] {
        self.bytes.get(..passage.start + passage.length).unwrap_or_default()
    }

    /// The runs of a passage, once.
    fn runs_of(&self, passage: &Passage) -> PlainRuns<'_> {
        PlainRuns::new(self.until_end(passage).get(passage.start..).unwrap_or_default())
    }

    /// How many executions there are, and the highest number of a shape, if there is any; nothing if there are more executions than can be
    /// counted, or a passage ends within a run.
    pub(crate) fn add_up(&self) -> Option<(u64, Option<u32>)> {
        let (mut executions, mut highest) = (0u64, None);
        for passage in &self.passages {
            let mut runs = self.runs_of(passage);
            let (once, highest_here) = runs.add_up()?;
            if !runs.rest().is_empty() {
                return None;
            }
            executions = executions.checked_add(once.checked_mul(passage.times)?)?;
            highest = highest.max(highest_here);
        }
        Some((executions, highest))
    }
}

/// All runs of a site.
#[derive(Clone, Debug)]
pub struct Runs<'a> {
    now: PlainRuns<'a>,
    of: &'a RunBytes,
    /// The number of the passage that comes next, and how often the one before does.
    next: usize,
    again: u64,
}

impl<'a> Runs<'a> {
    /// Reads runs from the first on.
    #[must_use]
    pub const fn new(of: &'a RunBytes) -> Self {
        Self { now: PlainRuns::new(&[]), of, next: 0, again: 0 }
    }
}

impl Iterator for Runs<'_> {
    type Item = Run;

    #[inline]
    fn next(&mut self) -> Option<Run> {
        loop {
            if let Some(run) = self.now.next() {
                return Some(run);
            }
            if self.again == 0 {
                self.again = self.of.passages.get(self.next)?.times;
                self.next += 1;
            }
            self.again -= 1;
            self.now = self.of.runs_of(&self.of.passages[self.next - 1]);
        }
    }
}

/// The fewest bytes that are worth a passage: several times what a site executes between two attempts.
const SHORTEST: usize = 1024;

/// Odd, with its ones spread: the golden ratio's fraction (Knuth's multiplicative hashing).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// One place between two runs out of so many is looked up and kept, as a power of two: which ones depends on the bytes before.
const RARE: u32 = 6;

/// Looks for what comes again.
struct Search<'a> {
    runs: &'a [u8],
    /// How many of these were taken.
    taken: usize,
    bytes: Vec<u8>,
    passages: Vec<Passage>,
    /// Places in `bytes`, by a hash of the 64 bytes before.
    seen: HashMap<u64, usize>,
}

impl Search<'_> {
    fn search(mut self) -> RunBytes {
        let (mut hash, mut at) = (0u64, 0);
        let mut runs = PlainRuns::new(self.runs);
        while runs.next().is_some() {
            let end = self.runs.len() - runs.rest().len();
            // What is older than 64 bytes has been shifted out.
            for &byte in &self.runs[at..end] {
                hash = (hash << 1).wrapping_add((u64::from(byte) + 1).wrapping_mul(SPREAD));
            }
            at = end;
            if hash >> (u64::BITS - RARE) != 0 {
                continue;
            }
            match self.seen.get_mut(&hash) {
                None => {
                    self.take_new(at);
                    self.seen.insert(hash, self.bytes.len());
                }
                Some(&mut place) => {
                    self.take_new(at);
                    if self.take_known(place) {
                        (at, hash) = (self.taken, 0);
                        runs = PlainRuns::new(&self.runs[at..]);
                    }
                }
            }
        }
        self.take_new(self.runs.len());
        self.bytes.shrink_to_fit();
        RunBytes { bytes: self.bytes, passages: self.passages }
    }

    /// What is before a place in the runs did not come before.
    fn take_new(&mut self, end: usize) {
        let new = &self.runs[self.taken..end];
        if new.is_empty() {
            return;
        }
        let start = self.bytes.len();
        match self.passages.last_mut() {
            Some(last) if last.times == 1 && last.start + last.length == start => last.length += new.len(),
            _ => self.passages.push(Passage { start, length: new.len(), times: 1 }),
        }
        self.bytes.extend_from_slice(new);
        self.taken = end;
    }

    /// What comes now stands in the bytes behind this place, if it is long enough.
    fn take_known(&mut self, start: usize) -> bool {
        let known = &self.bytes[start..];
        if known.len() < SHORTEST {
            return false;
        }
        let mut times = 0;
        while self.runs[self.taken..].starts_with(known) {
            self.taken += known.len();
            times += 1;
        }
        if times > 0 {
            self.passages.push(Passage { start, length: known.len(), times });
        }
        // A part of them may come once more, which ends with a whole run.
        let same = common(&self.runs[self.taken..], known);
        let mut runs = PlainRuns::new(&known[..same]);
        runs.by_ref().for_each(drop);
        let length = same - runs.rest().len();
        if length >= SHORTEST {
            self.passages.push(Passage { start, length, times: 1 });
            self.taken += length;
        }
        times > 0 || length >= SHORTEST
    }
}

/// How many bytes two sequences begin with in common.
fn common(one: &[u8], other: &[u8]) -> usize {
    const MANY: usize = 256;
    let many = one.chunks_exact(MANY).zip(other.chunks_exact(MANY)).take_while(|(one, other)| one == other).count();
    let rest = one[many * MANY..].iter().zip(&other[many * MANY..]).take_while(|(one, other)| one == other).count();
    many * MANY + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RunsWriter;
    use proptest::prelude::*;

    fn packed(runs: &[Run]) -> RunBytes {
        let mut writer = RunsWriter::default();
        for &run in runs {
            writer.push(run);
        }
        writer.into_bytes()
    }

    /// Runs that are as good as random.
    fn scattered(seed: u64, count: u64) -> Vec<Run> {
        let run = |number: u64| {
            let mixed = (seed << 32 | number).wrapping_mul(SPREAD).rotate_left(23).wrapping_mul(SPREAD) >> 40;
            Run { shape: (mixed & 3) as u32, count: (mixed >> 8) % 20 + 1 }
        };
        (0..count).map(run).collect()
    }

    proptest! {
        #[test]
        fn rounds_survive(
            parts in proptest::collection::vec((0u64..3, 1u64..4000, 1usize..4), 1..8),
            odd in proptest::collection::vec((any::<u32>(), 1u64..), 0..3),
        ) {
            let odd = odd.into_iter().map(|(shape, count)| Run { shape, count });
            let mut runs: Vec<Run> = odd.collect();
            for (seed, count, times) in parts {
                runs.extend(scattered(seed, count).repeat(times));
            }
            let packed = packed(&runs);
            prop_assert_eq!(Runs::new(&packed).collect::<Vec<_>>(), runs.clone());
            let sum = runs.iter().try_fold(0u64, |sum, run| sum.checked_add(run.count));
            let highest = runs.iter().map(|run| run.shape).max();
            prop_assert_eq!(packed.add_up(), sum.map(|sum| (sum, highest)));
            let again = RunBytes::from_parts(packed.bytes().to_vec(), packed.passages().to_vec());
            prop_assert_eq!(again, Some(packed));
        }

        #[test]
        fn any_passages_of_any_bytes_end(
            bytes: Vec<u8>,
            passages in proptest::collection::vec((0usize..20, 0usize..20, 0u64..5), 0..5),
        ) {
            let passages = passages.into_iter().map(|(start, length, times)| Passage { start, length, times }).collect();
            if let Some(some) = RunBytes::from_parts(bytes, passages) {
                let whole = some.add_up();
                let executions = Runs::new(&some).try_fold(0u64, |sum, run| sum.checked_add(run.count));
                prop_assert!(whole.is_none() || whole.map(|(executions, _)| executions) == executions);
            }
        }
    }

    #[test]
    fn rounds_are_there_once() {
        let mut runs = scattered(1, 500);
        let round = scattered(2, 20_000);
        for _ in 0..50 {
            runs.extend(&round);
        }
        runs.extend(scattered(3, 500));
        let packed = packed(&runs);
        let once = 21_000 + 21_000 / 5;
        assert!(packed.bytes().len() < once + 2000, "{} bytes, {:?}", packed.bytes().len(), packed.passages());
        assert!(packed.passages().len() < 6, "{:?}", packed.passages());
        assert_eq!(Runs::new(&packed).collect::<Vec<_>>(), runs);
    }
}
