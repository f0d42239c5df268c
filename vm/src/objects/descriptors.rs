//! What functions become when they are found in a class: bound methods, `staticmethod`, `classmethod`, `property`.

#![expect(unsafe_code, reason = "implementing the heap's contract")]

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::string::Str;
use crate::objects::typeobj::Type;
use crate::protocol::hash_pointer;
use crate::slots::{CompareOp, Slots};
use crate::spec::{Convention, TypeSpec, getset, getter, member, method};
use crate::value::Value;

pub use crate::objects::function_type::{CELL_TYPE, FUNCTION_TYPE};

// ---- bound methods ----

/// A function bound to the object that it was found on.
#[repr(C)]
pub struct BoundMethod {
    header: Header,
    /// `__func__`.
    pub function: Field,
    /// `__self__`.
    pub receiver: Field,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for BoundMethod {
    const LAYOUT: LayoutKind = LayoutKind::BoundMethod;

    fn trace(&self, marker: &mut Marker) {
        marker.value(self.function.get());
        marker.value(self.receiver.get());
    }
}

impl BoundMethod {
    /// A function bound to a receiver.
    #[inline]
    pub fn new(header: Header, function: Value, receiver: Value) -> BoundMethod {
        BoundMethod { header, function: Field::new(function), receiver: Field::new(receiver) }
    }
}

fn method_new(vm: &mut Vm, _ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let [function, receiver] = args.exactly(vm, "method")?;
    if !vm.is_callable(function) {
        return Err(vm.type_error("first argument must be callable"));
    }
    if receiver.is_none() {
        return Err(vm.type_error("instance must not be None"));
    }
    Ok(vm.new_bound_method(function, receiver))
}

fn method_call(vm: &mut Vm, callable: Value, args: Args<'_>) -> PyResult {
    match callable.cast::<BoundMethod>() {
        Some(bound) => vm.call_prepended(bound.function.get(), bound.receiver.get(), args),
        None => Ok(Value::NONE),
    }
}

fn method_getattro(vm: &mut Vm, object: Value, name: Gc<Str>) -> PyResult {
    let ty = vm.type_of(object);
    if let Some(found) = vm.lookup(ty, name) {
        return match vm.type_of(found).slots().descr_get {
            Some(get) => get(vm, found, object, ty.into()),
            None => Ok(found),
        };
    }
    match object.cast::<BoundMethod>() {
        Some(bound) => vm.get_attr(bound.function.get(), name),
        None => Ok(Value::NONE),
    }
}

fn method_repr(vm: &mut Vm, value: Value) -> PyResult {
    let Some(bound) = value.cast::<BoundMethod>() else { return Ok(Value::NONE) };
    let function = bound.function.get();
    let (qualname, name) = (vm.names.__qualname__, vm.names.__name__);
    let mut found = vm.lookup_attr(function, qualname)?;
    if found.is_none() {
        found = vm.lookup_attr(function, name)?;
    }
    let text = found.and_then(|f| f.cast::<Str>()).map_or("?".to_owned(), |t| t.to_string_lossy().into_owned());
    let receiver = vm.repr_text(bound.receiver.get())?;
    Ok(vm.new_str(&format!("<bound method {text} of {receiver}>")).into())
}

fn method_compare(vm: &mut Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let method_type = vm.types.method;
    if !a.is_exact(method_type) || !b.is_exact(method_type) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (Some(x), Some(y)) = (a.cast::<BoundMethod>(), b.cast::<BoundMethod>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let equal = vm.equals(x.function.get(), y.function.get())? && x.receiver.get().is(y.receiver.get());
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn method_hash(vm: &mut Vm, value: Value) -> PyResult<i64> {
    let Some(bound) = value.cast::<BoundMethod>() else { return Ok(0) };
    let receiver = hash_pointer(bound.receiver.get().bits() as usize);
    let hash = receiver ^ vm.hash(bound.function.get())?;
    Ok(if hash == -1 { -2 } else { hash })
}

fn method_function(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<BoundMethod>().map_or(Value::NONE, |b| b.function.get()))
}

fn method_self(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<BoundMethod>().map_or(Value::NONE, |b| b.receiver.get()))
}

fn method_doc(vm: &mut Vm, value: Value) -> PyResult {
    let name = vm.names.__doc__;
    match value.cast::<BoundMethod>() {
        Some(bound) => Ok(vm.lookup_attr(bound.function.get(), name)?.unwrap_or(Value::NONE)),
        None => Ok(Value::NONE),
    }
}

fn method_reduce(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    let Some(bound) = value.cast::<BoundMethod>() else { return Ok(Value::NONE) };
    let name = vm.names.__name__;
    let name = vm.get_attr(bound.function.get(), name)?;
    super::native::reduce_attribute(vm, bound.receiver.get(), name)
}

/// `method`.
pub static METHOD_TYPE: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(method_new),
        call: Some(method_call),
        getattro: Some(method_getattro),
        repr: Some(method_repr),
        compare: Some(method_compare),
        hash: Some(method_hash),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", method_reduce, Convention::NoArgs)],
    getset: &[getter("__doc__", method_doc), member("__func__", method_function), member("__self__", method_self)],
    ..TypeSpec::new("method", LayoutKind::BoundMethod)
};

