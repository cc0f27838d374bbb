//! `query:AdhocQueryResponse`.

use model::{DocumentEntry, Finding};
use xml::Element;

use super::request::ReturnType;
use crate::ebrim::names::{QUERY, RIM, RS};
use crate::ebrim::{self, Form, Notes, Object, Symbols};
use crate::registry::{RegistryError, Status, read_response};
use crate::soap::answer;
use crate::{Envelope, Response};

/// The errors of a Failure stand before the object list, which is always there (schema order).
pub(crate) fn write(
    envelope: &Envelope,
    message_id: &str,
    entries: &[&DocumentEntry],
    return_type: ReturnType,
    outcome: Result<(), &[RegistryError]>,
) -> Response {
    let (status, errors) = match outcome {
        Ok(()) => (Status::Success, [].as_slice()),
        Err(errors) => (Status::Failure, errors),
    };
    answer(envelope, message_id, &[], |body| {
        body.start("query:AdhocQueryResponse").attr("xmlns:query", QUERY).attr("xmlns:rs", RS);
        ebrim::declare(body);
        body.attr("status", status.urn());
        crate::registry::write_errors(body, errors);
        body.start("rim:RegistryObjectList");
        for entry in entries {
            match return_type {
                ReturnType::LeafClass => ebrim::write_entry(body, entry, Form::Registered),
                ReturnType::ObjectRef => {
                    body.start("rim:ObjectRef").attr("id", &entry.entry_uuid.urn()).end();
                }
            }
        }
        body.end().end();
    })
}

/// Reads the entries of an answer, in order.
///
/// # Errors
/// Every finding of an entry that is not as IHE says.
pub fn read(element: Element<'_>) -> Result<Vec<DocumentEntry>, Vec<Finding>> {
    let mut notes = Notes::default();
    let mut entries = Vec::new();
    let list = element.child(RIM, "RegistryObjectList");
    for child in list.into_iter().flat_map(|list| list.children_named(RIM, "ExtrinsicObject")) {
        let object = Object::read(child, &mut notes);
        let entry = ebrim::read_entry(&object, Form::Registered, &mut Symbols::real_only(), &mut notes);
        entries.extend(entry);
    }
    if notes.refuse() { Err(notes.into_findings()) } else { Ok(entries) }
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
