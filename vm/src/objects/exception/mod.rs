//! Exceptions, their types, and tracebacks.
//!
//! `specs` states the types; `base` is what all of them do, `members` what single ones add; `groups` is `except*`, `text`
//! prints, `suggestions` finds the name that was probably meant.

#![expect(unsafe_code, reason = "implementing the heap's contract")]

mod base;
mod groups;
mod members;
pub(crate) mod specs;
mod suggestions;
mod text;
mod traceback;

use std::cell::Cell;

use crate::Vm;
use crate::args::Args;
use crate::error::Raise;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::array::Array;
use crate::objects::code::Code;
use crate::objects::frame_object::FrameObject;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::value::Value;

pub(crate) use groups::install_exception_group;
pub use traceback::TRACEBACK_TYPE;

/// `name` of `AttributeError`, `NameError` and `ImportError`.
pub const NAME: usize = 0;
/// `obj` of `AttributeError`.
pub const OBJECT: usize = 1;
/// `path` of `ImportError`.
pub const PATH: usize = 3;
/// How many members an exception can have.
const MEMBERS: usize = 8;

/// An instance of `BaseException`. Absent exceptions and tracebacks are `NULL`.
#[repr(C)]
pub struct Exception {
    header: Header,
    /// `args`: a tuple.
    pub args: Field,
    /// `__traceback__`.
    pub traceback: Field,
    /// `__context__`.
    pub context: Field,
    /// `__cause__`.
    pub cause: Field,
    /// `value` of `StopIteration`, `code` of `SystemExit`, `message` of groups.
    pub value: Field,
    /// The members that single types have, by number, or nothing when none is set.
    members: Cell<Option<Gc<Array>>>,
    /// `__dict__`: a dict or `NULL`.
    pub dict: Field,
    /// `__suppress_context__`.
    pub suppress_context: Cell<bool>,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for Exception {
    const LAYOUT: LayoutKind = LayoutKind::Exception;

    fn trace(&self, marker: &mut Marker) {
        for field in [&self.args, &self.traceback, &self.context, &self.cause, &self.value, &self.dict] {
            marker.value(field.get());
        }
        if let Some(members) = self.members.get() {
            marker.mark(members);
        }
    }
}

impl Exception {
    fn new(ty: Gc<Type>, args: Gc<Tuple>) -> Exception {
        let null = || Field::new(Value::NULL);
        Exception {
            header: Header::new(ty),
            args: Field::new(args.into()),
            traceback: null(),
            context: null(),
            cause: null(),
            value: null(),
            members: Cell::new(None),
            dict: null(),
            suppress_context: Cell::new(false),
        }
    }

    /// The argument at `index`.
    pub fn argument(&self, index: usize) -> Option<Value> {
        self.args.get().cast::<Tuple>()?.get(index)
    }

    /// A member (`NULL` when it is not set).
    pub fn member(&self, index: usize) -> Value {
        self.members.get().map_or(Value::NULL, |members| members.get(index))
    }

    /// Sets a member.
    pub fn set_member(&self, vm: &mut Vm, index: usize, value: Value) {
        let members = match self.members.get() {
            Some(members) => members,
            None => {
                let fresh = vm.heap.new_array(MEMBERS);
                self.members.set(Some(fresh));
                fresh
            }
        };
        members.set(index, value);
    }
}

/// An entry of a traceback: where an exception passed through a frame.
#[repr(C)]
pub struct Traceback {
    header: Header,
    /// The entry of the frame that was called from here, or `NULL`.
    pub next: Field,
    /// The frame.
    pub frame: Gc<FrameObject>,
    /// `tb_lasti`: where the instruction stands, in bytes.
    pub lasti: i32,
    /// `tb_lineno`, when somebody set it.
    line: Cell<Option<i32>>,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for Traceback {
    const LAYOUT: LayoutKind = LayoutKind::Traceback;

    fn trace(&self, marker: &mut Marker) {
        marker.value(self.next.get());
        marker.mark(self.frame);
    }
}

impl Traceback {
    /// The code that ran.
    pub fn code(&self) -> Gc<Code> {
        self.frame.code
    }

    /// The line of the instruction; none if it has no place in the source.
    pub fn line(&self) -> Option<i32> {
        self.line.get().or_else(|| self.code().object.position_at(self.lasti.max(0) as u32).line)
    }
}

impl Vm {
    /// An exception of a built-in type with these arguments, as calling the type makes it.
    pub fn new_exception(&mut self, ty: Gc<Type>, args: &[Value]) -> Gc<Exception> {
        let tuple = self.new_tuple(args);
        let exception = Exception::new(ty, tuple);
        let exception = self.allocate_object(ty, exception);
        if let Some(init) = ty.slots().init
            && !args.is_empty()
        {
            // The types' own `__init__`s fail only for arguments that nobody passes here.
            let _ = init(self, exception.into(), Args::positional(args));
        }
        exception
    }

    /// Notes that a raised exception passes through the running frame, at this code unit (`PyTraceBack_Here`).
    pub fn add_traceback(&mut self, raise: Raise, unit: usize) {
        let Some(exception) = raise.0.cast::<Exception>() else { return };
        let Some(frame) = self.frame_object(0) else { return };
        let header = Header::new(self.types.traceback);
        let next = Field::new(exception.traceback.get());
        let entry = Traceback { header, next, frame, lasti: 2 * unit as i32, line: Cell::new(None) };
        let entry = self.heap.allocate(entry);
        exception.traceback.set(entry.into());
    }

    /// An argument of a raised exception.
    pub fn exception_argument(&self, raise: Raise, index: usize) -> Option<Value> {
        raise.0.cast::<Exception>()?.argument(index)
    }
}
