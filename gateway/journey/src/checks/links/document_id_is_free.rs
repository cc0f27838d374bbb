//! F5: a document's uniqueId is free in this record, or holds the same bytes.
//!
//! Source: IHE ITI TF-3 registration rule 11, decision-order F5. Other bytes: XDSNonIdenticalHash. Same
//! bytes: the French pack refuses the duplicate, the IHE pack accepts a second entry. The one argued
//! exemption from non-interference: ids are the producer's own OIDs.

use model::{Finding, Location, Rule, SubmittedObject};

use super::LinkCase;
use crate::Claim;

pub(super) fn check(case: &LinkCase<'_>) -> Vec<Finding> {
    case.facts.claims.iter().filter_map(|claim| refusal(case, claim)).collect()
}

fn refusal(case: &LinkCase<'_>, claim: &Claim) -> Option<Finding> {
    let Claim::Document { entry, hash } = claim else { return None };
    let (submitted, _) = case.submission.entries.get(*entry)?;
    let same_bytes = case.fingerprints.get(*entry)?.is_some_and(|fingerprint| fingerprint.sha1 == *hash);
    let finding = Finding::new(Rule::DocumentIdIsFree)
        .at(Location::Submitted(SubmittedObject::Entry(*entry), "uniqueId"))
        .arg("document", submitted.unique_id.as_str());
    match (same_bytes, case.pack.identical_documents) {
        (false, _) => Some(finding.code("XDSNonIdenticalHash").detail(
            "un document d'empreinte différente porte déjà cet identifiant",
            "a document with another hash already has this identifier",
        )),
        (true, false) => Some(
            finding
                .code("XDSRegistryMetadataError")
                .detail("ce document est déjà dans le dossier", "this document is already in the record"),
        ),
        (true, true) => None,
    }
}
