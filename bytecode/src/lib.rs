//! CPython 3.11's instruction table, code objects and disassembler.
//!
//! The crate is the ground the others stand on: it knows what an instruction is ([`Opcode`], made from the one table in
//! `instructions.rs`), what code is ([`CodeObject`]), and how to show it. It runs nothing.
//!
//! ```
//! use quicken_bytecode::{Family, Opcode};
//!
//! let add = Opcode::from_name("BINARY_ADD_INT").unwrap(); // an alias
//! assert_eq!(add, Opcode::BINARY_OP_ADD_INT);
//! assert_eq!(add.base(), Opcode::BINARY_OP);
//! assert_eq!(add.family(), Some(Family::BinaryOp));
//! assert_eq!(add.cache_units(), 1);
//! assert_eq!(Opcode::BUILD_MAP.stack_effect(3, false), -5);
//! ```

mod code;
mod constant;
pub mod dis;
pub mod hash;
mod instructions;
pub mod location;
pub mod marshal;
mod opcode;
pub mod operators;
mod printable;
pub mod pyc;
mod pystring;
pub mod reference;
pub mod repr;
pub mod tree;
pub mod verify;

pub use code::{CodeFlags, CodeObject, CodeUnit, Instruction, Instructions, LocalKind};
pub use constant::Constant;
pub use opcode::{
    CacheField, DO_TRACING, Family, Opcode, Operand, Role, SUPERINSTRUCTIONS, StackEffect, Superinstruction, cache,
};
pub use printable::is_printable;
pub use pystring::PyString;
