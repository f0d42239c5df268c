//! Subscripts, membership, length.

use crate::Vm;
use crate::error::PyResult;
use crate::objects::typeobj::Type;
use crate::slots::BinaryFn;
use crate::value::Value;

impl Vm {
    /// `container[key]`.
    #[inline]
    pub fn get_item(&mut self, container: Value, key: Value) -> PyResult {
        match self.type_of(container).slots().getitem {
            Some(getitem) => getitem(self, container, key),
            None => self.get_class_item(container, key),
        }
    }

    #[cold]
    fn get_class_item(&mut self, container: Value, key: Value) -> PyResult {
        let Some(class) = container.cast::<Type>() else {
            return Err(self.type_error(format!("'{}' object is not subscriptable", self.type_name(container))));
        };
        if class == self.types.type_ {
            return crate::objects::genericalias::new_alias(self, container, key);
        }
        let name = self.names.__class_getitem__;
        match self.lookup_attr(container, name)? {
            Some(method) if !method.is_none() => self.call_values(method, &[key]),
            _ => Err(self.type_error(format!("type '{}' is not subscriptable", class.display_name()))),
        }
    }

    /// `container[key] = value`.
    #[inline]
    pub fn set_item(&mut self, container: Value, key: Value, value: Value) -> PyResult<()> {
        match self.type_of(container).slots().setitem {
            Some(setitem) => setitem(self, container, key, value),
            None => {
                Err(self.type_error(format!("'{}' object does not support item assignment", self.type_name(container))))
            }
        }
    }

    /// `del container[key]`.
    pub fn del_item(&mut self, container: Value, key: Value) -> PyResult<()> {
        match self.type_of(container).slots().setitem {
            Some(setitem) => setitem(self, container, key, Value::NULL),
            None => {
                // CPython says it in two ways: objects with sequence slots, asked with an index, get the second.
                let ty = self.type_of(container);
                let slots = ty.slots();
                let sequence = ty.is_heap_type() || slots.length.is_some() || slots.contains.is_some();
                let index = self.type_of(key).slots().unary[crate::slots::UnaryOp::Index as usize].is_some();
                let verb = if sequence && index { "doesn't" } else { "does not" };
                Err(self.type_error(format!("'{}' object {verb} support item deletion", ty.display_name())))
            }
        }
    }

    /// `item in container`.
    #[inline]
    pub fn contains(&mut self, container: Value, item: Value) -> PyResult<bool> {
        match self.type_of(container).slots().contains {
            Some(contains) => contains(self, container, item),
            None => self.contains_by_iteration(container, item),
        }
    }

    /// Searches an iterable for an item, as `in` does for objects without `__contains__`.
    pub fn contains_by_iteration(&mut self, container: Value, item: Value) -> PyResult<bool> {
        let iterator = match self.iter(container) {
            Ok(iterator) => iterator,
            Err(raise) if self.is_raised(raise, self.exc.TypeError) => {
                let name = self.type_name(container);
                return Err(self.type_error(format!("argument of type '{name}' is not iterable")));
            }
            Err(raise) => return Err(raise),
        };
        while let Some(candidate) = self.next(iterator)? {
            if self.equals(candidate, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `len(value)`.
    #[inline]
    pub fn length(&mut self, value: Value) -> PyResult<usize> {
        match self.type_of(value).slots().length {
            Some(length) => length(self, value),
            None => Err(self.type_error(format!("object of type '{}' has no len()", self.type_name(value)))),
        }
    }

    /// How many items an iterable says it will give (`operator.length_hint`).
    pub fn length_hint(&mut self, value: Value, default: usize) -> PyResult<usize> {
        if let Some(length) = self.type_of(value).slots().length {
            let length = length(self, value);
            match self.suppress(length, self.exc.TypeError)? {
                Some(length) => return Ok(length),
                None => return Ok(default),
            }
        }
        let name = self.names.__length_hint__;
        let Some(method) = self.lookup_special(value, name)? else { return Ok(default) };
        let hint = self.call_values(method, &[]);
        let Some(hint) = self.suppress(hint, self.exc.TypeError)? else { return Ok(default) };
        if hint.is(Value::NOT_IMPLEMENTED) {
            return Ok(default);
        }
        if !self.type_of(hint).is_subtype(self.types.int) {
            return Err(self.type_error(format!("__length_hint__ must be an integer, not {}", self.type_name(hint))));
        }
        let hint = self.index_i64(hint)?;
        usize::try_from(hint).map_err(|_| self.value_error("__length_hint__() should return >= 0"))
    }
}

/// `sequence * count` through a `repeat` slot, which gets an integer.
pub fn sequence_repeat(vm: &mut Vm, repeat: BinaryFn, sequence: Value, count: Value) -> PyResult {
    if vm.type_of(count).slots().unary[crate::slots::UnaryOp::Index as usize].is_none() {
        return Err(vm.type_error(format!("can't multiply sequence by non-int of type '{}'", vm.type_name(count))));
    }
    let count = vm.index_i64(count)?;
    let count = vm.int(count);
    repeat(vm, sequence, count)
}
