use model::{Rule, Severity};
use policy::Switches;

use super::*;
use crate::checks::content::tests::{MAPPINGS, pack, sample};

fn told(bytes: &[u8]) -> Vec<(Rule, String)> {
    let pack = pack(true);
    let domain = Domain { mappings: &MAPPINGS, switches: &Switches::default(), pack: &pack };
    let found = check_cda(domain, bytes).into_iter();
    found
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| (finding.rule, finding.at.as_str().to_owned()))
        .collect()
}

fn changed(from: &str, to: &str) -> Vec<(Rule, String)> {
    let text = String::from_utf8(sample("cda/n3-lab-report.xml")).expect("UTF-8");
    assert!(text.contains(from), "{from}");
    told(text.replace(from, to).as_bytes())
}

#[test]
fn every_sample_document_could_be_deposited() {
    for name in ["n3-lab-report", "n1-hospital-report", "n1-hospital-report-v2", "n1-vaccination-history"] {
        assert_eq!(told(&sample(&format!("cda/{name}.xml"))), [], "{name}");
    }
}

#[test]
fn a_code_that_no_deposit_could_have_is_told_at_its_place_in_the_cda() {
    assert_eq!(
        changed("code=\"11502-2\" codeSystem", "code=\"0000-0\" codeSystem"),
        [(Rule::TypeIsAccepted, "/ClinicalDocument/code".to_owned())]
    );
    let facility = "/ClinicalDocument/componentOf/encompassingEncounter/location/healthCareFacility/code";
    assert_eq!(
        changed("<code code=\"SA25\"", "<code code=\"SA999\""),
        [(Rule::CodesAreInValueSets, facility.to_owned())]
    );
    assert_eq!(
        changed("extension=\"292032901999180\"", "extension=\"292032901999181\""),
        [(Rule::InsIsWellFormed, "/ClinicalDocument/recordTarget[1]/patientRole/id[1]".to_owned())]
    );
}

#[test]
fn everything_that_is_missing_is_told_once() {
    let path = |place: &str| format!("/ClinicalDocument/{place}");
    assert_eq!(
        changed("<languageCode code=\"fr-FR\"/>", ""),
        [(Rule::MetadataIsWellFormed, path("languageCode/@code"))]
    );
    assert_eq!(
        changed("<versionNumber value=\"1\"/>", ""),
        [(Rule::CdaAgreesWithMetadata, path("versionNumber"))]
    );
    let bare = told(b"<ClinicalDocument xmlns=\"urn:hl7-org:v3\"/>");
    assert_eq!(bare, [(Rule::MetadataIsWellFormed, path("recordTarget/patientRole/id"))]);
}

#[test]
fn what_is_no_cda_is_told_as_such() {
    assert_eq!(told(b"<a>"), [(Rule::BytesAreOfTheDeclaredType, String::new())]);
    assert_eq!(told(b"<a/>"), [(Rule::BytesAreOfTheDeclaredType, "/a".to_owned())]);
}
