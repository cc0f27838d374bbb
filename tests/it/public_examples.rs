//! The examples that the guides publish, sent unchanged: each is taken or refused as
//! `conformance/public-examples/expectations.toml` says, for the reasons that it names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use passerelle_tests::hall::{Answer, FhirAsk, Hall};
use passerelle_tests::root;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectations {
    example: Vec<Expected>,
}

/// One file: where it is sent, and what must be answered.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    file: String,
    /// Method and path below the base.
    to: String,
    status: u16,
    /// `rule` or `rule at the end of its expression`: each must be told as an error.
    #[serde(default)]
    errors: Vec<String>,
    /// The same for warnings.
    #[serde(default)]
    warnings: Vec<String>,
    why: String,
}

#[tokio::test]
async fn every_public_example_is_answered_as_expected_for_the_reasons_named() {
    let folder = root().join("../shared/testdata/fhir");
    if !folder.exists() {
        assert!(
            std::env::var_os("PASSERELLE_REQUIRE_SAMPLES").is_none(),
            "the public examples are required here"
        );
        eprintln!("SKIPPED: the public examples are not on this machine");
        return;
    }
    let table = root().join("conformance/public-examples/expectations.toml");
    let table: Expectations = toml::from_str(&std::fs::read_to_string(table).unwrap()).unwrap();
    let expected: BTreeMap<&str, &Expected> =
        table.example.iter().map(|row| (row.file.as_str(), row)).collect();
    assert_eq!(expected.len(), table.example.len(), "a file stands twice");
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let (mut failures, files) = (Vec::new(), examples(&folder));
    for file in expected.keys().filter(|file| !files.contains(**file)) {
        failures.push(format!("{file}: no such example"));
    }
    for file in &files {
        let Some(row) = expected.get(file.as_str()) else {
            failures.push(format!("{file}: no expectation"));
            continue;
        };
        let answer = send(&hall, &folder.join(file), &row.to).await;
        if let Some(reason) = differs(row, &answer) {
            failures.push(format!("{file}: {reason}"));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Every file but the manifest.
fn examples(folder: &Path) -> BTreeSet<String> {
    let folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = folders.filter(|path| path.is_dir()).flat_map(|path| std::fs::read_dir(path).unwrap());
    files
        .map(|file| {
            let path: PathBuf = file.unwrap().path();
            path.strip_prefix(folder).unwrap().display().to_string()
        })
        .collect()
}

async fn send(hall: &Hall, file: &Path, to: &str) -> Answer {
    let (method, path) = to.split_once(' ').unwrap_or((to, ""));
    let method = ["POST", "PUT"].into_iter().find(|known| *known == method).unwrap();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let xml = file.extension().is_some_and(|kind| kind == "xml");
    let ask = FhirAsk {
        method,
        content_type: Some(if xml { "application/fhir+xml" } else { "application/fhir+json" }),
        accept: Some("application/fhir+json"),
        body: std::fs::read(file).unwrap(),
        ..FhirAsk::get(path, query)
    };
    let caller = match path {
        "CareTeam" | "Subscription" => hall.holder("ondine"),
        _ => hall.structure("hospital"),
    };
    hall.fhir(&caller, &ask).await
}

fn differs(row: &Expected, answer: &Answer) -> Option<String> {
    let json = answer.json();
    let told = |severity: &str| -> Vec<String> {
        let issues = json["issue"].as_array().into_iter().flatten();
        issues.filter(|issue| issue["severity"] == severity).map(said).collect()
    };
    let (errors, warnings) = (told("error"), told("warning"));
    let missing = |expected: &[String], told: &[String]| {
        expected.iter().any(|line| !told.iter().any(|one| fits(line, one)))
    };
    let rules: BTreeSet<&str> = errors.iter().map(|line| rule(line)).collect();
    let named: BTreeSet<&str> = row.errors.iter().map(|line| rule(line)).collect();
    if answer.status == row.status
        && rules == named
        && !missing(&row.errors, &errors)
        && !missing(&row.warnings, &warnings)
        && row.why.len() > 20
    {
        return None;
    }
    Some(format!("{} with the errors {errors:#?} and the warnings {warnings:#?}", answer.status))
}

/// `rule at expression`.
fn said(issue: &Value) -> String {
    let rule = issue["details"]["coding"][0]["code"].as_str().unwrap_or("-");
    match issue["expression"][0].as_str() {
        Some(place) => format!("{rule} at {place}"),
        None => rule.to_owned(),
    }
}

fn rule(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

/// The rule is the same, and the place told ends like the place expected.
fn fits(expected: &str, told: &str) -> bool {
    match expected.split_once(" at ") {
        Some((rule, place)) => told.split_once(" at ").is_some_and(|(r, p)| r == rule && p.ends_with(place)),
        None => rule(told) == expected,
    }
}
