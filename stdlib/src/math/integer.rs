//! The functions of `math` on integers.

use dashu_int::ops::{Gcd, SquareRoot, UnsignedAbs};
use dashu_int::{IBig, UBig};
use quicken_vm::args::Parameters;
use quicken_vm::objects::int::View;
use quicken_vm::slots::BinaryOp;
use quicken_vm::{Args, PyResult, Value, Vm};

/// The number of bits of an integer's magnitude.
pub(super) fn bit_length(view: View) -> usize {
    view.with_big(|big| match big.as_sign_words().1 {
        [] => 0,
        words @ [.., top] => words.len() * 64 - top.leading_zeros() as usize,
    })
}

/// The magnitude divided by the power of two that makes it at least one half and less than one (nearly: it is rounded).
pub(super) fn leading_fraction(view: View) -> f64 {
    let bits = bit_length(view);
    view.with_big(|big| {
        let shift = bits.saturating_sub(64);
        let mut top = u64::try_from(&(big.unsigned_abs() >> shift)).unwrap_or(u64::MAX);
        // What was cut off counts only where it breaks a tie.
        if big.unsigned_abs().trailing_zeros().is_some_and(|zeros| zeros < shift) {
            top |= 1;
        }
        top as f64 / 2f64.powi(bits.min(64) as i32)
    })
}

/// A number of steps or items; larger ones would take for ever.
fn small(vm: &mut Vm, view: View, message: &str) -> PyResult<u64> {
    match view {
        View::Small(i) => Ok(i as u64),
        View::Big(_) => Err(vm.overflow_error(message)),
    }
}

pub(super) fn factorial(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let [n] = args.exactly(vm, "factorial")?;
    let n = vm.index_view(n)?;
    if n.is_negative() {
        return Err(vm.value_error("factorial() not defined for negative values"));
    }
    let n = small(vm, n, "factorial() argument should not exceed 9223372036854775807")?;
    let result = product(1, n);
    Ok(vm.int_from_big(IBig::from(result)))
}

/// The product of all integers from `low` to `high`. Halving keeps the factors of a multiplication of like size.
fn product(low: u64, high: u64) -> UBig {
    if low > high {
        return UBig::ONE;
    }
    if high - low < 16 {
        return (low..=high).fold(UBig::ONE, |product, i| product * i);
    }
    let middle = low + (high - low) / 2;
    product(low, middle) * product(middle + 1, high)
}

/// The product of `count` integers from `top` downwards.
fn falling(top: &UBig, count: u64) -> UBig {
    match u64::try_from(top) {
        Ok(top) => product(top - count + 1, top),
        Err(_) => (0..count).fold(UBig::ONE, |product, i| product * (top - UBig::from(i))),
    }
}

fn counts(vm: &mut Vm, n: Value, k: Value) -> PyResult<(View, View)> {
    let (n, k) = (vm.index_view(n)?, vm.index_view(k)?);
    if n.is_negative() {
        return Err(vm.value_error("n must be a non-negative integer"));
    }
    if k.is_negative() {
        return Err(vm.value_error("k must be a non-negative integer"));
    }
    Ok((n, k))
}

pub(super) fn perm(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "perm", 1, 2)?;
    let (n, k) = match *values {
        [n, k] if !k.is_none() => (n, k),
        _ => return factorial(vm, receiver, Args::positional(&values[..1])),
    };
    let (n, k) = counts(vm, n, k)?;
    let (n, wide) = (n.with_big(|n| n.unsigned_abs()), k.with_big(|k| k.unsigned_abs()));
    if n < wide {
        return Ok(Value::small_int(0));
    }
    let k = small(vm, k, "k must not exceed 9223372036854775807")?;
    let result = falling(&n, k);
    Ok(vm.int_from_big(IBig::from(result)))
}

pub(super) fn comb(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let [n, k] = args.exactly(vm, "comb")?;
    let (n, k) = counts(vm, n, k)?;
    let (n, k) = (n.with_big(|n| n.unsigned_abs()), k.with_big(|k| k.unsigned_abs()));
    if k > n {
        return Ok(Value::small_int(0));
    }
    let k = k.clone().min(&n - k);
    let Ok(k) = u64::try_from(&k) else {
        return Err(vm.overflow_error("min(n - k, k) must not exceed 9223372036854775807"));
    };
    let result = falling(&n, k) / product(1, k);
    Ok(vm.int_from_big(IBig::from(result)))
}

