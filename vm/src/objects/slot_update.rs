//! Which function stands in a slot: inheritance for native types, and for classes what the special methods in their MRO
//! ask for, at creation and whenever one of them changes.

use std::ops::Range;

use crate::Vm;
use crate::object::Gc;
use crate::objects::function::Function;
use crate::objects::native::{MethodDescriptor, MethodKind, NativeFunction};
use crate::objects::slot_functions::{python_function, slot_new};
use crate::objects::slotdefs::{SLOT_DEFS, SlotDef, SlotId, read_slot, write_slot};
use crate::objects::string::Str;
use crate::objects::typeobj::for_each_subclass;
use crate::objects::typeobj::{Type, TypeFlags};
use crate::protocol::hash_not_implemented;
use crate::slots::Slots;
use crate::spec::Binding;
use crate::value::Value;

/// Fills the empty slots of a native type from its base.
pub(crate) fn inherit_slots(ty: Gc<Type>, base: Gc<Type>) {
    let from = *base.slots();
    ty.update_slots(|slots| {
        // Equality and hash belong together: a type that states one inherits neither.
        if slots.compare.is_none() && slots.hash.is_none() {
            slots.compare = from.compare;
            slots.hash = from.hash;
        }
        for definition in SLOT_DEFS {
            if !matches!(definition.slot, SlotId::Compare | SlotId::Hash) && read_slot(slots, definition.slot).is_none()
            {
                write_slot(slots, definition.slot, read_slot(&from, definition.slot));
            }
        }
        // `object` makes instances of classes only; other bases make instances of what derives from them.
        if slots.new.is_none() && base.base.get().is_some() {
            slots.new = from.new;
        }
    });
}

/// Sets all slots of a new class.
pub(crate) fn set_all_slots(vm: &mut Vm, ty: Gc<Type>) {
    let mut slots = Slots::NONE;
    slots.new = ty.base.get().and_then(|base| base.slots().new);
    ty.update_slots(|s| *s = slots);
    let mut start = 0;
    while start < SLOT_DEFS.len() {
        let end = group_end(start);
        update_slot(vm, ty, start..end);
        start = end;
    }
}

/// Where the methods end that share the slot of the one at `start`.
fn group_end(start: usize) -> usize {
    let slot = SLOT_DEFS[start].slot;
    start + SLOT_DEFS[start..].iter().take_while(|d| d.slot == slot).count()
}

/// Sets the slots that a special method of this name belongs to, in a class and the subclasses that do not define it
/// themselves.
pub(crate) fn update_slots_named(vm: &mut Vm, ty: Gc<Type>, name: Gc<Str>) {
    let mut start = 0;
    while start < SLOT_DEFS.len() {
        let end = group_end(start);
        if vm.names.slot_methods[start..end].contains(&name) {
            update_recursively(vm, ty, name, start..end);
        }
        start = end;
    }
}

fn update_recursively(vm: &mut Vm, ty: Gc<Type>, name: Gc<Str>, group: Range<usize>) {
    update_slot(vm, ty, group.clone());
    for_each_subclass(ty, |subclass| {
        if subclass.dict.get().get_str(name).is_none() {
            update_recursively(vm, subclass, name, group.clone());
        }
    });
}

/// Decides one slot of a class from the methods that belong to it (`update_one_slot`).
fn update_slot(vm: &mut Vm, ty: Gc<Type>, group: Range<usize>) {
    let slot = SLOT_DEFS[group.start].slot;
    match slot {
        SlotId::New => return update_new(vm, ty),
        SlotId::Finalizer => {
            let name = vm.names.__del__;
            let found = vm.lookup_uncached(ty, name).is_some();
            ty.set_flag(TypeFlags::FINALIZER, found);
            return;
        }
        SlotId::Init => update_init_function(vm, ty),
        _ => {}
    }
    let mut specific = None;
    let mut owner: Option<Gc<Type>> = None;
    let mut use_python = false;
    let mut has_getattr = false;
    for index in group {
        let (definition, name) = (&SLOT_DEFS[index], vm.names.slot_methods[index]);
        let Some(found) = vm.lookup_uncached(ty, name) else {
            continue;
        };
        if slot == SlotId::Hash && found.is_none() {
            ty.update_slots(|slots| slots.hash = Some(hash_not_implemented));
            return;
        }
        has_getattr |= definition.name == "__getattr__";
        match native_slot(ty, found, definition) {
            // A method of the same name that belongs to another slot (`list.__add__` is concatenation, not addition).
            Native::OtherSlot => {}
            // Several methods can share the slot only when all of them are of the same type.
            Native::Slot(function, from) => match owner {
                Some(other) if other != from && !same_function(other, from, slot) => use_python = true,
                _ => {
                    owner = Some(from);
                    specific = Some(function);
                }
            },
            Native::No => use_python = true,
        }
    }
    let function = if use_python { python_function(slot, has_getattr) } else { specific };
    ty.update_slots(|slots| write_slot(slots, slot, function));
}

