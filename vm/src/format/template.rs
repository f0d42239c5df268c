//! `str.format` and `str.format_map` (PEP 3101).

use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::format::spec::integer;
use crate::object::Gc;
use crate::objects::string::{Str, StrBuilder};
use crate::objects::string_methods::arguments::this;
use crate::value::Value;

/// `str.format(*args, **kwargs)`.
pub(crate) fn format_method(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let template = this(vm, receiver)?;
    expand(vm, template, &Source::Arguments(args)).map(Value::from)
}

/// `str.format_map(mapping)`.
pub(crate) fn format_map_method(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let template = this(vm, receiver)?;
    let [mapping] = args.exactly(vm, "format_map")?;
    expand(vm, template, &Source::Mapping(mapping)).map(Value::from)
}

/// Where the fields' values come from.
enum Source<'a> {
    Arguments(Args<'a>),
    Mapping(Value),
}

/// How fields without a name are numbered: the first one with or without a number decides.
#[derive(Clone, Copy)]
enum Numbering {
    Undecided,
    Automatic(usize),
    Manual,
}

/// Specs may hold fields, but the fields in specs may not hold fields in theirs.
const DEPTH: usize = 2;

fn expand(vm: &mut Vm, template: Gc<Str>, source: &Source<'_>) -> PyResult<Gc<Str>> {
    let mut numbering = Numbering::Undecided;
    let mut out = StrBuilder::with_capacity(template.len() + 32);
    push_expanded(vm, template, (0, template.len()), source, DEPTH, &mut numbering, &mut out)?;
    Ok(out.finish(vm))
}

const OPEN: u32 = '{' as u32;
const CLOSE: u32 = '}' as u32;

/// Appends the part of the template with its fields replaced.
fn push_expanded(
    vm: &mut Vm,
    template: Gc<Str>,
    (mut i, end): (usize, usize),
    source: &Source<'_>,
    depth: usize,
    numbering: &mut Numbering,
    out: &mut StrBuilder,
) -> PyResult<()> {
    if depth == 0 {
        return Err(vm.value_error("Max string recursion exceeded"));
    }
    let at = |i: usize| template.char_at(i);
    while i < end {
        let start = i;
        while i < end && at(i) != OPEN && at(i) != CLOSE {
            i += 1;
        }
        out.push_part(template, start, i);
        if i == end {
            break;
        }
        let brace = at(i);
        i += 1;
        if i < end && at(i) == brace {
            out.push(brace);
            i += 1;
            continue;
        }
        if brace == CLOSE {
            return Err(vm.value_error("Single '}' encountered in format string"));
        }
        if i == end {
            return Err(vm.value_error("Single '{' encountered in format string"));
        }
        let field = parse_field(vm, template, &mut i, end)?;
        let mut value = field_value(vm, template, field.name, source, numbering)?;
        match field.conversion {
            None => {}
            Some(c) => value = convert(vm, value, c)?,
        }
        let spec = if field.nested {
            let mut spec = StrBuilder::new();
            push_expanded(vm, template, field.spec, source, depth - 1, numbering, &mut spec)?;
            spec.finish(vm)
        } else {
            vm.substring(template, field.spec.0, field.spec.1)
        };
        let text = vm.format(value, spec)?;
        out.push_string(text);
    }
    Ok(())
}

/// The parts of a template as `string.Formatter` sees them: a list of tuples of the literal text before a field, the field's name,
/// spec and conversion.
///
/// # Errors
/// `ValueError` for what is no template.
pub(crate) fn parts(vm: &mut Vm, template: Gc<Str>) -> PyResult {
    let at = |i: usize| template.char_at(i);
    let (mut i, end) = (0, template.len());
    let list = vm.new_list(&[]);
    while i < end {
        let mut literal = StrBuilder::new();
        let start = i;
        while i < end && at(i) != OPEN && at(i) != CLOSE {
            i += 1;
        }
        literal.push_part(template, start, i);
        let mut rest = [Value::NONE; 3];
        if i < end {
            let brace = at(i);
            i += 1;
            if i < end && at(i) == brace {
                literal.push(brace);
                i += 1;
            } else if brace == CLOSE {
                return Err(vm.value_error("Single '}' encountered in format string"));
            } else if i == end {
                return Err(vm.value_error("Single '{' encountered in format string"));
            } else {
                let field = parse_field(vm, template, &mut i, end)?;
                let name = vm.substring(template, field.name.0, field.name.1);
                let spec = vm.substring(template, field.spec.0, field.spec.1);
                let conversion = field.conversion.map_or(Value::NONE, |c| vm.char_str(c).into());
                rest = [name.into(), spec.into(), conversion];
            }
        }
        let literal = literal.finish(vm);
        let tuple = vm.new_tuple(&[literal.into(), rest[0], rest[1], rest[2]]);
        list.push(vm, tuple.into());
    }
    Ok(list.into())
}

