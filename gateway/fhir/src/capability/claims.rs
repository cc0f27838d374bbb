//! Which guides, actors and profiles of others this door may claim: each claim stands on the routes that it needs.

use crate::route;

/// The guides whose exchanges are answered.
pub(super) const GUIDES: [&str; 2] = [
    "https://profiles.ihe.net/ITI/MHD/ImplementationGuide/ihe.iti.mhd",
    "https://interop.esante.gouv.fr/ig/fhir/pdsm/ImplementationGuide/ans.fhir.fr.pdsm",
];

/// The actors whose CapabilityStatements are met, as far as their transactions are routed.
pub(super) fn instantiated() -> Vec<&'static str> {
    let routed = |transaction: &str| route::lines().any(|line| line.transaction == transaction);
    let met = ACTORS.iter().filter(|actor| actor.transactions.iter().all(|one| routed(one)));
    met.map(|actor| actor.canonical).collect()
}

struct Actor {
    canonical: &'static str,
    /// The transactions that its statement demands.
    transactions: &'static [&'static str],
}

const ACTORS: [Actor; 6] = [
    Actor {
        canonical: "https://profiles.ihe.net/ITI/MHD/CapabilityStatement/IHE.MHD.DocumentRecipient.Comprehensive",
        transactions: &["ITI-65"],
    },
    Actor {
        canonical: "https://profiles.ihe.net/ITI/MHD/CapabilityStatement/IHE.MHD.DocumentRecipient.Simplified",
        transactions: &["ITI-65", "ITI-105"],
    },
    Actor {
        canonical: "https://profiles.ihe.net/ITI/MHD/CapabilityStatement/IHE.MHD.DocumentRecipient.Generate",
        transactions: &["ITI-65", "ITI-106"],
    },
    Actor {
        canonical: "https://profiles.ihe.net/ITI/MHD/CapabilityStatement/IHE.MHD.DocumentResponder",
        transactions: &["ITI-66", "ITI-67", "ITI-68"],
    },
    Actor {
        canonical: "https://interop.esante.gouv.fr/ig/fhir/pdsm/CapabilityStatement/PDSm-GestionnaireDePartageDeDocuments",
        transactions: &["ITI-57", "ITI-65", "ITI-66", "ITI-67", "ITI-68", "ITI-105"],
    },
    Actor {
        canonical: "https://profiles.ihe.net/ITI/PIXm/CapabilityStatement/IHE.PIXm.Manager",
        transactions: &["ITI-83", "ITI-104"],
    },
];

/// The profiles that resources of this type are read against or written as.
pub(super) fn profiles(kind: &str) -> &'static [&'static str] {
    match kind {
        "DocumentReference" => &[
            "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Comprehensive.DocumentReference",
            "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.SimplifiedPublish.DocumentReference",
            "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference",
            "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-simplified-publish",
        ],
        "List" => &[
            "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Comprehensive.SubmissionSet",
            "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Comprehensive.Folder",
            "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-submissionset-comprehensive",
            "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-folder-comprehensive",
        ],
        _ => &[],
    }
}
