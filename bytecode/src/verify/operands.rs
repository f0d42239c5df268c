//! What an instruction's operand and its neighbours may be, without regard to the stack.

use super::layout::{Layout, Step};
use super::refusal::{Check, Fault, Rule};
use super::variables::Variables;
use crate::operators::{BINARY_OPERATORS, COMPARE_OPERATORS, FormatValueFlags, MakeFunctionFlags};
use crate::{CodeFlags, CodeObject, Constant, LocalKind, Opcode, Operand};

/// The largest operand of RESUME: after an `await`.
const RESUME_AWAIT: u32 = 3;

/// The smallest operand of RESUME behind a SEND: after a `yield from`.
const RESUME_YIELD_FROM: u32 = 2;

/// The kinds of code whose call makes a generator.
const SUSPENDABLE: CodeFlags = CodeFlags::GENERATOR.union(CodeFlags::COROUTINE).union(CodeFlags::ASYNC_GENERATOR);

/// A code object's instructions with what they refer to.
pub(super) struct Operands<'a> {
    pub code: &'a CodeObject,
    pub layout: &'a Layout,
    pub variables: &'a Variables,
    /// Whether control arrives at an instruction otherwise than from the one before it.
    pub targets: &'a [bool],
    /// Whether calling the code makes a generator.
    pub suspends: bool,
}

