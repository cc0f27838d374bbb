use serde_json::{Value, json};

use super::*;
use crate::rights_store::{OneRecord, PATIENT, Stage, doctor, holder};

fn batch(entries: &[(&str, &str)]) -> Value {
    let entry = |(method, url): &(&str, &str)| json!({"request": {"method": method, "url": url}});
    json!({"resourceType": "Bundle", "type": "batch", "entry": entries.iter().map(entry).collect::<Vec<_>>()})
}

/// The statuses and what is answered beside them.
fn answered(body: &Value) -> Vec<(&str, &str)> {
    let entries = body["entry"].as_array().map(Vec::as_slice).unwrap_or_default();
    entries
        .iter()
        .map(|entry| {
            let kind = entry.get("resource").or(entry["response"].get("outcome"));
            let kind = kind.and_then(|kind| kind["resourceType"].as_str()).unwrap_or_default();
            (entry["response"]["status"].as_str().unwrap_or_default(), kind)
        })
        .collect()
}

#[test]
fn each_read_is_answered_in_its_place_as_if_it_had_come_alone() {
    let stage = Stage::new(OneRecord::default());
    let patient = format!("Consent?patient=Patient/{}&status=active", PATIENT.bare());
    let absolute = format!("https://h/fhir/{patient}");
    let reads = [
        ("GET", "metadata"),
        ("GET", &patient),
        ("GET", "DocumentReference/7d1c0a52-5b0e-4f0e-9a53-0c5f3a3f9e11"),
        ("GET", "Nonsense/x"),
        ("DELETE", "Consent/x"),
        ("HEAD", "metadata"),
        ("POST", "Consent"),
        ("GET", &absolute),
        ("GET", "https://elsewhere/fhir/metadata"),
        ("GET", "metadata?_format=html"),
    ];
    let answer = stage.send(&holder(), "POST", "", Some(&batch(&reads)));
    assert_eq!((answer.status, &answer.body["type"]), (200, &json!("batch-response")));
    assert_eq!(
        answered(&answer.body),
        [
            ("200 OK", "CapabilityStatement"),
            ("200 OK", "Bundle"),
            ("404 Not Found", "OperationOutcome"),
            ("404 Not Found", "OperationOutcome"),
            ("405 Method Not Allowed", "OperationOutcome"),
            ("405 Method Not Allowed", "OperationOutcome"),
            ("405 Method Not Allowed", "OperationOutcome"),
            ("200 OK", "Bundle"),
            ("404 Not Found", "OperationOutcome"),
            ("200 OK", "CapabilityStatement"),
        ]
    );
    let alone = stage.send(&holder(), "GET", &patient, None);
    assert_eq!(answer.body["entry"][1]["resource"], alone.body);
    let absent = stage.send(&holder(), "GET", reads[2].1, None);
    assert_eq!(answer.body["entry"][2]["response"]["outcome"], absent.body);
}

#[test]
fn an_entry_that_says_not_what_it_wants_is_told_where() {
    let stage = Stage::new(OneRecord::default());
    let body = json!({"resourceType": "Bundle", "type": "batch",
        "entry": [{"fullUrl": "urn:uuid:7d1c0a52-5b0e-4f0e-9a53-0c5f3a3f9e11"}, {"request": {"method": "GET"}}]});
    let answer = stage.send(&holder(), "POST", "", Some(&body));
    let place =
        |index: usize| answer.body["entry"][index]["response"]["outcome"]["issue"][0]["expression"].clone();
    assert_eq!([place(0), place(1)], [json!(["Bundle.entry[0]"]), json!(["Bundle.entry[1].request"])]);
}

#[test]
fn a_batch_is_bounded_and_may_be_empty() {
    let stage = Stage::new(OneRecord::default());
    let most = vec![("GET", "Nonsense"); MOST];
    let answer = stage.send(&holder(), "POST", "", Some(&batch(&most)));
    assert_eq!((answer.status, answered(&answer.body).len()), (200, MOST));
    let more = vec![("GET", "metadata"); MOST + 1];
    let answer = stage.send(&holder(), "POST", "", Some(&batch(&more)));
    assert_eq!((answer.status, answer.rules()), (413, vec!["message_is_not_too_large"]));
    let none = json!({"resourceType": "Bundle", "type": "batch"});
    let answer = stage.send(&holder(), "POST", "", Some(&none));
    assert_eq!(answer.body, json!({"resourceType": "Bundle", "type": "batch-response"}));
}

#[test]
fn what_would_make_the_answer_too_large_is_not_read() {
    let stage = Stage::bounded(OneRecord::default(), 6000);
    let reads = [("GET", "metadata"), ("GET", "metadata"), ("GET", "metadata")];
    let answer = stage.send(&holder(), "POST", "", Some(&batch(&reads)));
    let statuses: Vec<&str> = answered(&answer.body).into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, ["200 OK", "413 Content Too Large", "413 Content Too Large"]);
}

#[test]
fn each_entry_needs_its_own_scope_and_the_deposit_its_own() {
    let stage = Stage::new(OneRecord::default());
    let patient = format!("Consent?patient=Patient/{}&status=active", PATIENT.bare());
    let reads =
        batch(&[("GET", "metadata"), ("GET", &patient), ("GET", "Binary/x"), ("GET", "Subscription/x")]);
    let scopes = ["ITI-68".to_owned()];
    let (answer, told) = stage.send_with(&doctor(), &scopes, "POST", "", Some(&reads));
    let statuses: Vec<&str> = answered(&answer.body).into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, ["200 OK", "403 Forbidden", "404 Not Found", "403 Forbidden"]);
    assert_eq!(told, [Rule::ScopeCoversTransaction, Rule::ScopeCoversTransaction]);
    let deposit = json!({"resourceType": "Bundle", "type": "transaction"});
    let (answer, told) = stage.send_with(&doctor(), &scopes, "POST", "", Some(&deposit));
    assert_eq!((answer.status, told.len()), (403, 1));
}
