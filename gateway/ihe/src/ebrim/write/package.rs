//! Submission sets and folders: `rim:RegistryPackage`.

use model::{Availability, EntryUuid, Folder, SubmissionSet};
use xml::Writer;

use super::parts::{self, Children, code, identifier, slot, text};
use crate::ebrim::Form;
use crate::ebrim::names::{FOLDER_NODE, OBJECT_TYPE, SET_NODE, folder, set};

/// Writes a submission set; a registered one is always Approved, of version 1.
pub(crate) fn write_set(writer: &mut Writer, set: &SubmissionSet, form: Form) {
    let mut child = Children::of(set.entry_uuid);
    start(writer, set.entry_uuid, form, set.entry_uuid, Availability::Approved);
    slot(writer, "submissionTime", [set.submission_time.as_str()]);
    slot(writer, "intendedRecipient", &set.intended_recipients);
    text(writer, "rim:Name", set.title.as_deref());
    text(writer, "rim:Description", set.comments.as_deref());
    version(writer, form, 1);
    for author in &set.authors {
        parts::author(writer, &mut child, set::AUTHOR, author);
    }
    code(writer, &mut child, set::CONTENT_TYPE, &set.content_type);
    mark(writer, &mut child, SET_NODE);
    identifier(writer, &mut child, set::PATIENT, &set.patient.to_cx());
    identifier(writer, &mut child, set::SOURCE, set.source_id.as_str());
    if let Some(unique_id) = &set.unique_id {
        identifier(writer, &mut child, set::UNIQUE, unique_id.as_str());
    }
    writer.end();
}

/// Writes a folder.
pub(crate) fn write_folder(writer: &mut Writer, folder: &Folder, form: Form) {
    let mut child = Children::of(folder.entry_uuid);
    start(writer, folder.entry_uuid, form, folder.logical_id, folder.availability);
    if form == Form::Registered {
        slot(writer, folder::UPDATED, folder.last_update.as_ref().map(model::Hl7Time::as_str));
    }
    for (name, values) in &folder.extra {
        slot(writer, name, values);
    }
    text(writer, "rim:Name", folder.title.as_deref());
    text(writer, "rim:Description", folder.comments.as_deref());
    version(writer, form, folder.version);
    for given in &folder.codes {
        code(writer, &mut child, folder::CODES, given);
    }
    mark(writer, &mut child, FOLDER_NODE);
    identifier(writer, &mut child, folder::PATIENT, &folder.patient.to_cx());
    identifier(writer, &mut child, folder::UNIQUE, folder.unique_id.as_str());
    writer.end();
}

fn start(writer: &mut Writer, id: EntryUuid, form: Form, logical_id: EntryUuid, status: Availability) {
    writer.start("rim:RegistryPackage").attr("id", &id.urn());
    if form == Form::Registered {
        writer.attr("lid", &logical_id.urn()).attr("status", status.urn());
    }
    writer.attr("objectType", &format!("{OBJECT_TYPE}RegistryPackage"));
}

fn version(writer: &mut Writer, form: Form, version: u32) {
    if form == Form::Registered {
        writer.start("rim:VersionInfo").attr("versionName", &version.to_string()).end();
    }
}

/// The classification that makes the package what it is.
fn mark(writer: &mut Writer, child: &mut Children, node: &str) {
    child.start(writer, "Classification", "classifiedObject");
    writer.attr("classificationNode", node).end();
}
