//! `_local`: objects whose attributes each thread has for itself. The object has the `__dict__` of the thread that looked at it last, and
//! keeps those of the others.

use std::any::Any;

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Gc, LayoutKind};
use crate::objects::dict::Dict;
use crate::objects::instance::{materialize_dict, replace_dict};
use crate::objects::opaque::{Opaque, OpaqueData};
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::{Type, dict_getset, instances::object_init, new_native_type};
use crate::objects::weakref::WeakRef;
use crate::protocol::{generic_getattr, generic_setattr};
use crate::slots::{InitFn, Slots};
use crate::spec::TypeSpec;
use crate::threads::ThreadId;
use crate::value::Value;

/// What a local knows besides its dict.
struct Local {
    /// Whose dict it has.
    thread: ThreadId,
    /// The dicts of threads that looked at it before, that one's aside.
    others: Vec<(ThreadId, Gc<Dict>)>,
    /// What `__init__` gets in each thread.
    args: Gc<Tuple>,
    keywords: Value,
}

impl OpaqueData for Local {
    fn trace(&self, marker: &mut Marker) {
        for (_, dict) in &self.others {
            marker.mark(*dict);
        }
        marker.mark(self.args);
        marker.value(self.keywords);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

static LOCAL_TYPE: TypeSpec = TypeSpec {
    module: "_thread",
    subclassable: true,
    has_dict: true,
    weak: true,
    slots: Slots { new: Some(new), getattro: Some(get), setattro: Some(set), ..Slots::NONE },
    getset: &[dict_getset()],
    ..TypeSpec::new("_local", LayoutKind::Opaque)
};

pub(super) fn new_type(vm: &mut Vm) -> Gc<Type> {
    let object = vm.types.object;
    new_native_type(vm, &LOCAL_TYPE, object)
}

fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let plain = ty.slots().init.is_none_or(|init| std::ptr::fn_addr_eq(init, object_init as InitFn));
    if plain && !args.values().is_empty() {
        return Err(vm.type_error("Initialization arguments are not supported"));
    }
    let positional = vm.new_tuple(args.positionals());
    let keywords = vm.new_dict();
    for (name, value) in args.keywords() {
        keywords.set_str(vm, name, value);
    }
    let thread = vm.thread_id();
    let local = Local { thread, others: Vec::new(), args: positional, keywords: keywords.into() };
    let own = vm.new_opaque(ty, local);
    let reference = vm.new_weakref(own, None)?;
    match &vm.locals_of_threads {
        Some(list) => list.get().push(vm, reference.into()),
        None => {
            let list = vm.new_list(&[reference.into()]);
            vm.locals_of_threads = Some(vm.heap.root(list));
        }
    }
    Ok(own)
}

/// Gives the object the running thread's dict; a new one, on which `__init__` is called, where the thread has none.
fn enter(vm: &mut Vm, own: Value) -> PyResult<()> {
    let thread = vm.thread_id();
    let Some(object) = own.cast::<Opaque>() else { return Ok(()) };
    if object.with(|local: &mut Local| local.thread == thread) != Some(false) {
        return Ok(());
    }
    let Some(header) = own.header() else { return Ok(()) };
    let old = materialize_dict(vm, own);
    let fresh = vm.new_dict();
    let found = object.with(|local: &mut Local| {
        local.others.push((local.thread, old));
        local.thread = thread;
        let place = local.others.iter().position(|(id, _)| *id == thread);
        (place.map(|place| local.others.remove(place).1), local.args, local.keywords)
    });
    let Some((dict, args, keywords)) = found else { return Ok(()) };
    replace_dict(vm, header, Some(dict.unwrap_or(fresh)));
    if dict.is_none()
        && let Some(init) = vm.type_of(own).slots().init
        && !std::ptr::fn_addr_eq(init, object_init as InitFn)
    {
        let name = vm.intern("__init__");
        let method = generic_getattr(vm, own, name)?;
        vm.call_with_dict(method, args.items(), keywords.cast())?;
    }
    Ok(())
}

fn get(vm: &mut Vm, own: Value, name: Gc<Str>) -> PyResult {
    enter(vm, own)?;
    generic_getattr(vm, own, name)
}

fn set(vm: &mut Vm, own: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
    enter(vm, own)?;
    if name.equals(vm.names.__dict__) {
        let class = vm.type_name(own);
        return Err(vm.attribute_error(format!("'{class}' object attribute '__dict__' is read-only")));
    }
    generic_setattr(vm, own, name, value)
}

/// Drops what the locals keep for the running thread, which ends.
pub(crate) fn forget_thread_locals(vm: &mut Vm) {
    let thread = vm.thread_id();
    let Some(list) = vm.locals_of_threads.as_ref().map(|list| list.get()) else { return };
    let mut place = 0;
    while let Some(reference) = list.get(place) {
        let own = reference.cast::<WeakRef>().map_or(Value::NULL, |reference| reference.referent());
        let Some(object) = own.cast::<Opaque>() else {
            // The local is gone: another takes its place in the list.
            if let Some(last) = list.pop()
                && place < list.len()
            {
                list.set(place, last);
            }
            continue;
        };
        place += 1;
        let has_dict = object.with(|local: &mut Local| {
            local.others.retain(|(id, _)| *id != thread);
            local.thread == thread
        });
        if has_dict == Some(true)
            && let Some(header) = own.header()
        {
            let kept = object.with(|local: &mut Local| {
                let last = local.others.pop();
                // Number 0 is nobody's.
                local.thread = last.map_or(0, |(id, _)| id);
                last.map(|(_, dict)| dict)
            });
            let dict = kept.flatten().unwrap_or_else(|| vm.new_dict());
            replace_dict(vm, header, Some(dict));
        }
    }
}
