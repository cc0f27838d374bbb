//! The proof that an act may be written.

use model::Ins;

use crate::{FactsVersion, Vote};

/// What a commit remembers of who deposits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Depositor {
    /// Blocked by the patient at this instant.
    pub(crate) blocked: bool,
    /// The holder, or a representative.
    pub(crate) holder_side: bool,
}

/// A value that `policy` judged and permitted, with what the commit must check again. It is neither
/// `Clone` nor mutable, and has no public constructor: see the crate's `compile_fail` tests.
#[derive(Debug)]
#[must_use = "a permit that is not committed should be revoked in words"]
pub struct Permitted<T> {
    value: T,
    patient: Ins,
    facts: FactsVersion,
    matrix: String,
    depositor: Depositor,
    votes: Vec<Vote>,
}

impl<T> Permitted<T> {
    pub(crate) fn grant(
        value: T,
        patient: Ins,
        facts: FactsVersion,
        matrix: String,
        depositor: Depositor,
        votes: Vec<Vote>,
    ) -> Self {
        Permitted { value, patient, facts, matrix, depositor, votes }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Permitted<U> {
        let Permitted { value, patient, facts, matrix, depositor, votes } = self;
        Permitted { value: change(value), patient, facts, matrix, depositor, votes }
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
        self.depositor.blocked
    }

    /// The holder or a representative deposits.
    pub fn depositor_is_holder_side(&self) -> bool {
        self.depositor.holder_side
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
