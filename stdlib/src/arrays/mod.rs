//! `array`: numbers of one kind, side by side.
//!
//! The items lie in a `bytearray` that programs do not see, so that views can show them and keep their number from changing.

mod iterator;
mod numbers;
mod pickle;

use std::any::Any;

use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::buffer::{self, Exported, Format};
use quicken_vm::objects::bytes::{ByteArray, Bytes};
use quicken_vm::objects::genericalias::class_getitem;
use quicken_vm::objects::list::List;
use quicken_vm::objects::opaque::{Opaque, OpaqueData};
use quicken_vm::objects::slice::{Slice, is_index, place};
use quicken_vm::objects::string::Str;
use quicken_vm::objects::tuple::Tuple;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::protocol::hash_not_implemented;
use quicken_vm::slots::{CompareOp, Slots};
use quicken_vm::spec::Convention::{Fast, NoArgs, O};
use quicken_vm::spec::{MethodSpec, ModuleSpec, PatternKind, TypeSpec, class_method, getter, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::native_type;
use crate::set_attribute;
use numbers::{Kind, TYPE_CODES};

/// `array`.
pub static ARRAY_MODULE: ModuleSpec = ModuleSpec {
    name: "array",
    doc: Some(
        "This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, \
         floating point\nnumbers.\n",
    ),
    functions: &[method("_array_reconstructor", pickle::reconstruct, Fast)],
    init: Some(|vm, module| {
        let ty = native_type(vm, &ARRAY);
        set_attribute(vm, module, "array", ty.into());
        set_attribute(vm, module, "ArrayType", ty.into());
        let codes = vm.new_str(TYPE_CODES);
        set_attribute(vm, module, "typecodes", codes.into());
        // Without the library there are no abstract classes to be one of.
        if let Ok(classes) = vm.import_absolute("_collections_abc") {
            let name = vm.intern("MutableSequence");
            let class = vm.get_attr(classes, name)?;
            vm.call_method(class, "register", &[ty.into()])?;
        }
        Ok(())
    }),
};

static ARRAY: TypeSpec = TypeSpec {
    module: "array",
    subclassable: true,
    weak: true,
    pattern: PatternKind::Sequence,
    slots: Slots {
        new: Some(new),
        length: Some(length),
        concat: Some(concat),
        repeat: Some(repeat),
        inplace_concat: Some(inplace_concat),
        inplace_repeat: Some(inplace_repeat),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(|vm, own, value| Ok(find(vm, own, value, 0, usize::MAX)?.is_some())),
        repr: Some(repr),
        hash: Some(hash_not_implemented),
        compare: Some(compare),
        iter: Some(iterator::iter),
        ..Slots::NONE
    },
    methods: METHODS,
    getset: &[
        getter("typecode", |vm, own| {
            let (kind, _) = parts(vm, own)?;
            Ok(vm.latin1_str(kind.letter()).into())
        }),
        getter("itemsize", |vm, own| Ok(Value::small_int(parts(vm, own)?.0.size() as i64))),
    ],
    doc: Some("array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode."),
    ..TypeSpec::new("array", LayoutKind::Opaque)
};

const METHODS: &[MethodSpec] = &[
    method("append", append, O),
    method("buffer_info", buffer_info, NoArgs),
    method("byteswap", byteswap, NoArgs),
    method("__copy__", copy, NoArgs),
    method("count", count, O),
    method("__deepcopy__", copy, O),
    method("extend", extend, O),
    method("fromfile", fromfile, Fast),
    method("fromlist", fromlist, O),
    method("frombytes", frombytes, O),
    method("fromunicode", fromunicode, O),
    method("index", index, Fast),
    method("insert", insert, Fast),
    method("pop", pop, Fast),
    method("__reduce_ex__", pickle::reduce_ex, O),
    method("remove", remove, O),
    method("reverse", reverse, NoArgs),
    method("tofile", tofile, O),
    method("tolist", tolist, NoArgs),
    method("tobytes", tobytes, NoArgs),
    method("tounicode", tounicode, NoArgs),
    method("__sizeof__", size_of_object, NoArgs),
    class_method("__class_getitem__", class_getitem, O),
];

/// An array's items.
struct Items {
    kind: Kind,
    /// The `bytearray`.
    storage: Value,
}

impl OpaqueData for Items {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.storage);
    }

    fn exported(&self) -> Option<Exported> {
        let letter = self.kind.letter();
        let format = Format::new(if self.kind == Kind::TEXT { b'w' } else { letter });
        Some(Exported { storage: self.storage, format })
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// The kind of an array's items, and their bytes.
fn parts(vm: &mut Vm, own: Value) -> PyResult<(Kind, Gc<ByteArray>)> {
    match parts_of(own) {
        Some(parts) => Ok(parts),
        None => Err(vm.type_error("an array was expected")),
    }
}

fn parts_of(value: Value) -> Option<(Kind, Gc<ByteArray>)> {
    let (kind, storage) = value.cast::<Opaque>()?.with(|items: &mut Items| (items.kind, items.storage))?;
    Some((kind, storage.cast::<ByteArray>()?))
}

/// An array with these bytes.
fn make(vm: &mut Vm, ty: Gc<Type>, kind: Kind, bytes: &[u8]) -> PyResult {
    let storage = vm.new_bytearray(bytes);
    let kept = vm.heap.root(storage);
    crate::data::make(vm, ty, Items { kind, storage: kept.get().into() })
}

fn make_plain(vm: &mut Vm, kind: Kind, bytes: &[u8]) -> PyResult {
    let ty = native_type(vm, &ARRAY);
    make(vm, ty, kind, bytes)
}

/// A character that stands for a kind.
fn letter(vm: &mut Vm, value: Value, function: &str) -> PyResult<u32> {
    match value.cast::<Str>() {
        Some(text) if text.len() == 1 => Ok(text.char_at(0)),
        _ => {
            let given = if value.is_none() { "None".to_owned() } else { vm.type_name(value) };
            let number = if function == "array" { 1 } else { 2 };
            Err(vm.type_error(format!("{function}() argument {number} must be a unicode character, not {given}")))
        }
    }
}

/// `array.__new__(typecode, initializer)`.
fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    if ty == native_type(vm, &ARRAY) {
        args.no_keywords(vm, "array.array")?;
    }
    let (code, initial) = match args.positionals() {
        [code] => (*code, None),
        [code, initial] => (*code, Some(*initial)),
        given => {
            let (word, limit, plural) = if given.is_empty() { ("at least", 1, "") } else { ("at most", 2, "s") };
            let given = given.len();
            return Err(vm.type_error(format!("array() takes {word} {limit} argument{plural} ({given} given)")));
        }
    };
    let code = letter(vm, code, "array")?;
    let shown = char::from_u32(code).unwrap_or('\u{FFFD}');
    let Some(initial) = initial else {
        let Some(kind) = Kind::by_letter(code) else { return Err(numbers::bad_type_code(vm)) };
        return make(vm, ty, kind, &[]);
    };
    let other = parts_of(initial);
    if shown != 'u' {
        if initial.cast::<Str>().is_some() {
            return Err(vm.type_error(format!("cannot use a str to initialize an array with typecode '{shown}'")));
        }
        if other.is_some_and(|(kind, _)| kind == Kind::TEXT) {
            return Err(
                vm.type_error(format!("cannot use a unicode array to initialize an array with typecode '{shown}'"))
            );
        }
    }
    let same = other.filter(|(kind, _)| u32::from(kind.letter()) == code);
    let is_bytes = initial.cast::<Bytes>().is_some() || initial.cast::<ByteArray>().is_some();
    let is_sequence = initial.cast::<List>().is_some() || initial.cast::<Tuple>().is_some();
    let is_text = shown == 'u' && initial.cast::<Str>().is_some();
    // What is neither is asked for an iterator before the letter is looked at.
    let iterator = if is_bytes || is_sequence || is_text || same.is_some() { None } else { Some(vm.iter(initial)?) };
    let Some(kind) = Kind::by_letter(code) else { return Err(numbers::bad_type_code(vm)) };
    if let Some((_, storage)) = same {
        return make(vm, ty, kind, &storage.to_vec());
    }
    let own = make(vm, ty, kind, &[])?;
    if is_bytes {
        frombytes(vm, own, Args::positional(&[initial]))?;
    } else if is_text {
        fromunicode(vm, own, Args::positional(&[initial]))?;
    } else {
        extend_by_iteration(vm, own, iterator.unwrap_or(initial))?;
    }
    Ok(own)
}

