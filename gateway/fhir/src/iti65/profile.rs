//! Which provide-bundle profile a Bundle claims, and what is a Bundle of this transaction at all.

use model::{Finding, Rule};

use crate::codec::{Element, same_url};

/// The profiles of ITI-65 and what this version does with them.
const PROFILES: [(&str, Support); 4] = [
    (
        "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Comprehensive.ProvideBundle",
        Support::Mhd,
    ),
    (
        "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-provide-document-bundle",
        Support::Pdsm,
    ),
    ("https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.ProvideBundle", Support::Not),
    (
        "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.UnContained.Comprehensive.ProvideBundle",
        Support::Not,
    ),
];

#[derive(Clone, Copy, PartialEq)]
enum Support {
    Mhd,
    Pdsm,
    Not,
}

/// The profiles that this door accepts in ITI-65.
pub(crate) fn accepted() -> impl Iterator<Item = &'static str> {
    PROFILES.iter().filter(|(_, support)| *support != Support::Not).map(|(url, _)| *url)
}

/// Tells a Bundle that is no transaction; false when there is nothing to go on with.
pub(crate) fn is_transaction(bundle: &Element<'_>, findings: &mut Vec<Finding>) -> bool {
    let unsupported =
        |fr: &str, en: &str| Finding::new(Rule::TransactionIsSupported).at(bundle.place()).detail(fr, en);
    match (bundle.kind(), bundle.text("type")) {
        ("Bundle", Some("transaction")) => return true,
        ("Bundle", Some("document")) => findings.push(
            unsupported(
                "les documents FHIR (Bundle de type document) ne sont pas pris en charge",
                "FHIR documents (Bundle of type document) are not supported",
            )
            .code("FHIRDocumentNotSupported"),
        ),
        ("Bundle", _) => findings.push(unsupported(
            "seul un Bundle de type transaction est accepté ici (ITI-65)",
            "only a Bundle of type transaction is accepted here (ITI-65)",
        )),
        _ => findings.push(unsupported(
            "un Bundle de type transaction est attendu (ITI-65)",
            "a Bundle of type transaction is expected (ITI-65)",
        )),
    }
    false
}

/// Tells which profile is claimed: true if it is PDSm's.
pub(crate) fn claims_pdsm(bundle: &Element<'_>, findings: &mut Vec<Finding>) -> bool {
    let profiles = bundle.get("meta").map(|meta| meta.all("profile")).unwrap_or_default();
    let claimed: Vec<(&Element<'_>, Support)> = profiles
        .iter()
        .filter_map(|profile| {
            let url = profile.as_text()?.split('|').next()?;
            PROFILES.iter().find(|(known, _)| same_url(known, url)).map(|(_, support)| (profile, *support))
        })
        .collect();
    let accepted: Vec<Support> = claimed.iter().map(|(_, s)| *s).filter(|s| *s != Support::Not).collect();
    match (accepted.is_empty(), claimed.first()) {
        (true, Some((profile, _))) => findings.push(Finding::new(Rule::TransactionIsSupported).at(profile.place()).detail(
            "ce profil (Minimal, UnContained) n'est pas pris en charge : seuls Comprehensive de MHD et de PDSm le sont",
            "this profile (Minimal, UnContained) is not supported: only Comprehensive of MHD and of PDSm is",
        )),
        (true, None) => findings.push(
            bundle
                .wrong(
                    "meta.profile ne nomme aucun profil connu d'ITI-65 : lu comme MHD Comprehensive",
                    "meta.profile names no known profile of ITI-65: read as MHD Comprehensive",
                )
                .warning(),
        ),
        (false, _) => {}
    }
    accepted.contains(&Support::Pdsm)
}
