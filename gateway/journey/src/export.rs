//! Everything about one person, for that person (RGPD 15 and 20): identity, rights in force, representatives, history,
//! and every document that the holder may see. What is not announced to the holder is left out and counted nowhere.

use model::{Availability, Caller, DocumentQuery, EntryUuid, Finding, Identity, Ins, Moment, Rule, Scope};
use policy::{HistoryScope, Standing, Visibility, Visible, decide_export};

use crate::refusal::audited;
use crate::search::{ATTEMPTS, told};
use crate::{
    Act, Clock, Desk, Event, Fault, HistoryLine, Ids, MOST_LINES, MOST_ON_A_PAGE, RecordError, Refusal,
    Rights, Store, StoredEntry, links,
};

/// Everything about one person but the bytes of the documents: [`exported_bytes`] gives those one by one.
#[derive(Debug)]
pub struct Export {
    /// Our opaque id of the person.
    pub id: EntryUuid,
    /// The identity, as fed.
    pub identity: Identity,
    /// The state of the record.
    pub standing: Standing,
    /// What stands in force, and who represents the holder.
    pub rights: Rights,
    /// The history, oldest first, the newest [`MOST_LINES`] at the most.
    pub history: Vec<HistoryLine>,
    /// Every document that the holder may see, newest first.
    pub documents: Vec<Visible<StoredEntry>>,
    /// When it was made.
    pub at: Moment,
}

/// Collects everything about one person: for the holder's side of an open record, or for an operator who hands it to
/// the holder. With a budget, documents of more bytes in all are refused before anything is read. One event tells of
/// the export and names every document in it, before anything leaves.
pub async fn export<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    patient: &Ins,
    budget: Option<u64>,
) -> Result<Export, Refusal> {
    let event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::Export, transaction)
        .about(caller, Some(patient.clone()));
    for _ in 0..ATTEMPTS {
        let now = desk.clock.now();
        let facts = desk.store.facts(patient, caller, now).await?;
        let (visibility, lines) = match decide_export(desk.law(now), &facts, caller, patient) {
            Ok(decided) => decided,
            Err(denial) => return Err(audited(desk, event, told(denial)).await),
        };
        let Some(export) = collect(desk, patient, &visibility, &lines, now).await? else {
            return Err(audited(desk, event, Refusal::Absent).await);
        };
        if let Some(finding) = beyond(budget, &export) {
            return Err(audited(desk, event, Refusal::of(finding)).await);
        }
        let seen = Event {
            at: now,
            documents: export.documents.iter().map(|document| document.get().entry.logical_id).collect(),
            matrix: visibility.matrix_version().to_owned(),
            ..event.clone()
        };
        match desk.store.record(seen, Some(facts.version)).await {
            Ok(()) => return Ok(export),
            Err(RecordError::Moved) => {}
            Err(RecordError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(audited(desk, event, Refusal::of(Finding::new(Rule::FactsHaveNotMoved))).await)
}

/// The bytes of one exported document, verified by hash.
pub async fn exported_bytes<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    document: &Visible<StoredEntry>,
) -> Result<Vec<u8>, Refusal> {
    desk.store.content(document).await.map_err(|fault| match fault {
        Some(fault) => Refusal::Fault(fault),
        None => Refusal::of(Finding::new(Rule::ContentIsSound)),
    })
}

async fn collect<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    patient: &Ins,
    visibility: &Visibility,
    scope: &HistoryScope,
    at: Moment,
) -> Result<Option<Export>, Fault> {
    let Some((id, identity)) = desk.store.known_identity(patient, at).await? else { return Ok(None) };
    let Some(rights) = desk.store.rights(patient, at).await? else { return Ok(None) };
    let mut history = desk.store.history(patient, MOST_LINES, at).await?;
    history.retain(|line| scope.admits(&line.lineage));
    let documents = documents(desk, patient, visibility, at).await?;
    Ok(Some(Export { id, identity, standing: rights.standing, rights, history, documents, at }))
}

async fn documents<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    patient: &Ins,
    visibility: &Visibility,
    at: Moment,
) -> Result<Vec<Visible<StoredEntry>>, Fault> {
    let mut query = DocumentQuery::new(Some(patient.clone()), Scope::Find);
    query.status = vec![Availability::Approved, Availability::Deprecated, Availability::Archived];
    query.paging.count = Some(MOST_ON_A_PAGE);
    let mut rows = Vec::new();
    loop {
        let page = desk.store.search(&query, visibility, at).await?;
        rows.extend(page.entries);
        query.paging.ceiling = Some(page.ceiling);
        query.paging.after = page.next;
        if page.next.is_none() {
            break;
        }
    }
    links::keep_visible(&desk.store, patient, visibility, &mut rows).await?;
    // What the database gave beyond the policy is a drift, and a fault.
    let admit = |row| visibility.admit(row).ok_or_else(|| Fault::new("drift: an export beyond the policy"));
    rows.into_iter().map(admit).collect()
}

fn beyond(budget: Option<u64>, export: &Export) -> Option<Finding> {
    let sizes = export.documents.iter().map(|document| document.get().entry.size.unwrap_or(0));
    let total = sizes.fold(0_u64, u64::saturating_add);
    let budget = budget.filter(|budget| total > *budget)?;
    let mebibytes = |bytes: u64| bytes.div_ceil(1 << 20);
    let (total, most) = (mebibytes(total), mebibytes(budget));
    Some(Finding::new(Rule::ExportIsNotTooLarge).detail(
        format!("{total} Mio de documents, {most} Mio au plus"),
        format!("{total} MiB of documents, {most} MiB at the most"),
    ))
}
