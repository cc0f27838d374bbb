//! What each stored query picks from what the reader sees (IHE ITI TF-2 §3.18.4.1.2.3.7). Pure.

use std::collections::BTreeSet;

use model::{
    Availability, Code, ContentFilter, DocumentEntry, EntryKind, EntryUuid, Folder, MetadataLevel, Named,
    RegistryQuery, SubmissionSet, UniqueId,
};

use super::view::View;
use super::{End, LinkKind, StoredLink};
use crate::like;

/// The objects that an answer shows: ends with the versions of documents and folders, and links by position.
#[derive(Debug, Default)]
pub(crate) struct Picked {
    /// Documents with the position of the version among the view's.
    pub(crate) documents: BTreeSet<(EntryUuid, usize)>,
    /// Sets.
    pub(crate) sets: BTreeSet<EntryUuid>,
    /// Folders with the position of the version.
    pub(crate) folders: BTreeSet<(EntryUuid, usize)>,
    /// Positions of links.
    pub(crate) links: BTreeSet<usize>,
    /// Which versions were asked for.
    pub(crate) level: MetadataLevel,
}

/// Picks what the query asks for.
pub(crate) fn select(query: &RegistryQuery, view: &View) -> Picked {
    match query {
        RegistryQuery::FindSubmissionSets { status, sources, submitted, author, content_types, .. } => {
            let fits = |set: &SubmissionSet| {
                status.contains(&Availability::Approved)
                    && among(sources, |source| source == set.source_id.as_str())
                    && submitted.contains(&set.submission_time)
                    && among(content_types, |code| *code == set.content_type)
                    && author.as_ref().is_none_or(|pattern| wrote(set, pattern))
            };
            let sets = view.sets.iter().filter(|(_, set)| fits(&set.get().set));
            Picked { sets: sets.map(|(id, _)| *id).collect(), ..Picked::default() }
        }
        RegistryQuery::FindFolders { status, updated, codes, level, .. } => {
            let fits = |folder: &Folder| {
                status.contains(&folder.availability)
                    && folder.last_update.as_ref().is_none_or(|time| updated.contains(time))
                    && codes.iter().all(|term| folder.codes.iter().any(|code| term.contains(code)))
            };
            let mut picked = Picked::at(*level);
            picked.folders = picked.folders_of(view, view.folders.keys().copied(), fits);
            picked
        }
        RegistryQuery::GetAll { status, filter, associations, level, .. } => {
            let mut picked = Picked::at(*level);
            let document = |entry: &DocumentEntry| {
                status.documents.contains(&entry.availability) && passes(filter, entry)
            };
            picked.documents = picked.documents_of(view, view.documents.keys().copied(), document);
            if status.sets.contains(&Availability::Approved) {
                picked.sets = view.sets.keys().copied().collect();
            }
            let folder = |folder: &Folder| status.folders.contains(&folder.availability);
            picked.folders = picked.folders_of(view, view.folders.keys().copied(), folder);
            picked.links_inside(view, associations);
            picked
        }
        RegistryQuery::GetDocuments { named, level } => {
            let mut picked = Picked::at(*level);
            picked.documents = picked.named_documents(view, named);
            picked
        }
        RegistryQuery::GetFolders { named, level } => {
            let mut picked = Picked::at(*level);
            picked.folders = picked.named_folders(view, named);
            picked
        }
        RegistryQuery::GetAssociations { objects, associations, level } => {
            let mut picked = Picked::at(*level);
            let ends: BTreeSet<End> = objects.iter().filter_map(|id| view.named(id)).collect();
            picked.links = positions(view, associations, |link| touches(link, &ends));
            picked
        }
        RegistryQuery::GetDocumentsAndAssociations { named, associations, level } => {
            let mut picked = Picked::at(*level);
            picked.documents = picked.named_documents(view, named);
            let ends = picked.document_ends();
            picked.links = positions(view, associations, |link| touches(link, &ends));
            picked
        }
        RegistryQuery::GetSubmissionSets { objects } => sets_that_hold(view, objects),
        RegistryQuery::GetSubmissionSetAndContents { named, filter, level } => {
            set_and_contents(view, named, filter, *level)
        }
        RegistryQuery::GetFolderAndContents { named, filter, associations, level } => {
            folder_and_contents(view, named, filter, associations, *level)
        }
        RegistryQuery::GetFoldersForDocument { named, associations, level } => {
            let mut picked = Picked::at(*level);
            let ends: BTreeSet<End> =
                picked.named_documents(view, named).into_iter().map(|(id, _)| End::Document(id)).collect();
            let holding = links(view, associations).filter(|(_, link)| ends.contains(&link.target));
            let folders: BTreeSet<EntryUuid> = holding.filter_map(|(_, link)| folder_of(link)).collect();
            picked.folders = picked.folders_of(view, folders, |_| true);
            picked
        }
        RegistryQuery::GetRelatedDocuments { named, kinds, types, associations, level } => {
            let mut picked = Picked::at(*level);
            let asked: BTreeSet<End> =
                picked.named_documents(view, named).into_iter().map(|(id, _)| End::Document(id)).collect();
            let fits = |id: End| match id {
                End::Document(id) => picked.latest(view, id).is_some_and(|entry| types.contains(&entry.kind)),
                End::Set(_) | End::Folder(_) | End::Association(_) => false,
            };
            picked.links = positions(view, associations, |link| {
                matches!(link.kind, LinkKind::Relationship(kind) if kinds.contains(&kind))
                    && touches(link, &asked)
                    && fits(link.source)
                    && fits(link.target)
            });
            let ends: BTreeSet<EntryUuid> = picked.ends_of_links(view).filter_map(document_of).collect();
            picked.documents = picked.documents_of(view, ends, |_| true);
            picked
        }
    }
}

