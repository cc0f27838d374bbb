//! What a search may ask of a document beyond the parameters of FindDocuments (FHIR R4 search §3.1.1.4).

use crate::{AssociationKind, Code, DateRange, EntryUuid, ObjectRef, TextTest, UniqueId};

/// One condition more: one of the alternatives holds or, with `not`, none does. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// None of the alternatives may hold.
    pub not: bool,
    /// The alternatives.
    pub any: Vec<Criterion>,
}

/// One alternative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Criterion {
    /// A code.
    Code(CodeField, CodeTest),
    /// mimeType.
    MimeType(String),
    /// languageCode, whatever case.
    Language(String),
    /// An instant inside the range or, with `outside`, outside. What is not there is neither.
    Instant {
        /// Which.
        field: InstantField,
        /// Where.
        range: DateRange,
        /// Outside of it.
        outside: bool,
    },
    /// serviceStartTime and serviceStopTime inside ranges or, with `outside`, not both. A start that is not there is
    /// before every instant, a stop after; with neither there is no period.
    Period {
        /// Of serviceStartTime.
        begins: DateRange,
        /// Of serviceStopTime.
        ends: DateRange,
        /// Not both.
        outside: bool,
    },
    /// The document that has this logicalID, or has or had this entryUUID.
    Uuid(EntryUuid),
    /// uniqueId.
    UniqueId(UniqueId),
    /// It has such a relationship to a document that shows.
    Relates {
        /// Of one of these kinds; empty = of any.
        kinds: Vec<AssociationKind>,
        /// To this document; `None` = to any.
        target: Option<ObjectRef>,
    },
    /// A reference of referenceIdList.
    Reference(IdentifierTest),
    /// One author for whom every list has an alternative that holds.
    Author(Vec<Vec<AuthorTest>>),
    /// comments.
    Comments(TextTest),
    /// Nothing stands there.
    Missing(Optional),
}

/// A code of an entry, or its codes: one of them is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodeField {
    /// typeCode.
    Type,
    /// classCode.
    Class,
    /// practiceSettingCode.
    PracticeSetting,
    /// healthcareFacilityTypeCode.
    FacilityType,
    /// formatCode.
    Format,
    /// eventCodeList.
    Event,
    /// confidentialityCode.
    Confidentiality,
}

/// What a code must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeTest {
    /// This code of this scheme.
    Is(Code),
    /// This code of any scheme.
    Value(String),
    /// Any code of this scheme.
    Scheme(String),
}

impl CodeTest {
    /// True if the code is what is asked for.
    pub fn holds(&self, code: &Code) -> bool {
        match self {
            CodeTest::Is(wanted) => wanted == code,
            CodeTest::Value(value) => code.value == *value,
            CodeTest::Scheme(system) => code.system == *system,
        }
    }
}

/// An instant of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InstantField {
    /// creationTime.
    Creation,
    /// serviceStartTime.
    ServiceStart,
    /// serviceStopTime.
    ServiceStop,
    /// When its metadata were committed or last changed.
    Changed,
}

/// What an identifier must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifierTest {
    /// The OID of its authority: `None` = any, an empty text = none.
    pub authority: Option<String>,
    /// Its value; `None` = any.
    pub value: Option<String>,
}

impl IdentifierTest {
    /// True if the identifier is what is asked for.
    pub fn holds(&self, authority: Option<&str>, value: &str) -> bool {
        self.authority.as_deref().is_none_or(|wanted| wanted == authority.unwrap_or_default())
            && self.value.as_deref().is_none_or(|wanted| wanted == value)
    }
}

/// What an author must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorTest {
    /// A given name of the person.
    Given(TextTest),
    /// The family name of the person.
    Family(TextTest),
    /// A part of the person's name, or the name of an institution.
    Name(TextTest),
    /// The identifier of the person or of an institution.
    Identifier(IdentifierTest),
}

/// What need not stand in an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Optional {
    /// serviceStartTime.
    ServiceStart,
    /// serviceStopTime.
    ServiceStop,
    /// Both.
    Period,
    /// eventCodeList.
    Event,
    /// referenceIdList.
    Reference,
    /// author.
    Author,
    /// comments.
    Comments,
}

/// The order of an answer; what is equal stays in the order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By what. What has none comes last.
    pub by: InstantField,
    /// The latest first.
    pub descending: bool,
}

impl Default for Sort {
    /// The newest creationTime first.
    fn default() -> Self {
        Sort { by: InstantField::Creation, descending: true }
    }
}
