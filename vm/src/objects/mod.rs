//! The built-in types, one file each.

pub mod array;
pub mod bytes;
pub mod code;
pub mod complex;
pub mod dict;
pub mod dictkeys;
pub mod exception;
pub mod float;
pub mod function;
pub mod generator;
pub mod instance;
pub mod int;
pub mod iter;
pub mod list;
pub mod module;
pub mod native;
pub mod opaque;
pub mod range;
pub mod set;
pub mod slice;
pub mod string;
pub mod superobj;
pub mod tuple;
pub mod typeobj;
