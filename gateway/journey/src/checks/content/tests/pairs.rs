//! Rule G5: each of the 27 pairs finds its own mutation, at its place in the CDA.

use model::{Code, Finding, Moment, Rule, Severity, UniqueId};

use super::super::cda_pairs::comparison;
use super::{
    HOSPITAL, MAPPINGS, check, check_against, deposit, findings, fingerprints, structure, told, with_cda,
};
use crate::{Linked, StoredEntry, Target};

/// The pairs that a mutation of the sample's CDA offends.
fn offended(name: &str, from: &str, to: &str) -> Vec<Finding> {
    let found = findings(&with_cda(deposit(name), from, to));
    found.into_iter().filter(|finding| finding.rule == Rule::CdaAgreesWithMetadata).collect()
}

fn pair_of(finding: &Finding) -> &str {
    finding.args.iter().find(|(name, _)| *name == "pair").map(|(_, value)| value.as_str()).expect("a pair")
}

/// Pair, what to change in the laboratory's CDA, where the finding must lie.
const MUTATIONS: [(&str, &str, &str, &str); 18] = [
    ("id", r#"<id root="2.999.2026.2.1.1"/>"#, r#"<id root="2.999.2026.2.1.1" extension="1"/>"#, "id"),
    ("type", r#"<code code="11502-2""#, r#"<code code="11488-4""#, "code"),
    ("title", "d'examens biologiques</title>", "de biologie</title>", "title"),
    (
        "creation",
        r#"<effectiveTime value="20261117164500+0100"/>"#,
        r#"<effectiveTime value="20261117164500"/>"#,
        "effectiveTime/@value",
    ),
    (
        "confidentiality",
        r#"<confidentialityCode code="N""#,
        r#"<confidentialityCode code="R""#,
        "confidentialityCode",
    ),
    ("language", r#"<languageCode code="fr-FR"/>"#, r#"<languageCode code="en-US"/>"#, "languageCode/@code"),
    ("version", r#"<versionNumber value="1"/>"#, "", "versionNumber"),
    ("source_patient", "DOSSIER-0417", "DOSSIER-0418", "recordTarget[1]/patientRole/id"),
    (
        "traits",
        r#"<birthTime value="19920314"/>"#,
        r#"<birthTime value="19920315"/>"#,
        "recordTarget[1]/patientRole/patient/birthTime",
    ),
    ("traits", ">LUNEDEMER<", ">AUTRENOM<", "recordTarget[1]/patientRole/patient/name"),
    (
        "traits",
        r#"GenderCode code="F""#,
        r#"GenderCode code="M""#,
        "recordTarget[1]/patientRole/patient/administrativeGenderCode",
    ),
    ("role", "Membre de l'équipe de soins", "Correspondant", "author[1]/functionCode"),
    (
        "service_start",
        r#"<low value="20261117081000+0100"/>"#,
        r#"<low value="20261116"/>"#,
        "documentationOf[1]/serviceEvent/effectiveTime/low/@value",
    ),
    (
        "service_stop",
        r#"<high value="20261117163000+0100"/>"#,
        "",
        "documentationOf/serviceEvent/effectiveTime/high/@value",
    ),
    (
        "practice_setting",
        r#"Code code="AMBULATOIRE""#,
        r#"Code code="ETABLISSEMENT""#,
        "documentationOf[1]/serviceEvent/performer[1]/assignedEntity/representedOrganization/standardIndustryClassCode",
    ),
    (
        "facility_type",
        r#"<code code="SA25""#,
        r#"<code code="SA29""#,
        "componentOf/encompassingEncounter/location/healthCareFacility/code",
    ),
    ("order", "PRESC-2026-0417", "PRESC-2026-0418", "inFulfillmentOf/order/id"),
    (
        "transforms",
        "<componentOf>",
        r#"<relatedDocument typeCode="XFRM"><parentDocument><id root="2.999.9"/></parentDocument></relatedDocument><componentOf>"#,
        "relatedDocument[1]/parentDocument/id[1]",
    ),
];

#[test]
fn each_mutation_of_the_cda_is_found_by_its_pair_at_its_place() {
    for (pair, from, to, place) in MUTATIONS {
        let found = offended("lab-report", from, to);
        let places: Vec<_> = told(&found).into_iter().map(|(_, place)| place).collect();
        assert!(found.iter().all(|finding| pair_of(finding) == pair), "{pair}: {places:?}");
        assert!(places.contains(&format!("/ClinicalDocument/{place}")), "{pair}: {places:?}");
    }
}

#[test]
fn a_finding_names_the_slot_and_both_codes() {
    let found = offended("lab-report", r#"<code code="SA25""#, r#"<code code="SA29""#);
    let arg =
        |name: &str| found[0].args.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
    assert_eq!(arg("slot"), Some("healthcareFacilityTypeCode"));
    assert_eq!(arg("cda"), Some("SA29 (1.2.250.1.71.4.2.4)"));
    assert_eq!(arg("metadata"), Some("SA25 (1.2.250.1.71.4.2.4)"));
    assert!(arg("detail_fr").is_some_and(|text| text.contains("SA29") && text.contains("rendez-les égaux")));
}

#[test]
fn patient_data_and_free_text_are_never_shown() {
    for (pair, from, to, _) in MUTATIONS {
        if ["title", "source_patient", "traits", "order"].contains(&pair) {
            let text = format!("{:?}", offended("lab-report", from, to));
            for secret in
                ["LUNEDEMER", "AUTRENOM", "Ondine", "19920314", "19920315", "DOSSIER", "PRESC", "biologiques"]
            {
                assert!(!text.contains(secret), "{pair} shows {secret}");
            }
        }
    }
}

#[test]
fn a_value_is_shown_up_to_a_bound() {
    let long = format!(r#"<languageCode code="{}"/>"#, "x".repeat(5000));
    let found = offended("lab-report", r#"<languageCode code="fr-FR"/>"#, &long);
    assert!(found[0].args.iter().all(|(_, value)| value.len() < 600));
}

#[test]
fn authors_institutions_and_authenticator_are_compared_by_identifier() {
    let biologist = r#"<id root="1.2.250.1.71.4.2.1" extension="899900000052"/>"#;
    let other = r#"<id root="1.2.250.1.71.4.2.1" extension="899900000011"/>"#;
    let found = offended("lab-report", biologist, other);
    let pairs: Vec<_> = found.iter().map(pair_of).collect();
    assert_eq!(pairs, ["author", "author", "authenticator"]);
    let structure = r#"<id root="1.2.250.1.71.4.2.2" extension="1999999992"/>"#;
    let found = offended("lab-report", structure, &structure.replace("992\"", "996\""));
    assert_eq!(found.iter().map(pair_of).collect::<Vec<_>>(), ["institution"]);
    let found = offended("lab-report", r#"<code code="G15_21/G""#, r#"<code code="G15_21/A""#);
    assert_eq!(found.iter().map(pair_of).collect::<Vec<_>>(), ["specialty"]);
}

#[test]
fn formats_follow_the_template_or_the_media_type() {
    let mut submission = deposit("lab-report");
    submission.entries[0].0.format_code = Code::new("urn:ihe:iti:xds-sd:pdf:2008", "1.3.6.1.4.1.19376.1.2.3");
    assert_eq!(findings(&submission).iter().map(pair_of).collect::<Vec<_>>(), ["model"]);
    let mut submission = deposit("hospital-report");
    submission.entries[0].0.format_code =
        Code::new("urn:ihe:iti:xds-sd:text:2008", "1.3.6.1.4.1.19376.1.2.3");
    assert_eq!(findings(&submission).iter().map(pair_of).collect::<Vec<_>>(), ["media"]);
    let mut submission = deposit("hospital-report");
    submission.entries[0].0.class_code = Code::new("52", "1.2.250.1.213.1.1.4.1");
    assert_eq!(findings(&submission).iter().map(pair_of).collect::<Vec<_>>(), ["class"]);
    let mut submission = deposit("lab-report");
    submission.entries[0].0.event_codes = vec![Code::new("18723-7", "2.16.840.1.113883.6.1")];
    assert_eq!(findings(&submission).iter().map(pair_of).collect::<Vec<_>>(), ["event", "event"]);
}

#[test]
fn a_replacement_is_stated_on_both_sides() {
    let mut submission = deposit("hospital-report-v2");
    submission.associations.clear();
    assert_eq!(findings(&submission).iter().map(pair_of).collect::<Vec<_>>(), ["replaces"]);
    let found = offended("hospital-report-v2", r#"typeCode="RPLC""#, r#"typeCode="APND""#);
    assert_eq!(found.iter().map(pair_of).collect::<Vec<_>>(), ["replaces"]);
}

#[test]
fn a_replaced_document_named_by_its_uuid_is_compared_with_what_the_record_holds() {
    let submission = deposit("hospital-report-v2");
    let told_with = |unique_id: &str| {
        let mut stored = deposit("hospital-report");
        let mut entry = stored.entries.remove(0).0;
        entry.unique_id = UniqueId::parse(unique_id).expect("an id");
        let stored = StoredEntry {
            held: true,
            entry,
            set: stored.set,
            associations: Vec::new(),
            sequence: 1,
            stored_at: Moment(0),
            changed_at: Moment(0),
            masked_to: Vec::new(),
            added_by_holder: false,
            depositor_was_blocked: false,
        };
        let links = [Linked { association: 0, target: Some(Target { stored }), elsewhere: false }];
        let caller = structure(HOSPITAL);
        told(&check_against(
            &MAPPINGS,
            &super::pack(true),
            &submission,
            &caller,
            &fingerprints(&submission),
            &links,
        ))
    };
    assert_eq!(told_with("2.999.2026.1.1.1"), []);
    let places: Vec<_> = told_with("2.999.2026.1.1.9").into_iter().map(|(_, place)| place).collect();
    assert_eq!(
        places,
        ["/ClinicalDocument/relatedDocument[1]/parentDocument/id[1]", "/ClinicalDocument/relatedDocument"]
    );
}

#[test]
fn each_pair_has_a_test_or_a_rule_of_its_own() {
    let tested = [
        "class",
        "author",
        "institution",
        "specialty",
        "authenticator",
        "event",
        "model",
        "media",
        "replaces",
    ];
    let pairs: Vec<_> = MAPPINGS.cda_pairs.all().collect();
    for pair in &pairs {
        let by_mutation = MUTATIONS.iter().any(|(name, ..)| *name == pair.name);
        let elsewhere =
            comparison(&pair.name).is_none() && ["patient", "bytes"].contains(&pair.name.as_str());
        assert!(by_mutation || elsewhere || tested.contains(&pair.name.as_str()), "{}", pair.name);
    }
    assert_eq!(pairs.len(), 27);
}

#[test]
fn what_a_difference_is_worth_is_data() {
    let own = include_str!("../../../../../../mappings/constraints/cda_pairs.csv");
    let told_with = |severity: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("constraints")).expect("a folder");
        let changed = own.replace("title,title,title,error", &format!("title,title,title,{severity}"));
        std::fs::write(folder.path().join("constraints/cda_pairs.csv"), changed).expect("a file");
        let mappings = mappings::Mappings::with_overrides(folder.path()).expect("the tables");
        let submission =
            with_cda(deposit("lab-report"), "d'examens biologiques</title>", "de biologie</title>");
        let caller = structure("1999999992");
        let found = check(&mappings, &submission, &caller, &fingerprints(&submission));
        found.iter().map(|finding| finding.severity).collect::<Vec<_>>()
    };
    assert_eq!(told_with("error"), [Severity::Error]);
    assert_eq!(told_with("warning"), [Severity::Warning]);
    assert_eq!(told_with("off"), []);
}
