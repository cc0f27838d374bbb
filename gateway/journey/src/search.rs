//! The search: facts, decision, one query, admission of every row, the event, the answer.

use std::collections::HashSet;

use model::{Actor, Caller, DocumentQuery, Finding, Ins, Location, MetadataLevel, Page, Rule, Scope};
use policy::{Ask, ReadAct, ReadDenial, Visibility, Visible, decide_read};

use crate::links;
use crate::located::{Reach, located};
use crate::refusal::{audited, is_about_the_record};
use crate::registry::{Item, ShownList, View, every_version};
use crate::{Act, Clock, Desk, DocumentKey, Event, Fault, Ids, RecordError, Refusal, Store, StoredEntry};

/// How often a reading starts again because the facts moved under it.
pub(crate) const ATTEMPTS: usize = 3;

/// One page of visible entries.
#[derive(Debug)]
pub struct Found {
    /// The entries, newest first.
    pub entries: Vec<Visible<StoredEntry>>,
    /// How many fit in all, after policy.
    pub total: u64,
    /// The snapshot's ceiling.
    pub ceiling: i64,
    /// Where the next page starts.
    pub next: Option<(i64, i64)>,
    /// The caller may know that there is a record: false where it is told as absent, and then nothing of the
    /// answer may depend on it.
    pub reached: bool,
    /// The sets and folders that hold an entry shown, if they were asked for.
    pub lists: Vec<ShownList>,
}

impl Found {
    fn nothing() -> Self {
        Found { entries: Vec::new(), total: 0, ceiling: 0, next: None, reached: false, lists: Vec::new() }
    }
}

/// Finds documents: `query.patient`, else the token's patient, is the scope; an absent record gives an empty
/// page. Named references without any patient are located, and then refusals about the record are silent.
pub async fn search<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    query: DocumentQuery,
) -> Result<Found, Refusal> {
    search_beside(desk, caller, transaction, query, false).await
}

/// As [`search`], with the sets and folders that hold what is found where `lists` asks for them.
pub async fn search_beside<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    query: DocumentQuery,
    lists: bool,
) -> Result<Found, Refusal> {
    let act = match query.scope {
        Scope::Find => ReadAct::Search,
        Scope::Uuids(_) | Scope::UniqueIds(_) => ReadAct::OneReference,
    };
    let named = query.patient.clone().or_else(|| named_by_proof(caller));
    let patient = match &named {
        Some(patient) => Some(patient.clone()),
        None => located(desk, caller, Reach::Read(act), &named_keys(&query)?).await?,
    };
    let event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::Search, transaction)
        .about(caller, patient.clone());
    let Some(patient) = patient else {
        return nothing(audited(desk, event, Refusal::Absent).await);
    };
    match page(desk, caller, &event, Ask { patient, act }, &query, lists).await {
        // Where no patient was named, what is hidden does not even tell that there is a record.
        Ok(found) if named.is_none() && found.total == 0 => Ok(Found::nothing()),
        Ok(found) => Ok(found),
        Err(Refusal::Absent) => nothing(audited(desk, event, Refusal::Absent).await),
        Err(refusal @ Refusal::Refused(_)) => match audited(desk, event, refusal).await {
            refusal if named.is_none() && is_about_the_record(&refusal) => Ok(Found::nothing()),
            refusal => Err(refusal),
        },
        Err(refusal @ Refusal::Fault(_)) => Err(refusal),
    }
}

/// The patient that the proof names: a token's `person_id`, a VIHF `resource-id`, the holder themselves.
pub(crate) fn named_by_proof(caller: &Caller) -> Option<Ins> {
    let own = match &caller.actor {
        Actor::Holder { ins } => Some(ins.clone()),
        Actor::Professional { .. }
        | Actor::OfStructure { .. }
        | Actor::Representative { .. }
        | Actor::Operator { .. } => None,
    };
    caller.patient.clone().or(own)
}

/// The references that the query names; a search by criteria needs a patient.
fn named_keys(query: &DocumentQuery) -> Result<Vec<DocumentKey>, Refusal> {
    match &query.scope {
        Scope::Find => Err(Refusal::of(
            Finding::new(Rule::QueryIsComplete)
                .at(Location::Parameter("patient".to_owned()))
                .arg("parameter", "patient"),
        )),
        Scope::Uuids(ids) => Ok(ids.iter().copied().map(DocumentKey::Uuid).collect()),
        Scope::UniqueIds(ids) => Ok(ids.iter().cloned().map(DocumentKey::Unique).collect()),
    }
}

async fn page<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    event: &Event,
    ask: Ask,
    query: &DocumentQuery,
    with_lists: bool,
) -> Result<Found, Refusal> {
    for _ in 0..ATTEMPTS {
        let now = desk.clock.now();
        let facts = desk.store.facts(&ask.patient, caller, now).await?;
        let visibility = decide_read(desk.law(now), &facts, caller, &ask).map_err(told)?;
        let mut page = match query.level {
            MetadataLevel::Latest => desk.store.search(query, &visibility, now).await?,
            MetadataLevel::Every => {
                let holdings = desk.store.holdings(&ask.patient, Some(&visibility)).await?;
                every_version(&visibility, holdings, query)
            }
        };
        links::keep_visible(&desk.store, &ask.patient, &visibility, &mut page.entries).await?;
        let entries = admitted(&visibility, std::mem::take(&mut page.entries))?;
        let lists = match with_lists && !entries.is_empty() {
            true => {
                let holdings = desk.store.holdings(&ask.patient, Some(&visibility)).await?;
                holding(View::of(&visibility, holdings)?, &entries)
            }
            false => Vec::new(),
        };
        let event = shown(event, &visibility, &entries);
        match desk.store.record(event, Some(facts.version)).await {
            Ok(()) => {
                let Page { total, ceiling, next, .. } = page;
                return Ok(Found { entries, total, ceiling, next, reached: true, lists });
            }
            Err(RecordError::Moved) => {}
            Err(RecordError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Refusal::of(Finding::new(Rule::FactsHaveNotMoved)))
}

/// The sets and folders that hold one of these entries.
fn holding(mut view: View, entries: &[Visible<StoredEntry>]) -> Vec<ShownList> {
    let shown: HashSet<Item> =
        entries.iter().map(|entry| Item::Document(entry.get().entry.logical_id)).collect();
    let mut lists = view.take_lists();
    lists.retain(|list| list.items.iter().any(|item| shown.contains(item)));
    lists
}

/// Every row that the database gave must be admitted as well: one that is not is a drift, and a fault.
fn admitted(visibility: &Visibility, rows: Vec<StoredEntry>) -> Result<Vec<Visible<StoredEntry>>, Fault> {
    rows.into_iter()
        .map(|row| {
            visibility
                .admit(row)
                .ok_or_else(|| Fault::new("drift: the database showed what the policy hides"))
        })
        .collect()
}

pub(crate) fn shown(event: &Event, visibility: &Visibility, entries: &[Visible<StoredEntry>]) -> Event {
    Event {
        documents: entries.iter().map(|entry| entry.get().entry.logical_id).collect(),
        matrix: visibility.matrix_version().to_owned(),
        ..event.clone()
    }
}

pub(crate) fn told(denial: ReadDenial) -> Refusal {
    match denial {
        ReadDenial::Absent => Refusal::Absent,
        ReadDenial::Denied(denial) => denial.into(),
    }
}

fn nothing(refusal: Refusal) -> Result<Found, Refusal> {
    match refusal {
        Refusal::Absent => Ok(Found::nothing()),
        other => Err(other),
    }
}
