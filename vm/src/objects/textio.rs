//! The standard streams, as `sys.stdin`, `sys.stdout` and `sys.stderr` show them: text files over the VM's own streams.

use std::any::Any;
use std::io::{BufRead, Read, Write};

use crate::Vm;
use crate::args::Args;
use crate::builtins::text::os_error;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Gc, Header, LayoutKind};
use crate::objects::opaque::{Opaque, OpaqueData};
use crate::objects::string::Str;
use crate::objects::string_methods::arguments::{size, string};
use crate::objects::string_methods::encode::encode;
use crate::slots::Slots;
use crate::spec::Convention::{Fast, NoArgs, O, Varargs, VarargsKeywords};
use crate::spec::{GetSetSpec, MethodSpec, TypeSpec, getter, method};
use crate::value::Value;

/// A standard stream of the VM.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stream {
    /// Standard input.
    Input,
    /// Standard output: [`Vm::stdout`].
    Output,
    /// Standard error: [`Vm::stderr`].
    Error,
}

impl OpaqueData for Stream {
    fn trace(&self, _marker: &mut Marker) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// The streams' type.
pub static TEXT_IO_TYPE: TypeSpec = TypeSpec {
    module: "_io",
    slots: Slots {
        repr: Some(repr),
        iter: Some(|_, value| Ok(value)),
        iternext: Some(|vm, _| {
            let line = read_line(vm)?;
            Ok(if line.is_empty() { Value::NULL } else { line.into() })
        }),
        ..Slots::NONE
    },
    methods: METHODS,
    getset: ATTRIBUTES,
    ..TypeSpec::new("TextIOWrapper", LayoutKind::Opaque)
};

/// The type of `sys.stdout.buffer` and the like: the same stream, in bytes.
pub static BINARY_IO_TYPE: TypeSpec = TypeSpec {
    module: "_io",
    slots: Slots { repr: Some(|vm, own| repr_bytes(vm, own, "BufferedWriter")), ..Slots::NONE },
    methods: &[
        method("write", write_bytes, O),
        method("flush", flush_method, NoArgs),
        method("readable", |_, _, _| Ok(Value::FALSE), NoArgs),
        method("writable", |_, _, _| Ok(Value::TRUE), NoArgs),
        method("isatty", |_, _, _| Ok(Value::FALSE), NoArgs),
        method("fileno", |_, own, _| Ok(Value::small_int(number(own))), NoArgs),
    ],
    getset: BINARY_ATTRIBUTES,
    ..TypeSpec::new("BufferedWriter", LayoutKind::Opaque)
};

/// The type of `sys.stdin.buffer`.
static BINARY_INPUT_TYPE: TypeSpec = TypeSpec {
    module: "_io",
    slots: Slots {
        repr: Some(|vm, own| repr_bytes(vm, own, "BufferedReader")),
        iter: Some(|_, value| Ok(value)),
        iternext: Some(|vm, own| {
            let line = readline_bytes(vm, own, Args::EMPTY)?;
            Ok(if vm.is_true(line)? { line } else { Value::NULL })
        }),
        ..Slots::NONE
    },
    methods: &[
        method("read", read_bytes, Fast),
        method("readline", readline_bytes, Fast),
        method("readlines", readlines_bytes, NoArgs),
        method("flush", flush_method, NoArgs),
        method("readable", |_, _, _| Ok(Value::TRUE), NoArgs),
        method("writable", |_, _, _| Ok(Value::FALSE), NoArgs),
        method("isatty", |_, _, _| Ok(Value::FALSE), NoArgs),
        method("fileno", |_, own, _| Ok(Value::small_int(number(own))), NoArgs),
    ],
    getset: BINARY_ATTRIBUTES,
    ..TypeSpec::new("BufferedReader", LayoutKind::Opaque)
};

static BINARY_ATTRIBUTES: &[GetSetSpec] = &[
    getter("name", |vm, own| Ok(vm.intern(name(own)).into())),
    getter("mode", |vm, own| Ok(vm.intern(if stream_of(own) == Some(Stream::Input) { "rb" } else { "wb" }).into())),
    getter("closed", |_, _| Ok(Value::FALSE)),
];

fn repr_bytes(vm: &mut Vm, own: Value, class: &str) -> PyResult {
    Ok(vm.new_str(&format!("<_io.{class} name='{}'>", name(own))).into())
}

fn readlines_bytes(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let mut lines = vm.heap.temp_vec();
    loop {
        let line = readline_bytes(vm, own, Args::EMPTY)?;
        if !vm.is_true(line)? {
            return Ok(vm.new_list(&lines).into());
        }
        lines.push(line);
    }
}

static METHODS: &[MethodSpec] = &[
    method("write", write_method, O),
    method("writelines", writelines, O),
    method("flush", flush_method, NoArgs),
    method("read", read, Fast),
    method("readline", readline, Fast),
    method("readlines", readlines, Fast),
    method("isatty", |_, _, _| Ok(Value::FALSE), NoArgs),
    method("readable", |_, own, _| Ok(Value::bool(stream_of(own) == Some(Stream::Input))), NoArgs),
    method("writable", |_, own, _| Ok(Value::bool(stream_of(own) != Some(Stream::Input))), NoArgs),
    method("seekable", |_, _, _| Ok(Value::FALSE), NoArgs),
    method("fileno", |_, own, _| Ok(Value::small_int(number(own))), NoArgs),
    method("close", flush_method, NoArgs),
    method("reconfigure", flush_method, VarargsKeywords),
    method("__enter__", |_, own, _| Ok(own), NoArgs),
    method("__exit__", flush_method, Varargs),
    method("tell", not_seekable, NoArgs),
    method("seek", not_seekable, Varargs),
    method("truncate", not_seekable, Varargs),
    method("detach", not_seekable, NoArgs),
];

static ATTRIBUTES: &[GetSetSpec] = &[
    getter("buffer", |vm, own| {
        let stream = stream_of(own).unwrap_or(Stream::Output);
        let header = Header::new(match stream {
            Stream::Input => {
                let object = vm.types.object;
                vm.native_type(&BINARY_INPUT_TYPE, object)
            }
            Stream::Output | Stream::Error => vm.types.binary_io,
        });
        Ok(vm.heap.allocate(Opaque::new(header, Box::new(stream))).into())
    }),
    getter("encoding", |vm, _| Ok(vm.intern("utf-8").into())),
    getter("errors", |vm, own| {
        Ok(vm.intern(if stream_of(own) == Some(Stream::Error) { "backslashreplace" } else { "strict" }).into())
    }),
    getter("name", |vm, own| Ok(vm.intern(name(own)).into())),
    getter("mode", |vm, own| Ok(vm.intern(if stream_of(own) == Some(Stream::Input) { "r" } else { "w" }).into())),
    getter("closed", |_, _| Ok(Value::FALSE)),
    getter("newlines", |_, _| Ok(Value::NONE)),
    getter("line_buffering", |_, own| Ok(Value::bool(stream_of(own) == Some(Stream::Error)))),
    getter("write_through", |_, _| Ok(Value::FALSE)),
];

/// The stream behind an object, if it is one of text or bytes.
#[inline]
fn stream_of(value: Value) -> Option<Stream> {
    value.cast::<Opaque>()?.with(|stream: &mut Stream| *stream)
}

/// The stream behind a text file, if it is one of the VM's.
#[inline]
pub fn text_stream(vm: &Vm, value: Value) -> Option<Stream> {
    if value.is_exact(vm.types.text_io) { stream_of(value) } else { None }
}

/// The object for a stream.
pub fn new_stream(vm: &mut Vm, stream: Stream) -> Value {
    let header = Header::new(vm.types.text_io);
    vm.heap.allocate(Opaque::new(header, Box::new(stream))).into()
}

/// Writes text to a stream.
///
/// # Errors
/// `UnicodeEncodeError` for surrogates (standard error escapes them), `OSError` when the operating system refuses.
pub fn write(vm: &mut Vm, stream: Stream, text: Gc<Str>) -> PyResult<()> {
    let encoded;
    let bytes = match text.as_ascii() {
        Some(text) => text.as_bytes(),
        None => {
            encoded = encode(vm, text, "utf-8", if stream == Stream::Error { "backslashreplace" } else { "strict" })?;
            &encoded
        }
    };
    write_raw(vm, stream, bytes)
}

fn write_raw(vm: &mut Vm, stream: Stream, bytes: &[u8]) -> PyResult<()> {
    let result = match stream {
        Stream::Input => {
            let message = vm.new_str("not writable");
            let ty = vm.exc.OSError;
            return Err(vm.raise_with(ty, &[message.into()]));
        }
        Stream::Output => vm.stdout.write_all(bytes),
        Stream::Error => vm.stderr.write_all(bytes),
    };
    result.map_err(|error| os_error(vm, &error))
}

/// Hands what is buffered to the operating system.
///
/// # Errors
/// `OSError` when it refuses.
pub fn flush(vm: &mut Vm, stream: Stream) -> PyResult<()> {
    let result = match stream {
        Stream::Input => Ok(()),
        Stream::Output => vm.stdout.flush(),
        Stream::Error => vm.stderr.flush(),
    };
    result.map_err(|error| os_error(vm, &error))
}

/// The next line of standard input with its end, empty at the end of the input.
///
/// # Errors
/// `OSError`; `UnicodeDecodeError` when the input is no UTF-8.
pub fn read_line(vm: &mut Vm) -> PyResult<Gc<Str>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_until(b'\n', &mut bytes).map_err(|error| os_error(vm, &error))?;
    decoded(vm, &bytes)
}

