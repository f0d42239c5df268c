//! Frames come and go here: calls into Python code, returns, generators, and the way of an exception through the frames.

#![expect(unsafe_code, reason = "frames and operands are reached through the interpreter's registers")]

use quicken_bytecode::CodeFlags;
use quicken_replay::flow::Then;
use quicken_stats::{Counts, Recorder};

use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::frame::{Frame, FrameKind, Saved};
use crate::object::{Gc, Header};
use crate::objects::exception::Exception;
use crate::objects::function::{CellObject, Function};
use crate::objects::generator::Generator;
use crate::objects::tuple::Tuple;
use crate::state::{Flow, State};
use crate::value::Value;

impl Vm {
    // ---- frames ----

    /// Pushes the frame of `function`, whose arguments (exactly its parameters) stand at `fp`; the result will go to
    /// `base`. The registers are set to its start.
    ///
    /// # Errors
    /// `RecursionError` when the recursion limit or the stack is exhausted.
    #[inline]
    pub(crate) fn push_frame(
        &mut self,
        function: Gc<Function>,
        fp: *mut Value,
        bound: usize,
        base: *mut Value,
        kind: FrameKind,
    ) -> PyResult<()> {
        let code = function.code.get();
        let end = fp.wrapping_add(code.frame_size as usize);
        // SAFETY: one past the running frame is within the reserved places, or equal to the limit.
        let frame = unsafe { self.frame.add(1) };
        if end > self.stack_limit || frame >= self.frame_limit {
            return Err(self.frame_overflow());
        }
        // SAFETY: the frame's place and its locals are reserved, as was just checked.
        unsafe {
            (*self.frame).pc = self.state.pc;
            for index in bound..code.nlocalsplus as usize {
                *fp.add(index) = Value::NULL;
            }
            frame.write(Frame {
                pc: code.units,
                fp,
                base,
                code,
                function,
                globals: function.globals.get(),
                locals: Value::NULL,
                generator: Value::NULL,
                outer_handled: Value::NULL,
                kind,
                seen: false,
                caller_last: Default::default(),
            });
        }
        self.frame = frame;
        if self.recording {
            Counts::frame_pushed(&mut self.counters);
            if kind != FrameKind::Inlined {
                let last = Counts::enter(&mut self.counters);
                Counts::evaluation(&mut self.counters);
                // SAFETY: just written.
                unsafe { (*frame).caller_last = last };
            } else {
                Counts::inlined_call(&mut self.counters);
            }
        } else if self.follows_flow && kind != FrameKind::Inlined {
            self.record_evaluation(Then::Enter);
        }
        self.state = State { pc: code.units, sp: fp.wrapping_add(code.nlocalsplus as usize), fp, k: code.constants };
        Ok(())
    }

    #[cold]
    pub(crate) fn frame_overflow(&mut self) -> Raise {
        // Some room is left for handlers and the traceback, as CPython's recursion headroom.
        self.recursion_error("")
    }

    /// Removes the running frame and restores the registers of the one below, except for `sp`.
    #[inline]
    pub(crate) fn pop_frame(&mut self) {
        // SAFETY: a frame is running; below the first one stands the sentinel, whose fields nobody uses for running.
        unsafe {
            if (*self.frame).seen {
                self.part_from_object();
            }
            let frame = &*self.frame;
            if self.recording && !frame.kind.is_inlined() {
                Counts::leave(&mut self.counters, frame.caller_last);
            } else if self.follows_flow && !frame.kind.is_inlined() {
                self.record_evaluation(Then::Leave);
            }
            self.frame = self.frame.sub(1);
            if self.depth() > 0 {
                let below = &*self.frame;
                self.state.pc = below.pc;
                self.state.fp = below.fp;
                self.state.k = below.code.constants;
            }
        }
    }

    /// What native code must put back after running bytecode.
    pub(crate) fn save(&mut self) -> Saved {
        self.native_depth += 1;
        Saved {
            state: self.state,
            instruction: self.instruction,
            word: self.word,
            keyword_names: std::mem::replace(&mut self.keyword_names, Value::NULL),
            traced: self.tracing.in_loop,
        }
    }

    pub(crate) fn restore(&mut self, saved: Saved) {
        self.native_depth -= 1;
        self.tracing.in_loop = saved.traced;
        // A loop further in saw the request but had native frames above it, where nothing is collected; or it was another loop.
        let collects = self.native_depth <= 1 && self.heap.collection_wanted();
        if collects || self.tracing.wanted != saved.traced {
            self.heap.eval_breaker.set(true);
        }
        self.state = saved.state;
        self.instruction = saved.instruction;
        self.word = saved.word;
        self.keyword_names = saved.keyword_names;
    }

