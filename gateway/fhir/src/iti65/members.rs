//! What the Lists hold: `entry` of the submission set and of its folders (MHD 4.2.4: associations HasMember).

use std::collections::BTreeMap;

use model::{EntryUuid, Finding, Location, Member, Membership, ObjectRef, Rule};

use super::bundle::Entries;
use super::folders::own_list;
use super::roles::Roles;
use crate::codec::Element;
use crate::document_reference::{Reading, target_of};

/// Everything that resolving an item needs.
pub(super) struct Targets<'x> {
    pub(super) entries: &'x Entries<'x>,
    pub(super) roles: &'x Roles<'x, 'x>,
    /// The entryUUID of each new document, by the index of its entry.
    pub(super) documents: &'x BTreeMap<usize, EntryUuid>,
    pub(super) base: &'x str,
    pub(super) fresh: &'x (dyn Fn() -> EntryUuid + Sync),
}

/// Memberships with the place of each.
#[derive(Debug, Default)]
pub(super) struct Members {
    pub(super) links: Vec<Membership>,
    pub(super) places: Vec<Location>,
}

impl Members {
    fn push(&mut self, fresh: EntryUuid, link: Member, at: &Element<'_>) {
        self.links.push(Membership { entry_uuid: fresh, link });
        self.places.push(at.place());
    }
}

impl Targets<'_> {
    /// The set: it holds every new document and folder, and may refer to documents of the record.
    pub(super) fn of_set(&self, members: &mut Members, reading: &mut Reading<'_>) {
        let Some(list) = self.roles.set.and_then(|(_, entry)| entry.resource.as_ref()) else { return };
        let owed = self.roles.documents.iter().chain(&self.roles.folders).chain(&self.roles.changed);
        let owed: Vec<_> = owed.collect();
        let mut listed = Vec::new();
        for item in list.all("entry") {
            let Some(reference) = item.get("item") else {
                reading.tell(item.missing("item"));
                continue;
            };
            let inside = reference.text("reference").and_then(|text| self.entries.position(text));
            if let Some(index) = inside.filter(|index| owed.iter().any(|(owed, _)| owed == index)) {
                listed.push(index);
                continue;
            }
            match self.stored(&reference) {
                Some(document) => members.push((self.fresh)(), Member::Reference(document), &item),
                None => reading.tell(self.unknown(&item, &reference)),
            }
        }
        for (_, entry) in owed.iter().filter(|(index, _)| !listed.contains(index)) {
            reading.tell(match entry.kind() {
                "List" => entry.element.wrong(
                    "ce classeur n'est pas dans List.entry du lot",
                    "this folder is not in List.entry of the set",
                ),
                _ => entry.element.wrong(
                    "ce DocumentReference n'est pas dans List.entry du lot",
                    "this DocumentReference is not in List.entry of the set",
                ),
            });
        }
    }

    /// A folder: documents of the bundle and of the record. The set holds each membership. Gives what it holds.
    pub(super) fn of_folder(
        &self,
        list: &Element<'_>,
        folder: EntryUuid,
        members: &mut Members,
        reading: &mut Reading<'_>,
    ) -> Vec<ObjectRef> {
        let mut held = Vec::new();
        for item in list.all("entry") {
            let Some(reference) = item.get("item") else {
                reading.tell(item.missing("item"));
                continue;
            };
            let inside = reference.text("reference").and_then(|text| self.entries.position(text));
            let own = inside.and_then(|index| self.documents.get(&index)).copied().map(ObjectRef::Uuid);
            let Some(document) = own.or_else(|| self.stored(&reference)) else {
                reading.tell(item.wrong(
                    "chaque entry.item d'un classeur doit désigner un DocumentReference du Bundle ou de ce serveur",
                    "each entry.item of a folder must name a DocumentReference of the Bundle or of this server",
                ));
                continue;
            };
            if held.contains(&document) {
                reading.tell(item.wrong("document donné deux fois", "document given twice"));
                continue;
            }
            let membership = (self.fresh)();
            members.push(membership, Member::InFolder { folder, document: document.clone() }, &item);
            members.push((self.fresh)(), Member::OfFolder(membership), &item);
            held.push(document);
        }
        held
    }

    /// A document of the record.
    fn stored(&self, reference: &Element<'_>) -> Option<ObjectRef> {
        let inside = |_: &str| None;
        let of_bundle = reference.text("reference").is_some_and(|text| text.starts_with("urn:uuid:"));
        target_of(reference, self.base, &inside).filter(|_| !of_bundle)
    }

    fn unknown(&self, item: &Element<'_>, reference: &Element<'_>) -> Finding {
        let of_record = reference.text("reference").and_then(|text| own_list(text, self.base)).is_some();
        match of_record {
            true => Finding::new(Rule::TransactionIsSupported).at(item.place()).detail(
                "un lot ne désigne pas un classeur déjà enregistré : pour y ajouter un document, joindre le classeur au \
                 Bundle (PUT List/<uuid>)",
                "a set names no folder of the record: to add a document to it, put the folder into the Bundle (PUT \
                 List/<uuid>)",
            ),
            false => item.wrong(
                "chaque entry.item du lot doit désigner un DocumentReference ou un classeur du Bundle, ou un document de ce \
                 serveur",
                "each entry.item of the set must name a DocumentReference or a folder of the Bundle, or a document of this \
                 server",
            ),
        }
    }
}
