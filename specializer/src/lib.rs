//! Observations, decisions, families and strategies.
