use model::{Hl7Time, LanguageTag, ReferenceId, Submission, Xon};
use policy::Switches;

use super::*;
use crate::checks::content::tests::{MAPPINGS, deposit, pack, structure, told};
use crate::checks::request::tests::folder;

fn asked(french: bool, transaction: &str, submission: &Submission) -> Vec<(Rule, String)> {
    let pack = pack(french);
    let (switches, caller) = (Switches::default(), structure("1999999992"));
    let case = RequestCase {
        mappings: &MAPPINGS,
        switches: &switches,
        pack: &pack,
        transaction,
        caller: &caller,
        submission,
    };
    let mut found = told(&check(&case));
    found.sort();
    found
}

fn places(french: bool, transaction: &str, submission: &Submission) -> Vec<String> {
    asked(french, transaction, submission).into_iter().map(|(_, place)| place).collect()
}

fn bare() -> Submission {
    let mut submission = deposit("lab-report");
    let (entry, _) = &mut submission.entries[0];
    (entry.title, entry.legal_authenticator, entry.service_start) = (None, None, None);
    entry.authors.clear();
    submission
}

#[test]
fn a_complete_sample_meets_every_constraint() {
    assert_eq!(places(true, "ITI-41", &deposit("lab-report")), Vec::<String>::new());
}

#[test]
fn everything_that_is_missing_is_found_at_once_and_at_its_place() {
    let found = places(true, "ITI-41", &bare());
    assert_eq!(found, ["author", "legalAuthenticator", "serviceStartTime", "title"]);
}

#[test]
fn nothing_national_is_asked_outside_the_french_pack() {
    assert!(places(false, "ITI-41", &bare()).is_empty());
}

#[test]
fn a_fhir_door_leaves_optional_what_its_profile_leaves_optional() {
    assert_eq!(places(true, "ITI-65", &bare()), ["title"]);
}

#[test]
fn lengths_forms_and_fixed_values_are_data() {
    let mut submission = deposit("lab-report");
    submission.set.submission_time = Hl7Time::parse("20261117").expect("a time");
    let (entry, _) = &mut submission.entries[0];
    entry.title = Some("é".repeat(129));
    entry.language = LanguageTag::parse("art").expect("a language");
    entry.creation_time = Hl7Time::parse("2026").expect("a time");
    entry.reference_ids = vec![ReferenceId::parse("1^^^&2.999&ISO^urn:else").expect("CXi")];
    let found = places(true, "ITI-42", &submission);
    assert_eq!(found, ["creationTime", "languageCode", "referenceIdList", "submissionTime", "title"]);
    submission.entries[0].0.title = Some("é".repeat(128));
    assert!(!places(true, "ITI-42", &submission).contains(&"title".to_owned()));
}

#[test]
fn the_signature_of_a_set_has_values_of_its_own() {
    let mut submission = deposit("lab-report");
    submission.entries[0].0.type_code = Code::new("E1762", "ASTM");
    let found = places(true, "ITI-41", &submission);
    assert_eq!(found, ["classCode", "formatCode", "languageCode"]);
}

#[test]
fn an_institution_says_which_authority_its_number_is_of() {
    let told_of = |text: &str| {
        let mut submission = deposit("lab-report");
        submission.set.authors[0].institutions = vec![Xon::parse(text).expect("XON")];
        places(true, "ITI-41", &submission)
    };
    for good in [
        "Labo",
        "Labo^^^^^^^^^1.2.250.1.999",
        "Labo \\S\\ Fils^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^12A0000011",
    ] {
        assert!(told_of(good).is_empty(), "{good}");
    }
    assert_eq!(told_of("Labo^^^^^^^^^1999999992"), ["author"]);
}

#[test]
fn a_folder_has_a_title_and_codes() {
    let mut submission = deposit("lab-report");
    submission.folders.push(folder(&submission));
    assert_eq!(places(true, "ITI-42", &submission), ["codeList", "title"]);
    submission.folders[0].codes.push(Code::new("1", "2.999"));
    submission.folders[0].title = Some("Suivi".to_owned());
    assert!(places(true, "ITI-42", &submission).is_empty());
}

#[test]
fn a_finding_says_what_is_expected_and_shows_no_value() {
    let mut submission = deposit("lab-report");
    submission.entries[0].0.title = Some(format!("SECRET{}", "x".repeat(200)));
    let entry = &submission.entries[0].0;
    let at = SubmittedObject::Entry(0);
    let found = breaches(&MAPPINGS, "ITI-41", Constrained::Entry, Applies::Document, at, &|attribute| {
        of_entry(entry, attribute)
    });
    let text = format!("{found:?}");
    assert!(text.contains("128 caractères au plus, 206 trouvés") && !text.contains("SECRET"));
}

#[test]
fn every_attribute_of_the_data_is_one_that_the_objects_have() {
    let submission = deposit("lab-report");
    for attribute in Attribute::ALL.iter().copied() {
        let set = of_set(&submission.set, attribute);
        let entry = of_entry(&submission.entries[0].0, attribute);
        let optional = [
            Attribute::CodeList,
            Attribute::Comments,
            Attribute::EventCodeList,
            Attribute::IntendedRecipient,
            Attribute::Signature,
        ];
        assert!(
            optional.contains(&attribute) || !set.is_empty() || !entry.is_empty(),
            "{}",
            attribute.name()
        );
    }
}
