//! What a depositor gets: the same one again for an identical retry.

use crate::{Actor, Caller, EntryUuid, Moment, UniqueId};

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

/// Who made a deposit: whom its status is told to afterwards. Kept sealed with the receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Depositor {
    /// The person who acted in their own name: `professional`, or `person` for a matricule, and their identifier.
    pub person: Option<String>,
    /// The structure acted for.
    pub structure: Option<String>,
}

impl Depositor {
    /// Who this caller is as a depositor. An operator is none.
    pub fn of(caller: &Caller) -> Self {
        let structure = caller.structure.as_ref().map(|id| id.0.clone());
        match &caller.actor {
            Actor::Professional { id, .. } => {
                Depositor { person: Some(format!("professional {}", id.0)), structure }
            }
            Actor::OfStructure { .. } => Depositor { person: None, structure },
            Actor::Holder { ins } | Actor::Representative { ins } => {
                Depositor { person: Some(format!("person {}", ins.to_cx())), structure: None }
            }
            Actor::Operator { .. } => Depositor { person: None, structure: None },
        }
    }

    /// True for the same person or the same structure; what is not known is nobody's.
    pub fn is(&self, other: &Depositor) -> bool {
        let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        same(&self.person, &other.person) || same(&self.structure, &other.structure)
    }
}
