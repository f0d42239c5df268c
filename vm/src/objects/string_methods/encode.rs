//! Encoding text: `str.encode`, and the encodings that need no Python code.

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::{PyResult, Raise};
use crate::object::Gc;
use crate::objects::string::Str;
use crate::objects::string_methods::arguments::{this, type_or_none};
use crate::value::Value;

/// An encoding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Encoding {
    Utf8,
    Ascii,
    Latin1,
    Utf16(ByteOrder),
    Utf32(ByteOrder),
}

/// The byte order of UTF-16 and UTF-32.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ByteOrder {
    /// Little-endian with a mark at the start; on decoding, what the mark says.
    Marked,
    /// Little-endian.
    Little,
    /// Big-endian.
    Big,
}

impl Encoding {
    /// The encoding of this name, however it is written.
    pub fn by_name(name: &str) -> Option<Encoding> {
        let normal: String =
            name.chars().map(|c| if c == '_' || c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect();
        Some(match normal.as_str() {
            "utf-8" | "utf8" | "u8" | "utf" | "cp65001" => Encoding::Utf8,
            "ascii" | "us-ascii" | "646" | "us" | "ansi-x3.4-1968" => Encoding::Ascii,
            "latin-1" | "latin1" | "latin" | "l1" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819" => Encoding::Latin1,
            "utf-16" | "utf16" | "u16" => Encoding::Utf16(ByteOrder::Marked),
            "utf-16-le" | "utf-16le" => Encoding::Utf16(ByteOrder::Little),
            "utf-16-be" | "utf-16be" => Encoding::Utf16(ByteOrder::Big),
            "utf-32" | "utf32" | "u32" => Encoding::Utf32(ByteOrder::Marked),
            "utf-32-le" | "utf-32le" => Encoding::Utf32(ByteOrder::Little),
            "utf-32-be" | "utf-32be" => Encoding::Utf32(ByteOrder::Big),
            _ => return None,
        })
    }

    /// The name in error messages.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Ascii => "ascii",
            Encoding::Latin1 => "latin-1",
            Encoding::Utf16(ByteOrder::Marked) => "utf-16",
            Encoding::Utf16(ByteOrder::Little) => "utf-16-le",
            Encoding::Utf16(ByteOrder::Big) => "utf-16-be",
            Encoding::Utf32(ByteOrder::Marked) => "utf-32",
            Encoding::Utf32(ByteOrder::Little) => "utf-32-le",
            Encoding::Utf32(ByteOrder::Big) => "utf-32-be",
        }
    }

    fn can_encode(self, code_point: u32) -> bool {
        match self {
            Encoding::Ascii => code_point < 0x80,
            Encoding::Latin1 => code_point < 0x100,
            _ => !(0xD800..=0xDFFF).contains(&code_point),
        }
    }

    fn reason(self) -> &'static str {
        match self {
            Encoding::Ascii => "ordinal not in range(128)",
            Encoding::Latin1 => "ordinal not in range(256)",
            _ => "surrogates not allowed",
        }
    }

    /// Appends the code of one code point (surrogates as if they were characters).
    fn push(self, c: u32, out: &mut Vec<u8>) {
        let mut push16 = |order, unit: u16| {
            out.extend(if order == ByteOrder::Big { unit.to_be_bytes() } else { unit.to_le_bytes() });
        };
        match self {
            Encoding::Ascii | Encoding::Latin1 => out.push(c as u8),
            Encoding::Utf8 => match c {
                0..=0x7F => out.push(c as u8),
                0x80..=0x7FF => out.extend([0xC0 | (c >> 6) as u8, 0x80 | (c & 0x3F) as u8]),
                0x800..=0xFFFF => {
                    out.extend([0xE0 | (c >> 12) as u8, 0x80 | (c >> 6 & 0x3F) as u8, 0x80 | (c & 0x3F) as u8]);
                }
                _ => out.extend([
                    0xF0 | (c >> 18) as u8,
                    0x80 | (c >> 12 & 0x3F) as u8,
                    0x80 | (c >> 6 & 0x3F) as u8,
                    0x80 | (c & 0x3F) as u8,
                ]),
            },
            Encoding::Utf16(order) if c > 0xFFFF => {
                let c = c - 0x1_0000;
                push16(order, 0xD800 | (c >> 10) as u16);
                push16(order, 0xDC00 | (c & 0x3FF) as u16);
            }
            Encoding::Utf16(order) => push16(order, c as u16),
            Encoding::Utf32(ByteOrder::Big) => out.extend(c.to_be_bytes()),
            Encoding::Utf32(_) => out.extend(c.to_le_bytes()),
        }
    }
}

