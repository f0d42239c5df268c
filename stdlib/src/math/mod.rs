//! `math`.

mod float;
mod integer;
mod special;

use quicken_vm::object::Gc;
use quicken_vm::objects::int::View;
use quicken_vm::objects::module::Module;
use quicken_vm::spec::{Convention, MethodSpec, ModuleSpec, method};
use quicken_vm::{Args, PyResult, Raise, Value, Vm};

use crate::{cmath, set_attribute};

/// `math`.
pub static MATH: ModuleSpec = ModuleSpec {
    name: "math",
    doc: Some("This module provides access to the mathematical functions\ndefined by the C standard."),
    functions: FUNCTIONS,
    init: Some(init),
};

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    for (name, value) in [
        ("pi", std::f64::consts::PI),
        ("e", std::f64::consts::E),
        ("tau", std::f64::consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        let value = vm.float(value);
        set_attribute(vm, module, name, value);
    }
    Ok(())
}

/// How a function of one float that is not a number, or infinite, for a number is reported.
#[derive(Clone, Copy, PartialEq)]
enum Infinite {
    /// It stands for an overflow.
    Overflow,
    /// It stands for an argument outside the domain.
    Domain,
}

#[cold]
fn domain_error(vm: &mut Vm) -> Raise {
    vm.value_error("math domain error")
}

#[cold]
fn range_error(vm: &mut Vm) -> Raise {
    vm.overflow_error("math range error")
}

/// Applies a function of one float, with CPython's reading of what the C library answers.
#[inline]
fn one(vm: &mut Vm, name: &str, args: Args<'_>, function: impl Fn(f64) -> f64, infinite: Infinite) -> PyResult {
    let [x] = args.exactly(vm, name)?;
    let x = vm.to_f64(x)?;
    apply(vm, x, function, infinite)
}

#[inline]
fn apply(vm: &mut Vm, x: f64, function: impl Fn(f64) -> f64, infinite: Infinite) -> PyResult {
    let result = function(x);
    if !result.is_finite() {
        if result.is_nan() && !x.is_nan() {
            return Err(domain_error(vm));
        }
        if result.is_infinite() && x.is_finite() {
            return Err(if infinite == Infinite::Overflow { range_error(vm) } else { domain_error(vm) });
        }
    }
    Ok(vm.float(result))
}

macro_rules! functions_of_one {
    ($($name:ident, $function:expr, $infinite:ident;)*) => {
        $(fn $name(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
            one(vm, stringify!($name), args, $function, Infinite::$infinite)
        })*
    };
}

functions_of_one! {
    acos, f64::acos, Domain;
    acosh, |x| cmath::acosh(x), Domain;
    asin, f64::asin, Domain;
    asinh, |x| cmath::asinh(x), Domain;
    atan, f64::atan, Domain;
    atanh, |x| cmath::atanh(x), Domain;
    cbrt, cmath::cbrt, Domain;
    cos, f64::cos, Domain;
    cosh, f64::cosh, Overflow;
    erf, |x| cmath::erf(x), Domain;
    erfc, |x| cmath::erfc(x), Domain;
    exp, f64::exp, Overflow;
    exp2, f64::exp2, Overflow;
    expm1, f64::exp_m1, Overflow;
    fabs, f64::abs, Domain;
    log1p, log1p_of, Domain;
    sin, f64::sin, Domain;
    sinh, f64::sinh, Overflow;
    sqrt, f64::sqrt, Domain;
    tan, f64::tan, Domain;
    tanh, f64::tanh, Domain;
    degrees, |x| x * (180.0 / std::f64::consts::PI), Overflow;
    radians, |x| x * (std::f64::consts::PI / 180.0), Overflow;
}

/// The sign of a zero is kept whatever the C library does.
fn log1p_of(x: f64) -> f64 {
    if x == 0.0 { x } else { x.ln_1p() }
}

/// Two floats.
fn two(vm: &mut Vm, name: &str, args: Args<'_>) -> PyResult<(f64, f64)> {
    let [x, y] = args.exactly(vm, name)?;
    Ok((vm.to_f64(x)?, vm.to_f64(y)?))
}

/// A function of two floats.
fn apply_two(vm: &mut Vm, x: f64, y: f64, result: f64) -> PyResult {
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error(vm));
    }
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(range_error(vm));
    }
    Ok(vm.float(result))
}

fn atan2(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let (y, x) = two(vm, "atan2", args)?;
    apply_two(vm, y, x, y.atan2(x))
}

fn copysign(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let (x, y) = two(vm, "copysign", args)?;
    apply_two(vm, x, y, x.copysign(y))
}

fn remainder(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let (x, y) = two(vm, "remainder", args)?;
    apply_two(vm, x, y, special::remainder(x, y))
}

fn gamma(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let [x] = args.exactly(vm, "gamma")?;
    let x = vm.to_f64(x)?;
    match special::gamma(x) {
        Ok(result) => Ok(vm.float(result)),
        Err(special::Failure::Domain) => Err(domain_error(vm)),
        Err(special::Failure::Range) => Err(range_error(vm)),
    }
}

