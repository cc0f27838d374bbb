//! G4: the patient of the CDA is the patient of the submission, number and domain.
//!
//! Source: CI-SIS (structuration minimale, recordTarget: one, its INS first), decision-order G4. Refused: no
//! INS; another INS; several recordTargets. Accepted: local identifiers beside it, a waiting number (NIA)
//! beside the definitive one. No identifier is ever shown.

use model::{Finding, InsDomain, Rule};
use xml::cda::{At, InstanceId};

use super::CdaCase;

const PATH: &str = "/ClinicalDocument/recordTarget/patientRole/id";

pub(super) fn check(case: &CdaCase<'_>) -> Vec<Finding> {
    let refused = |path: &str, fr: &str, en: &str| {
        vec![case.subject.finding_at(Rule::CdaPatientIsThePatient, path).detail(fr, en)]
    };
    let [patient] = case.header.patients.as_slice() else {
        return refused(
            "/ClinicalDocument/recordTarget",
            "un CDA porte un recordTarget et un seul",
            "a CDA has one recordTarget and only one",
        );
    };
    let expected = &case.content.submission.set.patient;
    let national: Vec<_> = patient.ids.iter().filter(|id| InsDomain::of(&id.value.root).is_some()).collect();
    let same_domain: Vec<_> = national.iter().filter(|id| id.value.root == expected.domain().oid()).collect();
    let is_expected = |id: &At<InstanceId>| id.value.extension.as_deref() == Some(expected.number());
    match (national.first(), same_domain.as_slice()) {
        (None, _) => refused(
            PATH,
            "le CDA ne porte pas d'INS : ajoutez l'identifiant du patient avec le domaine de la métadonnée",
            "the CDA holds no INS: add the patient's identifier in the metadata's domain",
        ),
        (Some(first), []) => refused(
            &first.path,
            "l'INS du CDA est d'un autre domaine que celui de la métadonnée patientId",
            "the INS of the CDA is of another domain than the metadata's patientId",
        ),
        (Some(_), found) => match found.iter().find(|id| !is_expected(id)) {
            Some(other) => refused(
                &other.path,
                "l'INS du CDA n'est pas celui de la métadonnée patientId : un document d'un autre patient ?",
                "the INS of the CDA is not the metadata's patientId: a document of another patient?",
            ),
            None => Vec::new(),
        },
    }
}
