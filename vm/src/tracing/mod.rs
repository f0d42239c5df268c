//! `sys.settrace` and `sys.setprofile`: programs that are told what happens.
//!
//! Code that nobody watches runs in the loops of `dispatch`, which know nothing of this. As long as there is something to report, a
//! loop of its own runs instead (`dispatch::traced`), an instruction at a time and in the generic forms, as CPython 3.11's
//! `DO_TRACING` does. A loop that finds at the eval breaker that it is not the wanted one ends, and [`Vm::run_loop`] starts the other.

#![expect(unsafe_code, reason = "the traced frame is reached through its place on the stack of frames")]

mod jump;

use quicken_bytecode::Opcode;

use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::handlers::BASE;
use crate::heap::RootValue;
use crate::object::Gc;
use crate::objects::code::Code;
use crate::objects::exception::Exception;
use crate::objects::frame_object::FrameObject;
use crate::objects::native::{MethodDescriptor, NativeFunction};
use crate::value::Value;

pub(crate) use jump::{Jump, set_line};

/// What a tracing or profiling function is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Event {
    Call,
    Line,
    Opcode,
    Return,
    Exception,
    CCall,
    CReturn,
    CException,
}

impl Event {
    fn name(self) -> &'static str {
        match self {
            Event::Call => "call",
            Event::Line => "line",
            Event::Opcode => "opcode",
            Event::Return => "return",
            Event::Exception => "exception",
            Event::CCall => "c_call",
            Event::CReturn => "c_return",
            Event::CException => "c_exception",
        }
    }
}

/// Which of the two functions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Listener {
    /// `sys.settrace`
    Trace,
    /// `sys.setprofile`
    Profile,
}

/// What is traced, and what goes on about it.
#[derive(Default)]
pub(crate) struct Tracing {
    listeners: [Option<RootValue>; 2],
    /// How many tracing functions run, one inside the other. While one does, nothing is traced.
    running: usize,
    /// What the innermost of them was told.
    event: Option<Event>,
    /// Whether the loop that reports is the one that should run.
    pub wanted: bool,
    /// Whether it is the innermost loop that runs.
    pub in_loop: bool,
    /// Whether the innermost loop ended only to let the other go on.
    pub switching: bool,
    /// Where the traced frame is to go on, if the tracing function said so.
    pub jump: Option<Jump>,
}

impl Tracing {
    /// The function.
    pub fn listener(&self, listener: Listener) -> Option<Value> {
        self.listeners[listener as usize].as_ref().map(RootValue::get)
    }

    /// Whether there is such a function, and it would be called now.
    pub fn listens(&self, listener: Listener) -> bool {
        self.running == 0 && self.listeners[listener as usize].is_some()
    }
}

impl Vm {
    /// Sets or removes (`None`) a function.
    ///
    /// # Errors
    /// `RuntimeError` where a recording is made: it follows the loops that do not report.
    pub(crate) fn set_listener(&mut self, listener: Listener, function: Value) -> PyResult<()> {
        if function.is_none() {
            self.tracing.listeners[listener as usize] = None;
        } else {
            if self.watcher.is_some() {
                return Err(self.runtime_error("a program that is traced cannot be recorded"));
            }
            self.tracing.listeners[listener as usize] = Some(self.heap.root_value(function));
        }
        self.choose_loop();
        Ok(())
    }

    /// Sees to it that the loop that should run does soon.
    fn choose_loop(&mut self) {
        self.tracing.wanted = self.tracing.running == 0 && self.tracing.listeners.iter().any(Option::is_some);
        if self.tracing.wanted != self.tracing.in_loop {
            self.heap.eval_breaker.set(true);
        }
    }

    /// `sys.call_tracing`: calls a function as if no tracing function were running.
    ///
    /// # Errors
    /// What it raises.
    pub(crate) fn call_traced(&mut self, function: Value, args: Args<'_>) -> PyResult {
        let running = std::mem::replace(&mut self.tracing.running, 0);
        self.choose_loop();
        let result = self.call(function, args);
        self.tracing.running = running;
        self.choose_loop();
        result
    }

    /// The first instruction of code that is traced: what stands before makes the frame (`_co_firsttraceable`).
    pub(crate) fn first_traceable(code: Gc<Code>) -> usize {
        let is_resume = |index: &usize| BASE[usize::from(code.unit(*index) as u8)] == Opcode::RESUME as u8;
        (0..code.len()).find(is_resume).unwrap_or(0)
    }

    // ---- events ----

    /// Tells the tracing function and the profiling function that the running frame begins or goes on.
    pub(crate) fn trace_entry(&mut self) -> PyResult<()> {
        self.notify(Listener::Trace, Event::Call, Value::NONE)?;
        self.notify(Listener::Profile, Event::Call, Value::NONE)
    }

    /// Tells both that the running frame is left with a value, or by an exception.
    pub(crate) fn trace_exit(&mut self, value: Value) -> PyResult<()> {
        self.notify(Listener::Trace, Event::Return, value)?;
        self.notify(Listener::Profile, Event::Return, value)
    }

