//! `repr` of constants and of the values they are made of, as Python prints them.

use std::fmt::Write;

use crate::hash::{hash_constant, set_order};
use crate::printable::is_printable;
use crate::{CodeObject, Constant, PyString};

/// `repr` of a constant. `address` gives what a code object prints as its address.
pub fn repr_constant(constant: &Constant, address: &dyn Fn(&CodeObject) -> u64) -> String {
    let mut out = String::new();
    write_constant(&mut out, constant, address);
    out
}

fn write_constant(out: &mut String, constant: &Constant, address: &dyn Fn(&CodeObject) -> u64) {
    match constant {
        Constant::None => out.push_str("None"),
        Constant::True => out.push_str("True"),
        Constant::False => out.push_str("False"),
        Constant::Ellipsis => out.push_str("Ellipsis"),
        Constant::Int(value) => _ = write!(out, "{value}"),
        Constant::BigInt(value) => _ = write!(out, "{value}"),
        Constant::Float(value) => out.push_str(&repr_float(*value)),
        Constant::Complex { re, im } => out.push_str(&repr_complex(*re, *im)),
        Constant::Str(text) => out.push_str(&repr_str(text)),
        Constant::Bytes(bytes) => out.push_str(&repr_bytes(bytes)),
        Constant::Tuple(items) => {
            out.push('(');
            write_items(out, items.iter(), address);
            out.push_str(if items.len() == 1 { ",)" } else { ")" });
        }
        Constant::FrozenSet(items) if items.is_empty() => out.push_str("frozenset()"),
        Constant::FrozenSet(items) => {
            let hashes: Vec<i64> = items.iter().map(hash_constant).collect();
            out.push_str("frozenset({");
            write_items(out, set_order(&hashes).into_iter().map(|index| &items[index]), address);
            out.push_str("})");
        }
        Constant::Code(code) => out.push_str(&repr_code(code, address(code))),
    }
}

fn write_items<'a>(out: &mut String, items: impl Iterator<Item = &'a Constant>, address: &dyn Fn(&CodeObject) -> u64) {
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write_constant(out, item, address);
    }
}

/// `repr` of a code object, with this as its address.
pub fn repr_code(code: &CodeObject, address: u64) -> String {
    let line = if code.firstlineno != 0 { code.firstlineno } else { -1 };
    format!("<code object {} at {address:#x}, file \"{}\", line {line}>", code.name, code.filename)
}

/// `repr` of a string.
pub fn repr_str(text: &PyString) -> String {
    let quote = quote_for(text.as_bytes());
    let mut out = String::with_capacity(text.as_bytes().len() + 2);
    out.push(quote);
    for point in text.code_points() {
        match char::from_u32(point) {
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some('\\') => out.push_str("\\\\"),
            Some(character) if character == quote => out.extend(['\\', quote]),
            Some(character) if is_printable(point) => out.push(character),
            _ if point <= 0xFF => _ = write!(out, "\\x{point:02x}"),
            _ if point <= 0xFFFF => _ = write!(out, "\\u{point:04x}"),
            _ => _ = write!(out, "\\U{point:08x}"),
        }
    }
    out.push(quote);
    out
}

/// `repr` of bytes.
pub fn repr_bytes(bytes: &[u8]) -> String {
    let quote = quote_for(bytes);
    let mut out = String::with_capacity(bytes.len() + 3);
    out.push('b');
    out.push(quote);
    for &byte in bytes {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'\\' => out.push_str("\\\\"),
            _ if byte == quote as u8 => out.extend(['\\', quote]),
            0x20..0x7F => out.push(char::from(byte)),
            _ => _ = write!(out, "\\x{byte:02x}"),
        }
    }
    out.push(quote);
    out
}

/// Single quotes, unless double ones save escapes.
fn quote_for(bytes: &[u8]) -> char {
    if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' }
}

/// `repr` of a float: the shortest digits that read back as the same number.
pub fn repr_float(value: f64) -> String {
    let mut text = short_float(value);
    if value.is_finite() && !text.contains(['.', 'e']) {
        text.push_str(".0");
    }
    text
}

/// `repr` of a complex number.
pub fn repr_complex(re: f64, im: f64) -> String {
    let imaginary = short_float(im);
    if re == 0.0 && re.is_sign_positive() {
        return format!("{imaginary}j");
    }
    let sign = if imaginary.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{imaginary}j)", short_float(re))
}

/// The shortest digits, without the `.0` that marks a whole number as a float; positional from 1e-4 to below 1e16.
fn short_float(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_string();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_string();
    }
    let (digits, point) = shortest_digits(value.abs());
    let mut out = String::with_capacity(24);
    if value.is_sign_negative() {
        out.push('-');
    }
    match point {
        -3..=0 => {
            out.push_str("0.");
            out.extend(std::iter::repeat_n('0', point.unsigned_abs() as usize));
            out.push_str(&digits);
        }
        1..=16 => {
            let whole = point as usize;
            if digits.len() > whole {
                let (before, after) = digits.split_at(whole);
                _ = write!(out, "{before}.{after}");
            } else {
                _ = write!(out, "{digits:0<whole$}");
            }
        }
        _ => {
            let (first, rest) = digits.split_at(1);
            let dot = if rest.is_empty() { "" } else { "." };
            let exponent = point - 1;
            let sign = if exponent < 0 { '-' } else { '+' };
            _ = write!(out, "{first}{dot}{rest}e{sign}{:02}", exponent.abs());
        }
    }
    // Zero has one digit and its point behind it.
    out
}

/// The shortest decimal digits that identify a finite, non-negative float, and where the decimal point is, counted from their start.
pub fn shortest_digits(value: f64) -> (String, i32) {
    if value == 0.0 {
        return ("0".to_string(), 1);
    }
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(value);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let all = format!("{whole}{fraction}");
    let leading = all.len() - all.trim_start_matches('0').len();
    let digits = all[leading..].trim_end_matches('0').to_string();
    (digits, exponent + whole.len() as i32 - leading as i32)
}
