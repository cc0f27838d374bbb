//! A whole submission: the `rim:RegistryObjectList` (IHE ITI TF-3 §4.2.1, registration rules 2 to 5).

use std::collections::{BTreeMap, BTreeSet};

use model::{Association, DocumentEntry, SubmissionSet};
use xml::Element;

use super::links::{self, Links};
use super::names::{FOLDER_NODE, RIM, SET_NODE};
use super::object::{is_scheme, shown};
use super::symbols::canonical;
use super::{Form, Notes, Object, Symbols, entry, set};

/// Objects of one submission: some are compared with each other.
const MOST_OBJECTS: usize = 1_000;

/// What an id of the submission names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A document entry.
    Entry,
    /// The submission set.
    Set,
    /// A folder.
    Folder,
    /// An association.
    Association,
}

/// The objects of a submission, well formed.
#[derive(Debug)]
pub(crate) struct Objects {
    /// The set.
    pub(crate) set: SubmissionSet,
    /// The entries with their id in the message (canonical), in order.
    pub(crate) entries: Vec<(String, DocumentEntry)>,
    /// Relationships between documents.
    pub(crate) associations: Vec<Association>,
    /// Paths of what is read and not kept: additional slots of the set and of associations, and the
    /// documentation of a relationship.
    pub(crate) dropped: Vec<String>,
}

/// Canonical ids of the entries of the list, well formed or not.
pub(crate) fn entry_ids(list: Element<'_>) -> BTreeSet<String> {
    let entries = list.children_named(RIM, "ExtrinsicObject").take(MOST_OBJECTS);
    entries.map(|object| canonical(object.attribute("id").unwrap_or_default())).collect()
}

/// Reads the list with every finding; `None` when one of them refuses it.
pub(crate) fn read(list: Element<'_>, symbols: &mut Symbols<'_>, notes: &mut Notes) -> Option<Objects> {
    let objects = sorted(list, notes);
    let kinds = kinds(&objects, notes);
    let mut entries = Vec::new();
    for object in &objects.extrinsic {
        let read = entry::read(object, Form::Submitted, symbols, notes);
        entries.extend(read.map(|entry| (canonical(object.id()), entry)));
    }
    let package = the_set(&objects, &kinds, notes);
    let set = package.and_then(|package| set::read(package, symbols, notes));
    let mut links = Links::new(&kinds);
    for object in &objects.associations {
        links.read(object, symbols, notes);
    }
    for object in &objects.extrinsic {
        if !links.is_member(object.id()) {
            notes.bad(
                object.path(),
                "document sans association HasMember (SubmissionSetStatus = Original) depuis le lot",
                "document without a HasMember association (SubmissionSetStatus = Original) from the set",
            );
        }
    }
    let (set, mut dropped) = set?;
    // An entry that cannot be read has its finding; were there none, nothing is read rather than a part.
    if entries.len() != objects.extrinsic.len() {
        return None;
    }
    dropped.extend(objects.associations.iter().flat_map(links::not_kept));
    Some(Objects { set, entries, associations: links.into_associations(), dropped })
}

struct Sorted<'a> {
    extrinsic: Vec<Object<'a>>,
    packages: Vec<Object<'a>>,
    associations: Vec<Object<'a>>,
    /// Classifications beside the objects.
    marks: Vec<Element<'a>>,
}

fn sorted<'a>(list: Element<'a>, notes: &mut Notes) -> Sorted<'a> {
    let mut sorted =
        Sorted { extrinsic: Vec::new(), packages: Vec::new(), associations: Vec::new(), marks: Vec::new() };
    for (number, child) in list.children().enumerate() {
        if number >= MOST_OBJECTS {
            let (fr, en) =
                ("plus de 1000 objets dans une soumission", "more than 1000 objects in one submission");
            notes.bad("RegistryObjectList", fr, en);
            break;
        }
        match child.name() {
            _ if child.namespace() != RIM => unknown(child, notes),
            "ExtrinsicObject" => sorted.extrinsic.push(Object::read(child, notes)),
            "RegistryPackage" => sorted.packages.push(Object::read(child, notes)),
            "Association" => sorted.associations.push(Object::read(child, notes)),
            "Classification" => sorted.marks.push(child),
            // An old habit: a list of the schemes used.
            "ObjectRef" => {}
            _ => unknown(child, notes),
        }
    }
    sorted
}

