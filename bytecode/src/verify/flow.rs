//! Abstract interpretation: every way through the code, with the kinds of the operands on the stack.

use super::effects::{Effects, may_raise};
use super::layout::{Layout, Step};
use super::refusal::{Check, Fault, Rule};
use super::stack::Stack;
use super::tables::Handler;
use crate::{CodeObject, Opcode};

/// No handler covers the instruction.
const NONE: u32 = u32::MAX;

/// Entries of stacks that may still be looked at, so that no code takes long to verify, or much memory.
pub(super) struct Budget(u64);

impl Budget {
    /// Enough for a large stack in little code.
    pub const fn new() -> Budget {
        Budget(1 << 22)
    }

    /// More, for a code object of so many units: far more than compilers' code needs.
    pub const fn grow(&mut self, units: usize) {
        self.0 += 64 * units as u64;
    }

    fn spend(&mut self, entries: usize, unit: u32) -> Check {
        match self.0.checked_sub(entries as u64) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => Fault::at(unit, Rule::Size, "the code is too large to verify"),
        }
    }
}

/// The state of the interpretation.
pub(super) struct Flow<'a> {
    code: &'a CodeObject,
    layout: &'a Layout,
    effects: Effects<'a>,
    handlers: &'a [Handler],
    /// The handler of each instruction.
    covered_by: Vec<u32>,
    /// For the instructions to which there is more than one way, what is known of the stack.
    stacks: Vec<Option<Box<Stack>>>,
    targets: &'a [bool],
    /// Instructions whose stack has changed.
    pending: Vec<usize>,
    budget: &'a mut Budget,
}

impl<'a> Flow<'a> {
    /// Prepares to follow the code.
    pub fn new(
        code: &'a CodeObject,
        layout: &'a Layout,
        handlers: &'a [Handler],
        targets: &'a [bool],
        budget: &'a mut Budget,
    ) -> Flow<'a> {
        let count = layout.steps.len();
        let mut covered_by = Vec::new();
        if !handlers.is_empty() {
            covered_by = vec![NONE; count];
            for (index, handler) in handlers.iter().enumerate() {
                covered_by[handler.start..handler.end].fill(index as u32);
            }
        }
        let effects = Effects::of(code);
        let stacks = std::iter::repeat_with(|| None).take(count).collect();
        Flow { code, layout, effects, handlers, covered_by, stacks, targets, pending: Vec::new(), budget }
    }

    /// Follows all ways from the start.
    pub fn run(mut self) -> Check {
        self.follow(0, Stack::default())?;
        while let Some(index) = self.pending.pop() {
            let stack = self.stacks[index].as_deref().cloned().unwrap_or_default();
            self.budget.spend(stack.height(), self.layout.steps[index].unit)?;
            self.continue_from(index, stack)?;
        }
        Ok(())
    }

    /// Follows the code from an instruction at which control arrives with this stack.
    fn follow(&mut self, index: usize, stack: Stack) -> Check {
        if self.targets[index] {
            return self.arrive(index, &stack);
        }
        self.continue_from(index, stack)
    }

    /// Executes instructions up to one to which there are other ways.
    fn continue_from(&mut self, start: usize, mut stack: Stack) -> Check {
        let mut index = start;
        loop {
            let Some(step) = self.layout.steps.get(index).copied() else {
                let last = self.layout.steps.last().map_or(0, |step| step.unit);
                return Fault::at(last, Rule::End, "execution runs off the end of the code");
            };
            if index != start && self.targets[index] {
                return self.arrive(index, &stack);
            }
            stack.begin();
            let before = stack.height();
            let applied = self.effects.apply(&mut stack, &step);
            self.at(&step, applied)?;
            self.budget.spend(1 + stack.height().abs_diff(before), step.unit)?;
            self.raise(index, &step, &stack)?;
            if let Some(target) = self.layout.jump_target(&step)? {
                self.jump(index, &step, target, &stack)?;
            }
            if step.opcode.is_terminator() {
                return Ok(());
            }
            index += 1;
        }
    }

    fn jump(&mut self, index: usize, step: &Step, target: usize, stack: &Stack) -> Check {
        if step.opcode == Opcode::SEND {
            // An exception that what is delegated to raises while it is closed is raised before the target.
            let same = target.checked_sub(1).is_some_and(|before| self.handler(before) == self.handler(index));
            if !same {
                return Fault::at(
                    step.unit,
                    Rule::Suspension,
                    "other handlers cover the SEND than what stands before its target",
                );
            }
        }
        if matches!(
            step.opcode,
            Opcode::FOR_ITER | Opcode::SEND | Opcode::JUMP_IF_FALSE_OR_POP | Opcode::JUMP_IF_TRUE_OR_POP
        ) {
            let mut jumped = stack.clone();
            self.budget.spend(jumped.height(), step.unit)?;
            let result = self.effects.jumped(&mut jumped, step.opcode);
            self.at(step, result)?;
            return self.arrive(target, &jumped);
        }
        self.arrive(target, stack)
    }

    /// Joins the stack with which control arrives at an instruction with what was known.
    fn arrive(&mut self, index: usize, stack: &Stack) -> Check {
        let unit = self.layout.steps[index].unit;
        self.budget.spend(stack.height(), unit)?;
        match &mut self.stacks[index] {
            known @ None => {
                *known = Some(Box::new(stack.clone()));
                self.pending.push(index);
            }
            Some(known) if known.height() != stack.height() => {
                let (one, other) = (known.height(), stack.height());
                let reason = format!("control arrives with {one} operands on one way and with {other} on another");
                return Fault::at(unit, Rule::StackHeight, reason);
            }
            Some(known) => {
                if known.join(stack.kinds(), &self.code.consts) {
                    self.pending.push(index);
                }
            }
        }
        Ok(())
    }

    fn handler(&self, index: usize) -> u32 {
        self.covered_by.get(index).copied().unwrap_or(NONE)
    }

    /// Follows the exception that the instruction may raise to its handler.
    fn raise(&mut self, index: usize, step: &Step, stack: &Stack) -> Check {
        if !may_raise(step.opcode) {
            return Ok(());
        }
        let Some(&Handler { target, depth, lasti, .. }) = self.handlers.get(self.handler(index) as usize) else {
            return Ok(());
        };
        if depth > stack.untouched() {
            let reason = format!("the handler keeps {depth} operands, of which the instruction takes some");
            return Fault::at(step.unit, Rule::ExceptionTable, reason);
        }
        self.budget.spend(depth, step.unit)?;
        match &mut self.stacks[target] {
            Some(known) => {
                let height = depth + usize::from(lasti) + 1;
                if known.height() != height {
                    let known = known.height();
                    let reason = format!("its handler begins with {height} operands here, with {known} elsewhere");
                    return Fault::at(step.unit, Rule::StackHeight, reason);
                }
                if known.join(stack.caught(depth, lasti), &self.code.consts) {
                    self.pending.push(target);
                }
                Ok(())
            }
            None => {
                let mut caught = Stack::default();
                let result = stack.caught(depth, lasti).try_for_each(|kind| self.effects.push(&mut caught, kind));
                self.at(step, result)?;
                self.arrive(target, &caught)
            }
        }
    }

    fn at<T>(&self, step: &Step, result: Result<T, (Rule, String)>) -> Check<T> {
        result.or_else(|(rule, reason)| Fault::at(step.unit, rule, format!("{}: {reason}", step.opcode)))
    }
}
