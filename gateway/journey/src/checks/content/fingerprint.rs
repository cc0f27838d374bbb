//! The digests of a document's bytes.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use model::{Content, Sha1, Submission};

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

impl Fingerprint {
    /// Digests bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut sha1 = [0; 20];
        sha1.copy_from_slice(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref());
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest(&SHA256, bytes).as_ref());
        Fingerprint { sha1: Sha1::from_bytes(sha1), sha256, size: bytes.len() as u64 }
    }
}

/// Digests each document's bytes, in the order of the entries; `None` where there are none.
pub(crate) fn fingerprints(submission: &Submission) -> Vec<Option<Fingerprint>> {
    let of = |content: &Content| match content {
        Content::Inline(bytes) => Some(Fingerprint::of(bytes.as_slice())),
        Content::Missing(_) => None,
    };
    submission.entries.iter().map(|(_, content)| of(content)).collect()
}
