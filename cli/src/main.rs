//! The `quicken` command with the strategies that come with it.

use std::process::ExitCode;

use quicken_cli::{Allocator, Registry};

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

fn main() -> ExitCode {
    quicken_cli::main_with(Registry::builtin())
}
