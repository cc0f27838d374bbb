//! F4 and F5 over the whole registry, where the pack says so: IHE's own scope of a uniqueId (IHE ITI TF-3 registration
//! rules 10 and 11). Only for domains whose members may know of every record.
//!
//! Looked at before the commit, without a lock over other records: two deposits for two patients at one instant may both
//! pass. Within a record the store's constraints hold as ever.

use model::{Finding, Ins, Location, Rule, Submission, SubmittedObject, UniqueId};

use crate::{Clock, Desk, DocumentKey, Fault, Fingerprint, Ids, ObjectKey, Store, Uniqueness};

/// What other records already hold under the uniqueIds of a submission; nothing where uniqueness is a record's matter.
pub(crate) async fn check<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    submission: &Submission,
    set_id: &UniqueId,
    fingerprints: &[Option<Fingerprint>],
) -> Result<Vec<Finding>, Fault> {
    match desk.pack.uniqueness {
        Uniqueness::Record => return Ok(Vec::new()),
        Uniqueness::Registry => {}
    }
    let mut findings = Vec::new();
    let taken = |object, id: &UniqueId| {
        Finding::new(Rule::SetIdIsFree).at(Location::Submitted(object, "uniqueId")).arg("set", id.as_str())
    };
    // A set and a folder share one space: rule 10 speaks of any object.
    for (object, id) in std::iter::once((SubmittedObject::Set, set_id)).chain(
        submission
            .folders
            .iter()
            .enumerate()
            .map(|(index, folder)| (SubmittedObject::Folder(index), &folder.unique_id)),
    ) {
        for key in [ObjectKey::Set(id.clone()), ObjectKey::Folder(id.clone())] {
            if !others(desk, submission, &key).await?.is_empty() {
                findings.push(taken(object, id));
            }
        }
    }
    for (index, (entry, _)) in submission.entries.iter().enumerate() {
        let own = fingerprints.get(index).copied().flatten().map(|print| print.sha1);
        for patient in others(desk, submission, &ObjectKey::Document(entry.unique_id.clone())).await? {
            let stored = desk.store.entry(&patient, &DocumentKey::Unique(entry.unique_id.clone())).await?;
            if stored.is_some_and(|stored| stored.entry.hash != own) {
                findings.push(
                    Finding::new(Rule::DocumentIdIsFree)
                        .at(Location::Submitted(SubmittedObject::Entry(index), "uniqueId"))
                        .arg("document", entry.unique_id.as_str())
                        .code("XDSNonIdenticalHash")
                        .detail(
                            "un document d'empreinte différente porte déjà cet identifiant",
                            "a document with another hash already has this identifier",
                        ),
                );
            }
        }
    }
    Ok(findings)
}

/// The other patients whose records hold the object.
async fn others<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    submission: &Submission,
    key: &ObjectKey,
) -> Result<Vec<Ins>, Fault> {
    let mut holders = desk.store.locate_object(key).await?;
    holders.retain(|holder| *holder != submission.set.patient);
    Ok(holders)
}
