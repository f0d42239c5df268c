//! Searching: `find` and its family, `count`, `replace`, `startswith`, `in`, `partition`.

use std::borrow::Cow;

use memchr::memmem;

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::string::{Kind, Str, StrBuilder, Units, fits, memory_error};
use crate::objects::string_methods::arguments::{bounds, parse_tuple, size, string, this};
use crate::objects::tuple::Tuple;
use crate::value::Value;

/// The units of `needle` in the width of `haystack`, as bytes; `None` when it holds code points that the haystack cannot hold.
pub(super) fn widened<'n>(needle: &'n Str, kind: Kind) -> Option<Cow<'n, [u8]>> {
    if needle.kind() == kind {
        return Some(Cow::Borrowed(needle.bytes()));
    }
    match (needle.units(), kind) {
        (Units::One(units), Kind::Two) => {
            Some(Cow::Owned(units.iter().flat_map(|u| u16::from(*u).to_ne_bytes()).collect()))
        }
        (Units::One(units), Kind::Four) => {
            Some(Cow::Owned(units.iter().flat_map(|u| u32::from(*u).to_ne_bytes()).collect()))
        }
        (Units::Two(units), Kind::Four) => {
            Some(Cow::Owned(units.iter().flat_map(|u| u32::from(*u).to_ne_bytes()).collect()))
        }
        _ => None,
    }
}

/// A needle prepared for searching in haystacks of one width. Offsets are in bytes and multiples of the width.
pub struct Finder<'n> {
    needle: &'n [u8],
    way: Way<'n>,
    width: usize,
}

/// How a needle is looked for.
#[expect(
    clippy::large_enum_variant,
    reason = "finders live on the stack, and an allocation would cost more than most searches"
)]
enum Way<'n> {
    /// It is one byte.
    Byte(u8),
    /// In so few bytes that preparing for it would take longer than looking.
    Short,
    Prepared(memmem::Finder<'n>),
}

/// How long a haystack is that is worth preparing for.
const LONG: usize = 64;

