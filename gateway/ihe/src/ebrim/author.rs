//! An author classification.

use model::{Author, CodedText, Xcn, Xon};

use super::names::{AUTHOR_SLOTS, Scheme};
use super::{Notes, Object};

/// The authors of an object, in order.
pub(super) fn read(object: &Object<'_>, scheme: Scheme, notes: &mut Notes) -> Vec<Author> {
    object.classified(scheme, notes).iter().filter_map(|author| read_one(author, notes)).collect()
}

fn read_one(object: &Object<'_>, notes: &mut Notes) -> Option<Author> {
    if !object.extra(AUTHOR_SLOTS, notes).is_empty() {
        notes.bad(object.path(), "slot inconnu pour un auteur", "unknown slot for an author");
    }
    let person = object.one("authorPerson", notes);
    let person = person.and_then(|text| notes.parsed(&object.slot_path("authorPerson"), Xcn::parse(text)));
    let mut institutions = Vec::new();
    for text in object.slot("authorInstitution") {
        institutions.extend(notes.parsed(&object.slot_path("authorInstitution"), Xon::parse(text)));
    }
    let mut coded = |slot: &str| -> Vec<CodedText> {
        let at = object.slot_path(slot);
        object.slot(slot).iter().filter_map(|text| notes.parsed(&at, CodedText::parse(text))).collect()
    };
    let author = Author {
        person,
        institutions,
        roles: coded("authorRole"),
        specialties: coded("authorSpecialty"),
        telecoms: object.slot("authorTelecommunication").to_vec(),
    };
    let named = ["authorPerson", "authorInstitution", "authorTelecommunication"];
    if !named.iter().any(|slot| !object.slot(slot).is_empty()) {
        notes.bad(
            object.path(),
            "auteur sans personne, ni institution, ni moyen de contact",
            "author without person, institution or telecommunication",
        );
        return None;
    }
    Some(author)
}
