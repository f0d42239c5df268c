//! `TextIOWrapper`: text over a file of bytes. The encodings that the VM knows are decoded and encoded by it; others by the
//! library's `codecs`.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::bytes;
use quicken_vm::objects::bytes_methods::decode::decode;
use quicken_vm::objects::opaque::{Opaque, OpaqueData};
use quicken_vm::objects::string::{Str, concat};
use quicken_vm::objects::string_methods::encode::{Encoding, encode};
use quicken_vm::objects::typeobj::{Type, dict_getset};
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{Fast, FastKeywords, NoArgs, O};
use quicken_vm::spec::{GetSetSpec, MethodSpec, TypeSpec, getset, getter, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use super::base::{derived, limit, unsupported};
use super::buffered;
use super::newlines::{Newline, Seen, incoming};

/// How many bytes are read at a time.
const CHUNK: usize = 8192;

/// A text file.
struct Text {
    buffer: Value,
    encoding: String,
    errors: String,
    newline: Newline,
    line_buffering: bool,
    write_through: bool,
    /// The text that was decoded and not read yet, from `at` on.
    decoded: Value,
    at: usize,
    /// The same before ends of lines were translated, for `tell`.
    original: Value,
    /// Bytes that are no complete character yet.
    rest: Vec<u8>,
    /// Whether the last part ended with `\r`, which is held back.
    carriage: bool,
    seen: Seen,
    /// The incremental decoder of `codecs`, for encodings that the VM does not know.
    decoder: Value,
    ended: bool,
}

impl OpaqueData for Text {
    fn trace(&self, marker: &mut Marker) {
        for value in [self.buffer, self.decoded, self.original, self.decoder] {
            marker.value(value);
        }
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

pub(super) static TEXT_IO: TypeSpec = TypeSpec {
    module: "_io",
    subclassable: true,
    has_dict: true,
    weak: true,
    slots: Slots { new: Some(new), init: Some(init), repr: Some(repr), iternext: Some(next), ..Slots::NONE },
    methods: METHODS,
    getset: ATTRIBUTES,
    doc: Some("Character and line based layer over a BufferedIOBase object, buffer."),
    ..TypeSpec::new("TextIOWrapper", LayoutKind::Opaque)
};

const METHODS: &[MethodSpec] = &[
    method("read", read, Fast),
    method("readline", readline, Fast),
    method("write", write, O),
    method("flush", flush, NoArgs),
    method("seek", seek, FastKeywords),
    method("tell", tell, NoArgs),
    method("truncate", truncate, Fast),
    method("close", close, NoArgs),
    method("detach", detach, NoArgs),
    method("reconfigure", reconfigure, FastKeywords),
    method("fileno", |vm, own, _| ask(vm, own, "fileno"), NoArgs),
    method("isatty", |vm, own, _| ask(vm, own, "isatty"), NoArgs),
    method("seekable", |vm, own, _| ask(vm, own, "seekable"), NoArgs),
    method("readable", |vm, own, _| ask(vm, own, "readable"), NoArgs),
    method("writable", |vm, own, _| ask(vm, own, "writable"), NoArgs),
];

const ATTRIBUTES: &[GetSetSpec] = &[
    getter("buffer", |vm, own| with(vm, own, |text| text.buffer.or_none())),
    getter("closed", |vm, own| attribute(vm, own, "closed")),
    getter("name", |vm, own| attribute(vm, own, "name")),
    getter("encoding", |vm, own| {
        let encoding = with(vm, own, |text| text.encoding.clone())?;
        Ok(vm.new_str(&encoding).into())
    }),
    getter("errors", |vm, own| {
        let errors = with(vm, own, |text| text.errors.clone())?;
        Ok(vm.new_str(&errors).into())
    }),
    getter("newlines", |vm, own| {
        let seen = with(vm, own, |text| text.seen)?;
        Ok(seen.value(vm))
    }),
    getter("line_buffering", |vm, own| Ok(Value::bool(with(vm, own, |text| text.line_buffering)?))),
    getter("write_through", |vm, own| Ok(Value::bool(with(vm, own, |text| text.write_through)?))),
    getset("_CHUNK_SIZE", |_, _| Ok(Value::small_int(CHUNK as i64)), |_, _, _| Ok(())),
    dict_getset(),
];

/// The type `TextIOWrapper`.
pub(super) fn text_type(vm: &mut Vm) -> Gc<Type> {
    let base = derived(vm, &super::base::TEXT_IO_BASE);
    vm.native_type(&TEXT_IO, base)
}

fn with<R>(vm: &mut Vm, own: Value, f: impl FnOnce(&mut Text) -> R) -> PyResult<R> {
    match own.cast::<Opaque>().and_then(|object| object.with(f)) {
        Some(result) => Ok(result),
        None => Err(vm.type_error("a TextIOWrapper was expected")),
    }
}

fn new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    let text = Text {
        buffer: Value::NULL,
        encoding: String::new(),
        errors: String::new(),
        newline: Newline::Translated,
        line_buffering: false,
        write_through: false,
        decoded: Value::NULL,
        at: 0,
        original: Value::NULL,
        rest: Vec::new(),
        carriage: false,
        seen: Seen::default(),
        decoder: Value::NULL,
        ended: false,
    };
    Ok(vm.new_opaque(ty, text))
}

fn init(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<()> {
    const PARAMETERS: Parameters<6> = Parameters {
        names: ["buffer", "encoding", "errors", "newline", "line_buffering", "write_through"],
        positional_only: 0,
        max_positional: 6,
        required: 1,
    };
    let [buffer, encoding, errors, newline, line_buffering, write_through] =
        args.bind(vm, "TextIOWrapper", &PARAMETERS)?;
    let encoding = encoding_name(vm, encoding)?;
    let errors = errors_name(vm, errors)?;
    let newline = Newline::parse(vm, newline, false)?;
    let line_buffering = !line_buffering.is_null() && vm.is_true(line_buffering)?;
    let write_through = !write_through.is_null() && vm.is_true(write_through)?;
    if encoding.contains('\0') {
        return Err(vm.value_error("embedded null character"));
    }
    let decoder = other_decoder(vm, &encoding, &errors)?;
    let _ = ability(vm, buffer)?;
    with(vm, own, |text| {
        (text.buffer, text.encoding, text.errors, text.newline) = (buffer, encoding, errors, newline);
        (text.line_buffering, text.write_through, text.decoder) = (line_buffering, write_through, decoder);
        (text.decoded, text.original, text.at) = (Value::NULL, Value::NULL, 0);
        text.rest.clear();
        (text.carriage, text.ended, text.seen) = (false, false, Seen::default());
    })
}

/// Whether the buffer can be asked for its abilities at all: something else than a file is refused here.
fn ability(vm: &mut Vm, buffer: Value) -> PyResult {
    vm.call_method(buffer, "seekable", &[])
}

/// The name of an encoding; none, and the locale's, is UTF-8.
fn encoding_name(vm: &mut Vm, encoding: Value) -> PyResult<String> {
    if encoding.or_none().is_none() {
        return Ok("UTF-8".to_owned());
    }
    let Some(name) = encoding.cast::<Str>() else {
        let given = vm.type_name(encoding);
        return Err(vm.type_error(format!("TextIOWrapper() argument 'encoding' must be str or None, not {given}")));
    };
    let name = name.to_string_lossy();
    Ok(if name == "locale" { "UTF-8".to_owned() } else { name.into_owned() })
}

fn errors_name(vm: &mut Vm, errors: Value) -> PyResult<String> {
    if errors.or_none().is_none() {
        return Ok("strict".to_owned());
    }
    match errors.cast::<Str>() {
        Some(name) => Ok(name.to_string_lossy().into_owned()),
        None => {
            let given = vm.type_name(errors);
            Err(vm.type_error(format!("TextIOWrapper() argument 'errors' must be str or None, not {given}")))
        }
    }
}

/// The incremental decoder of an encoding that the VM does not know; `NULL` for one that it does.
fn other_decoder(vm: &mut Vm, encoding: &str, errors: &str) -> PyResult {
    if matches!(Encoding::by_name(encoding), Some(Encoding::Utf8 | Encoding::Ascii | Encoding::Latin1)) {
        return Ok(Value::NULL);
    }
    let codecs = vm.import_absolute("codecs")?;
    let name = vm.new_str(encoding);
    let info = vm.call_method(codecs, "lookup", &[name.into()])?;
    let is_text = vm.intern("_is_text_encoding");
    if let Some(is_text) = vm.lookup_attr(info, is_text)?
        && !vm.is_true(is_text)?
    {
        return Err(vm.lookup_error(format!(
            "'{encoding}' is not a text encoding; use codecs.open() to handle arbitrary codecs"
        )));
    }
    let errors = vm.new_str(errors);
    vm.call_method(info, "incrementaldecoder", &[errors.into()])
}

fn buffer_of(vm: &mut Vm, own: Value) -> PyResult {
    let buffer = with(vm, own, |text| text.buffer)?;
    if buffer.is_null() {
        return Err(vm.value_error("underlying buffer has been detached"));
    }
    Ok(buffer)
}

fn attribute(vm: &mut Vm, own: Value, name: &str) -> PyResult {
    let buffer = buffer_of(vm, own)?;
    let name = vm.intern(name);
    vm.get_attr(buffer, name)
}

fn ask(vm: &mut Vm, own: Value, name: &'static str) -> PyResult {
    let buffer = buffer_of(vm, own)?;
    vm.call_method(buffer, name, &[])
}

/// The buffer, which must be open.
fn open(vm: &mut Vm, own: Value) -> PyResult {
    let buffer = buffer_of(vm, own)?;
    let closed = attribute(vm, own, "closed")?;
    if vm.is_true(closed)? {
        return Err(vm.value_error("I/O operation on closed file."));
    }
    Ok(buffer)
}

// ---- reading ----

/// Decodes the next part of the file; answers whether there was one.
fn read_chunk(vm: &mut Vm, own: Value) -> PyResult<bool> {
    let buffer = buffer_of(vm, own)?;
    let part = if buffered::is_plain(vm, buffer) {
        let able = vm.call_method(buffer, "readable", &[])?;
        if !vm.is_true(able)? {
            return Err(unsupported(vm, "not readable"));
        }
        buffered::read_once(vm, buffer, CHUNK)?
    } else {
        let able = vm.call_method(buffer, "readable", &[])?;
        if !vm.is_true(able)? {
            return Err(unsupported(vm, "not readable"));
        }
        let name = vm.intern("read1");
        let read = match vm.lookup_attr(buffer, name)? {
            Some(read1) => vm.call_values(read1, &[Value::small_int(CHUNK as i64)])?,
            None => vm.call_method(buffer, "read", &[Value::small_int(CHUNK as i64)])?,
        };
        match bytes::to_vec(read) {
            Some(part) => part,
            None => {
                let given = vm.type_name(read);
                return Err(vm.type_error(format!(
                    "underlying read1() should have returned a bytes-like object, not '{given}'"
                )));
            }
        }
    };
    let last = part.is_empty();
    decode_part(vm, own, &part, last)?;
    Ok(!last)
}

/// Decodes bytes behind what is left of the text.
fn decode_part(vm: &mut Vm, own: Value, part: &[u8], last: bool) -> PyResult<()> {
    let (encoding, errors, decoder, mut all, carriage, newline, mut seen) = with(vm, own, |text| {
        let rest = std::mem::take(&mut text.rest);
        let (encoding, errors) = (text.encoding.clone(), text.errors.clone());
        (encoding, errors, text.decoder, rest, text.carriage, text.newline, text.seen)
    })?;
    let mut original = if decoder.is_null() {
        all.extend_from_slice(part);
        let kept = if last || Encoding::by_name(&encoding) != Some(Encoding::Utf8) { 0 } else { incomplete(&all) };
        let rest = all.split_off(all.len() - kept);
        with(vm, own, |text| text.rest = rest)?;
        decode(vm, &all, &encoding, &errors)?
    } else {
        let part = vm.new_bytes(part);
        let decoded = vm.call_method(decoder, "decode", &[part.into(), Value::bool(last)])?;
        match decoded.cast::<Str>() {
            Some(text) => text,
            None => {
                let given = vm.type_name(decoded);
                return Err(vm.type_error(format!("decoder should return a string result, not '{given}'")));
            }
        }
    };
    let universal = !matches!(newline, Newline::Only(_));
    let mut kept = false;
    if universal {
        if carriage {
            let front = vm.latin1_str(b'\r');
            original = concat(vm, front, original)?;
        }
        if !last && !original.is_empty() && original.char_at(original.len() - 1) == u32::from(b'\r') {
            original = vm.substring(original, 0, original.len() - 1);
            kept = true;
        }
    }
    let decoded = if universal { incoming(vm, original, newline == Newline::Translated, &mut seen) } else { original };
    let (left, left_original) = remaining(vm, own)?;
    let (decoded, original) = (concat(vm, left, decoded)?, concat(vm, left_original, original)?);
    with(vm, own, |text| {
        (text.decoded, text.original, text.at) = (decoded.into(), original.into(), 0);
        (text.carriage, text.seen, text.ended) = (kept, seen, last);
    })
}

/// How many bytes at the end are the beginning of a character of UTF-8.
fn incomplete(bytes: &[u8]) -> usize {
    let tail = &bytes[bytes.len().saturating_sub(3)..];
    for (back, byte) in tail.iter().rev().enumerate() {
        let length = match byte {
            0x80..=0xBF => continue,
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => 1,
        };
        return if back + 1 < length { back + 1 } else { 0 };
    }
    0
}

/// The text that was not read, as the program sees it and as it stands in the file.
fn remaining(vm: &mut Vm, own: Value) -> PyResult<(Gc<Str>, Gc<Str>)> {
    let (decoded, original, at, newline) = with(vm, own, |text| (text.decoded, text.original, text.at, text.newline))?;
    let (Some(decoded), Some(original)) = (decoded.cast::<Str>(), original.cast::<Str>()) else {
        let empty = vm.empty_str();
        return Ok((empty, empty));
    };
    let left = vm.substring(decoded, at, decoded.len());
    if newline != Newline::Translated || decoded.len() == original.len() {
        let left_original = vm.substring(original, at, original.len());
        return Ok((left, left_original));
    }
    let mut place = 0;
    for _ in 0..at {
        let pair = original.char_at(place) == 13 && place + 1 < original.len() && original.char_at(place + 1) == 10;
        place += if pair { 2 } else { 1 };
    }
    let left_original = vm.substring(original, place, original.len());
    Ok((left, left_original))
}

/// The text decoded so far and the position in it.
fn current(vm: &mut Vm, own: Value) -> PyResult<(Gc<Str>, usize)> {
    let (decoded, at) = with(vm, own, |text| (text.decoded, text.at))?;
    Ok((decoded.cast::<Str>().unwrap_or_else(|| vm.empty_str()), at))
}

fn take(vm: &mut Vm, own: Value, count: usize) -> PyResult<Gc<Str>> {
    let (text, at) = current(vm, own)?;
    let end = at.saturating_add(count).min(text.len());
    with(vm, own, |text| text.at = end)?;
    Ok(if at == 0 && end == text.len() { text } else { vm.substring(text, at, end) })
}

fn read(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "read", 0, 1)?;
    let most = limit(vm, values.first().copied())?;
    let buffer = open(vm, own)?;
    let Some(most) = most else {
        let able = vm.call_method(buffer, "readable", &[])?;
        if !vm.is_true(able)? {
            return Err(unsupported(vm, "not readable"));
        }
        let all = vm.call_method(buffer, "read", &[])?;
        let Some(all) = bytes::to_vec(all) else {
            let given = vm.type_name(all);
            return Err(
                vm.type_error(format!("underlying read() should have returned a bytes-like object, not '{given}'"))
            );
        };
        decode_part(vm, own, &all, true)?;
        return take(vm, own, usize::MAX).map(Value::from);
    };
    loop {
        let (text, at) = current(vm, own)?;
        if text.len() - at >= most || !read_chunk(vm, own)? {
            return take(vm, own, most).map(Value::from);
        }
    }
}

fn readline(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "readline", 0, 1)?;
    let most = limit(vm, values.first().copied())?;
    line(vm, own, most).map(Value::from)
}

fn line(vm: &mut Vm, own: Value, most: Option<usize>) -> PyResult<Gc<Str>> {
    open(vm, own)?;
    let newline = with(vm, own, |text| text.newline)?;
    loop {
        let (text, at) = current(vm, own)?;
        let end = newline.line_end(&text, at).map(|end| end - at);
        match (end, most) {
            (Some(end), most) => return take(vm, own, end.min(most.unwrap_or(usize::MAX))),
            (None, Some(most)) if text.len() - at >= most => return take(vm, own, most),
            _ => {}
        }
        if !read_chunk(vm, own)? {
            let (text, at) = current(vm, own)?;
            let end = newline.line_end(&text, at).map_or(text.len() - at, |end| end - at);
            return take(vm, own, end.min(most.unwrap_or(usize::MAX)));
        }
    }
}

fn next(vm: &mut Vm, own: Value) -> PyResult {
    let line: Value =
        if own.is_exact(text_type(vm)) { line(vm, own, None)?.into() } else { vm.call_method(own, "readline", &[])? };
    Ok(if vm.is_true(line)? { line } else { Value::NULL })
}

// ---- writing ----

fn write(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [given] = args.exactly(vm, "write")?;
    let Some(text) = given.cast::<Str>() else {
        let given = vm.type_name(given);
        return Err(vm.type_error(format!("write() argument must be str, not {given}")));
    };
    let buffer = open(vm, own)?;
    let (encoding, errors, newline, line_buffering, through) = with(vm, own, |text| {
        (text.encoding.clone(), text.errors.clone(), text.newline, text.line_buffering, text.write_through)
    })?;
    let has_end = text.position_of(b'\n', 0) < text.len() || text.position_of(b'\r', 0) < text.len();
    let out = newline.outgoing(vm, text);
    let data = if Encoding::by_name(&encoding).is_some() {
        encode(vm, out, &encoding, &errors)?
    } else {
        let (encoding, errors) = (vm.new_str(&encoding), vm.new_str(&errors));
        let encoded = vm.call_method(out.into(), "encode", &[encoding.into(), errors.into()])?;
        bytes::required(vm, encoded)?
    };
    let plain = buffered::is_plain(vm, buffer);
    let able = vm.call_method(buffer, "writable", &[])?;
    if !vm.is_true(able)? {
        return Err(unsupported(vm, "not writable"));
    }
    forget(vm, own)?;
    if plain {
        buffered::write_bytes(vm, buffer, &data)?;
    } else {
        let data = vm.new_bytes(&data);
        vm.call_method(buffer, "write", &[data.into()])?;
    }
    if line_buffering && has_end {
        vm.call_method(buffer, "flush", &[])?;
    } else if through && plain {
        buffered::flush(vm, buffer)?;
    }
    Ok(Value::small_int(text.len() as i64))
}

/// Forgets what was decoded and not read.
fn forget(vm: &mut Vm, own: Value) -> PyResult<()> {
    with(vm, own, |text| {
        (text.decoded, text.original, text.at) = (Value::NULL, Value::NULL, 0);
        text.rest.clear();
        (text.carriage, text.ended) = (false, false);
    })
}

fn flush(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let buffer = open(vm, own)?;
    vm.call_method(buffer, "flush", &[])
}

// ---- positions ----

fn seek(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["cookie", "whence"], positional_only: 0, max_positional: 2, required: 1 };
    let [cookie, how] = args.bind(vm, "seek", &PARAMETERS)?;
    let buffer = open(vm, own)?;
    let how = if how.is_null() { 0 } else { vm.index_c(how, "int")? };
    let able = vm.call_method(buffer, "seekable", &[])?;
    if !vm.is_true(able)? {
        return Err(unsupported(vm, "underlying stream is not seekable"));
    }
    let cookie = vm.index(cookie)?;
    let zero = vm.equals(cookie, Value::small_int(0))?;
    let cookie = match how {
        1 if !zero => return Err(unsupported(vm, "can't do nonzero cur-relative seeks")),
        1 => tell(vm, own, Args::EMPTY)?,
        2 if !zero => return Err(unsupported(vm, "can't do nonzero end-relative seeks")),
        0 | 2 => cookie,
        _ => return Err(vm.value_error(format!("invalid whence ({how}, should be 0, 1 or 2)"))),
    };
    if how == 0 && vm.index_i64(cookie).is_ok_and(|cookie| cookie < 0) {
        let text = vm.repr_text(cookie)?;
        return Err(vm.value_error(format!("negative seek position {text}")));
    }
    vm.call_method(buffer, "flush", &[])?;
    forget(vm, own)?;
    let decoder = with(vm, own, |text| text.decoder)?;
    if !decoder.is_null() {
        vm.call_method(decoder, "reset", &[])?;
    }
    let whence = Value::small_int(if how == 2 { 2 } else { 0 });
    vm.call_method(buffer, "seek", &[cookie, whence])
}

