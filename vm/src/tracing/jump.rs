//! Setting `f_lineno`: a tracing function sends the frame to another line, where the operands on the stack allow it.
//!
//! For every instruction the kinds of operands are computed that lie on the stack before it. A jump may drop operands, but must not
//! need ones that are not there: no way leads into a loop, a `with` block or a handler.

#![expect(unsafe_code, reason = "the frame is reached through its place on the stack of frames")]

use quicken_bytecode::{CodeFlags, Opcode};

use crate::Vm;
use crate::error::{PyResult, Raise};
use crate::frame::Frame;
use crate::handlers::{BASE, is_extended_arg};
use crate::object::Gc;
use crate::objects::code::Code;
use crate::objects::frame_object::FrameObject;
use crate::objects::generator::Generator;
use crate::objects::int::Int;
use crate::objects::receiver;
use crate::tracing::Event;
use crate::value::Value;

/// Where a frame is to go on.
pub(crate) struct Jump {
    /// The frame.
    pub frame: *mut Frame,
    /// The code unit.
    pub unit: usize,
    /// What is to be dropped from the stack, the top first: whether each is an exception that was being handled.
    pub dropped: Vec<bool>,
}

/// What an operand is, as far as jumps are concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Iterator,
    Exception,
    Object,
    Null,
    Instruction,
}

type Stack = Vec<Kind>;

/// Whether a stack that is as deep or deeper can become the other by dropping operands.
fn is_compatible(from: &[Kind], to: &[Kind]) -> bool {
    from.len() >= to.len()
        && from.iter().zip(to).all(|(from, to)| match to {
            Kind::Object => *from != Kind::Null,
            Kind::Null => true,
            _ => from == to,
        })
}

/// Why a stack cannot be had at the target.
fn refusal(target: Option<&Stack>) -> &'static str {
    match target.map(|stack| stack.last()) {
        None => "can't jump into an exception handler, or code may be unreachable",
        Some(Some(Kind::Exception)) => "can't jump into an 'except' block as there's no exception",
        Some(Some(Kind::Instruction)) => "can't jump into a re-raising block as there's no location",
        Some(Some(Kind::Iterator)) => "can't jump into the body of a for loop",
        Some(_) => "incompatible stacks",
    }
}

/// The stack before each instruction; none where control does not come, or only with an exception from nowhere.
fn stacks(code: &Code) -> Vec<Option<Stack>> {
    let length = code.len();
    let mut stacks: Vec<Option<Stack>> = vec![None; length + 1];
    let generator = CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR;
    // What begins as a generator is sent None.
    stacks[0] = Some(if code.flags.intersects(generator) { vec![Kind::Object] } else { Vec::new() });
    let mut again = true;
    while again {
        again = false;
        let mut oparg = 0;
        let mut unit = 0;
        while unit < length {
            let word = code.unit(unit);
            let opcode = Opcode::from_u8(BASE[usize::from(word as u8)]).unwrap_or(Opcode::NOP);
            oparg = oparg << 8 | u32::from(word >> 8);
            let behind = unit + 1 + opcode.cache_units();
            if let Some(before) = stacks[unit].clone() {
                if is_extended_arg(word as u8) {
                    set(&mut stacks, behind, before, unit, &mut again);
                } else {
                    let (next, jumped) = step(opcode, oparg, before);
                    if let Some(next) = next {
                        set(&mut stacks, behind, next, unit, &mut again);
                    }
                    if let (Some(jumped), Some(target)) = (jumped, target(opcode, behind, oparg)) {
                        set(&mut stacks, target, jumped, unit, &mut again);
                    }
                }
            }
            if !is_extended_arg(word as u8) {
                oparg = 0;
            }
            unit = behind;
        }
        for entry in &code.handlers {
            let (start, handler) = (entry.start as usize / 2, entry.target as usize / 2);
            if let Some(mut stack) = stacks[start].clone()
                && stacks[handler].is_none()
            {
                stack.truncate(entry.depth as usize);
                if entry.lasti {
                    stack.push(Kind::Instruction);
                }
                stack.push(Kind::Exception);
                stacks[handler] = Some(stack);
                again = true;
            }
        }
    }
    stacks
}

fn set(stacks: &mut [Option<Stack>], unit: usize, stack: Stack, from: usize, again: &mut bool) {
    if let Some(place) = stacks.get_mut(unit)
        && place.is_none()
    {
        *place = Some(stack);
        *again |= unit <= from;
    }
}

