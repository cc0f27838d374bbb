//! `[audit]`: sealing the journal, and the figures of use.

use std::path::PathBuf;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// Minutes between two seals at the most: a day.
const LONGEST: u32 = 24 * 60;

/// Sealing and figures.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditConfig {
    /// The key that signs roots (Ed25519, PEM); made on first use, with access for the owner only. Its public key
    /// stands beside it, ending in `.pub`.
    pub signing_key: PathBuf,
    /// The file that each root is appended to: outside the database, and copied elsewhere.
    pub roots: PathBuf,
    /// Minutes between two seals, from 1 to 1440.
    #[serde(deserialize_with = "minutes")]
    pub seal_every_minutes: u32,
    /// The smallest count of a figure that is shown, from 10.
    #[serde(deserialize_with = "cell")]
    pub smallest_cell: u64,
}

impl Default for AuditConfig {
    fn default() -> Self {
        AuditConfig {
            signing_key: PathBuf::from("audit.key"),
            roots: PathBuf::from("roots.jsonl"),
            seal_every_minutes: 60,
            smallest_cell: store::SMALLEST_CELL,
        }
    }
}

impl AuditConfig {
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        [&mut self.signing_key, &mut self.roots].into_iter()
    }
}

fn minutes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        minutes @ 1..=LONGEST => Ok(minutes),
        _ => Err(D::Error::custom("expected a number of minutes from 1 to 1440")),
    }
}

fn cell<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match u64::deserialize(deserializer)? {
        cell if cell >= store::SMALLEST_CELL => Ok(cell),
        _ => Err(D::Error::custom("expected 10 or more: a smaller count may name somebody")),
    }
}
