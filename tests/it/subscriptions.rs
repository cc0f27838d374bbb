//! Subscriptions to documents over the socket (IHE DSUBm): the topics, a subscription that is changed, asked about and
//! ended, and that nobody else knows of. What a rest-hook gets is in the tests of the relay.

use serde_json::{Value, json};
use server::demo::calls::Reply;

use crate::world::World;

const BACKPORT: &str = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition";
const TOPIC: &str = "https://profiles.ihe.net/ITI/DSUBm/SubscriptionTopic/\
    DSUBm-SubscriptionTopic-DocReference-PatientDependent-AllEvents";

async fn world() -> World {
    World::with(&[("NOTIFICATIONS__REST_HOOK_ALLOW", "[\"https://hooks.example\"]")]).await
}

async fn call(world: &World, who: &str, method: &str, path: &str, body: &Value) -> Reply {
    let (kind, body) = match body {
        Value::Null => (None, String::new()),
        body => (Some("application/fhir+json"), body.to_string()),
    };
    world.stage.fhir(method, path, Some(&world.token(who)), kind, body).await.unwrap()
}

fn wanted(world: &World, criteria: &str) -> Value {
    let patient = world.patient("ondine");
    let filter = format!("patient.identifier=urn:oid:{}|{}", patient.domain().oid(), patient.number());
    json!({
        "resourceType": "Subscription", "status": "requested", "reason": "suivi", "criteria": criteria,
        "_criteria": {"extension": [
            {"url": format!("{BACKPORT}/backport-filter-criteria"), "valueString": filter},
        ]},
        "channel": {
            "type": "rest-hook", "endpoint": "https://hooks.example/a", "payload": "application/fhir+json",
            "_payload": {"extension": [
                {"url": format!("{BACKPORT}/backport-payload-content"), "valueCode": "id-only"},
            ]},
        },
    })
}

fn parameter(status: &Value, name: &str) -> Value {
    let all = status["parameter"].as_array().unwrap();
    all.iter().find(|one| one["name"] == name).unwrap().clone()
}

#[tokio::test]
async fn topics_are_told_to_anybody_and_each_can_be_read() {
    let world = world().await;
    let reply = world.stage.fhir_get("Basic?code=SubscriptionTopic", None, "*/*").await.unwrap();
    let bundle = reply.json();
    assert_eq!((reply.status.as_u16(), &bundle["total"]), (200, &json!(5)));
    for entry in bundle["entry"].as_array().unwrap() {
        let path = entry["fullUrl"].as_str().unwrap().rsplit_once("/fhir/").unwrap().1;
        let one = world.stage.fhir_get(path, None, "*/*").await.unwrap();
        assert_eq!(one.json(), entry["resource"]);
    }
    assert!(bundle.to_string().contains(TOPIC));
}

#[tokio::test]
async fn a_subscription_to_documents_is_made_changed_asked_about_and_ended_by_its_owner_alone() {
    let world = world().await;
    let made = call(&world, "ondine", "POST", "Subscription", &wanted(&world, TOPIC)).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.text());
    let mut own = made.json();
    let path = format!("Subscription/{}", own["id"].as_str().unwrap());
    assert_eq!((&own["status"], &own["criteria"]), (&json!("requested"), &json!(TOPIC)));
    own["end"] = json!("2099-01-01T00:00:00.000Z");
    let changed = call(&world, "ondine", "PUT", &path, &own).await;
    assert_eq!((changed.status.as_u16(), changed.json()), (200, own.clone()), "{}", changed.text());
    let read = call(&world, "ondine", "GET", &path, &Value::Null).await;
    assert_eq!(read.json(), own);
    let status = call(&world, "ondine", "GET", &format!("{path}/$status"), &Value::Null).await.json();
    assert_eq!((&status["type"], &status["total"]), (&json!("searchset"), &json!(1)));
    let told = &status["entry"][0]["resource"];
    assert_eq!(parameter(told, "type")["valueCode"], "query-status");
    assert_eq!(parameter(told, "status")["valueCode"], "requested");
    assert_eq!(parameter(told, "topic")["valueCanonical"], TOPIC);
    let since = format!("{path}/$events?eventsSinceNumber=1");
    let events = call(&world, "ondine", "GET", &since, &Value::Null).await.json();
    assert_eq!(events["type"], "history");
    assert_eq!(parameter(&events["entry"][0]["resource"], "type")["valueCode"], "query-event");
    let whole = format!("{path}/$events?content=full-resource");
    assert_eq!(call(&world, "ondine", "GET", &whole, &Value::Null).await.status.as_u16(), 400);
    let off = json!({"resourceType": "Subscription", "id": own["id"], "status": "off", "reason": "fin",
        "criteria": TOPIC, "channel": {"type": "rest-hook"}});
    let absent = format!("Subscription/{}", "00000000-0000-4000-8000-000000000000");
    for (method, tail, body) in
        [("GET", "", Value::Null), ("GET", "/$status", Value::Null), ("GET", "/$events", Value::Null)]
    {
        let hidden = call(&world, "basile", method, &format!("{path}{tail}"), &body).await;
        let nothing = call(&world, "basile", method, &format!("{absent}{tail}"), &body).await;
        assert_eq!((hidden.status.as_u16(), hidden.status), (404, nothing.status), "{tail}");
    }
    assert_eq!(call(&world, "basile", "PUT", &path, &off).await.status.as_u16(), 404);
    let ended = call(&world, "ondine", "PUT", &path, &off).await;
    assert_eq!((ended.status.as_u16(), &ended.json()["status"]), (200, &json!("off")), "{}", ended.text());
    assert_eq!(call(&world, "ondine", "GET", &path, &Value::Null).await.status.as_u16(), 404);
}

#[tokio::test]
async fn topics_of_several_patients_and_of_professionals_are_refused() {
    let world = world().await;
    let several = TOPIC.replace("PatientDependent", "MultiPatient");
    let refused = call(&world, "ondine", "POST", "Subscription", &wanted(&world, &several)).await;
    assert_eq!(refused.status.as_u16(), 422, "{}", refused.text());
    let refused = call(&world, "gp", "POST", "Subscription", &wanted(&world, TOPIC)).await;
    assert_eq!(refused.status.as_u16(), 403, "{}", refused.text());
}
