//! Bundles to change.

use serde_json::{Value, json};

pub(super) const BASE: &str = "https://h/fhir";
pub(super) const TEST_OID: &str = "1.2.250.1.213.1.4.10";
pub(super) const INS: &str = "255081416802538";
pub(super) const OLD: &str = "0f0e0d0c-0b0a-4908-8706-050403020100";

/// A Bundle with one document, sound in every respect.
pub(super) fn bundle() -> Value {
    let contained = json!([
        {"resourceType": "PractitionerRole", "id": "role", "practitioner": {"reference": "#person"}, "organization": {"reference": "#org"},
         "code": [{"text": "Préleveur"}]},
        {"resourceType": "Practitioner", "id": "person", "name": [{"family": "KERVEL", "given": ["Maëlle"]}],
         "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "899900000019"}]},
        {"resourceType": "Organization", "id": "org", "name": "Labo",
         "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "1990000001"}]},
        {"resourceType": "Patient", "id": "source", "name": [{"family": "CORSE", "given": ["Ange"]}], "gender": "male",
         "identifier": [{"type": {"coding": [{"code": "PI"}]}, "system": "urn:oid:1.2.3.4", "value": "IPP-1"}]},
    ]);
    let of_the_set = json!(contained.as_array().map(|all| all.iter().take(3).collect::<Vec<_>>()));
    let subject = json!({"identifier": {"system": format!("urn:oid:{TEST_OID}"), "value": INS}});
    let coded = |system: &str, code: &str| json!({"coding": [{"system": system, "code": code}]});
    json!({
        "resourceType": "Bundle",
        "meta": {"profile": ["https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-provide-document-bundle"]},
        "type": "transaction",
        "entry": [
            {"fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001", "request": {"method": "POST", "url": "List"}, "resource": {
                "resourceType": "List", "contained": of_the_set,
                "extension": [
                    {"url": "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType", "valueCodeableConcept": coded("urn:oid:1.2.250.1.213.2.2", "07")},
                    {"url": "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId", "valueIdentifier": {"value": "urn:oid:1.2.250.1.999"}},
                ],
                "identifier": [{"use": "usual", "value": "urn:oid:1.2.250.1.999.1"}],
                "status": "current", "mode": "working",
                "code": coded("https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "submissionset"),
                "subject": subject, "date": "2026-06-12T11:00:00+02:00", "source": {"reference": "#role"},
                "entry": [{"item": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000002"}}],
            }},
            {"fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000002", "request": {"method": "POST", "url": "DocumentReference"}, "resource": {
                "resourceType": "DocumentReference", "contained": contained,
                "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.2"},
                "status": "current", "type": coded("http://loinc.org", "11502-2"),
                "category": [coded("urn:oid:1.2.250.1.213.1.1.4.1", "10")],
                "subject": subject, "date": "2026-06-12T11:00:00+02:00",
                "author": [{"reference": "#role"}], "authenticator": {"reference": "#person"}, "custodian": {"reference": "#org"},
                "description": "Bilan", "securityLabel": [coded("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "N")],
                "content": [{
                    "attachment": {"contentType": "text/xml", "language": "fr-FR", "url": "urn:uuid:00000000-0000-4000-8000-000000000003",
                        "size": 5, "hash": "9/+ei3uy4Jtwk1pdeF4MxdnQq/A=", "title": "Bilan", "creation": "2026-06-12"},
                    "format": {"system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode", "code": "urn:ihe:lab:xd-lab:2008"},
                }],
                "context": {
                    "period": {"start": "2026-06-11T23:30:00-02:00"},
                    "facilityType": coded("urn:oid:1.2.250.1.71.4.2.4", "SA01"),
                    "practiceSetting": coded("urn:oid:1.2.250.1.213.1.1.4.9", "ETABLISSEMENT"),
                    "sourcePatientInfo": {"reference": "#source"},
                },
            }},
            {"fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000003", "request": {"method": "POST", "url": "Binary"},
             "resource": {"resourceType": "Binary", "contentType": "text/xml", "data": "SGVs\nbG8="}},
        ],
    })
}

pub(super) fn changed(pointer: &str, value: Value) -> Value {
    let mut bundle = bundle();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let parent = bundle.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}"));
    match (parent, value) {
        (Value::Object(members), Value::Null) => {
            members.shift_remove(key);
        }
        (Value::Object(members), value) => {
            members.insert(key.to_owned(), value);
        }
        (Value::Array(items), value) => match key {
            "-" => items.push(value),
            index => items[index.parse::<usize>().expect("an index")] = value,
        },
        _ => panic!("{pointer}"),
    }
    bundle
}

pub(super) fn replacing() -> Value {
    let mut bundle = changed(
        "/entry/1/resource/relatesTo",
        json!([{"code": "replaces", "target": {"reference": format!("DocumentReference/{OLD}")}}]),
    );
    let operation = json!({"name": "operation", "part": [
        {"name": "type", "valueCode": "replace"},
        {"name": "path", "valueString": "DocumentReference.status"},
        {"name": "value", "valueCode": "superseded"},
    ]});
    bundle["entry"].as_array_mut().expect("entries").push(json!({
        "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000004",
        "resource": {"resourceType": "Parameters", "parameter": [operation]},
        "request": {"method": "PATCH", "url": format!("DocumentReference/{OLD}")},
    }));
    bundle
}
