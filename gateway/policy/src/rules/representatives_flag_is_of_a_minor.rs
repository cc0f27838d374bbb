//! E3: INVISIBLE_REPRESENTANTS_LEGAUX on a document of an adult.
//!
//! Source: decision-order E3.

use mappings::Kind;
use model::{Finding, Rule, VisibilityFlag};

use crate::deposit::DepositCase;

pub(crate) fn deposit(case: &DepositCase<'_>) -> Vec<Finding> {
    if case.facts.holder_is_minor {
        return Vec::new();
    }
    case.submission
        .entries
        .iter()
        .map(|(entry, _)| entry)
        .filter(|entry| {
            !case.law.mappings.codes.is(Kind::SetSignature, &entry.type_code)
                && entry.has_flag(VisibilityFlag::InvisibleRepresentantsLegaux)
        })
        .map(|entry| {
            Finding::new(Rule::RepresentativesFlagIsOfAMinor).arg("document", entry.unique_id.as_str())
        })
        .collect()
}
