//! CPython 3.11's rules, one file for each family.
//!
//! Each file has a pure `decide`, from the operands to the form that `Python/specialize.c` would choose or the reason
//! that it would count. [`decide`] picks the family by the observation.

/// What a specialized form takes for granted: functions of the forms' names, in the files of their families, which
/// [`check`](crate::check()) calls.
///
/// `fits! { LoadAttr(operands, oparg): FORM, FORM => expression; … }` makes one function for each form; in the expression,
/// `operands` are those of the family, `oparg` the operand, and the value is a [`Fit`](crate::check::Fit).
macro_rules! fits {
    ($variant:ident($operands:ident, $oparg:ident): $( $($form:ident),+ => $fit:expr; )+) => {
        #[expect(non_snake_case, reason = "one function per form, under the form's name")]
        pub(crate) mod fits {
            use super::*;
            $($(
                #[allow(unused_variables, reason = "not every form looks at everything")]
                pub(crate) fn $form(observation: &crate::observation::Observation) -> crate::check::Fit {
                    let crate::observation::Operands::$variant($operands) = &observation.operands else {
                        return Err("the operands are another family's");
                    };
                    let $oparg = observation.oparg;
                    $fit
                }
            )+)+
        }
    };
}

/// The guards of specialized forms: functions of the forms' names, in the files of their families, which
/// [`matches()`](crate::shape::matches()) calls.
///
/// `guards! { LoadAttr(operands, facts, oparg, entry): FORM, FORM => expression; … }` makes one function for each form; in the
/// expression, `operands` are those of the family, `facts` what the guards look at besides, `oparg` the operand, `entry` what the
/// form's cache holds, and the value tells whether the guards pass.
macro_rules! guards {
    ($variant:ident($operands:ident, $facts:ident, $oparg:ident, $entry:ident): $( $($form:ident),+ => $passes:expr; )+) => {
        #[expect(non_snake_case, reason = "one function per form, under the form's name")]
        pub(crate) mod guards {
            use super::*;
            $($(
                #[allow(unused_variables, reason = "not every form looks at everything")]
                pub(crate) fn $form($entry: &crate::shape::Entry, $oparg: u32, shape: &crate::shape::Shape) -> bool {
                    let crate::observation::Operands::$variant($operands) = &shape.operands else { return false };
                    let $facts = &shape.facts;
                    $passes
                }
            )+)+
        }
    };
}

/// The functions of all families.
pub(crate) mod guards {
    pub(crate) use super::{
        binary_op::guards::*, binary_subscr::guards::*, call::guards::*, compare_op::guards::*, load_attr::guards::*,
        load_global::guards::*, load_method::guards::*, precall::guards::*, store_attr::guards::*,
        store_subscr::guards::*, unpack_sequence::guards::*,
    };
}

/// The functions of all families.
pub(crate) mod fits {
    pub(crate) use super::{
        binary_op::fits::*, binary_subscr::fits::*, call::fits::*, compare_op::fits::*, load_attr::fits::*,
        load_global::fits::*, load_method::fits::*, precall::fits::*, store_attr::fits::*, store_subscr::fits::*,
        unpack_sequence::fits::*,
    };
}

mod attribute;
pub mod binary_op;
pub mod binary_subscr;
pub mod call;
mod callable;
pub mod compare_op;
pub mod for_iter;
pub mod load_attr;
pub mod load_global;
pub mod load_method;
pub mod precall;
pub mod store_attr;
pub mod store_subscr;
#[cfg(test)]
mod testing;
pub mod unpack_sequence;

use quicken_bytecode::Opcode;

use crate::decision::CacheContents;
use crate::failure::FailureKind;
use crate::observation::{Observation, Operands};

/// Which build of CPython 3.11 is followed. One with `--enable-pystats` goes on attempting where a release build gives up
/// for good, in order to count the failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Build {
    /// The interpreter that everybody runs.
    Release,
    /// One configured with `--enable-pystats` (`Py_STATS`).
    Stats,
}

/// The form to specialize to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// The specialized instruction.
    pub opcode: Opcode,
    /// Its cache.
    pub cache: CacheContents,
    /// What the operands have that the form is for.
    pub reason: &'static str,
}

/// Why there is no form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The attempt fails and is counted under this kind, if there is one.
    Fail(Option<FailureKind>),
    /// No attempt at this site can ever succeed: the generic instruction comes back for good.
    Never(&'static str),
}

impl From<FailureKind> for Refusal {
    fn from(kind: FailureKind) -> Self {
        Self::Fail(Some(kind))
    }
}

/// What CPython 3.11 would do.
///
/// # Errors
///
/// The reason why it would not specialize.
pub fn decide(observation: &Observation, build: Build) -> Result<Form, Refusal> {
    let oparg = observation.oparg;
    match &observation.operands {
        Operands::BinaryOp(operands) => binary_op::decide(oparg, operands, build),
        Operands::BinarySubscr(operands) => Ok(binary_subscr::decide(operands)?),
        Operands::Call(operands) => Ok(call::decide(operands)?),
        Operands::CompareOp(operands) => compare_op::decide(oparg, operands, build),
        Operands::LoadAttr(operands) => Ok(load_attr::decide(operands)?),
        Operands::LoadGlobal(operands) => load_global::decide(operands),
        Operands::LoadMethod(operands) => Ok(load_method::decide(operands)?),
        Operands::Precall(operands) => Ok(precall::decide(oparg, operands)?),
        Operands::StoreAttr(operands) => Ok(store_attr::decide(operands)?),
        Operands::StoreSubscr(operands) => Ok(store_subscr::decide(operands)?),
        Operands::UnpackSequence(operands) => Ok(unpack_sequence::decide(oparg, operands)?),
    }
}

impl Form {
    /// A form whose cache is its counter alone.
    pub(crate) const fn plain(opcode: Opcode, reason: &'static str) -> Self {
        Self { opcode, cache: CacheContents::None, reason }
    }
}
