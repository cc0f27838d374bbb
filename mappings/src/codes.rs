//! Value sets of the affinity domain.

use model::{Code, SubjectRole};

/// A value set checked at deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueSet {
    /// typeCode accepted at reception: JDV_J66, the history list and E1762.
    DocumentType,
    /// classCode (JDV_J06).
    DocumentClass,
    /// formatCode (JDV_J10).
    Format,
    /// confidentialityCode in XDS metadata (JDV_J58): levels and flags.
    Confidentiality,
    /// healthcareFacilityTypeCode (JDV_J02/J61).
    FacilityType,
    /// practiceSettingCode (JDV_J04).
    PracticeSetting,
    /// contentTypeCode of a set (JDV_J03/J59).
    ContentType,
}

/// The value sets and the associations between them.
#[derive(Debug)]
pub struct CodeSets {}

impl CodeSets {
    /// True if value and system are in the set (the label is not compared).
    pub fn contains(&self, _set: ValueSet, _code: &Code) -> bool {
        false
    }

    /// The codes of a set as `code (label)`, for refusal texts.
    pub fn listed(&self, _set: ValueSet) -> &str {
        ""
    }

    /// The class of a type (ASS_X04).
    pub fn class_of(&self, _type_code: &Code) -> Option<&Code> {
        None
    }

    /// The official label of a code of the set.
    pub fn label(&self, _set: ValueSet, _code: &Code) -> Option<&str> {
        None
    }

    /// True if `language` is accepted for documents.
    pub fn language_accepted(&self, _language: &str) -> bool {
        false
    }

    /// True if `mime` is accepted as DocumentEntry.mimeType.
    pub fn mime_accepted(&self, _mime: &str) -> bool {
        false
    }

    /// The formats that go with a CDA template id (ASS_A11).
    pub fn formats_of_template(&self, _template_id: &str) -> &[Code] {
        &[]
    }

    /// The format of a nonXMLBody media type (ASS_A12).
    pub fn format_of_media(&self, _media_type: &str) -> Option<&Code> {
        None
    }

    /// Rule A6: the first role is in JDV_J65.
    pub fn role_known(&self, _role: &SubjectRole) -> bool {
        false
    }

    /// Rule A6: the qualifier is present and in its list where the profession demands one (doctor R01,
    /// pharmacist G05, role-based R85).
    pub fn qualifier_known(&self, _role: &SubjectRole) -> bool {
        false
    }
}
