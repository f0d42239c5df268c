//! The loop that is one `match`: for debug builds and for targets without sibling calls.

#![expect(unsafe_code, reason = "registers are raw pointers; see `state`")]

use quicken_bytecode::{Opcode, for_each_instruction};
use quicken_replay::flow::Then;
use quicken_stats::Recorder;

use super::UNITS;
use crate::Vm;
use crate::handlers;
use crate::state::{Control, Flow, SlowFn, State};
use crate::watch::Watched;

/// What the loop does after a handler that did not simply finish.
enum Next {
    /// Execute the code unit at the registers' `pc`.
    Fetch,
    /// Execute this word at the registers' `pc`.
    Word(u32),
    /// Leave.
    Leave,
}

#[inline(never)]
fn slow<R: Recorder>(vm: &mut Vm, state: &mut State, instruction: *const u16, word: u32, f: SlowFn) -> Next {
    // SAFETY: the instruction's cache lies behind it.
    let behind = unsafe { instruction.add(UNITS[word as usize & 255] as usize) };
    vm.state = State { pc: behind, ..*state };
    // What a form calls is called by the CALL behind it, as far as a recording is concerned.
    let called = if R::SHAPES { usize::from(handlers::CALLED_UNITS[word as usize & 255]) } else { 0 };
    let last = if called != 0 { behind } else { instruction };
    vm.instruction = last;
    vm.word = word;
    let next = match f(vm, (word >> 8) as usize) {
        Ok(Flow::Continue) => Next::Fetch,
        Ok(Flow::Again) => {
            vm.state.pc = instruction;
            // SAFETY: `instruction` stands on an instruction of live code.
            Next::Word(word & !255 | unsafe { *instruction } as u32 & 255)
        }
        Ok(Flow::Exit) => return Next::Leave,
        Err(raise) => {
            if !vm.unwind_raised(raise) {
                return Next::Leave;
            }
            Next::Fetch
        }
    };
    if R::SHAPES && matches!(next, Next::Fetch) {
        vm.watch_slow(last, behind.wrapping_add(called));
    }
    *state = vm.state;
    next
}

/// Tells the recorder that control has come from the instruction at `last` to `next`.
#[inline(never)]
fn elsewhere(vm: &mut Vm, last: *const u16, next: *const u16, then: Then) {
    match then {
        Then::Jump => vm.record_jump(last, next),
        then => vm.record_turn(last, next, then),
    }
}

/// Whether the registers lie within the running frame and its code, as the compiler or the verifier promised.
fn registers_fit(vm: &Vm, state: &State) -> bool {
    // SAFETY: a loop runs on top of a frame.
    let frame = unsafe { &*vm.frame };
    let code = frame.code;
    let operands = frame.fp.wrapping_add(code.nlocalsplus as usize);
    state.fp == frame.fp
        && (operands..=frame.fp.wrapping_add(code.frame_size as usize)).contains(&state.sp)
        && code.unit_index(state.pc) < code.len()
}

macro_rules! matched {
    ($({ $name:ident = $number:literal, $($row:tt)* })*) => {
        /// Runs from the VM's saved registers until an entry frame is left.
        #[inline(never)]
        pub(super) fn run<R: Recorder>(vm: &mut Vm) {
            let mut state = vm.state;
            if R::SHAPES {
                vm.watch_start(state.pc);
            }
            let mut pending: Option<u32> = None;
            loop {
                debug_assert!(registers_fit(vm, &state), "registers outside the running frame: {state:?}");
                let word = match pending.take() {
                    Some(word) => word,
                    // SAFETY: `pc` stands on an instruction of live code.
                    None => unsafe { *state.pc as u32 },
                };
                let opcode = word as u8;
                if opcode == Opcode::EXTENDED_ARG as u8 || opcode == Opcode::EXTENDED_ARG_QUICK as u8 {
                    let quick = opcode == Opcode::EXTENDED_ARG_QUICK as u8;
                    let prefix = if quick { Opcode::EXTENDED_ARG_QUICK } else { Opcode::EXTENDED_ARG };
                    R::execution(&mut vm.counters, prefix);
                    state.skip(1);
                    // SAFETY: an EXTENDED_ARG is followed by an instruction.
                    let next = unsafe { *state.pc as u32 };
                    let live = if quick { next & 255 } else { handlers::BASE[(next & 255) as usize] as u32 };
                    pending = Some((word >> 8) << 16 | next & 0xff00 | live);
                    continue;
                }
                let instruction = state.pc;
                let start = state;
                state.skip(1);
                let oparg = (word >> 8) as usize;
                let control = match opcode {
                    $($number => {
                        R::execution(&mut vm.counters, Opcode::$name);
                        const WATCHED: Watched = Watched::of(Opcode::$name);
                        let expected = if R::SHAPES { vm.watch(WATCHED, instruction, &state, oparg) } else { None };
                        let mut control = handlers::$name::<R>(&mut state, vm, oparg);
                        let resumes = matches!(control, Control::Resume);
                        if resumes {
                            control = handlers::resume::<R>(&mut state, vm, opcode).map_or(Control::Next, Control::Slow);
                        }
                        if R::SHAPES {
                            vm.watch_guards(expected, &control, WATCHED, instruction);
                            if matches!(control, Control::Next) && WATCHED.is_left(instruction, state.pc) {
                                let turn = if resumes { Then::Enter } else { WATCHED.then() };
                                elsewhere(vm, WATCHED.last(instruction), state.pc, turn);
                            }
                        }
                        control
                    })*
                    _ => Control::Slow(handlers::unknown_opcode),
                };
                match control {
                    Control::Next | Control::Resume => {}
                    Control::Leave => return,
                    Control::Slow(f) => {
                        state = start;
                        match slow::<R>(vm, &mut state, instruction, word, f) {
                            Next::Fetch => {}
                            Next::Word(word) => pending = Some(word),
                            Next::Leave => return,
                        }
                    }
                    Control::Miss => {
                        state = start;
                        let recorded = R::SHAPES && !vm.compares_guards;
                        let base = if recorded {
                            vm.record_miss(instruction, opcode)
                        } else {
                            vm.note_miss::<R>(instruction, opcode)
                        };
                        pending = Some(word & !255 | base as u32);
                    }
                }
            }
        }
    };
}
for_each_instruction! { matched }
