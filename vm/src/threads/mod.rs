//! Threads of the program, as tasks of which one runs at a time. Who runs next depends on what the program does and on nothing else: a thread
//! runs until it waits, or until it has passed the eval breaker [`SLICE`] times, and then the one that is ready for the longest time goes
//! on. `docs/decisions/0009-threads.md` says why.
//!
//! Time passes in ticks, one per slice, for threads that wait for it; where all wait, the clock is moved to the next one's hour, and the
//! process really sleeps until then. So the order in which threads wake depends on no clock, and none wakes early.

#[cfg(not(target_family = "wasm"))]
mod context;
#[cfg(not(target_family = "wasm"))]
mod task;
#[cfg(target_family = "wasm")]
#[path = "no_task.rs"]
mod task;
mod wait;

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use crate::Vm;
use crate::error::PyResult;
use crate::frame::Frame;
use crate::heap::{Marker, RootValue};
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::frame_object::FrameObject;
use crate::objects::tuple::Tuple;
use crate::value::Value;

use task::TaskBox;

/// Who a thread is. Numbers are not used again.
pub type ThreadId = i64;

/// The thread that the program starts in.
pub const MAIN: ThreadId = 1;

/// How often a thread passes the eval breaker before another has its turn.
const SLICE: u32 = 10_000;

/// What the clock of waiting threads goes on by in a slice. Less than a slice takes.
const TICK: Duration = Duration::from_micros(100);

/// The same where a thread hands over before.
const HANDOVER: Duration = Duration::from_micros(1);

/// Why a thread that waited goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wake {
    /// Somebody woke it, or what it waited for is there.
    Notified,
    /// Its time is up.
    Timeout,
    /// A signal came. Only the main thread is told.
    Signal,
    /// Nothing could ever wake anybody. Only the main thread is told.
    Deadlock,
}

/// A file that a thread waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileWait {
    /// Its descriptor.
    pub descriptor: i32,
    /// Whether to write.
    pub write: bool,
}

/// What is known of a thread that has not ended.
struct Status {
    id: ThreadId,
    /// Whether it waits.
    parked: bool,
    wake: Wake,
    /// The time on the threads' clock when it stops waiting, and what tells those of the same time apart.
    deadline: Option<(Duration, u64)>,
    /// The same time on the system's clock.
    until: Option<Instant>,
    file: Option<FileWait>,
    /// The lock that is released when it ends.
    sentinel: Option<RootValue>,
}

impl Status {
    fn new(id: ThreadId) -> Status {
        Status { id, parked: false, wake: Wake::Notified, deadline: None, until: None, file: None, sentinel: None }
    }
}

/// All threads, once there were two.
pub(crate) struct Threads {
    current: ThreadId,
    next: ThreadId,
    /// Those that could run, the next one first.
    ready: VecDeque<ThreadId>,
    /// Those that wait for a time.
    sleeping: BTreeMap<(Duration, u64), ThreadId>,
    statuses: Vec<Status>,
    tasks: Vec<TaskBox>,
    spare: task::Spare,
    clock: Duration,
    sequence: u64,
    checks: u32,
}

impl Threads {
    fn new() -> Threads {
        Threads {
            current: MAIN,
            next: MAIN + 1,
            ready: VecDeque::new(),
            sleeping: BTreeMap::new(),
            statuses: vec![Status::new(MAIN)],
            tasks: Vec::new(),
            spare: task::Spare::default(),
            clock: Duration::ZERO,
            sequence: 0,
            checks: SLICE,
        }
    }

    fn status(&mut self, id: ThreadId) -> Option<&mut Status> {
        self.statuses.iter_mut().find(|status| status.id == id)
    }

    /// Makes a waiting thread ready, and answers whether it waited.
    fn wake(&mut self, id: ThreadId, wake: Wake) -> bool {
        let Some(status) = self.status(id).filter(|status| status.parked) else { return false };
        status.parked = false;
        status.wake = wake;
        status.file = None;
        if let Some(key) = status.deadline.take() {
            self.sleeping.remove(&key);
        }
        if wake == Wake::Signal {
            self.ready.push_front(id)
        } else {
            self.ready.push_back(id)
        }
        true
    }

    /// Wakes those whose time has come.
    fn wake_sleepers(&mut self) {
        while let Some((key, id)) = self.sleeping.first_key_value().map(|(key, id)| (*key, *id)) {
            if key.0 > self.clock {
                break;
            }
            self.wake(id, Wake::Timeout);
        }
    }

