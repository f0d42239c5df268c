//! `sys.getsizeof`: the sizes that CPython's objects have on a 64-bit machine, as far as programs care.

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::objects::bytes::{ByteArray, Bytes};
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::set::Set;
use crate::objects::string::{Kind, Str};
use crate::objects::tuple::Tuple;
use crate::value::Value;

/// The collector's header in front of a container.
const GC_HEADER: usize = 16;

pub(super) fn getsizeof(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["object", "default"], positional_only: 0, max_positional: 2, required: 1 };
    let [object, default] = args.bind(vm, "getsizeof", &PARAMETERS)?;
    let name = vm.intern("__sizeof__");
    let ty = vm.type_of(object);
    let own = vm.lookup(ty, name).filter(|method| !method.is_exact(vm.types.method_descriptor));
    if own.is_some()
        && let Some(size) = vm.call_special(object, name, &[])?
    {
        return match vm.index_i64(size) {
            Ok(size) if size < 0 => Err(vm.value_error("__sizeof__() should return >= 0")),
            Ok(size) => Ok(vm.int(size + GC_HEADER as i64)),
            Err(_) if !default.is_null() => Ok(default),
            Err(raise) => Err(raise),
        };
    }
    Ok(vm.int(size(vm, object) as i64))
}

fn size(vm: &Vm, object: Value) -> usize {
    if object.is_bool() {
        return 28;
    }
    if let Some(number) = int::to_big(object) {
        let bits = dashu_int::ops::BitTest::bit_len(&number);
        return 24 + 4 * bits.div_ceil(30).max(1);
    }
    if object.as_float().is_some() {
        return 24;
    }
    if let Some(text) = object.cast::<Str>() {
        let units = text.len() + 1;
        return match text.kind() {
            _ if text.is_ascii() => 48 + units,
            Kind::One => 72 + units,
            Kind::Two => 72 + 2 * units,
            Kind::Four => 72 + 4 * units,
        };
    }
    if let Some(bytes) = object.cast::<Bytes>() {
        return 33 + bytes.len();
    }
    if let Some(bytes) = object.cast::<ByteArray>() {
        return if bytes.is_empty() { 56 } else { 57 + bytes.len() };
    }
    if let Some(tuple) = object.cast::<Tuple>() {
        return GC_HEADER + 24 + 8 * tuple.len();
    }
    if let Some(list) = object.cast::<List>() {
        return GC_HEADER + 40 + 8 * list.capacity();
    }
    if let Some(dict) = object.cast::<Dict>() {
        let hashed = dict.iter().any(|(key, _)| !key.is_exact(vm.types.str));
        return GC_HEADER + 48 + dict_table(dict.len(), if hashed { 24 } else { 16 });
    }
    if let Some(set) = object.cast::<Set>() {
        // A table of eight is part of the set; larger ones stay at most three fifths full.
        let table = power_of_two(|size| set.len() * 5 < size * 3);
        return GC_HEADER + 200 + if table > 8 { 16 * table } else { 0 };
    }
    match object.heap_address() {
        Some(address) => GC_HEADER + vm.heap.cell_bytes(address),
        None => 16,
    }
}

/// The table of a dict: an index per slot, two thirds of the slots usable for entries of this many bytes (those with other
/// keys than strings remember the hash).
fn dict_table(entries: usize, entry_bytes: usize) -> usize {
    if entries == 0 {
        return 0;
    }
    let slots = power_of_two(|slots| entries <= slots * 2 / 3);
    let index = if slots <= 256 {
        1
    } else if slots <= 1 << 16 {
        2
    } else {
        4
    };
    32 + slots * index + slots * 2 / 3 * entry_bytes
}

/// The first power of two from eight on that is large enough.
fn power_of_two(enough: impl Fn(usize) -> bool) -> usize {
    let mut size = 8;
    while !enough(size) {
        size *= 2;
    }
    size
}
