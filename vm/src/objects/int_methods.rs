//! `int(…)` and the methods of integers.

use dashu_int::ops::UnsignedAbs;
use dashu_int::{IBig, UBig};

use super::bytes::{ByteArray, Bytes};
use super::int::{Int, View};
use super::int_arithmetic::{big_floor_div, bit_length, positive};
use super::int_text;
use super::string::Str;
use super::typeobj::Type;
use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::string_methods::arguments::type_or_none;
use crate::slots::UnaryOp;
use crate::spec::{Convention, GetSetSpec, MethodSpec, class_method, getter, method};
use crate::value::Value;

/// `int.__new__`.
pub(super) fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    // What nearly every call is.
    if ty == vm.types.int
        && let &[value] = args.values()
        && args.names().is_none()
    {
        return to_int(vm, value);
    }
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["", "base"], positional_only: 1, max_positional: 2, required: 0 };
    let [value, base] = args.bind(vm, "int", &PARAMETERS)?;
    let int = if value.is_null() {
        if !base.is_null() {
            return Err(vm.type_error("int() missing string argument"));
        }
        Value::small_int(0)
    } else if base.is_null() {
        to_int(vm, value)?
    } else {
        let base = match vm.index_clamped(base)? {
            base @ (0 | 2..=36) => base as u32,
            _ => return Err(vm.value_error("int() base must be >= 2 and <= 36, or 0")),
        };
        let is_text =
            value.cast::<Str>().is_some() || value.cast::<Bytes>().is_some() || value.cast::<ByteArray>().is_some();
        match text_of(value).filter(|_| is_text) {
            Some(text) => int_text::parse_value(vm, &text, base, value)?,
            None => return Err(vm.type_error("int() can't convert non-string with explicit base")),
        }
    };
    if ty == vm.types.int {
        return Ok(int);
    }
    let value = View::of(int).map(View::to_big).unwrap_or_default();
    Ok(vm.int_of_type(ty, value))
}

/// The text of a `str` (as ASCII), `bytes` or `bytearray`.
fn text_of(value: Value) -> Option<Vec<u8>> {
    match value.cast::<Str>() {
        Some(text) => Some(int_text::to_ascii(text)),
        None => super::bytes::to_vec(value),
    }
}

/// `int(value)`.
pub(super) fn to_int(vm: &mut Vm, value: Value) -> PyResult {
    if value.is_small_int() || value.is_exact(vm.types.int) {
        return Ok(value);
    }
    if let Some(float) = value.as_inline_float() {
        return vm.int_from_f64(float);
    }
    let ty = vm.type_of(value);
    let slots = ty.slots();
    let (int, index) = (slots.unary[UnaryOp::Int as usize], slots.unary[UnaryOp::Index as usize]);
    if let Some(int) = int {
        let result = int(vm, value)?;
        if View::of(result).is_none() {
            let name = vm.type_name(result);
            return Err(vm.type_error(format!("__int__ returned non-int (type {name})")));
        }
        let int = vm.types.int;
        vm.warn_of_subclass(result, int, "__int__ returned non-int")?;
        return positive(vm, result);
    }
    if index.is_some() {
        let result = vm.index(value)?;
        return positive(vm, result);
    }
    let name = vm.intern("__trunc__");
    if vm.lookup_special(value, name)?.is_some() {
        let category = vm.exc.DeprecationWarning;
        vm.warn(category, "The delegation of int() to __trunc__ is deprecated.", 1)?;
    }
    if let Some(result) = vm.call_special(value, name, &[])? {
        if View::of(result).is_none() && vm.type_of(result).slots().unary[UnaryOp::Index as usize].is_none() {
            let name = vm.type_name(result);
            return Err(vm.type_error(format!("__trunc__ returned non-Integral (type {name})")));
        }
        let result = vm.index(result)?;
        return positive(vm, result);
    }
    match text_of(value) {
        Some(text) => int_text::parse_value(vm, &text, 10, value),
        None => {
            let name = vm.type_name(value);
            Err(vm.type_error(format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{name}'"
            )))
        }
    }
}

/// The receiver of a method, opened.
fn receiver(vm: &mut Vm, value: Value) -> PyResult<View> {
    match View::of(value) {
        Some(view) => Ok(view),
        None => {
            let name = vm.type_name(value);
            Err(vm.type_error(format!("an integer is required, not '{name}'")))
        }
    }
}

