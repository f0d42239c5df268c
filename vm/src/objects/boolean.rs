//! `bool`: two immediates, a subclass of `int`.

use super::int_arithmetic as int;
use super::typeobj::Type;
use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::{Gc, LayoutKind};
use crate::slots::{BinaryOp, Slots};
use crate::spec::{PatternKind, TypeSpec};
use crate::value::Value;

fn new(vm: &mut Vm, _: Gc<Type>, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "bool", 0, 1)?;
    match values {
        [] => Ok(Value::FALSE),
        [value, ..] => Ok(Value::bool(vm.is_true(*value)?)),
    }
}

fn repr(vm: &mut Vm, value: Value) -> PyResult {
    Ok(vm.intern(if value.is(Value::TRUE) { "True" } else { "False" }).into())
}

macro_rules! bool_operator {
    ($name:ident, $op:tt) => {
        fn $name(vm: &mut Vm, a: Value, b: Value) -> PyResult {
            match (a.as_bool(), b.as_bool()) {
                (Some(a), Some(b)) => Ok(Value::bool(a $op b)),
                _ => int::$name(vm, a, b),
            }
        }
    };
}

bool_operator!(and, &);
bool_operator!(or, |);
bool_operator!(xor, ^);

/// `bool`.
pub const BOOL_TYPE: TypeSpec = TypeSpec {
    vectorcall: true,
    pattern: PatternKind::MatchSelf,
    slots: Slots { repr: Some(repr), new: Some(new), ..Slots::NONE }
        .with_binary(BinaryOp::And, and)
        .with_binary(BinaryOp::Or, or)
        .with_binary(BinaryOp::Xor, xor),
    doc: Some(
        "bool(x) -> bool\n\nReturns True when the argument x is true, False otherwise.\nThe builtins True and False are the \
         only two instances of the class bool.\nThe class bool is a subclass of the class int, and cannot be subclassed.",
    ),
    ..TypeSpec::new("bool", LayoutKind::Int)
};
