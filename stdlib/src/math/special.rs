//! What CPython computes itself instead of asking the C library.

#![expect(clippy::excessive_precision, reason = "the constants are written as published")]

use std::f64::consts::PI;

/// Why there is no result.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Failure {
    /// The argument is outside the domain.
    Domain,
    /// The result is too large.
    Range,
}

/// The coefficients of Lanczos' approximation with N = 13 and g = 6.0246…, written as a rational function (as Boost has it).
const LANCZOS_G: f64 = 6.024680040776729583740234375;
const LANCZOS_G_MINUS_HALF: f64 = 5.524680040776729583740234375;
const LANCZOS_NUMERATOR: [f64; 13] = [
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786772,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
];
const LANCZOS_DENOMINATOR: [f64; 13] = [
    0.0,
    39916800.0,
    120543840.0,
    150917976.0,
    105258076.0,
    45995730.0,
    13339535.0,
    2637558.0,
    357423.0,
    32670.0,
    1925.0,
    66.0,
    1.0,
];

fn lanczos_sum(x: f64) -> f64 {
    let pairs = LANCZOS_NUMERATOR.iter().zip(&LANCZOS_DENOMINATOR);
    let (mut numerator, mut denominator) = (0.0, 0.0);
    // For large arguments as a function of 1/x, which cannot overflow.
    if x < 5.0 {
        for (n, d) in pairs.rev() {
            numerator = numerator * x + n;
            denominator = denominator * x + d;
        }
    } else {
        for (n, d) in pairs {
            numerator = numerator / x + n;
            denominator = denominator / x + d;
        }
    }
    numerator / denominator
}

/// sin(πx), without losing digits where it is near zero.
fn sin_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let result = match (2.0 * y).round() as i32 {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    1f64.copysign(x) * result
}

/// Γ(x).
pub(super) fn gamma(x: f64) -> Result<f64, Failure> {
    if !x.is_finite() {
        return if x.is_nan() || x > 0.0 { Ok(x) } else { Err(Failure::Domain) };
    }
    if x == 0.0 {
        return Err(Failure::Domain);
    }
    if x == x.floor() {
        if x < 0.0 {
            return Err(Failure::Domain);
        }
        if x <= 23.0 {
            return Ok((1..x as u64).map(|i| i as f64).product());
        }
    }
    let size = x.abs();
    if size < 1e-20 {
        let result = 1.0 / x;
        return if result.is_infinite() { Err(Failure::Range) } else { Ok(result) };
    }
    if size > 200.0 {
        return if x < 0.0 { Ok(0.0 / sin_pi(x)) } else { Err(Failure::Range) };
    }
    let y = size + LANCZOS_G_MINUS_HALF;
    // The rounding error of that sum, which the powers below would magnify.
    let error =
        if size > LANCZOS_G_MINUS_HALF { (y - size) - LANCZOS_G_MINUS_HALF } else { (y - LANCZOS_G_MINUS_HALF) - size };
    let z = error * LANCZOS_G / y;
    let result = if x < 0.0 {
        let mut r = -PI / sin_pi(size) / size * y.exp() / lanczos_sum(size);
        r -= z * r;
        if size < 140.0 {
            r / y.powf(size - 0.5)
        } else {
            let root = y.powf(size / 2.0 - 0.25);
            r / root / root
        }
    } else {
        let mut r = lanczos_sum(size) / y.exp();
        r += z * r;
        if size < 140.0 {
            r * y.powf(size - 0.5)
        } else {
            let root = y.powf(size / 2.0 - 0.25);
            r * root * root
        }
    };
    if result.is_infinite() { Err(Failure::Range) } else { Ok(result) }
}

/// log |Γ(x)|.
pub(super) fn log_gamma(x: f64) -> Result<f64, Failure> {
    const LOG_PI: f64 = 1.144729885849400174143427351353058711647;
    if !x.is_finite() {
        return Ok(if x.is_nan() { x } else { f64::INFINITY });
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { Err(Failure::Domain) } else { Ok(0.0) };
    }
    let size = x.abs();
    if size < 1e-20 {
        return Ok(-size.ln());
    }
    let mut r = lanczos_sum(size).ln() - LANCZOS_G;
    r += (size - 0.5) * ((size + LANCZOS_G - 0.5).ln() - 1.0);
    if x < 0.0 {
        r = LOG_PI - sin_pi(size).abs().ln() - size.ln() - r;
    }
    if r.is_infinite() { Err(Failure::Range) } else { Ok(r) }
}

