//! Operations on constants. `None` where Python raises, or where CPython does not fold because the result might be large.

use dashu_int::IBig;
use dashu_int::ops::{BitTest, UnsignedAbs};
use quicken_bytecode::hash::{hash_constant, set_order};
use quicken_bytecode::{Constant, PyString};

use super::float::{self, Complex, Power};
use crate::ast::{Operator, UnaryOp};

/// Bits of an int that may come out of a multiplication, power or shift.
const MAX_INT_SIZE: usize = 128;
/// Items of a tuple that may come out of a repetition.
const MAX_COLLECTION_SIZE: usize = 256;
/// Characters of a string that may come out of a repetition.
const MAX_STR_SIZE: usize = 4096;
/// Items of a repeated tuple, those of nested ones included.
const MAX_TOTAL_ITEMS: i64 = 1024;

/// Whether a constant is true.
pub(crate) fn is_true(value: &Constant) -> bool {
    match value {
        Constant::None | Constant::False => false,
        Constant::True | Constant::Ellipsis | Constant::Code(_) | Constant::BigInt(_) => true,
        Constant::Int(value) => *value != 0,
        Constant::Float(value) => *value != 0.0,
        Constant::Complex { re, im } => *re != 0.0 || *im != 0.0,
        Constant::Str(text) => !text.is_empty(),
        Constant::Bytes(bytes) => !bytes.is_empty(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
    }
}

/// `a == b` in Python: `1 == 1.0 == True`.
pub(crate) fn python_eq(a: &Constant, b: &Constant) -> bool {
    match (a, b) {
        (Constant::Tuple(a), Constant::Tuple(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| python_eq(a, b)),
        (Constant::FrozenSet(a), Constant::FrozenSet(b)) => {
            a.len() == b.len() && a.iter().all(|a| b.iter().any(|b| python_eq(a, b)))
        }
        _ => match (Number::of(a), Number::of(b)) {
            (Some(a), Some(b)) => numbers_equal(a, b),
            (None, None) => a == b,
            _ => false,
        },
    }
}

fn numbers_equal(a: Number, b: Number) -> bool {
    match (a, b) {
        (Number::Int(a, _), Number::Int(b, _)) => a == b,
        (Number::Int(int, _), Number::Float(float)) | (Number::Float(float), Number::Int(int, _)) => {
            // Exactly: the float has to be that whole number.
            float.is_finite() && float.fract() == 0.0 && IBig::try_from(float).is_ok_and(|float| float == int)
        }
        (Number::Float(a), Number::Float(b)) => a == b,
        (Number::Complex(a), Number::Complex(b)) => a.re == b.re && a.im == b.im,
        (Number::Complex(complex), other) | (other, Number::Complex(complex)) => {
            complex.im == 0.0 && numbers_equal(Number::Float(complex.re), other)
        }
    }
}

/// `frozenset(items)`, in the order in which CPython's compiler puts the items into the set that it keeps.
pub(super) fn frozenset(items: &[Constant]) -> Constant {
    let mut distinct: Vec<&Constant> = Vec::new();
    let mut hashes: Vec<i64> = Vec::new();
    for item in items {
        let hash = hash_constant(item);
        let seen = hashes.iter().zip(&distinct).any(|(other, present)| *other == hash && python_eq(present, item));
        if !seen {
            distinct.push(item);
            hashes.push(hash);
        }
    }
    // What is made here is made anew twice, which may change the order: when constants are merged, and when names in it are interned.
    let mut order = set_order(&hashes);
    if items.iter().any(Constant::is_known_name) {
        let merged: Vec<i64> = order.iter().map(|index| hashes[*index]).collect();
        order = set_order(&merged).into_iter().map(|index| order[index]).collect();
    }
    Constant::FrozenSet(order.into_iter().map(|index| distinct[index].clone()).collect())
}

/// A unary operation.
pub(super) fn unary(op: UnaryOp, operand: &Constant) -> Option<Constant> {
    if op == UnaryOp::Not {
        return Some(Constant::bool(!is_true(operand)));
    }
    match (op, Number::of(operand)?) {
        (UnaryOp::Invert, Number::Int(value, _)) => Some(Constant::int(-value - IBig::ONE)),
        (UnaryOp::USub, Number::Int(value, _)) => Some(Constant::int(-value)),
        (UnaryOp::USub, Number::Float(value)) => Some(Constant::Float(-value)),
        (UnaryOp::USub, Number::Complex(value)) => Some(Constant::Complex { re: -value.re, im: -value.im }),
        (UnaryOp::UAdd, Number::Int(value, _)) => Some(Constant::int(value)),
        (UnaryOp::UAdd, _) => Some(operand.clone()),
        _ => None,
    }
}

/// `value[index]`
pub(super) fn item(value: &Constant, index: &Constant) -> Option<Constant> {
    let Number::Int(index, _) = Number::of(index)? else { return None };
    let index = i64::try_from(&index).ok()?;
    let position = |length: usize| {
        let index = if index < 0 { index + length as i64 } else { index };
        usize::try_from(index).ok().filter(|index| *index < length)
    };
    match value {
        Constant::Str(text) => {
            let code_point = text.code_points().nth(position(text.len_code_points())?)?;
            Some(Constant::Str(PyString::from_code_points([code_point])?))
        }
        Constant::Bytes(bytes) => Some(Constant::Int(i64::from(bytes[position(bytes.len())?]))),
        Constant::Tuple(items) => Some(items[position(items.len())?].clone()),
        _ => None,
    }
}

/// A binary operation.
pub(super) fn binary(op: Operator, left: &Constant, right: &Constant) -> Option<Constant> {
    match (Number::of(left), Number::of(right)) {
        (Some(left), Some(right)) => numbers(op, left, right),
        (None, None) if op == Operator::Add => concatenate(left, right),
        (Some(Number::Int(count, _)), None) if op == Operator::Mult => repeat(right, &count),
        (None, Some(Number::Int(count, _))) if op == Operator::Mult => repeat(left, &count),
        _ => None,
    }
}

/// A constant as a number. The flag of an int says that it is a bool.
enum Number {
    Int(IBig, bool),
    Float(f64),
    Complex(Complex),
}

impl Number {
    fn of(value: &Constant) -> Option<Number> {
        match value {
            Constant::False => Some(Number::Int(IBig::ZERO, true)),
            Constant::True => Some(Number::Int(IBig::ONE, true)),
            Constant::Int(value) => Some(Number::Int(IBig::from(*value), false)),
            Constant::BigInt(value) => Some(Number::Int(value.clone(), false)),
            Constant::Float(value) => Some(Number::Float(*value)),
            Constant::Complex { re, im } => Some(Number::Complex(Complex { re: *re, im: *im })),
            _ => None,
        }
    }

    fn float(&self) -> Option<f64> {
        match self {
            Number::Int(value, _) => int_to_float(value),
            Number::Float(value) => Some(*value),
            Number::Complex(_) => None,
        }
    }

    fn complex(&self) -> Option<Complex> {
        match self {
            Number::Complex(value) => Some(*value),
            other => Some(Complex { re: other.float()?, im: 0.0 }),
        }
    }
}

fn numbers(op: Operator, left: Number, right: Number) -> Option<Constant> {
    match (left, right) {
        (Number::Int(left, left_bool), Number::Int(right, right_bool)) => {
            ints(op, left, right, left_bool && right_bool)
        }
        (left @ Number::Complex(_), right) | (left, right @ Number::Complex(_)) => {
            complexes(op, left.complex()?, right.complex()?)
        }
        (left, right) => floats(op, left.float()?, right.float()?),
    }
}

fn bits(value: &IBig) -> usize {
    value.clone().unsigned_abs().bit_len()
}

fn ints(op: Operator, left: IBig, right: IBig, bools: bool) -> Option<Constant> {
    let bitwise = |value: IBig| if bools { Constant::bool(!value.is_zero()) } else { Constant::int(value) };
    let nonzero = !left.is_zero() && !right.is_zero();
    Some(match op {
        Operator::Add => Constant::int(left + right),
        Operator::Sub => Constant::int(left - right),
        Operator::Mult => {
            if nonzero && bits(&left) + bits(&right) > MAX_INT_SIZE {
                return None;
            }
            Constant::int(left * right)
        }
        Operator::Div => Constant::Float(true_divide(&left, &right)?),
        Operator::FloorDiv => Constant::int(floor_div_mod(left, right)?.0),
        Operator::Mod => Constant::int(floor_div_mod(left, right)?.1),
        Operator::Pow => {
            if right < IBig::ZERO {
                return floats(op, int_to_float(&left)?, int_to_float(&right)?);
            }
            // A base of zero has no bits to check; a huge exponent leaves it what it is.
            let exponent = if left.is_zero() { usize::from(!right.is_zero()) } else { usize::try_from(&right).ok()? };
            if nonzero && bits(&left) > MAX_INT_SIZE / exponent {
                return None;
            }
            Constant::int(left.pow(exponent))
        }
        Operator::LShift => {
            if right < IBig::ZERO {
                return None;
            }
            if left.is_zero() {
                return Some(Constant::Int(0));
            }
            let shift = usize::try_from(&right).ok()?;
            if nonzero && (shift > MAX_INT_SIZE || bits(&left) > MAX_INT_SIZE - shift) {
                return None;
            }
            Constant::int(left << shift)
        }
        Operator::RShift => {
            if right < IBig::ZERO {
                return None;
            }
            match usize::try_from(&right) {
                Ok(shift) if shift <= bits(&left) => {
                    // Towards minus infinity.
                    let divisor = IBig::ONE << shift;
                    Constant::int(floor_div_mod(left, divisor)?.0)
                }
                _ => Constant::Int(if left < IBig::ZERO { -1 } else { 0 }),
            }
        }
        Operator::BitOr => bitwise(left | right),
        Operator::BitXor => bitwise(left ^ right),
        Operator::BitAnd => bitwise(left & right),
        Operator::MatMult => return None,
    })
}

fn floor_div_mod(left: IBig, right: IBig) -> Option<(IBig, IBig)> {
    if right.is_zero() {
        return None;
    }
    let mut quotient = &left / &right;
    let mut remainder = left - &quotient * &right;
    if !remainder.is_zero() && (remainder < IBig::ZERO) != (right < IBig::ZERO) {
        quotient -= IBig::ONE;
        remainder += right;
    }
    Some((quotient, remainder))
}

/// The nearest float; none if it would be infinite.
fn int_to_float(value: &IBig) -> Option<f64> {
    let float = value.to_f64().value();
    float.is_finite().then_some(float)
}

/// The nearest float to the quotient.
fn true_divide(left: &IBig, right: &IBig) -> Option<f64> {
    if right.is_zero() {
        return None;
    }
    if bits(left) <= 53 && bits(right) <= 53 {
        return Some(int_to_float(left)? / int_to_float(right)?);
    }
    // A quotient of at least 66 bits whose lowest one says whether the division left a rest rounds as the exact one does.
    let shift = 66 + bits(right) as i64 - bits(left) as i64;
    let (numerator, denominator) =
        if shift >= 0 { (left << shift as usize, right.clone()) } else { (left.clone(), right << (-shift) as usize) };
    let negative = (numerator < IBig::ZERO) != (denominator < IBig::ZERO);
    let numerator = IBig::from(numerator.unsigned_abs());
    let denominator = IBig::from(denominator.unsigned_abs());
    let (mut quotient, rest) = floor_div_mod(numerator, denominator)?;
    if !rest.is_zero() {
        quotient |= IBig::ONE;
    }
    let mut value = int_to_float(&quotient)?;
    // In two steps, since the power of two alone may be out of range.
    let half = (-shift / 2) as i32;
    value *= 2f64.powi(half);
    value *= 2f64.powi(-shift as i32 - half);
    if value.is_infinite() {
        return None;
    }
    Some(if negative { -value } else { value })
}

fn floats(op: Operator, left: f64, right: f64) -> Option<Constant> {
    Some(Constant::Float(match op {
        Operator::Add => left + right,
        Operator::Sub => left - right,
        Operator::Mult => left * right,
        Operator::Div if right != 0.0 => left / right,
        Operator::FloorDiv => float::floor_div(left, right)?,
        Operator::Mod => float::modulo(left, right)?,
        Operator::Pow => match float::power(left, right)? {
            Power::Real(value) => value,
            Power::Complex(value) => return Some(Constant::Complex { re: value.re, im: value.im }),
        },
        _ => return None,
    }))
}

fn complexes(op: Operator, left: Complex, right: Complex) -> Option<Constant> {
    let value = match op {
        Operator::Add => Complex { re: left.re + right.re, im: left.im + right.im },
        Operator::Sub => Complex { re: left.re - right.re, im: left.im - right.im },
        Operator::Mult => float::complex_product(left, right),
        Operator::Div => float::complex_quotient(left, right)?,
        Operator::Pow => float::complex_power(left, right)?,
        _ => return None,
    };
    Some(Constant::Complex { re: value.re, im: value.im })
}

fn concatenate(left: &Constant, right: &Constant) -> Option<Constant> {
    match (left, right) {
        (Constant::Str(left), Constant::Str(right)) => {
            let bytes = [left.as_bytes(), right.as_bytes()].concat();
            Some(Constant::Str(PyString::from_bytes(&bytes)?))
        }
        (Constant::Bytes(left), Constant::Bytes(right)) => Some(Constant::Bytes([&**left, &**right].concat().into())),
        (Constant::Tuple(left), Constant::Tuple(right)) => Some(Constant::Tuple([&**left, &**right].concat().into())),
        _ => None,
    }
}

/// `value * count`
fn repeat(value: &Constant, count: &IBig) -> Option<Constant> {
    let (size, limit) = match value {
        Constant::Str(text) => (text.len_code_points(), MAX_STR_SIZE),
        Constant::Bytes(bytes) => (bytes.len(), MAX_STR_SIZE),
        Constant::Tuple(items) => (items.len(), MAX_COLLECTION_SIZE),
        _ => return None,
    };
    if size == 0 {
        return Some(value.clone());
    }
    let count = usize::try_from(count).ok().filter(|count| *count <= limit / size)?;
    match value {
        Constant::Str(text) => Some(Constant::Str(PyString::from_bytes(&text.as_bytes().repeat(count))?)),
        Constant::Bytes(bytes) => Some(Constant::Bytes(bytes.repeat(count).into())),
        Constant::Tuple(items) => {
            if count > 0 && complexity(value, MAX_TOTAL_ITEMS / count as i64) < 0 {
                return None;
            }
            Some(Constant::Tuple(std::iter::repeat_n(items, count).flatten().cloned().collect()))
        }
        _ => None,
    }
}

/// The limit less the number of items, nested ones included; negative if there are too many.
fn complexity(value: &Constant, limit: i64) -> i64 {
    match value {
        Constant::Tuple(items) | Constant::FrozenSet(items) => {
            let mut limit = limit - items.len() as i64;
            for item in items {
                if limit < 0 {
                    break;
                }
                limit = complexity(item, limit);
            }
            limit
        }
        _ => limit,
    }
}
