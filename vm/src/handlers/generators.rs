//! Generators and coroutines in the loop: made, resumed by `FOR_ITER` and `SEND`, suspended by `YIELD_VALUE`.
//!
//! As a call of a function that fits exactly, going into a generator and coming back takes place in the handler, unless somebody counts or
//! traces, or has an object of the frame: then it goes the long way.

#![expect(unsafe_code, reason = "frames are pushed and popped in place")]

use quicken_bytecode::{CodeFlags, Opcode};
use quicken_replay::flow::Then;
use quicken_stats::{Counts, Off, Recorder};

use super::iteration::{for_iter, send};
use crate::Vm;
use crate::error::{PyResult, Raise};
use crate::frame::{Frame, FrameKind, Saved};
use crate::object::{Gc, Header};
use crate::objects::frame_object::FrameObject;
use crate::objects::generator::{Generator, GeneratorState};
use crate::state::{Control, Flow, SlowFn, State};
use crate::value::Value;

slow_handlers! {
    RETURN_GENERATOR => return_generator,
}

handler!(YIELD_VALUE(s, vm, _oparg) {
    vm.suspend_in_place::<R>(s)
});

/// `FOR_ITER` or `SEND` has found a generator: goes into it, or answers the function that does.
#[inline(always)]
pub(crate) fn resume<R: Recorder>(s: &mut State, vm: &mut Vm, opcode: u8) -> Option<SlowFn> {
    if opcode == Opcode::FOR_ITER as u8 {
        let base = s.sp;
        match s.peek(1).cast::<Generator>() {
            Some(generator) if vm.resume_in_place::<R>(s, generator, base, Value::NONE, FrameKind::ForIter) => None,
            _ => Some(for_iter),
        }
    } else {
        // The sent value makes place for the frame.
        let (base, sent) = (s.sp.wrapping_sub(1), s.peek(1));
        match s.peek(2).cast::<Generator>() {
            Some(generator) if vm.resume_in_place::<R>(s, generator, base, sent, FrameKind::Send) => None,
            _ => Some(send),
        }
    }
}

fn return_generator(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    vm.return_generator()
}

fn yield_value(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    vm.yield_value()
}

impl Vm {
    /// Whether there is room for a generator's frame at `base`.
    #[inline(always)]
    fn has_room(&self, generator: Gc<Generator>, base: *mut Value) -> bool {
        // What is sent lies on top of the operands.
        let end = base.wrapping_add(generator.code.frame_size as usize + 1);
        end <= self.stack_limit && self.frame.wrapping_add(1) < self.frame_limit
    }

    /// Puts a suspended generator's frame on the stack. The registers are those of the frame that resumes it, behind its instruction, and
    /// become the generator's.
    ///
    /// # Safety
    /// There must be [room](Vm::has_room).
    #[inline(always)]
    unsafe fn push_generator(&mut self, s: &mut State, generator: Gc<Generator>, base: *mut Value, kind: FrameKind) {
        let (code, pc) = (generator.code, generator.pc.get());
        // SAFETY: a frame is running, and the places behind it are reserved, as the caller says.
        unsafe {
            (*self.frame).pc = s.pc;
            let sp = generator.load(base);
            let frame = self.frame.add(1);
            frame.write(Frame {
                pc,
                fp: base,
                base,
                code,
                function: generator.function,
                globals: generator.function.globals.get(),
                locals: Value::NULL,
                generator: generator.into(),
                outer_handled: self.handled,
                kind,
                seen: false,
                caller_last: Default::default(),
            });
            self.frame = frame;
            *s = State { pc, sp, fp: base, k: code.constants };
        }
        self.handled = generator.handled.get();
    }

    /// Goes on with a suspended generator, whose frame comes to lie at `base`; answers whether that could be done here.
    #[inline(always)]
    fn resume_in_place<R: Recorder>(
        &mut self,
        s: &mut State,
        generator: Gc<Generator>,
        base: *mut Value,
        sent: Value,
        kind: FrameKind,
    ) -> bool {
        let waits = match generator.state.get() {
            GeneratorState::Suspended => true,
            // The first instruction after RETURN_GENERATOR drops what is sent.
            GeneratorState::Created => sent.is_none(),
            GeneratorState::Running | GeneratorState::Finished => false,
        };
        if R::ON || !waits || !generator.frame.get().is_null() || !self.has_room(generator, base) {
            return false;
        }
        // SAFETY: there is room.
        unsafe { self.push_generator(s, generator, base, kind) };
        s.push(sent);
        generator.state.set(GeneratorState::Running);
        true
    }

