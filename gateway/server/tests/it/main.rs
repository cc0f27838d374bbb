//! The program as a process: its commands, its end, its logs, and what survives a kill.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod audit;
mod explain;
mod export;
mod kills;
mod large_answers;
mod large_deposits;
mod matrix;
mod nist;
mod program;
mod records;
mod sandbox;
mod stock_fhir_client;
mod support;
mod vihf;