/// A field's name as `string.Formatter` sees it: what it begins with (a number or a string), and a list of pairs of whether an
/// attribute or an item follows, and which.
///
/// # Errors
/// `ValueError` for what is no name.
pub(crate) fn split_name(vm: &mut Vm, name: Gc<Str>) -> PyResult<(Value, Value)> {
    let is = |c: u32, expected: char| c == u32::from(expected);
    let end = name.len();
    let mut i = 0;
    while i < end && !is(name.char_at(i), '.') && !is(name.char_at(i), '[') {
        i += 1;
    }
    let first = match number(vm, name, (0, i))? {
        Some(number) => Value::small_int(number as i64),
        None => vm.substring(name, 0, i).into(),
    };
    let list = vm.new_list(&[]);
    while i < end {
        let attribute = is(name.char_at(i), '.');
        if !attribute && !is(name.char_at(i), '[') {
            return Err(vm.value_error("Only '.' or '[' may follow ']' in format field specifier"));
        }
        i += 1;
        let start = i;
        while i < end
            && if attribute {
                !is(name.char_at(i), '.') && !is(name.char_at(i), '[')
            } else {
                !is(name.char_at(i), ']')
            }
        {
            i += 1;
        }
        if !attribute && i == end {
            return Err(vm.value_error("Missing ']' in format string"));
        }
        if i == start {
            return Err(vm.value_error("Empty attribute in format string"));
        }
        let key = match number(vm, name, (start, i))? {
            Some(number) if !attribute => Value::small_int(number as i64),
            _ => vm.substring(name, start, i).into(),
        };
        let pair = vm.new_pair(Value::bool(attribute), key);
        list.push(vm, pair.into());
        i += usize::from(!attribute);
    }
    Ok((first, list.into()))
}

/// The places of a field's parts.
struct Field {
    name: (usize, usize),
    conversion: Option<u32>,
    spec: (usize, usize),
    /// Whether the spec holds fields itself.
    nested: bool,
}

/// Reads a field behind its opening brace; `i` moves behind the closing one.
fn parse_field(vm: &mut Vm, template: Gc<Str>, i: &mut usize, end: usize) -> PyResult<Field> {
    let at = |i: usize| template.char_at(i);
    let is = |c: u32, expected: char| c == u32::from(expected);
    let start = *i;
    let mut stop = None;
    while *i < end && stop.is_none() {
        let c = at(*i);
        *i += 1;
        if c == OPEN {
            return Err(vm.value_error("unexpected '{' in field name"));
        } else if is(c, '[') {
            while *i < end && !is(at(*i), ']') {
                *i += 1;
            }
        } else if c == CLOSE || is(c, ':') || is(c, '!') {
            stop = Some(c);
        }
    }
    let Some(stop) = stop else {
        return Err(vm.value_error("expected '}' before end of string"));
    };
    let mut field = Field { name: (start, *i - 1), conversion: None, spec: (*i, *i), nested: false };
    if stop == CLOSE {
        return Ok(field);
    }
    if is(stop, '!') {
        if *i >= end {
            return Err(vm.value_error("end of string while looking for conversion specifier"));
        }
        field.conversion = Some(at(*i));
        *i += 1;
        if *i < end {
            let c = at(*i);
            *i += 1;
            if c == CLOSE {
                return Ok(field);
            }
            if !is(c, ':') {
                return Err(vm.value_error("expected ':' after conversion specifier"));
            }
        }
    }
    let start = *i;
    let mut open = 1;
    while *i < end {
        let c = at(*i);
        *i += 1;
        if c == OPEN {
            field.nested = true;
            open += 1;
        } else if c == CLOSE {
            open -= 1;
            if open == 0 {
                field.spec = (start, *i - 1);
                return Ok(field);
            }
        }
    }
    Err(vm.value_error("unmatched '{' in format spec"))
}

