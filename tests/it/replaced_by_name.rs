//! ITI-65: `relatesTo` and the PATCH name the replaced document each in its own way, by id or by identifier.

use serde_json::{Value, json};
use server::demo::samples;

use crate::scenarios::rules;
use crate::world::World;

/// The hospital's new version whose relatesTo and PATCH name the old one so.
fn version_2(related: &Value, patched: &str) -> String {
    let text =
        std::fs::read(passerelle_tests::root().join("samples/fhir/iti65-hospital-report-v2.json")).unwrap();
    let mut bundle: Value = serde_json::from_slice(&text).unwrap();
    for entry in bundle["entry"].as_array_mut().unwrap() {
        match entry["resource"]["resourceType"].as_str().unwrap() {
            "DocumentReference" => entry["resource"]["relatesTo"][0]["target"] = related.clone(),
            "Parameters" => entry["request"]["url"] = json!(patched),
            _ => {}
        }
    }
    bundle.to_string()
}

/// A world with the hospital's document, and the path of its DocumentReference.
async fn world() -> (World, String) {
    let world = World::new().await;
    let reply = world.deposit("hospital", samples::ITI65_HOSPITAL).await;
    let entries = reply.json()["entry"].as_array().unwrap().clone();
    let mut locations = entries.iter().filter_map(|entry| entry["response"]["location"].as_str());
    let path = locations.find(|location| location.starts_with("DocumentReference/")).unwrap().to_owned();
    (world, path)
}

#[tokio::test]
async fn an_id_and_an_identifier_of_one_document_agree() {
    let identifier =
        |id: &str| json!({"identifier": {"system": "urn:ietf:rfc:3986", "value": format!("urn:oid:{id}")}});
    let by_identifier = format!("DocumentReference?identifier=urn:oid:{}", samples::HOSPITAL_ID);
    for by_id_in_the_patch in [true, false] {
        let (world, path) = world().await;
        let bundle = match by_id_in_the_patch {
            true => version_2(&identifier(samples::HOSPITAL_ID), &path),
            false => version_2(&json!({"reference": path}), &by_identifier),
        };
        let reply = world.deposit("hospital", &bundle).await;
        assert_eq!(reply.status.as_u16(), 200, "{}", reply.text());
        assert!(
            reply.json()["entry"]
                .as_array()
                .unwrap()
                .iter()
                .any(|e| e["response"]["location"] == path.as_str())
        );
        let old = world.stage.fhir_get(&path, Some(&world.token("gp")), "*/*").await.unwrap();
        assert_eq!(old.json()["status"], "superseded", "{}", old.text());
    }
}

#[tokio::test]
async fn the_id_of_another_document_than_the_replaced_one_does_not() {
    let (world, path) = world().await;
    let rows = world.rows().await;
    for patched in [
        "DocumentReference?identifier=urn:oid:2.999.1",
        "DocumentReference?identifier=urn:oid:2.999.2026.1.1.3",
    ] {
        let reply = world.deposit("hospital", &version_2(&json!({"reference": path}), patched)).await;
        assert_eq!(reply.status.as_u16(), 422, "{}", reply.text());
        assert_eq!(rules(&reply), ["metadata_is_well_formed"]);
        assert!(reply.json()["issue"][0]["expression"][0].as_str().unwrap().starts_with("Bundle.entry["));
    }
    assert_eq!(world.rows().await, rows);
}
