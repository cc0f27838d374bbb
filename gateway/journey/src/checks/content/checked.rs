//! The proof that stage G passed.

use model::Submission;
use policy::Permitted;

use super::Fingerprint;

/// A permitted submission whose bytes were checked, ready to commit. Only [`crate::deposit`] makes one.
#[derive(Debug)]
pub struct Checked {
    permitted: Permitted<Submission>,
    fingerprints: Vec<Fingerprint>,
    set_unique_id: model::UniqueId,
    digest: [u8; 32],
    depositor: model::Depositor,
}

impl Checked {
    /// Seals a submission whose checks passed; `None` if a document has no fingerprint (no bytes).
    pub(crate) fn seal(
        permitted: Permitted<Submission>,
        fingerprints: Vec<Option<Fingerprint>>,
        set_unique_id: model::UniqueId,
        digest: [u8; 32],
        depositor: model::Depositor,
    ) -> Option<Self> {
        let fingerprints = fingerprints.into_iter().collect::<Option<Vec<_>>>()?;
        let complete = fingerprints.len() == permitted.get().entries.len();
        complete.then_some(Checked { permitted, fingerprints, set_unique_id, digest, depositor })
    }

    /// Gives the submission back without the permission: the facts moved, judge again.
    pub(crate) fn revoke(self) -> Submission {
        self.permitted.revoke()
    }

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

    /// Who deposits: whom the status of the deposit is told to.
    pub fn depositor(&self) -> &model::Depositor {
        &self.depositor
    }
}
