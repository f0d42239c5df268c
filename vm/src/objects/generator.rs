//! Generators and coroutines: a frame that outlives its call. While it is suspended its locals and operands are stored
//! behind the object; while it runs they are on the VM stack like those of every other frame.

#![expect(unsafe_code, reason = "the frame is copied from and to the VM stack")]

use std::cell::Cell;

use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::code::Code;
use crate::objects::function::Function;
use crate::value::Value;

/// What a generator is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum GeneratorState {
    /// Made, not yet started.
    Created,
    /// Stopped at a `yield`.
    Suspended,
    /// On the VM stack.
    Running,
    /// Returned or raised.
    Finished,
}

/// A generator, coroutine or asynchronous generator (the code's flags tell which).
#[repr(C)]
pub struct Generator {
    header: Header,
    /// What it is doing.
    pub state: Cell<GeneratorState>,
    /// Whether an asynchronous generator is between `asend` (or the like) and what answers it (`ag_running_async`).
    pub running_async: Cell<bool>,
    /// Whether an asynchronous generator was closed (`ag_closed`).
    pub closed: Cell<bool>,
    /// Whether the hooks for asynchronous generators know of it.
    pub hooked: Cell<bool>,
    /// Whether a tracing function had it go on elsewhere while it was suspended.
    pub jumped: Cell<bool>,
    /// The number of values stored behind the object.
    stored: Cell<u32>,
    /// Where to go on.
    pub pc: Cell<*const u16>,
    /// The function whose frame this is.
    pub function: Gc<Function>,
    /// The code (the function's may be replaced later).
    pub code: Gc<Code>,
    /// The object of its frame, or `NULL`.
    pub frame: Field,
    /// The exception being handled inside, while suspended.
    pub handled: Field,
    /// `__name__`.
    pub name: Field,
    /// `__qualname__`.
    pub qualname: Field,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for Generator {
    const LAYOUT: LayoutKind = LayoutKind::Generator;

    fn trace(&self, marker: &mut Marker) {
        marker.mark(self.function);
        marker.mark(self.code);
        marker.value(self.frame.get());
        marker.value(self.handled.get());
        marker.value(self.name.get());
        marker.value(self.qualname.get());
        for index in 0..self.stored.get() as usize {
            // SAFETY: `store` wrote that many values.
            marker.value(unsafe { *self.values().add(index) });
        }
    }
}

impl Generator {
    /// Whether it has returned or raised: nothing in it runs any more.
    pub(crate) fn is_finished(&self) -> bool {
        self.state.get() == GeneratorState::Finished
    }

    /// A generator that has not started; the heap cell must have room for the code's whole frame behind the object.
    pub fn new(header: Header, function: Gc<Function>, code: Gc<Code>, pc: *const u16) -> Generator {
        Generator {
            header,
            state: Cell::new(GeneratorState::Created),
            running_async: Cell::new(false),
            closed: Cell::new(false),
            hooked: Cell::new(false),
            jumped: Cell::new(false),
            stored: Cell::new(0),
            pc: Cell::new(pc),
            function,
            code,
            frame: Field::new(Value::NULL),
            handled: Field::new(Value::NONE),
            name: Field::new(function.name.get()),
            qualname: Field::new(function.qualname.get()),
        }
    }

    /// The bytes that a generator of this code takes.
    pub fn bytes_for(code: Gc<Code>) -> usize {
        size_of::<Generator>() + code.frame_size as usize * size_of::<Value>()
    }

    fn values(&self) -> *mut Value {
        // SAFETY: the values begin right behind the object, in the same cell.
        unsafe { std::ptr::from_ref(self).add(1).cast::<Value>().cast_mut() }
    }

    /// Moves the frame from the VM stack into the object.
    #[inline(always)]
    pub(crate) fn store(&self, from: *const Value, to: *const Value) {
        let count = (to as usize - from as usize) / size_of::<Value>();
        assert!(count <= self.code.frame_size as usize);
        // SAFETY: the cell has room for the whole frame (`bytes_for`), which the assertion keeps.
        unsafe { move_values(from, self.values(), count) };
        self.stored.set(count as u32);
    }

    /// Moves the frame onto the VM stack at `to`; answers one past its end.
    #[inline(always)]
    pub(crate) fn load(&self, to: *mut Value) -> *mut Value {
        let count = self.stored.replace(0) as usize;
        // SAFETY: the caller reserved the code's whole frame on the stack.
        unsafe {
            move_values(self.values(), to, count);
            to.add(count)
        }
    }

    /// The values of a suspended frame, the locals first.
    pub fn stored_values(&self) -> &[Value] {
        // SAFETY: `store` wrote that many values.
        unsafe { std::slice::from_raw_parts(self.values(), self.stored.get() as usize) }
    }

    /// The stored value at `depth` from the top of the suspended operand stack (the top is 1).
    pub fn stored_top(&self, depth: usize) -> Option<Value> {
        let index = (self.stored.get() as usize).checked_sub(depth)?;
        // SAFETY: within what `store` wrote.
        Some(unsafe { *self.values().add(index) })
    }

    /// Leaves the loop of `SEND`s that a suspended generator stands in, when what it delegated to is done: drops that from
    /// the operands and goes on at the target of the `SEND`, which stands before the `YIELD_VALUE` just executed.
    pub(crate) fn leave_delegation(&self) {
        self.stored.set(self.stored.get() - 1);
        let yielded = self.code.unit_index(self.pc.get()) - 1;
        // The loop is a few instructions long: its SEND needs no EXTENDED_ARG.
        let distance = usize::from(self.code.unit(yielded - 1) >> 8);
        self.pc.set(self.code.unit_pointer(yielded + distance));
    }

    /// Has a suspended generator go on elsewhere, with less on its stack. What it is sent is dropped: there is no `yield` to take it.
    pub(crate) fn jump_to(&self, pc: *const u16, dropped: usize) {
        self.stored.set(self.stored.get().saturating_sub(dropped as u32));
        self.pc.set(pc);
        self.jumped.set(true);
    }

    /// Forgets the frame.
    pub(crate) fn finish(&self) {
        self.stored.set(0);
        self.state.set(GeneratorState::Finished);
        self.handled.set(Value::NONE);
    }
}

/// Moves a frame's values one by one: most were written just now, and a processor that reads several of them at once has to wait until
/// they are all in its cache. Volatile, or the compiler would make a call of it that does just that.
///
/// # Safety
/// Both places must be valid for `count` values, and not overlap.
#[inline(always)]
unsafe fn move_values(from: *const Value, to: *mut Value, count: usize) {
    for index in 0..count {
        // SAFETY: by this function's contract.
        unsafe { to.add(index).write_volatile(from.add(index).read_volatile()) };
    }
}
