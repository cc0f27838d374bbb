//! The patient's traits: as fed by the operator, and as they travel with a document.

use crate::{Cx, Hl7Time, Ins};

/// Administrative sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Not known.
    Unknown,
}

impl Sex {
    /// PID-8: `F`, `M`, `U`.
    pub const fn hl7(self) -> &'static str {
        match self {
            Sex::Female => "F",
            Sex::Male => "M",
            Sex::Unknown => "U",
        }
    }

    /// Reads PID-8; anything else is unknown.
    pub fn from_hl7(text: &str) -> Self {
        match text {
            "F" => Sex::Female,
            "M" => Sex::Male,
            _ => Sex::Unknown,
        }
    }
}

/// A person's name (PID-5).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PersonName {
    /// Family name.
    pub family: Option<String>,
    /// Given names, space separated as sent.
    pub given: Option<String>,
    /// PID-5.7: `L` birth name, `D` used name.
    pub name_type: Option<String>,
}

/// An address (PID-11); free components are kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Address {
    /// Street.
    pub street: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country.
    pub country: Option<String>,
}

/// The patient as the source knew them when the document was made (`sourcePatientInfo`). It is shown
/// as sent and never used to find or change an identity.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SourcePatientInfo {
    /// PID-3.
    pub identifiers: Vec<Cx>,
    /// PID-5.
    pub names: Vec<PersonName>,
    /// PID-7.
    pub birth_date: Option<Hl7Time>,
    /// PID-8.
    pub sex: Option<Sex>,
    /// PID-11.
    pub addresses: Vec<Address>,
    /// Other PID lines, field number and raw value (no FHIR counterpart).
    pub other: Vec<(u8, String)>,
}

impl SourcePatientInfo {
    /// True when nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == SourcePatientInfo::default()
    }
}

/// A person of the record, as the identity feed gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The matricule.
    pub ins: Ins,
    /// Birth name.
    pub birth_family: String,
    /// Given names, space separated.
    pub given: String,
    /// Used name, when there is one.
    pub used_family: Option<String>,
    /// Date of birth (day precision; partial dates follow RNIV upstream).
    pub birth_date: Hl7Time,
    /// Sex.
    pub sex: Sex,
    /// INSEE code of the place of birth.
    pub birth_place: Option<String>,
    /// Serial number of the carte Vitale: what an activation is tried with.
    pub card_serial: Option<String>,
    /// Where the holder is written to.
    pub email: Option<String>,
    /// What else is known.
    pub further: Box<FurtherTraits>,
}

/// What an identity feed may say of a person beyond the traits of the national identity. A person is never taken for
/// another one because of these.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FurtherTraits {
    /// The first given name, its hyphens or spaces kept; else it is the first word of the given names.
    pub first_given: Option<String>,
    /// The mother's maiden name.
    pub mothers_maiden_name: Option<String>,
    /// Where the person lives.
    pub addresses: Vec<PostalAddress>,
    /// How the person is reached.
    pub telecoms: Vec<Telecom>,
    /// Identifiers in other domains, of whoever fed them.
    pub identifiers: Vec<Ins>,
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PostalAddress {
    /// Lines before the city.
    pub lines: Vec<String>,
    /// City.
    pub city: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Region.
    pub state: Option<String>,
    /// Country.
    pub country: Option<String>,
}

impl PostalAddress {
    /// Every part.
    pub fn parts(&self) -> Vec<&str> {
        let named = [&self.city, &self.postal_code, &self.state, &self.country];
        self.lines
            .iter()
            .map(String::as_str)
            .chain(named.into_iter().filter_map(|part| part.as_deref()))
            .collect()
    }
}

/// A means of reaching a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Telecom {
    /// Which.
    pub kind: TelecomKind,
    /// Number or address, as fed.
    pub value: String,
}

/// The means that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TelecomKind {
    /// A telephone.
    Phone,
    /// Electronic mail.
    Email,
}
