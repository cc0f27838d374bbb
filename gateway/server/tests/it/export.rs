//! Everything about one person, by the command line and through the door.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::program::run;
use crate::support::{Served, prepared};
use passerelle_tests::Made;
use serde_json::{Value, json};
use server::demo::script::search_path;
use server::demo::stage::Stage;

const FLAGS: &str = "urn:oid:1.2.250.1.213.1.1.4.13";

/// Deposits a document of Ondine's by a gateway of its own; the logicalID, if she or her GP sees it.
pub async fn deposited(folder: &Path, stage: &Stage, number: u64, flag: Option<&str>) -> String {
    let gateway = Served::start(folder, "info");
    let hospital = stage.token(&stage.claims("hospital").unwrap()).unwrap();
    let mut bundle: Value = serde_json::from_str(&Made::new(40, number).bundle).unwrap();
    for entry in bundle["entry"].as_array_mut().unwrap() {
        if let (Some(flag), true) = (flag, entry["resource"]["resourceType"] == "DocumentReference") {
            let label = json!({"coding": [{"system": FLAGS, "code": flag}]});
            entry["resource"]["securityLabel"].as_array_mut().unwrap().push(label);
        }
    }
    let reply = stage.fhir_post("", Some(&hospital), bundle.to_string()).await.unwrap();
    assert!(reply.status.is_success(), "{}", reply.text());
    let gp = stage.token(&stage.claims("gp").unwrap()).unwrap();
    let path = search_path(stage.cast.patient("ondine").unwrap());
    let page = stage.fhir_get(&path, Some(&gp), "*/*").await.unwrap().json();
    let wanted = format!("urn:oid:{}", Made::new(40, number).unique_id);
    let entries = page["entry"].as_array().unwrap();
    let own = entries.iter().find(|entry| entry["resource"]["masterIdentifier"]["value"] == wanted.as_str());
    let id = own.map(|entry| entry["resource"]["id"].as_str().unwrap().to_owned()).unwrap_or_default();
    assert!(gateway.terminate().0.success());
    id
}

fn read(folder: &Path, file: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join(file)).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_of_a_closed_record_holds_what_the_holder_may_see_byte_for_byte_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let stage = prepared(folder.path()).await;
    let shown = deposited(folder.path(), &stage, 1, None).await;
    let unannounced = deposited(folder.path(), &stage, 2, Some("INVISIBLE_PATIENT")).await;
    let ins = format!("{}\n", stage.cast.patient("ondine").unwrap().to_cx());
    let record = |action: &[&str]| {
        run(folder.path(), &[&["record", "--config", "passerelle.toml"], action].concat(), &ins)
    };
    assert_eq!(record(&["close"]).0, 0);
    let (code, said) = record(&["export", "--to", "out"]);
    assert!(code == 0 && said.starts_with("1 documents"), "{said}");
    let out = folder.path().join("out");
    let files: Vec<_> = std::fs::read_dir(out.join("documents")).unwrap().map(Result::unwrap).collect();
    assert_eq!(files.len(), 1);
    let name = format!("documents/{shown}.xml");
    assert_eq!(std::fs::read(out.join(&name)).unwrap(), Made::new(40, 1).bytes);
    let bundle = read(&out, "bundle.json");
    assert_eq!(bundle["type"], "collection");
    assert_eq!(bundle["entry"][0]["resource"]["resourceType"], "Patient");
    assert_eq!(bundle["entry"][1]["resource"]["content"][0]["attachment"]["url"], name.as_str());
    assert_eq!(read(&out, "rights.json")["standing"], "closed");
    assert!(read(&out, "history.json").as_array().unwrap().iter().any(|line| line["act"] == "deposit"));
    for file in ["bundle.json", "rights.json", "history.json", name.as_str(), "documents", ""] {
        let path = out.join(file);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{file} is private");
        if path.is_file() {
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(!text.contains(&unannounced), "{file} tells of what is not announced");
        }
    }
    let (code, said) = record(&["export", "--to", "out"]);
    assert!(code == 1 && said.contains("out"), "a folder is never overwritten: {said}");
    assert_eq!(record(&["erase"]).0, 2);
    assert_eq!(record(&["erase", "--confirm"]).0, 0);
    assert_eq!(record(&["export", "--to", "gone"]).0, 1);
    assert!(!folder.path().join("gone").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_holder_exports_through_the_door_and_a_large_export_names_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let stage = prepared(folder.path()).await;
    let shown = deposited(folder.path(), &stage, 1, None).await;
    deposited(folder.path(), &stage, 2, Some("INVISIBLE_PATIENT")).await;
    let gateway = Served::start(folder.path(), "info");
    let patient = stage.cast.patient("ondine").unwrap();
    let identifier = format!("Patient?identifier=urn:oid:{}%7C{}", patient.domain().oid(), patient.number());
    let holder = stage.token(&stage.claims("ondine").unwrap()).unwrap();
    let found = stage.fhir_get(&identifier, Some(&holder), "*/*").await.unwrap().json();
    let id = found["entry"][0]["resource"]["id"].as_str().unwrap().to_owned();
    let path = format!("Patient/{id}/$export");
    let reply = stage.fhir_get(&path, Some(&holder), "application/fhir+json").await.unwrap();
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.text());
    let kinds: Vec<Value> = reply.json()["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["resource"]["resourceType"].clone())
        .collect();
    assert_eq!(kinds, ["Patient", "DocumentReference", "Binary"]);
    assert_eq!(reply.json()["entry"][2]["resource"]["id"], shown.as_str());
    for (who, scope, status) in [
        ("gp", "export", 403),
        ("gp", "ITI-67", 403),
        ("basile", "patient", 404),
        ("hospital", "export", 403),
    ] {
        let claims = server::pki::TokenClaims { scope: scope.to_owned(), ..stage.claims(who).unwrap() };
        let token = stage.token(&claims).unwrap();
        let reply = stage.fhir_get(&path, Some(&token), "*/*").await.unwrap();
        assert_eq!(reply.status.as_u16(), status, "{who}: {}", reply.text());
    }
    assert!(gateway.terminate().0.success());

    let file = folder.path().join("passerelle.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text + "\n[limits]\nmessage_bytes = 1024\n").unwrap();
    let gateway = Served::start(folder.path(), "info");
    let reply = stage.fhir_get_in("en", &path, Some(&holder)).await.unwrap();
    assert_eq!(reply.status.as_u16(), 413, "{}", reply.text());
    assert!(reply.text().contains("passerelle record export"), "{}", reply.text());
    assert!(gateway.terminate().0.success());
}
