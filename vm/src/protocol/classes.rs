//! `isinstance` and `issubclass`.

use crate::Vm;
use crate::error::PyResult;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::value::Value;

impl Vm {
    /// `isinstance(value, class)`.
    pub fn is_instance(&mut self, value: Value, class: Value) -> PyResult<bool> {
        if class.is_heap() && Value::from_gc(self.type_of(value)).is(class) {
            return Ok(true);
        }
        if class.is_exact(self.types.type_) {
            return self.is_instance_plainly(value, class);
        }
        if class.is_exact(self.types.union) {
            return crate::objects::genericalias::union_instance_check(self, class, value);
        }
        if let Some(classes) = class.cast::<Tuple>() {
            return self.recursive(" in __instancecheck__", |vm| {
                for index in 0..classes.len() {
                    if let Some(class) = classes.get(index)
                        && vm.is_instance(value, class)?
                    {
                        return Ok(true);
                    }
                }
                Ok(false)
            });
        }
        let name = self.names.__instancecheck__;
        if let Some(checker) = self.lookup_special(class, name)? {
            let answer = self.recursive(" in __instancecheck__", |vm| vm.call_values(checker, &[value]))?;
            return self.is_true(answer);
        }
        self.is_instance_plainly(value, class)
    }

    /// `type.__instancecheck__`: by type, then by `__class__`.
    pub fn is_instance_plainly(&mut self, value: Value, class: Value) -> PyResult<bool> {
        let ty = self.type_of(value);
        let class_name = self.names.__class__;
        if let Some(wanted) = class.cast::<Type>() {
            if ty.is_subtype(wanted) {
                return Ok(true);
            }
            return Ok(match self.lookup_attr(value, class_name)?.and_then(|c| c.cast::<Type>()) {
                Some(claimed) => claimed != ty && claimed.is_subtype(wanted),
                None => false,
            });
        }
        self.check_class(class, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
        match self.lookup_attr(value, class_name)? {
            Some(claimed) => self.abstract_subclass(claimed, class),
            None => Ok(false),
        }
    }

    /// `issubclass(derived, class)`.
    pub fn is_subclass(&mut self, derived: Value, class: Value) -> PyResult<bool> {
        if class.is_exact(self.types.type_) {
            if derived.is(class) {
                return Ok(true);
            }
            return self.is_subclass_plainly(derived, class);
        }
        if class.is_exact(self.types.union) {
            return crate::objects::genericalias::union_subclass_check(self, class, derived);
        }
        if let Some(classes) = class.cast::<Tuple>() {
            return self.recursive(" in __subclasscheck__", |vm| {
                for index in 0..classes.len() {
                    if let Some(class) = classes.get(index)
                        && vm.is_subclass(derived, class)?
                    {
                        return Ok(true);
                    }
                }
                Ok(false)
            });
        }
        let name = self.names.__subclasscheck__;
        if let Some(checker) = self.lookup_special(class, name)? {
            let answer = self.recursive(" in __subclasscheck__", |vm| vm.call_values(checker, &[derived]))?;
            return self.is_true(answer);
        }
        self.is_subclass_plainly(derived, class)
    }

    /// `type.__subclasscheck__`.
    pub fn is_subclass_plainly(&mut self, derived: Value, class: Value) -> PyResult<bool> {
        if let (Some(derived), Some(class)) = (derived.cast::<Type>(), class.cast::<Type>()) {
            return Ok(derived.is_subtype(class));
        }
        self.check_class(derived, "issubclass() arg 1 must be a class")?;
        self.check_class(class, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
        self.abstract_subclass(derived, class)
    }

    /// The `__bases__` of something that acts as a class.
    fn abstract_bases(&mut self, class: Value) -> PyResult<Option<crate::Gc<Tuple>>> {
        let name = self.names.__bases__;
        Ok(self.lookup_attr(class, name)?.and_then(|bases| bases.cast::<Tuple>()))
    }

    fn check_class(&mut self, class: Value, message: &str) -> PyResult<()> {
        match self.abstract_bases(class)? {
            Some(_) => Ok(()),
            None => Err(self.type_error(message)),
        }
    }

    fn abstract_subclass(&mut self, derived: Value, class: Value) -> PyResult<bool> {
        if derived.is(class) {
            return Ok(true);
        }
        let Some(bases) = self.abstract_bases(derived)? else { return Ok(false) };
        // A single base is looked at in a loop in CPython, and does not count.
        if bases.len() == 1 {
            self.check_native_stack(" in __issubclass__")?;
            return bases.get(0).map_or(Ok(false), |base| self.abstract_subclass(base, class));
        }
        self.recursive(" in __issubclass__", |vm| {
            for index in 0..bases.len() {
                if let Some(base) = bases.get(index)
                    && vm.abstract_subclass(base, class)?
                {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }
}