fn length(vm: &mut Vm, own: Value) -> PyResult<usize> {
    let (kind, storage) = parts(vm, own)?;
    Ok(storage.len() / kind.size())
}

/// The item at a place, `None` beyond the end.
fn item(vm: &mut Vm, own: Value, at: usize) -> PyResult<Option<Value>> {
    let (kind, storage) = parts(vm, own)?;
    let size = kind.size();
    let mut bytes = [0; 8];
    let there = storage.with(|all| {
        let found = at.checked_mul(size).and_then(|start| all.get(start..start + size));
        found.map(|found| bytes[..size].copy_from_slice(found)).is_some()
    });
    if there { kind.unpack(vm, &bytes[..size]).map(Some) } else { Ok(None) }
}

/// Replaces the items from `start` up to `end` by those of these bytes.
fn splice(vm: &mut Vm, own: Value, start: usize, end: usize, bytes: &[u8]) -> PyResult<()> {
    let (kind, storage) = parts(vm, own)?;
    let size = kind.size();
    if bytes.len() != (end - start) * size && storage.is_exported(vm) {
        return Err(vm.buffer_error("cannot resize an array that is exporting buffers"));
    }
    storage.splice(vm, start * size, end * size, bytes)
}

fn push(vm: &mut Vm, own: Value, value: Value) -> PyResult<()> {
    let (kind, _) = parts(vm, own)?;
    let bytes = kind.pack(vm, value)?;
    let end = length(vm, own)?;
    splice(vm, own, end, end, &bytes[..kind.size()])
}

