//! Searching in bytes: `find` and its family, `count`, `replace`, `startswith`, `in`, `partition`, `join`, `strip`, `translate`.

use memchr::memmem;

use super::arguments::{bytes_like, content, is_iterable, like, needle, this, unchanged};
use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::objects::bytes::ByteArray;
use crate::objects::bytes::Bytes;
use crate::objects::list::List;
use crate::objects::memoryview::MemoryView;
use crate::objects::string::memory_error;
use crate::objects::string_methods::arguments::{bounds, parse_tuple, size};
use crate::objects::tuple::Tuple;
use crate::value::Value;

fn position(vm: &mut Vm, receiver: Value, args: Args<'_>, name: &str, back: bool) -> PyResult<Option<usize>> {
    let args = parse_tuple(vm, args, name, 1, 3)?;
    let own = this(vm, receiver)?;
    let bounds = bounds(vm, &args[1..], own.len())?;
    let part = needle(vm, args[0])?;
    let Some((start, end)) = bounds else { return Ok(None) };
    let haystack = &own[start..end];
    let found = if back { memmem::rfind(haystack, &part) } else { memmem::find(haystack, &part) };
    Ok(found.map(|offset| start + offset))
}

fn or_minus_one(found: Option<usize>) -> Value {
    Value::small_int(found.map_or(-1, |index| index as i64))
}

pub(super) fn find(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    Ok(or_minus_one(position(vm, receiver, args, "find", false)?))
}

pub(super) fn rfind(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    Ok(or_minus_one(position(vm, receiver, args, "rfind", true)?))
}

fn found_or_error(vm: &mut Vm, found: Option<usize>) -> PyResult {
    match found {
        Some(index) => Ok(Value::small_int(index as i64)),
        None => Err(vm.value_error("subsection not found")),
    }
}

pub(super) fn index(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let found = position(vm, receiver, args, "index", false)?;
    found_or_error(vm, found)
}

pub(super) fn rindex(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let found = position(vm, receiver, args, "rindex", true)?;
    found_or_error(vm, found)
}

pub(super) fn count(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let args = parse_tuple(vm, args, "count", 1, 3)?;
    let own = this(vm, receiver)?;
    let bounds = bounds(vm, &args[1..], own.len())?;
    let part = needle(vm, args[0])?;
    let Some((start, end)) = bounds else { return Ok(Value::small_int(0)) };
    // An empty needle matches between all bytes, which is what the library counts, too.
    Ok(Value::small_int(memmem::find_iter(&own[start..end], &*part).count() as i64))
}

pub(super) fn contains(vm: &mut Vm, container: Value, item: Value) -> PyResult<bool> {
    let own = this(vm, container)?;
    let part = match content(item) {
        Some(content) => content,
        None if super::arguments::has_index(vm, item) => needle(vm, item)?,
        None => bytes_like(vm, item)?,
    };
    Ok(memmem::find(&own, &part).is_some())
}

fn affix(vm: &mut Vm, receiver: Value, args: Args<'_>, name: &str, at_end: bool) -> PyResult {
    let args = parse_tuple(vm, args, name, 1, 3)?;
    let own = this(vm, receiver)?;
    let part = bounds(vm, &args[1..], own.len())?;
    let part = part.map(|(start, end)| &own[start..end]);
    let matches =
        |affix: &[u8]| part.is_some_and(|part| if at_end { part.ends_with(affix) } else { part.starts_with(affix) });
    if let Some(choices) = args[0].cast::<Tuple>() {
        for choice in choices.items() {
            if matches(&bytes_like(vm, *choice)?) {
                return Ok(Value::TRUE);
            }
        }
        return Ok(Value::FALSE);
    }
    match content(args[0]) {
        Some(choice) => Ok(Value::bool(matches(&choice))),
        None => {
            let ty = vm.type_name(args[0]);
            Err(vm.type_error(format!("{name} first arg must be bytes or a tuple of bytes, not {ty}")))
        }
    }
}

pub(super) fn startswith(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    affix(vm, receiver, args, "startswith", false)
}

