//! `repr`, `str`, `ascii`, `format`.

use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::string::Str;
use crate::value::Value;

impl Vm {
    /// `repr(value)`.
    pub fn repr(&mut self, value: Value) -> PyResult<Gc<Str>> {
        let Some(repr) = self.type_of(value).slots().repr else {
            return Ok(self.default_repr(value));
        };
        let text = self.recursive(" while getting the repr of an object", |vm| repr(vm, value))?;
        text.cast::<Str>()
            .ok_or_else(|| self.type_error(format!("__repr__ returned non-string (type {})", self.type_name(text))))
    }

    /// `str(value)`.
    pub fn str_of(&mut self, value: Value) -> PyResult<Gc<Str>> {
        if value.is_exact(self.types.str)
            && let Some(text) = value.cast::<Str>()
        {
            return Ok(text);
        }
        let Some(str) = self.type_of(value).slots().str else { return self.repr(value) };
        let text = self.recursive(" while getting the str of an object", |vm| str(vm, value))?;
        text.cast::<Str>()
            .ok_or_else(|| self.type_error(format!("__str__ returned non-string (type {})", self.type_name(text))))
    }

    /// `ascii(value)`: `repr` with everything beyond ASCII escaped.
    pub fn ascii(&mut self, value: Value) -> PyResult<Gc<Str>> {
        let text = self.repr(value)?;
        Ok(crate::objects::string_methods::repr::escape_non_ascii(self, text))
    }

    /// `format(value, spec)`.
    pub fn format(&mut self, value: Value, spec: Gc<Str>) -> PyResult<Gc<Str>> {
        if let Some(text) = crate::format::format_exact(self, value, spec)? {
            return Ok(text);
        }
        let name = self.names.__format__;
        let Some(text) = self.call_special(value, name, &[spec.into()])? else {
            return Err(self.type_error(format!("Type {} doesn't define __format__", self.type_name(value))));
        };
        text.cast::<Str>()
            .ok_or_else(|| self.type_error(format!("__format__ must return a str, not {}", self.type_name(text))))
    }

    /// `<module.Type object at 0x…>`.
    pub fn default_repr(&mut self, value: Value) -> Gc<Str> {
        let ty = self.type_of(value);
        let address = value.heap_address().unwrap_or(value.bits() as usize);
        let name = crate::objects::typeobj::full_name(self, ty);
        self.new_str(&format!("<{name} object at {address:#x}>"))
    }

    /// Notes that the `repr` of a container is being made. `false` when it already is: the container contains itself.
    pub fn enter_repr(&mut self, container: Value) -> bool {
        if self.repr_stack.iter().any(|v| v.is(container)) {
            return false;
        }
        self.repr_stack.push(container);
        true
    }

    /// The `repr` of the container that was entered last is done.
    pub fn leave_repr(&mut self) {
        self.repr_stack.pop();
    }

    /// `repr` as Rust text, for messages; what it raises is raised.
    pub fn repr_text(&mut self, value: Value) -> PyResult<String> {
        Ok(self.repr(value)?.to_string_lossy().into_owned())
    }
}
