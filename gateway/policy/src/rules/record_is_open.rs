//! C2 and read 6: a closed record is kept ten years, fed and read by nobody, the holder included.
//!
//! Source: decision-order C2, read 6. Refused: a deposit the day after the closing.

use model::{Finding, Rule};

use super::record_exists::is_absent;
use super::refuse_if;
use crate::RecordState;
use crate::deposit::DepositCase;
use crate::read::ReadCase;

pub(crate) fn deposit(case: &DepositCase<'_>) -> Vec<Finding> {
    refuse_if(case.facts.record == RecordState::Closed && !is_absent(case), Rule::RecordIsOpen)
}

pub(crate) fn read(case: &ReadCase<'_>) -> Vec<Finding> {
    refuse_if(case.facts.record == RecordState::Closed, Rule::RecordIsOpen)
}
