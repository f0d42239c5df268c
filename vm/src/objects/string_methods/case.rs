//! Case: `lower`, `upper`, `title`, `capitalize`, `swapcase`, `casefold`.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::objects::string::{Str, StrBuilder};
use crate::objects::string_methods::arguments::this;
use crate::objects::unicode;
use crate::value::Value;

const CAPITAL_SIGMA: u32 = 0x3A3;

/// The lower case of the character at `index`: a capital sigma at the end of a word becomes the final one.
fn push_lower(string: &Str, index: usize, out: &mut StrBuilder) {
    let c = string.char_at(index);
    if c != CAPITAL_SIGMA {
        return unicode::to_lower(c, &mut |c| out.push(c));
    }
    let neighbour = |mut indices: std::ops::Range<usize>, back: bool| loop {
        let next = if back { indices.next_back() } else { indices.next() };
        match next.map(|i| string.char_at(i)) {
            Some(c) if unicode::is_case_ignorable(c) => {}
            Some(c) => break unicode::is_cased(c),
            None => break false,
        }
    };
    let is_final = neighbour(0..index, true) && !neighbour(index + 1..string.len(), false);
    out.push(if is_final { 0x3C2 } else { 0x3C3 });
}

pub(super) fn lower(vm: &mut Vm, receiver: Value, _args: Args<'_>) -> PyResult {
    let string = this(vm, receiver)?;
    if string.is_ascii() {
        return Ok(vm.map_ascii(string, |b| b.to_ascii_lowercase()).into());
    }
    let mut out = StrBuilder::with_capacity(string.len());
    (0..string.len()).for_each(|i| push_lower(&string, i, &mut out));
    Ok(out.finish(vm).into())
}

pub(super) fn upper(vm: &mut Vm, receiver: Value, _args: Args<'_>) -> PyResult {
    let string = this(vm, receiver)?;
    if string.is_ascii() {
        return Ok(vm.map_ascii(string, |b| b.to_ascii_uppercase()).into());
    }
    let mut out = StrBuilder::with_capacity(string.len());
    string.code_points().for_each(|c| unicode::to_upper(c, &mut |c| out.push(c)));
    Ok(out.finish(vm).into())
}

pub(super) fn casefold(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let string = this(vm, receiver)?;
    if string.is_ascii() {
        return lower(vm, receiver, args);
    }
    let mut out = StrBuilder::with_capacity(string.len());
    string.code_points().for_each(|c| unicode::to_folded(c, &mut |c| out.push(c)));
    Ok(out.finish(vm).into())
}

pub(super) fn capitalize(vm: &mut Vm, receiver: Value, _args: Args<'_>) -> PyResult {
    let string = this(vm, receiver)?;
    let mut out = StrBuilder::with_capacity(string.len());
    if !string.is_empty() {
        unicode::to_title(string.char_at(0), &mut |c| out.push(c));
    }
    (1..string.len()).for_each(|i| push_lower(&string, i, &mut out));
    Ok(out.finish(vm).into())
}

pub(super) fn swapcase(vm: &mut Vm, receiver: Value, _args: Args<'_>) -> PyResult {
    let string = this(vm, receiver)?;
    let mut out = StrBuilder::with_capacity(string.len());
    for (i, c) in string.code_points().enumerate() {
        if unicode::is_upper(c) {
            push_lower(&string, i, &mut out);
        } else if unicode::is_lower(c) {
            unicode::to_upper(c, &mut |c| out.push(c));
        } else {
            out.push(c);
        }
    }
    Ok(out.finish(vm).into())
}

pub(super) fn title(vm: &mut Vm, receiver: Value, _args: Args<'_>) -> PyResult {
    let string = this(vm, receiver)?;
    let mut out = StrBuilder::with_capacity(string.len());
    let mut within_word = false;
    for (i, c) in string.code_points().enumerate() {
        if within_word {
            push_lower(&string, i, &mut out);
        } else {
            unicode::to_title(c, &mut |c| out.push(c));
        }
        within_word = unicode::is_cased(c);
    }
    Ok(out.finish(vm).into())
}
