//! A document that the message marks as superseded is one that it replaces, whichever of its names is given.
//!
//! Source: PDSm 3.1.1 flux 01 (UpdateDocumentRefs beside relatesTo). Asked once F1 and F2 found
//! every replaced document to be the caller's own, so that the answer tells nothing of any other.

use model::{DocumentEntry, Finding, ObjectRef, Rule, Submission};

use crate::{LinkFacts, Superseded};

pub(crate) fn check(superseded: &[Superseded], submission: &Submission, facts: &LinkFacts) -> Vec<Finding> {
    let replaces =
        |index: usize| submission.associations.get(index).is_some_and(|link| link.kind.supersedes());
    let links = facts.links.iter().filter(|linked| replaces(linked.association));
    let replaced: Vec<&DocumentEntry> =
        links.filter_map(|linked| Some(&linked.target.as_ref()?.stored.entry)).collect();
    let unmatched = superseded.iter().filter(|mark| !replaced.iter().any(|entry| is(&mark.target, entry)));
    unmatched.map(refused).collect()
}

fn is(target: &ObjectRef, entry: &DocumentEntry) -> bool {
    match target {
        ObjectRef::Uuid(id) => *id == entry.logical_id || *id == entry.entry_uuid,
        ObjectRef::Unique(id) => *id == entry.unique_id,
    }
}

fn refused(mark: &Superseded) -> Finding {
    Finding::new(Rule::MetadataIsWellFormed).at(mark.at.clone()).detail(
        "aucun document du lot ne remplace ce document : relatesTo (replaces) et le PATCH doivent désigner le même",
        "no document of the set replaces this document: relatesTo (replaces) and the PATCH must name the same one",
    )
}
