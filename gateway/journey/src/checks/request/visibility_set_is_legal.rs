//! B9: exactly one of N, R, V; known visibility flags; MASQUE_PS with INVISIBLE_PATIENT only where the
//! platform allows it. The set's signature object (E1762) is the exception: it always carries both.
//!
//! Where the pack knows no such flags, every code is only looked up in its value set.
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
    for code in &entry.confidentiality {
        if !case.mappings.codes.contains(ValueSet::Confidentiality, code) {
            let (value, scheme) = (&code.value, &code.system);
            findings.push(finding(
                format!("code {value} ({scheme}) inconnu"),
                format!("unknown code {value} ({scheme})"),
            ));
        }
    }
    if !case.pack.visibility_flags {
        return findings;
    }
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
    let pair = entry.has_flag(VisibilityFlag::MasquePs) && entry.has_flag(VisibilityFlag::InvisiblePatient);
    let signature = case.mappings.codes.is(Kind::SetSignature, &entry.type_code);
    if signature && !pair {
        findings.push(finding(
            "l'objet de signature du lot porte toujours MASQUE_PS et INVISIBLE_PATIENT".to_owned(),
            "the signature object of a set always carries MASQUE_PS and INVISIBLE_PATIENT".to_owned(),
        ));
    }
    if pair && !signature && !case.switches.masked_and_invisible {
        findings.push(finding(
            "MASQUE_PS et INVISIBLE_PATIENT ensemble ne sont pas acceptés par cette plateforme".to_owned(),
            "MASQUE_PS together with INVISIBLE_PATIENT is not accepted by this platform".to_owned(),
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use model::Code;

    use crate::checks::content::tests::deposit;
    use crate::checks::request::tests::places;

    const PLACE: &str = "confidentialityCode";

    #[test]
    fn the_pair_is_refused_on_a_document_and_demanded_on_the_signature_of_a_set() {
        let flag = |code: &str| Code::new(code, model::system::VISIBILITY);
        let told = |kind: Option<&str>, flags: &[&str]| {
            let mut submission = deposit("lab-report");
            let (entry, _) = &mut submission.entries[0];
            if let Some(kind) = kind {
                entry.type_code = Code::new(kind, "ASTM");
            }
            entry.confidentiality.extend(flags.iter().map(|code| flag(code)));
            places(&submission).contains(&PLACE.to_owned())
        };
        assert!(!told(None, &["MASQUE_PS"]) && told(None, &["MASQUE_PS", "INVISIBLE_PATIENT"]));
        assert!(told(Some("E1762"), &[]) && told(Some("E1762"), &["MASQUE_PS"]));
        assert!(!told(Some("E1762"), &["MASQUE_PS", "INVISIBLE_PATIENT"]));
        assert!(told(None, &["UNKNOWN"]));
    }
}
