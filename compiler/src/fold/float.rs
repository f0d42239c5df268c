//! Arithmetic of floats and complex numbers as Python defines it (`floatobject.c`, `complexobject.c`). `None` where Python raises.

/// Floor division.
pub(super) fn floor_div(v: f64, w: f64) -> Option<f64> {
    if w == 0.0 {
        return None;
    }
    let remainder = v % w;
    let mut quotient = (v - remainder) / w;
    if remainder != 0.0 && (w < 0.0) != (remainder < 0.0) {
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return Some(0f64.copysign(v / w));
    }
    let floor = quotient.floor();
    Some(if quotient - floor > 0.5 { floor + 1.0 } else { floor })
}

/// The remainder with the sign of the divisor.
pub(super) fn modulo(v: f64, w: f64) -> Option<f64> {
    if w == 0.0 {
        return None;
    }
    let remainder = v % w;
    if remainder == 0.0 {
        return Some(0f64.copysign(w));
    }
    Some(if (w < 0.0) != (remainder < 0.0) { remainder + w } else { remainder })
}

/// What a power of floats is.
pub(super) enum Power {
    Real(f64),
    Complex(Complex),
}

/// A power; complex for a root of a negative number.
pub(super) fn power(base: f64, exponent: f64) -> Option<Power> {
    let real = |value: f64| Some(Power::Real(value));
    let odd = (exponent.abs() % 2.0) == 1.0;
    if exponent == 0.0 {
        return real(1.0);
    }
    if base.is_nan() {
        return real(base);
    }
    if exponent.is_nan() {
        return real(if base == 1.0 { 1.0 } else { exponent });
    }
    if exponent.is_infinite() {
        let base = base.abs();
        return real(if base == 1.0 {
            1.0
        } else if (exponent > 0.0) == (base > 1.0) {
            f64::INFINITY
        } else {
            0.0
        });
    }
    if base.is_infinite() {
        return real(match (exponent > 0.0, odd) {
            (true, true) => base,
            (true, false) => base.abs(),
            (false, true) => 0f64.copysign(base),
            (false, false) => 0.0,
        });
    }
    if base == 0.0 {
        if exponent < 0.0 {
            return None;
        }
        return real(if odd { base } else { 0.0 });
    }
    let mut negate = false;
    let mut magnitude = base;
    if base < 0.0 {
        if exponent != exponent.floor() {
            return complex_power(Complex { re: base, im: 0.0 }, Complex { re: exponent, im: 0.0 }).map(Power::Complex);
        }
        magnitude = -base;
        negate = odd;
    }
    let result = if magnitude == 1.0 { 1.0 } else { magnitude.powf(exponent) };
    if result.is_infinite() {
        return None;
    }
    real(if negate { -result } else { result })
}

/// A complex number.
#[derive(Clone, Copy)]
pub(super) struct Complex {
    pub(super) re: f64,
    pub(super) im: f64,
}

pub(super) fn complex_product(a: Complex, b: Complex) -> Complex {
    Complex { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re }
}

/// The quotient, by the larger part of the divisor so as not to overflow.
pub(super) fn complex_quotient(a: Complex, b: Complex) -> Option<Complex> {
    if b.re.abs() >= b.im.abs() {
        if b.re == 0.0 && b.im == 0.0 {
            return None;
        }
        let ratio = b.im / b.re;
        let denominator = b.re + b.im * ratio;
        Some(Complex { re: (a.re + a.im * ratio) / denominator, im: (a.im - a.re * ratio) / denominator })
    } else if b.im.abs() >= b.re.abs() {
        let ratio = b.re / b.im;
        let denominator = b.re * ratio + b.im;
        Some(Complex { re: (a.re * ratio + a.im) / denominator, im: (a.im * ratio - a.re) / denominator })
    } else {
        Some(Complex { re: f64::NAN, im: f64::NAN })
    }
}

/// A power, by repeated squaring for small whole exponents.
pub(super) fn complex_power(base: Complex, exponent: Complex) -> Option<Complex> {
    const ONE: Complex = Complex { re: 1.0, im: 0.0 };
    let result = if exponent.im == 0.0 && exponent.re == exponent.re.floor() && exponent.re.abs() <= 100.0 {
        let n = exponent.re as i32;
        let mut power = ONE;
        let mut square = base;
        let mut mask = 1;
        while mask <= n.abs() {
            if n.abs() & mask != 0 {
                power = complex_product(power, square);
            }
            mask <<= 1;
            square = complex_product(square, square);
        }
        if n > 0 { power } else { complex_quotient(ONE, power)? }
    } else if exponent.re == 0.0 && exponent.im == 0.0 {
        ONE
    } else if base.re == 0.0 && base.im == 0.0 {
        if exponent.im != 0.0 || exponent.re < 0.0 {
            return None;
        }
        Complex { re: 0.0, im: 0.0 }
    } else {
        let modulus = base.re.hypot(base.im);
        let mut length = modulus.powf(exponent.re);
        let angle = base.im.atan2(base.re);
        let mut phase = angle * exponent.re;
        if exponent.im != 0.0 {
            length /= (angle * exponent.im).exp();
            phase += exponent.im * modulus.ln();
        }
        Complex { re: length * phase.cos(), im: length * phase.sin() }
    };
    (!result.re.is_infinite() && !result.im.is_infinite()).then_some(result)
}
