//! The abstract base classes: `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`.

use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::instance;
use quicken_vm::objects::string::Str;
use quicken_vm::objects::typeobj::{Type, dict_getset};
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{Fast, FastKeywords, NoArgs, O, Varargs};
use quicken_vm::spec::{MethodSpec, TypeSpec, getter, method};
use quicken_vm::{Args, PyResult, Raise, Value, Vm};

use super::unsupported_operation;

/// Where an object of a class written in Python remembers that it is closed.
const CLOSED: &str = "__IOBase_closed";

pub(super) static IO_BASE: TypeSpec = TypeSpec {
    module: "_io",
    subclassable: true,
    has_dict: true,
    weak: true,
    slots: Slots {
        new: Some(|vm, ty, _| Ok(vm.new_instance(ty).into())),
        iter: Some(|vm, own| {
            check_closed(vm, own)?;
            Ok(own)
        }),
        iternext: Some(|vm, own| {
            let line = vm.call_method(own, "readline", &[])?;
            Ok(if vm.is_true(line)? { line } else { Value::NULL })
        }),
        ..Slots::NONE
    },
    methods: IO_METHODS,
    getset: &[getter("closed", |vm, own| own_closed(vm, own).map(Value::bool)), dict_getset()],
    doc: Some("The abstract base class for all I/O classes."),
    ..TypeSpec::new("_IOBase", LayoutKind::Instance)
};

const IO_METHODS: &[MethodSpec] = &[
    method("seek", |vm, _, _| Err(unsupported(vm, "seek")), Varargs),
    method("tell", |vm, own, _| vm.call_method(own, "seek", &[Value::small_int(0), Value::small_int(1)]), NoArgs),
    method("truncate", |vm, _, _| Err(unsupported(vm, "truncate")), Varargs),
    method("fileno", |vm, _, _| Err(unsupported(vm, "fileno")), NoArgs),
    method("flush", |vm, own, _| if own_closed(vm, own)? { Err(closed_file(vm)) } else { Ok(Value::NONE) }, NoArgs),
    method("close", close, NoArgs),
    method("seekable", |_, _, _| Ok(Value::FALSE), NoArgs),
    method("readable", |_, _, _| Ok(Value::FALSE), NoArgs),
    method("writable", |_, _, _| Ok(Value::FALSE), NoArgs),
    method("isatty", |vm, own, _| check_closed(vm, own).map(|()| Value::FALSE), NoArgs),
    method("_checkClosed", |vm, own, _| check_closed(vm, own).map(|()| Value::NONE), Fast),
    method("_checkSeekable", |vm, own, _| check(vm, own, "seekable"), Fast),
    method("_checkReadable", |vm, own, _| check(vm, own, "readable"), Fast),
    method("_checkWritable", |vm, own, _| check(vm, own, "writable"), Fast),
    method("__enter__", |vm, own, _| check_closed(vm, own).map(|()| own), NoArgs),
    method("__exit__", |vm, own, _| vm.call_method(own, "close", &[]).map(|_| Value::NONE), Varargs),
    method("readline", readline, Fast),
    method("readlines", readlines, Fast),
    method("writelines", writelines, O),
];

pub(super) static RAW_IO_BASE: TypeSpec = TypeSpec {
    module: "_io",
    subclassable: true,
    has_dict: true,
    methods: &[
        method("read", raw_read, Fast),
        method("readall", raw_readall, NoArgs),
        method("readinto", |vm, _, _| Err(unsupported(vm, "readinto")), O),
        method("write", |vm, _, _| Err(unsupported(vm, "write")), O),
    ],
    doc: Some("Base class for raw binary I/O."),
    ..TypeSpec::new("_RawIOBase", LayoutKind::Instance)
};

pub(super) static BUFFERED_IO_BASE: TypeSpec = TypeSpec {
    module: "_io",
    subclassable: true,
    has_dict: true,
    methods: &[
        method("read", |vm, _, _| Err(unsupported(vm, "read")), Varargs),
        method("read1", |vm, _, _| Err(unsupported(vm, "read1")), Varargs),
        method("write", |vm, _, _| Err(unsupported(vm, "write")), Varargs),
        method("detach", |vm, _, _| Err(unsupported(vm, "detach")), NoArgs),
        method("readinto", |vm, own, args| read_into(vm, own, args, "read"), O),
        method("readinto1", |vm, own, args| read_into(vm, own, args, "read1"), O),
    ],
    doc: Some("Base class for buffered IO objects."),
    ..TypeSpec::new("_BufferedIOBase", LayoutKind::Instance)
};

