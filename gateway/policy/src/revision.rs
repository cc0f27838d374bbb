//! What changes a registry at once (ITI-57, ITI-92, ITI-62, ITI-86): acts on documents, each judged by the table of acts,
//! and what belongs to the members of an open domain alone: folders, associations, removals.

use model::{
    AssociationKind, Availability, Caller, Code, EntryUuid, Finding, Folder, Ins, Rule, Stage, SubmissionSet,
};

use crate::permit::Depositor;
use crate::place::{Place, place_of};
use crate::read::{Ask, ReadAct, ReadCase, reaches_documents};
use crate::{Amendment, Facts, Law, Permitted, ReadDenial};

/// Everything that one request changes, all or nothing.
#[derive(Debug)]
pub struct Revision {
    /// The submission set that an update came in; none for a removal.
    pub set: Option<RevisingSet>,
    /// Acts on documents.
    pub amendments: Vec<Amendment>,
    /// Changes of other objects.
    pub changes: Vec<RegistryChange>,
}

/// The set of an update, kept as any other.
#[derive(Debug, Clone)]
pub struct RevisingSet {
    /// Its metadata, with a uniqueId.
    pub set: SubmissionSet,
    /// Digest of the update and its caller: an identical retry has the same.
    pub digest: [u8; 32],
    /// Its memberships: entryUUID of each, and the document or folder whose new version it holds, by logicalID.
    pub members: Vec<(EntryUuid, RevisedObject)>,
}

/// An object of which an update brings a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevisedObject {
    /// A document by its logicalID.
    Document(EntryUuid),
    /// A folder by its logicalID.
    Folder(EntryUuid),
}

/// A change that only a member of an open domain makes.
#[derive(Debug, Clone)]
pub enum RegistryChange {
    /// New metadata of a folder, with the version that they follow.
    Folder {
        /// The new version; its `version` is the earlier one and 1.
        folder: Box<Folder>,
        /// Whether its associations follow it.
        propagate: bool,
    },
    /// Another status of a folder.
    FolderStatus {
        /// Its logicalID.
        folder: EntryUuid,
        /// The status.
        status: Availability,
    },
    /// Another status of an association.
    LinkStatus {
        /// Its entryUUID.
        link: EntryUuid,
        /// The status.
        status: Availability,
    },
    /// A new association between objects of the record.
    Link {
        /// Its entryUUID.
        entry_uuid: EntryUuid,
        /// What it says, with its ends by logicalID.
        link: NewLink,
        /// What documents it.
        documentation: Option<Code>,
    },
    /// The end of sets, folders and associations.
    Remove {
        /// Sets by entryUUID.
        sets: Vec<EntryUuid>,
        /// Folders by logicalID.
        folders: Vec<EntryUuid>,
        /// Associations by entryUUID.
        links: Vec<EntryUuid>,
    },
}

/// An association that an update makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewLink {
    /// Between two documents.
    Relationship {
        /// The kind.
        kind: AssociationKind,
        /// The newer document.
        source: EntryUuid,
        /// The older document.
        target: EntryUuid,
    },
    /// A document in a folder, with the entryUUID of the membership by which the set holds it.
    InFolder {
        /// The folder.
        folder: EntryUuid,
        /// The document.
        document: EntryUuid,
        /// The set's membership.
        held_by: EntryUuid,
    },
}

/// Judges a whole revision of one record. Each amendment was permitted for the same record and facts; what is more
/// than amendments is a member's.
pub fn decide_revision(
    law: Law<'_>,
    facts: &Facts,
    caller: &Caller,
    patient: &Ins,
    amendments: Vec<Permitted<Amendment>>,
    set: Option<RevisingSet>,
    changes: Vec<RegistryChange>,
) -> Result<Permitted<Revision>, ReadDenial> {
    let ask = Ask { patient: patient.clone(), act: ReadAct::OneReference };
    let place = place_of(law, facts, caller);
    let reading = ReadCase { law, facts, caller, place, ask: &ask };
    let case = RevisionCase { place, changes: &changes };
    let open = registry_is_open_to_members as fn(&RevisionCase<'_>) -> Vec<Finding>;
    let ballot = reaches_documents(&reading)?.stage(Stage::Right, &case, &[(Rule::ActIsOpenToCaller, open)]);
    let votes = ballot.close().map_err(ReadDenial::Denied)?;
    let same = |permit: &Permitted<Amendment>| {
        permit.patient() == patient && permit.facts_version() == facts.version
    };
    if !amendments.iter().all(same) {
        return Err(ReadDenial::Absent);
    }
    let amendments = amendments.into_iter().map(Permitted::revoke).collect();
    let revision = Revision { set, amendments, changes };
    let version = law.matrix_version();
    Ok(Permitted::grant(revision, patient.clone(), facts.version, version, Depositor::default(), votes))
}

/// True for who keeps the registry itself: a member of an open domain.
pub fn keeps_registry(law: Law<'_>, facts: &Facts, caller: &Caller) -> bool {
    place_of(law, facts, caller).is_some_and(Place::is_member)
}

struct RevisionCase<'a> {
    place: Option<Place>,
    changes: &'a [RegistryChange],
}

fn registry_is_open_to_members(case: &RevisionCase<'_>) -> Vec<Finding> {
    let member = case.place.is_some_and(Place::is_member);
    if member || case.changes.is_empty() {
        return Vec::new();
    }
    vec![Finding::new(Rule::ActIsOpenToCaller).arg("act", "revise-registry")]
}
