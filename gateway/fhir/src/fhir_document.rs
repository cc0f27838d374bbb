//! A FHIR document: a Bundle of type document that is the content of an entry (IHE MHD 4.2.4 §2:3.65.4.1.2, "FHIR
//! Documents Publish"; FHIR R4 §3.3). What makes it a document, and its bytes.
//!
//! The bytes kept are a serialisation of what was read: the sender's spaces and line ends are not. A document whose
//! bytes matter (a signature over them) is sent as a Binary.

use std::collections::BTreeMap;

use model::{Finding, Ins, MimeType, Rule};
use serde_json::Value;

use crate::Limits;
use crate::codec::{Element, xml};
use crate::incoming;
use crate::iti65::Entries;
use crate::media::Format;
use crate::patient::Patients;

/// Everything that keeps a structurally sound Bundle from being a document (FHIR R4 §3.3.1, bdl-9 to bdl-11).
pub(crate) fn check(bundle: &Element<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if bundle.text("type") != Some("document") {
        let finding = bundle.wrong("type attendu : document", "expected type: document");
        findings.push(finding.at(bundle.place_of("type")));
    }
    match bundle.get("identifier") {
        None => findings.push(bundle.missing("identifier")),
        Some(identifier) => {
            for name in ["system", "value"].iter().filter(|name| !identifier.has(name)) {
                findings.push(identifier.missing(name));
            }
        }
    }
    if !bundle.has("timestamp") {
        findings.push(bundle.missing("timestamp"));
    }
    let entries = bundle.all("entry");
    let first = entries.first().and_then(|entry| entry.get("resource"));
    if first.as_ref().map(Element::kind) != Some("Composition") {
        let at = entries.first().map_or_else(|| bundle.place(), Element::place);
        findings.push(
            bundle
                .wrong(
                    "la première entrée d'un document FHIR est sa Composition",
                    "the first entry of a FHIR document is its Composition",
                )
                .at(at),
        );
    }
    for entry in entries.iter().filter(|entry| !entry.has("fullUrl")) {
        findings.push(entry.missing("fullUrl"));
    }
    findings
}

/// The patient that the Composition names by an INS, with its place; `None` if it names none.
fn patient(bundle: &Element<'_>) -> Option<(Ins, model::Location)> {
    let composition = composition(bundle)?;
    let subject = composition.get("subject")?;
    let entries = Entries::of_document(bundle);
    let patients = Patients { entries: &entries, known: &BTreeMap::new(), base: "" };
    let ins = patients.ins(&composition, &subject).ok()?;
    Some((ins, subject.place()))
}

/// The first resource, if it is a Composition.
pub(crate) fn composition<'a>(bundle: &Element<'a>) -> Option<Element<'a>> {
    bundle.first("entry")?.get("resource").filter(|resource| resource.kind() == "Composition")
}

/// The finding of a document whose Composition is about another patient than its metadata.
pub(crate) fn of_another_patient(bundle: &Element<'_>, expected: &Ins) -> Option<Finding> {
    let (stated, at) = patient(bundle)?;
    (stated != *expected).then(|| {
        Finding::new(Rule::OnePatientInSubmission).at(at).detail(
            "le patient de la Composition n'est pas celui du DocumentReference",
            "the patient of the Composition is not the one of the DocumentReference",
        )
    })
}

/// The format of a document that is declared as FHIR; `None` for any other.
pub(crate) fn declared(attachment: &Element<'_>) -> Option<Format> {
    let declared = attachment.text("contentType").and_then(|text| MimeType::parse(text).ok())?;
    Format::ALL.into_iter().find(|format| format.media_type() == declared.as_str())
}

/// Everything wrong with bytes that are declared as FHIR, told at `at`: their own places are not in the message.
pub(crate) fn check_bytes(
    bytes: &[u8],
    format: Format,
    expected: Option<&Ins>,
    at: &Element<'_>,
    name: &str,
) -> Vec<Finding> {
    let told = match incoming::examined(bytes, format, &Limits::default()) {
        Err(finding) => vec![finding],
        Ok((value, mut findings)) => {
            if findings.is_empty() {
                let bundle = Element::root(&value);
                findings = match bundle.kind() {
                    "Bundle" => check(&bundle),
                    _ => vec![bundle.wrong("un Bundle est attendu", "expected a Bundle")],
                };
                findings.extend(expected.and_then(|ins| of_another_patient(&bundle, ins)));
            }
            findings
        }
    };
    let retell = |finding| retold(finding, at.place_of(name), "document FHIR", "FHIR document");
    told.into_iter().map(retell).collect()
}

