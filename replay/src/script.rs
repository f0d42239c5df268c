//! What a site dispatched, execution by execution.

use quicken_bytecode::Opcode;

use crate::bytes::{put, take};

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

/// The lines of a site, in order, each with how often in a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    lines: Vec<Line>,
    bytes: Vec<u8>,
    last: Option<(usize, u64)>,
}

impl Script {
    /// Takes down so many executions.
    #[inline]
    pub(crate) fn push(&mut self, line: Line, count: u64) {
        if let Some((last, times)) = &mut self.last
            && self.lines.get(*last) == Some(&line)
        {
            *times += count;
            return;
        }
        let number = self.lines.iter().position(|known| *known == line).unwrap_or_else(|| {
            self.lines.push(line);
            self.lines.len() - 1
        });
        self.flush();
        self.last = Some((number, count));
    }

    fn flush(&mut self) {
        if let Some((number, count)) = self.last.take() {
            put(&mut self.bytes, number as u64);
            put(&mut self.bytes, count);
        }
    }
}

/// A script that is read.
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    lines: &'a [Line],
    bytes: &'a [u8],
    number: usize,
    left: u64,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(script: &'a mut Script) -> Self {
        script.flush();
        Self { lines: &script.lines, bytes: &script.bytes, number: 0, left: 0 }
    }

    /// Goes on by so many executions.
    pub(crate) fn consume(&mut self, mut count: u64) {
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
            && let Some(number) = take(&mut self.bytes)
            && let Some(count) = take(&mut self.bytes)
        {
            (self.number, self.left) = (number as usize, count);
        }
    }
}
