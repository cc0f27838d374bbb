//! Lists, searches with everything that FHIR gives them, versions: over the socket, as a client meets them.

use model::VisibilityFlag;
use policy::DocumentAct;
use serde_json::{Value, json};
use server::demo::samples;

use crate::world::World;

const JSON: &str = "application/fhir+json";

async fn get(world: &World, who: &str, path: &str) -> (u16, Value) {
    let reply = world.stage.fhir_get(path, Some(&world.token(who)), JSON).await.unwrap();
    let status = reply.status.as_u16();
    (status, if status == 304 { Value::Null } else { reply.json() })
}

fn patient(world: &World) -> String {
    format!("patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C{}", world.patient("ondine").number())
}

/// A world with the hospital's document, and its id.
async fn deposited() -> (World, String) {
    let world = World::new().await;
    let reply = world.deposit("hospital", samples::ITI65_HOSPITAL).await;
    assert!(reply.status.is_success(), "{}", reply.text());
    let (_, found) =
        get(&world, "gp", &format!("DocumentReference?{}&status=current", patient(&world))).await;
    let id = found["entry"][0]["resource"]["id"].as_str().unwrap().to_owned();
    (world, id)
}

fn resources(bundle: &Value, mode: &str) -> Vec<Value> {
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    entries
        .into_iter()
        .filter(|entry| entry["search"]["mode"] == mode)
        .map(|mut entry| entry["resource"].take())
        .collect()
}

#[tokio::test]
async fn a_deposit_is_found_as_a_list_with_its_documents() {
    let (world, document) = deposited().await;
    let search = format!("List?{}&code=submissionset&status=current&_include=List:item", patient(&world));
    let (status, found) = get(&world, "gp", &search).await;
    assert_eq!((status, &found["total"]), (200, &json!(1)), "{found}");
    let list = resources(&found, "match").remove(0);
    let item = list["entry"][0]["item"]["reference"].as_str().unwrap();
    assert!(item.ends_with(&format!("DocumentReference/{document}")), "{item}");
    assert_eq!(resources(&found, "include")[0]["id"], json!(document));
    assert_eq!((&list["status"], &list["mode"]), (&json!("current"), &json!("working")));
    assert_eq!(list["code"]["coding"][0]["code"], "submissionset");
    let (status, read) = get(&world, "gp", &format!("List/{}", list["id"].as_str().unwrap())).await;
    assert_eq!((status, read), (200, list.clone()));
    let by_item = format!("DocumentReference?_id={document}&_revinclude=List:item");
    let (_, beside) = get(&world, "gp", &by_item).await;
    assert_eq!(resources(&beside, "include"), [list]);
}

#[tokio::test]
async fn a_list_reads_back_as_the_set_that_was_sent() {
    let (world, _) = deposited().await;
    let search = format!("List?{}&code=submissionset&status=current", patient(&world));
    let (_, found) = get(&world, "gp", &search).await;
    let list = resources(&found, "match").remove(0);
    let sent: Value = serde_json::from_str(samples::ITI65_HOSPITAL).unwrap();
    let entries = sent["entry"].as_array().unwrap();
    let sent = entries.iter().find(|entry| entry["resource"]["resourceType"] == "List").unwrap();
    let sent = &sent["resource"];
    let extension = |list: &Value, name: &str| {
        let extensions = list["extension"].as_array().unwrap();
        extensions.iter().find(|one| one["url"].as_str().unwrap().ends_with(name)).cloned().unwrap()
    };
    let code = "/valueCodeableConcept/coding/0/code";
    let designation = |list: &Value| extension(list, "ihe-designationType").pointer(code).cloned();
    assert_eq!(designation(&list), designation(sent));
    let source = |list: &Value| extension(list, "ihe-sourceId").pointer("/valueIdentifier/value").cloned();
    assert_eq!(source(&list), source(sent));
    assert_eq!(list["title"], sent["title"]);
    assert!(list["source"]["reference"].as_str().unwrap().starts_with('#'));
}

#[tokio::test]
async fn a_mask_takes_a_list_and_its_count_along() {
    let (world, document) = deposited().await;
    let search = format!("List?{}&code=submissionset&status=current", patient(&world));
    world.amend("ondine", model::EntryUuid::parse(&document).unwrap(), DocumentAct::Mask).await;
    let (status, found) = get(&world, "gp", &search).await;
    assert_eq!((status, &found["total"]), (200, &json!(0)), "{found}");
    let (status, own) = get(&world, "ondine", &search).await;
    assert_eq!((status, &own["total"]), (200, &json!(1)), "the holder sees it: {own}");
}

