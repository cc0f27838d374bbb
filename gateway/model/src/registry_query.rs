//! A question about the objects of a registry: sets, folders, associations and the documents that go with them
//! (IHE ITI TF-2 §3.18.4.1.2.3.7). FindDocuments and FindDocumentsByReferenceId are a [`crate::DocumentQuery`].

use crate::{
    AssociationKind, Availability, Code, DateRange, EntryKind, EntryUuid, Ins, MetadataLevel, UniqueId,
};

/// Objects by one kind of name, never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// By entryUUID, of any version.
    Uuids(Vec<EntryUuid>),
    /// By uniqueId.
    UniqueIds(Vec<UniqueId>),
    /// By logicalID (`lid`): every version.
    LogicalIds(Vec<EntryUuid>),
}

/// What the documents of an answer must be. Empty lists ask nothing, but that `kinds` is never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentFilter {
    /// formatCode, alternatives.
    pub formats: Vec<Code>,
    /// confidentialityCode: each inner list is one "and" term.
    pub confidentiality: Vec<Vec<Code>>,
    /// objectType.
    pub kinds: Vec<EntryKind>,
}

impl Default for ContentFilter {
    /// Every stable document.
    fn default() -> Self {
        ContentFilter { formats: Vec::new(), confidentiality: Vec::new(), kinds: vec![EntryKind::Stable] }
    }
}

/// The statuses that GetAll asks for, each list never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statuses {
    /// Of documents.
    pub documents: Vec<Availability>,
    /// Of submission sets.
    pub sets: Vec<Availability>,
    /// Of folders.
    pub folders: Vec<Availability>,
}

/// One stored query other than FindDocuments and its by-reference form. `associations` are the statuses of
/// associations that an answer shows (`$XDSAssociationStatus`), `level` the versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegistryQuery {
    /// FindSubmissionSets.
    FindSubmissionSets {
        /// The patient.
        patient: Ins,
        /// Statuses, never empty.
        status: Vec<Availability>,
        /// sourceId, alternatives.
        sources: Vec<String>,
        /// submissionTime.
        submitted: DateRange,
        /// authorPerson pattern (`%` and `_`).
        author: Option<String>,
        /// contentTypeCode, alternatives.
        content_types: Vec<Code>,
    },
    /// FindFolders.
    FindFolders {
        /// The patient.
        patient: Ins,
        /// Statuses, never empty.
        status: Vec<Availability>,
        /// lastUpdateTime.
        updated: DateRange,
        /// codeList: each inner list is one "and" term.
        codes: Vec<Vec<Code>>,
        /// Which versions.
        level: MetadataLevel,
    },
    /// GetAll.
    GetAll {
        /// The patient.
        patient: Ins,
        /// Statuses of each kind of object.
        status: Statuses,
        /// Which documents.
        filter: ContentFilter,
        /// Statuses of associations.
        associations: Vec<Availability>,
        /// Which versions.
        level: MetadataLevel,
    },
    /// GetDocuments.
    GetDocuments {
        /// Which.
        named: Named,
        /// Which versions.
        level: MetadataLevel,
    },
    /// GetFolders.
    GetFolders {
        /// Which.
        named: Named,
        /// Which versions.
        level: MetadataLevel,
    },
    /// GetAssociations: those that have one of these objects at either end.
    GetAssociations {
        /// entryUUIDs of the objects.
        objects: Vec<EntryUuid>,
        /// Statuses of associations.
        associations: Vec<Availability>,
        /// Which versions.
        level: MetadataLevel,
    },
    /// GetDocumentsAndAssociations.
    GetDocumentsAndAssociations {
        /// Which documents.
        named: Named,
        /// Statuses of associations.
        associations: Vec<Availability>,
        /// Which versions.
        level: MetadataLevel,
    },
    /// GetSubmissionSets: those that hold one of these documents or folders, with the memberships.
    GetSubmissionSets {
        /// entryUUIDs of the documents or folders.
        objects: Vec<EntryUuid>,
    },
    /// GetSubmissionSetAndContents.
    GetSubmissionSetAndContents {
        /// The set.
        named: Named,
        /// Which documents.
        filter: ContentFilter,
        /// Which versions.
        level: MetadataLevel,
    },
    /// GetFolderAndContents.
    GetFolderAndContents {
        /// The folder.
        named: Named,
        /// Which documents.
        filter: ContentFilter,
        /// Statuses of associations.
        associations: Vec<Availability>,
        /// Which versions.
        level: MetadataLevel,
    },
    /// GetFoldersForDocument.
    GetFoldersForDocument {
        /// The document.
        named: Named,
        /// Statuses of associations.
        associations: Vec<Availability>,
        /// Which versions.
        level: MetadataLevel,
    },
    /// GetRelatedDocuments.
    GetRelatedDocuments {
        /// The document.
        named: Named,
        /// The relationships asked for, never empty.
        kinds: Vec<AssociationKind>,
        /// objectType of the documents.
        types: Vec<EntryKind>,
        /// Statuses of associations.
        associations: Vec<Availability>,
        /// Which versions.
        level: MetadataLevel,
    },
}

impl RegistryQuery {
    /// The patient that the query itself names.
    pub fn patient(&self) -> Option<&Ins> {
        match self {
            RegistryQuery::FindSubmissionSets { patient, .. }
            | RegistryQuery::FindFolders { patient, .. }
            | RegistryQuery::GetAll { patient, .. } => Some(patient),
            RegistryQuery::GetDocuments { .. }
            | RegistryQuery::GetFolders { .. }
            | RegistryQuery::GetAssociations { .. }
            | RegistryQuery::GetDocumentsAndAssociations { .. }
            | RegistryQuery::GetSubmissionSets { .. }
            | RegistryQuery::GetSubmissionSetAndContents { .. }
            | RegistryQuery::GetFolderAndContents { .. }
            | RegistryQuery::GetFoldersForDocument { .. }
            | RegistryQuery::GetRelatedDocuments { .. } => None,
        }
    }
}
