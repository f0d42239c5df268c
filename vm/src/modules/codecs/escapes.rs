//! The codecs of Python's own escapes: `unicode_escape`, `raw_unicode_escape`, and that of bytes.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::objects::bytes;
use crate::objects::string::Str;
use crate::objects::string_methods::builder::StrBuilder;
use crate::objects::string_methods::encode::encode;
use crate::value::Value;

use super::handlers::escaped;
use super::{errors_argument, pair, text_argument};

pub(super) fn escape_encode(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "escape_encode", 1, 2)?;
    let data = bytes::required(vm, values[0])?;
    let mut out = Vec::new();
    for byte in &data {
        match byte {
            b'\'' | b'\\' => out.extend([b'\\', *byte]),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b' '..=b'~' => out.push(*byte),
            _ => out.extend(format!("\\x{byte:02x}").bytes()),
        }
    }
    let out = vm.new_bytes(&out).into();
    pair(vm, out, data.len())
}

/// Bytes, or the UTF-8 of a string.
fn data_argument(vm: &mut Vm, value: Value) -> PyResult<Vec<u8>> {
    match value.cast::<Str>() {
        Some(text) => encode(vm, text, "utf-8", "strict"),
        None => bytes::required(vm, value),
    }
}

pub(super) fn escape_decode(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "escape_decode", 1, 2)?;
    let data = data_argument(vm, values[0])?;
    let errors = errors_argument(vm, values.get(1), "escape_decode")?;
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&byte) = data.get(at) {
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(&letter) = data.get(at) else { return Err(vm.value_error("Trailing \\ in string")) };
        at += 1;
        match letter {
            b'\n' => {}
            b'x' => {
                let digits = data.get(at..at + 2).and_then(|pair| std::str::from_utf8(pair).ok());
                match digits.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
                    Some(value) => {
                        out.push(value);
                        at += 2;
                    }
                    None => {
                        match errors.as_str() {
                            "strict" => {
                                return Err(vm.value_error(format!("invalid \\x escape at position {}", at - 2)));
                            }
                            "replace" => out.push(b'?'),
                            "ignore" => {}
                            _ => {
                                return Err(
                                    vm.value_error(format!("decoding error; unknown error handling code: {errors}"))
                                );
                            }
                        }
                        at += usize::from(data.get(at).is_some_and(u8::is_ascii_hexdigit));
                    }
                }
            }
            b'0'..=b'7' => {
                let digits = data[at - 1..].iter().take(3).take_while(|digit| (b'0'..=b'7').contains(digit));
                let (value, count) =
                    digits.fold((0u32, 0), |(value, count), digit| (value * 8 + u32::from(digit - b'0'), count + 1));
                out.push(value as u8);
                at += count - 1;
            }
            _ => match simple(letter) {
                Some(value) => out.push(value),
                None => out.extend([b'\\', letter]),
            },
        }
    }
    let out = vm.new_bytes(&out).into();
    pair(vm, out, data.len())
}

fn simple(letter: u8) -> Option<u8> {
    Some(match letter {
        b'\\' | b'\'' | b'"' => letter,
        b'a' => 7,
        b'b' => 8,
        b't' => 9,
        b'n' => 10,
        b'v' => 11,
        b'f' => 12,
        b'r' => 13,
        _ => return None,
    })
}

pub(super) fn unicode_escape_encode(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "unicode_escape_encode", 1, 2)?;
    let text = text_argument(vm, values[0], "unicode_escape_encode")?;
    let mut out = String::new();
    for point in text.code_points() {
        match u8::try_from(point) {
            Ok(b'\\') => out.push_str("\\\\"),
            Ok(b'\t') => out.push_str("\\t"),
            Ok(b'\n') => out.push_str("\\n"),
            Ok(b'\r') => out.push_str("\\r"),
            Ok(byte @ b' '..=b'~') => out.push(byte as char),
            _ => out.push_str(&escaped(point)),
        }
    }
    let out = vm.new_bytes(out.as_bytes()).into();
    pair(vm, out, text.len())
}

pub(super) fn raw_unicode_escape_encode(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "raw_unicode_escape_encode", 1, 2)?;
    let text = text_argument(vm, values[0], "raw_unicode_escape_encode")?;
    let mut out = Vec::new();
    for point in text.code_points() {
        match u8::try_from(point) {
            Ok(byte) => out.push(byte),
            Err(_) => out.extend(escaped(point).bytes()),
        }
    }
    let out = vm.new_bytes(&out).into();
    pair(vm, out, text.len())
}

/// The digits of an escape: the code point and how many bytes it takes.
fn hexadecimal(data: &[u8], count: usize) -> Result<u32, usize> {
    let digits = data.iter().take(count).take_while(|digit| digit.is_ascii_hexdigit()).count();
    if digits < count {
        return Err(digits);
    }
    std::str::from_utf8(&data[..count]).ok().and_then(|text| u32::from_str_radix(text, 16).ok()).ok_or(digits)
}

