//! An update: a `rim:RegistryObjectList` whose associations from the set say what changes (XDS Metadata Update
//! §3.57.4.1.3.3). Each kind of operation has its marker; what has none is refused rather than guessed.

use std::collections::BTreeMap;

use journey::UpdateOperation;
use model::{
    Association, AssociationKind, Availability, DocumentEntry, EntryUuid, Finding, Folder, Location,
    ObjectRef, Rule, SubmissionSet,
};
use xml::Element;

use super::links::{own_id, registered};
use super::list::{Kind, Kinds, List, is_membership};
use super::names::association as names;
use super::submission::the_set;
use super::symbols::canonical;
use super::{Form, Notes, Object, Symbols, entry, folder, relationship, set};

/// The operations of an update, well formed.
#[derive(Debug)]
pub(crate) struct Operations {
    /// The set.
    pub(crate) set: SubmissionSet,
    /// What it does, each with the place of its marker.
    pub(crate) operations: Vec<(UpdateOperation, Location)>,
}

/// Reads the list with every finding; `None` when one of them refuses it.
pub(crate) fn read(list: Element<'_>, symbols: &mut Symbols<'_>, notes: &mut Notes) -> Option<Operations> {
    let list = List::read(list, notes);
    let kinds = list.kinds(notes);
    let package = the_set(&list, &kinds, notes);
    let set = package.and_then(|package| set::read(package, symbols, notes));
    let mut reading = Reading { kinds: &kinds, entries: BTreeMap::new(), folders: BTreeMap::new() };
    for object in &list.extrinsic {
        let read = entry::read(object, Form::Updated, symbols, notes);
        reading.entries.extend(read.map(|entry| (canonical(object.id()), entry)));
    }
    for object in list.packages_of(&kinds, Kind::Folder) {
        let read = folder::read(object, Form::Updated, symbols, notes);
        reading.folders.extend(read.map(|folder| (canonical(object.id()), folder)));
    }
    let mut operations = Vec::new();
    for object in &list.associations {
        if let Some(operation) = reading.operation(object, &list, symbols, notes) {
            operations.push((operation, Location::Ebrim(object.path().to_owned())));
        }
    }
    reading.check_complete(&list, notes);
    if list.associations.iter().all(|object| Marker::of(object, &kinds).is_none()) {
        notes.add(operation_error("RegistryObjectList").detail(
            "aucune opération : une mise à jour porte PreviousVersion, UpdateAvailabilityStatus ou SubmitAssociation",
            "no operation: an update has PreviousVersion, UpdateAvailabilityStatus or SubmitAssociation",
        ));
    }
    let (set, _) = set?;
    Some(Operations { set, operations })
}

/// What an association from the set marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    /// A new version of a document or a folder.
    Version,
    /// Another status.
    Status,
    /// A new association.
    Association,
}

impl Marker {
    fn of(object: &Object<'_>, kinds: &Kinds) -> Option<Self> {
        let from_set = end_kind(object, "sourceObject", kinds) == Some(Kind::Set);
        let versioned = matches!(end_kind(object, "targetObject", kinds), Some(Kind::Entry | Kind::Folder));
        match object.attribute("associationType").unwrap_or_default().trim() {
            names::UPDATE_STATUS if from_set => Some(Marker::Status),
            names::SUBMIT if from_set => Some(Marker::Association),
            _ if from_set && is_membership(object) && versioned => Some(Marker::Version),
            _ => None,
        }
    }
}

struct Reading<'k> {
    kinds: &'k Kinds,
    entries: BTreeMap<String, DocumentEntry>,
    folders: BTreeMap<String, Folder>,
}

