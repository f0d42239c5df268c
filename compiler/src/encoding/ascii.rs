//! The encodings that write characters with those of ASCII: UTF-7, `unicode_escape`, `raw_unicode_escape`. All give code points, as they
//! can stand for halves of surrogate pairs.

use super::{Failure, Reason};
use crate::syntax::character_of_name;

/// UTF-7 (RFC 2152): UTF-16 in base 64, between `+` and what is not of base 64, which is left out if it is `-`.
pub(super) fn utf7(bytes: &[u8]) -> Result<Vec<u32>, Failure> {
    let failure = |start, end, reason| Failure::new("utf7", start, end, Reason::Illegal(reason));
    let mut text = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match (byte, bytes.get(at)) {
            (b'+', Some(b'-')) => {
                text.push(u32::from(b'+'));
                at += 1;
            }
            (b'+', Some(next)) if sextet(*next).is_none() => {
                return Err(failure(at - 1, at + 1, "ill-formed sequence"));
            }
            (b'+', _) => at = shifted(bytes, at, &mut text)?,
            (..0x80, _) => text.push(u32::from(byte)),
            _ => return Err(failure(at - 1, at, "unexpected special character")),
        }
    }
    Ok(text)
}

/// A section of base 64 from its first digit; answers where it ends.
fn shifted(bytes: &[u8], start: usize, text: &mut Vec<u32>) -> Result<usize, Failure> {
    let (mut bits, mut count) = (0_u32, 0);
    let mut high: Option<u32> = None;
    let mut at = start;
    while let Some(value) = bytes.get(at).copied().and_then(sextet) {
        at += 1;
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count < 16 {
            continue;
        }
        count -= 16;
        let unit = bits >> count;
        bits &= (1 << count) - 1;
        match (high.take(), unit) {
            (Some(high), 0xDC00..0xE000) => text.push(0x1_0000 + ((high - 0xD800) << 10 | (unit - 0xDC00))),
            (before, _) => {
                text.extend(before);
                match unit {
                    0xD800..0xDC00 => high = Some(unit),
                    _ => text.push(unit),
                }
            }
        }
    }
    let rest = match (count, bits) {
        (6.., _) => Some("partial character in shift sequence"),
        (1.., 1..) => Some("non-zero padding bits in shift sequence"),
        _ => None,
    };
    let Some(&end) = bytes.get(at) else {
        let reason = Reason::Incomplete("unterminated shift sequence");
        return match (rest, high) {
            (None, None) => Ok(at),
            _ => Err(Failure::new("utf7", start - 1, at, reason)),
        };
    };
    if let Some(reason) = rest {
        return Err(Failure::new("utf7", start - 1, at + 1, Reason::Illegal(reason)));
    }
    text.extend(high.filter(|_| end.is_ascii()));
    Ok(if end == b'-' { at + 1 } else { at })
}

/// The value of a digit of base 64.
fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Latin-1 with the escapes of string literals; in the raw form only `\u` and `\U`.
pub(super) fn escapes(bytes: &[u8], is_raw: bool) -> Result<Vec<u32>, Failure> {
    let codec = if is_raw { "rawunicodeescape" } else { "unicodeescape" };
    let mut text = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        at += 1;
        let incomplete = |reason| Err(Failure::new(codec, start, bytes.len(), Reason::Incomplete(reason)));
        if byte != b'\\' {
            text.push(u32::from(byte));
            continue;
        }
        let Some(&kind) = bytes.get(at) else {
            if is_raw {
                text.push(u32::from(b'\\'));
                break;
            }
            return incomplete("\\ at end of string");
        };
        at += 1;
        let plain = |byte: u8| Some(u32::from(byte));
        let single = match kind {
            b'x' if !is_raw => None,
            b'N' if !is_raw => None,
            b'u' | b'U' => None,
            b'\n' if !is_raw => continue,
            b'\\' | b'\'' | b'"' if !is_raw => plain(kind),
            b'a' if !is_raw => plain(7),
            b'b' if !is_raw => plain(8),
            b'f' if !is_raw => plain(12),
            b'n' if !is_raw => plain(b'\n'),
            b'r' if !is_raw => plain(b'\r'),
            b't' if !is_raw => plain(b'\t'),
            b'v' if !is_raw => plain(11),
            b'0'..=b'7' if !is_raw => {
                let more = bytes[at..].iter().take(2).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
                let digits = &bytes[at - 1..at + more];
                at += more;
                Some(digits.iter().fold(0, |value, digit| value << 3 | u32::from(digit - b'0')))
            }
            _ => {
                text.push(u32::from(b'\\'));
                plain(kind)
            }
        };
        if let Some(character) = single {
            text.push(character);
            continue;
        }
        if kind == b'N' {
            const MALFORMED: &str = "malformed \\N character escape";
            let (name, end) = match bytes.get(at) {
                None => return incomplete(MALFORMED),
                Some(b'{') => match bytes[at..].iter().position(|byte| *byte == b'}') {
                    None => return incomplete(MALFORMED),
                    Some(length) => (&bytes[at + 1..at + length], at + length),
                },
                Some(_) => return Err(Failure::new(codec, start, at, Reason::Illegal(MALFORMED))),
            };
            if name.is_empty() {
                return Err(Failure::new(codec, start, end, Reason::Illegal(MALFORMED)));
            }
            let unknown = Failure::new(codec, start, end + 1, Reason::Illegal("unknown Unicode character name"));
            text.push(named(name).ok_or(unknown)?);
            at = end + 1;
            continue;
        }
        let (count, truncated) = match kind {
            b'x' => (2, "truncated \\xXX escape"),
            b'u' => (4, "truncated \\uXXXX escape"),
            _ => (8, "truncated \\UXXXXXXXX escape"),
        };
        let mut value = 0;
        for _ in 0..count {
            let Some(&digit) = bytes.get(at) else { return incomplete(truncated) };
            let Some(digit) = char::from(digit).to_digit(16) else {
                return Err(Failure::new(codec, start, at, Reason::Illegal(truncated)));
            };
            value = value << 4 | digit;
            at += 1;
        }
        if value > 0x10_FFFF {
            let reason = if is_raw { "\\Uxxxxxxxx out of range" } else { "illegal Unicode character" };
            return Err(Failure::new(codec, start, at, Reason::Illegal(reason)));
        }
        text.push(value);
    }
    Ok(text)
}

fn named(name: &[u8]) -> Option<u32> {
    character_of_name(std::str::from_utf8(name).ok()?).map(u32::from)
}
