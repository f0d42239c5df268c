//! `complex`.

use std::borrow::Cow;

use super::float::{self, hash as float_hash};
use super::float_format;
use super::int::View;
use super::int_text::to_ascii;
use super::string::Str;
use super::typeobj::Type;
use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Gc, Header, HeapObject, LayoutKind};
use crate::objects::string_methods::arguments::type_or_none;
use crate::protocol::hash_pointer;
use crate::slots::{BinaryOp, CompareOp, Slots, UnaryOp};
use crate::spec::{Convention, GetSetSpec, MethodSpec, TypeSpec, member, method};
use crate::value::Value;

/// A complex number.
#[repr(C)]
pub struct Complex {
    header: Header,
    /// The number.
    pub value: Parts,
}

// SAFETY: `repr(C)` with the header first; there are no references.
#[expect(unsafe_code, reason = "implementing the heap's contract")]
unsafe impl HeapObject for Complex {
    const LAYOUT: LayoutKind = LayoutKind::Complex;
    const TRACED: bool = false;

    fn trace(&self, _: &mut Marker) {}
}

/// Real and imaginary part.
#[derive(Clone, Copy, PartialEq, Debug)]
#[repr(C)]
pub struct Parts {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

impl Parts {
    const ONE: Parts = Parts { re: 1.0, im: 0.0 };

