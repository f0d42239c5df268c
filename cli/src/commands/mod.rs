//! The commands, one file each.

pub mod bench;
pub mod code;
pub mod compile;
pub mod compileall;
pub mod dis;
pub mod interactive;
pub mod opcodes;
pub mod oracle;
pub mod record;
pub mod replay;
pub mod run;
pub mod source;
pub mod stats;
pub mod strategies;
pub mod verify;
