//! What one reader sees of one record: every object admitted by the policy, indexed for the queries.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{Availability, DocumentEntry, EntryUuid, Folder, MetadataLevel};
use policy::{Holder, Judged, Visibility, Visible};

use super::filings::Filings;
use super::{End, Holdings, LinkKind, StoredFolder, StoredLink, StoredSet};
use crate::{Fault, StoredEntry};

/// One version of a document's metadata, shown or hidden as the current one is.
#[derive(Debug, Clone)]
pub struct DocumentVersion {
    /// The metadata of this version.
    pub shown: DocumentEntry,
    /// The current version.
    pub current: StoredEntry,
}

/// One version of a folder's metadata.
#[derive(Debug, Clone)]
pub struct FolderVersion {
    /// The metadata of this version.
    pub shown: Folder,
    /// The folder as it is now.
    pub current: StoredFolder,
}

impl Judged for DocumentVersion {
    fn entry(&self) -> &DocumentEntry {
        self.current.entry()
    }

    fn masked_to(&self) -> &[model::Party] {
        self.current.masked_to()
    }

    fn added_by_holder(&self) -> bool {
        self.current.added_by_holder()
    }

    fn depositor_was_blocked(&self) -> bool {
        self.current.depositor_was_blocked()
    }
}

impl Holder for FolderVersion {
    fn authors(&self) -> &[model::Author] {
        self.current.authors()
    }
}

/// The admitted objects. A document or folder has its current version first, then earlier ones.
#[derive(Debug, Default)]
pub(crate) struct View {
    pub(crate) documents: BTreeMap<EntryUuid, Vec<Visible<DocumentVersion>>>,
    pub(crate) sets: BTreeMap<EntryUuid, Visible<StoredSet>>,
    pub(crate) folders: BTreeMap<EntryUuid, Vec<Visible<FolderVersion>>>,
    pub(crate) links: Vec<Visible<StoredLink>>,
    /// The order in which documents, sets and folders came.
    pub(crate) order: HashMap<End, usize>,
    /// Every UUID that names an object, of any version.
    names: HashMap<EntryUuid, End>,
}

impl View {
    /// Admits every object. A document that the store gave and the policy hides is a drift.
    pub(crate) fn of(visibility: &Visibility, holdings: Holdings) -> Result<Self, Fault> {
        let mut view = View::default();
        let filings = Filings::of(&holdings);
        view.admit_documents(visibility, holdings.documents, holdings.past)?;
        let members = Members::of(&holdings.links);
        for stored in holdings.sets {
            let id = stored.set.entry_uuid;
            let member = view.seen_among(members.of_set(id));
            if let Some(set) = visibility.admit_holder(stored, member) {
                view.name(End::Set(id), [id]);
                view.sets.insert(id, set);
            }
        }
        for stored in holdings.folders {
            view.admit_folder(visibility, stored, &members, &filings);
        }
        view.admit_links(visibility, holdings.links);
        Ok(view)
    }

    fn admit_documents(
        &mut self,
        visibility: &Visibility,
        documents: Vec<StoredEntry>,
        past: Vec<DocumentEntry>,
    ) -> Result<(), Fault> {
        let mut earlier: HashMap<EntryUuid, Vec<DocumentEntry>> = HashMap::new();
        for version in past {
            earlier.entry(version.logical_id).or_default().push(version);
        }
        for current in documents {
            let id = current.entry.logical_id;
            let past = earlier.remove(&id).unwrap_or_default();
            let shown = std::iter::once(current.entry.clone()).chain(past);
            let mut versions = Vec::new();
            for shown in shown {
                let uuid = shown.entry_uuid;
                let version = visibility.admit(DocumentVersion { shown, current: current.clone() });
                versions.push(version.ok_or_else(drift)?);
                self.name(End::Document(id), [uuid, id]);
            }
            self.documents.insert(id, versions);
        }
        Ok(())
    }

    fn admit_folder(
        &mut self,
        visibility: &Visibility,
        stored: StoredFolder,
        members: &Members,
        filings: &Filings,
    ) {
        let id = stored.folder.logical_id;
        let shown: Vec<Folder> = std::iter::once(&stored.folder).chain(&stored.past).cloned().collect();
        let names: Vec<EntryUuid> = shown.iter().map(|folder| folder.entry_uuid).chain([id]).collect();
        let mut versions = Vec::new();
        for mut shown in shown {
            let sees = |document: &EntryUuid| self.documents.contains_key(document);
            shown.last_update = filings.shown(id, shown.last_update.as_ref(), sees);
            let member = self.seen_among(members.of_folder(id));
            versions
                .extend(visibility.admit_holder(FolderVersion { shown, current: stored.clone() }, member));
        }
        if !versions.is_empty() {
            self.folders.insert(id, versions);
            self.name(End::Folder(id), names);
        }
    }