/// The number that a name or subscript is, if it is one.
fn number(vm: &mut Vm, template: Gc<Str>, (start, end): (usize, usize)) -> PyResult<Option<usize>> {
    let text = vm.substring(template, start, end);
    let mut i = 0;
    let number = integer(vm, text, &mut i)?;
    Ok(number.filter(|_| i == text.len()))
}

/// The value of a field: `name`, then any number of `.attribute` and `[index]`.
fn field_value(
    vm: &mut Vm,
    template: Gc<Str>,
    (start, end): (usize, usize),
    source: &Source<'_>,
    numbering: &mut Numbering,
) -> PyResult {
    let at = |i: usize| template.char_at(i);
    let is = |i: usize, expected: char| at(i) == u32::from(expected);
    let mut i = start;
    while i < end && !is(i, '.') && !is(i, '[') {
        i += 1;
    }
    let first = (start, i);
    let mut index = number(vm, template, first)?;
    if start == i {
        index = Some(match *numbering {
            Numbering::Undecided => 0,
            Numbering::Automatic(next) => next,
            Numbering::Manual => {
                return Err(
                    vm.value_error("cannot switch from manual field specification to automatic field numbering")
                );
            }
        });
        *numbering = Numbering::Automatic(index.unwrap_or(0) + 1);
    } else if index.is_some() {
        if let Numbering::Automatic(_) = *numbering {
            return Err(vm.value_error("cannot switch from automatic field numbering to manual field specification"));
        }
        *numbering = Numbering::Manual;
    }
    let mut value = match (index, source) {
        (Some(index), Source::Arguments(args)) => match args.get(index) {
            Some(value) => value,
            None => {
                return Err(vm.index_error(format!("Replacement index {index} out of range for positional args tuple")));
            }
        },
        (Some(_), Source::Mapping(_)) => return Err(vm.value_error("Format string contains positional fields")),
        (None, Source::Arguments(args)) => {
            let key = vm.substring(template, first.0, first.1);
            match args.keywords().find(|(name, _)| name.equals(key)) {
                Some((_, value)) => value,
                None => return Err(vm.key_error(key.into())),
            }
        }
        (None, Source::Mapping(mapping)) => {
            let key = vm.substring(template, first.0, first.1);
            vm.get_item(*mapping, key.into())?
        }
    };
    while i < end {
        let attribute = is(i, '.');
        if !attribute && !is(i, '[') {
            return Err(vm.value_error("Only '.' or '[' may follow ']' in format field specifier"));
        }
        i += 1;
        let from = i;
        while i < end && if attribute { !is(i, '.') && !is(i, '[') } else { !is(i, ']') } {
            i += 1;
        }
        let part = (from, i);
        if !attribute {
            if i == end {
                return Err(vm.value_error("Missing ']' in format string"));
            }
            i += 1;
        }
        if part.0 == part.1 {
            return Err(vm.value_error("Empty attribute in format string"));
        }
        if !attribute && let Some(index) = number(vm, template, part)? {
            value = vm.get_item(value, Value::small_int(index as i64))?;
            continue;
        }
        let name = vm.substring(template, part.0, part.1);
        value = if attribute {
            let name = vm.intern_str(name);
            vm.get_attr(value, name)?
        } else {
            vm.get_item(value, name.into())?
        };
    }
    Ok(value)
}

/// `!r`, `!s` and `!a`.
fn convert(vm: &mut Vm, value: Value, conversion: u32) -> PyResult {
    match char::from_u32(conversion) {
        Some('r') => vm.repr(value).map(Value::from),
        Some('s') => vm.str_of(value).map(Value::from),
        Some('a') => vm.ascii(value).map(Value::from),
        _ => Err(unknown_conversion(vm, conversion)),
    }
}

fn unknown_conversion(vm: &mut Vm, conversion: u32) -> Raise {
    vm.value_error(match u8::try_from(conversion) {
        Ok(c @ 33..127) => format!("Unknown conversion specifier {}", char::from(c)),
        _ => format!("Unknown conversion specifier \\x{conversion:x}"),
    })
}
