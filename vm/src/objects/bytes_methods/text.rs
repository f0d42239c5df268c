//! Methods that take bytes for ASCII text: case, padding, and the questions `isalpha` and so on.

use super::arguments::{like, this, unchanged};
use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::objects::bytes::{ByteArray, Bytes};
use crate::objects::bytes_methods::arguments::content;
use crate::objects::bytes_methods::search::is_space;
use crate::objects::string::memory_error;
use crate::objects::string_methods::arguments::{c_int, size, type_or_none};
use crate::value::Value;

macro_rules! mappings {
    ($($name:ident = |$own:ident| $result:expr;)*) => {
        $(pub(super) fn $name(vm: &mut Vm, receiver: Value, _args: Args<'_>) -> PyResult {
            let $own = this(vm, receiver)?;
            let result: Vec<u8> = $result;
            Ok(like(vm, receiver, &result))
        })*
    };
}

mappings! {
    lower = |own| own.to_ascii_lowercase();
    upper = |own| own.to_ascii_uppercase();
    swapcase = |own| own.iter().map(|b| if b.is_ascii_lowercase() { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() }).collect();
    capitalize = |own| {
        let mut result = own.to_ascii_lowercase();
        if let Some(first) = result.first_mut() {
            first.make_ascii_uppercase();
        }
        result
    };
    title = |own| {
        let mut within_word = false;
        own.iter()
            .map(|b| {
                let mapped = if within_word { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
                within_word = b.is_ascii_alphabetic();
                mapped
            })
            .collect()
    };
}

macro_rules! predicates {
    ($($name:ident = |$own:ident| $test:expr;)*) => {
        $(pub(super) fn $name(vm: &mut Vm, receiver: Value, _args: Args<'_>) -> PyResult {
            let $own = this(vm, receiver)?;
            Ok(Value::bool($test))
        })*
    };
}

predicates! {
    isalnum = |own| !own.is_empty() && own.iter().all(u8::is_ascii_alphanumeric);
    isalpha = |own| !own.is_empty() && own.iter().all(u8::is_ascii_alphabetic);
    isdigit = |own| !own.is_empty() && own.iter().all(u8::is_ascii_digit);
    isspace = |own| !own.is_empty() && own.iter().all(|b| is_space(*b));
    isascii = |own| own.is_ascii();
    islower = |own| !own.iter().any(u8::is_ascii_uppercase) && own.iter().any(u8::is_ascii_lowercase);
    isupper = |own| !own.iter().any(u8::is_ascii_lowercase) && own.iter().any(u8::is_ascii_uppercase);
    istitle = |own| is_in_title_case(&own);
}

fn is_in_title_case(bytes: &[u8]) -> bool {
    let (mut within_word, mut any) = (false, false);
    for byte in bytes {
        if byte.is_ascii_uppercase() == within_word && byte.is_ascii_alphabetic() {
            return false;
        }
        within_word = byte.is_ascii_alphabetic();
        any |= within_word;
    }
    any
}

fn pad(vm: &mut Vm, receiver: Value, args: Args<'_>, name: &str, left: impl Fn(usize, usize) -> usize) -> PyResult {
    let args = args.between(vm, name, 1, 2)?;
    let width = size(vm, args[0])?.max(0) as usize;
    let fill = match args.get(1) {
        None => b' ',
        Some(fill) => match content(*fill).filter(|_| is_bytes(*fill)).as_deref() {
            Some([byte]) => *byte,
            _ => {
                let ty = type_or_none(vm, *fill);
                return Err(vm.type_error(format!("{name}() argument 2 must be a byte string of length 1, not {ty}")));
            }
        },
    };
    let own = this(vm, receiver)?;
    let missing = width.saturating_sub(own.len());
    if missing == 0 {
        return Ok(unchanged(vm, receiver, &own));
    }
    if !vm.heap.fits(width) {
        return Err(memory_error(vm));
    }
    let left = left(missing, width);
    let mut out = vec![fill; width];
    out[left..left + own.len()].copy_from_slice(&own);
    Ok(like(vm, receiver, &out))
}

pub(super) fn center(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    pad(vm, receiver, args, "center", |missing, width| missing / 2 + (missing & width & 1))
}

pub(super) fn ljust(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    pad(vm, receiver, args, "ljust", |_, _| 0)
}

pub(super) fn rjust(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    pad(vm, receiver, args, "rjust", |missing, _| missing)
}

pub(super) fn zfill(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let [width] = args.exactly(vm, "zfill")?;
    let width = size(vm, width)?.max(0) as usize;
    let own = this(vm, receiver)?;
    let missing = width.saturating_sub(own.len());
    if missing == 0 {
        return Ok(unchanged(vm, receiver, &own));
    }
    if !vm.heap.fits(width) {
        return Err(memory_error(vm));
    }
    let sign = usize::from(matches!(own.first(), Some(b'+' | b'-')));
    let mut out = own[..sign].to_vec();
    out.extend(std::iter::repeat_n(b'0', missing));
    out.extend_from_slice(&own[sign..]);
    Ok(like(vm, receiver, &out))
}

pub(super) fn expandtabs(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["tabsize"], positional_only: 0, max_positional: 1, required: 0 };
    let [tab_size] = args.bind(vm, "expandtabs", &PARAMETERS)?;
    let tab_size = if tab_size.is_null() { 8 } else { c_int(vm, tab_size)?.max(0) as usize };
    let own = this(vm, receiver)?;
    let tabs = own.iter().filter(|b| **b == b'\t').count();
    if !vm.heap.fits(tabs.saturating_mul(tab_size).saturating_add(own.len())) {
        return Err(vm.overflow_error("result too long"));
    }
    let mut out = Vec::with_capacity(own.len());
    let mut column = 0;
    for byte in own.iter() {
        match byte {
            b'\t' if tab_size == 0 => {}
            b'\t' => {
                let spaces = tab_size - column % tab_size;
                column += spaces;
                out.extend(std::iter::repeat_n(b' ', spaces));
            }
            _ => {
                column = if matches!(byte, b'\n' | b'\r') { 0 } else { column + 1 };
                out.push(*byte);
            }
        }
    }
    Ok(like(vm, receiver, &out))
}

/// Whether a value is a `bytes` or a `bytearray`: other bytes-like objects do not do.
fn is_bytes(value: Value) -> bool {
    value.cast::<Bytes>().is_some() || value.cast::<ByteArray>().is_some()
}
