//! Experiments and comparisons.