/// IEEE 754's remainder: `x` less the nearest multiple of `y`, of two the even one.
pub(super) fn remainder(x: f64, y: f64) -> f64 {
    if !(x.is_finite() && y.is_finite()) {
        return if x.is_nan() {
            x
        } else if y.is_nan() {
            y
        } else if x.is_infinite() {
            f64::NAN
        } else {
            x
        };
    }
    if y == 0.0 {
        return f64::NAN;
    }
    let (size, by) = (x.abs(), y.abs());
    let m = size % by;
    // Half of `by` need not be a float; the complement is, wherever it matters.
    let complement = by - m;
    let r = if m < complement {
        m
    } else if m > complement {
        -complement
    } else {
        m - 2.0 * ((0.5 * (size - m)) % by)
    };
    1f64.copysign(x) * r
}

/// Fraction (from one half to one) and exponent.
pub(super) fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let exponent = (x.to_bits() >> 52 & 0x7ff) as i32;
    if exponent == 0 {
        let (fraction, exponent) = frexp(x * 2f64.powi(54));
        return (fraction, exponent - 54);
    }
    (f64::from_bits(x.to_bits() & !(0x7ff << 52) | 1022 << 52), exponent - 1022)
}

/// `x * 2^exponent`, rounded once.
pub(super) fn ldexp(x: f64, exponent: i64) -> f64 {
    let (fraction, own) = frexp(x);
    if fraction == 0.0 || !x.is_finite() {
        return x;
    }
    let exponent = exponent.saturating_add(i64::from(own));
    if exponent > 1024 {
        return f64::INFINITY.copysign(x);
    }
    if exponent < -1080 {
        return 0f64.copysign(x);
    }
    // The first step is exact; the second rounds, if the result is denormal.
    let exponent = exponent as i32;
    if exponent < -1021 {
        (fraction * 2f64.powi(-1000)) * 2f64.powi(exponent + 1000)
    } else {
        fraction * 2.0 * 2f64.powi(exponent - 1)
    }
}

/// The float next to `x` in the direction of `y`.
pub(super) fn next_after(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        x + y
    } else if x == y {
        y
    } else if x < y {
        x.next_up()
    } else {
        x.next_down()
    }
}

/// A sum with the error of each addition collected, for addends that are smaller than the sum.
struct Compensated {
    sum: f64,
    errors: [f64; 3],
}

impl Compensated {
    fn add(&mut self, x: f64, error: usize) {
        let before = self.sum;
        self.sum += x;
        self.errors[error] += (before - self.sum) + x;
    }

    fn value(&self) -> f64 {
        self.sum - 1.0 + (self.errors[0] + self.errors[1] + self.errors[2])
    }
}

/// Halves of a float's digits (Veltkamp): their products are exact.
fn split(x: f64) -> (f64, f64) {
    const T27: f64 = 134_217_729.0;
    let t = x * T27;
    let high = t - (t - x);
    (high, x - high)
}

/// The length of a vector of absolute values, nearly always correctly rounded: squares are taken exactly, summed with
/// compensation, and the root is corrected by one step of Newton's method.
pub(super) fn norm(vector: &mut [f64]) -> f64 {
    let max = vector.iter().copied().fold(0.0, |a: f64, b| if b > a { b } else { a });
    if max.is_infinite() {
        return max;
    }
    if vector.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if max == 0.0 || vector.len() <= 1 {
        return max;
    }
    // The sum starts at one so that it is larger than every addend.
    let mut sum = Compensated { sum: 1.0, errors: [0.0; 3] };
    let (_, exponent) = frexp(max);
    if exponent < -1023 {
        // No power of two scales this up without overflow.
        for x in vector {
            let x = *x / max;
            sum.add(x * x, 0);
        }
        return max * sum.value().sqrt();
    }
    let scale = ldexp(1.0, i64::from(-exponent));
    for x in vector {
        let (high, low) = split(*x * scale);
        sum.add(high * high, 0);
        sum.add(2.0 * high * low, 1);
        sum.errors[2] += low * low;
    }
    let root = sum.value().sqrt();
    let (high, low) = split(root);
    sum.add(-high * high, 0);
    sum.add(-2.0 * high * low, 1);
    sum.add(-low * low, 2);
    (root + sum.value() / (2.0 * root)) / scale
}

