//! Stage B below the syntax: what both doors demand of a submission before any stored data is read. All
//! findings at once; value sets and switches are data.

mod codes_are_in_value_sets;
pub(crate) mod constraints;
mod ids_differ_inside_message;
mod ins_is_accepted;
mod one_patient_in_submission;
mod repository_is_known;
mod service_times_are_ordered;
mod token_patient_is_submission_patient;
mod type_is_accepted;
mod unique_id_is_an_oid;
mod visibility_set_is_legal;

pub(crate) use ins_is_accepted::of_domain;

use mappings::Mappings;
use model::{Caller, Finding, Ins, Submission, SubmittedObject, UniqueId};
use policy::Switches;

use crate::Pack;

/// What the request checks look at.
pub(crate) struct RequestCase<'a> {
    pub mappings: &'a Mappings,
    pub switches: &'a Switches,
    pub pack: &'a Pack,
    /// The door's transaction, for instance `ITI-41`.
    pub transaction: &'a str,
    pub caller: &'a Caller,
    pub submission: &'a Submission,
}

/// The entries and the folders of a submission: where, uniqueId, patient.
fn members(submission: &Submission) -> impl Iterator<Item = (SubmittedObject, &UniqueId, &Ins)> {
    let entries = submission.entries.iter().enumerate();
    let entries =
        entries.map(|(index, (entry, _))| (SubmittedObject::Entry(index), &entry.unique_id, &entry.patient));
    let folders = submission.folders.iter().enumerate();
    let folders =
        folders.map(|(index, folder)| (SubmittedObject::Folder(index), &folder.unique_id, &folder.patient));
    entries.chain(folders)
}

/// Runs B2 (what this domain demands) to B10, in order, and collects every finding.
pub(crate) fn check(case: &RequestCase<'_>) -> Vec<Finding> {
    let rules: [fn(&RequestCase<'_>) -> Vec<Finding>; 12] = [
        constraints::check,
        service_times_are_ordered::check,
        ins_is_accepted::domain,
        ins_is_accepted::qualified,
        one_patient_in_submission::check,
        token_patient_is_submission_patient::check,
        type_is_accepted::check,
        codes_are_in_value_sets::check,
        visibility_set_is_legal::check,
        ids_differ_inside_message::check,
        unique_id_is_an_oid::check,
        repository_is_known::check,
    ];
    rules.iter().flat_map(|rule| rule(case)).collect()
}

#[cfg(test)]
pub(crate) mod tests;
