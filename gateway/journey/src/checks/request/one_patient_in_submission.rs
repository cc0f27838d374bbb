//! B5: the set and every entry name the same patient (number and domain compared).
//!
//! Source: IHE ITI TF-3 registration rule 7.

use model::{Finding, Location, Rule, SubmittedObject};

use super::RequestCase;

pub(super) fn check(case: &RequestCase<'_>) -> Vec<Finding> {
    let patient = &case.submission.set.patient;
    let entries = case.submission.entries.iter().enumerate();
    entries
        .filter(|(_, (entry, _))| entry.patient != *patient)
        .map(|(index, (entry, _))| {
            Finding::new(Rule::OnePatientInSubmission)
                .at(Location::Submitted(SubmittedObject::Entry(index), "patientId"))
                .arg("document", entry.unique_id.as_str())
        })
        .collect()
}
