//! Constants of code objects.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use dashu_int::IBig;

use crate::{CodeObject, PyString};

/// A constant that a code object can hold.
///
/// Equality is the one by which CPython's compiler merges constants (`_PyCode_ConstantKey`): the type counts (`1`, `1.0` and `True` all
/// differ), zeros keep their sign, tuples compare element by element, the order of a frozenset does not matter. One thing is
/// otherwise: two NaNs with the same bits are equal here, while CPython's compiler merges a NaN only with itself, see
/// [`Constant::holds_nan`].
#[derive(Clone, Debug)]
pub enum Constant {
    /// `None`
    None,
    /// `True`
    True,
    /// `False`
    False,
    /// `...`
    Ellipsis,
    /// An integer of at most 64 bits. [`Constant::int`] keeps the choice between this and [`Constant::BigInt`] unique.
    Int(i64),
    /// An integer that does not fit into 64 bits.
    BigInt(IBig),
    /// A float.
    Float(f64),
    /// A complex number.
    Complex {
        /// Real part.
        re: f64,
        /// Imaginary part.
        im: f64,
    },
    /// A string.
    Str(PyString),
    /// Bytes.
    Bytes(Box<[u8]>),
    /// A tuple of constants.
    Tuple(Box<[Constant]>),
    /// A frozenset of constants, in the order in which they are inserted into a new set.
    FrozenSet(Box<[Constant]>),
    /// The code of a nested function, class or comprehension.
    Code(Arc<CodeObject>),
}

impl Constant {
    /// The constant of an integer.
    pub fn int(value: IBig) -> Constant {
        match i64::try_from(&value) {
            Ok(small) => Constant::Int(small),
            Err(_) => Constant::BigInt(value),
        }
    }

    /// `True` or `False`.
    pub const fn bool(value: bool) -> Constant {
        if value { Constant::True } else { Constant::False }
    }

    /// The string constant.
    pub fn str(text: &str) -> Constant {
        Constant::Str(PyString::from(text))
    }

    /// The name of the constant's Python type.
    pub const fn type_name(&self) -> &'static str {
        match self {
            Constant::None => "NoneType",
            Constant::True | Constant::False => "bool",
            Constant::Ellipsis => "ellipsis",
            Constant::Int(_) | Constant::BigInt(_) => "int",
            Constant::Float(_) => "float",
            Constant::Complex { .. } => "complex",
            Constant::Str(_) => "str",
            Constant::Bytes(_) => "bytes",
            Constant::Tuple(_) => "tuple",
            Constant::FrozenSet(_) => "frozenset",
            Constant::Code(_) => "code",
        }
    }

    /// Whether the constant is a string that a running CPython has very likely interned before it compiles the module at hand: a name.
    /// Where such a string is in a set, the compiler makes a new set with the interned string, one for each code object that has the set.
    pub fn is_known_name(&self) -> bool {
        matches!(self, Constant::Str(text) if text.is_name_like() && !text.as_bytes().first().is_some_and(u8::is_ascii_digit))
    }

    /// Whether a NaN is in the constant. CPython's compiler does not merge two of those, since NaN differs from itself.
    pub fn holds_nan(&self) -> bool {
        match self {
            Constant::Float(value) => value.is_nan(),
            Constant::Complex { re, im } => re.is_nan() || im.is_nan(),
            Constant::Tuple(items) | Constant::FrozenSet(items) => items.iter().any(Constant::holds_nan),
            _ => false,
        }
    }
}

impl PartialEq for Constant {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Constant::None, Constant::None)
            | (Constant::True, Constant::True)
            | (Constant::False, Constant::False)
            | (Constant::Ellipsis, Constant::Ellipsis) => true,
            (Constant::Int(a), Constant::Int(b)) => a == b,
            (Constant::BigInt(a), Constant::BigInt(b)) => a == b,
            (Constant::Float(a), Constant::Float(b)) => a.to_bits() == b.to_bits(),
            (Constant::Complex { re: a, im: b }, Constant::Complex { re: c, im: d }) => {
                a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits()
            }
            (Constant::Str(a), Constant::Str(b)) => a == b,
            (Constant::Bytes(a), Constant::Bytes(b)) => a == b,
            (Constant::Tuple(a), Constant::Tuple(b)) => a == b,
            // The elements of a set are distinct, so containment one way and equal lengths suffice.
            (Constant::FrozenSet(a), Constant::FrozenSet(b)) => {
                a.len() == b.len() && a.iter().all(|item| b.contains(item))
            }
            // Names of nested functions differ in length at every level: no need to look into the functions that those hold.
            (Constant::Code(a), Constant::Code(b)) => Arc::ptr_eq(a, b) || (a.qualname == b.qualname && a == b),
            _ => false,
        }
    }
}

impl Eq for Constant {}

impl Hash for Constant {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Constant::None | Constant::True | Constant::False | Constant::Ellipsis => {}
            Constant::Int(value) => value.hash(state),
            Constant::BigInt(value) => value.hash(state),
            Constant::Float(value) => value.to_bits().hash(state),
            Constant::Complex { re, im } => (re.to_bits(), im.to_bits()).hash(state),
            Constant::Str(text) => text.hash(state),
            Constant::Bytes(bytes) => bytes.hash(state),
            Constant::Tuple(items) => items.hash(state),
            // Equal sets may be in different orders.
            Constant::FrozenSet(items) => items.len().hash(state),
            Constant::Code(code) => {
                (&code.name, code.qualname.as_bytes().len(), code.firstlineno, code.code.len()).hash(state);
            }
        }
    }
}

impl From<&str> for Constant {
    fn from(text: &str) -> Self {
        Constant::str(text)
    }
}

impl From<i64> for Constant {
    fn from(value: i64) -> Self {
        Constant::Int(value)
    }
}
