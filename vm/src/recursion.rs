//! The recursion limit, and what counts against it.
//!
//! CPython 3.11 counts every Python frame, and besides them the C functions that could recurse without one: calls of what is no
//! Python function, `repr`, `str`, comparisons, `isinstance` (`_Py_EnterRecursiveCall`). How deep a program gets before
//! `RecursionError`, and what the error says, depends on it. Of the specialized calls of native functions those of one argument or
//! none count, those of any number do not (`Python/ceval.c`); the generic calls, which in CPython all count, do here as the
//! specialized ones, since no strategy may change what a program prints.
//!
//! Frames are checked against [`Vm::frame_limit`](crate::Vm) when they are pushed. A level of native recursion takes the place of a
//! frame: the limit is lowered while it lasts.

use crate::Vm;
use crate::error::{PyResult, Raise};
use crate::frame::Frame;

/// What CPython says behind "maximum recursion depth exceeded" where something is called.
pub(crate) const CALLING: &str = " while calling a Python object";

impl Vm {
    /// Runs `body`, which may come back here, as one level of recursion (`_Py_EnterRecursiveCall`).
    ///
    /// # Errors
    /// `RecursionError`, with `place` behind CPython's words; what `body` raises.
    #[inline]
    pub fn recursive<T>(&mut self, place: &str, body: impl FnOnce(&mut Vm) -> PyResult<T>) -> PyResult<T> {
        self.enter_recursion(place)?;
        let result = body(self);
        self.leave_recursion();
        result
    }

    /// Begins a level of recursion that [`Vm::leave_recursion`] ends.
    ///
    /// # Errors
    /// `RecursionError`.
    #[inline]
    pub(crate) fn enter_recursion(&mut self, place: &str) -> PyResult<()> {
        self.check_recursion(place)?;
        self.check_native_stack(place)?;
        self.frame_limit = self.frame_limit.wrapping_sub(1);
        Ok(())
    }

    /// Ends a level of recursion.
    #[inline]
    pub(crate) fn leave_recursion(&mut self) {
        self.frame_limit = self.frame_limit.wrapping_add(1);
    }

    /// Uses up levels of recursion for good.
    pub fn use_recursion(&mut self, levels: usize) {
        self.frame_limit = self.frame_limit.wrapping_sub(levels);
    }

    /// Whether there could be another level.
    ///
    /// # Errors
    /// `RecursionError`.
    #[inline]
    pub(crate) fn check_recursion(&mut self, place: &str) -> PyResult<()> {
        if self.frame.wrapping_add(1) >= self.frame_limit { Err(self.recursion_error(place)) } else { Ok(()) }
    }

    /// Refuses to recurse further in native code when its stack is nearly used up.
    ///
    /// # Errors
    /// `RecursionError`, with CPython's words and `place` behind them.
    #[inline]
    pub fn check_native_stack(&mut self, place: &str) -> PyResult<()> {
        let here = 0u8;
        if (std::ptr::addr_of!(here) as usize) < self.native_limit {
            return Err(self.recursion_error(place));
        }
        Ok(())
    }

    /// Sets the address below which native code may not grow.
    pub fn set_native_limit(&mut self, address: usize) {
        self.native_limit = address;
    }

    #[cold]
    pub(crate) fn recursion_error(&mut self, place: &str) -> Raise {
        let ty = self.exc.RecursionError;
        self.raise(ty, format!("maximum recursion depth exceeded{place}"))
    }

    /// Sets the recursion limit (`sys.setrecursionlimit`).
    pub fn set_recursion_limit(&mut self, limit: usize) {
        let native = self.native_recursion();
        if let Some(threads) = &mut self.threads {
            threads.set_recursion_limit(self.recursion_limit, limit);
        }
        self.recursion_limit = limit;
        self.frame_limit = self.frame_limit_without_natives().wrapping_sub(native);
    }

    /// The recursion limit.
    pub fn recursion_limit(&self) -> usize {
        self.recursion_limit
    }

    /// How much of the recursion limit is used up.
    pub fn recursion_depth(&self) -> usize {
        self.depth() + self.native_recursion()
    }

    /// The levels of recursion that are no frames.
    fn native_recursion(&self) -> usize {
        (self.frame_limit_without_natives() as usize - self.frame_limit as usize) / size_of::<Frame>()
    }

    /// The place that no frame may have, as long as frames alone count. (The first place is a sentinel below all frames.)
    pub(crate) fn frame_limit_without_natives(&self) -> *mut Frame {
        let frames = self.recursion_limit.min(self.limits.frames);
        self.frames.as_ptr().cast_mut().cast::<Frame>().wrapping_add(frames + 1)
    }
}
