//! The suites, compiled as one binary.

mod access;
mod architecture;
mod bad_input;
mod deposit_rights;
mod doors_agree;
mod matrix_examples;
mod proofs;
mod refusals;
mod request_rules;
mod requirements;
mod retries;
mod scenarios;
mod visibility;
mod world;
