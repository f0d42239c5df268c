//! Where there are no coroutines: no thread can be started.

use super::ThreadId;
use crate::Vm;
use crate::frame::Frame;
use crate::heap::Marker;
use crate::value::Value;

/// Stacks of threads that have ended: none.
#[derive(Default)]
pub(super) struct Spare;

/// A thread, of which there is none.
pub(super) enum TaskBox {}

impl TaskBox {
    pub(super) fn new(_: &mut Vm, _: &mut Spare, _: ThreadId, _: [Value; 3], _: usize) -> Option<TaskBox> {
        None
    }

    pub(super) fn trace(&self, _: &mut Marker) {
        match *self {}
    }

    pub(super) fn set_recursion_limit(&mut self, _: usize, _: usize) {
        match *self {}
    }
}

impl Vm {
    pub(super) fn suspend_task(&mut self) {}

    pub(super) fn resume_task(&mut self, _: ThreadId) {}

    pub(super) fn as_others(&mut self, _: impl FnMut(&mut Vm, ThreadId)) {}

    pub(super) fn as_owner_of<R>(&mut self, _: *mut Frame, _: impl FnOnce(&mut Vm) -> R) -> Option<R> {
        None
    }
}
