//! The proof that an act may be written.

use model::Ins;

use crate::{FactsVersion, Vote};

/// A value that `policy` judged and permitted, with what the commit must check again. It is neither
/// `Clone` nor mutable, and has no public constructor: see the crate's `compile_fail` tests.
#[derive(Debug)]
#[must_use = "a permit that is not committed should be revoked in words"]
pub struct Permitted<T> {
    value: T,
    patient: Ins,
    facts: FactsVersion,
    matrix: String,
    blocked: bool,
    votes: Vec<Vote>,
}

impl<T> Permitted<T> {
    pub(crate) fn grant(
        value: T,
        patient: Ins,
        facts: FactsVersion,
        matrix: String,
        blocked: bool,
        votes: Vec<Vote>,
    ) -> Self {
        Permitted { value, patient, facts, matrix, blocked, votes }
    }

    /// What was judged.
    pub fn get(&self) -> &T {
        &self.value
    }

    /// The patient whose record the act is on.
    pub fn patient(&self) -> &Ins {
        &self.patient
    }

    /// The facts that the decision rests on.
    pub fn facts_version(&self) -> FactsVersion {
        self.facts
    }

    /// The version of the matrix that decided.
    pub fn matrix_version(&self) -> &str {
        &self.matrix
    }

    /// The depositor was blocked by the patient at this instant (the patient may then delete).
    pub fn depositor_was_blocked(&self) -> bool {
        self.blocked
    }

    /// Every rule that voted, in order.
    pub fn votes(&self) -> &[Vote] {
        &self.votes
    }

    /// Gives the value back without the permission: the facts moved, decide again.
    pub fn revoke(self) -> T {
        self.value
    }
}
