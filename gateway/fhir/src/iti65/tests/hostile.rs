//! Hostile JSON never panics, and never becomes a submission by accident.

use super::*;
use proptest::prelude::*;

/// Everything that a sound document is made of can be replaced by this.
fn poison() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!([])),
        Just(json!({})),
        Just(json!("")),
        Just(json!(" ")),
        Just(json!([null])),
        Just(json!([[{}]])),
        Just(json!(true)),
        Just(json!(-1)),
        Just(serde_json::from_str("1e400").expect("a number")),
        Just(serde_json::from_str("99999999999999999999999999").expect("a number")),
        Just(json!("urn:uuid:00000000-0000-4000-8000-000000000002")),
        Just(json!("#role")),
        Just(json!({"reference": "#role"})),
        Just(json!({"resourceType": "Bundle"})),
        Just(json!({"resourceType": "Patient", "contained": [{"resourceType": "Patient"}]})),
        "\\PC{0,12}".prop_map(|text| json!(text)),
    ]
}

fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let below = format!("{at}/{key}");
                pointers(value, &below, out);
                out.push(below);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                let below = format!("{at}/{index}");
                pointers(value, &below, out);
                out.push(below);
            }
        }
        _ => {}
    }
}

#[test]
fn no_mutation_panics_and_every_place_resolves() {
    let tables = tables();
    let sound = replacing();
    let mut places = Vec::new();
    pointers(&sound, "", &mut places);
    let strategy =
        proptest::collection::vec((any::<proptest::sample::Index>(), poison(), any::<bool>()), 1..4);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 1500,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let outcome = runner.run(&strategy, |mutations| {
        let mut bundle = sound.clone();
        for (index, value, add) in mutations {
            let place = index.get(&places);
            match (bundle.pointer_mut(place), add) {
                (Some(Value::Object(members)), true) => {
                    members.insert("extension".into(), value);
                }
                (Some(Value::Array(items)), true) => items.push(value),
                (Some(slot), _) => *slot = value,
                (None, _) => {}
            }
        }
        let text = bundle.to_string();
        let read_back = reader::read(text.as_bytes(), &Limits::default());
        let Ok(bundle) = read_back else { return Ok(()) };
        let findings = structure::check(&bundle);
        let findings = match findings.is_empty() {
            false => findings,
            true => with(&bundle, &tables, true, |result| match result {
                Ok(submitted) => Ok(submitted.warnings),
                Err(findings) if findings.iter().any(|f| f.severity == Severity::Error) => Ok(findings),
                Err(findings) => Err(TestCaseError::fail(format!("refused without an error: {findings:?}"))),
            })?,
        };
        for finding in findings {
            let at = finding.at.as_str();
            prop_assert!(
                at.is_empty() || structure::tests::resolves(&bundle, at),
                "{:?} in {}",
                finding,
                text
            );
        }
        Ok(())
    });
    outcome.expect("no panic");
}

#[test]
fn cut_and_flipped_bytes_never_panic() {
    let text = bundle().to_string();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 1500,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let outcome =
        runner.run(&(any::<proptest::sample::Index>(), any::<u8>(), any::<bool>()), |(index, byte, cut)| {
            let mut bytes = text.clone().into_bytes();
            let at = index.index(bytes.len());
            match cut {
                true => bytes.truncate(at),
                false => bytes[at] = byte,
            }
            if let Ok(bundle) = reader::read(&bytes, &Limits::default())
                && structure::check(&bundle).is_empty()
            {
                with(&bundle, &tables(), true, |result| drop(result));
            }
            Ok(())
        });
    outcome.expect("no panic");
}
