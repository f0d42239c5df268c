//! Reading the arguments of string and bytes methods, with CPython's messages.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::string::Str;
use crate::slots::UnaryOp;
use crate::value::Value;

/// The string that a method was called on.
pub(crate) fn this(vm: &mut Vm, receiver: Value) -> PyResult<Gc<Str>> {
    match receiver.cast::<Str>() {
        Some(string) => Ok(string),
        None => {
            let ty = vm.type_name(receiver);
            Err(vm.type_error(format!("descriptor requires a 'str' object but received a '{ty}'")))
        }
    }
}

/// A string, or "must be str, not TYPE" with `prefix` before it.
pub(crate) fn string(vm: &mut Vm, value: Value, prefix: &str) -> PyResult<Gc<Str>> {
    match value.cast::<Str>() {
        Some(string) => Ok(string),
        None => {
            // Argument Clinic's messages, which name the argument, call None by its name.
            let ty = if prefix.is_empty() { vm.type_name(value) } else { type_or_none(vm, value) };
            Err(vm.type_error(format!("{prefix}must be str, not {ty}")))
        }
    }
}

/// The type's name as Argument Clinic's messages have it: `None` stands for itself.
pub(crate) fn type_or_none(vm: &Vm, value: Value) -> String {
    if value.is_none() { "None".to_string() } else { vm.type_name(value) }
}

/// Between `min` and `max` positional arguments, refused in the words of `PyArg_ParseTuple` (`METH_VARARGS` functions).
pub(crate) fn parse_tuple<'a>(
    vm: &mut Vm,
    args: Args<'a>,
    name: &str,
    min: usize,
    max: usize,
) -> PyResult<&'a [Value]> {
    args.no_keywords(vm, name)?;
    let n = args.len();
    if n < min || n > max {
        let (word, limit) = match () {
            () if min == max => ("exactly", min),
            () if n < min => ("at least", min),
            () => ("at most", max),
        };
        let plural = if limit == 1 { "" } else { "s" };
        return Err(vm.type_error(format!("{name}() takes {word} {limit} argument{plural} ({n} given)")));
    }
    Ok(args.positionals())
}

/// An index that stands for a place in a sequence: any integer, clamped to 64 bits; `None` and `NULL` give the default.
pub(crate) fn slice_index(vm: &mut Vm, value: Value, default: i64) -> PyResult<i64> {
    if let Some(index) = value.as_small_int() {
        return Ok(index);
    }
    if value.is_null() || value.is_none() {
        return Ok(default);
    }
    if vm.type_of(value).slots().unary[UnaryOp::Index as usize].is_none() {
        return Err(vm.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    vm.index_clamped(value)
}

/// `start` and `end` as `find` and the like take them: negative ones count from the end, both are cut to the length. `None` when the
/// part they leave is less than empty.
pub(crate) fn bounds(vm: &mut Vm, args: &[Value], len: usize) -> PyResult<Option<(usize, usize)>> {
    let start = slice_index(vm, args.first().copied().unwrap_or(Value::NULL), 0)?;
    let end = slice_index(vm, args.get(1).copied().unwrap_or(Value::NULL), i64::MAX)?;
    let len = len as i64;
    let adjust = |index: i64| if index < 0 { index.saturating_add(len).max(0) } else { index };
    let (start, end) = (adjust(start), adjust(end).min(len));
    Ok(if start > end { None } else { Some((start as usize, end as usize)) })
}

/// A count or width (`Py_ssize_t`).
pub(crate) fn size(vm: &mut Vm, value: Value) -> PyResult<i64> {
    match value.as_small_int() {
        Some(size) => Ok(size),
        None => vm.index_c(value, "ssize_t"),
    }
}

/// A C `int`.
pub(crate) fn c_int(vm: &mut Vm, value: Value) -> PyResult<i32> {
    let wide = vm.index_c(value, "int")?;
    i32::try_from(wide).map_err(|_| vm.overflow_error("Python int too large to convert to C int"))
}
