//! CPython 3.11's instruction table, code objects and disassembler.
//!
//! The crate is the ground the others stand on: it knows what an instruction is ([`Opcode`], made from the one table in
//! `instructions.rs`), what code is ([`CodeObject`]), and how to show it. It runs nothing.

mod code;
mod constant;
mod instructions;
pub mod location;
mod opcode;
pub mod operators;
mod pystring;

pub use code::{CodeFlags, CodeObject, CodeUnit, Instruction, Instructions, LocalKind};
pub use constant::Constant;
pub use opcode::{CacheField, DO_TRACING, Family, Opcode, Operand, Role, SUPERINSTRUCTIONS, StackEffect, Superinstruction, cache};
pub use pystring::PyString;
