//! A folder: documents that somebody keeps together (IHE ITI TF-3 §4.2.3.4).

use crate::{Availability, Code, EntryUuid, Hl7Time, Ins, UniqueId};

/// The folder's metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// entryUUID of this version of the metadata.
    pub entry_uuid: EntryUuid,
    /// logicalID (`lid`): constant over versions of the metadata.
    pub logical_id: EntryUuid,
    /// Version of the metadata, from 1.
    pub version: u32,
    /// uniqueId.
    pub unique_id: UniqueId,
    /// The status; set by us at commit.
    pub availability: Availability,
    /// The patient.
    pub patient: Ins,
    /// codeList, at least one in a submission.
    pub codes: Vec<Code>,
    /// title.
    pub title: Option<String>,
    /// comments.
    pub comments: Option<String>,
    /// lastUpdateTime: set by us, whatever a source sends.
    pub last_update: Option<Hl7Time>,
    /// Extra slots whose name is a URN, as sent.
    pub extra: Vec<(String, Vec<String>)>,
}
