//! F1 and F2: the replaced document is the caller's own, and current.
//!
//! Source: decision-order F1, F2; IHE ITI TF-3 registration rules 13 and 15. A structure replaces what it
//! cannot read. An absent, a foreign and another record's document are one answer; an own document that
//! is superseded or deleted is another. In an open domain every document is its members' own.

use model::{Availability, Finding, Location, Rule, SubmittedObject};

use super::LinkCase;
use super::linked_object_is_reachable::unreachable_code;
use crate::{Linked, StoredEntry};

pub(super) fn is_own(case: &LinkCase<'_>) -> Vec<Finding> {
    replacements(case)
        .filter(|linked| !owns_target(case, linked))
        .map(|linked| unreachable_code(case, refused(Rule::ReplacedDocumentIsOwn, linked), linked.elsewhere))
        .collect()
}

pub(super) fn is_current(case: &LinkCase<'_>) -> Vec<Finding> {
    replacements(case)
        .filter(|linked| owns_target(case, linked) && !target_is_current(linked))
        .map(|linked| refused(Rule::ReplacedDocumentIsCurrent, linked))
        .collect()
}

fn replacements<'a>(case: &'a LinkCase<'_>) -> impl Iterator<Item = &'a Linked> {
    let associations = &case.submission.associations;
    let supersedes =
        |linked: &&Linked| associations.get(linked.association).is_some_and(|a| a.kind.supersedes());
    case.facts.links.iter().filter(supersedes)
}

fn owns_target(case: &LinkCase<'_>, linked: &Linked) -> bool {
    let own = |stored: &StoredEntry| case.keeps_registry || super::is_own(case.caller, &stored.entry);
    linked.target.as_ref().is_some_and(|target| own(&target.stored))
}

fn target_is_current(linked: &Linked) -> bool {
    linked.target.as_ref().is_some_and(|target| match target.stored.entry.availability {
        Availability::Approved | Availability::Archived => true,
        Availability::Deprecated | Availability::Deleted => false,
    })
}

fn refused(rule: Rule, linked: &Linked) -> Finding {
    Finding::new(rule).at(Location::Submitted(SubmittedObject::Association(linked.association), "target"))
}
