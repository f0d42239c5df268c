//! What `str` can do: its slots and its methods, one file for each kind of work.

pub mod builder;
pub mod type_spec;