/// `text` in an encoding; `errors` names the error handler.
///
/// # Errors
/// `UnicodeEncodeError`, `LookupError` for an unknown encoding or handler.
pub fn encode(vm: &mut Vm, text: Gc<Str>, encoding: &str, errors: &str) -> PyResult<Vec<u8>> {
    check_names(vm, encoding, errors)?;
    let Some(encoding) = Encoding::by_name(encoding) else {
        let data = vm.encode_by_codec(text.into(), encoding, errors)?;
        return match crate::objects::bytes::to_vec(data) {
            Some(data) => Ok(data),
            None => {
                let given = vm.type_name(data);
                Err(vm.type_error(format!(
                    "'{encoding}' encoder returned '{given}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types"
                )))
            }
        };
    };
    if let (Some(ascii), Encoding::Utf8 | Encoding::Ascii | Encoding::Latin1) = (text.as_ascii(), encoding) {
        return Ok(ascii.as_bytes().to_vec());
    }
    let mut out = Vec::with_capacity(text.len());
    if matches!(encoding, Encoding::Utf16(ByteOrder::Marked) | Encoding::Utf32(ByteOrder::Marked)) {
        encoding.push(0xFEFF, &mut out);
    }
    let mut i = 0;
    while i < text.len() {
        let c = text.char_at(i);
        if encoding.can_encode(c) {
            encoding.push(c, &mut out);
            i += 1;
            continue;
        }
        let start = i;
        while i < text.len() && !encoding.can_encode(text.char_at(i)) {
            i += 1;
        }
        if let Some(position) = handle_error(vm, text, encoding, errors, (start, i), &mut out)? {
            i = position;
        }
    }
    Ok(out)
}

/// In development mode (`-X dev`) names of codecs and error handlers are looked up even where they are not needed.
///
/// # Errors
/// `LookupError`.
pub(crate) fn check_names(vm: &mut Vm, encoding: &str, errors: &str) -> PyResult<()> {
    if vm.python_options.implementation_option("dev").is_none() {
        return Ok(());
    }
    if Encoding::by_name(encoding).is_none() {
        vm.lookup_codec(encoding)?;
    }
    match vm.codec_error_handler(errors) {
        Some(_) => Ok(()),
        None => Err(vm.lookup_error(format!("unknown error handler name '{errors}'"))),
    }
}

/// What the error handler puts in place of the code points from `start` up to `end`. Answers where to go on, if not at `end`.
fn handle_error(
    vm: &mut Vm,
    text: Gc<Str>,
    encoding: Encoding,
    errors: &str,
    (start, end): (usize, usize),
    out: &mut Vec<u8>,
) -> PyResult<Option<usize>> {
    for index in start..end {
        let c = text.char_at(index);
        let surrogate = (0xD800..=0xDFFF).contains(&c);
        let replacement = match errors {
            "ignore" => String::new(),
            "replace" => "?".to_string(),
            "backslashreplace" if c < 0x100 => format!("\\x{c:02x}"),
            "backslashreplace" if c < 0x1_0000 => format!("\\u{c:04x}"),
            "backslashreplace" => format!("\\U{c:08x}"),
            "xmlcharrefreplace" => format!("&#{c};"),
            "surrogateescape" if (0xDC80..=0xDCFF).contains(&c) => {
                out.push((c - 0xDC00) as u8);
                continue;
            }
            "surrogatepass" if surrogate && !matches!(encoding, Encoding::Ascii | Encoding::Latin1) => {
                encoding.push(c, out);
                continue;
            }
            "strict" | "surrogateescape" | "surrogatepass" => {
                return Err(encode_error(vm, encoding, text, (index.max(start), end)));
            }
            _ => return registered_handler(vm, text, encoding, errors, (start, end), out).map(Some),
        };
        replacement.chars().for_each(|c| encoding.push(u32::from(c), out));
    }
    Ok(None)
}

