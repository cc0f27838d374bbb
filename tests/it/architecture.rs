//! The shape of the workspace, kept by tests: who may depend on whom, who alone uses what, how long a file is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use passerelle_tests::root;

/// Crate, and our crates that it may depend on.
const MAY_USE: &[(&str, &[&str])] = &[
    ("gateway-model", &[]),
    ("passerelle-mappings", &["gateway-model"]),
    ("gateway-policy", &["gateway-model", "passerelle-mappings"]),
    ("gateway-xml", &["gateway-model"]),
    ("gateway-journey", &["gateway-model", "passerelle-mappings", "gateway-policy", "gateway-xml"]),
    (
        "gateway-fhir",
        &["gateway-model", "passerelle-mappings", "gateway-policy", "gateway-journey", "gateway-xml"],
    ),
    ("gateway-ihe", &["gateway-model", "passerelle-mappings", "gateway-journey", "gateway-xml"]),
    ("gateway-store", &["gateway-model", "gateway-policy", "gateway-journey"]),
];

/// Outside crate, and the crates of ours that alone may use it (the program and the tests aside).
const ALONE: &[(&str, &[&str])] = &[
    ("quick-xml", &["gateway-xml"]),
    ("fhirbolt-shared", &["gateway-fhir"]),
    ("sqlx", &["gateway-store"]),
    ("axum", &[]),
    ("rustls", &[]),
    ("jsonwebtoken", &[]),
    ("tokio", &["gateway-store"]),
    ("serde", &["passerelle-mappings", "gateway-fhir", "gateway-store"]),
];

#[test]
fn the_direction_of_dependencies_is_kept() {
    let used = dependencies();
    for (name, allowed) in MAY_USE {
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        let ours: BTreeSet<&str> =
            used[*name].iter().map(String::as_str).filter(|one| is_ours(one)).collect();
        let beyond: Vec<_> = ours.difference(&allowed).collect();
        assert!(beyond.is_empty(), "{name} may not depend on {beyond:?}");
    }
}

#[test]
fn outside_crates_stay_where_they_belong() {
    let used = dependencies();
    for (outside, allowed) in ALONE {
        for (name, dependencies) in &used {
            let free = matches!(name.as_str(), "passerelle" | "passerelle-tests")
                || allowed.contains(&name.as_str());
            assert!(free || !dependencies.contains(*outside), "{name} may not use {outside}");
        }
    }
}

#[test]
fn every_crate_of_the_workspace_is_in_the_table() {
    let known: BTreeSet<&str> =
        MAY_USE.iter().map(|(name, _)| *name).chain(["passerelle", "passerelle-tests"]).collect();
    for name in dependencies().keys() {
        assert!(known.contains(name.as_str()), "{name} is in no row of the dependency table");
    }
}

#[test]
fn no_source_file_is_longer_than_five_hundred_lines() {
    for file in sources(&root()) {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= 500, "{} has {lines} lines", file.display());
    }
}

#[test]
fn no_lint_is_allowed_away_and_nothing_is_left_to_do() {
    // The words are put together here so that this file does not find itself.
    let banned = [
        ["#[al", "low("].concat(),
        ["todo", "!("].concat(),
        ["unimple", "mented!("].concat(),
        ["dbg", "!("].concat(),
    ];
    for file in sources(&root()) {
        let text = std::fs::read_to_string(&file).unwrap();
        for word in &banned {
            assert!(!text.contains(word.as_str()), "{} holds {word}", file.display());
        }
    }
}

#[test]
fn the_top_level_is_what_the_card_fixes() {
    for folder in ["gateway", "mappings", "conformance", "samples", "migrations", "tests"] {
        assert!(root().join(folder).is_dir(), "{folder} is missing");
    }
    let folders =
        std::fs::read_dir(root()).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir());
    for folder in folders {
        let name = folder.file_name().into_string().unwrap();
        let known =
            ["gateway", "mappings", "conformance", "samples", "migrations", "tests", "docs", "target"];
        assert!(name.starts_with('.') || known.contains(&name.as_str()), "{name} does not belong at the top");
    }
}

fn is_ours(name: &str) -> bool {
    name.starts_with("gateway-") || name.starts_with("passerelle")
}

/// Each crate of the workspace with its normal dependencies.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| {
            let normal =
                package["dependencies"].as_array().unwrap().iter().filter(|one| one["kind"].is_null());
            let names = normal.map(|one| one["name"].as_str().unwrap().to_owned()).collect();
            (package["name"].as_str().unwrap().to_owned(), names)
        })
        .collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            found.extend(sources(&path));
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
    found
}
