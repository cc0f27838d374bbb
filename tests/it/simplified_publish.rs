//! ITI-105 over the socket: a professional and a patient deposit one document each, read it back, resend it; the
//! patient replaces their own.

use passerelle_tests::root;
use serde_json::{Value, json};
use server::demo::calls::Reply;

use crate::scenarios::rules;
use crate::world::World;

fn sample(name: &str) -> Value {
    let text = std::fs::read(root().join("samples/fhir").join(name)).unwrap();
    serde_json::from_slice(&text).unwrap()
}

async fn publish(world: &World, who: &str, resource: &Value) -> Reply {
    let token = world.token(who);
    world.stage.fhir_post("DocumentReference", Some(&token), resource.to_string()).await.unwrap()
}

async fn get(world: &World, who: &str, path: &str) -> Reply {
    world.stage.fhir_get(path, Some(&world.token(who)), "application/fhir+json").await.unwrap()
}

/// The path of what was created, below the base.
fn path_of(created: &Reply) -> String {
    format!("DocumentReference/{}", created.json()["id"].as_str().unwrap())
}

async fn world() -> World {
    let world = World::bare().await;
    world.stage.authorise(&world.patient("ondine"), &["hospital-doctor"]).await.unwrap();
    world
}

#[tokio::test]
async fn a_professional_deposits_one_document_and_reads_back_what_was_answered() {
    let world = world().await;
    let resource = sample("iti105-emergency-report.json");
    let created = publish(&world, "hospital-doctor", &resource).await;
    assert_eq!(created.status.as_u16(), 201, "{}", created.text());
    let read = get(&world, "hospital-doctor", &path_of(&created)).await;
    assert_eq!(read.status.as_u16(), 200, "{}", read.text());
    assert_eq!(read.json(), created.json());
    let url = created.json()["content"][0]["attachment"]["url"].as_str().unwrap().to_owned();
    let binary = url.rsplit_once("/fhir/").unwrap().1;
    let token = world.token("hospital-doctor");
    let bytes = world.stage.fhir_get(binary, Some(&token), "text/xml").await.unwrap();
    assert_eq!(bytes.body, std::fs::read(root().join("samples/cda/n1-emergency-report.xml")).unwrap());
}

