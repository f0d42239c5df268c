//! The built-in types, one file each.

pub mod array;
pub mod async_generator;
mod boolean;
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
use crate::error::{PyResult, Raise};
use crate::object::{Gc, HeapObject};
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

#[cold]
fn bad_receiver(vm: &mut Vm, value: Value) -> Raise {
    let ty = vm.type_name(value);
    vm.type_error(format!("bad receiver of type '{ty}'"))
}