// ---- staticmethod and classmethod ----

/// `staticmethod` or `classmethod` around a callable.
#[repr(C)]
pub struct MethodWrapper {
    header: Header,
    /// `__func__`; `NULL` before `__init__`.
    pub callable: Field,
    /// `__dict__`: a dict or `NULL`.
    pub dict: Field,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for MethodWrapper {
    const LAYOUT: LayoutKind = LayoutKind::MethodWrapper;

    fn trace(&self, marker: &mut Marker) {
        marker.value(self.callable.get());
        marker.value(self.dict.get());
    }
}

impl MethodWrapper {
    /// A wrapper around a callable.
    pub fn new(header: Header, callable: Value) -> MethodWrapper {
        MethodWrapper { header, callable: Field::new(callable), dict: Field::new(Value::NULL) }
    }
}

fn wrapper_new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    let wrapper = MethodWrapper::new(Header::new(ty), Value::NULL);
    Ok(vm.allocate_object(ty, wrapper).into())
}

/// Takes the callable, and its names and documentation into the wrapper's own dict, as `functools.wraps` does.
fn wrapper_init(vm: &mut Vm, name: &str, value: Value, args: Args<'_>) -> PyResult<()> {
    let [callable] = args.exactly(vm, name)?;
    let Some(wrapper) = value.cast::<MethodWrapper>() else { return Ok(()) };
    wrapper.callable.set(callable);
    let names = &vm.names;
    for name in [names.__module__, names.__name__, names.__qualname__, names.__doc__, names.__annotations__] {
        if let Some(found) = vm.lookup_attr(callable, name)? {
            vm.set_attr(value, name, found)?;
        }
    }
    Ok(())
}

fn staticmethod_init(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult<()> {
    wrapper_init(vm, "staticmethod", value, args)
}

fn classmethod_init(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult<()> {
    wrapper_init(vm, "classmethod", value, args)
}

fn staticmethod_get(vm: &mut Vm, descriptor: Value, _instance: Value, _owner: Value) -> PyResult {
    match descriptor.cast::<MethodWrapper>().and_then(|w| w.callable.get().non_null()) {
        Some(callable) => Ok(callable),
        None => Err(vm.runtime_error("uninitialized staticmethod object")),
    }
}

fn classmethod_get(vm: &mut Vm, descriptor: Value, instance: Value, owner: Value) -> PyResult {
    let Some(callable) = descriptor.cast::<MethodWrapper>().and_then(|w| w.callable.get().non_null()) else {
        return Err(vm.runtime_error("uninitialized classmethod object"));
    };
    let owner = if owner.is_null() { vm.type_of(instance).into() } else { owner };
    match vm.type_of(callable).slots().descr_get {
        Some(get) => get(vm, callable, owner, owner),
        None => Ok(vm.new_bound_method(callable, owner)),
    }
}

fn staticmethod_call(vm: &mut Vm, callable: Value, args: Args<'_>) -> PyResult {
    match callable.cast::<MethodWrapper>().and_then(|w| w.callable.get().non_null()) {
        Some(inner) => vm.call(inner, args),
        None => Err(vm.runtime_error("uninitialized staticmethod object")),
    }
}

fn wrapper_callable(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<MethodWrapper>().map_or(Value::NONE, |w| w.callable.get().or_none()))
}

fn wrapper_abstract(vm: &mut Vm, value: Value) -> PyResult {
    match value.cast::<MethodWrapper>() {
        Some(wrapper) => is_abstract(vm, wrapper.callable.get()).map(Value::bool),
        None => Ok(Value::FALSE),
    }
}

/// Whether a method is marked as abstract.
pub fn is_abstract(vm: &mut Vm, method: Value) -> PyResult<bool> {
    if method.is_null() {
        return Ok(false);
    }
    let name = vm.names.__isabstractmethod__;
    match vm.lookup_attr(method, name)? {
        Some(answer) => vm.is_true(answer),
        None => Ok(false),
    }
}

fn wrapper_repr(vm: &mut Vm, value: Value) -> PyResult {
    let callable = wrapper_callable(vm, value)?;
    let inner = vm.repr_text(callable)?;
    let word = if vm.type_of(value).is_subtype(vm.types.classmethod) { "classmethod" } else { "staticmethod" };
    Ok(vm.new_str(&format!("<{word}({inner})>")).into())
}

const WRAPPER_GETSET: &[crate::spec::GetSetSpec] = &[
    getter("__isabstractmethod__", wrapper_abstract),
    crate::objects::typeobj::dict_getset(),
    member("__func__", wrapper_callable),
    member("__wrapped__", wrapper_callable),
];

/// `staticmethod`.
pub static STATICMETHOD_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    has_dict: true,
    slots: Slots {
        new: Some(wrapper_new),
        init: Some(staticmethod_init),
        call: Some(staticmethod_call),
        descr_get: Some(staticmethod_get),
        repr: Some(wrapper_repr),
        ..Slots::NONE
    },
    getset: WRAPPER_GETSET,
    ..TypeSpec::new("staticmethod", LayoutKind::MethodWrapper)
};

