//! Formatting: the mini-language of `format` and f-strings ([`spec`]), numbers and text under it, `str.format`
//! ([`template`]) and the `%` operator ([`percent`]). (CPython: `Python/formatter_unicode.c`, PEP 3101, PEP 378, PEP 515, PEP 682.)

mod number;
pub mod percent;
pub mod spec;
pub mod template;

pub use number::{format_complex, format_float, format_int, int_digits};
pub use spec::FormatSpec;

use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::string::{Str, StrBuilder, fits, memory_error};
use crate::value::Value;

/// `str.__format__`.
///
/// # Errors
/// `ValueError` when the spec is malformed or not one for strings.
pub fn format_str(vm: &mut Vm, text: Gc<Str>, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    if spec.is_empty() {
        return Ok(vm.exact_str(text));
    }
    let parsed = FormatSpec::parse(vm, text.into(), spec, b's', b'<')?;
    if parsed.ty != u32::from('s') {
        return Err(parsed.unknown_type(vm, text.into()));
    }
    let refused = match () {
        () if parsed.sign == Some(b' ') => "Space not allowed in string format specifier",
        () if parsed.sign.is_some() => "Sign not allowed in string format specifier",
        () if parsed.no_negative_zero => "Negative zero coercion (z) not allowed in string format specifier",
        () if parsed.alternate => "Alternate form (#) not allowed in string format specifier",
        () if parsed.align == b'=' => "'=' alignment not allowed in string format specifier",
        () => "",
    };
    if !refused.is_empty() {
        return Err(vm.value_error(refused));
    }
    let len = parsed.precision.map_or(text.len(), |precision| precision.min(text.len()));
    let width = parsed.width.unwrap_or(0);
    if len == text.len() && width <= len {
        return Ok(vm.exact_str(text));
    }
    if !fits(vm, width, text.kind()) {
        return Err(memory_error(vm));
    }
    let (left, right) = parsed.padding(len);
    let mut out = StrBuilder::with_capacity(left + len + right);
    out.push_repeated(parsed.fill, left);
    out.push_part(text, 0, len);
    out.push_repeated(parsed.fill, right);
    Ok(out.finish(vm))
}

/// The result for exact strings, integers and floats, whose `__format__` no program can change; `None` for other values.
///
/// # Errors
/// As the types' `__format__`.
#[inline]
pub fn format_exact(vm: &mut Vm, value: Value, spec: Gc<Str>) -> PyResult<Option<Gc<Str>>> {
    if value.is_small_int() || value.is_exact(vm.types.int) {
        format_int(vm, value, spec).map(Some)
    } else if let Some(float) = value.as_inline_float() {
        format_float(vm, value, float, spec).map(Some)
    } else if let Some(text) = value.cast::<Str>()
        && vm.is_exact_str(text)
    {
        format_str(vm, text, spec).map(Some)
    } else {
        Ok(None)
    }
}
