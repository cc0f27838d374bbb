//! B10: no uniqueId twice in one message, the set's included.
//!
//! Source: IHE ITI TF-3 registration rule 9.

use std::collections::HashSet;

use model::{Finding, Location, Rule, SubmittedObject};

use super::RequestCase;

pub(super) fn check(case: &RequestCase<'_>) -> Vec<Finding> {
    let mut seen: HashSet<&str> = case.submission.set.unique_id.iter().map(|id| id.as_str()).collect();
    let entries = case.submission.entries.iter().enumerate();
    entries
        .filter(|(_, (entry, _))| !seen.insert(entry.unique_id.as_str()))
        .map(|(index, (entry, _))| {
            Finding::new(Rule::IdsDifferInsideMessage)
                .at(Location::Submitted(SubmittedObject::Entry(index), "uniqueId"))
                .arg("document", entry.unique_id.as_str())
        })
        .collect()
}
