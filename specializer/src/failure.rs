//! Why an attempt at specialization fails: CPython 3.11's numbers and names.
//!
//! The numbers are those of the `SPEC_FAIL_*` definitions in `Python/specialize.c`, which a stats build counts by kind.
//! The texts are what `Tools/scripts/summarize_stats.py` makes of the definitions' names. Numbers up to 6 mean the same
//! in every family; the others are read by family.

use quicken_bytecode::Opcode;

/// A numbered reason for a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FailureKind(pub u8);

/// How many kinds a family has room for in CPython's statistics (`SPECIALIZATION_FAILURE_KINDS`).
pub const FAILURE_KINDS: u8 = 30;

impl FailureKind {
    /// The number that CPython counts it under.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The text that `summarize_stats.py` prints for this kind in the family of `head` (or in `FOR_ITER`); `None` where
    /// that script would print `kind N`.
    #[must_use]
    pub fn name(self, head: Opcode) -> Option<&'static str> {
        if let Some((_, name)) = COMMON.iter().find(|(number, _)| *number == self.0) {
            return Some(name);
        }
        let table = match head.base() {
            Opcode::LOAD_ATTR | Opcode::STORE_ATTR => attr::NAMES,
            Opcode::LOAD_METHOD => load_method::NAMES,
            Opcode::LOAD_GLOBAL => load_global::NAMES,
            Opcode::BINARY_SUBSCR | Opcode::STORE_SUBSCR => subscr::NAMES,
            Opcode::BINARY_OP => binary_op::NAMES,
            Opcode::PRECALL | Opcode::CALL => call::NAMES,
            Opcode::COMPARE_OP => compare_op::NAMES,
            Opcode::FOR_ITER => for_iter::NAMES,
            Opcode::UNPACK_SEQUENCE => unpack_sequence::NAMES,
            _ => return None,
        };
        table.iter().find(|(number, _)| *number == self.0).map(|(_, name)| *name)
    }
}

/// The name of a failure kind by number, for reports that only know numbers.
#[must_use]
pub fn failure_name(head: Opcode, kind: u8) -> Option<&'static str> {
    FailureKind(kind).name(head)
}

macro_rules! kinds {
    ($names:ident { $($konst:ident = $number:literal, $text:literal;)* }) => {
        $(
            #[doc = concat!("\"", $text, "\"")]
            pub const $konst: FailureKind = FailureKind($number);
        )*
        pub(super) const $names: &[(u8, &str)] = &[$(($number, $text)),*];
    };
}

/// Kinds that every family shares.
mod common {
    use super::FailureKind;
    kinds! { NAMES {
        OTHER = 0, "other";
        NO_DICT = 1, "no dict";
        OVERRIDDEN = 2, "overridden";
        OUT_OF_VERSIONS = 3, "out of versions";
        OUT_OF_RANGE = 4, "out of range";
        EXPECTED_ERROR = 5, "expected error";
        WRONG_NUMBER_ARGUMENTS = 6, "wrong number arguments";
    }}
}
use common::NAMES as COMMON;
pub use common::{EXPECTED_ERROR, NO_DICT, OTHER, OUT_OF_RANGE, OUT_OF_VERSIONS, OVERRIDDEN, WRONG_NUMBER_ARGUMENTS};

/// `LOAD_ATTR` and `STORE_ATTR`.
pub mod attr {
    use super::FailureKind;
    kinds! { NAMES {
        OVERRIDING_DESCRIPTOR = 8, "overriding descriptor";
        NON_OVERRIDING_DESCRIPTOR = 9, "non overriding descriptor";
        NOT_DESCRIPTOR = 10, "not descriptor";
        METHOD = 11, "method";
        MUTABLE_CLASS = 12, "mutable class";
        PROPERTY = 13, "property";
        NON_OBJECT_SLOT = 14, "non object slot";
        READ_ONLY = 15, "read only";
        AUDITED_SLOT = 16, "audited slot";
        NOT_MANAGED_DICT = 17, "not managed dict";
        NON_STRING_OR_SPLIT = 18, "non string or split";
        MODULE_ATTR_NOT_FOUND = 19, "module attr not found";
    }}
}

