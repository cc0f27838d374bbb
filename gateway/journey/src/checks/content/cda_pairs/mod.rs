//! The 27 pairs of a CDA header and XDS metadata (CI-SIS), one line each.

mod context;
mod document;
mod links;
mod patient;
mod people;

use model::Hl7Time;
use xml::cda::At;

use super::CdaCase;

/// How many characters of a value a finding shows.
const SHOWN: usize = 200;

/// One pair.
pub(super) struct Pair {
    /// Its name in findings.
    pub name: &'static str,
    /// Where the CDA holds the value, below `/ClinicalDocument/`.
    pub cda: &'static str,
    /// The XDS attribute.
    pub slot: &'static str,
    /// How they are compared; `None` when another rule of this stage does it (G2, G4).
    pub compare: Option<Comparison>,
}

/// Compares one pair and gives every difference.
pub(super) type Comparison = fn(&CdaCase<'_>) -> Vec<Difference>;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    /// The exact place in the CDA; the pair's own when there is none.
    pub path: Option<String>,
    /// What the CDA holds.
    pub cda: Value,
    /// What the metadata holds.
    pub metadata: Value,
}

/// One side of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A code, a time, an identifier of a document or of a professional.
    Shown(String),
    /// Patient data or free text.
    Hidden,
    /// Nothing.
    Absent,
    /// Something that must be there.
    Required,
}

/// One line each, in the order of the source.
#[rustfmt::skip]
pub(super) const PAIRS: [Pair; 27] = [
    pair("id", "id", "uniqueId", Some(document::id)),
    pair("type", "code", "typeCode", Some(document::type_code)),
    pair("class", "code", "classCode", Some(document::class_code)),
    pair("title", "title", "title", Some(document::title)),
    pair("creation", "effectiveTime/@value", "creationTime", Some(document::creation)),
    pair("confidentiality", "confidentialityCode", "confidentialityCode", Some(document::confidentiality)),
    pair("language", "languageCode/@code", "languageCode", Some(document::language)),
    pair("version", "setId", "setId, versionNumber", Some(document::version)),
    pair("patient", "recordTarget/patientRole/id", "patientId", None),
    pair("source_patient", "recordTarget/patientRole/id", "sourcePatientId", Some(patient::source_id)),
    pair("traits", "recordTarget/patientRole/patient", "sourcePatientInfo", Some(patient::traits)),
    pair("author", "author/assignedAuthor/id", "authorPerson", Some(people::persons)),
    pair("institution", "author/assignedAuthor/representedOrganization/id", "authorInstitution", Some(people::institutions)),
    pair("role", "author/functionCode/@displayName", "authorRole", Some(people::roles)),
    pair("specialty", "author/assignedAuthor/code", "authorSpecialty", Some(people::specialties)),
    pair("authenticator", "legalAuthenticator/assignedEntity/id", "legalAuthenticator", Some(people::legal_authenticator)),
    pair("service_start", "documentationOf/serviceEvent/effectiveTime/low/@value", "serviceStartTime", Some(context::service_start)),
    pair("service_stop", "documentationOf/serviceEvent/effectiveTime/high/@value", "serviceStopTime", Some(context::service_stop)),
    pair("event", "documentationOf/serviceEvent/code", "eventCodeList", Some(context::events)),
    pair("practice_setting", "documentationOf/serviceEvent/performer/assignedEntity/representedOrganization/standardIndustryClassCode", "practiceSettingCode", Some(context::practice_setting)),
    pair("facility_type", "componentOf/encompassingEncounter/location/healthCareFacility/code", "healthcareFacilityTypeCode", Some(context::facility_type)),
    pair("model", "templateId", "formatCode", Some(context::structured_format)),
    pair("media", "component/nonXMLBody/text/@mediaType", "formatCode", Some(context::level_1_format)),
    pair("replaces", "relatedDocument", "Association RPLC", Some(links::replaces)),
    pair("transforms", "relatedDocument", "Association XFRM", Some(links::transforms)),
    pair("order", "inFulfillmentOf/order/id", "referenceIdList", Some(links::orders)),
    pair("bytes", "", "hash, size", None),
];

/// Where a CDA holds what an attribute says; `None` if it holds no such thing.
pub(crate) fn xpath_of(attribute: &str) -> Option<String> {
    let is_of_author = attribute == "author";
    let pair = PAIRS.iter().find(|pair| pair.slot == attribute);
    let below = pair.map(|pair| pair.cda).or(is_of_author.then_some("author"))?;
    Some(format!("/ClinicalDocument/{below}"))
}

const fn pair(
    name: &'static str,
    cda: &'static str,
    slot: &'static str,
    compare: Option<Comparison>,
) -> Pair {
    Pair { name, cda, slot, compare }
}

impl Value {
    /// A code, an identifier or a time that may be shown: its first [`SHOWN`] characters.
    fn show(text: impl AsRef<str>) -> Self {
        Value::Shown(text.as_ref().chars().take(SHOWN).collect())
    }

    /// The text, for a finding's arguments.
    pub fn shown(&self) -> Option<&str> {
        match self {
            Value::Shown(text) => Some(text),
            Value::Hidden | Value::Absent | Value::Required => None,
        }
    }

    /// In a French sentence.
    pub fn fr(&self) -> String {
        match self {
            Value::Shown(text) => format!("« {text} »"),
            Value::Hidden => "une valeur qui n'est pas montrée".to_owned(),
            Value::Absent => "rien".to_owned(),
            Value::Required => "en demande une".to_owned(),
        }
    }

    /// In an English sentence.
    pub fn en(&self) -> String {
        match self {
            Value::Shown(text) => format!("\"{text}\""),
            Value::Hidden => "a value that is not shown".to_owned(),
            Value::Absent => "nothing".to_owned(),
            Value::Required => "asks for one".to_owned(),
        }
    }
}

/// No difference.
fn same() -> Vec<Difference> {
    Vec::new()
}

/// One difference at the pair's own path.
fn differs(cda: Value, metadata: Value) -> Vec<Difference> {
    vec![Difference { path: None, cda, metadata }]
}

/// One difference at an exact path.
fn differs_at(path: &str, cda: Value, metadata: Value) -> Vec<Difference> {
    vec![Difference { path: Some(path.to_owned()), cda, metadata }]
}

/// Compares two times at the precision that both have.
fn times(cda: Option<&At<Hl7Time>>, metadata: Option<&Hl7Time>) -> Vec<Difference> {
    let Some(metadata) = metadata else { return same() };
    let shown = Value::show(metadata.as_str());
    let Some(cda) = cda else { return differs(Value::Absent, shown) };
    if agree(&cda.value, metadata) {
        same()
    } else {
        differs_at(&cda.path, Value::show(cda.value.as_str()), shown)
    }
}

/// True if two times are equal at the precision that both have.
fn agree(one: &Hl7Time, other: &Hl7Time) -> bool {
    one.as_str().starts_with(other.as_str()) || other.as_str().starts_with(one.as_str())
}
