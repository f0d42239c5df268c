//! The strategies that come with Quicken, and the registry that makes them by name.

mod cpython311;
mod eager;
mod never;
mod registry;

pub use cpython311::Cpython311;
pub use eager::Eager;
pub use never::Never;
pub use registry::{Entry, Registry, UnknownStrategy};
