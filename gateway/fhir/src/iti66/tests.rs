use journey::ObjectKey;
use mappings::Mappings;
use model::{Moment, Rule};
use proptest::prelude::*;

use super::PARAMETERS;
use super::request::{Asked, Frame, read};
use crate::search::pairs;

const INS: &str = "urn:oid:1.2.250.1.213.1.4.10|255081416802538";
const ID: &str = "7d1c0a52-5b0e-4f0e-9a53-0c5f3a3f9e11";

fn tables() -> Mappings {
    Mappings::embedded().expect("the embedded tables")
}

fn frame(tables: &Mappings, strict: bool) -> Frame<'_> {
    let now = Moment(1_769_860_800_000_000);
    Frame { systems: &tables.systems, base: "https://h/fhir", strict, status_is_optional: false, now }
}

fn ask(query: &str, strict: bool) -> Result<Asked, Vec<String>> {
    let tables = tables();
    read(&pairs(query).expect("pairs"), &frame(&tables, strict)).map_err(|findings| {
        assert!(findings.iter().all(|finding| finding.rule == Rule::QueryIsComplete));
        findings.iter().map(|finding| finding.at.as_str().to_owned()).collect()
    })
}

fn asked(rest: &str) -> Asked {
    ask(&format!("patient.identifier={INS}&code=folder&status=current&{rest}"), false).expect(rest)
}

#[test]
fn patient_code_and_status_are_required_and_each_is_told() {
    assert_eq!(ask("", false).expect_err("nothing"), ["patient", "code", "status"]);
    let one = format!("patient.identifier={INS}&code=submissionset");
    assert_eq!(ask(&one, false).expect_err("no status"), ["status"]);
    assert!(ask(&format!("_id={ID}"), false).is_ok());
    let tables = tables();
    let lenient = Frame { status_is_optional: true, ..frame(&tables, false) };
    assert!(read(&pairs(&one).expect("pairs"), &lenient).is_ok());
}

#[test]
fn a_code_may_say_its_system_in_either_spelling() {
    for system in [
        "",
        "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes|",
        "http://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes|",
    ] {
        assert!(
            ask(&format!("patient.identifier={INS}&status=current&code={system}folder"), false).is_ok(),
            "{system}"
        );
    }
    let wrong = ask(&format!("patient.identifier={INS}&status=final&code=http://x|folder"), false);
    assert_eq!(wrong.expect_err("wrong"), ["status", "code"]);
}

#[test]
fn superseded_stands_for_retired() {
    let of = |status: &str| ask(&format!("patient.identifier={INS}&code=folder&status={status}"), false);
    assert_eq!(of("superseded").expect("asked").terms, of("retired").expect("asked").terms);
}

#[test]
fn a_urn_uuid_may_be_either_name() {
    let named = asked(&format!("identifier=urn:uuid:{ID}")).named;
    assert!(
        matches!(named.as_slice(), [ObjectKey::Uuid(_), ObjectKey::Set(_), ObjectKey::Folder(_)]),
        "{named:?}"
    );
}

#[test]
fn every_chain_of_the_source_is_read() {
    for name in [
        "source.given",
        "source.family:exact",
        "source:Patient.given:contains",
        "source:PractitionerRole.name",
        "source:PractitionerRole.partOf.practitioner.given",
        "source:PractitionerRole.partOf.familyEx",
        "source:contains",
        "source:exact",
        "source:identifier",
        "authorOrg",
        "authorOrg:identifier",
        "authorOrg.name:contains",
    ] {
        assert!(asked(&format!("{name}=Roux")).ignored.is_empty(), "{name}");
    }
    let unknown = format!("patient.identifier={INS}&code=folder&status=current&source.age=3&title:above=x");
    assert_eq!(ask(&unknown, false).expect_err("unknown"), ["source.age", "title:above"]);
}

#[test]
fn unknown_parameters_are_read_past_unless_strict() {
    assert_eq!(asked("notes=x").ignored, ["notes"]);
    let query = format!("patient.identifier={INS}&code=folder&status=current&notes=x");
    assert_eq!(ask(&query, true).expect_err("strict"), ["notes"]);
}

#[test]
fn every_listed_parameter_is_read() {
    for (name, kind, _) in PARAMETERS {
        let value = match (name, kind) {
            ("status", _) => "current".to_owned(),
            ("code", _) => "folder".to_owned(),
            ("isArchived", _) => "false".to_owned(),
            ("patient.identifier", _) => INS.to_owned(),
            (_, "date") => "ge2020".to_owned(),
            (_, "reference") => format!("Patient/{ID}"),
            _ => "urn:oid:1.2|x".to_owned(),
        };
        let unread = match ask(&format!("{name}={value}"), false) {
            Ok(asked) => asked.ignored,
            Err(places) => {
                let required = ["patient", "subject", "code", "status"];
                places.into_iter().filter(|place| place == name && !required.contains(&name)).collect()
            }
        };
        assert_eq!(unread, Vec::<String>::new(), "{name}");
    }
}

proptest! {
    #[test]
    fn no_parameter_panics(name in "(_id|patient|identifier|status|code|date|source.given|authorOrg|item|_sort|\\PC{0,6})", value in "\\PC{0,30}") {
        thread_local! { static TABLES: Mappings = tables(); }
        TABLES.with(|tables| {
            let _ = read(&[(name, value)], &frame(tables, false));
        });
    }
}