fn target(opcode: Opcode, behind: usize, oparg: u32) -> Option<usize> {
    let distance = oparg as usize;
    let backward = matches!(
        opcode,
        Opcode::JUMP_BACKWARD
            | Opcode::JUMP_BACKWARD_NO_INTERRUPT
            | Opcode::POP_JUMP_BACKWARD_IF_FALSE
            | Opcode::POP_JUMP_BACKWARD_IF_TRUE
            | Opcode::POP_JUMP_BACKWARD_IF_NONE
            | Opcode::POP_JUMP_BACKWARD_IF_NOT_NONE
    );
    if backward { behind.checked_sub(distance) } else { Some(behind + distance) }
}

/// What an instruction makes of the stack, where it goes on behind itself and where it jumps.
fn step(opcode: Opcode, oparg: u32, mut stack: Stack) -> (Option<Stack>, Option<Stack>) {
    let n = oparg as usize;
    let at = |stack: &Stack, depth: usize| stack.len().checked_sub(depth).filter(|_| depth > 0);
    match opcode {
        Opcode::JUMP_IF_FALSE_OR_POP | Opcode::JUMP_IF_TRUE_OR_POP => {
            let jumped = stack.clone();
            stack.pop();
            return (Some(stack), Some(jumped));
        }
        Opcode::POP_JUMP_FORWARD_IF_FALSE
        | Opcode::POP_JUMP_FORWARD_IF_TRUE
        | Opcode::POP_JUMP_FORWARD_IF_NONE
        | Opcode::POP_JUMP_FORWARD_IF_NOT_NONE
        | Opcode::POP_JUMP_BACKWARD_IF_FALSE
        | Opcode::POP_JUMP_BACKWARD_IF_TRUE
        | Opcode::POP_JUMP_BACKWARD_IF_NONE
        | Opcode::POP_JUMP_BACKWARD_IF_NOT_NONE => {
            stack.pop();
            return (Some(stack.clone()), Some(stack));
        }
        Opcode::SEND => {
            let mut jumped = stack.clone();
            jumped.pop();
            return (Some(stack), Some(jumped));
        }
        Opcode::FOR_ITER => {
            let mut jumped = stack.clone();
            jumped.pop();
            stack.push(Kind::Object);
            return (Some(stack), Some(jumped));
        }
        Opcode::JUMP_FORWARD | Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT => {
            return (None, Some(stack));
        }
        Opcode::RETURN_VALUE | Opcode::RAISE_VARARGS | Opcode::RERAISE => return (None, None),
        Opcode::GET_ITER | Opcode::GET_AITER => {
            stack.pop();
            stack.push(Kind::Iterator);
        }
        Opcode::END_ASYNC_FOR => stack.truncate(stack.len().saturating_sub(2)),
        Opcode::PUSH_EXC_INFO => stack.push(Kind::Exception),
        Opcode::PUSH_NULL => stack.push(Kind::Null),
        Opcode::LOAD_GLOBAL => {
            if oparg & 1 != 0 {
                stack.push(Kind::Null);
            }
            stack.push(Kind::Object);
        }
        Opcode::LOAD_METHOD => {
            stack.pop();
            stack.extend([Kind::Null, Kind::Object]);
        }
        Opcode::SWAP => {
            if let (Some(top), Some(other)) = (at(&stack, 1), at(&stack, n)) {
                stack.swap(top, other);
            }
        }
        Opcode::COPY => {
            if let Some(copied) = at(&stack, n) {
                stack.push(stack[copied]);
            }
        }
        _ => {
            let effect = opcode.stack_effect(oparg, false);
            let shrunk = stack.len().saturating_sub(effect.min(0).unsigned_abs() as usize);
            stack.truncate(shrunk);
            stack.extend(std::iter::repeat_n(Kind::Object, effect.max(0).unsigned_abs() as usize));
        }
    }
    (Some(stack), None)
}

/// The line that begins at each code unit, where one does.
fn line_starts(code: &Code) -> Vec<(usize, i32)> {
    let mut last = None;
    let mut starts = Vec::new();
    for range in code.object.lines() {
        if range.line.is_some() && range.line != last {
            last = range.line;
            starts.extend(range.line.map(|line| (range.start as usize / 2, line)));
        }
    }
    starts
}

