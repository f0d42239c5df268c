//! The standard format specification: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.

use crate::Vm;
use crate::error::{PyResult, Raise};
use crate::object::Gc;
use crate::objects::string::{Str, StrBuilder};
use crate::objects::unicode;
use crate::value::Value;

/// A parsed format specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatSpec {
    /// The character that fills the width.
    pub fill: u32,
    /// `<`, `>`, `^` or `=`.
    pub align: u8,
    /// `+`, `-` or a space.
    pub sign: Option<u8>,
    /// Whether a negative zero loses its sign (`z`).
    pub no_negative_zero: bool,
    /// `#`.
    pub alternate: bool,
    /// The least width.
    pub width: Option<usize>,
    /// `,` or `_` between groups of digits.
    pub separator: Option<u8>,
    /// The precision.
    pub precision: Option<usize>,
    /// The presentation type, the default one when none is given (0 for none).
    pub ty: u32,
}

impl FormatSpec {
    /// Parses a specification for `object`, whose type the messages name.
    ///
    /// # Errors
    /// `ValueError`, in CPython's words.
    pub fn parse(
        vm: &mut Vm,
        object: Value,
        text: Gc<Str>,
        default_type: u8,
        default_align: u8,
    ) -> PyResult<FormatSpec> {
        let mut spec = FormatSpec {
            fill: u32::from(' '),
            align: default_align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: None,
            separator: None,
            precision: None,
            ty: u32::from(default_type),
        };
        let len = text.len();
        let ascii = text.as_ascii().map(str::as_bytes);
        let at = |i: usize| match ascii {
            Some(bytes) => bytes.get(i).copied().map_or(0, u32::from),
            None if i < len => text.char_at(i),
            None => 0,
        };
        let is = |i: usize, c: u8| at(i) == u32::from(c);
        let is_align = |i: usize| matches!(at(i), 0x3C..=0x3E | 0x5E);
        let mut i = 0;
        let (mut fill_given, mut align_given) = (false, false);
        if is_align(1) {
            (spec.fill, spec.align) = (at(0), at(1) as u8);
            (fill_given, align_given) = (true, true);
            i = 2;
        } else if is_align(0) {
            spec.align = at(0) as u8;
            align_given = true;
            i = 1;
        }
        if is(i, b' ') || is(i, b'+') || is(i, b'-') {
            spec.sign = Some(at(i) as u8);
            i += 1;
        }
        if is(i, b'z') {
            spec.no_negative_zero = true;
            i += 1;
        }
        if is(i, b'#') {
            spec.alternate = true;
            i += 1;
        }
        if !fill_given && is(i, b'0') {
            spec.fill = u32::from('0');
            if !align_given && default_align == b'>' {
                spec.align = b'=';
            }
            i += 1;
        }
        spec.width = integer(vm, text, &mut i)?;
        let both = "Cannot specify both ',' and '_'.";
        if is(i, b',') {
            spec.separator = Some(b',');
            i += 1;
        }
        if is(i, b'_') {
            if spec.separator.is_some() {
                return Err(vm.value_error(both));
            }
            spec.separator = Some(b'_');
            i += 1;
        }
        if is(i, b',') && spec.separator == Some(b'_') {
            return Err(vm.value_error(both));
        }
        if is(i, b'.') {
            i += 1;
            spec.precision = integer(vm, text, &mut i)?;
            if spec.precision.is_none() {
                return Err(vm.value_error("Format specifier missing precision"));
            }
        }
        if len > i + 1 {
            // The specifier is shown as it is, surrogates included.
            let mut message = StrBuilder::new();
            message.push_str("Invalid format specifier '");
            message.push_string(text);
            message.push_str(&format!("' for object of type '{}'", vm.type_name(object)));
            let (ty, message) = (vm.exc.ValueError, message.finish(vm));
            return Err(vm.raise_with(ty, &[message.into()]));
        }
        if len == i + 1 {
            spec.ty = at(i);
        }
        if let Some(separator) = spec.separator {
            let allowed = match u8::try_from(spec.ty) {
                Ok(b'd' | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F' | 0) => true,
                Ok(b'b' | b'o' | b'x' | b'X') => separator == b'_',
                _ => false,
            };
            if !allowed {
                let (separator, ty) = (char::from(separator), spec.ty);
                return Err(vm.value_error(match u8::try_from(ty) {
                    Ok(c @ 33..=127) => format!("Cannot specify '{separator}' with '{}'.", char::from(c)),
                    _ => format!("Cannot specify '{separator}' with '\\x{ty:x}'."),
                }));
            }
        }
        Ok(spec)
    }

    /// The number of fill characters before and behind `len` characters of text.
    pub fn padding(&self, len: usize) -> (usize, usize) {
        let missing = self.width.unwrap_or(0).saturating_sub(len);
        let left = match self.align {
            b'>' => missing,
            b'^' => missing / 2,
            _ => 0,
        };
        (left, missing - left)
    }

    /// The error for a presentation type that the object's type does not have.
    pub fn unknown_type(&self, vm: &mut Vm, object: Value) -> Raise {
        let ty = vm.type_name(object);
        vm.value_error(match u8::try_from(self.ty) {
            Ok(c @ 33..=127) => format!("Unknown format code '{}' for object of type '{ty}'", char::from(c)),
            _ => format!("Unknown format code '\\x{:x}' for object of type '{ty}'", self.ty),
        })
    }
}

/// The decimal number at `i`, which moves behind it.
pub(super) fn integer(vm: &mut Vm, text: Gc<Str>, i: &mut usize) -> PyResult<Option<usize>> {
    let mut number: Option<i64> = None;
    while *i < text.len()
        && let Some(digit) = unicode::decimal_value(text.char_at(*i))
    {
        let next = number.unwrap_or(0).checked_mul(10).and_then(|n| n.checked_add(i64::from(digit)));
        if next.is_none() {
            return Err(vm.value_error("Too many decimal digits in format string"));
        }
        number = next;
        *i += 1;
    }
    Ok(number.map(|n| n as usize))
}
