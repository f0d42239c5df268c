//! What calling a type does.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::{Gc, LayoutKind};
use crate::objects::string::Str;
use crate::objects::typeobj::{Type, TypeFlags};
use crate::slots::{InitFn, NewFn};
use crate::value::Value;

/// `type.__call__`: makes an instance and initializes it.
pub(crate) fn type_call(vm: &mut Vm, callable: Value, args: Args<'_>) -> PyResult {
    let Some(ty) = callable.cast::<Type>() else { return Ok(Value::NONE) };
    if ty == vm.types.type_ {
        if args.len() == 1 && args.keyword_count() == 0 {
            return Ok(vm.type_of(args.values()[0]).into());
        }
        if args.len() != 3 {
            return Err(vm.type_error("type() takes 1 or 3 arguments"));
        }
    }
    let Some(new) = ty.slots().new else {
        let name = ty.display_name();
        return Err(vm.type_error(format!("cannot create '{name}' instances")));
    };
    let object = new(vm, ty, args)?;
    let class = vm.type_of(object);
    if !class.is_subtype(ty) {
        return Ok(object);
    }
    if class.is(TypeFlags::FINALIZER) && class.layout() != LayoutKind::Instance {
        vm.heap.add_finalizable(object);
    }
    if let Some(init) = class.slots().init {
        init(vm, object, args)?;
    }
    Ok(object)
}

/// `object.__new__`.
#[inline(never)]
pub fn object_new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    if !args.values().is_empty() {
        let slots = ty.slots();
        if !slots.new.is_some_and(|new| std::ptr::fn_addr_eq(new, object_new as NewFn)) {
            return Err(vm.type_error("object.__new__() takes exactly one argument (the type to instantiate)"));
        }
        if slots.init.is_none_or(|init| std::ptr::fn_addr_eq(init, object_init as InitFn)) {
            let name = ty.display_name();
            return Err(vm.type_error(format!("{name}() takes no arguments")));
        }
    }
    if ty.is(TypeFlags::ABSTRACT) {
        return Err(abstract_class(vm, ty));
    }
    if ty.layout() != LayoutKind::Instance {
        let name = ty.display_name();
        return Err(vm.type_error(format!("object.__new__({name}) is not safe, use {name}.__new__()")));
    }
    let object: Value = vm.new_instance(ty).into();
    if ty.is(TypeFlags::FINALIZER) {
        vm.heap.add_finalizable(object);
    }
    Ok(object)
}

/// `object.__init__`.
#[inline(never)]
pub fn object_init(vm: &mut Vm, object: Value, args: Args<'_>) -> PyResult<()> {
    if args.values().is_empty() {
        return Ok(());
    }
    let ty = vm.type_of(object);
    let slots = ty.slots();
    if !slots.init.is_some_and(|init| std::ptr::fn_addr_eq(init, object_init as InitFn)) {
        return Err(vm.type_error("object.__init__() takes exactly one argument (the instance to initialize)"));
    }
    if slots.new.is_some_and(|new| std::ptr::fn_addr_eq(new, object_new as NewFn)) {
        let name = ty.display_name();
        return Err(vm.type_error(format!("{name}.__init__() takes exactly one argument (the instance to initialize)")));
    }
    Ok(())
}

#[cold]
fn abstract_class(vm: &mut Vm, ty: Gc<Type>) -> crate::Raise {
    let name = vm.names.__abstractmethods__;
    let mut methods = vm.heap.temp_vec();
    if let Some(found) = ty.dict.get().get_str(name)
        && let Err(raise) = vm.collect(found, &mut methods)
    {
        return raise;
    }
    let mut names: Vec<String> =
        methods.iter().filter_map(|m| Some(m.cast::<Str>()?.to_string_lossy().into_owned())).collect();
    names.sort();
    let plural = if names.len() > 1 { "s" } else { "" };
    let class = ty.display_name();
    vm.type_error(format!("Can't instantiate abstract class {class} with abstract method{plural} {}", names.join(", ")))
}

/// Whether calling the class does nothing but make a plain instance and run its `__init__`: what a call that pushes the
/// frame of `__init__` itself must know.
pub fn makes_plain_instances(ty: Gc<Type>) -> bool {
    ty.layout() == LayoutKind::Instance
        && !ty.is(TypeFlags::ABSTRACT)
        && ty.slots().new.is_some_and(|new| std::ptr::fn_addr_eq(new, object_new as NewFn))
}
