use std::sync::LazyLock;

use mappings::Mappings;
use model::{Rule, VisibilityFlag};
use serde_json::{Value, json};

use super::{Changes, Patch, Refused, read};
use crate::Limits;
use crate::codec::structure;
use crate::document_reference::url::IS_ARCHIVED;

mod bodies;
mod parameters;
mod properties;
mod xml_patch;

static TABLES: LazyLock<Mappings> = LazyLock::new(|| Mappings::embedded().expect("the embedded tables"));

const FLAGS: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument";
/// The spelling of the published PDSm texts.
const STATUS_SPELLING: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument";
const LEVELS: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

fn label(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}

/// A DocumentReference as this gateway shows it, with these labels after N.
fn document(flags: &[VisibilityFlag], archived: Option<bool>) -> Value {
    let mut labels = vec![label(LEVELS, "N")];
    labels.extend(flags.iter().map(|flag| label(FLAGS, flag.code())));
    let mut document = json!({
        "resourceType": "DocumentReference",
        "id": "0f0e0d0c-0b0a-4908-8706-050403020100",
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11490-0"}]},
        "category": [{"coding": [{"system": "urn:oid:1.2.250.1.213.1.1.4.1", "code": "10"}]}],
        "securityLabel": labels,
        "content": [{"attachment": {"contentType": "text/xml", "size": 5, "title": "Bilan"}}],
    });
    if let Some(archived) = archived {
        document["extension"] = json!([{"url": IS_ARCHIVED, "valueBoolean": archived}]);
    }
    document
}

/// Reads a patch; every place of a refusal resolves in the document.
fn patched(document: &Value, patch: &Value) -> Result<Changes, Refused> {
    bytes_patched(document, patch.to_string().as_bytes())
}

fn bytes_patched(document: &Value, body: &[u8]) -> Result<Changes, Refused> {
    let patch = crate::codec::json::read(body, &Limits::default()).map(Patch::Json);
    let result = match patch {
        Ok(patch) => read(document, &patch, &TABLES.systems, false),
        Err(finding) => Err(vec![finding].into()),
    };
    if let Err(refused) = &result {
        assert!(!refused.findings.is_empty());
        for finding in &refused.findings {
            let place = finding.at.as_str();
            assert!(place.is_empty() || structure::tests::resolves(document, place), "{finding:?}");
        }
    }
    result
}

/// Places, texts and status of a refusal by the rule of bounds.
fn out_of_bounds(document: &Value, patch: &Value) -> (Vec<String>, String, Option<u16>) {
    let refused = patched(document, patch).expect_err("refused");
    assert!(refused.findings.iter().all(|finding| finding.rule == Rule::PatchIsWithinBounds), "{refused:?}");
    let places = refused.findings.iter().map(|finding| finding.at.as_str().to_owned()).collect();
    let texts = refused.findings.iter().flat_map(|finding| &finding.args).map(|(_, text)| text.as_str());
    (places, texts.collect::<Vec<_>>().join("\n"), refused.status)
}

fn add_label(value: &Value) -> Value {
    json!([{"op": "add", "path": "/securityLabel/-", "value": value}])
}

#[test]
fn masking_adds_a_flag_in_either_spelling_of_its_system() {
    for system in [FLAGS, STATUS_SPELLING, "urn:oid:1.2.250.1.213.1.1.4.13"] {
        let changes = patched(&document(&[], None), &add_label(&label(system, "MASQUE_PS")));
        assert_eq!(
            changes,
            Ok(Changes { add: vec![VisibilityFlag::MasquePs], ..Changes::default() }),
            "{system}"
        );
    }
}

#[test]
fn unmasking_is_a_test_and_a_removal() {
    let masked = document(&[VisibilityFlag::MasquePs], None);
    let remove = json!({"op": "remove", "path": "/securityLabel/1"});
    let removed = Ok(Changes { remove: vec![VisibilityFlag::MasquePs], ..Changes::default() });
    for (path, value) in [
        ("/securityLabel/1/coding/0/code", json!("MASQUE_PS")),
        ("/securityLabel/1/coding/0", json!({"code": "MASQUE_PS", "system": FLAGS})),
        ("/securityLabel/1", label(FLAGS, "MASQUE_PS")),
        ("/securityLabel", masked["securityLabel"].clone()),
        ("", masked.clone()),
    ] {
        let patch = json!([{"op": "test", "path": path, "value": value}, remove]);
        assert_eq!(patched(&masked, &patch), removed, "{path}");
    }
}

