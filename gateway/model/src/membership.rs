//! Memberships: what belongs to a set or to a folder (`HasMember`, IHE ITI TF-3 §4.2.2.1).

use crate::{EntryUuid, ObjectRef};

/// One `HasMember` association of a submission, or one that the record holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// entryUUID of the association.
    pub entry_uuid: EntryUuid,
    /// What belongs to what.
    pub link: Member,
}

/// The associationType of every membership.
pub const HAS_MEMBER: &str = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember";

/// The four links of IHE ITI TF-3 table 4.2.2-1, the first of them in both its forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    /// SS-DE `Original`: a document that came with the set, by its entryUUID.
    Original(EntryUuid),
    /// SS-DE `Reference`: a document that the record held before.
    Reference(ObjectRef),
    /// SS-FD: a folder that came with the set, by its entryUUID.
    Folder(EntryUuid),
    /// FD-DE: a document in a folder; each is of the submission or of the record.
    InFolder {
        /// The folder.
        folder: EntryUuid,
        /// The document.
        document: ObjectRef,
    },
    /// SS-HM: the set holds the FD-DE membership of this entryUUID.
    OfFolder(EntryUuid),
}
