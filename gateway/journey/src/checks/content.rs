//! Stage G: the bytes. Only here is a document's content looked at, after the right to deposit.

use model::{Sha1, Submission};
use policy::Permitted;

/// The digests of one document's bytes, computed once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    /// SHA-1, the hash of XDS metadata.
    pub sha1: Sha1,
    /// SHA-256, for our own integrity and comparison.
    pub sha256: [u8; 32],
    /// Length in bytes.
    pub size: u64,
}

/// A permitted submission whose bytes were checked, ready to commit. Only [`crate::deposit`] makes one.
#[derive(Debug)]
pub struct Checked {
    permitted: Permitted<Submission>,
    fingerprints: Vec<Fingerprint>,
    set_unique_id: model::UniqueId,
    digest: [u8; 32],
}

impl Checked {
    /// The permit with what it permits.
    pub fn permitted(&self) -> &Permitted<Submission> {
        &self.permitted
    }

    /// The fingerprints, in the order of the entries.
    pub fn fingerprints(&self) -> &[Fingerprint] {
        &self.fingerprints
    }

    /// The set's uniqueId: the submitted one, or the one derived from the documents' ids.
    pub fn set_unique_id(&self) -> &model::UniqueId {
        &self.set_unique_id
    }

    /// The digest of the submission and its caller: an identical retry has the same.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }
}
