//! Attributes of types: found in the metatype and in the type's own MRO, set with everything that depends on them.

use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::slot_update::update_slots_named;
use crate::objects::string::Str;
use crate::objects::typeobj::{Type, TypeFlags};
use crate::value::Value;

/// `type.__getattribute__`.
#[inline(never)]
pub fn type_getattr(vm: &mut Vm, object: Value, name: Gc<Str>) -> PyResult {
    let Some(class) = object.cast::<Type>() else { return Ok(Value::NONE) };
    match lookup_type_attribute(vm, class, name)? {
        Some(value) => Ok(value),
        None => {
            let text = format!("type object '{}' has no attribute '{}'", class.display_name(), name.to_string_lossy());
            Err(vm.attribute_error_on(object, name, text))
        }
    }
}

/// As [`type_getattr`], with `None` where there is no such attribute.
pub fn lookup_type_attribute(vm: &mut Vm, class: Gc<Type>, name: Gc<Str>) -> PyResult<Option<Value>> {
    let metatype = vm.type_of(class.into());
    let meta = vm.lookup(metatype, name);
    let mut meta_get = None;
    if let Some(descriptor) = meta {
        let slots = vm.type_of(descriptor).slots();
        meta_get = slots.descr_get;
        if let Some(get) = meta_get
            && slots.descr_set.is_some()
        {
            return get(vm, descriptor, class.into(), metatype.into()).map(Some);
        }
    }
    if let Some(found) = vm.lookup(class, name) {
        return match vm.type_of(found).slots().descr_get {
            Some(get) => get(vm, found, Value::NULL, class.into()).map(Some),
            None => Ok(Some(found)),
        };
    }
    match (meta, meta_get) {
        (Some(descriptor), Some(get)) => get(vm, descriptor, class.into(), metatype.into()).map(Some),
        (meta, _) => Ok(meta),
    }
}

/// `type.__setattr__`; deletes when the value is `NULL`.
#[inline(never)]
pub fn type_setattr(vm: &mut Vm, object: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
    let Some(class) = object.cast::<Type>() else { return Ok(()) };
    if class.is(TypeFlags::IMMUTABLE) {
        let text = vm.repr_text(name.into())?;
        let class = class.display_name();
        return Err(vm.type_error(format!("cannot set {text} attribute of immutable type '{class}'")));
    }
    let name = if name.is_interned() { name } else { vm.intern_str(name) };
    let metatype = vm.type_of(object);
    let set = match vm.lookup(metatype, name) {
        Some(descriptor) => vm.type_of(descriptor).slots().descr_set.map(|set| (set, descriptor)),
        None => None,
    };
    if let Some((set, descriptor)) = set {
        set(vm, descriptor, object, value)?;
    } else if value.is_null() {
        if !class.dict.get().del_str(name) {
            let text = format!("type object '{}' has no attribute '{}'", class.display_name(), name.to_string_lossy());
            return Err(vm.attribute_error(text));
        }
    } else {
        class.dict.get().set_str(vm, name, value);
    }
    vm.type_modified(class);
    if is_dunder(name) {
        update_slots_named(vm, class, name);
    }
    Ok(())
}

fn is_dunder(name: Gc<Str>) -> bool {
    let at = |index| name.char_at(index) == '_' as u32;
    let len = name.len();
    len > 4 && at(0) && at(1) && at(len - 1) && at(len - 2)
}

/// The module of a type: a class's `__module__`, a native type's own.
pub(crate) fn module_of(vm: &Vm, ty: Gc<Type>) -> Option<Value> {
    if ty.is_heap_type() {
        return ty.dict.get().get_str(vm.names.__module__);
    }
    Some(ty.native_module.get().non_null().unwrap_or_else(|| vm.names.builtins.into()))
}

/// `module.qualname`, or the plain name for types of `builtins`, as the `repr` of instances shows it.
pub fn full_name(vm: &Vm, ty: Gc<Type>) -> String {
    match module_of(vm, ty).and_then(|m| m.cast::<Str>()) {
        Some(module) if !module.equals(vm.names.builtins) => {
            format!("{}.{}", module.to_string_lossy(), ty.qualname.get().to_string_lossy())
        }
        _ => ty.display_name(),
    }
}
