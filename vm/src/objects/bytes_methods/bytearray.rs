//! What changes a `bytearray`.

use super::arguments::{byte, content, has_index, is_iterable, this_array};
use super::construct::collect;
use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::objects::complex::Complex;
use crate::objects::slice::Slice;
use crate::objects::string::{Str, memory_error};
use crate::objects::string_methods::arguments::size;
use crate::slots::UnaryOp;
use crate::value::Value;

const RANGE: &str = "byte must be in range(0, 256)";

pub(super) fn append(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let [item] = args.exactly(vm, "append")?;
    let item = byte(vm, item, RANGE)?;
    let array = this_array(vm, receiver)?;
    let len = array.len();
    array.splice(vm, len, len, &[item])?;
    Ok(Value::NONE)
}

/// The bytes of a bytes-like object or of an iterable of integers.
fn bytes_of(vm: &mut Vm, source: Value) -> PyResult<Vec<u8>> {
    match content(source) {
        Some(content) => Ok(content.to_vec()),
        None => collect(vm, source, RANGE),
    }
}

pub(super) fn extend(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let [source] = args.exactly(vm, "extend")?;
    if !is_iterable(vm, source) {
        let ty = vm.type_name(source);
        return Err(vm.type_error(format!("can't extend bytearray with {ty}")));
    }
    let bytes = bytes_of(vm, source)?;
    let array = this_array(vm, receiver)?;
    let len = array.len();
    array.splice(vm, len, len, &bytes)?;
    Ok(Value::NONE)
}

pub(super) fn insert(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let [index, item] = args.exactly(vm, "insert")?;
    let index = size(vm, index)?;
    let item = byte(vm, item, RANGE)?;
    let array = this_array(vm, receiver)?;
    let len = array.len() as i64;
    let place = if index < 0 { (index + len).max(0) } else { index.min(len) } as usize;
    array.splice(vm, place, place, &[item])?;
    Ok(Value::NONE)
}

pub(super) fn pop(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let args = args.between(vm, "pop", 0, 1)?;
    let index = match args.first() {
        Some(index) => size(vm, *index)?,
        None => -1,
    };
    let array = this_array(vm, receiver)?;
    let len = array.len() as i64;
    if len == 0 {
        return Err(vm.index_error("pop from empty bytearray"));
    }
    let place = if index < 0 { index + len } else { index };
    if place < 0 || place >= len {
        return Err(vm.index_error("pop index out of range"));
    }
    let item = array.get(place as usize).unwrap_or(0);
    array.splice(vm, place as usize, place as usize + 1, &[])?;
    Ok(Value::small_int(i64::from(item)))
}

pub(super) fn remove(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let [item] = args.exactly(vm, "remove")?;
    let item = byte(vm, item, RANGE)?;
    let array = this_array(vm, receiver)?;
    match array.with(|bytes| memchr::memchr(item, bytes)) {
        Some(place) => array.splice(vm, place, place + 1, &[])?,
        None => return Err(vm.value_error("value not found in bytearray")),
    }
    Ok(Value::NONE)
}

pub(super) fn clear(vm: &mut Vm, receiver: Value, _args: Args<'_>) -> PyResult {
    let array = this_array(vm, receiver)?;
    array.resize(vm, 0)?;
    Ok(Value::NONE)
}

pub(super) fn copy(vm: &mut Vm, receiver: Value, _args: Args<'_>) -> PyResult {
    let bytes = this_array(vm, receiver)?.to_vec();
    Ok(vm.new_bytearray(&bytes).into())
}

/// The number of bytes that there is room for, with the null byte that CPython keeps behind them.
pub(super) fn alloc(vm: &mut Vm, receiver: Value, _args: Args<'_>) -> PyResult {
    let room = this_array(vm, receiver)?.capacity();
    Ok(Value::small_int(if room == 0 { 0 } else { room as i64 + 1 }))
}

pub(super) fn reduce(vm: &mut Vm, receiver: Value, _args: Args<'_>) -> PyResult {
    reduce_by_protocol(vm, receiver, 2)
}

pub(super) fn reduce_ex(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let protocol = match args.between(vm, "__reduce_ex__", 0, 1)? {
        [protocol] => vm.index_i64(*protocol)?,
        _ => 0,
    };
    reduce_by_protocol(vm, receiver, protocol)
}

/// How an array is made again: from text in Latin-1 for protocols that know no bytes.
fn reduce_by_protocol(vm: &mut Vm, receiver: Value, protocol: i64) -> PyResult {
    let bytes = this_array(vm, receiver)?.to_vec();
    let arguments = if bytes.is_empty() {
        vm.new_tuple(&[])
    } else if protocol < 3 {
        let text = vm.str_from_latin1(&bytes);
        let codec = vm.new_str("latin-1");
        vm.new_pair(text.into(), codec.into())
    } else {
        let bytes = vm.new_bytes(&bytes);
        vm.new_tuple(&[bytes.into()])
    };
    let name = vm.names.__getstate__;
    let state = vm.call_method_named(receiver, name, &[])?;
    let class = vm.type_of(receiver);
    Ok(vm.new_tuple(&[class.into(), arguments.into(), state]).into())
}

