//! Submission sets and folders with what they hold, as one reader sees them (IHE MHD 4.2.4 ITI-66).

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Association, Author, Availability, Caller, Code, EntryUuid, Finding, Folder, Ins, Moment, ObjectRef,
    Rule, SubmissionSet, UniqueId,
};
use policy::{Ask, ReadAct, Visible, decide_read};

use super::{DocumentVersion, End, FolderVersion, LinkKind, StoredSet, View};
use crate::refusal::{audited, is_about_the_record};
use crate::search::{ATTEMPTS, named_by_proof, told};
use crate::{Act, Clock, Desk, Event, Ids, ObjectKey, RecordError, Refusal, Store};

/// A set or a folder that shows, with what it holds of what shows.
#[derive(Debug)]
pub struct ShownList {
    /// What it is.
    pub object: ListObject,
    /// Documents and folders that it holds, the hidden ones left out.
    pub items: Vec<Item>,
    /// When it came or last changed, as this reader may know it.
    pub changed_at: Moment,
}

/// A submission set or a folder.
#[derive(Debug)]
pub enum ListObject {
    /// A submission set.
    Set(Visible<StoredSet>),
    /// The current version of a folder.
    Folder(Visible<FolderVersion>),
}

/// What a set or a folder holds, by logicalID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Item {
    /// A document.
    Document(EntryUuid),
    /// A folder, of a set.
    Folder(EntryUuid),
}

impl ShownList {
    /// The id that stays: a set's entryUUID, a folder's logicalID.
    pub fn id(&self) -> EntryUuid {
        match &self.object {
            ListObject::Set(set) => set.get().set.entry_uuid,
            ListObject::Folder(folder) => folder.get().shown.logical_id,
        }
    }

    /// The submission set, if it is one.
    pub fn set(&self) -> Option<&SubmissionSet> {
        match &self.object {
            ListObject::Set(set) => Some(&set.get().set),
            ListObject::Folder(_) => None,
        }
    }

    /// The folder, if it is one.
    pub fn folder(&self) -> Option<&Folder> {
        match &self.object {
            ListObject::Set(_) => None,
            ListObject::Folder(folder) => Some(&folder.get().shown),
        }
    }

    /// entryUUID.
    pub fn entry_uuid(&self) -> EntryUuid {
        self.folder().map_or(self.id(), |folder| folder.entry_uuid)
    }

    /// uniqueId.
    pub fn unique_id(&self) -> Option<&UniqueId> {
        self.folder().map(|folder| &folder.unique_id).or(self.set().and_then(|set| set.unique_id.as_ref()))
    }

    /// The patient.
    pub fn patient(&self) -> &Ins {
        match &self.object {
            ListObject::Set(set) => &set.get().set.patient,
            ListObject::Folder(folder) => &folder.get().shown.patient,
        }
    }

    /// availabilityStatus: a set is always Approved.
    pub fn availability(&self) -> Availability {
        self.folder().map_or(Availability::Approved, |folder| folder.availability)
    }

    /// contentTypeCode of a set, codeList of a folder.
    pub fn codes(&self) -> &[Code] {
        match &self.object {
            ListObject::Set(set) => std::slice::from_ref(&set.get().set.content_type),
            ListObject::Folder(folder) => &folder.get().shown.codes,
        }
    }

    /// title.
    pub fn title(&self) -> Option<&str> {
        match &self.object {
            ListObject::Set(set) => set.get().set.title.as_deref(),
            ListObject::Folder(folder) => folder.get().shown.title.as_deref(),
        }
    }

    /// The authors of a set; a folder has none.
    pub fn authors(&self) -> &[Author] {
        self.set().map(|set| set.authors.as_slice()).unwrap_or_default()
    }

    /// submissionTime of a set, lastUpdateTime of a folder.
    pub fn date(&self) -> Moment {
        self.set().map_or(self.changed_at, |set| set.submission_time.start())
    }

