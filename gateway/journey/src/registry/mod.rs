//! Stored queries about the objects of a registry (ITI-18 other than FindDocuments): the record is read as the
//! reader sees it, then picked from.

mod filings;
mod holdings;
mod lists;
mod matches;
mod select;
mod terms;
mod view;

pub use holdings::{End, Holdings, LinkKind, StoredFolder, StoredLink, StoredSet};
pub use lists::{Item, ListAsk, ListObject, ListPage, ListsFound, ShownList, find_lists};
pub use matches::{like_author, like_reference};
pub use terms::{is_author, is_sealed, sealed_terms_hold, term_holds};
pub use view::{DocumentVersion, FolderVersion};

pub(crate) use matches::every_version;
pub(crate) use view::View;

use model::{Availability, Caller, Code, EntryUuid, Finding, Ins, Named, RegistryQuery, Rule};
use policy::{Ask, ReadAct, Visibility, Visible, decide_read};

use crate::refusal::{audited, is_about_the_record};
use crate::search::{ATTEMPTS, named_by_proof, told};
use crate::{Act, Clock, Desk, Event, Ids, ObjectKey, RecordError, Refusal, Store};
use select::select;

/// What a stored query shows.
#[derive(Debug, Default)]
pub struct RegistryAnswer {
    /// Documents, each version of the metadata that fits.
    pub documents: Vec<Visible<DocumentVersion>>,
    /// Submission sets.
    pub sets: Vec<Visible<StoredSet>>,
    /// Folders, each version that fits.
    pub folders: Vec<Visible<FolderVersion>>,
    /// Associations.
    pub links: Vec<Visible<ShownLink>>,
    /// Of how many records something is shown: more than one only where no patient was named.
    pub records: usize,
}

/// An association with the entryUUIDs of its ends, as the answer shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownLink {
    /// entryUUID.
    pub entry_uuid: EntryUuid,
    /// What it says.
    pub kind: LinkKind,
    /// entryUUID of the source.
    pub source: EntryUuid,
    /// entryUUID of the target.
    pub target: EntryUuid,
    /// Approved or Deprecated.
    pub status: Availability,
    /// The version of the target that came with the set.
    pub version: Option<u32>,
    /// What documents a relationship.
    pub documentation: Option<Code>,
}

/// Answers a stored query. The patient of the query, else the one of the proof, is the scope; without either, the
/// records that hold what is named are asked one by one, and none tells more than what it shows. An absent record
/// shows nothing. Each record asked leaves one event.
pub async fn stored_query<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    query: &RegistryQuery,
) -> Result<RegistryAnswer, Refusal> {
    let mut answer = RegistryAnswer::default();
    let named = query.patient().cloned().or_else(|| named_by_proof(caller));
    if let Some(patient) = named {
        match of_record(desk, caller, transaction, query, &patient).await {
            Ok(found) => answer.add(found),
            Err(Refusal::Absent) => {}
            Err(refusal) => return Err(refusal),
        }
        return Ok(answer);
    }
    let holders = holders(desk, query).await?;
    if holders.is_empty() {
        let event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::Search, transaction);
        return match audited(desk, event, Refusal::Absent).await {
            Refusal::Absent => Ok(answer),
            fault => Err(fault),
        };
    }
    for patient in holders {
        match of_record(desk, caller, transaction, query, &patient).await {
            Ok(found) => answer.add(found),
            Err(refusal) if is_about_the_record(&refusal) || matches!(refusal, Refusal::Absent) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(answer)
}

impl RegistryAnswer {
    fn add(&mut self, mut other: RegistryAnswer) {
        self.documents.append(&mut other.documents);
        self.sets.append(&mut other.sets);
        self.folders.append(&mut other.folders);
        self.links.append(&mut other.links);
        self.records += other.records;
    }

    /// Objects shown.
    pub fn len(&self) -> usize {
        self.documents.len() + self.sets.len() + self.folders.len() + self.links.len()
    }

    /// True if nothing is shown.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The records that hold an object that the query names.
async fn holders<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    query: &RegistryQuery,
) -> Result<Vec<Ins>, Refusal> {
    let mut holders = Vec::new();
    for key in keys(query)? {
        for patient in desk.store.locate_object(&key).await? {
            if !holders.contains(&patient) {
                holders.push(patient);
            }
        }
    }
    Ok(holders)
}

/// What the query names; a query by criteria names a patient.
fn keys(query: &RegistryQuery) -> Result<Vec<ObjectKey>, Refusal> {
    let of = |named: &Named, by_unique: fn(model::UniqueId) -> ObjectKey| match named {
        Named::Uuids(ids) | Named::LogicalIds(ids) => ids.iter().copied().map(ObjectKey::Uuid).collect(),
        Named::UniqueIds(ids) => ids.iter().cloned().map(by_unique).collect(),
    };
    Ok(match query {
        RegistryQuery::FindSubmissionSets { .. }
        | RegistryQuery::FindFolders { .. }
        | RegistryQuery::GetAll { .. } => return Err(Refusal::of(Finding::new(Rule::QueryIsComplete))),
        RegistryQuery::GetDocuments { named, .. }
        | RegistryQuery::GetDocumentsAndAssociations { named, .. }
        | RegistryQuery::GetFoldersForDocument { named, .. }
        | RegistryQuery::GetRelatedDocuments { named, .. } => of(named, ObjectKey::Document),
        RegistryQuery::GetFolders { named, .. } | RegistryQuery::GetFolderAndContents { named, .. } => {
            of(named, ObjectKey::Folder)
        }
        RegistryQuery::GetSubmissionSetAndContents { named, .. } => of(named, ObjectKey::Set),
        RegistryQuery::GetAssociations { objects, .. } | RegistryQuery::GetSubmissionSets { objects } => {
            objects.iter().copied().map(ObjectKey::Uuid).collect()
        }
    })
}

/// The answer of one record, audited whatever it is.
async fn of_record<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    query: &RegistryQuery,
    patient: &Ins,
) -> Result<RegistryAnswer, Refusal> {
    let event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::Search, transaction)
        .about(caller, Some(patient.clone()));
    match seen(desk, caller, &event, query, patient).await {
        Ok(answer) => Ok(answer),
        Err(fault @ Refusal::Fault(_)) => Err(fault),
        Err(refusal) => Err(audited(desk, event, refusal).await),
    }
}

