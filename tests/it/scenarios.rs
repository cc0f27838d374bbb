//! Plays `conformance/scenarios` against a gateway of its own, one store a scenario.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use model::Rule;
use passerelle_tests::root;
use serde::Deserialize;
use server::demo::calls::{Reply, SoapCaller};

use crate::world::World;
use crate::xml_schema;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    name: String,
    door: String,
    transaction: String,
    sample: Option<String>,
    request: Option<String>,
    #[serde(default)]
    parts: Vec<String>,
    caller: String,
    #[serde(default)]
    authorised: Vec<String>,
    #[serde(default)]
    after: Vec<String>,
    /// Configuration keys and their values.
    #[serde(default)]
    settings: BTreeMap<String, String>,
    expect_status: Expected,
    expect_rules: Vec<String>,
    expect_documents: Option<Vec<String>>,
    expect_objects: Option<Objects>,
}

/// How many objects of a registry an answer holds: sets and folders are packages.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Objects {
    documents: usize,
    packages: usize,
    associations: usize,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Expected {
    Http(u16),
    Outcome(String),
}

#[tokio::test]
async fn every_scenario_is_answered_as_it_says_and_a_refusal_leaves_nothing() {
    let folder = root().join("conformance/scenarios");
    let mut failures = Vec::new();
    let files = files(&folder);
    assert!(files.len() >= 25, "only {} scenarios", files.len());
    for file in files {
        let scenario = load(&file);
        if let Err(reason) = play(&scenario, Wire::Json).await {
            failures.push(format!("{} ({}): {reason}", file.display(), scenario.name));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[tokio::test]
async fn every_scenario_of_fhir_is_answered_alike_in_xml() {
    let files = files(&root().join("conformance/scenarios"));
    let scenarios = files.iter().map(|file| load(file)).filter(|it| it.door == "fhir" && has_an_xml_form(it));
    let scenarios: Vec<Scenario> = scenarios.collect();
    assert!(scenarios.len() >= 15, "only {} scenarios", scenarios.len());
    let (mut failures, mut written) = (Vec::new(), Vec::new());
    for scenario in scenarios {
        let (json, xml) = (play(&scenario, Wire::Json).await, play(&scenario, Wire::Xml).await);
        match (json, xml) {
            (Ok(json), Ok(xml)) if still(&json.json()) == still(&xml.json()) => {
                written.extend(fhir::format::xml_of_json(&xml.body).map(String::into_bytes));
            }
            (Ok(json), Ok(xml)) => {
                failures.push(format!("{}:\n{}\n{}", scenario.name, still(&json.json()), still(&xml.json())));
            }
            (_, Err(reason)) | (Err(reason), _) => failures.push(format!("{}: {reason}", scenario.name)),
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    xml_schema::validate(&written);
}

/// False for a sample that is wrong as JSON already: no XML says the same.
fn has_an_xml_form(scenario: &Scenario) -> bool {
    let Some(sample) = &scenario.sample else { return true };
    let sound =
        fhir::format::xml_of_json(&std::fs::read(root().join("samples").join(sample)).unwrap()).is_some();
    let of_syntax =
        |rule: &String| matches!(rule.as_str(), "message_is_readable" | "metadata_is_well_formed");
    assert!(sound || scenario.expect_rules.iter().all(of_syntax), "{}", scenario.name);
    sound
}

/// The format of FHIR on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wire {
    Json,
    Xml,
}

impl Wire {
    const fn media_type(self) -> &'static str {
        match self {
            Wire::Json => fhir::FHIR_JSON,
            Wire::Xml => fhir::FHIR_XML,
        }
    }
}

/// An answer without what no two stores have alike: whatever holds a UUID, and times.
fn still(value: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(text) => {
            let uuid = |part: &[u8]| {
                part.iter().enumerate().all(|(at, c)| match at {
                    8 | 13 | 18 | 23 => *c == b'-',
                    _ => c.is_ascii_hexdigit(),
                })
            };
            let time = text.len() >= 20 && text.ends_with('Z') && text.as_bytes()[10] == b'T';
            let varies = time || text.as_bytes().windows(36).any(uuid);
            Value::String(if varies { "…".to_owned() } else { text.clone() })
        }
        Value::Array(items) => Value::Array(items.iter().map(still).collect()),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), still(value))).collect())
        }
        other => other.clone(),
    }
}

/// Plays a scenario; an answer in XML is given as the JSON that says the same.
async fn play(scenario: &Scenario, wire: Wire) -> Result<Reply, String> {
    let settings = scenario.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut world = World::set(&settings.collect::<Vec<_>>()).await;
    let patient = world.patient("ondine");
    let authorised: Vec<&str> = scenario.authorised.iter().map(String::as_str).collect();
    world.stage.authorise(&patient, &authorised).await.unwrap();
    for before in &scenario.after {
        let before = load(&root().join("conformance/scenarios").join(format!("{before}.toml")));
        let reply = send(&mut world, &before, wire).await;
        check(&before, &reply).map_err(|reason| format!("before it, {}: {reason}", before.name))?;
    }
    let rows = world.rows().await;
    let reply = send(&mut world, scenario, wire).await;
    check(scenario, &reply)?;
    let writes = matches!(scenario.transaction.as_str(), "ITI-41" | "ITI-42" | "ITI-65" | "ITI-105");
    if (!scenario.expect_rules.is_empty() || !writes) && world.rows().await != rows {
        return Err("something was stored".into());
    }
    Ok(reply)
}

