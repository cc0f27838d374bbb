//! What a depositor gets: the same one again for an identical retry.

use crate::{EntryUuid, Moment, UniqueId};

/// One document of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedDocument {
    /// entryUUID allocated or kept.
    pub entry_uuid: EntryUuid,
    /// logicalID: the stable FHIR id.
    pub logical_id: EntryUuid,
    /// uniqueId as submitted.
    pub unique_id: UniqueId,
}

/// A committed deposit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// entryUUID of the set.
    pub set: EntryUuid,
    /// uniqueId of the set.
    pub set_unique_id: UniqueId,
    /// The documents, in the order of the submission.
    pub documents: Vec<ReceivedDocument>,
    /// The folders that the submission made, by logicalID, in its order.
    pub folders: Vec<EntryUuid>,
    /// Documents that the submission superseded, by logicalID.
    pub superseded: Vec<EntryUuid>,
    /// When it was committed.
    pub at: Moment,
    /// True when an identical submission had been committed before.
    pub again: bool,
}