    /// Reports what threads that do not run hold.
    pub(crate) fn trace(&self, marker: &mut Marker) {
        for task in &self.tasks {
            task.trace(marker);
        }
    }

    /// Tells all threads of another recursion limit.
    pub(crate) fn set_recursion_limit(&mut self, old: usize, new: usize) {
        for task in &mut self.tasks {
            task.set_recursion_limit(old, new);
        }
    }
}

impl Vm {
    /// Which thread runs.
    pub fn thread_id(&self) -> ThreadId {
        self.threads.as_ref().map_or(MAIN, |threads| threads.current)
    }

    /// How many threads there are besides the main one.
    pub fn other_threads(&self) -> usize {
        self.threads.as_ref().map_or(0, |threads| threads.statuses.len() - 1)
    }

    /// Begins a thread that calls a function. It runs when the running one waits or its turn is over.
    ///
    /// # Errors
    /// `RuntimeError` where there can be no threads; `MemoryError`.
    pub(crate) fn start_thread(
        &mut self,
        function: Value,
        args: Gc<Tuple>,
        keywords: Option<Gc<Dict>>,
        stack: usize,
    ) -> PyResult<ThreadId> {
        if self.watcher.is_some() && !self.compares_guards {
            return Err(self.runtime_error("can't start new thread: a recording follows one thread"));
        }
        let mut threads = self.threads.take().unwrap_or_else(|| Box::new(Threads::new()));
        let id = threads.next;
        let arguments = [function, args.into(), keywords.map_or(Value::NONE, Value::from)];
        let task = TaskBox::new(self, &mut threads.spare, id, arguments, stack);
        let started = task.is_some();
        if let Some(task) = task {
            threads.next += 1;
            threads.tasks.push(task);
            threads.statuses.push(Status::new(id));
            threads.ready.push_back(id);
        }
        self.threads = Some(threads);
        if !started {
            return Err(self.runtime_error("can't start new thread"));
        }
        self.heap.eval_breaker.set(true);
        Ok(id)
    }

    /// What a thread does, from its beginning to its end.
    fn run_thread(&mut self, [function, args, keywords]: [Value; 3]) {
        let values = args.cast::<Tuple>().map_or(&[] as &[Value], |args| args.items());
        if let Err(raise) = self.call_with_dict(function, values, keywords.cast())
            && !self.is_raised(raise, self.exc.SystemExit)
        {
            self.write_unraisable_in(Some("Exception ignored in thread started by"), raise, function);
        }
        crate::modules::forget_thread_locals(self);
        let id = self.thread_id();
        let threads = self.threads.as_mut();
        let sentinel = threads.and_then(|threads| threads.status(id)).and_then(|status| status.sentinel.take());
        if let Some(sentinel) = sentinel {
            crate::modules::release_sentinel(self, sentinel.get());
        }
        if let Some(threads) = &mut self.threads {
            threads.statuses.retain(|status| status.id != id);
        }
    }

    /// Says which lock is released when the running thread ends.
    pub(crate) fn set_sentinel(&mut self, lock: Value) {
        let lock = self.heap.root_value(lock);
        let threads = self.threads.get_or_insert_with(|| Box::new(Threads::new()));
        let id = threads.current;
        if let Some(status) = threads.status(id) {
            status.sentinel = Some(lock);
        }
    }

    /// What the eval breaker does for threads, each time it is passed: it stays set while there are several.
    #[inline]
    pub(crate) fn pass_turn(&mut self) {
        let Some(threads) = self.threads.as_mut().filter(|threads| threads.statuses.len() > 1) else { return };
        self.heap.eval_breaker.set(true);
        threads.checks -= 1;
        if threads.checks == 0 {
            threads.checks = SLICE;
            threads.clock += TICK;
            threads.wake_sleepers();
            self.wake_for_files(Some(Duration::ZERO));
            self.hand_over();
        }
    }

    /// The rest of the running thread's turn is spent: what it did last took about as long as a turn.
    pub(crate) fn end_turn(&mut self) {
        if let Some(threads) = &mut self.threads {
            threads.checks = 1;
        }
    }

    /// Lets the others have a turn, if any is ready.
    pub(crate) fn hand_over(&mut self) {
        let Some(threads) = &mut self.threads else { return };
        threads.clock += HANDOVER;
        threads.wake_sleepers();
        if threads.ready.is_empty() {
            return;
        }
        let current = threads.current;
        threads.ready.push_back(current);
        self.switch();
    }

