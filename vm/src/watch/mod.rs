//! Watching what instructions find, in a loop of its own (`Recorder::SHAPES`): to record it, or to compare the guards of the handlers
//! with their pure statement.
//!
//! For a recording, three things are taken down.
//!
//! - **Which straight stretches of code were executed** (`recorder.rs`): only where control goes elsewhere than to the next instruction
//!   something is counted, and the executions of each instruction follow from that.
//! - **Which [shapes](quicken_specializer::Shape) an instruction found.** A shape takes long to describe, so a site has *keys* (`keys.rs`): two
//!   words, quickly made, that are equal only where the shapes are. Versions are assigned as soon as something is seen, so that two
//!   versions are equal exactly if a guard that had cached the one would accept the other.
//! - **How often in a row.** A site that finds the same shape again and again gets a specialized form, of those whose guards pass for
//!   no other shape and that do nothing but their own instruction's work (`accelerate.rs`): each execution is counted in the cache's
//!   counter, which nobody needs otherwise, and a miss ends the run.

mod accelerate;
mod codes;
mod facts;
mod guards;
mod keys;
mod places;
mod recorder;

use quicken_bytecode::{Family, Opcode, Role};
use quicken_replay::flow::Then;

use crate::Vm;
use crate::handlers::CALLED_UNITS;
use crate::state::{Control, State};

pub(crate) use recorder::ShapeRecorder;

/// What is watched in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// Nothing.
    Nothing,
    /// The events that CPython's pystats count.
    Counts,
    /// The shapes that instructions find, for a recording. The strategy must be one that leaves all code generic.
    Shapes {
        /// Whether the way of the run is recorded as well.
        flow: bool,
    },
    /// Whether the guards of specialized forms pass exactly if [`quicken_specializer::matches()`] says so.
    Guards,
}

/// Who watches.
pub(crate) enum Watcher {
    /// Takes shapes down.
    Recorder(Box<ShapeRecorder>),
    /// Compares guards, and counts how often.
    Guards(u64),
}

impl Watcher {
    pub(crate) fn new(watch: Watch) -> Option<Watcher> {
        match watch {
            Watch::Nothing | Watch::Counts => None,
            Watch::Shapes { flow } => Some(Watcher::Recorder(Box::new(ShapeRecorder::new(flow)))),
            Watch::Guards => Some(Watcher::Guards(0)),
        }
    }
}

/// What is watched of an instruction. The loops make it in a constant, so that nothing is left of it but what is done, without the linker's
/// help: a handler that only might call the recorder could not leave its frame.
#[derive(Clone, Copy)]
pub(crate) struct Watched {
    opcode: Opcode,
    what: What,
    /// Where its last instruction is: the one behind a form that does that one's work as well, or itself.
    last: usize,
    /// The unit behind.
    behind: usize,
}

#[derive(Clone, Copy)]
enum What {
    Nothing,
    /// A step of the warm-up counter.
    Step,
    /// A site.
    Event(Family),
    /// A specialized form.
    Form,
}

impl Watched {
    pub(crate) const fn of(opcode: Opcode) -> Self {
        let specialized = matches!(opcode.role(), Role::Specialized);
        let what = match (opcode.role(), opcode.family()) {
            (Role::Specialized, _) => What::Form,
            (Role::Generic, Some(family)) => What::Event(family),
            _ if matches!(opcode, Opcode::RESUME | Opcode::JUMP_BACKWARD) => What::Step,
            _ => What::Nothing,
        };
        let own = 1 + opcode.base().cache_units();
        let called = CALLED_UNITS[opcode as usize] as usize;
        let (last, behind) = if specialized && matches!(opcode.base(), Opcode::COMPARE_OP) {
            // The jump behind is done as well.
            (own, own + 1)
        } else if called != 0 {
            (own, own + called)
        } else {
            (0, own)
        };
        Self { opcode, what, last, behind }
    }

    /// Whether the instruction at `pc`, which was executed in place, has gone elsewhere than to what stands behind it.
    #[inline(always)]
    pub(crate) fn is_left(self, pc: *const u16, next: *const u16) -> bool {
        next != pc.wrapping_add(self.behind)
    }

