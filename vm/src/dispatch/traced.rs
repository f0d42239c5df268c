//! The loop that reports to the program's own tracing and profiling functions: an instruction at a time, in its generic form.
//!
//! It is slow and small: the instructions' bodies are called through a table. Between two instructions [`Vm::instruction`] stands on the
//! last one that the running frame executed, since a line is reported where the last instruction belonged to another.

#![expect(unsafe_code, reason = "registers are raw pointers; see `state`")]

use quicken_bytecode::{Opcode, for_each_instruction};
use quicken_stats::Recorder;

use super::UNITS;
use crate::Vm;
use crate::error::{PyResult, Raise};
use crate::handlers;
use crate::heap::RootValue;
use crate::objects::generator::Generator;
use crate::state::{Control, Flow, State};
use crate::tracing::{Event, Listener};

type Body = fn(&mut State, &mut Vm, usize) -> Control;

/// The bodies of all 256 numbers, reporting to `R`.
struct Table<R>(std::marker::PhantomData<R>);

macro_rules! table {
    ($({ $name:ident = $number:literal, $($row:tt)* })*) => {
        impl<R: Recorder> Table<R> {
            const BODIES: [Body; 256] = {
                let mut table: [Body; 256] = [|_, _, _| Control::Slow(handlers::unknown_opcode); 256];
                $(table[$number] = handlers::$name::<R>;)*
                table
            };
        }
    };
}
for_each_instruction! { table }

/// Runs from the VM's saved registers until an entry frame is left, or nothing is to be reported any more.
#[inline(never)]
pub(super) fn run<R: Recorder>(vm: &mut Vm) {
    loop {
        if !vm.tracing.wanted {
            vm.tracing.switching = true;
            return;
        }
        if !step::<R>(vm) {
            return;
        }
    }
}

/// Reports about the next instruction and executes it; answers whether there is another one.
fn step<R: Recorder>(vm: &mut Vm) -> bool {
    match report(vm) {
        Ok(()) => {}
        Err(left) => {
            // Whatever instruction stands there, it is not what raised.
            vm.word = 0;
            return match left {
                Left::Raised(raise) => vm.unwind_raised(raise),
                Left::Frame(raise) => vm.leave_raising(raise),
            };
        }
    }
    let (opcode, oparg) = decode::<R>(vm);
    if matches!(opcode, Opcode::RETURN_VALUE | Opcode::YIELD_VALUE)
        && let Err(raise) = behind(vm, |vm| vm.trace_exit(vm.state.peek(1)))
    {
        return vm.leave_raising(raise);
    }
    // What the tracing function said at a `yield` is done once that has been executed.
    let jump = vm.tracing.jump.take();
    // SAFETY: a frame is running.
    let generator = unsafe { (*vm.frame).generator.cast::<Generator>() };
    let called = match called(vm, opcode, oparg) {
        Ok(called) => called,
        Err(raise) => return vm.unwind_raised(raise),
    };
    let (frame, instruction) = (vm.frame, vm.instruction);
    // SAFETY: below the first frame stands the sentinel.
    let below = unsafe { (*frame.sub(1)).pc };
    match execute::<R>(vm, opcode, oparg) {
        Ok(Flow::Exit) => {
            if let (Some(jump), Some(generator)) = (jump, generator) {
                Vm::jump_suspended(&jump, generator);
            }
            return false;
        }
        Ok(_) => {
            vm.instruction = if vm.frame == frame {
                instruction
            } else if vm.frame < frame {
                below.wrapping_sub(1)
            } else {
                vm.state.pc.wrapping_sub(1)
            };
            if let (Some(jump), Some(generator)) = (jump, generator) {
                Vm::jump_suspended(&jump, generator);
            }
            if let Some(function) = called
                && let Err(raise) = vm.notify(Listener::Profile, Event::CReturn, function.get())
            {
                return vm.unwind_raised(raise);
            }
        }
        Err(raise) => {
            if let Some(function) = called
                && let Err(other) = vm.notify(Listener::Profile, Event::CException, function.get())
            {
                return vm.unwind_raised(other);
            }
            return vm.unwind_raised(raise);
        }
    }
    true
}