#[tokio::test]
async fn an_identical_retry_gets_the_first_answer_again_and_other_bytes_are_a_conflict() {
    let world = world().await;
    let mut resource = sample("iti105-emergency-report.json");
    let first = publish(&world, "hospital-doctor", &resource).await;
    let rows = world.rows().await;
    let again = publish(&world, "hospital-doctor", &resource).await;
    assert_eq!((again.status.as_u16(), again.json()), (201, first.json()));
    assert_eq!(world.rows().await, rows);
    resource["description"] = json!("autre chose");
    let other = publish(&world, "hospital-doctor", &resource).await;
    assert_eq!(other.status.as_u16(), 409, "{}", other.text());
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn a_patient_deposits_their_own_document_reads_it_back_and_replaces_it() {
    let world = world().await;
    let first = publish(&world, "ondine", &sample("iti105-patient-wishes.json")).await;
    assert_eq!(first.status.as_u16(), 201, "{}", first.text());
    let read = get(&world, "ondine", &path_of(&first)).await;
    assert_eq!(read.json(), first.json());
    assert_eq!(read.json()["contained"][0]["resourceType"], "Patient", "{}", read.text());
    let mut second = sample("iti105-patient-wishes-v2.json");
    second["relatesTo"][0]["target"] = json!({"reference": path_of(&first)});
    let second = publish(&world, "ondine", &second).await;
    assert_eq!(second.status.as_u16(), 201, "{}", second.text());
    let read = get(&world, "ondine", &path_of(&second)).await;
    assert_eq!(read.json(), second.json());
    let old = get(&world, "ondine", &path_of(&first)).await;
    assert_eq!(old.json()["status"], "superseded", "{}", old.text());
}

#[tokio::test]
async fn a_patient_may_name_what_they_replace_by_its_identifier() {
    let world = world().await;
    let first = publish(&world, "ondine", &sample("iti105-patient-wishes.json")).await;
    let second = publish(&world, "ondine", &sample("iti105-patient-wishes-v2.json")).await;
    assert_eq!(second.status.as_u16(), 201, "{}", second.text());
    let target = second.json()["relatesTo"][0]["target"]["reference"].as_str().unwrap().to_owned();
    assert!(target.ends_with(&path_of(&first)), "{target}");
    assert_eq!(get(&world, "ondine", &path_of(&second)).await.json(), second.json());
    let again = publish(&world, "ondine", &sample("iti105-patient-wishes-v2.json")).await;
    assert_eq!((again.status.as_u16(), again.json()), (201, second.json()));
}

#[tokio::test]
async fn nobody_deposits_in_the_record_of_another_patient() {
    let world = world().await;
    let rows = world.rows().await;
    let reply = publish(&world, "basile", &sample("iti105-patient-wishes.json")).await;
    assert_eq!(rules(&reply), ["record_exists"], "{}", reply.text());
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn the_headers_say_where_the_resource_is_and_which_version_it_has() {
    let world = world().await;
    let created = publish(&world, "hospital-doctor", &sample("iti105-emergency-report.json")).await;
    let header = |name: &str| created.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert!(header("location").ends_with(&format!("/{}/_history/1", path_of(&created))));
    assert_eq!(header("etag"), "W/\"1\"");
    assert!(header("last-modified").ends_with(" GMT"));
}

async fn publish_with(world: &World, who: &str, resource: &Value, header: (&str, &str)) -> Reply {
    let token = world.token(who);
    let body = resource.to_string();
    world.stage.fhir_post_with("DocumentReference", Some(&token), header, body).await.unwrap()
}

#[tokio::test]
async fn a_conditional_create_finds_what_is_there_for_whoever_may_see_it() {
    let world = world().await;
    let resource = sample("iti105-emergency-report.json");
    let id = resource["masterIdentifier"]["value"].as_str().unwrap().to_owned();
    let condition = format!("identifier=urn:ietf:rfc:3986|{id}");
    let header = ("if-none-exist", condition.as_str());
    let first = publish_with(&world, "hospital-doctor", &resource, header).await;
    assert_eq!(first.status.as_u16(), 201, "{}", first.text());
    let rows = world.rows().await;
    let location = |reply: &Reply| reply.headers.get("location").unwrap().to_str().unwrap().to_owned();
    let mut other = resource.clone();
    other["description"] = json!("autre chose");
    for resource in [&resource, &other] {
        let again = publish_with(&world, "hospital-doctor", resource, header).await;
        assert_eq!((again.status.as_u16(), location(&again)), (200, location(&first)), "{}", again.text());
    }
    let unseen = publish_with(&world, "laboratory", &other, header).await;
    assert!(unseen.status.is_client_error(), "{}", unseen.text());
    let unknown = publish_with(&world, "hospital-doctor", &other, ("if-none-exist", "status=current")).await;
    assert_eq!(rules(&unknown), ["transaction_is_supported"]);
    assert_eq!(world.rows().await, rows);
}

#[tokio::test]
async fn what_is_preferred_comes_back() {
    let world = world().await;
    let resource = sample("iti105-emergency-report.json");
    let minimal = publish_with(&world, "hospital-doctor", &resource, ("prefer", "return=minimal")).await;
    assert_eq!((minimal.status.as_u16(), minimal.body.len()), (201, 0));
    let location = minimal.headers.get("location").unwrap().to_str().unwrap().to_owned();
    let outcome =
        publish_with(&world, "hospital-doctor", &resource, ("prefer", "return=OperationOutcome")).await;
    assert_eq!((outcome.status.as_u16(), &outcome.json()["resourceType"]), (201, &json!("OperationOutcome")));
    let whole = publish(&world, "hospital-doctor", &resource).await;
    assert!(location.contains(whole.json()["id"].as_str().unwrap()));
}
