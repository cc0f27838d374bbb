//! B6: the patient of the token or of the assertion is the submission's.
//!
//! Source: decision-order B6; VIHF `resource-id`, IUA `person_id`.

use model::{Finding, Location, Rule, SubmittedObject};

use super::RequestCase;

pub(super) fn check(case: &RequestCase<'_>) -> Vec<Finding> {
    let differs = case.caller.patient.as_ref().is_some_and(|named| *named != case.submission.set.patient);
    if !differs {
        return Vec::new();
    }
    vec![
        Finding::new(Rule::TokenPatientIsSubmissionPatient)
            .at(Location::Submitted(SubmittedObject::Set, "patientId")),
    ]
}