/// What a handler that a program registered puts in place; answers where to go on.
fn registered_handler(
    vm: &mut Vm,
    text: Gc<Str>,
    encoding: Encoding,
    errors: &str,
    place: (usize, usize),
    out: &mut Vec<u8>,
) -> PyResult<usize> {
    let Some(handler) = vm.codec_error_handler(errors) else {
        return Err(unknown_handler(vm, encoding, "encoding", errors));
    };
    let raised = encode_error(vm, encoding, text, place);
    let (replacement, position) = vm.call_error_handler(handler, raised, text.len(), false)?;
    match replacement.cast::<Str>() {
        Some(replacement) => {
            for point in replacement.code_points() {
                if !encoding.can_encode(point) {
                    return Err(encode_error(vm, encoding, text, place));
                }
                encoding.push(point, out);
            }
        }
        None => out.extend(crate::objects::bytes::to_vec(replacement).unwrap_or_default()),
    }
    Ok(position)
}

/// The error for an error handler that nobody registered. What CPython does not decode itself goes through the `codecs` module, which
/// says what it was about.
pub(crate) fn unknown_handler(vm: &mut Vm, encoding: Encoding, action: &str, errors: &str) -> Raise {
    let message = format!("unknown error handler name '{errors}'");
    let by_codecs = matches!(encoding, Encoding::Utf16(order) | Encoding::Utf32(order) if order != ByteOrder::Marked);
    vm.lookup_error(match by_codecs {
        true => format!("{action} with '{}' codec failed (LookupError: {message})", encoding.name()),
        false => message,
    })
}

fn encode_error(vm: &mut Vm, encoding: Encoding, text: Gc<Str>, (start, end): (usize, usize)) -> Raise {
    let name = vm.new_str(encoding.name());
    let reason = vm.new_str(encoding.reason());
    let ty = vm.exc.UnicodeEncodeError;
    let place = [start, end].map(|index| Value::small_int(index as i64));
    vm.raise_with(ty, &[name.into(), text.into(), place[0], place[1], reason.into()])
}

/// The optional arguments `encoding` and `errors` of `encode` and `decode`.
pub(crate) fn codec_arguments(vm: &mut Vm, args: Args<'_>, name: &str) -> PyResult<(String, String)> {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["encoding", "errors"], positional_only: 0, max_positional: 2, required: 0 };
    let values = args.bind(vm, name, &PARAMETERS)?;
    let mut text = ["utf-8".to_string(), "strict".to_string()];
    for (i, value) in values.into_iter().enumerate() {
        if value.is_null() {
            continue;
        }
        let Some(given) = value.cast::<Str>() else {
            let (parameter, ty) = (PARAMETERS.names[i], type_or_none(vm, value));
            return Err(vm.type_error(format!("{name}() argument '{parameter}' must be str, not {ty}")));
        };
        text[i] = c_string(vm, given)?;
    }
    let [encoding, errors] = text;
    Ok((encoding, errors))
}

/// The name of a codec or an error handler: text that C could hold.
///
/// # Errors
/// `UnicodeEncodeError` for a surrogate, `ValueError` for a null character.
pub(crate) fn c_string(vm: &mut Vm, text: Gc<Str>) -> PyResult<String> {
    encode(vm, text, "utf-8", "strict")?;
    let text = text.to_string_lossy().into_owned();
    if text.contains('\0') {
        return Err(vm.value_error("embedded null character"));
    }
    Ok(text)
}

pub(super) fn encode_method(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let own = this(vm, receiver)?;
    let (encoding, errors) = codec_arguments(vm, args, "encode")?;
    let bytes = encode(vm, own, &encoding, &errors)?;
    Ok(vm.new_bytes(&bytes).into())
}
