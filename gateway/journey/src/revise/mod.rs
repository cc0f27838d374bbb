//! Changes of a registry: updates (ITI-57, ITI-92), removal of metadata (ITI-62) and of documents (ITI-86). What is a mask,
//! an announcement, an archiving or a deletion is judged as such, whichever wire it comes by.

mod asked;
mod difference;
mod plan;
mod removal;

use model::{
    Association, Availability, Caller, Content, DocumentEntry, EntryUuid, Finding, Folder, Ins, Location,
    Rule, Stage, Submission, SubmissionSet, UniqueId,
};
use policy::{DocumentAct, Permitted, Revision};

use crate::checks::request;
use crate::refusal::{audited, is_about_the_record};
use crate::search::{ATTEMPTS, named_by_proof};
use crate::{Act, Clock, CommitError, Desk, DocumentKey, Event, Ids, ObjectKey, Refusal, Store, digest};
use asked::Asked;

/// An update: its set, and what it does, each with its place in the message.
#[derive(Debug, Clone)]
pub struct Update {
    /// The submission set, with a uniqueId.
    pub set: SubmissionSet,
    /// The operations, in order, never none.
    pub operations: Vec<(UpdateOperation, Location)>,
    /// ITI-92: documents only, and fewer of their attributes.
    pub restricted: bool,
}

/// One operation of an update (XDS Metadata Update §3.57.4.1.3.3).
#[derive(Debug, Clone)]
pub enum UpdateOperation {
    /// Update DocumentEntry Metadata.
    Document {
        /// The new version: `logical_id` names the document.
        entry: Box<DocumentEntry>,
        /// PreviousVersion.
        previous: u32,
        /// AssociationPropagation.
        propagate: bool,
        /// The set's membership.
        membership: EntryUuid,
    },
    /// Update Folder Metadata.
    Folder {
        /// The new version: `logical_id` names the folder.
        folder: Box<Folder>,
        /// PreviousVersion.
        previous: u32,
        /// AssociationPropagation.
        propagate: bool,
        /// The set's membership.
        membership: EntryUuid,
    },
    /// Update availabilityStatus of a document, a folder or an association.
    Status {
        /// entryUUID of the object.
        object: EntryUuid,
        /// OriginalStatus.
        from: Availability,
        /// NewStatus.
        to: Availability,
    },
    /// Submit Association between documents of the record.
    Relationship(Association),
    /// Submit Association of a document to a folder.
    Filing {
        /// entryUUID of the association.
        entry_uuid: EntryUuid,
        /// The folder.
        folder: EntryUuid,
        /// The document.
        document: EntryUuid,
        /// entryUUID of the set's membership of it.
        held_by: EntryUuid,
    },
}

/// Does an update, all of it or nothing. An identical retry is done already.
pub async fn update<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    update: Update,
) -> Result<(), Refusal> {
    let set_id = update.set.unique_id.clone().ok_or_else(|| incomplete("uniqueId"))?;
    let message = as_submission(&update);
    let case = request::RequestCase {
        transaction,
        mappings: &desk.mappings,
        switches: &desk.switches,
        pack: &desk.pack,
        caller,
        submission: &message,
    };
    if let Some(refusal) = Refusal::from_findings(Stage::Request, request::check(&case)) {
        return Err(refusal);
    }
    let digest = digest::of_update(caller, &message, &update.operations);
    let patient = update.set.patient.clone();
    let mut event = event(desk, caller, transaction, &patient);
    event.set = Some(set_id.clone());
    for _ in 0..ATTEMPTS {
        event.at = desk.clock.now();
        let facts = desk.store.facts(&patient, caller, event.at).await?;
        let asked = Asked { caller, patient: &patient, facts: &facts };
        let permitted = match asked.update(desk, &update, &set_id, digest, &mut event).await {
            Ok(Some(permitted)) => permitted,
            Ok(None) => return Ok(()),
            Err(refusal) => return Err(audited(desk, event, refusal).await),
        };
        match commit(desk, permitted, &mut event).await? {
            true => return Ok(()),
            false => continue,
        }
    }
    Err(moved(desk, event).await)
}

