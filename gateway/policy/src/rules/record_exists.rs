//! C1: the record exists. Never created, notified, opposed and erased are one answer.
//!
//! Source: decision-order §0.2 and C1. Refused: a deposit for an INS whose holder opposed the record.

use model::{Channel, Finding, Rule};

use super::refuse_if;
use crate::deposit::DepositCase;
use crate::{RecordState, Relation};

pub(crate) fn deposit(case: &DepositCase<'_>) -> Vec<Finding> {
    // A stranger's own token must not tell which records exist: all are absent to them.
    let stranger = case.caller.channel == Channel::Patient && case.facts.relation == Relation::Stranger;
    refuse_if(case.facts.record == RecordState::Absent || stranger, Rule::RecordExists)
}
