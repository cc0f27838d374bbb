//! The four HasMember links (IHE ITI TF-3 table 4.2.2-1, registration rules 4, 5 and 14): what may belong to what, and
//! which of them carry a SubmissionSetStatus.

use model::{EntryUuid, Member, ObjectRef};

use super::links::{Ends, refuse_status, registered};
use super::list::{Kind, Kinds};
use super::names::association as names;
use super::{Notes, Object, Symbols};

/// Reads what a HasMember association says; `None` with a finding where it says nothing that exists.
pub(super) fn read(
    object: &Object<'_>,
    ends: &Ends,
    kinds: &Kinds,
    symbols: &mut Symbols<'_>,
    notes: &mut Notes,
) -> Option<Member> {
    refuse_documentation(object, notes);
    let (source, target) = (kinds.get(&ends.source), kinds.get(&ends.target));
    let (at_source, at_target) =
        (format!("{}/@sourceObject", object.path()), format!("{}/@targetObject", object.path()));
    match (source, target) {
        (Some(Kind::Set), Some(Kind::Entry)) => {
            status(object, "Original", notes)?;
            symbols.resolve(&ends.target, &at_target, notes).map(Member::Original)
        }
        (Some(Kind::Set), None) => {
            let document = registered(&ends.target, &at_target, notes)?;
            status(object, "Reference", notes)?;
            Some(Member::Reference(ObjectRef::Uuid(document)))
        }
        (Some(Kind::Set), Some(Kind::Folder)) => {
            refuse_status(object, notes);
            symbols.resolve(&ends.target, &at_target, notes).map(Member::Folder)
        }
        (Some(Kind::Set), Some(Kind::InFolder)) => {
            refuse_status(object, notes);
            symbols.resolve(&ends.target, &at_target, notes).map(Member::OfFolder)
        }
        (Some(Kind::Folder) | None, Some(Kind::Entry) | None) => {
            refuse_status(object, notes);
            let folder = end(source, &ends.source, &at_source, symbols, notes);
            let document = end(target, &ends.target, &at_target, symbols, notes);
            folder
                .zip(document)
                .map(|(folder, document)| Member::InFolder { folder, document: ObjectRef::Uuid(document) })
        }
        (Some(Kind::Set), Some(Kind::Set | Kind::Association)) => {
            notes.bad(
                &at_target,
                "le lot a pour membres des documents, des classeurs et des appartenances à un classeur",
                "the members of a set are documents, folders and memberships of a folder",
            );
            None
        }
        (Some(Kind::Folder) | None, Some(_)) => {
            notes.bad(
                &at_target,
                "un classeur a pour membres des documents",
                "the members of a folder are documents",
            );
            None
        }
        (Some(Kind::Entry | Kind::InFolder | Kind::Association), _) => {
            notes.bad(
                &at_source,
                "HasMember part du lot de la soumission ou d'un classeur",
                "HasMember starts from the set of the submission or from a folder",
            );
            None
        }
    }
}

/// An end that is an object of the submission, or a registered one.
fn end(
    kind: Option<&Kind>,
    id: &str,
    at: &str,
    symbols: &mut Symbols<'_>,
    notes: &mut Notes,
) -> Option<EntryUuid> {
    match kind {
        Some(_) => symbols.resolve(id, at, notes),
        None => registered(id, at, notes),
    }
}

/// The SubmissionSetStatus: `Original` for a document of the submission, `Reference` for a registered one.
fn status(object: &Object<'_>, expected: &str, notes: &mut Notes) -> Option<()> {
    match object.slot(names::STATUS) {
        [given] if given == expected => Some(()),
        _ => {
            notes.bad(
                &object.slot_path(names::STATUS),
                "valeur attendue : Original pour un document de la soumission, Reference pour un document déjà enregistré",
                "expected value: Original for a document of the submission, Reference for a registered one",
            );
            None
        }
    }
}

fn refuse_documentation(object: &Object<'_>, notes: &mut Notes) {
    if let Some(found) = object.classified(names::DOCUMENTATION, &mut Notes::default()).first() {
        notes.bad(
            found.path(),
            "une appartenance n'est pas documentée : seule une relation entre documents l'est",
            "a membership is not documented: only a relationship between documents is",
        );
    }
}
