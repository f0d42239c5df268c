//! Splitting: `split`, `rsplit`, `splitlines`.

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::string::{Str, Unit, Units};
use crate::objects::string_methods::arguments::{c_int, size, this};
use crate::objects::string_methods::search::{Finder, string_or_none, widened};
use crate::objects::unicode;
use crate::value::Value;

const PARAMETERS: Parameters<2> =
    Parameters { names: ["sep", "maxsplit"], positional_only: 0, max_positional: 2, required: 0 };

/// The arguments of `split` and `rsplit`: the separator, if any, and how often to split.
fn split_arguments(vm: &mut Vm, args: Args<'_>, name: &str) -> PyResult<(Option<Gc<Str>>, usize)> {
    let [separator, most] = args.bind(vm, name, &PARAMETERS)?;
    let most = if most.is_null() { -1 } else { size(vm, most)? };
    let separator = string_or_none(vm, separator)?;
    if separator.is_some_and(|s| s.is_empty()) {
        return Err(vm.value_error("empty separator"));
    }
    Ok((separator, if most < 0 { usize::MAX } else { most as usize }))
}

pub(super) fn split(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let own = this(vm, receiver)?;
    let (separator, most) = split_arguments(vm, args, "split")?;
    let mut places;
    match separator {
        None => {
            places = match own.units() {
                Units::One(units) => words(units, most),
                Units::Two(units) => words(units, most),
                Units::Four(units) => words(units, most),
            };
        }
        Some(separator) => {
            let width = own.kind().size();
            let needle = widened(&separator, own.kind());
            let finder = needle.as_deref().map(|needle| Finder::new(needle, width, own.bytes().len()));
            let mut start = 0;
            places = Vec::new();
            while places.len() < most
                && let Some(found) = finder.as_ref().and_then(|f| f.find(own.bytes(), start * width))
            {
                places.push((start, found / width));
                start = found / width + separator.len();
            }
            places.push((start, own.len()));
        }
    }
    Ok(list_of(vm, own, places.len(), places.into_iter()))
}

/// A list of the parts of a string at these places.
fn list_of(vm: &mut Vm, own: Gc<Str>, count: usize, places: impl Iterator<Item = (usize, usize)>) -> Value {
    let list = vm.new_list_sized(count);
    for (start, end) in places {
        let part = vm.substring(own, start, end);
        list.push(vm, part.into());
    }
    list.into()
}

/// Where the words are that white space separates, in at most `most + 1` parts.
fn words<T: Unit>(units: &[T], most: usize) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    let is_space = |i: usize| unicode::is_space(units[i].into());
    let (len, mut i) = (units.len(), 0);
    loop {
        while i < len && is_space(i) {
            i += 1;
        }
        if i == len {
            return places;
        }
        let start = i;
        if places.len() == most {
            // The rest is one part, with the space at its end.
            places.push((start, len));
            return places;
        }
        while i < len && !is_space(i) {
            i += 1;
        }
        places.push((start, i));
    }
}

pub(super) fn rsplit(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let own = this(vm, receiver)?;
    let (separator, most) = split_arguments(vm, args, "rsplit")?;
    // From the end: the parts' places come in reverse order.
    let mut places = Vec::new();
    let mut end = own.len();
    match separator {
        None => loop {
            while end > 0 && unicode::is_space(own.char_at(end - 1)) {
                end -= 1;
            }
            if end == 0 {
                break;
            }
            if places.len() == most {
                places.push((0, end));
                break;
            }
            let mut start = end;
            while start > 0 && !unicode::is_space(own.char_at(start - 1)) {
                start -= 1;
            }
            places.push((start, end));
            end = start;
        },
        Some(separator) => {
            let width = own.kind().size();
            let needle = widened(&separator, own.kind());
            let finder = needle.as_deref().map(|needle| Finder::new(needle, width, own.bytes().len()));
            while places.len() < most
                && let Some(found) = finder.as_ref().and_then(|f| f.find_back(own.bytes(), end * width))
            {
                places.push((found / width + separator.len(), end));
                end = found / width;
            }
            places.push((0, end));
        }
    }
    Ok(list_of(vm, own, places.len(), places.into_iter().rev()))
}

pub(super) fn splitlines(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["keepends"], positional_only: 0, max_positional: 1, required: 0 };
    let own = this(vm, receiver)?;
    let [keep_ends] = args.bind(vm, "splitlines", &PARAMETERS)?;
    let keep_ends = !keep_ends.is_null() && c_int(vm, keep_ends)? != 0;
    let list = vm.new_list(&[]);
    let (len, mut i) = (own.len(), 0);
    while i < len {
        let start = i;
        while i < len && !unicode::is_line_break(own.char_at(i)) {
            i += 1;
        }
        let mut end = i;
        if i < len {
            i += if own.char_at(i) == 0x0D && i + 1 < len && own.char_at(i + 1) == 0x0A { 2 } else { 1 };
            if keep_ends {
                end = i;
            }
        }
        let part = vm.substring(own, start, end);
        list.push(vm, part.into());
    }
    Ok(list.into())
}
