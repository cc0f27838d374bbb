//! FHIRPath Patch.

use super::*;

fn part(name: &str, form: &str, value: Value) -> Value {
    json!({"name": name, form: value})
}

fn operation(kind: &str, path: &str, more: Vec<Value>) -> Value {
    let mut parts = vec![part("type", "valueCode", json!(kind)), part("path", "valueString", json!(path))];
    parts.extend(more);
    json!({"name": "operation", "part": parts})
}

fn patched_by(document: &Value, operations: Vec<Value>) -> Result<Changes, Refused> {
    let parameters = json!({"resourceType": "Parameters", "parameter": operations});
    assert_eq!(structure::check(&parameters), [], "{parameters}");
    let result = read(document, &Patch::FhirPath(parameters), &TABLES.systems, false);
    for finding in result.as_ref().err().into_iter().flat_map(|refused| &refused.findings) {
        let place = finding.at.as_str();
        assert!(place.is_empty() || structure::tests::resolves(document, place), "{finding:?}");
    }
    result
}

fn mask(form: Value) -> Value {
    let mut value = form;
    value["name"] = json!("value");
    operation("add", "DocumentReference", vec![part("name", "valueString", json!("securityLabel")), value])
}

#[test]
fn masking_adds_a_label_whole_or_part_by_part() {
    let whole = json!({"valueCodeableConcept": label(FLAGS, "MASQUE_PS")});
    let parts = json!({"part": [{"name": "coding", "part": [
        {"name": "system", "valueUri": FLAGS}, {"name": "code", "valueCode": "MASQUE_PS"},
    ]}]});
    for form in [whole, parts] {
        let changes = patched_by(&document(&[], None), vec![mask(form)]).expect("a patch");
        assert_eq!(changes.add, [VisibilityFlag::MasquePs]);
    }
}

#[test]
fn a_flag_named_by_where_goes_and_by_index_does_not() {
    let masked = document(&[VisibilityFlag::InvisiblePatient, VisibilityFlag::MasquePs], None);
    let path = "DocumentReference.securityLabel.where(coding.code='MASQUE_PS')";
    let changes = patched_by(&masked, vec![operation("delete", path, vec![])]).expect("a patch");
    assert_eq!((changes.remove, changes.add), (vec![VisibilityFlag::MasquePs], vec![]));
    let refused =
        patched_by(&masked, vec![operation("delete", "DocumentReference.securityLabel[2]", vec![])]);
    assert_eq!(
        refused.expect_err("not named").findings.first().map(|f| f.rule),
        Some(Rule::PatchIsWithinBounds)
    );
    // Nothing to take away is nothing to do (FHIR R4 §3.1.0.9.3).
    let none = patched_by(&document(&[], None), vec![operation("delete", path, vec![])]);
    assert_eq!(none, Ok(Changes::default()));
}

#[test]
fn archiving_replaces_the_extension_or_adds_it_part_by_part() {
    let path = format!("DocumentReference.extension('{IS_ARCHIVED}').value");
    let value = part("value", "valueBoolean", json!(true));
    let there = patched_by(&document(&[], Some(false)), vec![operation("replace", &path, vec![value])]);
    assert_eq!(there.expect("a patch").archive, Some(true));
    for name in ["value[x]", "value", "valueBoolean"] {
        let parts = json!({"name": "value", "part": [
            {"name": "url", "valueUri": IS_ARCHIVED}, {"name": name, "valueBoolean": true},
        ]});
        let add = operation(
            "add",
            "DocumentReference",
            vec![part("name", "valueString", json!("extension")), parts],
        );
        let changes = patched_by(&document(&[], None), vec![add]).expect(name);
        assert_eq!(changes.archive, Some(true), "{name}");
    }
}

#[test]
fn operations_see_what_those_before_them_did() {
    let path = "DocumentReference.securityLabel.where(coding.code='MASQUE_PS')";
    let add = mask(json!({"valueCodeableConcept": label(FLAGS, "MASQUE_PS")}));
    let changes = patched_by(&document(&[], None), vec![add, operation("delete", path, vec![])]);
    assert_eq!(changes, Ok(Changes::default()));
}

#[test]
fn unpublishing_replaces_the_status() {
    let value = part("value", "valueCode", json!("entered-in-error"));
    let changes =
        patched_by(&document(&[], None), vec![operation("replace", "DocumentReference.status", vec![value])]);
    assert!(changes.expect("a patch").delete);
}

#[test]
fn what_may_not_change_is_405_in_this_form_too() {
    let title = |path| operation("replace", path, vec![part("value", "valueString", json!("x"))]);
    for path in ["DocumentReference.description", "DocumentReference.content[0].attachment.title"] {
        assert_eq!(
            patched_by(&document(&[], None), vec![title(path)]).expect_err(path).status,
            Some(405),
            "{path}"
        );
    }
    let whole = operation("delete", "DocumentReference", vec![]);
    assert_eq!(patched_by(&document(&[], None), vec![whole]).expect_err("whole").status, Some(405));
}

#[test]
fn what_is_no_patch_is_told_with_its_number() {
    let unread = [
        operation(
            "replace",
            "DocumentReference.status.first()",
            vec![part("value", "valueCode", json!("current"))],
        ),
        operation("replace", "DocumentReference.status", vec![]),
        operation("erase", "DocumentReference.status", vec![]),
        operation("add", "DocumentReference", vec![part("value", "valueCode", json!("current"))]),
        operation("add", "DocumentReference", vec![part("name", "valueString", json!("nonsense"))]),
        operation("delete", "DocumentReference.securityLabel", vec![]),
        json!({"name": "other"}),
    ];
    let masked = document(&[VisibilityFlag::MasquePs], None);
    let refused = patched_by(&masked, unread.to_vec()).expect_err("unreadable");
    assert_eq!(refused.findings.len(), unread.len());
    for (finding, number) in refused.findings.iter().zip(1..) {
        assert_eq!(finding.rule, Rule::MessageIsReadable, "{finding:?}");
        assert!(
            finding.args.iter().any(|(_, text)| text.contains(&format!("operation {number}:"))),
            "{finding:?}"
        );
    }
}
