//! The loop of sibling tail calls.
//!
//! A handler takes (pc, sp, fp, vm, k, word) and ends by calling the next instruction's handler with the same six; at
//! `opt-level = 3` that call is a jump. Nothing with a destructor and no escaping local may be alive at a handler's end,
//! or the compiler would need a stack frame; that is why slow functions take the registers from the VM. A test runs ten
//! million instructions on a small stack to see that it holds. The ABI is the unwinding one, so that a panic in native code
//! ends at whoever catches it above the loop and not in an abort; it costs nothing on the way.

#![expect(unsafe_code, reason = "registers are raw pointers; see `state`")]

use quicken_bytecode::{Opcode, for_each_instruction};
use quicken_replay::flow::Then;
use quicken_stats::Recorder;

use super::UNITS;
use crate::Vm;
use crate::handlers;
use crate::state::{Control, Flow, SlowFn, State};
use crate::value::Value;
use crate::watch::Watched;

macro_rules! abi {
    ($(#[$meta:meta])* $visibility:vis fn $($rest:tt)*) => {
        // Six arguments in registers everywhere: on x86-64 that is the System V convention, Windows included.
        #[cfg(target_arch = "x86_64")]
        $(#[$meta])* $visibility unsafe extern "sysv64-unwind" fn $($rest)*
        #[cfg(not(target_arch = "x86_64"))]
        $(#[$meta])* $visibility unsafe extern "C-unwind" fn $($rest)*
    };
}

#[cfg(target_arch = "x86_64")]
type Handler = unsafe extern "sysv64-unwind" fn(*const u16, *mut Value, *mut Value, *mut Vm, *const Value, u64);
#[cfg(not(target_arch = "x86_64"))]
type Handler = unsafe extern "C-unwind" fn(*const u16, *mut Value, *mut Value, *mut Vm, *const Value, u64);

/// The handlers of all 256 numbers, reporting to `R`.
struct Table<R>(std::marker::PhantomData<R>);

/// Jumps to the handler of the code unit at `pc`.
macro_rules! dispatch {
    ($vm:ident, $state:expr) => {{
        let state = $state;
        // SAFETY: `pc` stands on an instruction of live code.
        let word = unsafe { *state.pc } as u64;
        let handler = Table::<R>::HANDLERS[(word & 255) as usize];
        // SAFETY: the registers describe the running frame.
        return unsafe { handler(state.pc, state.sp, state.fp, $vm, state.k, word) };
    }};
}

abi! {
    /// Runs a slow function, then goes on as it says.
    #[inline(never)]
    fn slow<R: Recorder>(pc: *const u16, sp: *mut Value, fp: *mut Value, vm: *mut Vm, k: *const Value, f: u64) {
        // SAFETY: `vm` is the VM that runs; `f` came from a `SlowFn`; the instruction's cache lies behind it.
        let (vm_ref, f, next) = unsafe {
            (&mut *vm, std::mem::transmute::<u64, SlowFn>(f), pc.add(UNITS[(*vm).word as usize & 255] as usize))
        };
        vm_ref.state = State { pc: next, sp, fp, k };
        // What a form calls is called by the CALL behind it, as far as a recording is concerned.
        let called = if R::SHAPES { handlers::CALLED_UNITS[vm_ref.word as usize & 255] as usize } else { 0 };
        let last = if called != 0 { next } else { pc };
        vm_ref.instruction = last;
        let oparg = (vm_ref.word >> 8) as usize;
        match f(vm_ref, oparg) {
            Ok(Flow::Continue) => {}
            // SAFETY: as above.
            Ok(Flow::Again) => return unsafe { again::<R>(pc, vm_ref.state.sp, vm_ref.state.fp, vm, vm_ref.state.k, oparg as u64) },
            Ok(Flow::Exit) => return,
            Err(raise) => {
                if !vm_ref.unwind_raised(raise) {
                    return;
                }
            }
        }
        if R::SHAPES {
            vm_ref.watch_slow(last, next.wrapping_add(called));
        }
        dispatch!(vm, (*vm_ref).state)
    }
}

abi! {
    /// Executes the instruction that now stands at `pc` with a complete operand.
    fn again<R: Recorder>(pc: *const u16, sp: *mut Value, fp: *mut Value, vm: *mut Vm, k: *const Value, oparg: u64) {
        // SAFETY: `pc` stands on an instruction of live code.
        let opcode = unsafe { *pc } as u64 & 255;
        // SAFETY: the registers describe the running frame.
        unsafe { Table::<R>::HANDLERS[opcode as usize](pc, sp, fp, vm, k, oparg << 8 | opcode) }
    }
}

abi! {
    /// Counts a miss of the specialized instruction at `pc`, then runs its generic form.
    #[inline(never)]
    fn miss<R: Recorder>(pc: *const u16, sp: *mut Value, fp: *mut Value, vm: *mut Vm, k: *const Value, word: u64) {
        // SAFETY: `vm` is the VM that runs.
        let vm_ref = unsafe { &mut *vm };
        let recorded = R::SHAPES && !vm_ref.compares_guards;
        let base =
            if recorded { vm_ref.record_miss(pc, word as u8) } else { vm_ref.note_miss::<R>(pc, word as u8) };
        // SAFETY: the registers describe the running frame.
        unsafe { Table::<R>::HANDLERS[base as usize](pc, sp, fp, vm, k, word & !255 | base as u64) }
    }
}

abi! {
    /// Goes into the generator that the `FOR_ITER` or `SEND` at `pc` has found.
    #[inline(never)]
    fn resume<R: Recorder>(pc: *const u16, sp: *mut Value, fp: *mut Value, vm: *mut Vm, k: *const Value, word: u64) {
        // SAFETY: `vm` is the VM that runs; an instruction is followed by another.
        let (vm_ref, mut state) = unsafe { (&mut *vm, State { pc: pc.add(1), sp, fp, k }) };
        if let Some(f) = handlers::resume::<R>(&mut state, vm_ref, word as u8) {
            vm_ref.word = word as u32;
            // SAFETY: the registers are those of the instruction's start.
            return unsafe { slow::<R>(pc, sp, fp, vm, k, f as usize as u64) };
        }
        if R::SHAPES {
            vm_ref.record_turn(pc, state.pc, Then::Enter);
        }
        dispatch!(vm, state)
    }
}

abi! {
    /// Tells the recorder that control has come from the instruction at `last` to `pc`. It is a function of its own so that no handler needs
    /// a stack frame for telling it.
    #[inline(never)]
    fn elsewhere<R: Recorder>(pc: *const u16, sp: *mut Value, fp: *mut Value, vm: *mut Vm, k: *const Value, last: u64) {
        // SAFETY: `vm` is the VM that runs.
        unsafe { (*vm).record_jump(last as usize as *const u16, pc) };
        dispatch!(vm, State { pc, sp, fp, k })
    }
}

abi! {
    /// The same of the instruction that suspended a generator.
    #[inline(never)]
    fn left<R: Recorder>(pc: *const u16, sp: *mut Value, fp: *mut Value, vm: *mut Vm, k: *const Value, last: u64) {
        // SAFETY: `vm` is the VM that runs.
        unsafe { (*vm).record_turn(last as usize as *const u16, pc, Then::Leave) };
        dispatch!(vm, State { pc, sp, fp, k })
    }
}

macro_rules! table {
    ($({ $name:ident = $number:literal, $($row:tt)* })*) => {
        impl<R: Recorder> Table<R> {
            const HANDLERS: [Handler; 256] = {
                let mut table: [Handler; 256] = [unknown::<R>; 256];
                $(table[$number] = entry::$name::<R>;)*
                table[Opcode::EXTENDED_ARG as usize] = extended_arg::<R>;
                table[Opcode::EXTENDED_ARG_QUICK as usize] = extended_arg_quick::<R>;
                table
            };
        }

        #[allow(non_snake_case, reason = "one function per instruction, under the instruction's name")]
        mod entry {
            use super::*;
            $(abi! {
                pub(super) fn $name<R: Recorder>(
                    pc: *const u16, sp: *mut Value, fp: *mut Value, vm: *mut Vm, k: *const Value, word: u64,
                ) {
                    // SAFETY: `vm` is the VM that runs, and no other reference to it is alive between handlers.
                    let vm_ref = unsafe { &mut *vm };
                    R::execution(&mut vm_ref.counters, Opcode::$name);
                    // SAFETY: an instruction is followed by another.
                    let mut state = State { pc: unsafe { pc.add(1) }, sp, fp, k };
                    let oparg = (word >> 8) as usize;
                    const WATCHED: Watched = Watched::of(Opcode::$name);
                    let expected = if R::SHAPES { vm_ref.watch(WATCHED, pc, &state, oparg) } else { None };
                    let control = handlers::$name::<R>(&mut state, vm_ref, oparg);
                    if R::SHAPES {
                        vm_ref.watch_guards(expected, &control, WATCHED, pc);
                    }
                    match control {
                        Control::Next => {
                            if R::SHAPES && WATCHED.is_left(pc, state.pc) {
                                let last = WATCHED.last(pc) as usize as u64;
                                if matches!(WATCHED.then(), Then::Leave) {
                                    // SAFETY: the registers are those behind the instruction that resumed what is left.
                                    return unsafe { left::<R>(state.pc, state.sp, state.fp, vm, state.k, last) };
                                }
                                // SAFETY: the registers are those behind the instruction.
                                return unsafe { elsewhere::<R>(state.pc, state.sp, state.fp, vm, state.k, last) };
                            }
                            dispatch!(vm, state)
                        }
                        Control::Slow(f) => {
                            vm_ref.word = word as u32;
                            // SAFETY: the registers are those of the handler's start.
                            return unsafe { slow::<R>(pc, sp, fp, vm, k, f as usize as u64) };
                        }
                        // SAFETY: as above.
                        Control::Miss => return unsafe { miss::<R>(pc, sp, fp, vm, k, word) },
                        Control::Leave => return,
                        // SAFETY: as above.
                        Control::Resume => return unsafe { resume::<R>(pc, sp, fp, vm, k, word) },
                    }
                }
            })*
        }
    };
}
for_each_instruction! { table }

abi! {
    /// `EXTENDED_ARG`: the next instruction in its generic form, with a longer operand.
    fn extended_arg<R: Recorder>(pc: *const u16, sp: *mut Value, fp: *mut Value, vm: *mut Vm, k: *const Value, word: u64) {
        // SAFETY: `vm` is the VM that runs; an EXTENDED_ARG is followed by an instruction.
        let next = unsafe {
            R::execution(&mut (*vm).counters, Opcode::EXTENDED_ARG);
            *pc.add(1) as u64
        };
        let base = handlers::BASE[(next & 255) as usize] as u64;
        let word = (word >> 8) << 16 | next & 0xff00 | base;
        // SAFETY: the registers describe the running frame.
        unsafe { Table::<R>::HANDLERS[base as usize](pc.add(1), sp, fp, vm, k, word) }
    }
}

abi! {
    /// `EXTENDED_ARG_QUICK`: the next instruction as it is, with a longer operand.
    fn extended_arg_quick<R: Recorder>(pc: *const u16, sp: *mut Value, fp: *mut Value, vm: *mut Vm, k: *const Value, word: u64) {
        // SAFETY: as for `extended_arg`.
        let next = unsafe {
            R::execution(&mut (*vm).counters, Opcode::EXTENDED_ARG_QUICK);
            *pc.add(1) as u64
        };
        let word = (word >> 8) << 16 | next;
        // SAFETY: the registers describe the running frame.
        unsafe { Table::<R>::HANDLERS[(next & 255) as usize](pc.add(1), sp, fp, vm, k, word) }
    }
}

abi! {
    /// A number that is no instruction.
    fn unknown<R: Recorder>(pc: *const u16, sp: *mut Value, fp: *mut Value, vm: *mut Vm, k: *const Value, word: u64) {
        // SAFETY: `vm` is the VM that runs.
        unsafe {
            (*vm).word = word as u32;
            slow::<R>(pc, sp, fp, vm, k, handlers::unknown_opcode as SlowFn as usize as u64)
        }
    }
}

/// Runs from the VM's saved registers until an entry frame is left.
#[inline(never)]
pub(super) fn run<R: Recorder>(vm: &mut Vm) {
    let vm: *mut Vm = vm;
    // SAFETY: the caller pushed a frame and set the registers.
    unsafe {
        let state = (*vm).state;
        if R::SHAPES {
            (*vm).watch_start(state.pc);
        }
        let word = *state.pc as u64;
        Table::<R>::HANDLERS[(word & 255) as usize](state.pc, state.sp, state.fp, vm, state.k, word);
    }
}
