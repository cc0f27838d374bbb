//! The matrix in force is published for anyone: no token, nothing of a record, readable without a script.

use std::fs;

use bytes::Bytes;
use http::{HeaderMap, Request, header};
use passerelle_tests::root;
use tempfile::TempDir;

use crate::scenarios::rules;
use crate::world::World;

/// The page, its status and its headers.
async fn page(world: &World, path: &str) -> (u16, HeaderMap, String) {
    let request = Request::get(path).header(header::HOST, "localhost").body(Bytes::new()).unwrap();
    let (head, body) = world.stage.client.send(request, None).await.unwrap().into_parts();
    (head.status.as_u16(), head.headers, String::from_utf8(body.to_vec()).unwrap())
}

/// The default matrix as versions `(name, effective)`; the last reads `G15/10,11369-6` as denied.
fn folder(versions: &[(&str, &str)]) -> TempDir {
    let matrix = fs::read_to_string(root().join("mappings/habilitation/matrix.csv")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("habilitation")).unwrap();
    for (number, (name, effective)) in versions.iter().enumerate() {
        let last = number + 1 == versions.len();
        let lines = matrix.lines().map(|line| match line.split_once(": ") {
            Some(("# version", _)) => format!("# version: {name}\n"),
            Some(("# effective", _)) => format!("# effective: {effective}\n"),
            _ if last && line.starts_with("G15/10,11369-6,") => {
                format!("{}\n", line.replacen("allow", "deny", 1))
            }
            _ => format!("{line}\n"),
        });
        let name = if number == 0 { "matrix.csv".into() } else { format!("matrix.{number}.csv") };
        fs::write(folder.path().join("habilitation").join(name), lines.collect::<String>()).unwrap();
    }
    folder
}

async fn world_of(folder: &TempDir) -> World {
    let path = format!("'{}'", folder.path().display());
    World::with(&[("MAPPINGS", &path)]).await
}

/// The value of a parameter of the operation's answer.
fn told<'a>(answer: &'a serde_json::Value, name: &str) -> &'a serde_json::Value {
    let all = answer["parameter"].as_array().unwrap();
    let found = all.iter().find(|one| one["name"] == name).unwrap();
    found.as_object().unwrap().iter().find(|(key, _)| key.starts_with("value")).unwrap().1
}

#[tokio::test]
async fn the_operation_tells_anyone_the_matrix_in_force() {
    let world = World::bare().await;
    let reply = world.stage.fhir_get("$habilitation-matrix", None, "application/fhir+json").await.unwrap();
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.text());
    let answer = reply.json();
    assert_eq!(answer["resourceType"], "Parameters");
    assert_eq!(told(&answer, "version"), "default-1");
    assert_eq!(told(&answer, "effective"), "2026-07-06T00:00:00+02:00");
    assert_eq!(told(&answer, "official"), false);
    let metadata = world.stage.fhir_get("metadata", None, "*/*").await.unwrap().json();
    assert_eq!(metadata["rest"][0]["operation"][0]["name"], "habilitation-matrix");
}

#[tokio::test]
async fn the_operation_refuses_what_is_no_instant_and_what_it_does_not_answer() {
    let world = World::bare().await;
    for query in ["at=tomorrow", "at=2027-01-01", "when=now"] {
        let path = format!("$habilitation-matrix?{query}");
        let reply = world.stage.fhir_get(&path, None, "*/*").await.unwrap();
        assert_eq!(reply.status.as_u16(), 400, "{query}: {}", reply.text());
        assert_eq!(rules(&reply), ["query_is_complete"], "{query}");
    }
    let reply = world.stage.fhir_get("$habilitation-matrix", None, "text/html").await.unwrap();
    assert_eq!(reply.status.as_u16(), 406);
    let reply = world.stage.fhir_post("$habilitation-matrix", None, "{}").await.unwrap();
    assert_eq!(reply.status.as_u16(), 405);
}

