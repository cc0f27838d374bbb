//! MHD minimal: completed from what is there; what cannot be is told.

use super::*;

fn minimal() -> Value {
    let mut bundle = bundle();
    bundle["meta"]["profile"] =
        json!(["https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.ProvideBundle"]);
    let list = bundle["entry"][0]["resource"].as_object_mut().expect("a list");
    list.shift_remove("source");
    list.shift_remove("contained");
    list["extension"].as_array_mut().expect("extensions").remove(0);
    let document = bundle["entry"][1]["resource"].as_object_mut().expect("a document");
    for name in ["category", "securityLabel", "author", "authenticator", "custodian", "contained"] {
        document.shift_remove(name);
    }
    document["context"].as_object_mut().expect("a context").shift_remove("sourcePatientInfo");
    document["content"][0]["attachment"].as_object_mut().expect("an attachment").shift_remove("creation");
    bundle
}

#[test]
fn a_minimal_bundle_is_completed_from_the_rest_of_it() {
    let tables = tables();
    let bundle = minimal();
    assert_eq!(found(&bundle, false), []);
    with(&bundle, &tables, false, |result| {
        let submission = result.expect("sound").submission;
        let (entry, _) = &submission.entries[0];
        assert_eq!((entry.class_code.value.as_str(), entry.confidentiality[0].value.as_str()), ("10", "N"));
        assert_eq!(entry.creation_time.as_str(), "20260612090000");
        assert_eq!(submission.set.content_type.value, "97");
    });
}

#[test]
fn the_french_pack_demands_what_pdsm_demands_of_a_minimal_bundle_too() {
    let told = found(&minimal(), true);
    assert!(told.iter().filter(|(.., severity)| *severity == Severity::Error).count() >= 3, "{told:?}");
}

#[test]
fn what_nothing_says_is_told_as_missing() {
    let mut bundle = minimal();
    let document = bundle["entry"][1]["resource"].as_object_mut().expect("a document");
    document.shift_remove("type");
    document["content"][0].as_object_mut().expect("content").shift_remove("format");
    let told: Vec<String> = found(&bundle, false).into_iter().map(|found| found.1).collect();
    let document = "Bundle.entry[1].resource";
    assert!(
        told.contains(&document.to_owned()) && told.contains(&format!("{document}.content[0]")),
        "{told:?}"
    );
}

#[test]
fn any_other_bundle_is_read_as_it_is() {
    let mut bundle = bundle();
    bundle["entry"][1]["resource"].as_object_mut().expect("a document").shift_remove("category");
    assert!(found(&bundle, false).iter().any(|(.., severity)| *severity == Severity::Error));
}

#[test]
fn what_was_completed_is_placed_in_what_was_sent() {
    let (tables, bundle) = (tables(), minimal());
    with(&bundle, &tables, false, |result| {
        let places = result.expect("sound").places;
        assert_eq!(places.documents[0].value(), &bundle["entry"][1]["resource"]);
    });
}
