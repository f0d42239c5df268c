//! The 64-bit word that every Python value is.
//!
//! | low bits | meaning |
//! |---|---|
//! | `x00` | an integer of 62 bits, shifted left by two (so that addition is one `add` and one `jo`) |
//! | `001`, `010`, `110` | a float, self-tagged: its bits rotated left by four, xor 2 |
//! | `011` | a pointer to a heap object, plus three |
//! | `101` | an immediate: `NULL` (no value), `None`, `False`, `True`, `...`, `NotImplemented` |
//!
//! Floats whose exponent lies outside the usual range, infinities and NaNs do not fit the tags and are boxed
//! ([`crate::objects::float::Float`]). The scheme is float self-tagging (Melançon, Serrano, Feeley 2024); the
//! measurements that chose it are in `docs/decisions/`.

#![expect(unsafe_code, reason = "the encoding turns words into pointers")]

use crate::object::{Gc, Header, HeapObject};
use crate::objects::typeobj::Type;

/// A Python value. Copying one costs nothing and keeps nothing alive: see [`crate::heap`] for what does.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Value(u64);

const _: () = assert!(size_of::<Value>() == 8);

const TAG_POINTER: u64 = 3;
const TAG_IMMEDIATE: u64 = 5;
/// Bit `t` is set when words whose low five bits are `t` are floats (tags 1, 2 and 6).
const FLOAT_TAGS: u32 = 0x4646_4646;

const fn immediate(n: u64) -> Value {
    Value(n << 3 | TAG_IMMEDIATE)
}

/// The largest integer that is stored in the word itself.
pub const SMALL_INT_MAX: i64 = (1 << 61) - 1;
/// The smallest integer that is stored in the word itself.
pub const SMALL_INT_MIN: i64 = -(1 << 61);

impl Value {
    /// No value: an unbound local, an empty cell, the slot below a plain callable. Never visible to a program.
    pub const NULL: Value = immediate(0);
    /// `None`.
    pub const NONE: Value = immediate(1);
    /// `False`.
    pub const FALSE: Value = immediate(2);
    /// `True`.
    pub const TRUE: Value = immediate(3);
    /// `...`.
    pub const ELLIPSIS: Value = immediate(4);
    /// `NotImplemented`.
    pub const NOT_IMPLEMENTED: Value = immediate(5);
    /// The number of immediates.
    pub const IMMEDIATES: usize = 6;

    /// The raw word.
    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The value of a raw word that [`Value::bits`] gave.
    ///
    /// # Safety
    /// A word that was not a `Value` before may be taken for a pointer.
    #[inline(always)]
    pub const unsafe fn from_bits(bits: u64) -> Value {
        Value(bits)
    }

    /// A truth value.
    #[inline(always)]
    pub const fn bool(b: bool) -> Value {
        if b { Value::TRUE } else { Value::FALSE }
    }

    /// Whether this is [`Value::NULL`].
    #[inline(always)]
    pub const fn is_null(self) -> bool {
        self.0 == Value::NULL.0
    }

    /// `None` in place of `NULL`.
    #[inline(always)]
    pub const fn or_none(self) -> Value {
        if self.is_null() { Value::NONE } else { self }
    }

    /// `Some` unless this is `NULL`.
    #[inline(always)]
    pub const fn non_null(self) -> Option<Value> {
        if self.is_null() { None } else { Some(self) }
    }

    /// Whether this is `None`.
    #[inline(always)]
    pub const fn is_none(self) -> bool {
        self.0 == Value::NONE.0
    }

    /// Identity, as Python's `is`. Integers and floats in the word itself are identical when they are equal.
    #[inline(always)]
    pub const fn is(self, other: Value) -> bool {
        self.0 == other.0
    }

    /// Whether this is `True` or `False`.
    #[inline(always)]
    pub const fn is_bool(self) -> bool {
        self.0 == Value::TRUE.0 || self.0 == Value::FALSE.0
    }

    /// The truth value, if this is `True` or `False`.
    #[inline(always)]
    pub const fn as_bool(self) -> Option<bool> {
        if self.0 == Value::TRUE.0 {
            Some(true)
        } else if self.0 == Value::FALSE.0 {
            Some(false)
        } else {
            None
        }
    }

