//! Raised exceptions on the way through native code.

use crate::value::Value;

/// A raised exception: an instance of `BaseException`. It is a value in a local, so the collector sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Raise(pub Value);

/// What native code answers: a value, or a raised exception.
pub type PyResult<T = Value> = Result<T, Raise>;