async fn seen<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    event: &Event,
    query: &RegistryQuery,
    patient: &Ins,
) -> Result<RegistryAnswer, Refusal> {
    let act = if query.patient().is_some() { ReadAct::Search } else { ReadAct::OneReference };
    let ask = Ask { patient: patient.clone(), act };
    for _ in 0..ATTEMPTS {
        let now = desk.clock.now();
        let facts = desk.store.facts(patient, caller, now).await?;
        let visibility = decide_read(desk.law(now), &facts, caller, &ask).map_err(told)?;
        let holdings = desk.store.holdings(patient, Some(&visibility)).await?;
        let answer = pick(&visibility, View::of(&visibility, holdings)?, query);
        let mut documents: Vec<EntryUuid> =
            answer.documents.iter().map(|version| version.get().shown.logical_id).collect();
        documents.dedup();
        let matrix = visibility.matrix_version().to_owned();
        let event = Event { documents, matrix, ..event.clone() };
        match desk.store.record(event, Some(facts.version)).await {
            Ok(()) => return Ok(answer),
            Err(RecordError::Moved) => {}
            Err(RecordError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Refusal::of(Finding::new(Rule::FactsHaveNotMoved)))
}

/// What is picked, in the order in which it came.
fn pick(visibility: &Visibility, view: View, query: &RegistryQuery) -> RegistryAnswer {
    let picked = select(query, &view);
    let mut answer = RegistryAnswer::default();
    for at in &picked.links {
        let Some(link) = view.links.get(*at) else { continue };
        let stored = link.get();
        let shown = ShownLink {
            entry_uuid: stored.entry_uuid,
            kind: stored.kind,
            source: view.uuid_of(stored.source, None, picked.level),
            target: view.uuid_of(stored.target, stored.version, picked.level),
            status: stored.status,
            version: stored.version,
            documentation: stored.documentation.clone(),
        };
        answer.links.push(visibility.admit_link(shown, link, link));
    }
    let View { documents, sets, folders, order, .. } = view;
    let place = |end: End| order.get(&end).copied().unwrap_or(usize::MAX);
    for (id, versions) in documents {
        let shown = versions.into_iter().enumerate().filter(|(at, _)| picked.documents.contains(&(id, *at)));
        answer.documents.extend(shown.map(|(_, version)| version));
    }
    answer.documents.sort_by_key(|version| place(End::Document(version.get().shown.logical_id)));
    answer.sets.extend(sets.into_iter().filter(|(id, _)| picked.sets.contains(id)).map(|(_, set)| set));
    answer.sets.sort_by_key(|set| place(End::Set(set.get().set.entry_uuid)));
    for (id, versions) in folders {
        let shown = versions.into_iter().enumerate().filter(|(at, _)| picked.folders.contains(&(id, *at)));
        answer.folders.extend(shown.map(|(_, version)| version));
    }
    answer.folders.sort_by_key(|version| place(End::Folder(version.get().shown.logical_id)));
    answer.records = usize::from(!answer.is_empty());
    answer
}
