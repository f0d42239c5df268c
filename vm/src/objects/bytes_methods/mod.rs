//! What `bytes` and `bytearray` can do. Most methods serve both: they look at the content and answer an object of the
//! receiver's type.

mod arguments;
mod bytearray;
mod construct;
pub mod decode;
mod search;
mod split;
mod text;
pub mod type_spec;
