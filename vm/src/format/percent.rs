//! The `%` operator of strings and bytes.

use crate::Vm;
use crate::error::PyResult;
use crate::format::number::int_digits;
use crate::object::Gc;
use crate::objects::bytes::{self, ByteArray, Bytes};
use crate::objects::float_format;
use crate::objects::int::View;
use crate::objects::string::{Kind, Str, StrBuilder, fits, memory_error};
use crate::objects::tuple::Tuple;
use crate::slots::UnaryOp;
use crate::value::Value;

/// `template % arguments`.
///
/// # Errors
/// `TypeError` and `ValueError` in CPython's words, and what conversions raise.
pub fn percent_format(vm: &mut Vm, template: Gc<Str>, arguments: Value) -> PyResult<Gc<Str>> {
    Ok(formatted(vm, template, arguments, false)?.finish(vm))
}

/// `template % arguments` for bytes, which are looked at as Latin-1 text meanwhile (PEP 461).
///
/// # Errors
/// As [`percent_format`].
pub(crate) fn percent_format_bytes(vm: &mut Vm, template: &[u8], arguments: Value) -> PyResult<Vec<u8>> {
    let template = vm.str_from_latin1(template);
    let result = formatted(vm, template, arguments, true)?.finish(vm);
    Ok(result.bytes().to_vec())
}

fn formatted(vm: &mut Vm, template: Gc<Str>, arguments: Value, bytes: bool) -> PyResult<StrBuilder> {
    let tuple = arguments.cast::<Tuple>();
    // What can be subscripted is a mapping to `%(name)s`; tuples and text are not.
    let is_text = if bytes {
        [
            arguments.cast::<Bytes>().is_some(),
            arguments.cast::<ByteArray>().is_some(),
            arguments.cast::<Str>().is_some(),
        ]
        .contains(&true)
    } else {
        arguments.cast::<Str>().is_some()
    };
    let is_mapping = tuple.is_none() && !is_text && vm.type_of(arguments).slots().getitem.is_some();
    let mut state = Arguments { tuple, value: arguments, used: 0, mapping: is_mapping.then_some(arguments), bytes };
    let mut out = StrBuilder::with_capacity(template.len() + 32);
    let (len, mut i) = (template.len(), 0);
    while i < len {
        let start = i;
        i = template.position_of(b'%', i);
        out.push_part(template, start, i);
        if i < len {
            i += 1;
            format_one(vm, template, &mut i, &mut state, &mut out)?;
        }
    }
    let left_over = match state.tuple {
        Some(tuple) => state.used < tuple.len(),
        None => state.used == 0,
    };
    if left_over && state.mapping.is_none() {
        let what = if bytes { "bytes" } else { "string" };
        return Err(vm.type_error(format!("not all arguments converted during {what} formatting")));
    }
    Ok(out)
}

/// What is on the right of the `%`.
struct Arguments {
    /// The tuple, unless a single value stands there.
    tuple: Option<Gc<Tuple>>,
    /// The single value.
    value: Value,
    used: usize,
    mapping: Option<Value>,
    /// Whether bytes are formatted.
    bytes: bool,
}

impl Arguments {
    fn next(&mut self, vm: &mut Vm) -> PyResult {
        let value = match self.tuple {
            Some(tuple) => tuple.get(self.used),
            None => (self.used == 0).then_some(self.value),
        };
        self.used += 1;
        value.ok_or_else(|| vm.type_error("not enough arguments for format string"))
    }
}

/// One conversion specifier.
#[derive(Default)]
struct Conversion {
    left: bool,
    plus: bool,
    blank: bool,
    alternate: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
    kind: u32,
}

impl Conversion {
    /// Whether there is nothing but the kind.
    fn is_plain(&self) -> bool {
        self.width.is_none() && self.precision.is_none() && !self.plus && !self.blank && !self.alternate
    }
}

fn format_one(
    vm: &mut Vm,
    template: Gc<Str>,
    i: &mut usize,
    state: &mut Arguments,
    out: &mut StrBuilder,
) -> PyResult<()> {
    let len = template.len();
    let at = |i: usize| if i < len { char::from_u32(template.char_at(i)).unwrap_or('\u{FFFD}') } else { '\0' };
    let mut conversion = Conversion::default();
    if at(*i) == '%' {
        *i += 1;
        out.push(u32::from('%'));
        return Ok(());
    }
    if at(*i) == '(' {
        let Some(mapping) = state.mapping else {
            return Err(vm.type_error("format requires a mapping"));
        };
        *i += 1;
        let (start, mut open) = (*i, 1);
        while open > 0 {
            if *i >= len {
                return Err(vm.value_error("incomplete format key"));
            }
            match at(*i) {
                ')' => open -= 1,
                '(' => open += 1,
                _ => {}
            }
            *i += 1;
        }
        let key = vm.substring(template, start, *i - 1);
        let key = if state.bytes { vm.new_bytes(key.bytes()).into() } else { key.into() };
        let value = vm.get_item(mapping, key)?;
        (state.tuple, state.value, state.used) = (None, value, 0);
    }
    loop {
        match at(*i) {
            '-' => conversion.left = true,
            '+' => conversion.plus = true,
            ' ' => conversion.blank = true,
            '#' => conversion.alternate = true,
            '0' => conversion.zero = true,
            _ => break,
        }
        *i += 1;
    }
    conversion.width = size(vm, template, i, state, "width too big", i64::MAX)?.map(|width| {
        conversion.left |= width < 0;
        width.unsigned_abs() as usize
    });
    if at(*i) == '.' {
        *i += 1;
        let precision = size(vm, template, i, state, "precision too big", i64::from(i32::MAX))?;
        conversion.precision = Some(precision.unwrap_or(0).max(0) as usize);
    }
    if matches!(at(*i), 'h' | 'l' | 'L') {
        *i += 1;
    }
    if *i >= len {
        return Err(vm.value_error("incomplete format"));
    }
    conversion.kind = template.char_at(*i);
    *i += 1;
    convert(vm, &conversion, state, *i - 1, out)
}

