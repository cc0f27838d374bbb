//! Codings: the FHIR URL of a scheme and its OID in XDS, through the tables.

use mappings::{Systems, ValueSet};
use model::{Code, CodedText, Finding, system};
use serde_json::{Value, json};

use super::Reading;
use crate::codec::Element;

/// Reads a Coding: code and system are both needed.
pub(crate) fn coding(coding: &Element<'_>, systems: &Systems) -> Result<Code, Finding> {
    let value = coding.text("code").ok_or_else(|| coding.missing("code"))?;
    let system = coding.text("system").ok_or_else(|| coding.missing("system"))?;
    Ok(Code {
        value: value.to_owned(),
        system: systems.from_fhir(system),
        label: coding.text("display").map(str::to_owned),
    })
}

/// Reads a CodeableConcept as the one code of XDS: of several translations the first that is in `set`,
/// else the first.
pub(crate) fn concept(
    concept: &Element<'_>,
    set: Option<ValueSet>,
    reading: &mut Reading<'_>,
) -> Option<Code> {
    let codings = concept.all("coding");
    if codings.is_empty() {
        reading.tell(concept.missing("coding"));
        return None;
    }
    let read: Vec<_> = codings.iter().map(|c| coding(c, &reading.mappings.systems)).collect();
    let known = |code: &Code| set.is_some_and(|set| reading.mappings.codes.contains(set, code));
    let chosen = read.iter().position(|r| r.as_ref().is_ok_and(known)).unwrap_or(0);
    let code = read.into_iter().nth(chosen)?;
    let code = reading.keep(code)?;
    if let (Some(element), Some(at)) = (set.and_then(element), codings.get(chosen)) {
        reading.admit(element, &code, at);
    }
    match (set, codings.get(chosen)) {
        (Some(ValueSet::Confidentiality), Some(at)) => Some(confidentiality(code, at, reading)),
        _ => Some(code),
    }
}

/// The attribute whose terminologies PDSm lists, of those that a value set stands for.
fn element(set: ValueSet) -> Option<&'static str> {
    match set {
        ValueSet::DocumentType => Some("typeCode"),
        ValueSet::DocumentClass => Some("classCode"),
        ValueSet::FacilityType => Some("healthcareFacilityTypeCode"),
        ValueSet::ContentType => Some("contentTypeCode"),
        ValueSet::Format => Some("formatCode"),
        ValueSet::Confidentiality
        | ValueSet::PracticeSetting
        | ValueSet::AccessMode
        | ValueSet::EventCode
        | ValueSet::FolderCode
        | ValueSet::AssociationDocumentation => None,
    }
}

/// A level (N, R, V) named in the scheme of the visibility flags, as published samples do, is meant in the
/// scheme of levels: read so, with a warning.
fn confidentiality(code: Code, at: &Element<'_>, reading: &mut Reading<'_>) -> Code {
    if code.system != system::VISIBILITY || !matches!(code.value.as_str(), "N" | "R" | "V") {
        return code;
    }
    let finding = at.wrong(
        "N, R et V sont des codes de TRE_A08 (niveau de confidentialité), pas de TRE_A07 (visibilité) : lu ainsi",
        "N, R and V are codes of TRE_A08 (confidentiality level), not of TRE_A07 (visibility): read so",
    );
    reading.tell(finding.warning());
    Code { system: system::CONFIDENTIALITY.to_owned(), ..code }
}

/// Reads a CodeableConcept as a role or specialty: its first coding, else its text.
pub(crate) fn coded_text(concept: &Element<'_>, systems: &Systems) -> Option<CodedText> {
    let coded = concept.all("coding").iter().find_map(|c| coding(c, systems).ok());
    coded.map(CodedText::Coded).or_else(|| concept.text("text").map(|text| CodedText::Text(text.to_owned())))
}

/// Writes a Coding.
pub(crate) fn write_coding(code: &Code, systems: &Systems) -> Value {
    let mut coding = json!({"system": systems.to_fhir(&code.system), "code": code.value});
    if let (Some(label), Some(coding)) = (&code.label, coding.as_object_mut()) {
        coding.insert("display".into(), json!(label));
    }
    coding
}

/// Writes a CodeableConcept of one coding.
pub(crate) fn write_concept(code: &Code, systems: &Systems) -> Value {
    json!({"coding": [write_coding(code, systems)]})
}

/// Writes a role or a specialty.
pub(crate) fn write_coded_text(text: &CodedText, systems: &Systems) -> Value {
    match text {
        CodedText::Text(text) => json!({"text": text}),
        CodedText::Coded(code) => write_concept(code, systems),
    }
}
