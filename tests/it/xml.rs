//! FHIR XML over the socket: a document is deposited, found, read, fetched, masked; its journal and a choice are
//! read and written, all without a byte of FHIR JSON. And refusals, each in the format of who is refused.

use passerelle_tests::root;
use serde_json::{Value, json};
use server::demo::calls::Reply;

use crate::world::World;
use crate::xml_schema;

const XML: &str = "application/fhir+xml";
const PATCH: &str = "application/json-patch+json";
const FLAGS: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument";

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(root().join("samples/fhir").join(name)).unwrap()
}

/// The answer as JSON says it; it has to be FHIR XML and sound.
fn said(reply: &Reply) -> Value {
    assert_eq!(reply.content_type, "application/fhir+xml; charset=UTF-8", "{}", reply.text());
    let json = fhir::format::json_of_xml(&reply.body).unwrap_or_else(|| panic!("{}", reply.text()));
    serde_json::from_str(&json).unwrap()
}

async fn get(world: &World, who: &str, path: &str) -> Reply {
    world.stage.fhir_get(path, Some(&world.token(who)), XML).await.unwrap()
}

async fn send(world: &World, who: &str, path: &str, body: impl Into<bytes::Bytes>) -> Reply {
    world.stage.fhir("POST", path, Some(&world.token(who)), Some(XML), body).await.unwrap()
}

async fn world() -> World {
    let world = World::new().await;
    world.stage.authorise(&world.patient("ondine"), &["hospital-doctor"]).await.unwrap();
    world
}

#[tokio::test]
async fn a_document_lives_its_life_in_xml() {
    let world = world().await;
    let reply = send(&world, "hospital", "", sample("iti65-hospital-report.xml")).await;
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.text());
    let receipt = said(&reply);
    assert_eq!(receipt["type"], "transaction-response");
    let again = send(&world, "hospital", "", sample("iti65-hospital-report.xml")).await;
    assert_eq!(said(&again), receipt);

    let number = world.patient("ondine").number().to_owned();
    let query = format!("patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C{number}&status=current");
    let found = said(&get(&world, "hospital-doctor", &format!("DocumentReference?{query}")).await);
    assert_eq!((&found["type"], &found["total"]), (&json!("searchset"), &json!(1)));
    let token = world.token("hospital-doctor");
    let form = format!("{query}&_format=xml");
    let content_type = Some("application/x-www-form-urlencoded");
    let posted = world
        .stage
        .fhir("POST", "DocumentReference/_search", Some(&token), content_type, form)
        .await
        .unwrap();
    assert_eq!(said(&posted)["entry"], found["entry"]);

    let id = found["entry"][0]["resource"]["id"].as_str().unwrap().to_owned();
    let read = get(&world, "hospital-doctor", &format!("DocumentReference/{id}")).await;
    assert_eq!(said(&read), found["entry"][0]["resource"]);
    assert_eq!(read.headers["etag"], "W/\"1\"");

    let document = std::fs::read(root().join("samples/cda/n1-hospital-report.xml")).unwrap();
    let bytes =
        world.stage.fhir_get(&format!("Binary/{id}"), Some(&token), "text/xml, */*;q=0.1").await.unwrap();
    assert_eq!(bytes.body, document);
    let binary = said(&get(&world, "hospital-doctor", &format!("Binary/{id}")).await);
    assert_eq!((&binary["resourceType"], &binary["id"]), (&json!("Binary"), &json!(id)));

    let mask = json!([{"op": "add", "path": "/securityLabel/-",
        "value": {"coding": [{"system": FLAGS, "code": "MASQUE_PS"}]}}]);
    let path = format!("DocumentReference/{id}?_format=xml");
    let holder = world.token("ondine");
    let masked =
        world.stage.fhir("PATCH", &path, Some(&holder), Some(PATCH), mask.to_string()).await.unwrap();
    assert_eq!(masked.status.as_u16(), 200, "{}", masked.text());
    let labels = said(&masked)["securityLabel"].to_string();
    assert!(labels.contains("MASQUE_PS"), "{labels}");

    let consent = fhir::format::xml_of_json(&sample("consent-block.json")).unwrap();
    let consent = consent.replace("255081416802538", &number);
    let made = send(&world, "ondine", "Consent", consent).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.text());
    let choices = said(&get(&world, "ondine", "Consent?status=active").await);
    assert_eq!(choices["entry"][0]["resource"]["resourceType"], "Consent");

    let journal = said(&get(&world, "ondine", "AuditEvent").await);
    assert!(journal["total"].as_u64().is_some_and(|total| total >= 4), "{journal}");
}

