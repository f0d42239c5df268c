//! Integers from text and to text.

use std::borrow::Cow;

use dashu_int::ops::UnsignedAbs;
use dashu_int::{IBig, Sign, UBig};

use super::int::View;
use super::string::Str;
use super::unicode;
use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::value::Value;

/// Texts with fewer digits are converted whatever the limit is.
const DIGITS_ALWAYS: usize = 640;

/// Why a text is no integer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParseError {
    /// It is not written like one.
    Invalid,
    /// It has this many digits, more than `sys.set_int_max_str_digits` allows.
    TooLong(usize),
}

/// The integer that a text stands for: surrounding white space, a sign, the base's prefix, digits with single underscores
/// between them. A base of 0 stands for the one that the prefix says.
///
/// # Errors
/// See [`ParseError`]. `max_digits` of 0 is no limit.
pub fn parse(text: &[u8], base: u32, max_digits: usize) -> Result<IBig, ParseError> {
    let is_space = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c);
    let start = text.iter().position(|b| !is_space(b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| !is_space(b)).map_or(start, |i| i + 1);
    let mut rest = &text[start..end];
    let negative = match rest {
        [b'-', tail @ ..] => {
            rest = tail;
            true
        }
        [b'+', tail @ ..] => {
            rest = tail;
            false
        }
        _ => false,
    };
    let prefix_base = match rest {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let mut only_zero = false;
    let radix = match base {
        0 if prefix_base != 0 => prefix_base,
        0 => {
            // `012` was octal once and is refused; `00` is zero.
            only_zero = rest.first() == Some(&b'0');
            10
        }
        base => base,
    };
    if prefix_base == radix && prefix_base != 0 {
        rest = &rest[2..];
        if let [b'_', tail @ ..] = rest {
            rest = tail;
        }
    }
    let digits = plain_digits(rest, radix).ok_or(ParseError::Invalid)?;
    if !radix.is_power_of_two() && digits.len() > DIGITS_ALWAYS && max_digits > 0 && digits.len() > max_digits {
        return Err(ParseError::TooLong(digits.len()));
    }
    let magnitude = match u64::from_str_radix(&digits, radix) {
        Ok(small) => UBig::from(small),
        Err(_) => UBig::from_str_radix(&digits, radix).map_err(|_| ParseError::Invalid)?,
    };
    if only_zero && !magnitude.is_zero() {
        return Err(ParseError::Invalid);
    }
    Ok(IBig::from_parts(if negative { Sign::Negative } else { Sign::Positive }, magnitude))
}

/// The digits without underscores, if all are digits of the base and the underscores stand between digits.
fn plain_digits(text: &[u8], radix: u32) -> Option<Cow<'_, str>> {
    let valid = |b: &u8| char::from(*b).is_digit(radix);
    if !text.first().is_some_and(valid) || !text.last().is_some_and(valid) {
        return None;
    }
    if text.iter().all(valid) {
        return std::str::from_utf8(text).ok().map(Cow::Borrowed);
    }
    if text.windows(2).any(|pair| pair == b"__") {
        return None;
    }
    let digits: Vec<u8> = text.iter().copied().filter(|b| *b != b'_').collect();
    if !digits.iter().all(valid) {
        return None;
    }
    String::from_utf8(digits).ok().map(Cow::Owned)
}

/// The text of a number in ASCII: digits of every script become ASCII digits, every white space a space. Other characters
/// become `?`, which no number has.
pub(crate) fn to_ascii(text: Gc<Str>) -> Vec<u8> {
    match text.as_ascii() {
        // The control characters 0x1C to 0x1F are white space as well.
        Some(ascii) => ascii.bytes().map(|b| if (0x1c..=0x1f).contains(&b) { b' ' } else { b }).collect(),
        None => text
            .code_points()
            .map(|c| match c {
                0x1c..=0x1f => b' ',
                c if c < 128 => c as u8,
                c if unicode::is_space(c) => b' ',
                c => unicode::decimal_value(c).map_or(b'?', |d| b'0' + d as u8),
            })
            .collect(),
    }
}