    /// Calls a Python function from native code: runs it to its end on the native stack.
    ///
    /// # Errors
    /// What the function raises, a `TypeError` when the arguments do not fit, `RecursionError`.
    pub fn call_function(&mut self, function: Gc<Function>, args: Args<'_>) -> PyResult {
        self.call_function_with_locals(function, args, Value::NULL)
    }

    /// The same with a local namespace: module and class bodies, `exec`.
    ///
    /// # Errors
    /// As for [`Vm::call_function`].
    pub fn call_function_with_locals(&mut self, function: Gc<Function>, args: Args<'_>, locals: Value) -> PyResult {
        self.check_native_stack(" while calling a Python object")?;
        let saved = self.save();
        let base = self.state.sp;
        let fp = base;
        let result = self.enter_function(function, args, fp, base, FrameKind::Native).and_then(|()| {
            // SAFETY: the frame was just pushed.
            unsafe { (*self.frame).locals = locals };
            self.instruction = self.state.pc.wrapping_sub(1);
            self.run_loop()
        });
        self.restore(saved);
        result
    }

    /// Copies arguments to `fp`, binds them and pushes the frame.
    pub(crate) fn enter_function(
        &mut self,
        function: Gc<Function>,
        args: Args<'_>,
        fp: *mut Value,
        base: *mut Value,
        kind: FrameKind,
    ) -> PyResult<()> {
        let values = args.values();
        if fp.wrapping_add(values.len() + function.code.get().frame_size as usize) > self.stack_limit {
            return Err(self.frame_overflow());
        }
        // SAFETY: the room was just checked; arguments may overlap their place when they are already on the stack.
        unsafe {
            std::ptr::copy(values.as_ptr(), fp, values.len());
            // Roots end at `sp`: the copies must lie below it while binding allocates.
            let end = fp.add(values.len());
            if end > self.state.sp {
                self.state.sp = end;
            }
        }
        let bound = self.bind_arguments(function, fp, values.len(), args.names())?;
        self.push_frame(function, fp, bound, base, kind)
    }

    /// Binds `given` values at `fp` (the last `names.len()` by keyword) to the parameters of `function`, in place. Answers
    /// how many locals are bound.
    ///
    /// # Errors
    /// `TypeError` with CPython's words when they do not fit.
    pub(crate) fn bind_arguments(
        &mut self,
        function: Gc<Function>,
        fp: *mut Value,
        given: usize,
        names: Option<Gc<Tuple>>,
    ) -> PyResult<usize> {
        let code = function.code.get();
        let argcount = code.argcount as usize;
        let simple =
            code.object.kwonlyargcount == 0 && !code.flags.intersects(CodeFlags::VARARGS | CodeFlags::VARKEYWORDS);
        if names.is_none() && simple {
            if given == argcount {
                return Ok(given);
            }
            let defaults = function.default_count();
            if given < argcount && given + defaults >= argcount {
                if let Some(tuple) = function.defaults.get().cast::<Tuple>() {
                    for index in given..argcount {
                        // SAFETY: the caller reserved the frame.
                        unsafe { *fp.add(index) = tuple.items()[index + defaults - argcount] };
                    }
                }
                return Ok(argcount);
            }
        }
        crate::handlers::bind::bind_slow(self, function, fp, given, names)
    }

    // ---- leaving frames ----

    /// Leaves the running frame with `value`, whatever way it was entered.
    pub(crate) fn return_value(&mut self, value: Value) -> PyResult<Flow> {
        // SAFETY: a frame is running.
        let (kind, base, generator, outer) =
            unsafe { ((*self.frame).kind, (*self.frame).base, (*self.frame).generator, (*self.frame).outer_handled) };
        if let Some(generator) = generator.cast::<Generator>() {
            generator.finish();
            self.handled = outer;
        }
        self.pop_frame();
        match kind {
            FrameKind::Inlined | FrameKind::InlinedSeen | FrameKind::Entered => {
                // SAFETY: `base` lies in the caller's operand stack.
                unsafe { *base = value };
                self.state.sp = base.wrapping_add(1);
                Ok(Flow::Continue)
            }
            FrameKind::Init => {
                self.leave_recursion();
                self.state.sp = base.wrapping_add(1);
                if !value.is_none() {
                    let name = self.type_name(value);
                    self.instruction = self.state.pc.wrapping_sub(1);
                    return Err(self.type_error(format!("__init__() should return None, not '{name}'")));
                }
                Ok(Flow::Continue)
            }
            FrameKind::Native => {
                self.state.sp = base;
                self.outcome = Ok(value);
                Ok(Flow::Exit)
            }
            FrameKind::ForIter => {
                // The generator is exhausted: drop it and jump. `pc` stands behind FOR_ITER, whose operand is the distance.
                if self.tracing.wanted {
                    self.state.sp = base;
                    self.trace_returned(generator, value);
                }
                self.state.sp = base.wrapping_sub(1);
                let distance = self.for_iter_distance();
                self.state.skip(distance);
                Ok(Flow::Continue)
            }
            FrameKind::Send => {
                // The receiver is replaced by the result, and control goes to SEND's target.
                self.state.sp = base;
                self.state.poke(1, value);
                if self.tracing.wanted {
                    self.trace_returned(generator, value);
                }
                let distance = self.for_iter_distance();
                self.state.skip(distance);
                Ok(Flow::Continue)
            }
            FrameKind::Resumed => {
                self.state.sp = base;
                self.outcome = self.stop_iteration_outcome(value);
                Ok(Flow::Exit)
            }
        }
    }

