//! `BytesIO`: a file in memory.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::bytes::{self, ByteArray};
use quicken_vm::objects::opaque::{Opaque, OpaqueData};
use quicken_vm::objects::typeobj::{Type, dict_getset};
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{Fast, NoArgs, O};
use quicken_vm::spec::{MethodSpec, TypeSpec, getter, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use super::base::{derived, fill, limit, writable_len};

/// The bytes, in a `bytearray` that views can show, and the position. Closed: no bytes.
struct Memory {
    data: Value,
    position: usize,
}

impl OpaqueData for Memory {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.data);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

pub(super) static BYTES_IO: TypeSpec = TypeSpec {
    module: "_io",
    subclassable: true,
    has_dict: true,
    weak: true,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        iternext: Some(|vm, own| {
            let line = readline(vm, own, Args::EMPTY)?;
            Ok(if vm.is_true(line)? { line } else { Value::NULL })
        }),
        ..Slots::NONE
    },
    methods: METHODS,
    getset: &[
        getter("closed", |vm, own| Ok(Value::bool(with(vm, own, |memory| memory.data.is_null())?))),
        dict_getset(),
    ],
    doc: Some("Buffered I/O implementation using an in-memory bytes buffer."),
    ..TypeSpec::new("BytesIO", LayoutKind::Opaque)
};

const METHODS: &[MethodSpec] = &[
    method("read", read, Fast),
    method("read1", read, Fast),
    method("readline", readline, Fast),
    method("readlines", readlines, Fast),
    method("readinto", readinto, O),
    method("write", write, O),
    method("seek", seek, Fast),
    method("tell", |vm, own, _| open(vm, own).map(|(_, position)| Value::small_int(position as i64)), NoArgs),
    method("truncate", truncate, Fast),
    method("getvalue", getvalue, NoArgs),
    method("getbuffer", getbuffer, NoArgs),
    method("close", close, NoArgs),
    method("flush", |vm, own, _| open(vm, own).map(|_| Value::NONE), NoArgs),
    method("seekable", |vm, own, _| open(vm, own).map(|_| Value::TRUE), NoArgs),
    method("readable", |vm, own, _| open(vm, own).map(|_| Value::TRUE), NoArgs),
    method("writable", |vm, own, _| open(vm, own).map(|_| Value::TRUE), NoArgs),
    method("isatty", |vm, own, _| open(vm, own).map(|_| Value::FALSE), NoArgs),
    method("__getstate__", getstate, NoArgs),
    method("__setstate__", setstate, O),
];

/// The type `BytesIO`.
pub(super) fn bytes_type(vm: &mut Vm) -> Gc<Type> {
    let base = derived(vm, &super::base::BUFFERED_IO_BASE);
    vm.native_type(&BYTES_IO, base)
}

fn with<R>(vm: &mut Vm, own: Value, f: impl FnOnce(&mut Memory) -> R) -> PyResult<R> {
    match own.cast::<Opaque>().and_then(|object| object.with(f)) {
        Some(result) => Ok(result),
        None => Err(vm.type_error("a BytesIO was expected")),
    }
}

/// The bytes and the position of one that is open.
fn open(vm: &mut Vm, own: Value) -> PyResult<(Gc<ByteArray>, usize)> {
    let (data, position) = with(vm, own, |memory| (memory.data, memory.position))?;
    match data.cast::<ByteArray>() {
        Some(data) => Ok((data, position)),
        None => Err(vm.value_error("I/O operation on closed file.")),
    }
}

fn set_position(vm: &mut Vm, own: Value, position: usize) -> PyResult<()> {
    with(vm, own, |memory| memory.position = position)
}

fn new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    let data = vm.new_bytearray(&[]);
    // What only the data of an object that is not there yet refers to, nobody would see.
    let kept = vm.heap.root(data);
    crate::data::make(vm, ty, Memory { data: kept.get().into(), position: 0 })
}

fn init(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<()> {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["initial_bytes"], positional_only: 0, max_positional: 1, required: 0 };
    let [initial] = args.bind(vm, "BytesIO", &PARAMETERS)?;
    let initial = if initial.or_none().is_none() { Vec::new() } else { bytes::required(vm, initial)? };
    let data = vm.new_bytearray(&initial).into();
    with(vm, own, |memory| *memory = Memory { data, position: 0 })
}

fn read(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "read", 0, 1)?;
    let (data, position) = open(vm, own)?;
    let most = limit(vm, values.first().copied())?;
    let part = data.with(|all| {
        let rest = all.get(position..).unwrap_or(&[]);
        rest[..most.map_or(rest.len(), |most| most.min(rest.len()))].to_vec()
    });
    set_position(vm, own, position + part.len())?;
    Ok(vm.new_bytes(&part).into())
}

