//! Choices of the holder and of professionals through Consent and CareTeam, over the socket.

use serde_json::{Value, json};
use server::demo::calls::Reply;
use server::demo::script::search_path;

use crate::scenarios::rules;
use crate::world::World;

const PS: &str = "urn:oid:1.2.250.1.71.4.2.1";
const ACCESS: &str = "https://profiles.ihe.net/ITI/PCF/Policy-basic-normal";

/// A Consent of the patient's with this provision.
fn consent(world: &World, patient: &str, policy: &str, provision: Value) -> Value {
    let ins = world.patient(patient);
    json!({
        "resourceType": "Consent", "status": "active",
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"identifier": {"system": ins.authority().urn(), "value": ins.number()}},
        "dateTime": "2026-01-02T10:00:00+01:00",
        "performer": [{"identifier": {"system": ins.authority().urn(), "value": ins.number()}}],
        "organization": [{"display": "Dossier"}],
        "sourceReference": {"display": "acte en ligne"},
        "policy": [{"uri": policy}],
        "provision": provision,
    })
}

fn actor(world: &World, who: &str) -> Value {
    let id = world.stage.cast.professional(who).unwrap().id.clone();
    json!({
        "role": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}]},
        "reference": {"identifier": {"system": PS, "value": id}},
    })
}

async fn post(world: &World, who: &str, resource: &Value) -> Reply {
    world.stage.fhir_post("Consent", Some(&world.token(who)), resource.to_string()).await.unwrap()
}

async fn search(world: &World, who: &str, patient: &str) -> Reply {
    let path = search_path(&world.patient(patient));
    world.stage.fhir_get(&path, Some(&world.token(who)), "*/*").await.unwrap()
}

#[tokio::test]
async fn the_holder_authorises_blocks_and_unblocks_by_consent() {
    let world = World::bare().await;
    assert_eq!(rules(&search(&world, "gp", "ondine").await), ["authorisation_is_valid"]);
    let permit = json!({"type": "permit", "actor": [actor(&world, "gp")]});
    let created = post(&world, "ondine", &consent(&world, "ondine", ACCESS, permit.clone())).await;
    assert_eq!(created.status.as_u16(), 201, "{}", created.text());
    assert_eq!(search(&world, "gp", "ondine").await.status.as_u16(), 200, "on the next request");
    let again = post(&world, "ondine", &consent(&world, "ondine", ACCESS, permit)).await;
    assert_eq!(again.status.as_u16(), 200, "the same choice again is one setting: {}", again.text());
    let deny = json!({"type": "deny", "actor": [actor(&world, "gp")]});
    let blocked = post(&world, "ondine", &consent(&world, "ondine", ACCESS, deny)).await;
    assert_eq!(blocked.status.as_u16(), 201, "{}", blocked.text());
    assert_eq!(rules(&search(&world, "gp", "ondine").await), ["caller_is_not_blocked"]);
    let path = format!("Consent/{}", blocked.json()["id"].as_str().unwrap());
    let token = world.token("ondine");
    let lifted = world.stage.fhir("DELETE", &path, Some(&token), None, "").await.unwrap();
    assert_eq!(lifted.status.as_u16(), 204, "{}", lifted.text());
    assert_eq!(search(&world, "gp", "ondine").await.status.as_u16(), 200, "unblocking restores");
}

#[tokio::test]
async fn a_professional_attests_for_themselves_and_for_nobody_else() {
    let world = World::bare().await;
    let ground =
        json!({"coding": [{"system": "urn:passerelle:fhir:consent-ground", "code": "consent-collected"}]});
    let attestation = |who| {
        let provision = json!({"type": "permit", "actor": [actor(&world, who)]});
        let mut consent = consent(&world, "ondine", ACCESS, provision);
        consent["category"].as_array_mut().unwrap().push(ground.clone());
        consent
    };
    let other = post(&world, "gp", &attestation("nurse")).await;
    assert_eq!(rules(&other), ["act_is_open_to_caller"], "{}", other.text());
    let no_ground = json!({"type": "permit", "actor": [actor(&world, "gp")]});
    let unsaid = post(&world, "gp", &consent(&world, "ondine", ACCESS, no_ground)).await;
    assert_eq!(rules(&unsaid), ["act_is_complete"], "{}", unsaid.text());
    assert_eq!(rules(&search(&world, "gp", "ondine").await), ["authorisation_is_valid"]);
    let own = post(&world, "gp", &attestation("gp")).await;
    assert_eq!(own.status.as_u16(), 201, "{}", own.text());
    assert_eq!(search(&world, "gp", "ondine").await.status.as_u16(), 200);
}