/// An exact sum (Shewchuk): partial sums that do not overlap, the smallest first.
#[derive(Default)]
pub(super) struct ExactSum {
    partials: Vec<f64>,
    special: f64,
    infinities: f64,
}

impl ExactSum {
    /// Adds a number; `false` when a partial sum overflows.
    pub(super) fn add(&mut self, number: f64) -> bool {
        let mut x = number;
        let mut kept = 0;
        for index in 0..self.partials.len() {
            let mut y = self.partials[index];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                self.partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.partials.truncate(kept);
        if x != 0.0 {
            if x.is_finite() {
                self.partials.push(x);
            } else {
                if number.is_finite() {
                    return false;
                }
                if number.is_infinite() {
                    self.infinities += number;
                }
                self.special += number;
                self.partials.clear();
            }
        }
        true
    }

    /// The sum, rounded once; `None` when infinities of both signs were added.
    pub(super) fn total(&self) -> Option<f64> {
        if self.special != 0.0 {
            return if self.infinities.is_nan() { None } else { Some(self.special) };
        }
        let Some((last, mut rest)) = self.partials.split_last() else { return Some(0.0) };
        let (mut high, mut low) = (*last, 0.0);
        while let Some((y, head)) = rest.split_last() {
            rest = head;
            let x = high;
            high = x + y;
            low = y - (high - x);
            if low != 0.0 {
                break;
            }
        }
        // What is left decides a tie.
        if let Some(next) = rest.last()
            && ((low < 0.0 && *next < 0.0) || (low > 0.0 && *next > 0.0))
        {
            let y = low * 2.0;
            let x = high + y;
            if y == x - high {
                high = x;
            }
        }
        Some(high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        assert_eq!(frexp(8.0), (0.5, 4));
        assert_eq!(frexp(5e-324), (0.5, -1073));
        assert_eq!(ldexp(0.5, -1073), 5e-324);
        assert_eq!(ldexp(1.5, -1074), 1e-323);
        assert_eq!(ldexp(0.75, 1024), 0.75 * 2f64.powi(1023) * 2.0);
        assert_eq!(ldexp(f64::MAX, 1), f64::INFINITY);
        assert_eq!(ldexp(5e-324, 2000), 2f64.powi(926));
    }

    #[test]
    fn sums_are_exact() {
        let mut sum = ExactSum::default();
        for x in [1e16, 1.0, 1e-16] {
            assert!(sum.add(x));
        }
        assert_eq!(sum.total(), Some(10000000000000002.0));
        let mut tenths = ExactSum::default();
        (0..10).for_each(|_| assert!(tenths.add(0.1)));
        assert_eq!(tenths.total(), Some(1.0));
    }

    #[test]
    fn known_values() {
        assert_eq!(gamma(0.5), Ok(1.7724538509055159));
        assert_eq!(gamma(-1.5), Ok(2.3632718012073544));
        assert_eq!(gamma(150.3), Ok(1.7112969992195767e+261));
        assert_eq!(gamma(5.0), Ok(24.0));
        assert_eq!(gamma(-1.0), Err(Failure::Domain));
        assert_eq!(log_gamma(100.5), Ok(361.4355404677776));
        assert_eq!(norm(&mut [3.0, 4.0]), 5.0);
        assert_eq!(norm(&mut [1e-310, 1e-310]), 1.4142135623731e-310);
        assert_eq!(remainder(5.0, 2.0), 1.0);
        assert_eq!(remainder(7.0, 2.0), -1.0);
    }
}
