//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: buffers over a raw file. `BufferedRWPair` hands on to two of them.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::bytes;
use quicken_vm::objects::opaque::{Opaque, OpaqueData};
use quicken_vm::objects::typeobj::{Type, dict_getset, full_name};
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{Fast, NoArgs, O};
use quicken_vm::spec::{GetSetSpec, MethodSpec, TypeSpec, getter, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use super::base::{derived, fill, limit, unsupported, writable_len};
use super::{BUFFER_SIZE, file};

/// A raw file with what was read ahead of the program, and what it wrote and the file does not have yet. One of the two is empty.
struct Buffered {
    raw: Value,
    ahead: Vec<u8>,
    at: usize,
    pending: Vec<u8>,
    size: usize,
}

impl OpaqueData for Buffered {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.raw);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

macro_rules! buffered_type {
    ($spec:ident, $name:literal, $init:expr, $($methods:ident),*) => {
        pub(super) static $spec: TypeSpec = TypeSpec {
            module: "_io",
            subclassable: true,
            has_dict: true,
            weak: true,
            slots: Slots {
                new: Some(new),
                init: Some($init),
                repr: Some(repr),
                iternext: Some(next),
                ..Slots::NONE
            },
            methods: &{
                const LISTS: &[&[MethodSpec]] = &[COMMON, $($methods),*];
                const COUNT: usize = COMMON.len() $(+ $methods.len())*;
                let mut all = [COMMON[0]; COUNT];
                let (mut list, mut at) = (0, 0);
                while list < LISTS.len() {
                    let mut index = 0;
                    while index < LISTS[list].len() {
                        all[at] = LISTS[list][index];
                        index += 1;
                        at += 1;
                    }
                    list += 1;
                }
                all
            },
            getset: ATTRIBUTES,
            ..TypeSpec::new($name, LayoutKind::Opaque)
        };
    };
}

buffered_type!(READER, "BufferedReader", |vm, own, args| init(vm, own, args, "BufferedReader", "readable"), READING);
buffered_type!(WRITER, "BufferedWriter", |vm, own, args| init(vm, own, args, "BufferedWriter", "writable"), WRITING);
buffered_type!(
    RANDOM,
    "BufferedRandom",
    |vm, own, args| init(vm, own, args, "BufferedRandom", "seekable"),
    READING,
    WRITING
);

const COMMON: &[MethodSpec] = &[
    method("flush", flush_method, NoArgs),
    method("seek", seek, Fast),
    method("tell", tell, NoArgs),
    method("truncate", truncate, Fast),
    method("close", close, NoArgs),
    method("detach", detach, NoArgs),
    method("seekable", |vm, own, _| ask_raw(vm, own, "seekable"), NoArgs),
    method("readable", |vm, own, _| ask_raw(vm, own, "readable"), NoArgs),
    method("writable", |vm, own, _| ask_raw(vm, own, "writable"), NoArgs),
    method("fileno", |vm, own, _| ask_raw(vm, own, "fileno"), NoArgs),
    method("isatty", |vm, own, _| ask_raw(vm, own, "isatty"), NoArgs),
    method("_dealloc_warn", |_, _, _| Ok(Value::NONE), O),
    method("__del__", finalize, NoArgs),
    method("__reduce__", no_pickle, NoArgs),
    method("__getstate__", no_pickle, NoArgs),
];

const READING: &[MethodSpec] = &[
    method("read", read, Fast),
    method("read1", read1, Fast),
    method("peek", peek, Fast),
    method("readinto", readinto, O),
    method("readinto1", readinto, O),
    method("readline", readline, Fast),
];

const WRITING: &[MethodSpec] = &[method("write", write, O)];

const ATTRIBUTES: &[GetSetSpec] = &[
    getter("raw", raw_of),
    getter("closed", |vm, own| raw_attribute(vm, own, "closed")),
    getter("name", |vm, own| raw_attribute(vm, own, "name")),
    getter("mode", |vm, own| raw_attribute(vm, own, "mode")),
    dict_getset(),
];

/// One of the three types.
pub(super) fn buffered_type(vm: &mut Vm, spec: &'static TypeSpec) -> Gc<Type> {
    let base = derived(vm, &super::base::BUFFERED_IO_BASE);
    vm.native_type(spec, base)
}

/// Whether an object is one of the three types itself: then what is here can be called without looking its methods up.
pub(super) fn is_plain(vm: &mut Vm, value: Value) -> bool {
    [&READER, &WRITER, &RANDOM].into_iter().any(|spec| value.is_exact(buffered_type(vm, spec)))
}

fn with<R>(vm: &mut Vm, own: Value, f: impl FnOnce(&mut Buffered) -> R) -> PyResult<R> {
    match own.cast::<Opaque>().and_then(|object| object.with(f)) {
        Some(result) => Ok(result),
        None => Err(vm.type_error("a buffered file was expected")),
    }
}

fn new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    let data = Buffered { raw: Value::NULL, ahead: Vec::new(), at: 0, pending: Vec::new(), size: BUFFER_SIZE };
    let object: Value = vm.new_opaque(ty, data);
    // What was written and not flushed is written when the object dies.
    if !ty.is_heap_type() {
        vm.heap.add_finalizable(object);
    }
    Ok(object)
}

