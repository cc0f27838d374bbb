//! Which provide-bundle profile a Bundle claims, and what is a Bundle of this transaction at all.

use model::{Finding, Rule};

use crate::codec::{Element, same_url};

/// The profiles of ITI-65 and what a Bundle of each is read as. UnContained is not for a recipient that keeps XDS
/// metadata (MHD 4.2.4, "XDS on FHIR": the two options exclude each other).
const PROFILES: [(&str, Option<Claim>); 4] = [
    (
        "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Comprehensive.ProvideBundle",
        Some(Claim::Comprehensive),
    ),
    (
        "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-provide-document-bundle",
        Some(Claim::Pdsm),
    ),
    (
        "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.ProvideBundle",
        Some(Claim::Minimal),
    ),
    (
        "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.UnContained.Comprehensive.ProvideBundle",
        None,
    ),
];

/// What a Bundle says that it is, in the order of how much each demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Claim {
    /// MHD minimal: what is left out is completed from what is there, as for ITI-105.
    Minimal,
    /// MHD comprehensive, also where no profile is named.
    Comprehensive,
    /// PDSm comprehensive.
    Pdsm,
}

/// The profiles that this door accepts in ITI-65.
pub(crate) fn accepted() -> impl Iterator<Item = &'static str> {
    PROFILES.iter().filter(|(_, claim)| claim.is_some()).map(|(url, _)| *url)
}

/// Tells a Bundle that is no transaction; false when there is nothing to go on with.
pub(crate) fn is_transaction(bundle: &Element<'_>, findings: &mut Vec<Finding>) -> bool {
    let unsupported =
        |fr: &str, en: &str| Finding::new(Rule::TransactionIsSupported).at(bundle.place()).detail(fr, en);
    match (bundle.kind(), bundle.text("type")) {
        ("Bundle", Some("transaction")) => return true,
        ("Bundle", Some("document")) => findings.push(
            unsupported(
                "un document FHIR (Bundle de type document) ne se dépose pas seul : comme entrée d'un Bundle transaction \
                 (ITI-65), ou par DocumentReference/$generate-metadata (ITI-106)",
                "a FHIR document (Bundle of type document) is not deposited alone: as an entry of a transaction Bundle \
                 (ITI-65), or by DocumentReference/$generate-metadata (ITI-106)",
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

/// Tells which profile is claimed: of several, the one that demands most.
pub(crate) fn claimed(bundle: &Element<'_>, findings: &mut Vec<Finding>) -> Claim {
    let profiles = bundle.get("meta").map(|meta| meta.all("profile")).unwrap_or_default();
    let known: Vec<(&Element<'_>, Option<Claim>)> = profiles
        .iter()
        .filter_map(|profile| {
            let url = profile.as_text()?.split('|').next()?;
            PROFILES.iter().find(|(known, _)| same_url(known, url)).map(|(_, claim)| (profile, *claim))
        })
        .collect();
    let most = known.iter().filter_map(|(_, claim)| *claim).max();
    match (most, known.first()) {
        (Some(_), _) => {}
        (None, Some((profile, _))) => {
            findings.push(Finding::new(Rule::TransactionIsSupported).at(profile.place()).detail(
                "le profil UnContained n'est pas pris en charge (option XDS on FHIR) : contenir les auteurs et déclarer \
                 Comprehensive de MHD ou de PDSm",
                "the profile UnContained is not supported (option XDS on FHIR): contain the authors and claim Comprehensive \
                 of MHD or of PDSm",
            ));
        }
        (None, None) => findings.push(
            bundle
                .wrong(
                    "meta.profile ne nomme aucun profil connu d'ITI-65 : lu comme MHD Comprehensive",
                    "meta.profile names no known profile of ITI-65: read as MHD Comprehensive",
                )
                .warning(),
        ),
    }
    most.unwrap_or(Claim::Comprehensive)
}
