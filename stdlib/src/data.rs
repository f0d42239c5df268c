//! Objects of native modules: making them, and reaching their data.

use quicken_vm::object::{Gc, Header};
use quicken_vm::objects::opaque::{NoData, Opaque, OpaqueData};
use quicken_vm::objects::typeobj::Type;
use quicken_vm::spec::TypeSpec;
use quicken_vm::{PyResult, Raise, Value, Vm};

/// The type of a spec that derives from `object` alone.
pub(crate) fn native_type(vm: &mut Vm, spec: &'static TypeSpec) -> Gc<Type> {
    let object = vm.types.object;
    vm.native_type(spec, object)
}

/// An object with this data. What the data itself keeps on Rust's heap the caller keeps alive meanwhile.
pub(crate) fn make(vm: &mut Vm, ty: Gc<Type>, data: impl OpaqueData) -> PyResult {
    let object = vm.allocate_object(ty, Opaque::new(Header::new(ty), Box::new(NoData)));
    object.set(Box::new(data));
    Ok(object.into())
}

/// Works on an object's data; the closure must not allocate on the Python heap.
pub(crate) fn with<T: OpaqueData, R>(vm: &mut Vm, own: Value, f: impl FnOnce(&mut T) -> R) -> PyResult<R> {
    match own.cast::<Opaque>().and_then(|object| object.with(f)) {
        Some(result) => Ok(result),
        None => Err(vm.type_error("an object of another type was expected")),
    }
}

/// A class of exceptions of a native module.
pub(crate) fn new_exception(vm: &mut Vm, module: &str, name: &str, base: Gc<Type>) -> PyResult {
    let metatype = vm.types.type_;
    let name = vm.new_str(name);
    let bases = vm.new_tuple(&[base.into()]);
    let namespace = vm.new_dict();
    let module_name = vm.names.__module__;
    let module = vm.new_str(module);
    namespace.set_str(vm, module_name, module.into());
    vm.call_values(metatype.into(), &[name.into(), bases.into(), namespace.into()])
}

/// An exception of a class that a native module made for itself.
pub(crate) fn module_error(vm: &mut Vm, module: &str, name: &str, message: &str) -> Raise {
    let class = vm.import_absolute(module).and_then(|module| {
        let name = vm.intern(name);
        vm.get_attr(module, name)
    });
    let message = vm.new_str(message);
    match class.and_then(|class| vm.call_values(class, &[message.into()])) {
        Ok(exception) => vm.raise_exception(exception),
        Err(raise) => raise,
    }
}
