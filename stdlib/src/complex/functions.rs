//! The functions, by the formulas that CPython uses (W. Kahan, "Branch cuts for complex elementary functions", and C99's annex G for
//! infinities and NaNs), so that all digits and signs agree.

use quicken_vm::objects::complex::Parts;
use std::f64::consts::{E, FRAC_PI_2, FRAC_PI_4, LN_2, LN_10, PI};

use super::special::{self, Table};
use crate::cmath;

/// Why there is no result.
#[derive(Clone, Copy, Debug)]
pub(super) enum Failure {
    /// The argument is a pole, or outside the domain.
    Domain,
    /// The result is too large.
    Range,
}

type Result = std::result::Result<Parts, Failure>;

/// Beyond this, sums and squares may overflow where the result does not.
const LARGE: f64 = f64::MAX / 4.0;

fn new(re: f64, im: f64) -> Parts {
    Parts { re, im }
}

fn is_finite(z: Parts) -> bool {
    z.re.is_finite() && z.im.is_finite()
}

fn is_large(z: Parts) -> bool {
    z.re.abs() > LARGE || z.im.abs() > LARGE
}

/// i·z
fn turned(z: Parts) -> Parts {
    new(-z.im, z.re)
}

/// −i·z
fn turned_back(z: Parts) -> Parts {
    new(z.im, -z.re)
}

fn negated(z: Parts) -> Parts {
    new(-z.re, -z.im)
}

/// The logarithm of the absolute value of a large number.
fn log_of_large(z: Parts) -> f64 {
    (z.re / 2.0).hypot(z.im / 2.0).ln() + LN_2 * 2.0
}

/// The sign of a zero is kept whatever the C library does.
fn log1p(x: f64) -> f64 {
    if x == 0.0 { x } else { x.ln_1p() }
}

fn table(table: &Table, z: Parts) -> Parts {
    special::look_up(table, z.re, z.im)
}

pub(super) fn sqrt(z: Parts) -> Result {
    Ok(root(z))
}

fn root(z: Parts) -> Parts {
    if !is_finite(z) {
        return table(&special::SQRT, z);
    }
    if z.re == 0.0 && z.im == 0.0 {
        return new(0.0, z.im);
    }
    let (x, y) = (z.re.abs(), z.im.abs());
    let large = if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        // The absolute value would have too few digits: scaled by 2^53, and back by the root of 2^54.
        const UP: f64 = (1_u64 << 53) as f64;
        let x = x * UP;
        (x + x.hypot(y * UP)).sqrt() / (1_u64 << 27) as f64
    } else {
        let x = x / 8.0;
        2.0 * (x + x.hypot(y / 8.0)).sqrt()
    };
    let small = y / (2.0 * large);
    if z.re >= 0.0 { new(large, small.copysign(z.im)) } else { new(small, large.copysign(z.im)) }
}

pub(super) fn acos(z: Parts) -> Result {
    if !is_finite(z) {
        return Ok(table(&special::ACOS, z));
    }
    if is_large(z) {
        let im = log_of_large(z);
        // By cases, so that both sides of the cut are right.
        let im = if z.re < 0.0 { -im.copysign(z.im) } else { im.copysign(-z.im) };
        return Ok(new(z.im.abs().atan2(z.re), im));
    }
    let a = root(new(1.0 - z.re, -z.im));
    let b = root(new(1.0 + z.re, z.im));
    Ok(new(2.0 * a.re.atan2(b.re), cmath::asinh(b.re * a.im - b.im * a.re)))
}

pub(super) fn acosh(z: Parts) -> Result {
    if !is_finite(z) {
        return Ok(table(&special::ACOSH, z));
    }
    if is_large(z) {
        return Ok(new(log_of_large(z), z.im.atan2(z.re)));
    }
    let a = root(new(z.re - 1.0, z.im));
    let b = root(new(z.re + 1.0, z.im));
    Ok(new(cmath::asinh(a.re * b.re + a.im * b.im), 2.0 * a.im.atan2(b.re)))
}

pub(super) fn asin(z: Parts) -> Result {
    asinh(turned(z)).map(turned_back)
}

pub(super) fn asinh(z: Parts) -> Result {
    if !is_finite(z) {
        return Ok(table(&special::ASINH, z));
    }
    if is_large(z) {
        let re = log_of_large(z);
        let re = if z.im >= 0.0 { re.copysign(z.re) } else { -re.copysign(-z.re) };
        return Ok(new(re, z.im.atan2(z.re.abs())));
    }
    let a = root(new(1.0 + z.im, -z.re));
    let b = root(new(1.0 - z.im, z.re));
    Ok(new(cmath::asinh(a.re * b.im - b.re * a.im), z.im.atan2(a.re * b.re - a.im * b.im)))
}

