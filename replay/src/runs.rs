//! The executions of a site: which shape, how often in a row.
//!
//! A run is a byte, whose low half is the shape's number at this site and whose high half is the length less one; 15 in either half
//! says that a number of variable length follows, with what is beyond 15. A site that sees one shape for a million times takes four
//! bytes; one that sees another shape each time takes a byte for each execution, before compression.

use std::ops::Range;

use crate::bytes::{put, take};
use crate::passages::RunBytes;

/// What does not fit into half a byte.
const ESCAPE: u64 = 15;

/// So many executions with the same shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The shape, as the site numbers them.
    pub shape: u32,
    /// How often, at least once.
    pub count: u64,
}

/// Takes down runs, one after the other.
#[derive(Clone, Debug, Default)]
pub struct RunsWriter {
    bytes: Vec<u8>,
}

impl RunsWriter {
    /// Adds a run. A run of none is not written.
    #[inline]
    pub fn push(&mut self, run: Run) {
        let Some(more) = run.count.checked_sub(1) else { return };
        let shape = u64::from(run.shape);
        let (low, high) = (shape.min(ESCAPE), more.min(ESCAPE));
        self.bytes.push((low | high << 4).to_le_bytes()[0]);
        if low == ESCAPE {
            put(&mut self.bytes, shape - ESCAPE);
        }
        if high == ESCAPE {
            put(&mut self.bytes, more - ESCAPE);
        }
    }

    /// Adds what stands in a part of the bytes once more.
    pub(crate) fn repeat(&mut self, part: Range<usize>) {
        if part.start <= part.end && part.end <= self.bytes.len() {
            self.bytes.extend_from_within(part);
        }
    }

    /// What was taken down, in which what comes again is there once.
    #[must_use]
    pub fn into_bytes(self) -> RunBytes {
        RunBytes::new(self.bytes)
    }

    /// What was taken down so far.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bytes these are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing was added yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

/// Reads runs that stand one after the other. It ends early at bytes that are none, which a [`Recording`](crate::Recording) that was read
/// does not have.
#[derive(Clone, Debug)]
pub(crate) struct PlainRuns<'a>(&'a [u8]);

impl<'a> PlainRuns<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// What has not been read.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.0
    }
}

impl Iterator for PlainRuns<'_> {
    type Item = Run;

    #[inline(always)]
    fn next(&mut self) -> Option<Run> {
        let (&head, rest) = self.0.split_first()?;
        let (shape, more) = (u64::from(head & 15), u64::from(head >> 4));
        if shape != ESCAPE && more != ESCAPE {
            self.0 = rest;
            return Some(Run { shape: u32::from(head & 15), count: more + 1 });
        }
        self.next_long(rest, shape, more)
    }
}

impl PlainRuns<'_> {
    /// The next run, if it fits into a byte.
    #[inline(always)]
    pub(crate) fn short(&self) -> Option<Run> {
        let &head = self.0.first()?;
        let (shape, more) = (u64::from(head & 15), u64::from(head >> 4));
        (shape != ESCAPE && more != ESCAPE).then(|| Run { shape: u32::from(head & 15), count: more + 1 })
    }

    /// Goes behind such a run.
    #[inline(always)]
    pub(crate) fn skip_short(&mut self) {
        self.0 = self.0.get(1..).unwrap_or_default();
    }
}

impl PlainRuns<'_> {
    /// Goes behind all runs that can be read. Answers how many executions there are in these, and the highest number of a shape, if there is
    /// any; nothing if there are more executions than can be counted.
    pub(crate) fn add_up(&mut self) -> Option<(u64, Option<u32>)> {
        let (mut executions, mut highest) = (0u64, None);
        loop {
            // Many at a time, which the processor adds up side by side.
            while let Some((piece, rest)) = self.0.split_first_chunk::<64>() {
                let escaped = piece.iter().fold(false, |any, head| any | (head & 15 == 15) | (head >> 4 == 15));
                if escaped {
                    break;
                }
                let more: u16 = piece.iter().map(|head| u16::from(head >> 4)).sum();
                executions = executions.checked_add(piece.len() as u64 + u64::from(more))?;
                highest = highest.max(piece.iter().map(|head| u32::from(head & 15)).max());
                self.0 = rest;
            }
            let Some(run) = self.next() else { return Some((executions, highest)) };
            executions = executions.checked_add(run.count)?;
            highest = highest.max(Some(run.shape));
        }
    }
}

impl<'a> PlainRuns<'a> {
    /// The rest of a run that a byte has no room for.
    #[inline(never)]
    fn next_long(&mut self, mut bytes: &'a [u8], mut shape: u64, mut more: u64) -> Option<Run> {
        if shape == ESCAPE {
            shape = shape.checked_add(take(&mut bytes)?)?;
        }
        if more == ESCAPE {
            more = more.checked_add(take(&mut bytes)?)?;
        }
        let run = Run { shape: u32::try_from(shape).ok()?, count: more.checked_add(1)? };
        self.0 = bytes;
        Some(run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn runs_survive(runs in proptest::collection::vec((any::<u32>(), 1u64..), 0..50)) {
            let runs: Vec<Run> = runs.into_iter().map(|(shape, count)| Run { shape, count }).collect();
            let mut writer = RunsWriter::default();
            for &run in &runs {
                writer.push(run);
            }
            let bytes = writer.bytes;
            let sum = runs.iter().try_fold(0u64, |sum, run| sum.checked_add(run.count));
            let highest = runs.iter().map(|run| run.shape).max();
            prop_assert_eq!(PlainRuns::new(&bytes).add_up(), sum.map(|sum| (sum, highest)));
            let mut reader = PlainRuns::new(&bytes);
            prop_assert_eq!(reader.by_ref().collect::<Vec<_>>(), runs);
            prop_assert!(reader.rest().is_empty());
        }

        #[test]
        fn garbage_ends(bytes: Vec<u8>) {
            let _ = PlainRuns::new(&bytes).count();
        }
    }

    #[test]
    fn many_short_runs_add_up() {
        let mut writer = RunsWriter::default();
        for number in 0..1000 {
            writer.push(Run { shape: number % 15, count: u64::from(number % 15) + 1 });
        }
        writer.push(Run { shape: 99, count: 7 });
        let expected: u64 = (0..1000).map(|number| number % 15 + 1).sum();
        assert_eq!(PlainRuns::new(writer.bytes()).add_up(), Some((expected + 7, Some(99))));
        let mut garbage = PlainRuns::new(&[0xff, 0xff]);
        assert_eq!(garbage.add_up(), Some((0, None)));
        assert_eq!(garbage.rest().len(), 2);
    }

    #[test]
    fn one_shape_takes_few_bytes() {
        let mut writer = RunsWriter::default();
        writer.push(Run { shape: 0, count: 1_000_000 });
        assert_eq!(writer.len(), 4);
        writer.push(Run { shape: 14, count: 15 });
        writer.push(Run { shape: 1, count: 0 });
        assert_eq!(writer.len(), 5);
    }
}
