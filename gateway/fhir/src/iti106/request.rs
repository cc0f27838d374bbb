//! The request: Parameters with exactly one `document`, a Binary (CDA) or a Bundle of type document.

use model::{ContentBytes, Finding, MimeType, Rule};
use serde_json::Value;

use crate::codec::{Element, primitive};
use crate::fhir_document;

/// The document that was given.
pub(super) enum Given<'a> {
    /// A CDA, decoded.
    Cda(Cda),
    /// A FHIR document that is one.
    Document(Element<'a>),
}

/// The bytes of a CDA.
pub(super) struct Cda {
    pub(super) bytes: ContentBytes,
    pub(super) mime_type: MimeType,
}

/// Reads structurally sound Parameters, or tells everything that is wrong with them.
pub(super) fn read(body: &Value) -> Result<Given<'_>, Vec<Finding>> {
    let root = Element::root(body);
    let documents: Vec<Element<'_>> =
        root.all("parameter").into_iter().filter(|p| p.text("name") == Some("document")).collect();
    let ([parameter], "Parameters") = (documents.as_slice(), root.kind()) else {
        return Err(vec![root.wrong(
            "attendu : Parameters avec un paramètre document et un seul (Binary ou Bundle)",
            "expected: Parameters with one parameter document and one only (Binary or Bundle)",
        )]);
    };
    let Some(resource) = parameter.get("resource") else { return Err(vec![parameter.missing("resource")]) };
    match resource.kind() {
        "Binary" => binary(&resource).map(Given::Cda),
        "Bundle" => match fhir_document::check(&resource) {
            findings if findings.is_empty() => Ok(Given::Document(resource)),
            findings => Err(findings),
        },
        _ => Err(vec![resource.wrong(
            "un Binary (CDA) ou un Bundle de type document est attendu",
            "expected a Binary (CDA) or a Bundle of type document",
        )]),
    }
}

fn binary(binary: &Element<'_>) -> Result<Cda, Vec<Finding>> {
    let mut findings: Vec<Finding> = ["contentType", "data"]
        .into_iter()
        .filter(|name| !binary.has(name))
        .map(|name| binary.missing(name))
        .collect();
    let mime_type = binary.text("contentType").and_then(|text| MimeType::parse(text).ok());
    let is_xml = |mime: &MimeType| matches!(mime.as_str(), "text/xml" | "application/xml");
    if binary.has("contentType") && !mime_type.as_ref().is_some_and(is_xml) {
        let at = binary.place_of("contentType");
        findings.push(Finding::new(Rule::TransactionIsSupported).at(at).detail(
            "les métadonnées se déduisent d'un CDA (text/xml ou application/xml) ou d'un document FHIR (Bundle) : tout \
             autre document se dépose avec les siennes, par ITI-105 ou ITI-65",
            "metadata are derived from a CDA (text/xml or application/xml) or a FHIR document (Bundle): any other document \
             is deposited with its own, by ITI-105 or ITI-65",
        ));
    }
    let bytes = binary.text("data").and_then(primitive::decode).map(ContentBytes::new);
    match (bytes, mime_type, findings.is_empty()) {
        (Some(bytes), Some(mime_type), true) => Ok(Cda { bytes, mime_type }),
        _ => Err(findings),
    }
}
