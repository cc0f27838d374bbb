//! Who the patient is at the source. Nothing of it is ever shown.

use std::collections::HashSet;

use model::{Cx, PersonName, Sex};
use xml::cda::Patient;

use super::{CdaCase, Difference, Value, agree, differs_at, same};

/// The local identifier, or the INS where the source has none.
pub(super) fn source_id(case: &CdaCase<'_>) -> Vec<Difference> {
    let (Some(given), Some(patient)) = (&case.subject.entry.source_patient_id, case.header.patients.first())
    else {
        return same();
    };
    let holds = |id: &Cx| {
        patient.ids.iter().any(|at| {
            at.value.root == id.authority.as_str() && at.value.extension.as_deref() == Some(id.id.as_str())
        })
    };
    if holds(given) || is_the_patients_ins(case, given) {
        return same();
    }
    differs_at(&format!("{}/id", patient.path), Value::Hidden, Value::Hidden)
}

/// The INS itself is compared by rule G4.
fn is_the_patients_ins(case: &CdaCase<'_>, given: &Cx) -> bool {
    let ins = &case.subject.entry.patient;
    given.authority.as_str() == ins.domain().oid() && given.id == ins.number()
}

/// PID-5, PID-7 and PID-8 against name, date of birth and sex.
pub(super) fn traits(case: &CdaCase<'_>) -> Vec<Difference> {
    let Some(patient) = case.header.patients.first() else { return same() };
    let info = &case.subject.entry.source_patient_info;
    let names_agree = info.names.iter().all(|name| name_agrees(name, patient));
    let birth_agrees = match (&info.birth_date, &patient.birth) {
        (Some(given), Some(birth)) => agree(&birth.value, given),
        (Some(_), None) => false,
        (None, _) => true,
    };
    let sex_agrees = match (info.sex, &patient.gender) {
        (Some(given), Some(gender)) => Sex::from_hl7(&gender.value.value) == given,
        (Some(Sex::Unknown) | None, None) => true,
        (Some(Sex::Female | Sex::Male), None) => false,
        (None, Some(_)) => true,
    };
    let compared =
        [(names_agree, "name"), (birth_agrees, "birthTime"), (sex_agrees, "administrativeGenderCode")];
    compared
        .into_iter()
        .filter(|(agrees, _)| !agrees)
        .flat_map(|(_, element)| {
            differs_at(&format!("{}/patient/{element}", patient.path), Value::Hidden, Value::Hidden)
        })
        .collect()
}

/// The family name is one of the CDA's, a birth name one of its birth names; the given names of one are all
/// among the other's. Case, accents, hyphens and apostrophes do not count.
fn name_agrees(given: &PersonName, patient: &Patient) -> bool {
    let names = || patient.names.iter();
    let births: Vec<_> =
        names().flat_map(|name| &name.families).filter(|part| part.0.as_deref() == Some("BR")).collect();
    let any: Vec<_> = names().flat_map(|name| &name.families).collect();
    let families = if given.name_type.as_deref() == Some("L") && !births.is_empty() { births } else { any };
    let family = given.family.as_deref().map(fold);
    let family_agrees = family.is_none_or(|family| families.iter().any(|part| fold(&part.1) == family));
    family_agrees && given.given.as_deref().is_none_or(|text| given_agrees(text, patient))
}

fn given_agrees(text: &str, patient: &Patient) -> bool {
    let own: HashSet<String> = words(text).collect();
    let known = patient.names.iter().flat_map(|name| &name.givens);
    let known: HashSet<String> = known.flat_map(|part| words(&part.1).collect::<Vec<_>>()).collect();
    !known.is_empty() && (own.is_subset(&known) || known.is_subset(&own))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split([' ', '-', '\'', '’']).map(fold).filter(|word| !word.is_empty())
}

/// Letters without case, accent, space, hyphen or apostrophe.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_uppercase) {
        match letter {
            'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' => folded.push('A'),
            'Ç' => folded.push('C'),
            'È' | 'É' | 'Ê' | 'Ë' => folded.push('E'),
            'Ì' | 'Í' | 'Î' | 'Ï' => folded.push('I'),
            'Ñ' => folded.push('N'),
            'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' => folded.push('O'),
            'Ù' | 'Ú' | 'Û' | 'Ü' => folded.push('U'),
            'Ý' | 'Ÿ' => folded.push('Y'),
            'Æ' => folded.push_str("AE"),
            'Œ' => folded.push_str("OE"),
            ' ' | '-' | '\'' | '’' | '\u{0300}'..='\u{036F}' => {}
            other => folded.push(other),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_hyphens_do_not_make_another_name() {
        assert_eq!(fold("L'Œuvre-Noël"), fold("LOEUVRE NOEL"));
        assert_eq!(fold("Noe\u{308}l"), fold("NOËL"));
        assert_ne!(fold("Noël"), fold("Noéla"));
        assert_eq!(words("Jean-Loup  Marie").collect::<Vec<_>>(), ["JEAN", "LOUP", "MARIE"]);
    }
}