    /// Waits until somebody wakes this thread, for no longer than a time.
    pub(crate) fn park(&mut self, timeout: Option<Duration>, file: Option<FileWait>) -> Wake {
        let until = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let Some(threads) = &mut self.threads else {
            return self.wait_alone(until);
        };
        threads.clock += HANDOVER;
        threads.sequence += 1;
        let (id, deadline) = (threads.current, timeout.map(|timeout| (threads.clock + timeout, threads.sequence)));
        if let Some(key) = deadline {
            threads.sleeping.insert(key, id);
        }
        if let Some(status) = threads.status(id) {
            *status =
                Status { parked: true, deadline, until, file, sentinel: status.sentinel.take(), ..Status::new(id) };
        }
        self.switch();
        let wake = self.threads.as_mut().and_then(|threads| threads.status(id)).map_or(Wake::Notified, |s| s.wake);
        if wake == Wake::Timeout
            && let Some(until) = until
        {
            // The threads' clock may be ahead of the system's.
            return self.wait_until(until);
        }
        wake
    }

    /// Makes a waiting thread ready.
    pub(crate) fn unpark(&mut self, id: ThreadId) {
        if let Some(threads) = &mut self.threads {
            threads.wake(id, Wake::Notified);
        }
    }

    /// Sleeps; others run meanwhile.
    ///
    /// # Errors
    /// What the handler of a signal raises.
    pub fn sleep(&mut self, length: Duration) -> PyResult<()> {
        if length.is_zero() {
            self.hand_over();
            return Ok(());
        }
        let until = Instant::now().checked_add(length);
        let mut rest = length;
        while self.park(Some(rest), None) == Wake::Signal {
            self.handle_signals()?;
            rest = until.map_or(rest, |until| until.saturating_duration_since(Instant::now()));
        }
        Ok(())
    }

    /// Waits until a file can be read or written without waiting, where there are other threads to run meanwhile.
    ///
    /// # Errors
    /// What the handler of a signal raises.
    pub fn wait_for_file(&mut self, descriptor: i32, write: bool) -> PyResult<()> {
        if self.other_threads() == 0 || !wait::may_block(descriptor) {
            return Ok(());
        }
        let file = FileWait { descriptor, write };
        while !wait::is_ready(file) {
            if self.park(None, Some(file)) == Wake::Signal {
                self.handle_signals()?;
            }
        }
        Ok(())
    }

    /// Goes on with the thread that is next. The running one has said how it comes back.
    fn switch(&mut self) {
        if self.thread_id() == MAIN {
            self.run_others();
        } else {
            self.suspend_task();
        }
    }

    /// Runs the other threads until it is the main thread's turn.
    fn run_others(&mut self) {
        loop {
            let Some(threads) = &mut self.threads else { return };
            threads.wake_sleepers();
            if crate::interrupt::is_pending() {
                threads.wake(MAIN, Wake::Signal);
            }
            let Some(id) = threads.ready.pop_front() else {
                if !self.wait_for_any()
                    && let Some(threads) = &mut self.threads
                {
                    threads.wake(MAIN, Wake::Deadlock);
                }
                continue;
            };
            threads.current = id;
            threads.checks = SLICE;
            if id == MAIN {
                return;
            }
            self.resume_task(id);
        }
    }

    /// What each thread is at: a dict of what is asked of it by the number of the thread.
    pub(crate) fn of_each_thread(&mut self, ask: impl Fn(&mut Vm) -> Option<Value>) -> PyResult<Gc<Dict>> {
        let answers = self.new_dict();
        let mut result = Ok(());
        let mut add = |vm: &mut Vm, id: ThreadId| {
            if let Some(answer) = ask(vm) {
                let added = answers.set_item(vm, Value::small_int(id), answer);
                result = std::mem::replace(&mut result, Ok(())).and(added);
            }
        };
        let own = self.thread_id();
        if own != MAIN {
            add(self, own);
        }
        self.as_others(&mut add);
        if own == MAIN {
            add(self, own);
        }
        result.map(|()| answers)
    }

    /// The object of the frame that another thread's frame returns to.
    pub(crate) fn back_in_other_thread(&mut self, frame: *mut Frame) -> Option<Gc<FrameObject>> {
        self.as_owner_of(frame, |vm| {
            let n = (0..vm.depth()).find(|n| std::ptr::eq(vm.frame.wrapping_sub(*n), frame))?;
            vm.frame_object(n + 1)
        })?
    }

    /// Ends all threads but the main one, wherever they are: the program is over.
    pub(crate) fn abandon_threads(&mut self) {
        self.threads = None;
    }
}
