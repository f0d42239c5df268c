//! `float(…)` and the methods of floats.

use dashu_int::{IBig, Sign, UBig};

use super::bytes;
use super::float::{Float, positive};
use super::float_format;
use super::int::{big_from_f64, float_parts};
use super::int_arithmetic::{big_floor_div, big_true_div, bit_length};
use super::int_text::to_ascii;
use super::string::Str;
use super::typeobj::Type;
use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::{Gc, Header};
use crate::objects::refuse_keywords;
use crate::objects::string_methods::arguments::type_or_none;
use crate::slots::UnaryOp;
use crate::spec::{Convention, GetSetSpec, MethodSpec, class_method, getter, method, static_method};
use crate::value::Value;

/// `float.__new__`.
pub(super) fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let values = if ty == vm.types.float {
        args.between(vm, "float", 0, 1)?
    } else {
        refuse_keywords(vm, ty, vm.types.float, args, "float")?;
        let given = args.positionals();
        if given.len() > 1 {
            return Err(vm.type_error(format!("float expected at most 1 argument, got {}", given.len())));
        }
        given
    };
    let value = match values {
        [] => 0.0,
        // Itself, as an object: NaNs are told apart by identity.
        [value, ..] if ty == vm.types.float && value.is_exact(ty) => return Ok(*value),
        [value, ..] => to_float(vm, *value)?,
    };
    if ty == vm.types.float {
        return Ok(vm.float(value));
    }
    Ok(vm.allocate_object(ty, Float::new(Header::new(ty), value)).into())
}

/// `float(value)`.
fn to_float(vm: &mut Vm, value: Value) -> PyResult<f64> {
    if let Some(float) = value.as_inline_float() {
        return Ok(float);
    }
    let value_type = vm.type_of(value);
    let slots = value_type.slots();
    if slots.unary[UnaryOp::Float as usize].is_some() || slots.unary[UnaryOp::Index as usize].is_some() {
        return vm.number_to_f64(value);
    }
    let text = match value.cast::<Str>() {
        Some(text) => Some(to_ascii(text)),
        None => bytes::to_vec(value),
    };
    let Some(text) = text else {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("float() argument must be a string or a real number, not '{name}'")));
    };
    match float_format::parse(&text) {
        Some(float) => Ok(float),
        None => {
            let shown = vm.repr_text(value)?;
            Err(vm.value_error(format!("could not convert string to float: {shown}")))
        }
    }
}

fn receiver(vm: &mut Vm, value: Value) -> PyResult<f64> {
    vm.to_f64(value)
}

fn itself(vm: &mut Vm, value: Value, _: Args<'_>) -> PyResult {
    positive(vm, value)
}

fn trunc(vm: &mut Vm, value: Value, _: Args<'_>) -> PyResult {
    let float = receiver(vm, value)?;
    vm.int_from_f64(float)
}

fn floor(vm: &mut Vm, value: Value, _: Args<'_>) -> PyResult {
    let float = receiver(vm, value)?;
    vm.int_from_f64(float.floor())
}

fn ceil(vm: &mut Vm, value: Value, _: Args<'_>) -> PyResult {
    let float = receiver(vm, value)?;
    vm.int_from_f64(float.ceil())
}

fn round(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    let float = receiver(vm, value)?;
    let digits = match args.between(vm, "__round__", 0, 1)? {
        [digits, ..] if !digits.is_none() => vm.index_clamped(*digits)?,
        _ => return vm.int_from_f64(float.round_ties_even()),
    };
    if !float.is_finite() {
        return Ok(vm.float(float));
    }
    match round_to(float, digits) {
        Some(rounded) => Ok(vm.float(rounded)),
        None => Err(vm.overflow_error("rounded value too large to represent")),
    }
}

/// The finite float rounded to so many decimal places (to tens, hundreds … when negative), correctly, ties to even; `None`
/// beyond the range of floats.
pub(crate) fn round_to(value: f64, digits: i64) -> Option<f64> {
    // Beyond these nothing is rounded, or nothing is left.
    if digits > 323 {
        return Some(value);
    }
    if digits < -308 {
        return Some(0.0 * value);
    }
    if digits >= 0 {
        let rounded = format!("{value:.*}", digits as usize).parse::<f64>().ok()?;
        return rounded.is_finite().then_some(rounded);
    }
    let whole = big_from_f64(value.abs());
    let has_fraction = value.fract() != 0.0;
    let unit = IBig::from(10).pow(digits.unsigned_abs() as usize);
    let (quotient, remainder) = big_floor_div(&whole, &unit);
    let twice = &remainder + &remainder;
    let odd = !(&quotient & IBig::ONE).is_zero();
    let up = twice > unit || (twice == unit && (has_fraction || odd));
    let rounded = (if up { quotient + IBig::ONE } else { quotient }) * unit;
    let rounded = super::int::big_to_f64(&rounded).copysign(value);
    rounded.is_finite().then_some(rounded)
}

