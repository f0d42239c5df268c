//! What generic instructions do in place: operators on numbers in a word, items of lists and tuples. Everything else is left to a slow
//! function, which does these as well: nothing but time depends on what is done here.

use crate::Vm;
use crate::objects::int::small_floor_div;
use crate::objects::list::List;
use crate::objects::tuple::Tuple;
use crate::slots::{BinaryOp, CompareOp};
use crate::value::Value;

/// Integers up to here are floats without loss.
const EXACT: i64 = 1 << f64::MANTISSA_DIGITS;

/// `a op b`, if both are numbers in a word and the result is one.
#[inline(always)]
pub(super) fn binary(op: BinaryOp, a: Value, b: Value) -> Option<Value> {
    if !Value::both_small_int(a, b) {
        return float_binary(op, a, b);
    }
    let (x, y) = (a.small_int_unchecked(), b.small_int_unchecked());
    match op {
        BinaryOp::Add => Value::small_add(a, b),
        BinaryOp::Subtract => Value::small_sub(a, b),
        BinaryOp::Multiply => Value::small_mul(a, b),
        BinaryOp::And => Some(Value::small_int(x & y)),
        BinaryOp::Or => Some(Value::small_int(x | y)),
        BinaryOp::Xor => Some(Value::small_int(x ^ y)),
        BinaryOp::FloorDivide => small_floor_div(x, y).and_then(|(quotient, _)| Value::try_small_int(quotient)),
        BinaryOp::Remainder => small_floor_div(x, y).map(|(_, rest)| Value::small_int(rest)),
        BinaryOp::Rshift => (y >= 0).then(|| Value::small_int(x >> y.min(63))),
        BinaryOp::Lshift => lshift(x, y),
        BinaryOp::TrueDivide => float_binary(op, a, b),
        BinaryOp::MatrixMultiply | BinaryOp::Power | BinaryOp::Divmod => None,
    }
}

#[inline(always)]
fn lshift(x: i64, y: i64) -> Option<Value> {
    if !(0..63).contains(&y) || (x << y) >> y != x {
        return None;
    }
    Value::try_small_int(x << y)
}

/// The same of two numbers one of which is a float at least, or of a division.
#[inline(always)]
fn float_binary(op: BinaryOp, a: Value, b: Value) -> Option<Value> {
    let (x, y) = (float(a)?, float(b)?);
    let result = match op {
        BinaryOp::Add => x + y,
        BinaryOp::Subtract => x - y,
        BinaryOp::Multiply => x * y,
        BinaryOp::TrueDivide if y != 0.0 => x / y,
        _ => return None,
    };
    Value::try_float(result)
}

/// A number in a word as a float, if that is exact.
#[inline(always)]
fn float(value: Value) -> Option<f64> {
    if value.is_inline_float() {
        return Some(value.inline_float_unchecked());
    }
    let int = value.as_small_int()?;
    (int.unsigned_abs() <= EXACT.unsigned_abs()).then_some(int as f64)
}

/// `a op b` for a comparison of two integers or two floats in a word.
#[inline(always)]
pub(super) fn compare(op: CompareOp, a: Value, b: Value) -> Option<bool> {
    if Value::both_small_int(a, b) {
        return Some(op.test(a.small_int_unchecked().cmp(&b.small_int_unchecked())));
    }
    if a.is_inline_float() && b.is_inline_float() {
        let ordering = a.inline_float_unchecked().partial_cmp(&b.inline_float_unchecked());
        // What is no number is unequal to everything.
        return Some(ordering.map_or(op == CompareOp::Ne, |ordering| op.test(ordering)));
    }
    None
}

/// `-a` of a number in a word.
#[inline(always)]
pub(super) fn negative(a: Value) -> Option<Value> {
    if a.is_small_int() {
        return Value::small_sub(Value::small_int(0), a);
    }
    Value::try_float(-a.as_inline_float()?)
}

