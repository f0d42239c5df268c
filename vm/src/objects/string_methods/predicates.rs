//! Questions: `isalpha`, `isdigit`, `islower` and the others.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::objects::string::Str;
use crate::objects::string_methods::arguments::this;
use crate::objects::unicode;
use crate::value::Value;

/// Whether there are code points and all of them are so.
fn all(string: &Str, test: fn(u32) -> bool) -> bool {
    !string.is_empty() && string.code_points().all(test)
}

macro_rules! predicates {
    ($($name:ident = |$string:ident| $test:expr;)*) => {
        $(pub(super) fn $name(vm: &mut Vm, receiver: Value, _args: Args<'_>) -> PyResult {
            let $string = this(vm, receiver)?;
            Ok(Value::bool($test))
        })*
    };
}

predicates! {
    isalpha = |s| all(&s, unicode::is_alpha);
    isalnum = |s| all(&s, unicode::is_alphanumeric);
    isdecimal = |s| all(&s, unicode::is_decimal);
    isdigit = |s| all(&s, unicode::is_digit);
    isnumeric = |s| all(&s, unicode::is_numeric);
    isspace = |s| all(&s, unicode::is_space);
    isprintable = |s| s.code_points().all(unicode::is_printable);
    isascii = |s| s.is_ascii();
    isidentifier = |s| is_identifier(&s);
    islower = |s| {
        !s.code_points().any(|c| unicode::is_upper(c) || unicode::is_title(c)) && s.code_points().any(unicode::is_lower)
    };
    isupper = |s| {
        !s.code_points().any(|c| unicode::is_lower(c) || unicode::is_title(c)) && s.code_points().any(unicode::is_upper)
    };
    istitle = |s| is_in_title_case(&s);
}

/// Whether the string is an identifier (keywords are).
pub fn is_identifier(string: &Str) -> bool {
    let mut points = string.code_points();
    points.next().is_some_and(unicode::is_identifier_start) && points.all(unicode::is_identifier_continue)
}

/// Whether every word begins with an upper case letter and has none after it.
fn is_in_title_case(string: &Str) -> bool {
    let (mut within_word, mut any) = (false, false);
    for c in string.code_points() {
        if unicode::is_upper(c) || unicode::is_title(c) {
            if within_word {
                return false;
            }
            (within_word, any) = (true, true);
        } else if unicode::is_lower(c) {
            if !within_word {
                return false;
            }
            any = true;
        } else {
            within_word = false;
        }
    }
    any
}