enum Native {
    /// Not a native method, or one of a type that the class does not derive from.
    No,
    /// A native method of the same name for another slot.
    OtherSlot,
    /// A native method: the function, and the type that states it.
    Slot(crate::objects::slotdefs::SlotFunction, Gc<Type>),
}

fn native_slot(ty: Gc<Type>, found: Value, definition: &SlotDef) -> Native {
    let Some(descriptor) = found.cast::<MethodDescriptor>() else { return Native::No };
    if !ty.is_subtype(descriptor.owner) {
        return Native::No;
    }
    match descriptor.kind {
        MethodKind::Slot(own, function) if own.name == definition.name => {
            if own.slot == definition.slot {
                Native::Slot(function, descriptor.owner)
            } else {
                Native::OtherSlot
            }
        }
        // `dict.__getitem__` and the like are methods, but the slot does the same.
        MethodKind::Method(spec) if spec.binding == Binding::Coexist && spec.name == definition.name => {
            match read_slot(descriptor.owner.slots(), definition.slot) {
                Some(function) => Native::Slot(function, descriptor.owner),
                None => Native::OtherSlot,
            }
        }
        _ => Native::No,
    }
}

/// Whether two types have the same function in a slot.
fn same_function(a: Gc<Type>, b: Gc<Type>, slot: SlotId) -> bool {
    use crate::objects::slotdefs::SlotFunction;
    match (read_slot(a.slots(), slot), read_slot(b.slots(), slot)) {
        (Some(SlotFunction::Compare(f)), Some(SlotFunction::Compare(g))) => std::ptr::fn_addr_eq(f, g),
        (Some(SlotFunction::SetItem(f)), Some(SlotFunction::SetItem(g))) => std::ptr::fn_addr_eq(f, g),
        (Some(SlotFunction::SetAttr(f)), Some(SlotFunction::SetAttr(g))) => std::ptr::fn_addr_eq(f, g),
        (Some(SlotFunction::Binary(f)), Some(SlotFunction::Binary(g))) => std::ptr::fn_addr_eq(f, g),
        (Some(SlotFunction::DescrSet(f)), Some(SlotFunction::DescrSet(g))) => std::ptr::fn_addr_eq(f, g),
        (Some(SlotFunction::Ternary(f)), Some(SlotFunction::Ternary(g))) => std::ptr::fn_addr_eq(f, g),
        _ => false,
    }
}

fn update_new(vm: &mut Vm, ty: Gc<Type>) {
    let name = vm.names.__new__;
    let found = vm.lookup_uncached(ty, name);
    let native = found.and_then(|f| f.cast::<NativeFunction>()).is_some_and(|f| f.is_new_wrapper());
    let new =
        if native { ty.base.get().and_then(|base| base.slots().new) } else { Some(slot_new as crate::slots::NewFn) };
    ty.update_slots(|slots| slots.new = new);
}

/// Keeps the plain function that `__init__` is, for calls that push its frame themselves.
fn update_init_function(vm: &mut Vm, ty: Gc<Type>) {
    let name = vm.names.__init__;
    let function_type = vm.types.function;
    let found = vm.lookup_uncached(ty, name).filter(|f| f.is_exact(function_type) && f.cast::<Function>().is_some());
    ty.init_function.set(found.unwrap_or(Value::NULL));
}
