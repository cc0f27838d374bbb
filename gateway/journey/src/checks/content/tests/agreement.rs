//! Documents that agree with their metadata pass.

use model::{Content, MimeType, ObjectRef, PartId, Rule, Severity, UniqueId};

use super::{
    HOSPITAL, LABORATORY, MAPPINGS, check, deposit, findings, fingerprints, structure, told, with_cda,
};

const MESSAGES: [&str; 8] = [
    "childbirth-report",
    "dietitian-vaccination",
    "emergency-report-masked",
    "hospital-report",
    "hospital-report-v2",
    "lab-report",
    "podiatrist-childbirth",
    "vaccination-history",
];

#[test]
fn every_sample_document_agrees_with_its_metadata() {
    for name in MESSAGES {
        assert_eq!(told(&findings(&deposit(name))), [], "{name}");
    }
}

#[test]
fn a_document_with_a_style_sheet_instruction_is_a_cda_like_another() {
    let styled = with_cda(
        deposit("lab-report"),
        "<ClinicalDocument",
        "<?xml-stylesheet type=\"text/xsl\" href=\"cda.xsl\"?>\n<ClinicalDocument",
    );
    assert_eq!(told(&findings(&styled)), []);
}

#[test]
fn absent_optional_metadata_is_not_compared() {
    let mut submission = deposit("lab-report");
    let (entry, _) = &mut submission.entries[0];
    (entry.hash, entry.size, entry.title) = (None, None, None);
    (entry.service_start, entry.service_stop) = (None, None);
    (entry.source_patient_id, entry.source_patient_info) = (None, Default::default());
    entry.authors.clear();
    entry.legal_authenticator = None;
    entry.event_codes.clear();
    entry.reference_ids.clear();
    assert_eq!(told(&findings(&submission)), []);
}

#[test]
fn times_are_compared_at_the_precision_that_both_have() {
    let day = with_cda(
        deposit("lab-report"),
        r#"<effectiveTime value="20261117164500+0100"/>"#,
        r#"<effectiveTime value="20261117"/>"#,
    );
    assert_eq!(told(&findings(&day)), []);
    let elsewhere = with_cda(deposit("lab-report"), "20261117164500+0100", "20261117104500-0500");
    assert_eq!(told(&findings(&elsewhere)), []);
}

#[test]
fn names_agree_without_regard_to_accents_and_hyphens() {
    let submission = with_cda(deposit("lab-report"), ">LUNEDEMER<", ">Lune-de-Mér<");
    assert_eq!(told(&findings(&submission)), []);
}

#[test]
fn a_waiting_number_beside_the_definitive_one_is_accepted() {
    let with_nia = r#"<patientRole><id root="1.2.250.1.213.1.4.9" extension="8"/>"#;
    assert_eq!(told(&findings(&with_cda(deposit("lab-report"), "<patientRole>", with_nia))), []);
}

#[test]
fn external_authors_are_a_warning_when_the_custodian_deposits() {
    let submission = with_cda(
        deposit("hospital-report"),
        "<representedOrganization>\n        <id root=\"1.2.250.1.71.4.2.2\" extension=\"1999999991\"/>",
        "<representedOrganization>\n        <id root=\"1.2.250.1.71.4.2.2\" extension=\"1999999996\"/>",
    );
    let mut submission = submission;
    submission.entries[0].0.authors[0].institutions.clear();
    let found = findings(&submission);
    assert_eq!(told(&found), [(Rule::CdaAgreesWithCaller, "/ClinicalDocument/author".to_owned())]);
    assert_eq!(found[0].severity, Severity::Warning);
}

#[test]
fn a_set_without_structure_is_compared_by_persons() {
    let mut submission = deposit("dietitian-vaccination");
    submission.set.authors[0].institutions.clear();
    let mut caller = structure(HOSPITAL);
    caller.structure = None;
    let prints = fingerprints(&submission);
    assert_eq!(told(&check(&MAPPINGS, &submission, &caller, &prints)), []);
    submission.set.authors[0].person.as_mut().expect("a person").id = Some("899900000011".into());
    let found = check(&MAPPINGS, &submission, &caller, &prints);
    assert_eq!(told(&found)[0].0, Rule::CdaAgreesWithCaller);
}

#[test]
fn a_replaced_document_named_by_its_unique_id_is_compared() {
    let mut submission = deposit("hospital-report-v2");
    let named = |id: &str| ObjectRef::Unique(UniqueId::parse(id).expect("an id"));
    submission.associations[0].target = named("2.999.2026.1.1.1");
    assert_eq!(told(&findings(&submission)), []);
    submission.associations[0].target = named("2.999.2026.1.1.9");
    let places = told(&findings(&submission));
    assert!(places.iter().all(|(rule, _)| *rule == Rule::CdaAgreesWithMetadata) && places.len() == 2);
}

#[test]
fn the_signature_of_a_set_is_xml_and_no_cda() {
    let mut submission = deposit("hospital-report-v2");
    submission.associations[0].kind = model::AssociationKind::Signs;
    submission.associations[0].target = model::ObjectRef::Uuid(submission.set.entry_uuid);
    submission.entries[0].0.type_code = model::Code::new("E1762", "ASTM");
    submission.entries[0].0.hash = None;
    submission.entries[0].0.size = None;
    submission.entries[0].1 =
        super::inline(br#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>"#.to_vec());
    let rules: Vec<Rule> = told(&findings(&submission)).into_iter().map(|(rule, _)| rule).collect();
    assert!(rules.iter().all(|rule| *rule == Rule::SetSignatureIsSound), "{rules:?}");
    let other_target = model::ObjectRef::Uuid(submission.entries[0].0.entry_uuid);
    submission.associations[0].target = other_target;
    assert_eq!(told(&findings(&submission))[0], (Rule::BytesAreOfTheDeclaredType, "/Signature".to_owned()));
}

#[test]
fn a_document_that_says_it_signs_is_read_as_the_cda_that_its_type_asks_for() {
    let mut submission = deposit("hospital-report-v2");
    submission.associations[0].kind = model::AssociationKind::Signs;
    submission.associations[0].target = model::ObjectRef::Uuid(submission.set.entry_uuid);
    submission.entries[0].0.hash = None;
    submission.entries[0].0.size = None;
    submission.entries[0].1 =
        super::inline(br#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>"#.to_vec());
    assert_eq!(told(&findings(&submission)), [(Rule::BytesAreOfTheDeclaredType, "/Signature".to_owned())]);
}

#[test]
fn other_types_are_told_by_their_bytes_and_are_no_cda() {
    let mut submission = deposit("lab-report");
    let (entry, content) = &mut submission.entries[0];
    (entry.hash, entry.size) = (None, None);
    entry.mime_type = MimeType::parse("application/pdf").expect("a type");
    *content = super::inline(b"%PDF-1.4\n".to_vec());
    assert_eq!(told(&findings(&submission)), []);
}

#[test]
fn a_document_without_bytes_has_no_fingerprint() {
    let mut submission = deposit("lab-report");
    assert!(fingerprints(&submission)[0].is_some());
    submission.entries[0].1 = Content::Missing(Some(PartId("cid:nowhere".into())));
    assert_eq!(fingerprints(&submission), [None]);
    let caller = structure(LABORATORY);
    let found = check(&MAPPINGS, &submission, &caller, &fingerprints(&submission));
    assert_eq!(found[0].xds_code, Some("XDSMissingDocument"));
}
