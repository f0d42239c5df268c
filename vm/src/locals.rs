//! The local variables of running code, as `locals()` shows them.

#![expect(unsafe_code, reason = "locals lie on the VM stack")]

use quicken_bytecode::LocalKind;

use crate::Vm;
use crate::objects::function::CellObject;
use crate::value::Value;

impl Vm {
    /// The local namespace of the frame `n` below the running one: the one that a module or class body has, or a new dict
    /// of a function's variables that are bound (`PyFrame_FastToLocals`).
    pub fn locals_of_frame(&mut self, n: usize) -> Value {
        let Some(frame) = self.frame_below(n) else { return Value::NONE };
        if !frame.locals.is_null() {
            return frame.locals;
        }
        let (code, fp) = (frame.code, frame.fp);
        let dict = self.new_dict();
        for (index, kind) in code.object.localspluskinds.iter().enumerate() {
            // SAFETY: a running frame has all its locals on the stack.
            let mut value = unsafe { *fp.add(index) };
            // What is captured is in a cell, once the function has begun.
            if kind.intersects(LocalKind::CELL | LocalKind::FREE)
                && let Some(cell) = value.cast::<CellObject>()
            {
                value = cell.contents.get();
            }
            if let Some(value) = value.non_null() {
                dict.set_str(self, code.local_name(index), value);
            }
        }
        dict.into()
    }
}
