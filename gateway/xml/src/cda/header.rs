//! The values of a CDA header.

use std::fmt;

use model::{Code, Hl7Time};

/// A value with the XPath of where it stands; unprefixed names are in the CDA namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// For instance `/ClinicalDocument/author[2]/assignedAuthor/id[1]`.
    pub path: String,
}

/// An instance identifier (II).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct InstanceId {
    /// An OID, or a UUID as HL7 also allows.
    pub root: String,
    /// The extension, when there is one.
    pub extension: Option<String>,
}

/// Shows the root only: an extension may be a patient's identifier.
impl fmt::Debug for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extension = if self.extension.is_some() { "^…" } else { "" };
        write!(f, "InstanceId({}{extension})", self.root)
    }
}

/// What a CDA says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// `templateId/@root`, in order.
    pub template_ids: Vec<At<String>>,
    /// `id`.
    pub id: Option<At<InstanceId>>,
    /// `code`.
    pub code: Option<At<Code>>,
    /// `title`, trimmed.
    pub title: Option<At<String>>,
    /// `effectiveTime`, in UTC.
    pub effective_time: Option<At<Hl7Time>>,
    /// `confidentialityCode`.
    pub confidentiality: Option<At<Code>>,
    /// `languageCode/@code`.
    pub language: Option<At<String>>,
    /// `setId`.
    pub set_id: Option<At<InstanceId>>,
    /// `versionNumber/@value`.
    pub version: Option<At<String>>,
    /// `recordTarget`, one each.
    pub patients: Vec<Patient>,
    /// `author`, one each.
    pub authors: Vec<Author>,
    /// `custodian`.
    pub custodian: Option<Organization>,
    /// `legalAuthenticator`.
    pub legal_authenticator: Option<Person>,
    /// `inFulfillmentOf/order/id`.
    pub orders: Vec<At<InstanceId>>,
    /// `documentationOf/serviceEvent`, one each.
    pub services: Vec<ServiceEvent>,
    /// `relatedDocument`, one each.
    pub related: Vec<RelatedDocument>,
    /// `componentOf/…/healthCareFacility/code`.
    pub facility: Option<At<Code>>,
    /// `component`.
    pub body: Option<Body>,
}

impl Header {
    /// The main event: the first whose performer names an activity (`standardIndustryClassCode`), else the
    /// first.
    pub fn main_service(&self) -> Option<&ServiceEvent> {
        self.services.iter().find(|event| event.industry.is_some()).or_else(|| self.services.first())
    }
}

/// The patient of a `recordTarget`. Its `Debug` shows no trait.
#[derive(Clone, PartialEq, Eq)]
pub struct Patient {
    /// XPath of `patientRole`.
    pub path: String,
    /// Identifiers, national and local.
    pub ids: Vec<At<InstanceId>>,
    /// Names.
    pub names: Vec<Name>,
    /// Date of birth.
    pub birth: Option<At<Hl7Time>>,
    /// Administrative gender: `M`, `F`, `UN`.
    pub gender: Option<At<Code>>,
}

impl fmt::Debug for Patient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Patient({})", self.path)
    }
}

/// A person's name: parts with their qualifier (`BR` birth, `SP` spouse, `CL` usual).
#[derive(Clone, PartialEq, Eq)]
pub struct Name {
    /// XPath of `name`.
    pub path: String,
    /// Family parts: qualifier, text.
    pub families: Vec<(Option<String>, String)>,
    /// Given parts: qualifier, text.
    pub givens: Vec<(Option<String>, String)>,
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({})", self.path)
    }
}

/// An author: a person, a patient or a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// `functionCode`: the label is its `displayName`.
    pub function: Option<At<Code>>,
    /// `assignedAuthor`.
    pub person: Person,
}

/// An `assignedAuthor` or `assignedEntity`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// XPath of the element.
    pub path: String,
    /// Identifiers.
    pub ids: Vec<At<InstanceId>>,
    /// Names of the person, or of the device as one family name (`manufacturerModelName`, else `softwareName`).
    pub names: Vec<Name>,
    /// A device (`assignedAuthoringDevice`).
    pub device: bool,
    /// Profession and specialty.
    pub code: Option<At<Code>>,
    /// `representedOrganization`.
    pub organization: Option<Organization>,
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// XPath of the element.
    pub path: String,
    /// Identifiers.
    pub ids: Vec<At<InstanceId>>,
    /// `name`, trimmed.
    pub name: Option<At<String>>,
    /// `standardIndustryClassCode`.
    pub industry: Option<At<Code>>,
}

/// An act that the document is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceEvent {
    /// XPath of `serviceEvent`.
    pub path: String,
    /// The act.
    pub code: Option<At<Code>>,
    /// Its beginning, in UTC.
    pub low: Option<At<Hl7Time>>,
    /// Its end, in UTC.
    pub high: Option<At<Hl7Time>>,
    /// Its first performer's activity.
    pub industry: Option<At<Code>>,
}

/// A link to an earlier document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelatedDocument {
    /// `RPLC`, `XFRM` or `APND`.
    pub kind: At<String>,
    /// Identifiers of the earlier document.
    pub parents: Vec<At<InstanceId>>,
}

/// The body, from the outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Level 2 or 3.
    Structured {
        /// XPath of `structuredBody`.
        path: String,
    },
    /// Level 1: an embedded file.
    NonXml {
        /// `text/@mediaType`.
        media_type: Option<At<String>>,
        /// `text/@representation`: `B64`, or `TXT` when absent.
        representation: Option<At<String>>,
        /// Length of the text in bytes, white space included.
        length: usize,
        /// XPath of `text`.
        path: String,
    },
}
