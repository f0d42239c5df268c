//! Frames: the control records of running code. Locals and operands lie on the VM stack; a frame's locals are where its
//! caller pushed the arguments.

use quicken_stats::LastOpcode;

use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::frame_object::FrameObject;
use crate::objects::function::Function;
use crate::objects::generator::Generator;
use crate::state::State;
use crate::value::Value;

/// How a frame was entered, which is how it is left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum FrameKind {
    /// By `CALL` or `BINARY_SUBSCR_GETITEM` from the frame below: the value goes to [`Frame::base`].
    Inlined,
    /// As inlined, and there is an object of it: the short way out, which knows nothing of objects, is closed.
    InlinedSeen,
    /// As inlined, but where CPython goes through C (properties and the like): only the statistics can tell.
    Entered,
    /// As entered; the value must be `None`, and the instance at [`Frame::base`] is the result (`__init__`).
    Init,
    /// By native code: the loop ends with the value.
    Native,
    /// A generator resumed by `FOR_ITER`.
    ForIter,
    /// A generator resumed by `SEND`.
    Send,
    /// A generator resumed by native code (`next`, `send`, `throw`): the loop ends with the value.
    Resumed,
}

impl FrameKind {
    /// Whether it was entered from the frame below without a new evaluation.
    #[inline]
    pub fn is_inlined(self) -> bool {
        matches!(self, FrameKind::Inlined | FrameKind::InlinedSeen)
    }
}

/// The control record of a running piece of code.
#[repr(C)]
pub struct Frame {
    /// Where to go on when the frame above returns: behind the call and its cache.
    pub pc: *const u16,
    /// The first local.
    pub fp: *mut Value,
    /// Where the result goes in the caller's part of the stack; the caller's operands above it are dropped.
    pub base: *mut Value,
    /// The running code.
    pub code: Gc<Code>,
    /// The function it belongs to.
    pub function: Gc<Function>,
    /// Its globals.
    pub globals: Gc<Dict>,
    /// The local namespace of module and class bodies, or `NULL`.
    pub locals: Value,
    /// The generator that runs in this frame, or `NULL`.
    pub generator: Value,
    /// For generators the exception that was being handled where it was resumed; for others the frame object, or `NULL`.
    pub outer_handled: Value,
    /// How it was entered.
    pub kind: FrameKind,
    /// Whether there is a frame object of it.
    pub seen: bool,
    /// For entries: the opcode that the caller executed last (statistics).
    pub caller_last: LastOpcode,
}

const _: () = assert!(size_of::<Frame>() <= 80);

impl Frame {
    /// The object of this frame, if a program or a traceback has one.
    pub fn object(&self) -> Option<Gc<FrameObject>> {
        if !self.seen {
            return None;
        }
        let object = match self.generator.cast::<Generator>() {
            Some(generator) => generator.frame.get(),
            None => self.outer_handled,
        };
        object.cast::<FrameObject>()
    }

    /// Reports what the frame holds; its locals and operands lie on the stack.
    pub(crate) fn trace(&self, marker: &mut Marker) {
        marker.mark(self.code);
        marker.mark(self.function);
        marker.mark(self.globals);
        marker.value(self.locals);
        marker.value(self.generator);
        marker.value(self.outer_handled);
    }

    /// The number of the code unit at `pc` minus one: lies within the instruction that is being executed.
    pub fn unit_before(&self, pc: *const u16) -> usize {
        self.code.unit_index(pc).saturating_sub(1)
    }
}

/// What native code must restore after running bytecode of its own.
#[derive(Clone, Copy)]
pub(crate) struct Saved {
    pub state: State,
    pub instruction: *const u16,
    pub word: u32,
    pub keyword_names: Value,
    pub traced: bool,
}
