//! Codes of a query against the value sets (IHE ITI TF-2 §3.18.4.1.2.3.5: a coded parameter is code and scheme).
//!
//! A code that a value set knows under another scheme only is a mistake of the sender: it is told, with the scheme
//! expected, where an empty answer would hide it. A code that no value set knows is searched as it is: it may
//! come from an older list.

use mappings::{CodeSets, ValueSet};
use model::{Code, DocumentQuery, Finding, Location, Rule};

use super::parameter::PARAM_NUMBER;

/// A finding for each code under a scheme that is not its own.
pub(super) fn check(query: &DocumentQuery, sets: &CodeSets) -> Vec<Finding> {
    let single = [
        ("$XDSDocumentEntryTypeCode", ValueSet::DocumentType, &query.types),
        ("$XDSDocumentEntryClassCode", ValueSet::DocumentClass, &query.classes),
        ("$XDSDocumentEntryPracticeSettingCode", ValueSet::PracticeSetting, &query.practice_settings),
        ("$XDSDocumentEntryHealthcareFacilityTypeCode", ValueSet::FacilityType, &query.facility_types),
        ("$XDSDocumentEntryFormatCode", ValueSet::Format, &query.formats),
    ];
    let terms = query.confidentiality.iter();
    let terms = terms.map(|term| ("$XDSDocumentEntryConfidentialityCode", ValueSet::Confidentiality, term));
    let asked = single.into_iter().chain(terms);
    asked
        .flat_map(|(name, set, codes)| codes.iter().filter_map(move |code| misplaced(name, set, code, sets)))
        .collect()
}

fn misplaced(name: &str, set: ValueSet, code: &Code, sets: &CodeSets) -> Option<Finding> {
    if sets.contains(set, code) {
        return None;
    }
    let schemes: Vec<&str> = sets.with_value(set, &code.value).map(|known| known.system.as_str()).collect();
    if schemes.is_empty() {
        return None;
    }
    let (value, schemes) = (&code.value, schemes.join(", "));
    let finding = Finding::new(Rule::QueryIsComplete).at(Location::Parameter(name.to_owned()));
    Some(finding.arg("parameter", name).code(PARAM_NUMBER).detail(
        format!("système de codage attendu pour le code {value} : {schemes}"),
        format!("coding scheme expected for code {value}: {schemes}"),
    ))
}