/// Removes the metadata of objects for ever, with the bytes of the documents among them (ITI-62).
pub async fn remove_metadata<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ids: &[EntryUuid],
) -> Result<(), Refusal> {
    let (patient, named) = match named_by_proof(caller) {
        Some(patient) => (Some(patient), true),
        None => (holder(desk, ids).await?, false),
    };
    let Some(patient) = patient else {
        let event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::Amend, transaction);
        return Err(audited(desk, event, Refusal::of(Finding::new(Rule::LinkedObjectIsReachable))).await);
    };
    let mut event = event(desk, caller, transaction, &patient);
    for _ in 0..ATTEMPTS {
        event.at = desk.clock.now();
        let facts = desk.store.facts(&patient, caller, event.at).await?;
        let asked = Asked { caller, patient: &patient, facts: &facts };
        let permitted = match asked.removal(desk, ids, &mut event).await {
            Ok(permitted) => permitted,
            Err(refusal) => {
                let refusal = audited(desk, event, refusal).await;
                let silent = !named
                    && is_about_the_record(&refusal)
                    && refusal.rules() != [Rule::RemovalLeavesRegistryWhole];
                let unknown = || Refusal::of(Finding::new(Rule::LinkedObjectIsReachable));
                return Err(if silent { unknown() } else { refusal });
            }
        };
        match commit(desk, permitted, &mut event).await? {
            true => return Ok(()),
            false => continue,
        }
    }
    Err(moved(desk, event).await)
}

/// Destroys the bytes of one document; what is known of it stays (ITI-86). Hidden and absent are one answer.
pub async fn remove_document<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    document: UniqueId,
) -> Result<(), Refusal> {
    let ask = crate::DocumentAsk { patient: None, key: DocumentKey::Unique(document) };
    crate::amend(desk, caller, transaction, ask, vec![DocumentAct::DestroyContent], None).await.map(|_| ())
}

/// Writes a revision: false when the facts moved and it has to be judged again.
async fn commit<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    permitted: Permitted<Revision>,
    event: &mut Event,
) -> Result<bool, Refusal> {
    match desk.store.revise(permitted, event.clone()).await {
        Ok(()) => Ok(true),
        Err(CommitError::Moved) => {
            (event.documents, event.deeds) = (Vec::new(), Vec::new());
            Ok(false)
        }
        Err(CommitError::Conflict(rule)) => {
            Err(audited(desk, event.clone(), Refusal::of(Finding::new(rule))).await)
        }
        Err(CommitError::Fault(fault)) => Err(fault.into()),
    }
}

async fn moved<S: Store, C: Clock, I: Ids>(desk: &Desk<S, C, I>, event: Event) -> Refusal {
    audited(desk, event, Refusal::of(Finding::new(Rule::FactsHaveNotMoved))).await
}

/// The record that holds the named objects: the first that holds any of them.
async fn holder<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    ids: &[EntryUuid],
) -> Result<Option<Ins>, Refusal> {
    for id in ids {
        if let Some(patient) = desk.store.locate_object(&ObjectKey::Uuid(*id)).await?.into_iter().next() {
            return Ok(Some(patient));
        }
    }
    Ok(None)
}

/// The metadata of an update as a submission without bytes, for the checks and the digest.
fn as_submission(update: &Update) -> Submission {
    let mut message = Submission {
        set: update.set.clone(),
        entries: Vec::new(),
        folders: Vec::new(),
        associations: Vec::new(),
        memberships: Vec::new(),
        orphans: Vec::new(),
        identity_qualified: None,
    };
    for (operation, _) in &update.operations {
        match operation {
            UpdateOperation::Document { entry, .. } => {
                message.entries.push((entry.as_ref().clone(), Content::Elsewhere));
            }
            UpdateOperation::Folder { folder, .. } => message.folders.push(folder.as_ref().clone()),
            UpdateOperation::Relationship(link) => message.associations.push(link.clone()),
            UpdateOperation::Status { .. } | UpdateOperation::Filing { .. } => {}
        }
    }
    message
}

fn event<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    patient: &Ins,
) -> Event {
    Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::Amend, transaction)
        .about(caller, Some(patient.clone()))
}

fn incomplete(attribute: &str) -> Refusal {
    Refusal::of(Finding::new(Rule::MetadataIsWellFormed).arg("attribute", attribute))
}
