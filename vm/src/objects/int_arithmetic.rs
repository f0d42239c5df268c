//! The operators of `int`. Machine words first; what overflows is done with big numbers.

use std::cmp::Ordering;

use dashu_int::fast_div::ConstDivisor;
use dashu_int::ops::{Abs, DivRem, UnsignedAbs};
use dashu_int::{IBig, Sign, UBig};

use super::float;
use super::int::{Int, View};
use crate::Vm;
use crate::error::PyResult;
use crate::slots::CompareOp;
use crate::value::Value;

/// Numbers with more bits than this are refused (`MemoryError`) before the library is asked for them.
const MOST_BITS: u64 = 1 << 36;

/// Both operands, if they are integers.
macro_rules! operands {
    ($a:expr, $b:expr) => {
        match (View::of($a), View::of($b)) {
            (Some(a), Some(b)) => (a, b),
            _ => return Ok(Value::NOT_IMPLEMENTED),
        }
    };
}

#[inline]
fn with_bigs<R>(a: View, b: View, f: impl FnOnce(&IBig, &IBig) -> R) -> R {
    a.with_big(|a| b.with_big(|b| f(a, b)))
}

macro_rules! simple_operator {
    ($(#[$doc:meta])* $name:ident, $checked:ident, $op:tt) => {
        $(#[$doc])*
        #[inline]
        pub fn $name(vm: &mut Vm, a: Value, b: Value) -> PyResult {
            let (a, b) = operands!(a, b);
            if let (View::Small(a), View::Small(b)) = (a, b)
                && let Some(result) = a.$checked(b)
            {
                return Ok(vm.int(result));
            }
            let result = with_bigs(a, b, |a, b| a $op b);
            Ok(vm.int_from_big(result))
        }
    };
}

simple_operator!(/** `a + b`. */ add, checked_add, +);
simple_operator!(/** `a - b`. */ sub, checked_sub, -);

/// `a * b`.
#[inline]
pub fn mul(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = operands!(a, b);
    if let (View::Small(a), View::Small(b)) = (a, b) {
        return Ok(vm.int_from_i128(i128::from(a) * i128::from(b)));
    }
    // Squaring is cheaper than multiplying.
    let result = with_bigs(a, b, |a, b| if std::ptr::eq(a, b) { a.sqr().into() } else { a * b });
    Ok(vm.int_from_big(result))
}

macro_rules! bit_operator {
    ($(#[$doc:meta])* $name:ident, $op:tt) => {
        $(#[$doc])*
        pub fn $name(vm: &mut Vm, a: Value, b: Value) -> PyResult {
            let (a, b) = operands!(a, b);
            if let (View::Small(a), View::Small(b)) = (a, b) {
                return Ok(vm.int(a $op b));
            }
            let result = with_bigs(a, b, |a, b| a $op b);
            Ok(vm.int_from_big(result))
        }
    };
}

bit_operator!(/** `a & b`. */ and, &);
bit_operator!(/** `a | b`. */ or, |);
bit_operator!(/** `a ^ b`. */ xor, ^);

/// Quotient and remainder of floor division; `None` on overflow.
#[inline(always)]
pub(crate) fn small_floor_div(a: i64, b: i64) -> Option<(i64, i64)> {
    let quotient = a.checked_div(b)?;
    let remainder = a % b;
    Some(if remainder != 0 && (remainder ^ b) < 0 { (quotient - 1, remainder + b) } else { (quotient, remainder) })
}

/// Quotient and remainder of floor division of big numbers.
pub(super) fn big_floor_div(a: &IBig, b: &IBig) -> (IBig, IBig) {
    let (quotient, remainder) = a.div_rem(b);
    if !remainder.is_zero() && remainder.sign() != b.sign() {
        (quotient - IBig::ONE, remainder + b)
    } else {
        (quotient, remainder)
    }
}

/// `a // b`.
#[inline]
pub fn floordiv(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = operands!(a, b);
    if b.is_zero() {
        return Err(vm.zero_division("integer division or modulo by zero"));
    }
    if let (View::Small(a), View::Small(b)) = (a, b)
        && let Some((quotient, _)) = small_floor_div(a, b)
    {
        return Ok(vm.int(quotient));
    }
    let (quotient, _) = with_bigs(a, b, big_floor_div);
    Ok(vm.int_from_big(quotient))
}

/// `a % b`.
#[inline]
pub fn modulo(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = operands!(a, b);
    if b.is_zero() {
        return Err(vm.zero_division("integer modulo by zero"));
    }
    if let (View::Small(a), View::Small(b)) = (a, b)
        && let Some((_, remainder)) = small_floor_div(a, b)
    {
        return Ok(vm.int(remainder));
    }
    let (_, remainder) = with_bigs(a, b, big_floor_div);
    Ok(vm.int_from_big(remainder))
}

/// `divmod(a, b)`.
pub fn divmod(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = operands!(a, b);
    if b.is_zero() {
        return Err(vm.zero_division("integer division or modulo by zero"));
    }
    let (quotient, remainder) = match (a, b) {
        (View::Small(a), View::Small(b)) if let Some((quotient, remainder)) = small_floor_div(a, b) => {
            (vm.int(quotient), vm.int(remainder))
        }
        _ => {
            let (quotient, remainder) = with_bigs(a, b, big_floor_div);
            (vm.int_from_big(quotient), vm.int_from_big(remainder))
        }
    };
    Ok(vm.new_tuple(&[quotient, remainder]).into())
}

/// `a / b`, correctly rounded.
pub fn truediv(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = operands!(a, b);
    if b.is_zero() {
        return Err(vm.zero_division("division by zero"));
    }
    const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
    if let (View::Small(a), View::Small(b)) = (a, b)
        && a.unsigned_abs() <= EXACT
        && b.unsigned_abs() <= EXACT
    {
        return Ok(vm.float(a as f64 / b as f64));
    }
    match with_bigs(a, b, big_true_div) {
        Some(quotient) => Ok(vm.float(quotient)),
        None => Err(vm.overflow_error("integer division result too large for a float")),
    }
}

/// The float nearest to `a / b`, ties to even; `None` when it is out of range.
pub fn big_true_div(a: &IBig, b: &IBig) -> Option<f64> {
    let negative = a.sign() != b.sign();
    let (a, b) = (a.unsigned_abs(), b.unsigned_abs());
    if a.is_zero() {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    // Scaled by a power of two, the quotient has 64 or 65 bits before rounding, fewer where floats are denormal.
    let difference = bit_length(&a) as i64 - bit_length(&b) as i64;
    if difference > 1024 {
        return None;
    }
    if difference < -1080 {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    let shift = (difference - 64).max(-1074 - 2);
    let (quotient, remainder) =
        if shift >= 0 { a.div_rem(&(b << shift as usize)) } else { (a << -shift as usize).div_rem(&b) };
    let mut quotient = u128::try_from(&quotient).ok()?;
    if !remainder.is_zero() {
        // Below the last bit that counts there are at least two more: this one cannot make or break a tie wrongly.
        quotient |= 1;
    }
    let bits = 128 - i64::from(quotient.leading_zeros());
    let extra = (bits - 53).max(-1074 - shift) as u32;
    let (half, low) = (1u128 << (extra - 1), quotient & ((1 << extra) - 1));
    let mut rounded = quotient >> extra;
    if low > half || (low == half && rounded & 1 == 1) {
        rounded += 1;
    }
    let result = scale(rounded as f64, shift + i64::from(extra));
    if result.is_infinite() {
        return None;
    }
    Some(if negative { -result } else { result })
}

/// `x * 2^exponent`, for results that need no rounding.
fn scale(x: f64, exponent: i64) -> f64 {
    let half = (exponent / 2) as i32;
    x * 2f64.powi(half) * 2f64.powi(exponent as i32 - half)
}

/// The number of bits of a magnitude.
pub(super) fn bit_length(value: &UBig) -> usize {
    match value.as_words() {
        [] => 0,
        words @ [.., top] => words.len() * 64 - top.leading_zeros() as usize,
    }
}

/// `a << b`.
pub fn lshift(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = operands!(a, b);
    if b.is_negative() {
        return Err(vm.value_error("negative shift count"));
    }
    if a.is_zero() {
        return Ok(Value::small_int(0));
    }
    let View::Small(by) = b else { return Err(vm.overflow_error("too many digits in integer")) };
    if let View::Small(a) = a
        && by < 62
        && (a << by) >> by == a
    {
        return Ok(vm.int(a << by));
    }
    check_bits(vm, by as u64)?;
    let result = a.with_big(|a| a << by as usize);
    Ok(vm.int_from_big(result))
}

/// `a >> b`.
pub fn rshift(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = operands!(a, b);
    if b.is_negative() {
        return Err(vm.value_error("negative shift count"));
    }
    match (a, b) {
        (View::Small(a), View::Small(by)) => Ok(vm.int(a >> by.min(63))),
        (a, View::Big(_)) => Ok(Value::small_int(if a.is_negative() { -1 } else { 0 })),
        (View::Big(int), View::Small(by)) => {
            let result = &int.value >> by as usize;
            Ok(vm.int_from_big(result))
        }
    }
}

/// Refuses numbers that no machine has the memory for.
fn check_bits(vm: &mut Vm, bits: u64) -> PyResult<()> {
    if bits > MOST_BITS || (bits > 1 << 16 && !vm.heap.fits(bits as usize / 8)) {
        let ty = vm.exc.MemoryError;
        return Err(vm.raise_with(ty, &[]));
    }
    Ok(())
}

/// `pow(a, b, modulus)`; the modulus may be `None`.
pub fn pow(vm: &mut Vm, a: Value, b: Value, modulus: Value) -> PyResult {
    let (base, exponent) = operands!(a, b);
    if !modulus.is_none() {
        let Some(modulus) = View::of(modulus) else { return Ok(Value::NOT_IMPLEMENTED) };
        return modular_pow(vm, base, exponent, modulus);
    }
    if exponent.is_negative() {
        return float::pow(vm, a, b, Value::NONE);
    }
    match (base, exponent) {
        (_, View::Small(0)) => return Ok(Value::small_int(1)),
        (View::Small(base @ (0 | 1)), _) => return Ok(Value::small_int(base)),
        (View::Small(-1), exponent) => {
            let odd = exponent.with_big(|e| !(e & IBig::ONE).is_zero());
            return Ok(Value::small_int(if odd { -1 } else { 1 }));
        }
        (View::Small(base), View::Small(exponent)) => {
            if let Ok(exponent) = u32::try_from(exponent)
                && let Some(result) = base.checked_pow(exponent)
            {
                return Ok(vm.int(result));
            }
        }
        _ => {}
    }
    let View::Small(exponent) = exponent else {
        let ty = vm.exc.MemoryError;
        return Err(vm.raise_with(ty, &[]));
    };
    let bits = base.with_big(|base| bit_length(&base.unsigned_abs())) as u64;
    check_bits(vm, (bits - 1).saturating_mul(exponent as u64))?;
    let result = base.with_big(|base| base.pow(exponent as usize));
    Ok(vm.int_from_big(result))
}

fn modular_pow(vm: &mut Vm, base: View, exponent: View, modulus: View) -> PyResult {
    if modulus.is_zero() {
        return Err(vm.value_error("pow() 3rd argument cannot be 0"));
    }
    if let View::Small(1 | -1) = modulus {
        return Ok(Value::small_int(0));
    }
    let negative_modulus = modulus.is_negative();
    let size = modulus.with_big(|m| m.unsigned_abs());
    if let (View::Small(base), View::Small(exponent @ 0..), Ok(size)) = (base, exponent, u64::try_from(&size)) {
        let result = small_modular_pow(base, exponent as u64, size);
        let result = i128::from(result) - if negative_modulus && result != 0 { i128::from(size) } else { 0 };
        return Ok(vm.int_from_i128(result));
    }
    let divisor = ConstDivisor::new(size.clone());
    let mut reduced = base.with_big(|base| divisor.reduce(base.clone()));
    if exponent.is_negative() {
        match reduced.inv() {
            Some(inverse) => reduced = inverse,
            None => return Err(vm.value_error("base is not invertible for the given modulus")),
        }
    }
    let result = reduced.pow(&exponent.with_big(|e| e.unsigned_abs())).residue();
    let result = IBig::from(result);
    let result = if negative_modulus && !result.is_zero() { result - IBig::from(size) } else { result };
    Ok(vm.int_from_big(result))
}

fn small_modular_pow(base: i64, mut exponent: u64, modulus: u64) -> u64 {
    let wide = u128::from(modulus);
    let mut square = i128::from(base).rem_euclid(i128::from(modulus)) as u64;
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = (u128::from(result) * u128::from(square) % wide) as u64;
        }
        square = (u128::from(square) * u128::from(square) % wide) as u64;
        exponent >>= 1;
    }
    result
}

/// `-a`.
pub fn negative(vm: &mut Vm, a: Value) -> PyResult {
    match View::of(a) {
        Some(View::Small(i)) => Ok(vm.int_from_i128(-i128::from(i))),
        Some(View::Big(int)) => {
            let result = -&int.value;
            Ok(vm.int_from_big(result))
        }
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `~a`.
pub fn invert(vm: &mut Vm, a: Value) -> PyResult {
    match View::of(a) {
        Some(View::Small(i)) => Ok(vm.int(!i)),
        Some(View::Big(int)) => {
            let result = -&int.value - IBig::ONE;
            Ok(vm.int_from_big(result))
        }
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `+a`: the same number as an exact `int`.
pub(super) fn positive(vm: &mut Vm, a: Value) -> PyResult {
    if a.is_small_int() || a.is_exact(vm.types.int) {
        return Ok(a);
    }
    match View::of(a) {
        Some(View::Small(i)) => Ok(vm.int(i)),
        Some(View::Big(int)) => Ok(vm.int_from_big(int.value.clone())),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `abs(a)`.
pub(super) fn absolute(vm: &mut Vm, a: Value) -> PyResult {
    match View::of(a) {
        Some(View::Small(i)) => Ok(vm.int_from_u64(i.unsigned_abs())),
        Some(View::Big(int)) => {
            let result = (&int.value).abs();
            Ok(vm.int_from_big(result))
        }
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// How two integers are ordered.
pub fn ordering(a: View, b: View) -> Ordering {
    match (a, b) {
        (View::Small(a), View::Small(b)) => a.cmp(&b),
        (View::Big(a), View::Big(b)) => a.value.cmp(&b.value),
        (View::Small(_), View::Big(b)) => sign_ordering(&b).reverse(),
        (View::Big(a), View::Small(_)) => sign_ordering(&a),
    }
}

/// How an integer that does not fit a machine word compares with one that does.
fn sign_ordering(big: &Int) -> Ordering {
    if big.value.sign() == Sign::Negative { Ordering::Less } else { Ordering::Greater }
}

/// The comparisons.
pub(super) fn compare(_: &mut Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (a, b) = operands!(a, b);
    Ok(Value::bool(op.test(ordering(a, b))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn big(text: &str) -> IBig {
        text.parse().expect("digits")
    }

    #[test]
    fn floor_division() {
        assert_eq!(small_floor_div(7, -2), Some((-4, -1)));
        assert_eq!(small_floor_div(-7, 2), Some((-4, 1)));
        assert_eq!(small_floor_div(i64::MIN, -1), None);
        let (a, b) = (big("-100000000000000000000000000007"), big("10000000000000000000000"));
        assert_eq!(big_floor_div(&a, &b), (big("-10000001"), big("9999999999999999999993")));
    }

    #[test]
    fn library_bits_are_twos_complement() {
        assert_eq!(big("-18446744073709551617") & big("255"), big("255"));
        assert_eq!(big("-18446744073709551616") | big("255"), big("-18446744073709551361"));
        assert_eq!(big("-18446744073709551616") ^ big("-1"), big("18446744073709551615"));
        assert_eq!(big("-100000000000000000000") >> 3, big("-12500000000000000000"));
        assert_eq!(big("-100000000000000000001") >> 3, big("-12500000000000000001"));
    }

    #[test]
    fn true_division_is_correctly_rounded() {
        let exact = |a: &str, b: &str| big_true_div(&big(a), &big(b));
        assert_eq!(exact("1", "3"), Some(1.0 / 3.0));
        assert_eq!(exact("-9007199254740993", "1"), Some(-9007199254740992.0));
        assert_eq!(exact("9007199254740995", "1"), Some(9007199254740996.0));
        assert_eq!(exact("0", "-5"), Some(-0.0));
        let tiny = IBig::from(1) << 1074;
        assert_eq!(big_true_div(&IBig::from(1), &tiny), Some(5e-324));
        assert_eq!(big_true_div(&IBig::from(1), &(&tiny << 1)), Some(0.0));
        assert_eq!(big_true_div(&IBig::from(3), &(&tiny << 1)), Some(1e-323));
        assert_eq!(big_true_div(&(IBig::from(1) << 1024), &IBig::from(1)), None);
        assert_eq!(big_true_div(&((IBig::from(1) << 2000) + 1), &(IBig::from(1) << 1000)), Some(2f64.powi(1000)));
    }

    #[test]
    fn modular_powers() {
        assert_eq!(small_modular_pow(3, 200, 13), 9);
        assert_eq!(small_modular_pow(-2, 3, 5), 2);
        assert_eq!(small_modular_pow(2, u64::MAX, u64::MAX), 2u64.pow(63));
    }
}
