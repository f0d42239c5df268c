//! What belongs to a thread of what the VM has: swapped when another thread goes on.

#![expect(unsafe_code, reason = "frames are reached through pointers into the thread's own stack")]

use std::mem::{MaybeUninit, swap};

use quicken_stats::{Counts, LastOpcode, Recorder};

use crate::Vm;
use crate::error::{PyResult, Raise};
use crate::frame::Frame;
use crate::heap::{Marker, RootValue};
use crate::state::State;
use crate::tracing::Tracing;
use crate::value::Value;

/// The stack of frames and that of values.
pub(super) type Stacks = (Box<[Value]>, Box<[MaybeUninit<Frame>]>);

/// A thread's part of the VM.
pub(super) struct Context {
    state: State,
    frame: *mut Frame,
    frame_limit: *mut Frame,
    stack_limit: *mut Value,
    instruction: *const u16,
    word: u32,
    keyword_names: Value,
    handled: Value,
    outcome: PyResult,
    native_depth: usize,
    native_limit: usize,
    repr_stack: Vec<Value>,
    context: Option<RootValue>,
    asyncgen_hooks: [Option<RootValue>; 2],
    tracing: Tracing,
    last: LastOpcode,
    stack: Box<[Value]>,
    frames: Box<[MaybeUninit<Frame>]>,
}

impl Context {
    /// That of a thread that has not begun, with values at the bottom of its stack.
    pub(super) fn new(vm: &Vm, (mut stack, mut frames): Stacks, native_limit: usize, values: &[Value]) -> Context {
        let base = stack.as_mut_ptr();
        for (place, value) in stack.iter_mut().zip(values) {
            *place = *value;
        }
        let sp = base.wrapping_add(values.len());
        let first: *mut Frame = frames.as_mut_ptr().cast();
        Context {
            state: State { sp, fp: sp, ..State::UNSET },
            frame: first,
            frame_limit: first.wrapping_add(vm.recursion_limit().min(frames.len() - 2) + 1),
            stack_limit: stack.as_mut_ptr_range().end.wrapping_sub(crate::vm::STACK_RESERVE),
            instruction: std::ptr::null(),
            word: 0,
            keyword_names: Value::NULL,
            handled: Value::NONE,
            outcome: Ok(Value::NULL),
            native_depth: 0,
            native_limit,
            repr_stack: Vec::new(),
            context: None,
            asyncgen_hooks: [None, None],
            tracing: Tracing::default(),
            last: LastOpcode::default(),
            stack,
            frames,
        }
    }

    /// Exchanges the running thread's part of the VM with this one.
    pub(super) fn swap(&mut self, vm: &mut Vm) {
        if vm.depth() != 0 {
            // Other threads may ask where this one stands. The frame on top has no other use for the field.
            // SAFETY: above the sentinel every place up to `frame` holds a frame.
            unsafe { (*vm.frame).pc = vm.instruction.wrapping_add(1) };
        }
        swap(&mut self.state, &mut vm.state);
        swap(&mut self.frame, &mut vm.frame);
        swap(&mut self.frame_limit, &mut vm.frame_limit);
        swap(&mut self.stack_limit, &mut vm.stack_limit);
        swap(&mut self.instruction, &mut vm.instruction);
        swap(&mut self.word, &mut vm.word);
        swap(&mut self.keyword_names, &mut vm.keyword_names);
        swap(&mut self.handled, &mut vm.handled);
        swap(&mut self.outcome, &mut vm.outcome);
        swap(&mut self.native_depth, &mut vm.native_depth);
        swap(&mut self.native_limit, &mut vm.native_limit);
        swap(&mut self.repr_stack, &mut vm.repr_stack);
        swap(&mut self.context, &mut vm.context);
        swap(&mut self.asyncgen_hooks, &mut vm.asyncgen_hooks);
        swap(&mut self.tracing, &mut vm.tracing);
        if vm.tracing.wanted != vm.tracing.in_loop {
            // Another thread may have passed the eval breaker in the meantime.
            vm.heap.eval_breaker.set(true);
        }
        swap(&mut self.stack, &mut vm.stack);
        swap(&mut self.frames, &mut vm.frames);
        if vm.recording {
            let last = Counts::enter(&mut vm.counters);
            Counts::leave(&mut vm.counters, std::mem::replace(&mut self.last, last));
        }
    }

    /// Whether one of the thread's frames stands at a place.
    pub(super) fn has_frame(&self, frame: *mut Frame) -> bool {
        self.frames.as_ptr().addr() < frame.addr() && frame <= self.frame
    }

    /// Reports what the thread holds.
    pub(super) fn trace(&self, marker: &mut Marker) {
        let used = (self.state.sp as usize - self.stack.as_ptr() as usize) / size_of::<Value>();
        marker.values(&self.stack[..used]);
        let depth = (self.frame as usize - self.frames.as_ptr() as usize) / size_of::<Frame>();
        for n in 0..depth {
            // SAFETY: above the sentinel every place up to `frame` holds a frame.
            unsafe { (*self.frame.sub(n)).trace(marker) };
        }
        marker.value(self.keyword_names);
        marker.value(self.handled);
        match self.outcome {
            Ok(value) | Err(Raise(value)) => marker.value(value),
        }
        marker.values(&self.repr_stack);
    }

    /// Follows a change of the recursion limit.
    pub(super) fn set_recursion_limit(&mut self, old: usize, new: usize) {
        let most = self.frames.len() - 2;
        self.frame_limit = self.frame_limit.wrapping_sub(old.min(most)).wrapping_add(new.min(most));
    }

    /// The stacks, for the next thread. This one has ended.
    pub(super) fn take_stacks(&mut self) -> Stacks {
        (std::mem::take(&mut self.stack), std::mem::take(&mut self.frames))
    }
}