/// A finding about something that is not itself in the message, told where that stands or what it came from.
pub(crate) fn retold(finding: Finding, at: model::Location, fr: &str, en: &str) -> Finding {
    let inner = finding.at.as_str();
    let detail = |name: &str| {
        let found = finding.args.iter().find(|(key, _)| *key == name);
        found.map(|(_, text)| text.as_str()).unwrap_or_default()
    };
    let (told_fr, told_en) = (detail("detail_fr"), detail("detail_en"));
    let mut retold = Finding::new(finding.rule)
        .at(at)
        .detail(format!("{fr}, {inner} : {told_fr}"), format!("{en}, {inner}: {told_en}"));
    let others = finding.args.iter().filter(|(key, _)| !key.starts_with("detail"));
    retold.args.extend(others.cloned());
    Finding { severity: finding.severity, ..retold }
}

/// The bytes of a document, in the format that it came in.
pub(crate) fn bytes(document: &Value, format: Format) -> Vec<u8> {
    match format {
        Format::Json => document.to_string().into_bytes(),
        Format::Xml => xml::write(document, false).into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    pub(crate) fn document() -> Value {
        json!({
            "resourceType": "Bundle", "type": "document", "timestamp": "2026-06-12T11:00:00+02:00",
            "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:2.999.7"},
            "entry": [
                {"fullUrl": "urn:uuid:00000000-0000-4000-8000-00000000000a", "resource": {"resourceType": "Composition",
                    "status": "final", "subject": {"reference": "urn:uuid:00000000-0000-4000-8000-00000000000b"}}},
                {"fullUrl": "urn:uuid:00000000-0000-4000-8000-00000000000b", "resource": {"resourceType": "Patient",
                    "identifier": [{"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "255081416802538"}]}},
            ],
        })
    }

    #[test]
    fn a_document_has_an_identifier_a_time_and_a_composition_first() {
        assert_eq!(check(&Element::root(&document())), []);
        for (name, at) in [("identifier", "Bundle"), ("timestamp", "Bundle"), ("type", "Bundle")] {
            let mut lacking = document();
            lacking.as_object_mut().expect("an object").shift_remove(name);
            let found = check(&Element::root(&lacking));
            assert_eq!(found.iter().map(|f| f.at.as_str()).collect::<Vec<_>>(), [at], "{name}");
        }
        let mut other = document();
        other["entry"].as_array_mut().expect("entries").swap(0, 1);
        assert_eq!(check(&Element::root(&other))[0].at.as_str(), "Bundle.entry[0]");
    }

    #[test]
    fn the_composition_is_about_the_patient_of_the_metadata() {
        let value = document();
        let bundle = Element::root(&value);
        let own = Ins::parse("255081416802538", "1.2.250.1.213.1.4.10").expect("an INS");
        let other = Ins::parse("158112A00499224", "1.2.250.1.213.1.4.10").expect("an INS");
        assert_eq!(of_another_patient(&bundle, &own), None);
        let found = of_another_patient(&bundle, &other).expect("another patient");
        assert_eq!(found.rule, Rule::OnePatientInSubmission);
        assert_eq!(found.at.as_str(), "Bundle.entry[0].resource.subject");
    }

    #[test]
    fn bytes_that_are_no_document_are_told_where_they_stand() {
        let holder = json!({"resourceType": "Binary", "data": "e30="});
        let at = Element::root(&holder);
        let patient = json!({"resourceType": "Patient", "active": true});
        let other = Ins::parse("158112A00499224", "1.2.250.1.213.1.4.10").expect("an INS");
        for format in Format::ALL {
            for bytes in [b"{}".to_vec(), b"[".to_vec(), b"<a/>".to_vec(), super::bytes(&patient, format)] {
                let found = check_bytes(&bytes, format, None, &at, "data");
                assert!(
                    !found.is_empty() && found.iter().all(|f| f.at.as_str() == "Binary.data"),
                    "{found:?}"
                );
            }
            let kept = super::bytes(&document(), format);
            assert_eq!(check_bytes(&kept, format, None, &at, "data"), []);
            let rules: Vec<Rule> = check_bytes(&kept, format, Some(&other), &at, "data")
                .iter()
                .map(|found| found.rule)
                .collect();
            assert_eq!(rules, [Rule::OnePatientInSubmission]);
        }
    }

    #[test]
    fn a_document_is_kept_in_the_format_that_it_came_in() {
        for format in Format::ALL {
            let kept = super::bytes(&document(), format);
            let read = crate::incoming::examined(&kept, format, &Limits::default());
            assert_eq!(read, Ok((document(), Vec::new())), "{format:?}");
        }
    }
}
