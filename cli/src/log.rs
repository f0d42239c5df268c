//! `QUICKEN_LOG`: the specializer's events on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::failure::Failure;

/// The variable that turns logging on.
const VARIABLE: &str = "QUICKEN_LOG";

/// Starts logging if the variable asks for it. Without it nothing is set up, and events cost one comparison each.
pub fn start() -> Result<(), Failure> {
    let Some(filter) = std::env::var(VARIABLE).ok().filter(|filter| !filter.is_empty()) else { return Ok(()) };
    let filter = EnvFilter::try_new(&filter).map_err(|error| {
        Failure::Usage(format!("{VARIABLE}={filter}: {error}; write, for example, {VARIABLE}=specialize=debug"))
    })?;
    // Times would make two logs of the same run differ.
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .without_time()
        .init();
    Ok(())
}