fn init(vm: &mut Vm, own: Value, args: Args<'_>, name: &str, ability: &'static str) -> PyResult<()> {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["raw", "buffer_size"], positional_only: 0, max_positional: 2, required: 1 };
    let [raw, size] = args.bind(vm, name, &PARAMETERS)?;
    let size = if size.is_null() { BUFFER_SIZE as i64 } else { vm.index_position(size)? };
    let able = vm.call_method(raw, ability, &[])?;
    if !vm.is_true(able)? {
        return Err(unsupported(vm, &format!("File or stream is not {ability}.")));
    }
    let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) else {
        return Err(vm.value_error("buffer size must be strictly positive"));
    };
    with(vm, own, |data| *data = Buffered { raw, ahead: Vec::new(), at: 0, pending: Vec::new(), size })
}

fn raw_of(vm: &mut Vm, own: Value) -> PyResult {
    let raw = with(vm, own, |data| data.raw)?;
    if raw.is_null() {
        return Err(vm.value_error("raw stream has been detached"));
    }
    Ok(raw)
}

fn raw_attribute(vm: &mut Vm, own: Value, name: &str) -> PyResult {
    let raw = raw_of(vm, own)?;
    let name = vm.intern(name);
    vm.get_attr(raw, name)
}

fn ask_raw(vm: &mut Vm, own: Value, name: &'static str) -> PyResult {
    let raw = raw_of(vm, own)?;
    vm.call_method(raw, name, &[])
}

/// The raw file, which must be open.
fn open(vm: &mut Vm, own: Value, doing: &str) -> PyResult {
    let raw = raw_of(vm, own)?;
    let name = vm.intern("closed");
    let closed = vm.get_attr(raw, name)?;
    if vm.is_true(closed)? {
        return Err(vm.value_error(format!("{doing} of closed file")));
    }
    Ok(raw)
}

/// Reads from the raw file; `None` when it would block.
fn raw_read(vm: &mut Vm, raw: Value, most: usize) -> PyResult<Option<Vec<u8>>> {
    if raw.is_exact(file::file_type(vm)) {
        return file::read_at_most(vm, raw, most);
    }
    let array = vm.new_bytearray(&vec![0; most]);
    let view: Value = vm.new_memoryview(array.into())?.into();
    let count = vm.call_method(raw, "readinto", &[view])?;
    if count.is_none() {
        return Ok(None);
    }
    let count = vm.index_position(count)?;
    match usize::try_from(count).ok().filter(|count| *count <= most) {
        Some(count) => Ok(Some(array.with(|bytes| bytes[..count].to_vec()))),
        None => {
            let ty = vm.exc.OSError;
            Err(vm.raise(
                ty,
                format!("raw readinto() returned invalid length {count} (should have been between 0 and {most})"),
            ))
        }
    }
}

