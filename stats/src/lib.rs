//! Counters, their schema and their writers.
