//! The built-in exception types, as specs.

#![expect(non_upper_case_globals, reason = "each spec has the name of its type")]

use crate::object::LayoutKind;
use crate::objects::exception::{base, groups, members};
use crate::spec::TypeSpec;
use crate::types::for_each_exception;

/// An exception type without anything of its own.
const fn plain(name: &'static str) -> TypeSpec {
    TypeSpec { subclassable: true, has_dict: true, ..TypeSpec::new(name, LayoutKind::Exception) }
}

/// Adds to an exception type what its name asks for.
const fn spec(name: &'static str) -> TypeSpec {
    let plain = plain(name);
    match name.as_bytes() {
        b"BaseException" => TypeSpec { slots: base::SLOTS, methods: base::METHODS, getset: base::ATTRIBUTES, ..plain },
        b"StopIteration" => TypeSpec { slots: members::STOP_ITERATION_SLOTS, getset: members::STOP_ITERATION, ..plain },
        b"SystemExit" => TypeSpec { slots: members::SYSTEM_EXIT_SLOTS, getset: members::SYSTEM_EXIT, ..plain },
        b"KeyError" => TypeSpec { slots: members::KEY_ERROR_SLOTS, ..plain },
        b"AttributeError" => {
            TypeSpec { slots: members::ATTRIBUTE_ERROR_SLOTS, getset: members::ATTRIBUTE_ERROR, ..plain }
        }
        b"NameError" => TypeSpec { slots: members::NAME_ERROR_SLOTS, getset: members::NAME_ERROR, ..plain },
        b"ImportError" => TypeSpec {
            slots: members::IMPORT_ERROR_SLOTS,
            getset: members::IMPORT_ERROR,
            methods: members::REDUCE,
            ..plain
        },
        b"OSError" => {
            TypeSpec { slots: members::OS_ERROR_SLOTS, getset: members::OS_ERROR, methods: members::REDUCE, ..plain }
        }
        b"SyntaxError" => TypeSpec { slots: members::SYNTAX_ERROR_SLOTS, getset: members::SYNTAX_ERROR, ..plain },
        b"UnicodeEncodeError" | b"UnicodeDecodeError" => {
            TypeSpec { slots: members::UNICODE_CODING_SLOTS, getset: members::UNICODE_ERROR, ..plain }
        }
        b"UnicodeTranslateError" => {
            TypeSpec { slots: members::UNICODE_TRANSLATE_SLOTS, getset: members::UNICODE_ERROR, ..plain }
        }
        b"BaseExceptionGroup" => {
            TypeSpec { slots: groups::SLOTS, getset: groups::ATTRIBUTES, methods: groups::METHODS, ..plain }
        }
        _ => plain,
    }
}

macro_rules! specs {
    ($($name:ident: $base:ident;)*) => {
        $(pub(crate) static $name: TypeSpec = spec(stringify!($name));)*
    };
}

for_each_exception! { specs }
