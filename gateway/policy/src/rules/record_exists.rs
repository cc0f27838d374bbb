//! C1: the record exists. Never created, notified, opposed and erased are one answer.
//!
//! Source: decision-order §0.2 and C1. Refused: a deposit for an INS whose holder opposed the record.

use model::{Finding, Rule};

use super::refuse_if;
use crate::RecordState;
use crate::deposit::DepositCase;

pub(crate) fn deposit(case: &DepositCase<'_>) -> Vec<Finding> {
    refuse_if(case.facts.record == RecordState::Absent, Rule::RecordExists)
}
