use journey::{Existence, ExistenceAsk, Oppositions, OwnAuthorisation, RecordState};
use mappings::{DmpCodes, Mappings};
use model::{Identity, Rule, Sex, Stage};

use proptest::prelude::*;

use super::request::{Patient, read};
use super::response::{Frame, Outcome, write};
use crate::dmp::names::HL7;
use crate::registry::RegistryError;
use crate::sample::{envelope, ins, time, uuid};
use crate::{Envelope, Transaction};

const QUERY: &str = "<h:PRPA_IN201307UV02 xmlns:h=\"urn:hl7-org:v3\" ITSVersion=\"XML_1.0\">\
    <h:id root=\"1.2.999.1\" extension=\"m-1\"/>\
    <h:sender typeCode=\"SND\"><h:device classCode=\"DEV\" determinerCode=\"INSTANCE\"><h:id root=\"1.2.999\"/>\
    <h:softwareName>Logiciel</h:softwareName></h:device></h:sender>\
    <h:attentionLine xsi:nil=\"true\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"/>\
    <h:controlActProcess classCode=\"CACT\" moodCode=\"EVN\"><h:reasonCode code=\"TEST_EXST\"/>\
    <h:queryByParameter><h:queryId root=\"1.2.999.2\" extension=\"q-1\"/><h:parameterList>\
    <h:patientIdentifier><h:value root=\"1.2.250.1.213.1.4.10\" extension=\"255081416802538\"/>\
    <h:semanticsText>Patient.id</h:semanticsText></h:patientIdentifier></h:parameterList>\
    </h:queryByParameter></h:controlActProcess></h:PRPA_IN201307UV02>";

fn codes() -> &'static DmpCodes {
    static MAPPINGS: std::sync::OnceLock<Mappings> = std::sync::OnceLock::new();
    &MAPPINGS.get_or_init(|| Mappings::embedded().expect("embedded tables are sound")).dmp
}

fn opened(change: (&str, &str)) -> Envelope {
    assert!(QUERY.contains(change.0), "{}", change.0);
    envelope(Transaction::Td02, &QUERY.replace(change.0, change.1))
}

fn existence() -> Existence {
    Existence {
        id: uuid(1),
        identity: Identity {
            ins: ins(),
            birth_family: "D'ARC & FILS".to_owned(),
            given: "Jeanne".to_owned(),
            used_family: Some("PLUME".to_owned()),
            birth_date: time("19550814"),
            sex: Sex::Unknown,
            birth_place: None,
            card_serial: Some("secret".to_owned()),
            email: Some("a@example.org".to_owned()),
            further: Box::default(),
        },
        record: RecordState::Open,
        authorisation: OwnAuthorisation::Valid,
        treating_physician: true,
        oppositions: None,
        closed_at: None,
        former: Vec::new(),
        contact: false,
        activated: None,
    }
}

fn written(outcome: &Outcome<'_>) -> String {
    let envelope = opened(("", ""));
    let (asked, _) = read(envelope.payload(), codes());
    let frame = Frame {
        id: "00000000-0000-4000-8000-000000000001",
        at: "20261128120000",
        here: "2.999.1",
        asked: &asked,
        envelope: &envelope,
        codes: codes(),
        message_id: "urn:uuid:m",
    };
    String::from_utf8(write(&frame, outcome).body).expect("text")
}

#[test]
fn the_query_names_its_patient_and_what_the_answer_repeats() {
    let (echo, asked) = read(opened(("", "")).payload(), codes());
    let asked = asked.expect("a query");
    assert_eq!(asked.patient, Patient::Known(ins()));
    assert_eq!(asked.ask, ExistenceAsk::Existence);
    assert_eq!(echo.query.and_then(|id| id.extension).as_deref(), Some("q-1"));
    assert_eq!(echo.software.as_deref(), Some("Logiciel"));
    let administrative = read(opened(("TEST_EXST", "CNSLT_DATA")).payload(), codes()).1.expect("a query");
    assert_eq!(administrative.ask, ExistenceAsk::AdministrativeData);
}

#[test]
fn an_identifier_that_is_no_ins_is_an_unknown_patient() {
    let asked =
        read(opened(("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.2")).payload(), codes()).1.expect("a query");
    assert_eq!(asked.patient, Patient::Unknown);
}

#[test]
fn everything_that_is_wrong_with_a_query_is_told_with_its_place() {
    let value = "<h:value root=\"1.2.250.1.213.1.4.10\" extension=\"255081416802538\"/>";
    let long = format!("extension=\"{}\"", "m".repeat(257));
    for (change, rule, place) in [
        (("TEST_EXST", "FERM"), Rule::TransactionIsSupported, "reasonCode/@code"),
        ((value, ""), Rule::QueryIsComplete, "patientIdentifier/value"),
        ((value, &[value, value].concat()[..]), Rule::QueryIsComplete, "patientIdentifier/value"),
        (("255081416802538", "255081416802539"), Rule::InsIsWellFormed, "value/@extension"),
        (("extension=\"m-1\"", &long), Rule::QueryIsComplete, "id/@root"),
        (("<h:queryId root=\"1.2.999.2\" extension=\"q-1\"/>", ""), Rule::QueryIsComplete, "queryId/@root"),
    ] {
        let findings = read(opened(change).payload(), codes()).1.expect_err("a refusal");
        assert_eq!(findings.len(), 1, "{change:?}: {findings:?}");
        assert_eq!(findings[0].rule, rule, "{change:?}");
        assert!(findings[0].at.as_str().ends_with(place), "{findings:?}");
    }
    let empty = envelope(Transaction::Td02, "<PRPA_IN201307UV02 xmlns=\"urn:hl7-org:v3\"/>");
    let findings = read(empty.payload(), codes()).1.expect_err("a refusal");
    assert_eq!(findings.len(), 4, "message, sender, query, patient: {findings:?}");
}

