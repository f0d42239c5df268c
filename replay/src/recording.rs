//! What a recording holds.

use std::collections::HashMap;
use std::path::Path;

use quicken_bytecode::Opcode;
use quicken_specializer::{CodeId, Shape};

use crate::blocks::instructions;
use crate::bytes::{put, take};
use crate::error::ReadError;
use crate::flow::{Flow, Segment};
use crate::passages::RunBytes;

/// How many executions of `RESUME` and `JUMP_BACKWARD` are followed in each code object: as far as this, the moment of
/// quickening can be chosen in a replay.
pub const FOLLOWED_STEPS: u64 = 1024;

/// A run of a program, without anything that a strategy can change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recording {
    /// The program, as the command line had it.
    pub program: String,
    /// The engine and its version.
    pub engine: String,
    /// The code objects that were executed, by [`CodeRecord::id`].
    pub codes: Vec<CodeRecord>,
    /// The shapes that sites refer to.
    pub shapes: Vec<Shape>,
    /// The way that the run took, if that was recorded: pairs of instructions need it.
    pub flow: Option<Flow>,
}

/// A code object and what happened in it.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeRecord {
    /// The VM's number for it.
    pub id: CodeId,
    /// `co_qualname`
    pub qualname: String,
    /// `co_filename`
    pub filename: String,
    /// `co_firstlineno`
    pub first_line: u32,
    /// `co_flags`
    pub flags: u32,
    /// The generic code units.
    pub units: Vec<u16>,
    /// For each code unit, how often an instruction that begins there was executed.
    pub counts: Vec<u64>,
    /// How often `RESUME` and `JUMP_BACKWARD` were executed: the steps of the warm-up counter.
    pub steps: u64,
    /// What had been executed at each of the first of these steps; see [`CodeRecord::counts_at_step`].
    pub step_bytes: Vec<u8>,
    /// Instructions that raised although they may begin a superinstruction: unit, and the steps until then.
    pub raised: Vec<(u32, u64)>,
    /// The instructions that could be specialized and were executed, by offset.
    pub sites: Vec<SiteRecord>,
}

/// An instruction that could be specialized.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteRecord {
    /// The unit of the instruction.
    pub offset: u32,
    /// Its operand, with `EXTENDED_ARG`.
    pub oparg: u32,
    /// The line, 0 if there is none.
    pub line: u32,
    /// The name that the operand stands for, if it stands for one.
    pub name: Option<String>,
    /// The shapes seen here, in the order of their first appearance: indices into [`Recording::shapes`].
    pub shapes: Vec<u32>,
    /// The executions: [`Runs`](crate::Runs).
    pub runs: RunBytes,
    /// Of what was seen for the first time here and seen again later, wherever: which of the fresh executions it was, and the
    /// token that it has later.
    pub named: Vec<(u64, u32)>,
}

impl Recording {
    /// Reads a recording.
    ///
    /// # Errors
    /// It cannot be read, or is none.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        crate::file::read(path.as_ref())
    }

    /// How many executions of instructions that can be specialized it holds.
    #[must_use]
    pub fn events(&self) -> u64 {
        let of_code = |code: &CodeRecord| code.sites.iter().map(|site| code.counts[site.offset as usize]).sum::<u64>();
        self.codes.iter().map(of_code).sum()
    }

    /// What is wrong with it, if anything.
    pub(crate) fn problem(&self) -> Option<String> {
        if let Some(problem) = self.codes.iter().find_map(|code| code.problem(&self.shapes)) {
            return Some(problem);
        }
        let flow = self.flow.as_ref()?;
        let codes: HashMap<CodeId, &CodeRecord> = self.codes.iter().map(|code| (code.id, code)).collect();
        let outside = |segment: &&Segment| {
            let units = |code| codes.get(&code).map_or(0, |code| code.units.len());
            segment.code.is_some_and(|code| segment.end as usize >= units(code) || segment.start > segment.end)
        };
        if let Some(segment) = flow.segments.iter().find(outside) {
            return Some(format!("its way leads outside of the code, from {} to {}", segment.start, segment.end));
        }
        // What its paths execute more often than was counted would never be found at the sites.
        let mut executed: HashMap<CodeId, Vec<u64>> = HashMap::new();
        let Some(of_segments) = flow.executions() else { return Some("its way is impossibly long".to_owned()) };
        let instructions_in_all =
            self.codes.iter().flat_map(|code| &code.counts).fold(0u64, |sum, &count| sum.saturating_add(count));
        for (segment, count) in flow.segments.iter().zip(of_segments) {
            let Some(code) = segment.code.and_then(|code| codes.get(&code)) else {
                if count > instructions_in_all {
                    return Some("its way enters more evaluations than there were".to_owned());
                }
                continue;
            };
            let executed = executed.entry(code.id).or_insert_with(|| code.counts.clone());
            for unit in instructions(code, segment.start, segment.end) {
                let Some(left) = executed.get_mut(unit as usize) else { continue };
                match left.checked_sub(count) {
                    Some(rest) => *left = rest,
                    None => return Some(format!("its way is longer than its executions of {} say", code.qualname)),
                }
            }
        }
        None
    }

    /// How many instructions were executed.
    #[must_use]
    pub fn instructions(&self) -> u64 {
        self.codes.iter().flat_map(|code| &code.counts).sum()
    }
}

