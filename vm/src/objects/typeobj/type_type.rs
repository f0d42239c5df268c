//! The type `type`: what programs see of types.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::heap::Root;
use crate::object::{Gc, Header, LayoutKind};
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::slot_update::set_all_slots;
use crate::objects::string::Str;
use crate::objects::string_methods::encode::encode;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::attributes::{module_of, type_getattr, type_setattr};
use crate::objects::typeobj::class::type_new;
use crate::objects::typeobj::instances::type_call;
use crate::objects::typeobj::layout::{best_base, check_compatible};
use crate::objects::typeobj::mro::{add_to_bases, for_each_subclass, linearize, remove_from_bases, set_mro};
use crate::objects::typeobj::{DICT_AT_END, MappingProxy, NO_DICT, Type, TypeFlags};
use crate::slots::{BinaryOp, Slots};
use crate::spec::{Convention, PatternKind, TypeSpec, class_method, getset, getter, member, method};
use crate::value::Value;

fn class_of(value: Value, vm: &Vm) -> Gc<Type> {
    value.cast::<Type>().unwrap_or(vm.types.object)
}

fn type_init(vm: &mut Vm, _value: Value, args: Args<'_>) -> PyResult<()> {
    let given = args.len();
    if given == 1 && args.keyword_count() != 0 {
        return Err(vm.type_error("type.__init__() takes no keyword arguments"));
    }
    if given != 1 && given != 3 {
        return Err(vm.type_error("type.__init__() takes 1 or 3 arguments"));
    }
    Ok(())
}

fn type_repr(vm: &mut Vm, value: Value) -> PyResult {
    let class = class_of(value, vm);
    let name = crate::objects::typeobj::full_name(vm, class);
    Ok(vm.new_str(&format!("<class '{name}'>")).into())
}

fn type_or(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    crate::objects::genericalias::union_or(vm, left, right)
}

fn get_name(vm: &mut Vm, value: Value) -> PyResult {
    Ok(class_of(value, vm).name.get().into())
}

/// Whether one of the special attributes of a class may be set.
fn check_settable(vm: &mut Vm, class: Gc<Type>, value: Value, name: &str) -> PyResult<()> {
    let verb = if class.is(TypeFlags::IMMUTABLE) {
        "set"
    } else if value.is_null() {
        "delete"
    } else {
        return Ok(());
    };
    let class = class.display_name();
    Err(vm.type_error(format!("cannot {verb} '{name}' attribute of immutable type '{class}'")))
}