/// A width or precision: digits, or `*` for an argument.
fn size(
    vm: &mut Vm,
    template: Gc<Str>,
    i: &mut usize,
    state: &mut Arguments,
    too_big: &str,
    most: i64,
) -> PyResult<Option<i64>> {
    let at = |i: usize| if i < template.len() { template.char_at(i) } else { 0 };
    if at(*i) == u32::from('*') {
        *i += 1;
        let value = state.next(vm)?;
        if View::of(value).is_none() {
            return Err(vm.type_error("* wants int"));
        }
        let size = vm.index_c(value, if most == i64::MAX { "ssize_t" } else { "int" })?;
        if size > most {
            return Err(vm.overflow_error("Python int too large to convert to C int"));
        }
        return Ok(Some(size));
    }
    let mut number: Option<i64> = None;
    while let Some(digit) = char::from_u32(at(*i)).and_then(|c| c.to_digit(10)) {
        let digit = i64::from(digit);
        if number.is_some_and(|n| n > (most - digit) / 10) {
            return Err(vm.value_error(too_big));
        }
        number = Some(number.unwrap_or(0) * 10 + digit);
        *i += 1;
    }
    Ok(number)
}

fn convert(
    vm: &mut Vm,
    conversion: &Conversion,
    state: &mut Arguments,
    place: usize,
    out: &mut StrBuilder,
) -> PyResult<()> {
    let value = state.next(vm)?;
    let kind = match u8::try_from(conversion.kind).unwrap_or(0) {
        // Bytes know it by its other name only.
        b'i' if state.bytes => b'd',
        kind => kind,
    };
    // What the usual conversion shows needs neither padding nor a string of its own.
    if conversion.is_plain() && !state.bytes {
        match kind {
            b'd' | b's' if value.is_small_int() => {
                out.push_int(value.small_int_unchecked());
                return Ok(());
            }
            b's' if value.is_exact(vm.types.str) => {
                let text = vm.str_of(value)?;
                out.push_string(text);
                return Ok(());
            }
            _ => {}
        }
    }
    match kind {
        b's' | b'r' | b'a' | b'b' if kind != b'b' || state.bytes => {
            let text = match kind {
                b's' | b'b' if state.bytes => bytes_text(vm, value)?,
                b'r' | b'a' if state.bytes => vm.ascii(value)?,
                b's' => vm.str_of(value)?,
                b'r' => vm.repr(value)?,
                _ => vm.ascii(value)?,
            };
            let len = conversion.precision.map_or(text.len(), |precision| precision.min(text.len()));
            let text = vm.substring(text, 0, len);
            pad(vm, conversion, "", text, false, out)
        }
        b'c' => {
            let c = if state.bytes { byte(vm, value)? } else { character(vm, value)? };
            let text = vm.char_str(c);
            pad(vm, conversion, "", text, false, out)
        }
        b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => {
            let value = integer(vm, value, kind)?;
            let (base, prefix) = match kind {
                b'o' => (8, "0o"),
                b'x' => (16, "0x"),
                b'X' => (16, "0X"),
                _ => (10, ""),
            };
            let (negative, mut digits) = int_digits(vm, value, base)?;
            if kind == b'X' {
                digits.make_ascii_uppercase();
            }
            if let Some(precision) = conversion.precision {
                if precision > i32::MAX as usize - 3 {
                    return Err(vm.overflow_error("precision too large"));
                }
                digits = format!("{digits:0>precision$}");
            }
            let sign = sign(conversion, negative);
            let head = format!("{sign}{}", if conversion.alternate { prefix } else { "" });
            let text = vm.new_str(&digits);
            pad(vm, conversion, &head, text, true, out)
        }
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
            let float = match vm.to_f64(value) {
                Err(raise) if state.bytes && vm.is_raised(raise, vm.exc.TypeError) => {
                    let given = vm.type_name(value);
                    return Err(vm.type_error(format!("float argument required, not {given}")));
                }
                float => float?,
            };
            let precision = Some(conversion.precision.unwrap_or(6));
            let mut digits =
                float_format::format_float(float, kind.to_ascii_lowercase(), precision, conversion.alternate);
            if kind.is_ascii_uppercase() {
                digits.make_ascii_uppercase();
            }
            let (negative, digits) = match digits.strip_prefix('-') {
                Some(digits) => (true, digits),
                None => (false, &*digits),
            };
            let text = vm.new_str(digits);
            pad(vm, conversion, sign(conversion, negative), text, true, out)
        }
        _ => {
            let code = conversion.kind;
            let shown = if (31..=126).contains(&code) { char::from(kind) } else { '?' };
            Err(vm.value_error(format!("unsupported format character '{shown}' (0x{code:x}) at index {place}")))
        }
    }
}