#[tokio::test]
async fn what_a_search_of_lists_lacks_is_told_at_once() {
    let (world, _) = deposited().await;
    let (status, outcome) = get(&world, "gp", "List?date=x&title:above=y").await;
    let told: Vec<&str> = outcome["issue"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| issue["diagnostics"].as_str().unwrap())
        .collect();
    assert_eq!(
        (status, told),
        (400, vec!["http.date", "http.title:above", "http.patient", "http.code", "http.status"])
    );
    let token = world.token("gp");
    let create =
        world.stage.fhir_post("List", Some(&token), "{\"resourceType\":\"List\"}".to_owned()).await.unwrap();
    assert_eq!(create.status.as_u16(), 400, "{}", create.text());
}

#[tokio::test]
async fn an_answer_has_the_shape_and_the_order_asked_for() {
    let (world, _) = deposited().await;
    let base = format!("DocumentReference?{}&status=current", patient(&world));
    let (_, count) = get(&world, "gp", &format!("{base}&_summary=count")).await;
    assert_eq!((&count["total"], count.get("entry")), (&json!(1), None));
    let (_, elements) = get(&world, "gp", &format!("{base}&_elements=type&_sort=-_lastUpdated")).await;
    let shown = resources(&elements, "match").remove(0);
    assert!(shown.get("author").is_none() && shown.get("type").is_some());
    assert_eq!(shown["meta"]["tag"][0]["code"], "SUBSETTED");
    let (_, told) = get(&world, "gp", &format!("{base}&_sort=title&nonsense=1")).await;
    let outcome = resources(&told, "outcome").remove(0);
    assert_eq!(outcome["issue"].as_array().map(Vec::len), Some(2));
    let own = told["link"][0]["url"].as_str().unwrap();
    assert!(!own.contains("nonsense") && !own.contains("_sort"), "{own}");
}

#[tokio::test]
async fn authors_and_texts_are_found_whatever_case_and_accents() {
    let (world, _) = deposited().await;
    let base = format!("DocumentReference?{}&status=current", patient(&world));
    let (_, found) = get(&world, "gp", &base).await;
    let document = resources(&found, "match").remove(0);
    let people = document["contained"].as_array().unwrap();
    let name = people.iter().find(|one| one["resourceType"] == "Practitioner").unwrap()["name"][0].clone();
    let family = name["family"].as_str().unwrap();
    let start: String = family.chars().take(3).collect::<String>().to_lowercase();
    for (parameter, total) in [
        (format!("author.family={start}"), 1),
        (format!("author.family:exact={start}"), 0),
        (format!("author.family:exact={family}"), 1),
        ("author.family=zzz".to_owned(), 0),
        ("author:missing=true".to_owned(), 0),
        ("author=Practitioner/1".to_owned(), 0),
    ] {
        let (_, found) = get(&world, "gp", &format!("{base}&{parameter}")).await;
        assert_eq!(found["total"], json!(total), "{parameter}: {found}");
    }
}

#[tokio::test]
async fn versions_show_to_who_sees_the_document_now_and_saw_it_then() {
    let (world, id) = deposited().await;
    let document = model::EntryUuid::parse(&id).unwrap();
    world.amend("ondine", document, DocumentAct::Mask).await;
    let history = format!("DocumentReference/{id}/_history");
    assert_eq!(get(&world, "gp", &history).await.0, 404);
    assert_eq!(get(&world, "gp", &format!("{history}/1")).await.0, 404);
    world.amend("ondine", document, DocumentAct::Unmask).await;
    let (status, bundle) = get(&world, "gp", &history).await;
    assert_eq!((status, &bundle["type"], &bundle["total"]), (200, &json!("history"), &json!(2)), "{bundle}");
    let versions: Vec<&Value> = bundle["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["resource"]["meta"]["versionId"])
        .collect();
    assert_eq!(versions, [&json!("3"), &json!("1")]);
    let (status, first) = get(&world, "gp", &format!("{history}/1")).await;
    assert_eq!((status, &first["meta"]["versionId"]), (200, &json!("1")));
    assert_eq!(get(&world, "gp", &format!("{history}/2")).await.0, 404);
    assert!(!bundle.to_string().contains(VisibilityFlag::MasquePs.code()));
}