impl CodeRecord {
    /// The generic instruction at a unit.
    #[must_use]
    pub fn opcode(&self, unit: usize) -> Option<Opcode> {
        opcode_of(*self.units.get(unit)?)
    }

    /// How often each instruction had been executed when `RESUME` and `JUMP_BACKWARD` had been executed `step` times, the execution
    /// that makes the step included. `None` if the recording does not follow the code so far.
    #[must_use]
    pub fn counts_at_step(&self, step: u64) -> Option<Vec<u64>> {
        let mut counts = vec![0u64; self.units.len()];
        let mut bytes = &self.step_bytes[..];
        for _ in 0..step {
            let changed = take(&mut bytes)?;
            let mut unit = 0u64;
            for _ in 0..changed {
                unit = unit.checked_add(take(&mut bytes)?)?;
                let count = counts.get_mut(usize::try_from(unit).ok()?)?;
                *count = count.checked_add(take(&mut bytes)?)?;
            }
        }
        Some(counts)
    }

    /// What is wrong with it, if anything.
    pub(crate) fn problem(&self, shapes: &[Shape]) -> Option<String> {
        let name = &self.qualname;
        if self.counts.len() != self.units.len() {
            return Some(format!("{name} has {} code units and {} counts", self.units.len(), self.counts.len()));
        }
        let followed = self.steps.min(FOLLOWED_STEPS);
        let Some(early) = self.counts_at_step(followed) else {
            return Some(format!("the steps of {name} are cut off"));
        };
        if early.iter().zip(&self.counts).any(|(early, all)| early > all) {
            return Some(format!("the steps of {name} count more than its executions"));
        }
        if self.raised.iter().any(|&(unit, _)| unit as usize >= self.units.len()) {
            return Some(format!("{name} raises beyond its end"));
        }
        let mut last = None;
        for site in &self.sites {
            let offset = site.offset;
            let Some(family) = self.opcode(offset as usize).and_then(Opcode::family) else {
                return Some(format!("{name} has no instruction that can be specialized at {offset}"));
            };
            if offset as usize + family.generic().cache_units() >= self.units.len() {
                return Some(format!("{name} ends in the cache of the instruction at {offset}"));
            }
            if last >= Some(offset) {
                return Some(format!("the sites of {name} are out of order"));
            }
            last = Some(offset);
            let wrong = |&shape: &u32| shapes.get(shape as usize).is_none_or(|shape| shape.operands.family() != family);
            if site.shapes.iter().any(wrong) {
                return Some(format!("{name} has a shape of another family at {offset}"));
            }
            let sum = match site.runs.add_up() {
                Some((sum, highest)) if highest.is_none_or(|shape| (shape as usize) < site.shapes.len()) => sum,
                _ => return Some(format!("{name} has an impossible run at {offset}")),
            };
            if sum != self.counts[offset as usize] {
                return Some(format!("the executions of {name} at {offset} are not all there"));
            }
        }
        None
    }
}

/// The generic instruction of a code unit.
pub(crate) fn opcode_of(unit: u16) -> Option<Opcode> {
    Opcode::from_u8(unit.to_le_bytes()[0]).map(Opcode::base)
}

/// Takes down what was executed since the step before, as [`CodeRecord::counts_at_step`] reads it: how many units have other
/// counts, and for each its distance from the one before and what was added.
pub fn put_step(bytes: &mut Vec<u8>, before: &[u64], now: impl Iterator<Item = u64> + Clone) {
    let changed = || before.iter().zip(now.clone()).enumerate().filter(|(_, (before, now))| *before != now);
    put(bytes, changed().count() as u64);
    let mut last = 0;
    for (unit, (before, now)) in changed() {
        put(bytes, (unit - last) as u64);
        put(bytes, now.wrapping_sub(*before));
        last = unit;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_add_up() {
        let mut code = CodeRecord {
            id: CodeId(0),
            qualname: "f".to_owned(),
            filename: "f.py".to_owned(),
            first_line: 1,
            flags: 0,
            units: vec![Opcode::RESUME as u16, Opcode::LOAD_FAST as u16, Opcode::RETURN_VALUE as u16],
            counts: vec![3, 3, 3],
            steps: 3,
            step_bytes: Vec::new(),
            raised: Vec::new(),
            sites: Vec::new(),
        };
        let states = [[1, 0, 0], [2, 1, 1], [3, 2, 1]];
        let mut before = [0; 3];
        for state in states {
            put_step(&mut code.step_bytes, &before, state.into_iter());
            before = state;
        }
        for (step, state) in states.iter().enumerate() {
            assert_eq!(code.counts_at_step(step as u64 + 1).as_deref(), Some(&state[..]));
        }
        assert_eq!(code.counts_at_step(0), Some(vec![0; 3]));
        assert_eq!(code.counts_at_step(4), None);
        assert_eq!(code.problem(&[]), None);
        code.counts[0] = 2;
        assert!(code.problem(&[]).is_some());
    }
}
