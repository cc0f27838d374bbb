//! The deposit.

use model::{Caller, Finding, Receipt, Submission};

use crate::{Clock, Desk, Ids, Refusal, Store};

/// Takes a submission from the door to the commit. `transaction` names the door's transaction (`ITI-41`,
/// `ITI-65`). The findings of a success are warnings.
pub async fn deposit<S: Store, C: Clock, I: Ids>(
    _desk: &Desk<S, C, I>,
    _caller: &Caller,
    _transaction: &'static str,
    _submission: Submission,
) -> Result<(Receipt, Vec<Finding>), Refusal> {
    Err(Refusal::Absent)
}

/// The deposit with the commit suppressed: every finding, nothing written, no event.
pub async fn dry_run<S: Store, C: Clock, I: Ids>(
    _desk: &Desk<S, C, I>,
    _caller: &Caller,
    _submission: Submission,
) -> Result<Vec<Finding>, Refusal> {
    Err(Refusal::Absent)
}