fn set_name(vm: &mut Vm, value: Value, name: Value) -> PyResult<()> {
    let class = class_of(value, vm);
    check_settable(vm, class, name, "__name__")?;
    let Some(text) = name.cast::<Str>() else {
        let (class, given) = (class.display_name(), vm.type_name(name));
        return Err(vm.type_error(format!("can only assign string to {class}.__name__, not '{given}'")));
    };
    encode(vm, text, "utf-8", "strict")?;
    if text.to_string_lossy().contains('\0') {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    class.name.set(text);
    Ok(())
}

fn get_qualname(vm: &mut Vm, value: Value) -> PyResult {
    Ok(class_of(value, vm).qualname.get().into())
}

fn set_qualname(vm: &mut Vm, value: Value, name: Value) -> PyResult<()> {
    let class = class_of(value, vm);
    check_settable(vm, class, name, "__qualname__")?;
    let Some(text) = name.cast::<Str>() else {
        let (class, given) = (class.display_name(), vm.type_name(name));
        return Err(vm.type_error(format!("can only assign string to {class}.__qualname__, not '{given}'")));
    };
    class.qualname.set(text);
    Ok(())
}

fn get_bases(vm: &mut Vm, value: Value) -> PyResult {
    Ok(class_of(value, vm).bases.get().into())
}

fn set_bases(vm: &mut Vm, value: Value, bases: Value) -> PyResult<()> {
    let class = class_of(value, vm);
    check_settable(vm, class, bases, "__bases__")?;
    let name = class.display_name();
    let Some(new_bases) = bases.cast::<Tuple>() else {
        let given = vm.type_name(bases);
        return Err(vm.type_error(format!("can only assign tuple to {name}.__bases__, not {given}")));
    };
    if new_bases.is_empty() {
        return Err(vm.type_error(format!("can only assign non-empty tuple to {name}.__bases__, not ()")));
    }
    for index in 0..new_bases.len() {
        let Some(item) = new_bases.get(index) else { continue };
        let Some(base) = item.cast::<Type>() else {
            let given = vm.type_name(item);
            return Err(vm.type_error(format!("{name}.__bases__ must be tuple of classes, not '{given}'")));
        };
        if base.is_subtype(class) || derives_by_base(base, class) {
            return Err(vm.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let new_base = best_base(vm, new_bases)?;
    if let Some(old_base) = class.base.get() {
        check_compatible(vm, old_base, new_base, "__bases__")?;
    }
    let (old_base, old_bases) = (class.base.get(), class.bases.get());
    class.base.set(Some(new_base));
    class.bases.set(new_bases);
    let mut changed = Vec::new();
    if let Err(raise) = set_mro_below(vm, class, &mut changed) {
        // Whoever set bases meanwhile has newer ones, which stay.
        for change in changed.into_iter().rev() {
            if change.class.mro.get() == change.new {
                change.class.mro.set(change.old.get());
                vm.type_modified(change.class);
            }
        }
        if class.bases.get() == new_bases {
            class.base.set(old_base);
            class.bases.set(old_bases);
        }
        return Err(raise);
    }
    if class.bases.get() == new_bases {
        remove_from_bases(class, old_bases);
        add_to_bases(vm, class, new_bases);
        set_slots_below(vm, class);
    }
    Ok(())
}

/// Whether a class derives from another by the chain of first bases, which is set before the MRO is.
fn derives_by_base(mut class: Gc<Type>, other: Gc<Type>) -> bool {
    loop {
        if class == other {
            return true;
        }
        match class.base.get() {
            Some(base) => class = base,
            None => return false,
        }
    }
}

/// A class whose MRO was computed again.
struct MroChange {
    class: Gc<Type>,
    /// What it was, to be undone; on the Rust heap, where the collector does not look, a handle keeps it alive.
    old: Root<Tuple>,
    new: Gc<Tuple>,
}

/// Computes the MRO of a class and all its subclasses again.
fn set_mro_below(vm: &mut Vm, class: Gc<Type>, changed: &mut Vec<MroChange>) -> PyResult<()> {
    vm.check_native_stack(" while computing the MRO of a subclass")?;
    let old = vm.heap.root(class.mro.get());
    if !set_mro(vm, class)? {
        return Ok(());
    }
    changed.push(MroChange { class, old, new: class.mro.get() });
    let subclasses = subclass_list(vm, class);
    for index in 0..subclasses.len() {
        if let Some(subclass) = subclasses.get(index).and_then(|s| s.cast::<Type>()) {
            set_mro_below(vm, subclass, changed)?;
        }
    }
    Ok(())
}

fn set_slots_below(vm: &mut Vm, class: Gc<Type>) {
    vm.type_modified(class);
    set_all_slots(vm, class);
    for_each_subclass(class, |subclass| set_slots_below(vm, subclass));
}

fn get_base(vm: &mut Vm, value: Value) -> PyResult {
    Ok(class_of(value, vm).base.get().map_or(Value::NONE, Value::from_gc))
}

fn get_mro(vm: &mut Vm, value: Value) -> PyResult {
    let mro = class_of(value, vm).mro.get();
    Ok(if mro.is_empty() { Value::NONE } else { mro.into() })
}

fn get_module(vm: &mut Vm, value: Value) -> PyResult {
    let class = class_of(value, vm);
    match module_of(vm, class) {
        Some(module) => Ok(module),
        None => Err(vm.attribute_error("__module__")),
    }
}

fn set_module(vm: &mut Vm, value: Value, module: Value) -> PyResult<()> {
    let class = class_of(value, vm);
    check_settable(vm, class, module, "__module__")?;
    vm.type_modified(class);
    let name = vm.names.__module__;
    class.dict.get().set_str(vm, name, module);
    Ok(())
}

fn get_abstract_methods(vm: &mut Vm, value: Value) -> PyResult {
    let class = class_of(value, vm);
    let name = vm.names.__abstractmethods__;
    let found = if class == vm.types.type_ { None } else { class.dict.get().get_str(name) };
    match found {
        Some(methods) => Ok(methods),
        None => Err(vm.attribute_error("__abstractmethods__")),
    }
}

fn set_abstract_methods(vm: &mut Vm, value: Value, methods: Value) -> PyResult<()> {
    let class = class_of(value, vm);
    let name = vm.names.__abstractmethods__;
    let mut abstract_ = false;
    if methods.is_null() {
        if !class.dict.get().del_str(name) {
            return Err(vm.attribute_error("__abstractmethods__"));
        }
    } else {
        abstract_ = vm.is_true(methods)?;
        class.dict.get().set_str(vm, name, methods);
    }
    vm.type_modified(class);
    class.set_flag(TypeFlags::ABSTRACT, abstract_);
    Ok(())
}

pub(super) fn get_dict(vm: &mut Vm, value: Value) -> PyResult {
    let class = class_of(value, vm);
    let header = Header::new(vm.types.mappingproxy);
    Ok(vm.heap.allocate(MappingProxy::new(header, class.dict.get().into())).into())
}

fn get_doc(vm: &mut Vm, value: Value) -> PyResult {
    let class = class_of(value, vm);
    let name = vm.names.__doc__;
    let Some(doc) = class.dict.get().get_str(name) else { return Ok(Value::NONE) };
    // `type` and others have `__doc__` as an attribute of their instances.
    match vm.type_of(doc).slots().descr_get {
        Some(_) if !class.is_heap_type() => Ok(Value::NONE),
        Some(get) => get(vm, doc, Value::NULL, value),
        None => Ok(doc),
    }
}

fn set_doc(vm: &mut Vm, value: Value, doc: Value) -> PyResult<()> {
    let class = class_of(value, vm);
    check_settable(vm, class, doc, "__doc__")?;
    vm.type_modified(class);
    let name = vm.names.__doc__;
    class.dict.get().set_str(vm, name, doc);
    Ok(())
}

fn get_text_signature(vm: &mut Vm, value: Value) -> PyResult {
    let class = class_of(value, vm);
    Ok(vm.signature_of_type(class).unwrap_or(Value::NONE))
}

fn get_annotations(vm: &mut Vm, value: Value) -> PyResult {
    let class = class_of(value, vm);
    if !class.is_heap_type() {
        let name = class.display_name();
        return Err(vm.attribute_error(format!("type object '{name}' has no attribute '__annotations__'")));
    }
    let name = vm.names.__annotations__;
    if let Some(annotations) = class.dict.get().get_str(name) {
        return match vm.type_of(annotations).slots().descr_get {
            Some(get) => get(vm, annotations, Value::NULL, value),
            None => Ok(annotations),
        };
    }
    let annotations = vm.new_dict();
    class.dict.get().set_str(vm, name, annotations.into());
    vm.type_modified(class);
    Ok(annotations.into())
}

fn set_annotations(vm: &mut Vm, value: Value, annotations: Value) -> PyResult<()> {
    let class = class_of(value, vm);
    if class.is(TypeFlags::IMMUTABLE) {
        let name = class.display_name();
        return Err(vm.type_error(format!("cannot set '__annotations__' attribute of immutable type '{name}'")));
    }
    let name = vm.names.__annotations__;
    if annotations.is_null() {
        if !class.dict.get().del_str(name) {
            return Err(vm.attribute_error("__annotations__"));
        }
    } else {
        class.dict.get().set_str(vm, name, annotations);
    }
    vm.type_modified(class);
    Ok(())
}

fn get_basicsize(vm: &mut Vm, value: Value) -> PyResult {
    Ok(Value::small_int(class_of(value, vm).fixed_size.get() as i64))
}

/// What CPython's structures of variable size have per item.
fn get_itemsize(vm: &mut Vm, value: Value) -> PyResult {
    Ok(Value::small_int(match class_of(value, vm).layout() {
        LayoutKind::Bytes => 1,
        LayoutKind::Code => 2,
        LayoutKind::Int => 4,
        LayoutKind::Tuple => 8,
        LayoutKind::Type => 40,
        _ => 0,
    }))
}

fn get_weakref_offset(vm: &mut Vm, value: Value) -> PyResult {
    let class = class_of(value, vm);
    Ok(Value::small_int(if class.is(TypeFlags::WEAKREF) { class.fixed_size.get() as i64 } else { 0 }))
}

fn get_dict_offset(vm: &mut Vm, value: Value) -> PyResult {
    Ok(Value::small_int(match class_of(value, vm).dict_offset.get() {
        NO_DICT => 0,
        DICT_AT_END => -8,
        offset => offset as i64,
    }))
}

/// CPython's `tp_flags`, as far as programs look at them.
fn get_flags(vm: &mut Vm, value: Value) -> PyResult {
    let class = class_of(value, vm);
    let mut flags = 1i64 << 12;
    let mut set = |bit: u32, on: bool| flags |= i64::from(on) << bit;
    set(4, class.is(TypeFlags::MANAGED_DICT));
    let pattern = class.pattern.get();
    set(5, pattern.collection() == Some(PatternKind::Sequence));
    set(6, pattern.collection() == Some(PatternKind::Mapping));
    set(8, class.is(TypeFlags::IMMUTABLE));
    set(9, class.is_heap_type());
    set(10, class.is(TypeFlags::BASE));
    set(14, true);
    set(17, class.is(TypeFlags::METHOD_DESCRIPTOR));
    set(19, class.version.get() != 0);
    set(20, class.is(TypeFlags::ABSTRACT));
    set(22, pattern.matches_self());
    set(24, class.is_subtype(vm.types.int));
    set(25, class.is_subtype(vm.types.list));
    set(26, class.is_subtype(vm.types.tuple));
    set(27, class.is_subtype(vm.types.bytes));
    set(28, class.is_subtype(vm.types.str));
    set(29, class.is_subtype(vm.types.dict));
    set(30, class.is(TypeFlags::EXCEPTION));
    set(31, class.is(TypeFlags::TYPE_SUBCLASS));
    Ok(Value::small_int(flags))
}

fn mro_method(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    let class = class_of(value, vm);
    let types: Vec<Value> = linearize(vm, class)?.into_iter().map(Value::from_gc).collect();
    Ok(vm.new_list(&types).into())
}

fn subclasses(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    let class = class_of(value, vm);
    Ok(subclass_list(vm, class).into())
}

/// The direct subclasses, in a list of their own.
fn subclass_list(vm: &mut Vm, class: Gc<Type>) -> Gc<List> {
    let list = vm.new_list(&[]);
    if let Some(all) = class.subclasses.get().cast::<List>() {
        let mut index = 0;
        while let Some(subclass) = all.get(index) {
            list.push(vm, subclass);
            index += 1;
        }
    }
    list
}

fn prepare(vm: &mut Vm, _value: Value, _args: Args<'_>) -> PyResult {
    Ok(vm.new_dict().into())
}

fn instance_check(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    vm.is_instance_plainly(args.values()[0], value).map(Value::bool)
}

fn subclass_check(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    vm.is_subclass_plainly(args.values()[0], value).map(Value::bool)
}

fn dir(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    let merged = vm.new_dict();
    merge_class_dict(vm, merged, value)?;
    Ok(keys_list(vm, merged).into())
}

fn sizeof(vm: &mut Vm, _value: Value, _args: Args<'_>) -> PyResult {
    Ok(vm.int(size_of::<Type>() as i64))
}

/// Adds the names that a class and its bases define.
pub(crate) fn merge_class_dict(vm: &mut Vm, into: Gc<Dict>, class: Value) -> PyResult<()> {
    let name = vm.names.__dict__;
    if let Some(dict) = vm.lookup_attr(class, name)? {
        let dict = match dict.cast::<MappingProxy>() {
            Some(proxy) => proxy.mapping.get(),
            None => dict,
        };
        if let Some(dict) = dict.cast::<Dict>() {
            let mut position = 0;
            while let Some(entry) = dict.entry(position) {
                position += 1;
                if let Some((key, value)) = entry {
                    into.set_item(vm, key, value)?;
                }
            }
        }
    }
    let name = vm.names.__bases__;
    if let Some(bases) = vm.lookup_attr(class, name)? {
        vm.for_each(bases, |vm, base| merge_class_dict(vm, into, base))?;
    }
    Ok(())
}

/// The keys of a dict as a list.
pub(crate) fn keys_list(vm: &mut Vm, dict: Gc<Dict>) -> Gc<List> {
    let list = vm.new_list(&[]);
    let mut position = 0;
    while let Some(entry) = dict.entry(position) {
        position += 1;
        if let Some((key, _)) = entry {
            list.push(vm, key);
        }
    }
    list
}

/// `type`.
pub static TYPE_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    vectorcall: true,
    slots: Slots {
        call: Some(type_call),
        getattro: Some(type_getattr),
        setattro: Some(type_setattr),
        repr: Some(type_repr),
        init: Some(type_init),
        new: Some(type_new),
        ..Slots::NONE
    }
    .with_binary(BinaryOp::Or, type_or),
    methods: &[
        method("mro", mro_method, Convention::NoArgs),
        method("__subclasses__", subclasses, Convention::NoArgs),
        class_method("__prepare__", prepare, Convention::FastKeywords),
        method("__instancecheck__", instance_check, Convention::O),
        method("__subclasscheck__", subclass_check, Convention::O),
        method("__dir__", dir, Convention::NoArgs),
        method("__sizeof__", sizeof, Convention::NoArgs),
    ],
    getset: &[
        member("__basicsize__", get_basicsize),
        member("__itemsize__", get_itemsize),
        member("__flags__", get_flags),
        member("__weakrefoffset__", get_weakref_offset),
        member("__base__", get_base),
        member("__dictoffset__", get_dict_offset),
        member("__mro__", get_mro),
        getset("__name__", get_name, set_name),
        getset("__qualname__", get_qualname, set_qualname),
        getset("__bases__", get_bases, set_bases),
        getset("__module__", get_module, set_module),
        getset("__abstractmethods__", get_abstract_methods, set_abstract_methods),
        getter("__dict__", get_dict),
        getset("__doc__", get_doc, set_doc),
        getter("__text_signature__", get_text_signature),
        getset("__annotations__", get_annotations, set_annotations),
    ],
    ..TypeSpec::new("type", LayoutKind::Type)
};