impl Reading<'_> {
    /// The operation that an association marks; none where it is itself what another one submits.
    fn operation(
        &self,
        object: &Object<'_>,
        list: &List<'_>,
        symbols: &mut Symbols<'_>,
        notes: &mut Notes,
    ) -> Option<UpdateOperation> {
        match Marker::of(object, self.kinds)? {
            Marker::Version => self.version(object, symbols, notes),
            Marker::Status => status(object, notes),
            Marker::Association => self.association(object, list, symbols, notes),
        }
    }

    fn version(
        &self,
        object: &Object<'_>,
        symbols: &mut Symbols<'_>,
        notes: &mut Notes,
    ) -> Option<UpdateOperation> {
        let previous = previous(object, notes);
        let propagate = propagation(object, notes);
        let membership = own_id(object, symbols, notes);
        let target = canonical(object.attribute("targetObject").unwrap_or_default());
        if self.kinds.get(&target) == Some(&Kind::Folder) {
            let folder = Box::new(self.folders.get(&target)?.clone());
            let (previous, propagate, membership) = (previous?, propagate?, membership?);
            return Some(UpdateOperation::Folder { folder, previous, propagate, membership });
        }
        if object.slot(names::STATUS) != ["Original"] {
            let at = object.slot_path(names::STATUS);
            notes.bad(&at, "valeur attendue : Original", "expected value: Original");
        }
        let entry = Box::new(self.entries.get(&target)?.clone());
        let (previous, propagate, membership) = (previous?, propagate?, membership?);
        Some(UpdateOperation::Document { entry, previous, propagate, membership })
    }

    /// The association that `marker` submits: its ends are objects of the record.
    fn association(
        &self,
        marker: &Object<'_>,
        list: &List<'_>,
        symbols: &mut Symbols<'_>,
        notes: &mut Notes,
    ) -> Option<UpdateOperation> {
        let wanted = canonical(marker.attribute("targetObject").unwrap_or_default());
        let submitted = list.associations.iter().find(|object| canonical(object.id()) == wanted);
        let Some(object) = submitted.filter(|object| !wanted.is_empty() && !std::ptr::eq(*object, marker))
        else {
            let at = format!("{}/@targetObject", marker.path());
            notes.add(
                operation_error(&at).detail(
                    "association de cette demande attendue",
                    "expected an association of this request",
                ),
            );
            return None;
        };
        let mut end = |name: &str| {
            let at = format!("{}/@{name}", object.path());
            registered(&canonical(object.attribute(name).unwrap_or_default()), &at, notes)
        };
        let (source, target) = (end("sourceObject"), end("targetObject"));
        let entry_uuid = own_id(object, symbols, notes);
        if is_membership(object) {
            let held_by = self.held_by(&wanted, marker, list, symbols, notes);
            let (entry_uuid, folder, document, held_by) = (entry_uuid?, source?, target?, held_by?);
            return Some(UpdateOperation::Filing { entry_uuid, folder, document, held_by });
        }
        let kind = object.attribute("associationType").unwrap_or_default().trim();
        let Some(kind) = AssociationKind::of(kind) else {
            let at = format!("{}/@associationType", object.path());
            notes.bad(&at, "type d'association inconnu", "unknown association type");
            return None;
        };
        let documentation = relationship::documentation(object, notes);
        let (entry_uuid, source, target) = (entry_uuid?, source?, target?);
        let target = ObjectRef::Uuid(target);
        let association = Association { entry_uuid, kind, source, target, documentation };
        Some(UpdateOperation::Relationship(association))
    }

    /// The set's membership of a filing: its own association, else the marker stands for it.
    fn held_by(
        &self,
        filing: &str,
        marker: &Object<'_>,
        list: &List<'_>,
        symbols: &mut Symbols<'_>,
        notes: &mut Notes,
    ) -> Option<EntryUuid> {
        let holds = |object: &&Object<'_>| {
            is_membership(object)
                && end_kind(object, "sourceObject", self.kinds) == Some(Kind::Set)
                && canonical(object.attribute("targetObject").unwrap_or_default()) == filing
        };
        own_id(list.associations.iter().find(holds).unwrap_or(marker), symbols, notes)
    }

    /// Every object of the request is what some marker is about.
    fn check_complete(&self, list: &List<'_>, notes: &mut Notes) {
        let marked = |object: &Object<'_>| {
            let id = canonical(object.id());
            let names = |marker: &&Object<'_>| {
                Marker::of(marker, self.kinds).is_some()
                    && canonical(marker.attribute("targetObject").unwrap_or_default()) == id
            };
            list.associations.iter().any(|one| names(&one))
        };
        let of_filing = |object: &Object<'_>| {
            is_membership(object) && end_kind(object, "targetObject", self.kinds) == Some(Kind::InFolder)
        };
        let versions = list.extrinsic.iter().chain(list.packages_of(self.kinds, Kind::Folder));
        let submitted = list
            .associations
            .iter()
            .filter(|object| Marker::of(object, self.kinds).is_none() && !of_filing(object));
        for object in versions.chain(submitted).filter(|object| !marked(object)) {
            notes.add(
                operation_error(object.path())
                    .detail("aucune opération ne porte sur cet objet", "no operation is about this object"),
            );
        }
    }
}