fn as_integer_ratio(vm: &mut Vm, value: Value, _: Args<'_>) -> PyResult {
    let float = receiver(vm, value)?;
    if float.is_infinite() {
        return Err(vm.overflow_error("cannot convert Infinity to integer ratio"));
    }
    if float.is_nan() {
        return Err(vm.value_error("cannot convert NaN to integer ratio"));
    }
    let (mantissa, exponent) = float_parts(float);
    let zeros = if mantissa == 0 { 0 } else { mantissa.trailing_zeros() as i32 };
    let sign = if float < 0.0 { Sign::Negative } else { Sign::Positive };
    let (mantissa, exponent) = (UBig::from(mantissa >> zeros), if mantissa == 0 { 0 } else { exponent + zeros });
    let (numerator, denominator) = if exponent >= 0 {
        (mantissa << exponent as usize, UBig::ONE)
    } else {
        (mantissa, UBig::ONE << exponent.unsigned_abs() as usize)
    };
    let numerator = vm.int_from_big(IBig::from_parts(sign, numerator));
    let denominator = vm.int_from_big(IBig::from(denominator));
    Ok(vm.new_tuple(&[numerator, denominator]).into())
}

fn is_integer(vm: &mut Vm, value: Value, _: Args<'_>) -> PyResult {
    let float = receiver(vm, value)?;
    Ok(Value::bool(float.is_finite() && float.floor() == float))
}

fn hex(vm: &mut Vm, value: Value, _: Args<'_>) -> PyResult {
    let float = receiver(vm, value)?;
    let text = to_hex(float);
    Ok(vm.new_str(&text).into())
}

fn to_hex(float: f64) -> String {
    if !float.is_finite() {
        return super::float::repr(float);
    }
    let sign = if float.is_sign_negative() { "-" } else { "" };
    if float == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = float.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (first, exponent) = if exponent == 0 { (0, -1022) } else { (1, exponent - 1023) };
    format!("{sign}0x{first}.{fraction:013x}p{exponent:+}")
}

fn fromhex(vm: &mut Vm, class: Value, args: Args<'_>) -> PyResult {
    let [text] = args.exactly(vm, "fromhex")?;
    let Some(text) = text.cast::<Str>() else {
        return Err(vm.type_error("bad argument type for built-in operation"));
    };
    let float = match from_hex(text.to_string_lossy().as_bytes()) {
        Ok(float) => float,
        Err(HexError::Invalid) => return Err(vm.value_error("invalid hexadecimal floating-point string")),
        Err(HexError::TooLarge) => {
            return Err(vm.overflow_error("hexadecimal value too large to represent as a float"));
        }
    };
    let float = vm.float(float);
    if class.is(vm.types.float.into()) { Ok(float) } else { vm.call_values(class, &[float]) }
}

#[derive(PartialEq, Debug)]
enum HexError {
    Invalid,
    TooLarge,
}

fn from_hex(text: &[u8]) -> Result<f64, HexError> {
    let blank = |b: &u8| b.is_ascii_whitespace() || *b == 0x0b;
    let start = text.iter().position(|b| !blank(b)).ok_or(HexError::Invalid)?;
    let end = text.iter().rposition(|b| !blank(b)).map_or(0, |i| i + 1);
    let mut rest = &text[start..end];
    let mut negative = false;
    if let [sign @ (b'+' | b'-'), tail @ ..] = rest {
        negative = *sign == b'-';
        rest = tail;
    }
    let signed = |value: f64| if negative { -value } else { value };
    if rest.eq_ignore_ascii_case(b"inf") || rest.eq_ignore_ascii_case(b"infinity") {
        return Ok(signed(f64::INFINITY));
    }
    if rest.eq_ignore_ascii_case(b"nan") {
        return Ok(signed(f64::NAN.abs()));
    }
    if let [b'0', b'x' | b'X', tail @ ..] = rest {
        rest = tail;
    }
    let (coefficient, exponent) = match rest.iter().position(|b| matches!(b, b'p' | b'P')) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let point = coefficient.iter().position(|b| *b == b'.');
    let fraction_digits = point.map_or(0, |at| coefficient.len() - at - 1);
    let digits: String =
        coefficient.iter().enumerate().filter(|(i, _)| Some(*i) != point).map(|(_, b)| char::from(*b)).collect();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(HexError::Invalid);
    }
    let exponent = match exponent {
        None => 0,
        Some(text) => {
            let unsigned = match text {
                [b'+' | b'-', tail @ ..] => tail,
                _ => text,
            };
            if unsigned.is_empty() || !unsigned.iter().all(u8::is_ascii_digit) {
                return Err(HexError::Invalid);
            }
            let size = std::str::from_utf8(unsigned).ok().and_then(|t| t.parse::<i64>().ok()).unwrap_or(i64::MAX / 4);
            if text[0] == b'-' { -size } else { size }
        }
    };
    let mantissa = UBig::from_str_radix(&digits, 16).map_err(|_| HexError::Invalid)?;
    if mantissa.is_zero() {
        return Ok(signed(0.0));
    }
    let exponent = exponent.saturating_sub(4 * fraction_digits as i64);
    // The exponent of the highest bit: far outside the range nothing needs to be computed.
    let top = exponent.saturating_add(bit_length(&mantissa) as i64);
    if top < -1080 {
        return Ok(signed(0.0));
    }
    if top > 1024 {
        return Err(HexError::TooLarge);
    }
    let mantissa = IBig::from(mantissa);
    let value = if exponent >= 0 {
        big_true_div(&(mantissa << exponent as usize), &IBig::ONE)
    } else {
        big_true_div(&mantissa, &(IBig::ONE << exponent.unsigned_abs() as usize))
    };
    value.map(signed).ok_or(HexError::TooLarge)
}