#[tokio::test]
async fn every_refusal_is_in_the_format_of_who_is_refused() {
    let world = world().await;
    let token = world.token("hospital-doctor");
    let outcome = |reply: &Reply, status: u16| {
        assert_eq!(reply.status.as_u16(), status, "{}", reply.text());
        assert_eq!(said(reply)["resourceType"], "OperationOutcome");
    };
    xml_schema::validate(&[sample("iti65-hospital-report.xml")]);
    outcome(&world.stage.fhir_get("Patient/x", None, XML).await.unwrap(), 401);
    outcome(&world.stage.fhir_get("Nonsense", Some(&token), XML).await.unwrap(), 404);
    outcome(&world.stage.fhir_get("Patient/x", Some(&token), XML).await.unwrap(), 404);
    outcome(&world.stage.fhir_get("Patient?_format=xml&nonsense=1", Some(&token), "*/*").await.unwrap(), 400);
    outcome(&send(&world, "hospital", "", "<Bundle").await, 400);
    outcome(
        &send(&world, "hospital", "", "<Bundle xmlns=\"http://hl7.org/fhir\"><foo/></Bundle>").await,
        422,
    );
    outcome(&send(&world, "hospital", "", vec![b' '; 40 << 20]).await, 413);
    let latin = Some("application/fhir+xml; charset=iso-8859-1");
    outcome(&world.stage.fhir("POST", "", Some(&token), latin, "<Bundle/>").await.unwrap(), 415);
    let html = world.stage.fhir_get("metadata?_format=html", None, XML).await.unwrap();
    assert_eq!(html.status.as_u16(), 406);
    assert_eq!(html.json()["resourceType"], "OperationOutcome");
    let metadata =
        said(&world.stage.fhir_get("metadata?_format=xml&_pretty=true", None, "*/*").await.unwrap());
    let whole = world.stage.fhir_get("metadata?_format=xml", None, "*/*").await.unwrap();
    xml_schema::validate(&[whole.body.to_vec()]);
    assert_eq!(metadata["format"], json!(["json", "application/fhir+json", "xml", XML]));
}

#[tokio::test]
async fn a_batch_in_xml_is_read_after_read_and_each_leaves_its_event() {
    let world = world().await;
    send(&world, "hospital", "", sample("iti65-hospital-report.xml")).await;
    let number = world.patient("ondine").number().to_owned();
    let entries: String = ["Patient/none", "metadata"]
        .into_iter()
        .map(str::to_owned)
        .chain([format!(
            "DocumentReference?patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C{number}&amp;status=current"
        )])
        .map(|url| format!("<entry><request><method value=\"GET\"/><url value=\"{url}\"/></request></entry>"))
        .collect();
    let batch = format!("<Bundle xmlns=\"http://hl7.org/fhir\"><type value=\"batch\"/>{entries}</Bundle>");
    let before = said(&get(&world, "ondine", "AuditEvent").await)["total"].as_u64().unwrap();
    let reply = send(&world, "hospital-doctor", "", batch).await;
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.text());
    let answer = said(&reply);
    let statuses: Vec<&str> = answer["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["response"]["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["404 Not Found", "200 OK", "200 OK"]);
    assert_eq!(answer["entry"][2]["resource"]["total"], 1);
    // Reading the journal is an event itself; the search of the batch is the other.
    let after = said(&get(&world, "ondine", "AuditEvent").await)["total"].as_u64().unwrap();
    assert_eq!(after, before + 2);
}
