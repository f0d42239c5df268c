//! Decoding: `bytes.decode`, `str(bytes, encoding)`.

use super::arguments::this;
use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::string::{Kind, Str, StrBuilder};
use crate::objects::string_methods::encode::{ByteOrder, Encoding, check_names, codec_arguments, unknown_handler};
use crate::value::Value;

/// The text that `bytes` are in an encoding; `errors` names the error handler.
///
/// # Errors
/// `UnicodeDecodeError`, `LookupError` for an unknown encoding or handler.
pub fn decode(vm: &mut Vm, bytes: &[u8], encoding: &str, errors: &str) -> PyResult<Gc<Str>> {
    check_names(vm, encoding, errors)?;
    // Nothing is decoded without asking whether there is such a codec.
    if bytes.is_empty() {
        return Ok(vm.empty_str());
    }
    let Some(encoding) = Encoding::by_name(encoding) else {
        let object = vm.new_bytes(bytes);
        let text = vm.decode_by_codec(object.into(), encoding, errors)?;
        return match text.cast::<Str>() {
            Some(text) => Ok(text),
            None => {
                let given = vm.type_name(text);
                Err(vm.type_error(format!(
                    "'{encoding}' decoder returned '{given}' instead of 'str'; use codecs.decode() to decode to arbitrary types"
                )))
            }
        };
    };
    if encoding == Encoding::Latin1 {
        return Ok(vm.str_from_latin1(bytes));
    }
    if matches!(encoding, Encoding::Utf8 | Encoding::Ascii) && bytes.is_ascii() {
        return Ok(vm.str_from_canonical(bytes, Kind::One, true));
    }
    let mut out = StrBuilder::with_capacity(bytes.len());
    let (encoding, mut i) = marked_order(encoding, bytes);
    while i < bytes.len() {
        match next(encoding, &bytes[i..]) {
            Ok((code_point, len)) => {
                out.push(code_point);
                i += len;
            }
            Err((len, reason)) => {
                i = handle_error(vm, bytes, encoding, errors, (i, i + len), reason, &mut out)?;
            }
        }
    }
    Ok(out.finish(vm))
}

/// The text that the front of `bytes` is in an encoding that the VM knows, and how many of them that takes: what may be the
/// beginning of a character is left for later.
///
/// # Errors
/// As for [`decode`].
pub fn decode_part(vm: &mut Vm, bytes: &[u8], encoding: &str, errors: &str) -> PyResult<(Gc<Str>, usize)> {
    let mut used = bytes.len();
    if let Some(known) = Encoding::by_name(encoding) {
        let (known, mut at) = marked_order(known, bytes);
        let width = match known {
            Encoding::Utf16(_) => 2,
            Encoding::Utf32(_) => 4,
            _ => 1,
        };
        // Only the end can be incomplete: what comes before is passed over in whole steps.
        at = at.max(if width == 1 { bytes.len().saturating_sub(4) } else { at });
        if width > 1 {
            let back = (bytes.len() - at) / width * width;
            at += back.saturating_sub(2 * width);
        }
        while width == 1 && at > 0 && at < bytes.len() && bytes[at] & 0xC0 == 0x80 && at + 4 > bytes.len() {
            at += 1;
        }
        while at < bytes.len() {
            match next(known, &bytes[at..]) {
                Ok((_, len)) => at += len,
                Err((_, "unexpected end of data" | "truncated data")) => {
                    used = at;
                    break;
                }
                Err((len, _)) => at += len,
            }
        }
    }
    decode(vm, &bytes[..used], encoding, errors).map(|text| (text, used))
}

/// The byte order that a mark at the start says, and where the text begins.
fn marked_order(encoding: Encoding, bytes: &[u8]) -> (Encoding, usize) {
    match encoding {
        Encoding::Utf16(ByteOrder::Marked) => match bytes {
            [0xFF, 0xFE, ..] => (Encoding::Utf16(ByteOrder::Little), 2),
            [0xFE, 0xFF, ..] => (Encoding::Utf16(ByteOrder::Big), 2),
            _ => (Encoding::Utf16(ByteOrder::Little), 0),
        },
        Encoding::Utf32(ByteOrder::Marked) => match bytes {
            [0xFF, 0xFE, 0, 0, ..] => (Encoding::Utf32(ByteOrder::Little), 4),
            [0, 0, 0xFE, 0xFF, ..] => (Encoding::Utf32(ByteOrder::Big), 4),
            _ => (Encoding::Utf32(ByteOrder::Little), 0),
        },
        _ => (encoding, 0),
    }
}

