//! Memberships and relationships: `rim:Association`.

use model::{Availability, Code, EntryUuid};
use xml::Writer;

use super::parts::{Children, code, slot};
use crate::ebrim::names::{OBJECT_TYPE, association as names};

/// An association, as it is written.
pub(crate) struct ShownAssociation<'a> {
    /// entryUUID.
    pub(crate) id: EntryUuid,
    /// associationType.
    pub(crate) kind: &'a str,
    /// sourceObject.
    pub(crate) source: String,
    /// targetObject.
    pub(crate) target: String,
    /// The status that a registry gives; `None` in a submission.
    pub(crate) status: Option<Availability>,
    /// SubmissionSetStatus.
    pub(crate) set_status: Option<&'a str>,
    /// PreviousVersion: of the version of a document that came with a metadata update.
    pub(crate) previous: Option<u32>,
    /// What documents a relationship.
    pub(crate) documentation: Option<&'a Code>,
}

/// Writes an association.
pub(crate) fn write_association(writer: &mut Writer, shown: &ShownAssociation<'_>) {
    writer.start("rim:Association").attr("id", &shown.id.urn());
    if let Some(status) = shown.status {
        writer.attr("lid", &shown.id.urn()).attr("status", status.urn());
    }
    writer.attr("objectType", &format!("{OBJECT_TYPE}Association")).attr("associationType", shown.kind);
    writer.attr("sourceObject", &shown.source).attr("targetObject", &shown.target);
    slot(writer, names::STATUS, shown.set_status);
    slot(writer, names::PREVIOUS, shown.previous.map(|version| version.to_string()));
    if shown.status.is_some() {
        writer.start("rim:VersionInfo").attr("versionName", "1").end();
    }
    if let Some(documentation) = shown.documentation {
        code(writer, &mut Children::of(shown.id), names::DOCUMENTATION, documentation);
    }
    writer.end();
}
