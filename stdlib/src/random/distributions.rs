//! Real-valued distributions, by the methods that CPython's `random` uses.

use std::f64::consts::{E, PI, TAU};

use quicken_vm::args::Parameters;
use quicken_vm::objects::float::floor_mod;
use quicken_vm::slots::BinaryOp;
use quicken_vm::{Args, PyResult, Value, Vm};

use super::{draw, with};

/// Two parameters, as floats; those not given are the defaults.
fn two(
    vm: &mut Vm,
    function: &str,
    args: Args<'_>,
    names: [&'static str; 2],
    defaults: Option<[f64; 2]>,
) -> PyResult<(f64, f64)> {
    let required = if defaults.is_some() { 0 } else { 2 };
    let parameters = Parameters { names, positional_only: 0, max_positional: 2, required };
    let values = args.bind(vm, function, &parameters)?;
    let mut floats = defaults.unwrap_or([0.0; 2]);
    for (float, value) in floats.iter_mut().zip(values) {
        if !value.is_null() {
            *float = vm.to_f64(value)?;
        }
    }
    Ok((floats[0], floats[1]))
}

/// One parameter.
fn one(vm: &mut Vm, function: &str, args: Args<'_>, name: &'static str) -> PyResult<f64> {
    let parameters = Parameters { names: [name], positional_only: 0, max_positional: 1, required: 1 };
    let [value] = args.bind(vm, function, &parameters)?;
    vm.to_f64(value)
}

/// `uniform(a, b)`.
pub(super) fn uniform(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let parameters = Parameters { names: ["a", "b"], positional_only: 0, max_positional: 2, required: 2 };
    let [a, b] = args.bind(vm, "uniform", &parameters)?;
    if let (Some(low), Some(high)) = (a.as_inline_float(), b.as_inline_float()) {
        let u = draw(vm, receiver)?;
        return Ok(vm.float(low + (high - low) * u));
    }
    let width = vm.binary_op(BinaryOp::Subtract, b, a)?;
    let u = draw(vm, receiver)?;
    let u = vm.float(u);
    let part = vm.binary_op(BinaryOp::Multiply, width, u)?;
    vm.binary_op(BinaryOp::Add, a, part)
}

/// `triangular(low=0.0, high=1.0, mode=None)`.
pub(super) fn triangular(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let parameters = Parameters { names: ["low", "high", "mode"], positional_only: 0, max_positional: 3, required: 0 };
    let [low_value, high, mode] = args.bind(vm, "triangular", &parameters)?;
    let mut low = if low_value.is_null() { 0.0 } else { vm.to_f64(low_value)? };
    let mut high = if high.is_null() { 1.0 } else { vm.to_f64(high)? };
    let mut u = draw(vm, receiver)?;
    let mut c = if mode.is_null() || mode.is_none() {
        0.5
    } else {
        let mode = vm.to_f64(mode)?;
        if high == low {
            return Ok(low_value);
        }
        (mode - low) / (high - low)
    };
    if u > c {
        (u, c) = (1.0 - u, 1.0 - c);
        std::mem::swap(&mut low, &mut high);
    }
    Ok(vm.float(low + (high - low) * (u * c).sqrt()))
}

/// `gauss(mu=0.0, sigma=1.0)`.
pub(super) fn gauss(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let (mu, sigma) = two(vm, "gauss", args, ["mu", "sigma"], Some([0.0, 1.0]))?;
    let z = match with(vm, receiver, |g| g.gauss_next.take())? {
        Some(z) => z,
        None => {
            let angle = draw(vm, receiver)? * TAU;
            let radius = (-2.0 * (1.0 - draw(vm, receiver)?).ln()).sqrt();
            with(vm, receiver, |g| g.gauss_next = Some(angle.sin() * radius))?;
            angle.cos() * radius
        }
    };
    Ok(vm.float(mu + z * sigma))
}

fn normal(vm: &mut Vm, receiver: Value, mu: f64, sigma: f64) -> PyResult<f64> {
    // Kinderman and Monahan 1977: a ratio of uniform numbers.
    let magic = 4.0 * (-0.5f64).exp() / 2f64.sqrt();
    loop {
        let u1 = draw(vm, receiver)?;
        let u2 = 1.0 - draw(vm, receiver)?;
        let z = magic * (u1 - 0.5) / u2;
        if z * z / 4.0 <= -u2.ln() {
            return Ok(mu + z * sigma);
        }
    }
}

/// `normalvariate(mu=0.0, sigma=1.0)`.
pub(super) fn normalvariate(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let (mu, sigma) = two(vm, "normalvariate", args, ["mu", "sigma"], Some([0.0, 1.0]))?;
    let result = normal(vm, receiver, mu, sigma)?;
    Ok(vm.float(result))
}

/// `lognormvariate(mu, sigma)`.
pub(super) fn lognormvariate(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let (mu, sigma) = two(vm, "lognormvariate", args, ["mu", "sigma"], None)?;
    let result = normal(vm, receiver, mu, sigma)?.exp();
    if result.is_infinite() {
        return Err(vm.overflow_error("math range error"));
    }
    Ok(vm.float(result))
}

/// `expovariate(lambd)`.
pub(super) fn expovariate(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let lambda = one(vm, "expovariate", args, "lambd")?;
    let u = draw(vm, receiver)?;
    if lambda == 0.0 {
        return Err(vm.zero_division("float division by zero"));
    }
    Ok(vm.float(-(1.0 - u).ln() / lambda))
}

/// `vonmisesvariate(mu, kappa)`.
pub(super) fn vonmisesvariate(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let (mu, kappa) = two(vm, "vonmisesvariate", args, ["mu", "kappa"], None)?;
    if kappa <= 1e-6 {
        let u = draw(vm, receiver)?;
        return Ok(vm.float(TAU * u));
    }
    let s = 0.5 / kappa;
    let r = s + (1.0 + s * s).sqrt();
    let z = loop {
        let z = (PI * draw(vm, receiver)?).cos();
        let d = z / (r + z);
        let u = draw(vm, receiver)?;
        if u < 1.0 - d * d || u <= (1.0 - d) * d.exp() {
            break z;
        }
    };
    let q = 1.0 / r;
    let f = (q + z) / (1.0 + q * z);
    let angle = if draw(vm, receiver)? > 0.5 { mu + f.acos() } else { mu - f.acos() };
    Ok(vm.float(floor_mod(angle, TAU)))
}

fn gamma(vm: &mut Vm, receiver: Value, alpha: f64, beta: f64) -> PyResult<f64> {
    if alpha <= 0.0 || beta <= 0.0 {
        return Err(vm.value_error("gammavariate: alpha and beta must be > 0.0"));
    }
    if alpha > 1.0 {
        // Cheng 1977.
        let root = (2.0 * alpha - 1.0).sqrt();
        let (b, c) = (alpha - 4f64.ln(), alpha + root);
        let magic = 1.0 + 4.5f64.ln();
        loop {
            let u1 = draw(vm, receiver)?;
            if !(1e-7 < u1 && u1 < 0.9999999) {
                continue;
            }
            let u2 = 1.0 - draw(vm, receiver)?;
            let v = (u1 / (1.0 - u1)).ln() / root;
            let x = alpha * v.exp();
            let z = u1 * u1 * u2;
            let r = b + c * v - x;
            if r + magic - 4.5 * z >= 0.0 || r >= z.ln() {
                return Ok(x * beta);
            }
        }
    }
    if alpha == 1.0 {
        return Ok(-(1.0 - draw(vm, receiver)?).ln() * beta);
    }
    // Kennedy and Gentle 1980.
    loop {
        let u = draw(vm, receiver)?;
        let b = (E + alpha) / E;
        let p = b * u;
        let x = if p <= 1.0 { p.powf(1.0 / alpha) } else { -((b - p) / alpha).ln() };
        let u1 = draw(vm, receiver)?;
        if if p > 1.0 { u1 <= x.powf(alpha - 1.0) } else { u1 <= (-x).exp() } {
            return Ok(x * beta);
        }
    }
}

/// `gammavariate(alpha, beta)`.
pub(super) fn gammavariate(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let (alpha, beta) = two(vm, "gammavariate", args, ["alpha", "beta"], None)?;
    let result = gamma(vm, receiver, alpha, beta)?;
    Ok(vm.float(result))
}

/// `betavariate(alpha, beta)`.
pub(super) fn betavariate(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let (alpha, beta) = two(vm, "betavariate", args, ["alpha", "beta"], None)?;
    let y = gamma(vm, receiver, alpha, 1.0)?;
    let result = if y == 0.0 { 0.0 } else { y / (y + gamma(vm, receiver, beta, 1.0)?) };
    Ok(vm.float(result))
}

/// `paretovariate(alpha)`.
pub(super) fn paretovariate(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let alpha = one(vm, "paretovariate", args, "alpha")?;
    let u = 1.0 - draw(vm, receiver)?;
    if alpha == 0.0 {
        return Err(vm.zero_division("float division by zero"));
    }
    Ok(vm.float(u.powf(-1.0 / alpha)))
}

/// `weibullvariate(alpha, beta)`.
pub(super) fn weibullvariate(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let (alpha, beta) = two(vm, "weibullvariate", args, ["alpha", "beta"], None)?;
    let u = 1.0 - draw(vm, receiver)?;
    if beta == 0.0 {
        return Err(vm.zero_division("float division by zero"));
    }
    Ok(vm.float(alpha * (-u.ln()).powf(1.0 / beta)))
}
