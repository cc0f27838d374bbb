//! Read 8: blocked by the patient, the person or the structure acted for now. Before the mode: no
//! emergency passes it, nor authorship, nor being médecin traitant.
//!
//! Source: decision-order §2 line 8.

use model::{Finding, Rule};

use super::refuse_if;
use crate::read::ReadCase;

pub(crate) fn read(case: &ReadCase<'_>) -> Vec<Finding> {
    let professional = case.place.is_some_and(|place| !place.is_patient_side());
    refuse_if(professional && case.facts.blocked, Rule::CallerIsNotBlocked)
}