/// Takes what was read ahead, `most` bytes at most.
fn take_ahead(data: &mut Buffered, most: usize) -> Vec<u8> {
    let end = data.at + most.min(data.ahead.len() - data.at);
    let taken = data.ahead[data.at..end].to_vec();
    data.at = end;
    taken
}

/// Reads ahead when nothing is left; answers whether there is something now.
fn fill_ahead(vm: &mut Vm, own: Value, raw: Value) -> PyResult<bool> {
    let (left, size) = with(vm, own, |data| (data.ahead.len() - data.at, data.size))?;
    if left > 0 {
        return Ok(true);
    }
    let part = raw_read(vm, raw, size)?.unwrap_or_default();
    let found = !part.is_empty();
    with(vm, own, |data| (data.ahead, data.at) = (part, 0))?;
    Ok(found)
}

/// Up to `most` bytes, everything without a limit. `None` when the raw file would block before the first byte.
pub(super) fn read_bytes(vm: &mut Vm, own: Value, most: Option<usize>) -> PyResult<Option<Vec<u8>>> {
    let raw = open(vm, own, "read")?;
    flush(vm, own)?;
    let Some(most) = most else {
        let mut all = with(vm, own, |data| take_ahead(data, usize::MAX))?;
        let name = vm.intern("readall");
        let rest = match vm.lookup_attr(raw, name)? {
            Some(readall) => vm.call_values(readall, &[])?,
            None => vm.call_method(raw, "read", &[])?,
        };
        if rest.is_none() {
            return Ok((!all.is_empty()).then_some(all));
        }
        match bytes::to_vec(rest) {
            Some(rest) => all.extend(rest),
            None => return Err(vm.type_error("readall() should return bytes")),
        }
        return Ok(Some(all));
    };
    let mut all = with(vm, own, |data| take_ahead(data, most))?;
    while all.len() < most {
        let (wanted, size) = (most - all.len(), with(vm, own, |data| data.size)?);
        // Large parts go past the buffer.
        let part = if wanted >= size { raw_read(vm, raw, wanted)? } else { raw_read(vm, raw, size)? };
        match part {
            None if all.is_empty() => return Ok(None),
            Some(part) if !part.is_empty() => {
                let now = part.len().min(wanted);
                all.extend_from_slice(&part[..now]);
                with(vm, own, |data| (data.ahead, data.at) = (part, now))?;
            }
            _ => break,
        }
    }
    Ok(Some(all))
}

/// What one read of the raw file gives at most.
pub(super) fn read_once(vm: &mut Vm, own: Value, most: usize) -> PyResult<Vec<u8>> {
    let raw = open(vm, own, "read")?;
    flush(vm, own)?;
    if most == 0 || !fill_ahead(vm, own, raw)? {
        return Ok(Vec::new());
    }
    with(vm, own, |data| take_ahead(data, most))
}

fn read(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "read", 0, 1)?;
    if let Some(size) = values.first().and_then(|size| size.as_small_int())
        && size < -1
    {
        return Err(vm.value_error("read length must be non-negative or -1"));
    }
    let most = limit(vm, values.first().copied())?;
    match read_bytes(vm, own, most)? {
        Some(data) => Ok(vm.new_bytes(&data).into()),
        None => Ok(Value::NONE),
    }
}

fn read1(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "read1", 0, 1)?;
    let most = match limit(vm, values.first().copied())? {
        Some(most) => most,
        None => with(vm, own, |data| data.size)?,
    };
    let data = read_once(vm, own, most)?;
    Ok(vm.new_bytes(&data).into())
}

