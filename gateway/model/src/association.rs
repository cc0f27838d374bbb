//! Relationships between documents. Belonging to a set or a folder is not one of them: see [`crate::Membership`].

use crate::{Code, EntryUuid};

/// How the source document relates to the target (IHE ITI TF-3 table 4.2.2-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AssociationKind {
    /// RPLC: the target is superseded.
    Replaces,
    /// XFRM.
    Transforms,
    /// XFRM_RPLC: both.
    TransformsAndReplaces,
    /// APND.
    Appends,
    /// signs.
    Signs,
    /// IsSnapshotOf: a stable document made from an on-demand entry.
    Snapshots,
}

impl AssociationKind {
    /// Every kind.
    pub const ALL: [AssociationKind; 6] = [
        AssociationKind::Replaces,
        AssociationKind::Transforms,
        AssociationKind::TransformsAndReplaces,
        AssociationKind::Appends,
        AssociationKind::Signs,
        AssociationKind::Snapshots,
    ];

    /// The URN of XDS.
    pub const fn urn(self) -> &'static str {
        match self {
            AssociationKind::Replaces => "urn:ihe:iti:2007:AssociationType:RPLC",
            AssociationKind::Transforms => "urn:ihe:iti:2007:AssociationType:XFRM",
            AssociationKind::TransformsAndReplaces => "urn:ihe:iti:2007:AssociationType:XFRM_RPLC",
            AssociationKind::Appends => "urn:ihe:iti:2007:AssociationType:APND",
            AssociationKind::Signs => "urn:ihe:iti:2007:AssociationType:signs",
            AssociationKind::Snapshots => "urn:ihe:iti:2010:AssociationType:IsSnapshotOf",
        }
    }

    /// Reads the URN.
    pub fn of(urn: &str) -> Option<Self> {
        AssociationKind::ALL.into_iter().find(|kind| kind.urn() == urn)
    }

    /// True when the target becomes Deprecated.
    pub const fn supersedes(self) -> bool {
        matches!(self, AssociationKind::Replaces | AssociationKind::TransformsAndReplaces)
    }
}

/// What an association points to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ObjectRef {
    /// An object by its entryUUID, in this submission or in the registry.
    Uuid(EntryUuid),
    /// A document by its uniqueId (FHIR references by `masterIdentifier`).
    Unique(crate::UniqueId),
}

/// One relationship. The source is a document of the same submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Association {
    /// entryUUID of the association.
    pub entry_uuid: EntryUuid,
    /// The kind.
    pub kind: AssociationKind,
    /// The new document.
    pub source: EntryUuid,
    /// The older document.
    pub target: ObjectRef,
    /// What documents the relationship (IHE ITI TF-3 §4.2.2.2.8), kept and returned.
    pub documentation: Option<Code>,
}
