//! The instructions' bodies, one file per family or group, each under its instruction's own name.
//!
//! A body is `fn(&mut State, &mut Vm, oparg) -> Control`, inlined into both loops. It checks everything first and changes
//! the registers only on the way to `Control::Next`; whatever allocates, calls or raises is a slow function, which the
//! loop runs out of line with the registers saved in the VM. A specialized form that meets an operand it was not made for
//! answers `Control::Miss`. The dispatch loops name a body for every row of the instruction table: one that is missing
//! does not compile.

#![expect(non_snake_case, reason = "one function per instruction, under the instruction's name")]

macro_rules! handler {
    ($(#[$meta:meta])* $name:ident($s:ident, $vm:ident, $oparg:ident) $body:block) => {
        $(#[$meta])*
        #[inline(always)]
        #[allow(clippy::extra_unused_type_parameters, reason = "every body has the recorder's type, whether it reports or not")]
        pub(crate) fn $name<R: quicken_stats::Recorder>(
            $s: &mut $crate::state::State, $vm: &mut $crate::Vm, $oparg: usize,
        ) -> $crate::state::Control $body
    };
}

/// An instruction whose whole work is done out of line.
macro_rules! slow_handlers {
    ($($name:ident => $function:path),* $(,)?) => {
        $(handler!($name(_s, _vm, _oparg) { $crate::state::Control::Slow($function) });)*
    };
}

/// The adaptive form of a family: counts down and does as the generic form, or asks the strategy.
macro_rules! adaptive {
    ($name:ident, $head:ident, $attempt:path) => {
        handler!($name(s, vm, oparg) {
            let counter = s.unit(0);
            if counter < 1 << quicken_specializer::counter::BACKOFF_BITS {
                return $crate::state::Control::Slow($attempt);
            }
            R::deferred(&mut vm.counters, quicken_bytecode::Opcode::$head);
            s.set_unit(0, counter - (1 << quicken_specializer::counter::BACKOFF_BITS));
            $head::<R>(s, vm, oparg)
        });
    };
}

mod binary_op;
mod binary_subscr;
pub(crate) mod bind;
mod build;
mod call;
mod compare_op;
mod exceptions;
mod functions;
mod generators;
mod imports;
mod iteration;
mod jumps;
mod load_attr;
mod load_global;
mod load_method;
mod names;
mod patterns;
mod precall;
mod quick;
mod stack;
mod store_attr;
mod store_subscr;
mod superinstructions;
mod unary;
mod unpack_sequence;

pub(crate) use binary_op::*;
pub(crate) use binary_subscr::*;
pub(crate) use build::*;
pub(crate) use call::*;
pub(crate) use call::{CallShape, shape as call_shape};
pub(crate) use compare_op::*;
pub(crate) use exceptions::*;
pub(crate) use functions::*;
pub(crate) use generators::*;
pub(crate) use imports::*;
pub(crate) use iteration::*;
pub(crate) use jumps::*;
pub(crate) use load_attr::*;
pub(crate) use load_global::*;
pub(crate) use load_method::*;
pub(crate) use names::*;
pub(crate) use patterns::*;
pub(crate) use precall::*;
pub(crate) use stack::*;
pub(crate) use store_attr::*;
pub(crate) use store_subscr::*;
pub(crate) use superinstructions::*;
pub(crate) use unary::*;
pub(crate) use unpack_sequence::*;

use quicken_bytecode::Opcode;
use quicken_stats::{Counts, Recorder};

use crate::Vm;
use crate::error::PyResult;
use crate::state::Flow;

/// The generic instruction behind each opcode (`_PyOpcode_Deopt`).
pub(crate) static BASE: [u8; 256] = {
    let mut base = [0u8; 256];
    let mut number = 0;
    while number < 256 {
        base[number] = match Opcode::from_u8(number as u8) {
            Some(opcode) => opcode.base() as u8,
            None => number as u8,
        };
        number += 1;
    }
    base
};

/// Whether this is a prefix.
#[inline]
pub(crate) fn is_extended_arg(opcode: u8) -> bool {
    BASE[opcode as usize] == Opcode::EXTENDED_ARG as u8
}

/// Whether this raises an exception again, so that it gets no new traceback entry.
#[inline]
pub(crate) fn is_reraise(opcode: u8) -> bool {
    opcode == Opcode::RERAISE as u8
}

/// A number that is no instruction: only a code object that was never verified can hold one.
pub(crate) fn unknown_opcode(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let number = vm.word & 255;
    Err(vm.system_error(format!("unknown opcode {number}")))
}

impl Vm {
    /// Counts a hit from a slow function, where recording is not a type parameter.
    #[inline]
    pub(crate) fn count_hit(&mut self, form: Opcode) {
        if self.recording {
            Counts::hit(&mut self.counters, form);
        }
    }

    /// The opcode of the instruction that called the slow function.
    #[inline]
    pub(crate) fn opcode(&self) -> u8 {
        self.word as u8
    }
}

handler!(
    /// Not an instruction: space for caches.
    CACHE(_s, _vm, _oparg) { crate::state::Control::Slow(unknown_opcode) }
);
handler!(
    /// Handled by the loops themselves.
    EXTENDED_ARG(_s, _vm, _oparg) { crate::state::Control::Slow(unknown_opcode) }
);
handler!(
    /// Handled by the loops themselves.
    EXTENDED_ARG_QUICK(_s, _vm, _oparg) { crate::state::Control::Slow(unknown_opcode) }
);