    /// The number of an immediate (0 for `NULL` up to 5 for `NotImplemented`).
    #[inline(always)]
    pub const fn immediate_index(self) -> Option<usize> {
        if self.0 & 7 == TAG_IMMEDIATE { Some((self.0 >> 3) as usize) } else { None }
    }

    // ---- integers ----

    /// Whether this is an integer in the word itself (an exact `int`; never a `bool`).
    #[inline(always)]
    pub const fn is_small_int(self) -> bool {
        self.0 & 3 == 0
    }

    /// Whether both are integers in the word itself.
    #[inline(always)]
    pub const fn both_small_int(a: Value, b: Value) -> bool {
        (a.0 | b.0) & 3 == 0
    }

    /// The integer in the word, if there is one.
    #[inline(always)]
    pub const fn as_small_int(self) -> Option<i64> {
        if self.is_small_int() { Some(self.0 as i64 >> 2) } else { None }
    }

    /// The integer in the word. Only meaningful after [`Value::is_small_int`].
    #[inline(always)]
    pub const fn small_int_unchecked(self) -> i64 {
        self.0 as i64 >> 2
    }

    /// The integer as a word, if it fits 62 bits. [`crate::Vm::int`] makes one of any size.
    #[inline(always)]
    pub const fn try_small_int(i: i64) -> Option<Value> {
        if (i << 2) >> 2 == i { Some(Value((i << 2) as u64)) } else { None }
    }

    /// The integer as a word, for integers that are known to be small (lengths, indices, code points).
    #[inline(always)]
    pub const fn small_int(i: i64) -> Value {
        debug_assert!((i << 2) >> 2 == i);
        Value((i << 2) as u64)
    }

    /// Sum of two integers in the word, `None` on overflow. Both must be [`Value::is_small_int`].
    #[inline(always)]
    pub const fn small_add(a: Value, b: Value) -> Option<Value> {
        match (a.0 as i64).checked_add(b.0 as i64) {
            Some(r) => Some(Value(r as u64)),
            None => None,
        }
    }

    /// Difference of two integers in the word, `None` on overflow. Both must be [`Value::is_small_int`].
    #[inline(always)]
    pub const fn small_sub(a: Value, b: Value) -> Option<Value> {
        match (a.0 as i64).checked_sub(b.0 as i64) {
            Some(r) => Some(Value(r as u64)),
            None => None,
        }
    }

    /// Product of two integers in the word, `None` on overflow. Both must be [`Value::is_small_int`].
    #[inline(always)]
    pub const fn small_mul(a: Value, b: Value) -> Option<Value> {
        match (a.0 as i64).checked_mul(b.0 as i64 >> 2) {
            Some(r) => Some(Value(r as u64)),
            None => None,
        }
    }

    // ---- floats ----

    /// Whether this is a float in the word itself.
    #[inline(always)]
    pub const fn is_inline_float(self) -> bool {
        FLOAT_TAGS >> (self.0 as u32 & 31) & 1 != 0
    }

    /// The float in the word, if there is one. [`Value::as_float`] sees boxed ones too.
    #[inline(always)]
    pub const fn as_inline_float(self) -> Option<f64> {
        if self.is_inline_float() { Some(self.inline_float_unchecked()) } else { None }
    }

    /// The float in the word. Only meaningful after [`Value::is_inline_float`].
    #[inline(always)]
    pub const fn inline_float_unchecked(self) -> f64 {
        f64::from_bits((self.0 ^ 2).rotate_right(4))
    }

    /// The float as a word, if its exponent fits. [`crate::Vm::float`] makes one of any.
    #[inline(always)]
    pub const fn try_float(f: f64) -> Option<Value> {
        let v = Value(f.to_bits().rotate_left(4) ^ 2);
        if v.is_inline_float() { Some(v) } else { None }
    }

    // ---- heap objects ----

    /// Whether this points to a heap object.
    #[inline(always)]
    pub const fn is_heap(self) -> bool {
        self.0 & 7 == TAG_POINTER
    }

    /// The address of the heap object, if this points to one.
    #[inline(always)]
    pub fn heap_address(self) -> Option<usize> {
        if self.is_heap() { Some((self.0 - TAG_POINTER) as usize) } else { None }
    }

    /// The object's header, if this points to a heap object.
    #[inline(always)]
    pub fn header(self) -> Option<Gc<Header>> {
        if self.is_heap() { Some(self.header_unchecked()) } else { None }
    }