    /// What happens then: `YIELD_VALUE` leaves the evaluation.
    #[inline(always)]
    pub(crate) fn then(self) -> Then {
        if matches!(self.opcode, Opcode::YIELD_VALUE) { Then::Leave } else { Then::Jump }
    }

    /// The last instruction whose work is done when the one at `pc` was executed.
    #[inline(always)]
    pub(crate) fn last(self, pc: *const u16) -> *const u16 {
        pc.wrapping_add(self.last)
    }
}

impl Vm {
    /// The loop is about to execute an instruction, with the registers behind its first unit. Where guards are compared, the
    /// answer is whether those of a specialized form should pass.
    #[inline(always)]
    pub(crate) fn watch(&mut self, watched: Watched, pc: *const u16, s: &State, oparg: usize) -> Option<bool> {
        match watched.what {
            What::Nothing => {}
            What::Step => self.record_step(pc),
            What::Event(family) => self.watch_event(family, pc, s, oparg),
            What::Form if self.compares_guards => return self.expected_guard(watched.opcode, pc, *s, oparg),
            What::Form => self.record_form(pc),
        }
        None
    }

    /// An instruction of a family is about to be executed in its generic form.
    #[inline(always)]
    fn watch_event(&mut self, family: Family, pc: *const u16, s: &State, oparg: usize) {
        let State { sp, fp, k, .. } = *s;
        macro_rules! of {
            ($($family:ident)*) => {
                match family {
                    $(Family::$family => self.record_event::<{ Family::$family as u8 }>(pc, sp, fp, k, oparg),)*
                }
            };
        }
        of!(BinaryOp BinarySubscr Call CompareOp LoadAttr LoadGlobal LoadMethod Precall StoreAttr StoreSubscr UnpackSequence);
    }

    /// The handler has looked at its guards: compares what they said with what was expected.
    #[inline(always)]
    pub(crate) fn watch_guards(&mut self, expected: Option<bool>, control: &Control, watched: Watched, pc: *const u16) {
        if let Some(expected) = expected
            && expected == matches!(control, Control::Miss)
        {
            self.guard_differs(expected, watched.opcode, pc);
        }
    }

    /// A generator was resumed or suspended: an evaluation begins or is left, if anybody follows that. The registers are those of the frame
    /// that goes on.
    #[inline(always)]
    pub(crate) fn record_turn(&mut self, last: *const u16, next: *const u16, then: Then) {
        let code = self.running_code();
        let then = if self.follows_flow { then } else { Then::Jump };
        if let Some(Watcher::Recorder(recorder)) = self.watcher.as_deref_mut() {
            recorder.turn(&self.heap, code, last, next, then);
        }
    }

    /// An evaluation begins that CPython enters through C, or is left.
    #[inline(never)]
    pub(crate) fn record_evaluation(&mut self, then: Then) {
        let instruction = self.instruction;
        if let Some(Watcher::Recorder(recorder)) = self.watcher.as_deref_mut() {
            recorder.mark(instruction, then);
        }
    }

    /// An exception begins to leave frames: it was raised at this instruction. Nothing: it was caught.
    pub(crate) fn watch_unwind(&mut self, raised_at: Option<*const u16>) {
        if let Some(Watcher::Recorder(recorder)) = self.watcher.as_deref_mut() {
            recorder.unwind(raised_at);
        }
    }

    /// A frame comes on the stack that is not executed: it stands for a generator while something else runs on its behalf.
    pub(crate) fn watch_stay(&mut self, instruction: *const u16) {
        if let Some(Watcher::Recorder(recorder)) = self.watcher.as_deref_mut() {
            recorder.stay(instruction);
        }
    }

    /// How often a guard was compared, where that is done.
    pub fn guards_compared(&self) -> u64 {
        match self.watcher.as_deref() {
            Some(Watcher::Guards(compared)) => *compared,
            Some(Watcher::Recorder(_)) | None => 0,
        }
    }

    /// The recording that was made, if one was.
    pub fn take_recording(&mut self) -> Option<quicken_replay::Recording> {
        match self.watcher.take() {
            Some(watcher) => match *watcher {
                Watcher::Recorder(recorder) => Some(recorder.finish()),
                Watcher::Guards(_) => None,
            },
            None => None,
        }
    }
}
