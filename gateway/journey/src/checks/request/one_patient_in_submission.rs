//! B5: the set, every entry and every folder name the same patient (number and domain compared).
//!
//! Source: IHE ITI TF-3 registration rule 7.

use model::{Finding, Location, Rule};

use super::{RequestCase, members};

pub(super) fn check(case: &RequestCase<'_>) -> Vec<Finding> {
    let own = &case.submission.set.patient;
    members(case.submission)
        .filter(|(_, _, patient)| *patient != own)
        .map(|(object, id, _)| {
            Finding::new(Rule::OnePatientInSubmission)
                .at(Location::Submitted(object, "patientId"))
                .arg("document", id.as_str())
        })
        .collect()
}
