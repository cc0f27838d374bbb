//! One event of the journal on its way to an audit record repository (IHE ITI-20).

use model::{EntryUuid, Ins, UniqueId};

use crate::HistoryLine;

/// An event that the repository does not have yet, with what its message names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its place in the queue: the order of commits.
    pub position: i64,
    /// What happened. In a minor's secret connection if its lineage says so.
    pub line: HistoryLine,
    /// The record's patient; `None` when the event names no record that is known.
    pub patient: Option<Ins>,
    /// The submission set.
    pub set: Option<UniqueId>,
    /// The documents, in the order of the event.
    pub documents: Vec<AuditedDocument>,
}

/// A document as a message names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedDocument {
    /// logicalID.
    pub logical_id: EntryUuid,
    /// uniqueId; `None` once the document is destroyed.
    pub unique_id: Option<UniqueId>,
    /// True if this repository keeps its bytes.
    pub held: bool,
}