impl<'n> Finder<'n> {
    /// A finder of a needle that is not empty in haystacks of about this many bytes.
    #[inline]
    pub fn new(needle: &'n [u8], width: usize, haystack: usize) -> Finder<'n> {
        let way = match *needle {
            [byte] => Way::Byte(byte),
            _ if haystack < LONG => Way::Short,
            _ => Way::Prepared(memmem::Finder::new(needle)),
        };
        Finder { needle, way, width }
    }

    #[inline]
    fn find_bytes(&self, haystack: &[u8]) -> Option<usize> {
        match &self.way {
            Way::Byte(byte) => memchr::memchr(*byte, haystack),
            Way::Short => memmem::find(haystack, self.needle),
            Way::Prepared(finder) => finder.find(haystack),
        }
    }

    /// The first match that begins at `from` or later.
    #[inline]
    pub fn find(&self, haystack: &[u8], mut from: usize) -> Option<usize> {
        loop {
            let found = from + self.find_bytes(haystack.get(from..)?)?;
            // A match across the boundaries of units is none.
            if found.is_multiple_of(self.width) {
                return Some(found);
            }
            from = found + 1;
        }
    }

    /// The last match that ends at `end` or before.
    pub fn find_back(&self, haystack: &[u8], mut end: usize) -> Option<usize> {
        loop {
            let part = haystack.get(..end)?;
            let found = match self.way {
                Way::Byte(byte) => memchr::memrchr(byte, part)?,
                _ => memmem::rfind(part, self.needle)?,
            };
            if found % self.width == 0 {
                return Some(found);
            }
            end = found + self.needle.len() - 1;
        }
    }

    /// The number of matches that do not overlap.
    pub fn count(&self, haystack: &[u8], most: usize) -> usize {
        let (mut count, mut from) = (0, 0);
        while count < most
            && let Some(found) = self.find(haystack, from)
        {
            count += 1;
            from = found + self.needle.len();
        }
        count
    }
}

/// Where `needle` stands in the part of `haystack`, the first time or the last.
fn position(haystack: &Str, needle: &Str, (start, end): (usize, usize), back: bool) -> Option<usize> {
    if needle.len() > end - start {
        return None;
    }
    if needle.is_empty() {
        return Some(if back { end } else { start });
    }
    let width = haystack.kind().size();
    let part = &haystack.bytes()[start * width..end * width];
    let needle = widened(needle, haystack.kind())?;
    let finder = Finder::new(&needle, width, part.len());
    let found = if back { finder.find_back(part, part.len()) } else { finder.find(part, 0) };
    found.map(|offset| start + offset / width)
}

/// `needle in haystack`.
pub fn contains(haystack: &Str, needle: &Str) -> bool {
    position(haystack, needle, (0, haystack.len()), false).is_some()
}

fn find_any(vm: &mut Vm, receiver: Value, args: Args<'_>, name: &str, back: bool) -> PyResult<Option<usize>> {
    let haystack = this(vm, receiver)?;
    let args = parse_tuple(vm, args, name, 1, 3)?;
    let needle = args[0];
    let part = bounds(vm, &args[1..], haystack.len())?;
    let needle = string(vm, needle, "")?;
    Ok(part.and_then(|part| position(&haystack, &needle, part, back)))
}

fn or_minus_one(found: Option<usize>) -> Value {
    Value::small_int(found.map_or(-1, |index| index as i64))
}

pub(super) fn find(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    Ok(or_minus_one(find_any(vm, receiver, args, "find", false)?))
}

pub(super) fn rfind(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    Ok(or_minus_one(find_any(vm, receiver, args, "rfind", true)?))
}

pub(super) fn index(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    match find_any(vm, receiver, args, "index", false)? {
        Some(index) => Ok(Value::small_int(index as i64)),
        None => Err(vm.value_error("substring not found")),
    }
}

pub(super) fn rindex(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    match find_any(vm, receiver, args, "rindex", true)? {
        Some(index) => Ok(Value::small_int(index as i64)),
        None => Err(vm.value_error("substring not found")),
    }
}

pub(super) fn count(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let haystack = this(vm, receiver)?;
    let args = parse_tuple(vm, args, "count", 1, 3)?;
    let needle = args[0];
    let part = bounds(vm, &args[1..], haystack.len())?;
    let needle = string(vm, needle, "")?;
    let Some((start, end)) = part else { return Ok(Value::small_int(0)) };
    if needle.is_empty() {
        return Ok(Value::small_int((end - start + 1) as i64));
    }
    let width = haystack.kind().size();
    let count = match widened(&needle, haystack.kind()) {
        Some(needle) => {
            let part = &haystack.bytes()[start * width..end * width];
            Finder::new(&needle, width, part.len()).count(part, usize::MAX)
        }
        None => 0,
    };
    Ok(Value::small_int(count as i64))
}

/// Whether the part of `string` begins (or ends) with `affix`.
fn has_affix(string: &Str, affix: &Str, part: Option<(usize, usize)>, at_end: bool) -> bool {
    let Some((start, end)) = part else { return false };
    if affix.len() > end - start {
        return false;
    }
    let width = string.kind().size();
    let Some(affix) = widened(affix, string.kind()) else { return affix.is_empty() };
    let part = &string.bytes()[start * width..end * width];
    if at_end { part.ends_with(&affix) } else { part.starts_with(&affix) }
}

fn affix(vm: &mut Vm, receiver: Value, args: Args<'_>, name: &str, at_end: bool) -> PyResult {
    let own = this(vm, receiver)?;
    let args = parse_tuple(vm, args, name, 1, 3)?;
    let part = bounds(vm, &args[1..], own.len())?;
    if let Some(choices) = args[0].cast::<Tuple>() {
        for choice in choices.items() {
            let Some(choice) = choice.cast::<Str>() else {
                let ty = vm.type_name(*choice);
                return Err(vm.type_error(format!("tuple for {name} must only contain str, not {ty}")));
            };
            if has_affix(&own, &choice, part, at_end) {
                return Ok(Value::TRUE);
            }
        }
        return Ok(Value::FALSE);
    }
    let Some(choice) = args[0].cast::<Str>() else {
        let ty = vm.type_name(args[0]);
        return Err(vm.type_error(format!("{name} first arg must be str or a tuple of str, not {ty}")));
    };
    Ok(Value::bool(has_affix(&own, &choice, part, at_end)))
}

pub(super) fn startswith(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    affix(vm, receiver, args, "startswith", false)
}

pub(super) fn endswith(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    affix(vm, receiver, args, "endswith", true)
}

pub(super) fn removeprefix(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let own = this(vm, receiver)?;
    let [prefix] = args.exactly(vm, "removeprefix")?;
    let prefix = string(vm, prefix, "removeprefix() argument ")?;
    let len = own.len();
    let start = if has_affix(&own, &prefix, Some((0, len)), false) { prefix.len() } else { 0 };
    Ok(vm.substring(own, start, len).into())
}

pub(super) fn removesuffix(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let own = this(vm, receiver)?;
    let [suffix] = args.exactly(vm, "removesuffix")?;
    let suffix = string(vm, suffix, "removesuffix() argument ")?;
    let len = own.len();
    let end = if has_affix(&own, &suffix, Some((0, len)), true) { len - suffix.len() } else { len };
    Ok(vm.substring(own, 0, end).into())
}

pub(super) fn replace(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let own = this(vm, receiver)?;
    let args = args.between(vm, "replace", 2, 3)?;
    let old = string(vm, args[0], "replace() argument 1 ")?;
    let new = string(vm, args[1], "replace() argument 2 ")?;
    let most = match args.get(2) {
        Some(count) => size(vm, *count)?,
        None => -1,
    };
    let most = if most < 0 { usize::MAX } else { most as usize };
    replace_str(vm, own, old, new, most).map(Value::from)
}

/// `own` with at most `most` occurrences of `old` replaced by `new`.
fn replace_str(vm: &mut Vm, own: Gc<Str>, old: Gc<Str>, new: Gc<Str>, most: usize) -> PyResult<Gc<Str>> {
    if most == 0 || old.len() > own.len() || old.equals(new) {
        return Ok(vm.exact_str(own));
    }
    if old.is_empty() {
        let mut out = StrBuilder::with_capacity(own.len() + (own.len() + 1).min(most) * new.len());
        for i in 0..=own.len() {
            if i < most {
                out.push_string(new);
            }
            if i < own.len() {
                out.push(own.char_at(i));
            }
        }
        return Ok(out.finish(vm));
    }
    let width = own.kind().size();
    let Some(needle) = widened(&old, own.kind()) else { return Ok(vm.exact_str(own)) };
    let haystack = own.bytes();
    let finder = Finder::new(&needle, width, haystack.len());
    let Some(first) = finder.find(haystack, 0) else { return Ok(vm.exact_str(own)) };
    if own.is_ascii() && new.len() <= old.len() && new.is_ascii() {
        // The result fits where the string did.
        let mut out = Vec::with_capacity(haystack.len());
        let (mut done, mut count, mut found) = (0, 0, Some(first));
        while let Some(at) = found.filter(|_| count < most) {
            out.extend_from_slice(&haystack[done..at]);
            out.extend_from_slice(new.bytes());
            done = at + needle.len();
            count += 1;
            found = finder.find(haystack, done);
        }
        out.extend_from_slice(&haystack[done..]);
        return Ok(vm.str_from_canonical(&out, Kind::One, true));
    }
    // Where to replace, in bytes.
    let mut places = vec![first];
    let mut from = first + needle.len();
    while places.len() < most
        && let Some(found) = finder.find(haystack, from)
    {
        places.push(found);
        from = found + needle.len();
    }
    let kept = own.len() - places.len() * old.len();
    let len = places.len().checked_mul(new.len()).and_then(|added| kept.checked_add(added)).unwrap_or(usize::MAX);
    if !fits(vm, len, own.kind().max(new.kind())) {
        return Err(memory_error(vm));
    }
    let Some(replacement) = widened(&new, own.kind()) else {
        // The replacement is wider than the string: everything widens.
        let mut out = StrBuilder::with_capacity(len);
        let mut done = 0;
        for found in places {
            out.push_part(own, done / width, found / width);
            out.push_string(new);
            done = found + needle.len();
        }
        out.push_part(own, done / width, own.len());
        return Ok(out.finish(vm));
    };
    let mut out;
    if replacement.len() == needle.len() {
        out = haystack.to_vec();
        for found in places {
            out[found..found + replacement.len()].copy_from_slice(&replacement);
        }
    } else {
        out = Vec::with_capacity(len * width);
        let mut done = 0;
        for found in places {
            out.extend_from_slice(&haystack[done..found]);
            out.extend_from_slice(&replacement);
            done = found + needle.len();
        }
        out.extend_from_slice(&haystack[done..]);
    }
    if own.kind() == Kind::One {
        let ascii = own.is_ascii() && new.is_ascii() || out.is_ascii();
        return Ok(vm.str_from_canonical(&out, Kind::One, ascii));
    }
    if own.kind() == Kind::Two {
        let units: Vec<u16> = out.as_chunks::<2>().0.iter().map(|b| u16::from_ne_bytes(*b)).collect();
        return Ok(vm.str_from_units(Units::Two(&units)));
    }
    let units: Vec<u32> = out.as_chunks::<4>().0.iter().map(|b| u32::from_ne_bytes(*b)).collect();
    Ok(vm.str_from_units(Units::Four(&units)))
}

fn partition_at(vm: &mut Vm, receiver: Value, args: Args<'_>, name: &str, back: bool) -> PyResult {
    let own = this(vm, receiver)?;
    let [separator] = args.exactly(vm, name)?;
    let separator = string(vm, separator, "")?;
    if separator.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let parts = match position(&own, &separator, (0, own.len()), back) {
        Some(index) => {
            let before = vm.substring(own, 0, index);
            let after = vm.substring(own, index + separator.len(), own.len());
            [before.into(), separator.into(), after.into()]
        }
        None => {
            let (own, empty) = (Value::from(vm.exact_str(own)), Value::from(vm.empty_str()));
            if back { [empty, empty, own] } else { [own, empty, empty] }
        }
    };
    Ok(vm.new_tuple(&parts).into())
}

pub(super) fn partition(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    partition_at(vm, receiver, args, "partition", false)
}

pub(super) fn rpartition(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    partition_at(vm, receiver, args, "rpartition", true)
}

/// The slot behind `in`.
pub(super) fn contains_slot(vm: &mut Vm, container: Value, item: Value) -> PyResult<bool> {
    let own = this(vm, container)?;
    let Some(needle) = item.cast::<Str>() else {
        let ty = vm.type_name(item);
        return Err(vm.type_error(format!("'in <string>' requires string as left operand, not {ty}")));
    };
    Ok(contains(&own, &needle))
}

/// A needle or separator that may be `None`.
pub(super) fn string_or_none(vm: &mut Vm, value: Value) -> PyResult<Option<Gc<Str>>> {
    if value.is_null() || value.is_none() {
        return Ok(None);
    }
    match value.cast::<Str>() {
        Some(string) => Ok(Some(string)),
        None => {
            let ty = vm.type_name(value);
            Err(vm.type_error(format!("must be str or None, not {ty}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::string::as_bytes;

    #[test]
    fn matches_do_not_cross_units() {
        let haystack: Vec<u16> = vec![0x0141, 0x4100, 0x0041, 0x4141];
        let bytes = as_bytes(&haystack);
        let needle = 0x4141u16.to_ne_bytes();
        let finder = Finder::new(&needle, 2, bytes.len());
        assert_eq!(finder.find(bytes, 0), Some(6));
        assert_eq!(finder.find_back(bytes, bytes.len()), Some(6));
        assert_eq!(finder.count(bytes, usize::MAX), 1);
        for haystack in [5, LONG] {
            assert_eq!(Finder::new(b"aa", 1, haystack).count(b"aaaaa", usize::MAX), 2);
        }
        let byte = Finder::new(b"a", 1, 3);
        assert_eq!((byte.find(b"xaa", 0), byte.find_back(b"xaa", 3), byte.count(b"xaa", 9)), (Some(1), Some(2), 2));
    }
}
