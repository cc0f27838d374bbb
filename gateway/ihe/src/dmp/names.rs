//! Namespaces, OIDs and codes of the DMP's services.

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
/// Why the DMP is asked (`reasonCode`).
pub(crate) const REASONS: &str = "1.2.250.1.213.1.1.4.11";
/// The keyword of the authorisation's state.
pub(crate) const AUTHORISATION_KEY: &str = "1.2.250.1.213.4.1.2.6.1";
/// The authorisation's state.
pub(crate) const AUTHORISATION_STATES: &str = "1.2.250.1.213.4.1.2.6.2";
/// The keyword of the médecin traitant.
pub(crate) const TREATING_KEY: &str = "1.2.250.1.213.4.1.2.6.3";
/// What the holder agreed to or opposed.
pub(crate) const CONSENTS: &str = "1.2.250.1.213.4.1.2.3";

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
