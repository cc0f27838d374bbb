//! `conformance/requirements`: every rule stands there once, and what is said to prove it exists.

use std::collections::BTreeSet;
use std::path::Path;

use model::Rule;
use passerelle_tests::root;
use serde::Deserialize;

#[test]
fn every_rule_stands_once_in_the_requirements() {
    let listed: Vec<String> = requirements().into_iter().map(|requirement| requirement.name).collect();
    let expected: Vec<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    let (listed_set, expected_set): (BTreeSet<&str>, BTreeSet<&str>) =
        (listed.iter().map(String::as_str).collect(), expected.iter().copied().collect());
    assert_eq!(listed_set, expected_set);
    assert_eq!(listed.len(), expected.len(), "a rule stands twice");
}

#[test]
fn every_rule_is_proved_and_every_named_proof_exists() {
    let sources = all_sources(&root());
    for requirement in requirements() {
        let name = &requirement.name;
        assert!(
            !requirement.proved_by.is_empty() || !requirement.scenarios.is_empty(),
            "nothing proves {name}"
        );
        for proof in &requirement.proved_by {
            let (file, test) = proof.split_once("::").unwrap();
            assert!(root().join(file).exists(), "{name}: {file} does not exist");
            let test = test.rsplit("::").next().unwrap_or_default();
            assert!(sources.contains(&format!("fn {test}(")), "{name}: no test {test}");
        }
        for scenario in &requirement.scenarios {
            let file = root().join("conformance/scenarios").join(format!("{scenario}.toml"));
            assert!(file.exists(), "{name}: no scenario {scenario}");
        }
    }
}

#[derive(Debug, Deserialize)]
struct Requirements {
    rule: Vec<Requirement>,
}

#[derive(Debug, Deserialize)]
struct Requirement {
    name: String,
    proved_by: Vec<String>,
    #[serde(default)]
    scenarios: Vec<String>,
}

fn requirements() -> Vec<Requirement> {
    let text = std::fs::read_to_string(root().join("conformance/requirements/decision-order.toml")).unwrap();
    toml::from_str::<Requirements>(&text).unwrap().rule
}

fn all_sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            text.push_str(&all_sources(&path));
        } else if name.ends_with(".rs") {
            text.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
    text
}
