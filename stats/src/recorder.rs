//! What the interpreter reports while it runs, as a type parameter of its loops.
//!
//! A recorder has no data of its own: its methods are static and write into the [`Counters`] that the VM owns. A loop
//! instantiated with [`Off`] holds no trace of recording; a flag tested for each instruction was measured to cost a
//! third of the speed.
//!
//! The events and the moments are those of CPython 3.11 built with `--enable-pystats` (`STAT_INC`, `CALL_STAT_INC`,
//! `OPCODE_EXE_INC` in `Python/ceval.c`).

use quicken_bytecode::Opcode;

use crate::counters::Counters;

/// Receives the interpreter's events; those that a recorder does not name are nothing to it, and compile to nothing.
///
/// *Head* is the generic instruction of a family (`LOAD_ATTR`), *form* one of its specialized instructions
/// (`LOAD_ATTR_SLOT`).
pub trait Recorder: 'static {
    /// Whether anything is recorded, for code that would otherwise prepare what nobody reads.
    const ON: bool;

    /// Whether the loop reports what instructions find: shapes for a recording, or for the comparison of guards.
    const SHAPES: bool = false;

    /// An instruction was dispatched: one execution, and one pair with the instruction before it.
    ///
    /// Jumps inside the interpreter from one handler to another (`RESUME` to `RESUME_QUICK`, an adaptive form to its
    /// head when it defers) are not dispatches.
    #[inline(always)]
    fn execution(_: &mut Counters, _: Opcode) {}

    /// An evaluation begins that CPython enters through C: the pairs start at `CACHE` (0). Returns what
    /// [`Recorder::leave`] needs to restore the caller's last instruction.
    #[must_use]
    #[inline(always)]
    fn enter(_: &mut Counters) -> LastOpcode {
        LastOpcode(0)
    }

    /// The evaluation that [`Recorder::enter`] began is over, normally or by an exception.
    #[inline(always)]
    fn leave(_: &mut Counters, _: LastOpcode) {}

    /// The guards of a specialized form passed. Counted on the head.
    #[inline(always)]
    fn hit(_: &mut Counters, _: Opcode) {}

    /// A guard of a specialized form failed. Counted on the form and on the head.
    #[inline(always)]
    fn miss(_: &mut Counters, _: Opcode) {}

    /// The misses of a site used up its counter and the adaptive form came back. Counted on the head.
    #[inline(always)]
    fn deopt(_: &mut Counters, _: Opcode) {}

    /// An adaptive form was executed while its counter was not yet zero. Counted on the head.
    #[inline(always)]
    fn deferred(_: &mut Counters, _: Opcode) {}

    /// An attempt at specialization succeeded. Counted on the head.
    #[inline(always)]
    fn success(_: &mut Counters, _: Opcode) {}

    /// An attempt at specialization failed, for the reason that CPython numbers `kind`; some failures have none.
    /// Counted on the head. `FOR_ITER`, which is no family, reports the kind of its iterator here at each execution.
    #[inline(always)]
    fn failure(_: &mut Counters, _: Opcode, _: Option<u8>) {}

    /// A Python function was called without leaving the loop (`Calls to Python functions inlined`).
    #[inline(always)]
    fn inlined_call(_: &mut Counters) {}

    /// The loop was entered anew (`Calls to PyEval_EvalDefault`).
    #[inline(always)]
    fn evaluation(_: &mut Counters) {}

    /// A frame was pushed (`Frames pushed`).
    #[inline(always)]
    fn frame_pushed(_: &mut Counters) {}

    /// A frame object was made for a frame (`Frame objects created`).
    #[inline(always)]
    fn frame_object(_: &mut Counters) {}
}

/// The instruction that was dispatched last in an evaluation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastOpcode(pub(crate) u8);

/// Records nothing and compiles to nothing.
#[derive(Clone, Copy, Debug)]
pub struct Off;

impl Recorder for Off {
    const ON: bool = false;
}

/// Counts nothing itself: the loop reports the shapes that its instructions find to the VM.
#[derive(Clone, Copy, Debug)]
pub struct Shapes;

impl Recorder for Shapes {
    const ON: bool = false;
    const SHAPES: bool = true;
}

/// Counts everything that CPython's pystats count.
#[derive(Clone, Copy, Debug)]
pub struct Counts;

impl Recorder for Counts {
    const ON: bool = true;

    #[inline(always)]
    fn execution(counters: &mut Counters, opcode: Opcode) {
        counters.count_pair(opcode as u8);
    }

