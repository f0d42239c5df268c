//! Functions, methods and attributes that are written in Rust, as objects.

#![expect(unsafe_code, reason = "slots of instances are words behind the object")]

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::function::BoundMethod;
use crate::objects::instance;
use crate::objects::slotdefs::{SlotDef, SlotFunction, call_wrapper};
use crate::objects::string::Str;
use crate::objects::typeobj::Type;
use crate::slots::Slots;
use crate::spec::{Binding, Convention, GetSetSpec, MethodSpec, TypeSpec, getter, member};
use crate::value::Value;

/// A function written in Rust: a module's, a static method, or a method bound to its receiver.
#[repr(C)]
pub struct NativeFunction {
    header: Header,
    /// What it is.
    pub spec: &'static MethodSpec,
    /// What it is bound to: the receiver, the class of a class method or static method, or `NULL`.
    pub receiver: Field,
    /// `__module__`: a string or `NULL`.
    pub module: Field,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for NativeFunction {
    const LAYOUT: LayoutKind = LayoutKind::NativeFunction;

    fn trace(&self, marker: &mut Marker) {
        marker.value(self.receiver.get());
        marker.value(self.module.get());
    }
}

impl NativeFunction {
    /// What the native code gets as its receiver.
    #[inline(always)]
    pub fn passed_receiver(&self) -> Value {
        if self.spec.binding == Binding::Static { Value::NULL } else { self.receiver.get() }
    }

