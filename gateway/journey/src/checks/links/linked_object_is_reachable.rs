//! F3: the target of an addendum, a transformation or a signature is the caller's own or visible to them,
//! and not superseded.
//!
//! Source: decision-order F3; IHE ITI TF-3 registration rules 13 to 16.

use model::{Availability, Finding, Location, Rule, SubmittedObject};

use super::LinkCase;
use crate::{Linked, StoredEntry};

pub(super) fn check(case: &LinkCase<'_>) -> Vec<Finding> {
    let associations = &case.submission.associations;
    let other = |linked: &&Linked| associations.get(linked.association).is_some_and(|a| !a.kind.supersedes());
    case.facts.links.iter().filter(other).filter_map(|linked| refusal(case, linked)).collect()
}

fn refusal(case: &LinkCase<'_>, linked: &Linked) -> Option<Finding> {
    let at = Location::Submitted(SubmittedObject::Association(linked.association), "target");
    let finding = Finding::new(Rule::LinkedObjectIsReachable).at(at);
    match linked.target.as_ref().filter(|target| is_reachable(case, &target.stored)) {
        None => Some(unreachable_code(case, finding, linked.elsewhere)),
        Some(target) => match target.stored.entry.availability {
            Availability::Approved | Availability::Archived => None,
            Availability::Deprecated | Availability::Deleted => {
                Some(finding.code("XDSRegistryDeprecatedDocumentError"))
            }
        },
    }
}

/// Where every member sees every record, a target in another one is told as the wrong patient's.
pub(super) fn unreachable_code(case: &LinkCase<'_>, finding: Finding, elsewhere: bool) -> Finding {
    if elsewhere && case.pack.open { finding.code("XDSPatientIdDoesNotMatch") } else { finding }
}

pub(super) fn is_reachable(case: &LinkCase<'_>, stored: &StoredEntry) -> bool {
    let visible = || case.visibility.is_some_and(|visibility| visibility.admit(stored.clone()).is_some());
    super::is_own(case.caller, &stored.entry) || visible()
}
