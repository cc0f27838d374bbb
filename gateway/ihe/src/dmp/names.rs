//! Namespaces and words of the wire of HL7 v3 and of the DMP's services. What the DMP codes in systems of its own are rows
//! of `mappings/codes/dmp.csv`.

/// HL7 v3.
pub const HL7: &str = "urn:hl7-org:v3";
/// XML Schema instance.
pub(crate) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// The DMP's service of authorisations.
pub const HABILITATIONS: &str = "urn:si-dmp-habilitations";
/// What this gateway adds to it.
pub const OWN: &str = "urn:passerelle:dmp";

/// The root of HL7 v3 interaction ids.
pub(crate) const INTERACTIONS: &str = "2.16.840.1.113883.1.6";
/// HL7 v3 AdministrativeGender.
pub(crate) const GENDERS: &str = "2.16.840.1.113883.5.1";

/// Done.
pub const OK: &str = "DMPOk";
/// The record exists.
pub(crate) const FOUND: &str = "DMPFound";
/// The record exists and is closed.
pub(crate) const CLOSED: &str = "DMPClosed";
/// Refused by rights.
pub(crate) const DENIED: &str = "DMPAccessDeniedByRightsService";
/// The request is not understood; not read in any public message.
pub(crate) const INVALID: &str = "DMPInvalidRequest";
/// Our failure; not read in any public message.
pub(crate) const INTERNAL: &str = "DMPInternalError";