/// `int(text, base)` for a `str`, `bytes` or `bytearray`, whose bytes (as ASCII) are given.
///
/// # Errors
/// `ValueError` with CPython's words.
pub(super) fn parse_value(vm: &mut Vm, text: &[u8], base: u32, original: Value) -> PyResult {
    match parse(text, base, vm.int_max_str_digits) {
        Ok(int) => Ok(vm.int_from_big(int)),
        Err(ParseError::TooLong(digits)) => {
            let most = vm.int_max_str_digits;
            Err(vm.value_error(format!(
                "Exceeds the limit ({most} digits) for integer string conversion: value has {digits} digits; use \
                 sys.set_int_max_str_digits() to increase the limit"
            )))
        }
        Err(ParseError::Invalid) => {
            // Other bytes-like objects are shown as the bytes that they hold.
            let original = match original.cast::<Str>() {
                Some(_) => original,
                None => super::bytes::to_vec(original).map_or(original, |bytes| vm.new_bytes(&bytes).into()),
            };
            let shown: String = vm.repr_text(original)?.chars().take(200).collect();
            Err(vm.value_error(format!("invalid literal for int() with base {base}: {shown}")))
        }
    }
}

/// The decimal digits of an integer.
///
/// # Errors
/// `ValueError` when there are more than `sys.set_int_max_str_digits` allows.
pub fn text(vm: &mut Vm, view: View) -> PyResult<Gc<Str>> {
    match view {
        View::Small(i) => {
            let mut buffer = [0; 20];
            let digits = small_text(i, &mut buffer);
            Ok(vm.str_from_latin1(digits))
        }
        View::Big(int) => {
            let most = vm.int_max_str_digits;
            // Not even converted when it is clearly too long: that is what takes the time.
            let bits = super::int_arithmetic::bit_length(&(&int.value).unsigned_abs());
            let least_digits = (bits as f64 * std::f64::consts::LOG10_2) as usize;
            let too_long = |digits: usize| most > 0 && digits > most && digits > DIGITS_ALWAYS;
            if !too_long(least_digits) {
                let text = int.value.to_string();
                if !too_long(text.len() - usize::from(text.starts_with('-'))) {
                    return Ok(vm.new_str(&text));
                }
            }
            Err(vm.value_error(format!(
                "Exceeds the limit ({most} digits) for integer string conversion; use sys.set_int_max_str_digits() to \
                 increase the limit"
            )))
        }
    }
}

fn small_text(i: i64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut rest = i.unsigned_abs();
    let mut start = buffer.len();
    loop {
        start -= 1;
        buffer[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if i < 0 {
        start -= 1;
        buffer[start] = b'-';
    }
    &buffer[start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(text: &str, base: u32) -> Option<i64> {
        parse(text.as_bytes(), base, 4300).ok().and_then(|i| i64::try_from(&i).ok())
    }

    #[test]
    fn texts() {
        assert_eq!(int(" -12_3 ", 10), Some(-123));
        assert_eq!(int("0x_ff", 0), Some(255));
        assert_eq!(int("0xff", 16), Some(255));
        assert_eq!(int("ff", 16), Some(255));
        assert_eq!(int("0b101", 2), Some(5));
        assert_eq!(int("0b1", 16), Some(0xb1));
        assert_eq!(int("00", 0), Some(0));
        assert_eq!(int("zz", 36), Some(35 * 36 + 35));
        for (text, base) in [
            ("", 10),
            ("_1", 10),
            ("1_", 10),
            ("1__2", 10),
            ("012", 0),
            ("0x", 16),
            ("0x__1", 16),
            ("- 1", 10),
            ("9", 8),
            ("+-1", 10),
        ] {
            assert_eq!(int(text, base), None, "{text:?}");
        }
        let long = "1".repeat(5000);
        assert_eq!(parse(long.as_bytes(), 10, 4300), Err(ParseError::TooLong(5000)));
        assert!(parse(long.as_bytes(), 16, 4300).is_ok() && parse(long.as_bytes(), 10, 0).is_ok());
    }

    #[test]
    fn small_numbers() {
        let mut buffer = [0; 20];
        assert_eq!(small_text(i64::MIN, &mut buffer), b"-9223372036854775808");
        assert_eq!(small_text(0, &mut buffer), b"0");
        assert_eq!(small_text(-120, &mut buffer), b"-120");
    }
}
