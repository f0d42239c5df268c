//! Random integers in ranges, and random bytes.

use dashu_int::IBig;
use quicken_vm::args::Parameters;
use quicken_vm::object::Gc;
use quicken_vm::objects::int::View;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::UnaryOp;
use quicken_vm::{Args, PyResult, Raise, Value, Vm};

use super::{below, below_big};

/// An argument of `randrange`: an integer, or (deprecated) something equal to one.
fn integer(vm: &mut Vm, value: Value, what: &str) -> PyResult<View> {
    let ty: Gc<Type> = vm.type_of(value);
    if View::of(value).is_some() || ty.slots().unary[UnaryOp::Index as usize].is_some() {
        return vm.index_view(value);
    }
    let converted = vm.to_int(value)?;
    if !vm.equals(converted, value)? {
        return Err(vm.value_error(format!("non-integer {what} for randrange()")));
    }
    vm.index_view(converted)
}

fn empty(vm: &mut Vm) -> Raise {
    vm.value_error("empty range for randrange()")
}

/// `randrange(start, stop=None, step=1)`.
pub(super) fn randrange(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["start", "stop", "step"], positional_only: 0, max_positional: 3, required: 1 };
    let [start, stop, step] = args.bind(vm, "randrange", &PARAMETERS)?;
    let start = integer(vm, start, "arg 1")?;
    if stop.is_null() || stop.is_none() {
        if !step.is_null() && step.as_small_int() != Some(1) {
            return Err(vm.type_error("Missing a non-None stop argument"));
        }
        return match start {
            View::Small(n) if n > 0 => {
                let value = below(vm, receiver, n)?;
                Ok(vm.int(value))
            }
            View::Big(n) if !start.is_negative() => {
                let value = below_big(vm, receiver, &n.value)?;
                Ok(vm.int_from_big(value))
            }
            _ => Err(empty(vm)),
        };
    }
    let stop = integer(vm, stop, "stop")?;
    let step = if step.is_null() { View::Small(1) } else { integer(vm, step, "step")? };
    between(vm, receiver, start, stop, step)
}

fn between(vm: &mut Vm, receiver: Value, start: View, stop: View, step: View) -> PyResult {
    // Without overflow for all that fits 62 bits.
    if let (View::Small(low), View::Small(high), View::Small(1)) = (start, stop, step)
        && let Some(width) = high.checked_sub(low)
        && width > 0
    {
        let value = below(vm, receiver, width)?;
        return Ok(vm.int(low + value));
    }
    let (start, stop, step) = (start.to_big(), stop.to_big(), step.to_big());
    let width = &stop - &start;
    let zero = IBig::ZERO;
    if step == IBig::ONE {
        if width <= zero {
            return Err(vm.value_error(format!("empty range for randrange() ({start}, {stop}, {width})")));
        }
        let value = below_big(vm, receiver, &width)?;
        return Ok(vm.int_from_big(start + value));
    }
    if step.is_zero() {
        return Err(vm.value_error("zero step for randrange()"));
    }
    let one = if step > zero { IBig::ONE } else { IBig::NEG_ONE };
    // Both are of one sign where the range is not empty: truncation is floor division.
    let count = (width + &step - one) / &step;
    if count <= zero {
        return Err(empty(vm));
    }
    let value = below_big(vm, receiver, &count)?;
    Ok(vm.int_from_big(start + step * value))
}

/// `randint(a, b)`.
pub(super) fn randint(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["a", "b"], positional_only: 0, max_positional: 2, required: 2 };
    let [a, b] = args.bind(vm, "randint", &PARAMETERS)?;
    let start = integer(vm, a, "arg 1")?;
    let stop = match integer(vm, b, "stop")? {
        View::Small(b) if b < i64::MAX => View::Small(b + 1),
        b => {
            let above = vm.int_from_big(b.to_big() + IBig::ONE);
            vm.index_view(above)?
        }
    };
    between(vm, receiver, start, stop, View::Small(1))
}

/// `randbytes(n)`.
pub(super) fn randbytes(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let [n] = args.exactly(vm, "randbytes")?;
    let n = vm.index_i64(n)?;
    let bits = vm.int_from_i128(i128::from(n) * 8);
    let number = vm.call_method(receiver, "getrandbits", &[bits])?;
    let length = vm.int(n);
    let little = vm.new_str("little");
    vm.call_method(number, "to_bytes", &[length, little.into()])
}