pub(super) fn endswith(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    affix(vm, receiver, args, "endswith", true)
}

pub(super) fn removeprefix(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let [prefix] = args.exactly(vm, "removeprefix")?;
    let prefix = bytes_like(vm, prefix)?;
    let own = this(vm, receiver)?;
    match own.strip_prefix(&*prefix) {
        Some(rest) if !prefix.is_empty() => Ok(like(vm, receiver, rest)),
        _ => Ok(unchanged(vm, receiver, &own)),
    }
}

pub(super) fn removesuffix(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let [suffix] = args.exactly(vm, "removesuffix")?;
    let suffix = bytes_like(vm, suffix)?;
    let own = this(vm, receiver)?;
    match own.strip_suffix(&*suffix) {
        Some(rest) if !suffix.is_empty() => Ok(like(vm, receiver, rest)),
        _ => Ok(unchanged(vm, receiver, &own)),
    }
}

pub(super) fn replace(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let args = args.between(vm, "replace", 2, 3)?;
    let (old, new) = (bytes_like(vm, args[0])?, bytes_like(vm, args[1])?);
    let most = match args.get(2) {
        Some(most) => size(vm, *most)?,
        None => -1,
    };
    let most = if most < 0 { usize::MAX } else { most as usize };
    let own = this(vm, receiver)?;
    let mut out = Vec::with_capacity(own.len());
    if old.is_empty() {
        for i in 0..=own.len() {
            if i < most {
                out.extend_from_slice(&new);
            }
            out.extend(own.get(i));
        }
    } else {
        let mut done = 0;
        for found in memmem::find_iter(&own, &*old).take(most) {
            out.extend_from_slice(&own[done..found]);
            out.extend_from_slice(&new);
            done = found + old.len();
        }
        if done == 0 {
            return Ok(unchanged(vm, receiver, &own));
        }
        out.extend_from_slice(&own[done..]);
    }
    Ok(like(vm, receiver, &out))
}

fn partition_at(vm: &mut Vm, receiver: Value, args: Args<'_>, name: &str, back: bool) -> PyResult {
    let [value] = args.exactly(vm, name)?;
    let separator = bytes_like(vm, value)?;
    if separator.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let own = this(vm, receiver)?;
    let found = if back { memmem::rfind(&own, &separator) } else { memmem::find(&own, &separator) };
    let parts = match found {
        Some(index) => {
            let before = like(vm, receiver, &own[..index]);
            let between = if receiver.cast::<Bytes>().is_some() { value } else { like(vm, receiver, &separator) };
            [before, between, like(vm, receiver, &own[index + separator.len()..])]
        }
        None => {
            let (whole, empty, other) =
                (unchanged(vm, receiver, &own), like(vm, receiver, b""), like(vm, receiver, b""));
            if back { [empty, other, whole] } else { [whole, empty, other] }
        }
    };
    Ok(vm.new_tuple(&parts).into())
}

pub(super) fn partition(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    partition_at(vm, receiver, args, "partition", false)
}

pub(super) fn rpartition(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    partition_at(vm, receiver, args, "rpartition", true)
}

pub(super) fn join(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let [iterable] = args.exactly(vm, "join")?;
    let mut parts = vm.heap.temp_vec();
    if let Some(tuple) = iterable.cast::<Tuple>() {
        parts.extend_from_slice(tuple.items());
    } else if let Some(list) = iterable.cast::<List>() {
        parts.extend(list.as_cells().iter().map(|cell| cell.get()));
    } else {
        if !is_iterable(vm, iterable) {
            return Err(vm.type_error("can only join an iterable"));
        }
        // While a program's iterator runs, the separator must not change its size.
        let array = receiver.cast::<ByteArray>();
        let view = array.map(|array| vm.new_memoryview(array.into())).transpose()?;
        let kept = view.map(|view| vm.heap.root(view));
        let collected = vm.iter(iterable).and_then(|iterator| {
            vm.length_hint(iterator, 0)?;
            vm.collect(iterator, &mut parts)
        });
        if let Some(view) = kept {
            view.get().release();
        }
        collected?;
    }
    let separator = this(vm, receiver)?;
    let mut out = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let whole = part.cast::<MemoryView>().is_none_or(|view| view.is_c_contiguous());
        let Some(part) = content(*part).filter(|_| whole) else {
            let ty = vm.type_name(*part);
            return Err(vm.type_error(format!("sequence item {i}: expected a bytes-like object, {ty} found")));
        };
        if i > 0 {
            out.extend_from_slice(&separator);
        }
        out.extend_from_slice(&part);
    }
    if let [single] = parts.as_slice()
        && receiver.is_exact(vm.types.bytes)
        && single.is_exact(vm.types.bytes)
    {
        return Ok(*single);
    }
    Ok(like(vm, receiver, &out))
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | 0x09..=0x0D)
}

