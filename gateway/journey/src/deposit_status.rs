//! Whether a document went in, told to its depositor alone: the deposit as it was acknowledged, and nothing of what
//! became of it since.

use model::{Caller, Depositor, EntryUuid, Ins, Moment, Receipt, UniqueId};

use crate::refusal::audited;
use crate::{Act, Clock, Desk, DocumentKey, Event, Fault, Ids, RecordError, Refusal, Store};

/// One deposit of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositStatus {
    /// When it was committed.
    pub at: Moment,
    /// logicalID of the document.
    pub document: EntryUuid,
    /// entryUUID of the submission set that it came in.
    pub set: EntryUuid,
    /// uniqueId of that set.
    pub set_unique_id: UniqueId,
}

/// The deposits of the document of this uniqueId that the same person or structure made, in every record or in the one
/// that the request or the proof names. [`Refusal::Absent`] for anybody else's, and for what never came. Each record
/// that something is told of gets one event; so does the answer of the absent.
pub async fn deposit_status<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    patient: Option<Ins>,
    document: &UniqueId,
) -> Result<Vec<DepositStatus>, Refusal> {
    let depositor = Depositor::of(caller);
    let mut held = desk.store.locate(&DocumentKey::Unique(document.clone())).await?;
    held.retain(|holder| [&patient, &caller.patient].into_iter().flatten().all(|named| named == holder));
    let event = |about: Option<&Ins>| {
        let event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::Rehearse, transaction)
            .about(caller, about.cloned());
        let matrix = desk.law(event.at).matrix_version();
        Event { matrix, ..event }
    };
    let mut told = Vec::new();
    for holder in &held {
        let receipts = desk.store.receipts_of(holder, document, &depositor).await?;
        let found: Vec<DepositStatus> =
            receipts.iter().flat_map(|receipt| statuses(receipt, document)).collect();
        if found.is_empty() {
            continue;
        }
        let mut event = event(Some(holder));
        event.set = found.first().map(|one| one.set_unique_id.clone());
        event.documents = found.iter().map(|one| one.document).collect();
        match desk.store.record(event, None).await {
            Ok(()) => told.extend(found),
            Err(RecordError::Fault(fault)) => return Err(Refusal::Fault(fault)),
            Err(RecordError::Moved) => {
                return Err(Refusal::Fault(Fault::new("an event without facts cannot be outdated")));
            }
        }
    }
    if told.is_empty() {
        return Err(audited(desk, event(held.first()), Refusal::Absent).await);
    }
    Ok(told)
}

fn statuses(receipt: &Receipt, document: &UniqueId) -> impl Iterator<Item = DepositStatus> {
    receipt.documents.iter().filter(move |one| one.unique_id == *document).map(|one| DepositStatus {
        at: receipt.at,
        document: one.logical_id,
        set: receipt.set,
        set_unique_id: receipt.set_unique_id.clone(),
    })
}
