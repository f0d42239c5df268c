//! The module `builtins`: what every program finds without importing anything.

mod classes;
pub(crate) mod functions;
pub(crate) mod run;
mod site;
pub(crate) mod text;

use crate::Vm;
use crate::objects::native::{MethodDescriptor, NativeFunction};
use crate::objects::string::Str;
use crate::value::Value;

/// Fills the module `builtins` and puts it into `sys.modules`.
pub(crate) fn install(vm: &mut Vm) {
    let module = vm.new_module("builtins");
    let dict = module.dict();
    vm.builtins = dict;
    let name = vm.names.builtins;
    vm.modules.set_str(vm, name, module.into());
    for functions in [classes::FUNCTIONS, functions::FUNCTIONS, run::FUNCTIONS, text::FUNCTIONS] {
        vm.add_functions(dict, name, functions);
    }
    let constants = [
        ("None", Value::NONE),
        ("Ellipsis", Value::ELLIPSIS),
        ("NotImplemented", Value::NOT_IMPLEMENTED),
        ("False", Value::FALSE),
        ("True", Value::TRUE),
    ];
    for (name, value) in constants {
        let name = vm.intern(name);
        dict.set_str(vm, name, value);
    }
    let types = &vm.types;
    let types = [
        types.bool,
        types.bytearray,
        types.bytes,
        types.memoryview,
        types.classmethod,
        types.complex,
        types.dict,
        types.enumerate,
        types.filter,
        types.float,
        types.frozenset,
        types.property,
        types.int,
        types.list,
        types.map,
        types.object,
        types.range,
        types.reversed,
        types.set,
        types.slice,
        types.staticmethod,
        types.str,
        types.super_,
        types.tuple,
        types.type_,
        types.zip,
    ];
    for ty in types {
        dict.set_str(vm, ty.name.get(), ty.into());
    }
    let debug = vm.intern("__debug__");
    dict.set_str(vm, debug, Value::bool(vm.optimization_level() == 0));
    for (name, ty) in vm.exc.all() {
        let name = vm.intern(name);
        dict.set_str(vm, name, ty.into());
    }
    for alias in ["EnvironmentError", "IOError"] {
        let name = vm.intern(alias);
        let ty = vm.exc.OSError;
        dict.set_str(vm, name, ty.into());
    }
    site::install(vm);
    remember_special_callables(vm);
}

/// Remembers the callables that calls recognize by identity.
fn remember_special_callables(vm: &mut Vm) {
    let builtin = |vm: &mut Vm, name: &str| {
        let name = vm.intern(name);
        vm.builtins.get_str(name).filter(|f| f.cast::<NativeFunction>().is_some()).unwrap_or(Value::NULL)
    };
    vm.len_function = builtin(vm, "len");
    vm.isinstance_function = builtin(vm, "isinstance");
    vm.import_function = builtin(vm, "__import__");
    let append = vm.intern("append");
    let list = vm.types.list;
    vm.list_append_descriptor =
        list.dict.get().get_str(append).filter(|m| m.cast::<MethodDescriptor>().is_some()).unwrap_or(Value::NULL);
}

/// A name and what it stands for, as `builtins` holds it.
pub fn lookup(vm: &mut Vm, name: &str) -> Option<Value> {
    let name: crate::Gc<Str> = vm.intern(name);
    vm.builtins.get_str(name)
}