pub(super) fn isqrt(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let [n] = args.exactly(vm, "isqrt")?;
    let n = vm.index_view(n)?;
    if n.is_negative() {
        return Err(vm.value_error("isqrt() argument must be nonnegative"));
    }
    match n {
        View::Small(n) => Ok(vm.int((n as u64).isqrt() as i64)),
        View::Big(_) => {
            let root = n.with_big(|n| n.unsigned_abs().sqrt());
            Ok(vm.int_from_big(IBig::from(root)))
        }
    }
}

fn small_gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// An integer's magnitude, in a machine word as long as it fits one.
enum Magnitude {
    Small(u64),
    Big(UBig),
}

impl Magnitude {
    fn of(view: View) -> Magnitude {
        match view {
            View::Small(i) => Magnitude::Small(i.unsigned_abs()),
            View::Big(_) => Magnitude::Big(view.with_big(|big| big.unsigned_abs())),
        }
    }

    fn from_big(big: UBig) -> Magnitude {
        match u64::try_from(&big) {
            Ok(small) => Magnitude::Small(small),
            Err(_) => Magnitude::Big(big),
        }
    }

    fn into_big(self) -> UBig {
        match self {
            Magnitude::Small(i) => UBig::from(i),
            Magnitude::Big(big) => big,
        }
    }

    fn into_value(self, vm: &mut Vm) -> Value {
        match self {
            Magnitude::Small(i) => vm.int_from_u64(i),
            Magnitude::Big(big) => vm.int_from_big(IBig::from(big)),
        }
    }

    fn gcd(self, other: Magnitude) -> Magnitude {
        match (self, other) {
            (Magnitude::Small(a), Magnitude::Small(b)) => Magnitude::Small(small_gcd(a, b)),
            // The library refuses the greatest common divisor of zeros.
            (Magnitude::Small(0), other) | (other, Magnitude::Small(0)) => other,
            (a, b) => Magnitude::from_big(a.into_big().gcd(b.into_big())),
        }
    }

    fn lcm(self, other: Magnitude) -> Magnitude {
        match (self, other) {
            (Magnitude::Small(0), _) | (_, Magnitude::Small(0)) => Magnitude::Small(0),
            (Magnitude::Small(a), Magnitude::Small(b)) => {
                let quotient = a / small_gcd(a, b);
                match quotient.checked_mul(b) {
                    Some(product) => Magnitude::Small(product),
                    None => Magnitude::Big(UBig::from(quotient) * UBig::from(b)),
                }
            }
            (a, b) => {
                let (a, b) = (a.into_big(), b.into_big());
                let divisor = (&a).gcd(&b);
                Magnitude::Big(a / divisor * b)
            }
        }
    }
}

fn fold(vm: &mut Vm, name: &str, args: Args<'_>, start: u64, step: fn(Magnitude, Magnitude) -> Magnitude) -> PyResult {
    args.no_keywords(vm, name)?;
    let mut result = Magnitude::Small(start);
    for value in args.positionals() {
        let value = vm.index_view(*value)?;
        result = step(result, Magnitude::of(value));
    }
    Ok(result.into_value(vm))
}

pub(super) fn gcd(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    fold(vm, "math.gcd", args, 0, Magnitude::gcd)
}

pub(super) fn lcm(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    fold(vm, "math.lcm", args, 1, Magnitude::lcm)
}

pub(super) fn prod(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["", "start"], positional_only: 1, max_positional: 1, required: 1 };
    let [iterable, start] = args.bind(vm, "prod", &PARAMETERS)?;
    let mut product = if start.is_null() { Value::small_int(1) } else { start };
    vm.for_each(iterable, |vm, item| {
        product = vm.binary_op(BinaryOp::Multiply, product, item)?;
        Ok(())
    })?;
    Ok(product)
}
