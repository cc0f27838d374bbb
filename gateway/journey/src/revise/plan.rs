//! What the operations of an update come to on the objects of the record. Pure: who may is asked afterwards, so that a
//! finding here tells only what the sender of a version already knows.

use std::collections::BTreeSet;

use model::{Availability, EntryUuid, Finding, Folder, Location, ObjectRef, Rule};
use policy::{DocumentAct, NewLink, RegistryChange, RevisedObject};

use super::removal::end_of;
use super::{Update, UpdateOperation, difference};
use crate::registry::Holdings;
use crate::{End, LinkKind, StoredEntry, StoredFolder};

/// The operations, sorted by who judges them.
#[derive(Debug, Default)]
pub(super) struct Planned<'h> {
    /// Acts on documents.
    pub(super) acts: Vec<PlannedActs<'h>>,
    /// What only members do.
    pub(super) changes: Vec<RegistryChange>,
    /// What the set holds: the membership and the object.
    pub(super) members: Vec<(EntryUuid, RevisedObject)>,
    /// What is wrong with the request.
    pub(super) findings: Vec<Finding>,
}

/// Acts on one document.
#[derive(Debug)]
pub(super) struct PlannedActs<'h> {
    pub(super) document: &'h StoredEntry,
    pub(super) acts: Vec<DocumentAct>,
    /// The entryUUID of the new version.
    pub(super) entry_uuid: Option<EntryUuid>,
    pub(super) at: Location,
}

/// Plans every operation.
pub(super) fn plan<'h>(update: &Update, holdings: &'h Holdings) -> Planned<'h> {
    let mut planned = Planned::default();
    let mut touched = BTreeSet::new();
    for (operation, at) in &update.operations {
        let before = planned.findings.len();
        let object = planned.add(operation, at, update.restricted, holdings);
        if let Some(object) = object
            && !touched.insert(object)
        {
            planned.findings.push(wrong("XDSMetadataUpdateError").detail(
                "un objet ne se modifie qu'une fois par demande",
                "an object is changed once in a request",
            ));
        }
        for finding in planned.findings.iter_mut().skip(before) {
            finding.at = at.clone();
        }
    }
    planned
}

impl<'h> Planned<'h> {
    /// Adds one operation; gives the object that it changes.
    fn add(
        &mut self,
        operation: &UpdateOperation,
        at: &Location,
        restricted: bool,
        holdings: &'h Holdings,
    ) -> Option<End> {
        if restricted && !matches!(operation, UpdateOperation::Document { .. }) {
            self.findings.push(
                wrong("XDSObjectTypeError")
                    .detail("ITI-92 ne met à jour que des documents", "ITI-92 updates documents only"),
            );
            return None;
        }
        match operation {
            UpdateOperation::Document { entry, previous, propagate, membership } => {
                let Some(stored) = document(holdings, entry.logical_id) else { return self.unknown() };
                if stored.entry.version != *previous {
                    self.findings.push(version(stored.entry.version));
                }
                self.findings.extend(difference::identity(&stored.entry, entry));
                if restricted {
                    self.findings.extend(difference::restricted(&stored.entry, entry));
                    if !propagate {
                        self.findings.push(wrong("XDSMetadataAnnotationError").detail(
                            "AssociationPropagation=no n'est pas admis dans une mise à jour restreinte",
                            "AssociationPropagation=no is not admitted in a restricted update",
                        ));
                    }
                }
                self.members.push((*membership, RevisedObject::Document(stored.entry.logical_id)));
                self.acts.push(PlannedActs {
                    document: stored,
                    acts: difference::acts(&stored.entry, entry, *propagate),
                    entry_uuid: Some(entry.entry_uuid),
                    at: at.clone(),
                });
                Some(End::Document(stored.entry.logical_id))
            }
            UpdateOperation::Folder { folder, previous, propagate, membership } => {
                let Some(stored) = current_folder(holdings, folder.logical_id) else { return self.unknown() };
                self.folder(stored, folder, *previous);
                self.members.push((*membership, RevisedObject::Folder(stored.folder.logical_id)));
                let version = stored.folder.version.saturating_add(1);
                let availability = stored.folder.availability;
                let logical_id = stored.folder.logical_id;
                let folder =
                    Box::new(Folder { logical_id, version, availability, ..folder.as_ref().clone() });
                self.changes.push(RegistryChange::Folder { folder, propagate: *propagate });
                Some(End::Folder(stored.folder.logical_id))
            }
            UpdateOperation::Status { object, from, to } => self.status(*object, *from, *to, at, holdings),
            UpdateOperation::Relationship(link) => {
                let target = match &link.target {
                    ObjectRef::Uuid(id) => Some(*id),
                    ObjectRef::Unique(_) => None,
                };
                let ends = (document(holdings, link.source), target.and_then(|id| document(holdings, id)));
                let (Some(source), Some(target)) = ends else { return self.unknown() };
                self.current([source.entry.availability, target.entry.availability]);
                let (kind, source, target) = (link.kind, source.entry.logical_id, target.entry.logical_id);
                let ends = (End::Document(source), End::Document(target));
                self.is_new(holdings, LinkKind::Relationship(kind), ends);
                let new = NewLink::Relationship { kind, source, target };
                let documentation = link.documentation.clone();
                self.changes.push(RegistryChange::Link {
                    entry_uuid: link.entry_uuid,
                    link: new,
                    documentation,
                });
                None
            }
            UpdateOperation::Filing { entry_uuid, folder, document: filed, held_by } => {
                let ends = (current_folder(holdings, *folder), document(holdings, *filed));
                let (Some(folder), Some(filed)) = ends else { return self.unknown() };
                self.current([folder.folder.availability, filed.entry.availability]);
                let (folder, document) = (folder.folder.logical_id, filed.entry.logical_id);
                self.is_new(holdings, LinkKind::Member, (End::Folder(folder), End::Document(document)));
                let link = NewLink::InFolder { folder, document, held_by: *held_by };
                self.changes.push(RegistryChange::Link {
                    entry_uuid: *entry_uuid,
                    link,
                    documentation: None,
                });
                None
            }
        }
    }