/// The position in bytes of the next character.
fn tell(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let buffer = open(vm, own)?;
    let able = vm.call_method(buffer, "seekable", &[])?;
    if !vm.is_true(able)? {
        return Err(unsupported(vm, "underlying stream is not seekable"));
    }
    vm.call_method(buffer, "flush", &[])?;
    let position = vm.call_method(buffer, "tell", &[])?;
    let position = vm.index_i64(position)?;
    let (_, left) = remaining(vm, own)?;
    let (encoding, errors, rest, carriage) =
        with(vm, own, |text| (text.encoding.clone(), text.errors.clone(), text.rest.len(), text.carriage))?;
    let ahead = if left.is_empty() {
        0
    } else if Encoding::by_name(&encoding).is_some() {
        encode(vm, left, &encoding, &errors)?.len()
    } else {
        let name = vm.new_str(&encoding);
        let encoded = vm.call_method(left.into(), "encode", &[name.into()])?;
        vm.length(encoded)?
    };
    Ok(vm.int(position - (ahead + rest + usize::from(carriage)) as i64))
}

fn truncate(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "truncate", 0, 1)?;
    let buffer = open(vm, own)?;
    vm.call_method(buffer, "flush", &[])?;
    vm.call_method(buffer, "truncate", values)
}

// ---- the end ----