    /// What native code that resumed a generator sees when it returns: `StopIteration` with the value.
    fn stop_iteration_outcome(&mut self, value: Value) -> PyResult {
        Err(self.stop_iteration(value))
    }

    /// The operand of the FOR_ITER or SEND that stands right before `pc`, prefixes included.
    fn for_iter_distance(&self) -> usize {
        // SAFETY: `pc` stands behind an instruction of the running code.
        let code = unsafe { (*self.frame).code };
        let mut index = code.unit_index(self.state.pc) - 1;
        let mut distance = usize::from(code.unit(index) >> 8);
        let mut shift = 8;
        while index > 0 {
            index -= 1;
            let unit = code.unit(index);
            if !crate::handlers::is_extended_arg(unit as u8) {
                break;
            }
            distance |= usize::from(unit >> 8) << shift;
            shift += 8;
        }
        distance
    }

    // ---- exceptions ----

    /// The exception being handled, looking through the frames of generators (`_PyErr_GetTopmostException`).
    pub fn topmost_handled(&self) -> Value {
        if !self.handled.is_none() && !self.handled.is_null() {
            return self.handled;
        }
        for n in 0..self.depth() {
            let Some(frame) = self.frame_below(n) else { break };
            if !frame.generator.is_null() && !frame.outer_handled.is_none() && !frame.outer_handled.is_null() {
                return frame.outer_handled;
            }
        }
        Value::NONE
    }

    /// Takes an exception that the instruction raised to its handler. Answers whether the loop goes on; if not, an entry
    /// frame was left and [`Vm::outcome`] holds the exception.
    #[cold]
    pub(crate) fn unwind_raised(&mut self, raise: Raise) -> bool {
        self.unwind(raise, self.instruction, false)
    }

    /// Leaves the running frame by an exception, whatever handlers it has; then as [`Vm::unwind_raised`].
    #[cold]
    pub(crate) fn leave_raising(&mut self, raise: Raise) -> bool {
        self.unwind(raise, self.instruction, true)
    }

    /// Reports that a generator goes on with an exception, where that is wanted.
    pub(crate) fn trace_throw(&mut self) -> PyResult<()> {
        if self.tracing.wanted { self.trace_entry() } else { Ok(()) }
    }

