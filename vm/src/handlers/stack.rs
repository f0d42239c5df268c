//! Constants, locals, cells, and moves on the operand stack.

use crate::Vm;
use crate::error::{PyResult, Raise};
use crate::objects::function::CellObject;
use crate::objects::tuple::Tuple;
use crate::state::{Control, Flow};
use crate::value::Value;

handler!(NOP(_s, _vm, _oparg) { Control::Next });
handler!(POP_TOP(s, _vm, _oparg) { s.shrink(1); Control::Next });
handler!(PUSH_NULL(s, _vm, _oparg) { s.push(Value::NULL); Control::Next });
handler!(LOAD_CONST(s, _vm, oparg) { let v = s.constant(oparg); s.push(v); Control::Next });

handler!(LOAD_FAST(s, _vm, oparg) {
    let value = s.local(oparg);
    if value.is_null() {
        return Control::Slow(unbound_local);
    }
    s.push(value);
    Control::Next
});

handler!(STORE_FAST(s, _vm, oparg) { let v = s.pop(); s.set_local(oparg, v); Control::Next });

handler!(DELETE_FAST(s, _vm, oparg) {
    if s.local(oparg).is_null() {
        return Control::Slow(unbound_local);
    }
    s.set_local(oparg, Value::NULL);
    Control::Next
});

handler!(SWAP(s, _vm, oparg) {
    let (top, other) = (s.peek(1), s.peek(oparg));
    s.poke(oparg, top);
    s.poke(1, other);
    Control::Next
});

handler!(COPY(s, _vm, oparg) { let v = s.peek(oparg); s.push(v); Control::Next });

handler!(LOAD_CLOSURE(s, _vm, oparg) { let v = s.local(oparg); s.push(v); Control::Next });

handler!(LOAD_DEREF(s, _vm, oparg) {
    match s.local(oparg).cast::<CellObject>() {
        Some(cell) if !cell.contents.get().is_null() => {
            s.push(cell.contents.get());
            Control::Next
        }
        _ => Control::Slow(unbound_cell),
    }
});

handler!(STORE_DEREF(s, _vm, oparg) {
    match s.local(oparg).cast::<CellObject>() {
        Some(cell) => {
            cell.contents.set(s.pop());
            Control::Next
        }
        None => Control::Slow(unbound_cell),
    }
});

slow_handlers! {
    DELETE_DEREF => delete_deref,
    LOAD_CLASSDEREF => load_classderef,
    MAKE_CELL => make_cell,
}

/// `UnboundLocalError` for the local that the operand names.
pub(crate) fn unbound_local(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    Err(vm.unbound_local_error(oparg))
}

impl Vm {
    pub(crate) fn unbound_local_error(&mut self, index: usize) -> Raise {
        let code = self.running_code();
        let name = code.local_name(index).to_string_lossy().into_owned();
        let ty = self.exc.UnboundLocalError;
        self.raise(ty, format!("cannot access local variable '{name}' where it is not associated with a value"))
    }
}

fn unbound_cell(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let code = vm.running_code();
    let free = oparg >= code.object.localsplusnames.len() - code.object.nfreevars();
    if !free {
        return unbound_local(vm, oparg);
    }
    let name = code.local_name(oparg).to_string_lossy().into_owned();
    let message =
        format!("cannot access free variable '{name}' where it is not associated with a value in enclosing scope");
    let ty = vm.exc.NameError;
    Err(vm.raise(ty, message))
}

fn delete_deref(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    match vm.state.local(oparg).cast::<CellObject>() {
        Some(cell) if !cell.contents.get().is_null() => {
            cell.contents.set(Value::NULL);
            Ok(Flow::Continue)
        }
        _ => unbound_cell(vm, oparg),
    }
}

fn load_classderef(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let name = vm.running_code().local_name(oparg);
    let locals = vm.frame_locals();
    if locals.is_null() {
        return Err(vm.no_locals("loading", name));
    }
    if let Some(value) = vm.mapping_get(locals, name)? {
        vm.state.push(value);
        return Ok(Flow::Continue);
    }
    match vm.state.local(oparg).cast::<CellObject>() {
        Some(cell) if !cell.contents.get().is_null() => {
            vm.state.push(cell.contents.get());
            Ok(Flow::Continue)
        }
        _ => unbound_cell(vm, oparg),
    }
}

fn make_cell(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let initial = vm.state.local(oparg);
    let cell = vm.new_cell(initial);
    vm.state.set_local(oparg, cell.into());
    Ok(Flow::Continue)
}

handler!(COPY_FREE_VARS(s, vm, oparg) {
    let first = (vm.running_code().nlocalsplus as usize).wrapping_sub(oparg);
    match vm.running_function().closure.get().cast::<Tuple>() {
        Some(cells) if cells.len() == oparg => {
            for (index, cell) in cells.items().iter().enumerate() {
                s.set_local(first + index, *cell);
            }
            Control::Next
        }
        _ => Control::Slow(no_closure),
    }
});

/// The verifier sees to the closure where MAKE_FUNCTION makes the function; a module from outside gets none.
fn no_closure(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let name = vm.running_code().name.to_string_lossy().into_owned();
    Err(vm.system_error(format!("'{name}' has free variables, but no closure")))
}