fn refused(vm: &mut Vm, message: impl Into<String>) -> Raise {
    let message: String = message.into();
    vm.value_error(message)
}

/// Sets `f_lineno`.
///
/// # Errors
/// `ValueError` where the frame cannot go there, or not now.
pub(crate) fn set_line(vm: &mut Vm, own: Value, value: Value) -> PyResult<()> {
    let object = receiver::<FrameObject>(vm, own)?;
    if value.is_null() {
        return Err(vm.attribute_error("cannot delete attribute".to_owned()));
    }
    if value.as_small_int().is_none() && !value.is_exact(vm.types.int) {
        return Err(refused(vm, "lineno must be an integer"));
    }
    let yields = |vm: &Vm| {
        let unit = object.code.unit(vm.unit_of_object(object));
        object.generator().is_some() && BASE[usize::from(unit as u8)] == Opcode::YIELD_VALUE as u8
    };
    match vm.tracing.event {
        Some(Event::Line) => {}
        Some(Event::Return) if yields(vm) => {}
        // As CPython has it before anything was traced.
        Some(Event::Call) | None => return Err(refused(vm, "can't jump from the 'call' trace event of a new frame")),
        _ => return Err(refused(vm, "can only jump from a 'line' trace event")),
    }
    if object.trace.get().is_null() {
        return Err(refused(vm, "f_lineno can only be set by a trace function"));
    }
    let Some(wanted) = value.as_small_int().and_then(|line| i32::try_from(line).ok()) else {
        debug_assert!(value.as_small_int().is_some() || value.cast::<Int>().is_some());
        return Err(refused(vm, "lineno out of range"));
    };
    let code = object.code;
    if wanted < code.object.firstlineno {
        return Err(refused(vm, format!("line {wanted} comes before the current code block")));
    }
    let starts = line_starts(&code);
    let Some(line) = starts.iter().map(|(_, line)| *line).filter(|line| *line >= wanted).min() else {
        return Err(refused(vm, format!("line {wanted} comes after the current code block")));
    };
    let frame = object.running();
    let pending = vm.tracing.jump.take().filter(|jump| Some(jump.frame) == frame);
    let (unit, mut dropped) = match pending {
        Some(jump) => (jump.unit, jump.dropped),
        None => (vm.unit_of_object(object), Vec::new()),
    };
    let stacks = stacks(&code);
    let Some(start) = stacks.get(unit).and_then(Option::as_ref) else {
        return Err(refused(vm, "can't jump from unreachable code"));
    };
    let mut best: Option<(usize, &Stack)> = None;
    let mut problem = None;
    for (target, _) in starts.iter().filter(|(_, starts)| *starts == line) {
        match stacks[*target].as_ref() {
            Some(stack) if is_compatible(start, stack) => {
                if best.is_none_or(|(_, best)| stack.len() > best.len()) {
                    best = Some((*target, stack));
                }
            }
            stack => {
                problem.get_or_insert(refusal(stack));
            }
        }
    }
    let Some((target, stack)) = best else {
        return Err(refused(vm, problem.unwrap_or("cannot find bytecode for specified line")));
    };
    dropped.extend(start[stack.len()..].iter().rev().map(|kind| *kind == Kind::Exception));
    vm.tracing.jump = frame.map(|frame| Jump { frame, unit: target, dropped });
    object.told_line.set(None);
    Ok(())
}

impl Vm {
    /// Does what the tracing function asked for about the running frame, if it did: the registers stand at another instruction then.
    pub(crate) fn take_jump(&mut self) {
        let Some(jump) = self.tracing.jump.take_if(|jump| std::ptr::eq(jump.frame, self.frame)) else { return };
        for is_exception in jump.dropped {
            let value = self.state.pop();
            if is_exception {
                self.handled = value;
            }
        }
        // SAFETY: the frame runs.
        self.state.pc = unsafe { (*self.frame).code.unit_pointer(jump.unit) };
    }

    /// The same at a `yield`, of a generator that is suspended by now: it goes on there when it is resumed. What it yielded is gone
    /// from its stack already, and what it is sent finds nobody who wants it.
    pub(crate) fn jump_suspended(jump: &Jump, generator: Gc<Generator>) {
        let dropped = jump.dropped.len().saturating_sub(1);
        generator.jump_to(generator.code.unit_pointer(jump.unit), dropped);
    }
}
