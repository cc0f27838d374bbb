use serde_json::json;

use super::*;

/// Follows a path made of names and indexes; choice elements by their stem.
pub(crate) fn resolves(resource: &Value, path: &str) -> bool {
    let mut at = resource;
    for (depth, step) in path.split('.').enumerate() {
        let (name, index) = match step.trim_matches('`').split_once('[') {
            Some((name, index)) => (name, index.trim_end_matches(']').parse::<usize>().ok()),
            None => (step.trim_matches('`'), None),
        };
        if depth > 0 {
            let found = at.as_object().and_then(|members| {
                members
                    .get(name)
                    .or_else(|| members.iter().find(|(key, _)| key.starts_with(name)).map(|(_, v)| v))
                    .or_else(|| members.get(&format!("_{name}")))
            });
            match found {
                Some(value) => at = value,
                None => return false,
            }
        }
        if let Some(index) = index {
            match at.get(index) {
                Some(value) => at = value,
                None => return false,
            }
        }
    }
    true
}

fn paths(value: &Value) -> Vec<String> {
    let findings = check(value);
    for finding in &findings {
        assert!(finding.at == Location::Whole || resolves(value, finding.at.as_str()), "{finding:?}");
    }
    findings.into_iter().map(|finding| finding.at.as_str().to_owned()).collect()
}

#[test]
fn a_good_resource_has_no_finding() {
    let patient = json!({
        "resourceType": "Patient", "id": "p", "meta": {"profile": ["http://x/y"]},
        "text": {"status": "generated", "div": "<div>x</div>"},
        "extension": [{"url": "u", "valueString": "x"}],
        "name": [{"family": "D", "given": ["A", null], "_given": [null, {"extension": [{"url": "u", "valueCode": "NI"}]}]}],
        "birthDate": "1980-01", "_birthDate": {"id": "x"},
        "contained": [{"resourceType": "Organization", "id": "o", "name": "x"}]
    });
    assert_eq!(paths(&patient), Vec::<String>::new());
}

#[test]
fn each_wrong_shape_is_told_at_its_place() {
    for (resource, at) in [
        (json!({"resourceType": "Patient", "name": {"family": "x"}}), "Patient.name"),
        (json!({"resourceType": "Patient", "name": []}), "Patient.name"),
        (json!({"resourceType": "Patient", "name": [{}]}), "Patient.name[0]"),
        (json!({"resourceType": "Patient", "name": ["x"]}), "Patient.name[0]"),
        (json!({"resourceType": "Patient", "name": [null]}), "Patient.name[0]"),
        (json!({"resourceType": "Patient", "name": null}), "Patient.name"),
        (json!({"resourceType": "Patient", "foo": 1}), "Patient"),
        (json!({"resourceType": "Patient", "_name": [{"id": "x"}]}), "Patient"),
        (json!({"resourceType": "Patient", "gender": ""}), "Patient.gender"),
        (json!({"resourceType": "Patient", "gender": null}), "Patient.gender"),
        (json!({"resourceType": "Patient", "gender": ["male"]}), "Patient.gender"),
        (json!({"resourceType": "Patient", "birthDate": "31/12/1970"}), "Patient.birthDate"),
        (json!({"resourceType": "Patient", "active": "true"}), "Patient.active"),
        (json!({"resourceType": "Patient", "_active": {"valueString": "x"}}), "Patient.active"),
        (json!({"resourceType": "Patient", "_active": "x"}), "Patient.active"),
        (json!({"resourceType": "Patient", "_active": {"value": "x"}}), "Patient.active"),
        (
            json!({"resourceType": "Patient", "text": {"status": "empty", "div": "<div/>", "_div": {"id": "x"}}}),
            "Patient.text",
        ),
        (json!({"resourceType": "Patient", "deceasedBoolean": true, "deceasedDateTime": "2020"}), "Patient"),
        (json!({"resourceType": "Patient", "name": [{"given": ["A", null]}]}), "Patient.name[0].given[1]"),
        (json!({"resourceType": "Patient", "name": [{"given": "A"}]}), "Patient.name[0].given"),
        (
            json!({"resourceType": "Patient", "extension": [{"url": "u", "valueUuid": "x"}]}),
            "Patient.extension[0].value",
        ),
        (json!({"resourceType": "Patient", "contained": [{"id": "x"}]}), "Patient.contained[0]"),
        (json!({"resourceType": "Patient", "id": "a b"}), "Patient.id"),
        (
            json!({"resourceType": "Patient", "text": {"status": "generated", "div": ""}}),
            "Patient.text.`div`",
        ),
        (json!({"resourceType": "Nonsense"}), ""),
        (json!({"resourceType": 5}), ""),
        (json!({"id": "x"}), ""),
        (json!([]), ""),
        (json!("x"), ""),
    ] {
        assert_eq!(paths(&resource), vec![at.to_owned()], "{resource}");
    }
}

#[test]
fn a_bundle_is_walked_to_its_leaves() {
    let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": [
        {"resource": {"resourceType": "DocumentReference", "status": "current", "content": [
            {"attachment": {"size": 99_999_999_999_u64, "hash": "A===", "contentType": "text/xml"}}]}},
        {"resource": {"resourceType": "Parameters", "parameter": [{"name": "a", "part": [{"name": "b", "valueCode": " x"}]}]}},
    ]});
    assert_eq!(
        paths(&bundle),
        [
            "Bundle.entry[0].resource.content[0].attachment.size",
            "Bundle.entry[0].resource.content[0].attachment.hash",
            "Bundle.entry[1].resource.parameter[0].part[0].value",
        ]
    );
}

#[test]
fn the_number_of_findings_is_bounded() {
    let many: Vec<Value> = (0..500).map(|_| json!({})).collect();
    assert_eq!(check(&json!({"resourceType": "Patient", "name": many})).len(), MOST);
    let names = vec![json!({"family": "x"}); 1001];
    assert_eq!(paths(&json!({"resourceType": "Patient", "name": names})), ["Patient.name"]);
    let given = vec![json!("x"); 1001];
    assert_eq!(
        paths(&json!({"resourceType": "Patient", "name": [{"given": given}]})),
        ["Patient.name[0].given"]
    );
}