fn unknown(child: Element<'_>, notes: &mut Notes) {
    let at = format!("RegistryObjectList/{}", shown(child.name()));
    notes.bad(&at, "objet inattendu dans une soumission", "unexpected object in a submission");
}

/// What each id names; a finding for an id that is missing or taken twice, and for a package that is neither a set
/// nor a folder, or both.
fn kinds(objects: &Sorted<'_>, notes: &mut Notes) -> BTreeMap<String, Kind> {
    let mut kinds = BTreeMap::new();
    let mut add = |object: &Object<'_>, kind: Kind, notes: &mut Notes| {
        let id = canonical(object.id());
        if !id.is_empty() && kinds.insert(id, kind).is_some() {
            notes.bad(
                object.path(),
                "deux objets portent cet identifiant (@id)",
                "two objects have this id (@id)",
            );
        }
    };
    for object in &objects.extrinsic {
        add(object, Kind::Entry, notes);
    }
    for object in &objects.packages {
        let marked = |node: &str| object.has_node(node) || has_mark(&objects.marks, object, node);
        match (marked(SET_NODE), marked(FOLDER_NODE)) {
            (true, false) => add(object, Kind::Set, notes),
            (false, true) => {
                notes.unsupported(
                    object.path(),
                    "classeur (Folder) : pas encore pris en charge",
                    "folder: not supported yet",
                );
                add(object, Kind::Folder, notes);
            }
            _ => notes.bad(
                object.path(),
                "RegistryPackage à classer comme lot de soumission ou comme classeur, l'un des deux",
                "a RegistryPackage is classified as submission set or as folder, one of the two",
            ),
        }
    }
    for object in &objects.associations {
        add(object, Kind::Association, notes);
    }
    for mark in &objects.marks {
        check_mark(*mark, &kinds, notes);
    }
    kinds
}

fn has_mark(marks: &[Element<'_>], object: &Object<'_>, node: &str) -> bool {
    marks.iter().any(|mark| {
        is_scheme(*mark, "classificationNode", node)
            && mark.attribute("classifiedObject").is_some_and(|id| canonical(id) == canonical(object.id()))
    })
}

/// A classification beside the objects only marks a package of the submission.
fn check_mark(mark: Element<'_>, kinds: &BTreeMap<String, Kind>, notes: &mut Notes) {
    let known =
        is_scheme(mark, "classificationNode", SET_NODE) || is_scheme(mark, "classificationNode", FOLDER_NODE);
    let target = mark.attribute("classifiedObject").map(canonical).and_then(|id| kinds.get(&id));
    if !known || !matches!(target, Some(Kind::Set | Kind::Folder)) {
        notes.bad(
            &format!("Classification({})", shown(mark.attribute("id").unwrap_or_default())),
            "classification isolée : seul le marquage d'un lot ou d'un classeur de la soumission est attendu ici",
            "classification beside the objects: only the mark of a set or folder of the submission is expected here",
        );
    }
}

fn the_set<'o, 'a>(
    objects: &'o Sorted<'a>,
    kinds: &BTreeMap<String, Kind>,
    notes: &mut Notes,
) -> Option<&'o Object<'a>> {
    let is_set = |object: &&Object<'_>| kinds.get(&canonical(object.id())) == Some(&Kind::Set);
    let sets: Vec<&Object<'_>> = objects.packages.iter().filter(is_set).collect();
    match sets.as_slice() {
        [set] => Some(*set),
        _ => {
            notes.bad(
                "RegistryObjectList",
                format!("un seul lot de soumission attendu, {} trouvé(s)", sets.len()),
                format!("expected exactly one submission set, found {}", sets.len()),
            );
            sets.first().copied()
        }
    }
}
