//! The two dispatch loops, both made from the same handlers.
//!
//! `tail` is a table of functions, one per instruction, each of which ends in a sibling call of the next one's; the
//! registers travel in six argument registers and nothing is spilled between instructions. The compiler makes sibling
//! calls of them only when it optimizes, so everything else runs `matched`, one big `match`. `build.rs` chooses; the features
//! `match-dispatch` and `tail-dispatch` force one. A third of the instructions executed per bytecode is the difference
//! (`docs/decisions/`).

#[cfg(not(tail_dispatch))]
mod matched;
#[cfg(tail_dispatch)]
mod tail;
mod traced;

use quicken_stats::Recorder;

use crate::Vm;

/// Which loop this build runs.
pub const DISPATCH: &str = if cfg!(tail_dispatch) { "tail calls" } else { "match" };

/// A loop, instantiated for a recorder. It runs from the VM's saved registers until an entry frame is left; the answer is
/// in [`Vm::outcome`].
pub type RunLoop = fn(&mut Vm);

/// The loop that reports to `R`.
pub fn run_loop<R: Recorder>() -> RunLoop {
    #[cfg(tail_dispatch)]
    {
        tail::run::<R>
    }
    #[cfg(not(tail_dispatch))]
    {
        matched::run::<R>
    }
}

/// The loop that reports to the program's own tracing functions, and to `R`.
pub fn traced_loop<R: Recorder>() -> RunLoop {
    traced::run::<R>
}

/// How many code units an instruction and its inline cache take, by opcode (specialized forms included).
pub(crate) static UNITS: [u8; 256] = {
    let mut units = [1u8; 256];
    let mut number = 0;
    while number < 256 {
        if let Some(opcode) = quicken_bytecode::Opcode::from_u8(number as u8) {
            units[number] += opcode.base().cache_units() as u8;
        }
        number += 1;
    }
    units
};
