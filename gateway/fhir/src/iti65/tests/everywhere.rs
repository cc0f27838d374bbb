//! Whatever stands wrong wherever: the reader does not panic, and every place that it tells resolves in what was sent.

use super::*;

/// JSON pointers to every value below.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, inner)| {
            let below = format!("{at}/{name}");
            pointers(inner, &below, found);
            found.push(below);
        }),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, inner)| {
            let below = format!("{at}/{index}");
            pointers(inner, &below, found);
            found.push(below);
        }),
        _ => {}
    }
}

fn without(mut bundle: Value, pointer: &str) -> Value {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match bundle.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.shift_remove(key);
        }
        Some(Value::Array(items)) => {
            items.remove(key.parse().expect("an index"));
        }
        _ => {}
    }
    bundle
}

fn every_place_resolves(bundle: &Value, tables: &Mappings, pointer: &str) {
    let told = structure::check(bundle);
    let told = if told.is_empty() {
        with(bundle, tables, true, |result| match result {
            Ok(submitted) => submitted.warnings,
            Err(findings) => findings,
        })
    } else {
        told
    };
    for finding in told {
        let place = finding.at.as_str();
        assert!(place.is_empty() || structure::tests::resolves(bundle, place), "{pointer}: {finding:?}");
    }
}

#[test]
fn every_place_resolves_whatever_is_left_out_or_replaced() {
    let tables = tables();
    let mut minimal = replacing();
    minimal["meta"]["profile"][0] =
        json!("https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.ProvideBundle");
    for bundle in [replacing(), minimal] {
        let mut all = Vec::new();
        pointers(&bundle, "", &mut all);
        assert!(all.len() > 200, "{}", all.len());
        for pointer in all {
            every_place_resolves(&without(bundle.clone(), &pointer), &tables, &pointer);
            for other in [json!("#x"), json!([{"text": "x"}])] {
                let mut changed = bundle.clone();
                if let Some(slot) = changed.pointer_mut(&pointer) {
                    *slot = other;
                }
                every_place_resolves(&changed, &tables, &pointer);
            }
        }
    }
}