fn readline(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "readline", 0, 1)?;
    let (data, position) = open(vm, own)?;
    let most = limit(vm, values.first().copied())?;
    let line = data.with(|all| {
        let rest = all.get(position..).unwrap_or(&[]);
        let rest = &rest[..most.map_or(rest.len(), |most| most.min(rest.len()))];
        rest[..memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)].to_vec()
    });
    set_position(vm, own, position + line.len())?;
    Ok(vm.new_bytes(&line).into())
}

fn readlines(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "readlines", 0, 1)?;
    open(vm, own)?;
    let hint = limit(vm, values.first().copied())?.filter(|hint| *hint > 0);
    let lines = vm.new_list(&[]);
    let mut total = 0;
    while hint.is_none_or(|hint| total < hint) {
        let line = readline(vm, own, Args::EMPTY)?;
        let length = vm.length(line)?;
        if length == 0 {
            break;
        }
        total += length;
        lines.push(vm, line);
    }
    Ok(lines.into())
}

fn readinto(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [target] = args.exactly(vm, "readinto")?;
    let (data, position) = open(vm, own)?;
    let room = writable_len(vm, target)?;
    let part = data.with(|all| {
        let rest = all.get(position..).unwrap_or(&[]);
        rest[..room.min(rest.len())].to_vec()
    });
    fill(target, &part);
    set_position(vm, own, position + part.len())?;
    Ok(Value::small_int(part.len() as i64))
}

fn write(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [given] = args.exactly(vm, "write")?;
    let (data, position) = open(vm, own)?;
    let given = bytes::required(vm, given)?;
    if given.is_empty() {
        return Ok(Value::small_int(0));
    }
    if position > data.len() {
        data.resize(vm, position)?;
    }
    let end = (position + given.len()).min(data.len());
    data.splice(vm, position, end, &given)?;
    set_position(vm, own, position + given.len())?;
    Ok(Value::small_int(given.len() as i64))
}

fn seek(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "seek", 1, 2)?;
    let (data, position) = open(vm, own)?;
    let offset = vm.index_position(values[0])?;
    let how = match values.get(1) {
        Some(how) => vm.index_c(*how, "int")?,
        None => 0,
    };
    let base = match how {
        0 if offset < 0 => return Err(vm.value_error(format!("negative seek value {offset}"))),
        0 => 0,
        1 => position as i64,
        2 => data.len() as i64,
        _ => return Err(vm.value_error(format!("invalid whence ({how}, should be 0, 1 or 2)"))),
    };
    let Some(target) = base.checked_add(offset) else { return Err(vm.overflow_error("new position too large")) };
    let target = target.max(0);
    set_position(vm, own, target as usize)?;
    Ok(Value::small_int(target))
}

fn truncate(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "truncate", 0, 1)?;
    let (data, position) = open(vm, own)?;
    let size = match values.first() {
        Some(size) if !size.is_none() => vm.index_position(*size)?,
        _ => position as i64,
    };
    let Ok(length) = usize::try_from(size) else { return Err(vm.value_error(format!("negative size value {size}"))) };
    if length < data.len() {
        data.resize(vm, length)?;
    }
    Ok(Value::small_int(size))
}

fn getvalue(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (data, _) = open(vm, own)?;
    let all = data.to_vec();
    Ok(vm.new_bytes(&all).into())
}

fn getbuffer(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (data, _) = open(vm, own)?;
    vm.new_memoryview(data.into()).map(Value::from)
}

fn close(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    with(vm, own, |memory| memory.data = Value::NULL)?;
    Ok(Value::NONE)
}

fn getstate(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (_, position) = open(vm, own)?;
    let value = getvalue(vm, own, Args::EMPTY)?;
    let name = vm.intern("__dict__");
    let dict = vm.get_attr(own, name)?;
    Ok(vm.new_tuple(&[value, Value::small_int(position as i64), dict]).into())
}

fn setstate(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [state] = args.exactly(vm, "__setstate__")?;
    let state = vm.tuple_from(state)?;
    let [value, position, dict] = *state.items() else {
        let given = vm.type_name(state.into());
        return Err(vm.type_error(format!("_io.BytesIO.__setstate__ argument should be 3-tuple, got {given}")));
    };
    init(vm, own, Args::positional(&[value]))?;
    let position = vm.index_position(position)?;
    let Ok(position) = usize::try_from(position) else {
        return Err(vm.value_error("position value cannot be negative"));
    };
    set_position(vm, own, position)?;
    if !dict.is_none() {
        let name = vm.intern("__dict__");
        let own_dict = vm.get_attr(own, name)?;
        vm.call_method(own_dict, "update", &[dict])?;
    }
    Ok(Value::NONE)
}