fn lgamma(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let [x] = args.exactly(vm, "lgamma")?;
    let x = vm.to_f64(x)?;
    match special::log_gamma(x) {
        Ok(result) => Ok(vm.float(result)),
        Err(special::Failure::Domain) => Err(domain_error(vm)),
        Err(special::Failure::Range) => Err(range_error(vm)),
    }
}

/// A logarithm, also of integers that no float can hold.
fn logarithm(vm: &mut Vm, value: Value, function: fn(f64) -> f64) -> PyResult<f64> {
    if let Some(view) = View::of(value) {
        if view.is_negative() || view.is_zero() {
            return Err(domain_error(vm));
        }
        let float = view.to_f64();
        if float.is_finite() {
            return Ok(function(float));
        }
        // The highest bits as a fraction, the rest as an exponent of two.
        let bits = integer::bit_length(view);
        let fraction = integer::leading_fraction(view);
        return Ok(function(fraction) + function(2.0) * bits as f64);
    }
    let x = vm.to_f64(value)?;
    let result = if x.is_finite() && x <= 0.0 { f64::NAN } else { function(x) };
    if result.is_nan() && !x.is_nan() {
        return Err(domain_error(vm));
    }
    Ok(result)
}

fn log(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    args.no_keywords(vm, "math.log")?;
    let (x, base) = match *args.positionals() {
        [x] => (x, None),
        [x, base] => (x, Some(base)),
        _ => return Err(vm.type_error("math.log requires 1 to 2 arguments")),
    };
    let numerator = logarithm(vm, x, f64::ln)?;
    let Some(base) = base else { return Ok(vm.float(numerator)) };
    let denominator = logarithm(vm, base, f64::ln)?;
    if denominator == 0.0 {
        return Err(vm.zero_division("float division by zero"));
    }
    Ok(vm.float(numerator / denominator))
}

fn log2(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let [x] = args.exactly(vm, "log2")?;
    let result = logarithm(vm, x, f64::log2)?;
    Ok(vm.float(result))
}

fn log10(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let [x] = args.exactly(vm, "log10")?;
    let result = logarithm(vm, x, f64::log10)?;
    Ok(vm.float(result))
}

const FUNCTIONS: &[MethodSpec] = &[
    method("acos", acos, Convention::O),
    method("acosh", acosh, Convention::O),
    method("asin", asin, Convention::O),
    method("asinh", asinh, Convention::O),
    method("atan", atan, Convention::O),
    method("atan2", atan2, Convention::Fast),
    method("atanh", atanh, Convention::O),
    method("cbrt", cbrt, Convention::O),
    method("ceil", float::ceil, Convention::O),
    method("copysign", copysign, Convention::Fast),
    method("cos", cos, Convention::O),
    method("cosh", cosh, Convention::O),
    method("degrees", degrees, Convention::O),
    method("dist", float::dist, Convention::Fast),
    method("erf", erf, Convention::O),
    method("erfc", erfc, Convention::O),
    method("exp", exp, Convention::O),
    method("exp2", exp2, Convention::O),
    method("expm1", expm1, Convention::O),
    method("fabs", fabs, Convention::O),
    method("factorial", integer::factorial, Convention::O),
    method("floor", float::floor, Convention::O),
    method("fmod", float::fmod, Convention::Fast),
    method("frexp", float::frexp, Convention::O),
    method("fsum", float::fsum, Convention::O),
    method("gamma", gamma, Convention::O),
    method("gcd", integer::gcd, Convention::Fast),
    method("hypot", float::hypot, Convention::Fast),
    method("isclose", float::isclose, Convention::FastKeywords),
    method("isfinite", float::isfinite, Convention::O),
    method("isinf", float::isinf, Convention::O),
    method("isnan", float::isnan, Convention::O),
    method("isqrt", integer::isqrt, Convention::O),
    method("lcm", integer::lcm, Convention::Fast),
    method("ldexp", float::ldexp, Convention::Fast),
    method("lgamma", lgamma, Convention::O),
    method("log", log, Convention::Varargs),
    method("log1p", log1p, Convention::O),
    method("log10", log10, Convention::O),
    method("log2", log2, Convention::O),
    method("modf", float::modf, Convention::O),
    method("pow", float::pow, Convention::Fast),
    method("radians", radians, Convention::O),
    method("remainder", remainder, Convention::Fast),
    method("sin", sin, Convention::O),
    method("sinh", sinh, Convention::O),
    method("sqrt", sqrt, Convention::O),
    method("tan", tan, Convention::O),
    method("tanh", tanh, Convention::O),
    method("trunc", float::trunc, Convention::O),
    method("prod", integer::prod, Convention::FastKeywords),
    method("perm", integer::perm, Convention::Fast),
    method("comb", integer::comb, Convention::Fast),
    method("nextafter", float::nextafter, Convention::Fast),
    method("ulp", float::ulp, Convention::O),
];