/// Where a subscript leads in a sequence of this length, counted from the end if it is negative.
#[inline(always)]
pub(super) fn index(subscript: Value, len: usize) -> Option<usize> {
    let index = subscript.as_small_int()?;
    let index = if index < 0 { index + len as i64 } else { index };
    usize::try_from(index).ok().filter(|&index| index < len)
}

/// `container[subscript]` of a list or tuple.
#[inline(always)]
pub(super) fn item(vm: &Vm, container: Value, subscript: Value) -> Option<Value> {
    if container.is_exact(vm.types.list) {
        let list = container.cast::<List>()?;
        return list.get(index(subscript, list.len())?);
    }
    if container.is_exact(vm.types.tuple) {
        let tuple = container.cast::<Tuple>()?;
        return tuple.get(index(subscript, tuple.len())?);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(op: BinaryOp, x: i64, y: i64) -> Option<i64> {
        binary(op, Value::small_int(x), Value::small_int(y)).and_then(Value::as_small_int)
    }

    #[test]
    fn division_rounds_down() {
        for (x, y) in [(7, 2), (-7, 2), (7, -2), (-7, -2), (6, -3), (0, -5), (1 << 60, -1), (-5, 1 << 40)] {
            let (quotient, rest) = (int(BinaryOp::FloorDivide, x, y), int(BinaryOp::Remainder, x, y));
            let expected = (x as f64 / y as f64).floor() as i64;
            assert_eq!(quotient, Some(expected), "{x} // {y}");
            assert_eq!(rest, Some(x - expected * y), "{x} % {y}");
        }
        assert_eq!(int(BinaryOp::FloorDivide, 1, 0), None);
        assert_eq!(int(BinaryOp::Remainder, 1, 0), None);
        assert_eq!(int(BinaryOp::FloorDivide, -1 << 61, -1), None);
    }

    #[test]
    fn shifts_stay_in_the_word() {
        assert_eq!(int(BinaryOp::Lshift, 1, 60), Some(1 << 60));
        assert_eq!(int(BinaryOp::Lshift, 1, 61), None);
        assert_eq!(int(BinaryOp::Lshift, -1, 61), Some(-1 << 61));
        assert_eq!(int(BinaryOp::Lshift, 3, 62), None);
        assert_eq!(int(BinaryOp::Lshift, 0, 1000), None);
        assert_eq!(int(BinaryOp::Lshift, 1, -1), None);
        assert_eq!(int(BinaryOp::Rshift, -8, 200), Some(-1));
        assert_eq!(int(BinaryOp::Rshift, 5, 1), Some(2));
        assert_eq!(int(BinaryOp::Rshift, 5, -1), None);
    }

    #[test]
    fn floats_come_from_exact_integers_only() {
        let divide = |x: i64, y: i64| {
            binary(BinaryOp::TrueDivide, Value::small_int(x), Value::small_int(y)).and_then(Value::as_inline_float)
        };
        assert_eq!(divide(7, 2), Some(3.5));
        assert_eq!(divide(7, 0), None);
        assert_eq!(divide(EXACT + 1, 2), None);
        let half = Value::try_float(0.5).unwrap_or(Value::NONE);
        assert_eq!(binary(BinaryOp::Multiply, half, Value::small_int(3)), Value::try_float(1.5));
        assert_eq!(binary(BinaryOp::Remainder, half, Value::small_int(3)), None);
        assert_eq!(negative(half), Value::try_float(-0.5));
        assert_eq!(negative(Value::small_int(-1 << 61)), None);
        assert_eq!(compare(CompareOp::Lt, half, half), Some(false));
        assert_eq!(compare(CompareOp::Eq, half, Value::small_int(1)), None);
    }

    #[test]
    fn subscripts_count_from_both_ends() {
        assert_eq!(index(Value::small_int(-1), 3), Some(2));
        assert_eq!(index(Value::small_int(-3), 3), Some(0));
        assert_eq!(index(Value::small_int(-4), 3), None);
        assert_eq!(index(Value::small_int(3), 3), None);
        assert_eq!(index(Value::NONE, 3), None);
    }
}
