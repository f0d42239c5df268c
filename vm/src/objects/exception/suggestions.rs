//! "Did you mean": the name nearest to one that was not found.

use crate::Vm;
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::exception::{Exception, NAME, OBJECT, Traceback};
use crate::objects::string::Str;
use crate::value::Value;

/// More candidates than this are not looked at.
const MAX_CANDIDATES: usize = 750;
/// Longer differing parts are not compared.
const MAX_LENGTH: usize = 40;
/// The cost of inserting, deleting or replacing a character.
const MOVE: usize = 2;
/// The cost of changing its case.
const CASE: usize = 1;

/// The name that the program probably meant, for an `AttributeError` or a `NameError`.
pub(super) fn suggestion(vm: &mut Vm, exception: Gc<Exception>) -> Option<String> {
    let ty = vm.type_of(exception.into());
    let name = exception.member(NAME);
    let wanted =
        if name.is_exact(vm.types.str) { name.cast::<Str>()?.to_string_lossy().into_owned() } else { return None };
    if ty == vm.exc.AttributeError {
        let object = exception.member(OBJECT).non_null()?;
        return nearest(&wanted, &attribute_names(vm, object)?);
    }
    if ty != vm.exc.NameError {
        return None;
    }
    let mut entry = exception.traceback.get().cast::<Traceback>()?;
    while let Some(next) = entry.next.get().cast::<Traceback>() {
        entry = next;
    }
    let locals: Vec<String> = entry.code().object.varnames().map(|name| name.to_string()).collect();
    if let Some(found) = nearest(&wanted, &locals) {
        return Some(found);
    }
    if let Some(found) = nearest(&wanted, &dict_names(entry.frame.globals())?) {
        return Some(found);
    }
    let builtins = vm.builtins_of(entry.frame.globals());
    nearest(&wanted, &dict_names(builtins)?)
}

/// `dir(object)`, as text.
fn attribute_names(vm: &mut Vm, object: Value) -> Option<Vec<String>> {
    let name = vm.names.__dir__;
    let listed = vm.call_special(object, name, &[]).ok()??;
    let mut items = vm.heap.temp_vec();
    vm.collect(listed, &mut items).ok()?;
    let mut names = items
        .iter()
        .map(|item| Some(item.cast::<Str>()?.to_string_lossy().into_owned()))
        .collect::<Option<Vec<String>>>()?;
    names.sort();
    Some(names)
}

/// The keys of a dict; nothing where one is not text.
fn dict_names(dict: Gc<Dict>) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut position = 0;
    while let Some(entry) = dict.entry(position) {
        position += 1;
        if let Some((key, _)) = entry {
            names.push(key.cast::<Str>()?.to_string_lossy().into_owned());
        }
    }
    Some(names)
}

fn nearest(wanted: &str, candidates: &[String]) -> Option<String> {
    if candidates.len() >= MAX_CANDIDATES {
        return None;
    }
    let mut best: Option<(&String, usize)> = None;
    for candidate in candidates {
        if candidate == wanted {
            continue;
        }
        // A third of the characters may differ, and the best so far must be beaten.
        let mut limit = (wanted.len() + candidate.len() + 3) * MOVE / 6;
        if let Some((_, distance)) = best {
            let Some(lower) = distance.checked_sub(1) else { continue };
            limit = limit.min(lower);
        }
        let distance = distance(wanted.as_bytes(), candidate.as_bytes(), limit);
        if distance <= limit {
            best = Some((candidate, distance));
        }
    }
    best.map(|(name, _)| name.clone())
}

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE
    } else {
        MOVE
    }
}

/// The Levenshtein distance; anything above `limit` when it is larger.
fn distance(a: &[u8], b: &[u8], limit: usize) -> usize {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - suffix], &b[..b.len() - suffix]);
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE;
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return limit + 1;
    }
    let (short, long) = if b.len() < a.len() { (b, a) } else { (a, b) };
    if (long.len() - short.len()) * MOVE > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (1..=short.len()).map(|i| i * MOVE).collect();
    let mut result = 0;
    for (index, &code) in long.iter().enumerate() {
        let mut diagonal = index * MOVE;
        result = diagonal;
        let mut minimum = usize::MAX;
        for (place, &other) in row.iter_mut().zip(short) {
            let substitute = diagonal + substitution(code, other);
            diagonal = *place;
            result = (result.min(diagonal) + MOVE).min(substitute);
            *place = result;
            minimum = minimum.min(result);
        }
        if minimum > limit {
            return limit + 1;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found() {
        let names: Vec<String> = ["append", "blech", "length", "Print"].map(str::to_owned).to_vec();
        assert_eq!(nearest("apend", &names).as_deref(), Some("append"));
        assert_eq!(nearest("print", &names).as_deref(), Some("Print"));
        assert_eq!(nearest("lenght", &names).as_deref(), Some("length"));
        assert_eq!(nearest("something_else", &names), None);
    }

    #[test]
    fn costs_are_those_of_cpython() {
        assert_eq!(distance(b"abc", b"abc", 100), 0);
        assert_eq!(distance(b"abc", b"aBc", 100), CASE);
        assert_eq!(distance(b"abc", b"abd", 100), MOVE);
        assert_eq!(distance(b"kitten", b"sitting", 100), 3 * MOVE);
    }
}