#[test]
fn a_found_record_says_how_the_caller_stands_to_it_and_no_more() {
    let text = written(&Outcome::Found(&existence()));
    for part in [
        "urn:hl7-org:v3:PRPA_IN201308UV02",
        "code=\"VALIDE\"",
        "<statusCode code=\"active\"/>",
        "<queryResponseCode code=\"OK\"/>",
        "<family qualifier=\"BR\">D'ARC &amp; FILS</family>",
        "<administrativeGenderCode code=\"UN\"",
        "root=\"1.2.999.1\" extension=\"m-1\"",
        "root=\"1.2.999.2\" extension=\"q-1\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    for kept in ["secret", "a@example.org", "OPPOSITION"] {
        assert!(!text.contains(kept), "{kept}: {text}");
    }
}

#[test]
fn the_states_of_an_authorisation_have_one_code_each() {
    for (authorisation, code) in [
        (OwnAuthorisation::Valid, "VALIDE"),
        (OwnAuthorisation::Expired, "EXPIREE"),
        (OwnAuthorisation::Missing, "INEXISTANTE"),
        (OwnAuthorisation::Forbidden, "INTERDITE"),
    ] {
        let text = written(&Outcome::Found(&Existence { authorisation, ..existence() }));
        assert!(text.contains(&format!("code=\"{code}\"")), "{text}");
    }
}

#[test]
fn administrative_data_tell_the_oppositions_and_not_how_the_caller_stands() {
    let oppositions = Some(Oppositions { break_glass: true, centre_15: false });
    let text = written(&Outcome::Found(&Existence { oppositions, ..existence() }));
    assert!(!text.contains("attentionLine"), "{text}");
    let opposed = "<code code=\"OPPOSITION_BRIS_DE_GLACE\" codeSystem=\"1.2.250.1.213.4.1.2.3\"/>\
        <value xsi:type=\"BL\" value=\"true\"/>";
    assert!(text.contains(opposed), "{text}");
    assert!(text.contains("OPPOSITION_ACCES_URGENCE"), "{text}");
}

#[test]
fn a_refusal_is_an_acknowledgement_with_its_code_and_text() {
    let error = RegistryError::new("DMPAccessDeniedByRightsService", "[rule] Texte");
    let refused = |stage| written(&Outcome::Refused { stage, errors: std::slice::from_ref(&error) });
    let text = refused(Stage::Right);
    assert!(text.contains("<acknowledgement typeCode=\"AE\">"), "{text}");
    assert!(
        text.contains("<code code=\"DMPAccessDeniedByRightsService\"/><text>[rule] Texte</text>"),
        "{text}"
    );
    assert!(text.contains("<queryResponseCode code=\"AE\"/>"), "{text}");
    assert!(refused(Stage::Request).contains("<queryResponseCode code=\"QE\"/>"));
    let absent = written(&Outcome::NotFound);
    assert!(absent.contains("<queryResponseCode code=\"NF\"/>") && !absent.contains("<subject"), "{absent}");
}

proptest! {
    /// Whatever a name holds, the answer stays well-formed and gives it back.
    #[test]
    fn a_name_is_read_back_from_the_answer_as_it_was(family in "[ -~à-ÿĀ-ſ一-龥]{0,40}") {
        let mut found = existence();
        found.identity.birth_family.clone_from(&family);
        let text = written(&Outcome::Found(&found));
        let document = xml::parse(text.as_bytes(), &xml::Limits::default()).expect("well-formed");
        let read = document.root().subtree().find(|one| one.is(HL7, "family")).expect("a family name");
        prop_assert_eq!(read.text(), family);
    }

    /// A query cut anywhere, or with anything put in anywhere, is read or refused.
    #[test]
    fn no_query_is_too_strange(at in 0..QUERY.len(), length in 0..60_usize, put in ".{0,20}") {
        let end = (at + length).min(QUERY.len());
        let text = format!("{}{put}{}", &QUERY[..at], &QUERY[end..]);
        let message = format!("<x xmlns=\"urn:x\">{text}</x>");
        if let Ok(document) = xml::parse(message.as_bytes(), &xml::Limits::default()) {
            let payload = document.root().children().next().unwrap_or(document.root());
            let (_, asked) = read(payload, codes());
            prop_assert!(asked.is_ok() || asked.is_err_and(|findings| !findings.is_empty()));
        }
    }
}
