//! Names of the VIHF's attributes and their fixed values (ANS, CI-SIS: attributs du VIHF; OASIS XSPA, XACML).

pub(super) const VERSION: &str = "VIHF_Version";
/// Both spellings are in use; only one of them may stand in an assertion.
pub(super) const MODE: [&str; 2] = ["Authentification_Mode", "Authentification_mode"];
pub(super) const STRUCTURE: &str = "Identifiant_Structure";
pub(super) const SECTOR: &str = "Secteur_Activite";
pub(super) const SUBJECT: &str = "urn:oasis:names:tc:xspa:1.0:subject:subject-id";
pub(super) const ROLE: &str = "urn:oasis:names:tc:xacml:2.0:subject:role";
pub(super) const PATIENT: &str = "urn:oasis:names:tc:xacml:2.0:resource:resource-id";
pub(super) const RESOURCE: &str = "Ressource_URN";
pub(super) const PURPOSE: &str = "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse";
pub(super) const REASON: &str = "Mode_Acces_Raison";
pub(super) const CONFIDENTIALITY: &str =
    "urn:oasis:names:tc:xspa:1.0:resource:patient:hl7:confidentiality-code";
pub(super) const SOFTWARE_ID: &str = "LPS_ID";
pub(super) const SOFTWARE_NAME: &str = "LPS_Nom";
pub(super) const SOFTWARE_VERSION: &str = "LPS_Version";
pub(super) const HOMOLOGATION: &str = "LPS_ID_HOMOLOGATION_DMP";

/// The only resource family known here.
pub(super) const DMP: &str = "urn:dmp";
/// The flag of a minor's secret connection (JDV_J22).
pub(super) const SECRET: &str = model::VisibilityFlag::InvisibleRepresentantsLegaux.code();
