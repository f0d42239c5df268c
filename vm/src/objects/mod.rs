//! The built-in types, one file each.

pub mod array;
pub mod async_generator;
mod boolean;
pub mod buffer;
pub mod bytes;
pub mod bytes_methods;
pub mod code;
mod code_loading;
pub mod code_type;
pub mod complex;
pub mod descriptors;
pub mod dict;
pub mod dictkeys;
pub mod exception;
pub mod float;
pub mod float_format;
pub(crate) mod float_methods;
pub mod frame_object;
pub mod function;
pub mod function_type;
pub mod generator;
pub mod generator_methods;
pub mod genericalias;
pub mod hashing;
pub mod instance;
pub mod int;
mod int_arithmetic;
mod int_methods;
pub(crate) mod int_text;
pub mod iter;
pub mod list;
pub mod list_sort;
pub mod memoryview;
pub mod module;
pub mod namespace;
pub mod native;
pub mod opaque;
pub mod range;
pub mod set;
mod signatures;
pub mod singletons;
pub mod slice;
pub mod slot_functions;
pub mod slot_update;
pub mod slotdefs;
pub mod split_values;
pub mod string;
pub mod string_methods;
pub mod structseq;
pub mod superobj;
pub mod textio;
pub mod tuple;
pub mod typeobj;
pub mod unicode;
mod unicode_tables;
pub mod weakref;
mod weakref_proxy;

use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::object::{Gc, HeapObject};
use crate::objects::string::Str;
use crate::objects::typeobj::Type;
use crate::value::Value;

/// The receiver of a native method or slot as what its type says it is. The descriptors check the type before the call, so
/// the error is for callers that go past them.
#[inline(always)]
pub(crate) fn receiver<T: HeapObject>(vm: &mut Vm, value: Value) -> PyResult<Gc<T>> {
    match value.cast::<T>() {
        Some(object) => Ok(object),
        None => Err(bad_receiver(vm, value)),
    }
}

/// Refuses keyword arguments to the `__new__` of a built-in type, unless a subclass takes them in an `__init__` of its own.
pub(crate) fn refuse_keywords(vm: &mut Vm, ty: Gc<Type>, base: Gc<Type>, args: Args<'_>, name: &str) -> PyResult<()> {
    if args.keyword_count() > 0 && !has_own(vm, ty, base, vm.names.__init__) {
        return args.no_keywords(vm, name);
    }
    Ok(())
}

/// Refuses keyword arguments to the `__init__` of a built-in type, unless a subclass takes them in a `__new__` of its own.
pub(crate) fn refuse_init_keywords(
    vm: &mut Vm,
    own: Value,
    base: Gc<Type>,
    args: Args<'_>,
    name: &str,
) -> PyResult<()> {
    let ty = vm.type_of(own);
    if args.keyword_count() > 0 && !has_own(vm, ty, base, vm.names.__new__) {
        return args.no_keywords(vm, name);
    }
    Ok(())
}

/// Whether a class finds another attribute than the built-in type that it derives from.
fn has_own(vm: &mut Vm, ty: Gc<Type>, base: Gc<Type>, name: Gc<Str>) -> bool {
    ty != base && vm.lookup(ty, name) != vm.lookup(base, name)
}

#[cold]
fn bad_receiver(vm: &mut Vm, value: Value) -> Raise {
    let ty = vm.type_name(value);
    vm.type_error(format!("bad receiver of type '{ty}'"))
}
