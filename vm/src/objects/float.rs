//! `float`: values, arithmetic, comparison, and the type. Most floats are in the word; [`Float`] holds the others and
//! instances of subclasses.
//!
//! The methods are in [`float_methods`](super::float_methods), digits in [`super::float_format`].

use std::cmp::Ordering;

use super::float_format;
use super::int::{HASH_MODULUS, Int, View, big_from_f64};
use crate::Vm;
use crate::error::{PyResult, Raise};
use crate::heap::Marker;
use crate::object::{Header, HeapObject, LayoutKind};
use crate::protocol::hash_pointer;
use crate::slots::{BinaryOp, CompareOp, Slots, UnaryOp};
use crate::spec::{PatternKind, TypeSpec};
use crate::value::Value;

/// A float that does not fit the word, or an instance of a subclass of `float`.
#[repr(C)]
pub struct Float {
    header: Header,
    /// The number.
    pub value: f64,
}

// SAFETY: `repr(C)` with the header first; there are no references.
#[expect(unsafe_code, reason = "implementing the heap's contract")]
unsafe impl HeapObject for Float {
    const LAYOUT: LayoutKind = LayoutKind::Float;
    const TRACED: bool = false;

    fn trace(&self, _: &mut Marker) {}
}

impl Float {
    /// The object, to be put on the heap.
    pub fn new(header: Header, value: f64) -> Float {
        Float { header, value }
    }
}

/// The shortest text that stands for this float (`repr`).
pub fn repr(value: f64) -> String {
    float_format::format_float(value, b'r', None, false)
}

/// What an operand is as a float: floats themselves, and integers if there is a float near them. `None` for anything else.
#[inline(always)]
fn operand(vm: &mut Vm, value: Value) -> PyResult<Option<f64>> {
    match value.as_float() {
        Some(float) => Ok(Some(float)),
        None => int_operand(vm, value),
    }
}

#[inline(never)]
fn int_operand(vm: &mut Vm, value: Value) -> PyResult<Option<f64>> {
    View::of(value).map(|view| vm.view_to_f64(view)).transpose()
}

macro_rules! operands {
    ($vm:expr, $a:expr, $b:expr) => {{
        let (Some(a), Some(b)) = (operand($vm, $a)?, operand($vm, $b)?) else { return Ok(Value::NOT_IMPLEMENTED) };
        (a, b)
    }};
}

