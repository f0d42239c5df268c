//! Numbers under a format specification.

use std::borrow::Cow;

use crate::Vm;
use crate::error::PyResult;
use crate::format::FormatSpec;
use crate::object::Gc;
use crate::objects::float_format;
use crate::objects::int::View;
use crate::objects::int_text;
use crate::objects::string::{Kind, Str, StrBuilder, fits, memory_error};
use crate::value::Value;

/// `int.__format__`; `value` is an `int` or an instance of a subclass.
///
/// # Errors
/// `ValueError` for a bad spec, `OverflowError` for a character out of range or an integer that no float can hold.
pub fn format_int(vm: &mut Vm, value: Value, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    if spec.is_empty() {
        return vm.str_of(value);
    }
    let spec = FormatSpec::parse(vm, value, spec, b'd', b'>')?;
    match u8::try_from(spec.ty) {
        Ok(b'b' | b'c' | b'd' | b'o' | b'x' | b'X' | b'n') => integer(vm, value, &spec),
        Ok(b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%') => {
            let float = vm.to_f64(value)?;
            float_under(vm, float, &spec)
        }
        _ => Err(spec.unknown_type(vm, value)),
    }
}

/// `float.__format__`; `float` is what `value` (a `float` or an instance of a subclass) holds.
///
/// # Errors
/// `ValueError` for a bad spec.
pub fn format_float(vm: &mut Vm, value: Value, float: f64, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    if spec.is_empty() {
        return vm.str_of(value);
    }
    let spec = FormatSpec::parse(vm, value, spec, 0, b'>')?;
    match u8::try_from(spec.ty) {
        Ok(0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n' | b'%') => float_under(vm, float, &spec),
        _ => Err(spec.unknown_type(vm, value)),
    }
}

/// `complex.__format__`.
///
/// # Errors
/// `ValueError` for a bad spec.
pub fn format_complex(vm: &mut Vm, value: Value, re: f64, im: f64, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    if spec.is_empty() {
        return vm.str_of(value);
    }
    let spec = FormatSpec::parse(vm, value, spec, 0, b'>')?;
    if !matches!(u8::try_from(spec.ty), Ok(0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n')) {
        return Err(spec.unknown_type(vm, value));
    }
    if spec.precision.is_some_and(|p| p > i32::MAX as usize) {
        return Err(vm.value_error("precision too big"));
    }
    if spec.fill == u32::from('0') {
        return Err(vm.value_error("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == b'=' {
        return Err(vm.value_error("'=' alignment flag is not allowed in complex format specifier"));
    }
    let plain = spec.ty == 0;
    let skip_real = plain && re == 0.0 && re.is_sign_positive();
    let part = |x: f64, sign: Option<u8>| {
        let text = if plain {
            let text = match spec.precision {
                None => {
                    let text = float_format::format_float(x, b'r', None, spec.alternate);
                    let end = if spec.alternate { "0" } else { ".0" };
                    if text.ends_with(".0") { text[..text.len() - end.len()].to_string() } else { text }
                }
                precision => float_format::format_float(x, b'g', precision, spec.alternate),
            };
            if spec.no_negative_zero { without_negative_zero(text) } else { text }
        } else {
            digits(x, &spec)
        };
        let bare = FormatSpec { fill: 0, align: b'<', width: None, sign, ..spec };
        let mut out = StrBuilder::new();
        push_number(&mut out, &bare, &Number::from_text(&text));
        out
    };
    let real = part(re, spec.sign);
    let imaginary = part(im, if skip_real { spec.sign } else { Some(b'+') });
    let parentheses = plain && !skip_real;
    let len = if skip_real { 0 } else { real.len() } + imaginary.len() + 1 + if parentheses { 2 } else { 0 };
    if spec.width.is_some_and(|width| !fits(vm, width, Kind::Four)) {
        return Err(memory_error(vm));
    }
    let (left, right) = spec.padding(len);
    let mut out = StrBuilder::new();
    out.push_repeated(spec.fill, left);
    if parentheses {
        out.push_str("(");
    }
    if !skip_real {
        out.push_str(&real.to_string_lossy());
    }
    out.push_str(&imaginary.to_string_lossy());
    out.push_str(if parentheses { "j)" } else { "j" });
    out.push_repeated(spec.fill, right);
    Ok(out.finish(vm))
}

/// The parts of a number's text.
struct Number<'a> {
    negative: bool,
    /// `0x` and the like.
    prefix: &'a str,
    /// The digits before a point or an exponent: what is grouped.
    digits: &'a str,
    /// All the rest, with its point.
    rest: &'a str,
}

impl<'a> Number<'a> {
    fn from_text(text: &'a str) -> Number<'a> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
        Number { negative, prefix: "", digits: &text[..end], rest: &text[end..] }
    }
}

/// The digits of an integer in a base, and whether it is negative.
///
/// # Errors
/// `ValueError` for more decimal digits than allowed.
pub fn int_digits(vm: &mut Vm, value: Value, base: u8) -> PyResult<(bool, String)> {
    let view = View::of(value).unwrap_or(View::Small(0));
    let text = match view {
        View::Small(i) => {
            let magnitude = i.unsigned_abs();
            let text = match base {
                2 => format!("{magnitude:b}"),
                8 => format!("{magnitude:o}"),
                16 => format!("{magnitude:x}"),
                _ => magnitude.to_string(),
            };
            return Ok((i < 0, text));
        }
        // The conversion to decimal digits has a limit.
        View::Big(_) if base == 10 => int_text::text(vm, view)?.to_string_lossy().into_owned(),
        View::Big(int) => int.value.in_radix(base).to_string(),
    };
    Ok(match text.strip_prefix('-') {
        Some(digits) => (true, digits.to_string()),
        None => (false, text),
    })
}

fn integer(vm: &mut Vm, value: Value, spec: &FormatSpec) -> PyResult<Gc<Str>> {
    if spec.precision.is_some() {
        return Err(vm.value_error("Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(vm.value_error("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    if spec.width.is_some_and(|width| !fits(vm, width, Kind::Four)) {
        return Err(memory_error(vm));
    }
    let mut out = StrBuilder::with_capacity(spec.width.unwrap_or(0).max(24));
    if spec.ty == u32::from('c') {
        if spec.sign.is_some() {
            return Err(vm.value_error("Sign not allowed with integer format specifier 'c'"));
        }
        if spec.alternate {
            return Err(vm.value_error("Alternate form (#) not allowed with integer format specifier 'c'"));
        }
        let code_point = match vm.index_c(value, "long")? {
            c @ 0..=0x10_FFFF => c as u32,
            _ => return Err(vm.overflow_error("%c arg not in range(0x110000)")),
        };
        let missing = spec.width.unwrap_or(0).saturating_sub(1);
        let (left, right) = if spec.align == b'=' { (missing, 0) } else { spec.padding(1) };
        out.push_repeated(spec.fill, left);
        out.push(code_point);
        out.push_repeated(spec.fill, right);
        return Ok(out.finish(vm));
    }
    let (base, prefix) = match u8::try_from(spec.ty) {
        Ok(b'b') => (2, "0b"),
        Ok(b'o') => (8, "0o"),
        Ok(b'x') => (16, "0x"),
        Ok(b'X') => (16, "0X"),
        _ => (10, ""),
    };
    let (negative, mut digits) = int_digits(vm, value, base)?;
    if spec.ty == u32::from('X') {
        digits.make_ascii_uppercase();
    }
    let number = Number { negative, prefix: if spec.alternate { prefix } else { "" }, digits: &digits, rest: "" };
    push_number(&mut out, spec, &number);
    Ok(out.finish(vm))
}

fn float_under(vm: &mut Vm, float: f64, spec: &FormatSpec) -> PyResult<Gc<Str>> {
    if spec.precision.is_some_and(|p| p > i32::MAX as usize) {
        return Err(vm.value_error("precision too big"));
    }
    if spec.width.is_some_and(|width| !fits(vm, width, Kind::Four)) {
        return Err(memory_error(vm));
    }
    let text = digits(float, spec);
    if spec.width.is_none() && spec.separator.is_none() && !matches!(spec.sign, Some(b'+' | b' ')) {
        return Ok(vm.str_from_canonical(text.as_bytes(), Kind::One, true));
    }
    let mut out = StrBuilder::with_capacity(text.len().max(spec.width.unwrap_or(0)) + 8);
    push_number(&mut out, spec, &Number::from_text(&text));
    Ok(out.finish(vm))
}

/// The text of a float: its digits with sign, point and exponent, without padding and grouping.
fn digits(float: f64, spec: &FormatSpec) -> String {
    let kind = u8::try_from(spec.ty).unwrap_or(0);
    let precision = Some(spec.precision.unwrap_or(6));
    let mut text = match kind {
        0 => plain_digits(float, spec.precision, spec.alternate),
        b'%' => float_format::format_float(float * 100.0, b'f', precision, spec.alternate),
        b'n' => float_format::format_float(float, b'g', precision, spec.alternate),
        _ => float_format::format_float(float, kind.to_ascii_lowercase(), precision, spec.alternate),
    };
    if kind.is_ascii_uppercase() {
        text.make_ascii_uppercase();
    }
    if spec.no_negative_zero {
        text = without_negative_zero(text);
    }
    if kind == b'%' {
        text.push('%');
    }
    text
}

/// Without a presentation type: as `repr`, or with a precision as `g`, but never like an integer.
fn plain_digits(float: f64, precision: Option<usize>, alternate: bool) -> String {
    let Some(precision) = precision else {
        let mut text = float_format::format_float(float, b'r', None, alternate);
        if float.is_finite() && !text.contains(['.', 'e']) {
            text.push_str(".0");
        }
        return text;
    };
    let mut text = float_format::format_float(float, b'g', Some(precision), alternate);
    if !float.is_finite() || text.contains('e') {
        return text;
    }
    let whole = text.trim_start_matches('-').split('.').next().unwrap_or("");
    // A fraction has no digits before the point that count; zero has its one.
    let whole_digits = if whole == "0" && float != 0.0 { 0 } else { whole.len() };
    if whole_digits >= precision.max(1) {
        // There is no room for a digit behind the point: the exponent comes one place earlier than under `g`.
        let text = float_format::format_float(float, b'e', Some(precision.max(1) - 1), alternate);
        let Some((mantissa, exponent)) = text.split_once('e') else { return text };
        let mantissa = if mantissa.contains('.') && !alternate {
            mantissa.trim_end_matches('0').trim_end_matches('.')
        } else {
            mantissa
        };
        return format!("{mantissa}e{exponent}");
    }
    if text.ends_with('.') {
        text.push('0');
    } else if !text.contains('.') {
        text.push_str(".0");
    }
    text
}

/// The text without its sign, if it is that of a zero.
fn without_negative_zero(text: String) -> String {
    match text.strip_prefix('-') {
        Some(rest) if !rest.split(['e', 'E']).next().unwrap_or("").contains(|c: char| c != '0' && c != '.') => {
            rest.to_string()
        }
        _ => text,
    }
}

/// Appends a number: padding, sign, prefix, grouped digits and the rest.
fn push_number(out: &mut StrBuilder, spec: &FormatSpec, number: &Number<'_>) {
    let sign = match (spec.sign, number.negative) {
        (_, true) => "-",
        (Some(b'+'), false) => "+",
        (Some(b' '), false) => " ",
        _ => "",
    };
    let fixed = sign.len() + number.prefix.len() + number.rest.len();
    let width = spec.width.unwrap_or(0);
    // Zeros that fill the width are digits, with separators between their groups.
    let least = if spec.fill == u32::from('0') && spec.align == b'=' { width.saturating_sub(fixed) } else { 0 };
    let digits = if number.digits.is_empty() { Cow::Borrowed("") } else { grouped(spec, number.digits, least) };
    let missing = width.saturating_sub(fixed + digits.len());
    let (left, inner, right) = match spec.align {
        b'<' => (0, 0, missing),
        b'^' => (missing / 2, 0, missing - missing / 2),
        b'=' => (0, missing, 0),
        _ => (missing, 0, 0),
    };
    out.push_repeated(spec.fill, left);
    out.push_str(sign);
    out.push_str(number.prefix);
    out.push_repeated(spec.fill, inner);
    out.push_str(&digits);
    out.push_str(number.rest);
    out.push_repeated(spec.fill, right);
}

/// The digits with separators, filled with zeros to a width of at least `least`.
fn grouped<'d>(spec: &FormatSpec, digits: &'d str, least: usize) -> Cow<'d, str> {
    let Some(separator) = spec.separator else {
        return if digits.len() >= least { Cow::Borrowed(digits) } else { Cow::Owned(format!("{digits:0>least$}")) };
    };
    let group = match u8::try_from(spec.ty) {
        Ok(b'b' | b'o' | b'x' | b'X') => 4,
        _ => 3,
    };
    // From the right, group by group, until the digits and the width are used up.
    let digits = digits.as_bytes();
    let mut reversed = Vec::with_capacity(digits.len() + digits.len() / 3 + least);
    let (mut left, mut width) = (digits.len(), least as isize);
    loop {
        let len = group.min(left.max(width.max(1) as usize));
        for place in 0..len {
            reversed.push(if place < left { digits[left - 1 - place] } else { b'0' });
        }
        left = left.saturating_sub(len);
        width -= len as isize;
        if left == 0 && width <= 0 {
            break;
        }
        reversed.push(separator);
        width -= 1;
    }
    reversed.reverse();
    Cow::Owned(String::from_utf8(reversed).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(fill: char, align: u8, width: usize, separator: Option<u8>, ty: char) -> FormatSpec {
        FormatSpec {
            fill: u32::from(fill),
            align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: Some(width),
            separator,
            precision: None,
            ty: u32::from(ty),
        }
    }

    fn formatted(spec: &FormatSpec, text: &str) -> String {
        let mut out = StrBuilder::new();
        push_number(&mut out, spec, &Number::from_text(text));
        out.to_string_lossy()
    }

    #[test]
    fn groups_and_padding() {
        assert_eq!(formatted(&spec('0', b'=', 10, Some(b','), 'd'), "1234"), "00,001,234");
        assert_eq!(formatted(&spec('0', b'=', 9, Some(b','), 'd'), "1234"), "0,001,234");
        assert_eq!(formatted(&spec('0', b'=', 8, Some(b','), 'd'), "-1234"), "-001,234");
        assert_eq!(formatted(&spec(' ', b'>', 0, Some(b'_'), 'x'), "12345678"), "1234_5678");
        assert_eq!(formatted(&spec('*', b'^', 12, Some(b','), 'f'), "1234567.5"), "1,234,567.5*");
        assert_eq!(formatted(&spec('x', b'=', 6, None, 'd'), "-5"), "-xxxx5");
    }

    #[test]
    fn negative_zeros() {
        assert_eq!(without_negative_zero("-0.00".to_string()), "0.00");
        assert_eq!(without_negative_zero("-0e+00".to_string()), "0e+00");
        assert_eq!(without_negative_zero("-0.01".to_string()), "-0.01");
        assert_eq!(without_negative_zero("-inf".to_string()), "-inf");
    }
}