    fn documents(&self) -> impl Iterator<Item = EntryUuid> {
        self.items.iter().filter_map(|item| match item {
            Item::Document(id) => Some(*id),
            Item::Folder(_) => None,
        })
    }
}

/// Which lists are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAsk {
    /// Whose; else the patient of the proof.
    pub patient: Option<Ins>,
    /// What is named: where nobody names a patient, the records that hold one of these are asked.
    pub named: Vec<ObjectKey>,
    /// The documents that the lists hold are wanted as well.
    pub documents: bool,
}

/// What of the lists that show is answered.
#[derive(Debug, Default)]
pub struct ListPage {
    /// The lists of the page.
    pub lists: Vec<ShownList>,
    /// Lists that the page shows beside them.
    pub beside: Vec<ShownList>,
    /// How many fit in all.
    pub total: u64,
    /// Where the next page starts.
    pub next: Option<(i64, i64)>,
}

/// Lists, and the documents that they hold with their relationships, each once.
#[derive(Debug, Default)]
pub struct ListsFound {
    /// The page.
    pub page: ListPage,
    /// The documents, if they were asked for.
    pub documents: Vec<(Visible<DocumentVersion>, Vec<Association>)>,
    /// The caller may know that there is a record.
    pub reached: bool,
}

/// Finds sets and folders: `cut` says which of those that show are answered. An absent record shows none; without
/// a patient, refusals about a record are silent. Each record asked leaves one event.
pub async fn find_lists<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    ask: ListAsk,
    cut: &(dyn Fn(Vec<ShownList>) -> ListPage + Send + Sync),
) -> Result<ListsFound, Refusal> {
    let named = ask.patient.clone().or_else(|| named_by_proof(caller));
    let holders = match &named {
        Some(patient) => vec![patient.clone()],
        None => holders(desk, &ask.named).await?,
    };
    let event = |patient: Option<&Ins>| {
        Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::Search, transaction)
            .about(caller, patient.cloned())
    };
    if holders.is_empty() {
        return match audited(desk, event(None), Refusal::Absent).await {
            Refusal::Absent => Ok(ListsFound::default()),
            fault => Err(fault),
        };
    }
    let mut found = ListsFound::default();
    for patient in holders {
        let event = event(Some(&patient));
        let read = match of_record(desk, caller, &event, &ask, &patient, cut).await {
            Err(fault @ Refusal::Fault(_)) => return Err(fault),
            Err(refusal) => Err(audited(desk, event, refusal).await),
            Ok(read) => Ok(read),
        };
        match read {
            Ok(read) => found.add(read, named.is_some()),
            Err(Refusal::Absent) => {}
            Err(refusal) if named.is_none() && is_about_the_record(&refusal) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(found)
}

impl ListsFound {
    /// Where no patient was named, what is hidden does not even tell that there is a record.
    fn add(&mut self, mut other: ListsFound, named: bool) {
        self.reached |= named || other.page.total > 0;
        self.page.lists.append(&mut other.page.lists);
        self.page.beside.append(&mut other.page.beside);
        self.page.total += other.page.total;
        self.page.next = other.page.next;
        self.documents.append(&mut other.documents);
    }
}

async fn holders<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    named: &[ObjectKey],
) -> Result<Vec<Ins>, Refusal> {
    let mut holders = Vec::new();
    for key in named {
        for patient in desk.store.locate_object(key).await? {
            if !holders.contains(&patient) {
                holders.push(patient);
            }
        }
    }
    Ok(holders)
}

