//! Reading and writing attributes.

use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::function::BoundMethod;
use crate::objects::instance;
use crate::objects::string::Str;
use crate::objects::typeobj::{NO_DICT, Type, TypeFlags};
use crate::value::Value;

/// What looking a method up for a call found.
#[derive(Clone, Copy, Debug)]
pub enum Method {
    /// A function that takes the object as its first argument.
    Unbound(Value),
    /// An attribute that is complete.
    Bound(Value),
}

impl Vm {
    /// `object.name`.
    #[inline]
    pub fn get_attr(&mut self, object: Value, name: Gc<Str>) -> PyResult {
        match self.type_of(object).slots().getattro {
            Some(getattro) => getattro(self, object, name),
            None => generic_getattr(self, object, name),
        }
    }

    /// `object.name = value`.
    #[inline]
    pub fn set_attr(&mut self, object: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
        match self.type_of(object).slots().setattro {
            Some(setattro) => setattro(self, object, name, value),
            None => generic_setattr(self, object, name, value),
        }
    }

    /// `del object.name`.
    pub fn del_attr(&mut self, object: Value, name: Gc<Str>) -> PyResult<()> {
        self.set_attr(object, name, Value::NULL)
    }

    /// `object.name`, or `None` where that raises `AttributeError`. No exception is made for ordinary objects.
    pub fn lookup_attr(&mut self, object: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        let getattro = self.type_of(object).slots().getattro;
        let is = |f: crate::slots::GetAttrFn| getattro.is_none_or(|g| std::ptr::fn_addr_eq(g, f));
        let result = if is(generic_getattr) {
            generic_lookup(self, object, name)
        } else if is(crate::objects::typeobj::type_getattr)
            && let Some(class) = object.cast::<Type>()
        {
            crate::objects::typeobj::lookup_type_attribute(self, class, name)
        } else {
            self.get_attr(object, name).map(Some)
        };
        match result {
            Err(raise) if self.is_raised(raise, self.exc.AttributeError) => Ok(None),
            other => other,
        }
    }

    /// Looks a method up for a call, without making a bound method where none is needed (`_PyObject_GetMethod`).
    pub fn get_method(&mut self, object: Value, name: Gc<Str>) -> PyResult<Method> {
        let ty = self.type_of(object);
        if !ty.slots().getattro.is_none_or(|g| std::ptr::fn_addr_eq(g, generic_getattr as crate::slots::GetAttrFn)) {
            return Ok(Method::Bound(self.get_attr(object, name)?));
        }
        let found = self.lookup(ty, name);
        let mut is_method = false;
        if let Some(descriptor) = found {
            let descriptor_type = self.type_of(descriptor);
            if descriptor_type.is(TypeFlags::METHOD_DESCRIPTOR) {
                is_method = true;
            } else {
                let slots = descriptor_type.slots();
                if let (Some(get), Some(_)) = (slots.descr_get, slots.descr_set) {
                    return Ok(Method::Bound(get(self, descriptor, object, ty.into())?));
                }
            }
        }
        if ty.dict_offset.get() != NO_DICT
            && let Some(value) = instance::get_own(self, object, name)
        {
            return Ok(Method::Bound(value));
        }
        match found {
            Some(method) if is_method => Ok(Method::Unbound(method)),
            Some(descriptor) => match self.type_of(descriptor).slots().descr_get {
                Some(get) => Ok(Method::Bound(get(self, descriptor, object, ty.into())?)),
                None => Ok(Method::Bound(descriptor)),
            },
            None => Err(self.no_attribute(object, name)),
        }
    }

    /// A special method as an operator finds it: in the type, never in the instance; bound.
    pub fn lookup_special(&mut self, object: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        let ty = self.type_of(object);
        let Some(found) = self.lookup(ty, name) else { return Ok(None) };
        match self.type_of(found).slots().descr_get {
            Some(get) => get(self, found, object, ty.into()).map(Some),
            None => Ok(Some(found)),
        }
    }