fn decoded(vm: &mut Vm, bytes: &[u8]) -> PyResult<Gc<Str>> {
    let text = crate::objects::bytes_methods::decode::decode(vm, bytes, "utf-8", "strict")?;
    // Universal newlines.
    let Some(ends) = text.as_ascii().filter(|text| text.contains('\r')) else { return Ok(text) };
    let ends = ends.replace("\r\n", "\n").replace('\r', "\n");
    Ok(vm.new_str(&ends))
}

fn number(own: Value) -> i64 {
    match stream_of(own) {
        Some(Stream::Input) => 0,
        Some(Stream::Error) => 2,
        _ => 1,
    }
}

fn name(own: Value) -> &'static str {
    match stream_of(own) {
        Some(Stream::Input) => "<stdin>",
        Some(Stream::Error) => "<stderr>",
        _ => "<stdout>",
    }
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let mode = if stream_of(own) == Some(Stream::Input) { "r" } else { "w" };
    let text = format!("<_io.TextIOWrapper name='{}' mode='{mode}' encoding='utf-8'>", name(own));
    Ok(vm.new_str(&text).into())
}

/// The standard streams have no position that the VM knows of.
fn not_seekable(vm: &mut Vm, _own: Value, _args: Args<'_>) -> PyResult {
    let message = vm.new_str("underlying stream is not seekable");
    let ty = vm.exc.OSError;
    Err(vm.raise_with(ty, &[message.into()]))
}

