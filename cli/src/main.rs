//! The `quicken` command with the strategies that come with it.

use std::process::ExitCode;

use quicken_cli::Registry;

fn main() -> ExitCode {
    quicken_cli::main_with(Registry::builtin())
}