/// `classmethod`.
pub static CLASSMETHOD_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    has_dict: true,
    slots: Slots {
        new: Some(wrapper_new),
        init: Some(classmethod_init),
        descr_get: Some(classmethod_get),
        repr: Some(wrapper_repr),
        ..Slots::NONE
    },
    getset: WRAPPER_GETSET,
    ..TypeSpec::new("classmethod", LayoutKind::MethodWrapper)
};

// ---- property ----

/// A property. Absent functions are `NULL`.
#[repr(C)]
pub struct Property {
    header: Header,
    /// `fget`.
    pub getter: Field,
    /// `fset`.
    pub setter: Field,
    /// `fdel`.
    pub deleter: Field,
    /// `__doc__`.
    pub doc: Field,
    /// The name in the class, told by `__set_name__`.
    pub name: Field,
    /// Whether `__doc__` came from the getter.
    getter_doc: std::cell::Cell<bool>,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for Property {
    const LAYOUT: LayoutKind = LayoutKind::Property;

    fn trace(&self, marker: &mut Marker) {
        for field in [&self.getter, &self.setter, &self.deleter, &self.doc, &self.name] {
            marker.value(field.get());
        }
    }
}

fn property_new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    let null = || Field::new(Value::NULL);
    let property = Property {
        header: Header::new(ty),
        getter: null(),
        setter: null(),
        deleter: null(),
        doc: null(),
        name: null(),
        getter_doc: std::cell::Cell::new(false),
    };
    Ok(vm.allocate_object(ty, property).into())
}

