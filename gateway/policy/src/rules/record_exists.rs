//! C1: the record exists. Never created, notified, opposed and erased are one answer.
//!
//! Source: decision-order §0.2 and C1. Refused: a deposit for an INS whose holder opposed the record.

use model::{Channel, Finding, Rule};

use super::refuse_if;
use crate::deposit::DepositCase;
use crate::{RecordState, Relation};

pub(crate) fn deposit(case: &DepositCase<'_>) -> Vec<Finding> {
    refuse_if(is_absent(case), Rule::RecordExists)
}

/// A stranger's own token must not tell which records exist or are closed: all are absent to them, and of an
/// absent record nothing else is said.
pub(super) fn is_absent(case: &DepositCase<'_>) -> bool {
    let stranger = case.caller.channel == Channel::Patient && case.facts.relation == Relation::Stranger;
    case.facts.record == RecordState::Absent || stranger
}
