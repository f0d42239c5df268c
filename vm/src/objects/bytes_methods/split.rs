//! Splitting bytes: `split`, `rsplit`, `splitlines`.

use memchr::memmem;

use super::arguments::{bytes_like, like, this};
use super::search::is_space;
use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::objects::string_methods::arguments::{c_int, size};
use crate::value::Value;

fn arguments(vm: &mut Vm, args: Args<'_>, name: &str) -> PyResult<(Option<Vec<u8>>, usize)> {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["sep", "maxsplit"], positional_only: 0, max_positional: 2, required: 0 };
    let [separator, most] = args.bind(vm, name, &PARAMETERS)?;
    let most = if most.is_null() { -1 } else { size(vm, most)? };
    let separator =
        if separator.is_null() || separator.is_none() { None } else { Some(bytes_like(vm, separator)?.to_vec()) };
    if separator.as_ref().is_some_and(|s| s.is_empty()) {
        return Err(vm.value_error("empty separator"));
    }
    Ok((separator, if most < 0 { usize::MAX } else { most as usize }))
}

fn list_of(vm: &mut Vm, receiver: Value, own: &[u8], places: impl Iterator<Item = (usize, usize)>) -> PyResult {
    let list = vm.new_list(&[]);
    for (start, end) in places {
        let part = like(vm, receiver, &own[start..end]);
        list.push(vm, part);
    }
    Ok(list.into())
}

pub(super) fn split(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let (separator, most) = arguments(vm, args, "split")?;
    let own = this(vm, receiver)?;
    let mut places = Vec::new();
    let mut i = 0;
    match separator {
        None => loop {
            while i < own.len() && is_space(own[i]) {
                i += 1;
            }
            if i == own.len() {
                break;
            }
            let start = i;
            if places.len() == most {
                places.push((start, own.len()));
                break;
            }
            while i < own.len() && !is_space(own[i]) {
                i += 1;
            }
            places.push((start, i));
        },
        Some(separator) => {
            for found in memmem::find_iter(&own, &separator).take(most) {
                places.push((i, found));
                i = found + separator.len();
            }
            places.push((i, own.len()));
        }
    }
    list_of(vm, receiver, &own, places.into_iter())
}

pub(super) fn rsplit(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let (separator, most) = arguments(vm, args, "rsplit")?;
    let own = this(vm, receiver)?;
    let mut places = Vec::new();
    let mut end = own.len();
    match separator {
        None => loop {
            while end > 0 && is_space(own[end - 1]) {
                end -= 1;
            }
            if end == 0 {
                break;
            }
            if places.len() == most {
                places.push((0, end));
                break;
            }
            let stop = end;
            while end > 0 && !is_space(own[end - 1]) {
                end -= 1;
            }
            places.push((end, stop));
        },
        Some(separator) => {
            while places.len() < most
                && let Some(found) = memmem::rfind(&own[..end], &separator)
            {
                places.push((found + separator.len(), end));
                end = found;
            }
            places.push((0, end));
        }
    }
    list_of(vm, receiver, &own, places.into_iter().rev())
}

pub(super) fn splitlines(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["keepends"], positional_only: 0, max_positional: 1, required: 0 };
    let [keep_ends] = args.bind(vm, "splitlines", &PARAMETERS)?;
    let keep_ends = !keep_ends.is_null() && c_int(vm, keep_ends)? != 0;
    let own = this(vm, receiver)?;
    let mut places = Vec::new();
    let mut i = 0;
    while i < own.len() {
        let start = i;
        while i < own.len() && !matches!(own[i], b'\n' | b'\r') {
            i += 1;
        }
        let mut end = i;
        if i < own.len() {
            i += if own[i..].starts_with(b"\r\n") { 2 } else { 1 };
            if keep_ends {
                end = i;
            }
        }
        places.push((start, end));
    }
    list_of(vm, receiver, &own, places.into_iter())
}
