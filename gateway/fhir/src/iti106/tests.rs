use mappings::Mappings;
use serde_json::{Value, json};

use super::composition::document_reference;
use super::request::{Given, read};
use crate::codec::{Element, structure};
use crate::media::Format;

const INS: (&str, &str) = ("urn:oid:1.2.250.1.213.1.4.10", "255081416802538");

fn urn(number: u8) -> String {
    format!("urn:uuid:00000000-0000-4000-8000-0000000000{number:02x}")
}

fn coded(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}

pub(super) fn document() -> Value {
    let entry = |number: u8, resource: Value| json!({"fullUrl": urn(number), "resource": resource});
    json!({
        "resourceType": "Bundle", "type": "document", "timestamp": "2026-06-12T11:00:00+02:00",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:2.999.7.1"},
        "entry": [
            entry(1, json!({"resourceType": "Composition", "status": "final", "type": coded("http://loinc.org", "11502-2"),
                "subject": {"reference": urn(2)}, "date": "2026-06-12", "author": [{"reference": urn(3)}],
                "title": "Bilan", "confidentiality": "R", "language": "fr-FR",
                "attester": [{"mode": "legal", "party": {"reference": urn(4)}}], "custodian": {"reference": urn(5)},
                "relatesTo": [{"code": "replaces", "targetIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:2.999.7.0"}}],
                "event": [{"code": [coded("urn:oid:1.2.250.1.213.2.5", "X")], "period": {"start": "2026-06-11"}}]})),
            entry(2, json!({"resourceType": "Patient", "identifier": [{"system": INS.0, "value": INS.1}], "name": [{"family": "CORSE"}]})),
            entry(3, json!({"resourceType": "PractitionerRole", "practitioner": {"reference": urn(4)}, "organization": {"reference": urn(5)}})),
            entry(4, json!({"resourceType": "Practitioner", "name": [{"family": "KERVEL"}],
                "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "899900000019"}]})),
            entry(5, json!({"resourceType": "Organization", "name": "Labo", "type": [coded("urn:oid:1.2.250.1.71.4.2.4", "SA05")],
                "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "1990000001"}]})),
        ],
    })
}

#[test]
fn a_document_reference_is_made_of_what_the_composition_says() {
    let tables = Mappings::embedded().expect("the embedded tables");
    let bundle = document();
    assert_eq!(structure::check(&bundle), []);
    let made = document_reference(&Element::root(&bundle), &tables, Format::Json);
    assert_eq!(structure::check(&made), [], "{made}");
    for (pointer, expected) in [
        ("/masterIdentifier/value", json!("urn:oid:2.999.7.1")),
        ("/author/0/reference", json!("#party-2")),
        ("/authenticator/reference", json!("#party-3")),
        ("/custodian/reference", json!("#party-4")),
        ("/contained/1/practitioner/reference", json!("#party-3")),
        ("/securityLabel/0/coding/0/code", json!("R")),
        ("/relatesTo/0/target/identifier/value", json!("urn:oid:2.999.7.0")),
        ("/context/facilityType/coding/0/code", json!("SA05")),
        ("/context/sourcePatientInfo/reference", json!("#party-1")),
        ("/content/0/attachment/title", json!("Bilan")),
        ("/content/0/attachment/creation", json!("2026-06-12")),
    ] {
        assert_eq!(made.pointer(pointer), Some(&expected), "{pointer}: {made}");
    }
    assert_eq!(made["contained"].as_array().map(Vec::len), Some(4));
    assert_eq!(made.pointer("/context/practiceSetting"), None);
}

#[test]
fn what_a_resource_contains_is_looked_up_in_it_and_not_in_the_composition() {
    let tables = Mappings::embedded().expect("the embedded tables");
    let mut bundle = document();
    let practitioner =
        |family: &str| json!({"resourceType": "Practitioner", "id": "p", "name": [{"family": family}]});
    bundle["entry"][0]["resource"]["contained"] = json!([practitioner("AUTRE")]);
    bundle["entry"][2]["resource"]["contained"] = json!([practitioner("KERVEL")]);
    bundle["entry"][2]["resource"]["practitioner"] = json!({"reference": "#p"});
    let made = document_reference(&Element::root(&bundle), &tables, Format::Json).to_string();
    assert!(made.contains("KERVEL") && !made.contains("AUTRE"), "{made}");
}

#[test]
fn people_who_name_each_other_in_a_ring_are_contained_once() {
    let tables = Mappings::embedded().expect("the embedded tables");
    let mut bundle = document();
    bundle["entry"][4]["resource"]["organization"] = json!({"reference": urn(3)});
    let made = document_reference(&Element::root(&bundle), &tables, Format::Json);
    assert_eq!(made["contained"].as_array().map(Vec::len), Some(4));
}

#[test]
fn one_document_and_one_only_is_taken() {
    let told = |parameters: Value| -> Vec<String> {
        match read(&json!({"resourceType": "Parameters", "parameter": parameters})) {
            Ok(_) => Vec::new(),
            Err(findings) => findings.into_iter().map(|finding| finding.at.as_str().to_owned()).collect(),
        }
    };
    let binary = |kind: &str| json!({"name": "document", "resource": {"resourceType": "Binary", "contentType": kind, "data": "PGEvPg=="}});
    assert_eq!(told(json!([binary("text/xml")])), Vec::<String>::new());
    assert_eq!(told(json!([binary("text/xml"), binary("text/xml")])), ["Parameters"]);
    assert_eq!(told(json!([{"name": "other", "valueCode": "x"}])), ["Parameters"]);
    let at = "Parameters.parameter[0].resource";
    assert_eq!(told(json!([binary("application/pdf")])), [format!("{at}.contentType")]);
    let empty = json!([{"name": "document", "resource": {"resourceType": "Binary", "id": "x"}}]);
    assert_eq!(told(empty), [at, at]);
    let mut other = document();
    other["type"] = json!("collection");
    assert_eq!(told(json!([{"name": "document", "resource": other}])), [format!("{at}.type")]);
    let parameters =
        json!({"resourceType": "Parameters", "parameter": [{"name": "document", "resource": document()}]});
    assert!(matches!(read(&parameters), Ok(Given::Document(_))));
}