fn extend_by_iteration(vm: &mut Vm, own: Value, iterable: Value) -> PyResult<()> {
    vm.for_each(iterable, |vm, value| push(vm, own, value))
}

/// The first place from `start` up to `end` with an equal item.
fn find(vm: &mut Vm, own: Value, value: Value, start: usize, end: usize) -> PyResult<Option<usize>> {
    let mut at = start;
    while at < end {
        let Some(item) = item(vm, own, at)? else { break };
        if vm.equals(item, value)? {
            return Ok(Some(at));
        }
        at += 1;
    }
    Ok(None)
}

// ---- operators ----

fn concat(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    let (kind, own) = parts(vm, left)?;
    let Some((other_kind, other)) = parts_of(right) else {
        let given = vm.type_name(right);
        return Err(vm.type_error(format!("can only append array (not \"{given}\") to array")));
    };
    if kind != other_kind {
        return Err(vm.type_error("bad argument type for built-in operation"));
    }
    let mut bytes = own.to_vec();
    other.with(|other| bytes.extend_from_slice(other));
    make_plain(vm, kind, &bytes)
}

fn inplace_concat(vm: &mut Vm, own: Value, other: Value) -> PyResult {
    if parts_of(other).is_none() {
        let given = vm.type_name(other);
        return Err(vm.type_error(format!("can only extend array with array (not \"{given}\")")));
    }
    extend_by_array(vm, own, other)?;
    Ok(own)
}

fn extend_by_array(vm: &mut Vm, own: Value, other: Value) -> PyResult<()> {
    let ((kind, _), (other_kind, other)) = (parts(vm, own)?, parts(vm, other)?);
    if kind != other_kind {
        return Err(vm.type_error("can only extend with array of same kind"));
    }
    let (end, bytes) = (length(vm, own)?, other.to_vec());
    splice(vm, own, end, end, &bytes)
}

fn repeated(vm: &mut Vm, own: Value, count: Value) -> PyResult<(Kind, Vec<u8>)> {
    let count = usize::try_from(vm.index_i64(count)?).unwrap_or(0);
    let (kind, storage) = parts(vm, own)?;
    let size = storage.len().checked_mul(count);
    if !size.is_some_and(|size| vm.heap.fits(size)) {
        return Err(vm.raise_with(vm.exc.MemoryError, &[]));
    }
    Ok((kind, storage.with(|bytes| bytes.repeat(count))))
}

fn repeat(vm: &mut Vm, own: Value, count: Value) -> PyResult {
    let (kind, bytes) = repeated(vm, own, count)?;
    make_plain(vm, kind, &bytes)
}

fn inplace_repeat(vm: &mut Vm, own: Value, count: Value) -> PyResult {
    let (_, bytes) = repeated(vm, own, count)?;
    let end = length(vm, own)?;
    splice(vm, own, 0, end, &bytes)?;
    Ok(own)
}

