//! B7: the document type is in the list in force at reception (JDV_J66, the configured history list, and
//! E1762 for the set's signature). The answer lists what is accepted.
//!
//! Source: CI-SIS JDV_J66, decision-order B7.

use mappings::ValueSet;
use model::{Finding, Location, Rule, SubmittedObject};

use super::RequestCase;

pub(super) fn check(case: &RequestCase<'_>) -> Vec<Finding> {
    let codes = &case.mappings.codes;
    let entries = case.submission.entries.iter().enumerate();
    entries
        .filter(|(_, (entry, _))| !codes.contains(ValueSet::DocumentType, &entry.type_code))
        .map(|(index, (entry, _))| {
            Finding::new(Rule::TypeIsAccepted)
                .at(Location::Submitted(SubmittedObject::Entry(index), "typeCode"))
                .arg("code", entry.type_code.value.clone())
                .arg("system", entry.type_code.system.clone())
                .arg("accepted", codes.listed(ValueSet::DocumentType))
        })
        .collect()
}
