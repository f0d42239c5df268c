//! `int`: values, conversions, and the type. What fits 62 bits is in the word; the rest is an [`Int`] on the heap.
//!
//! Arithmetic is in [`int_arithmetic`](super::int_arithmetic), the methods in [`int_methods`](super::int_methods), text in
//! [`int_text`](super::int_text). `bool` is in [`boolean`](super::boolean).

use dashu_int::{IBig, Sign, UBig};

use crate::Vm;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Gc, Header, HeapObject, LayoutKind};
use crate::objects::float::Float;
use crate::objects::typeobj::Type;
use crate::slots::{BinaryOp, Slots, UnaryOp};
use crate::spec::{PatternKind, TypeSpec};
use crate::value::Value;

pub use super::boolean::BOOL_TYPE;
pub(crate) use super::int_arithmetic::small_floor_div;
pub use super::int_arithmetic::{
    add, and, divmod, floordiv, invert, lshift, modulo, mul, negative, or, pow, rshift, sub, truediv, xor,
};
pub use super::int_text::{ParseError, parse, text};

/// An integer beyond 62 bits, or an instance of a subclass of `int`.
#[repr(C)]
pub struct Int {
    header: Header,
    /// The number.
    pub value: IBig,
}

// SAFETY: `repr(C)` with the header first; there are no references.
#[expect(unsafe_code, reason = "implementing the heap's contract")]
unsafe impl HeapObject for Int {
    const LAYOUT: LayoutKind = LayoutKind::Int;
    const TRACED: bool = false;

    fn trace(&self, _: &mut Marker) {}

    fn external_bytes(&self) -> usize {
        external_bytes(&self.value)
    }
}

impl Int {
    /// The object, to be put on the heap.
    pub fn new(header: Header, value: IBig) -> Int {
        Int { header, value }
    }
}

/// What the number takes outside its structure.
fn external_bytes(value: &IBig) -> usize {
    let words = value.as_sign_words().1.len();
    // Two words are kept in the structure itself.
    if words > 2 { words * 8 } else { 0 }
}

/// An integer of any kind, opened: exact, a `bool`, or of a subclass.
#[derive(Clone, Copy)]
pub enum View {
    /// It fits a machine word.
    Small(i64),
    /// It does not.
    Big(Gc<Int>),
}

impl View {
    /// The integer in a value, if it is one.
    #[inline(always)]
    pub fn of(value: Value) -> Option<View> {
        if let Some(i) = value.as_small_int() {
            return Some(View::Small(i));
        }
        View::of_other(value)
    }

    #[inline(never)]
    fn of_other(value: Value) -> Option<View> {
        if let Some(int) = value.cast::<Int>() {
            return Some(i64::try_from(&int.value).map_or(View::Big(int), View::Small));
        }
        value.as_bool().map(|b| View::Small(i64::from(b)))
    }

    /// The number as a big one.
    pub fn to_big(self) -> IBig {
        match self {
            View::Small(i) => IBig::from(i),
            View::Big(int) => int.value.clone(),
        }
    }

    /// Works on the number as a big one, without copying it.
    #[inline]
    pub fn with_big<R>(self, f: impl FnOnce(&IBig) -> R) -> R {
        match self {
            View::Small(i) => f(&IBig::from(i)),
            View::Big(int) => f(&int.value),
        }
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        match self {
            View::Small(i) => i < 0,
            View::Big(int) => int.value.sign() == Sign::Negative,
        }
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        matches!(self, View::Small(0))
    }

    /// The float nearest to it (ties to even); infinite when there is none.
    pub fn to_f64(self) -> f64 {
        match self {
            View::Small(i) => i as f64,
            View::Big(int) => big_to_f64(&int.value),
        }
    }
}

/// The number in a value that is an `int`, a `bool`, or of a subclass.
pub fn to_big(value: Value) -> Option<IBig> {
    View::of(value).map(View::to_big)
}

