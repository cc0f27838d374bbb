//! `[audit]`: sealing the journal, the figures of use, and the audit record repository.

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
    /// The audit record repository that every event is sent to, `tls://host[:port]` (port 6514 if none is named);
    /// without one nothing is queued and nothing leaves.
    pub repository: Option<String>,
    /// Authorities of the repository's certificate, PEM; the system's when empty.
    pub repository_authorities: Vec<PathBuf>,
    /// The certificate chain shown to the repository, PEM.
    pub repository_certificate: Option<PathBuf>,
    /// Its private key, PEM (PKCS#8).
    pub repository_key: Option<PathBuf>,
    /// Messages tell the client's network address, `wsa:ReplyTo` and the text of stored queries, as IHE asks for; these are
    /// kept in memory until they are sent, never in the journal.
    pub requests: bool,
    /// AuditSourceID of the messages.
    pub source: String,
    /// AuditEnterpriseSiteID of the messages.
    pub site: Option<String>,
}

impl Default for AuditConfig {
    fn default() -> Self {
        AuditConfig {
            signing_key: PathBuf::from("audit.key"),
            roots: PathBuf::from("roots.jsonl"),
            seal_every_minutes: 60,
            smallest_cell: store::SMALLEST_CELL,
            repository: None,
            repository_authorities: Vec::new(),
            repository_certificate: None,
            repository_key: None,
            requests: true,
            source: "passerelle".to_owned(),
            site: None,
        }
    }
}

impl AuditConfig {
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        [&mut self.signing_key, &mut self.roots]
            .into_iter()
            .chain(self.repository_authorities.iter_mut())
            .chain(self.repository_certificate.iter_mut())
            .chain(self.repository_key.iter_mut())
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
