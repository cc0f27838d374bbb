//! Hostile input: what is fed to each reader ([`TARGETS`]), from which seeds ([`seeds`]), changed how ([`mutate`]).
//!
//! The suite runs a bounded number of inputs on a stable compiler; `tests/fuzz` hands the same targets to cargo-fuzz.

mod door;
pub mod mutate;
mod places;
pub mod seeds;
mod targets;

pub use targets::{TARGETS, Target};