async fn of_record<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    event: &Event,
    ask: &ListAsk,
    patient: &Ins,
    cut: &(dyn Fn(Vec<ShownList>) -> ListPage + Send + Sync),
) -> Result<ListsFound, Refusal> {
    let act = if ask.named.is_empty() { ReadAct::Search } else { ReadAct::OneReference };
    let about = Ask { patient: patient.clone(), act };
    for _ in 0..ATTEMPTS {
        let now = desk.clock.now();
        let facts = desk.store.facts(patient, caller, now).await?;
        let visibility = decide_read(desk.law(now), &facts, caller, &about).map_err(told)?;
        let holdings = desk.store.holdings(patient, Some(&visibility)).await?;
        let mut view = View::of(&visibility, holdings)?;
        let page = cut(view.take_lists());
        let held: BTreeSet<EntryUuid> = page.lists.iter().flat_map(ShownList::documents).collect();
        let documents = if ask.documents { view.take_documents(&held) } else { Vec::new() };
        let matrix = visibility.matrix_version().to_owned();
        let event = Event { documents: held.into_iter().collect(), matrix, ..event.clone() };
        match desk.store.record(event, Some(facts.version)).await {
            Ok(()) => return Ok(ListsFound { page, documents, reached: true }),
            Err(RecordError::Moved) => {}
            Err(RecordError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Refusal::of(Finding::new(Rule::FactsHaveNotMoved)))
}

impl View {
    /// Every set and every folder, in the order in which they came, out of the view.
    pub(crate) fn take_lists(&mut self) -> Vec<ShownList> {
        let mut held = self.items();
        let sets = std::mem::take(&mut self.sets).into_iter().map(|(id, set)| {
            let changed_at = set.get().stored_at;
            (End::Set(id), ListObject::Set(set), changed_at)
        });
        let folders = std::mem::take(&mut self.folders).into_iter().filter_map(|(id, versions)| {
            let current = versions.into_iter().next()?;
            let changed_at = current.get().shown.last_update.as_ref().map_or(Moment(0), |time| time.start());
            Some((End::Folder(id), ListObject::Folder(current), changed_at))
        });
        let mut lists: Vec<(usize, ShownList)> = sets
            .chain(folders)
            .map(|(end, object, changed_at)| {
                let items = held.remove(&end).unwrap_or_default();
                let place = self.order.get(&end).copied().unwrap_or(usize::MAX);
                (place, ShownList { object, items, changed_at })
            })
            .collect();
        lists.sort_by_key(|(place, _)| *place);
        lists.into_iter().map(|(_, list)| list).collect()
    }

    /// What each set and folder holds by an Approved membership, documents and folders in the order in which they came.
    fn items(&self) -> BTreeMap<End, Vec<Item>> {
        let mut held: BTreeMap<End, BTreeSet<(usize, Item)>> = BTreeMap::new();
        for link in self.links.iter().map(Visible::get) {
            let item = match (link.kind, link.source, link.target) {
                (LinkKind::Relationship(_), ..) => continue,
                (_, End::Set(_) | End::Folder(_), End::Document(id)) => Item::Document(id),
                (_, End::Set(_), End::Folder(id)) => Item::Folder(id),
                _ => continue,
            };
            if link.status == Availability::Approved {
                let place = self.order.get(&link.target).copied().unwrap_or(usize::MAX);
                held.entry(link.source).or_default().insert((place, item));
            }
        }
        held.into_iter()
            .map(|(end, items)| (end, items.into_iter().map(|(_, item)| item).collect()))
            .collect()
    }

    /// These documents with the relationships whose source they are.
    pub(crate) fn take_documents(
        &mut self,
        wanted: &BTreeSet<EntryUuid>,
    ) -> Vec<(Visible<DocumentVersion>, Vec<Association>)> {
        let mut taken = Vec::new();
        for id in wanted {
            let Some(version) = self.documents.remove(id).and_then(|versions| versions.into_iter().next())
            else {
                continue;
            };
            let source = version.get().shown.entry_uuid;
            let links = self.links.iter().map(Visible::get).filter(|link| link.source == End::Document(*id));
            let associations = links.filter_map(|link| {
                let LinkKind::Relationship(kind) = link.kind else { return None };
                let target = match link.target {
                    End::Document(target) | End::Set(target) => ObjectRef::Uuid(target),
                    End::Folder(_) | End::Association(_) => return None,
                };
                Some(Association { documentation: None, entry_uuid: link.entry_uuid, kind, source, target })
            });
            taken.push((version, associations.collect()));
        }
        taken
    }
}