/// `LOAD_METHOD`.
pub mod load_method {
    use super::FailureKind;
    kinds! { NAMES {
        OVERRIDING_DESCRIPTOR = 8, "overriding descriptor";
        NON_OVERRIDING_DESCRIPTOR = 9, "non overriding descriptor";
        NOT_DESCRIPTOR = 10, "not descriptor";
        METHOD = 11, "method";
        MUTABLE_CLASS = 12, "mutable class";
        PROPERTY = 13, "property";
        NON_OBJECT_SLOT = 14, "non object slot";
        IS_ATTR = 15, "is attr";
        DICT_SUBCLASS = 16, "dict subclass";
        BUILTIN_CLASS_METHOD = 17, "builtin class method";
        CLASS_METHOD_OBJ = 18, "class method obj";
        OBJECT_SLOT = 19, "object slot";
        HAS_DICT = 20, "has dict";
        HAS_MANAGED_DICT = 21, "has managed dict";
        INSTANCE_ATTRIBUTE = 22, "instance attribute";
        METACLASS_ATTRIBUTE = 23, "metaclass attribute";
    }}
}

/// `LOAD_GLOBAL`.
pub mod load_global {
    use super::FailureKind;
    kinds! { NAMES {
        NON_STRING_OR_SPLIT = 18, "non string or split";
    }}
}

/// `BINARY_SUBSCR` and `STORE_SUBSCR`.
pub mod subscr {
    use super::FailureKind;
    kinds! { NAMES {
        ARRAY_INT = 8, "array int";
        ARRAY_SLICE = 9, "array slice";
        LIST_SLICE = 10, "list slice";
        TUPLE_SLICE = 11, "tuple slice";
        STRING_INT = 12, "string int";
        STRING_SLICE = 13, "string slice";
        BUFFER_INT = 15, "buffer int";
        BUFFER_SLICE = 16, "buffer slice";
        SEQUENCE_INT = 17, "sequence int";
        BYTEARRAY_INT = 18, "bytearray int";
        BYTEARRAY_SLICE = 19, "bytearray slice";
        PY_SIMPLE = 20, "py simple";
        PY_OTHER = 21, "py other";
        DICT_SUBCLASS_NO_OVERRIDE = 22, "dict subclass no override";
        NOT_HEAP_TYPE = 23, "not heap type";
    }}
}

/// `BINARY_OP`.
pub mod binary_op {
    use super::FailureKind;
    kinds! { NAMES {
        ADD_DIFFERENT_TYPES = 8, "add different types";
        ADD_OTHER = 9, "add other";
        AND_DIFFERENT_TYPES = 10, "and different types";
        AND_INT = 11, "and int";
        AND_OTHER = 12, "and other";
        FLOOR_DIVIDE = 13, "floor divide";
        LSHIFT = 14, "lshift";
        MATRIX_MULTIPLY = 15, "matrix multiply";
        MULTIPLY_DIFFERENT_TYPES = 16, "multiply different types";
        MULTIPLY_OTHER = 17, "multiply other";
        OR = 18, "or";
        POWER = 19, "power";
        REMAINDER = 20, "remainder";
        RSHIFT = 21, "rshift";
        SUBTRACT_DIFFERENT_TYPES = 22, "subtract different types";
        SUBTRACT_OTHER = 23, "subtract other";
        TRUE_DIVIDE_DIFFERENT_TYPES = 24, "true divide different types";
        TRUE_DIVIDE_FLOAT = 25, "true divide float";
        TRUE_DIVIDE_OTHER = 26, "true divide other";
        XOR = 27, "xor";
    }}
}