#[tokio::test]
async fn a_version_to_come_is_known_and_told_for_its_time_and_changes_nothing_now() {
    let folder = folder(&[("now", "2020-01-01T00:00:00Z"), ("later", "2999-01-01T00:00:00Z")]);
    let world = world_of(&folder).await;
    let version = async |query: &str| {
        let path = format!("$habilitation-matrix{query}");
        let reply = world.stage.fhir_get(&path, None, "*/*").await.unwrap();
        told(&reply.json(), "version").as_str().unwrap().to_owned()
    };
    assert_eq!(version("").await, "now");
    assert_eq!(version("?at=2998-12-31T23:59:59.999999Z").await, "now");
    assert_eq!(version("?at=2999-01-01T01:00:00%2B01:00").await, "later");
    let (_, _, html) = page(&world, "/matrix").await;
    assert!(html.contains("<title>Matrice d'habilitation — now</title>"));
    assert!(html.contains("Version later, en vigueur à partir du"));
}

/// How many vaccination histories a GP finds after one was deposited.
async fn vaccination_histories(world: &World) -> usize {
    let reply = world.deposit("hospital", server::demo::samples::ITI65_TWO).await;
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.text());
    let patient = world.patient("ondine");
    let list = server::demo::script::fhir_list(&world.stage, &world.token("gp"), &patient).await.unwrap();
    let list = list.json();
    let entries = list["entry"].as_array().map_or(&[][..], Vec::as_slice);
    entries.iter().filter(|entry| entry["resource"]["type"]["coding"][0]["code"] == "11369-6").count()
}

#[tokio::test]
async fn the_version_that_holds_by_the_clock_of_the_gateway_decides() {
    let to_come = folder(&[("now", "2020-01-01T00:00:00Z"), ("later", "2999-01-01T00:00:00Z")]);
    assert_eq!(vaccination_histories(&world_of(&to_come).await).await, 1);
    let in_force = folder(&[("before", "2020-01-01T00:00:00Z"), ("now", "2021-01-01T00:00:00Z")]);
    assert_eq!(vaccination_histories(&world_of(&in_force).await).await, 0);
}

#[tokio::test]
async fn the_page_is_readable_by_anyone_without_a_script() {
    let world = World::bare().await;
    let (status, headers, html) = page(&world, "/matrix").await;
    assert_eq!(status, 200);
    assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{policy}");
    for held in
        ["<html lang=\"fr\">", "<caption", "ce n'est pas la matrice officielle", "default-1", "06/07/2026"]
    {
        assert!(html.to_lowercase().contains(held), "{held}");
    }
    for banned in ["<script", "style=", "onclick", "http://", "https://"] {
        assert!(!html.contains(banned), "{banned}");
    }
    let mappings = mappings::Mappings::embedded().unwrap();
    let matrix = mappings.habilitation_at(model::Moment(0));
    let (rows, columns) = (matrix.types().count(), matrix.professions().count());
    assert_eq!(html.matches("<th scope=\"row\"").count(), rows);
    assert_eq!(html.matches("<th scope=\"col\"").count(), columns + 1);
    assert_eq!(html.matches("<td ").count(), rows * columns);
    let style = page(&world, "/matrix.css").await;
    assert_eq!((style.0, style.1["content-type"].to_str().unwrap()), (200, "text/css; charset=utf-8"));
    assert_eq!(page(&world, "/matrix").await.2, html);
}

#[tokio::test]
async fn the_page_speaks_english_when_asked() {
    let world = World::bare().await;
    let (_, headers, html) = page(&world, "/matrix?lang=en").await;
    assert_eq!(headers["content-language"], "en");
    assert!(html.contains("<html lang=\"en\">") && html.contains("It is not the official matrix."));
    assert!(html.contains("<th scope=\"row\" lang=\"fr\">"), "the labels stay French and say so");
}

#[tokio::test]
async fn what_an_operator_writes_is_text_on_the_page_and_never_markup() {
    let folder = folder(&[("<b>&\"'</b>", "2020-01-01T00:00:00Z")]);
    let world = world_of(&folder).await;
    let (_, _, html) = page(&world, "/matrix").await;
    assert!(html.contains("&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;"));
    assert!(!html.contains("<b>"));
}
