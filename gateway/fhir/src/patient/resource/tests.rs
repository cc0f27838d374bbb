use mappings::Mappings;
use model::{FurtherTraits, Hl7Time, Sex};

use super::*;
use crate::codec::{Element, structure};
use crate::patient::reference::{ins_of_patient, qualified};

fn identity() -> Identity {
    Identity {
        ins: Ins::parse("269072B03304260", "1.2.250.1.213.1.4.10").expect("a sample"),
        birth_family: "CORSE".into(),
        given: "Anna Livia".into(),
        used_family: Some("PLUME".into()),
        birth_date: Hl7Time::parse("19690701").expect("a day"),
        sex: Sex::Female,
        birth_place: Some("2B033".into()),
        card_serial: None,
        email: Some("secret@example.org".into()),
        further: Box::new(FurtherTraits {
            mothers_maiden_name: Some("LESCAUT".into()),
            addresses: vec![PostalAddress { city: Some("BASTIA".into()), ..PostalAddress::default() }],
            telecoms: vec![Telecom { kind: TelecomKind::Phone, value: "0102030405".into() }],
            identifiers: vec![Ins::parse_any("IPP-1", "1.2.3.4").expect("a local identifier")],
            ..FurtherTraits::default()
        }),
    }
}

fn found() -> Existence {
    Existence {
        id: EntryUuid::from_bytes([1; 16]),
        identity: identity(),
        record: RecordState::Open,
        authorisation: OwnAuthorisation::Expired,
        treating_physician: true,
        oppositions: None,
        closed_at: None,
        former: Vec::new(),
        contact: false,
        activated: None,
    }
}

fn written(found: &Existence, change: impl FnOnce(&mut Pack)) -> Value {
    let tables = Mappings::embedded().expect("the embedded tables");
    let mut pack = Pack::french(vec![InsDomain::NirTest], Oid::parse("1.2.3").expect("an OID"));
    change(&mut pack);
    let patient = Style { pack: &pack, systems: &tables.systems, domains: None }.write(found);
    assert_eq!(structure::check(&patient), [], "{patient}");
    patient
}

fn extension<'a>(patient: &'a Value, url: &str) -> Option<&'a Value> {
    patient["extension"].as_array()?.iter().find(|extension| extension["url"] == url)
}

#[test]
fn an_identity_is_shown_with_its_ins_its_birth_name_and_its_reliability() {
    let patient = written(&found(), |_| {});
    assert_eq!(ins_of_patient(&Element::root(&patient)), Ok(identity().ins));
    assert_eq!(qualified(&Element::root(&patient)), Some(true));
    assert_eq!(patient["meta"]["profile"], json!([FR_CORE_INS, PDQM]));
    assert_eq!(patient["active"], true);
    assert_eq!(patient["identifier"][0]["type"]["coding"][0]["code"], "INS-NIR-TEST");
    assert_eq!(patient["name"][0]["family"], "CORSE");
    assert_eq!(patient["name"][0]["given"], json!(["Anna"]));
    assert_eq!(patient["name"][1]["use"], "usual");
    assert_eq!(patient["birthDate"], "1969-07-01");
    let place = extension(&patient, BIRTH_PLACE).expect("a place of birth");
    assert_eq!(place["valueAddress"]["extension"][0]["valueCoding"]["code"], "2B033");
    let rniv = written(&found(), |pack| pack.identity_status = IdentityStatus::Rniv);
    assert_eq!(qualified(&Element::root(&rniv)), Some(true));
    assert_ne!(rniv, patient);
}

#[test]
fn the_state_of_the_record_and_of_the_caller_is_told_as_the_existence_test_tells_it() {
    let closed_at = Some(model::Moment::parse("2026-01-31T12:00:00Z").expect("an instant"));
    let closed = written(&Existence { record: RecordState::Closed, closed_at, ..found() }, |_| {});
    assert_eq!(closed["active"], false);
    assert_eq!(extension(&closed, CLOSING).expect("closing")["extension"][0]["valueDate"], "2026-01-31");
    assert_eq!(extension(&closed, TREATING).expect("treating")["valueBoolean"], true);
    assert_eq!(extension(&closed, AUTHORISATION).expect("authorisation")["valueCode"], "expired");
    assert_eq!(extension(&closed, ATTACHED), None, "the holder's affair");
    let holder = written(&Existence { activated: Some(true), ..found() }, |_| {});
    assert_eq!(extension(&holder, ATTACHED).expect("attached")["valueBoolean"], true);
    assert_eq!(extension(&holder, AUTHORISATION), None);
}

#[test]
fn contact_data_and_identifiers_of_other_domains_are_told_to_whom_they_may_be_only() {
    let usual = written(&found(), |_| {}).to_string();
    for kept in ["LESCAUT", "BASTIA", "0102030405", "IPP-1", "secret@example.org"] {
        assert!(!usual.contains(kept), "{kept}");
    }
    let told = written(&Existence { contact: true, ..found() }, |pack| {
        pack.identifier_domains.push(Oid::parse("1.2.3.4").expect("an OID"));
    });
    for shown in ["LESCAUT", "BASTIA", "0102030405", "IPP-1"] {
        assert!(told.to_string().contains(shown), "{shown}");
    }
    assert!(!told.to_string().contains("secret@example.org"), "where notices go is nobody's");
}

#[test]
fn a_number_that_was_replaced_links_to_the_one_that_goes_on() {
    let former = Former {
        id: EntryUuid::from_bytes([2; 16]),
        ins: Ins::parse("255081416802538", "1.2.250.1.213.1.4.10").expect("a sample"),
    };
    let survivor = Existence { former: vec![former.clone()], ..found() };
    let patient = written(&survivor, |_| {});
    assert_eq!(patient["identifier"][1]["use"], "old");
    assert_eq!(patient["link"][0]["type"], "replaces");
    let replaced = write_replaced(&former, &survivor);
    assert_eq!(structure::check(&replaced), []);
    assert_eq!(replaced["active"], false);
    assert_eq!(replaced["link"][0]["other"]["reference"], format!("Patient/{}", survivor.id.bare()));
}
