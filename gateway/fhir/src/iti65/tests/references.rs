//! References to the patient and to the bytes, in every form.

use super::*;

#[test]
fn the_patient_is_found_by_every_kind_of_reference() {
    let patient = json!({"resourceType": "Patient", "id": "p", "identifier": [{"system": format!("urn:oid:{TEST_OID}"), "value": INS}]});
    let mut in_bundle = changed(
        "/entry/1/resource/subject",
        json!({"reference": "urn:uuid:00000000-0000-4000-8000-000000000009"}),
    );
    in_bundle["entry"].as_array_mut().expect("entries").push(json!({
        "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000009", "resource": patient, "request": {"method": "PUT", "url": "Patient"}}));
    let mut contained = changed("/entry/1/resource/subject", json!({"reference": "#p"}));
    contained["entry"][1]["resource"]["contained"].as_array_mut().expect("contained").push(patient);
    for bundle in [
        in_bundle,
        contained,
        changed(
            "/entry/1/resource/subject",
            json!({"reference": format!("Patient?identifier=urn:oid:{TEST_OID}|{INS}")}),
        ),
        changed(
            "/entry/1/resource/subject",
            json!({"reference": format!("Patient?identifier=urn%3Aoid%3A{TEST_OID}%7C{INS}")}),
        ),
        changed(
            "/entry/1/resource/subject",
            json!({"reference": "Patient/aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"}),
        ),
        changed(
            "/entry/1/resource/subject",
            json!({"reference": format!("{BASE}/Patient/aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")}),
        ),
    ] {
        assert_eq!(found(&bundle, true), []);
        with(&bundle, &tables(), true, |result| {
            assert_eq!(result.expect("sound").submission.entries[0].0.patient.number(), INS);
        });
    }
    let own = changed(
        "/entry/1/resource/subject",
        json!({"reference": "Patient/aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"}),
    );
    assert_eq!(patients_named(&own, BASE).len(), 1);
}

#[test]
fn the_binary_is_found_by_every_kind_of_url() {
    let mut by_id = changed("/entry/1/resource/content/0/attachment/url", json!("Binary/b1"));
    by_id["entry"][2]["resource"]["id"] = json!("b1");
    let mut absolute =
        changed("/entry/1/resource/content/0/attachment/url", json!("https://h/fhir/Binary/b1"));
    absolute["entry"][2]["fullUrl"] = json!("https://h/fhir/Binary/b1");
    for bundle in [by_id, absolute] {
        assert_eq!(found(&bundle, true), []);
    }
    let missing = changed(
        "/entry/1/resource/content/0/attachment/url",
        json!("urn:uuid:00000000-0000-4000-8000-00000000000f"),
    );
    with(&missing, &tables(), true, |result| {
        let submission = result.expect("the journey refuses it").submission;
        assert!(matches!(&submission.entries[0].1, Content::Missing(Some(_))));
        assert_eq!(submission.orphans.len(), 1);
    });
}