fn getitem(vm: &mut Vm, own: Value, key: Value) -> PyResult {
    if let Some(slice) = key.cast::<Slice>() {
        let mut bounds = slice.bounds(vm)?;
        let (kind, storage) = parts(vm, own)?;
        let size = kind.size();
        let count = bounds.adjust(storage.len() / size);
        let bytes = storage.with(|all| {
            let starts = (0..count as i64).map(|at| (bounds.start + at * bounds.step) as usize * size);
            starts.flat_map(|start| all[start..start + size].iter().copied()).collect::<Vec<u8>>()
        });
        return make_plain(vm, kind, &bytes);
    }
    if !is_index(vm, key) {
        return Err(vm.type_error("array indices must be integers"));
    }
    let index = vm.index_position(key)?;
    let length = length(vm, own)?;
    match place(index, length) {
        Some(at) => Ok(item(vm, own, at)?.unwrap_or(Value::NONE)),
        None => Err(vm.index_error("array index out of range")),
    }
}

fn setitem(vm: &mut Vm, own: Value, key: Value, value: Value) -> PyResult<()> {
    if let Some(slice) = key.cast::<Slice>() {
        return set_slice(vm, own, slice, value);
    }
    if !is_index(vm, key) {
        return Err(vm.type_error("array indices must be integers"));
    }
    let index = vm.index_position(key)?;
    let length = length(vm, own)?;
    let Some(at) = place(index, length) else { return Err(vm.index_error("array assignment index out of range")) };
    if value.is_null() {
        return splice(vm, own, at, at + 1, &[]);
    }
    let (kind, storage) = parts(vm, own)?;
    let (size, bytes) = (kind.size(), kind.pack(vm, value)?);
    // Converting the value may have made the array shorter.
    if storage.len() < (at + 1) * size {
        return Err(vm.index_error("array assignment index out of range"));
    }
    storage.with_mut(|all| all[at * size..(at + 1) * size].copy_from_slice(&bytes[..size]));
    Ok(())
}

fn set_slice(vm: &mut Vm, own: Value, slice: Gc<Slice>, value: Value) -> PyResult<()> {
    let mut bounds = slice.bounds(vm)?;
    let (kind, storage) = parts(vm, own)?;
    let size = kind.size();
    let count = bounds.adjust(storage.len() / size);
    let bytes = if value.is_null() {
        Vec::new()
    } else {
        let Some((other_kind, other)) = parts_of(value) else {
            let given = vm.type_name(value);
            return Err(vm.type_error(format!("can only assign array (not \"{given}\") to array slice")));
        };
        if other_kind != kind {
            return Err(vm.type_error("bad argument type for built-in operation"));
        }
        other.to_vec()
    };
    let given = bytes.len() / size;
    if given != count && storage.is_exported(vm) {
        return Err(vm.buffer_error("cannot resize an array that is exporting buffers"));
    }
    if bounds.step == 1 {
        let start = bounds.start as usize;
        return splice(vm, own, start, start + count, &bytes);
    }
    let mut places: Vec<usize> = (0..count as i64).map(|at| (bounds.start + at * bounds.step) as usize).collect();
    if given == 0 {
        places.sort_unstable();
        let mut gone = places.into_iter().peekable();
        let kept = storage.with(|all| {
            let items = all.chunks_exact(size).enumerate();
            let kept = items.filter(|(at, _)| gone.next_if_eq(at).is_none());
            kept.flat_map(|(_, item)| item.iter().copied()).collect::<Vec<u8>>()
        });
        let end = length(vm, own)?;
        return splice(vm, own, 0, end, &kept);
    }
    if given != count {
        return Err(
            vm.value_error(format!("attempt to assign array of size {given} to extended slice of size {count}"))
        );
    }
    storage.with_mut(|all| {
        for (at, item) in places.into_iter().zip(bytes.chunks_exact(size)) {
            all[at * size..(at + 1) * size].copy_from_slice(item);
        }
    });
    Ok(())
}

