use std::sync::LazyLock;

use mappings::Mappings;
use model::{
    Actor, Caller, Channel, Content, EntryUuid, Finding, Ins, InsDomain, Moment, ObjectRef, Oid, PersonId,
    Purpose, RequestId, Rule, Severity, StructureId, SubjectRole, UniqueId, system,
};
use serde_json::{Value, json};

use super::request::{Frame, Published, read};
use crate::codec::{Element, structure};

mod hostile;

const TEST_OID: &str = "1.2.250.1.213.1.4.10";
const INS: &str = "255081416802538";
const OWN: &str = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";

fn ins() -> Ins {
    Ins::parse(INS, TEST_OID).expect("a sample")
}

fn caller(actor: Actor, structure: Option<&str>) -> Caller {
    Caller {
        actor,
        channel: Channel::Direct,
        structure: structure.map(|id| StructureId(id.to_owned())),
        legal_entities: Vec::new(),
        purpose: Purpose::Normal,
        patient: None,
        secret_connection: false,
        regulator: false,
        software: None,
        request: RequestId("r".to_owned()),
    }
}

fn professional(id: &str) -> Caller {
    let role = SubjectRole { profession: model::Code::new("10", system::PROFESSION), qualifier: None };
    caller(
        Actor::Professional { id: PersonId(id.to_owned()), name: "KERVEL".to_owned(), role },
        Some("1990000001"),
    )
}

fn holder() -> Caller {
    caller(Actor::Holder { ins: ins() }, None)
}

fn coded(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}

