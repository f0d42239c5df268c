//! How instances of classes are laid out, and which classes can be bases together.

use crate::Vm;
use crate::error::PyResult;
use crate::object::{Gc, LayoutKind, layout_size};
use crate::objects::dict::Dict;
use crate::objects::instance;
use crate::objects::module::Module;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::{DICT_AT_END, NO_DICT, Type, TypeFlags};
use crate::spec::{GetSetSpec, getset, getter};
use crate::value::Value;

/// Whether instances have a variable size in CPython (`tp_itemsize`): no slots, no inline values, no weak references.
pub(crate) fn has_item_size(layout: LayoutKind) -> bool {
    matches!(layout, LayoutKind::Int | LayoutKind::Tuple | LayoutKind::Bytes | LayoutKind::Type)
}

/// Whether instances have a payload of variable size behind the structure, so that their dict stands at the cell's end.
/// (Instances of subclasses of `str` and `bytes` share the payload of the object they were made from.)
pub(crate) fn has_tail(layout: LayoutKind) -> bool {
    matches!(layout, LayoutKind::Tuple)
}

/// The byte offset of the `__dict__` field of a native layout, for types whose spec says that they have one.
pub(crate) fn native_dict_offset(layout: LayoutKind) -> u32 {
    let offset = match layout {
        LayoutKind::Function => std::mem::offset_of!(crate::objects::function::Function, dict),
        LayoutKind::Module => std::mem::offset_of!(crate::objects::module::Module, dict),
        LayoutKind::Exception => std::mem::offset_of!(crate::objects::exception::Exception, dict),
        LayoutKind::MethodWrapper => std::mem::offset_of!(crate::objects::descriptors::MethodWrapper, dict),
        LayoutKind::Tuple => return DICT_AT_END,
        // `types.SimpleNamespace`: an instance whose class is native.
        LayoutKind::Instance => layout_size(LayoutKind::Instance),
        LayoutKind::Opaque => layout_size(LayoutKind::Opaque),
        _ => NO_DICT as usize,
    };
    offset as u32
}

/// Whether instances have a `__dict__` (types have theirs in the structure).
pub(crate) fn has_dict(ty: Gc<Type>) -> bool {
    ty.dict_offset.get() != NO_DICT || ty.layout() == LayoutKind::Type
}

/// Whether a class adds words to the instances of its base, other than `__dict__` and weak references.
fn adds_fields(ty: Gc<Type>, base: Gc<Type>) -> bool {
    ty.layout() != base.layout() || ty.fixed_size.get() != base.fixed_size.get()
}

/// The class in the chain of bases that last added words to instances.
pub fn solid_base(vm: &Vm, ty: Gc<Type>) -> Gc<Type> {
    let Some(base) = ty.base.get() else { return vm.types.object };
    if adds_fields(ty, base) { ty } else { solid_base(vm, base) }
}

/// The base whose instances the class's instances extend.
pub(crate) fn best_base(vm: &mut Vm, bases: Gc<Tuple>) -> PyResult<Gc<Type>> {
    let mut best: Option<(Gc<Type>, Gc<Type>)> = None;
    for index in 0..bases.len() {
        let Some(value) = bases.get(index) else { continue };
        let Some(base) = value.cast::<Type>() else { return Err(vm.type_error("bases must be types")) };
        if !base.is(TypeFlags::BASE) {
            let name = base.display_name();
            return Err(vm.type_error(format!("type '{name}' is not an acceptable base type")));
        }
        let candidate = solid_base(vm, base);
        match best {
            None => best = Some((base, candidate)),
            Some((_, winner)) if winner.is_subtype(candidate) => {}
            Some((_, winner)) if candidate.is_subtype(winner) => best = Some((base, candidate)),
            Some(_) => return Err(vm.type_error("multiple bases have instance lay-out conflict")),
        }
    }
    Ok(best.map_or(vm.types.object, |(base, _)| base))
}

/// Where instances of a new class have what.
pub(crate) struct ClassLayout {
    pub fixed_size: u32,
    pub dict_offset: u32,
    pub flags: TypeFlags,
}

/// Lays out a class with so many slots over its best base.
pub(crate) fn lay_out(base: Gc<Type>, slots: usize, add_dict: bool) -> ClassLayout {
    let inherited = base.flags.get() & (TypeFlags::MANAGED_DICT | TypeFlags::EXTRA_WORDS);
    let base_size = base.fixed_size.get();
    let fixed_size = base_size + 8 * slots as u32;
    let mut layout = ClassLayout { fixed_size, dict_offset: base.dict_offset.get(), flags: inherited };
    if slots > 0 {
        layout.flags |= TypeFlags::EXTRA_WORDS;
    }
    if add_dict {
        layout.flags |= TypeFlags::EXTRA_WORDS;
        if has_tail(base.layout()) {
            layout.dict_offset = DICT_AT_END;
        } else {
            layout.dict_offset = fixed_size;
            if !has_item_size(base.layout()) {
                layout.flags |= TypeFlags::MANAGED_DICT;
            }
        }
    } else if layout.dict_offset != NO_DICT && layout.dict_offset != DICT_AT_END && layout.dict_offset >= base_size {
        // The dict word stands behind all slots, those of this class included.
        layout.dict_offset = fixed_size;
    }
    layout
}

