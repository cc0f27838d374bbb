//! D5: off by default. Off: accepted, and the fact "blocked at deposit" is stored, so that the patient may
//! delete the document. On: refused.
//!
//! Source: decision-order D5 (founding article: documents of a blocked professional are the patient's to
//! delete).

use model::{Finding, Rule};

use super::refuse_if;
use crate::deposit::DepositCase;

pub(crate) fn deposit(case: &DepositCase<'_>) -> Vec<Finding> {
    refuse_if(case.law.switches.refuse_blocked_depositor && case.facts.blocked, Rule::DepositorIsNotBlocked)
}
