//! Nothing that can stand in an element panics, and every place that is told resolves.

use super::*;

fn poisons() -> Vec<Value> {
    vec![
        Value::Null,
        json!([]),
        json!({}),
        json!([null]),
        json!([{}]),
        json!(""),
        json!(" "),
        json!(true),
        json!(-1),
        json!("#me"),
        json!({"reference": "#me"}),
        json!([{"reference": "#me"}]),
        json!({"value": "urn:oid:1.2.3"}),
        json!({"resourceType": "Patient"}),
        json!([{"coding": [{"system": "urn:oid:1.2", "code": "x"}]}]),
    ]
}

fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (format!("{at}/{key}"), value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, value)| (format!("{at}/{index}"), value)).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (pointer, value) in below {
        pointers(value, &pointer, out);
        out.push(pointer);
    }
}

#[test]
fn no_mutation_panics_and_every_place_resolves() {
    for (sound, caller) in [(document(), professional("899900000019")), (wishes(), holder())] {
        let mut places = Vec::new();
        pointers(&sound, "", &mut places);
        for pointer in &places {
            for poison in poisons() {
                let mut resource = sound.clone();
                if let Some(at) = resource.pointer_mut(pointer) {
                    *at = poison;
                }
                let findings = structure::check(&resource);
                let findings =
                    match findings.is_empty() && Element::root(&resource).kind() == "DocumentReference" {
                        true => with(&resource, &caller, |result| result.err().unwrap_or_default()),
                        false => findings,
                    };
                for finding in &findings {
                    let place = finding.at.as_str();
                    let known = place.is_empty() || structure::tests::resolves(&resource, place);
                    assert!(known, "{pointer}: {finding:?} in {resource}");
                }
            }
        }
    }
}