    /// Calls a special method, if the type has it.
    pub fn call_special(&mut self, object: Value, name: Gc<Str>, args: &[Value]) -> PyResult<Option<Value>> {
        let ty = self.type_of(object);
        let Some(found) = self.lookup(ty, name) else { return Ok(None) };
        self.call_found(found, object, ty, args).map(Some)
    }

    /// Calls what a lookup in `ty` found, as a method of `object`.
    pub(crate) fn call_found(&mut self, found: Value, object: Value, ty: Gc<Type>, args: &[Value]) -> PyResult {
        let found_type = self.type_of(found);
        if found_type.is(TypeFlags::METHOD_DESCRIPTOR) {
            return self.call_with_first(found, object, args);
        }
        let bound = match found_type.slots().descr_get {
            Some(get) => get(self, found, object, ty.into())?,
            None => found,
        };
        self.call_values(bound, args)
    }

    /// A bound method.
    pub fn new_bound_method(&mut self, function: Value, receiver: Value) -> Value {
        let header = crate::object::Header::new(self.types.method);
        self.heap.allocate(BoundMethod::new(header, function, receiver)).into()
    }

    /// The dict of an object whose `__dict__` exists, made if it was not yet; `None` for objects without one.
    pub fn object_dict(&mut self, object: Value) -> Option<Gc<crate::objects::dict::Dict>> {
        if self.type_of(object).dict_offset.get() == NO_DICT {
            return None;
        }
        Some(instance::materialize_dict(self, object))
    }
}

/// `PyObject_GenericGetAttr`: data descriptor, instance, other descriptor, class attribute.
#[inline(never)]
pub fn generic_getattr(vm: &mut Vm, object: Value, name: Gc<Str>) -> PyResult {
    match generic_lookup(vm, object, name)? {
        Some(value) => Ok(value),
        None => {
            let message = format!("'{}' object has no attribute '{}'", vm.type_name(object), name.to_string_lossy());
            Err(vm.attribute_error_on(object, name, message))
        }
    }
}

/// As [`generic_getattr`], with `None` where there is no such attribute.
pub fn generic_lookup(vm: &mut Vm, object: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    let ty = vm.type_of(object);
    let found = vm.lookup(ty, name);
    let mut get = None;
    if let Some(descriptor) = found {
        let slots = vm.type_of(descriptor).slots();
        get = slots.descr_get;
        if let Some(get) = get
            && slots.descr_set.is_some()
        {
            return get(vm, descriptor, object, ty.into()).map(Some);
        }
    }
    if ty.dict_offset.get() != NO_DICT {
        let own = if instance::is_plain_name(vm, name) {
            instance::get_own(vm, object, name)
        } else {
            instance::get_own_by_key(vm, object, name.into())?
        };
        if own.is_some() {
            return Ok(own);
        }
    }
    match (found, get) {
        (Some(descriptor), Some(get)) => get(vm, descriptor, object, ty.into()).map(Some),
        (found, _) => Ok(found),
    }
}

/// `PyObject_GenericSetAttr`: data descriptor, or the instance's own attribute. `NULL` deletes.
#[inline(never)]
pub fn generic_setattr(vm: &mut Vm, object: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
    let ty = vm.type_of(object);
    let found = vm.lookup(ty, name);
    if let Some(descriptor) = found
        && let Some(set) = vm.type_of(descriptor).slots().descr_set
    {
        return set(vm, descriptor, object, value);
    }
    if ty.dict_offset.get() == NO_DICT {
        let message = if found.is_some() {
            format!("'{}' object attribute '{}' is read-only", ty.display_name(), name.to_string_lossy())
        } else {
            format!("'{}' object has no attribute '{}'", ty.display_name(), name.to_string_lossy())
        };
        return Err(vm.attribute_error(message));
    }
    if !value.is_null() {
        return instance::set_own(vm, object, name, value);
    }
    if instance::delete_own(vm, object, name)? {
        return Ok(());
    }
    Err(vm.attribute_error(format!("'{}' object has no attribute '{}'", ty.display_name(), name.to_string_lossy())))
}
