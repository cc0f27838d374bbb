//! Which profile a resource says that it meets, against what it is read as (MHD 4.2.4 and PDSm 3.1.1 canonicals).
//!
//! `meta.profile` of a resource inside a bundle is a hint (MHD 4.2.4 §2:3.65.4.1.2): it never lowers what is demanded, a
//! claim of PDSm raises it, and a claim of the profile of something else is told.

use model::Finding;

use crate::codec::{Element, same_url};

/// What a resource is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A DocumentReference of ITI-65.
    Document,
    /// A DocumentReference of ITI-105.
    Simplified,
    /// The List of a submission set.
    Set,
    /// The List of a folder.
    Folder,
}

const MHD: &str = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/";
const PDSM: &str = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/";

/// The last segment of each canonical, and what it is the profile of.
const OF_MHD: [(&str, Role); 9] = [
    ("IHE.MHD.Minimal.DocumentReference", Role::Document),
    ("IHE.MHD.Comprehensive.DocumentReference", Role::Document),
    ("IHE.MHD.UnContained.Comprehensive.DocumentReference", Role::Document),
    ("IHE.MHD.SimplifiedPublish.DocumentReference", Role::Simplified),
    ("IHE.MHD.Minimal.SubmissionSet", Role::Set),
    ("IHE.MHD.Comprehensive.SubmissionSet", Role::Set),
    ("IHE.MHD.UnContained.Comprehensive.SubmissionSet", Role::Set),
    ("IHE.MHD.Minimal.Folder", Role::Folder),
    ("IHE.MHD.Comprehensive.Folder", Role::Folder),
];
const OF_PDSM: [(&str, Role); 4] = [
    ("pdsm-comprehensive-document-reference", Role::Document),
    ("pdsm-simplified-publish", Role::Simplified),
    ("pdsm-submissionset-comprehensive", Role::Set),
    ("pdsm-folder-comprehensive", Role::Folder),
];

/// Tells claims of another kind of profile; true if a profile of PDSm for this kind is claimed.
pub(crate) fn check(resource: &Element<'_>, role: Role, findings: &mut Vec<Finding>) -> bool {
    let profiles = resource.get("meta").map(|meta| meta.all("profile")).unwrap_or_default();
    let mut of_pdsm = false;
    for profile in &profiles {
        let url = profile.as_text().and_then(|url| url.split('|').next()).unwrap_or_default();
        let known = |base: &str, table: &[(&str, Role)]| {
            table.iter().find(|(name, _)| same_url(&format!("{base}{name}"), url)).map(|(_, role)| *role)
        };
        let (mhd, pdsm) = (known(MHD, &OF_MHD), known(PDSM, &OF_PDSM));
        of_pdsm |= pdsm == Some(role);
        if mhd.or(pdsm).is_some_and(|claimed| claimed != role) {
            let finding = profile.wrong(
                "ce profil est celui d'une autre ressource : il n'est pas rempli par celle-ci",
                "this profile is that of another resource: this one does not meet it",
            );
            findings.push(finding);
        }
    }
    of_pdsm
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_claim_raises_what_is_demanded_and_one_of_something_else_is_told() {
        let of = |url: &str, role: Role| {
            let resource = json!({"resourceType": "List", "meta": {"profile": [url]}});
            let mut findings = Vec::new();
            let pdsm = check(&Element::root(&resource), role, &mut findings);
            (pdsm, findings.iter().map(|finding| finding.at.as_str().to_owned()).collect::<Vec<_>>())
        };
        let at = || vec!["List.meta.profile[0]".to_owned()];
        assert_eq!(of(&format!("{PDSM}pdsm-folder-comprehensive|3.1.1"), Role::Folder), (true, Vec::new()));
        assert_eq!(of(&format!("{MHD}IHE.MHD.Minimal.Folder"), Role::Folder), (false, Vec::new()));
        assert_eq!(of(&format!("{PDSM}pdsm-folder-comprehensive"), Role::Set), (false, at()));
        assert_eq!(of(&format!("{MHD}IHE.MHD.Comprehensive.SubmissionSet"), Role::Folder), (false, at()));
        assert_eq!(of("http://elsewhere/profile", Role::Set), (false, Vec::new()));
    }
}