macro_rules! operator {
    ($(#[$doc:meta])* $name:ident, $op:tt) => {
        $(#[$doc])*
        pub fn $name(vm: &mut Vm, a: Value, b: Value) -> PyResult {
            let (a, b) = operands!(vm, a, b);
            Ok(vm.float(a $op b))
        }
    };
}

operator!(/** `a + b`. */ add, +);
operator!(/** `a - b`. */ sub, -);
operator!(/** `a * b`. */ mul, *);

/// `a / b`.
pub fn truediv(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = operands!(vm, a, b);
    if b == 0.0 {
        return Err(vm.zero_division("float division by zero"));
    }
    Ok(vm.float(a / b))
}

/// The remainder that has the divisor's sign.
#[inline]
pub fn floor_mod(a: f64, b: f64) -> f64 {
    let remainder = a % b;
    if remainder == 0.0 {
        // The sign of a zero must not depend on the platform.
        0f64.copysign(b)
    } else if (b < 0.0) != (remainder < 0.0) {
        remainder + b
    } else {
        remainder
    }
}

/// Quotient and remainder of floor division.
pub fn floor_divmod(a: f64, b: f64) -> (f64, f64) {
    let mut remainder = a % b;
    // Nearly an integer: the subtraction takes away what makes it none.
    let mut quotient = (a - remainder) / b;
    if remainder == 0.0 {
        remainder = 0f64.copysign(b);
    } else if (b < 0.0) != (remainder < 0.0) {
        remainder += b;
        quotient -= 1.0;
    }
    let floored = if quotient == 0.0 {
        0f64.copysign(a / b)
    } else {
        let floored = quotient.floor();
        if quotient - floored > 0.5 { floored + 1.0 } else { floored }
    };
    (floored, remainder)
}

/// `a // b`.
pub fn floordiv(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = operands!(vm, a, b);
    if b == 0.0 {
        return Err(vm.zero_division("float floor division by zero"));
    }
    Ok(vm.float(floor_divmod(a, b).0))
}

/// `a % b`.
pub fn modulo(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = operands!(vm, a, b);
    if b == 0.0 {
        return Err(vm.zero_division("float modulo"));
    }
    Ok(vm.float(floor_mod(a, b)))
}

/// `divmod(a, b)`.
pub fn divmod(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = operands!(vm, a, b);
    if b == 0.0 {
        return Err(vm.zero_division("float divmod()"));
    }
    let (quotient, remainder) = floor_divmod(a, b);
    // Neither must be lost while the other is made: both are values in locals.
    let (quotient, remainder) = (vm.float(quotient), vm.float(remainder));
    Ok(vm.new_tuple(&[quotient, remainder]).into())
}

fn is_odd(value: f64) -> bool {
    (value.abs() % 2.0) == 1.0
}

/// `pow(a, b)`.
pub fn pow(vm: &mut Vm, a: Value, b: Value, modulus: Value) -> PyResult {
    if !modulus.is_none() {
        return Err(vm.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
    }
    let (base, exponent) = operands!(vm, a, b);
    // The results that do not depend on the C library, as C99's Annex F has them.
    if exponent == 0.0 {
        return Ok(vm.float(1.0));
    }
    if base.is_nan() {
        return Ok(vm.float(base));
    }
    if exponent.is_nan() {
        return Ok(vm.float(if base == 1.0 { 1.0 } else { exponent }));
    }
    if exponent.is_infinite() {
        let size = base.abs();
        let result = if size == 1.0 {
            1.0
        } else if (exponent > 0.0) == (size > 1.0) {
            f64::INFINITY
        } else {
            0.0
        };
        return Ok(vm.float(result));
    }
    let odd = is_odd(exponent);
    if base.is_infinite() {
        let result = match (exponent > 0.0, odd) {
            (true, true) => base,
            (true, false) => base.abs(),
            (false, true) => 0f64.copysign(base),
            (false, false) => 0.0,
        };
        return Ok(vm.float(result));
    }
    if base == 0.0 {
        if exponent < 0.0 {
            return Err(vm.zero_division("0.0 cannot be raised to a negative power"));
        }
        return Ok(vm.float(if odd { base } else { 0.0 }));
    }
    if base < 0.0 && exponent != exponent.floor() {
        // A root of a negative number is complex.
        return super::complex::pow(vm, a, b, modulus);
    }
    let negate = base < 0.0 && odd;
    let size = base.abs();
    let result = if size == 1.0 { 1.0 } else { size.powf(exponent) };
    if result.is_infinite() {
        return Err(range_error(vm));
    }
    Ok(vm.float(if negate { -result } else { result }))
}

/// `OverflowError` as C's `ERANGE` gives it.
pub(crate) fn range_error(vm: &mut Vm) -> Raise {
    let ty = vm.exc.OverflowError;
    let message = vm.new_str("Numerical result out of range");
    vm.raise_with(ty, &[Value::small_int(34), message.into()])
}

fn value_of(value: Value) -> f64 {
    value.as_float().unwrap_or(0.0)
}

fn negative(vm: &mut Vm, value: Value) -> PyResult {
    Ok(vm.float(-value_of(value)))
}

fn absolute(vm: &mut Vm, value: Value) -> PyResult {
    Ok(vm.float(value_of(value).abs()))
}

/// The same number as an exact `float`.
pub(super) fn positive(vm: &mut Vm, value: Value) -> PyResult {
    if value.is_inline_float() || value.is_exact(vm.types.float) {
        return Ok(value);
    }
    Ok(vm.float(value_of(value)))
}

fn truncated(vm: &mut Vm, value: Value) -> PyResult {
    vm.int_from_f64(value_of(value))
}

fn truth(_: &mut Vm, value: Value) -> PyResult<bool> {
    Ok(value_of(value) != 0.0)
}

fn repr_slot(vm: &mut Vm, value: Value) -> PyResult {
    let text = repr(value_of(value));
    Ok(vm.str_from_latin1(text.as_bytes()).into())
}

/// The hash of a float that is not NaN, equal to that of an equal integer or fraction: the value modulo 2⁶¹ − 1.
pub fn hash(value: f64) -> i64 {
    if value.is_infinite() {
        return if value > 0.0 { 314_159 } else { -314_159 };
    }
    let (mantissa, exponent) = super::int::float_parts(value);
    // A product with a power of two is a rotation of 61 bits.
    let rotate = exponent.rem_euclid(61) as u32;
    let rest = mantissa % HASH_MODULUS;
    let rotated = if rotate == 0 { rest } else { (rest << rotate & HASH_MODULUS) | rest >> (61 - rotate) };
    let hash = if value < 0.0 { -(rotated as i64) } else { rotated as i64 };
    if hash == -1 { -2 } else { hash }
}

fn hash_slot(_: &mut Vm, value: Value) -> PyResult<i64> {
    let float = value_of(value);
    if float.is_nan() {
        // NaNs are unequal even to themselves: only the identity can keep their hashes apart. They are always boxed.
        return Ok(hash_pointer(value.heap_address().unwrap_or(0)));
    }
    Ok(hash(float))
}

/// How a float compares with an integer, exactly; `None` for NaN.
pub fn compare_with_int(float: f64, int: View) -> Option<Ordering> {
    match int {
        // Floats and integers of up to 53 bits convert exactly.
        View::Small(int) if int.unsigned_abs() <= 1 << 53 => float.partial_cmp(&(int as f64)),
        View::Small(int) => {
            if float.is_nan() {
                return None;
            }
            // The integer is large: where the float is of its size it has no fraction.
            Some((float as i128).cmp(&i128::from(int)))
        }
        View::Big(int) => compare_with_big(float, &int),
    }
}

fn compare_with_big(float: f64, int: &Int) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float.is_infinite() {
        return Some(if float > 0.0 { Ordering::Greater } else { Ordering::Less });
    }
    Some(big_from_f64(float).cmp(&int.value))
}

fn compare(_: &mut Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let ordering = match (a.as_float(), b.as_float()) {
        (Some(a), Some(b)) => a.partial_cmp(&b),
        (Some(a), None) => match View::of(b) {
            Some(b) => compare_with_int(a, b),
            None => return Ok(Value::NOT_IMPLEMENTED),
        },
        (None, Some(b)) => match View::of(a) {
            Some(a) => compare_with_int(b, a).map(Ordering::reverse),
            None => return Ok(Value::NOT_IMPLEMENTED),
        },
        (None, None) => return Ok(Value::NOT_IMPLEMENTED),
    };
    Ok(Value::bool(ordering.map_or(op == CompareOp::Ne, |ordering| op.test(ordering))))
}

/// `float`.
pub const FLOAT_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    vectorcall: true,
    pattern: PatternKind::MatchSelf,
    slots: Slots {
        power: Some(pow),
        bool: Some(truth),
        hash: Some(hash_slot),
        repr: Some(repr_slot),
        compare: Some(compare),
        new: Some(super::float_methods::new),
        ..Slots::NONE
    }
    .with_binary(BinaryOp::Add, add)
    .with_binary(BinaryOp::Subtract, sub)
    .with_binary(BinaryOp::Multiply, mul)
    .with_binary(BinaryOp::FloorDivide, floordiv)
    .with_binary(BinaryOp::Remainder, modulo)
    .with_binary(BinaryOp::Divmod, divmod)
    .with_binary(BinaryOp::TrueDivide, truediv)
    .with_unary(UnaryOp::Negative, negative)
    .with_unary(UnaryOp::Positive, positive)
    .with_unary(UnaryOp::Absolute, absolute)
    .with_unary(UnaryOp::Int, truncated)
    .with_unary(UnaryOp::Float, positive),
    methods: super::float_methods::METHODS,
    getset: super::float_methods::GETSET,
    doc: Some("Convert a string or number to a floating point number, if possible."),
    ..TypeSpec::new("float", LayoutKind::Float)
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floor_division_is_cpythons() {
        assert_eq!(floor_divmod(7.5, -2.0), (-4.0, -0.5));
        assert_eq!(floor_divmod(-1e-20, 3.0), (-1.0, 3.0));
        assert_eq!(floor_divmod(1.0, 0.1), (9.0, 0.09999999999999995));
        assert!(floor_mod(-4.0, 2.0).is_sign_positive() && floor_mod(4.0, -2.0).is_sign_negative());
    }

    #[test]
    fn hashes_are_cpythons() {
        assert_eq!(hash(0.5), 1_152_921_504_606_846_976);
        assert_eq!(hash(-1.0), -2);
        assert_eq!(hash(1e300), 1_224_995_262_755_759_164);
        assert_eq!(hash(3.25), 576_460_752_303_423_491);
        assert_eq!(hash(-0.0), 0);
    }

    #[test]
    fn integers_compare_exactly() {
        let max = View::Small(i64::MAX);
        assert_eq!(compare_with_int(9_223_372_036_854_775_808.0, max), Some(Ordering::Greater));
        assert_eq!(compare_with_int(9007199254740992.0, View::Small(9007199254740993)), Some(Ordering::Less));
        assert_eq!(compare_with_int(1.5, View::Small(1)), Some(Ordering::Greater));
        assert_eq!(compare_with_int(f64::INFINITY, max), Some(Ordering::Greater));
        assert_eq!(compare_with_int(f64::NAN, max), None);
    }
}
