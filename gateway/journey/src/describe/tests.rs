use std::sync::atomic::{AtomicU8, Ordering};

use policy::Switches;

use super::*;
use crate::checks::content::tests::{MAPPINGS, deposit, pack, sample};
use crate::offline::{Domain, check_submission};

fn described(bytes: &[u8]) -> Result<Described, Vec<Finding>> {
    let next = AtomicU8::new(1);
    let fresh = || EntryUuid::from_bytes([next.fetch_add(1, Ordering::Relaxed); 16]);
    describe_cda(&MAPPINGS, bytes, MimeType::parse("text/xml").expect("a type"), &fresh)
}

#[test]
fn what_a_header_says_is_what_a_deposit_of_it_must_say() {
    for name in ["n3-lab-report", "n1-hospital-report", "n1-vaccination-history", "n1-patient-wishes"] {
        let bytes = sample(&format!("cda/{name}.xml"));
        let Described { entry, associations } = described(&bytes).expect(name);
        let mut submission = deposit("lab-report");
        submission.set.patient = entry.patient.clone();
        submission.set.authors = entry.authors.clone();
        submission.entries = vec![(entry, model::Content::Inline(model::ContentBytes::new(bytes)))];
        submission.associations = associations;
        submission.memberships.clear();
        let pack = pack(true);
        let domain = Domain { mappings: &MAPPINGS, switches: &Switches::default(), pack: &pack };
        assert_eq!(check_submission(domain, "ITI-106", &submission), [], "{name}");
    }
}

#[test]
fn people_have_their_names() {
    let entry = described(&sample("cda/n1-hospital-report.xml")).expect("sound").entry;
    let author = &entry.authors[0];
    let person = author.person.as_ref().expect("a person");
    assert!(person.family.is_some() && person.id_type.as_deref() == Some("IDNPS"), "{person:?}");
    assert!(author.institutions.iter().all(|xon| xon.name != NOTHING && xon.id.is_some()));
    assert!(!entry.source_patient_info.names.is_empty() && entry.source_patient_id.is_some());
}

#[test]
fn everything_that_the_header_lacks_is_told_at_once() {
    let told = described(b"<ClinicalDocument xmlns=\"urn:hl7-org:v3\"/>").expect_err("a bare document");
    let places: Vec<&str> = told.iter().map(|finding| finding.at.as_str()).collect();
    for place in ["id", "code", "effectiveTime/@value", "languageCode/@code", "recordTarget/patientRole/id"] {
        assert!(places.contains(&format!("/ClinicalDocument/{place}").as_str()), "{place}: {places:?}");
    }
}
