//! The digests of a document's bytes.

use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use model::{Content, DocumentEntry, EntryKind, Sha1, Submission};

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
        let mut running = Running::default();
        running.add(bytes);
        running.finish()
    }

    /// What a document held elsewhere is said to be; its SHA-256 is not known here. `None` for a stable one whose
    /// hash or size is not declared.
    fn declared(entry: &DocumentEntry) -> Option<Self> {
        let (sha1, size) = match entry.kind {
            EntryKind::Stable => (entry.hash?, entry.size?),
            EntryKind::OnDemand => (Sha1::from_bytes(OF_NOTHING), 0),
        };
        Some(Fingerprint { sha1, sha256: [0; 32], size })
    }
}

/// A fingerprint of bytes that come piece by piece.
pub(crate) struct Running {
    sha1: Context,
    sha256: Context,
    size: u64,
}

impl Default for Running {
    fn default() -> Self {
        Running { sha1: Context::new(&SHA1_FOR_LEGACY_USE_ONLY), sha256: Context::new(&SHA256), size: 0 }
    }
}

impl Running {
    /// The next bytes.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.sha1.update(bytes);
        self.sha256.update(bytes);
        self.size = self.size.saturating_add(bytes.len() as u64);
    }

    /// The fingerprint of all of them.
    pub(crate) fn finish(self) -> Fingerprint {
        let mut sha1 = [0; 20];
        sha1.copy_from_slice(self.sha1.finish().as_ref());
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(self.sha256.finish().as_ref());
        Fingerprint { sha1: Sha1::from_bytes(sha1), sha256, size: self.size }
    }
}

/// SHA-1 of no bytes: what stands for an on-demand document, which has none yet.
const OF_NOTHING: [u8; 20] = [
    0xda, 0x39, 0xa3, 0xee, 0x5e, 0x6b, 0x4b, 0x0d, 0x32, 0x55, 0xbf, 0xef, 0x95, 0x60, 0x18, 0x90, 0xaf,
    0xd8, 0x07, 0x09,
];

/// Digests each document's bytes, in the order of the entries; `None` where there are none.
pub(crate) fn fingerprints(submission: &Submission) -> Vec<Option<Fingerprint>> {
    let of = |entry: &DocumentEntry, content: &Content| match content {
        Content::Inline(bytes) => Some(Fingerprint::of(bytes.as_slice())),
        Content::Staged(staged) => {
            Some(Fingerprint { sha1: staged.sha1, sha256: staged.sha256, size: staged.size })
        }
        Content::Elsewhere => Fingerprint::declared(entry),
        Content::Incoming(_) | Content::Missing(_) => None,
    };
    submission.entries.iter().map(|(entry, content)| of(entry, content)).collect()
}
