//! The local variables of code, as `locals()` and `f_locals` show them.

#![expect(unsafe_code, reason = "locals lie on the VM stack")]

use quicken_bytecode::{CodeFlags, LocalKind};

use crate::Vm;
use crate::frame::Frame;
use crate::object::Gc;
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::function::CellObject;
use crate::value::Value;

impl Vm {
    /// The local namespace of the frame `n` below the running one: the one that a module or class body has, or a dict of a
    /// function's variables that are bound. That dict belongs to the frame: it is brought up to date each time, and what a
    /// program added to it stays (`PyFrame_FastToLocals`).
    pub fn locals_of_frame(&mut self, n: usize) -> Value {
        if self.frame_below(n).is_none() {
            return Value::NONE;
        }
        // SAFETY: the frame exists, as was just seen.
        unsafe { self.locals_of(self.frame.sub(n)) }
    }

    /// The same of a frame by its place.
    ///
    /// # Safety
    /// A frame that runs, or waits for one that does, stands there.
    pub(crate) unsafe fn locals_of(&mut self, frame: *mut Frame) -> Value {
        // SAFETY: as the caller promises; a running frame has all its locals on the stack.
        let (code, values, locals, globals) = unsafe {
            let frame = &*frame;
            let values = std::slice::from_raw_parts(frame.fp, frame.code.nlocalsplus as usize);
            (frame.code, values, frame.locals, frame.globals)
        };
        if !code.is(CodeFlags::OPTIMIZED) {
            return locals.non_null().unwrap_or_else(|| globals.into());
        }
        let dict = match locals.cast::<Dict>() {
            Some(dict) => dict,
            None => {
                let dict = self.new_dict();
                // SAFETY: as above.
                unsafe { (*frame).locals = dict.into() };
                dict
            }
        };
        self.show_locals(code, values, dict);
        dict.into()
    }

    /// Brings the dict of a function's variables up to date. Values that are not there any more count as unbound.
    pub(crate) fn show_locals(&mut self, code: Gc<Code>, values: &[Value], dict: Gc<Dict>) {
        for (index, kind) in code.object.localspluskinds.iter().enumerate() {
            let mut value = values.get(index).copied().unwrap_or(Value::NULL);
            // What is captured is in a cell, once the function has begun.
            if kind.intersects(LocalKind::CELL | LocalKind::FREE)
                && let Some(cell) = value.cast::<CellObject>()
            {
                value = cell.contents.get();
            }
            let name = code.local_name(index);
            match value.non_null() {
                Some(value) => dict.set_str(self, name, value),
                None => drop(dict.del_str(name)),
            }
        }
    }

    /// Stores what the dict of a function's variables has into the variables, where a program may have changed it
    /// (`PyFrame_LocalsToFast`).
    ///
    /// # Safety
    /// As for [`Vm::locals_of`].
    pub(crate) unsafe fn take_locals(&mut self, frame: *mut Frame) {
        // SAFETY: as the caller promises.
        let (code, fp, locals) = unsafe { ((*frame).code, (*frame).fp, (*frame).locals) };
        let Some(dict) = locals.cast::<Dict>().filter(|_| code.is(CodeFlags::OPTIMIZED)) else { return };
        for (index, kind) in code.object.localspluskinds.iter().enumerate() {
            let value = dict.get_str(code.local_name(index)).unwrap_or(Value::NULL);
            // SAFETY: within the frame's locals.
            let place = unsafe { &mut *fp.add(index) };
            match place.cast::<CellObject>().filter(|_| kind.intersects(LocalKind::CELL | LocalKind::FREE)) {
                Some(cell) => cell.contents.set(value),
                // A cell that is still to be made keeps what it was.
                None if kind.contains(LocalKind::FREE) => {}
                None => *place = value,
            }
        }
    }
}
