//! Stored queries about sets, folders and associations, on objects seen, hidden and nowhere.

use ihe::Transaction;
use ihe::iti18::request::ReturnType;
use model::{
    AssociationKind, Availability, ContentFilter, DateRange, EntryKind, EntryUuid, MetadataLevel,
    Named as Objects, RegistryQuery, Statuses, UniqueId,
};
use passerelle_tests::dice::Dice;

use super::{Asked, Asker};
use crate::non_interference::worlds::{FOLDER, FOLDER_ID};

impl Asker<'_> {
    /// Any stored query other than FindDocuments, on objects seen and hidden.
    pub(super) fn registry_query(&self, dice: &mut Dice) -> Asked {
        let returned = *dice.of(&[ReturnType::LeafClass, ReturnType::ObjectRef]);
        Asked::Xds {
            action: Transaction::Iti18.action(),
            payload: ihe::iti18::request::write_registry(&self.registry_ask(dice), returned),
            parts: Vec::new(),
            patient: self.asserted(dice),
        }
    }

    fn registry_ask(&self, dice: &mut Dice) -> RegistryQuery {
        let patient = self.ins(self.patient_key(dice));
        let both = vec![Availability::Approved, Availability::Deprecated];
        let status = dice.of(&[vec![Availability::Approved], both]).clone();
        let associations = status.clone();
        let level = *dice.of(&[MetadataLevel::Latest, MetadataLevel::Latest, MetadataLevel::Every]);
        let filter = ContentFilter::default();
        match dice.below(12) {
            0 => RegistryQuery::FindSubmissionSets {
                patient,
                status,
                sources: Vec::new(),
                submitted: DateRange::default(),
                author: dice.once_in(4).then(|| "899900000052%".to_owned()),
                content_types: Vec::new(),
            },
            1 => RegistryQuery::FindFolders {
                patient,
                status,
                updated: DateRange::default(),
                codes: Vec::new(),
                level,
            },
            2 => {
                let status = Statuses { documents: status.clone(), sets: status.clone(), folders: status };
                RegistryQuery::GetAll { patient, status, filter, associations, level }
            }
            3 => RegistryQuery::GetDocuments { named: self.documents(dice), level },
            4 => RegistryQuery::GetFolders { named: folder(dice), level },
            5 => RegistryQuery::GetAssociations { objects: vec![self.object(dice)], associations, level },
            6 => RegistryQuery::GetDocumentsAndAssociations {
                named: self.documents(dice),
                associations,
                level,
            },
            7 => RegistryQuery::GetSubmissionSets { objects: vec![self.object(dice)] },
            8 => RegistryQuery::GetSubmissionSetAndContents { named: self.set(dice), filter, level },
            9 => RegistryQuery::GetFolderAndContents { named: folder(dice), filter, associations, level },
            10 => RegistryQuery::GetFoldersForDocument { named: self.document(dice), associations, level },
            _ => RegistryQuery::GetRelatedDocuments {
                named: self.document(dice),
                kinds: AssociationKind::ALL.to_vec(),
                types: EntryKind::ALL.to_vec(),
                associations,
                level,
            },
        }
    }

    fn document(&self, dice: &mut Dice) -> Objects {
        let named = self.named(dice);
        match dice.once_in(2) {
            true => Objects::Uuids(vec![named.uuid]),
            false => Objects::UniqueIds(UniqueId::parse(&named.unique_id).into_iter().collect()),
        }
    }

    fn documents(&self, dice: &mut Dice) -> Objects {
        match dice.below(3) {
            0 => self.document(dice),
            1 => Objects::LogicalIds(vec![self.named(dice).uuid]),
            _ => Objects::Uuids((0..=dice.below(3)).map(|_| self.named(dice).uuid).collect()),
        }
    }

    /// The set that a document came with: its ids follow from the document's.
    fn set(&self, dice: &mut Dice) -> Objects {
        let named = self.named(dice);
        match dice.once_in(2) {
            true => Objects::Uuids(vec![of_kind(2, named.uuid)]),
            false => {
                let id = named.unique_id.replace("2.999.7.", "2.999.8.");
                Objects::UniqueIds(UniqueId::parse(&id).into_iter().collect())
            }
        }
    }

    /// A document, its set, its membership of the folder, or the folder.
    fn object(&self, dice: &mut Dice) -> EntryUuid {
        let document = self.named(dice).uuid;
        match dice.below(5) {
            0 => FOLDER,
            1 => of_kind(2, document),
            2 => of_kind(5, document),
            _ => document,
        }
    }
}

fn folder(dice: &mut Dice) -> Objects {
    match dice.once_in(2) {
        true => Objects::Uuids(vec![FOLDER]),
        false => Objects::UniqueIds(UniqueId::parse(FOLDER_ID).into_iter().collect()),
    }
}

/// The id of another kind of object that was made with a document.
fn of_kind(kind: u8, document: EntryUuid) -> EntryUuid {
    let mut bytes = *document.as_bytes();
    bytes[0] = 0x20 | kind;
    EntryUuid::from_bytes(bytes)
}
