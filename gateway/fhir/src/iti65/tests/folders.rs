//! Folders, documents of the record in sets and folders, and FHIR documents as content.

use model::{Member, UniqueId};

use super::*;

const FOLDER: &str = "urn:uuid:00000000-0000-4000-8000-00000000000f";
const DOCUMENT: &str = "urn:uuid:00000000-0000-4000-8000-000000000002";

fn coded(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}

fn folder(items: &[Value]) -> Value {
    let designation = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType";
    let items: Vec<Value> = items.iter().map(|item| json!({"item": item})).collect();
    json!({
        "resourceType": "List",
        "extension": [{"url": designation, "valueCodeableConcept": coded("urn:oid:1.2.250.1.999.5", "F")}],
        "status": "current", "mode": "working", "title": "Grossesse",
        "code": coded("https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "folder"),
        "subject": {"identifier": {"system": format!("urn:oid:{TEST_OID}"), "value": INS}},
        "date": "2026-06-12T11:00:00+02:00", "entry": items,
    })
}

fn with_folder(resource: Value, method: &str, url: &str) -> Value {
    let mut bundle = bundle();
    bundle["entry"].as_array_mut().expect("entries").push(json!({
        "fullUrl": FOLDER, "resource": resource, "request": {"method": method, "url": url},
    }));
    bundle["entry"][0]["resource"]["entry"]
        .as_array_mut()
        .expect("items")
        .push(json!({"item": {"reference": FOLDER}}));
    bundle
}

fn links(submitted: &Submitted<'_>) -> Vec<Member> {
    submitted.submission.memberships.iter().map(|membership| membership.link.clone()).collect()
}

#[test]
fn a_new_folder_holds_documents_of_the_bundle_and_of_the_record() {
    let by_identifier =
        json!({"identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.77"}});
    let resource = folder(&[
        json!({"reference": DOCUMENT}),
        json!({"reference": format!("DocumentReference/{OLD}")}),
        by_identifier,
    ]);
    let bundle = with_folder(resource, "POST", "List");
    assert_eq!(found(&bundle, true), []);
    with(&bundle, &tables(), true, |result| {
        let submitted = result.expect("sound");
        let made = submitted.submission.folders[0].clone();
        assert_eq!((made.title.as_deref(), made.codes[0].value.as_str()), (Some("Grossesse"), "F"));
        assert!(made.unique_id.as_oid().is_some(), "derived: {:?}", made.unique_id);
        let held: Vec<ObjectRef> = links(&submitted)
            .into_iter()
            .filter_map(|link| match link {
                Member::InFolder { folder, document } if folder == made.entry_uuid => Some(document),
                _ => None,
            })
            .collect();
        let own = submitted.submission.entries[0].0.entry_uuid;
        let old = EntryUuid::parse(OLD).expect("a uuid");
        let named = UniqueId::parse("1.2.250.1.999.77").expect("an id");
        assert_eq!(held, [ObjectRef::Uuid(own), ObjectRef::Uuid(old), ObjectRef::Unique(named)]);
        assert_eq!(submitted.parts[3], Part::Folder(0));
        let place = &submitted.places.members[0];
        assert_eq!(place.as_str(), "Bundle.entry[3].resource.entry[0]");
    });
}

#[test]
fn a_folder_without_an_id_gets_the_same_one_in_a_retry() {
    let bundle = with_folder(folder(&[json!({"reference": DOCUMENT})]), "POST", "List");
    let id = || {
        with(&bundle, &tables(), true, |result| {
            result.expect("sound").submission.folders[0].unique_id.clone()
        })
    };
    assert_eq!(id(), id());
}

#[test]
fn a_set_refers_to_documents_of_the_record() {
    let mut bundle = bundle();
    bundle["entry"][0]["resource"]["entry"].as_array_mut().expect("items").extend([
        json!({"item": {"reference": format!("{BASE}/DocumentReference/{OLD}")}}),
        json!({"item": {"reference": "DocumentReference?identifier=urn:oid:1.2.250.1.999|77"}}),
    ]);
    assert_eq!(found(&bundle, true), []);
    with(&bundle, &tables(), true, |result| {
        let old = EntryUuid::parse(OLD).expect("a uuid");
        let named = UniqueId::parse("1.2.250.1.999^77").expect("an id");
        let expected = [Member::Reference(ObjectRef::Uuid(old)), Member::Reference(ObjectRef::Unique(named))];
        assert_eq!(links(&result.expect("sound")), expected);
    });
}

#[test]
fn a_folder_of_the_record_is_stated_whole_by_put() {
    let mut resource = folder(&[json!({"reference": DOCUMENT})]);
    resource["note"] = json!([{"text": "un"}]);
    let bundle = with_folder(resource, "PUT", &format!("List/{OLD}"));
    assert_eq!(found(&bundle, true), []);
    with(&bundle, &tables(), true, |result| {
        let submitted = result.expect("sound");
        let old = EntryUuid::parse(OLD).expect("a uuid");
        let [restated] = submitted.restated.folders.as_slice() else { panic!("one folder") };
        assert_eq!((restated.folder, restated.comments.as_deref()), (old, Some("un")));
        assert_eq!(restated.documents.len(), 1);
        assert_eq!(submitted.submission.folders, []);
        assert_eq!(submitted.parts[3], Part::Filled(old));
    });
}

