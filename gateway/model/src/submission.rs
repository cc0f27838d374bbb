//! What every door makes of a deposit.

use std::fmt;
use std::sync::Arc;

use crate::{Association, DocumentEntry, SubmissionSet};

/// The name of a part whose bytes came, or did not come, with the message (for error texts).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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

/// A document's bytes, or why they are not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// In memory, bounded by the door.
    Inline(ContentBytes),
    /// The message named a part that it does not hold, or named none (rule G1).
    Missing(Option<PartId>),
}

/// One deposit: a set, its documents and their links, all or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The set.
    pub set: SubmissionSet,
    /// The documents, in the order of the message.
    pub entries: Vec<(DocumentEntry, Content)>,
    /// Relationships whose source is one of the documents.
    pub associations: Vec<Association>,
    /// Parts that no entry names (rule G1), by their id in the message.
    pub orphans: Vec<PartId>,
    /// What the submission's own Patient says of the identity's reliability (rule B4): `None` when no
    /// status travels (always so in XDS).
    pub identity_qualified: Option<bool>,
}