    /// Whether this is the `__new__` of a native type.
    pub fn is_new_wrapper(&self) -> bool {
        std::ptr::fn_addr_eq(self.spec.function, NEW_WRAPPER.function)
    }
}

/// What a method descriptor stands for.
#[derive(Clone, Copy)]
pub enum MethodKind {
    /// A method (`method_descriptor`).
    Method(&'static MethodSpec),
    /// A class method (`classmethod_descriptor`).
    ClassMethod(&'static MethodSpec),
    /// A slot (`wrapper_descriptor`).
    Slot(&'static SlotDef, SlotFunction),
}

/// A method or slot of a native type, not bound to an object.
#[repr(C)]
pub struct MethodDescriptor {
    header: Header,
    /// The type it belongs to (`__objclass__`).
    pub owner: Gc<Type>,
    /// `__name__`.
    pub name: Gc<Str>,
    /// What it stands for.
    pub kind: MethodKind,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for MethodDescriptor {
    const LAYOUT: LayoutKind = LayoutKind::MethodDescriptor;

    fn trace(&self, marker: &mut Marker) {
        marker.mark(self.owner);
        marker.mark(self.name);
    }
}

/// What an attribute descriptor stands for.
#[derive(Clone, Copy)]
pub enum AttributeKind {
    /// A computed attribute.
    GetSet(&'static GetSetSpec),
    /// A slot of `__slots__`, at this byte offset of the instance.
    Slot {
        /// The byte offset.
        offset: u32,
    },
}

/// A computed attribute or a slot.
#[repr(C)]
pub struct AttributeDescriptor {
    header: Header,
    /// The type it belongs to (`__objclass__`).
    pub owner: Gc<Type>,
    /// `__name__`.
    pub name: Gc<Str>,
    /// What it stands for.
    pub kind: AttributeKind,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for AttributeDescriptor {
    const LAYOUT: LayoutKind = LayoutKind::AttributeDescriptor;

    fn trace(&self, marker: &mut Marker) {
        marker.mark(self.owner);
        marker.mark(self.name);
    }
}

impl Vm {
    /// A function object for native code.
    pub fn new_native_function(&mut self, spec: &'static MethodSpec, receiver: Value, module: Value) -> Value {
        let header = Header::new(self.types.builtin_function);
        self.heap
            .allocate(NativeFunction { header, spec, receiver: Field::new(receiver), module: Field::new(module) })
            .into()
    }

    /// A method descriptor of `owner`.
    pub(crate) fn new_method_descriptor(&mut self, owner: Gc<Type>, name: Gc<Str>, kind: MethodKind) -> Value {
        let ty = match kind {
            MethodKind::Method(_) => self.types.method_descriptor,
            MethodKind::ClassMethod(_) => self.types.classmethod_descriptor,
            MethodKind::Slot(..) => self.types.wrapper_descriptor,
        };
        self.heap.allocate(MethodDescriptor { header: Header::new(ty), owner, name, kind }).into()
    }

    /// An attribute descriptor of `owner`.
    pub(crate) fn new_attribute_descriptor(&mut self, owner: Gc<Type>, name: Gc<Str>, kind: AttributeKind) -> Value {
        let ty = match kind {
            AttributeKind::GetSet(spec) if !spec.member => self.types.getset_descriptor,
            _ => self.types.member_descriptor,
        };
        self.heap.allocate(AttributeDescriptor { header: Header::new(ty), owner, name, kind }).into()
    }
}

/// Checks the number of arguments as the convention demands, then calls. `callable` is for messages.
#[inline]
fn call_spec(vm: &mut Vm, callable: Value, spec: &'static MethodSpec, receiver: Value, args: Args<'_>) -> PyResult {
    let keywords = args.keyword_count();
    let wrong = match spec.convention {
        Convention::NoArgs => keywords != 0 || !args.is_empty(),
        Convention::O => keywords != 0 || args.len() != 1,
        Convention::Fast | Convention::Varargs => keywords != 0,
        Convention::FastKeywords | Convention::VarargsKeywords | Convention::MethodFastKeywords => false,
    };
    if wrong {
        return Err(wrong_arguments(vm, callable, spec, args));
    }
    (spec.function)(vm, receiver, args)
}

#[cold]
fn wrong_arguments(vm: &mut Vm, callable: Value, spec: &'static MethodSpec, args: Args<'_>) -> crate::Raise {
    let text = match vm.function_text(callable) {
        Ok(text) => text,
        Err(raise) => return raise,
    };
    let given = args.len();
    if args.keyword_count() != 0 {
        // A bound method of this convention is called through its tuple of arguments, where CPython says less.
        if spec.convention == Convention::Varargs && callable.cast::<NativeFunction>().is_some() {
            return vm.type_error(format!("{}() takes no keyword arguments", spec.name));
        }
        return vm.type_error(format!("{text} takes no keyword arguments"));
    }
    match spec.convention {
        Convention::NoArgs => vm.type_error(format!("{text} takes no arguments ({given} given)")),
        _ => vm.type_error(format!("{text} takes exactly one argument ({given} given)")),
    }
}

fn function_call(vm: &mut Vm, callable: Value, args: Args<'_>) -> PyResult {
    let Some(function) = callable.cast::<NativeFunction>() else { return Ok(Value::NONE) };
    call_spec(vm, callable, function.spec, function.passed_receiver(), args)
}

fn function_repr(vm: &mut Vm, value: Value) -> PyResult {
    let Some(function) = value.cast::<NativeFunction>() else { return Ok(Value::NONE) };
    let receiver = function.receiver.get();
    let name = function.spec.name;
    let text = if receiver.is_null() {
        format!("<built-in function {name}>")
    } else {
        let address = receiver.heap_address().unwrap_or(receiver.bits() as usize);
        format!("<built-in method {name} of {} object at {address:#x}>", vm.type_name(receiver))
    };
    Ok(vm.new_str(&text).into())
}

fn function_name(vm: &mut Vm, value: Value) -> PyResult {
    let name = value.cast::<NativeFunction>().map_or("", |f| f.spec.name);
    Ok(vm.intern(name).into())
}

fn function_qualname(vm: &mut Vm, value: Value) -> PyResult {
    let Some(function) = value.cast::<NativeFunction>() else { return Ok(Value::NONE) };
    let receiver = function.receiver.get();
    if receiver.is_null() || receiver.cast::<crate::objects::module::Module>().is_some() {
        return Ok(vm.intern(function.spec.name).into());
    }
    let class = receiver.cast::<Type>().unwrap_or_else(|| vm.type_of(receiver));
    let text = format!("{}.{}", class.qualname.get().to_string_lossy(), function.spec.name);
    Ok(vm.new_str(&text).into())
}

fn function_module(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<NativeFunction>().map_or(Value::NONE, |f| f.module.get().or_none()))
}

fn function_self(vm: &mut Vm, value: Value) -> PyResult {
    let Some(function) = value.cast::<NativeFunction>() else { return Ok(Value::NONE) };
    let receiver = function.receiver.get();
    if !receiver.is_null() {
        return Ok(receiver);
    }
    // A module's function is bound to the module in CPython.
    if let Some(module) = function.module.get().cast::<Str>()
        && let Some(module) = vm.modules.get_str(module)
    {
        return Ok(module);
    }
    Ok(Value::NONE)
}

fn function_signature(vm: &mut Vm, value: Value) -> PyResult {
    let Some(function) = value.cast::<NativeFunction>() else { return Ok(Value::NONE) };
    let (name, receiver) = (function.spec.name, function.receiver.get());
    let signature = match receiver.cast::<Type>() {
        _ if receiver.is_null() => vm.signature_of_function(function.module.get(), name),
        Some(_) if name == "__new__" => vm.signature_of_slot(name),
        Some(class) => vm.signature_of_method(class, name),
        None => {
            let class = vm.type_of(receiver);
            vm.signature_of_method(class, name)
        }
    };
    Ok(signature.unwrap_or(Value::NONE))
}

fn descriptor_signature(vm: &mut Vm, value: Value) -> PyResult {
    let Some(method) = value.cast::<MethodDescriptor>() else { return Ok(Value::NONE) };
    let name = method.name.to_string_lossy().into_owned();
    let own = vm.signature_of_method(method.owner, &name);
    Ok(own.or_else(|| vm.signature_of_slot(&name)).unwrap_or(Value::NONE))
}

fn wrapper_signature(vm: &mut Vm, value: Value) -> PyResult {
    match wrapper_parts(value) {
        Some((descriptor, _)) => descriptor_signature(vm, descriptor.into()),
        None => Ok(Value::NONE),
    }
}

fn no_doc(_vm: &mut Vm, _value: Value) -> PyResult {
    Ok(Value::NONE)
}

fn function_compare(_vm: &mut Vm, a: Value, b: Value, op: crate::slots::CompareOp) -> PyResult {
    use crate::slots::CompareOp;
    let (Some(x), Some(y)) = (a.cast::<NativeFunction>(), b.cast::<NativeFunction>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let equal = x.receiver.get().is(y.receiver.get()) && std::ptr::eq(x.spec, y.spec);
    Ok(match op {
        CompareOp::Eq => Value::bool(equal),
        CompareOp::Ne => Value::bool(!equal),
        _ => Value::NOT_IMPLEMENTED,
    })
}

fn function_hash(_vm: &mut Vm, value: Value) -> PyResult<i64> {
    let Some(function) = value.cast::<NativeFunction>() else { return Ok(0) };
    let receiver = function.receiver.get().bits() as usize;
    Ok(crate::protocol::hash_pointer(receiver ^ std::ptr::from_ref(function.spec) as usize))
}

/// What `__reduce__` answers for something that is got as an attribute: `(getattr, (owner, name))`.
pub(super) fn reduce_attribute(vm: &mut Vm, owner: Value, name: Value) -> PyResult {
    let Some(getattr) = crate::builtins::lookup(vm, "getattr") else { return Err(vm.attribute_error("getattr")) };
    let call = vm.new_pair(owner, name);
    Ok(vm.new_pair(getattr, call.into()).into())
}

fn function_reduce(vm: &mut Vm, function: Value, _args: Args<'_>) -> PyResult {
    let (owner, name) = (function_self(vm, function)?, function_name(vm, function)?);
    if owner.is_none() || owner.cast::<crate::objects::module::Module>().is_some() {
        return Ok(name);
    }
    reduce_attribute(vm, owner, name)
}

fn descriptor_reduce(vm: &mut Vm, descriptor: Value, _args: Args<'_>) -> PyResult {
    let (owner, name) = (descriptor_owner(vm, descriptor)?, descriptor_name(vm, descriptor)?);
    reduce_attribute(vm, owner, name)
}

fn wrapper_reduce(vm: &mut Vm, wrapper: Value, _args: Args<'_>) -> PyResult {
    let (receiver, name) = (wrapper_self(vm, wrapper)?, wrapper_name(vm, wrapper)?);
    reduce_attribute(vm, receiver, name)
}

/// `builtin_function_or_method`.
pub static BUILTIN_FUNCTION_TYPE: TypeSpec = TypeSpec {
    slots: Slots {
        call: Some(function_call),
        repr: Some(function_repr),
        compare: Some(function_compare),
        hash: Some(function_hash),
        ..Slots::NONE
    },
    methods: &[crate::spec::method("__reduce__", function_reduce, Convention::NoArgs)],
    getset: &[
        getter("__doc__", no_doc),
        getter("__name__", function_name),
        getter("__qualname__", function_qualname),
        getter("__self__", function_self),
        getter("__text_signature__", function_signature),
        member("__module__", function_module),
    ],
    ..TypeSpec::new("builtin_function_or_method", LayoutKind::NativeFunction)
};

/// `__new__` of every native type that can be instantiated: a function that remembers its type as receiver.
pub static NEW_WRAPPER: MethodSpec = crate::spec::method("__new__", new_wrapper, Convention::VarargsKeywords);

fn new_wrapper(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let Some(ty) = receiver.cast::<Type>() else {
        return Err(vm.type_error("__new__() called with non-type 'self'"));
    };
    let own = ty.display_name();
    let Some(first) = args.get(0) else {
        return Err(vm.type_error(format!("{own}.__new__(): not enough arguments")));
    };
    let Some(class) = first.cast::<Type>() else {
        let given = vm.type_name(first);
        return Err(vm.type_error(format!("{own}.__new__(X): X is not a type object ({given})")));
    };
    let name = class.display_name();
    if !class.is_subtype(ty) {
        return Err(vm.type_error(format!("{own}.__new__({name}): {name} is not a subtype of {own}")));
    }
    // `object.__new__(list)` would skip what a list needs: the nearest native base must make instances as `ty` does.
    let mut native = class;
    while native.is_heap_type() {
        let Some(base) = native.base.get() else { break };
        native = base;
    }
    let same = match (native.slots().new, ty.slots().new) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        (a, b) => a.is_none() == b.is_none(),
    };
    if !same {
        let safe = native.display_name();
        return Err(vm.type_error(format!("{own}.__new__({name}) is not safe, use {safe}.__new__()")));
    }
    match ty.slots().new {
        Some(new) => new(vm, class, args.skip_first()),
        None => Err(vm.type_error(format!("cannot create '{own}' instances"))),
    }
}

// ---- descriptors ----

/// Calls a method descriptor with its receiver as the first argument.
fn descriptor_call(vm: &mut Vm, callable: Value, args: Args<'_>) -> PyResult {
    let Some(descriptor) = callable.cast::<MethodDescriptor>() else { return Ok(Value::NONE) };
    let owner = descriptor.owner;
    match descriptor.kind {
        MethodKind::Method(spec) => {
            let Some(receiver) = args.get(0) else {
                let text = vm.function_text(callable)?;
                return Err(vm.type_error(format!("unbound method {text} needs an argument")));
            };
            if !vm.type_of(receiver).is_subtype(owner) {
                return Err(wrong_receiver(vm, descriptor.name, owner, receiver));
            }
            call_spec(vm, callable, spec, receiver, args.skip_first())
        }
        MethodKind::Slot(definition, function) => {
            let name = definition.name;
            let Some(receiver) = args.get(0) else {
                let text = format!("descriptor '{name}' of '{}' object needs an argument", owner.display_name());
                return Err(vm.type_error(text));
            };
            if !vm.type_of(receiver).is_subtype(owner) {
                let (owner, given) = (owner.display_name(), vm.type_name(receiver));
                let text = format!("descriptor '{name}' requires a '{owner}' object but received a '{given}'");
                return Err(vm.type_error(text));
            }
            call_wrapper(vm, definition, function, receiver, args.skip_first())
        }
        MethodKind::ClassMethod(spec) => {
            let (name, text) = (spec.name, owner.display_name());
            let Some(first) = args.get(0) else {
                return Err(vm.type_error(format!("descriptor '{name}' of '{text}' object needs an argument")));
            };
            let bound = classmethod_get(vm, callable, Value::NULL, first)?;
            vm.call(bound, args.skip_first())
        }
    }
}

#[cold]
fn wrong_receiver(vm: &mut Vm, name: Gc<Str>, owner: Gc<Type>, receiver: Value) -> crate::Raise {
    let (name, owner, given) = (name.to_string_lossy().into_owned(), owner.display_name(), vm.type_name(receiver));
    vm.type_error(format!("descriptor '{name}' for '{owner}' objects doesn't apply to a '{given}' object"))
}

fn method_get(vm: &mut Vm, descriptor: Value, instance: Value, _owner: Value) -> PyResult {
    let Some(method) = descriptor.cast::<MethodDescriptor>() else { return Ok(descriptor) };
    if instance.is_null() {
        return Ok(descriptor);
    }
    if !vm.type_of(instance).is_subtype(method.owner) {
        return Err(wrong_receiver(vm, method.name, method.owner, instance));
    }
    match method.kind {
        MethodKind::Method(spec) | MethodKind::ClassMethod(spec) => {
            Ok(vm.new_native_function(spec, instance, Value::NULL))
        }
        MethodKind::Slot(..) => {
            let header = Header::new(vm.types.method_wrapper);
            Ok(vm.heap.allocate(BoundMethod::new(header, descriptor, instance)).into())
        }
    }
}

fn classmethod_get(vm: &mut Vm, descriptor: Value, instance: Value, owner: Value) -> PyResult {
    let Some(method) = descriptor.cast::<MethodDescriptor>() else { return Ok(descriptor) };
    let (name, own) = (method.name.to_string_lossy().into_owned(), method.owner.display_name());
    let class = if owner.is_null() {
        if instance.is_null() {
            return Err(vm.type_error(format!("descriptor '{name}' for type '{own}' needs either an object or a type")));
        }
        vm.type_of(instance)
    } else {
        match owner.cast::<Type>() {
            Some(class) => class,
            None => {
                let given = vm.type_name(owner);
                let text = format!("descriptor '{name}' for type '{own}' needs a type, not a '{given}' as arg 2");
                return Err(vm.type_error(text));
            }
        }
    };
    if !class.is_subtype(method.owner) {
        let given = class.display_name();
        return Err(vm.type_error(format!("descriptor '{name}' requires a subtype of '{own}' but received '{given}'")));
    }
    match method.kind {
        MethodKind::ClassMethod(spec) | MethodKind::Method(spec) => {
            Ok(vm.new_native_function(spec, class.into(), Value::NULL))
        }
        MethodKind::Slot(..) => Ok(descriptor),
    }
}

fn descriptor_repr(vm: &mut Vm, value: Value) -> PyResult {
    let (word, name, owner) = if let Some(method) = value.cast::<MethodDescriptor>() {
        let word = if let MethodKind::Slot(..) = method.kind { "slot wrapper" } else { "method" };
        (word, method.name, method.owner)
    } else if let Some(attribute) = value.cast::<AttributeDescriptor>() {
        let computed = matches!(attribute.kind, AttributeKind::GetSet(spec) if !spec.member);
        (if computed { "attribute" } else { "member" }, attribute.name, attribute.owner)
    } else {
        return Ok(Value::NONE);
    };
    let text = format!("<{word} '{}' of '{}' objects>", name.to_string_lossy(), owner.display_name());
    Ok(vm.new_str(&text).into())
}

fn descriptor_name(_vm: &mut Vm, value: Value) -> PyResult {
    if let Some(method) = value.cast::<MethodDescriptor>() {
        return Ok(method.name.into());
    }
    Ok(value.cast::<AttributeDescriptor>().map_or(Value::NONE, |a| a.name.into()))
}

fn descriptor_owner(_vm: &mut Vm, value: Value) -> PyResult {
    if let Some(method) = value.cast::<MethodDescriptor>() {
        return Ok(method.owner.into());
    }
    Ok(value.cast::<AttributeDescriptor>().map_or(Value::NONE, |a| a.owner.into()))
}

fn descriptor_qualname(vm: &mut Vm, value: Value) -> PyResult {
    let (Some(owner), Some(name)) =
        (descriptor_owner(vm, value)?.cast::<Type>(), descriptor_name(vm, value)?.cast::<Str>())
    else {
        return Ok(Value::NONE);
    };
    let text = format!("{}.{}", owner.qualname.get().to_string_lossy(), name.to_string_lossy());
    Ok(vm.new_str(&text).into())
}

const DESCRIPTOR_GETSET: &[GetSetSpec] = &[
    getter("__doc__", no_doc),
    getter("__qualname__", descriptor_qualname),
    getter("__text_signature__", descriptor_signature),
    member("__objclass__", descriptor_owner),
    member("__name__", descriptor_name),
];

const METHOD_SLOTS: Slots =
    Slots { call: Some(descriptor_call), repr: Some(descriptor_repr), descr_get: Some(method_get), ..Slots::NONE };

/// `method_descriptor`.
pub static METHOD_DESCRIPTOR_TYPE: TypeSpec = TypeSpec {
    slots: METHOD_SLOTS,
    methods: &[crate::spec::method("__reduce__", descriptor_reduce, Convention::NoArgs)],
    getset: DESCRIPTOR_GETSET,
    ..TypeSpec::new("method_descriptor", LayoutKind::MethodDescriptor)
};

/// `wrapper_descriptor`.
pub static WRAPPER_DESCRIPTOR_TYPE: TypeSpec = TypeSpec {
    slots: METHOD_SLOTS,
    methods: &[crate::spec::method("__reduce__", descriptor_reduce, Convention::NoArgs)],
    getset: DESCRIPTOR_GETSET,
    ..TypeSpec::new("wrapper_descriptor", LayoutKind::MethodDescriptor)
};

/// `classmethod_descriptor`.
pub static CLASSMETHOD_DESCRIPTOR_TYPE: TypeSpec = TypeSpec {
    slots: Slots { descr_get: Some(classmethod_get), ..METHOD_SLOTS },
    getset: DESCRIPTOR_GETSET,
    ..TypeSpec::new("classmethod_descriptor", LayoutKind::MethodDescriptor)
};

fn attribute_get(vm: &mut Vm, descriptor: Value, instance: Value, _owner: Value) -> PyResult {
    let Some(attribute) = descriptor.cast::<AttributeDescriptor>() else { return Ok(descriptor) };
    if instance.is_null() {
        return Ok(descriptor);
    }
    if !vm.type_of(instance).is_subtype(attribute.owner) {
        return Err(wrong_receiver(vm, attribute.name, attribute.owner, instance));
    }
    match attribute.kind {
        AttributeKind::GetSet(spec) => (spec.get)(vm, instance),
        AttributeKind::Slot { offset } => {
            let Some(header) = instance.header() else { return Ok(Value::NONE) };
            // SAFETY: instances of the owner have a slot there, and the type was just checked.
            match unsafe { instance::word_at(header, offset as usize) }.get().non_null() {
                Some(value) => Ok(value),
                None => {
                    let text = format!(
                        "'{}' object has no attribute '{}'",
                        vm.type_name(instance),
                        attribute.name.to_string_lossy()
                    );
                    Err(vm.attribute_error_on(instance, attribute.name, text))
                }
            }
        }
    }
}

fn attribute_set(vm: &mut Vm, descriptor: Value, instance: Value, value: Value) -> PyResult<()> {
    let Some(attribute) = descriptor.cast::<AttributeDescriptor>() else { return Ok(()) };
    if !vm.type_of(instance).is_subtype(attribute.owner) {
        return Err(wrong_receiver(vm, attribute.name, attribute.owner, instance));
    }
    match attribute.kind {
        AttributeKind::GetSet(spec) => match spec.set {
            Some(set) => set(vm, instance, value),
            None if spec.member => Err(vm.attribute_error("readonly attribute")),
            None => {
                let (name, owner) = (attribute.name.to_string_lossy().into_owned(), attribute.owner.display_name());
                Err(vm.attribute_error(format!("attribute '{name}' of '{owner}' objects is not writable")))
            }
        },
        AttributeKind::Slot { offset } => {
            let Some(header) = instance.header() else { return Ok(()) };
            // SAFETY: as in `attribute_get`.
            let slot = unsafe { instance::word_at(header, offset as usize) };
            if value.is_null() && slot.get().is_null() {
                let name = attribute.name.to_string_lossy().into_owned();
                return Err(vm.attribute_error(name));
            }
            slot.set(value);
            Ok(())
        }
    }
}

const ATTRIBUTE_SLOTS: Slots = Slots {
    repr: Some(descriptor_repr),
    descr_get: Some(attribute_get),
    descr_set: Some(attribute_set),
    ..Slots::NONE
};

/// `getset_descriptor`.
pub static GETSET_DESCRIPTOR_TYPE: TypeSpec = TypeSpec {
    slots: ATTRIBUTE_SLOTS,
    getset: DESCRIPTOR_GETSET,
    ..TypeSpec::new("getset_descriptor", LayoutKind::AttributeDescriptor)
};

/// `member_descriptor`.
pub static MEMBER_DESCRIPTOR_TYPE: TypeSpec = TypeSpec {
    slots: ATTRIBUTE_SLOTS,
    getset: DESCRIPTOR_GETSET,
    ..TypeSpec::new("member_descriptor", LayoutKind::AttributeDescriptor)
};

// ---- bound slots ----

fn wrapper_parts(value: Value) -> Option<(Gc<MethodDescriptor>, Value)> {
    let bound = value.cast::<BoundMethod>()?;
    Some((bound.function.get().cast::<MethodDescriptor>()?, bound.receiver.get()))
}

fn wrapper_call(vm: &mut Vm, callable: Value, args: Args<'_>) -> PyResult {
    match wrapper_parts(callable) {
        Some((descriptor, receiver)) => match descriptor.kind {
            MethodKind::Slot(definition, function) => call_wrapper(vm, definition, function, receiver, args),
            MethodKind::Method(spec) | MethodKind::ClassMethod(spec) => call_spec(vm, callable, spec, receiver, args),
        },
        None => Ok(Value::NONE),
    }
}

fn wrapper_repr(vm: &mut Vm, value: Value) -> PyResult {
    let Some((descriptor, receiver)) = wrapper_parts(value) else { return Ok(Value::NONE) };
    let address = receiver.heap_address().unwrap_or(receiver.bits() as usize);
    let (name, ty) = (descriptor.name.to_string_lossy().into_owned(), vm.type_name(receiver));
    Ok(vm.new_str(&format!("<method-wrapper '{name}' of {ty} object at {address:#x}>")).into())
}

fn wrapper_name(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(wrapper_parts(value).map_or(Value::NONE, |(d, _)| d.name.into()))
}

fn wrapper_qualname(vm: &mut Vm, value: Value) -> PyResult {
    match wrapper_parts(value) {
        Some((descriptor, _)) => descriptor_qualname(vm, descriptor.into()),
        None => Ok(Value::NONE),
    }
}

fn wrapper_owner(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(wrapper_parts(value).map_or(Value::NONE, |(d, _)| d.owner.into()))
}

fn wrapper_self(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(wrapper_parts(value).map_or(Value::NONE, |(_, receiver)| receiver))
}

fn wrapper_compare(_vm: &mut Vm, a: Value, b: Value, op: crate::slots::CompareOp) -> PyResult {
    use crate::slots::CompareOp;
    let (Some((x, x_self)), Some((y, y_self))) = (wrapper_parts(a), wrapper_parts(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let equal = x == y && x_self.is(y_self);
    Ok(match op {
        CompareOp::Eq => Value::bool(equal),
        CompareOp::Ne => Value::bool(!equal),
        _ => Value::NOT_IMPLEMENTED,
    })
}

fn wrapper_hash(_vm: &mut Vm, value: Value) -> PyResult<i64> {
    Ok(wrapper_parts(value).map_or(0, |(descriptor, receiver)| {
        crate::protocol::hash_pointer(descriptor.address()) ^ crate::protocol::hash_pointer(receiver.bits() as usize)
    }))
}

/// `method-wrapper`: a `wrapper_descriptor` bound to its receiver, laid out as a bound method.
pub static METHOD_WRAPPER_TYPE: TypeSpec = TypeSpec {
    slots: Slots {
        call: Some(wrapper_call),
        repr: Some(wrapper_repr),
        compare: Some(wrapper_compare),
        hash: Some(wrapper_hash),
        ..Slots::NONE
    },
    methods: &[crate::spec::method("__reduce__", wrapper_reduce, Convention::NoArgs)],
    getset: &[
        getter("__doc__", no_doc),
        getter("__name__", wrapper_name),
        getter("__qualname__", wrapper_qualname),
        getter("__objclass__", wrapper_owner),
        getter("__text_signature__", wrapper_signature),
        member("__self__", wrapper_self),
    ],
    ..TypeSpec::new("method-wrapper", LayoutKind::BoundMethod)
};