fn compare(vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    let (Some((kind, own)), Some((other_kind, other))) = (parts_of(left), parts_of(right)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let (length, other_length) = (own.len() / kind.size(), other.len() / other_kind.size());
    if matches!(op, CompareOp::Eq | CompareOp::Ne) {
        if length != other_length {
            return Ok(Value::bool(op == CompareOp::Ne));
        }
        if kind == other_kind && kind.signed().is_some() {
            let same = own.with(|a| other.with(|b| a == b));
            return Ok(Value::bool(same == (op == CompareOp::Eq)));
        }
    }
    let mut at = 0;
    loop {
        match (item(vm, left, at)?, item(vm, right, at)?) {
            (Some(a), Some(b)) if vm.equals(a, b)? => at += 1,
            (Some(a), Some(b)) => {
                return match op {
                    CompareOp::Eq => Ok(Value::FALSE),
                    CompareOp::Ne => Ok(Value::TRUE),
                    _ => vm.compare(a, b, op),
                };
            }
            (a, b) => return Ok(Value::bool(op.test(a.is_some().cmp(&b.is_some())))),
        }
    }
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let (kind, storage) = parts(vm, own)?;
    let name = vm.type_of(own).name.get().to_string_lossy().into_owned();
    let letter = char::from(kind.letter());
    if storage.is_empty() {
        return Ok(vm.new_str(&format!("{name}('{letter}')")).into());
    }
    let items = if kind == Kind::TEXT { tounicode(vm, own, Args::EMPTY)? } else { tolist(vm, own, Args::EMPTY)? };
    let format = vm.new_str(&format!("{name}('{letter}', %r)"));
    let items = vm.new_tuple(&[items]);
    vm.binary_op(quicken_vm::slots::BinaryOp::Remainder, format.into(), items.into())
}

// ---- methods ----

fn append(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly(vm, "append")?;
    push(vm, own, value)?;
    Ok(Value::NONE)
}

fn extend(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [source] = args.exactly(vm, "extend")?;
    match parts_of(source) {
        Some(_) => extend_by_array(vm, own, source)?,
        None => extend_by_iteration(vm, own, source)?,
    }
    Ok(Value::NONE)
}

fn buffer_info(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (_, storage) = parts(vm, own)?;
    let address = vm.int(storage.with(|bytes| bytes.as_ptr() as i64));
    let length = length(vm, own)? as i64;
    Ok(vm.new_pair(address, Value::small_int(length)).into())
}

fn byteswap(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (kind, storage) = parts(vm, own)?;
    storage.with_mut(|all| all.chunks_exact_mut(kind.size()).for_each(<[u8]>::reverse));
    Ok(Value::NONE)
}

fn copy(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (kind, storage) = parts(vm, own)?;
    make_plain(vm, kind, &storage.to_vec())
}

fn count(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly(vm, "count")?;
    let (mut count, mut at) = (0, 0);
    while let Some(found) = find(vm, own, value, at, usize::MAX)? {
        count += 1;
        at = found + 1;
    }
    Ok(Value::small_int(count))
}

fn index(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "index", 1, 3)?;
    let length = length(vm, own)? as i64;
    let mut bounds = [0, i64::MAX];
    for (bound, value) in bounds.iter_mut().zip(&values[1..]) {
        *bound = quicken_vm::objects::slice::search_bound(vm, *value)?;
        if *bound < 0 {
            *bound = (*bound + length).max(0);
        }
    }
    match find(vm, own, values[0], bounds[0] as usize, bounds[1] as usize)? {
        Some(at) => Ok(Value::small_int(at as i64)),
        None => Err(vm.value_error("array.index(x): x not in array")),
    }
}

fn remove(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly(vm, "remove")?;
    match find(vm, own, value, 0, usize::MAX)? {
        Some(at) if at < length(vm, own)? => splice(vm, own, at, at + 1, &[])?,
        _ => return Err(vm.value_error("array.remove(x): x not in array")),
    }
    Ok(Value::NONE)
}

fn insert(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [at, value] = args.exactly(vm, "insert")?;
    let at = vm.index_i64(at)?;
    let (kind, _) = parts(vm, own)?;
    let bytes = kind.pack(vm, value)?;
    let length = length(vm, own)? as i64;
    let at = if at < 0 { (at + length).max(0) } else { at.min(length) } as usize;
    splice(vm, own, at, at, &bytes[..kind.size()])?;
    Ok(Value::NONE)
}

fn pop(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "pop", 0, 1)?;
    let index = match values.first() {
        Some(index) => vm.index_i64(*index)?,
        None => -1,
    };
    let length = length(vm, own)?;
    if length == 0 {
        return Err(vm.index_error("pop from empty array"));
    }
    let Some(at) = place(index, length) else { return Err(vm.index_error("pop index out of range")) };
    let found = item(vm, own, at)?.unwrap_or(Value::NONE);
    splice(vm, own, at, at + 1, &[])?;
    Ok(found)
}

fn reverse(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (kind, storage) = parts(vm, own)?;
    storage.with_mut(|all| {
        // Backwards byte by byte, and each item forwards again.
        all.reverse();
        all.chunks_exact_mut(kind.size()).for_each(<[u8]>::reverse);
    });
    Ok(Value::NONE)
}

