//! B9: exactly one of N, R, V; known visibility flags; MASQUE_PS with INVISIBLE_PATIENT only where the
//! platform allows it. The set's signature object (E1762) is exempt from the pair: it always carries both.
//!
//! Source: JDV_J58, platform parameter `cumul-invisible_patient-masque_ps`, decision-order B9.

use mappings::{Kind, ValueSet};
use model::{DocumentEntry, Finding, Location, Rule, SubmittedObject, VisibilityFlag, system};

use super::RequestCase;

pub(super) fn check(case: &RequestCase<'_>) -> Vec<Finding> {
    let entries = case.submission.entries.iter().enumerate();
    entries.flat_map(|(index, (entry, _))| of_entry(case, index, entry)).collect()
}

fn of_entry(case: &RequestCase<'_>, index: usize, entry: &DocumentEntry) -> Vec<Finding> {
    let finding = |fr: String, en: String| {
        Finding::new(Rule::VisibilitySetIsLegal)
            .at(Location::Submitted(SubmittedObject::Entry(index), "confidentialityCode"))
            .detail(fr, en)
    };
    let mut findings = Vec::new();
    let levels = entry
        .confidentiality
        .iter()
        .filter(|code| {
            code.system == system::CONFIDENTIALITY && matches!(code.value.as_str(), "N" | "R" | "V")
        })
        .count();
    if levels != 1 {
        findings.push(finding(
            format!("un seul niveau N, R ou V attendu, {levels} trouvé(s)"),
            format!("expected exactly one level N, R or V, found {levels}"),
        ));
    }
    for code in &entry.confidentiality {
        if !case.mappings.codes.contains(ValueSet::Confidentiality, code) {
            let (value, scheme) = (&code.value, &code.system);
            findings.push(finding(
                format!("code {value} ({scheme}) inconnu"),
                format!("unknown code {value} ({scheme})"),
            ));
        }
    }
    let pair = entry.has_flag(VisibilityFlag::MasquePs) && entry.has_flag(VisibilityFlag::InvisiblePatient);
    let signature = case.mappings.codes.is(Kind::SetSignature, &entry.type_code);
    if pair && !signature && !case.switches.masked_and_invisible {
        findings.push(finding(
            "MASQUE_PS et INVISIBLE_PATIENT ensemble ne sont pas acceptés par cette plateforme".to_owned(),
            "MASQUE_PS together with INVISIBLE_PATIENT is not accepted by this platform".to_owned(),
        ));
    }
    findings
}
