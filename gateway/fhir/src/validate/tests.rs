use serde_json::{Value, json};

use super::Subject;
use super::parameters::{Asked, read};

const MINIMAL: &str = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.ProvideBundle";

fn asked(parameters: Value) -> Asked {
    read(&json!({"resourceType": "Parameters", "parameter": parameters}), Subject::Bundle)
}

#[test]
fn the_resource_is_bare_or_a_parameter() {
    let bundle = json!({"resourceType": "Bundle", "type": "transaction"});
    assert_eq!(read(&bundle, Subject::Bundle).resource.as_ref(), Some(&bundle));
    let wrapped =
        asked(json!([{"name": "resource", "resource": bundle}, {"name": "mode", "valueCode": "create"}]));
    assert_eq!((wrapped.resource.as_ref(), wrapped.findings.len()), (Some(&bundle), 0));
    assert!(read(&bundle, Subject::Document).resource.is_none());
    assert!(asked(json!([{"name": "mode", "valueCode": "create"}])).resource.is_none());
}

#[test]
fn what_is_not_judged_is_told_by_name() {
    let bundle = json!({"resourceType": "Bundle", "type": "transaction"});
    let told = asked(json!([
        {"name": "resource", "resource": bundle},
        {"name": "mode", "valueCode": "delete"},
        {"name": "profile", "valueUri": "http://elsewhere/profile"},
        {"name": "profile", "valueUri": MINIMAL},
    ]));
    let places: Vec<&str> = told.findings.iter().map(|finding| finding.at.as_str()).collect();
    assert_eq!(places, ["Parameters.parameter[1]", "Parameters.parameter[2]"]);
    assert_eq!(told.resource.expect("a bundle")["meta"]["profile"], json!([MINIMAL]));
}