/// The float nearest to a number (ties to even); infinite when there is none.
pub fn big_to_f64(value: &IBig) -> f64 {
    let (sign, words) = value.as_sign_words();
    let magnitude = match words {
        [] => 0.0,
        [low] => *low as f64,
        [.., second, top] => {
            // The 64 highest bits, the last of which also stands for everything below it.
            let zeros = top.leading_zeros();
            let mut high = if zeros == 0 { *top } else { top << zeros | second >> (64 - zeros) };
            let rest = if zeros == 0 { *second } else { second << zeros };
            if rest != 0 || words[..words.len() - 2].iter().any(|w| *w != 0) {
                high |= 1;
            }
            let exponent = words.len() * 64 - 64 - zeros as usize;
            if exponent > 1024 { f64::INFINITY } else { high as f64 * 2f64.powi(exponent as i32) }
        }
    };
    if sign == Sign::Negative { -magnitude } else { magnitude }
}

/// The integer part of a finite float.
pub fn big_from_f64(value: f64) -> IBig {
    let (mantissa, exponent) = float_parts(value);
    let magnitude = if exponent >= 0 {
        UBig::from(mantissa) << exponent as usize
    } else {
        UBig::from(shift_right(mantissa, -exponent))
    };
    IBig::from_parts(if value < 0.0 { Sign::Negative } else { Sign::Positive }, magnitude)
}

fn shift_right(mantissa: u64, by: i32) -> u64 {
    if by >= 64 { 0 } else { mantissa >> by }
}

/// A finite float's magnitude as `mantissa * 2^exponent`.
pub fn float_parts(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) }
}

impl Vm {
    /// An integer.
    #[inline(always)]
    pub fn int(&mut self, value: i64) -> Value {
        match Value::try_small_int(value) {
            Some(value) => value,
            None => self.boxed_int(IBig::from(value)),
        }
    }

    /// An integer.
    #[inline]
    pub fn int_from_u64(&mut self, value: u64) -> Value {
        match i64::try_from(value) {
            Ok(value) => self.int(value),
            Err(_) => self.boxed_int(IBig::from(value)),
        }
    }

    /// An integer.
    #[inline]
    pub fn int_from_i128(&mut self, value: i128) -> Value {
        match i64::try_from(value) {
            Ok(value) => self.int(value),
            Err(_) => self.boxed_int(IBig::from(value)),
        }
    }

    /// An integer of any size.
    pub fn int_from_big(&mut self, value: IBig) -> Value {
        match i64::try_from(&value).ok().and_then(Value::try_small_int) {
            Some(value) => value,
            None => self.boxed_int(value),
        }
    }

    #[inline(never)]
    fn boxed_int(&mut self, value: IBig) -> Value {
        let external = external_bytes(&value);
        if external > 0 {
            self.heap.account_external(external as isize);
        }
        let header = Header::new(self.types.int);
        self.heap.allocate(Int { header, value }).into()
    }

    /// An instance of `int` or a subclass with this number.
    pub(crate) fn int_of_type(&mut self, ty: Gc<Type>, value: IBig) -> Value {
        if ty == self.types.int {
            return self.int_from_big(value);
        }
        self.heap.account_external(external_bytes(&value) as isize);
        self.allocate_object(ty, Int { header: Header::new(ty), value }).into()
    }

    /// The integer part of a float.
    ///
    /// # Errors
    /// `OverflowError` for infinities, `ValueError` for NaN.
    pub fn int_from_f64(&mut self, value: f64) -> PyResult {
        // Both bounds are exact as floats; the upper one does not fit any more.
        if value > -(2f64.powi(61)) && value < 2f64.powi(61) {
            return Ok(Value::small_int(value as i64));
        }
        if value.is_infinite() {
            return Err(self.overflow_error("cannot convert float infinity to integer"));
        }
        if value.is_nan() {
            return Err(self.value_error("cannot convert float NaN to integer"));
        }
        Ok(self.int_from_big(big_from_f64(value)))
    }

    /// The integer that a value stands for (`operator.index`): an `int`, a `bool` or an instance of a subclass as it is,
    /// others by `__index__`.
    ///
    /// # Errors
    /// `TypeError` when it stands for none.
    #[inline]
    pub fn index(&mut self, value: Value) -> PyResult {
        if value.is_small_int() { Ok(value) } else { self.index_of_other(value) }
    }

