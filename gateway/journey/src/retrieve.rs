//! The retrieval of one document, and the reading of one entry. Hidden and absent are one answer.

use model::{Caller, DocumentEntry, Finding, Ins, Rule};
use policy::{Ask, ReadAct, Visible, decide_read};

use crate::links;
use crate::located::{Reach, looked_for};
use crate::refusal::{audited, is_about_the_record};
use crate::search::{ATTEMPTS, shown, told};
use crate::{Act, Clock, Desk, DocumentKey, Event, Ids, RecordError, Refusal, Store, StoredEntry};

/// Which document, and the patient if the request names one.
#[derive(Debug, Clone)]
pub struct DocumentAsk {
    /// The patient named by the request beside the token, if any.
    pub patient: Option<Ins>,
    /// The document.
    pub key: DocumentKey,
}

/// A document shown: metadata and bytes.
#[derive(Debug)]
pub struct Document {
    /// The entry.
    pub entry: Visible<StoredEntry>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Reads one document's bytes (ITI-43, ITI-68). Hidden and absent are both [`Refusal::Absent`].
pub async fn retrieve<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ask: DocumentAsk,
) -> Result<Document, Refusal> {
    retrieve_if(desk, caller, transaction, ask, |_| true).await?.ok_or(Refusal::Absent)
}

/// As [`retrieve`], if the reader takes the document in a form that it can be told in: `None` if not, and then
/// the event says that the reference was shown, not that the content was read.
pub async fn retrieve_if<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ask: DocumentAsk,
    taken: impl Fn(&DocumentEntry) -> bool + Send + Sync,
) -> Result<Option<Document>, Refusal> {
    let wanted = Wanted::Bytes(&taken);
    let (entry, bytes) = read(desk, caller, transaction, ask, wanted).await?;
    Ok(bytes.map(|bytes| Document { entry, bytes }))
}

/// Reads one document's entry by id (a FHIR read of DocumentReference): one reference, no content.
pub async fn read_entry<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ask: DocumentAsk,
) -> Result<Visible<StoredEntry>, Refusal> {
    let (entry, _) = read(desk, caller, transaction, ask, Wanted::Reference).await?;
    Ok(entry)
}

/// What the caller asks for.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    Reference,
    /// The bytes, of an entry that the reader takes.
    Bytes(&'a (dyn Fn(&DocumentEntry) -> bool + Send + Sync)),
}

async fn read<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ask: DocumentAsk,
    wanted: Wanted<'_>,
) -> Result<(Visible<StoredEntry>, Option<Vec<u8>>), Refusal> {
    let (right, act) = match wanted {
        Wanted::Reference => (ReadAct::OneReference, Act::Search),
        Wanted::Bytes(_) => (ReadAct::Read, Act::Retrieve),
    };
    let reach = Reach::Read(right);
    let (patient, named) = looked_for(desk, caller, reach, ask.patient.as_ref(), &ask.key).await?;
    let event =
        Event::by(caller, desk.ids.uuid(), desk.clock.now(), act, transaction).about(caller, patient.clone());
    let Some(patient) = patient else {
        return Err(audited(desk, event, Refusal::Absent).await);
    };
    let about = Ask { patient, act: right };
    match open(desk, caller, &event, &about, &ask.key, wanted).await {
        Ok(document) => Ok(document),
        Err(refusal) => {
            let refusal = audited(desk, event, refusal).await;
            let silent = !named && is_about_the_record(&refusal);
            Err(if silent { Refusal::Absent } else { refusal })
        }
    }
}

async fn open<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    event: &Event,
    about: &Ask,
    key: &DocumentKey,
    wanted: Wanted<'_>,
) -> Result<(Visible<StoredEntry>, Option<Vec<u8>>), Refusal> {
    for _ in 0..ATTEMPTS {
        let now = desk.clock.now();
        let facts = desk.store.facts(&about.patient, caller, now).await?;
        let visibility = decide_read(desk.law(now), &facts, caller, about).map_err(told)?;
        let mut stored = desk.store.entry(&about.patient, key).await?.ok_or(Refusal::Absent)?;
        let row = std::slice::from_mut(&mut stored);
        links::keep_visible(&desk.store, &about.patient, &visibility, row).await?;
        let held = stored.held;
        let entry = visibility.admit(stored).ok_or(Refusal::Absent)?;
        let bytes = match wanted {
            Wanted::Bytes(taken) if taken(&entry.get().entry) => {
                if !held {
                    return Err(Refusal::Absent);
                }
                Some(content(desk, &entry).await?)
            }
            Wanted::Bytes(_) | Wanted::Reference => None,
        };
        let act = if bytes.is_some() { Act::Retrieve } else { Act::Search };
        let event = Event { act, ..shown(event, &visibility, std::slice::from_ref(&entry)) };
        match desk.store.record(event, Some(facts.version)).await {
            Ok(()) => return Ok((entry, bytes)),
            Err(RecordError::Moved) => {}
            Err(RecordError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Refusal::of(Finding::new(Rule::FactsHaveNotMoved)))
}

async fn content<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    entry: &Visible<StoredEntry>,
) -> Result<Vec<u8>, Refusal> {
    desk.store.content(entry).await.map_err(|fault| match fault {
        Some(fault) => Refusal::Fault(fault),
        None => Refusal::of(Finding::new(Rule::ContentIsSound)),
    })
}
