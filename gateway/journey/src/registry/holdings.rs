//! The objects of one record as a registry knows them (IHE ITI TF-3 §4.2.2), as stored: nothing is admitted yet.

use model::{
    AssociationKind, Author, Availability, Code, DocumentEntry, EntryUuid, Folder, Moment, SubmissionSet,
};
use policy::Holder;

use crate::StoredEntry;

/// Every object of a record.
#[derive(Debug, Clone, Default)]
pub struct Holdings {
    /// The current metadata of each document, in the order in which they came.
    pub documents: Vec<StoredEntry>,
    /// Earlier metadata of these documents, Deprecated; one for each entryUUID.
    pub past: Vec<DocumentEntry>,
    /// Submission sets, in the order in which they came.
    pub sets: Vec<StoredSet>,
    /// Folders, in the order in which they came.
    pub folders: Vec<StoredFolder>,
    /// Associations of every kind.
    pub links: Vec<StoredLink>,
}

/// A submission set as stored.
#[derive(Debug, Clone)]
pub struct StoredSet {
    /// The metadata.
    pub set: SubmissionSet,
    /// When it was committed.
    pub stored_at: Moment,
}

/// A folder as stored.
#[derive(Debug, Clone)]
pub struct StoredFolder {
    /// The current metadata.
    pub folder: Folder,
    /// Earlier metadata, Deprecated; one for each entryUUID.
    pub past: Vec<Folder>,
    /// The authors of the set that it came with.
    pub authors: Vec<Author>,
}

/// An association as stored. Its ends are logical objects: they outlive a change of metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLink {
    /// entryUUID.
    pub entry_uuid: EntryUuid,
    /// What it says.
    pub kind: LinkKind,
    /// From.
    pub source: End,
    /// To.
    pub target: End,
    /// The version of the target that came with the set, for `Original`.
    pub version: Option<u32>,
    /// Approved or Deprecated.
    pub status: Availability,
    /// What documents a relationship.
    pub documentation: Option<Code>,
}

/// What an association says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkKind {
    /// Between two documents.
    Relationship(AssociationKind),
    /// HasMember, from a set to a document that came with it.
    Original,
    /// HasMember, from a set to a document that was there before.
    Reference,
    /// Any other HasMember: set to folder, folder to document, set to such a membership.
    Member,
}

/// One end of an association.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum End {
    /// A document by its logicalID.
    Document(EntryUuid),
    /// A set by its entryUUID.
    Set(EntryUuid),
    /// A folder by its logicalID.
    Folder(EntryUuid),
    /// An association by its entryUUID.
    Association(EntryUuid),
}

impl Holder for StoredSet {
    fn authors(&self) -> &[Author] {
        &self.set.authors
    }
}

impl Holder for StoredFolder {
    fn authors(&self) -> &[Author] {
        &self.authors
    }
}