    /// Tells the tracing function that an exception passes through the running frame. What that raises takes its place.
    pub(crate) fn trace_exception(&mut self, raise: Raise) -> Raise {
        if !self.tracing.listens(Listener::Trace) {
            return raise;
        }
        let traceback = raise.0.cast::<Exception>().map_or(Value::NONE, |e| e.traceback.get().or_none());
        let class = self.type_of(raise.0);
        let told = self.new_tuple(&[class.into(), raise.0, traceback]);
        match self.notify(Listener::Trace, Event::Exception, told.into()) {
            Ok(()) => raise,
            Err(other) => other,
        }
    }

    /// Tells the tracing function of a new line, and of the instruction where it wants to know of each. The instruction that ran
    /// before is at `previous`, if one of this call did.
    pub(crate) fn trace_line(&mut self, unit: usize, previous: Option<usize>) -> PyResult<()> {
        let Some(object) = self.frame_object(0) else { return Ok(()) };
        let code = object.code;
        if object.trace_lines.get() {
            let line_of = |unit: usize| code.object.position_at(2 * unit as u32).line;
            let line = line_of(unit);
            let last = previous.filter(|previous| *previous > Vm::first_traceable(code));
            let backward = previous.is_some_and(|previous| unit < previous)
                && BASE[usize::from(code.unit(unit) as u8)] != Opcode::SEND as u8;
            if line.is_some() && (backward || line != last.and_then(line_of)) {
                self.notify(Listener::Trace, Event::Line, Value::NONE)?;
            }
        }
        if object.trace_opcodes.get() {
            self.notify(Listener::Trace, Event::Opcode, Value::NONE)?;
        }
        Ok(())
    }

    /// The native function that a `CALL` or `CALL_FUNCTION_EX` is about to call, as the profiling function is told of it: methods bound.
    pub(crate) fn profiled_callable(&mut self, opcode: u8, oparg: usize) -> PyResult<Option<Value>> {
        let (callable, receiver) = if opcode == Opcode::CALL as u8 {
            let shape = crate::handlers::call_shape(&self.state, oparg);
            (shape.callable, (shape.total > 0).then(|| self.state.peek(shape.total)))
        } else {
            let depth = 1 + usize::from(oparg & 1 != 0);
            let positional = self.state.peek(depth).cast::<crate::objects::tuple::Tuple>();
            (self.state.peek(depth + 1), positional.and_then(|tuple| tuple.get(0)))
        };
        if callable.cast::<NativeFunction>().is_some() {
            return Ok(Some(callable));
        }
        let Some(receiver) = receiver.filter(|_| callable.cast::<MethodDescriptor>().is_some()) else {
            return Ok(None);
        };
        let ty = self.type_of(callable);
        match ty.slots().descr_get {
            Some(get) => {
                let class = self.type_of(receiver);
                get(self, callable, receiver, class.into()).map(Some)
            }
            None => Ok(None),
        }
    }

    /// Calls one of the functions about the running frame, unless one runs already.
    ///
    /// # Errors
    /// What the function raises; it is called no more then.
    pub(crate) fn notify(&mut self, listener: Listener, event: Event, argument: Value) -> PyResult<()> {
        if !self.tracing.listens(listener) {
            return Ok(());
        }
        let (Some(function), Some(object)) = (self.tracing.listener(listener), self.frame_object(0)) else {
            return Ok(());
        };
        let callback = match listener {
            Listener::Trace if event != Event::Call => object.trace.get(),
            _ => function,
        };
        if callback.is_null() {
            return Ok(());
        }
        let outer_event = self.tracing.event.replace(event);
        self.tracing.running += 1;
        self.choose_loop();
        let told = self.line_of_object(object);
        object.told_line.set(told);
        let result = self.call_listener(callback, object, event, argument);
        object.told_line.set(None);
        self.tracing.running -= 1;
        self.tracing.event = outer_event;
        let result = match result {
            Ok(result) => {
                if listener == Listener::Trace && !result.is_none() {
                    object.trace.set(result);
                }
                Ok(())
            }
            Err(raise) => {
                // Where the exception looks for a handler in the frame, that notes the place.
                if matches!(event, Event::Call | Event::Return | Event::Exception) {
                    self.add_traceback(raise, self.unit_of_frame(0));
                }
                self.tracing.listeners[listener as usize] = None;
                if listener == Listener::Trace {
                    object.trace.set(Value::NULL);
                }
                Err(raise)
            }
        };
        self.choose_loop();
        result
    }

    /// The call itself. What the function writes into `f_locals` goes into the variables, where a program has looked at them.
    fn call_listener(&mut self, callback: Value, frame: Gc<FrameObject>, event: Event, argument: Value) -> PyResult {
        let place = self.frame;
        // SAFETY: a frame is running, and the function that is called returns to it.
        unsafe {
            if !(*place).locals.is_null() {
                self.locals_of(place);
            }
        }
        let name = self.intern(event.name());
        let result = self.call_values(callback, &[frame.into(), name.into(), argument]);
        // SAFETY: as above.
        unsafe { self.take_locals(place) };
        result
    }
}
