//! Types from their specs.

#![expect(unsafe_code, reason = "types are allocated before what they consist of")]

use crate::Vm;
use crate::object::{Gc, Header, LayoutKind, layout_size};
use crate::objects::native::{AttributeKind, MethodKind, NEW_WRAPPER};
use crate::objects::slot_update::inherit_slots;
use crate::objects::slotdefs::{SLOT_DEFS, SlotId, Wrapper, read_slot};
use crate::objects::typeobj::layout::native_dict_offset;
use crate::objects::typeobj::mro::add_to_bases;
use crate::objects::typeobj::{NO_DICT, Type, TypeFlags, TypeParts};
use crate::protocol::hash_not_implemented;
use crate::slots::{HashFn, Slots};
use crate::spec::{Binding, PatternKind, TypeSpec};
use crate::value::Value;

/// Puts a type on the heap, without anything that needs other types: [`fill_type`] must follow.
pub(crate) fn allocate_type(vm: &mut Vm, spec: &'static TypeSpec) -> Gc<Type> {
    fn dangling<T>() -> Gc<T> {
        // SAFETY: replaced by `fill_type` before anything follows it; no collection runs while the VM starts.
        unsafe { Gc::from_raw(std::ptr::dangling_mut()) }
    }
    let mut flags = TypeFlags::IMMUTABLE;
    flags.set(TypeFlags::BASE, spec.subclassable);
    flags.set(TypeFlags::VECTORCALL, spec.vectorcall);
    flags.set(TypeFlags::EXCEPTION, spec.layout == LayoutKind::Exception);
    flags.set(TypeFlags::TYPE_SUBCLASS, spec.layout == LayoutKind::Type);
    flags.set(TypeFlags::WEAKREF, spec.weak || is_weakly_referenced(spec.layout));
    let parts = TypeParts {
        layout: spec.layout,
        flags,
        pattern: spec.pattern,
        fixed_size: layout_size(spec.layout) as u32 + spec.words * size_of::<Value>() as u32,
        dict_offset: if spec.has_dict { native_dict_offset(spec.layout) } else { NO_DICT },
        name: dangling(),
        qualname: dangling(),
        dict: dangling(),
        base: None,
        bases: dangling(),
        mro: dangling(),
    };
    // The metatype's address is set in the second round.
    let ty = vm.heap.allocate(Type::new(Header::new(vm.types.type_), parts));
    ty.update_slots(|slots| *slots = spec.slots);
    if spec.has_dict && matches!(spec.layout, LayoutKind::Instance | LayoutKind::Opaque | LayoutKind::Tuple) {
        ty.set_flag(TypeFlags::EXTRA_WORDS, true);
    }
    if spec.words > 0 {
        ty.set_flag(TypeFlags::EXTRA_WORDS, true);
    }
    ty
}

/// Layouts whose objects have a list of weak references in CPython.
fn is_weakly_referenced(layout: LayoutKind) -> bool {
    matches!(
        layout,
        LayoutKind::Type
            | LayoutKind::Set
            | LayoutKind::Function
            | LayoutKind::Generator
            | LayoutKind::Code
            | LayoutKind::Module
            | LayoutKind::BoundMethod
            | LayoutKind::NativeFunction
    )
}

/// Makes an additional native type while the VM runs, for native modules.
pub fn new_native_type(vm: &mut Vm, spec: &'static TypeSpec, base: Gc<Type>) -> Gc<Type> {
    // The name and so on must be there before anything else is allocated: a collection looks at them.
    let (empty, dict, tuple) = (vm.intern(""), vm.types.object.dict.get(), vm.types.object.bases.get());
    let ty = allocate_type(vm, spec);
    ty.name.set(empty);
    ty.qualname.set(empty);
    ty.dict.set(dict);
    ty.bases.set(tuple);
    ty.mro.set(tuple);
    fill_type(vm, ty, spec, Some(base));
    ty
}

impl Vm {
    /// The native type of a spec, made when it is asked for first: for types that functions of native modules make instances of.
    pub fn native_type(&mut self, spec: &'static TypeSpec, base: Gc<Type>) -> Gc<Type> {
        let key = std::ptr::from_ref(spec).addr();
        if let Some(ty) = self.native_types.get(&key) {
            return *ty;
        }
        let ty = new_native_type(self, spec, base);
        self.native_types.insert(key, ty);
        ty
    }
}

impl Vm {
    /// Makes a native type derive from another one, which was made later. It keeps what it defines itself.
    pub fn derive_native_type(&mut self, ty: Gc<Type>, base: Gc<Type>) {
        self.type_modified(ty);
        let bases = self.new_tuple(&[base.into()]);
        let mut mro = self.heap.temp_vec();
        mro.push(ty.into());
        mro.extend_from_slice(base.mro.get().items());
        let mro = self.new_tuple(&mro);
        ty.base.set(Some(base));
        ty.bases.set(bases);
        ty.mro.set(mro);
        add_to_bases(self, ty, bases);
    }
}

