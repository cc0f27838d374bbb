//! The model as ebRIM: a submission of a source, or an entry as a registry answers it.

use aws_lc_rs::digest::{SHA256, digest};
use model::{Association, Author, Code, DocumentEntry, EntryUuid, ObjectRef, Submission, SubmissionSet};
use xml::Writer;

use super::names::{HAS_MEMBER, OBJECT_TYPE, RIM, SET_NODE, STABLE, Scheme, entry, set};
use super::{Form, source_patient};

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
    writer.attr("objectType", STABLE).attr("mimeType", entry.mime_type.as_str());
    slot(writer, "creationTime", [entry.creation_time.as_str()]);
    slot(writer, "hash", entry.hash.map(|hash| hash.hex()));
    slot(writer, "languageCode", [entry.language.as_str()]);
    slot(writer, "legalAuthenticator", entry.legal_authenticator.as_ref().map(model::Xcn::to_hl7));
    slot(writer, "repositoryUniqueId", entry.repository.as_ref().map(model::Oid::as_str));
    slot(writer, "serviceStartTime", entry.service_start.as_ref().map(model::Hl7Time::as_str));
    slot(writer, "serviceStopTime", entry.service_stop.as_ref().map(model::Hl7Time::as_str));
    slot(writer, "size", entry.size.map(|size| size.to_string()));
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
        write_author(writer, &mut child, entry::AUTHOR, author);
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

/// Writes `lcm:SubmitObjectsRequest`'s `rim:RegistryObjectList`: entries, set, memberships, relationships.
pub(crate) fn write_submission(writer: &mut Writer, submission: &Submission) {
    writer.start("rim:RegistryObjectList");
    for (entry, _) in &submission.entries {
        write_entry(writer, entry, Form::Submitted);
    }
    write_set(writer, &submission.set);
    let mut child = Children::of(submission.set.entry_uuid);
    for (entry, _) in &submission.entries {
        let id = child.id("member");
        association(writer, &id, HAS_MEMBER, submission.set.entry_uuid, &entry.entry_uuid.urn());
        slot(writer, "SubmissionSetStatus", ["Original"]);
        writer.end();
    }
    for link in &submission.associations {
        let Association { entry_uuid, kind, source, target, documentation: _ } = link;
        association(writer, &entry_uuid.urn(), kind.urn(), *source, &target_id(target, submission));
        writer.end();
    }
    writer.end();
}

/// The entryUUID behind a reference; a uniqueId outside the submission has none and is written as it is.
fn target_id(target: &ObjectRef, submission: &Submission) -> String {
    match target {
        ObjectRef::Uuid(id) => id.urn(),
        ObjectRef::Unique(unique) => {
            let mut entries = submission.entries.iter();
            let found = entries.find(|(entry, _)| entry.unique_id == *unique);
            found.map_or_else(|| unique.as_str().to_owned(), |(entry, _)| entry.entry_uuid.urn())
        }
    }
}

fn write_set(writer: &mut Writer, set: &SubmissionSet) {
    let mut child = Children::of(set.entry_uuid);
    writer.start("rim:RegistryPackage").attr("id", &set.entry_uuid.urn());
    writer.attr("objectType", &format!("{OBJECT_TYPE}RegistryPackage"));
    slot(writer, "submissionTime", [set.submission_time.as_str()]);
    slot(writer, "intendedRecipient", &set.intended_recipients);
    text(writer, "rim:Name", set.title.as_deref());
    text(writer, "rim:Description", set.comments.as_deref());
    for author in &set.authors {
        write_author(writer, &mut child, set::AUTHOR, author);
    }
    code(writer, &mut child, set::CONTENT_TYPE, &set.content_type);
    child.start(writer, "Classification", "classifiedObject");
    writer.attr("classificationNode", SET_NODE).end();
    identifier(writer, &mut child, set::PATIENT, &set.patient.to_cx());
    identifier(writer, &mut child, set::SOURCE, set.source_id.as_str());
    if let Some(unique_id) = &set.unique_id {
        identifier(writer, &mut child, set::UNIQUE, unique_id.as_str());
    }
    writer.end();
}

