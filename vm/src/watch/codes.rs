//! What is kept of a code object while it is recorded, and what becomes of it in the recording.

use quicken_bytecode::Opcode;
use quicken_replay::recording::put_step;
use quicken_replay::{CodeRecord, SiteRecord};
use quicken_specializer::CodeId;

use super::places::Edges;
use crate::dispatch::UNITS;
use crate::heap::Root;
use crate::object::Gc;
use crate::objects::code::Code;

/// A code object that is executed.
pub(super) struct CodeState {
    /// Kept: its counters are read at the end.
    pub(super) code: Root<Code>,
    /// The place of the first unit.
    pub(super) first: u32,
    /// The generic units.
    pub(super) units: Vec<u16>,
    /// By unit: one more than the number of the site that begins there.
    pub(super) site_at: Vec<u32>,
    step_bytes: Vec<u8>,
    /// The counts at the last step.
    last_step: Vec<u64>,
    pub(super) raised: Vec<(u32, u64)>,
    /// Which units are jumped to, once somebody has asked.
    targets: Option<Box<[bool]>>,
}

impl CodeState {
    pub(super) fn new(code: Root<Code>, first: u32) -> Self {
        let units = code.live_units();
        Self {
            code,
            first,
            site_at: vec![0; units.len()],
            last_step: vec![0; units.len()],
            units,
            step_bytes: Vec::new(),
            raised: Vec::new(),
            targets: None,
        }
    }

    /// Whether an instruction or an exception leads to a unit by a jump.
    pub(super) fn is_target(&mut self, unit: usize) -> bool {
        let (object, len) = (&self.code.object, self.units.len());
        let targets = self.targets.get_or_insert_with(|| {
            let mut targets = vec![false; len].into_boxed_slice();
            let jumps = object.instructions().filter_map(|instruction| instruction.jump_target());
            let handlers = object.exception_table().map(|entry| i64::from(entry.target));
            for offset in jumps.chain(handlers) {
                let unit = usize::try_from(offset).map_or(len, |offset| offset / 2);
                if let Some(target) = targets.get_mut(unit) {
                    *target = true;
                }
            }
            targets
        });
        targets.get(unit).copied().unwrap_or(true)
    }

    /// The unit behind an instruction and its cache.
    pub(super) fn behind(&self, unit: usize) -> usize {
        unit + self.units.get(unit).map_or(1, |opcode| usize::from(UNITS[usize::from(opcode.to_le_bytes()[0])]))
    }

    /// How often each instruction was executed, given where stretches began and ended. If one goes on, it has come as far as the
    /// instruction `here`.
    pub(super) fn counts(&self, edges: &[Edges], here: Option<usize>) -> Vec<u64> {
        let mut counts = vec![0; self.units.len()];
        let edges = &edges[self.first as usize..];
        let mut going = 0u64;
        let mut unit = 0;
        while unit < counts.len() {
            going = going.wrapping_add(edges[unit].begun);
            counts[unit] = going;
            going = going.wrapping_sub(edges[unit].ended + u64::from(here == Some(unit)));
            unit = self.behind(unit);
        }
        counts
    }

    /// An execution of `RESUME` or `JUMP_BACKWARD` while they are followed.
    #[inline(never)]
    pub(super) fn follow(&mut self, edges: &[Edges], unit: usize) {
        let counts = self.counts(edges, Some(unit));
        put_step(&mut self.step_bytes, &self.last_step, counts.iter().copied());
        self.last_step = counts;
    }

    /// The line of each code unit, 0 for none.
    pub(super) fn lines(&self) -> Vec<u32> {
        let mut lines = vec![0; self.units.len()];
        for range in self.code.object.lines() {
            let line = range.line.and_then(|line| u32::try_from(line).ok()).unwrap_or(0);
            let (start, end) = (range.start as usize / 2, range.end as usize / 2);
            for place in lines.iter_mut().take(end.min(self.units.len())).skip(start) {
                *place = line;
            }
        }
        lines
    }

    /// What a recording has of it, given its sites.
    pub(super) fn finish(self, serial: u32, edges: &[Edges], mut sites: Vec<SiteRecord>) -> CodeRecord {
        let counts = self.counts(edges, None);
        let is_step = |unit: &u16| STEPS.iter().any(|step| unit & 0xff == *step as u16);
        let steps = self.units.iter().zip(&counts).filter(|(unit, _)| is_step(unit)).map(|(_, count)| count).sum();
        sites.sort_by_key(|site| site.offset);
        let object = &self.code.object;
        CodeRecord {
            id: CodeId(serial),
            qualname: object.qualname.to_string(),
            filename: object.filename.to_string(),
            first_line: u32::try_from(object.firstlineno).unwrap_or(0),
            flags: object.flags.bits(),
            counts,
            steps,
            step_bytes: self.step_bytes,
            raised: self.raised,
            sites,
            units: self.units,
        }
    }
}

/// The instructions that count towards warmth.
const STEPS: [Opcode; 2] = [Opcode::RESUME, Opcode::JUMP_BACKWARD];

/// Steps are followed no more: they need no slow function any longer. How many there were, the counts say.
pub(super) fn settle(code: Gc<Code>) {
    let mut unit = 0;
    while unit < code.len() {
        let word = code.unit(unit);
        let quick = match Opcode::from_u8(word as u8) {
            Some(Opcode::RESUME) => Some(Opcode::RESUME_QUICK),
            Some(Opcode::JUMP_BACKWARD) => Some(Opcode::JUMP_BACKWARD_QUICK),
            _ => None,
        };
        if let Some(quick) = quick {
            code.set_unit(unit, word & 0xff00 | quick as u16);
        }
        unit += usize::from(UNITS[usize::from(word as u8)]);
    }
}