impl Operands<'_> {
    /// Checks all instructions; answers how many belong to the prologue.
    pub fn check(&self) -> Check<usize> {
        let prologue = self.prologue()?;
        for (index, step) in self.layout.steps.iter().enumerate() {
            self.range(step)?;
            self.neighbours(index, step)?;
            if index >= prologue
                && matches!(step.opcode, Opcode::COPY_FREE_VARS | Opcode::MAKE_CELL | Opcode::RETURN_GENERATOR)
            {
                return Fault::at(step.unit, Rule::Prologue, format!("{} stands behind the prologue", step.opcode));
            }
            if index < prologue && self.targets[index] {
                return Fault::at(step.unit, Rule::Prologue, "a jump or handler leads into the prologue");
            }
        }
        Ok(prologue)
    }

    fn opcode(&self, index: usize) -> Option<Opcode> {
        self.layout.steps.get(index).map(|step| step.opcode)
    }

    /// The instructions that run once, before all others: afterwards every cell and free variable holds a cell, and a generator is
    /// what runs.
    fn prologue(&self) -> Check<usize> {
        let steps = &self.layout.steps;
        let mut next = 0;
        if self.variables.free > 0 {
            match steps.first() {
                Some(step) if step.opcode == Opcode::COPY_FREE_VARS && step.oparg as usize == self.variables.free => {
                    next = 1
                }
                _ => {
                    let reason =
                        format!("the code does not begin by copying its {} free variables", self.variables.free);
                    return Fault::whole(Rule::Prologue, reason);
                }
            }
        }
        let mut made = vec![false; self.code.localspluskinds.len()];
        while let Some(step) = steps.get(next).filter(|step| step.opcode == Opcode::MAKE_CELL) {
            self.range(step)?;
            if std::mem::replace(&mut made[step.oparg as usize], true) {
                return Fault::at(step.unit, Rule::Prologue, "the cell is made twice");
            }
            next += 1;
        }
        let is_cell = |kind: &LocalKind| kind.contains(LocalKind::CELL);
        if let Some(missing) =
            self.code.localspluskinds.iter().zip(&made).position(|(kind, made)| is_cell(kind) && !made)
        {
            let name = &self.code.localsplusnames[missing];
            return Fault::whole(Rule::Prologue, format!("the cell '{name}' is not made at the start"));
        }
        if self.opcode(next) == Some(Opcode::RETURN_GENERATOR) {
            let unit = steps[next].unit;
            if (self.code.flags & SUSPENDABLE).bits().count_ones() != 1 {
                let reason = "RETURN_GENERATOR where the flags say neither generator nor coroutine, or several of them";
                return Fault::at(unit, Rule::Flags, reason);
            }
            if self.opcode(next + 1) != Some(Opcode::POP_TOP) {
                return Fault::at(unit, Rule::Prologue, "RETURN_GENERATOR is not followed by POP_TOP");
            }
            next += 2;
        }
        Ok(next)
    }

    /// Checks the operand by itself.
    fn range(&self, step: &Step) -> Check {
        let Step { unit, opcode, oparg, .. } = *step;
        let index_of = |what: &str, count: usize| {
            if (oparg as usize) < count {
                return Ok(());
            }
            Fault::at(unit, Rule::Operand, format!("{opcode} refers to {what} {oparg} of {count}"))
        };
        let at_most = |least: u32, most: u32| {
            if (least..=most).contains(&oparg) {
                return Ok(());
            }
            Fault::at(unit, Rule::Operand, format!("{opcode}'s operand {oparg} is not within {least} and {most}"))
        };
        match opcode.operand() {
            Operand::Const => index_of("constant", self.code.consts.len()),
            Operand::Name => index_of("name", self.code.names.len()),
            Operand::GlobalName => {
                if (oparg >> 1) as usize >= self.code.names.len() {
                    let (name, count) = (oparg >> 1, self.code.names.len());
                    return Fault::at(unit, Rule::Operand, format!("{opcode} refers to name {name} of {count}"));
                }
                Ok(())
            }
            Operand::Local => {
                index_of("local variable", self.code.localspluskinds.len())?;
                self.kind(step, |kind| kind == LocalKind::LOCAL, "a local variable that no cell holds")
            }
            Operand::Free => {
                index_of("local variable", self.code.localspluskinds.len())?;
                if opcode == Opcode::MAKE_CELL {
                    return self.kind(step, |kind| kind.contains(LocalKind::CELL), "a cell");
                }
                self.kind(step, |kind| kind.intersects(LocalKind::CELL | LocalKind::FREE), "a cell or free variable")
            }
            Operand::Compare => at_most(0, COMPARE_OPERATORS.len() as u32 - 1),
            Operand::BinaryOp => at_most(0, BINARY_OPERATORS.len() as u32 - 1),
            Operand::Invert | Operand::CallEx => at_most(0, 1),
            Operand::MakeFunction => at_most(0, MakeFunctionFlags::all().bits()),
            Operand::FormatValue => at_most(0, FormatValueFlags::all().bits()),
            Operand::Resume => at_most(0, RESUME_AWAIT),
            Operand::Depth => at_most(1, u32::MAX),
            Operand::Raw | Operand::Count => match opcode {
                Opcode::RAISE_VARARGS | Opcode::RERAISE | Opcode::GET_AWAITABLE => at_most(0, 2),
                Opcode::BUILD_SLICE => at_most(2, 3),
                _ => Ok(()),
            },
            // Jumps were checked with the layout; the rest has no operand, or any.
            Operand::None
            | Operand::JumpForward
            | Operand::JumpBackward
            | Operand::UnpackCounts
            | Operand::Extended => Ok(()),
        }
    }

    fn kind(&self, step: &Step, fits: impl Fn(LocalKind) -> bool, wanted: &str) -> Check {
        if fits(self.code.localspluskinds[step.oparg as usize]) {
            return Ok(());
        }
        let name = &self.code.localsplusnames[step.oparg as usize];
        Fault::at(step.unit, Rule::LocalKind, format!("{} needs {wanted}, which '{name}' is not", step.opcode))
    }

    /// Checks what stands before and behind the instruction.
    fn neighbours(&self, index: usize, step: &Step) -> Check {
        let unit = step.unit;
        let before = index.checked_sub(1).and_then(|before| self.opcode(before));
        let after = self.layout.steps.get(index + 1);
        match step.opcode {
            Opcode::KW_NAMES => self.keyword_names(index, step),
            // Specialized forms of PRECALL do the whole call and skip the CALL, whose size they know: no EXTENDED_ARG fits in.
            Opcode::PRECALL => match after {
                Some(call) if call.opcode == Opcode::CALL && call.oparg == step.oparg && !call.is_extended() => Ok(()),
                _ => Fault::at(unit, Rule::Call, "PRECALL is not followed by a CALL of as many arguments"),
            },
            Opcode::CALL if before != Some(Opcode::PRECALL) => {
                Fault::at(unit, Rule::Call, "CALL does not follow a PRECALL")
            }
            Opcode::CALL if self.targets[index] => Fault::at(unit, Rule::Call, "a jump leads between PRECALL and CALL"),
            Opcode::YIELD_VALUE | Opcode::SEND | Opcode::ASYNC_GEN_WRAP => self.suspension(index, step),
            Opcode::RESUME if step.oparg >= RESUME_YIELD_FROM => {
                // What waits here is taken to have the iterator that it delegates to on its stack.
                let follows = before == Some(Opcode::YIELD_VALUE)
                    && index.checked_sub(2).and_then(|send| self.opcode(send)) == Some(Opcode::SEND);
                if follows && !self.targets[index] {
                    return Ok(());
                }
                Fault::at(unit, Rule::Suspension, "RESUME of a delegation does not follow SEND and YIELD_VALUE")
            }
            Opcode::JUMP_BACKWARD_NO_INTERRUPT => {
                let target = self.layout.jump_target(step)?.and_then(|target| self.opcode(target));
                if target == Some(Opcode::SEND) {
                    return Ok(());
                }
                Fault::at(unit, Rule::JumpTarget, "JUMP_BACKWARD_NO_INTERRUPT does not go to a SEND")
            }
            _ => Ok(()),
        }
    }

    /// KW_NAMES leaves the names beside the stack, for the CALL that has to come at once.
    fn keyword_names(&self, index: usize, step: &Step) -> Check {
        let Constant::Tuple(names) = &self.code.consts[step.oparg as usize] else {
            return Fault::at(step.unit, Rule::Call, "KW_NAMES names no tuple of strings");
        };
        match self.layout.steps.get(index + 1) {
            Some(call) if call.opcode == Opcode::PRECALL && !self.targets[index + 1] => {
                if names.len() > call.oparg as usize {
                    let reason = format!("KW_NAMES gives {} names to a call of {} arguments", names.len(), call.oparg);
                    return Fault::at(step.unit, Rule::Call, reason);
                }
            }
            _ => {
                let reason = "KW_NAMES is not followed by a PRECALL that nothing else leads to";
                return Fault::at(step.unit, Rule::Call, reason);
            }
        }
        if names.iter().all(|name| matches!(name, Constant::Str(_))) {
            return Ok(());
        }
        Fault::at(step.unit, Rule::Call, "KW_NAMES names no tuple of strings")
    }

    fn suspension(&self, index: usize, step: &Step) -> Check {
        let unit = step.unit;
        let fault = |reason: &str| Fault::at(unit, Rule::Suspension, reason);
        if !self.suspends {
            return fault("the code suspends, but is no generator");
        }
        let after = self.layout.steps.get(index + 1);
        let is = |step: Option<&Step>, opcode: Opcode| step.is_some_and(|step| step.opcode == opcode);
        match step.opcode {
            // The operand of RESUME tells whether the generator delegates.
            Opcode::YIELD_VALUE if !is(after, Opcode::RESUME) || self.targets[index + 1] => {
                fault("YIELD_VALUE is not followed by a RESUME that nothing else leads to")
            }
            // When what is delegated to ends by an exception, the SEND is looked for before the YIELD_VALUE, without a prefix.
            Opcode::SEND if step.is_extended() => fault("SEND has an EXTENDED_ARG"),
            Opcode::SEND if !is(after, Opcode::YIELD_VALUE) || self.targets[index + 1] => {
                fault("SEND is not followed by a YIELD_VALUE that nothing else leads to")
            }
            Opcode::SEND if self.layout.steps.get(index + 2).is_none_or(|resume| resume.oparg < RESUME_YIELD_FROM) => {
                fault("SEND is not followed by the RESUME of a delegation")
            }
            Opcode::ASYNC_GEN_WRAP if !self.code.flags.contains(CodeFlags::ASYNC_GENERATOR) => {
                fault("ASYNC_GEN_WRAP stands outside an asynchronous generator")
            }
            Opcode::ASYNC_GEN_WRAP if !is(after, Opcode::YIELD_VALUE) || self.targets[index + 1] => {
                fault("ASYNC_GEN_WRAP is not followed by a YIELD_VALUE that nothing else leads to")
            }
            _ => Ok(()),
        }
    }
}

/// Checks what only a reader of the flags relies on: whoever sees that code is a generator's expects a call to make one.
pub(super) fn flags(code: &CodeObject, suspends: bool) -> Check {
    if code.flags.intersects(SUSPENDABLE) && !suspends {
        return Fault::whole(Rule::Flags, "the flags say generator or coroutine, but the code makes none");
    }
    Ok(())
}
