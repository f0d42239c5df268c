//! `cmath`.

mod functions;
mod special;

use quicken_vm::args::Parameters;
use quicken_vm::object::Gc;
use quicken_vm::objects::complex::{Complex, Parts};
use quicken_vm::objects::module::Module;
use quicken_vm::spec::Convention::{Fast, FastKeywords, O};
use quicken_vm::spec::{MethodSpec, ModuleSpec, method};
use quicken_vm::{Args, PyResult, Raise, Value, Vm};

use self::functions::Failure;
use crate::set_attribute;

/// `cmath`.
pub static CMATH: ModuleSpec = ModuleSpec {
    name: "cmath",
    doc: Some("This module provides access to mathematical functions for complex\nnumbers."),
    functions: FUNCTIONS,
    init: Some(init),
};

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let floats = [
        ("pi", std::f64::consts::PI),
        ("e", std::f64::consts::E),
        ("tau", std::f64::consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ];
    for (name, value) in floats {
        let value = vm.float(value);
        set_attribute(vm, module, name, value);
    }
    for (name, im) in [("infj", f64::INFINITY), ("nanj", f64::NAN)] {
        let value = vm.complex(0.0, im);
        set_attribute(vm, module, name, value);
    }
    Ok(())
}

macro_rules! functions {
    ($($name:ident),*) => {
        $(fn $name(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
            let [z] = args.exactly(vm, stringify!($name))?;
            let z = argument(vm, z)?;
            complex(vm, functions::$name(z))
        })*
    };
}

functions! { acos, acosh, asin, asinh, atan, atanh, cos, cosh, exp, log10, sin, sinh, sqrt, tan, tanh }

const FUNCTIONS: &[MethodSpec] = &[
    method("acos", acos, O),
    method("acosh", acosh, O),
    method("asin", asin, O),
    method("asinh", asinh, O),
    method("atan", atan, O),
    method("atanh", atanh, O),
    method("cos", cos, O),
    method("cosh", cosh, O),
    method("exp", exp, O),
    method("isclose", isclose, FastKeywords),
    method("isfinite", isfinite, O),
    method("isinf", isinf, O),
    method("isnan", isnan, O),
    method("log", log, Fast),
    method("log10", log10, O),
    method("phase", phase, O),
    method("polar", polar, O),
    method("rect", rect, Fast),
    method("sin", sin, O),
    method("sinh", sinh, O),
    method("sqrt", sqrt, O),
    method("tan", tan, O),
    method("tanh", tanh, O),
];

#[cold]
fn failure(vm: &mut Vm, failure: Failure) -> Raise {
    match failure {
        Failure::Domain => vm.value_error("math domain error"),
        Failure::Range => vm.overflow_error("math range error"),
    }
}

fn complex(vm: &mut Vm, result: Result<Parts, Failure>) -> PyResult {
    match result {
        Ok(Parts { re, im }) => Ok(vm.complex(re, im)),
        Err(reason) => Err(failure(vm, reason)),
    }
}

/// The complex number that an argument stands for: its own, that of its `__complex__`, or a real one.
fn argument(vm: &mut Vm, value: Value) -> PyResult<Parts> {
    if let Some(complex) = value.cast::<Complex>() {
        return Ok(complex.value);
    }
    if let Some(re) = value.as_float() {
        return Ok(Parts { re, im: 0.0 });
    }
    let name = vm.intern("__complex__");
    if let Some(result) = vm.call_special(value, name, &[])? {
        // `complex` says what is wrong with other results.
        let class = vm.types.complex;
        let number = match result.cast::<Complex>() {
            Some(_) => result,
            None => vm.call_values(class.into(), &[value])?,
        };
        if let Some(complex) = number.cast::<Complex>() {
            return Ok(complex.value);
        }
    }
    Ok(Parts { re: vm.to_f64(value)?, im: 0.0 })
}

fn only(vm: &mut Vm, name: &str, args: Args<'_>) -> PyResult<Parts> {
    let [z] = args.exactly(vm, name)?;
    argument(vm, z)
}

fn log(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "log", 1, 2)?;
    let z = argument(vm, values[0])?;
    let result = match values.get(1) {
        None => functions::log(z),
        Some(base) => {
            let base = argument(vm, *base)?;
            functions::log_to(z, base)
        }
    };
    complex(vm, result)
}

fn phase(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let z = only(vm, "phase", args)?;
    Ok(vm.float(functions::phase(z)))
}

fn polar(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let z = only(vm, "polar", args)?;
    match functions::magnitude(z) {
        Ok(r) => {
            let (r, phi) = (vm.float(r), vm.float(functions::phase(z)));
            Ok(vm.new_pair(r, phi).into())
        }
        Err(reason) => Err(failure(vm, reason)),
    }
}

fn rect(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [r, phi] = args.exactly(vm, "rect")?;
    let (r, phi) = (vm.to_f64(r)?, vm.to_f64(phi)?);
    complex(vm, functions::rect(r, phi))
}

fn isfinite(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let Parts { re, im } = only(vm, "isfinite", args)?;
    Ok(Value::bool(re.is_finite() && im.is_finite()))
}

fn isinf(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let Parts { re, im } = only(vm, "isinf", args)?;
    Ok(Value::bool(re.is_infinite() || im.is_infinite()))
}

fn isnan(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let Parts { re, im } = only(vm, "isnan", args)?;
    Ok(Value::bool(re.is_nan() || im.is_nan()))
}

fn isclose(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<4> =
        Parameters { names: ["a", "b", "rel_tol", "abs_tol"], positional_only: 0, max_positional: 2, required: 2 };
    let [a, b, relative, absolute] = args.bind(vm, "isclose", &PARAMETERS)?;
    let (a, b) = (argument(vm, a)?, argument(vm, b)?);
    let relative = if relative.is_null() { 1e-9 } else { vm.to_f64(relative)? };
    let absolute = if absolute.is_null() { 0.0 } else { vm.to_f64(absolute)? };
    if relative < 0.0 || absolute < 0.0 {
        return Err(vm.value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(Value::TRUE);
    }
    if [a.re, a.im, b.re, b.im].iter().any(|part| part.is_infinite()) {
        return Ok(Value::FALSE);
    }
    let size = |z: Parts| functions::magnitude(z).unwrap_or(f64::INFINITY);
    let difference = size(Parts { re: a.re - b.re, im: a.im - b.im });
    let close = difference <= relative * size(b) || difference <= relative * size(a) || difference <= absolute;
    Ok(Value::bool(close))
}
