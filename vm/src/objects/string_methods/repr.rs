//! `repr` and `ascii` of strings.

use std::fmt::Write;

use crate::Vm;
use crate::object::Gc;
use crate::objects::string::{Str, StrBuilder, Units};
use crate::objects::unicode::is_printable;

/// `repr` of a string: in single quotes, unless double ones save escapes.
pub fn repr(vm: &mut Vm, string: Gc<Str>) -> Gc<Str> {
    let mut out = StrBuilder::with_capacity(string.len() + 2);
    push_repr(&string, &mut out);
    out.finish(vm)
}

/// Appends the `repr` of a string.
pub fn push_repr(string: &Str, out: &mut StrBuilder) {
    let has = |c: char| string.code_points().any(|x| x == u32::from(c));
    let quote = u32::from(if has('\'') && !has('"') { '"' } else { '\'' });
    out.push(quote);
    match string.units() {
        // The usual string needs no escapes.
        Units::One(units)
            if units.iter().all(|u| (0x20..0x7F).contains(u) && *u != b'\\' && u32::from(*u) != quote) =>
        {
            out.push_units(string.units());
        }
        _ => {
            for c in string.code_points() {
                match c {
                    0x0A => out.push_str("\\n"),
                    0x0D => out.push_str("\\r"),
                    0x09 => out.push_str("\\t"),
                    0x5C => out.push_str("\\\\"),
                    c if c == quote => {
                        out.push(u32::from('\\'));
                        out.push(c);
                    }
                    c if is_printable(c) => out.push(c),
                    c => push_escape(c, out),
                }
            }
        }
    }
    out.push(quote);
}

/// The same text with everything but ASCII escaped: what `ascii` makes of a `repr`.
pub fn escape_non_ascii(vm: &mut Vm, string: Gc<Str>) -> Gc<Str> {
    if string.is_ascii() {
        return string;
    }
    let mut out = StrBuilder::with_capacity(string.len() * 2);
    for c in string.code_points() {
        if c < 0x80 { out.push(c) } else { push_escape(c, &mut out) }
    }
    out.finish(vm)
}

fn push_escape(c: u32, out: &mut StrBuilder) {
    // Writing to a builder cannot fail.
    _ = match c {
        0..=0xFF => write!(out, "\\x{c:02x}"),
        0x100..=0xFFFF => write!(out, "\\u{c:04x}"),
        _ => write!(out, "\\U{c:08x}"),
    };
}