/// Another status of an object of the record.
fn status(object: &Object<'_>, notes: &mut Notes) -> Option<UpdateOperation> {
    let at = format!("{}/@targetObject", object.path());
    let target = registered(&canonical(object.attribute("targetObject").unwrap_or_default()), &at, notes);
    let mut urn = |slot: &str| {
        let given = object.one(slot, notes).map(str::to_owned);
        let status = given.as_deref().and_then(|urn| Availability::of(urn.trim()));
        if status.is_none() {
            notes.add(
                update_error(&object.slot_path(slot))
                    .detail("URN d'un statut attendu, une fois", "expected the URN of a status, once"),
            );
        }
        status
    };
    let (from, to) = (urn(names::ORIGINAL_STATUS), urn(names::NEW_STATUS));
    if from.is_some() && from == to {
        notes.add(
            update_error(&object.slot_path(names::NEW_STATUS))
                .detail("NewStatus diffère d'OriginalStatus", "NewStatus differs from OriginalStatus"),
        );
    }
    Some(UpdateOperation::Status { object: target?, from: from?, to: to? })
}

/// PreviousVersion: without it the message would submit an initial version.
fn previous(object: &Object<'_>, notes: &mut Notes) -> Option<u32> {
    let at = object.slot_path(names::PREVIOUS);
    let Some(given) = object.one(names::PREVIOUS, notes).map(str::to_owned) else {
        let finding = Finding::new(Rule::MetadataIsWellFormed).at(Location::Ebrim(at));
        notes.add(finding.code("XDSInvalidRequestException").detail(
            "PreviousVersion attendu : une version initiale se dépose par ITI-41 ou ITI-42",
            "expected PreviousVersion: an initial version is deposited by ITI-41 or ITI-42",
        ));
        return None;
    };
    let digits = given.bytes().all(|c| c.is_ascii_digit());
    let version = digits.then(|| given.parse().ok()).flatten().filter(|version| *version > 0);
    if version.is_none() {
        notes.add(update_error(&at).detail("entier positif attendu", "expected a positive integer"));
    }
    version
}

/// AssociationPropagation: yes unless it says no.
fn propagation(object: &Object<'_>, notes: &mut Notes) -> Option<bool> {
    match object.one(names::PROPAGATION, notes) {
        None | Some("yes") => Some(true),
        Some("no") => Some(false),
        Some(_) => {
            let at = object.slot_path(names::PROPAGATION);
            notes.add(update_error(&at).detail("yes ou no attendu", "expected yes or no"));
            None
        }
    }
}

fn end_kind(object: &Object<'_>, end: &str, kinds: &Kinds) -> Option<Kind> {
    kinds.get(&canonical(object.attribute(end).unwrap_or_default())).copied()
}

fn update_error(at: &str) -> Finding {
    Finding::new(Rule::MetadataIsWellFormed).at(Location::Ebrim(at.to_owned())).code("XDSMetadataUpdateError")
}

fn operation_error(at: &str) -> Finding {
    update_error(at).code("XDSMetadataUpdateOperationError")
}
