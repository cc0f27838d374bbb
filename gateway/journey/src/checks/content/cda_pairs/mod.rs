//! The 27 pairs of a CDA header and XDS metadata (CI-SIS): how each is compared. Which there are, and what a
//! difference is worth, is data.

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

/// How a pair of `mappings/constraints/cda_pairs.csv` is compared; `None` when another rule of this stage does it (G2,
/// G4), or for a pair that is not known.
pub(super) fn comparison(name: &str) -> Option<Comparison> {
    match name {
        "id" => Some(document::id),
        "type" => Some(document::type_code),
        "class" => Some(document::class_code),
        "title" => Some(document::title),
        "creation" => Some(document::creation),
        "confidentiality" => Some(document::confidentiality),
        "language" => Some(document::language),
        "version" => Some(document::version),
        "source_patient" => Some(patient::source_id),
        "traits" => Some(patient::traits),
        "author" => Some(people::persons),
        "institution" => Some(people::institutions),
        "role" => Some(people::roles),
        "specialty" => Some(people::specialties),
        "authenticator" => Some(people::legal_authenticator),
        "service_start" => Some(context::service_start),
        "service_stop" => Some(context::service_stop),
        "event" => Some(context::events),
        "practice_setting" => Some(context::practice_setting),
        "facility_type" => Some(context::facility_type),
        "model" => Some(context::structured_format),
        "media" => Some(context::level_1_format),
        "replaces" => Some(links::replaces),
        "transforms" => Some(links::transforms),
        "order" => Some(links::orders),
        _ => None,
    }
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
