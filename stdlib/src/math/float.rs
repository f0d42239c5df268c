//! The functions of `math` that take floats apart, compare them, or take several.

use quicken_vm::args::Parameters;
use quicken_vm::objects::int::View;
use quicken_vm::{Args, PyResult, Value, Vm};

use super::special;
use super::{domain_error, range_error, two};

fn float_argument(vm: &mut Vm, name: &str, args: Args<'_>) -> PyResult<f64> {
    let [x] = args.exactly(vm, name)?;
    vm.to_f64(x)
}

/// Calls a special method, if the argument is no exact float and has it.
fn special_method(vm: &mut Vm, value: Value, name: &'static str) -> PyResult<Option<Value>> {
    if value.is_inline_float() || value.is_exact(vm.types.float) {
        return Ok(None);
    }
    if value.is_small_int() {
        return Ok(Some(value));
    }
    let name = vm.intern(name);
    vm.call_special(value, name, &[])
}

pub(super) fn ceil(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let [x] = args.exactly(vm, "ceil")?;
    match special_method(vm, x, "__ceil__")? {
        Some(result) => Ok(result),
        None => {
            let x = vm.to_f64(x)?;
            vm.int_from_f64(x.ceil())
        }
    }
}

pub(super) fn floor(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let [x] = args.exactly(vm, "floor")?;
    match special_method(vm, x, "__floor__")? {
        Some(result) => Ok(result),
        None => {
            let x = vm.to_f64(x)?;
            vm.int_from_f64(x.floor())
        }
    }
}

pub(super) fn trunc(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let [x] = args.exactly(vm, "trunc")?;
    if let Some(result) = special_method(vm, x, "__trunc__")? {
        return Ok(result);
    }
    if let Some(float) = x.as_float() {
        return vm.int_from_f64(float);
    }
    let name = vm.type_name(x);
    Err(vm.type_error(format!("type {name} doesn't define __trunc__ method")))
}

pub(super) fn isfinite(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    Ok(Value::bool(float_argument(vm, "isfinite", args)?.is_finite()))
}

pub(super) fn isinf(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    Ok(Value::bool(float_argument(vm, "isinf", args)?.is_infinite()))
}

pub(super) fn isnan(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    Ok(Value::bool(float_argument(vm, "isnan", args)?.is_nan()))
}

pub(super) fn isclose(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<4> =
        Parameters { names: ["a", "b", "rel_tol", "abs_tol"], positional_only: 0, max_positional: 2, required: 2 };
    let [a, b, relative, absolute] = args.bind(vm, "isclose", &PARAMETERS)?;
    let (a, b) = (vm.to_f64(a)?, vm.to_f64(b)?);
    let relative = if relative.is_null() { 1e-9 } else { vm.to_f64(relative)? };
    let absolute = if absolute.is_null() { 0.0 } else { vm.to_f64(absolute)? };
    if relative < 0.0 || absolute < 0.0 {
        return Err(vm.value_error("tolerances must be non-negative"));
    }
    // Equal infinities are close; infinities are close to nothing else, though the relative tolerance would allow it.
    let close = a == b || {
        let difference = (b - a).abs();
        !a.is_infinite()
            && !b.is_infinite()
            && (difference <= (relative * b).abs() || difference <= (relative * a).abs() || difference <= absolute)
    };
    Ok(Value::bool(close))
}

pub(super) fn frexp(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let x = float_argument(vm, "frexp", args)?;
    let (fraction, exponent) = special::frexp(x);
    let fraction = vm.float(fraction);
    Ok(vm.new_tuple(&[fraction, Value::small_int(i64::from(exponent))]).into())
}

pub(super) fn ldexp(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let [x, exponent] = args.exactly(vm, "ldexp")?;
    let x = vm.to_f64(x)?;
    let exponent = match View::of(exponent) {
        Some(View::Small(exponent)) => exponent,
        Some(big) => {
            if big.is_negative() {
                i64::MIN
            } else {
                i64::MAX
            }
        }
        None => return Err(vm.type_error("Expected an int as second argument to ldexp.")),
    };
    let result = special::ldexp(x, exponent);
    if result.is_infinite() && x.is_finite() {
        return Err(range_error(vm));
    }
    Ok(vm.float(result))
}

pub(super) fn modf(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let x = float_argument(vm, "modf", args)?;
    let (fraction, whole) = if x.is_infinite() {
        (0f64.copysign(x), x)
    } else if x.is_nan() {
        (x, x)
    } else {
        ((x - x.trunc()).copysign(x), x.trunc())
    };
    let (fraction, whole) = (vm.float(fraction), vm.float(whole));
    Ok(vm.new_tuple(&[fraction, whole]).into())
}

pub(super) fn fmod(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let (x, y) = two(vm, "fmod", args)?;
    let result = if y.is_infinite() && x.is_finite() { x } else { x % y };
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error(vm));
    }
    Ok(vm.float(result))
}

pub(super) fn pow(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let (x, y) = two(vm, "pow", args)?;
    // C99's special cases are what the library function answers as well, but for a NaN's payload.
    let result = x.powf(y);
    if !result.is_finite() && x.is_finite() && y.is_finite() {
        return Err(if result.is_nan() || x == 0.0 { domain_error(vm) } else { range_error(vm) });
    }
    Ok(vm.float(result))
}

pub(super) fn nextafter(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let (x, y) = two(vm, "nextafter", args)?;
    Ok(vm.float(special::next_after(x, y)))
}

pub(super) fn ulp(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let x = float_argument(vm, "ulp", args)?.abs();
    if !x.is_finite() {
        return Ok(vm.float(x));
    }
    let above = x.next_up();
    Ok(vm.float(if above.is_infinite() { x - x.next_down() } else { above - x }))
}

pub(super) fn hypot(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    args.no_keywords(vm, "math.hypot")?;
    let mut coordinates = Vec::with_capacity(args.len());
    for value in args.positionals() {
        coordinates.push(vm.to_f64(*value)?.abs());
    }
    Ok(vm.float(special::norm(&mut coordinates)))
}

pub(super) fn dist(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let [p, q] = args.exactly(vm, "dist")?;
    let (mut left, mut right) = (vm.heap.temp_vec(), vm.heap.temp_vec());
    vm.collect(p, &mut left)?;
    vm.collect(q, &mut right)?;
    if left.len() != right.len() {
        return Err(vm.value_error("both points must have the same number of dimensions"));
    }
    let mut differences = Vec::with_capacity(left.len());
    for i in 0..left.len() {
        let (p, q) = (vm.to_f64(left[i])?, vm.to_f64(right[i])?);
        differences.push((p - q).abs());
    }
    Ok(vm.float(special::norm(&mut differences)))
}

pub(super) fn fsum(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let [iterable] = args.exactly(vm, "fsum")?;
    let mut sum = special::ExactSum::default();
    let mut overflow = false;
    vm.for_each(iterable, |vm, item| {
        let x = vm.to_f64(item)?;
        if !sum.add(x) {
            overflow = true;
            return Err(vm.overflow_error("intermediate overflow in fsum"));
        }
        Ok(())
    })?;
    match sum.total() {
        Some(total) => Ok(vm.float(total)),
        None => Err(vm.value_error("-inf + inf in fsum")),
    }
}