    fn index_of_other(&mut self, value: Value) -> PyResult {
        if View::of(value).is_some() {
            return Ok(value);
        }
        let Some(slot) = self.type_of(value).slots().unary[UnaryOp::Index as usize] else {
            let name = self.type_name(value);
            return Err(self.type_error(format!("'{name}' object cannot be interpreted as an integer")));
        };
        let result = slot(self, value)?;
        if View::of(result).is_none() {
            let name = self.type_name(result);
            return Err(self.type_error(format!("__index__ returned non-int (type {name})")));
        }
        let int = self.types.int;
        self.warn_of_subclass(result, int, "__index__ returned non-int")?;
        Ok(result)
    }

    /// Warns when a conversion gave an instance of a strict subclass of the type that it should give.
    ///
    /// # Errors
    /// `DeprecationWarning`, where a filter makes it one.
    pub(crate) fn warn_of_subclass(&mut self, result: Value, ty: Gc<Type>, what: &str) -> PyResult<()> {
        if self.type_of(result) == ty {
            return Ok(());
        }
        let (given, name, category) = (self.type_name(result), ty.display_name(), self.exc.DeprecationWarning);
        let message = format!(
            "{what} (type {given}).  The ability to return an instance of a strict subclass of {name} is deprecated, and may not \
             be supported in a future version of Python."
        );
        self.warn(category, &message, 1)
    }

    /// The integer that a value stands for, opened.
    ///
    /// # Errors
    /// As [`Vm::index`].
    #[inline]
    pub fn index_view(&mut self, value: Value) -> PyResult<View> {
        let index = self.index(value)?;
        match View::of(index) {
            Some(view) => Ok(view),
            None => Err(self.type_error("an integer is required")),
        }
    }

    /// A size or count (`PyNumber_AsSsize_t` with `OverflowError`).
    ///
    /// # Errors
    /// As [`Vm::index`]; `OverflowError` beyond 64 bits.
    #[inline]
    pub fn index_i64(&mut self, value: Value) -> PyResult<i64> {
        match value.as_small_int() {
            Some(i) => Ok(i),
            None => {
                let ty = self.exc.OverflowError;
                self.index_or(value, ty)
            }
        }
    }

    /// A position in a sequence (`PyNumber_AsSsize_t` with `IndexError`).
    ///
    /// # Errors
    /// As [`Vm::index`]; `IndexError` beyond 64 bits.
    #[inline]
    pub fn index_position(&mut self, value: Value) -> PyResult<i64> {
        match value.as_small_int() {
            Some(i) => Ok(i),
            None => {
                let ty = self.exc.IndexError;
                self.index_or(value, ty)
            }
        }
    }

    fn index_or(&mut self, value: Value, error: Gc<Type>) -> PyResult<i64> {
        match self.index_view(value)? {
            View::Small(i) => Ok(i),
            View::Big(_) => {
                let name = self.type_name(value);
                Err(self.raise(error, format!("cannot fit '{name}' into an index-sized integer")))
            }
        }
    }

    /// A bound of a slice: any integer, cut to 64 bits.
    ///
    /// # Errors
    /// As [`Vm::index`].
    #[inline]
    pub fn index_clamped(&mut self, value: Value) -> PyResult<i64> {
        if let Some(i) = value.as_small_int() {
            return Ok(i);
        }
        Ok(match self.index_view(value)? {
            View::Small(i) => i,
            View::Big(int) => match int.value.sign() {
                Sign::Negative => i64::MIN,
                Sign::Positive => i64::MAX,
            },
        })
    }

    /// An argument of a C type (`"int"`, `"long"`, `"ssize_t"`): `OverflowError` says that it is too large for it.
    ///
    /// # Errors
    /// As [`Vm::index`]; `OverflowError` beyond 32 bits for an `int`, beyond 64 for the others.
    pub fn index_c(&mut self, value: Value, c_type: &str) -> PyResult<i64> {
        match self.index_view(value)? {
            View::Small(i) if c_type != "int" || i32::try_from(i).is_ok() => Ok(i),
            _ => Err(self.overflow_error(format!("Python int too large to convert to C {c_type}"))),
        }
    }