fn peek(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.between(vm, "peek", 0, 1)?;
    let raw = open(vm, own, "peek")?;
    flush(vm, own)?;
    fill_ahead(vm, own, raw)?;
    let data = with(vm, own, |data| data.ahead[data.at..].to_vec())?;
    Ok(vm.new_bytes(&data).into())
}

fn readinto(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [target] = args.exactly(vm, "readinto")?;
    let room = writable_len(vm, target)?;
    match read_bytes(vm, own, Some(room))? {
        Some(data) => {
            fill(target, &data);
            Ok(Value::small_int(data.len() as i64))
        }
        None => Ok(Value::NONE),
    }
}

fn readline(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "readline", 0, 1)?;
    let most = limit(vm, values.first().copied())?;
    let line = line(vm, own, most)?;
    Ok(vm.new_bytes(&line).into())
}

fn line(vm: &mut Vm, own: Value, most: Option<usize>) -> PyResult<Vec<u8>> {
    let raw = open(vm, own, "readline")?;
    flush(vm, own)?;
    let mut line = Vec::new();
    while most.is_none_or(|most| line.len() < most) && fill_ahead(vm, own, raw)? {
        let (part, ended) = with(vm, own, |data| {
            let left = &data.ahead[data.at..];
            let end = memchr::memchr(b'\n', left).map_or(left.len(), |end| end + 1);
            let end = most.map_or(end, |most| end.min(most - line.len()));
            let part = take_ahead(data, end);
            let ended = part.ends_with(b"\n");
            (part, ended)
        })?;
        line.extend(part);
        if ended {
            break;
        }
    }
    Ok(line)
}

fn next(vm: &mut Vm, own: Value) -> PyResult {
    let plain = is_plain(vm, own);
    if !plain {
        let line = vm.call_method(own, "readline", &[])?;
        return Ok(if vm.is_true(line)? { line } else { Value::NULL });
    }
    let line = line(vm, own, None)?;
    Ok(if line.is_empty() { Value::NULL } else { vm.new_bytes(&line).into() })
}

/// Forgets what was read ahead, with the raw file's position where the program's is.
fn forget_ahead(vm: &mut Vm, own: Value, raw: Value) -> PyResult<()> {
    let left = with(vm, own, |data| {
        let left = data.ahead.len() - data.at;
        data.ahead.clear();
        data.at = 0;
        left
    })?;
    if left > 0 {
        let back = Value::small_int(-(left as i64));
        vm.call_method(raw, "seek", &[back, Value::small_int(1)])?;
    }
    Ok(())
}

/// Writes bytes; they may stay in the buffer.
pub(super) fn write_bytes(vm: &mut Vm, own: Value, given: &[u8]) -> PyResult<()> {
    let raw = open(vm, own, "write to")?;
    forget_ahead(vm, own, raw)?;
    let full = with(vm, own, |data| {
        data.pending.extend_from_slice(given);
        data.pending.len() > data.size
    })?;
    if full { flush(vm, own) } else { Ok(()) }
}

fn write(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [given] = args.exactly(vm, "write")?;
    if given.cast::<quicken_vm::objects::string::Str>().is_some() {
        return Err(vm.type_error("a bytes-like object is required, not 'str'"));
    }
    let raw = raw_of(vm, own)?;
    let name = vm.intern("closed");
    let closed = vm.get_attr(raw, name)?;
    if vm.is_true(closed)? {
        return Err(vm.value_error("write to closed file"));
    }
    let given = bytes::required(vm, given)?;
    write_bytes(vm, own, &given)?;
    Ok(Value::small_int(given.len() as i64))
}

