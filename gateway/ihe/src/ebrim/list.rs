//! The objects of a `rim:RegistryObjectList` by kind, and what each id of it names (IHE ITI TF-3 §4.2.1, registration
//! rules 2 and 3).

use std::collections::{BTreeMap, BTreeSet};

use model::HAS_MEMBER;
use xml::Element;

use super::names::{FOLDER_NODE, RIM, SET_NODE};
use super::object::{is_scheme, shown};
use super::symbols::canonical;
use super::{Notes, Object};

/// Objects of one submission: some are compared with each other.
const MOST_OBJECTS: usize = 1_000;

/// What an id of the submission names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A document entry.
    Entry,
    /// The submission set.
    Set,
    /// A folder.
    Folder,
    /// A HasMember association that is not of the set: a document's in a folder.
    InFolder,
    /// Any other association.
    Association,
}

/// Ids (canonical) and what they name.
pub(super) type Kinds = BTreeMap<String, Kind>;

/// The objects of a submission.
pub(super) struct List<'a> {
    pub(super) extrinsic: Vec<Object<'a>>,
    pub(super) packages: Vec<Object<'a>>,
    pub(super) associations: Vec<Object<'a>>,
    /// Classifications beside the objects.
    marks: Vec<Element<'a>>,
}

/// Canonical ids of the entries of the list, well formed or not.
pub(crate) fn entry_ids(list: Element<'_>) -> BTreeSet<String> {
    let entries = list.children_named(RIM, "ExtrinsicObject").take(MOST_OBJECTS);
    entries.map(|object| canonical(object.attribute("id").unwrap_or_default())).collect()
}

impl<'a> List<'a> {
    /// The objects in whatever order they came, with a finding for what is none.
    pub(super) fn read(list: Element<'a>, notes: &mut Notes) -> Self {
        let mut sorted =
            List { extrinsic: Vec::new(), packages: Vec::new(), associations: Vec::new(), marks: Vec::new() };
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

    /// What each id names; a finding for an id that is taken twice, and for a package that is neither a set nor a
    /// folder, or both.
    pub(super) fn kinds(&self, notes: &mut Notes) -> Kinds {
        let mut kinds = Kinds::new();
        for object in &self.extrinsic {
            add(&mut kinds, object, Kind::Entry, notes);
        }
        for object in &self.packages {
            match (self.is_marked(object, SET_NODE), self.is_marked(object, FOLDER_NODE)) {
                (true, false) => add(&mut kinds, object, Kind::Set, notes),
                (false, true) => add(&mut kinds, object, Kind::Folder, notes),
                _ => notes.bad(
                    object.path(),
                    "RegistryPackage à classer comme lot de soumission ou comme classeur, l'un des deux",
                    "a RegistryPackage is classified as submission set or as folder, one of the two",
                ),
            }
        }
        for object in &self.associations {
            let source = canonical(object.attribute("sourceObject").unwrap_or_default());
            let of_set = kinds.get(&source) == Some(&Kind::Set);
            let kind = if is_membership(object) && !of_set { Kind::InFolder } else { Kind::Association };
            add(&mut kinds, object, kind, notes);
        }
        for mark in &self.marks {
            check_mark(*mark, &kinds, notes);
        }
        kinds
    }

    /// The packages of a kind, in order.
    pub(super) fn packages_of<'s>(
        &'s self,
        kinds: &'s Kinds,
        kind: Kind,
    ) -> impl Iterator<Item = &'s Object<'a>> {
        self.packages.iter().filter(move |object| kinds.get(&canonical(object.id())) == Some(&kind))
    }

    /// True if a classification inside the package or beside it has this node.
    fn is_marked(&self, object: &Object<'_>, node: &str) -> bool {
        let beside = |mark: &Element<'_>| {
            is_scheme(*mark, "classificationNode", node)
                && mark.attribute("classifiedObject").map(canonical) == Some(canonical(object.id()))
        };
        object.has_node(node) || self.marks.iter().any(beside)
    }
}

/// True for HasMember.
pub(super) fn is_membership(association: &Object<'_>) -> bool {
    association.attribute("associationType").unwrap_or_default().trim() == HAS_MEMBER
}

fn add(kinds: &mut Kinds, object: &Object<'_>, kind: Kind, notes: &mut Notes) {
    let id = canonical(object.id());
    if !id.is_empty() && kinds.insert(id, kind).is_some() {
        notes.bad(
            object.path(),
            "deux objets portent cet identifiant (@id)",
            "two objects have this id (@id)",
        );
    }
}

fn unknown(child: Element<'_>, notes: &mut Notes) {
    let at = format!("RegistryObjectList/{}", shown(child.name()));
    notes.bad(&at, "objet inattendu dans une soumission", "unexpected object in a submission");
}

/// A classification beside the objects only marks a package of the submission.
fn check_mark(mark: Element<'_>, kinds: &Kinds, notes: &mut Notes) {
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