/// A professional's document, sound in every respect.
fn document() -> Value {
    json!({
        "resourceType": "DocumentReference",
        "contained": [
            {"resourceType": "PractitionerRole", "id": "role", "practitioner": {"reference": "#person"}, "organization": {"reference": "#org"}},
            {"resourceType": "Practitioner", "id": "person", "name": [{"family": "KERVEL", "given": ["Maëlle"]}],
             "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "899900000019"}]},
            {"resourceType": "Organization", "id": "org", "name": "Labo",
             "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "1990000001"}]},
        ],
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.2"},
        "status": "current", "type": coded("http://loinc.org", "11502-2"),
        "category": [coded("urn:oid:1.2.250.1.213.1.1.4.1", "10")],
        "subject": {"identifier": {"system": format!("urn:oid:{TEST_OID}"), "value": INS}},
        "date": "2026-06-12T11:00:00+02:00",
        "author": [{"reference": "#role"}],
        "custodian": {"identifier": {"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "1990000001"}},
        "securityLabel": [coded("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R")],
        "content": [{
            "attachment": {"contentType": "text/xml", "language": "fr-FR", "data": "SGVs\nbG8=", "size": 5,
                "hash": "9/+ei3uy4Jtwk1pdeF4MxdnQq/A=", "title": "Bilan", "creation": "2026-06-12"},
            "format": {"system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode", "code": "urn:ihe:lab:xd-lab:2008"},
        }],
        "context": {
            "facilityType": coded("urn:oid:1.2.250.1.71.4.2.4", "SA05"),
            "practiceSetting": coded("urn:oid:1.2.250.1.213.1.1.4.9", "ETABLISSEMENT"),
        },
    })
}

/// A patient's own document with nothing that may be left out.
fn wishes() -> Value {
    json!({
        "resourceType": "DocumentReference",
        "contained": [{"resourceType": "Patient", "id": "me", "name": [{"family": "CORSE"}], "identifier": [
            {"type": {"coding": [{"code": "PI"}]}, "system": "urn:oid:1.2.3.4", "value": "IPP-1"},
            {"system": format!("urn:oid:{TEST_OID}"), "value": INS},
        ]}],
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.3"},
        "status": "current",
        "type": coded("urn:oid:1.2.250.1.213.1.1.4.12", "EXPPAT_1"),
        "subject": {"reference": "#me"},
        "date": "2026-06-12T11:00:00+02:00",
        "author": [{"reference": "#me"}],
        "content": [{
            "attachment": {"contentType": "text/xml", "data": "SGVsbG8=", "title": "Mes volontés"},
            "format": {"system": "urn:oid:1.3.6.1.4.1.19376.1.2.3", "code": "urn:ihe:iti:xds-sd:text:2008"},
        }],
    })
}

fn changed(mut resource: Value, pointer: &str, value: Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match (resource.pointer_mut(parent), value) {
        (Some(Value::Object(members)), Value::Null) => {
            members.shift_remove(key);
        }
        (Some(Value::Object(members)), value) => {
            members.insert(key.to_owned(), value);
        }
        (Some(Value::Array(items)), value) => items.push(value),
        _ => panic!("{pointer}"),
    }
    resource
}

fn with<T>(
    resource: &Value,
    caller: &Caller,
    then: impl FnOnce(Result<Published<'_>, Vec<Finding>>) -> T,
) -> T {
    static TABLES: LazyLock<Mappings> = LazyLock::new(|| Mappings::embedded().expect("the embedded tables"));
    let pack = journey::Pack::french(
        vec![InsDomain::of(TEST_OID).expect("a domain")],
        Oid::parse("1.2.250.1.999.9").expect("an OID"),
    );
    let known = (EntryUuid::parse(OWN).expect("a uuid"), ins());
    let next = std::sync::atomic::AtomicU64::new(1);
    let fresh = || {
        let mut bytes = [0; 16];
        let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        bytes[8..].copy_from_slice(&number.to_be_bytes());
        EntryUuid::from_bytes(bytes)
    };
    let frame = Frame {
        mappings: &TABLES,
        pack: &pack,
        base: "https://h/fhir",
        caller,
        known: Some(&known),
        now: Moment(0),
        fresh: Box::new(fresh),
    };
    then(read(resource, &frame))
}

/// Rules and places of what refuses; every place resolves in the resource.
fn refused(resource: &Value, caller: &Caller) -> Vec<(Rule, String)> {
    let mut findings = structure::check(resource);
    if findings.is_empty() {
        findings = with(resource, caller, |result| result.err().unwrap_or_default());
    }
    for finding in &findings {
        let place = finding.at.as_str();
        assert!(structure::tests::resolves(resource, place), "{finding:?}");
    }
    let errors = findings.into_iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| (finding.rule, finding.at.as_str().to_owned())).collect()
}

#[test]
fn a_sound_document_becomes_a_set_of_one() {
    with(&document(), &professional("899900000019"), |result| {
        let Published { submission, .. } = result.expect("sound");
        let set = &submission.set;
        assert_eq!((set.unique_id.as_ref(), set.source_id.as_str()), (None, "1.2.250.1.999.9"));
        assert_eq!(set.author_persons().collect::<Vec<_>>(), ["899900000019"]);
        assert_eq!(set.author_institutions().collect::<Vec<_>>(), ["1990000001"]);
        assert_eq!(set.content_type.value, "SA05");
        let (entry, content) = &submission.entries[0];
        assert_eq!(entry.unique_id.as_str(), "1.2.250.1.999.2");
        assert_eq!(entry.creation_time.as_str(), "20260612");
        assert!(matches!(content, Content::Inline(bytes) if bytes.as_slice() == b"Hello"));
    });
}

#[test]
fn the_set_is_the_callers_whoever_wrote_the_document() {
    let sender = |caller: &Caller| {
        with(&document(), caller, |result| {
            let set = result.expect("sound").submission.set;
            let persons: Vec<String> = set.author_persons().map(str::to_owned).collect();
            (persons, set.author_institutions().map(str::to_owned).collect::<Vec<_>>())
        })
    };
    let strings = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let other = sender(&professional("899900000027"));
    assert_eq!(other, (strings(&["899900000027"]), strings(&["1990000001"])));
    let user = || Actor::OfStructure { user: "x".to_owned(), role: None };
    let own = sender(&caller(user(), Some("1990000001")));
    assert_eq!(own, (strings(&["899900000019"]), strings(&["1990000001"])));
    assert_eq!(sender(&caller(user(), Some("1990000009"))), (vec![], strings(&["1990000009"])));
}

#[test]
fn what_a_patient_leaves_out_is_what_holds_for_patients() {
    with(&wishes(), &holder(), |result| {
        let Published { submission, .. } = result.expect("sound");
        assert_eq!(submission.set.content_type.value, "EXP_PATIENT");
        assert_eq!(
            submission.set.author_persons().collect::<Vec<_>>(),
            [INS],
            "the INS, not the local number"
        );
        let (entry, _) = &submission.entries[0];
        assert_eq!(entry.class_code.value, "90");
        assert_eq!(
            (entry.facility_type.value.as_str(), entry.practice_setting.value.as_str()),
            ("EXP_PATIENT", "EXP_PATIENT")
        );
        assert_eq!(entry.language.as_str(), "fr-FR");
        assert_eq!(entry.creation_time.as_str(), "20260612090000");
        assert_eq!(entry.confidentiality.iter().map(|code| code.value.as_str()).collect::<Vec<_>>(), ["N"]);
        assert_eq!((entry.hash, entry.size), (None, None));
        assert_eq!(entry.patient, ins());
    });
    let logical = json!({"identifier": {"system": format!("urn:oid:{TEST_OID}"), "value": INS}});
    let by_identifier = changed(changed(wishes(), "/author", json!([logical])), "/subject", logical);
    assert_eq!(refused(&by_identifier, &holder()), []);
    let by_id = changed(wishes(), "/subject", json!({"reference": format!("Patient/{OWN}")}));
    assert_eq!(refused(&by_id, &holder()), []);
}

#[test]
fn each_defect_is_found_at_its_place() {
    let metadata = Rule::MetadataIsWellFormed;
    let attachment = "DocumentReference.content[0].attachment";
    for (pointer, value, rule, at) in [
        ("/masterIdentifier", Value::Null, metadata, "DocumentReference".to_owned()),
        ("/masterIdentifier/value", json!("x"), metadata, "DocumentReference.masterIdentifier.value".into()),
        ("/custodian", Value::Null, metadata, "DocumentReference".into()),
        ("/author", Value::Null, metadata, "DocumentReference".into()),
        ("/date", Value::Null, metadata, "DocumentReference".into()),
        ("/type", Value::Null, metadata, "DocumentReference".into()),
        ("/context", Value::Null, metadata, "DocumentReference".into()),
        ("/status", json!("superseded"), metadata, "DocumentReference.status".into()),
        ("/docStatus", json!("final"), metadata, "DocumentReference.docStatus".into()),
        ("/content/0/attachment/data", Value::Null, metadata, attachment.into()),
        ("/content/0/attachment/data", json!("SGVsb"), metadata, format!("{attachment}.data")),
        ("/content/0/attachment/data", json!(5), metadata, format!("{attachment}.data")),
        ("/content/0/attachment/url", json!("Binary/x"), metadata, format!("{attachment}.url")),
        ("/content/0/attachment/hash", json!("AAAA"), metadata, format!("{attachment}.hash")),
        ("/content/0/attachment/size", json!(-1), metadata, format!("{attachment}.size")),
        ("/content/0/attachment/title", Value::Null, metadata, attachment.into()),
        ("/content/-", document()["content"][0].clone(), metadata, "DocumentReference.content[1]".into()),
        ("/content/0/format", Value::Null, metadata, "DocumentReference.content[0]".into()),
        ("/content", Value::Null, metadata, "DocumentReference".into()),
        (
            "/subject/identifier/value",
            json!("255081416802539"),
            Rule::InsIsWellFormed,
            "DocumentReference.subject.identifier.value".into(),
        ),
        (
            "/subject",
            json!({"reference": format!("Patient?identifier=urn:oid:{TEST_OID}|{INS}")}),
            metadata,
            "DocumentReference.subject.reference".into(),
        ),
        (
            "/identifier",
            json!([{"value": "urn:uuid:0f0e0d0c-0b0a-4908-8706-050403020100"}]),
            metadata,
            "DocumentReference.identifier[0]".into(),
        ),
        (
            "/relatesTo",
            json!([{"code": "replaces", "target": {"reference": "https://elsewhere/DocumentReference/1"}}]),
            metadata,
            "DocumentReference.relatesTo[0].target".into(),
        ),
    ] {
        let found = refused(&changed(document(), pointer, value), &professional("899900000019"));
        assert!(found.contains(&(rule, at.clone())), "{pointer}: {found:?} lacks {at}");
    }
}

#[test]
fn a_replacement_is_named_by_id_or_by_identifier_and_nothing_else_is_related() {
    let target = |relation: Value| {
        let resource = changed(document(), "/relatesTo", json!([relation]));
        with(&resource, &professional("899900000019"), |result| {
            result.map(|published| published.submission.associations[0].target.clone())
        })
    };
    let by = |target: Value| json!({"code": "replaces", "target": target});
    let own = ObjectRef::Uuid(EntryUuid::parse(OWN).expect("a uuid"));
    for reference in [format!("DocumentReference/{OWN}"), format!("https://h/fhir/DocumentReference/{OWN}")] {
        assert_eq!(target(by(json!({"reference": reference}))), Ok(own.clone()));
    }
    let unique = ObjectRef::Unique(UniqueId::parse("1.2.3").expect("an OID"));
    assert_eq!(target(by(json!({"identifier": {"value": "urn:oid:1.2.3"}}))), Ok(unique));
    for code in ["appends", "transforms", "signs"] {
        let relation = json!({"code": code, "target": {"reference": format!("DocumentReference/{OWN}")}});
        let findings = target(relation).expect_err("refused");
        assert_eq!(findings[0].rule, Rule::TransactionIsSupported);
        assert_eq!(findings[0].at.as_str(), "DocumentReference.relatesTo[0]");
        assert!(findings[0].args.iter().any(|(_, text)| text.contains(code) && text.contains("ITI-65")));
    }
}

#[test]
fn what_the_journey_finds_is_told_in_the_resource_as_it_was_sent() {
    let resource = wishes();
    with(&resource, &holder(), |result| {
        let places = result.expect("sound").places;
        let at = |attribute| {
            let at = model::Location::Submitted(model::SubmittedObject::Entry(0), attribute);
            places.locate(Finding::new(Rule::CdaAgreesWithMetadata).at(at)).at.as_str().to_owned()
        };
        assert_eq!(at("languageCode"), "DocumentReference.content[0].attachment");
        assert_eq!(at("healthcareFacilityTypeCode"), "DocumentReference");
        assert_eq!(at("typeCode"), "DocumentReference.type");
        assert!(Element::root(&resource).has("type"));
    });
}
