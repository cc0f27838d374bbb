//! Associations: memberships of sets and folders, and relationships between documents (IHE ITI TF-3 §4.2.2).

use std::collections::BTreeSet;

use model::{Association, AssociationKind, EntryUuid, Finding, HAS_MEMBER, Location, Membership, Rule};

use super::list::{Kind, Kinds, List, is_membership};
use super::names::association as names;
use super::symbols::canonical;
use super::{Notes, Object, Symbols, membership, relationship};

/// The associations read so far.
pub(super) struct Links<'k> {
    pub(super) kinds: &'k Kinds,
    /// Ids of the submission that the set holds.
    held: BTreeSet<String>,
    memberships: Vec<Membership>,
    associations: Vec<Association>,
}

/// The two ends of an association, as written.
pub(super) struct Ends {
    /// Canonical id of the source.
    pub(super) source: String,
    /// Canonical id of the target.
    pub(super) target: String,
}

impl<'k> Links<'k> {
    /// None yet; `kinds` says what the ids of the submission name.
    pub(super) fn new(kinds: &'k Kinds) -> Self {
        Links { kinds, held: BTreeSet::new(), memberships: Vec::new(), associations: Vec::new() }
    }

    /// The memberships and the relationships, each in order.
    pub(super) fn into_parts(self) -> (Vec<Membership>, Vec<Association>) {
        (self.memberships, self.associations)
    }

    /// Reads one association.
    pub(super) fn read(&mut self, object: &Object<'_>, symbols: &mut Symbols<'_>, notes: &mut Notes) {
        for slot in names::OF_UPDATES.iter().filter(|slot| object.has_slot(slot)) {
            notes.unsupported(
                &object.slot_path(slot),
                format!("mise à jour de métadonnées ({slot}), dans une transaction de dépôt"),
                format!("metadata update ({slot}) in a transaction of deposit"),
            );
        }
        let id = |name| canonical(object.attribute(name).unwrap_or_default());
        let ends = Ends { source: id("sourceObject"), target: id("targetObject") };
        if is_membership(object) {
            self.membership(object, &ends, symbols, notes);
            return;
        }
        let kind = object.attribute("associationType").unwrap_or_default().trim();
        let known = AssociationKind::of(kind);
        // DMP software writes it on the link by which a signature signs its set: it says nothing there.
        if known != Some(AssociationKind::Signs) {
            refuse_status(object, notes);
        }
        match known {
            Some(kind) => {
                let read = relationship::read(object, kind, &ends, self.kinds, symbols, notes);
                self.associations.extend(read);
            }
            None => unknown(object, kind, notes),
        }
    }

    fn membership(&mut self, object: &Object<'_>, ends: &Ends, symbols: &mut Symbols<'_>, notes: &mut Notes) {
        let from_set = self.kinds.get(&ends.source) == Some(&Kind::Set);
        let read = membership::read(object, ends, self.kinds, symbols, notes);
        if from_set && !self.held.insert(ends.target.clone()) {
            notes.bad(object.path(), "appartenance au lot déjà dite", "membership of the set told already");
            return;
        }
        if let Some(link) = &read
            && self.memberships.iter().any(|known| known.link == *link)
        {
            notes.bad(object.path(), "appartenance déjà dite", "membership told already");
            return;
        }
        let entry_uuid = own_id(object, symbols, notes);
        let read = entry_uuid.zip(read).map(|(entry_uuid, link)| Membership { entry_uuid, link });
        self.memberships.extend(read);
    }

