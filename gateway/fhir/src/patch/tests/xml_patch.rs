//! XML Patch.

use super::*;
use crate::codec::xml;

fn patched_by(document: &Value, operations: &str) -> Result<Changes, Refused> {
    let diff =
        format!("<diff xmlns:f=\"http://hl7.org/fhir\" xmlns=\"http://hl7.org/fhir\">{operations}</diff>");
    let patch = xml::document(diff.as_bytes(), &Limits::default()).expect(&diff);
    let result = read(document, &Patch::Xml(patch), &TABLES.systems, false);
    for finding in result.as_ref().err().into_iter().flat_map(|refused| &refused.findings) {
        let place = finding.at.as_str();
        assert!(place.is_empty() || structure::tests::resolves(document, place), "{finding:?}");
    }
    result
}

fn label_xml(system: &str, code: &str) -> String {
    format!(
        "<securityLabel><coding><system value=\"{system}\"/><code value=\"{code}\"/></coding></securityLabel>"
    )
}

#[test]
fn masking_adds_a_label_below_or_beside() {
    let label = label_xml(FLAGS, "MASQUE_PS");
    for at in [
        "sel=\"/f:DocumentReference\"",
        "sel=\"/f:DocumentReference/f:securityLabel[1]\" pos=\"after\"",
        "sel=\"/f:DocumentReference\" pos=\"prepend\"",
    ] {
        let changes = patched_by(&document(&[], None), &format!("<add {at}>{label}</add>")).expect(at);
        assert_eq!(changes.add, [VisibilityFlag::MasquePs], "{at}");
    }
}

#[test]
fn a_flag_named_by_the_selector_goes_and_by_its_place_does_not() {
    let masked = document(&[VisibilityFlag::InvisiblePatient, VisibilityFlag::MasquePs], None);
    let named = "<remove sel=\"/f:DocumentReference/f:securityLabel[f:coding/f:code/@value='MASQUE_PS']\"/>";
    assert_eq!(patched_by(&masked, named).expect("a patch").remove, [VisibilityFlag::MasquePs]);
    let placed = patched_by(&masked, "<remove sel=\"/f:DocumentReference/f:securityLabel[3]\"/>");
    assert_eq!(
        placed.expect_err("not named").findings.first().map(|f| f.rule),
        Some(Rule::PatchIsWithinBounds)
    );
}

#[test]
fn archiving_replaces_a_value_or_adds_the_extension() {
    let sel = format!("/f:DocumentReference/f:extension[@url='{IS_ARCHIVED}']/f:valueBoolean");
    for replace in [
        format!("<replace sel=\"{sel}/@value\">true</replace>"),
        format!("<replace sel=\"{sel}\"><valueBoolean value=\"true\"/></replace>"),
    ] {
        let changes = patched_by(&document(&[], Some(false)), &replace).expect(&replace);
        assert_eq!(changes.archive, Some(true));
    }
    let add = format!(
        "<add sel=\"/f:DocumentReference\"><extension url=\"{IS_ARCHIVED}\"><valueBoolean value=\"true\"/></extension></add>"
    );
    assert_eq!(patched_by(&document(&[], None), &add).expect("a patch").archive, Some(true));
}

#[test]
fn unpublishing_replaces_the_status() {
    let replace = "<replace sel=\"/f:DocumentReference/f:status/@value\">entered-in-error</replace>";
    assert!(patched_by(&document(&[], None), replace).expect("a patch").delete);
}

#[test]
fn what_may_not_change_is_405_in_this_form_too() {
    for operation in [
        "<replace sel=\"/f:DocumentReference/f:description/@value\">x</replace>",
        "<remove sel=\"/f:DocumentReference/f:type\"/>",
        "<add sel=\"/f:DocumentReference\"><description value=\"x\"/></add>",
        "<remove sel=\"/f:DocumentReference\"/>",
    ] {
        let refused = patched_by(&document(&[], None), operation).expect_err(operation);
        assert_eq!(refused.status, Some(405), "{operation}");
    }
}

#[test]
fn what_leads_nowhere_is_told() {
    let remove = "<remove sel=\"/f:DocumentReference/f:securityLabel[f:coding/f:code/@value='MASQUE_PS']\"/>";
    let refused = patched_by(&document(&[], None), remove).expect_err("nothing there");
    assert_eq!(refused.findings.first().map(|finding| finding.rule), Some(Rule::PatchIsWithinBounds));
}

#[test]
fn what_is_no_patch_is_told_with_its_number() {
    let operations = [
        "<replace sel=\"/f:DocumentReference/f:status\"><type/></replace>",
        "<replace sel=\"//f:status/@value\">current</replace>",
        "<add sel=\"/f:DocumentReference\" type=\"@value\">x</add>",
        "<add sel=\"/f:DocumentReference\"><nonsense value=\"x\"/></add>",
        "<add sel=\"/f:DocumentReference\"/>",
        "<move sel=\"/f:DocumentReference/f:status\"/>",
        "<remove sel=\"/f:DocumentReference/f:securityLabel\"/>",
    ];
    let masked = document(&[VisibilityFlag::MasquePs], None);
    let refused = patched_by(&masked, &operations.concat()).expect_err("unreadable");
    assert_eq!(refused.findings.len(), operations.len());
    for (finding, number) in refused.findings.iter().zip(1..) {
        assert_eq!(finding.rule, Rule::MessageIsReadable, "{finding:?}");
        assert!(
            finding.args.iter().any(|(_, text)| text.contains(&format!("operation {number}:"))),
            "{finding:?}"
        );
    }
    assert_eq!(patched_by(&masked, "").expect_err("empty").findings.len(), 1);
}
