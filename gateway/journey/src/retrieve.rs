//! The retrieval of one document, and the reading of one entry. Hidden and absent are one answer.

use model::{Caller, Finding, Ins, Rule};
use policy::{Ask, ReadAct, Visible, decide_read};

use crate::links;
use crate::refusal::{audited, is_about_the_record};
use crate::search::{ATTEMPTS, named_by_proof, shown, told};
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
    let act = ReadAct::Read;
    let (entry, bytes) = read(desk, caller, transaction, ask, act, Act::Retrieve).await?;
    Ok(Document { entry, bytes })
}

/// Reads one document's entry by id (a FHIR read of DocumentReference): one reference, no content.
pub async fn read_entry<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ask: DocumentAsk,
) -> Result<Visible<StoredEntry>, Refusal> {
    let (entry, _) = read(desk, caller, transaction, ask, ReadAct::OneReference, Act::Search).await?;
    Ok(entry)
}

async fn read<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ask: DocumentAsk,
    wanted: ReadAct,
    act: Act,
) -> Result<(Visible<StoredEntry>, Vec<u8>), Refusal> {
    let named = ask.patient.clone().or_else(|| named_by_proof(caller));
    let patient = match &named {
        Some(patient) => Some(patient.clone()),
        None => desk.store.locate(&ask.key).await?,
    };
    let event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), act, transaction).about(patient.clone());
    let Some(patient) = patient else {
        return Err(audited(desk, event, Refusal::Absent).await);
    };
    let about = Ask { patient, act: wanted };
    match open(desk, caller, &event, &about, &ask.key).await {
        Ok(document) => Ok(document),
        Err(refusal) => {
            let refusal = audited(desk, event, refusal).await;
            let silent = named.is_none() && is_about_the_record(&refusal);
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
) -> Result<(Visible<StoredEntry>, Vec<u8>), Refusal> {
    for _ in 0..ATTEMPTS {
        let facts = desk.store.facts(&about.patient, caller, desk.clock.now()).await?;
        let visibility = decide_read(desk.law(), &facts, caller, about).map_err(told)?;
        let mut stored = desk.store.entry(&about.patient, key).await?.ok_or(Refusal::Absent)?;
        let row = std::slice::from_mut(&mut stored);
        links::keep_visible(&desk.store, &about.patient, &visibility, row).await?;
        let entry = visibility.admit(stored).ok_or(Refusal::Absent)?;
        let bytes = match about.act {
            ReadAct::Read => content(desk, &entry).await?,
            ReadAct::OneReference | ReadAct::Search => Vec::new(),
        };
        let event = shown(event, &visibility, std::slice::from_ref(&entry));
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