    /// The integer that a value is converted to (`int(value)` with one argument, `PyNumber_Long`).
    ///
    /// # Errors
    /// `TypeError`, `ValueError` for text that is no integer, and whatever the value's methods raise.
    pub fn to_int(&mut self, value: Value) -> PyResult {
        super::int_methods::to_int(self, value)
    }

    /// The float that a number is converted to (`PyFloat_AsDouble`): by `__float__` or `__index__`.
    ///
    /// # Errors
    /// `TypeError` for what is no number, `OverflowError` for integers beyond the range of floats.
    #[inline]
    pub fn to_f64(&mut self, value: Value) -> PyResult<f64> {
        match value.as_float() {
            Some(float) => Ok(float),
            None => self.number_to_f64(value),
        }
    }

    /// By the value's methods, also where it is a float of a subclass.
    pub(crate) fn number_to_f64(&mut self, value: Value) -> PyResult<f64> {
        if let Some(view) = View::of(value)
            && (!value.is_heap() || value.is_exact(self.types.int))
        {
            return self.view_to_f64(view);
        }
        let ty = self.type_of(value);
        let slots = ty.slots();
        let (float, index) = (slots.unary[UnaryOp::Float as usize], slots.unary[UnaryOp::Index as usize]);
        if let Some(float) = float {
            let result = float(self, value)?;
            if let Some(float) = result.as_float() {
                let ty = self.types.float;
                if self.type_of(result) != ty {
                    let of = self.type_name(value);
                    self.warn_of_subclass(result, ty, &format!("{of}.__float__ returned non-float"))?;
                }
                return Ok(float);
            }
            let (of, got) = (self.type_name(value), self.type_name(result));
            return Err(self.type_error(format!("{of}.__float__ returned non-float (type {got})")));
        }
        if index.is_some() {
            let view = self.index_view(value)?;
            return self.view_to_f64(view);
        }
        let name = self.type_name(value);
        Err(self.type_error(format!("must be real number, not {name}")))
    }

    /// The float nearest to an integer.
    ///
    /// # Errors
    /// `OverflowError` when there is none.
    pub fn view_to_f64(&mut self, view: View) -> PyResult<f64> {
        let float = view.to_f64();
        if float.is_infinite() {
            return Err(self.overflow_error("int too large to convert to float"));
        }
        Ok(float)
    }

    /// A float.
    #[inline(always)]
    pub fn float(&mut self, value: f64) -> Value {
        match Value::try_float(value) {
            Some(value) => value,
            None => self.boxed_float(value),
        }
    }

    #[inline(never)]
    fn boxed_float(&mut self, value: f64) -> Value {
        let header = Header::new(self.types.float);
        self.heap.allocate(Float::new(header, value)).into()
    }
}

/// The modulus of the hash of numbers, 2⁶¹ − 1.
pub(crate) const HASH_MODULUS: u64 = (1 << 61) - 1;

/// The hash of an integer.
pub fn hash(view: View) -> i64 {
    let (negative, magnitude) = match view {
        View::Small(i) => (i < 0, i.unsigned_abs() % HASH_MODULUS),
        View::Big(int) => {
            // The words from the highest down, each shifting the rest by 2⁶⁴ = 8 · 2⁶¹ ≡ 8.
            let (sign, words) = int.value.as_sign_words();
            let rest = words.iter().rev().fold(0u64, |rest, word| {
                ((u128::from(rest) * 8 + u128::from(*word)) % u128::from(HASH_MODULUS)) as u64
            });
            (sign == Sign::Negative, rest)
        }
    };
    let hash = if negative { -(magnitude as i64) } else { magnitude as i64 };
    if hash == -1 { -2 } else { hash }
}

fn hash_slot(_: &mut Vm, value: Value) -> PyResult<i64> {
    Ok(View::of(value).map_or(0, hash))
}