    fn folder(&mut self, stored: &StoredFolder, sent: &Folder, previous: u32) {
        if stored.folder.version != previous {
            self.findings.push(version(stored.folder.version));
        }
        if stored.folder.unique_id != sent.unique_id {
            self.findings.push(wrong("XDSMetadataIdentifierError").detail(
                "uniqueId diffère de la version précédente",
                "uniqueId differs from the previous version",
            ));
        }
        if stored.folder.patient != sent.patient {
            self.findings.push(wrong("XDSPatientIDReconciliationError").detail(
                "patientId diffère de la version précédente",
                "patientId differs from the previous version",
            ));
        }
    }

    fn status(
        &mut self,
        object: EntryUuid,
        from: Availability,
        to: Availability,
        at: &Location,
        holdings: &'h Holdings,
    ) -> Option<End> {
        let end = end_of(&object, holdings);
        let now = match end {
            Some(End::Document(id)) => document(holdings, id)
                .filter(|stored| stored.entry.entry_uuid == object || stored.entry.logical_id == object)
                .map(|stored| stored.entry.availability),
            Some(End::Folder(id)) => current_folder(holdings, id)
                .filter(|stored| stored.folder.entry_uuid == object || stored.folder.logical_id == object)
                .map(|stored| stored.folder.availability),
            Some(End::Association(id)) => {
                holdings.links.iter().find(|link| link.entry_uuid == id).map(|link| link.status)
            }
            Some(End::Set(_)) => None,
            None => return self.unknown(),
        };
        if now != Some(from) || from == to {
            self.findings.push(wrong("XDSMetadataUpdateError").detail(
                "OriginalStatus n'est pas le statut actuel de la dernière version, ou NewStatus n'en diffère pas",
                "OriginalStatus is not the current status of the latest version, or NewStatus does not differ from it",
            ));
            return end;
        }
        match end {
            Some(End::Document(id)) => {
                let act = match (from, to) {
                    (Availability::Archived, Availability::Approved) => DocumentAct::Restore,
                    (_, Availability::Archived) => DocumentAct::Archive,
                    (_, Availability::Deleted) => DocumentAct::Delete,
                    (_, Availability::Deprecated) => DocumentAct::Deprecate,
                    (_, Availability::Approved) => DocumentAct::Reinstate,
                };
                let document = document(holdings, id)?;
                let (acts, at) = (vec![act], at.clone());
                self.acts.push(PlannedActs { document, acts, entry_uuid: None, at });
            }
            Some(End::Folder(folder)) => {
                self.changes.push(RegistryChange::FolderStatus { folder, status: to });
            }
            Some(End::Association(link)) => {
                self.changes.push(RegistryChange::LinkStatus { link, status: to });
            }
            Some(End::Set(_)) | None => {}
        }
        end
    }

    /// Both ends of a new association are current.
    fn current(&mut self, statuses: [Availability; 2]) {
        let current = |status: &Availability| match status {
            Availability::Approved | Availability::Archived => true,
            Availability::Deprecated | Availability::Deleted => false,
        };
        if !statuses.iter().all(current) {
            self.findings.push(wrong("XDSMetadataUpdateError").detail(
                "les deux extrémités d'une association nouvelle sont des objets Approved",
                "both ends of a new association are Approved objects",
            ));
        }
    }

    /// An association has no versions: one that stands is not submitted again (ITI TF-2 §3.57.4.1.3.3.3).
    fn is_new(&mut self, holdings: &Holdings, kind: LinkKind, ends: (End, End)) {
        let stands = holdings.links.iter().any(|link| {
            link.kind == kind && (link.source, link.target) == ends && link.status == Availability::Approved
        });
        if stands {
            self.findings.push(wrong("XDSMetadataUpdateError").detail(
                "cette association existe déjà entre ces deux objets",
                "this association stands between the two objects already",
            ));
        }
    }

    fn unknown(&mut self) -> Option<End> {
        self.findings.push(Finding::new(Rule::LinkedObjectIsReachable));
        None
    }
}

/// The document that a UUID names, of any version.
fn document(holdings: &Holdings, id: EntryUuid) -> Option<&StoredEntry> {
    match end_of(&id, holdings) {
        Some(End::Document(id)) => holdings.documents.iter().find(|stored| stored.entry.logical_id == id),
        Some(End::Set(_) | End::Folder(_) | End::Association(_)) | None => None,
    }
}

fn current_folder(holdings: &Holdings, id: EntryUuid) -> Option<&StoredFolder> {
    match end_of(&id, holdings) {
        Some(End::Folder(id)) => holdings.folders.iter().find(|stored| stored.folder.logical_id == id),
        Some(End::Set(_) | End::Document(_) | End::Association(_)) | None => None,
    }
}

fn wrong(code: &'static str) -> Finding {
    Finding::new(Rule::UpdateFitsObject).code(code)
}

fn version(current: u32) -> Finding {
    wrong("XDSMetadataVersionError").detail(
        format!("PreviousVersion n'est pas la version actuelle ({current})"),
        format!("PreviousVersion is not the current version ({current})"),
    )
}