    fn product(self, other: Parts) -> Parts {
        Parts { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }

    /// The quotient by Smith's algorithm (CACM 116); `None` for a zero divisor.
    fn quotient(self, by: Parts) -> Option<Parts> {
        let (re, im) = (by.re.abs(), by.im.abs());
        if re >= im {
            if re == 0.0 {
                return None;
            }
            let ratio = by.im / by.re;
            let denominator = by.re + by.im * ratio;
            Some(Parts { re: (self.re + self.im * ratio) / denominator, im: (self.im - self.re * ratio) / denominator })
        } else if im >= re {
            let ratio = by.re / by.im;
            let denominator = by.re * ratio + by.im;
            Some(Parts { re: (self.re * ratio + self.im) / denominator, im: (self.im * ratio - self.re) / denominator })
        } else {
            Some(Parts { re: f64::NAN, im: f64::NAN })
        }
    }

    /// A power with a natural exponent, by squaring.
    fn power_of(self, exponent: u32) -> Parts {
        let (mut result, mut square) = (Parts::ONE, self);
        let mut rest = exponent;
        while rest > 0 {
            if rest & 1 == 1 {
                result = result.product(square);
            }
            square = square.product(square);
            rest >>= 1;
        }
        result
    }

    /// A power; `None` for zero to a negative or complex power.
    fn power(self, exponent: Parts) -> Option<Parts> {
        if exponent.im == 0.0 && exponent.re == exponent.re.floor() && exponent.re.abs() <= 100.0 {
            let size = exponent.re.abs() as u32;
            return if exponent.re > 0.0 {
                Some(self.power_of(size))
            } else {
                Parts::ONE.quotient(self.power_of(size))
            };
        }
        if self.re == 0.0 && self.im == 0.0 {
            return if exponent.im != 0.0 || exponent.re < 0.0 { None } else { Some(Parts { re: 0.0, im: 0.0 }) };
        }
        let size = self.re.hypot(self.im);
        let angle = self.im.atan2(self.re);
        let mut length = size.powf(exponent.re);
        let mut phase = angle * exponent.re;
        if exponent.im != 0.0 {
            length /= (angle * exponent.im).exp();
            phase += exponent.im * size.ln();
        }
        if phase.is_infinite() {
            // C's sine and cosine report a domain error.
            return None;
        }
        Some(Parts { re: length * phase.cos(), im: length * phase.sin() })
    }

    /// The text, as `repr`.
    pub fn text(self) -> String {
        let part = |x: f64| {
            let text = float::repr(x);
            text.strip_suffix(".0").map(str::to_string).unwrap_or(text)
        };
        let im = part(self.im);
        if self.re == 0.0 && self.re.is_sign_positive() {
            return format!("{im}j");
        }
        let sign = if im.starts_with('-') { "" } else { "+" };
        format!("({}{sign}{im}j)", part(self.re))
    }
}

impl Vm {
    /// A complex number.
    pub fn complex(&mut self, re: f64, im: f64) -> Value {
        let header = Header::new(self.types.complex);
        self.heap.allocate(Complex { header, value: Parts { re, im } }).into()
    }
}

/// An operand as a complex number; `None` for what is no number.
fn operand(vm: &mut Vm, value: Value) -> PyResult<Option<Parts>> {
    if let Some(complex) = value.cast::<Complex>() {
        return Ok(Some(complex.value));
    }
    if let Some(re) = value.as_float() {
        return Ok(Some(Parts { re, im: 0.0 }));
    }
    match View::of(value) {
        Some(view) => Ok(Some(Parts { re: vm.view_to_f64(view)?, im: 0.0 })),
        None => Ok(None),
    }
}

macro_rules! operands {
    ($vm:expr, $a:expr, $b:expr) => {{
        let (Some(a), Some(b)) = (operand($vm, $a)?, operand($vm, $b)?) else { return Ok(Value::NOT_IMPLEMENTED) };
        (a, b)
    }};
}

fn add(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = operands!(vm, a, b);
    Ok(vm.complex(a.re + b.re, a.im + b.im))
}

fn sub(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = operands!(vm, a, b);
    Ok(vm.complex(a.re - b.re, a.im - b.im))
}

fn mul(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = operands!(vm, a, b);
    let product = a.product(b);
    Ok(vm.complex(product.re, product.im))
}

fn truediv(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = operands!(vm, a, b);
    match a.quotient(b) {
        Some(quotient) => Ok(vm.complex(quotient.re, quotient.im)),
        None => Err(vm.zero_division("complex division by zero")),
    }
}

/// `pow(a, b)`, also for a negative float to a power that is no integer.
pub(super) fn pow(vm: &mut Vm, a: Value, b: Value, modulus: Value) -> PyResult {
    let (a, b) = operands!(vm, a, b);
    if !modulus.is_none() {
        return Err(vm.value_error("complex modulo"));
    }
    let Some(power) = a.power(b) else {
        return Err(vm.zero_division("0.0 to a negative or complex power"));
    };
    if power.re.is_infinite() || power.im.is_infinite() {
        return Err(vm.overflow_error("complex exponentiation"));
    }
    Ok(vm.complex(power.re, power.im))
}

fn receiver(vm: &mut Vm, value: Value) -> PyResult<Parts> {
    Ok(super::receiver::<Complex>(vm, value)?.value)
}

fn negative(vm: &mut Vm, value: Value) -> PyResult {
    let Parts { re, im } = receiver(vm, value)?;
    Ok(vm.complex(-re, -im))
}

/// The same number as an exact `complex`.
fn positive(vm: &mut Vm, value: Value) -> PyResult {
    if value.is_exact(vm.types.complex) {
        return Ok(value);
    }
    let Parts { re, im } = receiver(vm, value)?;
    Ok(vm.complex(re, im))
}

fn absolute(vm: &mut Vm, value: Value) -> PyResult {
    let Parts { re, im } = receiver(vm, value)?;
    let size = re.hypot(im);
    if size.is_infinite() && re.is_finite() && im.is_finite() {
        return Err(vm.overflow_error("absolute value too large"));
    }
    Ok(vm.float(size))
}

fn truth(vm: &mut Vm, value: Value) -> PyResult<bool> {
    let Parts { re, im } = receiver(vm, value)?;
    Ok(re != 0.0 || im != 0.0)
}

fn hash(vm: &mut Vm, value: Value) -> PyResult<i64> {
    const IMAGINARY: u64 = 1_000_003;
    let parts = receiver(vm, value)?;
    let one = |x: f64| if x.is_nan() { hash_pointer(value.heap_address().unwrap_or(0)) } else { float_hash(x) };
    let hash = (one(parts.re) as u64).wrapping_add(IMAGINARY.wrapping_mul(one(parts.im) as u64)) as i64;
    Ok(if hash == -1 { -2 } else { hash })
}

fn compare(vm: &mut Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let left = receiver(vm, a)?;
    let equal = if let Some(right) = b.cast::<Complex>() {
        left == right.value
    } else if let Some(right) = b.as_float() {
        left == Parts { re: right, im: 0.0 }
    } else if let Some(right) = View::of(b) {
        left.im == 0.0 && float::compare_with_int(left.re, right).is_some_and(|o| o.is_eq())
    } else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn repr(vm: &mut Vm, value: Value) -> PyResult {
    let text = receiver(vm, value)?.text();
    Ok(vm.new_str(&text).into())
}

fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["real", "imag"], positional_only: 0, max_positional: 2, required: 0 };
    let [real, imag] = args.bind(vm, "complex", &PARAMETERS)?;
    let real = if real.is_null() { Value::small_int(0) } else { real };
    if ty == vm.types.complex && imag.is_null() && real.is_exact(ty) {
        return Ok(real);
    }
    if let Some(text) = real.cast::<Str>() {
        if !imag.is_null() {
            return Err(vm.type_error("complex() can't take second arg if first is a string"));
        }
        let ascii = to_ascii(text);
        let Some(plain) = without_underscores(&ascii) else {
            let shown = vm.repr_text(real)?;
            return Err(vm.value_error(format!("could not convert string to complex: {shown}")));
        };
        return match parse(&plain) {
            Some(parts) => Ok(of_type(vm, ty, parts)),
            None => Err(vm.value_error("complex() arg is a malformed string")),
        };
    }
    if imag.cast::<Str>().is_some() {
        return Err(vm.type_error("complex() second arg can't be a string"));
    }
    let name = vm.intern("__complex__");
    let exact = real.is_exact(vm.types.complex);
    let real = match if exact { None } else { vm.call_special(real, name, &[])? } {
        Some(special) if special.cast::<Complex>().is_some() => {
            let complex = vm.types.complex;
            vm.warn_of_subclass(special, complex, "__complex__ returned non-complex")?;
            special
        }
        Some(special) => {
            let name = vm.type_name(special);
            return Err(vm.type_error(format!("__complex__ returned non-complex (type {name})")));
        }
        None => real,
    };
    if !is_number(vm, real) {
        let name = vm.type_name(real);
        return Err(vm.type_error(format!("complex() first argument must be a string or a number, not '{name}'")));
    }
    if !imag.is_null() && !is_number(vm, imag) {
        let name = vm.type_name(imag);
        return Err(vm.type_error(format!("complex() second argument must be a number, not '{name}'")));
    }
    // Either argument may be complex itself: the result is `real + imag * 1j`.
    let (real_parts, imag_parts) = (parts_of(vm, real)?, if imag.is_null() { None } else { Some(parts_of(vm, imag)?) });
    let mut parts = real_parts;
    if let Some(i) = imag_parts {
        if imag.cast::<Complex>().is_some() {
            parts.re -= i.im;
        }
        parts.im = if real.cast::<Complex>().is_some() { i.re + real_parts.im } else { i.re };
    }
    Ok(of_type(vm, ty, parts))
}

fn of_type(vm: &mut Vm, ty: Gc<Type>, value: Parts) -> Value {
    if ty == vm.types.complex {
        return vm.complex(value.re, value.im);
    }
    vm.allocate_object(ty, Complex { header: Header::new(ty), value }).into()
}

fn is_number(vm: &mut Vm, value: Value) -> bool {
    let ty = vm.type_of(value);
    let slots = ty.slots();
    slots.unary[UnaryOp::Float as usize].is_some()
        || slots.unary[UnaryOp::Index as usize].is_some()
        || value.cast::<Complex>().is_some()
}

fn parts_of(vm: &mut Vm, value: Value) -> PyResult<Parts> {
    match value.cast::<Complex>() {
        Some(complex) => Ok(complex.value),
        None => Ok(Parts { re: vm.to_f64(value)?, im: 0.0 }),
    }
}

/// The text without underscores; `None` when one of them does not stand between digits.
fn without_underscores(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !text.contains(&b'_') {
        return Some(Cow::Borrowed(text));
    }
    let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
    let between = |i: usize| i > 0 && digit(text.get(i - 1)) && digit(text.get(i + 1));
    if !(0..text.len()).all(|i| text[i] != b'_' || between(i)) {
        return None;
    }
    Some(Cow::Owned(text.iter().copied().filter(|b| *b != b'_').collect()))
}

/// A complex number from text: a float, a float with `j`, both with the sign of the second between them, in parentheses or not;
/// a bare sign before the `j` stands for one.
fn parse(text: &[u8]) -> Option<Parts> {
    let mut rest = trim(text);
    if let [b'(', inner @ .., b')'] = rest {
        rest = trim(inner);
    }
    let Some(body) = rest.strip_suffix(b"j").or_else(|| rest.strip_suffix(b"J")) else {
        let first = number_length(rest);
        return (first == rest.len() && first > 0).then(|| float_format::parse(rest))?.map(|re| Parts { re, im: 0.0 });
    };
    let unit = |sign: &[u8]| match sign {
        b"" | b"+" => Some(1.0),
        b"-" => Some(-1.0),
        _ => None,
    };
    let first = number_length(body);
    if first == body.len() && first > 0 {
        return float_format::parse(body).map(|im| Parts { re: 0.0, im });
    }
    if first == 0 {
        return unit(body).map(|im| Parts { re: 0.0, im });
    }
    let re = float_format::parse(&body[..first])?;
    let tail = &body[first..];
    if !matches!(tail.first(), Some(b'+' | b'-')) {
        return None;
    }
    let im = if number_length(tail) == tail.len() { float_format::parse(tail)? } else { unit(tail)? };
    Some(Parts { re, im })
}

fn trim(text: &[u8]) -> &[u8] {
    let blank = |b: &u8| b.is_ascii_whitespace() || *b == 0x0b;
    let start = text.iter().position(|b| !blank(b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| !blank(b)).map_or(start, |i| i + 1);
    &text[start..end]
}

/// How much of the beginning of a text is a float.
fn number_length(text: &[u8]) -> usize {
    let mut at = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    for name in ["infinity", "inf", "nan"] {
        if text[at..].get(..name.len()).is_some_and(|t| t.eq_ignore_ascii_case(name.as_bytes())) {
            return at + name.len();
        }
    }
    let digits = |from: usize| text[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = digits(at);
    at += whole;
    let mut fraction = 0;
    if text.get(at) == Some(&b'.') {
        fraction = digits(at + 1);
        at += 1 + fraction;
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let exponent = text.get(at + 1 + sign..).map_or(0, |_| digits(at + 1 + sign));
        if exponent > 0 {
            at += 1 + sign + exponent;
        }
    }
    at
}

fn conjugate(vm: &mut Vm, value: Value, _: Args<'_>) -> PyResult {
    let Parts { re, im } = receiver(vm, value)?;
    Ok(vm.complex(re, -im))
}

fn to_complex(vm: &mut Vm, value: Value, _: Args<'_>) -> PyResult {
    positive(vm, value)
}

fn getnewargs(vm: &mut Vm, value: Value, _: Args<'_>) -> PyResult {
    let Parts { re, im } = receiver(vm, value)?;
    let (re, im) = (vm.float(re), vm.float(im));
    Ok(vm.new_tuple(&[re, im]).into())
}

fn format(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    let [spec] = args.exactly(vm, "__format__")?;
    let Parts { re, im } = receiver(vm, value)?;
    match spec.cast::<Str>() {
        Some(spec) => Ok(crate::format::format_complex(vm, value, re, im, spec)?.into()),
        None => {
            let name = type_or_none(vm, spec);
            Err(vm.type_error(format!("__format__() argument must be str, not {name}")))
        }
    }
}

const METHODS: &[MethodSpec] = &[
    method("conjugate", conjugate, Convention::NoArgs),
    method("__complex__", to_complex, Convention::NoArgs),
    method("__getnewargs__", getnewargs, Convention::NoArgs),
    method("__format__", format, Convention::O),
];

fn real(vm: &mut Vm, value: Value) -> PyResult {
    let Parts { re, .. } = receiver(vm, value)?;
    Ok(vm.float(re))
}

fn imag(vm: &mut Vm, value: Value) -> PyResult {
    let Parts { im, .. } = receiver(vm, value)?;
    Ok(vm.float(im))
}

const GETSET: &[GetSetSpec] = &[member("real", real), member("imag", imag)];

/// `complex`.
pub const COMPLEX_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    slots: Slots {
        power: Some(pow),
        bool: Some(truth),
        hash: Some(hash),
        repr: Some(repr),
        compare: Some(compare),
        new: Some(new),
        ..Slots::NONE
    }
    .with_binary(BinaryOp::Add, add)
    .with_binary(BinaryOp::Subtract, sub)
    .with_binary(BinaryOp::Multiply, mul)
    .with_binary(BinaryOp::TrueDivide, truediv)
    .with_unary(UnaryOp::Negative, negative)
    .with_unary(UnaryOp::Positive, positive)
    .with_unary(UnaryOp::Absolute, absolute),
    methods: METHODS,
    getset: GETSET,
    doc: Some(
        "Create a complex number from a real part and an optional imaginary part.\n\nThis is equivalent to (real + \
         imag*1j) where imag defaults to 0.",
    ),
    ..TypeSpec::new("complex", LayoutKind::Complex)
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let parts = |re, im| Some(Parts { re, im });
        assert_eq!(parse(b" ( 1+2j ) "), parts(1.0, 2.0));
        assert_eq!(parse(b"1e5j"), parts(0.0, 1e5));
        assert_eq!(parse(b"-j"), parts(0.0, -1.0));
        assert_eq!(parse(b"1-J"), parts(1.0, -1.0));
        assert_eq!(parse(b"1e-3-2.5e+2j"), parts(1e-3, -250.0));
        assert_eq!(parse(b"-inf+infinityj"), parts(f64::NEG_INFINITY, f64::INFINITY));
        assert_eq!(without_underscores(b"1_0").as_deref(), Some(b"10".as_slice()));
        assert_eq!(without_underscores(b"1__0"), None);
        for bad in ["", "()", "1 + 2j", "1+2", "1j+2", "(1", "j1", "1+2jj", "e5"] {
            assert_eq!(parse(bad.as_bytes()), None, "{bad:?}");
        }
        assert_eq!(Parts { re: -0.0, im: -0.0 }.text(), "(-0-0j)");
        assert_eq!(Parts { re: 0.0, im: 1.5 }.text(), "1.5j");
        assert_eq!(Parts { re: 1e20, im: f64::NAN }.text(), "(1e+20+nanj)");
    }

    #[test]
    fn powers() {
        let z = Parts { re: 1.0, im: 2.0 };
        assert_eq!(z.power(Parts { re: 2.0, im: 0.0 }), Some(Parts { re: -3.0, im: 4.0 }));
        assert_eq!(
            z.power(Parts { re: -3.0, im: 0.0 }).map(Parts::text).as_deref(),
            Some("(-0.08800000000000001+0.016j)")
        );
        assert_eq!(Parts { re: 0.0, im: 0.0 }.power(Parts { re: -1.0, im: 0.0 }), None);
        assert_eq!(z.power(Parts { re: 0.0, im: 0.0 }), Some(Parts::ONE));
    }
}