/// The first code point and its length in bytes, or the length of what is wrong and the reason.
fn next(encoding: Encoding, bytes: &[u8]) -> Result<(u32, usize), (usize, &'static str)> {
    match encoding {
        Encoding::Ascii if bytes[0] < 0x80 => Ok((u32::from(bytes[0]), 1)),
        Encoding::Ascii => Err((1, "ordinal not in range(128)")),
        Encoding::Latin1 => Ok((u32::from(bytes[0]), 1)),
        Encoding::Utf8 => next_utf8(bytes),
        Encoding::Utf16(order) => {
            let unit = |i: usize| {
                let pair = [*bytes.get(i)?, *bytes.get(i + 1)?];
                Some(if order == ByteOrder::Big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
            };
            match (unit(0), unit(2)) {
                (None, _) => Err((bytes.len(), "truncated data")),
                (Some(high @ 0xD800..=0xDBFF), Some(low @ 0xDC00..=0xDFFF)) => {
                    Ok((0x1_0000 + (u32::from(high & 0x3FF) << 10 | u32::from(low & 0x3FF)), 4))
                }
                (Some(0xD800..=0xDBFF), None) => Err((bytes.len(), "unexpected end of data")),
                (Some(0xD800..=0xDBFF), Some(_)) => Err((2, "illegal UTF-16 surrogate")),
                (Some(0xDC00..=0xDFFF), _) => Err((2, "illegal encoding")),
                (Some(unit), _) => Ok((u32::from(unit), 2)),
            }
        }
        Encoding::Utf32(order) => {
            let Some(unit) = bytes.first_chunk::<4>() else { return Err((bytes.len(), "truncated data")) };
            let unit = if order == ByteOrder::Big { u32::from_be_bytes(*unit) } else { u32::from_le_bytes(*unit) };
            match unit {
                0xD800..=0xDFFF => Err((4, "code point in surrogate code point range(0xd800, 0xe000)")),
                0..=0x10_FFFF => Ok((unit, 4)),
                _ => Err((4, "code point not in range(0x110000)")),
            }
        }
    }
}

fn next_utf8(bytes: &[u8]) -> Result<(u32, usize), (usize, &'static str)> {
    let first = bytes[0];
    let len = match first {
        0..=0x7F => return Ok((u32::from(first), 1)),
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return Err((1, "invalid start byte")),
    };
    let mut code_point = u32::from(first) & (0x7F >> len);
    for i in 1..len {
        // The second byte's range excludes overlong forms, surrogates and what lies beyond U+10FFFF.
        let allowed = match (i, first) {
            (1, 0xE0) => 0xA0..=0xBF,
            (1, 0xED) => 0x80..=0x9F,
            (1, 0xF0) => 0x90..=0xBF,
            (1, 0xF4) => 0x80..=0x8F,
            _ => 0x80..=0xBF,
        };
        match bytes.get(i) {
            None => return Err((i, "unexpected end of data")),
            Some(byte) if allowed.contains(byte) => code_point = code_point << 6 | u32::from(byte & 0x3F),
            Some(_) => return Err((i, "invalid continuation byte")),
        }
    }
    Ok((code_point, len))
}

/// What the error handler puts in place of the bytes from `start` up to `end`; answers where decoding goes on.
fn handle_error(
    vm: &mut Vm,
    bytes: &[u8],
    encoding: Encoding,
    errors: &str,
    (start, end): (usize, usize),
    reason: &str,
    out: &mut StrBuilder,
) -> PyResult<usize> {
    match errors {
        "ignore" => return Ok(end),
        "replace" => {
            out.push(0xFFFD);
            return Ok(end);
        }
        "backslashreplace" => {
            for byte in &bytes[start..end] {
                out.push_str(&format!("\\x{byte:02x}"));
            }
            return Ok(end);
        }
        "surrogateescape" if bytes[start] >= 0x80 => {
            // As many as cannot be ASCII, and at most four at a time.
            let escaped = bytes[start..end].iter().take(4).take_while(|byte| **byte >= 0x80);
            escaped.clone().for_each(|byte| out.push(0xDC00 + u32::from(*byte)));
            return Ok(start + escaped.count());
        }
        "surrogatepass" => {
            if let (Encoding::Utf8, [0xED, second @ 0xA0..=0xBF, third @ 0x80..=0xBF, ..]) = (encoding, &bytes[start..])
            {
                out.push(0xD000 | u32::from(second & 0x3F) << 6 | u32::from(third & 0x3F));
                return Ok(start + 3);
            }
            if let (Encoding::Utf16(order), [a, b, ..]) = (encoding, &bytes[start..]) {
                let unit =
                    if order == ByteOrder::Big { u16::from_be_bytes([*a, *b]) } else { u16::from_le_bytes([*a, *b]) };
                if (0xD800..=0xDFFF).contains(&unit) {
                    out.push(u32::from(unit));
                    return Ok(start + 2);
                }
            }
        }
        _ => {}
    }
    let handler = match errors {
        "strict" | "surrogateescape" | "surrogatepass" => None,
        _ => match vm.codec_error_handler(errors) {
            Some(handler) => Some(handler),
            None => return Err(unknown_handler(vm, encoding, "decoding", errors)),
        },
    };
    let name = vm.new_str(encoding.name());
    let object = vm.new_bytes(bytes);
    let reason = vm.new_str(reason);
    let place = [start, end].map(|index| Value::small_int(index as i64));
    let ty = vm.exc.UnicodeDecodeError;
    let raised = vm.raise_with(ty, &[name.into(), object.into(), place[0], place[1], reason.into()]);
    let Some(handler) = handler else { return Err(raised) };
    let (replacement, position) = vm.call_error_handler(handler, raised, bytes.len(), true)?;
    if let Some(replacement) = replacement.cast::<Str>() {
        out.push_string(replacement);
    }
    Ok(position)
}

pub(super) fn decode_method(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let own = this(vm, receiver)?;
    let (encoding, errors) = codec_arguments(vm, args, "decode")?;
    decode(vm, &own, &encoding, &errors).map(Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_utf8_is_measured_as_cpython_does() {
        assert_eq!(next_utf8(b"\xe2\x82\xac"), Ok((0x20AC, 3)));
        assert_eq!(next_utf8(b"\xf0\x9f\x98\x80"), Ok((0x1F600, 4)));
        assert_eq!(next_utf8(b"\xe2\x82"), Err((2, "unexpected end of data")));
        assert_eq!(next_utf8(b"\xe2\x28"), Err((1, "invalid continuation byte")));
        assert_eq!(next_utf8(b"\xed\xa0\x80"), Err((1, "invalid continuation byte")));
        assert_eq!(next_utf8(b"\xc0\x80"), Err((1, "invalid start byte")));
    }
}
