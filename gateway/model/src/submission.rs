//! What every door makes of a deposit.

use std::fmt;
use std::sync::Arc;

use crate::{Association, DocumentEntry, EntryUuid, Folder, Member, Membership, Sha1, SubmissionSet};

/// The name of a part whose bytes came, or did not come, with the message (for error texts).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartId(pub String);

/// The bytes of a document, shared and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ContentBytes(Arc<[u8]>);

impl ContentBytes {
    /// Wraps bytes.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        ContentBytes(bytes.into())
    }

    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for ContentBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentBytes({} bytes)", self.0.len())
    }
}

/// A large document that the store has put aside, sealed, until the commit: its digests, and what stage G looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    /// Length in bytes.
    pub size: u64,
    /// SHA-1 of the bytes.
    pub sha1: Sha1,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// What of the bytes tells their type and their header: bounded, whatever the size.
    pub outline: ContentBytes,
}

/// A document's bytes, or why they are not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// In memory, bounded by the door.
    Inline(ContentBytes),
    /// In a part of the message that is still to be read: nothing is, before the deposit is permitted.
    Incoming(PartId),
    /// Received, and put aside by the store.
    Staged(Staged),
    /// The message named a part that it does not hold, or named none (rule G1).
    Missing(Option<PartId>),
    /// Held by another repository, or made on demand: only the metadata are registered (ITI-42, ITI-61).
    Elsewhere,
}

impl Content {
    /// What the checks of stage G look at: the bytes, or the outline of those that were put aside.
    pub fn checked_bytes(&self) -> Option<&[u8]> {
        match self {
            Content::Inline(bytes) => Some(bytes.as_slice()),
            Content::Staged(staged) => Some(staged.outline.as_slice()),
            Content::Incoming(_) | Content::Missing(_) | Content::Elsewhere => None,
        }
    }
}

/// One deposit: a set, its documents, folders and links, all or nothing. A set alone, a folder alone, references alone
/// are legal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The set.
    pub set: SubmissionSet,
    /// The documents, in the order of the message.
    pub entries: Vec<(DocumentEntry, Content)>,
    /// Folders that the submission makes.
    pub folders: Vec<Folder>,
    /// Relationships whose source is one of the documents.
    pub associations: Vec<Association>,
    /// Memberships, as sent. A door whose wire has none leaves out those of its own documents: every document of
    /// a submission is an original member of its set.
    pub memberships: Vec<Membership>,
    /// Parts that no entry names (rule G1), by their id in the message.
    pub orphans: Vec<PartId>,
    /// What the submission's own Patient says of the identity's reliability (rule B4): `None` when no
    /// status travels (always so in XDS).
    pub identity_qualified: Option<bool>,
}

impl Submission {
    /// True while the bytes of a document are still to be read.
    pub fn is_incoming(&self) -> bool {
        self.entries.iter().any(|(_, content)| matches!(content, Content::Incoming(_)))
    }

    /// Adds the memberships that the wire leaves out: every document is an original member of its set, every folder
    /// a member of it. `fresh` gives their entryUUIDs.
    pub fn complete_memberships(&mut self, mut fresh: impl FnMut() -> EntryUuid) {
        let documents = self.entries.iter().map(|(entry, _)| Member::Original(entry.entry_uuid));
        let folders = self.folders.iter().map(|folder| Member::Folder(folder.entry_uuid));
        let missing: Vec<Member> = documents
            .chain(folders)
            .filter(|link| !self.memberships.iter().any(|known| known.link == *link))
            .collect();
        self.memberships.extend(missing.into_iter().map(|link| Membership { entry_uuid: fresh(), link }));
    }
}
