//! The model as ebRIM: a submission of a source, or objects as a registry answers them. Children stand in the order of
//! the schema; ids of the classifications and identifiers inside are derived from the object's id, so that a registry
//! answers the same ones each time.

mod association;
mod package;
mod parts;
mod submission;

use model::{DocumentEntry, EntryKind};
use xml::Writer;

use super::names::{RIM, entry};
use super::{Form, source_patient};
use parts::{Children, code, identifier, slot, text};

pub(crate) use association::{ShownAssociation, write_association};
pub(crate) use package::{write_folder, write_set};
pub(crate) use submission::write_submission;

/// Declares the prefix `rim` on the element just opened.
pub(crate) fn declare(writer: &mut Writer) {
    writer.attr("xmlns:rim", RIM);
}

/// Writes one entry. Ids of the classifications and identifiers inside are derived from the entry's id, so that
/// a registry answers the same ones each time.
pub(crate) fn write_entry(writer: &mut Writer, entry: &DocumentEntry, form: Form) {
    let mut child = Children::of(entry.entry_uuid);
    writer.start("rim:ExtrinsicObject").attr("id", &entry.entry_uuid.urn());
    if form == Form::Registered {
        writer.attr("lid", &entry.logical_id.urn()).attr("status", entry.availability.urn());
    }
    writer.attr("objectType", entry.kind.urn()).attr("mimeType", entry.mime_type.as_str());
    // An on-demand document has none of these: what the registry keeps in their place is never told.
    let stable = entry.kind == EntryKind::Stable;
    slot(writer, "creationTime", stable.then(|| entry.creation_time.as_str()));
    slot(writer, "hash", entry.hash.filter(|_| stable).map(|hash| hash.hex()));
    slot(writer, "languageCode", [entry.language.as_str()]);
    slot(writer, "legalAuthenticator", entry.legal_authenticator.as_ref().map(model::Xcn::to_hl7));
    slot(writer, "repositoryUniqueId", entry.repository.as_ref().map(model::Oid::as_str));
    slot(writer, "serviceStartTime", entry.service_start.as_ref().map(model::Hl7Time::as_str));
    slot(writer, "serviceStopTime", entry.service_stop.as_ref().map(model::Hl7Time::as_str));
    slot(writer, "size", entry.size.filter(|_| stable).map(|size| size.to_string()));
    slot(writer, "sourcePatientId", entry.source_patient_id.as_ref().map(model::Cx::to_hl7));
    slot(writer, "sourcePatientInfo", source_patient::lines(&entry.source_patient_info));
    slot(writer, entry::REFERENCES, entry.reference_ids.iter().map(model::ReferenceId::to_hl7));
    for (name, values) in &entry.extra {
        slot(writer, name, values);
    }
    text(writer, "rim:Name", entry.title.as_deref());
    text(writer, "rim:Description", entry.comments.as_deref());
    if form == Form::Registered {
        writer.start("rim:VersionInfo").attr("versionName", &entry.version.to_string()).end();
    }
    for author in &entry.authors {
        parts::author(writer, &mut child, entry::AUTHOR, author);
    }
    code(writer, &mut child, entry::CLASS, &entry.class_code);
    for given in &entry.confidentiality {
        code(writer, &mut child, entry::CONFIDENTIALITY, given);
    }
    for given in &entry.event_codes {
        code(writer, &mut child, entry::EVENT, given);
    }
    code(writer, &mut child, entry::FORMAT, &entry.format_code);
    code(writer, &mut child, entry::FACILITY, &entry.facility_type);
    code(writer, &mut child, entry::PRACTICE, &entry.practice_setting);
    code(writer, &mut child, entry::TYPE, &entry.type_code);
    identifier(writer, &mut child, entry::PATIENT, &entry.patient.to_cx());
    identifier(writer, &mut child, entry::UNIQUE, entry.unique_id.as_str());
    writer.end();
}
