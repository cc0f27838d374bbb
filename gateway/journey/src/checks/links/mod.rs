//! Stage F: links and identifiers, on the record's own data. Hidden and absent get one answer.

mod document_id_is_free;
mod entry_id_is_free;
mod folder_id_is_free;
mod linked_object_is_reachable;
mod members_are_reachable;
mod replaced_document;
mod restated_folders_are_kept;
mod set_id_is_free;
mod superseded_are_replaced;

use model::{Actor, Author, Caller, Channel, DocumentEntry, Finding, Submission};
use policy::Visibility;

use crate::{Fingerprint, LinkFacts, Pack};

pub(crate) use restated_folders_are_kept::check as restated_folders_are_kept;
pub(crate) use superseded_are_replaced::check as superseded_are_replaced;

/// What the link checks look at.
pub(crate) struct LinkCase<'a> {
    pub pack: &'a Pack,
    pub caller: &'a Caller,
    /// The caller is a member of an open domain, who keeps every document as its own.
    pub keeps_registry: bool,
    pub submission: &'a Submission,
    pub fingerprints: &'a [Option<Fingerprint>],
    pub facts: &'a LinkFacts,
    /// What the caller may see of the record, when they may see anything.
    pub visibility: Option<&'a Visibility>,
}

/// Runs F1 to F5 and IHE rule 12, and collects every finding.
pub(crate) fn check(case: &LinkCase<'_>) -> Vec<Finding> {
    let rules: [fn(&LinkCase<'_>) -> Vec<Finding>; 8] = [
        replaced_document::is_own,
        replaced_document::is_current,
        linked_object_is_reachable::check,
        members_are_reachable::check,
        set_id_is_free::check,
        folder_id_is_free::check,
        document_id_is_free::check,
        entry_id_is_free::check,
    ];
    rules.iter().flat_map(|rule| rule(case)).collect()
}

/// Ownership, not visibility: the person among the authors, or the structure acted for among the author
/// institutions.
fn is_own(caller: &Caller, entry: &DocumentEntry) -> bool {
    is_own_set(caller, &entry.authors)
}

/// The same of whoever wrote a set.
fn is_own_set(caller: &Caller, authors: &[Author]) -> bool {
    let person = |id: &str| {
        authors.iter().filter_map(|author| author.person.as_ref()?.id.as_deref()).any(|author| author == id)
    };
    let institution = |id: &str| {
        let mut institutions = authors.iter().flat_map(|author| &author.institutions);
        institutions.any(|own| own.id.as_deref() == Some(id))
    };
    if caller.channel == Channel::Member {
        return true; // whom the policy let deposit: in an open domain every object is every member's
    }
    match &caller.actor {
        Actor::Professional { id, .. } => person(&id.0),
        Actor::OfStructure { .. } => caller.structure.as_ref().is_some_and(|own| institution(&own.0)),
        Actor::Holder { ins } | Actor::Representative { ins } => person(ins.number()),
        Actor::Operator { .. } => false,
    }
}
