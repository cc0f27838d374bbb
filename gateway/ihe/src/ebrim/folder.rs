//! A folder: the `rim:RegistryPackage` that is classified as one (IHE ITI TF-3 §4.2.3.4).

use model::{EntryUuid, Folder, Hl7Time, Ins, UniqueId};

use super::entry::{identifier, lineage, optional};
use super::names::{FOLDER_NODE, folder as names};
use super::{Form, Notes, Object, Symbols};

/// Reads a folder with every finding; `None` when one of them refuses it. The lastUpdateTime of a submission is not
/// looked at: the registry sets it.
pub(crate) fn read(
    object: &Object<'_>,
    form: Form,
    symbols: &mut Symbols<'_>,
    notes: &mut Notes,
) -> Option<Folder> {
    object.check_children(names::CLASSIFICATIONS, names::IDENTIFIERS, &[FOLDER_NODE], notes);
    let entry_uuid = symbols.resolve(object.id(), object.path(), notes);
    let unique_id = identifier(object, names::UNIQUE, notes, UniqueId::parse);
    let patient = identifier(object, names::PATIENT, notes, Ins::parse_any_cx);
    let codes = object.codes(names::CODES, notes);
    if object.classified(names::CODES, &mut Notes::default()).is_empty() {
        let at = format!("{}/Classification({})", object.path(), names::CODES.name);
        notes.bad(&at, "au moins un code attendu", "expected at least one code");
    }
    let title = object.text("Name", notes);
    let last_update = match form {
        Form::Registered => optional(object, names::UPDATED, notes, Hl7Time::parse),
        Form::Submitted(_) | Form::Updated => {
            demand_title(object, title.as_deref(), notes);
            None
        }
    };
    let comments = object.text("Description", notes);
    let extra = object.extra(names::SLOTS, notes);
    let (availability, logical_id, version): (_, Option<EntryUuid>, u32) = lineage(object, form, notes);
    let entry_uuid = entry_uuid?;
    Some(Folder {
        entry_uuid,
        logical_id: logical_id.unwrap_or(entry_uuid),
        version,
        unique_id: unique_id?,
        availability,
        patient: patient?,
        codes,
        title,
        comments,
        last_update,
        extra,
    })
}

/// Sources give a title (IHE ITI TF-3 table 4.2.3.4-1).
fn demand_title(object: &Object<'_>, title: Option<&str>, notes: &mut Notes) {
    if title.is_none() {
        let at = format!("{}/Name", object.path());
        notes.bad(&at, "titre du classeur attendu", "expected the folder's title");
    }
}
