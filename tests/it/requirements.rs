//! `conformance/requirements`: every rule and every statement stands there once, and what is said to prove it exists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

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
        all_exist(&sources, name, &requirement.proved_by);
        for scenario in &requirement.scenarios {
            let file = root().join("conformance/scenarios").join(format!("{scenario}.toml"));
            assert!(file.exists(), "{name}: no scenario {scenario}");
        }
    }
}

#[test]
fn every_statement_stands_once_and_those_of_the_core_are_proved() {
    let sources = all_sources(&root());
    let statements = statements();
    let numbers: Vec<u8> = statements.iter().map(|statement| statement.number).collect();
    assert_eq!(numbers, (1..=59).collect::<Vec<u8>>());
    for Statement { number, scope, says, proved_by, waits } in statements {
        let name = format!("statement {number} ({scope}: {says})");
        assert!(scope.split('/').all(|scope| ["C", "A", "O", "X"].contains(&scope)), "{name}");
        assert!(!says.is_empty(), "{name}");
        if scope.split('/').any(|scope| scope == "C") {
            assert!(!proved_by.is_empty() && waits.is_none(), "nothing proves {name}");
        } else if scope != "X" {
            assert!(!proved_by.is_empty() || waits.is_some(), "{name} neither proved nor said to wait");
        }
        all_exist(&sources, &name, &proved_by);
    }
}

/// Every named test is in the file that its proof names.
fn all_exist(sources: &BTreeMap<PathBuf, String>, name: &str, proofs: &[String]) {
    for proof in proofs {
        let (file, test) = proof.split_once("::").unwrap();
        let source = sources.get(&root().join(file));
        let source = source.unwrap_or_else(|| panic!("{name}: {file} does not exist"));
        let test = test.rsplit("::").next().unwrap_or_default();
        assert!(source.contains(&format!("fn {test}(")), "{name}: no test {test} in {file}");
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

#[derive(Debug, Deserialize)]
struct Statements {
    statement: Vec<Statement>,
}

/// One row of what users are promised.
#[derive(Debug, Deserialize)]
struct Statement {
    number: u8,
    scope: String,
    says: String,
    proved_by: Vec<String>,
    waits: Option<String>,
}

fn statements() -> Vec<Statement> {
    let text = std::fs::read_to_string(root().join("conformance/requirements/statements.toml")).unwrap();
    toml::from_str::<Statements>(&text).unwrap().statement
}

fn requirements() -> Vec<Requirement> {
    let text = std::fs::read_to_string(root().join("conformance/requirements/decision-order.toml")).unwrap();
    toml::from_str::<Requirements>(&text).unwrap().rule
}

/// Every Rust source of the project.
fn all_sources(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut sources = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            sources.extend(all_sources(&path));
        } else if name.ends_with(".rs") {
            sources.insert(path.clone(), std::fs::read_to_string(&path).unwrap());
        }
    }
    sources
}
