//! What a site dispatched, execution by execution.

use quicken_bytecode::Opcode;

use crate::runs::{PlainRuns, Run, RunsWriter};

/// No instruction that is dispatched: `CACHE`.
pub(crate) const GAP: u8 = 0;

/// What one execution of a site dispatches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    pub ops: [u8; 4],
    pub len: u8,
    /// Whether the instruction behind is done as well: one, or for `list.append` the `CALL` and the `POP_TOP`.
    pub swallows: bool,
    /// Whether a Python `__getitem__` is entered without going through C.
    pub enters: bool,
}

impl Line {
    /// Nothing: something else did the work.
    pub(crate) const SWALLOWED: Self = Self { ops: [0; 4], len: 0, swallows: false, enters: false };

    /// Something that is counted elsewhere.
    pub(crate) const GAP: Self = Self { ops: [GAP; 4], len: 1, swallows: false, enters: false };

    /// A dispatch more.
    pub(crate) fn then(mut self, opcode: Opcode) -> Self {
        if let Some(place) = self.ops.get_mut(usize::from(self.len)) {
            *place = opcode as u8;
            self.len += 1;
        }
        self
    }

    /// This, and then what another line dispatches, with its consequences.
    pub(crate) fn followed_by(self, other: Self) -> Self {
        let ops = other.ops().iter().filter_map(|&op| Opcode::from_u8(op));
        let both = ops.fold(self, Self::then);
        Self { swallows: other.swallows, enters: other.enters, ..both }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) fn ops(&self) -> &[u8] {
        &self.ops[..usize::from(self.len)]
    }
}

/// The lines of a site, in order, each with how often in a row; or only how often each was in all.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    lines: Vec<Line>,
    /// The lines by number.
    runs: RunsWriter,
    /// How often each line was, where the order does not matter.
    totals: Option<Vec<u64>>,
    last: usize,
    times: u64,
}

impl Script {
    pub(crate) fn new(ordered: bool) -> Self {
        let totals = if ordered { None } else { Some(Vec::new()) };
        Self { lines: Vec::new(), runs: RunsWriter::default(), totals, last: 0, times: 0 }
    }

    pub(crate) const fn is_ordered(&self) -> bool {
        self.totals.is_none()
    }

    /// The number of a line.
    pub(crate) fn number(&mut self, line: Line) -> usize {
        self.lines.iter().position(|known| *known == line).unwrap_or_else(|| {
            self.lines.push(line);
            self.lines.len() - 1
        })
    }

    /// Takes down so many executions of a line.
    pub(crate) fn push(&mut self, line: Line, count: u64) {
        if self.lines.get(self.last) == Some(&line) {
            self.times += count;
        } else {
            let number = self.number(line);
            self.push_number(number, count);
        }
    }

    /// The same by the line's number.
    #[inline]
    pub(crate) fn push_number(&mut self, number: usize, count: u64) {
        if number != self.last {
            self.flush();
            self.last = number;
        }
        self.times += count;
    }

    #[inline]
    fn flush(&mut self) {
        let times = std::mem::take(&mut self.times);
        match &mut self.totals {
            Some(totals) => {
                totals.resize(self.lines.len(), 0);
                if let Some(total) = totals.get_mut(self.last) {
                    *total += times;
                }
            }
            None => self.runs.push(Run { shape: self.last as u32, count: times }),
        }
    }

    /// Where it has come to, if it is in order.
    #[inline]
    pub(crate) fn mark(&self) -> Option<Mark> {
        self.is_ordered().then(|| Mark { written: self.runs.len(), last: self.last, times: self.times })
    }

    /// The same, with all before it written.
    pub(crate) fn flushed_mark(&mut self) -> Option<Mark> {
        if self.is_ordered() {
            self.flush();
        }
        self.mark()
    }

    /// What was taken down from a mark with all before it written to another one comes once more.
    pub(crate) fn repeat(&mut self, from: Mark, to: Mark) {
        self.flush();
        self.runs.repeat(from.written..to.written);
        (self.last, self.times) = (to.last, to.times);
    }

    /// The lines with how often each was, where the order does not matter.
    pub(crate) fn totals(&self) -> impl Iterator<Item = (Line, u64)> {
        let settled = self.totals.as_deref().unwrap_or_default();
        self.lines.iter().enumerate().map(move |(number, line)| {
            let unsettled = if number == self.last { self.times } else { 0 };
            (*line, settled.get(number).copied().unwrap_or(0) + unsettled)
        })
    }
}

/// A place in a script: how much of it was written, and what was not yet.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    written: usize,
    last: usize,
    times: u64,
}

/// A script that is read.
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    lines: &'a [Line],
    runs: PlainRuns<'a>,
    number: usize,
    left: u64,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(script: &'a mut Script) -> Self {
        script.flush();
        Self { lines: &script.lines, runs: PlainRuns::new(script.runs.bytes()), number: 0, left: 0 }
    }

    /// Goes on by so many executions.
    #[inline]
    pub(crate) fn consume(&mut self, count: u64) {
        match self.left.checked_sub(count) {
            Some(left) => self.left = left,
            None => self.consume_many(count),
        }
    }

    fn consume_many(&mut self, mut count: u64) {
        while count > 0 {
            self.fill();
            let done = count.min(self.left);
            if done == 0 {
                return;
            }
            self.left -= done;
            count -= done;
        }
    }

    /// The present line's number, and for how many executions it holds: none, where the script has ended.
    #[inline]
    pub(crate) fn peek(&mut self) -> (usize, u64) {
        self.fill();
        (self.number, self.left)
    }

    /// A line, by its number.
    pub(crate) fn line(&self, number: usize) -> Line {
        self.lines.get(number).copied().unwrap_or_default()
    }

    #[inline]
    fn fill(&mut self) {
        if self.left == 0
            && let Some(Run { shape, count }) = self.runs.next()
        {
            (self.number, self.left) = (shape as usize, count);
        }
    }
}
