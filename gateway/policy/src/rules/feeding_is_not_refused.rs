//! C3: a refusal of feeding on legitimate ground (R.1111-47) is stored for this caller.
//!
//! Source: decision-order C3. Not asked here: the ordinary non-opposition, which the sender keeps.

use model::{Finding, Rule};

use super::refuse_if;
use crate::RecordState;
use crate::deposit::DepositCase;

pub(crate) fn deposit(case: &DepositCase<'_>) -> Vec<Finding> {
    // Of an absent record nothing else is said.
    let refused = case.facts.feeding_refused && case.facts.record != RecordState::Absent;
    refuse_if(refused, Rule::FeedingIsNotRefused)
}