/// Hands what was written to the raw file.
pub(super) fn flush(vm: &mut Vm, own: Value) -> PyResult<()> {
    loop {
        let (raw, pending) = with(vm, own, |data| (data.raw, std::mem::take(&mut data.pending)))?;
        if pending.is_empty() || raw.is_null() {
            return Ok(());
        }
        let part = vm.new_bytes(&pending);
        let written = match vm.call_method(raw, "write", &[part.into()]) {
            Ok(written) if written.is_none() => 0,
            Ok(written) => vm.index_position(written)?,
            Err(raise) => {
                with(vm, own, |data| data.pending = pending)?;
                return Err(raise);
            }
        };
        let Some(written) = usize::try_from(written).ok().filter(|count| *count <= pending.len()) else {
            let ty = vm.exc.OSError;
            return Err(vm.raise(
                ty,
                format!(
                    "raw write() returned invalid length {written} (should have been between 0 and {})",
                    pending.len()
                ),
            ));
        };
        let rest = pending[written..].to_vec();
        let blocked = written == 0;
        with(vm, own, |data| data.pending = rest)?;
        if blocked {
            let (ty, message) = (vm.exc.BlockingIOError, vm.new_str("write could not complete without blocking"));
            let errno = Value::small_int(i64::from(libc::EAGAIN));
            return Err(vm.raise_with(ty, &[errno, message.into(), Value::small_int(0)]));
        }
    }
}

fn flush_method(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    open(vm, own, "flush")?;
    flush(vm, own)?;
    let raw = raw_of(vm, own)?;
    vm.call_method(raw, "flush", &[])
}

fn seek(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "seek", 1, 2)?;
    let raw = open(vm, own, "seek")?;
    let how = values.get(1).copied().unwrap_or(Value::small_int(0));
    let number = vm.index_c(how, "int")?;
    if !(0..=2).contains(&number) {
        return Err(vm.value_error(format!("whence value {number} unsupported")));
    }
    let able = vm.call_method(raw, "seekable", &[])?;
    if !vm.is_true(able)? {
        return Err(unsupported(vm, "File or stream is not seekable."));
    }
    flush(vm, own)?;
    forget_ahead(vm, own, raw)?;
    vm.call_method(raw, "seek", &[values[0], how])
}

fn tell(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    position(vm, own).map(Value::small_int)
}

/// Where the program is in the file.
pub(super) fn position(vm: &mut Vm, own: Value) -> PyResult<i64> {
    let raw = raw_of(vm, own)?;
    let position = vm.call_method(raw, "tell", &[])?;
    let position = vm.index_position(position)?;
    if position < 0 {
        let ty = vm.exc.OSError;
        return Err(vm.raise(ty, format!("Raw stream returned invalid position {position}")));
    }
    let (ahead, pending) = with(vm, own, |data| (data.ahead.len() - data.at, data.pending.len()))?;
    Ok(position - ahead as i64 + pending as i64)
}

fn truncate(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "truncate", 0, 1)?;
    let raw = open(vm, own, "truncate")?;
    let able = vm.call_method(raw, "writable", &[])?;
    if !vm.is_true(able)? {
        return Err(unsupported(vm, "truncate"));
    }
    flush(vm, own)?;
    let size = match values.first() {
        Some(size) if !size.is_none() => *size,
        _ => Value::small_int(position(vm, own)?),
    };
    forget_ahead(vm, own, raw)?;
    vm.call_method(raw, "truncate", &[size])
}

fn close(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let raw = raw_of(vm, own)?;
    let name = vm.intern("closed");
    let closed = vm.get_attr(raw, name)?;
    if vm.is_true(closed)? {
        return Ok(Value::NONE);
    }
    let flushed = vm.call_method(own, "flush", &[]);
    let closed = vm.call_method(raw, "close", &[]);
    flushed?;
    closed
}

fn detach(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let raw = raw_of(vm, own)?;
    vm.call_method(own, "flush", &[])?;
    with(vm, own, |data| data.raw = Value::NULL)?;
    Ok(raw)
}

/// What happens when the object dies: it is closed, unless somebody did or took the raw file.
fn finalize(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    if with(vm, own, |data| data.raw.is_null())? { Ok(Value::NONE) } else { close(vm, own, Args::EMPTY) }
}

