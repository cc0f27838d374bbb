//! The public examples that are published in both formats say the same here.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::*;
use crate::Limits;
use crate::codec::{json, structure};

fn pairs(folder: &Path, found: &mut Vec<(PathBuf, PathBuf)>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            pairs(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "xml") {
            let json = path.with_extension("json");
            if json.exists() {
                found.push((path, json));
            }
        }
    }
}

#[test]
fn published_pairs_agree() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/testdata/fhir");
    if !samples.exists() {
        assert!(std::env::var_os("PASSERELLE_REQUIRE_SAMPLES").is_none(), "the samples are absent");
        eprintln!("SKIPPED: the samples are absent");
        return;
    }
    let mut found = Vec::new();
    pairs(&samples, &mut found);
    assert!(found.len() >= 5, "{}", found.len());
    for (xml, json) in found {
        let bytes = std::fs::read(&xml).expect("a file");
        let tree = read(&bytes, &Limits::default())
            .unwrap_or_else(|finding| panic!("{}: {finding:?}", xml.display()));
        let other = json::read(&std::fs::read(&json).expect("a file"), &Limits::default()).expect("JSON");
        assert_eq!(plain(&tree.value), plain(&other), "{}", xml.display());
        let findings = structure::check(&tree.value);
        assert_eq!(tree.findings, [], "{}", xml.display());
        assert_eq!(findings, structure::check(&other), "{}", xml.display());
    }
}

/// Without narratives: publishers make them for one of the two.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, value)| *name != "text" || !value.is_object());
            Value::Object(kept.map(|(name, value)| (name.clone(), plain(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(plain).collect()),
        other => other.clone(),
    }
}
