//! Associations: membership of the set, and relationships between documents (IHE ITI TF-3 §4.2.2).

use std::collections::{BTreeMap, BTreeSet};

use model::{Association, AssociationKind, ObjectRef};

use super::names::{ASSOCIATION_SLOTS, HAS_MEMBER};
use super::submission::Kind;
use super::symbols::canonical;
use super::{Notes, Object, Symbols};

/// The associations read so far.
pub(super) struct Links<'k> {
    kinds: &'k BTreeMap<String, Kind>,
    members: BTreeSet<String>,
    associations: Vec<Association>,
}

impl<'k> Links<'k> {
    /// None yet; `kinds` says what the ids of the submission name.
    pub(super) fn new(kinds: &'k BTreeMap<String, Kind>) -> Self {
        Links { kinds, members: BTreeSet::new(), associations: Vec::new() }
    }

    /// True if the set holds the entry of this id as an original member.
    pub(super) fn is_member(&self, id: &str) -> bool {
        self.members.contains(&canonical(id))
    }

    /// The relationships, in order.
    pub(super) fn into_associations(self) -> Vec<Association> {
        self.associations
    }

    /// Reads one association.
    pub(super) fn read(&mut self, object: &Object<'_>, symbols: &mut Symbols<'_>, notes: &mut Notes) {
        let kind = object.attribute("associationType").unwrap_or_default().trim();
        let source = canonical(object.attribute("sourceObject").unwrap_or_default());
        let target = canonical(object.attribute("targetObject").unwrap_or_default());
        if kind == HAS_MEMBER {
            self.membership(object, &source, target, notes);
            return;
        }
        // DMP software writes it on the link by which a signature signs its set: it says nothing there.
        let signs = AssociationKind::of(kind) == Some(AssociationKind::Signs);
        if object.has_slot("SubmissionSetStatus") && !signs {
            notes.bad(
                &object.slot_path("SubmissionSetStatus"),
                "slot réservé aux associations HasMember du lot vers un document",
                "slot reserved for HasMember associations from the set to a document",
            );
        }
        match AssociationKind::of(kind) {
            Some(kind) => self.relationship(object, kind, &source, &target, symbols, notes),
            None => unknown(object, kind, notes),
        }
    }

    fn membership(&mut self, object: &Object<'_>, source: &str, target: String, notes: &mut Notes) {
        if object.has_slot("PreviousVersion") {
            notes.unsupported(
                &object.slot_path("PreviousVersion"),
                "mise à jour de métadonnées (PreviousVersion) : pas encore prise en charge",
                "metadata update (PreviousVersion): not supported yet",
            );
        }
        let status = object.slot("SubmissionSetStatus");
        match (self.kinds.get(source), self.kinds.get(&target), status) {
            (Some(Kind::Set), _, [status]) if status == "Reference" => notes.unsupported(
                object.path(),
                "ajout par référence d'un document déjà enregistré : pas encore pris en charge",
                "adding a registered document by reference: not supported yet",
            ),
            (Some(Kind::Set), Some(Kind::Entry), [status]) if status == "Original" => {
                self.members.insert(target);
            }
            (Some(Kind::Set), Some(Kind::Entry), _) => notes.bad(
                &object.slot_path("SubmissionSetStatus"),
                "valeur attendue : Original (ou Reference pour un document déjà enregistré)",
                "expected value: Original (or Reference for a registered document)",
            ),
            (Some(Kind::Folder), _, _) | (_, Some(Kind::Folder | Kind::Association), _) => notes.unsupported(
                object.path(),
                "appartenance à un classeur (Folder) : pas encore prise en charge",
                "membership of a folder: not supported yet",
            ),
            _ => notes.bad(
                object.path(),
                "HasMember attend le lot de la soumission comme source et un de ses documents comme cible",
                "HasMember takes the submission's set as source and one of its documents as target",
            ),
        }
    }

    fn relationship(
        &mut self,
        object: &Object<'_>,
        kind: AssociationKind,
        source: &str,
        target: &str,
        symbols: &mut Symbols<'_>,
        notes: &mut Notes,
    ) {
        let source_is_entry = self.kinds.get(source) == Some(&Kind::Entry);
        if !source_is_entry {
            let at = format!("{}/@sourceObject", object.path());
            notes.bad(&at, "document de cette soumission attendu", "expected a document of this submission");
        }
        // A signature signs the set; other relationships are between documents.
        let target_fits = match self.kinds.get(target) {
            Some(Kind::Entry) => target != source,
            Some(Kind::Set) => kind == AssociationKind::Signs,
            Some(Kind::Folder | Kind::Association) => false,
            None => target.starts_with("urn:uuid:"),
        };
        let at = format!("{}/@targetObject", object.path());
        if !target_fits {
            notes.bad(
                &at,
                "autre document de cette soumission, ou UUID (urn:uuid:…) d'un document enregistré, attendu",
                "expected another document of this submission, or the UUID (urn:uuid:…) of a registered one",
            );
        }
        if !source_is_entry || !target_fits {
            return;
        }
        let id = symbols.resolve(object.id(), object.path(), notes);
        let source = symbols.resolve(source, object.path(), notes);
        let target = symbols.resolve(target, &at, notes);
        if let (Some(entry_uuid), Some(source), Some(target)) = (id, source, target) {
            self.associations.push(Association {
                documentation: None,
                entry_uuid,
                kind,
                source,
                target: ObjectRef::Uuid(target),
            });
        }
    }
}

/// What an association holds beyond what the model keeps.
pub(super) fn not_kept(object: &Object<'_>) -> Vec<String> {
    let slots = object.beyond(ASSOCIATION_SLOTS).map(|(name, _)| object.slot_path(name));
    slots.chain(object.classification_paths()).collect()
}

/// Types that exist in XDS and not here, the usual confusion of prefixes, and the rest.
fn unknown(object: &Object<'_>, kind: &str, notes: &mut Notes) {
    let at = format!("{}/@associationType", object.path());
    let local = kind.rsplit(':').next().unwrap_or_default();
    if kind.starts_with("urn:ihe:iti:2010:AssociationType:") {
        notes.unsupported(
            &at,
            "association de mise à jour de métadonnées ou de document à la demande : pas encore prise en charge",
            "association of metadata update or on-demand documents: not supported yet",
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
