//! `super`: attributes of an object, looked up behind a class in the MRO.

#![expect(unsafe_code, reason = "`super()` without arguments reads the caller's locals")]

use quicken_bytecode::LocalKind;

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::function::CellObject;
use crate::objects::string::Str;
use crate::objects::typeobj::Type;
use crate::protocol::generic_getattr;
use crate::slots::Slots;
use crate::spec::{TypeSpec, member};
use crate::value::Value;

/// A `super` object. Before `__init__`, and without an object, the fields are `NULL`.
#[repr(C)]
pub struct Super {
    header: Header,
    /// The class behind which attributes are looked up.
    class: Field,
    /// The object, or the class for class methods.
    object: Field,
    /// The class whose MRO is searched.
    object_class: Field,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for Super {
    const LAYOUT: LayoutKind = LayoutKind::Super;

    fn trace(&self, marker: &mut Marker) {
        for field in [&self.class, &self.object, &self.object_class] {
            marker.value(field.get());
        }
    }
}

fn new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    let null = || Field::new(Value::NULL);
    let object = Super { header: Header::new(ty), class: null(), object: null(), object_class: null() };
    Ok(vm.allocate_object(ty, object).into())
}

fn init(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult<()> {
    args.no_keywords(vm, "super")?;
    let given = args.positionals();
    if given.len() > 2 {
        return Err(vm.type_error(format!("super() expected at most 2 arguments, got {}", given.len())));
    }
    let (class, object) = match given.first() {
        None => from_caller(vm)?,
        Some(first) => match first.cast::<Type>() {
            Some(class) => (class, given.get(1).copied().unwrap_or(Value::NULL)),
            None => {
                let ty = vm.type_name(*first);
                return Err(vm.type_error(format!("super() argument 1 must be a type, not {ty}")));
            }
        },
    };
    let Some(made) = value.cast::<Super>() else { return Ok(()) };
    let mut object_class = Value::NULL;
    if !object.or_none().is_none() {
        object_class = check(vm, class, object)?.into();
        made.object.set(object);
    } else {
        made.object.set(Value::NULL);
    }
    made.class.set(class.into());
    made.object_class.set(object_class);
    Ok(())
}

/// The class whose body the calling function stands in, and the function's first argument.
fn from_caller(vm: &mut Vm) -> PyResult<(Gc<Type>, Value)> {
    let Some(frame) = vm.current_frame() else { return Err(vm.runtime_error("super(): no current frame")) };
    let (code, locals) = (frame.code, frame.fp);
    if code.argcount == 0 {
        return Err(vm.runtime_error("super(): no arguments"));
    }
    // SAFETY: a frame has as many locals as its code says; here at least one.
    let local = |index: usize| unsafe { *locals.add(index) };
    let kinds = &code.object.localspluskinds;
    let mut first = local(0);
    if kinds.first().is_some_and(|kind| kind.contains(LocalKind::CELL))
        && let Some(cell) = first.cast::<CellObject>()
    {
        first = cell.contents.get();
    }
    if first.is_null() {
        return Err(vm.runtime_error("super(): arg[0] deleted"));
    }
    let class_name = vm.names.__class__;
    for (index, kind) in kinds.iter().enumerate() {
        if !kind.contains(LocalKind::FREE) || !code.local_name(index).equals(class_name) {
            continue;
        }
        let Some(cell) = local(index).cast::<CellObject>() else {
            return Err(vm.runtime_error("super(): bad __class__ cell"));
        };
        let Some(class) = cell.contents.get().non_null() else {
            return Err(vm.runtime_error("super(): empty __class__ cell"));
        };
        return match class.cast::<Type>() {
            Some(class) => Ok((class, first)),
            None => {
                let given = vm.type_name(class);
                Err(vm.runtime_error(format!("super(): __class__ is not a type ({given})")))
            }
        };
    }
    Err(vm.runtime_error("super(): __class__ cell not found"))
}

/// The class whose MRO `super(class, object)` searches.
fn check(vm: &mut Vm, class: Gc<Type>, object: Value) -> PyResult<Gc<Type>> {
    if let Some(object) = object.cast::<Type>()
        && object.is_subtype(class)
    {
        return Ok(object);
    }
    let ty = vm.type_of(object);
    if ty.is_subtype(class) {
        return Ok(ty);
    }
    let name = vm.names.__class__;
    if let Some(claimed) = vm.lookup_attr(object, name)?.and_then(|c| c.cast::<Type>())
        && claimed != ty
        && claimed.is_subtype(class)
    {
        return Ok(claimed);
    }
    Err(vm.type_error("super(type, obj): obj must be an instance or subtype of type"))
}

fn getattro(vm: &mut Vm, value: Value, name: Gc<Str>) -> PyResult {
    let Some(proxy) = value.cast::<Super>() else { return Ok(Value::NONE) };
    let class_name = vm.names.__class__;
    let Some(start) = proxy.object_class.get().cast::<Type>().filter(|_| !name.equals(class_name)) else {
        return generic_getattr(vm, value, name);
    };
    let (class, object) = (proxy.class.get(), proxy.object.get());
    let mro = start.mro.get();
    let mut index = mro.items().iter().position(|c| c.is(class)).map_or(mro.len(), |at| at + 1);
    while let Some(candidate) = mro.get(index) {
        index += 1;
        let Some(found) = candidate.cast::<Type>().and_then(|c| c.dict.get().get_str(name)) else { continue };
        return match vm.type_of(found).slots().descr_get {
            Some(get) => {
                // Only an instance is passed on, not the class of a class method.
                let instance = if object.is(start.into()) { Value::NULL } else { object };
                get(vm, found, instance, start.into())
            }
            None => Ok(found),
        };
    }
    generic_getattr(vm, value, name)
}

fn descr_get(vm: &mut Vm, descriptor: Value, instance: Value, _owner: Value) -> PyResult {
    let Some(proxy) = descriptor.cast::<Super>() else { return Ok(descriptor) };
    if instance.or_none().is_none() || !proxy.object.get().is_null() {
        return Ok(descriptor);
    }
    let class = proxy.class.get();
    let ty = vm.type_of(descriptor);
    vm.call_values(ty.into(), &[class, instance])
}

fn repr(vm: &mut Vm, value: Value) -> PyResult {
    let Some(proxy) = value.cast::<Super>() else { return Ok(Value::NONE) };
    let name = |v: Value| v.cast::<Type>().map(|t| t.display_name());
    let class = name(proxy.class.get()).unwrap_or_else(|| "NULL".to_owned());
    let text = match name(proxy.object_class.get()) {
        Some(object) => format!("<super: <class '{class}'>, <{object} object>>"),
        None => format!("<super: <class '{class}'>, NULL>"),
    };
    Ok(vm.new_str(&text).into())
}

fn get_class(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Super>().map_or(Value::NONE, |s| s.class.get().or_none()))
}

fn get_self(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Super>().map_or(Value::NONE, |s| s.object.get().or_none()))
}

fn get_self_class(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Super>().map_or(Value::NONE, |s| s.object_class.get().or_none()))
}

/// `super`.
pub static SUPER_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    vectorcall: true,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        getattro: Some(getattro),
        descr_get: Some(descr_get),
        repr: Some(repr),
        ..Slots::NONE
    },
    getset: &[
        member("__thisclass__", get_class),
        member("__self__", get_self),
        member("__self_class__", get_self_class),
    ],
    ..TypeSpec::new("super", LayoutKind::Super)
};