    #[inline(always)]
    fn enter(counters: &mut Counters) -> LastOpcode {
        counters.replace_last(LastOpcode(0))
    }

    #[inline(always)]
    fn leave(counters: &mut Counters, caller: LastOpcode) {
        let _ = counters.replace_last(caller);
    }

    /// Nothing: hits follow from executions and misses ([`Counters::specialization_of`]).
    #[inline(always)]
    fn hit(_: &mut Counters, _: Opcode) {}

    #[inline]
    fn miss(counters: &mut Counters, form: Opcode) {
        counters.specialization_mut(form).miss += 1;
        counters.specialization_mut(form.base()).miss += 1;
    }

    #[inline]
    fn deopt(counters: &mut Counters, form: Opcode) {
        counters.specialization_mut(form.base()).deopt += 1;
    }

    #[inline]
    fn deferred(counters: &mut Counters, head: Opcode) {
        counters.specialization_mut(head.base()).deferred += 1;
    }

    #[inline]
    fn success(counters: &mut Counters, head: Opcode) {
        counters.specialization_mut(head.base()).success += 1;
    }

    #[inline]
    fn failure(counters: &mut Counters, head: Opcode, kind: Option<u8>) {
        let specialization = counters.specialization_mut(head.base());
        specialization.failure += 1;
        if let Some(slot) = kind.and_then(|kind| specialization.failure_kinds.get_mut(usize::from(kind))) {
            *slot += 1;
        }
    }

    #[inline]
    fn inlined_call(counters: &mut Counters) {
        counters.calls.inlined_py_calls += 1;
    }

    #[inline]
    fn evaluation(counters: &mut Counters) {
        counters.calls.pyeval_calls += 1;
    }

    #[inline]
    fn frame_pushed(counters: &mut Counters) {
        counters.calls.frames_pushed += 1;
    }

    #[inline]
    fn frame_object(counters: &mut Counters) {
        counters.calls.frame_objects_created += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn executions_and_pairs() {
        let mut c = Counters::new();
        Counts::execution(&mut c, Opcode::RESUME);
        Counts::execution(&mut c, Opcode::LOAD_FAST);
        Counts::execution(&mut c, Opcode::LOAD_FAST);
        assert_eq!(c.executions(Opcode::LOAD_FAST), 2);
        assert_eq!(c.pair(Opcode::CACHE, Opcode::RESUME), 1);
        assert_eq!(c.pair(Opcode::LOAD_FAST, Opcode::LOAD_FAST), 1);
    }

    #[test]
    fn an_entry_starts_at_cache_and_restores_its_caller() {
        let mut c = Counters::new();
        Counts::execution(&mut c, Opcode::CALL);
        let caller = Counts::enter(&mut c);
        Counts::execution(&mut c, Opcode::RESUME);
        Counts::leave(&mut c, caller);
        Counts::execution(&mut c, Opcode::POP_TOP);
        assert_eq!(c.pair(Opcode::CACHE, Opcode::RESUME), 1);
        assert_eq!(c.pair(Opcode::CALL, Opcode::POP_TOP), 1);
        assert_eq!(c.pair(Opcode::RESUME, Opcode::POP_TOP), 0);
    }

    #[test]
    fn a_miss_counts_twice_and_the_rest_on_the_head() {
        let mut c = Counters::new();
        for _ in 0..2 {
            Counts::execution(&mut c, Opcode::LOAD_ATTR_SLOT);
        }
        Counts::hit(&mut c, Opcode::LOAD_ATTR_SLOT);
        Counts::miss(&mut c, Opcode::LOAD_ATTR_SLOT);
        Counts::deopt(&mut c, Opcode::LOAD_ATTR_SLOT);
        Counts::failure(&mut c, Opcode::LOAD_ATTR_ADAPTIVE, Some(2));
        Counts::failure(&mut c, Opcode::LOAD_ATTR, None);
        Counts::failure(&mut c, Opcode::LOAD_ATTR, Some(200));
        let head = c.specialization(Opcode::LOAD_ATTR);
        assert_eq!((head.hit, head.miss, head.deopt, head.failure, head.failure_kinds[2]), (1, 1, 1, 3, 1));
        let form = c.specialization(Opcode::LOAD_ATTR_SLOT);
        assert_eq!((form.hit, form.miss, form.deopt), (0, 1, 0));
    }

    #[test]
    fn off_counts_nothing() {
        let mut c = Counters::new();
        Off::execution(&mut c, Opcode::CALL);
        Off::miss(&mut c, Opcode::LOAD_ATTR_SLOT);
        assert!(c.is_zero());
    }
}
