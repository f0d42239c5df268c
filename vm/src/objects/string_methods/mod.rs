//! What `str` can do: its slots and its methods, one file for each kind of work.

pub mod arguments;
pub mod builder;
mod case;
pub mod encode;
mod join;
mod pad;
pub mod predicates;
pub mod repr;
pub mod search;
mod split;
mod strip;
mod translate;
pub mod type_spec;
