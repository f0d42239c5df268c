//! The meanings of operands that are small numbers or flags: operators, comparisons, and the flags of MAKE_FUNCTION and FORMAT_VALUE.

use bitflags::bitflags;

/// The magic number of CPython 3.11's `.pyc` files.
pub const MAGIC_NUMBER: u16 = 3495;

macro_rules! operators {
    ($( $name:ident = $number:literal $symbol:literal )*) => {
        $( #[doc = concat!("BINARY_OP's operand for `", $symbol, "`.")] pub const $name: u32 = $number; )*

        /// Names and symbols of BINARY_OP's operands, indexed by operand.
        pub static BINARY_OPERATORS: [(&str, &str); 26] = [$( (stringify!($name), $symbol) ),*];
    };
}

operators! {
    NB_ADD = 0 "+"
    NB_AND = 1 "&"
    NB_FLOOR_DIVIDE = 2 "//"
    NB_LSHIFT = 3 "<<"
    NB_MATRIX_MULTIPLY = 4 "@"
    NB_MULTIPLY = 5 "*"
    NB_REMAINDER = 6 "%"
    NB_OR = 7 "|"
    NB_POWER = 8 "**"
    NB_RSHIFT = 9 ">>"
    NB_SUBTRACT = 10 "-"
    NB_TRUE_DIVIDE = 11 "/"
    NB_XOR = 12 "^"
    NB_INPLACE_ADD = 13 "+="
    NB_INPLACE_AND = 14 "&="
    NB_INPLACE_FLOOR_DIVIDE = 15 "//="
    NB_INPLACE_LSHIFT = 16 "<<="
    NB_INPLACE_MATRIX_MULTIPLY = 17 "@="
    NB_INPLACE_MULTIPLY = 18 "*="
    NB_INPLACE_REMAINDER = 19 "%="
    NB_INPLACE_OR = 20 "|="
    NB_INPLACE_POWER = 21 "**="
    NB_INPLACE_RSHIFT = 22 ">>="
    NB_INPLACE_SUBTRACT = 23 "-="
    NB_INPLACE_TRUE_DIVIDE = 24 "/="
    NB_INPLACE_XOR = 25 "^="
}

/// COMPARE_OP's operand for `<`.
pub const PY_LT: u32 = 0;
/// COMPARE_OP's operand for `<=`.
pub const PY_LE: u32 = 1;
/// COMPARE_OP's operand for `==`.
pub const PY_EQ: u32 = 2;
/// COMPARE_OP's operand for `!=`.
pub const PY_NE: u32 = 3;
/// COMPARE_OP's operand for `>`.
pub const PY_GT: u32 = 4;
/// COMPARE_OP's operand for `>=`.
pub const PY_GE: u32 = 5;

/// Symbols of COMPARE_OP's operands, indexed by operand.
pub static COMPARE_OPERATORS: [&str; 6] = ["<", "<=", "==", "!=", ">", ">="];

bitflags! {
    /// What MAKE_FUNCTION finds on the stack below the code object.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct MakeFunctionFlags: u32 {
        /// A tuple of defaults for positional parameters.
        const DEFAULTS = 0x01;
        /// A dict of defaults for keyword-only parameters.
        const KWDEFAULTS = 0x02;
        /// A tuple of parameter names and annotations, alternating.
        const ANNOTATIONS = 0x04;
        /// A tuple of closure cells.
        const CLOSURE = 0x08;
    }
}

/// `dis`'s words for the bits of [`MakeFunctionFlags`], lowest first.
pub static MAKE_FUNCTION_FLAG_NAMES: [&str; 4] = ["defaults", "kwdefaults", "annotations", "closure"];

bitflags! {
    /// How FORMAT_VALUE formats. The two low bits are a number: the conversion.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct FormatValueFlags: u32 {
        /// `!s`
        const STR = 0x01;
        /// `!r`
        const REPR = 0x02;
        /// `!a`
        const ASCII = 0x03;
        /// A format specification is on the top of the stack.
        const HAVE_SPEC = 0x04;
    }
}

/// The bits of FORMAT_VALUE's operand that hold the conversion: an index into [`FORMAT_VALUE_CONVERSION_NAMES`].
pub const FORMAT_VALUE_CONVERSION_MASK: u32 = 0x03;

/// The function that each conversion of FORMAT_VALUE calls; none for 0.
pub static FORMAT_VALUE_CONVERSION_NAMES: [&str; 4] = ["", "str", "repr", "ascii"];