pub(super) fn unicode_escape_decode(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    decode(vm, args, "unicode_escape_decode", "unicodeescape", false)
}

pub(super) fn raw_unicode_escape_decode(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    decode(vm, args, "raw_unicode_escape_decode", "rawunicodeescape", true)
}

fn decode(vm: &mut Vm, args: Args<'_>, function: &str, codec: &str, raw: bool) -> PyResult {
    let values = args.between(vm, function, 1, 3)?;
    let data = data_argument(vm, values[0])?;
    let errors = errors_argument(vm, values.get(1), function)?;
    let mut out = StrBuilder::with_capacity(data.len());
    let mut at = 0;
    while let Some(&byte) = data.get(at) {
        if byte != b'\\' {
            out.push(u32::from(byte));
            at += 1;
            continue;
        }
        let start = at;
        let letter = data.get(at + 1).copied();
        // What is wrong with the escape: where it ends, and in words.
        let problem = match letter {
            None if raw => {
                out.push(u32::from(byte));
                at += 1;
                continue;
            }
            None => (data.len(), "\\ at end of string"),
            Some(letter @ (b'x' | b'u' | b'U')) if !(raw && letter == b'x') => {
                let (count, words) = match letter {
                    b'x' => (2, "truncated \\xXX escape"),
                    b'u' => (4, "truncated \\uXXXX escape"),
                    _ => (8, "truncated \\UXXXXXXXX escape"),
                };
                match hexadecimal(&data[at + 2..], count) {
                    Ok(point) if point <= 0x10_FFFF => {
                        out.push(point);
                        at += 2 + count;
                        continue;
                    }
                    Ok(_) if raw => (at + 2 + count, "\\Uxxxxxxxx out of range"),
                    Ok(_) => (at + 2 + count, "illegal Unicode character"),
                    Err(digits) => (at + 2 + digits, words),
                }
            }
            Some(letter) if raw => {
                // Two backslashes are two backslashes.
                out.push(u32::from(b'\\'));
                out.push(u32::from(letter));
                at += 2;
                continue;
            }
            Some(b'\n') => {
                at += 2;
                continue;
            }
            Some(b'0'..=b'7') => {
                let digits = data[at + 1..].iter().take(3).take_while(|digit| (b'0'..=b'7').contains(digit));
                let (value, count) =
                    digits.fold((0u32, 0), |(value, count), digit| (value * 8 + u32::from(digit - b'0'), count + 1));
                out.push(value);
                at += 1 + count;
                continue;
            }
            Some(b'N') => match name_length(&data[at + 2..]) {
                Some(length @ 1..) => {
                    let end = at + 4 + length;
                    if let Some(point) = named(vm, &data[at + 3..end - 1])? {
                        out.push(point);
                        at = end;
                        continue;
                    }
                    (end, "unknown Unicode character name")
                }
                Some(_) => (at + 3, "malformed \\N character escape"),
                None if data.get(at + 2).is_none_or(|byte| *byte == b'{') => {
                    (data.len(), "malformed \\N character escape")
                }
                None => (at + 2, "malformed \\N character escape"),
            },
            Some(letter) => {
                match simple(letter) {
                    Some(value) => out.push(u32::from(value)),
                    None => {
                        out.push(u32::from(b'\\'));
                        out.push(u32::from(letter));
                    }
                }
                at += 2;
                continue;
            }
        };
        let (end, reason) = problem;
        let (name, object, reason) = (vm.new_str(codec), vm.new_bytes(&data), vm.new_str(reason));
        let place = [start, end].map(|index| Value::small_int(index as i64));
        let ty = vm.exc.UnicodeDecodeError;
        let raised = vm.raise_with(ty, &[name.into(), object.into(), place[0], place[1], reason.into()]);
        if errors == "strict" {
            return Err(raised);
        }
        let Some(handler) = vm.codec_error_handler(&errors) else {
            return Err(vm.lookup_error(format!("unknown error handler name '{errors}'")));
        };
        let (replacement, position) = vm.call_error_handler(handler, raised, data.len(), true)?;
        if let Some(replacement) = replacement.cast::<Str>() {
            out.push_string(replacement);
        }
        at = position;
    }
    let text = out.finish(vm).into();
    pair(vm, text, data.len())
}

/// The number of bytes between the braces that a text begins with.
fn name_length(text: &[u8]) -> Option<usize> {
    let name = text.strip_prefix(b"{")?;
    name.iter().position(|byte| *byte == b'}')
}

/// The character of a name, asked of `unicodedata`.
fn named(vm: &mut Vm, name: &[u8]) -> PyResult<Option<u32>> {
    let module = vm.import_absolute("unicodedata")?;
    let name = vm.new_bytes(name);
    let found = vm.call_method(module, "lookup", &[name.into()]);
    let found = vm.suppress(found, vm.exc.KeyError)?;
    // A sequence has a name as well, but is no character.
    Ok(found.and_then(|text| text.cast::<Str>()).filter(|text| text.len() == 1).map(|text| text.char_at(0)))
}