    /// Links between objects first, then those that hold such a link.
    fn admit_links(&mut self, visibility: &Visibility, links: Vec<StoredLink>) {
        let (holding, between): (Vec<_>, Vec<_>) =
            links.into_iter().partition(|link| matches!(link.target, End::Association(_)));
        let mut shown = Vec::new();
        for link in between {
            shown.extend(self.admit_link(visibility, link));
        }
        let known: BTreeMap<EntryUuid, usize> =
            shown.iter().enumerate().map(|(at, link)| (link.get().entry_uuid, at)).collect();
        let mut held = Vec::new();
        for link in holding {
            let End::Association(target) = link.target else { continue };
            let target = known.get(&target).and_then(|at| shown.get(*at));
            let End::Set(source) = link.source else { continue };
            if let (Some(source), Some(target)) = (self.sets.get(&source), target) {
                held.push(visibility.admit_link(link, source, target));
            }
        }
        shown.append(&mut held);
        for link in &shown {
            let id = link.get().entry_uuid;
            self.names.insert(id, End::Association(id));
        }
        self.links = shown;
    }

    fn admit_link(&self, visibility: &Visibility, link: StoredLink) -> Option<Visible<StoredLink>> {
        let document = |id: &EntryUuid| self.documents.get(id).and_then(|versions| versions.first());
        let folder = |id: &EntryUuid| self.folders.get(id).and_then(|versions| versions.first());
        Some(match (link.source, link.target) {
            (End::Document(from), End::Document(to)) => {
                visibility.admit_link(link, document(&from)?, document(&to)?)
            }
            (End::Document(from), End::Set(to)) => {
                visibility.admit_link(link, document(&from)?, self.sets.get(&to)?)
            }
            (End::Set(from), End::Document(to)) => {
                visibility.admit_link(link, self.sets.get(&from)?, document(&to)?)
            }
            (End::Set(from), End::Folder(to)) => {
                visibility.admit_link(link, self.sets.get(&from)?, folder(&to)?)
            }
            (End::Folder(from), End::Document(to)) => {
                visibility.admit_link(link, folder(&from)?, document(&to)?)
            }
            _ => return None,
        })
    }

    fn name(&mut self, end: End, names: impl IntoIterator<Item = EntryUuid>) {
        let next = self.order.len();
        self.order.entry(end).or_insert(next);
        self.names.extend(names.into_iter().map(|name| (name, end)));
    }

    fn seen_among(&self, documents: &[EntryUuid]) -> Option<&Visible<DocumentVersion>> {
        documents.iter().find_map(|id| self.documents.get(id)?.first())
    }

    /// The object that a UUID names: a version's names the object.
    pub(crate) fn named(&self, id: &EntryUuid) -> Option<End> {
        self.names.get(id).copied()
    }

    /// The entryUUID under which an end is shown: of its latest version, or of the one that the set holds.
    pub(crate) fn uuid_of(&self, end: End, version: Option<u32>, level: MetadataLevel) -> EntryUuid {
        let exact = version.filter(|_| level == MetadataLevel::Every);
        match end {
            End::Set(id) | End::Association(id) => id,
            End::Document(id) => {
                let versions = self.documents.get(&id).map(Vec::as_slice).unwrap_or_default();
                let held = versions.iter().find(|shown| Some(shown.get().shown.version) == exact);
                held.or_else(|| versions.first()).map_or(id, |shown| shown.get().shown.entry_uuid)
            }
            End::Folder(id) => {
                let versions = self.folders.get(&id).map(Vec::as_slice).unwrap_or_default();
                let held = versions.iter().find(|shown| Some(shown.get().shown.version) == exact);
                held.or_else(|| versions.first()).map_or(id, |shown| shown.get().shown.entry_uuid)
            }
        }
    }
}

/// What each set and each folder holds, hidden or not: only to look for one that shows.
struct Members {
    sets: HashMap<EntryUuid, Vec<EntryUuid>>,
    folders: HashMap<EntryUuid, Vec<EntryUuid>>,
}

impl Members {
    fn of(links: &[StoredLink]) -> Self {
        let mut folders: HashMap<EntryUuid, Vec<EntryUuid>> = HashMap::new();
        let mut by_set: HashMap<EntryUuid, BTreeSet<End>> = HashMap::new();
        let mut held: HashMap<EntryUuid, End> = HashMap::new();
        for link in links.iter().filter(|link| link.status == Availability::Approved) {
            held.insert(link.entry_uuid, link.target);
            match (link.kind, link.source, link.target) {
                (LinkKind::Relationship(_), ..) => {}
                (_, End::Folder(folder), End::Document(document)) => {
                    folders.entry(folder).or_default().push(document);
                }
                (_, End::Set(set), target) => {
                    by_set.entry(set).or_default().insert(target);
                }
                _ => {}
            }
        }
        let sets = by_set.into_iter().map(|(set, ends)| {
            let documents = ends.into_iter().flat_map(|end| match end {
                End::Document(document) => vec![document],
                End::Folder(folder) => folders.get(&folder).cloned().unwrap_or_default(),
                End::Association(link) => match held.get(&link) {
                    Some(End::Document(document)) => vec![*document],
                    _ => Vec::new(),
                },
                End::Set(_) => Vec::new(),
            });
            (set, documents.collect())
        });
        let sets = sets.collect();
        Members { sets, folders }
    }

    fn of_set(&self, id: EntryUuid) -> &[EntryUuid] {
        self.sets.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    fn of_folder(&self, id: EntryUuid) -> &[EntryUuid] {
        self.folders.get(&id).map(Vec::as_slice).unwrap_or_default()
    }
}

fn drift() -> Fault {
    Fault::new("drift: the database showed what the policy hides")
}