/// Refuses to give an object another class, or a class another base, of another layout.
pub(crate) fn check_compatible(vm: &mut Vm, old: Gc<Type>, new: Gc<Type>, attribute: &str) -> PyResult<()> {
    if frees_with_collector(old) != frees_with_collector(new) {
        let (old, new) = (old.display_name(), new.display_name());
        return Err(vm.type_error(format!("{attribute} assignment: '{new}' deallocator differs from '{old}'")));
    }
    let same = old.layout() == new.layout()
        && old.fixed_size.get() == new.fixed_size.get()
        && old.dict_offset.get() == new.dict_offset.get()
        && old.is(TypeFlags::MANAGED_DICT) == new.is(TypeFlags::MANAGED_DICT)
        // No words here, but one in CPython.
        && old.is(TypeFlags::WEAKREF) == new.is(TypeFlags::WEAKREF)
        && same_slots(vm, solid_base(vm, old), solid_base(vm, new))?;
    if same {
        return Ok(());
    }
    let (old, new) = (old.display_name(), new.display_name());
    Err(vm.type_error(format!("{attribute} assignment: '{new}' object layout differs from '{old}'")))
}

/// Whether CPython frees instances by the function for objects with references (`tp_free`): two types must agree in it.
fn frees_with_collector(ty: Gc<Type>) -> bool {
    use LayoutKind::{ByteArray, Bytes, Complex, Float, Instance, Int, Range, Str};
    ty.is_heap_type() || !matches!(ty.layout(), Instance | Int | Float | Complex | Str | Bytes | ByteArray | Range)
}

/// Whether two classes added the same slots to the same base.
fn same_slots(vm: &mut Vm, a: Gc<Type>, b: Gc<Type>) -> PyResult<bool> {
    if a == b {
        return Ok(true);
    }
    let (Some(base_a), Some(base_b)) = (a.base.get(), b.base.get()) else { return Ok(false) };
    if solid_base(vm, base_a) != solid_base(vm, base_b) {
        return Ok(false);
    }
    let name = vm.names.__slots__;
    let slots = |vm: &mut Vm, ty: Gc<Type>| -> PyResult<Vec<String>> {
        let mut names = Vec::new();
        if let Some(slots) = ty.dict.get().get_str(name) {
            if let Some(one) = slots.cast::<crate::objects::string::Str>() {
                names.push(one.to_string_lossy().into_owned());
            } else {
                vm.for_each(slots, |_, item| {
                    names.extend(item.cast::<crate::objects::string::Str>().map(|s| s.to_string_lossy().into_owned()));
                    Ok(())
                })?;
            }
        }
        names.sort();
        Ok(names)
    };
    Ok(slots(vm, a)? == slots(vm, b)?)
}

/// The attribute `__dict__` of instances.
pub const fn dict_getset() -> GetSetSpec {
    getset("__dict__", get_dict, set_dict)
}

fn get_dict(vm: &mut Vm, object: Value) -> PyResult {
    // A metaclass that derives from a class with a dict as well as from `type`.
    if object.cast::<Type>().is_some() {
        return crate::objects::typeobj::type_type::get_dict(vm, object);
    }
    match object.header().and_then(|header| instance::make_dict(vm, header)) {
        Some(dict) => Ok(dict.into()),
        None => Err(vm.attribute_error("This object has no __dict__")),
    }
}

fn set_dict(vm: &mut Vm, object: Value, value: Value) -> PyResult<()> {
    if object.cast::<Type>().is_some() {
        return Err(vm.attribute_error("attribute '__dict__' of 'type' objects is not writable"));
    }
    // Where a native base has the dict, its own rules count.
    if object.cast::<Module>().is_some() {
        return Err(vm.attribute_error("readonly attribute"));
    }
    let mut native = vm.type_of(object);
    while let Some(base) = native.base.get().filter(|_| native.is_heap_type()) {
        native = base;
    }
    if value.is_null() && has_dict(native) {
        return Err(vm.type_error("cannot delete __dict__"));
    }
    let dict = value.cast::<Dict>();
    if !value.is_null() && dict.is_none() {
        let given = vm.type_name(value);
        return Err(vm.type_error(format!("__dict__ must be set to a dictionary, not a '{given}'")));
    }
    match object.header() {
        Some(header) if instance::replace_dict(vm, header, dict) => Ok(()),
        _ => Err(vm.attribute_error("This object has no __dict__")),
    }
}

/// The attribute `__weakref__` of instances.
pub const fn weakref_getset() -> GetSetSpec {
    getter("__weakref__", get_weakref)
}

fn get_weakref(vm: &mut Vm, object: Value) -> PyResult {
    // Weak references are not kept in the object; the heap knows them.
    Ok(vm.heap.weak_references(object).first().map_or(Value::NONE, |weak| (*weak).into()))
}