    /// Suspends the running generator and hands the top to the `FOR_ITER` or `SEND` that resumed it, or to native code, if that can be done
    /// here.
    #[inline(always)]
    fn suspend_in_place<R: Recorder>(&mut self, s: &mut State) -> Control {
        // SAFETY: a frame is running, and below one that an instruction resumed runs the frame of that instruction.
        unsafe {
            let frame = self.frame;
            let kind = (*frame).kind;
            let in_loop = matches!(kind, FrameKind::ForIter | FrameKind::Send);
            // Whoever follows the way is told of what happens in the loop by the loop.
            let unseen = kind == FrameKind::Resumed && !(R::SHAPES && self.follows_flow);
            if R::ON || !(in_loop || unseen) || (*frame).seen {
                return Control::Slow(yield_value);
            }
            let Some(generator) = (*frame).generator.cast::<Generator>() else { return Control::Slow(yield_value) };
            let value = s.pop();
            generator.pc.set(s.pc);
            generator.store(s.fp, s.sp);
            generator.state.set(GeneratorState::Suspended);
            generator.handled.set(self.handled);
            self.handled = (*frame).outer_handled;
            let base = (*frame).base;
            let below = frame.sub(1);
            self.frame = below;
            if kind == FrameKind::Resumed {
                self.outcome = Ok(value);
                return Control::Leave;
            }
            *base = value;
            let code = (*below).code;
            *s = State { pc: (*below).pc, sp: base.add(1), fp: (*below).fp, k: code.constants };
        }
        Control::Next
    }

    /// Makes a generator of the running frame (which has just begun) and returns it to the caller.
    pub(crate) fn return_generator(&mut self) -> PyResult<Flow> {
        // SAFETY: a frame is running.
        let (function, code) = unsafe { ((*self.frame).function, (*self.frame).code) };
        // SAFETY: as above.
        let object = unsafe { (*self.frame).object() };
        let ty = if code.is(CodeFlags::COROUTINE) {
            self.types.coroutine
        } else if code.is(CodeFlags::ASYNC_GENERATOR) {
            self.types.async_generator
        } else {
            self.types.generator
        };
        let generator = self
            .heap
            .allocate_sized(Generator::new(Header::new(ty), function, code, self.state.pc), Generator::bytes_for(code));
        generator.store(self.state.fp, self.state.sp);
        if let Some(object) = object {
            // It is the generator's from now on, and no longer that of the frame that ends here.
            FrameObject::become_generators(object, generator);
            // SAFETY: as above.
            unsafe { (*self.frame).seen = false };
        }
        if self.coroutine_origin_depth > 0 && code.is(CodeFlags::COROUTINE) {
            self.note_origin(generator);
        }
        if !code.handlers.is_empty() || code.is(CodeFlags::COROUTINE) {
            // It may be abandoned inside a `try` or `with`, whose end is then due; or never be awaited.
            self.heap.add_finalizable(generator.into());
        }
        self.return_value(generator.into())
    }

    /// Puts a generator's frame on the stack, at the running frame's `sp`, with `sent` on top of its operands.
    ///
    /// # Errors
    /// `ValueError` when it runs already, `RecursionError`.
    pub(crate) fn resume_generator(&mut self, generator: Gc<Generator>, sent: Value, kind: FrameKind) -> PyResult<()> {
        if generator.state.get() == GeneratorState::Running {
            let what = crate::objects::generator_methods::kind_name(generator);
            return Err(self.value_error(format!("{what} already executing")));
        }
        let mut s = self.state;
        if !self.has_room(generator, s.sp) {
            return Err(self.frame_overflow());
        }
        // SAFETY: there is room.
        unsafe { self.push_generator(&mut s, generator, self.state.sp, kind) };
        // A generator that begins takes `sent` (None) too: its first instruction after RETURN_GENERATOR pops it.
        s.push(sent);
        self.state = s;
        generator.state.set(GeneratorState::Running);
        if let Some(object) = generator.frame.get().cast::<FrameObject>() {
            self.rejoin_object(object);
        }
        if self.recording {
            let last = Counts::enter(&mut self.counters);
            Counts::evaluation(&mut self.counters);
            // SAFETY: just written.
            unsafe { (*self.frame).caller_last = last };
        } else if self.follows_flow {
            self.record_evaluation(Then::Enter);
        }
        Ok(())
    }

