//! The retrieval of one document, and the reading of one entry. Hidden and absent are one answer.

use std::ops::Range;

use model::{Caller, Finding, Ins, Rule};
use policy::{Ask, ReadAct, Visible, decide_read};

use crate::links;
use crate::located::{Reach, looked_for};
use crate::refusal::{audited, is_about_the_record};
use crate::search::{ATTEMPTS, shown, told};
use crate::{Act, Clock, Desk, DocumentKey, Event, Fault, Ids, RecordError, Refusal, Store, StoredEntry};

/// Which document, and the patient if the request names one.
#[derive(Debug, Clone)]
pub struct DocumentAsk {
    /// The patient named by the request beside the token, if any.
    pub patient: Option<Ins>,
    /// The document.
    pub key: DocumentKey,
}

/// A document whose bytes may be given out.
#[derive(Debug)]
pub struct Opened {
    /// The entry.
    pub entry: Visible<StoredEntry>,
    /// The bytes; `None` of a large document: found whole and unaltered, it is read piece by piece as it goes out
    /// ([`crate::Outgoing`]).
    pub bytes: Option<Vec<u8>>,
}

impl Opened {
    /// Bytes of the document.
    pub fn size(&self) -> u64 {
        match &self.bytes {
            Some(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            None => self.entry.get().entry.size.unwrap_or(0),
        }
    }
}

/// How much of a document a caller takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Take {
    /// Nothing of it: the reference is shown.
    Nothing,
    /// All of it.
    Whole,
    /// These bytes: from, and up to without.
    Part(Range<u64>),
}

/// What became of a request for a document that the caller may read.
#[derive(Debug)]
pub enum Looked {
    /// It is opened: the event says that it was read.
    Opened(Opened),
    /// The caller does not take it: the event says that the reference was shown, not that the content was read.
    NotTaken(Visible<StoredEntry>),
}

/// Reads one document's bytes, whole. Hidden and absent are both [`Refusal::Absent`].
pub async fn retrieve<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ask: DocumentAsk,
) -> Result<Opened, Refusal> {
    match open_if(desk, caller, transaction, ask, |_| Take::Whole, u64::MAX).await? {
        Looked::Opened(opened) => Ok(opened),
        Looked::NotTaken(_) => Err(Refusal::Absent),
    }
}

/// Opens one document (ITI-43, ITI-68), if the caller takes it in a form that it can be told in. One of up to
/// `whole` bytes is in hand; of a larger one what is taken was read through once, so that an altered one is refused
/// and never begun.
/// Hidden and absent are both [`Refusal::Absent`].
pub async fn open_if<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ask: DocumentAsk,
    taken: impl Fn(&StoredEntry) -> Take + Send + Sync,
    whole: u64,
) -> Result<Looked, Refusal> {
    read(desk, caller, transaction, ask, Wanted::Bytes(&taken, whole)).await
}

/// Reads one document's entry by id (a FHIR read of DocumentReference): one reference, no content.
pub async fn read_entry<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ask: DocumentAsk,
) -> Result<Visible<StoredEntry>, Refusal> {
    match read(desk, caller, transaction, ask, Wanted::Reference).await? {
        Looked::NotTaken(entry) | Looked::Opened(Opened { entry, .. }) => Ok(entry),
    }
}

/// What the caller asks for.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    Reference,
    /// What the reader takes of the bytes; in hand up to this size.
    Bytes(&'a (dyn Fn(&StoredEntry) -> Take + Send + Sync), u64),
}

async fn read<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ask: DocumentAsk,
    wanted: Wanted<'_>,
) -> Result<Looked, Refusal> {
    let (right, act) = match wanted {
        Wanted::Reference => (ReadAct::OneReference, Act::Search),
        Wanted::Bytes(..) => (ReadAct::Read, Act::Retrieve),
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
) -> Result<Looked, Refusal> {
    for _ in 0..ATTEMPTS {
        let now = desk.clock.now();
        let facts = desk.store.facts(&about.patient, caller, now).await?;
        let visibility = decide_read(desk.law(now), &facts, caller, about).map_err(told)?;
        let mut stored = desk.store.entry(&about.patient, key).await?.ok_or(Refusal::Absent)?;
        let row = std::slice::from_mut(&mut stored);
        links::keep_visible(&desk.store, &about.patient, &visibility, row).await?;
        let held = stored.held;
        let entry = visibility.admit(stored).ok_or(Refusal::Absent)?;
        let looked = match wanted {
            Wanted::Reference => Looked::NotTaken(entry),
            Wanted::Bytes(taken, whole) => match taken(entry.get()) {
                Take::Nothing => Looked::NotTaken(entry),
                Take::Whole | Take::Part(_) if !held => return Err(Refusal::Absent),
                taken @ (Take::Whole | Take::Part(_)) => {
                    Looked::Opened(opened(desk, entry, &taken, whole).await?)
                }
            },
        };
        let (act, entry) = match &looked {
            Looked::Opened(opened) => (Act::Retrieve, &opened.entry),
            Looked::NotTaken(entry) => (Act::Search, entry),
        };
        let event = Event { act, ..shown(event, &visibility, std::slice::from_ref(entry)) };
        match desk.store.record(event, Some(facts.version)).await {
            Ok(()) => return Ok(looked),
            Err(RecordError::Moved) => {}
            Err(RecordError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Refusal::of(Finding::new(Rule::FactsHaveNotMoved)))
}

async fn opened<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    entry: Visible<StoredEntry>,
    taken: &Take,
    whole: u64,
) -> Result<Opened, Refusal> {
    let unsound = || Refusal::of(Finding::new(Rule::ContentIsSound));
    if entry.get().entry.size.is_some_and(|size| size > whole) {
        let sound = match taken {
            Take::Part(range) => part_is_sound(desk, &entry, range).await?,
            Take::Whole | Take::Nothing => desk.store.is_sound(&entry).await?,
        };
        return if sound { Ok(Opened { entry, bytes: None }) } else { Err(unsound()) };
    }
    match desk.store.content(&entry).await {
        Ok(bytes) => Ok(Opened { entry, bytes: Some(bytes) }),
        Err(Some(fault)) => Err(Refusal::Fault(fault)),
        Err(None) => Err(unsound()),
    }
}

/// Reads a part once: each of its pieces is verified by itself.
async fn part_is_sound<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    entry: &Visible<StoredEntry>,
    range: &Range<u64>,
) -> Result<bool, Fault> {
    let mut offset = range.start;
    while offset < range.end {
        match desk.store.content_from(entry, offset).await {
            Ok(bytes) if bytes.is_empty() => return Ok(false),
            Ok(bytes) => offset = offset.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX)),
            Err(None) => return Ok(false),
            Err(Some(fault)) => return Err(fault),
        }
    }
    Ok(true)
}