fn fromlist(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [source] = args.exactly(vm, "fromlist")?;
    let Some(list) = source.cast::<List>() else { return Err(vm.type_error("arg must be list")) };
    let (kind, _) = parts(vm, own)?;
    let (count, mut bytes) = (list.len(), Vec::new());
    for at in 0..count {
        let Some(value) = list.get(at) else { break };
        bytes.extend_from_slice(&kind.pack(vm, value)?[..kind.size()]);
        if list.len() != count {
            return Err(vm.runtime_error("list changed size during iteration"));
        }
    }
    let end = length(vm, own)?;
    splice(vm, own, end, end, &bytes)?;
    Ok(Value::NONE)
}

fn frombytes(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [source] = args.exactly(vm, "frombytes")?;
    let bytes = buffer::required(vm, source)?;
    if buffer::item_size(source) != 1 {
        return Err(vm.type_error("a bytes-like object is required"));
    }
    let (kind, _) = parts(vm, own)?;
    if !bytes.len().is_multiple_of(kind.size()) {
        return Err(vm.value_error("bytes length not a multiple of item size"));
    }
    let end = length(vm, own)?;
    splice(vm, own, end, end, &bytes)?;
    Ok(Value::NONE)
}

fn fromfile(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [file, count] = args.exactly(vm, "fromfile")?;
    let count = vm.index_i64(count)?;
    let Ok(count) = usize::try_from(count) else { return Err(vm.value_error("negative count")) };
    let (kind, _) = parts(vm, own)?;
    let Some(wanted) = count.checked_mul(kind.size()).filter(|wanted| *wanted <= isize::MAX as usize) else {
        return Err(vm.raise_with(vm.exc.MemoryError, &[]));
    };
    let data = vm.call_method(file, "read", &[Value::small_int(wanted as i64)])?;
    let Some(bytes) = data.cast::<Bytes>() else { return Err(vm.type_error("read() didn't return bytes")) };
    frombytes(vm, own, Args::positional(&[data]))?;
    if bytes.len() != wanted {
        return Err(vm.eof_error("read() didn't return enough bytes"));
    }
    Ok(Value::NONE)
}

fn tofile(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    const BLOCK: usize = 64 * 1024;
    let [file] = args.exactly(vm, "tofile")?;
    let (_, storage) = parts(vm, own)?;
    for block in storage.to_vec().chunks(BLOCK) {
        let block = vm.new_bytes(block);
        vm.call_method(file, "write", &[block.into()])?;
    }
    Ok(Value::NONE)
}

fn tolist(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let list = vm.new_list(&[]);
    let mut at = 0;
    while let Some(value) = item(vm, own, at)? {
        list.push(vm, value);
        at += 1;
    }
    Ok(list.into())
}

fn tobytes(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (_, storage) = parts(vm, own)?;
    let bytes = storage.to_vec();
    Ok(vm.new_bytes(&bytes).into())
}

fn fromunicode(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [text] = args.exactly(vm, "fromunicode")?;
    let Some(text) = text.cast::<Str>() else {
        let given = if text.is_none() { "None".to_owned() } else { vm.type_name(text) };
        return Err(vm.type_error(format!("fromunicode() argument must be str, not {given}")));
    };
    if parts(vm, own)?.0 != Kind::TEXT {
        return Err(vm.value_error("fromunicode() may only be called on unicode type arrays"));
    }
    let bytes: Vec<u8> = text.code_points().flat_map(u32::to_le_bytes).collect();
    let end = length(vm, own)?;
    splice(vm, own, end, end, &bytes)?;
    Ok(Value::NONE)
}

fn tounicode(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (kind, storage) = parts(vm, own)?;
    if kind != Kind::TEXT {
        return Err(vm.value_error("tounicode() may only be called on unicode type arrays"));
    }
    let points: Vec<u32> = storage.with(|all| {
        let units = all.as_chunks::<4>().0;
        units.iter().map(|unit| u32::from_le_bytes(*unit)).collect()
    });
    if let Some(wrong) = points.iter().find(|point| **point > 0x10_FFFF) {
        return Err(vm.value_error(format!("character U+{wrong:x} is not in range [U+0000; U+10ffff]")));
    }
    Ok(vm.str_from_code_points(&points).into())
}

fn size_of_object(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    // The size of CPython's structure, and of the items.
    const STRUCTURE: usize = 64;
    let (_, storage) = parts(vm, own)?;
    Ok(Value::small_int((STRUCTURE + storage.len()) as i64))
}