pub(super) fn atan(z: Parts) -> Result {
    atanh(turned(z)).map(turned_back)
}

pub(super) fn atanh(z: Parts) -> Result {
    if !is_finite(z) {
        return Ok(table(&special::ATANH, z));
    }
    if z.re < 0.0 {
        return atanh(negated(z)).map(negated);
    }
    let y = z.im.abs();
    let large = LARGE.sqrt();
    if z.re > large || y > large {
        // 1/z ± iπ/2
        let half = (z.re / 2.0).hypot(z.im / 2.0);
        return Ok(new(z.re / 4.0 / half / half, -FRAC_PI_2.copysign(-z.im)));
    }
    if z.re == 1.0 && y < f64::MIN_POSITIVE.sqrt() {
        if y == 0.0 {
            return Err(Failure::Domain);
        }
        let re = -(y.sqrt() / y.hypot(2.0).sqrt()).ln();
        return Ok(new(re, (2.0_f64.atan2(-y) / 2.0).copysign(z.im)));
    }
    let re = log1p(4.0 * z.re / ((1.0 - z.re) * (1.0 - z.re) + y * y)) / 4.0;
    let im = -(-2.0 * z.im).atan2((1.0 - z.re) * (1.0 + z.re) - y * y) / 2.0;
    Ok(new(re, im))
}

/// A result that is infinite although the argument was not has overflowed.
fn in_range(z: Parts) -> Result {
    if z.re.is_infinite() || z.im.is_infinite() { Err(Failure::Range) } else { Ok(z) }
}

/// Whether the real part is infinite and the imaginary one points in a direction.
fn is_ray(z: Parts) -> bool {
    z.re.is_infinite() && z.im.is_finite() && z.im != 0.0
}

pub(super) fn cos(z: Parts) -> Result {
    cosh(turned(z))
}

pub(super) fn cosh(z: Parts) -> Result {
    let (sin, cos) = (z.im.sin(), z.im.cos());
    if !is_finite(z) {
        if z.im.is_infinite() && !z.re.is_nan() {
            return Err(Failure::Domain);
        }
        if !is_ray(z) {
            return Ok(table(&special::COSH, z));
        }
        let im = f64::INFINITY.copysign(sin);
        return Ok(new(f64::INFINITY.copysign(cos), if z.re > 0.0 { im } else { -im }));
    }
    in_range(if z.re.abs() > LARGE.ln() {
        let less = z.re - 1.0_f64.copysign(z.re);
        new(cos * less.cosh() * E, sin * less.sinh() * E)
    } else {
        new(cos * z.re.cosh(), sin * z.re.sinh())
    })
}

pub(super) fn sin(z: Parts) -> Result {
    sinh(turned(z)).map(turned_back)
}

pub(super) fn sinh(z: Parts) -> Result {
    let (sin, cos) = (z.im.sin(), z.im.cos());
    if !is_finite(z) {
        if z.im.is_infinite() && !z.re.is_nan() {
            return Err(Failure::Domain);
        }
        if !is_ray(z) {
            return Ok(table(&special::SINH, z));
        }
        let re = f64::INFINITY.copysign(cos);
        return Ok(new(if z.re > 0.0 { re } else { -re }, f64::INFINITY.copysign(sin)));
    }
    in_range(if z.re.abs() > LARGE.ln() {
        let less = z.re - 1.0_f64.copysign(z.re);
        new(cos * less.sinh() * E, sin * less.cosh() * E)
    } else {
        new(cos * z.re.sinh(), sin * z.re.cosh())
    })
}

pub(super) fn tan(z: Parts) -> Result {
    tanh(turned(z)).map(turned_back)
}

pub(super) fn tanh(z: Parts) -> Result {
    let (sin, cos) = (z.im.sin(), z.im.cos());
    if !is_finite(z) {
        if z.im.is_infinite() && z.re.is_finite() {
            return Err(Failure::Domain);
        }
        if !is_ray(z) {
            return Ok(table(&special::TANH, z));
        }
        return Ok(new(1.0_f64.copysign(z.re), 0.0_f64.copysign(2.0 * sin * cos)));
    }
    if z.re.abs() > LARGE.ln() {
        return Ok(new(1.0_f64.copysign(z.re), 4.0 * sin * cos * (-2.0 * z.re.abs()).exp()));
    }
    let (tanh, tan) = (z.re.tanh(), z.im.tan());
    let inverse = 1.0 / z.re.cosh();
    let product = tanh * tan;
    let divisor = 1.0 + product * product;
    Ok(new(tanh * (1.0 + tan * tan) / divisor, ((tan / divisor) * inverse) * inverse))
}

