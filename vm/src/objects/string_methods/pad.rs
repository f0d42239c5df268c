//! Padding: `center`, `ljust`, `rjust`, `zfill`, `expandtabs`.

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::string::{Str, StrBuilder, fits, memory_error};
use crate::objects::string_methods::arguments::{c_int, size, this};
use crate::value::Value;

/// The string with as many fill characters before and behind it.
fn pad(vm: &mut Vm, own: Gc<Str>, left: usize, right: usize, fill: u32) -> PyResult {
    if left == 0 && right == 0 {
        return Ok(vm.exact_str(own).into());
    }
    if !fits(vm, left.saturating_add(right).saturating_add(own.len()), own.kind()) {
        return Err(memory_error(vm));
    }
    let mut out = StrBuilder::with_capacity(left + own.len() + right);
    out.push_repeated(fill, left);
    out.push_string(own);
    out.push_repeated(fill, right);
    Ok(out.finish(vm).into())
}

/// The arguments of `center`, `ljust` and `rjust`: how many characters are missing, and the fill character.
fn pad_arguments(vm: &mut Vm, own: Gc<Str>, args: Args<'_>, name: &str) -> PyResult<(usize, usize, u32)> {
    let args = args.between(vm, name, 1, 2)?;
    let width = size(vm, args[0])?.max(0) as usize;
    let fill = match args.get(1) {
        None => u32::from(' '),
        Some(fill) => {
            let Some(fill) = fill.cast::<Str>() else {
                let ty = vm.type_name(*fill);
                return Err(vm.type_error(format!("The fill character must be a unicode character, not {ty}")));
            };
            if fill.len() != 1 {
                return Err(vm.type_error("The fill character must be exactly one character long"));
            }
            fill.char_at(0)
        }
    };
    Ok((width, width.saturating_sub(own.len()), fill))
}

pub(super) fn center(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let own = this(vm, receiver)?;
    let (width, missing, fill) = pad_arguments(vm, own, args, "center")?;
    let left = missing / 2 + (missing & width & 1);
    pad(vm, own, left, missing - left, fill)
}

pub(super) fn ljust(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let own = this(vm, receiver)?;
    let (_, missing, fill) = pad_arguments(vm, own, args, "ljust")?;
    pad(vm, own, 0, missing, fill)
}

pub(super) fn rjust(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let own = this(vm, receiver)?;
    let (_, missing, fill) = pad_arguments(vm, own, args, "rjust")?;
    pad(vm, own, missing, 0, fill)
}

pub(super) fn zfill(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let own = this(vm, receiver)?;
    let [width] = args.exactly(vm, "zfill")?;
    let missing = (size(vm, width)?.max(0) as usize).saturating_sub(own.len());
    let signed = !own.is_empty() && matches!(own.char_at(0), 0x2B | 0x2D);
    if missing == 0 || !signed {
        return pad(vm, own, missing, 0, u32::from('0'));
    }
    if !fits(vm, missing.saturating_add(own.len()), own.kind()) {
        return Err(memory_error(vm));
    }
    let mut out = StrBuilder::with_capacity(missing + own.len());
    out.push(own.char_at(0));
    out.push_repeated(u32::from('0'), missing);
    out.push_part(own, 1, own.len());
    Ok(out.finish(vm).into())
}

pub(super) fn expandtabs(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["tabsize"], positional_only: 0, max_positional: 1, required: 0 };
    let own = this(vm, receiver)?;
    let [tab_size] = args.bind(vm, "expandtabs", &PARAMETERS)?;
    let tab_size = if tab_size.is_null() { 8 } else { c_int(vm, tab_size)?.max(0) as usize };
    let tabs = own.code_points().filter(|c| *c == 9).count();
    if !fits(vm, tabs.saturating_mul(tab_size).saturating_add(own.len()), own.kind()) {
        return Err(vm.overflow_error("new string is too long"));
    }
    if tabs == 0 && vm.is_exact_str(own) {
        return Ok(receiver);
    }
    let mut out = StrBuilder::with_capacity(own.len());
    let mut column = 0;
    for c in own.code_points() {
        match c {
            9 => {
                if tab_size > 0 {
                    let spaces = tab_size - column % tab_size;
                    column += spaces;
                    out.push_repeated(u32::from(' '), spaces);
                }
            }
            _ => {
                column = if matches!(c, 0x0A | 0x0D) { 0 } else { column + 1 };
                out.push(c);
            }
        }
    }
    Ok(out.finish(vm).into())
}
