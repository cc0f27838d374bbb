//! What other stacks write: accepted if the guides allow it, else refused at its place.

use super::*;

const OTHER_INS: &str = "158112A00499224";
const OWN: &str = "Patient/aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";

fn subject(value: Value) -> Value {
    changed("/entry/1/resource/subject", value)
}

fn only_error(bundle: &Value, at: &str) {
    let errors: Vec<_> = found(bundle, true).into_iter().filter(|f| f.2 == Severity::Error).collect();
    assert_eq!(errors, [(Rule::MetadataIsWellFormed, at.to_owned(), Severity::Error)]);
}

#[test]
fn a_reference_to_a_version_of_our_patient_is_one_to_the_patient() {
    assert_eq!(found(&subject(json!({"reference": format!("{OWN}/_history/1")})), true), []);
}

#[test]
fn a_patient_that_an_entry_reads_is_the_one_of_its_url() {
    let full = "urn:uuid:00000000-0000-4000-8000-000000000009";
    for url in [OWN.to_owned(), format!("Patient?identifier=urn:oid:{TEST_OID}|{INS}")] {
        let mut bundle = subject(json!({"reference": full}));
        let entry = json!({"fullUrl": full, "request": {"method": "GET", "url": url}});
        bundle["entry"].as_array_mut().expect("entries").push(entry);
        assert_eq!(found(&bundle, true), [], "{url}");
    }
    let read = json!({"entry": [{"request": {"method": "GET", "url": OWN}}]});
    assert_eq!(patients_named(&read, BASE).len(), 1);
}

#[test]
fn a_reference_and_an_identifier_of_two_patients_are_refused() {
    let identifier = |number: &str| json!({"system": format!("urn:oid:{TEST_OID}"), "value": number});
    only_error(
        &subject(json!({"reference": OWN, "identifier": identifier(OTHER_INS)})),
        "Bundle.entry[1].resource.subject",
    );
    assert_eq!(found(&subject(json!({"reference": OWN, "identifier": identifier(INS)})), true), []);
    // A reference into the sender's own system leads nowhere here.
    assert_eq!(found(&subject(json!({"reference": "Patient/77", "identifier": identifier(INS)})), true), []);
}

#[test]
fn urls_of_the_guides_are_the_same_with_http() {
    let mut bundle = changed(
        "/meta/profile/0",
        json!("http://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Comprehensive.ProvideBundle"),
    );
    for extension in bundle["entry"][0]["resource"]["extension"].as_array_mut().expect("extensions") {
        let url = extension["url"].as_str().expect("a URL").replace("https://", "http://");
        extension["url"] = json!(url);
    }
    assert_eq!(found(&bundle, true), []);
    let minimal = changed(
        "/meta/profile/0",
        json!(
            "http://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.UnContained.Comprehensive.ProvideBundle"
        ),
    );
    let at = "Bundle.meta.profile[0]".to_owned();
    assert_eq!(found(&minimal, true), [(Rule::TransactionIsSupported, at, Severity::Error)]);
}

#[test]
fn what_the_guides_forbid_is_refused_at_its_place() {
    only_error(&changed("/entry/2/resource/contentType", json!(null)), "Bundle.entry[2].resource");
    only_error(&changed("/entry/2/request/url", json!("List")), "Bundle.entry[2].request.url");
    only_error(&changed("/entry/1/request/url", json!("Document")), "Bundle.entry[1].request.url");
    only_error(
        &changed("/entry/0/resource/entry/0/deleted", json!(true)),
        "Bundle.entry[0].resource.entry[0].deleted",
    );
    only_error(
        &changed("/entry/0/resource/encounter", json!({"display": "x"})),
        "Bundle.entry[0].resource.encounter",
    );
}

#[test]
fn one_binary_is_the_content_of_one_document() {
    let mut bundle = bundle();
    let mut second = bundle["entry"][1].clone();
    second["fullUrl"] = json!("urn:uuid:00000000-0000-4000-8000-000000000009");
    second["resource"]["masterIdentifier"]["value"] = json!("urn:oid:1.2.250.1.999.3");
    bundle["entry"].as_array_mut().expect("entries").push(second);
    let item = json!({"item": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000009"}});
    bundle["entry"][0]["resource"]["entry"].as_array_mut().expect("items").push(item);
    let twice = "Bundle.entry[3].resource.content[0].attachment.url";
    assert!(found(&bundle, true).iter().any(|f| f.1 == twice && f.2 == Severity::Error));
}

#[test]
fn request_urls_may_be_absolute() {
    let mut bundle = bundle();
    for entry in bundle["entry"].as_array_mut().expect("entries") {
        let url = format!("{BASE}/{}", entry["request"]["url"].as_str().expect("a URL"));
        entry["request"]["url"] = json!(url);
    }
    assert_eq!(found(&bundle, true), []);
}

#[test]
fn a_binary_that_no_document_names_is_told_at_its_entry() {
    let mut bundle = bundle();
    bundle["entry"].as_array_mut().expect("entries").push(json!({
        "fullUrl": "https://h/fhir/Binary/secret", "request": {"method": "POST", "url": "Binary"},
        "resource": {"resourceType": "Binary", "contentType": "text/xml", "data": "SGVs"}}));
    with(&bundle, &tables(), true, |result| {
        let submitted = result.expect("the journey refuses it");
        let part = submitted.submission.orphans[0].0.clone();
        assert_eq!(part, "Bundle.entry[3]");
        let finding = Finding::new(Rule::EveryDocumentHasItsPart).arg("part", part);
        assert_eq!(submitted.places.locate(finding).at.as_str(), "Bundle.entry[3]");
    });
}

#[test]
fn a_url_that_names_nothing_is_not_repeated() {
    let url = json!("Binary?identifier=somebody");
    with(&changed("/entry/1/resource/content/0/attachment/url", url), &tables(), true, |result| {
        let submission = result.expect("the journey refuses it").submission;
        let Content::Missing(Some(part)) = &submission.entries[0].1 else { panic!("no bytes") };
        assert_eq!(part.0, "Bundle.entry[1].resource.content[0].attachment.url");
    });
}

#[test]
fn a_terminology_that_pdsm_does_not_admit_is_told_where_pdsm_holds() {
    let other = |system: &str| json!([{"system": system, "code": "x"}]);
    let document = "Bundle.entry[1].resource";
    let bundle = changed("/entry/1/resource/type/coding", other("http://snomed.info/sct"));
    let at = format!("{document}.type.coding[0]");
    assert_eq!(found(&bundle, true), [(Rule::MetadataIsWellFormed, at, Severity::Error)]);
    let mut bundle =
        changed("/entry/1/resource/context/event", json!([{"coding": other("http://snomed.info/sct")}]));
    let at = format!("{document}.context.event[0]");
    assert_eq!(found(&bundle, true), [(Rule::MetadataIsWellFormed, at, Severity::Warning)]);
    bundle["meta"]["profile"] =
        json!(["https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Comprehensive.ProvideBundle"]);
    assert_eq!(found(&bundle, false), []);
}
