//! What people do to documents and records, over the socket: masking, showing, deleting, opposing, closing.

use http::header;
use model::{EmergencyMode, Party, PersonId};
use passerelle_tests::Made;
use policy::{Choice, DocumentAct, Setting};
use serde_json::json;
use server::demo::calls::Reply;
use server::demo::script::search_path;

use crate::scenarios::rules;
use crate::world::World;

const PATCH: &str = "application/json-patch+json";

/// A document of the hospital in the record of `ondine`; its FHIR id.
async fn deposited(world: &World, number: u64) -> String {
    let made = Made::new(77, number);
    let reply = world.deposit("hospital", &made.bundle).await;
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.text());
    let answer = reply.json();
    let locations = answer["entry"].as_array().unwrap().iter();
    let mut locations = locations.filter_map(|entry| entry["response"]["location"].as_str());
    let location = locations.find(|location| location.contains("DocumentReference/")).unwrap();
    location.split("DocumentReference/").nth(1).unwrap().split('/').next().unwrap().to_owned()
}

async fn patch(world: &World, who: &str, id: &str, body: serde_json::Value) -> Reply {
    let path = format!("DocumentReference/{id}");
    let token = world.token(who);
    world.stage.fhir("PATCH", &path, Some(&token), Some(PATCH), body.to_string()).await.unwrap()
}

async fn delete(world: &World, who: &str, id: &str) -> Reply {
    let path = format!("DocumentReference/{id}");
    world.stage.fhir("DELETE", &path, Some(&world.token(who)), None, "").await.unwrap()
}

async fn read(world: &World, who: &str, id: &str) -> u16 {
    let path = format!("DocumentReference/{id}");
    let reply = world.stage.fhir_get(&path, Some(&world.token(who)), "*/*").await.unwrap();
    reply.status.as_u16()
}

fn mask() -> serde_json::Value {
    let code = json!({"system": "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument",
        "code": "MASQUE_PS"});
    json!([{"op": "add", "path": "/securityLabel/-", "value": {"coding": [code]}}])
}

fn unmask(reply: &Reply) -> serde_json::Value {
    let labels = reply.json()["securityLabel"].as_array().unwrap().clone();
    let place = labels.iter().position(|label| label["coding"][0]["code"] == "MASQUE_PS").unwrap();
    json!([
        {"op": "test", "path": format!("/securityLabel/{place}/coding/0/code"), "value": "MASQUE_PS"},
        {"op": "remove", "path": format!("/securityLabel/{place}")},
    ])
}

#[tokio::test]
async fn a_patient_masks_and_does_not_delete_what_a_professional_wrote() {
    let world = World::new().await;
    let id = deposited(&world, 1).await;
    assert_eq!(read(&world, "gp", &id).await, 200);
    let masked = patch(&world, "ondine", &id, mask()).await;
    assert_eq!(masked.status.as_u16(), 200, "{}", masked.text());
    assert_eq!(read(&world, "gp", &id).await, 404, "masked to every professional");
    let refused = delete(&world, "ondine", &id).await;
    assert_eq!((refused.status.as_u16(), rules(&refused)), (403, vec!["act_is_open_to_caller".to_owned()]));
    let shown = patch(&world, "ondine", &id, unmask(&masked)).await;
    assert_eq!(shown.status.as_u16(), 200, "{}", shown.text());
    assert_eq!(read(&world, "gp", &id).await, 200, "on the next request");
}