fn getnewargs(vm: &mut Vm, value: Value, _: Args<'_>) -> PyResult {
    let float = positive(vm, value)?;
    Ok(vm.new_tuple(&[float]).into())
}

fn getformat(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let [kind] = args.exactly(vm, "__getformat__")?;
    match kind.cast::<Str>() {
        Some(kind) if kind.is_text("double") || kind.is_text("float") => {
            let order = if cfg!(target_endian = "little") { "IEEE, little-endian" } else { "IEEE, big-endian" };
            Ok(vm.new_str(order).into())
        }
        Some(_) => Err(vm.value_error("__getformat__() argument 1 must be 'double' or 'float'")),
        None => {
            let name = vm.type_name(kind);
            Err(vm.type_error(format!("__getformat__() argument must be str, not {name}")))
        }
    }
}

fn format(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    let [spec] = args.exactly(vm, "__format__")?;
    let float = receiver(vm, value)?;
    match spec.cast::<Str>() {
        Some(spec) => Ok(crate::format::format_float(vm, value, float, spec)?.into()),
        None => {
            let name = type_or_none(vm, spec);
            Err(vm.type_error(format!("__format__() argument must be str, not {name}")))
        }
    }
}

pub(super) const METHODS: &[MethodSpec] = &[
    method("conjugate", itself, Convention::NoArgs),
    method("__trunc__", trunc, Convention::NoArgs),
    method("__floor__", floor, Convention::NoArgs),
    method("__ceil__", ceil, Convention::NoArgs),
    method("__round__", round, Convention::Fast),
    method("as_integer_ratio", as_integer_ratio, Convention::NoArgs),
    class_method("fromhex", fromhex, Convention::O),
    method("hex", hex, Convention::NoArgs),
    method("is_integer", is_integer, Convention::NoArgs),
    method("__getnewargs__", getnewargs, Convention::NoArgs),
    static_method("__getformat__", getformat, Convention::O),
    method("__format__", format, Convention::O),
];

fn zero(vm: &mut Vm, _: Value) -> PyResult {
    Ok(vm.float(0.0))
}

pub(super) const GETSET: &[GetSetSpec] = &[getter("real", positive), getter("imag", zero)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding() {
        assert_eq!(round_to(2.675, 2), Some(2.67));
        assert_eq!(round_to(0.5, 0), Some(0.0));
        assert_eq!(round_to(25.0, -1), Some(20.0));
        assert_eq!(round_to(25.5, -1), Some(30.0));
        assert_eq!(round_to(-35.0, -1), Some(-40.0));
        assert_eq!(round_to(1.7e308, -308), None);
        assert_eq!(round_to(1e22, -22), Some(1e22));
        assert!(round_to(-0.4, 0).is_some_and(|z| z == 0.0 && z.is_sign_negative()));
    }

    #[test]
    fn hexadecimal() {
        assert_eq!(to_hex(-0.1), "-0x1.999999999999ap-4");
        assert_eq!(to_hex(5e-324), "0x0.0000000000001p-1022");
        for float in [0.1, -3.5, 5e-324, f64::MAX, 1e-310, 0.0] {
            assert_eq!(from_hex(to_hex(float).as_bytes()), Ok(float));
        }
        assert_eq!(from_hex(b" 0x.8p0 "), Ok(0.5));
        assert_eq!(from_hex(b"1.8"), Ok(1.5));
        assert_eq!(from_hex(b"0x1p1024"), Err(HexError::TooLarge));
        assert_eq!(from_hex(b"0x1p-1076"), Ok(0.0));
        for bad in ["", "0x", "1.8.0", "0x1p", "0x1p+", "zz", "1 2", "."] {
            assert_eq!(from_hex(bad.as_bytes()), Err(HexError::Invalid), "{bad:?}");
        }
    }
}
