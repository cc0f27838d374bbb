//! F3: a document that the set refers to or puts into a folder, and a folder that it adds to, are the caller's own or
//! visible to them, and not superseded.
//!
//! Source: decision-order F3; IHE ITI TF-3 registration rules 14 to 16. A folder is reached by who wrote the set that
//! it came with, or by one of the documents that it holds.

use model::{Availability, Finding, Location, Member, Rule, SubmittedObject};

use super::LinkCase;
use super::linked_object_is_reachable::{is_reachable, unreachable_code};
use crate::{LinkedMember, StoredEntry, TargetFolder};

pub(super) fn check(case: &LinkCase<'_>) -> Vec<Finding> {
    case.facts.members.iter().flat_map(|member| of_member(case, member)).collect()
}

fn of_member(case: &LinkCase<'_>, member: &LinkedMember) -> Vec<Finding> {
    let refused = |attribute| {
        let at = Location::Submitted(SubmittedObject::Membership(member.membership), attribute);
        Finding::new(Rule::LinkedObjectIsReachable).at(at)
    };
    let link = case.submission.memberships.get(member.membership).map(|membership| &membership.link);
    let must_be_current = matches!(link, Some(Member::InFolder { .. }));
    let mut findings = Vec::new();
    if let Some(linked) = &member.document {
        let target = linked.target.as_ref().map(|target| &target.stored);
        match target.filter(|stored| is_reachable(case, stored)) {
            None => findings.push(unreachable_code(case, refused("target"), linked.elsewhere)),
            Some(stored) => findings.extend(
                (must_be_current && !stands(member, stored) && !is_current(stored.entry.availability))
                    .then(|| refused("target").code("XDSRegistryDeprecatedDocumentError")),
            ),
        }
    }
    if let Some(target) = &member.folder {
        match target.as_ref().filter(|target| reaches_folder(case, target)) {
            None => findings.push(unreachable_code(case, refused("source"), member.folder_elsewhere)),
            Some(target) => findings.extend(
                (!is_current(target.stored.folder.availability))
                    .then(|| refused("source").code("XDSRegistryDeprecatedDocumentError")),
            ),
        }
    }
    findings
}

/// True if the document stands in the folder already: naming it again adds nothing.
fn stands(member: &LinkedMember, stored: &StoredEntry) -> bool {
    let folder = member.folder.as_ref().and_then(Option::as_ref);
    folder.is_some_and(|folder| {
        folder.documents.iter().any(|held| held.entry.logical_id == stored.entry.logical_id)
    })
}

fn reaches_folder(case: &LinkCase<'_>, target: &TargetFolder) -> bool {
    let own = case.visibility.is_some_and(|visibility| {
        visibility.admit_holder::<_, StoredEntry>(target.stored.clone(), None).is_some()
    });
    own || super::is_own_set(case.caller, &target.stored.authors)
        || target.documents.iter().any(|stored| is_reachable(case, stored))
}

fn is_current(status: Availability) -> bool {
    match status {
        Availability::Approved | Availability::Archived => true,
        Availability::Deprecated | Availability::Deleted => false,
    }
}
