//! ITI-106 over the socket: a CDA and a FHIR document come alone, are deposited with what they say of themselves, and
//! are read back; what a header lacks is told, all at once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use passerelle_tests::root;
use serde_json::{Value, json};
use server::demo::calls::Reply;
use server::demo::samples;

use crate::scenarios::rules;
use crate::world::World;

async fn generate(world: &World, who: &str, document: &Value) -> Reply {
    let body =
        json!({"resourceType": "Parameters", "parameter": [{"name": "document", "resource": document}]});
    let path = "DocumentReference/$generate-metadata";
    world.stage.fhir_post(path, Some(&world.token(who)), body.to_string()).await.unwrap()
}

async fn get(world: &World, who: &str, path: &str, accept: &str) -> Reply {
    world.stage.fhir_get(path, Some(&world.token(who)), accept).await.unwrap()
}

fn binary(bytes: &[u8]) -> Value {
    json!({"resourceType": "Binary", "contentType": "text/xml", "data": STANDARD.encode(bytes)})
}

/// The path of the answered DocumentReference, below the base.
fn path_of(reply: &Reply) -> String {
    let parameter = reply.json()["parameter"][0].clone();
    assert_eq!(parameter["name"], "DocumentReference", "{}", reply.text());
    let reference = parameter["valueReference"]["reference"].as_str().unwrap().to_owned();
    reference.rsplit_once("/fhir/").unwrap().1.to_owned()
}

/// A FHIR document about the patient of a sample, by its author: its contained resources as entries.
fn fhir_document() -> Value {
    let text = std::fs::read(root().join("samples/fhir/iti105-emergency-report.json")).unwrap();
    let sample: Value = serde_json::from_slice(&text).unwrap();
    let urn = |id: &str| format!("urn:uuid:00000000-0000-4000-8000-{:0>12}", id.len());
    let mut organization_type = sample["context"]["facilityType"].clone();
    organization_type["coding"]
        .as_array_mut()
        .unwrap()
        .extend(sample["context"]["practiceSetting"]["coding"].as_array().unwrap().iter().cloned());
    let mut entries = vec![json!({"fullUrl": urn(""), "resource": {
        "resourceType": "Composition", "status": "final", "type": sample["type"],
        "subject": {"reference": urn("patient")}, "date": "2026-11-12T08:50:00+01:00", "title": "Passage aux urgences",
        "author": [{"reference": urn("author")}], "confidentiality": "N", "language": "fr-FR",
        "attester": [{"mode": "legal", "party": {"reference": urn("practitioner")}}],
        "custodian": {"reference": urn("organization")},
        "event": [{"period": sample["context"]["period"]}],
    }})];
    for resource in sample["contained"].as_array().unwrap() {
        let mut resource = resource.clone();
        let id = resource["id"].as_str().unwrap().to_owned();
        for name in ["practitioner", "organization"] {
            if resource[name]["reference"].is_string() {
                resource[name]["reference"] = json!(urn(name));
            }
        }
        if id == "organization" {
            resource["type"] = json!([organization_type]);
        }
        entries.push(json!({"fullUrl": urn(&id), "resource": resource}));
    }
    json!({
        "resourceType": "Bundle", "type": "document", "timestamp": "2026-11-12T08:50:00+01:00",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:2.999.2026.1.1.106"}, "entry": entries,
    })
}

#[tokio::test]
async fn a_cda_is_deposited_with_what_its_header_says_and_a_retry_is_the_same() {
    let world = World::new().await;
    let first = generate(&world, "hospital", &binary(samples::CDA_HOSPITAL)).await;
    assert_eq!(first.status.as_u16(), 200, "{}", first.text());
    let rows = world.rows().await;
    let again = generate(&world, "hospital", &binary(samples::CDA_HOSPITAL)).await;
    assert_eq!((again.status.as_u16(), again.json()), (200, first.json()), "{}", again.text());
    assert_eq!(world.rows().await, rows);
    let read = get(&world, "gp", &path_of(&first), "application/fhir+json").await;
    assert_eq!(read.status.as_u16(), 200, "{}", read.text());
    let reference = read.json();
    assert_eq!(reference["masterIdentifier"]["value"], format!("urn:oid:{}", samples::HOSPITAL_ID));
    let url = reference["content"][0]["attachment"]["url"].as_str().unwrap().to_owned();
    let bytes = get(&world, "gp", url.rsplit_once("/fhir/").unwrap().1, "text/xml").await;
    assert_eq!(bytes.body, samples::CDA_HOSPITAL);
}

#[tokio::test]
async fn a_fhir_document_is_deposited_with_what_its_composition_says() {
    let world = World::new().await;
    world.stage.authorise(&world.patient("ondine"), &["hospital-doctor"]).await.unwrap();
    let document = fhir_document();
    let first = generate(&world, "hospital-doctor", &document).await;
    assert_eq!(first.status.as_u16(), 200, "{}", first.text());
    let read = get(&world, "hospital-doctor", &path_of(&first), "application/fhir+json").await.json();
    let attachment = &read["content"][0]["attachment"];
    assert_eq!(
        (&attachment["contentType"], &attachment["title"]),
        (&json!("application/fhir+json"), &json!("Passage aux urgences"))
    );
    let url = attachment["url"].as_str().unwrap().to_owned();
    let bytes = get(&world, "hospital-doctor", url.rsplit_once("/fhir/").unwrap().1, "*/*").await;
    let kept: Value = serde_json::from_slice(&bytes.body).unwrap();
    assert_eq!(kept, document);
}

#[tokio::test]
async fn everything_that_a_header_lacks_is_told_at_once_and_nothing_is_kept() {
    let world = World::new().await;
    let rows = world.rows().await;
    let cda = String::from_utf8(samples::CDA_HOSPITAL.to_vec()).unwrap();
    let bare =
        cda.replace("<languageCode code=\"fr-FR\"/>", "").replace("<effectiveTime value", "<other value");
    let reply = generate(&world, "hospital", &binary(bare.as_bytes())).await;
    assert_eq!(reply.status.as_u16(), 422, "{}", reply.text());
    let told: Vec<String> =
        reply.json()["issue"].as_array().unwrap().iter().map(|i| i["diagnostics"].to_string()).collect();
    assert!(told.iter().any(|at| at.contains("languageCode")), "{told:?}");
    assert!(told.iter().any(|at| at.contains("effectiveTime")), "{told:?}");
    let mut document = fhir_document();
    document["entry"][0]["resource"].as_object_mut().unwrap().remove("type");
    document["entry"][3]["resource"].as_object_mut().unwrap().remove("type");
    let reply = generate(&world, "hospital-doctor", &document).await;
    assert_eq!(reply.status.as_u16(), 422, "{}", reply.text());
    assert!(rules(&reply).len() >= 3, "{}", reply.text());
    let at = "Parameters.parameter[0].resource.entry[0].resource";
    assert!(
        reply.json()["issue"].as_array().unwrap().iter().all(|i| i["expression"][0] == at),
        "{}",
        reply.text()
    );
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn a_document_of_another_structure_is_refused_as_a_deposit_of_it_would_be() {
    let world = World::new().await;
    let rows = world.rows().await;
    let reply = generate(&world, "laboratory", &binary(samples::CDA_HOSPITAL)).await;
    assert!(reply.status.is_client_error() && world.rows().await == rows, "{}", reply.text());
}