pub(super) static TEXT_IO_BASE: TypeSpec = TypeSpec {
    module: "_io",
    subclassable: true,
    has_dict: true,
    methods: &[
        method("read", |vm, _, _| Err(unsupported(vm, "read")), Varargs),
        method("readline", |vm, _, _| Err(unsupported(vm, "readline")), Varargs),
        method("write", |vm, _, _| Err(unsupported(vm, "write")), Varargs),
        method("detach", |vm, _, _| Err(unsupported(vm, "detach")), FastKeywords),
    ],
    getset: &[
        getter("encoding", |_, _| Ok(Value::NONE)),
        getter("newlines", |_, _| Ok(Value::NONE)),
        getter("errors", |_, _| Ok(Value::NONE)),
    ],
    doc: Some("Base class for text I/O."),
    ..TypeSpec::new("_TextIOBase", LayoutKind::Instance)
};

/// `_IOBase`
pub(super) fn io_base(vm: &mut Vm) -> Gc<Type> {
    let object = vm.types.object;
    vm.native_type(&IO_BASE, object)
}

/// A class derived from `_IOBase`.
pub(super) fn derived(vm: &mut Vm, spec: &'static TypeSpec) -> Gc<Type> {
    let base = io_base(vm);
    vm.native_type(spec, base)
}

/// `io.UnsupportedOperation`
pub(super) fn unsupported(vm: &mut Vm, what: &str) -> Raise {
    match unsupported_operation(vm) {
        Ok(class) => {
            let message = vm.new_str(what);
            match vm.call_values(class, &[message.into()]) {
                Ok(exception) => vm.raise_exception(exception),
                Err(raise) => raise,
            }
        }
        Err(raise) => raise,
    }
}

/// The error of an operation on a closed file.
pub(super) fn closed_file(vm: &mut Vm) -> Raise {
    vm.value_error("I/O operation on closed file.")
}

fn own_closed(vm: &mut Vm, own: Value) -> PyResult<bool> {
    let name = vm.intern(CLOSED);
    Ok(vm.lookup_attr(own, name)?.is_some())
}

/// Refuses to go on with a file that says that it is closed.
pub(super) fn check_closed(vm: &mut Vm, own: Value) -> PyResult<()> {
    let name = vm.intern("closed");
    match vm.lookup_attr(own, name)? {
        Some(closed) if vm.is_true(closed)? => Err(closed_file(vm)),
        _ => Ok(()),
    }
}

fn check(vm: &mut Vm, own: Value, what: &'static str) -> PyResult {
    let answer = vm.call_method(own, what, &[])?;
    if answer.is(Value::TRUE) {
        return Ok(answer);
    }
    Err(unsupported(vm, &format!("File or stream is not {what}.")))
}

fn close(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    if own_closed(vm, own)? {
        return Ok(Value::NONE);
    }
    let flushed = vm.call_method(own, "flush", &[]);
    let name = vm.intern(CLOSED);
    if instance::dict_word(match own.header() {
        Some(header) => header,
        None => return Ok(Value::NONE),
    })
    .is_some()
    {
        instance::set_own(vm, own, name, Value::TRUE)?;
    }
    flushed.map(|_| Value::NONE)
}

fn readline(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "readline", 0, 1)?;
    let limit = limit(vm, values.first().copied())?;
    let peek = vm.intern("peek");
    let peek = vm.lookup_attr(own, peek)?;
    let mut line = Vec::new();
    while limit.is_none_or(|limit| line.len() < limit) {
        let mut wanted = 1;
        if let Some(peek) = peek {
            let ahead = vm.call_values(peek, &[Value::small_int(1)])?;
            let Some(ahead) = quicken_vm::objects::bytes::to_vec(ahead) else {
                let given = vm.type_name(ahead);
                let ty = vm.exc.OSError;
                return Err(vm.raise(ty, format!("peek() should have returned a bytes object, not '{given}'")));
            };
            if !ahead.is_empty() {
                wanted = memchr::memchr(b'\n', &ahead).map_or(ahead.len(), |end| end + 1);
                if let Some(limit) = limit {
                    wanted = wanted.min(limit - line.len());
                }
            }
        }
        let read = vm.call_method(own, "read", &[Value::small_int(wanted as i64)])?;
        let Some(read) = quicken_vm::objects::bytes::to_vec(read) else {
            let given = vm.type_name(read);
            let ty = vm.exc.OSError;
            return Err(vm.raise(ty, format!("read() should have returned a bytes object, not '{given}'")));
        };
        if read.is_empty() {
            break;
        }
        line.extend(read);
        if line.ends_with(b"\n") {
            break;
        }
    }
    Ok(vm.new_bytes(&line).into())
}

