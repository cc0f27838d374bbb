//! C3: a refusal of feeding on legitimate ground (R.1111-47) is stored for this caller.
//!
//! Source: decision-order C3. Not asked here: the ordinary non-opposition, which the sender keeps.

use model::{Finding, Rule};

use super::record_exists::is_absent;
use super::refuse_if;
use crate::deposit::DepositCase;

pub(crate) fn deposit(case: &DepositCase<'_>) -> Vec<Finding> {
    refuse_if(case.facts.feeding_refused && !is_absent(case), Rule::FeedingIsNotRefused)
}
