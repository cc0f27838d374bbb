//! `$validate` over the socket: it tells what the deposit would, keeps nothing and leaves one event where a stage
//! about the record was asked.

use passerelle_tests::root;
use serde_json::{Value, json};
use server::demo::calls::Reply;
use server::demo::samples;

use crate::world::World;

async fn validate(world: &World, who: &str, kind: &str, body: String) -> Reply {
    let path = format!("{kind}/$validate");
    world.stage.fhir_post(&path, Some(&world.token(who)), body).await.unwrap()
}

fn issues(reply: &Reply) -> Vec<Value> {
    reply.json()["issue"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_sound_deposit_is_told_to_be_well_and_is_not_kept() {
    let world = World::new().await;
    let (rows, events) = (world.rows().await, world.events().await);
    let bare = validate(&world, "hospital", "Bundle", samples::ITI65_HOSPITAL.to_owned()).await;
    assert_eq!(bare.status.as_u16(), 200, "{}", bare.text());
    assert_eq!(issues(&bare)[0]["code"], "informational", "{}", bare.text());
    let bundle: Value = serde_json::from_str(samples::ITI65_HOSPITAL).unwrap();
    let wrapped =
        json!({"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": bundle}]});
    let wrapped = validate(&world, "hospital", "Bundle", wrapped.to_string()).await;
    assert_eq!(wrapped.json(), bare.json());
    assert_eq!((world.rows().await, world.events().await), (rows, events + 2));
    assert!(world.deposit("hospital", samples::ITI65_HOSPITAL).await.status.is_success());
}

#[tokio::test]
async fn what_refuses_a_deposit_is_what_is_told() {
    let world = World::new().await;
    let folder = std::fs::read_dir(root().join("samples/hostile")).unwrap();
    let mut compared = 0;
    for file in folder.map(|file| file.unwrap().path()) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let (kind, path) = match name.split('-').next().unwrap() {
            "iti65" => ("Bundle", ""),
            "iti105" => ("DocumentReference", "DocumentReference"),
            _ => continue,
        };
        let body = std::fs::read_to_string(&file).unwrap();
        for who in ["hospital", "hospital-doctor", "gp"] {
            let rows = world.rows().await;
            let told = validate(&world, who, kind, body.clone()).await;
            assert_eq!(world.rows().await, rows, "{name}");
            let refused = world.stage.fhir_post(path, Some(&world.token(who)), body.clone()).await.unwrap();
            assert!(refused.status.is_client_error(), "{name} by {who}: {}", refused.text());
            assert_eq!(told.status.as_u16(), 200, "{name}: {}", told.text());
            assert_eq!(issues(&told), issues(&refused), "{name} by {who}");
            compared += 1;
        }
    }
    assert!(compared > 30, "{compared}");
}

#[tokio::test]
async fn a_look_about_the_record_leaves_an_event_and_one_at_the_message_none() {
    let world = World::new().await;
    let hostile = |name: &str| std::fs::read_to_string(root().join("samples/hostile").join(name)).unwrap();
    let events = world.events().await;
    validate(&world, "hospital", "Bundle", hostile("iti65-unknown-type.json")).await;
    assert_eq!(world.events().await, events);
    validate(&world, "hospital", "Bundle", hostile("iti65-wrong-hash.json")).await;
    assert_eq!(world.events().await, events + 1);
}

#[tokio::test]
async fn what_is_no_bundle_is_refused() {
    let world = World::new().await;
    for body in ["{", "{\"resourceType\":\"Patient\",\"active\":true}"] {
        let reply = validate(&world, "hospital", "Bundle", body.to_owned()).await;
        assert!(reply.status.is_client_error(), "{}", reply.text());
    }
}
