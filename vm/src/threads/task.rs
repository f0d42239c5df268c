//! A thread's native stack: a coroutine that the main thread resumes.

#![expect(unsafe_code, reason = "native stacks are switched, and the VM is reached from each of them")]

use std::ptr::NonNull;

use corosensei::stack::{DefaultStack, Stack};
use corosensei::{Coroutine, CoroutineResult, Yielder};

use super::context::{Context, Stacks};
use super::{MAIN, ThreadId};
use crate::Vm;
use crate::frame::Frame;
use crate::heap::Marker;
use crate::value::Value;

/// The least native stack of a thread. What is not used costs nothing but addresses.
const STACK: usize = 16 << 20;
/// The most that a program may ask for.
const MAX_STACK: usize = 1 << 30;
/// What the checks leave untouched at the end.
const RESERVE: usize = 512 << 10;
/// How far below the address of a local, taken before a switch, the switch may have saved registers.
const SLACK: usize = 4 << 10;
/// How many stacks are kept for the next threads.
const SPARE: usize = 8;

/// Stacks of threads that have ended.
#[derive(Default)]
pub(super) struct Spare {
    stacks: Vec<Stacks>,
}

/// A task where it stays: its coroutine is borrowed for as long as the thread runs, so that nobody may refer to the task as a whole.
pub(super) struct TaskBox {
    id: ThreadId,
    task: NonNull<Task>,
}

/// A thread other than the main one.
struct Task {
    /// The thread's part of the VM; that of the main thread while this one runs.
    context: Context,
    /// The words of the native stack to which that part belongs.
    words: Option<(usize, usize)>,
    /// How the coroutine comes back; null before it has begun.
    yielder: *const Yielder<(), ()>,
    /// The ends of the native stack.
    limits: (usize, usize),
    coroutine: Coroutine<(), (), ()>,
}

impl TaskBox {
    /// A thread that will call a function; none where the system has no memory for its stack.
    pub(super) fn new(vm: &mut Vm, spare: &mut Spare, id: ThreadId, call: [Value; 3], stack: usize) -> Option<TaskBox> {
        let native = DefaultStack::new(stack.clamp(STACK, MAX_STACK)).ok()?;
        let limits = (native.limit().get(), native.base().get());
        let stacks = spare.stacks.pop().unwrap_or_else(|| vm.new_stacks());
        let context = Context::new(vm, stacks, limits.0 + RESERVE, &call);
        let address = std::ptr::from_mut(vm);
        let coroutine = Coroutine::with_stack(native, move |yielder, ()| {
            // SAFETY: the VM does not move, and outlives its threads. Whoever resumes this one does not touch it meanwhile.
            let vm = unsafe { &mut *address };
            if let Some(task) = vm.running_task() {
                // SAFETY: as above; tasks are boxed.
                unsafe { (*task).yielder = yielder };
            }
            let call = [vm.state.peek(3), vm.state.peek(2), vm.state.peek(1)];
            vm.run_thread(call);
        });
        let task = Box::new(Task { context, words: None, yielder: std::ptr::null(), limits, coroutine });
        Some(TaskBox { id, task: NonNull::from(Box::leak(task)) })
    }

    /// Reports what the thread holds, or what the main thread holds while this one runs.
    pub(super) fn trace(&self, marker: &mut Marker) {
        let task = self.task.as_ptr();
        // SAFETY: the task lives as long as this handle, and nothing changes these fields now.
        let (context, words) = unsafe { (&(*task).context, (*task).words) };
        context.trace(marker);
        if let Some((from, to)) = words {
            marker.native_words(from, to);
        }
    }

    /// Follows a change of the recursion limit.
    pub(super) fn set_recursion_limit(&mut self, old: usize, new: usize) {
        // SAFETY: as in `trace`; nobody else refers to the context now.
        let context = unsafe { &mut (*self.task.as_ptr()).context };
        context.set_recursion_limit(old, new);
    }
}

