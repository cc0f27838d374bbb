//! A whole submission: the `rim:RegistryObjectList` (IHE ITI TF-3 §4.2.1, registration rules 2 to 5).

use model::{Association, DocumentEntry, EntryKind, Folder, Membership, SubmissionSet};
use xml::Element;

use super::links::{self, Links};
use super::list::{Kind, Kinds, List};
use super::symbols::canonical;
use super::{Form, Notes, Object, Symbols, Way, entry, folder, set};

/// The objects of a submission, well formed.
#[derive(Debug)]
pub(crate) struct Objects {
    /// The set.
    pub(crate) set: SubmissionSet,
    /// The entries with their id in the message (canonical), in order.
    pub(crate) entries: Vec<(String, DocumentEntry)>,
    /// The folders, in order.
    pub(crate) folders: Vec<Folder>,
    /// Memberships, in order.
    pub(crate) memberships: Vec<Membership>,
    /// Relationships between documents, in order.
    pub(crate) associations: Vec<Association>,
    /// Paths of what is read and not kept: additional slots of the set and of associations, and classifications of
    /// associations that have no meaning here.
    pub(crate) dropped: Vec<String>,
}

/// Reads the list with every finding; `None` when one of them refuses it.
pub(crate) fn read(
    list: Element<'_>,
    way: Way,
    symbols: &mut Symbols<'_>,
    notes: &mut Notes,
) -> Option<Objects> {
    let form = Form::Submitted(way);
    let list = List::read(list, notes);
    let kinds = list.kinds(notes);
    let mut entries = Vec::new();
    for object in &list.extrinsic {
        let read = entry::read(object, form, symbols, notes);
        entries.extend(read.map(|entry| (canonical(object.id()), entry)));
    }
    let package = the_set(&list, &kinds, notes);
    let set = package.and_then(|package| set::read(package, symbols, notes));
    let mut folders = Vec::new();
    for object in list.packages_of(&kinds, Kind::Folder) {
        folders.extend(folder::read(object, form, symbols, notes));
    }
    let mut links = Links::new(&kinds);
    for object in &list.associations {
        links.read(object, symbols, notes);
    }
    links.check_complete(&list, notes);
    let (set, mut dropped) = set?;
    // What cannot be read has its finding; were there none, nothing is read rather than a part.
    let all_folders = list.packages_of(&kinds, Kind::Folder).count();
    if entries.len() != list.extrinsic.len() || folders.len() != all_folders {
        return None;
    }
    for (_, entry) in entries.iter_mut().filter(|(_, entry)| entry.kind == EntryKind::OnDemand) {
        entry.creation_time = set.submission_time.clone();
    }
    dropped.extend(list.associations.iter().flat_map(links::not_kept));
    let (memberships, associations) = links.into_parts();
    if memberships.len() + associations.len() != list.associations.len() {
        return None;
    }
    Some(Objects { set, entries, folders, memberships, associations, dropped })
}

pub(super) fn the_set<'o, 'a>(
    list: &'o List<'a>,
    kinds: &'o Kinds,
    notes: &mut Notes,
) -> Option<&'o Object<'a>> {
    let mut sets = list.packages_of(kinds, Kind::Set);
    let (first, others) = (sets.next(), sets.count());
    if first.is_none() || others > 0 {
        let found = usize::from(first.is_some()) + others;
        notes.bad(
            "RegistryObjectList",
            format!("un seul lot de soumission attendu, {found} trouvé(s)"),
            format!("expected exactly one submission set, found {found}"),
        );
    }
    first
}