fn association(writer: &mut Writer, id: &str, kind: &str, source: EntryUuid, target: &str) {
    writer.start("rim:Association").attr("id", id).attr("objectType", &format!("{OBJECT_TYPE}Association"));
    writer.attr("associationType", kind).attr("sourceObject", &source.urn()).attr("targetObject", target);
}

fn write_author(writer: &mut Writer, child: &mut Children, scheme: Scheme, author: &Author) {
    child.start(writer, "Classification", "classifiedObject");
    writer.attr("classificationScheme", scheme.urn).attr("nodeRepresentation", "");
    slot(writer, "authorPerson", author.person.as_ref().map(model::Xcn::to_hl7));
    slot(writer, "authorInstitution", author.institutions.iter().map(model::Xon::to_hl7));
    slot(writer, "authorRole", author.roles.iter().map(model::CodedText::to_hl7));
    slot(writer, "authorSpecialty", author.specialties.iter().map(model::CodedText::to_hl7));
    slot(writer, "authorTelecommunication", &author.telecoms);
    writer.end();
}

/// A code. Its display name is mandatory on the wire: the code itself stands for a missing one.
fn code(writer: &mut Writer, child: &mut Children, scheme: Scheme, code: &Code) {
    child.start(writer, "Classification", "classifiedObject");
    writer.attr("classificationScheme", scheme.urn).attr("nodeRepresentation", &code.value);
    slot(writer, "codingScheme", [&code.system]);
    text(writer, "rim:Name", Some(code.label.as_deref().unwrap_or(&code.value)));
    writer.end();
}

fn identifier(writer: &mut Writer, child: &mut Children, scheme: Scheme, value: &str) {
    child.start(writer, "ExternalIdentifier", "registryObject");
    writer.attr("identificationScheme", scheme.urn).attr("value", value);
    text(writer, "rim:Name", Some(scheme.name));
    writer.end();
}

/// A slot, if it has values.
fn slot<V: AsRef<str>>(writer: &mut Writer, name: &str, values: impl IntoIterator<Item = V>) {
    let mut values = values.into_iter().peekable();
    if values.peek().is_none() {
        return;
    }
    writer.start("rim:Slot").attr("name", name).start("rim:ValueList");
    for value in values {
        writer.leaf("rim:Value", value.as_ref());
    }
    writer.end().end();
}

fn text(writer: &mut Writer, element: &str, value: Option<&str>) {
    if let Some(value) = value {
        writer.start(element).start("rim:LocalizedString").attr("value", value).end().end();
    }
}

/// The classifications and identifiers inside one object: each needs an id of its own and its parent's.
struct Children {
    parent: EntryUuid,
    count: u32,
}

impl Children {
    fn of(parent: EntryUuid) -> Self {
        Children { parent, count: 0 }
    }

    fn start(&mut self, writer: &mut Writer, name: &str, reference: &str) {
        let id = self.id(name);
        writer.start(&format!("rim:{name}")).attr("id", &id).attr(reference, &self.parent.urn());
        writer.attr("objectType", &format!("{OBJECT_TYPE}{name}"));
    }

    /// The next id: a UUID (version 8) from a digest of the parent's, the kind and the position.
    fn id(&mut self, kind: &str) -> String {
        self.count += 1;
        let seed = format!("{}/{kind}/{}", self.parent.urn(), self.count);
        let digest = digest(&SHA256, seed.as_bytes());
        let mut bytes = [0; 16];
        for (byte, from) in bytes.iter_mut().zip(digest.as_ref()) {
            *byte = *from;
        }
        let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
        *version = (*version & 0x0f) | 0x80;
        *variant = (*variant & 0x3f) | 0x80;
        EntryUuid::from_bytes(bytes).urn()
    }
}
