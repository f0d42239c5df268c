//! Checks and generators of the tree itself, for `cargo xtask` and for the tests.

pub mod conformance;
pub mod cpython_tests;
pub mod layering;
pub mod reference;

use std::path::{Path, PathBuf};

/// The top of the tree.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned()
}