#[tokio::test]
async fn what_a_consent_does_not_say_is_never_guessed() {
    let world = World::bare().await;
    for provision in [
        json!({"type": "permit"}),
        json!({"type": "permit", "actor": [{"reference": {"display": "somebody"}}]}),
        json!({"type": "permit", "purpose": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "BTG"}]}),
        json!({"type": "deny", "purpose": [{"system": "http://example.org", "code": "WHATEVER"}]}),
        json!({"type": "permit", "actor": [actor(&world, "gp")], "provision": [{"type": "deny"}]}),
    ] {
        let reply = post(&world, "ondine", &consent(&world, "ondine", ACCESS, provision.clone())).await;
        assert!(reply.status.is_client_error(), "{provision}: {}", reply.text());
        assert!(
            rules(&reply).iter().all(|rule| rule == "act_is_complete" || rule == "metadata_is_well_formed"),
            "{}",
            reply.text()
        );
    }
    assert_eq!(rules(&search(&world, "gp", "ondine").await), ["authorisation_is_valid"]);
}

#[tokio::test]
async fn a_professional_blocks_nobody() {
    let world = World::new().await;
    let deny = json!({"type": "deny", "actor": [actor(&world, "nurse")]});
    let refused = post(&world, "gp", &consent(&world, "ondine", ACCESS, deny)).await;
    assert_eq!((refused.status.as_u16(), rules(&refused)), (403, vec!["act_is_open_to_caller".to_owned()]));
}

#[tokio::test]
async fn the_history_tells_the_holder_who_did_what_and_another_professional_only_their_own() {
    let world = World::new().await;
    search(&world, "gp", "ondine").await;
    search(&world, "nurse", "ondine").await;
    let ins = world.patient("ondine");
    let path = format!("AuditEvent?patient.identifier={}%7C{}", ins.authority().urn(), ins.number());
    let history = async |who: &str| {
        let reply = world.stage.fhir_get(&path, Some(&world.token(who)), "*/*").await.unwrap();
        assert_eq!(reply.status.as_u16(), 200, "{who}: {}", reply.text());
        reply.json()
    };
    let all = history("ondine").await;
    let (text, own) = (all.to_string(), history("gp").await.to_string());
    let [gp, nurse] = ["gp", "nurse"].map(|who| world.stage.cast.professional(who).unwrap().id.clone());
    assert!(text.contains(&gp) && text.contains(&nurse));
    assert!(text.contains("authorisation_is_valid"), "a refusal is told too");
    assert!(own.contains(&gp) && !own.contains(&nurse));
    assert!(
        all["entry"]
            .as_array()
            .unwrap()
            .iter()
            .all(|entry| entry["resource"]["resourceType"] == "AuditEvent")
    );
}

#[tokio::test]
async fn the_holder_sees_who_could_see_a_document_and_what_a_mask_would_change_before_it_is_set() {
    let world = World::new().await;
    let made = passerelle_tests::Made::new(78, 1);
    assert_eq!(world.deposit("hospital", &made.bundle).await.status.as_u16(), 200);
    let list = search(&world, "gp", "ondine").await.json();
    let id = list["entry"][0]["resource"]["id"].as_str().unwrap().to_owned();
    let path = format!("DocumentReference/{id}/$who-could-see");
    let body = json!({"resourceType": "Parameters", "parameter": [{"name": "mask", "valueBoolean": true}]});
    let reply = world.stage.fhir_post(&path, Some(&world.token("ondine")), body.to_string()).await.unwrap();
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.text());
    let gp = world.stage.cast.professional("gp").unwrap().id.clone();
    let sees = |sights: &Value| {
        let parts = sights["part"].as_array().unwrap();
        let own = parts.iter().find(|part| part.to_string().contains(&gp)).unwrap();
        own["part"].as_array().unwrap().iter().find(|part| part["name"] == "sees").unwrap()["valueBoolean"]
            .clone()
    };
    let answer = reply.json();
    let (now, after) = (&answer["parameter"][0], &answer["parameter"][1]);
    assert_eq!((now["name"].as_str(), after["name"].as_str()), (Some("now"), Some("if")));
    assert_eq!((sees(now), sees(after)), (json!(true), json!(false)));
    assert!(after.to_string().contains("document_is_not_masked"));
    assert_eq!(search(&world, "gp", "ondine").await.json()["total"], 1, "nothing was done");
    let curious = world.stage.fhir_get(&path, Some(&world.token("basile")), "*/*").await.unwrap();
    assert_eq!(curious.status.as_u16(), 404, "{}", curious.text());
}