fn strip_sides(vm: &mut Vm, receiver: Value, args: Args<'_>, name: &str, left: bool, right: bool) -> PyResult {
    let args = args.between(vm, name, 0, 1)?;
    let characters = match args.first() {
        Some(value) if !value.is_none() => Some(bytes_like(vm, *value)?),
        _ => None,
    };
    let own = this(vm, receiver)?;
    let strips = |byte: u8| characters.as_ref().map_or(is_space(byte), |characters| characters.contains(&byte));
    let start = if left { own.iter().position(|b| !strips(*b)).unwrap_or(own.len()) } else { 0 };
    let end = if right { own.iter().rposition(|b| !strips(*b)).map_or(start, |i| i + 1).max(start) } else { own.len() };
    if start == 0 && end == own.len() {
        return Ok(unchanged(vm, receiver, &own));
    }
    Ok(like(vm, receiver, &own[start..end]))
}

pub(super) fn strip(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    strip_sides(vm, receiver, args, "strip", true, true)
}

pub(super) fn lstrip(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    strip_sides(vm, receiver, args, "lstrip", true, false)
}

pub(super) fn rstrip(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    strip_sides(vm, receiver, args, "rstrip", false, true)
}

pub(super) fn translate(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["", "delete"], positional_only: 1, max_positional: 2, required: 1 };
    let [table, deleted] = args.bind(vm, "translate", &PARAMETERS)?;
    let table = if table.is_none() { None } else { Some(bytes_like(vm, table)?) };
    if table.as_ref().is_some_and(|table| table.len() != 256) {
        return Err(vm.value_error("translation table must be 256 characters long"));
    }
    let deleted = if deleted.is_null() { None } else { Some(bytes_like(vm, deleted)?) };
    let own = this(vm, receiver)?;
    let kept = own.iter().copied().filter(|byte| deleted.as_ref().is_none_or(|deleted| !deleted.contains(byte)));
    let out: Vec<u8> = match &table {
        Some(table) => kept.map(|byte| table[usize::from(byte)]).collect(),
        None => kept.collect(),
    };
    Ok(like(vm, receiver, &out))
}

pub(super) fn maketrans(vm: &mut Vm, _receiver: Value, args: Args<'_>) -> PyResult {
    let [from, to] = args.exactly(vm, "maketrans")?;
    let (from, to) = (bytes_like(vm, from)?, bytes_like(vm, to)?);
    if from.len() != to.len() {
        return Err(vm.value_error("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (a, b) in from.iter().zip(to.iter()) {
        table[usize::from(*a)] = *b;
    }
    Ok(vm.new_bytes(&table).into())
}

/// `own * count`.
pub(super) fn repeat(vm: &mut Vm, own: Value, count: Value) -> PyResult {
    let content = this(vm, own)?;
    let count = vm.index_i64(count)?.max(0) as usize;
    match content.len().checked_mul(count) {
        Some(len) if vm.heap.fits(len) => {
            if count == 1 {
                return Ok(unchanged(vm, own, &content));
            }
            let repeated = content.repeat(count);
            Ok(like(vm, own, &repeated))
        }
        _ => Err(memory_error(vm)),
    }
}