#[test]
fn what_is_wrong_with_a_folder_is_told_at_its_place() {
    let list = "Bundle.entry[3].resource";
    let document = json!({"reference": DOCUMENT});
    for (method, url, pointer, value, at) in [
        ("POST", "List", "/title", json!(null), list.to_owned()),
        ("POST", "List", "/source", json!({"display": "x"}), format!("{list}.source")),
        ("POST", "List", "/status", json!("retired"), format!("{list}.status")),
        (
            "PUT",
            "List/0f0e0d0c-0b0a-4908-8706-050403020100",
            "/status",
            json!("retired"),
            format!("{list}.status"),
        ),
        ("PUT", "List/x", "/date", json!("2026"), "Bundle.entry[3]".to_owned()),
        ("POST", "List", "/extension", json!([{"url": "urn:x", "valueCode": "y"}]), list.to_owned()),
        (
            "POST",
            "List",
            "/entry/0/item",
            json!({"reference": "urn:uuid:nobody"}),
            format!("{list}.entry[0]"),
        ),
        ("POST", "List", "/entry/0/flag", json!({"text": "x"}), format!("{list}.entry[0].flag")),
    ] {
        let mut resource = folder(std::slice::from_ref(&document));
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        let parent = resource.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
        match value {
            Value::Null => parent.shift_remove(key),
            value => parent.insert(key.to_owned(), value),
        };
        let told = found(&with_folder(resource, method, url), true);
        assert!(
            told.iter().any(|(_, place, s)| *place == at && *s == Severity::Error),
            "{pointer}: {told:?}"
        );
    }
}

#[test]
fn a_folder_of_the_record_named_by_the_set_alone_is_refused_by_name() {
    let mut bundle = bundle();
    bundle["entry"][0]["resource"]["entry"]
        .as_array_mut()
        .expect("items")
        .push(json!({"item": {"reference": format!("List/{OLD}")}}));
    let at = "Bundle.entry[0].resource.entry[1]".to_owned();
    assert_eq!(found(&bundle, true), [(Rule::TransactionIsSupported, at, Severity::Error)]);
}

#[test]
fn a_fhir_document_is_kept_as_it_came_with_its_hash_and_size_reckoned_here() {
    let mut bundle = bundle();
    let document = json!({
        "resourceType": "Bundle", "type": "document", "timestamp": "2026-06-12T11:00:00+02:00",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:2.999.7"},
        "entry": [{"fullUrl": "urn:uuid:00000000-0000-4000-8000-00000000000a",
            "resource": {"resourceType": "Composition", "status": "final"}}],
    });
    bundle["entry"][2]["resource"] = document.clone();
    bundle["entry"][2]["request"]["url"] = json!("Bundle");
    let attachment = &mut bundle["entry"][1]["resource"]["content"][0]["attachment"];
    attachment["contentType"] = json!("application/fhir+json");
    attachment.as_object_mut().expect("an attachment").retain(|name, _| name != "hash" && name != "size");
    assert_eq!(found(&bundle, true), []);
    with(&bundle, &tables(), true, |result| {
        let submitted = result.expect("sound");
        let (entry, content) = &submitted.submission.entries[0];
        assert_eq!((entry.hash, entry.size), (None, None));
        let Content::Inline(bytes) = content else { panic!("bytes") };
        let kept: Value = serde_json::from_slice(bytes.as_slice()).expect("JSON");
        assert_eq!(kept, document);
        assert_eq!(submitted.parts[2], Part::Binary(Some(0)));
    });
    // What a sender reckons of its own bytes is warned about and not judged.
    let mut stated = bundle.clone();
    let attachment = &mut stated["entry"][1]["resource"]["content"][0]["attachment"];
    (attachment["hash"], attachment["size"]) = (json!("0JQeaNqPOBUf+Gph/Fn3xc+fyqI="), json!(7));
    assert!(found(&stated, true).iter().all(|(.., severity)| *severity == Severity::Warning));
    with(&stated, &tables(), true, |result| {
        let entry = &result.expect("sound").submission.entries[0].0;
        assert_eq!((entry.hash, entry.size), (None, None));
    });
    bundle["entry"][1]["resource"]["content"][0]["attachment"]["contentType"] = json!("text/xml");
    bundle["entry"][2]["resource"].as_object_mut().expect("a bundle").shift_remove("timestamp");
    let told: Vec<String> = found(&bundle, true).into_iter().map(|found| found.1).collect();
    let attachment = "Bundle.entry[1].resource.content[0].attachment.contentType";
    assert_eq!(told, ["Bundle.entry[2].resource", attachment]);
}

#[test]
fn a_set_of_folders_alone_says_its_own_id() {
    let stored = json!({"reference": format!("DocumentReference/{OLD}")});
    let mut bundle = with_folder(folder(&[stored]), "POST", "List");
    let entries = bundle["entry"].as_array_mut().expect("entries");
    entries
        .retain(|entry| ["List"].contains(&entry["resource"]["resourceType"].as_str().unwrap_or_default()));
    let items = bundle["entry"][0]["resource"]["entry"].as_array_mut().expect("items");
    items.retain(|item| item["item"]["reference"] == FOLDER);
    assert_eq!(found(&bundle, true), []);
    bundle["entry"][0]["resource"].as_object_mut().expect("a list").shift_remove("identifier");
    let place = "Bundle.entry[0].resource".to_owned();
    assert_eq!(found(&bundle, true), [(Rule::MetadataIsWellFormed, place, Severity::Error)]);
}