    /// The object's header. Only meaningful after [`Value::is_heap`].
    #[inline(always)]
    pub fn header_unchecked(self) -> Gc<Header> {
        debug_assert!(self.is_heap());
        // SAFETY: the caller checked the tag; pointers to heap objects are never null.
        unsafe { Gc::from_raw((self.0 - TAG_POINTER) as *mut Header) }
    }

    /// A value that points to `object`.
    #[inline(always)]
    pub fn from_gc<T: HeapObject>(object: Gc<T>) -> Value {
        Value(object.address() as u64 + TAG_POINTER)
    }

    /// The type in the header, if this points to a heap object. [`crate::Vm::type_of`] answers for every value.
    #[inline(always)]
    pub fn heap_type(self) -> Option<Gc<Type>> {
        if self.is_heap() { Some(self.header_unchecked().ty()) } else { None }
    }

    /// The object, if its instances are laid out as `T` (instances of subclasses included).
    #[inline(always)]
    pub fn cast<T: HeapObject>(self) -> Option<Gc<T>> {
        if self.is_heap() && self.header_unchecked().ty().layout() == T::LAYOUT {
            // SAFETY: the type of the object says that its memory starts with a `T`.
            Some(unsafe { Gc::from_raw((self.0 - TAG_POINTER) as *mut T) })
        } else {
            None
        }
    }

    /// The object as a `T`, when the caller knows its layout (a guard has passed).
    ///
    /// # Safety
    /// The value must point to an object laid out as `T`.
    #[inline(always)]
    pub unsafe fn cast_unchecked<T: HeapObject>(self) -> Gc<T> {
        debug_assert!(self.cast::<T>().is_some());
        // SAFETY: as the caller promises.
        unsafe { Gc::from_raw((self.0 - TAG_POINTER) as *mut T) }
    }

    /// Whether this is a heap object of exactly this type.
    #[inline(always)]
    pub fn is_exact(self, ty: Gc<Type>) -> bool {
        self.is_heap() && self.header_unchecked().ty() == ty
    }

    /// The float, in the word or boxed (instances of subclasses of `float` included).
    #[inline(always)]
    pub fn as_float(self) -> Option<f64> {
        if self.is_inline_float() {
            Some(self.inline_float_unchecked())
        } else {
            self.cast::<crate::objects::float::Float>().map(|f| f.value)
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(i) = self.as_small_int() {
            write!(f, "{i}")
        } else if let Some(x) = self.as_inline_float() {
            write!(f, "{x:?}")
        } else if let Some(i) = self.immediate_index() {
            f.write_str(["NULL", "None", "False", "True", "...", "NotImplemented"].get(i).copied().unwrap_or("?"))
        } else {
            write!(f, "<object {:#x}>", self.0)
        }
    }
}

impl<T: HeapObject> From<Gc<T>> for Value {
    #[inline(always)]
    fn from(object: Gc<T>) -> Value {
        Value::from_gc(object)
    }
}

impl From<bool> for Value {
    #[inline(always)]
    fn from(b: bool) -> Value {
        Value::bool(b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_survive_the_word() {
        for f in [0.0, -0.0, 1.0, -1.5, 3.25e70, 1e-70, 1e-300] {
            let v = Value::try_float(f).expect("a usual exponent");
            assert_eq!(v.as_inline_float().map(f64::to_bits), Some(f.to_bits()));
            assert!(!v.is_small_int() && !v.is_heap() && v.immediate_index().is_none());
        }
        for f in [f64::INFINITY, f64::NAN, f64::MAX, 1e100, 1e-100] {
            assert!(Value::try_float(f).is_none());
        }
    }

    #[test]
    fn small_integers_overflow_at_62_bits() {
        let max = Value::small_int(SMALL_INT_MAX);
        assert_eq!(Value::small_add(max, Value::small_int(1)), None);
        assert_eq!(Value::small_sub(Value::small_int(SMALL_INT_MIN), Value::small_int(1)), None);
        assert_eq!(Value::small_mul(max, Value::small_int(2)), None);
        assert_eq!(Value::small_mul(Value::small_int(-7), Value::small_int(6)), Some(Value::small_int(-42)));
        assert!(Value::try_small_int(SMALL_INT_MAX + 1).is_none());
    }
}
