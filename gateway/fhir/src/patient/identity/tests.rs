use std::sync::LazyLock;

use journey::{Existence, IdentityStatus};
use mappings::Mappings;
use model::{EntryUuid, InsDomain, Oid};
use policy::{OwnAuthorisation, RecordState};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::patient::Style;

static TABLES: LazyLock<Mappings> = LazyLock::new(|| Mappings::embedded().expect("the embedded tables"));

fn pack() -> Pack {
    let mut pack = Pack::french(vec![InsDomain::NirTest], Oid::parse("1.2.3").expect("an OID"));
    pack.identifier_domains.push(Oid::parse("1.2.3.4").expect("an OID"));
    pack
}

fn written(identity: &Identity, pack: &Pack) -> Value {
    let existence = Existence {
        id: EntryUuid::from_bytes([1; 16]),
        identity: identity.clone(),
        record: RecordState::Open,
        authorisation: OwnAuthorisation::Missing,
        treating_physician: false,
        oppositions: None,
        closed_at: None,
        former: Vec::new(),
        contact: true,
        activated: None,
    };
    Style { pack, systems: &TABLES.systems, domains: None }.write(&existence)
}

fn rules(patient: &Value) -> Vec<Rule> {
    let read = super::read(&Element::root(patient), &pack());
    read.err().unwrap_or_default().into_iter().map(|finding| finding.rule).collect()
}

fn name() -> impl Strategy<Value = String> {
    "[A-ZÉÈÇ]{1,8}([ '-][A-ZÉÈÇ]{1,8}){0,2}"
}

fn identity() -> impl Strategy<Value = Identity> {
    let traits = (
        name(),
        prop::collection::vec("[A-Z]{1,8}(-[A-Z]{1,8})?", 1..4),
        prop::option::of(name()),
        prop::sample::select(vec!["1955", "195508", "19550814", "20240229"]),
        prop::sample::select(vec![Sex::Female, Sex::Male, Sex::Unknown]),
        prop::option::of(prop::sample::select(vec!["2A004", "99100", "75056"])),
    );
    let further = (prop::option::of(name()), prop::option::of(name()), 0_usize..3, 0_usize..3, any::<bool>());
    (traits, further).prop_map(
        |((family, given, used, born, sex, place), (city, maiden, phones, others, joined))| {
            let phone = |number| Telecom { kind: TelecomKind::Phone, value: format!("010203040{number}") };
            let other =
                |number| Ins::parse_any(&format!("IPP-{number}"), "1.2.3.4").expect("a local identifier");
            let given = given.join(" ");
            let whole = (joined && given.contains(' ')).then(|| given.clone());
            Identity {
                ins: Ins::parse("269072B03304260", "1.2.250.1.213.1.4.10").expect("a sample"),
                birth_family: family,
                used_family: used,
                birth_date: Hl7Time::parse(born).expect("a date"),
                sex,
                birth_place: place.map(str::to_owned),
                card_serial: None,
                email: None,
                further: Box::new(FurtherTraits {
                    first_given: whole,
                    mothers_maiden_name: maiden,
                    addresses: city
                        .map(|city| PostalAddress {
                            city: Some(city),
                            lines: vec!["1 rue".into()],
                            ..PostalAddress::default()
                        })
                        .into_iter()
                        .collect(),
                    telecoms: (0..phones).map(phone).collect(),
                    identifiers: (0..others).map(other).collect(),
                }),
                given,
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_of_a_person_reads_back(identity in identity()) {
        let pack = pack();
        let patient = written(&identity, &pack);
        prop_assert_eq!(super::read(&Element::root(&patient), &pack), Ok(identity), "{}", patient);
    }
}

#[test]
fn everything_that_is_missing_or_wrong_is_told_at_once() {
    assert_eq!(
        rules(&json!({"resourceType": "Patient"})),
        [
            Rule::InsIsWellFormed,
            Rule::MetadataIsWellFormed,
            Rule::MetadataIsWellFormed,
            Rule::MetadataIsWellFormed
        ]
    );
    let sound = written(&sample(), &pack());
    assert_eq!(rules(&sound), []);
    let mut other = sound.clone();
    other["gender"] = json!("other");
    assert_eq!(rules(&other), [Rule::MetadataIsWellFormed]);
    let mut many = sound.clone();
    many["telecom"] = json!(vec![json!({"system": "phone", "value": "1"}); 11]);
    assert_eq!(rules(&many), [Rule::MetadataIsWellFormed]);
    let mut long = sound;
    long["name"][0]["family"] = json!("x".repeat(201));
    assert_eq!(rules(&long), [Rule::MetadataIsWellFormed]);
}

#[test]
fn an_identity_that_is_not_qualified_is_refused_in_both_codings() {
    for status in [IdentityStatus::Table0445, IdentityStatus::Rniv] {
        let mut pack = pack();
        pack.identity_status = status;
        let mut patient = written(&sample(), &pack);
        assert_eq!(rules(&patient), []);
        patient["extension"][0]["extension"][0]["valueCoding"]["code"] = json!("PROV");
        assert_eq!(rules(&patient), [Rule::InsIsQualified]);
    }
}

fn sample() -> Identity {
    Identity {
        ins: Ins::parse("269072B03304260", "1.2.250.1.213.1.4.10").expect("a sample"),
        birth_family: "CORSE".into(),
        given: "Anna".into(),
        used_family: None,
        birth_date: Hl7Time::parse("19690701").expect("a day"),
        sex: Sex::Female,
        birth_place: Some("2B033".into()),
        card_serial: None,
        email: None,
        further: Box::default(),
    }
}

#[test]
fn no_value_of_an_identity_is_without_bound() {
    let patient = json!({
        "resourceType": "Patient",
        "identifier": [{"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "255081416802538"}],
        "name": [{"use": "official", "family": "KERVEL", "given": ["ANNE"]}],
        "gender": "female", "birthDate": "1955-08-14",
    });
    assert_eq!(rules(&patient), []);
    let long = "A".repeat(201);
    let mut given = patient.clone();
    given["name"][0]["given"] = json!([long]);
    let mut line = patient.clone();
    line["address"] = json!([{"line": [long]}]);
    let mut lines = patient.clone();
    lines["address"] = json!([{"line": vec!["A"; 11]}]);
    for broken in [given, line, lines] {
        assert!(rules(&broken).contains(&Rule::MetadataIsWellFormed), "{broken}");
    }
}