    /// Registration rule 4: the set holds every document, every folder and every membership of a folder that came
    /// with it.
    pub(super) fn check_complete(&self, list: &List<'_>, notes: &mut Notes) {
        let held = |object: &Object<'_>| self.held.contains(&canonical(object.id()));
        for object in list.extrinsic.iter().filter(|object| !held(object)) {
            notes.bad(
                object.path(),
                "document sans association HasMember (SubmissionSetStatus = Original) depuis le lot",
                "document without a HasMember association (SubmissionSetStatus = Original) from the set",
            );
        }
        for object in list.packages_of(self.kinds, Kind::Folder).filter(|object| !held(object)) {
            notes.bad(
                object.path(),
                "classeur sans association HasMember depuis le lot",
                "folder without a HasMember association from the set",
            );
        }
        let in_folder = |object: &&Object<'_>| {
            self.kinds.get(&canonical(object.id())) == Some(&Kind::InFolder)
                || (is_membership(object) && object.id().trim().is_empty() && !self.is_of_set(object))
        };
        for object in list.associations.iter().filter(in_folder).filter(|object| !held(object)) {
            notes.bad(
                object.path(),
                "appartenance à un classeur sans association HasMember depuis le lot vers elle",
                "membership of a folder without a HasMember association from the set to it",
            );
        }
    }

    fn is_of_set(&self, object: &Object<'_>) -> bool {
        let source = canonical(object.attribute("sourceObject").unwrap_or_default());
        self.kinds.get(&source) == Some(&Kind::Set)
    }
}

/// The entryUUID of an association: allocated where the message gives it no id, for nothing names it then.
pub(super) fn own_id(object: &Object<'_>, symbols: &mut Symbols<'_>, notes: &mut Notes) -> Option<EntryUuid> {
    match object.id().trim() {
        "" => symbols.fresh(object.path(), notes),
        id => symbols.resolve(id, object.path(), notes),
    }
}

/// An object outside the submission, by its UUID; a finding for a symbol that names nothing (rules 13 and 14).
pub(super) fn registered(id: &str, at: &str, notes: &mut Notes) -> Option<EntryUuid> {
    if id.starts_with("urn:uuid:") {
        return notes.parsed(at, EntryUuid::parse(id));
    }
    notes.add(unresolved(at).detail(
        "ne désigne ni un objet de cette soumission, ni l'UUID (urn:uuid:…) d'un objet enregistré",
        "names neither an object of this submission nor the UUID (urn:uuid:…) of a registered one",
    ));
    None
}

/// A reference that leads nowhere.
pub(super) fn unresolved(at: &str) -> Finding {
    Finding::new(Rule::MetadataIsWellFormed)
        .at(Location::Ebrim(at.to_owned()))
        .code("UnresolvedReferenceException")
}

/// Only a document's membership of a set has a SubmissionSetStatus (rule 5).
pub(super) fn refuse_status(object: &Object<'_>, notes: &mut Notes) {
    if object.has_slot(names::STATUS) {
        notes.bad(
            &object.slot_path(names::STATUS),
            "slot réservé aux associations HasMember du lot vers un document",
            "slot reserved for HasMember associations from the set to a document",
        );
    }
}

/// What an association holds beyond what the model keeps.
pub(super) fn not_kept(object: &Object<'_>) -> Vec<String> {
    let known = [&[names::STATUS], names::OF_UPDATES].concat();
    let slots: Vec<String> = object.beyond(&known).map(|(name, _)| object.slot_path(name)).collect();
    slots.into_iter().chain(object.classifications_but(names::DOCUMENTATION)).collect()
}

/// Types of other transactions, the usual confusion of prefixes, and the rest.
fn unknown(object: &Object<'_>, kind: &str, notes: &mut Notes) {
    let at = format!("{}/@associationType", object.path());
    let local = kind.rsplit(':').next().unwrap_or_default();
    if kind.starts_with("urn:ihe:iti:2010:AssociationType:") {
        notes.unsupported(
            &at,
            "association de mise à jour de métadonnées, dans une transaction de dépôt",
            "association of metadata update in a transaction of deposit",
        );
        return;
    }
    let meant = match local {
        "HasMember" => Some(HAS_MEMBER),
        _ => AssociationKind::ALL
            .into_iter()
            .map(AssociationKind::urn)
            .find(|urn| urn.ends_with(&format!(":{local}"))),
    };
    match meant {
        Some(urn) => notes.bad(&at, format!("type attendu : {urn}"), format!("expected type: {urn}")),
        None => notes.bad(&at, "type d'association inconnu", "unknown association type"),
    }
}