impl Vm {
    /// Does something as each thread that does not run: with its frames, and its place in them. The newest thread comes first, the main one last.
    pub(super) fn as_others(&mut self, mut each: impl FnMut(&mut Vm, ThreadId)) {
        let Some(threads) = &self.threads else { return };
        let current = threads.current;
        let mut tasks: Vec<_> = threads.tasks.iter().rev().map(|task| (task.id, task.task.as_ptr())).collect();
        if let Some(place) = tasks.iter().position(|(id, _)| *id == current) {
            let (_, own) = tasks.remove(place);
            tasks.push((MAIN, own));
        }
        for (id, task) in tasks {
            // SAFETY: no thread goes on or ends meanwhile, and as in `trace` nobody else refers to the context.
            unsafe { (*task).context.swap(self) };
            each(self, id);
            // SAFETY: as before.
            unsafe { (*task).context.swap(self) };
        }
    }

    /// Does something as the thread that does not run and has a frame; `None` if there is none.
    pub(super) fn as_owner_of<R>(&mut self, frame: *mut Frame, f: impl FnOnce(&mut Vm) -> R) -> Option<R> {
        let tasks = self.threads.as_ref()?.tasks.iter().map(|task| task.task.as_ptr());
        // SAFETY: as in `as_others`.
        let owner = tasks.into_iter().find(|task| unsafe { (**task).context.has_frame(frame) })?;
        // SAFETY: as in `as_others`.
        unsafe { (*owner).context.swap(self) };
        let result = f(self);
        // SAFETY: as in `as_others`.
        unsafe { (*owner).context.swap(self) };
        Some(result)
    }
}

impl Drop for TaskBox {
    fn drop(&mut self) {
        // SAFETY: the pointer came from a box, and this handle is the only one that drops it, when the thread does not run.
        let mut task = unsafe { Box::from_raw(self.task.as_ptr()) };
        if !task.coroutine.done() {
            // SAFETY: what its frames hold of Rust's heap is lost; nothing refers to the stack itself but the task. Unwinding it
            // instead would run the program's `finally` blocks after its end.
            unsafe { task.coroutine.force_reset() };
        }
    }
}

impl Task {
    /// Goes back to the main thread's stack, which decides who runs next. Returns when it is this thread's turn.
    fn suspend(vm: &mut Vm) {
        let Some(task) = vm.running_task() else { return };
        let here = 0u8;
        let from = std::ptr::addr_of!(here).addr().saturating_sub(SLACK);
        // SAFETY: the task runs, so that it is not dropped, and its yielder is on its stack.
        unsafe {
            let (low, end) = (*task).limits;
            (*task).words = Some((from.max(low), end));
            (*(*task).yielder).suspend(());
        }
    }
}

impl Vm {
    /// The task of the running thread; none of the main one.
    fn running_task(&mut self) -> Option<*mut Task> {
        let threads = self.threads.as_mut()?;
        let current = threads.current;
        threads.tasks.iter().find(|task| task.id == current).map(|task| task.task.as_ptr())
    }

    /// Lets the main thread decide who runs next. Returns when it is this thread's turn.
    pub(super) fn suspend_task(&mut self) {
        Task::suspend(self);
    }

    /// Runs a thread until it is suspended or ends. The main thread does this.
    pub(super) fn resume_task(&mut self, id: ThreadId) {
        let Some(task) = self.running_task() else { return };
        let here = 0u8;
        let from = std::ptr::addr_of!(here).addr().saturating_sub(SLACK);
        // SAFETY: a task stays where it is, and none but a finished one is dropped while threads run. The thread's own code reaches no
        // field that is borrowed here.
        let result = unsafe {
            let own = (*task).words.replace((from, self.heap.native_stack_end()));
            debug_assert_eq!(own.is_some(), (*task).coroutine.started());
            (*task).context.swap(self);
            let end = self.heap.set_native_stack_end((*task).limits.1);
            let result = (*task).coroutine.resume(());
            self.heap.set_native_stack_end(end);
            (*task).context.swap(self);
            result
        };
        match result {
            // `suspend` has set the words.
            CoroutineResult::Yield(()) => {}
            CoroutineResult::Return(()) => self.remove_task(id),
        }
        if let Some(threads) = &mut self.threads {
            threads.current = MAIN;
        }
    }

    fn remove_task(&mut self, id: ThreadId) {
        let Some(threads) = &mut self.threads else { return };
        let Some(place) = threads.tasks.iter().position(|task| task.id == id) else { return };
        let ended = threads.tasks.remove(place);
        if threads.spare.stacks.len() < SPARE {
            // SAFETY: the thread has ended: nobody else refers to the task.
            let stacks = unsafe { (*ended.task.as_ptr()).context.take_stacks() };
            threads.spare.stacks.push(stacks);
        }
    }
}
