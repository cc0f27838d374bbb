//! IHE ITI TF-3 registration rule 12: a submitted entryUUID is used by no other object.

use model::{Finding, Location, Rule, SubmittedObject};

use super::LinkCase;
use crate::Claim;

pub(super) fn check(case: &LinkCase<'_>) -> Vec<Finding> {
    case.facts.claims.iter().filter_map(|claim| refusal(case, claim)).collect()
}

fn refusal(case: &LinkCase<'_>, claim: &Claim) -> Option<Finding> {
    let Claim::EntryUuid { id } = claim else { return None };
    let submission = case.submission;
    let entry = submission.entries.iter().position(|(entry, _)| entry.entry_uuid == *id);
    let association = submission.associations.iter().position(|link| link.entry_uuid == *id);
    let folder = submission.folders.iter().position(|folder| folder.entry_uuid == *id);
    let membership = submission.memberships.iter().position(|member| member.entry_uuid == *id);
    let object = entry
        .map(SubmittedObject::Entry)
        .or(association.map(SubmittedObject::Association))
        .or(folder.map(SubmittedObject::Folder))
        .or(membership.map(SubmittedObject::Membership))
        .unwrap_or(SubmittedObject::Set);
    Some(Finding::new(Rule::EntryIdIsFree).at(Location::Submitted(object, "entryUUID")).arg("id", id.urn()))
}
