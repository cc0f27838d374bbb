//! `query:AdhocQueryResponse`: documents, then sets, folders and associations, in full or by their ids.

use journey::{LinkKind, RegistryAnswer, ShownLink};
use model::{DocumentEntry, EntryUuid, Finding, Folder, HAS_MEMBER, SubmissionSet};
use xml::{Element, Writer};

use super::request::ReturnType;
use crate::ebrim::names::{FOLDER_NODE, QUERY, RIM, RS};
use crate::ebrim::{self, Form, Notes, Object, ShownAssociation, Symbols};
use crate::registry::{RegistryError, Status, read_response};
use crate::soap::answer;
use crate::{Envelope, Response};

/// What an answer shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shown<'a> {
    pub(crate) documents: Vec<&'a DocumentEntry>,
    pub(crate) sets: Vec<&'a SubmissionSet>,
    pub(crate) folders: Vec<&'a Folder>,
    pub(crate) links: Vec<&'a ShownLink>,
}

impl<'a> Shown<'a> {
    /// What a registry answered.
    pub(crate) fn of(answer: &'a RegistryAnswer) -> Self {
        Shown {
            documents: answer.documents.iter().map(|version| &version.get().shown).collect(),
            sets: answer.sets.iter().map(|set| &set.get().set).collect(),
            folders: answer.folders.iter().map(|version| &version.get().shown).collect(),
            links: answer.links.iter().map(|link| link.get()).collect(),
        }
    }

    fn ids(&self) -> impl Iterator<Item = EntryUuid> {
        let documents = self.documents.iter().map(|entry| entry.entry_uuid);
        let sets = self.sets.iter().map(|set| set.entry_uuid);
        let folders = self.folders.iter().map(|folder| folder.entry_uuid);
        let links = self.links.iter().map(|link| link.entry_uuid);
        documents.chain(sets).chain(folders).chain(links)
    }
}

/// The errors of a Failure stand before the object list, which is always there (schema order).
pub(crate) fn write(
    envelope: &Envelope,
    message_id: &str,
    shown: &Shown<'_>,
    return_type: ReturnType,
    outcome: Result<(), &[RegistryError]>,
) -> Response {
    let (status, errors) = match outcome {
        Ok(()) => (Status::Success, [].as_slice()),
        Err(errors) => (Status::Failure, errors),
    };
    answer(envelope, message_id, |body| {
        body.start("query:AdhocQueryResponse").attr("xmlns:query", QUERY).attr("xmlns:rs", RS);
        ebrim::declare(body);
        body.attr("status", status.urn());
        crate::registry::write_errors(body, errors);
        body.start("rim:RegistryObjectList");
        match return_type {
            ReturnType::LeafClass => write_objects(body, shown),
            ReturnType::ObjectRef => {
                for id in shown.ids() {
                    body.start("rim:ObjectRef").attr("id", &id.urn()).end();
                }
            }
        }
        body.end().end();
    })
}

fn write_objects(body: &mut Writer, shown: &Shown<'_>) {
    for entry in &shown.documents {
        ebrim::write_entry(body, entry, Form::Registered);
    }
    for set in &shown.sets {
        ebrim::write_set(body, set, Form::Registered);
    }
    for folder in &shown.folders {
        ebrim::write_folder(body, folder, Form::Registered);
    }
    for link in &shown.links {
        write_link(body, link);
    }
}

/// An association as a registry answers it: PreviousVersion says that the document came with a metadata update.
fn write_link(body: &mut Writer, link: &ShownLink) {
    let (kind, set_status) = match link.kind {
        LinkKind::Relationship(kind) => (kind.urn(), None),
        LinkKind::Original => (HAS_MEMBER, Some("Original")),
        LinkKind::Reference => (HAS_MEMBER, Some("Reference")),
        LinkKind::Member => (HAS_MEMBER, None),
    };
    let shown = ShownAssociation {
        id: link.entry_uuid,
        kind,
        source: link.source.urn(),
        target: link.target.urn(),
        status: Some(link.status),
        set_status,
        previous: link.version.filter(|version| *version > 1).map(|version| version - 1),
        documentation: link.documentation.as_ref(),
    };
    ebrim::write_association(body, &shown);
}

/// Reads the entries of an answer, in order.
///
/// # Errors
/// Every finding of an object that is not as IHE says.
pub fn read(element: Element<'_>) -> Result<Vec<DocumentEntry>, Vec<Finding>> {
    read_objects(element).map(|objects| objects.documents)
}

/// The objects of an answer, as a client reads them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Objects {
    /// Documents.
    pub documents: Vec<DocumentEntry>,
    /// Submission sets.
    pub sets: Vec<SubmissionSet>,
    /// Folders.
    pub folders: Vec<Folder>,
    /// Associations.
    pub links: Vec<ReadLink>,
}

/// An association as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadLink {
    /// id.
    pub id: String,
    /// associationType.
    pub kind: String,
    /// sourceObject.
    pub source: String,
    /// targetObject.
    pub target: String,
    /// status.
    pub status: String,
}

/// Reads every object of an answer, each kind in order.
///
/// # Errors
/// Every finding of an object that is not as IHE says.
pub fn read_objects(element: Element<'_>) -> Result<Objects, Vec<Finding>> {
    let (mut notes, mut objects) = (Notes::default(), Objects::default());
    let symbols = &mut Symbols::real_only();
    let list = element.child(RIM, "RegistryObjectList");
    for child in list.into_iter().flat_map(|list| list.children()).filter(|child| child.namespace() == RIM) {
        let object = Object::read(child, &mut notes);
        match child.name() {
            "ExtrinsicObject" => {
                let read = ebrim::read_entry(&object, Form::Registered, symbols, &mut notes);
                objects.documents.extend(read);
            }
            "RegistryPackage" if object.has_node(FOLDER_NODE) => {
                let read = ebrim::read_folder(&object, Form::Registered, symbols, &mut notes);
                objects.folders.extend(read);
            }
            "RegistryPackage" => {
                objects.sets.extend(ebrim::read_set(&object, symbols, &mut notes).map(|(set, _)| set));
            }
            "Association" => objects.links.push(read_link(&object)),
            _ => {}
        }
    }
    if notes.refuse() { Err(notes.into_findings()) } else { Ok(objects) }
}

fn read_link(object: &Object<'_>) -> ReadLink {
    let text = |name| object.attribute(name).unwrap_or_default().to_owned();
    ReadLink {
        id: text("id"),
        kind: text("associationType"),
        source: text("sourceObject"),
        target: text("targetObject"),
        status: text("status"),
    }
}

/// Reads the ids of an answer in `ObjectRef`, as written.
pub fn read_refs(element: Element<'_>) -> Vec<String> {
    let list = element.child(RIM, "RegistryObjectList");
    let refs = list.into_iter().flat_map(|list| list.children_named(RIM, "ObjectRef"));
    refs.filter_map(|reference| reference.attribute("id")).map(str::to_owned).collect()
}

/// Reads status and errors of an answer; `None` when the element is something else.
pub fn read_status(element: Element<'_>) -> Option<(Status, Vec<RegistryError>)> {
    if element.is(QUERY, "AdhocQueryResponse") { read_response(element) } else { None }
}
