//! Objects of native modules: making them, and reaching their data.

use quicken_vm::object::{Gc, Header};
use quicken_vm::objects::opaque::{NoData, Opaque, OpaqueData};
use quicken_vm::objects::typeobj::Type;
use quicken_vm::spec::TypeSpec;
use quicken_vm::{PyResult, Value, Vm};

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