fn itself(vm: &mut Vm, receiver: Value, _: Args<'_>) -> PyResult {
    positive(vm, receiver)
}

fn int_bit_length(vm: &mut Vm, value: Value, _: Args<'_>) -> PyResult {
    let bits = match receiver(vm, value)? {
        View::Small(i) => 64 - i.unsigned_abs().leading_zeros() as usize,
        View::Big(int) => bit_length(&(&int.value).unsigned_abs()),
    };
    Ok(Value::small_int(bits as i64))
}

fn int_bit_count(vm: &mut Vm, value: Value, _: Args<'_>) -> PyResult {
    let ones = match receiver(vm, value)? {
        View::Small(i) => i.unsigned_abs().count_ones(),
        View::Big(int) => int.value.as_sign_words().1.iter().map(|w| w.count_ones()).sum(),
    };
    Ok(Value::small_int(i64::from(ones)))
}

/// `byteorder` and `signed`: whether the lowest byte comes first, whether negative numbers are meant.
fn byte_order(vm: &mut Vm, order: Value, signed: Value) -> PyResult<(bool, bool)> {
    let signed = !signed.is_null() && vm.is_true(signed)?;
    if order.is_null() {
        return Ok((false, signed));
    }
    let Some(text) = order.cast::<Str>() else {
        let name = vm.type_name(order);
        return Err(vm.type_error(format!("argument 'byteorder' must be str, not {name}")));
    };
    if text.is_text("little") {
        Ok((true, signed))
    } else if text.is_text("big") {
        Ok((false, signed))
    } else {
        Err(vm.value_error("byteorder must be either 'little' or 'big'"))
    }
}

fn to_bytes(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["length", "byteorder", "signed"], positional_only: 0, max_positional: 2, required: 0 };
    let [length, order, signed] = args.bind(vm, "to_bytes", &PARAMETERS)?;
    let length = if length.is_null() { 1 } else { vm.index_i64(length)? };
    let (little, signed) = byte_order(vm, order, signed)?;
    let Ok(length) = usize::try_from(length) else {
        return Err(vm.value_error("length argument must be non-negative"));
    };
    let view = receiver(vm, value)?;
    if view.is_negative() && !signed {
        return Err(vm.overflow_error("can't convert negative int to unsigned"));
    }
    if !vm.heap.fits(length) {
        let ty = vm.exc.MemoryError;
        return Err(vm.raise_with(ty, &[]));
    }
    let filler = if view.is_negative() { 0xff } else { 0 };
    // Two's complement, lowest byte first, with room for the sign.
    let mut bytes = view.with_big(|big| big.to_le_bytes().to_vec());
    let fits = match bytes.get(length..) {
        None => true,
        Some(beyond) => {
            let sign_kept = !signed
                || bytes[..length].last().map_or(filler == 0 && bytes.is_empty(), |top| top & 0x80 == filler & 0x80);
            // No byte at all is enough for −1, which is nothing but sign.
            let only_sign = length == 0 && signed && bytes.iter().all(|byte| *byte == 0xff);
            beyond.iter().all(|b| *b == filler) && (sign_kept || view.is_zero() || only_sign)
        }
    };
    if !fits {
        return Err(vm.overflow_error("int too big to convert"));
    }
    bytes.resize(length, filler);
    if !little {
        bytes.reverse();
    }
    Ok(vm.new_bytes(&bytes).into())
}

fn from_bytes(vm: &mut Vm, class: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["bytes", "byteorder", "signed"], positional_only: 0, max_positional: 2, required: 1 };
    let [source, order, signed] = args.bind(vm, "from_bytes", &PARAMETERS)?;
    let (little, signed) = byte_order(vm, order, signed)?;
    let mut bytes = match super::bytes::to_vec(source) {
        Some(bytes) => bytes,
        None => {
            if View::of(source).is_some() || source.cast::<Str>().is_some() {
                let name = vm.type_name(source);
                return Err(vm.type_error(format!("cannot convert '{name}' object to bytes")));
            }
            let bytes_type = vm.types.bytes;
            let bytes = vm.call_values(bytes_type.into(), &[source])?;
            super::bytes::to_vec(bytes).unwrap_or_default()
        }
    };
    if !little {
        bytes.reverse();
    }
    let negative = signed && bytes.last().is_some_and(|top| top & 0x80 != 0);
    let mut int = IBig::from(UBig::from_le_bytes(&bytes));
    if negative {
        int -= IBig::ONE << (bytes.len() * 8);
    }
    let int = vm.int_from_big(int);
    if class.is(vm.types.int.into()) { Ok(int) } else { vm.call_values(class, &[int]) }
}