/// How reporting ends that does not end well: the exception looks for a handler in the frame, or leaves it.
enum Left {
    Raised(Raise),
    Frame(Raise),
}

/// Lets something be called while the registers stand behind the instruction, as calls have them.
fn behind<T>(vm: &mut Vm, body: impl FnOnce(&mut Vm) -> T) -> T {
    let pc = vm.state.pc;
    vm.instruction = pc;
    vm.state.pc = pc.wrapping_add(1);
    let result = body(vm);
    vm.state.pc = pc;
    vm.instruction = pc;
    result
}

fn report(vm: &mut Vm) -> Result<(), Left> {
    let code = vm.running_code();
    let unit = code.unit_index(vm.state.pc);
    if unit < Vm::first_traceable(code) {
        return Ok(());
    }
    let previous = Some(code.unit_index(vm.instruction)).filter(|previous| *previous < code.len());
    if handlers::BASE[usize::from(code.unit(unit) as u8)] == Opcode::RESUME as u8 {
        return behind(vm, Vm::trace_entry).map_err(Left::Frame);
    }
    if vm.tracing.listens(Listener::Trace) {
        behind(vm, |vm| vm.trace_line(unit, previous)).map_err(Left::Raised)?;
        vm.take_jump();
        vm.instruction = vm.state.pc;
    }
    Ok(())
}

/// The instruction at the registers' `pc` and its whole operand; the registers stand at the instruction behind prefixes then.
fn decode<R: Recorder>(vm: &mut Vm) -> (Opcode, usize) {
    let mut oparg = 0;
    loop {
        // SAFETY: `pc` stands on an instruction of live code, and a prefix is followed by another.
        let word = unsafe { *vm.state.pc };
        let opcode = Opcode::from_u8(handlers::BASE[usize::from(word as u8)]).unwrap_or(Opcode::CACHE);
        oparg = oparg << 8 | usize::from(word >> 8);
        if opcode != Opcode::EXTENDED_ARG {
            vm.instruction = vm.state.pc;
            return (opcode, oparg);
        }
        R::execution(&mut vm.counters, opcode);
        vm.state.skip(1);
    }
}

/// The native function that the instruction calls, if the profiling function is to know; it has been told then.
fn called(vm: &mut Vm, opcode: Opcode, oparg: usize) -> PyResult<Option<RootValue>> {
    if !vm.tracing.listens(Listener::Profile) || !matches!(opcode, Opcode::CALL | Opcode::CALL_FUNCTION_EX) {
        return Ok(None);
    }
    let Some(function) = vm.profiled_callable(opcode as u8, oparg)? else { return Ok(None) };
    // A method may have been bound for this alone.
    let root = vm.heap.root_value(function);
    behind(vm, |vm| vm.notify(Listener::Profile, Event::CCall, function))?;
    Ok(Some(root))
}

fn execute<R: Recorder>(vm: &mut Vm, mut opcode: Opcode, oparg: usize) -> PyResult<Flow> {
    let start = vm.state;
    loop {
        R::execution(&mut vm.counters, opcode);
        let mut state = start;
        state.skip(1);
        let mut control = Table::<R>::BODIES[usize::from(opcode as u8)](&mut state, vm, oparg);
        if matches!(control, Control::Resume) {
            control = handlers::resume::<R>(&mut state, vm, opcode as u8).map_or(Control::Next, Control::Slow);
        }
        match control {
            Control::Next | Control::Resume => {
                vm.state = state;
                return Ok(Flow::Continue);
            }
            Control::Slow(function) => {
                vm.instruction = start.pc;
                vm.word = (oparg as u32) << 8 | u32::from(opcode as u8);
                vm.state = State { pc: start.pc.wrapping_add(UNITS[usize::from(opcode as u8)].into()), ..start };
                match function(vm, oparg)? {
                    // The instruction has another form now; here it runs in the generic one.
                    Flow::Again => vm.state = start,
                    flow => return Ok(flow),
                }
            }
            Control::Leave => return Ok(Flow::Exit),
            Control::Miss => opcode = opcode.base(),
        }
    }
}
