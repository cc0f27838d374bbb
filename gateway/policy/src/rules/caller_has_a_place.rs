//! D1 and read 4: the caller falls in a column of the functional rights.
//!
//! Source: decision-order §0.1. Refused: an insurer, an unknown role, the insurance feed while not
//! switched on, a patient's token for somebody else's record (in a deposit).

use model::{Finding, Rule};

use super::refuse_if;
use crate::deposit::DepositCase;
use crate::read::ReadCase;

pub(crate) fn deposit(case: &DepositCase<'_>) -> Vec<Finding> {
    refuse_if(case.place.is_none(), Rule::CallerHasAPlace)
}

pub(crate) fn read(case: &ReadCase<'_>) -> Vec<Finding> {
    refuse_if(case.place.is_none(), Rule::CallerHasAPlace)
}