#[tokio::test]
async fn a_structure_deletes_its_own_document_and_nobody_sees_it_again() {
    let world = World::new().await;
    let id = deposited(&world, 1).await;
    assert_eq!(delete(&world, "gp", &id).await.status.as_u16(), 403, "a colleague sees it and may not");
    assert_eq!(
        delete(&world, "other-gp", &id).await.status.as_u16(),
        404,
        "who does not see it learns nothing"
    );
    let gone = delete(&world, "hospital", &id).await;
    assert_eq!(gone.status.as_u16(), 204, "{}", gone.text());
    for who in ["gp", "ondine", "hospital"] {
        assert_eq!(read(&world, who, &id).await, 404, "{who}");
    }
    assert_eq!(delete(&world, "hospital", &id).await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_document_deposited_by_one_blocked_at_that_instant_is_the_patients_to_delete() {
    let world = World::new().await;
    let hospital = world.stage.cast.structure("hospital").unwrap().id.clone();
    let blocked = Setting::Blocked(Party::Structure(model::StructureId(hospital)));
    world.choose("ondine", Choice::Set(blocked.clone())).await;
    let id = deposited(&world, 1).await;
    world.choose("ondine", Choice::Lift(blocked)).await;
    let before = world.rows().await;
    assert_eq!(delete(&world, "ondine", &id).await.status.as_u16(), 204);
    assert_eq!(read(&world, "ondine", &id).await, 404);
    assert!(world.rows().await.1 < before.1, "its bytes are gone");
}

#[tokio::test]
async fn a_change_made_on_an_older_version_is_refused() {
    let world = World::new().await;
    let id = deposited(&world, 1).await;
    let masked = patch(&world, "ondine", &id, mask()).await;
    assert_eq!(masked.headers.get(header::ETAG).unwrap(), "W/\"2\"");
    let path = format!("DocumentReference/{id}");
    let token = world.token("ondine");
    let reply = world
        .stage
        .fhir_if_match("PATCH", &path, &token, PATCH, "W/\"1\"", unmask(&masked).to_string())
        .await
        .unwrap();
    assert_eq!((reply.status.as_u16(), rules(&reply)), (412, vec!["version_is_current".to_owned()]));
}

#[tokio::test]
async fn one_opposes_before_the_activation_and_closes_afterwards() {
    let world = World::new().await;
    let closed = world.patient("achille");
    let refused = world.stage.choose(&closed, Choice::OpposeRecord).await.unwrap_err();
    assert!(refused.to_string().contains("RecordIsOpen"), "{refused}");
    world.choose("basile", Choice::CloseRecord).await;
    for who in ["gp", "basile"] {
        let path = search_path(&world.patient("basile"));
        let reply = world.stage.fhir_get(&path, Some(&world.token(who)), "*/*").await.unwrap();
        assert_eq!(rules(&reply), ["record_is_open"], "{who}: nobody reads a closed record");
    }
    world.choose("ghjulia", Choice::OpposeRecord).await;
    let refused = world.stage.choose(&world.patient("ghjulia"), Choice::CloseRecord).await.unwrap_err();
    assert!(refused.to_string().contains("ActFitsState"), "{refused}");
    world.choose("ghjulia", Choice::WithdrawOpposition).await;
}

#[tokio::test]
async fn a_document_masked_to_one_person_is_hidden_from_that_person_alone() {
    let world = World::new().await;
    world.stage.authorise(&world.patient("ondine"), &["hospital-doctor"]).await.unwrap();
    let id = deposited(&world, 1).await;
    let gp = PersonId(world.stage.cast.professional("gp").unwrap().id.clone());
    let document = model::EntryUuid::parse(&id).unwrap();
    let party = Party::Person(gp.clone());
    world.amend("ondine", document, DocumentAct::MaskTo(party.clone())).await;
    assert_eq!(read(&world, "gp", &id).await, 404);
    assert_eq!(read(&world, "hospital-doctor", &id).await, 200);
    world.choose("ondine", Choice::Set(Setting::Treating(gp))).await;
    assert_eq!(read(&world, "gp", &id).await, 404, "a name is stricter than being médecin traitant");
    world.amend("ondine", document, DocumentAct::UnmaskTo(party)).await;
    assert_eq!(read(&world, "gp", &id).await, 200);
}

#[tokio::test]
async fn each_emergency_mode_is_opposed_for_itself_and_at_once() {
    let world = World::new().await;
    let path = search_path(&world.patient("ondine"));
    let mut claims = world.stage.claims("nurse").unwrap();
    claims.mode = "bris_de_glace".into();
    claims.reason = Some("inconsciente".into());
    let token = world.stage.token(&claims).unwrap();
    let search = async || world.stage.fhir_get(&path, Some(&token), "*/*").await.unwrap();
    assert_eq!(search().await.status.as_u16(), 200);
    world.choose("ondine", Choice::Set(Setting::Opposed(EmergencyMode::Centre15))).await;
    assert_eq!(search().await.status.as_u16(), 200);
    world.choose("ondine", Choice::Set(Setting::Opposed(EmergencyMode::BreakGlass))).await;
    assert_eq!(rules(&search().await), ["break_glass_is_not_opposed"]);
    world.choose("ondine", Choice::Lift(Setting::Opposed(EmergencyMode::BreakGlass))).await;
    assert_eq!(search().await.status.as_u16(), 200);
}