fn property_init(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult<()> {
    const PARAMETERS: Parameters<4> =
        Parameters { names: ["fget", "fset", "fdel", "doc"], positional_only: 0, max_positional: 4, required: 0 };
    let [getter, setter, deleter, doc] = args.bind(vm, "property", &PARAMETERS)?;
    let Some(property) = value.cast::<Property>() else { return Ok(()) };
    let unless_none = |v: Value| if v.is_none() { Value::NULL } else { v };
    property.getter.set(unless_none(getter));
    property.setter.set(unless_none(setter));
    property.deleter.set(unless_none(deleter));
    property.doc.set(doc);
    property.name.set(Value::NULL);
    property.getter_doc.set(false);
    if doc.or_none().is_none()
        && let Some(getter) = property.getter.get().non_null()
    {
        let name = vm.names.__doc__;
        let Some(found) = vm.lookup_attr(getter, name)? else { return Ok(()) };
        if value.is_exact(vm.types.property) {
            property.doc.set(found);
        } else {
            // The class's own `__doc__` would hide the member.
            vm.set_attr(value, name, found)?;
        }
        property.getter_doc.set(true);
    }
    Ok(())
}

#[cold]
fn missing(vm: &mut Vm, property: Gc<Property>, instance: Value, what: &str) -> crate::Raise {
    let owner = vm.type_of(instance).qualname.get();
    let owner = match vm.repr_text(owner.into()) {
        Ok(text) => text,
        Err(raise) => return raise,
    };
    let name = match property.name.get().non_null() {
        Some(name) => match vm.repr_text(name) {
            Ok(text) => format!(" {text}"),
            Err(raise) => return raise,
        },
        None => String::new(),
    };
    vm.attribute_error(format!("property{name} of {owner} object has no {what}"))
}

fn property_get(vm: &mut Vm, descriptor: Value, instance: Value, _owner: Value) -> PyResult {
    if instance.or_none().is_none() {
        return Ok(descriptor);
    }
    let Some(property) = descriptor.cast::<Property>() else { return Ok(descriptor) };
    match property.getter.get().non_null() {
        Some(getter) => vm.call_values(getter, &[instance]),
        None => Err(missing(vm, property, instance, "getter")),
    }
}

fn property_set(vm: &mut Vm, descriptor: Value, instance: Value, value: Value) -> PyResult<()> {
    let Some(property) = descriptor.cast::<Property>() else { return Ok(()) };
    if value.is_null() {
        match property.deleter.get().non_null() {
            Some(deleter) => vm.call_values(deleter, &[instance])?,
            None => return Err(missing(vm, property, instance, "deleter")),
        };
    } else {
        match property.setter.get().non_null() {
            Some(setter) => vm.call_values(setter, &[instance, value])?,
            None => return Err(missing(vm, property, instance, "setter")),
        };
    }
    Ok(())
}

/// A property like this one with one function replaced.
fn property_copy(vm: &mut Vm, value: Value, replaced: usize, function: Value) -> PyResult {
    let Some(property) = value.cast::<Property>() else { return Ok(value) };
    let mut parts = [
        property.getter.get().or_none(),
        property.setter.get().or_none(),
        property.deleter.get().or_none(),
        property.doc.get().or_none(),
    ];
    if !function.is_none() {
        parts[replaced] = function;
    }
    if property.getter_doc.get() && !parts[0].is_none() {
        parts[3] = Value::NONE;
    }
    let class = vm.type_of(value);
    let copy = vm.call_values(class.into(), &parts)?;
    if let Some(new) = copy.cast::<Property>() {
        new.name.set(property.name.get());
    }
    Ok(copy)
}

fn property_getter(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    property_copy(vm, value, 0, args.values()[0])
}

fn property_setter(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    property_copy(vm, value, 1, args.values()[0])
}

fn property_deleter(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    property_copy(vm, value, 2, args.values()[0])
}

fn property_set_name(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    if args.len() != 2 {
        let given = args.len();
        return Err(vm.type_error(format!("__set_name__() takes 2 positional arguments but {given} were given")));
    }
    if let Some(property) = value.cast::<Property>() {
        property.name.set(args.values()[1]);
    }
    Ok(Value::NONE)
}

fn property_fget(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Property>().map_or(Value::NONE, |p| p.getter.get().or_none()))
}

fn property_fset(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Property>().map_or(Value::NONE, |p| p.setter.get().or_none()))
}

fn property_fdel(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Property>().map_or(Value::NONE, |p| p.deleter.get().or_none()))
}

fn property_doc(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Property>().map_or(Value::NONE, |p| p.doc.get().or_none()))
}

fn property_set_doc(_vm: &mut Vm, value: Value, doc: Value) -> PyResult<()> {
    if let Some(property) = value.cast::<Property>() {
        property.doc.set(doc);
    }
    Ok(())
}

fn property_abstract(vm: &mut Vm, value: Value) -> PyResult {
    let Some(property) = value.cast::<Property>() else { return Ok(Value::FALSE) };
    for function in [property.getter.get(), property.setter.get(), property.deleter.get()] {
        if is_abstract(vm, function)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

/// `property`.
pub static PROPERTY_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    slots: Slots {
        new: Some(property_new),
        init: Some(property_init),
        descr_get: Some(property_get),
        descr_set: Some(property_set),
        ..Slots::NONE
    },
    methods: &[
        method("getter", property_getter, Convention::O),
        method("setter", property_setter, Convention::O),
        method("deleter", property_deleter, Convention::O),
        method("__set_name__", property_set_name, Convention::Varargs),
    ],
    getset: &[
        member("fget", property_fget),
        member("fset", property_fset),
        member("fdel", property_fdel),
        crate::spec::GetSetSpec { member: true, ..getset("__doc__", property_doc, property_set_doc) },
        getter("__isabstractmethod__", property_abstract),
    ],
    ..TypeSpec::new("property", LayoutKind::Property)
};