async fn send(world: &mut World, scenario: &Scenario, wire: Wire) -> Reply {
    let sample =
        scenario.sample.as_ref().map(|path| std::fs::read(root().join("samples").join(path)).unwrap());
    if scenario.door == "fhir" {
        let token = world.token(&scenario.caller);
        let reply = match (&scenario.request, sample) {
            (Some(request), _) => {
                let path = request.trim_start_matches("GET ").trim_start_matches('/');
                world.stage.fhir_get(path, Some(&token), wire.media_type()).await.unwrap()
            }
            (None, Some(body)) => {
                let body = match wire {
                    Wire::Json => body,
                    Wire::Xml => fhir::format::xml_of_json(&body).expect(&scenario.name).into_bytes(),
                };
                let path = if scenario.transaction == "ITI-105" { "DocumentReference" } else { "" };
                world.stage.fhir("POST", path, Some(&token), Some(wire.media_type()), body).await.unwrap()
            }
            (None, None) => panic!("{}: neither sample nor request", scenario.name),
        };
        if wire == Wire::Json || reply.body.is_empty() {
            return reply;
        }
        let json = fhir::format::json_of_xml(&reply.body).unwrap_or_else(|| panic!("{}", reply.text()));
        return Reply { body: json.into_bytes().into(), ..reply };
    }
    let parts: Vec<(String, Vec<u8>)> = scenario
        .parts
        .iter()
        .map(|part| {
            let stem = Path::new(part).file_stem().unwrap().to_string_lossy().into_owned();
            (
                format!("{stem}@samples.passerelle.example"),
                std::fs::read(root().join("samples").join(part)).unwrap(),
            )
        })
        .collect();
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(id, bytes)| (id.as_str(), bytes.as_slice())).collect();
    let envelope = String::from_utf8(sample.unwrap()).unwrap();
    let endpoint = match scenario.transaction.as_str() {
        "ITI-18" | "ITI-42" => "registry",
        "TD0.2" | "TD0.3" => "dmp",
        _ => "repository",
    };
    let caller = SoapCaller::new(&scenario.caller, &world.patient("ondine"));
    world.stage.soap(endpoint, &envelope, &parts, &caller).await.unwrap()
}

fn check(scenario: &Scenario, reply: &Reply) -> Result<(), String> {
    let text = reply.text();
    let status = match &scenario.expect_status {
        Expected::Http(status) => reply.status.as_u16() == *status,
        Expected::Outcome(word) if word == "Fault" => text.contains(":Fault>"),
        Expected::Outcome(word) if word.starts_with("DMP") => {
            text.contains(&format!("status>{word}<")) || text.contains(&format!("<code code=\"{word}\"/>"))
        }
        Expected::Outcome(word) if word == "NF" => text.contains("<queryResponseCode code=\"NF\"/>"),
        Expected::Outcome(word) => text.contains(&format!("ResponseStatusType:{word}")),
    };
    if !status {
        return Err(format!("{} {text}", reply.status));
    }
    let expected: BTreeSet<&str> = scenario.expect_rules.iter().map(String::as_str).collect();
    let told = rules(reply);
    let told: BTreeSet<&str> = told.iter().map(String::as_str).collect();
    if expected != told {
        return Err(format!("expected the rules {expected:?}, was told {told:?}: {text}"));
    }
    if let Some(documents) = &scenario.expect_documents {
        let known = [
            "2.999.2026.1.1.1",
            "2.999.2026.1.1.2",
            "2.999.2026.1.1.3",
            "2.999.2026.1.1.4",
            "2.999.2026.2.1.1",
        ];
        let shown: BTreeSet<&str> = known
            .into_iter()
            .filter(|id| text.contains(&format!("{id}\"")) || text.contains(&format!("{id}<")))
            .collect();
        let expected: BTreeSet<&str> = documents.iter().map(String::as_str).collect();
        if shown != expected {
            return Err(format!("expected the documents {expected:?}, was shown {shown:?}"));
        }
    }
    if let Some(objects) = &scenario.expect_objects {
        let count = |name: &str| text.matches(&format!("<rim:{name} ")).count();
        let shown = Objects {
            documents: count("ExtrinsicObject"),
            packages: count("RegistryPackage"),
            associations: count("Association"),
        };
        if shown != *objects {
            return Err(format!("expected {objects:?}, was shown {shown:?}: {text}"));
        }
    }
    Ok(())
}

/// The rules that an answer refuses by.
pub fn rules(reply: &Reply) -> Vec<String> {
    let json = reply.json();
    if let Some(issues) = json["issue"].as_array() {
        let errors = issues.iter().filter(|issue| issue["severity"] == "error");
        return errors
            .filter_map(|issue| issue["details"]["coding"][0]["code"].as_str().map(str::to_owned))
            .collect();
    }
    let text = reply.text();
    let names = text.split('[').skip(1).filter_map(|rest| rest.split(']').next());
    names.filter(|name| Rule::named(name).is_some()).map(str::to_owned).collect()
}

fn load(file: &Path) -> Scenario {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> =
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    all.sort();
    all
}