pub(super) fn reverse(vm: &mut Vm, receiver: Value, _args: Args<'_>) -> PyResult {
    this_array(vm, receiver)?.with_mut(<[u8]>::reverse);
    Ok(Value::NONE)
}

/// `array += other`.
pub(super) fn inplace_concat(vm: &mut Vm, own: Value, other: Value) -> PyResult {
    let array = this_array(vm, own)?;
    if other.heap_address() == own.heap_address() && !array.is_empty() {
        // What is appended is exported while it is read.
        return Err(vm.buffer_error("Existing exports of data: object cannot be re-sized"));
    }
    let Some(other) = content(other) else {
        let (other, own) = (vm.type_name(other), vm.type_name(own));
        return Err(vm.type_error(format!("can't concat {other} to {own}")));
    };
    let len = array.len();
    array.splice(vm, len, len, &other)?;
    Ok(own)
}

/// `array *= count`.
pub(super) fn inplace_repeat(vm: &mut Vm, own: Value, count: Value) -> PyResult {
    let count = vm.index_i64(count)?.max(0) as usize;
    let array = this_array(vm, own)?;
    let bytes = array.to_vec();
    match bytes.len().checked_mul(count) {
        Some(len) if vm.heap.fits(len) => array.splice(vm, 0, bytes.len(), &bytes.repeat(count))?,
        _ => return Err(memory_error(vm)),
    }
    Ok(own)
}

/// `array[key] = value`, `del array[key]`.
pub(super) fn setitem(vm: &mut Vm, own: Value, key: Value, value: Value) -> PyResult<()> {
    let array = this_array(vm, own)?;
    if let Some(slice) = key.cast::<Slice>() {
        let bounds = slice.bounds(vm)?;
        return set_slice(vm, own, bounds, value);
    }
    if !has_index(vm, key) {
        let ty = vm.type_name(key);
        return Err(vm.type_error(format!("bytearray indices must be integers or slices, not {ty}")));
    }
    let index = vm.index_position(key)?;
    let item = if value.is_null() { None } else { Some(byte(vm, value, RANGE)?) };
    let len = array.len() as i64;
    let place = if index < 0 { index + len } else { index };
    if place < 0 || place >= len {
        return Err(vm.index_error("bytearray index out of range"));
    }
    match item {
        Some(item) => array.with_mut(|bytes| bytes[place as usize] = item),
        None => array.splice(vm, place as usize, place as usize + 1, &[])?,
    }
    Ok(())
}

fn is_number(vm: &Vm, value: Value) -> bool {
    let unary = vm.type_of(value).slots().unary;
    has_index(vm, value)
        || unary[UnaryOp::Float as usize].is_some()
        || unary[UnaryOp::Int as usize].is_some()
        || value.cast::<Complex>().is_some()
}

fn set_slice(vm: &mut Vm, own: Value, mut bounds: crate::objects::slice::Bounds, value: Value) -> PyResult<()> {
    let bytes = match () {
        () if value.is_null() => Vec::new(),
        () if content(value).is_none() && (is_number(vm, value) || value.cast::<Str>().is_some()) => {
            return Err(vm.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)"))?;
        }
        () if content(value).is_none() && !is_iterable(vm, value) => {
            let given = vm.type_name(value);
            return Err(vm.type_error(format!("cannot convert '{given}' object to bytearray")));
        }
        () => bytes_of(vm, value)?,
    };
    let array = this_array(vm, own)?;
    let count = bounds.adjust(array.len());
    if bounds.step == 1 {
        let start = bounds.start as usize;
        array.splice(vm, start, start + count, &bytes)?;
        return Ok(());
    }
    let places = (0..count as i64).map(|i| (bounds.start + i * bounds.step) as usize);
    if bytes.is_empty() {
        // Nothing in place of something removes it, whatever the step.
        let mut gone: Vec<usize> = places.collect();
        gone.sort_unstable();
        let mut kept = array.to_vec();
        for place in gone.into_iter().rev() {
            kept.remove(place);
        }
        let len = array.len();
        array.splice(vm, 0, len, &kept)?;
        return Ok(());
    }
    if bytes.len() != count {
        let len = bytes.len();
        return Err(vm.value_error(format!("attempt to assign bytes of size {len} to extended slice of size {count}")));
    }
    array.with_mut(|content| places.zip(bytes).for_each(|(place, byte)| content[place] = byte));
    Ok(())
}