fn write_method(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [text] = args.exactly(vm, "write")?;
    let text = string(vm, text, "write() argument ")?;
    write(vm, stream_of(own).unwrap_or(Stream::Output), text)?;
    Ok(Value::small_int(text.len() as i64))
}

fn writelines(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [lines] = args.exactly(vm, "writelines")?;
    let stream = stream_of(own).unwrap_or(Stream::Output);
    vm.for_each(lines, |vm, line| {
        let line = string(vm, line, "write() argument ")?;
        write(vm, stream, line)
    })?;
    Ok(Value::NONE)
}

fn flush_method(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    flush(vm, stream_of(own).unwrap_or(Stream::Output))?;
    Ok(Value::NONE)
}

fn write_bytes(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [bytes] = args.exactly(vm, "write")?;
    let Some(bytes) = crate::objects::bytes::to_vec(bytes) else {
        let ty = vm.type_name(bytes);
        return Err(vm.type_error(format!("a bytes-like object is required, not '{ty}'")));
    };
    write_raw(vm, stream_of(own).unwrap_or(Stream::Output), &bytes)?;
    Ok(Value::small_int(bytes.len() as i64))
}

fn readline_bytes(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.between(vm, "readline", 0, 1)?;
    readable(vm, own)?;
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_until(b'\n', &mut bytes).map_err(|error| os_error(vm, &error))?;
    Ok(vm.new_bytes(&bytes).into())
}

fn read_bytes(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let args = args.between(vm, "read", 0, 1)?;
    readable(vm, own)?;
    let most = match args.first() {
        Some(most) if !most.is_none() => u64::try_from(size(vm, *most)?).unwrap_or(u64::MAX),
        _ => u64::MAX,
    };
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(|error| os_error(vm, &error))?;
    Ok(vm.new_bytes(&bytes).into())
}

fn readable(vm: &mut Vm, own: Value) -> PyResult<()> {
    if stream_of(own) == Some(Stream::Input) {
        return Ok(());
    }
    let message = vm.new_str("not readable");
    let ty = vm.exc.OSError;
    Err(vm.raise_with(ty, &[message.into()]))
}

fn read(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let args = args.between(vm, "read", 0, 1)?;
    readable(vm, own)?;
    let most = match args.first() {
        Some(most) if !most.is_none() => size(vm, *most)?,
        _ => -1,
    };
    let mut bytes = Vec::new();
    let mut input = std::io::stdin().lock();
    let result = if most < 0 {
        input.read_to_end(&mut bytes).map(drop)
    } else {
        // A number of characters: whole ones are read, byte by byte, from the buffered stream.
        (0..most).try_for_each(|_| read_character(&mut input, &mut bytes))
    };
    drop(input);
    result.map_err(|error| os_error(vm, &error))?;
    decoded(vm, &bytes).map(Value::from)
}

/// Appends the bytes of the next character, if there is one.
fn read_character(input: &mut impl BufRead, bytes: &mut Vec<u8>) -> std::io::Result<()> {
    let Some(first) = input.by_ref().bytes().next().transpose()? else { return Ok(()) };
    bytes.push(first);
    let more = match first {
        0xC0..=0xDF => 1,
        0xE0..=0xEF => 2,
        0xF0..=0xF7 => 3,
        _ => 0,
    };
    input.by_ref().take(more).read_to_end(bytes).map(drop)
}

fn readline(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.between(vm, "readline", 0, 1)?;
    readable(vm, own)?;
    read_line(vm).map(Value::from)
}

fn readlines(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.between(vm, "readlines", 0, 1)?;
    readable(vm, own)?;
    let lines = vm.new_list(&[]);
    loop {
        let line = read_line(vm)?;
        if line.is_empty() {
            return Ok(lines.into());
        }
        lines.push(vm, line.into());
    }
}