fn sets_that_hold(view: &View, objects: &[EntryUuid]) -> Picked {
    let ends: BTreeSet<End> = objects.iter().filter_map(|id| view.named(id)).collect();
    let mut picked = Picked::default();
    for (at, link) in links(view, &[]) {
        let held = ends.contains(&link.target) && !matches!(link.target, End::Set(_));
        if let (End::Set(set), true) = (link.source, held) {
            picked.sets.insert(set);
            picked.links.insert(at);
        }
    }
    picked
}

/// The set, its documents and folders, and the associations that it holds or that stand between them.
fn set_and_contents(view: &View, named: &Named, filter: &ContentFilter, level: MetadataLevel) -> Picked {
    let mut picked = Picked::at(level);
    let sets: BTreeSet<EntryUuid> = named_sets(view, named);
    let (mut documents, mut folders, mut held) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (_, link) in links(view, &[]) {
        let End::Set(set) = link.source else { continue };
        if !sets.contains(&set) {
            continue;
        }
        match link.target {
            End::Document(id) => _ = documents.insert((id, link.version)),
            End::Folder(id) => _ = folders.insert(id),
            End::Association(id) => _ = held.insert(id),
            End::Set(_) => {}
        }
    }
    // An association that the set holds is shown unless the filter leaves out the document that it puts into a folder.
    let mut left_out = BTreeSet::new();
    for (id, version) in documents {
        let found = picked.documents_of(view, [id], |entry| {
            passes(filter, entry)
                && (level == MetadataLevel::Latest || version.is_none_or(|version| version == entry.version))
        });
        if found.is_empty() {
            left_out.insert(End::Document(id));
        }
        picked.documents.extend(found);
    }
    picked.folders = picked.folders_of(view, folders, |_| true);
    picked.sets = sets;
    picked.links =
        positions(view, &[], |link| held.contains(&link.entry_uuid) && !left_out.contains(&link.target));
    picked.links_inside(view, &[]);
    picked
}

fn folder_and_contents(
    view: &View,
    named: &Named,
    filter: &ContentFilter,
    associations: &[Availability],
    level: MetadataLevel,
) -> Picked {
    let mut picked = Picked::at(level);
    picked.folders = picked.named_folders(view, named);
    let ends: BTreeSet<End> = picked.folders.iter().map(|(id, _)| End::Folder(*id)).collect();
    let held: BTreeSet<EntryUuid> = links(view, associations)
        .filter(|(_, link)| ends.contains(&link.source))
        .filter_map(|(_, link)| document_of(link.target))
        .collect();
    picked.documents = picked.documents_of(view, held, |entry| passes(filter, entry));
    let documents = picked.document_ends();
    picked.links =
        positions(view, associations, |link| ends.contains(&link.source) && documents.contains(&link.target));
    picked
}

