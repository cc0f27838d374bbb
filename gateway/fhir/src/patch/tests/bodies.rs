//! Bodies that are no JSON Patch.

use super::*;

#[test]
fn what_is_no_json_patch_is_told_as_unreadable() {
    let long = format!("/{}", "a".repeat(600));
    let many: Vec<Value> =
        (0..101).map(|_| json!({"op": "test", "path": "/status", "value": "current"})).collect();
    for body in [
        "".to_owned(),
        "{".to_owned(),
        r#"{"op": "remove", "path": "/status"}"#.to_owned(),
        "[1]".to_owned(),
        r#"[{"op": "remove"}]"#.to_owned(),
        r#"[{"op": "remove", "path": 1}]"#.to_owned(),
        r#"[{"op": "remove", "path": "status"}]"#.to_owned(),
        r#"[{"op": "remove", "path": "/status~2"}]"#.to_owned(),
        r#"[{"op": "erase", "path": "/status"}]"#.to_owned(),
        r#"[{"op": "add", "path": "/status"}]"#.to_owned(),
        r#"[{"op": "add", "op": "test", "path": "/status", "value": 1}]"#.to_owned(),
        json!([{"op": "remove", "path": long}]).to_string(),
        json!(many).to_string(),
    ] {
        let refused = bytes_patched(&document(&[], None), body.as_bytes()).expect_err(&body);
        let rules: Vec<Rule> = refused.findings.iter().map(|finding| finding.rule).collect();
        assert_eq!((rules, refused.status), (vec![Rule::MessageIsReadable], None), "{body}");
    }
}

#[test]
fn moving_and_copying_are_refused_by_name() {
    let patch = json!([
        {"op": "move", "from": "/securityLabel/0", "path": "/securityLabel/-"},
        {"op": "copy", "from": "/status", "path": "/description"},
    ]);
    let (places, text, _) = out_of_bounds(&document(&[], None), &patch);
    assert_eq!(places, ["DocumentReference.securityLabel", "DocumentReference"]);
    assert!(text.contains("opération 1 : move") && text.contains("operation 2: copy"), "{text}");
}