/// A number of bytes or characters; `None`, nothing and negative numbers are no limit.
pub(super) fn limit(vm: &mut Vm, value: Option<Value>) -> PyResult<Option<usize>> {
    match value {
        Some(value) if !value.is_none() && !value.is_null() => {
            if !quicken_vm::objects::slice::is_index(vm, value) {
                let given = vm.type_name(value);
                return Err(vm.type_error(format!("argument should be integer or None, not '{given}'")));
            }
            Ok(usize::try_from(vm.index_position(value)?).ok())
        }
        _ => Ok(None),
    }
}

fn readlines(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "readlines", 0, 1)?;
    let hint = limit(vm, values.first().copied())?.filter(|hint| *hint > 0);
    let lines = vm.new_list(&[]);
    let iterator = vm.iter(own)?;
    let mut total = 0;
    while let Some(line) = vm.next(iterator)? {
        lines.push(vm, line);
        if let Some(hint) = hint {
            total += vm.length(line)?;
            if total >= hint {
                break;
            }
        }
    }
    Ok(lines.into())
}

fn writelines(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [lines] = args.exactly(vm, "writelines")?;
    check_closed(vm, own)?;
    vm.for_each(lines, |vm, line| vm.call_method(own, "write", &[line]).map(drop))?;
    Ok(Value::NONE)
}

fn raw_read(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "read", 0, 1)?;
    let Some(size) = limit(vm, values.first().copied())? else { return vm.call_method(own, "readall", &[]) };
    let buffer = vm.new_bytearray(&vec![0; size]);
    let count = vm.call_method(own, "readinto", &[buffer.into()])?;
    if count.is_none() {
        return Ok(Value::NONE);
    }
    let count = vm.index_position(count)?.max(0) as usize;
    let bytes = buffer.with(|bytes| bytes[..count.min(bytes.len())].to_vec());
    Ok(vm.new_bytes(&bytes).into())
}

fn raw_readall(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let mut all = Vec::new();
    loop {
        let part = vm.call_method(own, "read", &[Value::small_int(super::BUFFER_SIZE as i64)])?;
        if part.is_none() {
            return Ok(if all.is_empty() { part } else { vm.new_bytes(&all).into() });
        }
        match quicken_vm::objects::bytes::to_vec(part) {
            Some(part) if part.is_empty() => return Ok(vm.new_bytes(&all).into()),
            Some(part) => all.extend(part),
            None => return Err(vm.type_error("read() should return bytes")),
        }
    }
}

fn read_into(vm: &mut Vm, own: Value, args: Args<'_>, method: &'static str) -> PyResult {
    let [target] = args.exactly(vm, "readinto")?;
    let room = writable_len(vm, target)?;
    let data = vm.call_method(own, method, &[Value::small_int(room as i64)])?;
    let Some(data) = quicken_vm::objects::bytes::to_vec(data) else {
        return Err(vm.type_error("read() should return bytes"));
    };
    if data.len() > room {
        return Err(vm.value_error(format!(
            "{method}() returned too much data: {room} bytes requested, {} returned",
            data.len()
        )));
    }
    fill(target, &data);
    Ok(Value::small_int(data.len() as i64))
}

/// The size of an object that bytes can be read into.
pub(crate) fn writable_len(vm: &mut Vm, target: Value) -> PyResult<usize> {
    quicken_vm::objects::buffer::check_contiguous(vm, target)?;
    if let Some(length) = quicken_vm::objects::buffer::writable_len(target) {
        return Ok(length);
    }
    let given = vm.type_name(target);
    Err(vm.type_error(format!("readinto() argument must be read-write bytes-like object, not {given}")))
}

/// Stores bytes at the front of such an object.
pub(crate) fn fill(target: Value, data: &[u8]) {
    quicken_vm::objects::buffer::store(target, 0, data);
}

/// A string argument.
pub(super) fn text_argument(vm: &mut Vm, value: Value, function: &str, what: &str) -> PyResult<Gc<Str>> {
    match value.cast::<Str>() {
        Some(text) => Ok(text),
        None => {
            let given = if value.is_none() { "None".to_owned() } else { vm.type_name(value) };
            Err(vm.type_error(format!("{function}() {what} must be str, not {given}")))
        }
    }
}
