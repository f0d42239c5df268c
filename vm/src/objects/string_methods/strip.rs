//! Stripping: `strip`, `lstrip`, `rstrip`.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::objects::string::Str;
use crate::objects::string_methods::arguments::this;
use crate::objects::unicode;
use crate::value::Value;

fn strip_sides(vm: &mut Vm, receiver: Value, args: Args<'_>, name: &str, left: bool, right: bool) -> PyResult {
    let own = this(vm, receiver)?;
    let args = args.between(vm, name, 0, 1)?;
    let characters = match args.first() {
        Some(value) if !value.is_none() => match value.cast::<Str>() {
            Some(characters) => Some(characters),
            None => return Err(vm.type_error(format!("{name} arg must be None or str"))),
        },
        _ => None,
    };
    let strips = |c: u32| match &characters {
        Some(characters) => characters.code_points().any(|x| x == c),
        None => unicode::is_space(c),
    };
    let (mut start, mut end) = (0, own.len());
    if left {
        while start < end && strips(own.char_at(start)) {
            start += 1;
        }
    }
    if right {
        while end > start && strips(own.char_at(end - 1)) {
            end -= 1;
        }
    }
    Ok(vm.substring(own, start, end).into())
}

pub(super) fn strip(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    strip_sides(vm, receiver, args, "strip", true, true)
}

pub(super) fn lstrip(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    strip_sides(vm, receiver, args, "lstrip", true, false)
}

pub(super) fn rstrip(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    strip_sides(vm, receiver, args, "rstrip", false, true)
}
