//! The compiler's tree as plain data, and back: what `ast` objects are made from, and compiled by way of.

mod read;
mod validate;
mod write;

pub(crate) use read::{read, stack_levels};
pub(crate) use validate::validate;
pub(crate) use write::plain;