fn no_pickle(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let name = vm.type_name(own);
    Err(vm.type_error(format!("cannot pickle '{name}' object")))
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let class = full_name(vm, vm.type_of(own));
    let raw = with(vm, own, |data| data.raw)?;
    let name = vm.intern("name");
    let name = if raw.is_null() { None } else { vm.lookup_attr(raw, name)? };
    let text = match name {
        Some(name) => format!("<{class} name={}>", vm.repr_text(name)?),
        None => format!("<{class}>"),
    };
    Ok(vm.new_str(&text).into())
}

// ---- BufferedRWPair ----

struct Pair {
    reader: Value,
    writer: Value,
}

impl OpaqueData for Pair {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.reader);
        marker.value(self.writer);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

pub(super) static PAIR: TypeSpec = TypeSpec {
    module: "_io",
    subclassable: true,
    has_dict: true,
    weak: true,
    slots: Slots { new: Some(pair_new), init: Some(pair_init), ..Slots::NONE },
    methods: PAIR_METHODS,
    getset: &[getter("closed", |vm, own| {
        let writer = pair(vm, own)?.1;
        let name = vm.intern("closed");
        vm.get_attr(writer, name)
    })],
    ..TypeSpec::new("BufferedRWPair", LayoutKind::Opaque)
};

macro_rules! forwarded {
    ($($name:literal => $part:tt),*) => {
        &[
            $(method($name, |vm, own, args| {
                let target = pair(vm, own)?.$part;
                let name = vm.intern($name);
                let function = vm.get_attr(target, name)?;
                vm.call(function, args)
            }, Fast),)*
            method("close", pair_close, NoArgs),
            method("isatty", pair_isatty, NoArgs),
        ]
    };
}

const PAIR_METHODS: &[MethodSpec] = forwarded!(
    "read" => 0, "peek" => 0, "read1" => 0, "readinto" => 0, "readinto1" => 0, "readable" => 0,
    "write" => 1, "flush" => 1, "writable" => 1
);

fn pair(vm: &mut Vm, own: Value) -> PyResult<(Value, Value)> {
    let found = own.cast::<Opaque>().and_then(|object| object.with(|pair: &mut Pair| (pair.reader, pair.writer)));
    match found {
        Some((reader, writer)) if !reader.is_null() => Ok((reader, writer)),
        _ => Err(vm.value_error("I/O operation on uninitialized object")),
    }
}

fn pair_new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    let data = Pair { reader: Value::NULL, writer: Value::NULL };
    Ok(vm.new_opaque(ty, data))
}

fn pair_init(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<()> {
    args.no_keywords(vm, "BufferedRWPair")?;
    let values = args.between(vm, "BufferedRWPair", 2, 3)?;
    let size = values.get(2).copied();
    let mut parts = [Value::NULL; 2];
    for (index, (spec, ability)) in [(&READER, "readable"), (&WRITER, "writable")].into_iter().enumerate() {
        let able = vm.call_method(values[index], ability, &[])?;
        if !vm.is_true(able)? {
            return Err(unsupported(vm, &format!("File or stream is not {ability}.")));
        }
        let ty = buffered_type(vm, spec);
        parts[index] = match size {
            Some(size) => vm.call_values(ty.into(), &[values[index], size])?,
            None => vm.call_values(ty.into(), &[values[index]])?,
        };
    }
    if let Some(object) = own.cast::<Opaque>() {
        object.with(|pair: &mut Pair| *pair = Pair { reader: parts[0], writer: parts[1] });
    }
    Ok(())
}

fn pair_close(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (reader, writer) = pair(vm, own)?;
    let written = vm.call_method(writer, "close", &[]);
    let read = vm.call_method(reader, "close", &[]);
    written?;
    read
}

fn pair_isatty(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (reader, writer) = pair(vm, own)?;
    let answer = vm.call_method(writer, "isatty", &[])?;
    if vm.is_true(answer)? { Ok(answer) } else { vm.call_method(reader, "isatty", &[]) }
}
