//! Read 3: the request names another patient than the token or the assertion.
//!
//! Source: decision-order §2 line 3.

use model::{Finding, Rule};

use super::refuse_if;
use crate::read::ReadCase;

pub(crate) fn read(case: &ReadCase<'_>) -> Vec<Finding> {
    let differs = case.caller.patient.as_ref().is_some_and(|named| *named != case.ask.patient);
    refuse_if(differs, Rule::TokenPatientIsQueryPatient)
}