    /// `YIELD_VALUE`: suspends the running generator and hands the top to whoever resumed it.
    pub(crate) fn yield_value(&mut self) -> PyResult<Flow> {
        // SAFETY: a frame is running.
        let (kind, base, generator, outer) =
            unsafe { ((*self.frame).kind, (*self.frame).base, (*self.frame).generator, (*self.frame).outer_handled) };
        let Some(generator) = generator.cast::<Generator>() else {
            return Err(self.system_error("yield outside a generator"));
        };
        let value = self.state.pop();
        generator.pc.set(self.state.pc);
        generator.store(self.state.fp, self.state.sp);
        generator.state.set(GeneratorState::Suspended);
        generator.handled.set(self.handled);
        self.handled = outer;
        self.pop_frame();
        self.state.sp = base;
        match kind {
            FrameKind::ForIter => self.state.push(value),
            // SEND leaves the receiver and puts the value where the sent one was.
            FrameKind::Send => self.state.push(value),
            _ => {
                self.outcome = Ok(value);
                return Ok(Flow::Exit);
            }
        }
        Ok(Flow::Continue)
    }

    /// Resumes a generator from native code and runs it to its next `yield` (`Ok`) or its end (`StopIteration`).
    ///
    /// # Errors
    /// What the generator raises; `StopIteration` with its value when it returns.
    pub fn run_generator(&mut self, generator: Gc<Generator>, sent: Value) -> PyResult {
        self.check_native_stack(" while calling a Python object")?;
        let saved = self.save();
        let mut s = saved.state;
        let is_watched = self.recording || self.follows_flow;
        let resumed = if !is_watched
            && self.resume_in_place::<Off>(&mut s, generator, saved.state.sp, sent, FrameKind::Resumed)
        {
            self.state = s;
            Ok(())
        } else {
            self.resume_generator(generator, sent, FrameKind::Resumed)
        };
        let result = resumed.and_then(|()| {
            self.instruction = self.state.pc.wrapping_sub(1);
            self.run_loop()
        });
        self.restore(saved);
        result
    }

    /// Puts a suspended generator's frame on the stack without running it, while something else runs on its behalf. Answers nothing
    /// where there is no room; that is no error yet.
    pub(crate) fn enter_idle(&mut self, generator: Gc<Generator>) -> Option<Saved> {
        let mut s = self.state;
        if !self.has_room(generator, s.sp) {
            return None;
        }
        self.watch_stay(self.instruction);
        let saved = self.save();
        // Nothing is counted for it, as for a frame that was entered from the one below.
        // SAFETY: there is room.
        unsafe { self.push_generator(&mut s, generator, self.state.sp, FrameKind::Inlined) };
        self.state = s;
        self.instruction = s.pc.wrapping_sub(1);
        if let Some(object) = generator.frame.get().cast::<FrameObject>() {
            self.rejoin_object(object);
        }
        Some(saved)
    }

    /// Takes it off again.
    pub(crate) fn leave_idle(&mut self, generator: Gc<Generator>, saved: Saved) {
        generator.store(self.state.fp, self.state.sp);
        generator.handled.set(self.handled);
        // SAFETY: the frame that `enter_idle` pushed is the running one again.
        self.handled = unsafe { (*self.frame).outer_handled };
        self.pop_frame();
        self.restore(saved);
    }

    /// Resumes a generator by raising `raise` at its `yield`.
    ///
    /// # Errors
    /// As for [`Vm::run_generator`].
    pub fn throw_into_generator(&mut self, generator: Gc<Generator>, raise: Raise) -> PyResult {
        self.check_native_stack(" while calling a Python object")?;
        let saved = self.save();
        let result = self.resume_generator(generator, Value::NONE, FrameKind::Resumed).and_then(|()| {
            // The value that `resume_generator` pushed is not wanted: the exception takes the place of the yield.
            self.state.shrink(1);
            self.instruction = self.state.pc.wrapping_sub(1);
            let goes_on = match self.trace_throw() {
                Ok(()) => self.unwind_raised(raise),
                Err(raise) => self.leave_raising(raise),
            };
            if goes_on { self.run_loop() } else { std::mem::replace(&mut self.outcome, Ok(Value::NULL)) }
        });
        self.restore(saved);
        result
    }
}
