//! A submission set: what was sent together, by whom (IHE ITI TF-3 §4.2.3.3).

use crate::{Author, Code, EntryUuid, Hl7Time, Ins, Oid, UniqueId};

/// The set's metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmissionSet {
    /// entryUUID.
    pub entry_uuid: EntryUuid,
    /// uniqueId. `None` only for a FHIR submission without one; the journey then derives it from the
    /// documents' ids, so that a retry is recognised.
    pub unique_id: Option<UniqueId>,
    /// sourceId: the emitting system.
    pub source_id: Oid,
    /// The patient.
    pub patient: Ins,
    /// submissionTime.
    pub submission_time: Hl7Time,
    /// contentTypeCode.
    pub content_type: Code,
    /// author(s).
    pub authors: Vec<Author>,
    /// intendedRecipient, as sent.
    pub intended_recipients: Vec<String>,
    /// title.
    pub title: Option<String>,
    /// comments.
    pub comments: Option<String>,
}

impl SubmissionSet {
    /// The identifiers (XCN.1) of its author persons.
    pub fn author_persons(&self) -> impl Iterator<Item = &str> {
        self.authors.iter().filter_map(|author| author.person.as_ref()?.id.as_deref())
    }

    /// The identifiers (XON.10) of its author institutions.
    pub fn author_institutions(&self) -> impl Iterator<Item = &str> {
        self.authors.iter().flat_map(|author| &author.institutions).filter_map(|xon| xon.id.as_deref())
    }
}
