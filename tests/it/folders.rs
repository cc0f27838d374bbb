//! Folders through ITI-65: a new one, documents added to one of the record by stating it whole, and what a deposit
//! does not do to a folder.

use journey::{End, Holdings, Store};
use model::{Availability, Caller, Code, Folder, Member, Membership, ObjectRef, StructureId, UniqueId};
use passerelle_tests::Made;
use passerelle_tests::callers::{PERSON, structure};
use passerelle_tests::paper::{Paper, uuid};
use serde_json::{Value, json};
use server::demo::calls::Reply;

use crate::scenarios::rules;
use crate::world::World;

const FOLDER: &str = "urn:uuid:5f0e7a10-1111-4222-8333-00000000000f";
/// A structure that is not the hospital.
const ELSEWHERE: &str = "1990000777";

fn folder(items: &[&str], title: &str, subject: &Value) -> Value {
    let designation = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType";
    let coded = |system: &str, code: &str| json!({"coding": [{"system": system, "code": code}]});
    let items: Vec<Value> = items.iter().map(|item| json!({"item": {"reference": item}})).collect();
    json!({
        "resourceType": "List",
        "extension": [{"url": designation, "valueCodeableConcept": coded("urn:oid:2.999.5", "F")}],
        "status": "current", "mode": "working", "title": title,
        "code": coded("https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "folder"),
        "subject": subject, "date": "2026-06-12T11:00:00+02:00", "entry": items,
    })
}

/// The bundle with a folder that holds its document and these of the record.
fn with_folder(made: &Made, title: &str, others: &[&str], method: &str, url: &str) -> String {
    let mut bundle: Value = serde_json::from_str(&made.bundle).unwrap();
    let entries = bundle["entry"].as_array_mut().unwrap();
    let is = |kind: &'static str| move |entry: &&Value| entry["resource"]["resourceType"] == kind;
    let document = entries.iter().find(is("DocumentReference")).unwrap().clone();
    let subject = document["resource"]["subject"].clone();
    let items: Vec<&str> =
        std::iter::once(document["fullUrl"].as_str().unwrap()).chain(others.iter().copied()).collect();
    let list = folder(&items, title, &subject);
    let set = entries.iter_mut().find(|entry| entry["resource"]["resourceType"] == "List").unwrap();
    set["resource"]["entry"].as_array_mut().unwrap().push(json!({"item": {"reference": FOLDER}}));
    entries.push(json!({"fullUrl": FOLDER, "resource": list, "request": {"method": method, "url": url}}));
    bundle.to_string()
}

fn location(reply: &Reply, kind: &str, nth: usize) -> String {
    let entries = reply.json()["entry"].as_array().unwrap().clone();
    let locations = entries.iter().filter_map(|entry| entry["response"]["location"].as_str());
    let mut found = locations.filter(|location| location.starts_with(kind)).map(str::to_owned);
    found.nth(nth).unwrap()
}

async fn holdings(world: &World) -> Holdings {
    let store = &world.stage.gateway().unwrap().app.desk.store;
    store.holdings(&world.patient("ondine"), None).await.unwrap()
}

fn memberships(holdings: &Holdings) -> usize {
    let of_folder = |link: &&journey::StoredLink| matches!(link.source, End::Folder(_));
    holdings.links.iter().filter(of_folder).count()
}

#[tokio::test]
async fn a_folder_is_made_filled_by_stating_it_whole_and_a_retry_makes_no_other() {
    let world = World::new().await;
    let first = with_folder(&Made::new(8, 1), "Séjour", &[], "POST", "List");
    let made = world.deposit("hospital", &first).await;
    assert_eq!(made.status.as_u16(), 200, "{}", made.text());
    let (list, document) = (location(&made, "List/", 1), location(&made, "DocumentReference/", 0));
    assert_eq!(world.deposit("hospital", &first).await.json(), made.json());
    let held = holdings(&world).await;
    assert_eq!((held.folders.len(), memberships(&held)), (1, 1));

    let second = with_folder(&Made::new(8, 2), "Séjour", &[&document], "PUT", &list);
    let filled = world.deposit("hospital", &second).await;
    assert_eq!(filled.status.as_u16(), 200, "{}", filled.text());
    assert_eq!(location(&filled, &list, 0), list);
    assert_eq!(world.deposit("hospital", &second).await.json(), filled.json());
    let held = holdings(&world).await;
    assert_eq!((held.folders.len(), memberships(&held)), (1, 2));
}

#[tokio::test]
async fn a_deposit_takes_nothing_out_of_a_folder_and_renames_none() {
    let world = World::new().await;
    let made = world.deposit("hospital", &with_folder(&Made::new(8, 3), "Séjour", &[], "POST", "List")).await;
    let (list, document) = (location(&made, "List/", 1), location(&made, "DocumentReference/", 0));
    let rows = world.rows().await;
    for (title, others) in [("Autre", vec![document.as_str()]), ("Séjour", Vec::new())] {
        let bundle = with_folder(&Made::new(8, 4), title, &others, "PUT", &list);
        let reply = world.deposit("hospital", &bundle).await;
        assert_eq!(rules(&reply), ["update_fits_object"], "{}", reply.text());
        assert!(reply.text().contains("Bundle.entry[") && world.rows().await == rows);
    }
}

#[tokio::test]
async fn a_folder_that_one_does_not_see_is_as_absent() {
    let world = World::new().await;
    let desk = &world.stage.gateway().unwrap().app.desk;
    let mut other = Paper::new(9, &world.patient("ondine"), (PERSON, ELSEWHERE)).submission(&desk.mappings);
    let hidden = uuid(8, 9);
    other.folders.push(Folder {
        entry_uuid: hidden,
        logical_id: hidden,
        version: 1,
        unique_id: UniqueId::parse("2.999.6.9").unwrap(),
        availability: Availability::Approved,
        patient: world.patient("ondine"),
        codes: vec![Code::new("F", "2.999.5")],
        title: Some("Séjour".to_owned()),
        comments: None,
        last_update: None,
        extra: Vec::new(),
    });
    let document = ObjectRef::Uuid(other.entries[0].0.entry_uuid);
    other
        .memberships
        .push(Membership { entry_uuid: uuid(9, 9), link: Member::InFolder { folder: hidden, document } });
    let elsewhere = Caller { structure: Some(StructureId(ELSEWHERE.to_owned())), ..structure() };
    journey::deposit(desk, &elsewhere, "ITI-41", other).await.unwrap();
    let mut answers = Vec::new();
    for list in [hidden, uuid(8, 10)] {
        let bundle = with_folder(&Made::new(8, 6), "Autre", &[], "PUT", &format!("List/{}", list.bare()));
        let reply = world.deposit("hospital", &bundle).await;
        assert_eq!(rules(&reply), ["linked_object_is_reachable"], "{}", reply.text());
        answers.push(reply.json());
    }
    assert_eq!(answers[0], answers[1]);
}