/// Gives a type its name, bases, attributes and inherited slots.
pub(crate) fn fill_type(vm: &mut Vm, ty: Gc<Type>, spec: &'static TypeSpec, base: Option<Gc<Type>>) {
    let name = vm.intern(spec.name);
    ty.name.set(name);
    ty.qualname.set(name);
    let dict = vm.new_dict();
    ty.dict.set(dict);
    if spec.module != "builtins" {
        let module = vm.intern(spec.module);
        ty.native_module.set(module.into());
    }
    ty.base.set(base);
    let bases: &[Value] = match base {
        Some(base) => &[base.into()],
        None => &[],
    };
    let bases = vm.new_tuple(bases);
    ty.bases.set(bases);
    let mut mro = vm.heap.temp_vec();
    mro.push(ty.into());
    if let Some(base) = base {
        mro.extend_from_slice(base.mro.get().items());
    }
    let mro = vm.new_tuple(&mro);
    ty.mro.set(mro);

    add_new(vm, ty, spec);
    add_slot_methods(vm, ty, &spec.slots);
    add_methods(vm, ty, spec);
    let doc = vm.names.__doc__;
    if ty.dict.get().get_str(doc).is_none() {
        let text = match spec.doc {
            Some(text) => vm.new_str(text).into(),
            None => Value::NONE,
        };
        ty.dict.get().set_str(vm, doc, text);
    }

    if let Some(base) = base {
        inherit_from(vm, ty, spec, base);
        add_to_bases(vm, ty, bases);
    }
    let binds = [vm.types.function, vm.types.method_descriptor, vm.types.wrapper_descriptor].contains(&ty);
    ty.set_flag(TypeFlags::METHOD_DESCRIPTOR, binds);
}

fn inherit_from(vm: &mut Vm, ty: Gc<Type>, spec: &'static TypeSpec, base: Gc<Type>) {
    inherit_slots(ty, base);
    if ty.slots().hash.is_none() {
        let name = vm.names.__hash__;
        ty.update_slots(|slots| slots.hash = Some(hash_not_implemented));
        if ty.dict.get().get_str(name).is_none() {
            ty.dict.get().set_str(vm, name, Value::NONE);
        }
    }
    if spec.pattern == PatternKind::None {
        ty.pattern.set(base.pattern.get());
    }
    if ty.dict_offset.get() == NO_DICT {
        ty.dict_offset.set(base.dict_offset.get());
    }
    let inherited = base.flags.get() & (TypeFlags::EXCEPTION | TypeFlags::EXTRA_WORDS | TypeFlags::WEAKREF);
    ty.flags.set(ty.flags.get() | inherited);
}

fn add_new(vm: &mut Vm, ty: Gc<Type>, spec: &'static TypeSpec) {
    if spec.slots.new.is_some() {
        let function = vm.new_native_function(&NEW_WRAPPER, ty.into(), Value::NULL);
        let name = vm.names.__new__;
        ty.dict.get().set_str(vm, name, function);
    }
}

fn add_slot_methods(vm: &mut Vm, ty: Gc<Type>, slots: &Slots) {
    let dict = ty.dict.get();
    for definition in SLOT_DEFS {
        let Some(function) = read_slot(slots, definition.slot) else { continue };
        if definition.wrapper == Wrapper::None {
            continue;
        }
        let name = vm.intern(definition.name);
        if dict.get_str(name).is_some() {
            continue;
        }
        let unhashable = definition.slot == SlotId::Hash
            && slots.hash.is_some_and(|h| std::ptr::fn_addr_eq(h, hash_not_implemented as HashFn));
        let method = if unhashable {
            Value::NONE
        } else {
            vm.new_method_descriptor(ty, name, MethodKind::Slot(definition, function))
        };
        dict.set_str(vm, name, method);
    }
}

fn add_methods(vm: &mut Vm, ty: Gc<Type>, spec: &'static TypeSpec) {
    let dict = ty.dict.get();
    for method in spec.methods {
        let name = vm.intern(method.name);
        if method.binding != Binding::Coexist && dict.get_str(name).is_some() {
            continue;
        }
        let value = match method.binding {
            Binding::Instance | Binding::Coexist => vm.new_method_descriptor(ty, name, MethodKind::Method(method)),
            Binding::Class => vm.new_method_descriptor(ty, name, MethodKind::ClassMethod(method)),
            Binding::Static => {
                let function = vm.new_native_function(method, ty.into(), Value::NULL);
                let header = Header::new(vm.types.staticmethod);
                vm.heap.allocate(crate::objects::descriptors::MethodWrapper::new(header, function)).into()
            }
        };
        dict.set_str(vm, name, value);
    }
    for attribute in spec.getset {
        let name = vm.intern(attribute.name);
        if dict.get_str(name).is_none() {
            let value = vm.new_attribute_descriptor(ty, name, AttributeKind::GetSet(attribute));
            dict.set_str(vm, name, value);
        }
    }
}