#[test]
fn a_flag_that_nobody_named_is_not_lost() {
    let both = document(&[VisibilityFlag::InvisiblePatient, VisibilityFlag::MasquePs], None);
    let masque = label(FLAGS, "MASQUE_PS");
    for patch in [
        json!([{"op": "remove", "path": "/securityLabel/1"}]),
        json!([{"op": "replace", "path": "/securityLabel/1", "value": masque}]),
        json!([{"op": "replace", "path": "/securityLabel", "value": [label(LEVELS, "N"), masque]}]),
        json!([
            {"op": "test", "path": "/securityLabel/2/coding/0/code", "value": "MASQUE_PS"},
            {"op": "remove", "path": "/securityLabel/1"},
        ]),
    ] {
        let (places, text, status) = out_of_bounds(&both, &patch);
        assert_eq!(places, ["DocumentReference.securityLabel[1]"], "{patch}");
        assert!(text.contains("INVISIBLE_PATIENT disparaîtrait") && text.contains("would be lost"), "{text}");
        assert!(text.contains(r#""path":"/securityLabel/1/coding/0/code""#), "{text}");
        assert_eq!(status, None);
    }
    let exchanged = json!([
        {"op": "test", "path": "/securityLabel/1/coding/0/code", "value": "INVISIBLE_PATIENT"},
        {"op": "replace", "path": "/securityLabel/1", "value": label(FLAGS, "INVISIBLE_REPRESENTANTS_LEGAUX")},
    ]);
    assert_eq!(
        patched(&both, &exchanged),
        Ok(Changes {
            add: vec![VisibilityFlag::InvisibleRepresentantsLegaux],
            remove: vec![VisibilityFlag::InvisiblePatient],
            ..Changes::default()
        })
    );
}

#[test]
fn the_form_that_a_refusal_shows_is_accepted() {
    let both = document(&[VisibilityFlag::InvisiblePatient, VisibilityFlag::MasquePs], None);
    let (_, text, _) = out_of_bounds(&both, &json!([{"op": "remove", "path": "/securityLabel/2"}]));
    let start = text.find('[').expect("a form");
    let end = text.get(start..).and_then(|rest| rest.find("}]")).expect("a form") + start + 2;
    let form: Value = serde_json::from_str(text.get(start..end).expect("a form")).expect("JSON");
    let removed = Changes { remove: vec![VisibilityFlag::MasquePs], ..Changes::default() };
    assert_eq!(patched(&both, &form), Ok(removed));
}

#[test]
fn the_level_does_not_change() {
    for patch in [
        json!([{"op": "replace", "path": "/securityLabel/0", "value": label(LEVELS, "R")}]),
        json!([{"op": "replace", "path": "/securityLabel/0/coding/0/code", "value": "V"}]),
        json!([
            {"op": "test", "path": "/securityLabel/0/coding/0/code", "value": "N"},
            {"op": "remove", "path": "/securityLabel/0"},
        ]),
        json!([{"op": "remove", "path": "/securityLabel"}]),
        add_label(&label(LEVELS, "R")),
    ] {
        let (places, text, _) = out_of_bounds(&document(&[], None), &patch);
        assert_eq!(places, ["DocumentReference.securityLabel"], "{patch}");
        assert!(text.contains("le niveau de confidentialité"), "{text}");
    }
}

#[test]
fn what_is_no_flag_is_no_label() {
    for value in [
        json!("restricted"),
        json!({"text": "MASQUE_PS"}),
        label("urn:other", "MASQUE_PS"),
        label(FLAGS, "N"),
        label(FLAGS, "MASQUE_PSOCIAL"),
        json!({"coding": [{"system": FLAGS, "code": "MASQUE_PS"}, {"system": FLAGS, "code": "INVISIBLE_PATIENT"}]}),
        Value::Null,
    ] {
        let (places, text, _) = out_of_bounds(&document(&[], None), &add_label(&value));
        assert_eq!(places, ["DocumentReference.securityLabel"], "{value}");
        assert!(text.contains("MASQUE_PS, INVISIBLE_PATIENT, INVISIBLE_REPRESENTANTS_LEGAUX"), "{text}");
    }
}

#[test]
fn archiving_sets_a_boolean_and_comes_back() {
    let archive = |archived| Ok(Changes { archive: Some(archived), ..Changes::default() });
    let extension = |value: Value| json!({"url": IS_ARCHIVED, "valueBoolean": value});
    let absent = document(&[], None);
    for path in ["/extension/-", "/extension/0"] {
        let patch = json!([{"op": "add", "path": path, "value": extension(json!(true))}]);
        assert_eq!(patched(&absent, &patch), archive(true), "{path}");
    }
    let whole = json!([{"op": "add", "path": "/extension", "value": [extension(json!(true))]}]);
    assert_eq!(patched(&absent, &whole), archive(true));
    let archived = document(&[], Some(true));
    let back = json!([
        {"op": "test", "path": "/extension/0/url", "value": IS_ARCHIVED},
        {"op": "replace", "path": "/extension/0/valueBoolean", "value": false},
    ]);
    assert_eq!(patched(&archived, &back), archive(false));
    assert_eq!(patched(&archived, &json!([{"op": "remove", "path": "/extension/0"}])), archive(false));
    for value in [json!("true"), json!(1), json!(null)] {
        let patch = json!([{"op": "add", "path": "/extension/-", "value": extension(value)}]);
        let (_, text, _) = out_of_bounds(&absent, &patch);
        assert!(text.contains(r#""op":"add","path":"/extension/-""#), "{text}");
    }
    let twice = json!([{"op": "add", "path": "/extension/-", "value": extension(json!(false))}]);
    assert_eq!(out_of_bounds(&archived, &twice).0, ["DocumentReference.extension"]);
}

#[test]
fn the_documented_pseudo_path_is_refused_with_the_valid_form() {
    let path = format!("/extension[url:{IS_ARCHIVED}]/valueBoolean");
    let patch = json!([{"op": "replace", "path": path, "value": true}]);
    let (places, text, _) = out_of_bounds(&document(&[], Some(false)), &patch);
    assert_eq!(places, ["DocumentReference.extension"]);
    assert!(text.contains(r#""path":"/extension/0/valueBoolean""#), "{text}");
    assert_eq!(out_of_bounds(&document(&[], None), &patch).0, ["DocumentReference"]);
}

#[test]
fn the_documented_pseudo_path_archives_where_the_configuration_says_so() {
    let tolerant = |stored: Option<bool>, operation: Value| {
        read(&document(&[], stored), &Patch::Json(json!([operation])), &TABLES.systems, true)
    };
    let path = format!("/extension[url:{IS_ARCHIVED}]/valueBoolean");
    let to = |op: &str, value: Value| json!({"op": op, "path": path, "value": value});
    for stored in [None, Some(false)] {
        let archived = Ok(Changes { archive: Some(true), ..Changes::default() });
        assert_eq!(tolerant(stored, to("replace", json!(true))), archived, "{stored:?}");
        assert_eq!(tolerant(stored, to("add", json!(true))), archived, "{stored:?}");
    }
    let back = Ok(Changes { archive: Some(false), ..Changes::default() });
    assert_eq!(tolerant(Some(true), to("replace", json!(false))), back);
    for wrong in [
        to("replace", json!("true")),
        to("remove", json!(true)),
        json!({"op": "replace", "path": "/extension[url:https://h/other]/valueBoolean", "value": true}),
    ] {
        assert!(tolerant(None, wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn unpublishing_is_one_way() {
    let to = |status: &str| json!([{"op": "replace", "path": "/status", "value": status}]);
    let current = document(&[], None);
    let deleted = Ok(Changes { delete: true, ..Changes::default() });
    assert_eq!(patched(&current, &to("entered-in-error")), deleted);
    assert_eq!(patched(&current, &to("superseded")), deleted);
    assert_eq!(patched(&current, &to("current")), Ok(Changes::default()));
    let mut old = current.clone();
    old["status"] = json!("superseded");
    assert_eq!(patched(&old, &to("entered-in-error")), deleted);
    assert_eq!(patched(&old, &to("superseded")), Ok(Changes::default()));
    let (places, text, status) = out_of_bounds(&old, &to("current"));
    assert_eq!((places, status), (vec!["DocumentReference.status".to_owned()], None));
    assert!(text.contains("deposit it again"), "{text}");
    assert_eq!(out_of_bounds(&current, &to("final")).0, ["DocumentReference.status"]);
    assert_eq!(
        out_of_bounds(&current, &json!([{"op": "remove", "path": "/status"}])).0,
        ["DocumentReference.status"]
    );
}

#[test]
fn what_is_out_of_bounds_is_405_alone_and_422_among_others() {
    let document = document(&[], Some(false));
    let forbidden = [
        (
            json!({"op": "replace", "path": "/type/coding/0/code", "value": "x"}),
            "DocumentReference.type.coding[0].code",
        ),
        (
            json!({"op": "remove", "path": "/content/0/attachment/size"}),
            "DocumentReference.content[0].attachment.size",
        ),
        (json!({"op": "add", "path": "/description", "value": "x"}), "DocumentReference"),
        (json!({"op": "remove", "path": "/docStatus"}), "DocumentReference"),
        (json!({"op": "add", "path": "/category/-", "value": {}}), "DocumentReference.category"),
        (json!({"op": "add", "path": "/_status", "value": {"id": "x"}}), "DocumentReference"),
        (json!({"op": "replace", "path": "", "value": {}}), "DocumentReference"),
        (
            json!({"op": "add", "path": "/extension/-", "value": {"url": "urn:x", "valueBoolean": true}}),
            "DocumentReference.extension",
        ),
    ];
    for (operation, place) in &forbidden {
        let (places, text, status) = out_of_bounds(&document, &json!([operation]));
        assert_eq!((places, status), (vec![(*place).to_owned()], Some(405)), "{operation}");
        assert!(text.contains("status, securityLabel"), "{text}");
        let mask = json!({"op": "add", "path": "/securityLabel/-", "value": label(FLAGS, "MASQUE_PS")});
        assert_eq!(out_of_bounds(&document, &json!([mask, operation])).2, None, "{operation}");
    }
    let all: Vec<&Value> = forbidden.iter().map(|(operation, _)| operation).collect();
    assert_eq!(out_of_bounds(&document, &json!(all)).0.len(), all.len(), "all are told at once");
}

#[test]
fn nothing_at_all_is_fine() {
    let masked = document(&[VisibilityFlag::MasquePs], Some(true));
    assert_eq!(
        patched(&document(&[], None), &json!([{"op": "replace", "path": "", "value": document(&[], None)}])),
        Ok(Changes::default())
    );
    for patch in [
        json!([]),
        json!([{"op": "replace", "path": "/type/coding/0/code", "value": "11490-0"}]),
        json!([{"op": "replace", "path": "", "value": masked}]),
        json!([{"op": "test", "path": "/content/0/attachment/size", "value": 5.0}]),
        add_label(&label(STATUS_SPELLING, "MASQUE_PS")),
        json!([{"op": "replace", "path": "/extension/0/valueBoolean", "value": true}]),
        json!([
            {"op": "remove", "path": "/securityLabel/1"},
            {"op": "add", "path": "/securityLabel/0", "value": label(FLAGS, "MASQUE_PS")},
        ]),
    ] {
        assert_eq!(patched(&masked, &patch), Ok(Changes::default()), "{patch}");
    }
}

#[test]
fn a_failing_test_and_a_path_to_nothing_say_which_operation() {
    let document = document(&[VisibilityFlag::MasquePs], None);
    let remove = json!({"op": "remove", "path": "/securityLabel/1"});
    let test = |path: &str, value: Value| json!([{"op": "test", "path": path, "value": value}, remove]);
    for (patch, place) in [
        (
            test("/securityLabel/1/coding/0/code", json!("INVISIBLE_PATIENT")),
            "DocumentReference.securityLabel[1].coding[0].code",
        ),
        (test("/securityLabel/7", json!({})), "DocumentReference.securityLabel"),
        (test("/extension/0/url", json!(IS_ARCHIVED)), "DocumentReference"),
    ] {
        let (places, text, status) = out_of_bounds(&document, &patch);
        assert_eq!((places, status), (vec![place.to_owned()], None), "{patch}");
        assert!(text.contains("opération 1 : le test échoue"), "{text}");
    }
    for path in [
        "/securityLabel/9",
        "/securityLabel/01",
        "/securityLabel/-",
        "/status/x",
        "/extension/0/valueBoolean",
    ] {
        let (_, text, status) =
            out_of_bounds(&document, &json!([{"op": "replace", "path": path, "value": 1}]));
        assert!(text.contains("opération 1 : le chemin ne désigne rien"), "{path}: {text}");
        assert_eq!(status, None);
    }
}
