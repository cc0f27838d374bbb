//! Rules G1 to G4 and G6: what must be refused is found, with its place and without patient data.

use model::{Content, PartId, Rule, Sha1};

use super::{
    HOSPITAL, LABORATORY, MAPPINGS, check, deposit, findings, fingerprints, inline, sample, structure, told,
    with_cda,
};

fn rules(name: &str, bytes: Vec<u8>, mime: &str) -> Vec<(Rule, String)> {
    let mut submission = deposit(name);
    let (entry, content) = &mut submission.entries[0];
    (entry.hash, entry.size) = (None, None);
    entry.mime_type = model::MimeType::parse(mime).expect("a type");
    *content = inline(bytes);
    told(&findings(&submission))
}

#[test]
fn a_missing_part_and_an_orphan_are_two_findings_with_two_codes() {
    let mut submission = deposit("lab-report");
    submission.entries[0].1 = Content::Missing(Some(PartId("nowhere".into())));
    submission.orphans.push(PartId("unnamed".into()));
    let found = findings(&submission);
    let codes: Vec<_> = found.iter().map(|finding| finding.xds_code).collect();
    assert_eq!(codes, [Some("XDSMissingDocument"), Some("XDSMissingDocumentMetadata")]);
    assert!(found.iter().all(|finding| finding.rule == Rule::EveryDocumentHasItsPart));
}

#[test]
fn a_wrong_hash_and_a_wrong_size_are_both_found() {
    let mut submission = deposit("lab-report");
    let actual = submission.entries[0].0.hash.expect("declared").hex();
    submission.entries[0].0.hash = Some(Sha1::from_bytes([0; 20]));
    submission.entries[0].0.size = Some(1);
    let found = findings(&submission);
    assert_eq!(
        told(&found),
        [(Rule::HashAndSizeHold, "hash".to_owned()), (Rule::HashAndSizeHold, "size".to_owned())]
    );
    assert!(found[0].args.contains(&("actual", actual)));
    assert!(found[1].args.contains(&("declared", "1".to_owned())));
}

#[test]
fn one_changed_byte_is_found_by_the_hash_alone() {
    let submission = deposit("hospital-report");
    let mut changed = with_cda(
        submission.clone(),
        "Lettre de liaison \u{e0} la sortie<",
        "Lettre de liaison \u{e0} la sertie<",
    );
    (changed.entries[0].0.hash, changed.entries[0].0.size) =
        (submission.entries[0].0.hash, submission.entries[0].0.size);
    let places: Vec<_> = told(&findings(&changed)).into_iter().map(|(_, place)| place).collect();
    assert_eq!(places, ["hash", "/ClinicalDocument/title"]);
}

#[test]
fn bytes_of_another_type_are_refused() {
    let refused = |bytes: &[u8], mime: &str| {
        assert_eq!(
            rules("lab-report", bytes.to_vec(), mime),
            [(Rule::BytesAreOfTheDeclaredType, "mimeType".to_owned())],
            "{mime}"
        );
    };
    refused(b"", "text/xml");
    refused(b"", "application/octet-stream");
    refused(b"%PDF-1.4", "text/xml");
    refused(b"<a/>", "application/pdf");
    refused(b"<a>", "text/xml");
    refused(b"\xC3\x28", "text/plain");
    refused(b"DICM", "application/dicom");
}

#[test]
fn hostile_documents_are_refused_by_the_reader() {
    for name in ["cda-xxe.xml", "cda-entity-bomb.xml", "not-utf8.xml"] {
        let bytes = sample(&format!("hostile/{name}"));
        assert_eq!(
            rules("lab-report", bytes, "text/xml"),
            [(Rule::BytesAreOfTheDeclaredType, "mimeType".to_owned())],
            "{name}"
        );
    }
    let deep = "<a>".repeat(1_000_000);
    assert_eq!(rules("lab-report", deep.into_bytes(), "text/xml").len(), 1);
}

#[test]
fn xml_that_is_no_cda_is_refused_with_the_root_that_was_expected() {
    let found = rules("lab-report", b"<Bundle xmlns=\"http://hl7.org/fhir\"/>".to_vec(), "text/xml");
    assert_eq!(found, [(Rule::BytesAreOfTheDeclaredType, "/Bundle".to_owned())]);
}

#[test]
fn a_level_1_body_is_what_it_declares() {
    let path = "/ClinicalDocument/component/nonXMLBody/text".to_owned();
    let at = |from: &str, to: &str| told(&findings(&with_cda(deposit("hospital-report"), from, to)));
    let refused = |found: Vec<(Rule, String)>, place: String| {
        assert!(found.contains(&(Rule::BytesAreOfTheDeclaredType, place.clone())), "{place}: {found:?}");
    };
    refused(at("application/pdf", "image/jpeg"), path.clone());
    refused(at("application/pdf", "application/zip"), format!("{path}/@mediaType"));
    refused(at("representation=\"B64\"", "representation=\"TXT\""), path.clone());
    refused(at("JVBERi", "JVBE!!"), path.clone());
    refused(at("JVBERi", "AAAAAA"), path);
    let empty = b"<ClinicalDocument xmlns=\"urn:hl7-org:v3\"/>".to_vec();
    refused(rules("hospital-report", empty, "text/xml"), "/ClinicalDocument/component".into());
}

#[test]
fn a_cda_of_another_patient_is_refused_without_showing_either() {
    let first = "/ClinicalDocument/recordTarget[1]/patientRole/id[1]".to_owned();
    let own = r#"<id root="1.2.250.1.213.1.4.10" extension="292032901999180"/>"#;
    let mutations = [
        (r#"<id root="1.2.250.1.213.1.4.10" extension="158112A00499224"/>"#, first.clone()),
        (r#"<id root="1.2.250.1.213.1.4.8" extension="292032901999180"/>"#, first),
        (r#"<id nullFlavor="UNK"/>"#, "/ClinicalDocument/recordTarget/patientRole/id".to_owned()),
    ];
    for (other, place) in mutations {
        let found = findings(&with_cda(deposit("hospital-report"), own, other));
        assert_eq!(told(&found), [(Rule::CdaPatientIsThePatient, place)], "{other}");
        let text = format!("{found:?}");
        assert!(!text.contains("292032901999180") && !text.contains("158112A00499224"));
    }
}

#[test]
fn two_record_targets_are_refused() {
    let found = findings(&with_cda(
        deposit("hospital-report"),
        "</recordTarget>",
        "</recordTarget><recordTarget><patientRole/></recordTarget>",
    ));
    assert_eq!(told(&found), [(Rule::CdaPatientIsThePatient, "/ClinicalDocument/recordTarget".to_owned())]);
}

#[test]
fn a_document_that_does_not_name_the_depositor_is_refused() {
    let mut submission = deposit("hospital-report");
    submission.set.authors[0].institutions = deposit("lab-report").set.authors[0].institutions.clone();
    let prints = fingerprints(&submission);
    let found = check(&MAPPINGS, &submission, &structure(LABORATORY), &prints);
    let place = "/ClinicalDocument/author/assignedAuthor/representedOrganization/id".to_owned();
    assert_eq!(told(&found), [(Rule::CdaAgreesWithCaller, place)]);
    let by_its_site = check(&MAPPINGS, &submission, &structure(HOSPITAL), &prints);
    assert_eq!(told(&by_its_site), []);
}