fn sign(conversion: &Conversion, negative: bool) -> &'static str {
    match () {
        () if negative => "-",
        () if conversion.plus => "+",
        () if conversion.blank => " ",
        () => "",
    }
}

/// Appends sign and prefix (`head`) and the text, filled to the width: zeros go behind the head, spaces before it.
fn pad(
    vm: &mut Vm,
    conversion: &Conversion,
    head: &str,
    text: Gc<Str>,
    number: bool,
    out: &mut StrBuilder,
) -> PyResult<()> {
    let missing = conversion.width.unwrap_or(0).saturating_sub(head.len() + text.len());
    if !fits(vm, missing, Kind::One) {
        return Err(memory_error(vm));
    }
    let zeros = number && conversion.zero && !conversion.left;
    if !conversion.left && !zeros {
        out.push_repeated(u32::from(' '), missing);
    }
    out.push_str(head);
    if zeros {
        out.push_repeated(u32::from('0'), missing);
    }
    out.push_string(text);
    if conversion.left {
        out.push_repeated(u32::from(' '), missing);
    }
    Ok(())
}

fn character(vm: &mut Vm, value: Value) -> PyResult<u32> {
    if let Some(text) = value.cast::<Str>() {
        if text.len() == 1 {
            return Ok(text.char_at(0));
        }
    } else if vm.type_of(value).slots().unary[UnaryOp::Index as usize].is_some() {
        return match vm.index_view(value)? {
            View::Small(c @ 0..=0x10_FFFF) => Ok(c as u32),
            _ => Err(vm.overflow_error("%c arg not in range(0x110000)")),
        };
    }
    Err(vm.type_error("%c requires int or char"))
}

/// The byte that `%c` shows.
fn byte(vm: &mut Vm, value: Value) -> PyResult<u32> {
    if let Some([byte]) = bytes::to_vec(value).as_deref() {
        return Ok(u32::from(*byte));
    }
    if View::of(value).is_some() {
        return match vm.index_view(value)? {
            View::Small(byte @ 0..=255) => Ok(byte as u32),
            _ => Err(vm.overflow_error("%c arg not in range(256)")),
        };
    }
    Err(vm.type_error("%c requires an integer in range(256) or a single byte"))
}

/// The bytes that `%s` and `%b` show, as Latin-1 text.
fn bytes_text(vm: &mut Vm, value: Value) -> PyResult<Gc<Str>> {
    let content = match bytes::to_vec(value) {
        Some(content) => Some(content),
        None => {
            let name = vm.names.__bytes__;
            vm.call_special(value, name, &[])?.and_then(bytes::to_vec)
        }
    };
    match content {
        Some(content) => Ok(vm.str_from_latin1(&content)),
        None => {
            let ty = vm.type_name(value);
            Err(vm.type_error(format!(
                "%b requires a bytes-like object, or an object that implements __bytes__, not '{ty}'"
            )))
        }
    }
}

/// The integer that `%d` and its like show.
fn integer(vm: &mut Vm, value: Value, kind: u8) -> PyResult {
    if View::of(value).is_some() {
        return Ok(value);
    }
    let ty = vm.type_of(value);
    let whole_only = matches!(kind, b'o' | b'x' | b'X');
    let unary = |op: UnaryOp| ty.slots().unary[op as usize];
    let is_number = unary(UnaryOp::Index).is_some() || unary(UnaryOp::Int).is_some() || unary(UnaryOp::Float).is_some();
    let result = match unary(UnaryOp::Index) {
        Some(_) if whole_only => Some(vm.index(value)),
        _ if is_number && !whole_only => Some(vm.to_int(value)),
        _ => None,
    };
    match result {
        Some(Ok(value)) => return Ok(value),
        Some(Err(raise)) if !vm.is_raised(raise, vm.exc.TypeError) => return Err(raise),
        _ => {}
    }
    let (kind, ty) = (char::from(kind), vm.type_name(value));
    let wanted = if whole_only { "an integer" } else { "a real number" };
    Err(vm.type_error(format!("%{kind} format: {wanted} is required, not {ty}")))
}