fn bool_slot(_: &mut Vm, value: Value) -> PyResult<bool> {
    Ok(View::of(value).is_some_and(|v| !v.is_zero()))
}

fn repr_slot(vm: &mut Vm, value: Value) -> PyResult {
    match View::of(value) {
        Some(view) => Ok(text(vm, view)?.into()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn float_slot(vm: &mut Vm, value: Value) -> PyResult {
    let view = vm.index_view(value)?;
    let float = vm.view_to_f64(view)?;
    Ok(vm.float(float))
}

/// `int`.
pub const INT_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    pattern: PatternKind::MatchSelf,
    slots: Slots {
        power: Some(pow),
        bool: Some(bool_slot),
        hash: Some(hash_slot),
        repr: Some(repr_slot),
        compare: Some(super::int_arithmetic::compare),
        new: Some(super::int_methods::new),
        ..Slots::NONE
    }
    .with_binary(BinaryOp::Add, add)
    .with_binary(BinaryOp::Subtract, sub)
    .with_binary(BinaryOp::Multiply, mul)
    .with_binary(BinaryOp::FloorDivide, floordiv)
    .with_binary(BinaryOp::Remainder, modulo)
    .with_binary(BinaryOp::Divmod, divmod)
    .with_binary(BinaryOp::TrueDivide, truediv)
    .with_binary(BinaryOp::Lshift, lshift)
    .with_binary(BinaryOp::Rshift, rshift)
    .with_binary(BinaryOp::And, and)
    .with_binary(BinaryOp::Or, or)
    .with_binary(BinaryOp::Xor, xor)
    .with_unary(UnaryOp::Negative, negative)
    .with_unary(UnaryOp::Positive, super::int_arithmetic::positive)
    .with_unary(UnaryOp::Absolute, super::int_arithmetic::absolute)
    .with_unary(UnaryOp::Invert, invert)
    .with_unary(UnaryOp::Int, super::int_arithmetic::positive)
    .with_unary(UnaryOp::Index, super::int_arithmetic::positive)
    .with_unary(UnaryOp::Float, float_slot),
    methods: super::int_methods::METHODS,
    getset: super::int_methods::GETSET,
    doc: Some(
        "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no \
         arguments\nare given.  If x is a number, return x.__int__().  For floating point\nnumbers, this truncates towards \
         zero.",
    ),
    ..TypeSpec::new("int", LayoutKind::Int)
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn big_integers_round_to_floats() {
        for text in [
            "9007199254740993",
            "9007199254740995",
            "18446744073709551615",
            "340282366920938463463374607431768211455",
            "123456789012345678901234567890123456789012345678901234567890",
        ] {
            let big: IBig = text.parse().expect("digits");
            assert_eq!(big_to_f64(&big), text.parse::<f64>().expect("digits"));
            assert_eq!(big_to_f64(&-big), -text.parse::<f64>().expect("digits"));
        }
        assert_eq!(big_to_f64(&(IBig::from(1) << 1024)), f64::INFINITY);
        assert_eq!(big_to_f64(&((IBig::from(1) << 1024) - (IBig::from(1) << 970))), f64::INFINITY);
        assert_eq!(big_to_f64(&((IBig::from(1) << 1024) - (IBig::from(1) << 971))), f64::MAX);
    }

    #[test]
    fn floats_truncate_to_big_integers() {
        assert_eq!(big_from_f64(1e22), "10000000000000000000000".parse::<IBig>().expect("digits"));
        assert_eq!(big_from_f64(-1.5), IBig::from(-1));
        assert_eq!(big_from_f64(5e-324), IBig::from(0));
        assert_eq!(big_from_f64(f64::MAX), (IBig::from(1) << 1024) - (IBig::from(1) << 971));
    }

    #[test]
    fn hashes_are_cpythons() {
        assert_eq!(hash(View::Small(-1)), -2);
        assert_eq!(hash(View::Small((1 << 61) - 1)), 0);
        assert_eq!(hash(View::Small(1 << 61)), 1);
        assert_eq!(hash(View::Small(i64::MIN)), -4);
    }
}
