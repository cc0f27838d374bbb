//! A submission set: the `rim:RegistryPackage` that is classified as one.

use model::{Hl7Time, Ins, Oid, SubmissionSet, UniqueId};

use super::entry::{identifier, required};
use super::names::{SET_NODE, set as names};
use super::{Notes, Object, Symbols, author};

/// Reads the set with every finding; `None` when one of them refuses it. The paths of additional slots in
/// `urn:` are given beside it: the model has no place for them.
pub(crate) fn read(
    object: &Object<'_>,
    symbols: &mut Symbols<'_>,
    notes: &mut Notes,
) -> Option<(SubmissionSet, Vec<String>)> {
    object.check_children(names::CLASSIFICATIONS, names::IDENTIFIERS, &[SET_NODE], notes);
    let entry_uuid = symbols.resolve(object.id(), object.path(), notes);
    let unique_id = identifier(object, names::UNIQUE, notes, UniqueId::parse);
    let source_id = identifier(object, names::SOURCE, notes, Oid::parse);
    let patient = identifier(object, names::PATIENT, notes, Ins::parse_any_cx);
    let submission_time = required(object, "submissionTime", notes, Hl7Time::parse);
    let content_type = object.code(names::CONTENT_TYPE, notes);
    let authors = author::read(object, names::AUTHOR, notes);
    let title = object.text("Name", notes);
    let comments = object.text("Description", notes);
    let extra =
        object.extra(names::SLOTS, notes).into_iter().map(|(name, _)| object.slot_path(&name)).collect();
    let set = SubmissionSet {
        entry_uuid: entry_uuid?,
        unique_id: Some(unique_id?),
        source_id: source_id?,
        patient: patient?,
        submission_time: submission_time?,
        content_type: content_type?,
        authors,
        intended_recipients: object.slot("intendedRecipient").to_vec(),
        title,
        comments,
    };
    Some((set, extra))
}