impl Picked {
    fn at(level: MetadataLevel) -> Self {
        Picked { level, ..Picked::default() }
    }

    /// The versions of these documents that the level shows and that fit.
    fn documents_of(
        &self,
        view: &View,
        ids: impl IntoIterator<Item = EntryUuid>,
        fits: impl Fn(&DocumentEntry) -> bool,
    ) -> BTreeSet<(EntryUuid, usize)> {
        let mut found = BTreeSet::new();
        for id in ids {
            let versions = view.documents.get(&id).map(Vec::as_slice).unwrap_or_default();
            let shown = versions.iter().enumerate().take(self.versions());
            found.extend(shown.filter(|(_, version)| fits(&version.get().shown)).map(|(at, _)| (id, at)));
        }
        found
    }

    fn folders_of(
        &self,
        view: &View,
        ids: impl IntoIterator<Item = EntryUuid>,
        fits: impl Fn(&Folder) -> bool,
    ) -> BTreeSet<(EntryUuid, usize)> {
        let mut found = BTreeSet::new();
        for id in ids {
            let versions = view.folders.get(&id).map(Vec::as_slice).unwrap_or_default();
            let shown = versions.iter().enumerate().take(self.versions());
            found.extend(shown.filter(|(_, version)| fits(&version.get().shown)).map(|(at, _)| (id, at)));
        }
        found
    }

    /// How many versions of one object the level looks at, the latest first.
    fn versions(&self) -> usize {
        match self.level {
            MetadataLevel::Latest => 1,
            MetadataLevel::Every => usize::MAX,
        }
    }

    /// By entryUUID: at level 1 the document that has or had it, at level 2 that version alone.
    fn named_documents(&self, view: &View, named: &Named) -> BTreeSet<(EntryUuid, usize)> {
        match named {
            Named::Uuids(ids) => {
                let found = ids.iter().filter_map(|id| Some((id, document_of(view.named(id)?)?)));
                let exact = |id: &EntryUuid, shown: EntryUuid| self.is_it(*id, shown);
                found
                    .flat_map(|(id, document)| {
                        self.documents_of(view, [document], |entry| exact(id, entry.entry_uuid))
                    })
                    .collect()
            }
            Named::LogicalIds(ids) => self.documents_of(view, ids.iter().copied(), |_| true),
            Named::UniqueIds(ids) => {
                let every = view.documents.keys().copied();
                self.documents_of(view, every, |entry| ids.contains(&entry.unique_id))
            }
        }
    }

    fn named_folders(&self, view: &View, named: &Named) -> BTreeSet<(EntryUuid, usize)> {
        match named {
            Named::Uuids(ids) => {
                let found = ids.iter().filter_map(|id| match view.named(id)? {
                    End::Folder(folder) => Some((id, folder)),
                    End::Document(_) | End::Set(_) | End::Association(_) => None,
                });
                found
                    .flat_map(|(id, folder)| {
                        self.folders_of(view, [folder], |shown| self.is_it(*id, shown.entry_uuid))
                    })
                    .collect()
            }
            Named::LogicalIds(ids) => self.folders_of(view, ids.iter().copied(), |_| true),
            Named::UniqueIds(ids) => {
                let every = view.folders.keys().copied();
                self.folders_of(view, every, |folder| ids.contains(&folder.unique_id))
            }
        }
    }

    fn is_it(&self, asked: EntryUuid, shown: EntryUuid) -> bool {
        self.level == MetadataLevel::Latest || asked == shown
    }

