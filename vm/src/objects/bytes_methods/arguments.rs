//! Reading the arguments of bytes methods.

use std::ops::Deref;

use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::bytes::{ByteArray, Bytes};
use crate::objects::int::View;
use crate::objects::typeobj::Type;
use crate::slots::UnaryOp;
use crate::value::Value;

/// The content of a bytes-like object: a `bytes` object, which cannot change, or a copy of what an array holds now.
pub(super) enum Content {
    Fixed(Gc<Bytes>),
    Copied(Vec<u8>),
}

impl Deref for Content {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Content::Fixed(bytes) => bytes.as_slice(),
            Content::Copied(bytes) => bytes,
        }
    }
}

/// The content of a bytes-like object, `None` for other objects.
pub(super) fn content(value: Value) -> Option<Content> {
    match value.cast::<Bytes>() {
        Some(bytes) => Some(Content::Fixed(bytes)),
        None => buffer::to_vec(value).map(Content::Copied),
    }
}

/// The content of a bytes-like argument.
pub(super) fn bytes_like(vm: &mut Vm, value: Value) -> PyResult<Content> {
    buffer::check_contiguous(vm, value)?;
    content(value).ok_or_else(|| {
        let ty = vm.type_name(value);
        vm.type_error(format!("a bytes-like object is required, not '{ty}'"))
    })
}

/// The content of the object that a method was called on.
pub(super) fn this(vm: &mut Vm, receiver: Value) -> PyResult<Content> {
    let content = match receiver.cast::<Bytes>() {
        Some(bytes) => Some(Content::Fixed(bytes)),
        None => receiver.cast::<ByteArray>().map(|array| Content::Copied(array.to_vec())),
    };
    content.ok_or_else(|| {
        let ty = vm.type_name(receiver);
        vm.type_error(format!("descriptor requires a 'bytes' object but received a '{ty}'"))
    })
}

/// The array that a method was called on.
pub(super) fn this_array(vm: &mut Vm, receiver: Value) -> PyResult<Gc<ByteArray>> {
    receiver.cast::<ByteArray>().ok_or_else(|| {
        let ty = vm.type_name(receiver);
        vm.type_error(format!("descriptor requires a 'bytearray' object but received a '{ty}'"))
    })
}

/// New bytes of the receiver's kind.
pub(super) fn like(vm: &mut Vm, receiver: Value, bytes: &[u8]) -> Value {
    if receiver.cast::<ByteArray>().is_some() { vm.new_bytearray(bytes).into() } else { vm.new_bytes(bytes).into() }
}

/// The receiver itself where CPython answers it unchanged: immutable bytes of the exact type. A copy otherwise.
pub(super) fn unchanged(vm: &mut Vm, receiver: Value, bytes: &[u8]) -> Value {
    if receiver.is_exact(vm.types.bytes) { receiver } else { like(vm, receiver, bytes) }
}

/// Whether the type has `__index__`.
pub(super) fn has_index(vm: &Vm, value: Value) -> bool {
    let ty: Gc<Type> = vm.type_of(value);
    ty.slots().unary[UnaryOp::Index as usize].is_some()
}

/// Whether the type says how to iterate.
pub(super) fn is_iterable(vm: &Vm, value: Value) -> bool {
    let ty = vm.type_of(value);
    ty.slots().iter.is_some() || ty.slots().getitem.is_some()
}

/// An integer that is a byte; the message is for others.
pub(super) fn byte(vm: &mut Vm, value: Value, message: &str) -> PyResult<u8> {
    match vm.index_view(value)? {
        View::Small(byte @ 0..=255) => Ok(byte as u8),
        _ => Err(vm.value_error(message)),
    }
}

/// A byte, or a bytes-like object: what `find`, `count` and `in` look for.
pub(super) fn needle(vm: &mut Vm, value: Value) -> PyResult<Content> {
    if let Some(content) = content(value) {
        return Ok(content);
    }
    if has_index(vm, value) {
        return Ok(Content::Copied(vec![byte(vm, value, "byte must be in range(0, 256)")?]));
    }
    let ty = vm.type_name(value);
    Err(vm.type_error(format!("argument should be integer or bytes-like object, not '{ty}'")))
}