/// `PRECALL` and `CALL`.
pub mod call {
    use super::FailureKind;
    kinds! { NAMES {
        COMPLEX_PARAMETERS = 9, "complex parameters";
        CO_NOT_OPTIMIZED = 10, "co not optimized";
        INSTANCE_METHOD = 11, "instance method";
        CMETHOD = 12, "cmethod";
        PYCFUNCTION = 13, "pycfunction";
        PYCFUNCTION_WITH_KEYWORDS = 14, "pycfunction with keywords";
        PYCFUNCTION_FAST_WITH_KEYWORDS = 15, "pycfunction fast with keywords";
        PYCFUNCTION_NOARGS = 16, "pycfunction noargs";
        BAD_CALL_FLAGS = 17, "bad call flags";
        CLASS = 18, "class";
        PYTHON_CLASS = 19, "python class";
        METHOD_DESCRIPTOR = 20, "method descriptor";
        BOUND_METHOD = 21, "bound method";
        STR = 22, "str";
        CLASS_NO_VECTORCALL = 23, "class no vectorcall";
        CLASS_MUTABLE = 24, "class mutable";
        KWNAMES = 25, "kwnames";
        METHOD_WRAPPER = 26, "method wrapper";
        OPERATOR_WRAPPER = 27, "operator wrapper";
        PYFUNCTION = 28, "pyfunction";
        PEP_523 = 29, "pep 523";
    }}
}

/// `COMPARE_OP`.
pub mod compare_op {
    use super::FailureKind;
    kinds! { NAMES {
        DIFFERENT_TYPES = 12, "different types";
        STRING = 13, "string";
        NOT_FOLLOWED_BY_COND_JUMP = 14, "not followed by cond jump";
        BIG_INT = 15, "big int";
        BYTES = 16, "bytes";
        TUPLE = 17, "tuple";
        LIST = 18, "list";
        SET = 19, "set";
        BOOL = 20, "bool";
        BASEOBJECT = 21, "baseobject";
        FLOAT_LONG = 22, "float long";
        LONG_FLOAT = 23, "long float";
        EXTENDED_ARG = 24, "extended arg";
    }}
}

/// `FOR_ITER`, which 3.11 counts but does not specialize.
pub mod for_iter {
    use super::FailureKind;
    kinds! { NAMES {
        GENERATOR = 10, "generator";
        COROUTINE = 11, "coroutine";
        ASYNC_GENERATOR = 12, "async generator";
        LIST = 13, "list";
        TUPLE = 14, "tuple";
        SET = 15, "set";
        STRING = 16, "string";
        BYTES = 17, "bytes";
        RANGE = 18, "range";
        ITERTOOLS = 19, "itertools";
        DICT_KEYS = 20, "dict keys";
        DICT_ITEMS = 21, "dict items";
        DICT_VALUES = 22, "dict values";
        ENUMERATE = 23, "enumerate";
    }}
}

/// `UNPACK_SEQUENCE`.
pub mod unpack_sequence {
    use super::FailureKind;
    kinds! { NAMES {
        ITERATOR = 8, "iterator";
        SEQUENCE = 9, "sequence";
    }}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_family() {
        assert_eq!(FailureKind(4).name(Opcode::CALL), Some("out of range"));
        assert_eq!(FailureKind(18).name(Opcode::LOAD_GLOBAL), Some("non string or split"));
        assert_eq!(FailureKind(18).name(Opcode::LOAD_METHOD_ADAPTIVE), Some("class method obj"));
        assert_eq!(FailureKind(23).name(Opcode::PRECALL), Some("class no vectorcall"));
        assert_eq!(FailureKind(18).name(Opcode::FOR_ITER), Some("range"));
        assert_eq!(FailureKind(14).name(Opcode::BINARY_SUBSCR), None);
        assert_eq!(FailureKind(8).name(Opcode::POP_TOP), None);
    }

    #[test]
    fn every_kind_is_named_once_and_below_thirty() {
        for names in [
            COMMON,
            attr::NAMES,
            load_method::NAMES,
            load_global::NAMES,
            subscr::NAMES,
            binary_op::NAMES,
            call::NAMES,
            compare_op::NAMES,
            for_iter::NAMES,
            unpack_sequence::NAMES,
        ] {
            assert!(names.windows(2).all(|pair| pair[0].0 < pair[1].0));
            assert!(names.iter().all(|(number, _)| *number < 30));
        }
    }
}
