//! Relationships between documents (IHE ITI TF-3 §4.2.2.2, registration rules 13 and 18 as far as they are of shape).

use model::{Association, AssociationKind, Code, EntryUuid, ObjectRef};

use super::links::{Ends, own_id, registered, unresolved};
use super::list::{Kind, Kinds};
use super::names::association as names;
use super::{Notes, Object, Symbols};

/// Reads a relationship; `None` with a finding where its ends cannot be what it links.
pub(super) fn read(
    object: &Object<'_>,
    kind: AssociationKind,
    ends: &Ends,
    kinds: &Kinds,
    symbols: &mut Symbols<'_>,
    notes: &mut Notes,
) -> Option<Association> {
    let source = source(object, ends, kinds, symbols, notes);
    let target = target(object, kind, ends, kinds, symbols, notes);
    let documentation = documentation(object, notes);
    let (source, target) = source.zip(target)?;
    let entry_uuid = own_id(object, symbols, notes)?;
    Some(Association { entry_uuid, kind, source, target: ObjectRef::Uuid(target), documentation })
}

/// The source is a document of the submission.
fn source(
    object: &Object<'_>,
    ends: &Ends,
    kinds: &Kinds,
    symbols: &mut Symbols<'_>,
    notes: &mut Notes,
) -> Option<EntryUuid> {
    let at = format!("{}/@sourceObject", object.path());
    if kinds.get(&ends.source) == Some(&Kind::Entry) {
        return symbols.resolve(&ends.source, &at, notes);
    }
    notes.add(
        unresolved(&at)
            .detail("document de cette soumission attendu", "expected a document of this submission"),
    );
    None
}

/// What is superseded, and what a snapshot is of, stands in the registry; other targets may be of the submission too.
/// A signature may sign the set.
fn target(
    object: &Object<'_>,
    kind: AssociationKind,
    ends: &Ends,
    kinds: &Kinds,
    symbols: &mut Symbols<'_>,
    notes: &mut Notes,
) -> Option<EntryUuid> {
    let at = format!("{}/@targetObject", object.path());
    let only_registered = match kind {
        AssociationKind::Replaces | AssociationKind::TransformsAndReplaces | AssociationKind::Snapshots => {
            true
        }
        AssociationKind::Transforms | AssociationKind::Appends | AssociationKind::Signs => false,
    };
    let fits = match kinds.get(&ends.target) {
        None => return registered(&ends.target, &at, notes),
        Some(Kind::Entry) => !only_registered && ends.target != ends.source,
        Some(Kind::Set) => kind == AssociationKind::Signs,
        Some(Kind::Folder | Kind::InFolder | Kind::Association) => false,
    };
    if fits {
        return symbols.resolve(&ends.target, &at, notes);
    }
    let (fr, en) = if only_registered {
        (
            "UUID (urn:uuid:…) d'un document enregistré attendu",
            "expected the UUID (urn:uuid:…) of a registered document",
        )
    } else {
        (
            "autre document de cette soumission, ou UUID (urn:uuid:…) d'un document enregistré, attendu",
            "expected another document of this submission, or the UUID (urn:uuid:…) of a registered one",
        )
    };
    notes.add(unresolved(&at).detail(fr, en));
    None
}

/// What documents the relationship, at most one code (IHE ITI TF-3 §4.2.2.2.8).
pub(super) fn documentation(object: &Object<'_>, notes: &mut Notes) -> Option<Code> {
    let codes = object.codes(names::DOCUMENTATION, notes);
    if codes.len() > 1 {
        let at = format!("{}/Classification({})", object.path(), names::DOCUMENTATION.name);
        notes.bad(&at, "un seul code attendu", "expected a single code");
    }
    codes.into_iter().next()
}
