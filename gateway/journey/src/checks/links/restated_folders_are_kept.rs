//! A folder that the message states whole keeps its metadata and every current document that the caller sees in it:
//! a deposit adds to a folder; it takes nothing out and renames nothing.
//!
//! Source: IHE MHD 4.2.4 §2:3.65.4.1.2 (Folders by PUT), PDSm 3.1.1 (a changed folder is sent whole); IHE ITI TF-3
//! §4.2.2.1.3, where a submission knows additions only. Asked once F3 found the folder to be within the caller's reach.

use model::{Availability, DocumentEntry, Finding, Member, ObjectRef, Rule};

use super::LinkCase;
use super::linked_object_is_reachable::is_reachable;
use crate::{RestatedFolder, TargetFolder};

pub(crate) fn check(restated: &[RestatedFolder], case: &LinkCase<'_>) -> Vec<Finding> {
    restated.iter().flat_map(|folder| of_folder(folder, case)).collect()
}

fn of_folder(restated: &RestatedFolder, case: &LinkCase<'_>) -> Vec<Finding> {
    let Some(target) = target(restated, case) else { return Vec::new() };
    let (kept, sent) = (&target.stored.folder, restated);
    let mut findings = Vec::new();
    if kept.codes != sent.codes || kept.title != sent.title || kept.comments != sent.comments {
        findings.push(refused(
            restated,
            "un dépôt ne change ni le titre, ni les codes, ni les commentaires d'un classeur : les renvoyer tels quels, ou \
             les changer par ITI-57",
            "a deposit changes neither title, codes nor comments of a folder: send them as they are, or change them by \
             ITI-57",
        ));
    }
    let current = target.documents.iter().filter(|stored| is_current(stored.entry.availability));
    let seen = current.filter(|stored| is_reachable(case, stored));
    let left_out = seen.filter(|stored| !sent.documents.iter().any(|named| is(named, &stored.entry))).count();
    if left_out > 0 {
        findings.push(refused(
            restated,
            format!(
                "un dépôt ne retire rien d'un classeur : {left_out} document(s) qu'il contient ne sont pas dans entry"
            ),
            format!("a deposit takes nothing out of a folder: {left_out} document(s) in it are not in entry"),
        ));
    }
    findings
}

/// The folder as the record holds it, found beside any of the memberships that name it.
fn target<'a>(restated: &RestatedFolder, case: &'a LinkCase<'_>) -> Option<&'a TargetFolder> {
    let memberships = &case.submission.memberships;
    case.facts.members.iter().find_map(|member| match &memberships.get(member.membership)?.link {
        Member::InFolder { folder, .. } if *folder == restated.folder => member.folder.as_ref()?.as_ref(),
        Member::InFolder { .. }
        | Member::Original(_)
        | Member::Reference(_)
        | Member::Folder(_)
        | Member::OfFolder(_) => None,
    })
}

fn is_current(status: Availability) -> bool {
    match status {
        Availability::Approved | Availability::Archived => true,
        Availability::Deprecated | Availability::Deleted => false,
    }
}

fn is(named: &ObjectRef, entry: &DocumentEntry) -> bool {
    match named {
        ObjectRef::Uuid(id) => *id == entry.logical_id || *id == entry.entry_uuid,
        ObjectRef::Unique(id) => *id == entry.unique_id,
    }
}

fn refused(restated: &RestatedFolder, fr: impl Into<String>, en: impl Into<String>) -> Finding {
    Finding::new(Rule::UpdateFitsObject).at(restated.at.clone()).detail(fr, en)
}