    fn latest<'v>(&self, view: &'v View, id: EntryUuid) -> Option<&'v DocumentEntry> {
        Some(&view.documents.get(&id)?.first()?.get().shown)
    }

    fn document_ends(&self) -> BTreeSet<End> {
        self.documents.iter().map(|(id, _)| End::Document(*id)).collect()
    }

    fn ends_of_links<'v>(&'v self, view: &'v View) -> impl Iterator<Item = End> + use<'v> {
        let picked = self.links.iter().filter_map(|at| view.links.get(*at));
        picked.flat_map(|link| [link.get().source, link.get().target])
    }

    /// Adds the links between picked objects, then those from a picked set to such a link.
    fn links_inside(&mut self, view: &View, associations: &[Availability]) {
        let mut ends = self.document_ends();
        ends.extend(self.sets.iter().copied().map(End::Set));
        ends.extend(self.folders.iter().map(|(id, _)| End::Folder(*id)));
        let between =
            positions(view, associations, |link| ends.contains(&link.source) && ends.contains(&link.target));
        self.links.extend(between);
        let held = self.links.iter().filter_map(|at| view.links.get(*at));
        let held: BTreeSet<End> = held.map(|link| End::Association(link.get().entry_uuid)).collect();
        let holding =
            positions(view, associations, |link| ends.contains(&link.source) && held.contains(&link.target));
        self.links.extend(holding);
    }
}

/// The links of these statuses; Approved ones where none is asked for.
fn links<'v>(
    view: &'v View,
    associations: &'v [Availability],
) -> impl Iterator<Item = (usize, &'v StoredLink)> {
    let asked = move |status: Availability| match associations {
        [] => status == Availability::Approved,
        asked => asked.contains(&status),
    };
    view.links.iter().map(|link| link.get()).enumerate().filter(move |(_, link)| asked(link.status))
}

fn positions(
    view: &View,
    associations: &[Availability],
    fits: impl Fn(&StoredLink) -> bool,
) -> BTreeSet<usize> {
    links(view, associations).filter(|(_, link)| fits(link)).map(|(at, _)| at).collect()
}

fn touches(link: &StoredLink, ends: &BTreeSet<End>) -> bool {
    ends.contains(&link.source) || ends.contains(&link.target)
}

fn named_sets(view: &View, named: &Named) -> BTreeSet<EntryUuid> {
    let by_unique = |ids: &[UniqueId], set: &SubmissionSet| {
        set.unique_id.as_ref().is_some_and(|unique| ids.contains(unique))
    };
    match named {
        Named::Uuids(ids) | Named::LogicalIds(ids) => {
            ids.iter().filter(|id| view.sets.contains_key(id)).copied().collect()
        }
        Named::UniqueIds(ids) => {
            let found = view.sets.iter().filter(|(_, set)| by_unique(ids, &set.get().set));
            found.map(|(id, _)| *id).collect()
        }
    }
}

fn document_of(end: End) -> Option<EntryUuid> {
    match end {
        End::Document(id) => Some(id),
        End::Set(_) | End::Folder(_) | End::Association(_) => None,
    }
}

fn folder_of(link: &StoredLink) -> Option<EntryUuid> {
    match link.source {
        End::Folder(id) => Some(id),
        End::Document(_) | End::Set(_) | End::Association(_) => None,
    }
}

/// True if a document passes the filters of a composed answer.
pub(crate) fn passes(filter: &ContentFilter, entry: &DocumentEntry) -> bool {
    let has = |term: &Vec<Code>| entry.confidentiality.iter().any(|code| term.contains(code));
    kinds_fit(&filter.kinds, entry.kind)
        && among(&filter.formats, |code| *code == entry.format_code)
        && filter.confidentiality.iter().all(has)
}

fn kinds_fit(kinds: &[EntryKind], kind: EntryKind) -> bool {
    among(kinds, |asked| *asked == kind)
}

/// True if one alternative fits, or there is none.
fn among<T>(alternatives: &[T], fits: impl Fn(&T) -> bool) -> bool {
    alternatives.is_empty() || alternatives.iter().any(fits)
}

fn wrote(set: &SubmissionSet, pattern: &str) -> bool {
    let persons = set.authors.iter().filter_map(|author| author.person.as_ref());
    persons.into_iter().any(|person| like(pattern, &person.to_hl7()))
}
