//! The loop that is one `match`: for debug builds and for targets without sibling calls.

#![expect(unsafe_code, reason = "registers are raw pointers; see `state`")]

use quicken_bytecode::{Opcode, for_each_instruction};
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
fn slow(vm: &mut Vm, state: &mut State, instruction: *const u16, word: u32, f: SlowFn) -> Next {
    // SAFETY: the instruction's cache lies behind it.
    vm.state = State { pc: unsafe { instruction.add(UNITS[word as usize & 255] as usize) }, ..*state };
    vm.instruction = instruction;
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
    *state = vm.state;
    next
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
                        let control = handlers::$name::<R>(&mut state, vm, oparg);
                        if R::SHAPES {
                            vm.watch_guards(expected, &control, WATCHED, instruction);
                            if matches!(control, Control::Next) {
                                vm.watch_next(WATCHED, instruction, state.pc);
                            }
                        }
                        control
                    })*
                    _ => Control::Slow(handlers::unknown_opcode),
                };
                match control {
                    Control::Next => {}
                    Control::Slow(f) => {
                        state = start;
                        match slow(vm, &mut state, instruction, word, f) {
                            Next::Fetch => {
                                if R::SHAPES {
                                    let units = usize::from(UNITS[usize::from(opcode)]);
                                    vm.watch_slow(instruction, instruction.wrapping_add(units));
                                }
                            }
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
