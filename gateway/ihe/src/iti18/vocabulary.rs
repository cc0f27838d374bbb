//! Codes of a query against the value sets (IHE ITI TF-2 §3.18.4.1.2.3.5: a coded parameter is code and scheme).
//!
//! A code that a value set knows under another scheme only is a mistake of the sender: it is told, with the scheme
//! expected, where an empty answer would hide it. A code that no value set knows is searched as it is: it may
//! come from an older list.

use mappings::{CodeSets, ValueSet};
use model::{Code, ContentFilter, DocumentQuery, Finding, Location, RegistryQuery, Rule};

use super::parameter::PARAM_NUMBER;
use super::request::Ask;

/// A finding for each code under a scheme that is not its own.
pub(super) fn check(ask: &Ask, sets: &CodeSets) -> Vec<Finding> {
    let codes = match ask {
        Ask::Documents(query) => of_search(query),
        Ask::Registry(query) => of_registry(query),
        Ask::Nothing | Ask::UnknownPatient => Vec::new(),
    };
    let told = codes
        .into_iter()
        .flat_map(|(name, set, codes)| codes.iter().filter_map(move |code| misplaced(name, set, code, sets)));
    told.collect()
}

/// Codes that a query asks for: the parameter, the value set, the codes.
type Asked<'q> = Vec<(&'static str, ValueSet, &'q [Code])>;

fn of_search(query: &DocumentQuery) -> Asked<'_> {
    let mut asked: Asked<'_> = vec![
        ("$XDSDocumentEntryTypeCode", ValueSet::DocumentType, &query.types),
        ("$XDSDocumentEntryClassCode", ValueSet::DocumentClass, &query.classes),
        ("$XDSDocumentEntryPracticeSettingCode", ValueSet::PracticeSetting, &query.practice_settings),
        ("$XDSDocumentEntryHealthcareFacilityTypeCode", ValueSet::FacilityType, &query.facility_types),
    ];
    asked.extend(of_contents(&query.formats, &query.confidentiality));
    asked
}

fn of_registry(query: &RegistryQuery) -> Asked<'_> {
    match query {
        RegistryQuery::FindSubmissionSets { content_types, .. } => {
            vec![("$XDSSubmissionSetContentType", ValueSet::ContentType, content_types)]
        }
        RegistryQuery::GetAll { filter, .. }
        | RegistryQuery::GetSubmissionSetAndContents { filter, .. }
        | RegistryQuery::GetFolderAndContents { filter, .. } => {
            let ContentFilter { formats, confidentiality, .. } = filter;
            of_contents(formats, confidentiality)
        }
        // The codes of folders are the sources' own.
        RegistryQuery::FindFolders { .. }
        | RegistryQuery::GetDocuments { .. }
        | RegistryQuery::GetFolders { .. }
        | RegistryQuery::GetAssociations { .. }
        | RegistryQuery::GetDocumentsAndAssociations { .. }
        | RegistryQuery::GetSubmissionSets { .. }
        | RegistryQuery::GetFoldersForDocument { .. }
        | RegistryQuery::GetRelatedDocuments { .. } => Vec::new(),
    }
}

fn of_contents<'q>(formats: &'q [Code], confidentiality: &'q [Vec<Code>]) -> Asked<'q> {
    let terms = confidentiality.iter();
    let terms = terms
        .map(|term| ("$XDSDocumentEntryConfidentialityCode", ValueSet::Confidentiality, term.as_slice()));
    std::iter::once(("$XDSDocumentEntryFormatCode", ValueSet::Format, formats)).chain(terms).collect()
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
