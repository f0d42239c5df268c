//! The strategies that come with Quicken, and the registry that makes them by name.

mod adversarial;
mod configured;
mod cpython311;
mod eager;
mod never;
mod registry;

pub use adversarial::{Adversarial, DEFAULT_SEED};
pub use configured::Configured;
pub use cpython311::Cpython311;
pub use eager::Eager;
pub use never::Never;
pub(crate) use registry::nearest;
pub use registry::{Entry, Registry, StrategyError, UnknownStrategy};