fn as_integer_ratio(vm: &mut Vm, value: Value, _: Args<'_>) -> PyResult {
    let int = positive(vm, value)?;
    Ok(vm.new_tuple(&[int, Value::small_int(1)]).into())
}

/// `round(value, ndigits)`: to a multiple of a power of ten, ties to an even multiple.
fn round(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    let digits = match args.between(vm, "__round__", 0, 1)? {
        [] => return positive(vm, value),
        [digits, ..] => vm.index_view(*digits)?,
    };
    if !digits.is_negative() {
        return positive(vm, value);
    }
    let view = receiver(vm, value)?;
    let bits = view.with_big(|big| bit_length(&big.unsigned_abs())) as i64;
    let places = match digits {
        // More places than the number has digits: what is left is nearer to zero than to any other multiple.
        View::Small(digits) if digits > -(bits / 3 + 2) => digits.unsigned_abs() as usize,
        _ => return Ok(Value::small_int(0)),
    };
    let unit = IBig::from(10).pow(places);
    let rounded = view.with_big(|big| {
        let (quotient, remainder) = big_floor_div(big, &unit);
        let twice = &remainder + &remainder;
        let odd = !(&quotient & IBig::ONE).is_zero();
        if twice > unit || (twice == unit && odd) { big - remainder + &unit } else { big - remainder }
    });
    Ok(vm.int_from_big(rounded))
}

fn getnewargs(vm: &mut Vm, value: Value, _: Args<'_>) -> PyResult {
    let int = positive(vm, value)?;
    Ok(vm.new_tuple(&[int]).into())
}

fn format(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    let [spec] = args.exactly(vm, "__format__")?;
    match spec.cast::<Str>() {
        Some(spec) => Ok(crate::format::format_int(vm, value, spec)?.into()),
        None => {
            let name = type_or_none(vm, spec);
            Err(vm.type_error(format!("__format__() argument must be str, not {name}")))
        }
    }
}

/// What the object takes in CPython: a header of 24 bytes and 4 bytes for every 30 bits.
fn sizeof(vm: &mut Vm, value: Value, _: Args<'_>) -> PyResult {
    let view = receiver(vm, value)?;
    let bits = view.with_big(|big| bit_length(&big.unsigned_abs()));
    Ok(Value::small_int((24 + bits.div_ceil(30).max(1) * 4) as i64))
}

pub(super) const METHODS: &[MethodSpec] = &[
    method("conjugate", itself, Convention::NoArgs),
    method("bit_length", int_bit_length, Convention::NoArgs),
    method("bit_count", int_bit_count, Convention::NoArgs),
    method("to_bytes", to_bytes, Convention::FastKeywords),
    class_method("from_bytes", from_bytes, Convention::FastKeywords),
    method("as_integer_ratio", as_integer_ratio, Convention::NoArgs),
    method("__trunc__", itself, Convention::NoArgs),
    method("__floor__", itself, Convention::NoArgs),
    method("__ceil__", itself, Convention::NoArgs),
    method("__round__", round, Convention::Fast),
    method("__getnewargs__", getnewargs, Convention::NoArgs),
    method("__format__", format, Convention::O),
    method("__sizeof__", sizeof, Convention::NoArgs),
];

fn zero(_: &mut Vm, _: Value) -> PyResult {
    Ok(Value::small_int(0))
}

fn one(_: &mut Vm, _: Value) -> PyResult {
    Ok(Value::small_int(1))
}

pub(super) const GETSET: &[GetSetSpec] =
    &[getter("real", positive), getter("imag", zero), getter("numerator", positive), getter("denominator", one)];

const _: () = assert!(size_of::<Int>() == 32);
