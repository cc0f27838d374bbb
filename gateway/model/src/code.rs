//! Coded values.

/// A coded value. Two codes are the same when value and system are: the label is never compared.
#[derive(Debug, Clone)]
pub struct Code {
    /// The code itself.
    pub value: String,
    /// The coding scheme in its XDS form: a bare OID where the scheme has one, else the URI or name
    /// as sent. FHIR URLs of known schemes are translated at the door (`mappings/codes/systems.csv`).
    pub system: String,
    /// The display text, if any.
    pub label: Option<String>,
}

impl Code {
    /// A code without label.
    pub fn new(value: impl Into<String>, system: impl Into<String>) -> Self {
        Code { value: value.into(), system: system.into(), label: None }
    }

    /// A code with its label.
    pub fn labelled(value: impl Into<String>, system: impl Into<String>, label: impl Into<String>) -> Self {
        Code { value: value.into(), system: system.into(), label: Some(label.into()) }
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value && self.system == other.system
    }
}

impl Eq for Code {}

impl std::hash::Hash for Code {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.value.hash(state);
        self.system.hash(state);
    }
}

/// Coding schemes that the code names, by OID.
pub mod system {
    /// LOINC.
    pub const LOINC: &str = "2.16.840.1.113883.6.1";
    /// HL7 confidentiality levels N, R, V (TRE_A08).
    pub const CONFIDENTIALITY: &str = "2.16.840.1.113883.5.25";
    /// Visibility flags (TRE_A07).
    pub const VISIBILITY: &str = "1.2.250.1.213.1.1.4.13";
    /// Professions (TRE_G15).
    pub const PROFESSION: &str = "1.2.250.1.71.1.2.7";
    /// Savoir-faire of doctors (TRE_R01).
    pub const SPECIALTY: &str = "1.2.250.1.71.4.2.5";
    /// Pharmacist sections (TRE_G05).
    pub const PHARMACIST_SECTION: &str = "1.2.250.1.71.4.2.6";
    /// Roles of role-based professionals (TRE_R85).
    pub const CARE_ROLE: &str = "1.2.250.1.213.1.6.1.107";
    /// Non-professional producers (TRE_A00).
    pub const PRODUCER: &str = "1.2.250.1.213.1.1.4.6";
    /// Composite author specialty (JDV_J01).
    pub const AUTHOR_SPECIALTY: &str = "1.2.250.1.213.1.1.4.5";
    /// Identifiers of professionals (PS_IdNat).
    pub const PROFESSIONALS: &str = "1.2.250.1.71.4.2.1";
    /// Identifiers of structures (Struct_IdNat).
    pub const STRUCTURES: &str = "1.2.250.1.71.4.2.2";
}
