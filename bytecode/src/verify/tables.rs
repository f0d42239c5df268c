//! The two compressed tables, read strictly: what [`crate::location`]'s iterators would pass over in silence is an error here.

use super::layout::Layout;
use super::refusal::{Check, Fault, Rule};
use crate::location::PositionRanges;

/// An entry of the exception table in terms of instructions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handler {
    /// First instruction that it covers.
    pub start: usize,
    /// The instruction behind the last one.
    pub end: usize,
    /// The handler's first instruction.
    pub target: usize,
    /// Operands that stay on the stack.
    pub depth: usize,
    /// Whether the raising instruction's number is pushed below the exception.
    pub lasti: bool,
}

/// The entries of the exception table.
pub(super) fn handlers(table: &[u8], layout: &Layout) -> Check<Vec<Handler>> {
    let fault = |reason: String| Fault::whole(Rule::ExceptionTable, reason);
    let mut handlers: Vec<Handler> = Vec::new();
    let mut rest = table;
    while !rest.is_empty() {
        let number = handlers.len();
        let Some((entry, after)) = exception_entry(rest) else {
            return fault(format!("entry {number} of the exception table is malformed"));
        };
        rest = after;
        let [start, length, target, depth_lasti] = entry;
        let ends = (layout.boundary(start), start.checked_add(length).and_then(|end| layout.boundary(end)));
        let (Some(first), Some(end)) = ends else {
            return fault(format!("entry {number} does not cover whole instructions of the code"));
        };
        if first >= end {
            return fault(format!("entry {number} covers nothing"));
        }
        if handlers.last().is_some_and(|before| first < before.end) {
            return fault(format!("entry {number} begins before the one before it ends"));
        }
        let Some(target) = layout.starting_at(i64::from(target)) else {
            return fault(format!(
                "entry {number} has its handler at {}, where no instruction starts",
                2 * u64::from(target)
            ));
        };
        let (depth, lasti) = ((depth_lasti >> 1) as usize, depth_lasti & 1 != 0);
        handlers.push(Handler { start: first, end, target, depth, lasti });
    }
    Ok(handlers)
}

/// The four numbers of an entry (start, length, target, depth and lasti) and what follows it.
fn exception_entry(bytes: &[u8]) -> Option<([u32; 4], &[u8])> {
    const MARK: u8 = 0x80;
    const MORE: u8 = 0x40;
    let mut rest = bytes;
    let mut numbers = [0u32; 4];
    for (index, number) in numbers.iter_mut().enumerate() {
        let mut first = true;
        loop {
            let (byte, after) = rest.split_first()?;
            rest = after;
            // Only the first byte of an entry is marked: that is how CPython finds entries by bisection.
            if (byte & MARK != 0) != (index == 0 && first) || *number >> 26 != 0 {
                return None;
            }
            first = false;
            *number = *number << 6 | u32::from(byte & 0x3F);
            if byte & MORE == 0 {
                break;
            }
        }
    }
    Some((numbers, rest))
}

/// Checks that the location table can be decoded and covers exactly the code.
pub(super) fn locations(table: &[u8], units: u32) -> Check {
    // The bytes that begin an entry are marked, as those of the exception table are.
    const MARK: u8 = 0x80;
    let mut ranges = PositionRanges::new(table, 0);
    let mut covered = 0;
    while ranges.bytes_read() < table.len() {
        let start = ranges.bytes_read();
        let range = ranges.next();
        let entry = &table[start..ranges.bytes_read()];
        let well_formed = entry.iter().enumerate().all(|(index, byte)| (byte & MARK != 0) == (index == 0));
        match range {
            Some(range) if well_formed => covered = range.start_unit + range.units,
            _ => {
                return Fault::whole(
                    Rule::LocationTable,
                    format!("the location table is malformed at its byte {start}"),
                );
            }
        }
    }
    if covered != units {
        let reason = format!("the location table is for {covered} code units; there are {units}");
        return Fault::whole(Rule::LocationTable, reason);
    }
    Ok(())
}
