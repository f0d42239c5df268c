//! Searching: which places of the subject the matcher is sent to.

use super::matcher::{Matcher, Unit};
use super::program::Search;

impl<U: Unit> Matcher<'_, U> {
    /// The first match from `start` on: where it begins and ends.
    pub(super) fn search(&mut self, start: usize) -> Option<(usize, usize)> {
        let (program, end) = (self.program, self.text.len());
        // The last place where a match could begin.
        let last = end.checked_sub(program.least).filter(|last| start <= *last)?;
        match &program.search {
            Search::Anchored => self.run(start).map(|end| (start, end)),
            Search::Everywhere => {
                for at in start..=last {
                    if let Some(end) = self.run(at) {
                        return Some((at, end));
                    }
                    // Only a match at the very place where the last one ended must not be empty.
                    self.advance = false;
                }
                None
            }
            Search::Text { points, finder, whole } => {
                let mut at = start;
                loop {
                    at += match (U::as_bytes(&self.text[at..]), finder) {
                        (Some(bytes), finder) => finder.as_ref()?.find(bytes)?,
                        (None, _) => find(&self.text[at..], points)?,
                    };
                    let found = if *whole { Some(at + points.len()) } else { self.run(at) };
                    if let Some(end) = found {
                        return Some((at, end));
                    }
                    at += 1;
                }
            }
            Search::First(set, few) => {
                let set = &program.sets[*set as usize];
                let mut at = start;
                loop {
                    let rest = &self.text[at..];
                    at += match (U::as_bytes(rest), few.as_deref()) {
                        (Some(_), Some([])) => None,
                        (Some(bytes), Some([one])) => memchr::memchr(*one, bytes),
                        (Some(bytes), Some([one, two])) => memchr::memchr2(*one, *two, bytes),
                        (Some(bytes), Some([one, two, three])) => memchr::memchr3(*one, *two, *three, bytes),
                        _ => rest.iter().position(|unit| set.contains((*unit).into())),
                    }?;
                    if let Some(end) = self.run(at) {
                        return Some((at, end));
                    }
                    at += 1;
                }
            }
        }
    }
}

/// Where the text begins for the first time.
fn find<U: Unit>(units: &[U], points: &[u32]) -> Option<usize> {
    let first = U::try_from(*points.first()?).ok()?;
    let mut from = 0;
    loop {
        let rest = units.get(from..)?;
        let at = from + first.find(rest)?;
        let here = units.get(at..at + points.len())?;
        if here.iter().zip(points).all(|(unit, point)| (*unit).into() == *point) {
            return Some(at);
        }
        from = at + 1;
    }
}
