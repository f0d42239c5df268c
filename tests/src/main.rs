//! The command that the tests run.

use std::process::ExitCode;

fn main() -> ExitCode {
    quicken_cli::main_with(quicken_cli::Registry::builtin())
}
