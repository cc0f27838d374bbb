//! ITI-20 Record Audit Event: an event of the journal as DICOM audit messages (DICOM PS3.15 A.5, IHE ITI TF-2 §3.20),
//! and the syslog frames that carry them (RFC 5424, RFC 5425).
//!
//! Pure. A message names who, which record, which set and documents by their identifiers, and how it ended; from where it
//! was asked and the stored query where that is still known ([`Wire`]). It holds no name of a patient, no title, no type,
//! no stated reason; of a minor's secret connection neither the record nor the query (`docs/audit.md`).

mod message;
mod objects;
mod own;
mod participants;
mod syslog;
#[cfg(test)]
mod tests;
mod wire;

use journey::AuditEntry;
use mappings::Mappings;

pub use own::OwnEvent;
pub use syslog::{LONGEST_FRAME, frame};
pub use wire::{AskedQuery, Wire};

/// Documents of one message; an event with more makes more messages.
const MOST_DOCUMENTS: usize = 40;

/// Who sends the messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditSource {
    /// AuditSourceID.
    pub id: String,
    /// AuditEnterpriseSiteID.
    pub site: Option<String>,
    /// The public address, `https://host[:port]`, without a final slash.
    pub public_url: String,
    /// The process, by the number that the machine's own logs use.
    pub process: u32,
    /// The repositoryUniqueId of this repository.
    pub repository: String,
}

impl AuditSource {
    /// The host of the public address, without its port.
    pub fn host(&self) -> &str {
        let authority = self.public_url.split_once("://").map_or(self.public_url.as_str(), |(_, rest)| rest);
        let authority = authority.split_once('/').map_or(authority, |(authority, _)| authority);
        match authority.strip_prefix('[') {
            Some(literal) => literal.split_once(']').map_or(literal, |(host, _)| host),
            None => authority.split_once(':').map_or(authority, |(host, _)| host),
        }
    }
}

/// The messages of an event: one, or several if it names many documents. The same bytes at every try in one process.
/// `wire` is what is known of the request beside the journal.
pub fn messages(
    mappings: &Mappings,
    source: &AuditSource,
    entry: &AuditEntry,
    wire: Option<&Wire>,
) -> Vec<String> {
    let subject = message::Subject { wire, ..message::Subject::of(mappings, source, entry) };
    let listed = subject.documents();
    if listed.is_empty() {
        return vec![message::write(&subject, &[])];
    }
    listed.chunks(MOST_DOCUMENTS).map(|documents| message::write(&subject, documents)).collect()
}
