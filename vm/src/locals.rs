//! The local variables of running code, as `locals()` shows them.

#![expect(unsafe_code, reason = "locals lie on the VM stack")]

use quicken_bytecode::{CodeFlags, LocalKind};

use crate::Vm;
use crate::objects::dict::Dict;
use crate::objects::function::CellObject;
use crate::value::Value;

impl Vm {
    /// The local namespace of the frame `n` below the running one: the one that a module or class body has, or a dict of a
    /// function's variables that are bound. That dict belongs to the frame: it is brought up to date each time, and what a
    /// program added to it stays (`PyFrame_FastToLocals`).
    pub fn locals_of_frame(&mut self, n: usize) -> Value {
        let Some(frame) = self.frame_below(n) else { return Value::NONE };
        let (code, fp, locals) = (frame.code, frame.fp, frame.locals);
        if !code.is(CodeFlags::OPTIMIZED) {
            return locals.non_null().unwrap_or_else(|| frame.globals.into());
        }
        let dict = match locals.cast::<Dict>() {
            Some(dict) => dict,
            None => {
                let dict = self.new_dict();
                // SAFETY: the frame exists, as was just seen.
                unsafe { (*self.frame.sub(n)).locals = dict.into() };
                dict
            }
        };
        for (index, kind) in code.object.localspluskinds.iter().enumerate() {
            // SAFETY: a running frame has all its locals on the stack.
            let mut value = unsafe { *fp.add(index) };
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
        dict.into()
    }
}
