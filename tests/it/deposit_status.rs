//! `$deposit-status` over the socket: the depositor hears that a document went in, whatever became of it; everybody else
//! hears what is heard of a document that never was.

use passerelle_tests::root;
use serde_json::{Value, json};
use server::demo::calls::Reply;

use crate::world::World;

const NEVER: &str = "urn:oid:2.999.2026.41.404";

fn report() -> Value {
    let text = std::fs::read(root().join("samples/fhir/iti105-emergency-report.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// A world in which the hospital's doctor has deposited the report: its uniqueId and what was answered.
async fn deposited() -> (World, String, Value) {
    let world = World::bare().await;
    world.stage.authorise(&world.patient("ondine"), &["hospital-doctor"]).await.unwrap();
    let token = world.token("hospital-doctor");
    let created =
        world.stage.fhir_post("DocumentReference", Some(&token), report().to_string()).await.unwrap();
    assert_eq!(created.status.as_u16(), 201, "{}", created.text());
    let created = created.json();
    let id = created["masterIdentifier"]["value"].as_str().unwrap().to_owned();
    (world, id, created)
}

async fn status(world: &World, who: &str, id: &str) -> Reply {
    let path = format!("DocumentReference/$deposit-status?identifier=urn:ietf:rfc:3986%7C{id}");
    world.stage.fhir_get(&path, Some(&world.token(who)), "application/fhir+json").await.unwrap()
}

fn part<'a>(reply: &'a Value, name: &str) -> &'a Value {
    let parts = reply["parameter"][0]["part"].as_array().unwrap();
    parts.iter().find(|part| part["name"] == name).unwrap()
}

#[tokio::test]
async fn the_depositor_is_told_when_and_as_what_a_document_went_in_and_one_event_says_so() {
    let (world, id, created) = deposited().await;
    let events = world.events().await;
    let told = status(&world, "hospital-doctor", &id).await;
    assert_eq!(told.status.as_u16(), 200, "{}", told.text());
    assert_eq!(world.events().await, events + 1);
    let json = told.json();
    let document = part(&json, "document")["valueReference"]["reference"].as_str().unwrap();
    assert!(document.ends_with(&format!("DocumentReference/{}", created["id"].as_str().unwrap())), "{json}");
    assert!(part(&json, "deposited")["valueInstant"].is_string());
    assert!(part(&json, "set")["valueReference"]["reference"].as_str().unwrap().contains("/List/"));
    let body = json!({"resourceType": "Parameters", "parameter": [
        {"name": "identifier", "valueIdentifier": {"system": "urn:ietf:rfc:3986", "value": id}}]});
    let token = world.token("hospital-doctor");
    let path = "DocumentReference/$deposit-status";
    let posted = world.stage.fhir_post(path, Some(&token), body.to_string()).await.unwrap();
    assert_eq!((posted.status.as_u16(), posted.json()), (200, json));
}

#[tokio::test]
async fn anybody_else_hears_what_is_heard_of_a_document_that_never_was() {
    let (world, id, _) = deposited().await;
    for who in ["gp", "nurse", "ondine", "basile", "laboratory"] {
        let (other, never) = (status(&world, who, &id).await, status(&world, who, NEVER).await);
        assert_eq!(other.status, never.status, "{who}");
        let told = |reply: &Reply, id: &str| reply.text().replace(id, "");
        assert_eq!(told(&other, &id), told(&never, NEVER), "{who}");
    }
    for who in ["gp", "nurse", "laboratory"] {
        assert_eq!(status(&world, who, &id).await.status.as_u16(), 404, "{who}");
    }
}

#[tokio::test]
async fn what_became_of_the_document_does_not_change_what_its_depositor_is_told() {
    let (world, id, created) = deposited().await;
    let before = status(&world, "hospital-doctor", &id).await;
    let document = model::EntryUuid::parse(created["id"].as_str().unwrap()).unwrap();
    for act in [policy::DocumentAct::Mask, policy::DocumentAct::Unmask] {
        world.amend("ondine", document, act).await;
        let after = status(&world, "hospital-doctor", &id).await;
        assert_eq!((after.status, after.json()), (before.status, before.json()));
    }
}

#[tokio::test]
async fn a_status_without_an_identifier_is_refused() {
    let (world, ..) = deposited().await;
    let token = world.token("hospital-doctor");
    let path = "DocumentReference/$deposit-status";
    let reply = world.stage.fhir_get(path, Some(&token), "application/fhir+json").await.unwrap();
    assert_eq!(reply.status.as_u16(), 400, "{}", reply.text());
}