pub(super) fn exp(z: Parts) -> Result {
    let (sin, cos) = (z.im.sin(), z.im.cos());
    if !is_finite(z) {
        if z.im.is_infinite() && (z.re.is_finite() || z.re == f64::INFINITY) {
            return Err(Failure::Domain);
        }
        if !is_ray(z) {
            return Ok(table(&special::EXP, z));
        }
        let size = if z.re > 0.0 { f64::INFINITY } else { 0.0 };
        return Ok(new(size.copysign(cos), size.copysign(sin)));
    }
    in_range(if z.re > LARGE.ln() {
        let size = (z.re - 1.0).exp();
        new(size * cos * E, size * sin * E)
    } else {
        let size = z.re.exp();
        new(size * cos, size * sin)
    })
}

pub(super) fn log(z: Parts) -> Result {
    if z.re == 0.0 && z.im == 0.0 { Err(Failure::Domain) } else { Ok(logarithm(z)) }
}

/// −∞ for zero.
fn logarithm(z: Parts) -> Parts {
    if !is_finite(z) {
        return table(&special::LOG, z);
    }
    let (x, y) = (z.re.abs(), z.im.abs());
    let re = if is_large(z) {
        (x / 2.0).hypot(y / 2.0).ln() + LN_2
    } else if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        if x > 0.0 || y > 0.0 {
            // The absolute value would have too few digits.
            const UP: f64 = (1_u64 << 53) as f64;
            (x * UP).hypot(y * UP).ln() - 53.0 * LN_2
        } else {
            f64::NEG_INFINITY
        }
    } else {
        let size = x.hypot(y);
        if (0.71..=1.73).contains(&size) {
            let (large, small) = if x > y { (x, y) } else { (y, x) };
            log1p((large - 1.0) * (large + 1.0) + small * small) / 2.0
        } else {
            size.ln()
        }
    };
    new(re, z.im.atan2(z.re))
}

/// The logarithm to a base. That of the number may be infinite, that of the base neither infinite, for zero, nor zero.
pub(super) fn log_to(z: Parts, base: Parts) -> Result {
    let (z, divisor) = (logarithm(z), log(base)?);
    let (re, im) = (divisor.re.abs(), divisor.im.abs());
    // Smith's algorithm (CACM 116).
    Ok(if re >= im {
        if re == 0.0 {
            return Err(Failure::Domain);
        }
        let ratio = divisor.im / divisor.re;
        let whole = divisor.re + divisor.im * ratio;
        new((z.re + z.im * ratio) / whole, (z.im - z.re * ratio) / whole)
    } else if im >= re {
        let ratio = divisor.re / divisor.im;
        let whole = divisor.re * ratio + divisor.im;
        new((z.re * ratio + z.im) / whole, (z.im * ratio - z.re) / whole)
    } else {
        new(f64::NAN, f64::NAN)
    })
}

pub(super) fn log10(z: Parts) -> Result {
    log(z).map(|z| new(z.re / LN_10, z.im / LN_10))
}

/// The angle.
pub(super) fn phase(z: Parts) -> f64 {
    if z.re.is_nan() || z.im.is_nan() {
        return f64::NAN;
    }
    let is_right = z.re.is_sign_positive();
    let angle = if z.im.is_infinite() {
        match (z.re.is_infinite(), is_right) {
            (true, true) => FRAC_PI_4,
            (true, false) => 0.75 * PI,
            _ => FRAC_PI_2,
        }
    } else if z.re.is_infinite() || z.im == 0.0 {
        if is_right { 0.0 } else { PI }
    } else {
        return z.im.atan2(z.re);
    };
    angle.copysign(z.im)
}

/// The absolute value.
pub(super) fn magnitude(z: Parts) -> std::result::Result<f64, Failure> {
    let size = z.re.hypot(z.im);
    if size.is_infinite() && is_finite(z) { Err(Failure::Range) } else { Ok(size) }
}

/// From an absolute value and an angle.
pub(super) fn rect(r: f64, phi: f64) -> Result {
    if r.is_finite() && phi.is_finite() {
        return Ok(if phi == 0.0 { new(r, r * phi) } else { new(r * phi.cos(), r * phi.sin()) });
    }
    if phi.is_infinite() && r != 0.0 && !r.is_nan() {
        return Err(Failure::Domain);
    }
    if !is_ray(new(r, phi)) {
        return Ok(special::look_up(&special::RECT, r, phi));
    }
    let z = new(f64::INFINITY.copysign(phi.cos()), f64::INFINITY.copysign(phi.sin()));
    Ok(if r > 0.0 { z } else { negated(z) })
}