    fn unwind(&mut self, raise: Raise, mut instruction: *const u16, mut leaving: bool) -> bool {
        let mut raise = raise;
        let mut first = true;
        self.watch_unwind(Some(instruction));
        let mut reraised = self.reraised_unit();
        loop {
            // SAFETY: a frame is running, since every loop runs above an entry frame.
            let (code, fp, kind, base, generator, outer) = unsafe {
                let frame = &*self.frame;
                (frame.code, frame.fp, frame.kind, frame.base, frame.generator, frame.outer_handled)
            };
            let unit = code.unit_index(instruction);
            let reraise = first && crate::handlers::is_reraise(self.word as u8);
            if first {
                self.record_raise(code, unit);
            }
            first = false;
            if !leaving && !reraise && raise.0.cast::<Exception>().is_some() {
                self.add_traceback(raise, unit);
                if self.tracing.wanted {
                    raise = self.traced_at(instruction, |vm| Ok(vm.trace_exception(raise))).unwrap_or(raise);
                }
            }
            let handler = if leaving { None } else { code.handler_at(unit) };
            if let Some(handler) = handler {
                self.instruction = instruction;
                let (depth, lasti, target) = (handler.depth as usize, handler.lasti, handler.target as usize / 2);
                // SAFETY: the exception table was made by our compiler or verified: depth and target are within the code.
                self.state.sp = unsafe { fp.add(code.nlocalsplus as usize + depth) };
                self.state.fp = fp;
                self.state.k = code.constants;
                if lasti {
                    self.state.push(Value::small_int(reraised.unwrap_or(unit) as i64));
                }
                self.state.push(raise.0);
                self.state.pc = code.unit_pointer(target);
                self.watch_unwind(None);
                return true;
            }
            if let Some(generator) = generator.cast::<Generator>() {
                generator.finish();
                self.handled = outer;
                raise = self.convert_stop_iteration(raise, generator);
            }
            // Where the frame ends, for those who look: RERAISE stands for the instruction that raised first.
            let last = reraised.take().map_or(instruction, |unit| code.unit_pointer(unit));
            if self.tracing.wanted
                && !leaving
                && let Err(other) = self.traced_at(last, |vm| vm.trace_exit(Value::NONE))
            {
                raise = other;
            }
            leaving = false;
            self.instruction = last;
            self.pop_frame();
            match kind {
                FrameKind::Native | FrameKind::Resumed => {
                    self.state.sp = base;
                    self.outcome = Err(raise);
                    return false;
                }
                FrameKind::ForIter if self.is_stop_iteration(raise) => {
                    // A generator cannot end like this (PEP 479), but one that was closed inside can.
                    self.state.sp = base.wrapping_sub(1);
                    let distance = self.for_iter_distance();
                    self.state.skip(distance);
                    self.watch_unwind(None);
                    return true;
                }
                _ => {
                    if kind == FrameKind::Init {
                        self.leave_recursion();
                    }
                    instruction = self.state.pc.wrapping_sub(1);
                }
            }
        }
    }

    /// Reports the end of what a generator delegated to. While it traces, CPython resumes that by `send` or `__next__`, which tell
    /// of a value by a `StopIteration`.
    #[cold]
    fn trace_returned(&mut self, ended: Value, value: Value) {
        let by_exception = ended.is_exact(self.types.coroutine) || !value.is_none();
        if by_exception {
            let raise = self.stop_iteration(value);
            // CPython does not look at what the function raises here.
            let _ = self.traced_at(self.state.pc.wrapping_sub(1), |vm| Ok(vm.trace_exception(raise)));
        }
    }

    /// The instruction that a `RERAISE` raises an exception of again, where it was kept on the stack.
    fn reraised_unit(&self) -> Option<usize> {
        let depth = (self.word >> 8) as usize;
        if !crate::handlers::is_reraise(self.word as u8) || depth == 0 {
            return None;
        }
        let unit = usize::try_from(self.state.peek(depth + 1).as_small_int()?).ok()?;
        (unit < self.running_code().len()).then_some(unit)
    }

    /// Reports something about the running frame, which an exception passes at this instruction.
    #[cold]
    fn traced_at<T>(&mut self, instruction: *const u16, body: impl FnOnce(&mut Vm) -> PyResult<T>) -> PyResult<T> {
        let (state, before) = (self.state, self.instruction);
        self.instruction = instruction;
        self.state.pc = instruction.wrapping_add(1);
        let result = body(self);
        (self.state, self.instruction) = (state, before);
        result
    }

    fn is_stop_iteration(&self, raise: Raise) -> bool {
        raise.0.heap_type().is_some_and(|t| t.is_subtype(self.exc.StopIteration))
    }

    /// PEP 479: a `StopIteration` that leaves a generator's body becomes a `RuntimeError`.
    fn convert_stop_iteration(&mut self, raise: Raise, generator: Gc<Generator>) -> Raise {
        let asynchronous = generator.code.is(CodeFlags::ASYNC_GENERATOR);
        let stop = self.is_stop_iteration(raise);
        let stop_async = raise.0.heap_type().is_some_and(|t| t.is_subtype(self.exc.StopAsyncIteration));
        if !(stop || asynchronous && stop_async) {
            return raise;
        }
        let what = crate::objects::generator_methods::kind_name(generator);
        let which = if stop { "StopIteration" } else { "StopAsyncIteration" };
        let error = self.runtime_error(format!("{what} raised {which}"));
        if let Some(exception) = error.0.cast::<Exception>() {
            exception.cause.set(raise.0);
            exception.context.set(raise.0);
            exception.suppress_context.set(true);
        }
        error
    }

    /// A cell for a closure.
    pub(crate) fn new_cell(&mut self, contents: Value) -> Gc<CellObject> {
        let ty = self.types.cell;
        self.heap.allocate(CellObject::new(Header::new(ty), contents))
    }
}