fn close(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let buffer = buffer_of(vm, own)?;
    let closed = attribute(vm, own, "closed")?;
    if vm.is_true(closed)? {
        return Ok(Value::NONE);
    }
    let flushed = vm.call_method(own, "flush", &[]);
    let closed = vm.call_method(buffer, "close", &[]);
    flushed?;
    closed
}

fn detach(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let buffer = buffer_of(vm, own)?;
    vm.call_method(own, "flush", &[])?;
    with(vm, own, |text| text.buffer = Value::NULL)?;
    Ok(buffer)
}

fn reconfigure(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<5> = Parameters {
        names: ["encoding", "errors", "newline", "line_buffering", "write_through"],
        positional_only: 0,
        max_positional: 0,
        required: 0,
    };
    let [encoding, errors, newline, line_buffering, through] = args.bind(vm, "reconfigure", &PARAMETERS)?;
    let (text, at) = current(vm, own)?;
    let changes = !encoding.or_none().is_none() || !errors.or_none().is_none() || !newline.is_null();
    if changes && at < text.len() {
        return Err(unsupported(
            vm,
            "It is not possible to set the encoding or newline of stream after the first read",
        ));
    }
    vm.call_method(own, "flush", &[])?;
    let old = with(vm, own, |text| (text.encoding.clone(), text.errors.clone(), text.newline))?;
    let new_encoding = if encoding.or_none().is_none() { old.0 } else { encoding_name(vm, encoding)? };
    let new_errors = match (errors.or_none().is_none(), encoding.or_none().is_none()) {
        (true, true) => old.1,
        (true, false) => "strict".to_owned(),
        _ => errors_name(vm, errors)?,
    };
    let newline = if newline.is_null() { old.2 } else { Newline::parse(vm, newline, false)? };
    let decoder = other_decoder(vm, &new_encoding, &new_errors)?;
    let flag = |vm: &mut Vm, value: Value| -> PyResult<Option<bool>> {
        if value.or_none().is_none() { Ok(None) } else { vm.is_true(value).map(Some) }
    };
    let (line_buffering, through) = (flag(vm, line_buffering)?, flag(vm, through)?);
    with(vm, own, |text| {
        (text.encoding, text.errors, text.newline, text.decoder) = (new_encoding, new_errors, newline, decoder);
        text.line_buffering = line_buffering.unwrap_or(text.line_buffering);
        text.write_through = through.unwrap_or(text.write_through);
    })?;
    Ok(Value::NONE)
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let (buffer, encoding) = with(vm, own, |text| (text.buffer, text.encoding.clone()))?;
    let mut out = "<_io.TextIOWrapper".to_owned();
    if !buffer.is_null() {
        for (name, holder) in [("name", buffer), ("mode", own)] {
            let key = vm.intern(name);
            if let Some(value) = vm.lookup_attr(holder, key)? {
                out += &format!(" {name}={}", vm.repr_text(value)?);
            }
        }
    }
    out += &format!(" encoding='{encoding}'>");
    Ok(vm.new_str(&out).into())
}
